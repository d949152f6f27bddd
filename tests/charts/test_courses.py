from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.charts.made import made_verdicts
from trends import drawing, periods
from trends.chance.counterfactual import counterfactual
from trends.charts.verdicts import has_chart, plot_finding
from trends.claims.asked import Asked
from trends.claims.links.change import ChangeFound
from trends.claims.links.forecast import FAN, Forecasted
from trends.claims.links.timing import DatedCounts
from trends.counts.series import checked_series

INDEX = periods.span("2017-01", "2020-12", "M")


@pytest.fixture
def counts():
    values = np.random.default_rng(1).poisson(np.repeat([4.0, 12.0], [39, 9])).astype(float)
    values[5] = np.nan
    return pd.Series(values, index=INDEX)


def dated_of(counts):
    """A posterior that has half of its probability in April 2020, and the rest in the months beside it."""
    posterior = pd.Series(0.0, index=counts.index)
    posterior["2020-03":"2020-05"] = [0.25, 0.5, 0.25]
    return DatedCounts(counts, posterior, *(periods.period(label) for label in ("2020-04", "2020-03", "2020-05")))


def with_finding(link, fit):
    verdict = made_verdicts()[0]
    finding = replace(verdict.findings[0], link=link, fit=fit, table=None)
    return replace(verdict, findings=(finding,)), finding


def test_the_timing_shows_the_counts_above_the_dates_and_the_window_across_both(counts):
    dated = dated_of(counts)
    verdict, finding = with_finding("timing", dated)
    assert has_chart(finding)
    below = plot_finding(verdict, finding)
    above = below.figure.axes[0]
    np.testing.assert_array_equal(above.lines[0].get_ydata(), counts)
    bars = [patch.get_height() for patch in below.containers[0]]
    np.testing.assert_allclose(bars, dated.posterior)
    sides = drawing.edges(periods.span("2020-03", "2020-06", "M"))[[0, -1]]
    for ax in (above, below):
        box = ax.patches[-1].get_extents().transformed(ax.transData.inverted())
        np.testing.assert_allclose([box.x0, box.x1], sides)
    assert above.get_xlim() == below.get_xlim()
    assert "n = 47 months" in below.get_xlabel()
    assert [patch.get_hatch() for patch in above.patches][:1] == ["////"]


def test_on_given_axes_only_the_dates_are_drawn(counts):
    verdict, finding = with_finding("timing", dated_of(counts))
    given = drawing.axes()
    assert plot_finding(verdict, finding, given) is given
    assert len(given.figure.axes) == 1


def test_a_change_shows_what_was_to_be_expected_over_its_span_alone_with_the_interval_of_the_ruling(counts):
    series = checked_series(counts)
    at, last = periods.period("2020-04"), periods.period("2020-09")
    asked = Asked(counts, series, at, at, last, "rise", None, "made", "IQ")
    found = asked.effect()
    course = counterfactual(found)
    verdict, finding = with_finding("change", ChangeFound(asked, found, course))
    ax = plot_finding(verdict, finding)
    drawn = {line.get_label(): line for line in ax.lines}
    np.testing.assert_array_equal(drawn["expected, had nothing changed"].get_ydata(), course.loc[at:last, "expected"])
    np.testing.assert_array_equal(drawn["fitted"].get_ydata(), course["fitted"])
    assert ax.get_ylim()[1] >= counts.max()


def test_a_forecast_shows_its_fan_and_what_came(counts):
    first = periods.period("2020-04")
    ahead = counts.index[counts.index >= first]
    fan = pd.DataFrame({"median": 4.0}, index=ahead)
    for share, width in zip(FAN, (1, 2, 3), strict=True):
        fan[f"lower {share}"], fan[f"upper {share}"] = 4.0 - width, 4.0 + width
    verdict, finding = with_finding("forecast", Forecasted(counts, first, fan))
    ax = plot_finding(verdict, finding)
    assert {line.get_label() for line in ax.lines} >= {"counted", "forecast"}
    labels = ax.get_legend_handles_labels()[1]
    assert "holds 50\u00a0%, 80\u00a0%, 95\u00a0% of forecasts" in labels
