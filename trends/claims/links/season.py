"""The link of a claim that says that the rate is other at a time of the year."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from trends import periods
from trends.claims.asked import Asked, counts_of, season_of, source_of
from trends.claims.checks import false_alarms, no_single_province, provinces_agree
from trends.claims.claim import Claim
from trends.claims.coefficient import column_finding, survived, tested_coefficient
from trends.claims.direction import BAR, Direction, adverse_side
from trends.claims.effort import Effort
from trends.claims.kinds import EXPECTED, ONE_ESTIMATE, Group, Kind, names_nothing
from trends.claims.rungs import Rung
from trends.claims.verdict import Finding
from trends.errors import ModelError
from trends.fits.design import baseline

if TYPE_CHECKING:
    from trends.claims.study import Study

_HIJRI = ("ramadan", "arbaeen")
# The seasons of the northern hemisphere, as meteorologists have them.
_SEASONS = {"winter": (12, 1, 2), "spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10, 11)}
_MONTHS = tuple(pd.date_range("2020-01", periods=12, freq="MS").month_name().str.lower())


@dataclass(frozen=True)
class Season:
    """The rate is other at a time of the year: ``ramadan``, ``arbaeen``, an event of the study that comes every year
    (``harvest``), a calendar month, or ``winter`` (December to February), ``spring``, ``summer`` or ``autumn``.

    The factor is that of a period which lies wholly in it, beside the trend and, for what is not made of whole
    months, beside the season of the months.
    """

    when: str
    direction: Direction = "rise"
    at_least: float = BAR


def find(link: Season, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on a time of the year: a moving holiday, a month, or an event that comes every year."""
    counts = counts_of(claim, study)
    index, when = counts.index, link.when.lower()
    seasons = season_of(counts, True)
    if when in (*_MONTHS, *_SEASONS) and periods.frequency_of(index) in "QY":
        raise ModelError(
            f"find the season of the claim {claim.id!r}",
            found=f"{when!r} in counts by the {periods.frequency_name(periods.frequency_of(index))}",
            allowed="months or finer periods",
            do="take a panel of months",
            lacks="The counts are too coarse to show a season. Counts by the month would settle it.",
        )
    if when in _MONTHS:
        design = baseline(index).assign(**{when: (index.month == _MONTHS.index(when) + 1) * 1.0})
    elif when in _SEASONS:
        design = baseline(index).assign(**{when: index.month.isin(_SEASONS[when]) * 1.0})
    elif when == "ramadan":
        design = baseline(index, seasons=seasons, ramadan=True)
    else:
        design = baseline(index, seasons=seasons, calendar={when: _windows(when, claim, study, index)})
    word = periods.frequency_name(periods.frequency_of(index))
    name = when.title() if when in (*_MONTHS, *_HIJRI) else when
    quantity = f"rate of a {word} that is all {name}, against one that is not,"
    asked = Asked(counts, None, design, when, None, link.direction, link.at_least, quantity, source_of(claim, study))
    tested = survived(tested_coefficient(asked, effort), asked, claim, study, KIND.required(claim))
    return column_finding("season", f"Is the rate other in {name}, beside trend and the months?", tested, counts)


def _windows(when: str, claim: Claim, study: "Study", index: pd.PeriodIndex) -> list:
    if when == "arbaeen":
        return periods.hijri_windows(index, month=2, first_day=20, last_day=20)
    rows = study.events[study.events["event"] == when]
    if rows.empty:
        raise ModelError(
            f"find the season of the claim {claim.id!r}",
            found=repr(when),
            allowed="ramadan, arbaeen, a month, winter, spring, summer, autumn, or an event of the study: "
            + ", ".join(study.events["event"].unique()),
            do="name one of these, or add its dates to events.csv",
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
    checks=(false_alarms.CHECK, no_single_province.CHECK, provinces_agree.CHECK),
    survives_with="",
    on_its_counts=True,
    of_counts=True,
    adverse=lambda link, claim: adverse_side(link.direction),
    names=names_nothing,
)
