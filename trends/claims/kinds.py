"""What a kind of link is: everything that assessing, drawing and telling must know of it, in one object."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from trends.claims.checks.known import KnownCheck
from trends.claims.claim import Claim
from trends.claims.rungs import Rung
from trends.claims.verdict import Finding


class Group(StrEnum):
    """The headings of the forest of claims, in its order."""

    RECORDED = "Recorded: what the counter has, as a multiple of the time before or of what was said"
    REALISED = "Whoever counted: the same multiples, by all counters with their errors"
    ORDINARY = "Ordinary: the change, as a multiple of what such series do by themselves"
    CHANGES = "Changes: the rate, as a multiple of what it was or was to be expected"
    NUMBERS = "Numbers: what was counted, as a multiple of what was said"
    TRENDS = "Trends: the rate after a year, as a multiple of that before"
    RIVALS = "Rivals: the change with all of them entered, as in its own link"
    SEASONS = "Seasons: the rate in it, as a multiple of that outside"
    FORECASTS = "Forecasts: the total, as a multiple of what the time before led to expect"
    OTHER = "Other estimates"


@dataclass(frozen=True)
class Named:
    """What a link names, to be looked up in its study."""

    sources: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()


def names_nothing(link: Any) -> Named:
    """Nothing to look up, for a link that names nothing in its study."""
    return Named()


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of link. Every field is required, so that a kind that forgets one fails where it is imported.

    Parameters
    ----------
    key : str
        The key under ``[asserts]``.
    rung : Rung
        The question on the ladder of a claim that it answers.
    record : type
        The frozen dataclass that its table is read into.
    find : callable
        From link, claim, study and effort to the finding.
    heading : str
        What it is called in a heading.
    rows : str
        The head of the first column of its table.
    chart : str
        By what name `trends.charts.verdicts.DRAWN` draws it.
    caption : str
        What its chart shows.
    cites_rows : bool
        Whether the rows of its chart name the sources, so that the caption need not.
    counted_in : {"period", "incident", "province-period", "event", "source"}
        What its evidence counts.
    group : Group
        Its heading in the forest of claims.
    sought : str
        What its test looks for: a change, a lead.
    multiple_of : str
        What a ratio that it could find is a multiple of.
    checks : tuple of KnownCheck
        What a certain ruling on it must survive.
    survives_with : str
        The key of a link whose checks it must survive as well, where the claim asserts that too; empty for none.
    bias : str
        What would have had to be otherwise in the reporting to overturn a ruling that supports it, as a clause with
        ``{way}`` ("risen") and ``{by}`` ("17 %"); empty where nothing of the kind is known.
    settled_by : str
        What would settle it where it is open and nothing more exact can be computed, with its full stop.
    of_counts : bool
        Whether it rests on counts at all, rather than on the calendar.
    names : callable
        From link to what it names in the study.
    """

    key: str
    rung: Rung
    record: type
    find: Callable[..., Finding] = field(repr=False)
    heading: str
    rows: str
    chart: str
    caption: str
    cites_rows: bool
    counted_in: str
    group: Group
    sought: str
    multiple_of: str
    checks: tuple[KnownCheck, ...] = field(repr=False)
    survives_with: str
    bias: str
    settled_by: str
    of_counts: bool
    names: Callable[[Any], Named] = field(repr=False)

    def required(self, claim: Claim) -> tuple[KnownCheck, ...]:
        """The checks that a ruling must survive: those that the claim names, or else all that belong to the kind.

        Whether the test keeps its error rate is asked of every test: no claim can leave that out.
        """
        named = claim.checks.get(self.key)
        return tuple(c for c in self.checks if named is None or c.name in named or c.name == "false alarms")


#: What the charts of links on one series, without a picture of their own, and on several sources show.
ONE_ESTIMATE = "The estimate with its interval, over the values for which the claim is true"
BY_SOURCE = "Each source with its interval, over the values for which the claim is true"
EXPECTED = "what was to be expected"
#: What a rise of the counts needs to be one of the reporting alone: the clause of `Kind.bias` for a change at a date.
JUST_THEN = "all reporting had {way} by {by} just then"
