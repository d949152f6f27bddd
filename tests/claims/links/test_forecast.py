"""The link of a forecast: what lies outside of what was to be expected is found, what lies inside is not."""

from itertools import pairwise

import numpy as np
import pytest

from tests.claims.conftest import stepped
from trends.claims.links.forecast import FAN
from trends.claims.verdict import Ruling
from trends.errors import StudyError


@pytest.fixture
def forecast(planted):
    def of(means, keys, event="", **more):
        (finding,) = planted(means, f"{event}[asserts]\nforecast = {{ {keys} }}", **more).findings
        return finding

    return of


def test_a_tripling_lies_outside_of_what_was_to_be_expected(forecast):
    finding = forecast(stepped(3), 'direction = "rise", first = "2020-01"')
    assert finding.ruling is Ruling.SUPPORTED
    evidence, counts, fan = finding.evidence, finding.fit.counts, finding.fit.fan
    assert 1.5 < evidence.lower < 3 < evidence.upper
    counted = int(counts.loc["2020-01":].sum())
    assert f"were to be expected, and {counted:,} were counted." in finding.sentence
    assert finding.sentence.startswith("For 2020, ")
    assert (evidence.counted_in, finding.question) == (
        "month",
        "Was the total of 2020 outside what was to be expected?",
    )
    # The fan opens, each share within the next, around the level before.
    for narrow, wide in pairwise(FAN):
        assert (fan[f"lower {wide}"] <= fan[f"lower {narrow}"]).all()
        assert (fan[f"upper {wide}"] >= fan[f"upper {narrow}"]).all()
    assert fan["median"].between(10, 30).all()


@pytest.mark.parametrize(
    ("ratio", "direction", "ruling"),
    [
        (3, "no rise", Ruling.CONTRADICTED),
        (3, "fall", Ruling.CONTRADICTED),
        (1, "rise", Ruling.CANNOT_TELL),
        (1, "fall", Ruling.CANNOT_TELL),
        (0.2, "fall", Ruling.SUPPORTED),
        (0.2, "rise", Ruling.CONTRADICTED),
        (0.2, "no rise", Ruling.SUPPORTED),
    ],
)
def test_a_total_is_ruled_by_what_was_planted(forecast, ratio, direction, ruling):
    # Drawn so that the year of a level that stays is an ordinary one: one in twenty is not.
    found = forecast(stepped(ratio, level=40.0), f'direction = "{direction}", first = "2020-01"', seed=4)
    assert found.ruling is ruling


def test_the_forecast_begins_with_the_event_and_ends_where_it_is_told_to(forecast):
    finding = forecast(stepped(3), 'direction = "rise", last = "2020-06"', event='[event]\nname = "drawdown"\n')
    assert finding.question == "Was the total of January to June 2020 outside what was to be expected?"
    assert str(finding.fit.counts.index[-1]) == "2020-06"


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        (
            'first = "2017-08"',
            "Weigh changes of a series of counts: found 7 watched periods; allowed: 8 or more; give more periods, or "
            "count by a finer one.",
        ),
        (
            'first = "2020-06", last = "2020-02"',
            "Hold the forecast of the claim 'it' against its counts: found counts in January 2017 to "
            "December 2020 and a forecast from 2020-06 to 2020-02; allowed: a forecast that begins after the first "
            "period and ends with the last or before; give the link another first and last, or the claim a longer span "
            "under [counts].",
        ),
    ],
)
def test_what_cannot_be_forecast_is_untestable(forecast, keys, reason):
    finding = forecast(stepped(1), f'direction = "rise", {keys}')
    assert finding.ruling is Ruling.UNTESTABLE
    assert finding.evidence.untestable == reason


def test_a_series_that_once_could_not_be_fitted_has_a_forecast(study_folder, forecast):
    values = "7,3,3,2,6,2,2,5,8,0,7,4,8,7,4,6,11,4,9,8,9,9,5,4,2,6,2,8,7,3,9,8,6,7,4,5,4,4,4,2,5,6,3,3,3,6,2,5"
    finding = forecast(np.array(values.split(","), float), 'direction = "rise", first = "2020-07"')
    assert finding.ruling is not Ruling.UNTESTABLE and np.isfinite(finding.evidence.upper)


def test_a_silence_that_goes_on_has_an_interval_with_an_end(forecast):
    finding = forecast(np.repeat([2.0, 0.0], [20, 28]), 'direction = "rise", first = "2020-01"')
    assert finding.ruling is not Ruling.SUPPORTED and finding.evidence.upper < np.inf


def test_a_period_that_is_none_is_refused(forecast):
    with pytest.raises(StudyError, match="2020-13"):
        forecast(stepped(1), 'direction = "rise", first = "2020-13"')
