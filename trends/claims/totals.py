"""The links of a claim that rest on totals: two spans, a level, a share, the first place.

Which counts speak: a change between two spans is judged by the claim's own source. A level, a share or a first place
is judged by other sources than the speaker's own, because a figure agrees with itself: those that the claim names, or
those that count the same thing. A share or a first place is read off the one with the most incidents; where none
counts the same thing, off the study's own source, whose counts are then of another kind and do not contradict.
"""

import numpy as np
import pandas as pd

from trends import periods
from trends.chance.evidence import Evidence
from trends.chance.rates import (
    Rates,
    Reference,
    Shares,
    count_rates,
    first_place_rates,
    ratio_rates,
    share_rates,
    with_rates,
)
from trends.chance.totals import (
    count_evidence,
    first_place_evidence,
    rate_spread,
    ratio_evidence,
    share_evidence,
    share_spread,
)
from trends.claims.change import CoefficientRuling, ratio_table, ruled, stand_on_change
from trends.claims.checks import required_checks
from trends.claims.claim import Between, Claim, Level, Rank, Share
from trends.claims.study import Study, panel_has
from trends.claims.verdict import Finding, Ruling, Stand
from trends.claims.words import figure, listed, span_in_words
from trends.counts.panel import Panel
from trends.errors import ModelError
from trends.fits.design import baseline, effect_column
from trends.models.regression import CountRegression

# Periods from which the spread of a total is learned, where its own span is shorter: two years of months. More would
# reach into other regimes, fewer would not show how long a deviation lasts.
_FEWEST = 24
# Rivals of a first place that its error rates are simulated with: the strongest; the others are further off.
_RIVALS = 3


def between_finding(link: Between, claim: Claim, study: Study) -> Finding:
    """The ruling on a change between two spans, by the claim's own source, with the other sources beside it."""
    own, places = claim.counts.source or study.source, _places(claim)
    panel = study.panels.get(own, study.panel())
    reference = _reference(panel, link, claim, places)
    names = [span_in_words(*span) for span in (link.earlier, link.later)]
    spans = (link.later, link.earlier)
    covered = {"days": [_days(*span) for span in spans], "n_periods": [_length(panel, *span) for span in spans]}
    totals = [study.total(own, *span, places) for span in spans]
    if np.isnan(totals).any():
        raise _no_figure(study, own, names[0] if np.isnan(totals[1]) else names[1])
    rises = link.direction not in ("fall", "no rise")
    rates = ratio_rates(totals, **covered, reference=reference, bar=link.at_least, rises=rises)
    counted = {}
    for source in [own, *_others(study, claim, own)]:
        totals = [study.total(source, *span, places) for span in spans]
        if np.isfinite(totals).all() and sum(totals) > 0:
            counted[source] = ratio_evidence(
                *totals,
                **covered,
                spread=reference.spread,
                stretch=rates.stretch,
                quantity=f"rate of {names[1]}, against that of {names[0]},",
            )
    if own not in counted:
        raise _no_figure(study, own, f"{names[0]} and {names[1]} but 0")
    stand = stand_on_change(link.direction, link.at_least, link.stated)
    tested = _ruled("between", claim, counted[own], rates, stand)
    caveats = [*study.sources[own].caveats]
    if own not in study.panels:
        caveats.append(
            f"{study.sources[own].title} publishes totals, which do not show how much they vary; the swings of "
            f"{study.sources[study.source].title} were taken for theirs."
        )
    against = [n for n, e in counted.items() if (e.estimate - 1) * (counted[own].estimate - 1) < 0]
    if against:
        figures = ", ".join(f"{study.sources[n].title} {figure(counted[n].estimate, 'ratio')}" for n in against)
        caveats.append(f"Other sources point the other way: {figures}.")
    return Finding(
        "between",
        f"Was the rate of {names[1]} other than that of {names[0]}?",
        tested.ruling,
        tested.sentence,
        tested.evidence,
        stand,
        checks=tested.checks,
        caveats=tuple(caveats),
        table=_table(study, {n: (study.total(n, *link.later, places), e) for n, e in counted.items()}),
    )


