"""The link of a claim that says that nothing else that happened accounts for its change."""

from dataclasses import dataclass, replace
from math import exp, isfinite, log

import numpy as np
import pandas as pd

from trends import periods
from trends.chance.change import change_evidence
from trends.chance.evidence import Check, Evidence
from trends.claims.change import CoefficientRuling, counts_of, interruption, stand_on_change, tested_coefficient
from trends.claims.claim import Between, Change, Claim, Rivals, Trend
from trends.claims.entered import Rival, named_rivals, raises_rank
from trends.claims.study import Study
from trends.claims.verdict import Finding, Ruling, Stand, rule
from trends.claims.words import detectable_in_words, figure, listed, percent, ruling_in_words, when_in_words
from trends.errors import ModelError
from trends.fits.batch import fit_poisson
from trends.fits.design import baseline, season_columns
from trends.models.rivals import CARRIED, carried_design

# Simulated series behind the interval of what a rival carries; it is shown and nothing is ruled on it.
_DRAWS = 499
# Percent of the log change below which no rival is said to carry most.
_WORTH_SAYING = 5
# A rival that makes the variance of the change so many times as large is all but the change itself (a correlation of
# .95 beside the rest of the design); the customary mark of Belsley et al. (1980).
_ALIKE = 10.0


@dataclass(frozen=True)
class Asked:
    """The change that a claim asserts, as the column ``effect`` of a design without any of its rivals.

    ``at`` is the first period after the change (None for a trend), ``exposure`` None where the counts carry it.
    """

    counts: pd.Series
    exposure: pd.Series | None
    design: pd.DataFrame
    effect: str
    at: pd.Period | None
    direction: str
    at_least: float
    quantity: str

    @property
    def watched(self) -> np.ndarray:
        """The periods that are fitted."""
        return self.counts.notna().to_numpy()


@dataclass(frozen=True)
class RivalFits:
    """What the chart of the link shows beside its table: the counts, the date of the change, and the rivals."""

    counts: pd.Series
    at: pd.Period | None
    rivals: tuple[Rival, ...]


def rivals_finding(link: Rivals, claim: Claim, study: Study) -> Finding:
    """The ruling on whether a change is told apart from what else happened, each rival entered alone and all together.

    Notes
    -----
    The claim's own design is fitted without its rivals, with each, and with all, every time by the calibrated test.
    No ruling is made against a rival that begins in the period of the change or whose column the design cannot tell
    from it; it is named. What a rival carries is the log change that is taken from the effect when it is entered
    (`trends.models.rivals.carried_design`).
    """
    asked = _asked(claim, study, link.names)
    rivals = named_rivals(link.names, claim, study, asked.counts, asked.at)
    if not rivals:
        raise ModelError(
            f"enter the rivals of the claim {claim.id!r}",
            found="none: the link names none, and its source has no break in measurement in these periods",
            allowed="season, ramadan, peak_before, or events of the study",
            do="name one, or leave the link out",
        )
    stand = stand_on_change(asked.direction, asked.at_least)
    barred = {rival.name: _barred(asked, rival) for rival in rivals}
    entered = [rival for rival in rivals if _columns(asked, rival) is not None]
    alone = _test(asked, asked.design)
    tested = _all_together(asked, entered)
    whole = tested if isinstance(tested, CoefficientRuling) else None
    evidence = whole.evidence if whole else replace(alone, quantity=f"{asked.quantity} without any rival,")
    overall = rule(evidence, stand) if whole else Ruling.CANNOT_TELL
    rows, checks = [_row("no rival", alone)], []
    for rival in rivals:
        with_it = _test(asked, asked.design.join(_columns(asked, rival))) if rival in entered else alone
        rows.append(_row(rival.title, with_it, _carried(asked, rival, alone) if rival in entered else None, alone))
        checks.append(_survives(rival, with_it, stand, overall, barred[rival.name], rival in entered))
    if whole:
        rows.append(_row("all together", evidence))
        checks += whole.checks
    else:
        checks.append(Check("all together", "Can all rivals be entered at once?", "cannot tell", tested))
    ruling = rule(evidence, stand, tuple(checks))
    blocking = [
        check for check in checks if check.outcome == "failed" or check.name in ("all together", "false alarms")
    ]
    told = ruling_in_words(ruling, evidence, stand, tuple(c for c in blocking if c.outcome != "passed"))
    reasons = _reasons(asked, rivals, barred)
    ends = [detectable_in_words(evidence)] if ruling is Ruling.CANNOT_TELL and not reasons else []
    told = evidence.untestable or f"{_range(rows, asked)} {told}".strip()
    sentence = " ".join(filter(None, [*reasons, told, _most(rows[1:]), *ends]))
    return Finding(
        "rivals",
        f"Is the change told apart from {listed([rival.title for rival in rivals])}?",
        ruling,
        sentence,
        evidence,
        stand,
        checks=tuple(checks),
        caveats=(
            "A rival is entered on the days that the calendar gives it; what it did before or after them is not.",
            *(rival.note for rival in rivals if rival.note),
            *study.sources[claim.counts.source or study.source].caveats,
        ),
        table=_table(rows),
        fit=RivalFits(asked.counts, asked.at, tuple(rivals)),
    )


