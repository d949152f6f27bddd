"""The link of a claim that says that other sources say the same: its main link, refitted on each of them."""

from dataclasses import dataclass, replace
from datetime import date
from math import exp, isfinite, nan

import numpy as np

from trends import periods
from trends.chance.change import change_evidence
from trends.chance.evidence import Evidence
from trends.claims.change import break_of, interruption, panel_of, ratio_table, stand_on_change
from trends.claims.claim import Between, Change, Claim, Level, Share, Sources, Trend
from trends.claims.study import Study
from trends.claims.totals import between_finding, level_finding, share_finding
from trends.claims.verdict import Finding, Ruling, Stand, rule
from trends.claims.words import claimed_in_words, figure, listed, span_in_words
from trends.errors import ModelError, TrendsError
from trends.fits.design import baseline

#: What is written beside a source that is cut from the incidents of the claim's own.
SAME_FILE = "(same file)"
# Two figures may be held side by side as a rise or a fall where their spans differ by no more than this share.
_ALIKE = 0.1
_OF_TOTALS = {Between: between_finding, Level: level_finding, Share: share_finding}


@dataclass(frozen=True)
class Said:
    """What one source says of a quantity.

    ``how`` is what a reader must know of the figure; ``independent`` and ``comparable`` are in respect of the claim's
    own source: not drawn from the same incidents; of the same measure and actor and, for a level, of the same rule.
    """

    name: str
    title: str
    count: float
    estimate: float
    lower: float
    upper: float
    independent: bool
    comparable: bool
    how: str = ""

    @property
    def ends(self) -> tuple[float, float]:
        """The interval; the figure itself where it was published without what an interval needs."""
        return (self.estimate,) * 2 if np.isnan(self.lower) else (self.lower, self.upper)


def other_sources(link: Sources, claim: Claim, study: Study) -> list[str]:
    """The sources that a claim is held against: those it names, or those of its measure and the study's own."""
    own = claim.counts.source or study.source
    measure = study.sources[own].measure
    alike = [name for name, source in study.sources.items() if source.measure == measure]
    return [name for name in dict.fromkeys(link.names or (*alike, study.source)) if name != own]


def sources_finding(link: Sources, claim: Claim, study: Study) -> Finding:
    """The ruling on whether other sources say what a claim says, from the claim's main link refitted on each.

    Notes
    -----
    The evidence is the range of what the independent sources say. It is within the claimed values where every one of
    them agrees, and outside where every one of them speaks against; only sources of the claim's measure and actor can
    contradict. Sources cut from the incidents of the claim's own are shown and confirm nothing.
    """
    main = next((each for each in claim.asserts.values() if isinstance(each, (Change, Trend, *_OF_TOTALS))), None)
    if main is None:
        raise ModelError(
            f"ask other sources about the claim {claim.id!r}",
            found=f"the links {', '.join(claim.asserts)}",
            allowed="a claim that asserts a change, a change between two spans, a level, a share or a trend",
            do="assert one of these, or leave the link out",
        )
    names = other_sources(link, claim, study)
    own, said, unit, stand, quantity = _asked(main, claim, study, names)
    others = [each for each in said if each.independent]
    question = f"Do other sources than {study.sources[own].title} say the same?"
    table = ratio_table([_row(each, own) for each in said])
    silent = [study.sources[name].title for name in names if name not in {each.name for each in said}]
    caveats = _caveats(said, silent, study)
    if not others:
        reason = "No independent source of the study has figures for this."
        nothing = Evidence(quantity=quantity, unit=unit, untestable=reason)
        return Finding(
            "sources",
            question,
            Ruling.UNTESTABLE,
            reason,
            nothing,
            caveats=caveats,
            table=table if len(table) else None,
        )
    evidence = _range_of(others, quantity, unit)
    stand = replace(stand, comparable=all(each.comparable for each in others))
    ruling = rule(evidence, stand)
    return Finding(
        "sources",
        question,
        ruling,
        _sentence(own, said, stand, unit, study),
        evidence,
        stand,
        caveats=caveats,
        table=table,
    )


def _row(each: Said, own: str) -> tuple:
    mark = "" if each.independent or each.name == own else f" {SAME_FILE}"
    return f"{each.title}{mark}", each.count, each.estimate, each.lower, each.upper


