"""The link of a forecast: what lies outside of what was to be expected is found, what lies inside is not."""

from itertools import pairwise

import numpy as np
import pytest

from tests.claims.conftest import stepped
from trends.chance.questions import forecast_total
from trends.claims.direction import BAR, adverse_ratio, adverse_side
from trends.claims.effects import rates_of
from trends.claims.links.forecast import FAN, KIND, Forecast
from trends.claims.study import read_study
from trends.claims.verdict import Ruling
from trends.claims.words import span_in_words
from trends.counts.series import checked_series
from trends.errors import StudyError


@pytest.fixture
def forecast(planted):
    def of(means, keys, event="", **more):
        (finding,) = planted(means, f"{event}[asserts]\nforecast = {{ {keys} }}", **more).findings
        return finding

    return of


@pytest.mark.parametrize(
    ("means", "direction", "bar", "last", "question"),
    [
        (stepped(3), "rise", None, "2020-02", "forecast, quarter"),
        (stepped(3), "no rise", 1.5, "2020-04", "forecast, quarter"),
        (stepped(0.3), "fall", 1.2, "2020-05", "forecast, year"),
        (np.repeat([0.5, 0.0], [30, 18]), "fall", None, "2020-01", "forecast, quarter"),
        (np.repeat([0.5, 0.0, 4.0], [12, 24, 12]), "rise", None, "2020-01", "forecast, quarter"),
    ],
)
def test_the_evidence_is_the_total_against_its_predictive_distribution(forecast, means, direction, bar, last, question):
    more = f", at_least = {bar}" if bar else ""
    finding = forecast(means, f'direction = "{direction}"{more}, first = "2020-01", last = "{last}"')
    counts, evidence, (low, high) = finding.fit.counts, finding.evidence, finding.stand.claimed
    observed, ahead = counts.loc["2020-01":].sum(), len(counts) - 36
    before = checked_series(counts.iloc[:36])
    predicted = forecast_total(before, ahead, without="IQ")
    middle, (least, most) = predicted.quantile(0.5), predicted.interval()
    over = [observed / value if value else (np.inf if observed else 1.0) for value in (middle, most, least)]
    assert [evidence.estimate, evidence.lower, evidence.upper] == over
    assert finding.table.iloc[0].tolist() == ["estimated", observed, *over]
    place = predicted.place(observed)
    assert evidence.pvalue == min(1.0, 2 * min(place, 1 - place))
    beyond = predicted.below(observed / low) if low > 0 else 1.0
    assert evidence.supported == beyond - (0 if high == np.inf else predicted.below(observed / high - 1e-9))
    within = predicted.below(observed * BAR) - predicted.below(observed / BAR - 1e-9)
    assert evidence.immaterial == (None if direction == "no rise" else pytest.approx(within))
    end = predicted.quantile(0.05 if adverse_side(direction) == "fall" else 0.95) / max(middle, 1)
    assert evidence.detectable == pytest.approx(adverse_ratio(direction, bar) * end**1.5)
    rates = rates_of(question, checked_series(counts))
    assert (evidence.false_alarms, evidence.runs, evidence.nobs) == (rates.false_alarms, rates.windows, len(counts))
    fan = finding.fit.fan.iloc[-1]
    one = forecast_total(before, ahead, span=(ahead - 1, ahead - 1), without="IQ")
    assert len(finding.fit.fan) == ahead and fan["median"] == one.quantile(0.5)
    assert [(fan[f"lower {share}"], fan[f"upper {share}"]) for share in FAN] == [one.interval(share) for share in FAN]
    assert finding.sentence.startswith(
        f"For {span_in_words(counts.index[36], counts.index[-1])}, {middle:,.0f} attacks (95 % interval {least:,.0f} "
        f"to {most:,.0f}) were to be expected, and {observed:,.0f} were counted. "
    )


def test_each_province_is_left_out_of_the_total_and_of_its_forecast(study_folder, forecast):
    finding = forecast(stepped(3), 'direction = "rise", first = "2020-01", last = "2020-01"')
    panel = read_study(study_folder).panels["events"].span(None, "2020-01")
    ratios = []
    for name in panel.provinces:
        counts = panel.total([other for other in panel.provinces if other != name])
        predicted = forecast_total(checked_series(counts.iloc[:36]), 1, without="IQ")
        ratios.append(counts.iloc[36] / predicted.quantile(0.5))
    (check,) = (check for check in finding.checks if check.name == "no single province")
    assert f"lies between {min(ratios):.2f} and {max(ratios):.2f}; furthest from" in check.says


def test_a_forecast_begins_after_the_first_period_and_may_be_one_period_long(forecast):
    for keys, untestable in (('first = "2017-01"', True), ('first = "2020-12"', False), ('last = "2021-01"', True)):
        finding = forecast(stepped(1), f'direction = "rise", {keys}', event='[event]\nat = "2020-01"\n')
        assert (finding.ruling is Ruling.UNTESTABLE) == untestable
    assert finding.sentence == (
        "The counts are those of January 2017 to December 2020, and the forecast begins with January 2020: it takes "
        "counts before it and to its end."
    )
    assert KIND.of_counts and not KIND.cites_rows
    assert KIND.names(Forecast("rise", first="2020", last="2021")).periods == ("2020", "2021")


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