def _asked(claim: Claim, study: Study, names: tuple[str, ...]) -> Asked:
    """The claim's change, between or trend as one column of a design."""
    for link in claim.asserts.values():
        if isinstance(link, Change):
            model = interruption(link, claim, study)
            out = [*season_columns(model.endog.index, link.seasons)] if "season" in names else []
            design = model.design.drop(columns=[*out, "ramadan"] if "ramadan" in names else out, errors="ignore")
            what = f"change from {when_in_words(model.at)}"
            return Asked(
                model.endog, model.exposure, design, model.effect, model.at, link.direction, link.at_least, what
            )
        if isinstance(link, Between):
            return _between(link, claim, study)
        if isinstance(link, Trend):
            counts = counts_of(claim, study)
            seasons = None if "season" in names or periods.frequency_of(counts.index) == "Y" else link.seasons
            design = baseline(counts.index, seasons=seasons)
            return Asked(
                counts, None, design, "trend", None, link.direction, link.at_least, "yearly growth of the rate"
            )
    raise ModelError(
        f"enter the rivals of the claim {claim.id!r}",
        found=f"the links {', '.join(claim.asserts)}",
        allowed="a claim that asserts a change, a change between two spans, or a trend",
        do="assert one of these, or leave the link out",
    )


def _between(link: Between, claim: Claim, study: Study) -> Asked:
    """Two spans as one step, the periods outside of both left out."""
    ends = [periods.period(label) for span in (link.earlier, link.later) for label in span]
    first, last = min(ends, key=lambda e: e.start_time), max(ends, key=lambda e: e.end_time)
    counts = counts_of(replace(claim, counts=replace(claim.counts, first=str(first), last=str(last))), study)
    letter = periods.frequency_of(counts.index)
    spans = [counts.index.isin(periods.span(*span, letter)) for span in (link.earlier, link.later)]
    kept = counts.where(spans[0] | spans[1])
    kept.attrs = counts.attrs
    design = baseline(counts.index, trend=False).assign(later=spans[1] * 1.0)
    at = periods.span(*link.later, letter)[0]
    return Asked(kept, None, design, "later", at, link.direction, link.at_least, "change between the two spans")


def _columns(asked: Asked, rival: Rival) -> pd.DataFrame | None:
    """The columns of a rival that add to the design without it; None where none does."""
    kept = raises_rank(asked.design, rival.columns, asked.watched)
    return rival.columns[kept] if kept else None


def _barred(asked: Asked, rival: Rival) -> str:
    """Why a rival cannot be told from the change, as a sentence; empty where it can."""
    title = rival.title[0].upper() + rival.title[1:]
    if _together_with(asked, rival):
        return f"{title} begins in {when_in_words(asked.at)}, as the change does: these data cannot tell them apart."
    inflation = _inflation(asked, rival)
    if inflation == np.inf:
        return f"{title} and the change cannot be told apart in these periods."
    if inflation >= _ALIKE:
        return (
            f"{title} and the change can hardly be told apart: with it the variance is {inflation:.0f} times as large."
        )
    return ""


def _inflation(asked: Asked, rival: Rival) -> float:
    """By what the variance of the change grows when a rival enters the design; infinite where nothing is left of it."""
    target = asked.design[asked.effect].to_numpy(float)[asked.watched]
    others = asked.design.drop(columns=asked.effect)
    left = []
    for columns in (others, others.join(rival.columns)):
        values = columns.to_numpy(float)[asked.watched]
        rest = target - values @ np.linalg.lstsq(values, target, rcond=None)[0]
        left.append(float(rest @ rest))
    return left[0] / left[1] if left[1] > 1e-12 * (target @ target) else np.inf


def _together_with(asked: Asked, rival: Rival) -> bool:
    return asked.at is not None and not rival.recurs and asked.at in rival.starts


def _reasons(asked: Asked, rivals: list[Rival], barred: dict[str, str]) -> list[str]:
    """Why no ruling is made against some rivals, those that begin with the change in one sentence."""
    same = [rival.title for rival in rivals if _together_with(asked, rival)]
    rest = [barred[rival.name] for rival in rivals if barred[rival.name] and rival.title not in same]
    if len(same) < 2:
        return [reason for reason in barred.values() if reason]
    named = listed(same)
    return [
        f"{named[0].upper()}{named[1:]} begin in {when_in_words(asked.at)}, as the change does: these data cannot tell "
        "them apart.",
        *rest,
    ]


def _test(asked: Asked, design: pd.DataFrame) -> Evidence:
    """The change in a design, by the calibrated test."""
    try:
        test = change_evidence(asked.counts, design, asked.effect, exposure=asked.exposure)
    except ModelError as error:
        return Evidence(quantity=asked.quantity, untestable=f"{str(error)[0].upper()}{str(error)[1:]}")
    return Evidence(
        quantity=asked.quantity,
        estimate=exp(test.estimate),
        lower=exp(test.lower),
        upper=exp(test.upper),
        pvalue=test.pvalue,
        null="It is 1: the rest of the model, unchanged, accounts for the counts.",
        alternative="It is not 1.",
        method=f"{test.method[0].upper()}{test.method[1:]}.",
        nobs=test.nobs,
    )