def _asked(main, claim: Claim, study: Study, names: list[str]):
    """The claim's own source, what each source says (the own one first), the unit, what is claimed, and of what."""
    own = claim.counts.source or study.source
    if isinstance(main, Change | Trend):
        spoken = (_of_series(name, main, claim, study, own) for name in (own, *names))
        stand = stand_on_change(main.direction, main.at_least)
        what = "change at the event" if isinstance(main, Change) else "yearly growth of the rate"
        return own, [each for each in spoken if each], "ratio", stand, f"{what}, in other sources,"
    against = replace(claim, counts=replace(claim.counts, against=tuple(names)))
    finding = _OF_TOTALS[type(main)](main, against, study)
    by_title = {study.sources[name].title: name for name in (*reversed(names), own)}
    said = []
    for what, count, *interval in (finding.table if finding.table is not None else ratio_table([])).itertuples(
        index=False
    ):
        if what in by_title:
            name, how = by_title[what], ""
            if isinstance(main, Between):
                how = f"{study.total(name, *main.earlier, _places(claim)):,.0f} to {count:,.0f}"
            said.append(_said(name, count, interval, study, own, how, by_rule=isinstance(main, Level)))
    if isinstance(main, Between):
        known = {each.name for each in said}
        said += [each for each in (_published_change(n, main, study, own) for n in names if n not in known) if each]
    stand = finding.stand or Stand((0.0, np.inf))
    said.sort(key=lambda each: (each.name != own, not each.independent))
    what = finding.evidence.quantity.rstrip(",") if finding.evidence else "figure"
    unit = finding.evidence.unit if finding.evidence else "count"
    return own, said, unit, stand, what if "other sources" in what else f"{what}, in other sources,"


def _places(claim: Claim) -> list[str] | None:
    return None if claim.counts.provinces == "all" else list(claim.counts.provinces)


def _said(name: str, count: float, interval, study: Study, own: str, how: str = "", by_rule: bool = False) -> Said:
    mine, its = study.sources[own], study.sources[name]
    independent = name != own and (its.origin or name) != (mine.origin or own)
    comparable = (its.measure, its.actor) == (mine.measure, mine.actor) and (not by_rule or its.rule == mine.rule)
    return Said(name, its.title, float(count), *map(float, interval), independent, comparable, how)


def _of_series(name: str, main: Change | Trend, claim: Claim, study: Study, own: str) -> Said | None:
    """A change or a trend as one source has it: refitted on its panel, or read off the totals on both sides."""
    its = replace(claim, counts=replace(claim.counts, source=name))
    if name not in study.panels:
        return _of_totals(name, main, its, study, own) if isinstance(main, Change) else None
    try:
        if isinstance(main, Change):
            model = interruption(main, its, study)
            counts, design, term = model.endog, model.design, model.effect
        else:
            counts = panel_of(its, study).total(_places(claim))
            yearly = periods.frequency_of(counts.index) == "Y"
            design, term = baseline(counts.index, seasons=None if yearly else main.seasons), "trend"
        test = change_evidence(counts, design, term)
    except TrendsError:
        # The source does not reach as far: it is named among those that are silent.
        return None
    return _said(name, counts.sum(), (exp(test.estimate), exp(test.lower), exp(test.upper)), study, own)


def _of_totals(name: str, main: Change, claim: Claim, study: Study, own: str) -> Said | None:
    """The last published figure before a change against the first one after it."""
    spans = _on_both_sides(study, name, break_of(claim, study, study.panel().frequency).start_time.date())
    if spans is None:
        return None
    earlier, later = ((str(first), str(last)) for first, last in spans)
    link = Between(earlier, later, main.direction, main.at_least)
    try:
        found = between_finding(link, claim, study).evidence
    except TrendsError:
        return None
    how = f"{span_in_words(*later)} against {span_in_words(*earlier)}"
    return _said(name, found.nobs, (found.estimate, found.lower, found.upper), study, own, how)


def _on_both_sides(study: Study, name: str, at: date):
    """The spans of the figures next to a date on both sides, of one length; None where there are none."""
    figures, source = study.figures[name], study.sources[name]
    counted = figures[(figures["unit"] == "count") & (figures["measure"] == source.measure)]
    spans = {*zip(counted["first"], counted["last"], strict=True)}
    before = sorted((last, first) for first, last in spans if last < at)
    after = sorted((first, last) for first, last in spans if first >= at)
    for first, last in after:
        for end, start in reversed(before):
            length = (last - first).days + 1
            if (
                abs((end - start).days + 1 - length) <= _ALIKE * length
                and max((at - end).days, (first - at).days) <= length
            ):
                return (start, end), (first, last)
    return None