def level_finding(link: Level, claim: Claim, study: Study) -> Finding:
    """The ruling on a number of incidents, by the sources that count the same thing and are not the speaker's own."""
    span, own, places = _span(claim, study), claim.counts.source, _places(claim)
    names = ([own] if own else []) + _others(study, claim, own)
    totals = {name: study.total(name, *span, places) for name in names}
    counted = {name: total for name, total in totals.items() if np.isfinite(total)}
    table = _table(study, {n: (total, count_evidence({n: total})) for n, total in counted.items()})
    actor = study.sources[own or study.source].actor
    others = {
        n: total
        for n, total in counted.items()
        if n != own and (n in claim.counts.against or study.sources[n].actor == actor)
    }
    where = listed(places) + " in " if places else ""
    question = f"Do other sources count {_asked(link, 'count')} in {where}{span_in_words(*span)}?"
    if not others:
        reason = (
            f"No source of the study{' but the speaker’s own' if own else ''} counts this in {span_in_words(*span)}"
        )
        return _untestable("level", question, f"{reason}.", table)
    evidence = count_evidence(others)
    rates = count_rates(link.number, len(others), evidence.estimate, within=link.within, rises=_rises(link))
    stand = _stand(link, comparable=all(_same(study, n, own, "rule") for n in others))
    tested = _ruled("level", claim, evidence, rates, stand)
    counts = "; ".join(
        f"{study.sources[n].title} counts {total:,.0f}"
        + (f", {figure(total / link.number, 'ratio')} times as many" if link.number > 1 else "")
        for n, total in others.items()
    )
    return Finding(
        "level",
        question,
        tested.ruling,
        f"{counts}. {tested.sentence}",
        tested.evidence,
        stand,
        checks=tested.checks,
        caveats=_caveats(study, others),
        table=table,
    )


def share_finding(link: Share, claim: Claim, study: Study) -> Finding:
    """The ruling on the share of some provinces, by the source with the most incidents that is not the speaker's."""
    span, where = _span(claim, study), listed(link.provinces)
    counted = {}
    for name in _sources(study, claim):
        part, whole = study.total(name, *span, list(link.provinces)), study.total(name, *span, _places(claim))
        if np.isfinite(part) and whole > 0:
            panel = _nearby(study.panels.get(name, study.panel()), *span)
            series = _sum(panel, link.provinces), _sum(panel, _places(claim))
            counted[name] = Shares(part, whole, _length(panel, *span), *series, share_spread(*series))
    chosen = _largest({name: total.whole for name, total in counted.items()}, claim, study, span)
    total = counted[chosen]
    rates = share_rates(total, link.number, within=link.within, rises=_rises(link))
    stand = _stand(link, comparable=_alike(study, chosen, claim), highest=1.0)
    said = {
        name: share_evidence(
            each.part, each.whole, each.spread, each.n_periods, f"share of {where}", rates.stretch if rates else 1.0
        )
        for name, each in counted.items()
    }
    tested = _ruled("share", claim, said[chosen], rates, stand)
    return Finding(
        "share",
        f"Was the share of {where} in {span_in_words(*span)} {_asked(link, 'share')}?",
        tested.ruling,
        f"{total.part:,.0f} of {total.whole:,.0f} {study.sources[chosen].measure} in {study.sources[chosen].title}. "
        + tested.sentence,
        tested.evidence,
        stand,
        checks=tested.checks,
        caveats=_caveats(study, [chosen]),
        table=_table(study, {name: (counted[name].part, each) for name, each in said.items()}),
    )