def _all_together(asked: Asked, entered: list[Rival]) -> CoefficientRuling | str:
    """The change with every rival in the design, or why it cannot be fitted."""
    design = asked.design
    for rival in entered:
        design = design.join(rival.columns[raises_rank(design, rival.columns, asked.watched)])
    quantity = f"{asked.quantity}, with {'all rivals' if len(entered) > 1 else 'the rival'} entered,"
    try:
        return tested_coefficient(
            asked.counts, design, asked.effect, asked.exposure, asked.direction, asked.at_least, quantity
        )
    except ModelError as error:
        return f"{str(error)[0].upper()}{str(error)[1:]}"


def _carried(asked: Asked, rival: Rival, alone: Evidence) -> tuple[float, float, float] | None:
    """The factor that a rival takes from the change when it is entered, with its interval; None where not known."""
    share = asked.watched * (1.0 if asked.exposure is None else asked.exposure.to_numpy())
    fit = fit_poisson(
        asked.counts.fillna(0).to_numpy()[asked.watched],
        asked.design.to_numpy(float)[asked.watched],
        exposure=share[asked.watched],
    )
    weights = np.zeros(len(asked.counts))
    weights[asked.watched] = share[asked.watched] * np.exp(asked.design.to_numpy(float)[asked.watched] @ fit.params[0])
    design = carried_design(asked.design, asked.effect, _columns(asked, rival), weights)
    if design is None:
        return 1.0, 1.0, 1.0
    try:
        test = change_evidence(asked.counts, design, CARRIED, exposure=asked.exposure, draws=_DRAWS)
    except ModelError:
        return None
    return exp(test.estimate), exp(test.lower), exp(test.upper)


def _row(what: str, change: Evidence, carried=None, alone: Evidence | None = None) -> dict:
    """One line of the table: the change with something entered, and what that takes from it."""
    row = {"what": what, "estimate": change.estimate, "lower": change.lower, "upper": change.upper}
    row |= {"carries": "", "share of the change": ""}
    if carried:
        row["carries"] = "{} ({} to {})".format(*(figure(value, "ratio") for value in carried))
        # A share of a change that may be none at all would be a share of nothing.
        if (alone.lower > 1 or alone.upper < 1) and isfinite(alone.estimate) and 0 < carried[0] < np.inf:
            shares = [log(value) / log(alone.estimate) if 0 < value < np.inf else np.inf for value in carried]
            low, high = sorted(shares[1:])
            ends = f"{percent(low)} to {percent(high)}" if isfinite(high) else "no limit"
            row["share of the change"] = f"{percent(shares[0])} ({ends})"
    return row


def _table(rows: list[dict]) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    return table if table["share of the change"].any() else table.drop(columns="share of the change")


def _survives(rival: Rival, with_it: Evidence, stand: Stand, overall: Ruling, barred: str, entered: bool) -> Check:
    name = rival.name.replace("_", " ")
    asks = f"Does the answer hold with {rival.title} entered?"
    if barred:
        return Check(name, asks, "cannot tell", barred)
    if not entered:
        says = "It does not vary in these periods beyond trend and season: it cannot account for the change."
        return Check(name, asks, "passed", says)
    if with_it.untestable:
        return Check(name, asks, "cannot tell", with_it.untestable)
    found = rule(with_it, stand)
    says = f"With it the change is {_with_interval(with_it)}."
    if Ruling.CANNOT_TELL in (found, overall):
        return Check(name, asks, "cannot tell", says)
    return Check(name, asks, "passed" if found is overall else "failed", says)


def _with_interval(evidence: Evidence) -> str:
    low, high = figure(evidence.lower, "ratio"), figure(evidence.upper, "ratio")
    return f"{figure(evidence.estimate, 'ratio')} ({low} to {high})"


def _range(rows: list[dict], asked: Asked) -> str:
    """What becomes of the estimate as the rivals are entered one at a time."""
    alone, single = rows[0]["estimate"], [row for row in rows[1:] if row["what"] != "all together"]
    known = [row["estimate"] for row in single if isfinite(row["estimate"])]
    if not known or not isfinite(alone):
        return ""
    low, high = figure(min(known), "ratio"), figure(max(known), "ratio")
    spread = f"is {low}" if low == high else f"lies between {low} and {high}"
    return (
        f"Without any rival the {asked.quantity} is {figure(alone, 'ratio')}; with one of them at a time it {spread}."
    )


def _most(rows: list[dict]) -> str:
    """Which rival takes most from the change, where its part is known."""
    taken = {row["what"]: row for row in rows if row["share of the change"]}
    if not taken:
        return ""
    name = max(taken, key=lambda what: float(taken[what]["share of the change"].split(" %")[0]))
    if float(taken[name]["share of the change"].split(" %")[0]) < _WORTH_SAYING:
        return ""
    return f"Most is carried by {name}: {taken[name]['share of the change']} of the log change."
