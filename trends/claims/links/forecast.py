"""The link of a claim that says what was to be expected: the total of some periods against its forecast."""

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trends import periods
from trends.chance.evidence import Evidence
from trends.chance.predictive import Predictive
from trends.chance.questions import forecast_total
from trends.claims.asked import break_of, counted_panel, counts_of, source_of
from trends.claims.checks import false_alarms, no_single_province
from trends.claims.checks.judged import Judged, LeftOut, provinces_that_matter
from trends.claims.claim import Claim
from trends.claims.direction import Direction, adverse_ratio, adverse_side, check_size, stand_on_change
from trends.claims.effects import rates_of, ratio_table, ruled
from trends.claims.effort import Effort
from trends.claims.kinds import EXPECTED, Group, Kind, Named
from trends.claims.rungs import Rung
from trends.claims.verdict import Asserted, Finding
from trends.claims.words import span_in_words, when_in_words
from trends.counts.panel import Panel
from trends.counts.series import checked_series
from trends.errors import ModelError

if TYPE_CHECKING:
    from trends.claims.study import Study

#: Shares of the courses to come that the fan of the chart holds.
FAN = (0.5, 0.8, 0.95)
_METHOD = (
    "Distribution of the total had the log rate gone on drifting as the series of other countries do, from the periods "
    "before alone."
)


@dataclass(frozen=True)
class Forecast:
    """The total from ``first`` to ``last`` was outside what the periods before it led one to expect, or inside.

    ``direction`` says on which side: ``"no rise"`` is "not a comeback". By default the forecast begins with the claim's
    event and goes to the end of ``[counts]``.
    """

    direction: Direction
    at_least: float | None = None
    first: str = ""
    last: str = ""

    def __post_init__(self) -> None:
        check_size(self.at_least)


@dataclass(frozen=True, eq=False)
class Forecasted:
    """The counts and their forecast, for the chart.

    Attributes
    ----------
    counts : pandas.Series
        The counts, to the last period of the forecast.
    first : pandas.Period
        Its first period.
    fan : pandas.DataFrame
        ``median`` and, for each share of `FAN`, ``lower 0.5, upper 0.5``, ...: the count of each period ahead.
    """

    counts: pd.Series
    first: pd.Period
    fan: pd.DataFrame


@dataclass(frozen=True, eq=False)
class _Total:
    """A total and what the periods before led to expect of it."""

    observed: float
    predicted: Predictive

    @property
    def ratio(self) -> tuple[float, float, float]:
        """What was counted as a multiple of the middle of the forecast, and of the ends of its interval."""
        low, high = self.predicted.interval()
        middle = self.predicted.quantile(0.5)
        over = [self.observed / value if value else (inf if self.observed else 1.0) for value in (middle, high, low)]
        return over[0], over[1], over[2]

    def probability_of(self, values: tuple[float, float]) -> float:
        """Probability that what was counted is between two multiples of a total from the forecast."""
        low, high = values
        beyond_low = 1.0 if low <= 0 else self.predicted.below(self.observed / low)
        return beyond_low - (0.0 if high == inf else self.predicted.below(self.observed / high - 1e-9))