def rank_finding(link: Rank, claim: Claim, study: Study) -> Finding:
    """The ruling on the first place, by the source with the most incidents that is not the speaker's."""
    span, counted = _span(claim, study), {}
    for name in _sources(study, claim):
        panel = _nearby(study.panels.get(name, study.panel()), *span)
        places = _places(claim) or panel.provinces
        totals = {place: study.total(name, *span, [place]) for place in places}
        totals = {place: total for place, total in totals.items() if np.isfinite(total)}
        first = next((place for place in totals if panel.province(place) == panel.province(link.province)), None)
        if first is None or len(totals) < 2 or sum(totals.values()) == 0:
            continue
        n_periods, pairs = _length(panel, *span), {}
        for rival in sorted((place for place in totals if place != first), key=lambda place: -totals[place]):
            series = _sum(panel, [first]), _sum(panel, [first, rival])
            both = totals[first] + totals[rival]
            pairs[rival] = Shares(totals[first], both, n_periods, *series, share_spread(*series))
        counted[name] = (first, totals, pairs)
    chosen = _largest({name: sum(totals.values()) for name, (_, totals, _) in counted.items()}, claim, study, span)
    first, totals, pairs = counted[chosen]
    rates = first_place_rates(list(pairs.values())[:_RIVALS], rivals=len(pairs))
    said = {}
    for name, (place, each, two) in counted.items():
        spreads, n_periods = {rival: pair.spread for rival, pair in two.items()}, next(iter(two.values())).n_periods
        said[name] = first_place_evidence(each, place, spreads, n_periods, stretch=rates.stretch)
    stand = Stand((1.0, np.inf), comparable=_alike(study, chosen, claim))
    tested = _ruled("rank", claim, said[chosen], rates, stand)
    order = sorted(totals, key=lambda place: -totals[place])[:4]
    return Finding(
        "rank",
        f"Had {link.province} the most incidents in {span_in_words(*span)}?",
        tested.ruling,
        f"In {study.sources[chosen].title}: {', '.join(f'{place} {totals[place]:,.0f}' for place in order)}. "
        + tested.sentence,
        tested.evidence,
        stand,
        checks=tested.checks,
        caveats=_caveats(study, [chosen]),
        table=_table(study, {name: (sum(counted[name][1].values()), each) for name, each in said.items()}),
    )


def _ruled(name: str, claim: Claim, evidence: Evidence, rates: Rates | None, stand: Stand) -> CoefficientRuling:
    """The ruling on a total, which must survive the false-alarm rate of its own interval where that was simulated."""
    required = required_checks(name, claim.checks.get(name)) if rates else ()
    return ruled(with_rates(evidence, rates), stand, tuple(check.of(rates) for check in required), name)


def _rises(link: Level | Share) -> bool:
    """Whether truths above the stated number are looked for: they prove "at least", those below prove "at most"."""
    return link.comparison != "at most"


def _stand(link: Level | Share, comparable: bool, highest: float = np.inf) -> Stand:
    margin = link.within * link.number if isinstance(link, Level) else link.within
    claimed = {
        "at least": (link.number, highest),
        "at most": (0.0, link.number),
        "about": (max(link.number - margin, 0.0), min(link.number + margin, highest)),
    }[link.comparison]
    return Stand(claimed, comparable=comparable)


def _asked(link: Level | Share, unit: str) -> str:
    return f"{link.comparison} {figure(link.number, unit)}"


def _places(claim: Claim) -> list[str] | None:
    return None if claim.counts.provinces == "all" else list(claim.counts.provinces)


def _span(claim: Claim, study: Study) -> tuple[str, str]:
    return claim.counts.first or study.first, claim.counts.last or study.last


def _others(study: Study, claim: Claim, own: str) -> list[str]:
    """The sources to hold a claim against: those it names, or those that count the same thing as its own."""
    measure = study.sources[own or study.source].measure
    named = claim.counts.against or [name for name, source in study.sources.items() if source.measure == measure]
    return [name for name in named if name != own]


def _sources(study: Study, claim: Claim) -> list[str]:
    """The speaker's own source, those to hold it against, and the study's own last."""
    own = claim.counts.source
    return list(dict.fromkeys([*([own] if own else []), *_others(study, claim, own), study.source]))


def _same(study: Study, name: str, own: str, what: str) -> bool:
    """Whether a source is like the speaker's own; nobody knows the rule of a speaker without a source."""
    return bool(own) and getattr(study.sources[name], what) == getattr(study.sources[own], what)


