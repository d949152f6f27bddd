import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binom, norm, poisson, t

from trends.chance.shares import chance_of_every, chance_of_most, realised_share
from trends.errors import ModelError


def test_a_third_in_diyala_is_what_two_counters_lead_to():
    # The Inspector General's quarter, the group's own claims of the year. Told elsewhere as 33 % (21 to 46).
    low, middle, high = realised_share({"Inspector General": (80, 250), "Islamic State": (499, 1422)}).interval()
    assert (low, middle, high) == pytest.approx((0.21, 0.33, 0.46), abs=0.04)


def test_equal_provinces_share_the_chance_and_a_lead_raises_it():
    assert chance_of_most({"A": (30, 30)}) == pytest.approx((0.5, 0.5))
    three = chance_of_most({"A": (90, 30)})[0]
    assert 0.85 < three < 0.97
    assert chance_of_most({"A": (90, 30), "B": (45, 15)})[0] > three


def test_every_is_bounded_however_the_parts_hang_together():
    assert chance_of_every([0.99, 0.98]) == pytest.approx((0.97, 0.98))
    assert chance_of_every([0.2, 0.3])[0] == 0


PLACES, ERRORS = np.linspace(-6, 6, 601), np.linspace(-8, 8, 801)
# The error of a counter about a province: a t of four degrees of freedom, .42 wide.
BLUR = t.pdf(ERRORS / 0.42, 4) / t.pdf(ERRORS / 0.42, 4).sum()


def blurred(likelihood):
    """A likelihood of each place, averaged over the error of a counter."""
    return likelihood(PLACES[:, None] + ERRORS) @ BLUR


def normed(density):
    return density / density.sum()


def test_a_share_has_the_posterior_of_binomial_counts_with_an_error_of_each_counter():
    parts = {"A": (30, 100), "B": (2, 40)}
    density = norm.pdf(PLACES, -1.5, 2.0)
    for part, whole in parts.values():
        density = density * blurred(lambda x, part=part, whole=whole: binom.pmf(part, whole, expit(x)))
    below = np.cumsum(normed(density))
    found = realised_share(parts)
    for level in (0.95, 0.5):
        ends = [expit(np.interp(p, below, PLACES)) for p in ((1 - level) / 2, 0.5, (1 + level) / 2)]
        assert found.interval(level) == pytest.approx(ends, abs=5e-3)
    assert found.interval() == found.interval(0.95)
    inside = np.interp(np.log([0.1 / 0.9, 0.3 / 0.7]), PLACES, below)
    assert found.between(0.1, 0.3) == pytest.approx(np.diff(inside)[0], abs=0.01)
    assert found.between(0.0, 1.0) == pytest.approx(1) and found.density.sum() == pytest.approx(1)


def test_nothing_or_all_in_a_part_leaves_a_share_that_is_neither():
    for parts in ({"A": (0, 50)}, {"A": (50, 50)}, {"A": (0, 0)}):
        low, middle, high = realised_share(parts).interval()
        assert 0 < low < middle < high < 1
    # A counter that counted nothing leaves what was to be expected beforehand: one province among five.
    assert realised_share({"A": (0, 0)}).interval()[1] == pytest.approx(expit(-1.5), abs=5e-3)


@pytest.mark.parametrize("counts", [{"A": (40, 25, 5)}, {"A": (40, 25, 5), "B": (3, 6, 0)}])
def test_the_most_is_the_largest_of_poisson_counts_with_an_error_of_each_counter_and_province(counts):
    provinces = np.tile(norm.pdf(PLACES, 0, 2.0), (3, 1))
    for row in counts.values():
        mean = sum(row) / 3
        for place, count in enumerate(row):
            provinces[place] *= blurred(lambda x, count=count, mean=mean: poisson.pmf(count, mean * np.exp(x)))
    densities = [normed(each) for each in provinces]
    under = [np.cumsum(each) - each / 2 for each in densities]
    expected = [(densities[i] * np.prod([under[j] for j in range(3) if j != i], axis=0)).sum() for i in range(3)]
    found = chance_of_most(counts)
    assert found == pytest.approx(np.array(expected) / sum(expected), abs=0.01) and sum(found) == pytest.approx(1)


def test_every_of_one_or_of_certain_statements_is_what_they_are():
    assert chance_of_every([0.7]) == (pytest.approx(0.7), 0.7)
    assert chance_of_every([1.0, 1.0]) == (1, 1) and chance_of_every([0.0, 1.0]) == (0, 0)
    assert chance_of_every([0.9, 0.9, 0.8]) == (pytest.approx(0.6), 0.8)


RANKED = (
    "rank provinces: found counters without incidents, with unlike numbers of provinces, or with counts below 0; "
    "allowed: counts of the same two or more provinces by each counter; give each counter's incidents by province."
)


@pytest.mark.parametrize(
    "counts",
    [
        {},
        {"A": (0, 0)},
        {"A": (1, 2), "B": (0, 0)},
        {"A": (5,)},
        {"A": (1, 2), "B": (1, 2, 3)},
        {"A": (1, -1)},
        {"A": (1, np.inf)},
    ],
)
def test_provinces_that_cannot_be_ranked_are_refused(counts):
    with pytest.raises(ModelError) as raised:
        chance_of_most(counts)
    assert str(raised.value) == RANKED


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({}, "find a realised share: found no counter; allowed: one or more; add a source that counts provinces."),
        *(
            (
                {"B": (1, 2), "A": (part, whole)},
                f"find a realised share by 'A': found a part of {part:g} in a whole of {whole:g}; allowed: a part from "
                "0 up to its whole; count both by one rule.",
            )
            for part, whole in ((5, 3), (-1, 3), (1, np.inf), (np.nan, 3))
        ),
    ],
)
def test_shares_that_cannot_be_are_refused(parts, message):
    with pytest.raises(ModelError) as raised:
        realised_share(parts)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("chances", "found"),
    [([], "none"), *(([0.5, each], "2 probabilities, not all from 0 to 1") for each in (-0.1, 1.1, np.nan))],
)
def test_probabilities_that_cannot_be_are_refused(chances, found):
    with pytest.raises(ModelError) as raised:
        chance_of_every(chances)
    assert str(raised.value) == (
        f"join several statements: found {found}; allowed: one or more probabilities; give that of each statement."
    )
