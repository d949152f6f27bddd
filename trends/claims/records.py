"""What the sources of a study recorded of a figure: which of them count it, in which spans, by one rule or by two."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from trends import periods
from trends.chance.counters import Counter, with_break
from trends.chance.drift import Span
from trends.claims.claim import Claim
from trends.claims.quantity import AskedFigure, bounds_of, days_of, months_of
from trends.claims.words import capital, listed, span_in_words, titled, when_in_words
from trends.counts.provinces import country_code
from trends.counts.sources import Source
from trends.errors import InputError, ModelError

if TYPE_CHECKING:
    from trends.claims.study import Study

# So many unwatched periods are named one by one.
_NAMED = 6
# Days of a month, where spans are not of whole months.
_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Record:
    """What one source recorded of a figure.

    Attributes
    ----------
    name, title : str
        Of the source.
    counts : tuple of float
        In each span of a ratio or step by step; of part and whole of a share; or of each place, the part's first.
    places : tuple of str
        The places of a first place, in the order of the counts.
    origin : str
        Whose list it goes back to.
    """

    name: str
    title: str
    counts: tuple[float, ...]
    places: tuple[str, ...] = ()
    origin: str = ""


def own_counter(by: str, claim: Claim, study: "Study") -> tuple[str, bool]:
    """The counter that a record is read from, and whether the claim names it: by the link, or as the speaker's own."""
    named = by or claim.counts.source
    return named or study.source, bool(named)


def counters_for(own: str, claim: Claim, study: "Study", named: Sequence[str] = ()) -> list[str]:
    """The sources that a figure is held against, the own counter first.

    Those that the link names; or those under ``against``; or the study's ``counters``; or those of one measure and
    actor.
    """
    mine = study.sources[own]
    alike = [n for n, each in study.sources.items() if (each.measure, each.actor) == (mine.measure, mine.actor)]
    counters = study.counters if own in study.counters else alike
    others = named or claim.counts.against or counters
    return list(dict.fromkeys(others if named else (own, *others)))


def record_of(name: str, asked: AskedFigure, study: "Study") -> Record | None:
    """What a source recorded of a figure; None where it has not all that this takes."""
    source, places = study.sources[name], asked.whole
    found: tuple[str, ...] = ()
    if asked.form == "share":
        if _is_whole(name, asked, study):
            return None
        counts = [study.total(name, *asked.spans[0], list(asked.part)), study.total(name, *asked.spans[0], places)]
    elif asked.form == "first":
        found = _places_of(name, asked, study)
        counts = [study.total(name, *asked.spans[0], [place]) for place in found]
        if len(counts) < 2:
            return None
    else:
        counts = [study.total(name, *span, places) for span in asked.spans]
    if not np.isfinite(counts).all():
        return None
    return Record(name, source.title, tuple(map(float, counts)), found, source.origin or name)


def _is_whole(name: str, asked: AskedFigure, study: "Study") -> bool:
    """Whether the part is all that a source counts: its share of the whole is then no finding."""
    if name not in study.panels:
        return False
    panel = study.panels[name]
    whole = [panel.province(place) for place in asked.places] or panel.provinces
    return set(whole) <= {panel.province(place) for place in asked.part}


def _places_of(name: str, asked: AskedFigure, study: "Study") -> tuple[str, ...]:
    """The places that a source tells apart, the one in question first; none where it has that one not."""
    (part,) = asked.part
    if name in study.panels:
        panel = study.panels[name]
        places = [panel.province(place) for place in asked.places] or list(panel.provinces)
        known = [place for place in places if place == panel.province(part)]
    else:
        figures = study.figures[name]
        figures = figures[(figures["measure"] == study.sources[name].measure) & (figures["unit"] == "count")]
        first, last = (when.date() for when in bounds_of(asked.spans[0]))
        figures = figures[(figures["first"] >= first) & (figures["last"] <= last)]
        places = list(asked.places) or [place for place in dict.fromkeys(figures["place"]) if not _is_country(place)]
        known = [place for place in places if place == part]
    return (*known, *(place for place in places if place not in known)) if known else ()


def _is_country(place: str) -> bool:
    try:
        return bool(country_code(place))
    except InputError:
        return False


def records_of(names: Sequence[str], asked: AskedFigure, study: "Study") -> list[Record]:
    """What each of some sources recorded of a figure, those left out that have it not."""
    return [record for name in names if (record := record_of(name, asked, study))]


def check_unit(of: str, name: str, study: "Study") -> None:
    """Refuse a figure of another unit than its counter counts in."""
    measure = study.sources[name].measure
    if of and of.casefold() != measure.casefold():
        having = [each for each, source in study.sources.items() if source.measure.casefold() == of.casefold()]
        raise ModelError(
            f"read a number of {of}",
            found=f"{measure} in {study.sources[name].title}",
            allowed=f"a counter of {of}: {', '.join(having) or 'none in this study'}",
            do='name it by = "...", or state the number in what is counted',
            lacks=f"No source of the study that fits counts {of}. One that does would settle it.",
        )


