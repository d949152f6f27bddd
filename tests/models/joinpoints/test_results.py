import matplotlib
import numpy as np
import pandas as pd
import pytest

from trends.errors import ModelError
from trends.models.joinpoints.model import JoinpointModel
from trends.periods import span

matplotlib.use("Agg")
YEARS = np.arange(72) / 12


@pytest.fixture(scope="module")
def bent():
    """A rate that grows by .35 a year on the log scale for three years and falls by .55 after."""
    rate = 60 * np.exp(0.35 * YEARS - 0.9 * np.maximum(YEARS - 3, 0))
    counts = pd.Series(np.random.default_rng(1).poisson(rate), index=span("2013-01", "2018-12", "M"))
    return JoinpointModel(counts, max_joinpoints=2, draws=199).fit()


def test_each_segment_has_the_change_that_was_put_in(bent):
    first, second = bent.apc.itertuples(index=False)
    assert first.lower < 100 * np.expm1(0.35) < first.upper
    assert second.lower < 100 * np.expm1(-0.55) < second.upper
    assert first.last == second.first == str(bent.joinpoints[0])
    interval = bent.intervals().iloc[0]
    assert interval["lower"] <= pd.Period("2016-01", "M") <= interval["upper"]


def test_the_average_change_of_one_segment_is_that_segment_s(bent):
    last = bent.joinpoints[0]
    assert bent.aapc("2013-01", last)["aapc"] == pytest.approx(bent.apc["apc"].iloc[0])
    # Of the whole it is the line from the first fitted value to the last.
    fitted = bent.fittedvalues
    slope = np.log(fitted.iloc[-1] / fitted.iloc[0]) / YEARS[-1]
    assert bent.aapc()["aapc"] == pytest.approx(100 * np.expm1(slope), rel=1e-6)


def test_coefficients_their_errors_and_their_intervals_belong_together(bent):
    assert list(bent.params.index)[-1] == f"slope {bent.joinpoints[0]}"
    middle = bent.conf_int().mean(axis=1)
    assert middle.to_numpy() == pytest.approx(bent.params.to_numpy())
    assert (bent.conf_int(0.01)["upper"] > bent.conf_int(0.05)["upper"]).all()
    assert bent.pvalues.iloc[-1] < 0.001


def test_the_segments_are_told_in_sentences_and_drawn_with_their_date(bent):
    told = bent.sentences()
    assert told[0].startswith(f"From 2013-01 to {bent.joinpoints[0]} the rate changed by ")
    assert repr(bent).startswith("JoinpointResults(") and f"joinpoints: {bent.joinpoints[0]};" in repr(bent)
    ax = bent.plot()
    assert any(str(bent.joinpoints[0]) in text.get_text() for text in ax.texts)


def test_a_span_turned_round_is_refused(bent):
    with pytest.raises(ModelError) as refusal:
        bent.aapc("2015-01", "2014-01")
    assert str(refusal.value) == (
        "average the change over a span: found first=2015-01, last=2014-01; allowed: a first period before the last; "
        "name a "
        "longer span."
    )