def _alike(study: Study, name: str, claim: Claim) -> bool:
    """Whether a source counts what the claim speaks of, so that it may contradict a share or a first place."""
    return name in claim.counts.against or _same(study, name, claim.counts.source or study.source, "measure")


def _largest(wholes: dict[str, float], claim: Claim, study: Study, span) -> str:
    """Of the sources that have figures, the one with the most incidents, the study's own only where it is alone."""
    own = claim.counts.source
    others = [name for name in wholes if name != own]
    first = [name for name in others if name in _others(study, claim, own)] or others
    if not first:
        raise ModelError(
            f"find counts by province for {span_in_words(*span)}",
            found=f"none{' but the speaker’s own' if own else ''} among the sources of the study",
            allowed="a source that has the provinces and the whole",
            do="add such a source to the study",
        )
    return max(first, key=wholes.get)


def _no_figure(study: Study, name: str, span: str) -> ModelError:
    return ModelError(
        "compare two spans",
        found=f"nothing for {span} in {study.sources[name].title}",
        allowed="a source that covers both spans, as counted or as published",
        do="name another source or other spans",
    )


def _untestable(link: str, question: str, reason: str, table: pd.DataFrame) -> Finding:
    evidence = Evidence(quantity="count by other sources", unit="count", untestable=reason)
    return Finding(link, question, Ruling.UNTESTABLE, reason, evidence, table=table if len(table) else None)


def _table(study: Study, counted: dict[str, tuple[float, Evidence]]) -> pd.DataFrame:
    rows = [
        (study.sources[name].title, count, each.estimate, each.lower, each.upper)
        for name, (count, each) in counted.items()
    ]
    return ratio_table(rows)


def _caveats(study: Study, names) -> tuple[str, ...]:
    counted = [study.sources[name] for name in names]
    rules = [f"{source.title}: {source.counts_as}" for source in counted if source.counts_as]
    return tuple(dict.fromkeys([*rules, *(caveat for source in counted for caveat in source.caveats)]))


def _days(first, last) -> int:
    return (periods.period(last).end_time.normalize() - periods.period(first).start_time).days + 1


def _length(panel: Panel, first, last) -> int:
    """How many of a panel's periods a span is as long as, at least one."""
    return max(1, round(_days(first, last) / 365.25 * periods.PER_YEAR[panel.frequency]))


def _nearby(panel: Panel, first, last) -> Panel:
    """The part of a panel in and, where that is short, on both sides of a span."""
    n, starts = len(panel.index), panel.index.start_time
    low = int(starts.searchsorted(periods.period(first).start_time))
    high = int(starts.searchsorted(periods.period(last).end_time))
    lacking = max(_FEWEST - (high - low), 0)
    low = max(min(low - lacking // 2, n - _FEWEST), 0)
    high = min(max(high + lacking - lacking // 2, low + _FEWEST), n)
    return panel.span(panel.index[low], panel.index[high - 1])


def _sum(panel: Panel, places) -> np.ndarray:
    """The counts of some places in each period; of all where the panel has no such places, to learn how they swing."""
    part = panel.select(places) if places and panel_has(panel, places) else panel
    return part.counts.sum(axis=1, skipna=False).to_numpy()


def _reference(panel: Panel, link: Between, claim: Claim, places) -> Reference:
    """A panel's rates beside trend and step, over the span that the claim is about, and their spread."""
    nearby = _nearby(panel, claim.counts.first or link.earlier[0], claim.counts.last or link.later[1])
    at = max(periods.period(link.later[0]).start_time.to_period(nearby.index.freq), nearby.index[1])
    exog = pd.concat([baseline(nearby.index), effect_column(nearby.index, at)], axis=1)
    exog = exog.loc[:, (exog != 0).any()]
    series = pd.Series(_sum(nearby, places), index=nearby.index)
    fitted = CountRegression(series, exog, family="poisson").fit().fittedvalues
    seen = (series.notna() & (fitted > 0)).to_numpy()
    spread = rate_spread(series, fitted, n_params=exog.shape[1])
    return Reference(fitted.to_numpy()[seen], exog.to_numpy(float)[seen], spread)
