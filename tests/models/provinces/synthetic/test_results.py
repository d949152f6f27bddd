import matplotlib
import numpy as np
import pytest

from trends.counts.simulate import simulate_panel
from trends.errors import ModelError
from trends.models.provinces.synthetic.model import SyntheticControl

matplotlib.use("Agg")


@pytest.fixture(scope="module")
def results():
    """The first of nine provinces fell to .4 from January 2018 on."""
    panel = simulate_panel(9, 48, first="2015-01", at="2018-01", rate_ratio=[0.4] + [1.0] * 8, base=30.0, rng=3)
    return SyntheticControl(panel, "Province 1", "2018-01").fit()


def test_the_weights_are_shares_and_the_gap_is_what_they_leave(results):
    assert results.weights.sum() == pytest.approx(1) and (results.weights > -1e-9).all()
    assert (results.gap == results.observed - results.fittedvalues).all()


def test_the_ratio_that_was_put_in_lies_in_the_interval_over_dates(results):
    found = results.rate_ratio()
    assert found["lower"] < 0.4 < found["upper"]
    assert found["ratio"] == pytest.approx(np.exp(results.estimate))
    assert results.params.index.tolist() == ["log rate ratio"]


def test_the_p_value_over_provinces_is_the_rank_of_the_treated_one(results):
    table = results.placebos
    assert results.pvalue_provinces == table.loc["Province 1", "rank"] / 9 == 1 / 9
    # Nine provinces can reject nothing at 5 %, so that the interval over them has no end.
    assert results.conf_int().loc["provinces"].tolist() == [-np.inf, np.inf]
    assert np.isfinite(results.conf_int(0.2).loc["provinces"]).any()


def test_earlier_dates_are_judged_by_what_lies_before_the_event(results):
    assert results.placebo_dates.index.max() < results.model.at
    assert (results.placebo_dates["effect"].abs() < abs(results.estimate)).mean() > 0.9


def test_without_a_donor_the_effect_is_estimated_anew(results):
    table = results.leave_one_out
    assert table["weight"].to_dict() == pytest.approx(results.weights[table.index].to_dict())
    assert (table["effect"] < 0).all()


def test_summary_sentences_and_line_are_of_one_fit(results):
    assert results.summary()["rate_ratio"].tolist() == [pytest.approx(np.exp(results.estimate))] * 2
    assert results.sentences()[0].startswith(
        "Province 1 from 2018-01 on against 8 donors, 36 months before and 12 after"
    )
    assert repr(results) == f"SyntheticResults({results.sentences()[0][:-1]})"
    assert results.nobs == 48 and len(results.plot().lines) >= 2


def test_a_ratio_over_something_else_is_refused(results):
    with pytest.raises(ModelError) as refusal:
        results.rate_ratio("donors")
    assert str(refusal.value) == (
        "read a rate ratio: found 'donors'; allowed: 'dates' or 'provinces', of a Panel; read params instead."
    )
