"""Capture and recapture: published numbers, simulated truth, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from trends.errors import ModelError
from trends.models.completeness.capture import capture_recapture, chapman, log_linear

# Chao et al. (2001), Statistics in Medicine 20, 3123-3157, table II: the outbreak of hepatitis A of 1995 in a Taiwanese
# college. A later screening of all students found 545 infected.
HEPATITIS = pd.Series({"100": 69, "010": 55, "001": 63, "110": 21, "101": 17, "011": 18, "111": 28})


def lists(rng, n, *chances, places=("Diyala", "Anbar", "Kirkuk"), shift=0):
    """Lists of one population of incidents, their dates off by up to ``shift`` days."""
    day = np.sort(rng.choice(20 * n, n, replace=False)) * (2 * shift + 1)
    truth = pd.DataFrame({"date": pd.Timestamp("2000-01-01") + pd.to_timedelta(day, unit="D")})
    truth["province"] = rng.choice(places, n)
    found = [truth[rng.random(n) < chance].copy() for chance in chances]
    for each in found:
        each["date"] += pd.to_timedelta(rng.integers(-shift, shift + 1, len(each)), unit="D")
    return found


def test_the_estimate_of_chapman_and_its_interval_are_those_of_a_worked_example():
    found = chapman(15, 10, 5)
    assert found.estimate == pytest.approx(16 * 11 / 6 - 1)
    # Seber's variance by hand: (n1 + 1)(n2 + 1)(n1 - m)(n2 - m) / ((m + 1)^2 (m + 2)).
    assert found.error == pytest.approx(np.sqrt(16 * 11 * 10 * 5 / (36 * 7)))
    # The example of the Wikipedia article on mark and recapture, after Sadinle (2009): 28, with 22 to 65.
    assert (round(found.estimate), round(found.lower), round(found.upper)) == (28, 22, 65)


def test_the_log_linear_models_are_those_of_r():
    # tests/reference/capture.R, glm() of R 4.2: estimate, AIC, deviance. Eight digits of a converged fit.
    table = log_linear(HEPATITIS).table
    expected = {
        "1, 2, 3": (388.483495, 69.747902, 24.356835),
        "12, 3": (416.000000, 68.535324, 21.144258),
        "13, 2": (393.313433, 71.638106, 24.247039),
        "23, 1": (413.181818, 68.721581, 21.330515),
        "12, 13": (463.500000, 68.813114, 19.422048),
        "12, 23": (526.705882, 62.593686, 13.202620),
        "13, 23": (451.714286, 69.295515, 19.904448),
        "12, 13, 23": (1312.764706, 51.391066, 0.0),
    }
    found = table.loc[list(expected), ["estimate", "aic", "deviance"]].to_numpy()
    np.testing.assert_allclose(found, list(expected.values()), rtol=1e-6, atol=1e-5)
    assert log_linear(HEPATITIS).best == "12, 13, 23"


@pytest.mark.parametrize("n, one, other", [(60, 0.3, 0.4), (400, 0.5, 0.3), (1000, 0.1, 0.2)])
def test_the_interval_of_two_lists_covers_the_truth(n, one, other):
    rng, inside = np.random.default_rng(3), []
    for _ in range(1000):
        on = rng.random((2, n)) < np.array([[one], [other]])
        found = chapman(*map(int, (*on.sum(axis=1), on.all(axis=0).sum())))
        inside.append(found.lower <= n <= found.upper)
    assert np.mean(inside) >= 0.935


def test_the_true_model_of_three_dependent_lists_covers_the_truth():
    rng, inside = np.random.default_rng(4), []
    for _ in range(200):
        first = rng.random(500) < 0.4
        second = rng.random(500) < np.where(first, 0.6, 0.3)
        on = np.column_stack([first, second, rng.random(500) < 0.4]).astype(int)
        seen = pd.Series(["".join(map(str, row)) for row in on]).value_counts()
        table = log_linear(seen.reindex(HEPATITIS.index, fill_value=0)).table
        inside.append(table["lower"]["12, 3"] <= 500 <= table["upper"]["12, 3"])
    assert np.mean(inside) >= 0.93


def test_lists_of_incidents_are_matched_and_the_truth_is_recovered():
    found = capture_recapture(
        *lists(np.random.default_rng(5), 600, 0.5, 0.4, shift=1), origins=("press", "army"), days=2
    )
    assert found.lower < 600 < found.upper
    assert abs(found.estimate - 600) < 60
    # Without any tolerance the same incident looks like two, and there seem to be more.
    assert found.by_days["estimate"][0] > 1.3 * found.estimate
    assert list(found.by_days.index) == [0, 1, 2, 3, 4]


def test_three_lists_are_matched_and_modelled():
    three = lists(np.random.default_rng(6), 600, 0.5, 0.4, 0.3)
    found = capture_recapture(*three, origins=("a", "b", "c"), days=0)
    assert found.histories.sum() == found.listed
    assert sum(n for cell, n in found.histories.items() if cell[2] == "1") == len(three[2])
    table = found.models.table
    assert table["lower"]["1, 2, 3"] < 600 < table["upper"]["1, 2, 3"]


def test_a_pair_of_lists_with_nothing_in_common_has_finite_estimates():
    seen = HEPATITIS.copy()
    seen[["110", "111"]] = 0
    assert np.isfinite(log_linear(seen).table["estimate"]).all()


def test_the_caveats_are_said():
    two = capture_recapture(*lists(np.random.default_rng(7), 300, 0.5, 0.4), origins=("a", "b"), days=1)
    assert any(
        sentence.startswith("Two lists cannot show whether they depend on each other") for sentence in two.sentences()
    )
    assert two.sentences()[-1] == "No claim rests on this number alone."
    estimates = two.dependence["estimate"]
    assert estimates[2.0] - two.listed == pytest.approx(4 * (estimates[0.5] - two.listed))
    assert repr(two).startswith("CaptureRecapture(")


def test_lists_of_one_origin_are_refused():
    with pytest.raises(ModelError) as told:
        capture_recapture(*lists(np.random.default_rng(8), 100, 0.5, 0.5), origins=("ucdp", "ucdp"))
    assert str(told.value) == (
        "estimate how many incidents nobody listed: found the origins ucdp, ucdp; allowed: lists that do not draw on "
        "the same incidents; take lists that were collected apart: what two releases of one source have in common says "
        "nothing of what both have missed."
    )


def test_lists_that_tell_nothing_are_refused():
    one, other = lists(np.random.default_rng(9), 100, 0.5, 0.5)
    with pytest.raises(ModelError) as told:
        capture_recapture(one, other.assign(province="Basra"), origins=("a", "b"))
    assert str(told.value) == (
        "estimate how many incidents nobody listed: found no incident on two lists within 3 days; allowed: lists that "
        "have some in common; see whether dates and names of places are written alike, or allow for more days."
    )
    with pytest.raises(ModelError, match="found no incident in list 2; allowed: at least one"):
        capture_recapture(one, other.iloc[:0], origins=("a", "b"))
    with pytest.raises(ModelError, match=r"found origins=\('a',\) for 2 lists; allowed: one name for each list"):
        capture_recapture(one, other, origins=("a",))
    with pytest.raises(ModelError, match="found lists of 5 and 6 with 7 on both"):
        chapman(5, 6, 7)
    with pytest.raises(ModelError, match="found the cells 10, 01 with 3 incidents; allowed: a count for each of 100"):
        log_linear(pd.Series({"10": 1, "01": 2}))
