"""What the links that rest on totals share: which sources speak, and how much their totals swing.

Which counts speak: a change between two spans is judged by the claim's own source. A level, a share or a first place
is judged by other sources than the speaker's own, because a figure agrees with itself: those that the claim names, or
those that count the same thing. A share or a first place is read off the one with the most incidents; where none
counts the same thing, off the study's own source, whose counts are then of another kind and do not contradict.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trends import periods
from trends.chance.evidence import Evidence
from trends.chance.rates import Rates, Reference, with_rates
from trends.chance.totals import rate_spread
from trends.claims.claim import Claim
from trends.claims.coefficient import CoefficientRuling, ratio_table, ruled
from trends.claims.kinds import Kind
from trends.claims.verdict import Asserted, Finding, Ruling
from trends.claims.words import figure, listed, one, span_in_words, when_in_words
from trends.counts.panel import Panel
from trends.errors import InputError, ModelError
from trends.fits.design import baseline, effect_column
from trends.models.regression import CountRegression

if TYPE_CHECKING:
    from trends.claims.study import Study

# Periods from which the spread of a total is learned, where its own span is shorter: two years of months. More would
# reach into other regimes, fewer would not show how long a deviation lasts.
_FEWEST = 24
# So many unwatched periods are named one by one.
_NAMED = 6


@dataclass(frozen=True, eq=False)
class BySource:
    """What each source says of a total: its count, and the evidence on the quantity in question, by its name."""

    figures: dict[str, tuple[float, Evidence]]


def ruled_total(
    kind: Kind, claim: Claim, evidence: Evidence, rates: Rates | None, stand: Asserted
) -> CoefficientRuling:
    """The ruling on a total, which must survive the false-alarm rate of its own interval where that was simulated."""
    required = kind.required(claim) if rates else ()
    checks = tuple(check.of(rates) for check in required)
    return ruled(with_rates(evidence, rates), stand, checks, kind.sought, kind.multiple_of)


def stand_on_number(
    number: float, comparison: str, margin: float, comparable: bool, highest: float = np.inf
) -> Asserted:
    """What a stated number says: at least, at most, or about it within a margin; nothing lies above ``highest``."""
    claimed = {
        "at least": (number, highest),
        "at most": (0.0, number),
        "about": (max(number - margin, 0.0), min(number + margin, highest)),
    }[comparison]
    return Asserted(claimed, comparable=comparable)


def number_in_words(number: float, comparison: str, unit: str) -> str:
    """A stated number with its comparison: ``"at least 32 %"``."""
    return f"{comparison} {figure(number, unit)}"


def others_of(study: "Study", claim: Claim, own: str) -> list[str]:
    """The sources to hold a claim against: those it names, or those that count the same thing as its own."""
    measure = study.sources[own or study.source].measure
    named = claim.counts.against or [name for name, source in study.sources.items() if source.measure == measure]
    return [name for name in named if name != own]


def sources_of(study: "Study", claim: Claim) -> list[str]:
    """The speaker's own source, those to hold it against, and the study's own last."""
    own = claim.counts.source
    return list(dict.fromkeys([*([own] if own else []), *others_of(study, claim, own), study.source]))


def same_as_own(study: "Study", name: str, own: str, what: str) -> bool:
    """Whether a source is like the speaker's own; nobody knows the rule of a speaker without a source."""
    return bool(own) and getattr(study.sources[name], what) == getattr(study.sources[own], what)


def counts_alike(study: "Study", name: str, claim: Claim) -> bool:
    """Whether a source counts what the claim speaks of, so that it may contradict a share or a first place."""
    return name in claim.counts.against or same_as_own(study, name, claim.counts.source or study.source, "measure")


def largest(wholes: dict[str, float], claim: Claim, study: "Study", span: tuple[str, str]) -> str:
    """Of the sources that have figures, the one with the most incidents, the study's own only where it is alone."""
    own = claim.counts.source
    others = [name for name in wholes if name != own]
    first = [name for name in others if name in others_of(study, claim, own)] or others
    if not first:
        open_periods = _unwatched(study, claim, span)
        if open_periods:
            raise ModelError(
                f"count the whole of {span_in_words(*span)}",
                found=open_periods,
                allowed="a span that was watched throughout",
                do="name a span without these periods, or fill them from another source",
                lacks=f"{open_periods}. A source that watched all of {span_in_words(*span)} would settle it.",
            )
        raise ModelError(
            f"find counts by province for {span_in_words(*span)}",
            found=f"none{' but the speaker’s own' if own else ''} among the sources of the study",
            allowed="a source that has the provinces and the whole",
            do="add such a source to the study",
            lacks="Nobody else counts this by province for these dates. Such a count would settle it.",
        )
    return max(first, key=lambda name: wholes[name])


