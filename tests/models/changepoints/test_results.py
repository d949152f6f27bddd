import numpy as np
import pandas as pd
import pytest

from trends.errors import ModelError
from trends.models.changepoints.model import ChangepointModel

MONTHS = pd.period_range("2015-01", periods=72, freq="M")


@pytest.fixture(scope="module")
def stepped():
    """A fall from 20 to 8 a month in January 2018, and what was found."""
    rng = np.random.default_rng(5)
    counts = pd.Series(np.r_[rng.poisson(20, 36), rng.poisson(8, 36)], index=MONTHS)
    return counts, ChangepointModel(counts).fit()


def test_the_rate_of_a_regime_is_the_mean_of_its_counts_within_its_interval(stepped):
    counts, found = stepped
    before, after = found.segments.itertuples(index=False)
    assert (str(before.first), str(before.last), str(after.first), str(after.last)) == (
        "2015-01",
        str(found.breaks[0] - 1),
        str(found.breaks[0]),
        "2020-12",
    )
    for regime in (before, after):
        assert regime.rate == pytest.approx(counts[regime.first : regime.last].mean())
        assert regime.lower < regime.rate < regime.upper
    assert before.lower < 20 < before.upper and after.lower < 8 < after.upper


def test_probabilities_of_dates_add_up(stepped):
    _, found = stepped
    assert found.number.sum() == pytest.approx(1)
    assert found.dates(1)[1].sum() == pytest.approx(1)
    # The sum over all dates is the expected number of breaks.
    assert found.posterior.sum() == pytest.approx((found.number * found.number.index).sum())
    assert found.probability("2015-01", "2020-12") == pytest.approx(1 - found.number[0], abs=1e-6)
    assert found.probability("2017-10", "2018-03") > 0.9 > 0.1 > found.probability("2015-02", "2016-12")


def test_the_expected_counts_are_the_rates_where_it_was_watched_and_nothing_elsewhere(stepped):
    counts, _ = stepped
    found = ChangepointModel(counts.where(counts.index != pd.Period("2016-05", "M"))).fit()
    assert found.nobs == 71 and np.isnan(found.fittedvalues["2016-05"])
    assert found.fittedvalues["2016-04"] == pytest.approx(found.segments["rate"][0])


def test_the_regimes_are_told_in_sentences_and_in_a_line(stepped):
    _, found = stepped
    told = found.sentences()
    assert len(told) == 2 and told[0].startswith(f"From 2015-01 to {found.breaks[0] - 1} the rate was ")
    assert repr(found) == f"ChangepointResults(72 periods; breaks: {found.breaks[0]})"
    assert found.to_frame().equals(found.segments) and "<table" in found._repr_html_()


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda found: found.probability("2018-03", "2018-01"),
            "give the probability of a break in a span: found a span from 2018-03 to 2018-01; allowed: a first period "
            "that "
            "is not later than the last; exchange the two.",
        ),
        (
            lambda found: found.interval(level=1.5),
            "give intervals of dates: found level=1.5, method='posterior'; allowed: a level between 0 and 1, "
            '"posterior" or '
            '"bai-perron"; choose among these.',
        ),
        (
            lambda found: found.dates(99),
            "date breaks: found number=99; allowed: 0 to {most}, as far as they fit into the series; raise max_breaks "
            "in the "
            "model, or ask for fewer.",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(stepped, ask, message):
    with pytest.raises(ModelError) as refusal:
        ask(stepped[1])
    assert str(refusal.value) == message.format(most=len(stepped[1].number) - 1)