def find(link: Forecast, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on a forecast: the total from its first period on, against what the periods before led to expect."""
    counts = counts_of(claim, study)
    letter = periods.frequency_of(counts.index)
    first = periods.period(link.first, letter) if link.first else break_of(claim, study, letter)
    last = periods.period(link.last, letter) if link.last else counts.index[-1]
    _check_span(counts, first, last, claim)
    counts = counts.loc[:last]
    total = _total(counts, first, study.country)
    stand = stand_on_change(link.direction, link.at_least)
    ahead = int((counts.index >= first).sum())
    span = span_in_words(first, last)
    rates = rates_of(
        f"forecast, {'quarter' if ahead <= periods.PER_YEAR[letter] / 3 else 'year'}", checked_series(counts)
    )
    evidence = _evidence(total, stand, link, span, counts, rates.false_alarms, rates.windows)
    panel = counted_panel(claim, study).span(None, periods.label_of(last))
    subject = Judged(evidence, stand, _without_each(panel, evidence.estimate, first, study.country))
    checks = tuple(c.of(rates if c.name == "false alarms" else subject) for c in KIND.required(claim))
    tested = ruled(evidence, stand, checks)
    row = ("estimated", total.observed, evidence.estimate, evidence.lower, evidence.upper)
    return Finding(
        "forecast",
        f"Was the total of {span} outside what was to be expected?",
        tested.ruling,
        f"{_in_counts(total, span, counts.attrs.get('unit') or 'incidents')} {tested.sentence}",
        evidence,
        stand,
        checks=checks,
        caveats=study.sources[source_of(claim, study)].caveats,
        table=ratio_table([row]),
        fit=Forecasted(counts, first, _fan(counts, first, study.country)),
    )


def _check_span(counts: pd.Series, first: pd.Period, last: pd.Period, claim: Claim) -> None:
    if counts.index[0] < first <= last <= counts.index[-1]:
        return
    raise ModelError(
        f"hold the forecast of the claim {claim.id!r} against its counts",
        found=f"counts in {span_in_words(counts.index[0], counts.index[-1])} and a forecast from "
        f"{periods.label_of(first)} to {periods.label_of(last)}",
        allowed="a forecast that begins after the first period and ends with the last or before",
        do="give the link another first and last, or the claim a longer span under [counts]",
        lacks=f"The counts are those of {span_in_words(counts.index[0], counts.index[-1])}, and the forecast begins "
        f"with {when_in_words(first)}: it takes counts before it and to its end.",
    )


def _predicted(counts: pd.Series, first: pd.Period, country: str, span: tuple[int, int] | None = None) -> Predictive:
    series = checked_series(counts)
    ahead = np.asarray(counts.index >= first)
    return forecast_total(
        checked_series(counts[~ahead]),
        int(ahead.sum()),
        span=span,
        exposure_ahead=series.exposure[ahead],
        without=country,
    )


def _total(counts: pd.Series, first: pd.Period, country: str) -> _Total:
    return _Total(float(counts[counts.index >= first].sum()), _predicted(counts, first, country))


def _fan(counts: pd.Series, first: pd.Period, country: str) -> pd.DataFrame:
    """The middle and the fan of each period ahead."""
    ahead = counts.index[counts.index >= first]
    rows = []
    for place in range(len(ahead)):
        one = _predicted(counts, first, country, (place, place))
        row = {"median": one.quantile(0.5)}
        for share in FAN:
            row[f"lower {share}"], row[f"upper {share}"] = one.interval(share)
        rows.append(row)
    return pd.DataFrame(rows, index=ahead, dtype=float)


def _evidence(
    total: _Total, stand: Asserted, link: Forecast, span: str, counts: pd.Series, false_alarms: float, windows: int
) -> Evidence:
    estimate, low, high = total.ratio
    place = total.predicted.place(total.observed)
    bar = adverse_ratio(link.direction, link.at_least)
    middle = max(total.predicted.quantile(0.5), 1)
    falls = adverse_side(link.direction) == "fall"
    end = total.predicted.quantile(0.05 if falls else 0.95)
    return Evidence(
        quantity=f"total of {span}, against its forecast,",
        estimate=estimate,
        lower=low,
        upper=high,
        pvalue=min(1.0, 2 * min(place, 1 - place)),
        null="It is 1: what was counted lies within what was to be expected.",
        alternative="It is not 1.",
        method=_METHOD,
        nobs=int(counts.notna().sum()),
        false_alarms=false_alarms,
        runs=windows,
        detectable=bar * (end / middle) ** 1.5,
        supported=total.probability_of(stand.claimed),
        immaterial=None if stand.immaterial is None else total.probability_of(stand.immaterial),
    )


def _without_each(panel: Panel, own: float, first: pd.Period, country: str) -> LeftOut:
    """The total against its forecast without each province with incidents in turn."""
    counted = provinces_that_matter(panel)
    rows = {}
    for name in counted if len(counted) > 1 else ():
        try:
            rows[name] = _total(
                panel.total([other for other in panel.provinces if other != name], partial="missing"), first, country
            ).ratio
        except ModelError:
            rows[name] = (np.nan, np.nan, np.nan)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["ratio", "lower", "upper"], dtype=float)
    return LeftOut(own, table.rename_axis("province"))


def _in_counts(total: _Total, span: str, unit: str) -> str:
    """What was expected and what came, in incidents."""
    low, high = total.predicted.interval()
    middle = total.predicted.quantile(0.5)
    return (
        f"For {span}, {middle:,.0f} {unit} (95 % interval {low:,.0f} to {high:,.0f}) were to be expected, and "
        f"{total.observed:,.0f} were counted."
    )


KIND = Kind(
    key="forecast",
    rung=Rung.ORDINARY,
    record=Forecast,
    find=find,
    heading="Forecast",
    rows="Interval",
    chart="forecast",
    caption="The counts, and the fan of what the periods before led to expect",
    cites_rows=False,
    counted_in="period",
    group=Group.FORECASTS,
    sought="change",
    multiple_of=EXPECTED,
    checks=(false_alarms.CHECK, no_single_province.CHECK),
    survives_with="",
    bias="all reporting had {way} by {by} with the first period of the forecast",
    settled_by="What such levels do by themselves sets the limit: only a total further from what was to be expected.",
    of_counts=True,
    names=lambda link: Named(periods=(link.first, link.last)),
)
