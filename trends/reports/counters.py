"""Where the counters of a study disagree, and by how much."""

from dataclasses import dataclass
from math import isfinite

from trends import periods
from trends.claims.study import Study
from trends.claims.words import figure, span_in_words
from trends.counts.sources import Source
from trends.reports import sentences
from trends.reports.parts import Table

# So many spans fit beside each other, and so many pairs are told in a sentence each.
_SPANS, _TOLD = 3, 3


@dataclass(frozen=True)
class Pair:
    """Two sources that count one thing by two rules, and what each has for a span."""

    span: str
    measure: str
    high: tuple[str, float]
    low: tuple[str, float]

    @property
    def times(self) -> float:
        """How many times as many the one has."""
        return self.high[1] / self.low[1] if self.low[1] > 0 else float("inf")


def counters(study: Study) -> tuple[Table | None, tuple[str, ...]]:
    """What the sources on the study's own actor have for the same years and quarters, and where they differ most.

    Parameters
    ----------
    study : Study
        The study.

    Returns
    -------
    Table or None
        A row a source, a column a year or quarter; those for which the most sources have a figure.
    tuple of str
        The pairs of one measure that differ by most, each pair of sources once, in sentences.
    """
    actor = study.sources[study.source].actor
    held_at_all = study.panels | study.figures
    sources = {name: each for name, each in study.sources.items() if each.actor == actor and name in held_at_all}
    held = {span: _held(study, sources, span) for span in _spans(study)}
    shared = {span: found for span, found in held.items() if len(found) > 1}
    pairs = sorted((pair for span, found in shared.items() for pair in _pairs(span, found, sources)), key=_by_size)
    told: list[str] = []
    named: set[frozenset[str]] = set()
    for pair in pairs:
        both = frozenset((pair.high[0], pair.low[0]))
        if both not in named and len(told) < _TOLD:
            named.add(both)
            told.append(sentences.differ(pair.span, pair.measure, pair.high, pair.low))
    return _table(shared, sources), tuple(told) or (sentences.agree(),)


def _by_size(pair: Pair) -> tuple[float, str]:
    return -pair.times, pair.span


def _spans(study: Study) -> list[str]:
    return [periods.label_of(each) for letter in ("Y", "Q") for each in periods.span(study.first, study.last, letter)]


def _held(study: Study, sources: dict[str, Source], span: str) -> dict[str, float]:
    totals = {name: study.total(name, span, span) for name in sources}
    return {name: total for name, total in totals.items() if isfinite(total)}


def _pairs(span: str, found: dict[str, float], sources: dict[str, Source]) -> list[Pair]:
    pairs = []
    for one in found:
        for other in found:
            a, b = sources[one], sources[other]
            comparable = a.measure == b.measure and a.rule != b.rule and (a.origin or one) != (b.origin or other)
            if comparable and found[one] > found[other]:
                high, low = (a.title, found[one]), (b.title, found[other])
                pairs.append(Pair(span_in_words(span, span), a.measure, high, low))
    return pairs


def _table(shared: dict[str, dict[str, float]], sources: dict[str, Source]) -> Table | None:
    if not shared:
        return None
    years, quarters = (_fullest(shared, quarters=quarters) for quarters in (False, True))
    chosen = [*years, *quarters]
    names = [name for name in sources if sum(name in shared[span] for span in chosen)]
    rows = tuple(
        (
            f"{sources[name].title}: {sources[name].measure}",
            *(figure(shared[span][name], "count") if name in shared[span] else "–" for span in chosen),
        )
        for name in names
    )
    heads = ("Source, and what it counts", *(_head(span) for span in chosen))
    return Table("What each counter has for the same time", heads, rows, (False, *[True] * len(chosen)))


def _fullest(shared: dict[str, dict[str, float]], *, quarters: bool) -> list[str]:
    """The spans for which the most sources have a figure, of these the latest, in order."""
    spans = [span for span in shared if ("Q" in span) is quarters]
    return sorted(sorted(spans, key=lambda span: (len(shared[span]), span))[-_SPANS:])


def _head(span: str) -> str:
    words = span_in_words(span, span).removeprefix("the ")
    return words[:1].upper() + words[1:]