def _unwatched(study: "Study", claim: Claim, span: tuple[str, str]) -> str:
    """Which periods of a span the study's own source did not watch throughout; empty where there are none."""
    name = study.source if study.source in study.panels else claim.counts.source
    if name not in study.panels:
        return ""
    panel = study.panels[name]
    first, last = periods.period(span[0]).start_time, periods.period(span[1]).end_time
    inside = (panel.index.start_time >= first) & (panel.index.end_time <= last)
    lost = panel.index[inside & (panel.exposure.to_numpy() < 1).any(axis=1)]
    if not len(lost):
        return ""
    word = periods.frequency_name(panel.frequency)
    named = listed([when_in_words(when) for when in lost[:_NAMED]])
    more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
    many = (
        f"{len(lost)} of {int(inside.sum())} {word}s were" if len(lost) > 1 else f"1 of {int(inside.sum())} {word}s was"
    )
    return f"that {many} not wholly watched in {study.sources[name].title}: {named}{more}"


def no_figure(study: "Study", name: str, span: str) -> ModelError:
    """The error for a source that has no figure for one of two spans."""
    return ModelError(
        "compare two spans",
        found=f"nothing for {span} in {study.sources[name].title}",
        allowed="a source that covers both spans, as counted or as published",
        do="name another source or other spans",
        lacks=f"{study.sources[name].title} has nothing for {span}. A source that covers both spans would settle it.",
    )


def untestable(link: str, question: str, reason: str, table: pd.DataFrame) -> Finding:
    """The finding on a total that no source but the speaker's own has."""
    evidence = Evidence(quantity="count by other sources", unit="count", untestable=reason)
    return Finding(link, question, Ruling.UNTESTABLE, reason, evidence, table=table if len(table) else None)


def table_of(study: "Study", counted: dict[str, tuple[float, Evidence]]) -> pd.DataFrame:
    """A row a source, with its count, estimate and interval, as findings print them."""
    rows = [
        (study.sources[name].title, count, each.estimate, each.lower, each.upper)
        for name, (count, each) in counted.items()
    ]
    return ratio_table(rows)


def caveats_of(study: "Study", names: Iterable[str]) -> tuple[str, ...]:
    """By which rule each source counts, and what else a reader must know of it."""
    counted = [study.sources[name] for name in names]
    rules = [f"{source.title}: {source.counts_as}" for source in counted if source.counts_as]
    return tuple(dict.fromkeys([*rules, *(caveat for source in counted for caveat in source.caveats)]))


def unit_of(study: "Study", name: str) -> str:
    """What a source counts, in the singular: the unit of its panel, or else its measure."""
    unit = study.panels[name].unit if name in study.panels else study.sources[name].measure
    return one(unit) or "incident"


def days_of(first: str, last: str) -> int:
    """The days of a span, both ends included."""
    return (periods.period(last).end_time.normalize() - periods.period(first).start_time).days + 1


def length_of(panel: Panel, first: str, last: str) -> int:
    """How many of a panel's periods a span is as long as, at least one."""
    return max(1, round(days_of(first, last) / 365.25 * periods.PER_YEAR[panel.frequency]))


def nearby(panel: Panel, first: str, last: str) -> Panel:
    """The part of a panel in and, where that is short, on both sides of a span."""
    n, starts = len(panel.index), panel.index.start_time
    low = int(starts.searchsorted(periods.period(first).start_time))
    high = int(starts.searchsorted(periods.period(last).end_time))
    lacking = max(_FEWEST - (high - low), 0)
    low = max(min(low - lacking // 2, n - _FEWEST), 0)
    high = min(max(high + lacking - lacking // 2, low + _FEWEST), n)
    return panel.span(panel.index[low], panel.index[high - 1])


def summed(panel: Panel, places: Sequence[str] | None) -> np.ndarray:
    """The counts of some places in each period; of all where the panel has no such places, to learn how they swing."""
    part = panel.select(places) if places and _has(panel, places) else panel
    return part.counts.sum(axis=1, skipna=False).to_numpy()


def _has(panel: Panel, places: Sequence[str]) -> bool:
    """Whether a panel has all of some places: published figures may name others."""
    try:
        return all(panel.province(place) for place in places)
    except InputError:
        return False


def reference_of(
    panel: Panel, earlier: str, later: tuple[str, str], claim: Claim, places: list[str] | None
) -> Reference:
    """A panel's rates beside trend and step, over the span that the claim is about, and their spread."""
    part = nearby(panel, claim.counts.first or earlier, claim.counts.last or later[1])
    at = max(periods.period(later[0]).start_time.to_period(part.index.freq), part.index[1])
    exog = pd.concat([baseline(part.index), effect_column(part.index, at)], axis=1)
    exog = exog.loc[:, (exog != 0).any()]
    series = pd.Series(summed(part, places), index=part.index)
    fitted = CountRegression(series, exog, family="poisson").fit().fittedvalues
    seen = (series.notna() & (fitted > 0)).to_numpy()
    spread = rate_spread(series, fitted, n_params=exog.shape[1])
    return Reference(fitted.to_numpy()[seen], exog.to_numpy(float)[seen], spread)
