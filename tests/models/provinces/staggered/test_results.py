import matplotlib
import numpy as np
import pytest

from trends.counts.simulate import simulate_panel
from trends.errors import ModelError
from trends.models.provinces.staggered.model import StaggeredModel

matplotlib.use("Agg")


@pytest.fixture(scope="module")
def results():
    """Three of eight provinces doubled from January 2017 on."""
    panel = simulate_panel(8, 48, first="2015-01", at="2017-01", rate_ratio=[2.0] * 3 + [1.0] * 5, base=20.0, rng=3)
    schedule = dict.fromkeys(panel.provinces[:3], "2017-01")
    return StaggeredModel(panel, schedule).fit()


def test_the_ratio_that_was_put_in_lies_in_the_interval(results):
    found = results.rate_ratio()
    assert found["lower"] < 2 < found["upper"] and found["ratio"] == pytest.approx(2, rel=0.15)
    assert results.estimate == pytest.approx(np.log(found["ratio"]))


def test_without_one_province_the_estimate_is_that_of_the_others(results):
    table = results.leave_one_out["imputation"]
    assert list(table.index[:3]) == results.model.provinces[:3]
    assert (table > np.log(1.5)).all()


def test_before_the_date_nothing_differs_and_the_test_says_so(results):
    assert results.pretrends["pvalue"] > 0.05


def test_table_sentences_and_line_are_of_one_fit(results):
    assert "imputation" in results.summary().index
    assert results.sentences()[0].startswith("3 of 8 provinces reached, 48 months from 2015-01 to 2018-12")
    assert repr(results).startswith("StaggeredResults(3 of 8 provinces reached")
    assert results.plot() is not None


def test_a_level_that_is_none_is_refused(results):
    with pytest.raises(ModelError, match=r"found level=2; allowed: a number between 0 and 1"):
        results.rate_ratio(level=2)
