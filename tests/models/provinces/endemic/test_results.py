import matplotlib
import numpy as np
import pytest

from tests.models.provinces.endemic.test_neighbourtest import NAMES, fitted
from trends.errors import ModelError

matplotlib.use("Agg")


@pytest.fixture(scope="module")
def results():
    """A fit to counts of which .3 pass on in a province and .2 to each of its two neighbours."""
    return fitted(0.2, n=240)


def test_the_weights_that_were_put_in_lie_in_their_intervals(results):
    own = results.rate_ratio("own past")
    assert own["lower"] < 0.3 < own["upper"]
    wide = results.rate_ratio("own past", level=0.99)
    assert wide["lower"] < own["lower"] and own["upper"] < wide["upper"] and wide["ratio"] == own["ratio"]


def test_the_parts_make_up_the_expected_counts_and_their_shares_one(results):
    total = sum(results.parts.values())
    assert np.allclose(total, results.fittedvalues, equal_nan=True)
    shares = results.shares()
    assert shares[["own past", "neighbours", "endemic"]].sum(axis=1).to_numpy() == pytest.approx(np.ones(7))
    assert shares.loc["all", "expected"] == pytest.approx(np.nansum(results.fittedvalues))
    # At the largest likelihood of a Poisson model with a constant as many are expected as were counted.
    assert shares.loc["all", "expected"] == pytest.approx(results.cells.counts.sum(), rel=0.01)


def test_simulated_panels_are_like_the_one_that_was_fitted_and_the_same_by_the_same_draw(results):
    drawn = results.simulate(rng=3)
    assert drawn.counts.equals(results.simulate(rng=3).counts)
    assert drawn.counts.iloc[0].equals(results.model.panel.counts.iloc[0])
    many = results.drawn(results.fit.params, 40, np.random.default_rng(3))
    assert many.shape == (40, 240, 6)
    assert many.mean() == pytest.approx(results.model.panel.counts.to_numpy().mean(), rel=0.1)


def test_the_next_period_is_expected_from_the_last_one(results):
    ahead = results.predict(draws=99)
    assert list(ahead.index) == NAMES
    assert ((ahead["lower"] <= ahead["mean"]) & (ahead["mean"] <= ahead["upper"])).all()
    assert ahead.equals(results.predict(draws=99))


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda found: found.rate_ratio("border"), "give a rate ratio: found the term 'border'; allowed: own past, "),
        (
            lambda found: found.neighbour_test(against="nothing"),
            "test the neighbours: found against='nothing'; allowed: simulation or maps; name one of these.",
        ),
        (
            lambda found: found.shares("2001-01", "2001-03"),
            "read a span: found 2001-01 to 2001-03; allowed: 2010-01 to 2029-12; ask for periods that the panel has.",
        ),
        (
            lambda found: found.spill_over("Diyala", "2010-01", "2010-03"),
            "trace a rise: found a rise that begins with 2010-01, the first period; allowed: periods before it; name "
            "a later "
            "one.",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(results, ask, message):
    with pytest.raises(ModelError) as refusal:
        ask(results)
    assert str(refusal.value).startswith(message)