def _published_change(name: str, main: Between, study: Study, own: str) -> Said | None:
    """A change on the year before that a source publishes in percent, without the counts behind it."""
    if name not in study.figures:
        return None
    figures, source = study.figures[name], study.sources[name]
    later, earlier = (
        (periods.period(first).start_time.date(), periods.period(last).end_time.date())
        for first, last in (main.later, main.earlier)
    )
    if any(a.replace(year=a.year + 1) != b for a, b in zip(earlier, later, strict=True) if (a.month, a.day) != (2, 29)):
        return None
    rows = figures[(figures["unit"] == "percent") & (figures["first"] == later[0]) & (figures["last"] == later[1])]
    rows = rows[rows["measure"] == f"{source.measure}, change on the year before"]
    if rows.empty:
        return None
    value = float(rows["value"].iloc[0])
    return _said(name, nan, (1 + value / 100, nan, nan), study, own, f"published as {value:+.0f} percent")


def _range_of(others: list[Said], quantity: str, unit: str) -> Evidence:
    """What several sources say at once: from the lowest end of their intervals to the highest."""
    estimates = [each.estimate for each in others]
    middle = float(np.median(estimates))
    return Evidence(
        quantity=quantity,
        unit=unit,
        estimate=middle,
        lower=min(each.ends[0] for each in others),
        upper=max(each.ends[1] for each in others),
        null="The other sources say what the claim says.",
        alternative="At least one of them says something else.",
        method="The claim’s own test on each source; the middle of their estimates, and the range of their intervals.",
        nobs=int(sum(each.count for each in others if isfinite(each.count))),
    )


def _sentence(own: str, said: list[Said], stand: Stand, unit: str, study: Study) -> str:
    low, high = stand.claimed
    others = [each for each in said if each.independent]
    agree = [e for e in others if low <= e.ends[0] and e.ends[1] <= high]
    against = [e for e in others if e.ends[1] < low or e.ends[0] > high]
    n = f"{len(others)} independent source{'s have' if len(others) > 1 else ' has'} figures"
    parts = [
        f"{n}: {_named(agree)} wholly within what the claim says ({claimed_in_words(stand, unit)}), {_named(against)} "
        "wholly outside."
    ]
    parts.append(f"They have {'; '.join(_figures(each, unit) for each in others)}.")
    mine = next((each for each in said if each.name == own), None)
    if mine and unit == "ratio":
        other_way = [e for e in others if (e.estimate - 1) * (mine.estimate - 1) < 0]
        if other_way:
            titles = listed([each.title for each in other_way])
            verb = "points" if len(other_way) == 1 else "point"
            parts.append(f"{titles} {verb} the other way than {_figures(mine, unit)}.")
    if mine and unit == "count":
        ratios = ", ".join(
            f"{figure(mine.estimate / e.estimate, 'ratio')} times {e.title}" for e in others if e.estimate
        )
        parts.append(f"{mine.title} counts {figure(mine.estimate, unit)}, {ratios}.")
    if against and not stand.comparable:
        parts.append("They count something else or by another rule, so that they do not contradict the claim.")
    return " ".join(parts)


def _named(sources: list[Said]) -> str:
    if not sources:
        return "none is"
    return f"{len(sources)} ({listed([each.title for each in sources])}) {'is' if len(sources) == 1 else 'are'}"


def _figures(each: Said, unit: str) -> str:
    ends = "" if np.isnan(each.lower) else f"{figure(each.lower, unit)} to {figure(each.upper, unit)}"
    beside = "; ".join(filter(None, (ends, each.how)))
    return f"{each.title} {figure(each.estimate, unit)} ({beside})"


def _caveats(said: list[Said], silent: list[str], study: Study) -> tuple[str, ...]:
    caveats = []
    same = [each.title for each in said if not each.independent][1:]
    if same:
        caveats.append(
            f"{listed(same)} {'is' if len(same) == 1 else 'are'} cut from the incidents of {said[0].title} or from an "
            "older release of them, and confirm nothing."
        )
    if any(each.name not in study.panels and " against " in each.how for each in said):
        caveats.append("Published totals are compared as they are: neither trend nor season is taken out of them.")
    if silent:
        caveats.append(f"No figures for this: {listed(silent)}.")
    for each in said:
        source = study.sources[each.name]
        caveats += [
            f"{source.title}: {text}" for text in (source.counts_as, *source.caveats) if text and each.independent
        ]
    return tuple(dict.fromkeys(caveats))
