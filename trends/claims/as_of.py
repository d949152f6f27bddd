"""A study as it was at the end of some month: no count, published figure, release or event of later."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from trends import periods
from trends.claims.words import when_in_words
from trends.counts.panel import Panel
from trends.counts.sources import Source, delay_before
from trends.errors import InputError
from trends.nouns import listed

if TYPE_CHECKING:
    from trends.claims.claim import Claim
    from trends.claims.study import Study


def study_as_of(study: "Study", month: str, claim: "Claim | None" = None) -> "Study":
    """A study with what could be known at the end of a month, or of another period.

    Parameters
    ----------
    study : Study
        The study as it is.
    month : str
        The period: ``"2020-06"``.
    claim : Claim, optional
        The claim that is to be held against it, whose event must have begun by then.

    Returns
    -------
    Study
        Of each source the periods that were over by then, and as old as its ``delay`` says that its events take to come
        in. Where the source has a release of later and the study holds an earlier one that was out (of the same
        measure, actor, rule and origin), the counts are those of the earlier one. Published figures of a source with a
        ``released`` of later are not seen. Events that began later are not either.

    Raises
    ------
    InputError
        Where the month is no period, lies before the event of the claim or before the data, or after them.

    Notes
    -----
    **Assumptions**: a release of later whose earlier ones the study does not hold is taken to have had its counts of
    these periods then as well; a verdict says so. A release known only to a year or a month was out at its end.

    Examples
    --------
    >>> from trends.claims.examples import example_studies
    >>> from trends.claims.study import read_study
    >>> study = study_as_of(read_study(example_studies()["iraq"]), "2020-06")
    >>> study.panel().index[-1]
    Period('2020-06', 'M')
    """
    end = _last_day(study, month, claim)
    sources, panels, figures = dict(study.sources), {}, {}
    for name, source in study.sources.items():
        if name in study.panels:
            used = _release_by(study, source, end)
            sources[name] = replace(study.sources[used], name=name)
            cut = _seen(study.panels[used], _known_to(study.sources[used], end))
            if cut is not None:
                panels[name] = cut
                continue
            figures[name] = pd.DataFrame(columns=["value", "unit", "measure", "place", "first", "last"])
        else:
            known = _known_to(source, end)
            out = not source.released or _released(source) <= end
            held = study.figures[name]
            figures[name] = held[(held["last"] <= known) & out]
    events = study.events[study.events["first"].dt.date <= end].reset_index(drop=True)
    return replace(study, sources=sources, panels=panels, figures=figures, events=events, as_of=month)


def stand_ins(study: "Study", names: "tuple[str, ...]") -> tuple[str, ...]:
    """Sentences on the sources of a study of some month that came out only after it."""
    if not study.as_of:
        return ()
    titles = released_after(study, names, periods.period(study.as_of).end_time.date())
    if not titles:
        return ()
    its = "Its counts" if len(titles) == 1 else "Their counts"
    return (
        f"{listed(titles)} came out after {when_in_words(study.as_of)}. {its} of the time until then stand in for what "
        "was known of it.",
    )


def released_after(study: "Study", names: Iterable[str], day: date) -> list[str]:
    """The titles of those of some sources with counts that came out only after a day."""
    late = [source for name in names if name in study.panels and (source := study.sources[name]).released]
    return list(dict.fromkeys(each.title for each in late if _released(each) > day))


def start_of_data(study: "Study") -> date:
    """The first day that any source of a study has something of."""
    starts = [panel.index[0].start_time.date() for panel in study.panels.values()]
    return min([*starts, *(first for table in study.figures.values() for first in table["first"])])


def end_of_data(study: "Study") -> date:
    """The last day that any source of a study has something of."""
    ends = [panel.index[-1].end_time.date() for panel in study.panels.values()]
    return max([*ends, *(last for table in study.figures.values() for last in table["last"])])


def event_of(claim: "Claim", study: "Study") -> date | None:
    """The first day of the event that a claim is tied to; None where it is tied to none."""
    if claim.event.at:
        return periods.period(claim.event.at).start_time.date()
    return study.event(claim.event.name)["first"].iloc[0].date() if claim.event.name else None


def _last_day(study: "Study", month: str, claim: "Claim | None") -> date:
    begin, finish = start_of_data(study), end_of_data(study)
    event = event_of(claim, study) if claim is not None else None
    since = max(begin, event) if event else begin
    asked = f"assess as of {str(month)[:80]}"
    allowed = f"a month from {_month(since)} to {_month(finish)}"
    try:
        end = periods.period(month).end_time.date()
    except (InputError, TypeError, ValueError):
        raise InputError(asked, found="no period", allowed=allowed, do="write it as 2020-06") from None
    if end > periods.period(_month(finish)).end_time.date():
        found = f"data that end with {_month(finish)}"
        raise InputError(asked, found=found, allowed=allowed, do="name an earlier one, or leave it out")
    if end < since:
        found = f"an event that began on {event}" if event and event >= begin else f"data that begin with {begin}"
        raise InputError(asked, found=found, allowed=allowed, do="name a later one")
    return end


def _month(day: date) -> str:
    return f"{day.year}-{day.month:02d}"


def _known_to(source: Source, end: date) -> date:
    """The last day of which a source had all that it is known to get."""
    return delay_before(end, source.delay) if source.delay else end


def _released(source: Source) -> date:
    return periods.period(source.released).end_time.date()


def _release_by(study: "Study", source: Source, end: date) -> str:
    """The name of the newest release of a source that was out by a day; its own where none was."""
    if not source.released or _released(source) <= end:
        return source.name

    def kind(each: Source) -> tuple[str, ...]:
        return each.measure, each.actor, each.rule, each.origin or each.name

    others = [
        each
        for each in study.sources.values()
        if each.name in study.panels and kind(each) == kind(source) and each.released and _released(each) <= end
    ]
    return max(others, key=_released).name if others else source.name


def _seen(panel: Panel, known: date) -> Panel | None:
    """The periods of a panel that were over by a day; None where there was none."""
    over = panel.index[panel.index.end_time.date <= known]
    return panel.span(None, over[-1]) if len(over) else None