def why_not_counted(name: str, asked: AskedFigure, names: Sequence[str], study: "Study") -> str:
    """Why a counter has not a figure, as a sentence for readers: periods not watched, or none counted there."""
    title, when = study.sources[name].title, listed([span_in_words(*span) for span in dict.fromkeys(asked.spans)])
    if unwatched := unwatched_periods(name, asked, study):
        return f"The whole of {when} cannot be counted: {unwatched}."
    if asked.part and _is_whole(name, asked, study):
        counts = f"{capital(titled(title))} counts no other place than {listed(asked.part)}"
        return f"{counts}, so that it tells nothing of its share or rank."
    having = [titled(study.sources[each.name].title) for each in records_of(names, asked, study)]
    if having:
        others = f"{listed(having)} {'have' if having[1:] else 'has'} one"
        return f"{capital(titled(title))} has no figure for the {_plain(asked)}, though {others}."
    return f"No counter of the study has a figure for the {_plain(asked)}."


def _plain(asked: AskedFigure) -> str:
    """The figure as a noun phrase that ends a clause."""
    return asked.what.rstrip(",")


def unwatched_periods(name: str, asked: AskedFigure, study: "Study") -> str:
    """Which periods of the spans a counter did not watch throughout; empty where it watched all."""
    if name not in study.panels:
        return ""
    panel = study.panels[name]
    part = panel.select(asked.whole) if asked.whole else panel
    index = part.index
    inside = np.zeros(len(index), bool)
    for first, last in map(bounds_of, asked.spans):
        inside |= (index.start_time >= first) & (index.end_time.normalize() <= last)
    lost = index[inside & (part.exposure.to_numpy() < 1).any(axis=1)]
    if not len(lost):
        return ""
    word = periods.frequency_name(panel.frequency)
    more = [f"{len(lost) - _NAMED} more"] if len(lost) > _NAMED else []
    named = listed([*(when_in_words(when) for when in lost[:_NAMED]), *more])
    were = "were" if len(lost) > 1 else "was"
    many = f"{len(lost)} of {int(inside.sum())} {word}s {were}"
    return f"{many} not wholly watched in {study.sources[name].title}: {named}"


def drift_spans(first: tuple[str, str], second: tuple[str, str]) -> tuple[Span, Span]:
    """Two spans in months from one zero; spans shorter than a month count as one, the second never the first again."""
    found = []
    for span in (first, second):
        begin, _ = bounds_of(span)
        found.append(Span(12 * begin.year + begin.month, months_of(span) or max(1, round(days_of(span) / _MONTH))))
    one, two = found
    return one, Span(max(two.start, one.start + one.months), two.months)


def counter_of(record: Record, first: int, second: int, asked: AskedFigure, study: "Study") -> Counter | None:
    """Two counts of a source as a counter, with its breaks of measurement; None where one between cannot be told."""
    source = study.sources[record.name]
    spans = asked.spans[first], asked.spans[second]
    counter = Counter(record.title, record.counts[first], record.counts[second], kind=source.kind, origin=record.origin)
    one, two = drift_spans(*spans)
    if not (months_of(spans[0]) and months_of(spans[1])):
        # Spans of days: what their lengths in whole months get wrong is taken into the share seen.
        exact, rough = days_of(spans[1]) / days_of(spans[0]), two.months / one.months
        counter = replace(counter, shift=math.log(exact / rough))
    crossed = breaks_between(source, *spans)
    if not crossed:
        return counter
    kept = [kept_in(source, span) for span in spans]
    if kept[0] is None or kept[1] is None:
        return None
    broken = with_break(replace(counter, shift=0.0), kept[0], kept[1])
    return replace(broken, shift=broken.shift + counter.shift)


def breaks_between(source: Source, first: tuple[str, str], second: tuple[str, str]) -> list[str]:
    """What changed in how a source counts after the first span began and before the second was over."""
    begin, end = bounds_of(first)[0], bounds_of(second)[1]
    return [each.what for each in source.breaks if begin < periods.period(each.first).start_time <= end]


def kept_in(source: Source, span: tuple[str, str]) -> tuple[float, float] | None:
    """The lowest and the highest share of incidents that a source may have kept in a span; None where nobody knows."""
    begin, end = bounds_of(span)
    dated = sorted(source.breaks, key=lambda each: periods.period(each.first).start_time)
    regimes = [(periods.period(each.first).start_time, each.kept) for each in dated]
    before = [kept for start, kept in regimes if start <= begin]
    shares = [before[-1] if before else dated[0].kept_before if dated else ()]
    shares += [kept for start, kept in regimes if begin < start <= end]
    if not all(shares):
        return None
    return min(low for low, _ in shares), max(high for _, high in shares)
