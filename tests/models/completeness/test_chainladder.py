"""The chain ladder: shares by delay, and what is still to come."""

import numpy as np

from trends.models.completeness.chainladder import chain_ladder
from trends.models.completeness.nowcast import cell_dispersion

# Payments by year and delay, in the order of the diagonal: Taylor & Ashe (1983), Second moments of estimates of
# outstanding claims, Journal of Econometrics 23, 37-61; the triangle of Mack (1993) and of England & Verrall (2002).
TAYLOR_ASHE = """
357848 766940 610542 482940 527326 574398 146342 139950 227229 67948
352118 884021 933894 1183289 445745 320996 527804 266172 425046
290507 1001799 926219 1016654 750816 146923 495992 280405
310608 1108250 776189 1562400 272482 352053 206286
443160 693190 991983 769488 504851 470639
396132 937085 847498 805037 705960
440832 847631 1131398 1063269
359480 1061648 1443370
376686 986608
344014
"""


def triangle(text):
    rows = [list(map(float, line.split())) for line in text.split("\n") if line]
    return np.array([row + [np.nan] * (len(rows[0]) - len(row)) for row in rows])


def test_the_reserve_of_mack_is_matched():
    found = chain_ladder(triangle(TAYLOR_ASHE))
    # Mack (1993), table 2; published to whole units.
    assert round((found.ultimate - found.latest).sum()) == 18_680_856
    reserves = [0, 94_634, 469_511, 709_638, 984_889, 1_419_459, 2_177_641, 3_920_301, 4_278_972, 4_625_811]
    np.testing.assert_allclose(found.ultimate - found.latest, reserves, atol=0.5)


def test_the_dispersion_of_england_and_verrall_is_matched():
    counts = triangle(TAYLOR_ASHE)
    spread = cell_dispersion(counts, chain_ladder(counts))
    # England & Verrall (1999, 2002): the scale parameter of the over-dispersed Poisson model, 52,601; 36 = 55 - 19.
    assert spread.freedom == 36
    assert abs(spread.ratio - 52_601) < 1


def test_a_period_without_a_report_is_expected_to_stay_without_one():
    found = chain_ladder(np.array([[2.0, 2, 1], [0, 3, np.nan], [0, np.nan, np.nan]]))
    assert found.ultimate[2] == 0


def test_what_is_never_reported_at_once_says_nothing_of_a_period_seen_at_once():
    found = chain_ladder(np.array([[0.0, 2, 1], [0, 3, np.nan], [0, np.nan, np.nan]]))
    assert found.shares[0] == 0
    assert np.isnan(found.ultimate[2])
