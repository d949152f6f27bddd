"""The link of a claim that says that the rate is other at a time of the year."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trends import periods
from trends.chance.answers import RatioFound, ratio_found
from trends.chance.questions import influence_of, season_of_year
from trends.claims.asked import counted_panel, counts_of, source_of
from trends.claims.checks import false_alarms, no_single_province
from trends.claims.checks.judged import Judged, without_each
from trends.claims.claim import Claim
from trends.claims.direction import Direction, check_size, stand_on_change
from trends.claims.effects import rates_of, ratio_evidence, ratio_finding, ruled
from trends.claims.effort import Effort
from trends.claims.kinds import EXPECTED, ONE_ESTIMATE, Group, Kind, names_nothing
from trends.claims.rungs import Rung
from trends.claims.verdict import Finding
from trends.claims.words import chance, percent
from trends.counts.series import checked_series
from trends.errors import ModelError
from trends.fits.calendar import HIJRI, calendar_windows
from trends.periods import day_shares

if TYPE_CHECKING:
    from trends.claims.study import Study

# The seasons of the northern hemisphere, as meteorologists have them.
_SEASONS = {"winter": (12, 1, 2), "spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10, 11)}
_METHOD = (
    "Posterior of its coefficient beside a log rate that drifts as the series of other countries do, with rates of the "
    "months as large as the counts bear out."
)
_MONTHS = tuple(pd.date_range("2020-01", periods=12, freq="MS").month_name().str.lower())


@dataclass(frozen=True)
class Season:
    """The rate is other at a time of the year: a part of the Hijri year (``ramadan``), an event of the study that
    comes every year (``harvest``), a calendar month, or ``winter`` (December to February), ``spring``, ``summer`` or
    ``autumn``.

    The factor is that of a period which lies wholly in it, against those outside of it.
    """

    when: str
    direction: Direction = "rise"
    at_least: float | None = None

    def __post_init__(self) -> None:
        check_size(self.at_least)


def find(link: Season, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on a time of the year: a moving holiday, a month, or an event that comes every year."""
    counts = counts_of(claim, study)
    index, when = counts.index, link.when.lower()
    letter = periods.frequency_of(index)
    if when in (*_MONTHS, *_SEASONS) and letter in "QY":
        raise ModelError(
            f"find the season of the claim {claim.id!r}",
            found=f"{when!r} in counts by the {periods.frequency_name(letter)}",
            allowed="months or finer periods",
            do="take a panel of months",
            lacks="The counts are too coarse to show a season. Counts by the month would settle it.",
        )
    column = _column(when, claim, study, index)

    def ratio(counts: pd.Series) -> RatioFound:
        return ratio_found(influence_of(checked_series(counts), column, without=study.country))

    series = checked_series(counts)
    found, stand, rates = ratio(counts), stand_on_change(link.direction, link.at_least), rates_of("season", series)
    name = when.title() if when in (*_MONTHS, *HIJRI) else when
    evidence = ratio_evidence(
        found,
        stand,
        link.direction,
        link.at_least,
        quantity=f"rate of a {periods.frequency_name(letter)} that is all {name}, against one that is not,",
        null="It is 1: the level and the months, drifting as such series do, account for the counts.",
        nobs=int(series.watched.sum()),
        rates=rates,
        method=_METHOD,
    )
    subject = Judged(evidence, stand, without_each(counted_panel(claim, study), found.estimate, ratio))
    checks = tuple(check.of(rates if check.name == "false alarms" else subject) for check in KIND.required(claim))
    tested = ruled(evidence, stand, checks)
    finding = ratio_finding("season", f"Is the rate other in {name}?", tested, counts)
    caveats = study.sources[source_of(claim, study)].caveats
    if when not in (*_MONTHS, *_SEASONS):
        return replace(finding, caveats=caveats)
    told = season_of_year(series, without=study.country)
    words = f"That the months have rates of their own at all has a probability of {chance(told.probability)}"
    words += f" ({percent(told.prior)} beforehand)."
    return replace(finding, sentence=f"{finding.sentence} {words}", caveats=caveats)


def _column(when: str, claim: Claim, study: "Study", index: pd.PeriodIndex) -> np.ndarray:
    """The share of each period that lies in a time of the year; refused where all periods have the same."""
    if when in _MONTHS or when in _SEASONS:
        months = (_MONTHS.index(when) + 1,) if when in _MONTHS else _SEASONS[when]
        column = np.asarray(pd.PeriodIndex(index).to_timestamp().month.isin(months), float)
    elif when in HIJRI:
        column = day_shares(index, calendar_windows(index, [when])[when])
    else:
        column = day_shares(index, _windows(when, claim, study))
    column = np.asarray(column, float)
    if np.ptp(column) > 0:
        return column
    raise ModelError(
        f"find the season of the claim {claim.id!r}",
        found=f"that all {len(index)} periods have the same share of {when}",
        allowed="periods that are in it and periods that are not",
        do="give the claim a longer span under [counts]",
        lacks=f"All of these periods have the same share of {when}. Longer counts, or finer ones, would settle it.",
    )


def _windows(when: str, claim: Claim, study: "Study") -> list[tuple[date, date]]:
    rows = study.events[study.events["event"] == when]
    if rows.empty:
        raise ModelError(
            f"find the season of the claim {claim.id!r}",
            found=repr(when),
            allowed=f"{', '.join(HIJRI)}, a month, winter, spring, summer, autumn, or an event of the study: "
            + ", ".join(study.events["event"].unique()),
            do="name one of these, or add its dates to events.csv",
            lacks=f"When {when} is, nothing in the study tells. Its dates of several years would settle it.",
        )
    return list(zip(rows["first"].dt.date, rows["last"].dt.date, strict=True))


KIND = Kind(
    key="season",
    rung=Rung.ORDINARY,
    record=Season,
    find=find,
    heading="Season",
    rows="Interval",
    chart="intervals",
    caption=ONE_ESTIMATE,
    cites_rows=False,
    counted_in="period",
    group=Group.SEASONS,
    sought="change",
    multiple_of=EXPECTED,
    checks=(false_alarms.CHECK, no_single_province.CHECK),
    survives_with="",
    bias="all reporting had {way} by {by} in these times of the year",
    settled_by="More years.",
    of_counts=True,
    names=names_nothing,
)
