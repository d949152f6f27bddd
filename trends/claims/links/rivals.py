"""The link of a claim that says that nothing else that happened accounts for its change."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import exp, isfinite, log
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from trends.chance.change import change_evidence
from trends.chance.evidence import Check, Evidence
from trends.claims.asked import Asked, season_of
from trends.claims.checks import false_alarms
from trends.claims.checks.known import DOES_NOT_APPLY
from trends.claims.claim import Claim
from trends.claims.coefficient import CoefficientRuling, tested_coefficient
from trends.claims.direction import Side, adverse_side
from trends.claims.effort import Effort
from trends.claims.entered import Rival, named_rivals, raises_rank
from trends.claims.kinds import EXPECTED, Group, Kind, Named
from trends.claims.links import change, trend
from trends.claims.rungs import Rung
from trends.claims.verdict import Asserted, Finding, Ruling, rule
from trends.claims.words import detectable_in_words, figure, listed, percent, ruling_in_words, when_in_words
from trends.errors import ModelError
from trends.fits.batch import fit_poisson
from trends.fits.design import season_columns
from trends.models.rivals import CARRIED, carried_design

if TYPE_CHECKING:
    from trends.claims.study import Study

# Below this share of the log change no rival is said to carry most.
_WORTH_SAYING = 0.05
# A rival that makes the variance of the change so many times as large is all but the change itself (a correlation of
# .95 beside the rest of the design); the customary mark of Belsley et al. (1980).
_ALIKE = 10.0
# The links whose change rivals may account for, and what each asks of the counts.
_CHANGES: dict[type, Callable[..., Asked]] = {file.KIND.record: file.asked_by for file in (change, trend)}


@dataclass(frozen=True)
class Rivals:
    """What else happened does not account for the change: it is there with each rival entered, and with all.

    A rival is ``season``, ``ramadan``, ``ashura``, ``arbaeen``, an event of the study or a category of events
    (``isf_operation``), or ``peak_before``, the three periods before the change. Every break in measurement of the
    source is one without being named, so ``rivals = true`` is worth asserting too.
    """

    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class RivalFits:
    """What the chart of the link shows beside its table: the counts, the date of the change, and the rivals."""

    counts: pd.Series
    at: pd.Period | None
    rivals: tuple[Rival, ...]


def find(link: Rivals, claim: Claim, study: "Study", effort: Effort) -> Finding:
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
    stand = asked.stand
    barred = {rival.name: _barred(asked, rival) for rival in rivals}
    entered = [rival for rival in rivals if _columns(asked, rival) is not None]
    alone = _test(asked, asked.design)
    tested = _all_together(asked, entered, effort)
    whole = tested if isinstance(tested, CoefficientRuling) else None
    evidence = whole.evidence if whole else replace(alone, quantity=f"{asked.quantity} without any rival,")
    overall = rule(evidence, stand) if whole else Ruling.CANNOT_TELL
    rows, checks = [_row("no rival", alone)], []
    for rival in rivals:
        with_it = _with(asked, rival) if rival in entered else None
        carried = _carried(asked, rival, effort) if rival in entered else None
        rows.append(_row(rival.title, with_it, carried, alone))
        checks.append(_survives(rival, with_it, stand, overall, barred[rival.name]))
    if whole:
        rows.append(_row("all together", evidence))
        checks += whole.checks
    else:
        checks.append(Check("all together", "Can all rivals be entered at once?", "cannot tell", str(tested)))
    ruling = rule(evidence, stand, tuple(checks))
    blocking = [
        check for check in checks if check.outcome == "failed" or check.name in ("all together", "false alarms")
    ]
    told = ruling_in_words(ruling, evidence, stand, tuple(c for c in blocking if c.withholds))
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
            *study.sources[asked.source].caveats,
        ),
        table=_table(rows),
        fit=RivalFits(asked.counts, asked.at, tuple(rivals)),
    )


def _main(claim: Claim) -> Any:
    """The link of a claim whose change its rivals may account for."""
    return next((link for link in claim.asserts.values() if type(link) in _CHANGES), None)


def _asked(claim: Claim, study: "Study", names: tuple[str, ...]) -> Asked:
    """The claim's change or trend as one column of a design without its rivals."""
    link = _main(claim)
    if link is None:
        raise ModelError(
            f"enter the rivals of the claim {claim.id!r}",
            found=f"the links {', '.join(claim.asserts)}",
            allowed="a claim that asserts a change or a trend",
            do="assert one of these, or leave the link out",
        )
    asked = _CHANGES[type(link)](link, claim, study)
    seasons = season_of(asked.counts, getattr(link, "seasons", False))
    out = [*season_columns(asked.counts.index, seasons)] if "season" in names and seasons else []
    out += ["ramadan"] if "ramadan" in names else []
    quantity = f"change from {when_in_words(asked.at)}" if isinstance(link, change.Change) else asked.quantity
    return replace(asked, design=asked.design.drop(columns=out, errors="ignore"), quantity=quantity)


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
    target = asked.design[asked.term].to_numpy(float)[asked.watched]
    others = asked.design.drop(columns=asked.term)
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
        test = change_evidence(asked.counts, design, asked.term, exposure=asked.exposure)
    except ModelError as error:
        return Evidence(quantity=asked.quantity, untestable=error.lacks)
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


def _with(asked: Asked, rival: Rival) -> Evidence:
    """The change with a rival entered."""
    columns = _columns(asked, rival)
    return _test(asked, asked.design if columns is None else asked.design.join(columns))


def _all_together(asked: Asked, entered: list[Rival], effort: Effort) -> CoefficientRuling | str:
    """The change with every rival in the design, or why it cannot be fitted."""
    design = asked.design
    for rival in entered:
        design = design.join(rival.columns[raises_rank(design, rival.columns, asked.watched)])
    quantity = f"{asked.quantity}, with {'all rivals' if len(entered) > 1 else 'the rival'} entered,"
    try:
        return tested_coefficient(replace(asked, design=design, quantity=quantity), effort)
    except ModelError as error:
        return error.lacks


def _carried(asked: Asked, rival: Rival, effort: Effort) -> tuple[float, float, float] | None:
    """The factor that a rival takes from the change when it is entered, with its interval; None where not known."""
    share = asked.watched * (1.0 if asked.exposure is None else asked.exposure.to_numpy())
    fit = fit_poisson(
        asked.counts.fillna(0).to_numpy()[asked.watched],
        asked.design.to_numpy(float)[asked.watched],
        exposure=share[asked.watched],
    )
    weights = np.zeros(len(asked.counts))
    weights[asked.watched] = share[asked.watched] * np.exp(asked.design.to_numpy(float)[asked.watched] @ fit.params[0])
    design = carried_design(asked.design, asked.term, _columns(asked, rival), weights)
    if design is None:
        return 1.0, 1.0, 1.0
    try:
        test = change_evidence(asked.counts, design, CARRIED, exposure=asked.exposure, draws=effort.carried)
    except ModelError:
        return None
    return exp(test.estimate), exp(test.lower), exp(test.upper)


def _row(
    what: str, change: Evidence | None, carried: tuple[float, float, float] | None = None, alone: Evidence | None = None
) -> dict:
    """One line of the table: the change with something entered, and what that takes from it."""
    ends = (change.estimate, change.lower, change.upper) if change else (np.nan,) * 3
    row = {"what": what, **dict(zip(("estimate", "lower", "upper"), ends, strict=True))}
    row |= {"carries": "" if change else "cannot be separated", "share of the change": "", "share": np.nan}
    if carried:
        row["carries"] = "{} ({} to {})".format(*(figure(value, "ratio") for value in carried))
        # A share of a change that may be none at all would be a share of nothing.
        if alone and (alone.lower > 1 or alone.upper < 1) and isfinite(alone.estimate) and 0 < carried[0] < np.inf:
            shares = [log(value) / log(alone.estimate) if 0 < value < np.inf else np.inf for value in carried]
            low, high = sorted(shares[1:])
            ends_told = f"{percent(low)} to {percent(high)}" if isfinite(high) else "no limit"
            row |= {"share of the change": f"{percent(shares[0])} ({ends_told})", "share": shares[0]}
    return row


def _table(rows: list[dict]) -> pd.DataFrame:
    table = pd.DataFrame(rows).drop(columns="share")
    return table if table["share of the change"].any() else table.drop(columns="share of the change")


def _survives(rival: Rival, with_it: Evidence | None, stand: Asserted, overall: Ruling, barred: str) -> Check:
    name = rival.name.replace("_", " ")
    asks = f"Does the answer hold with {rival.title} entered?"
    if barred:
        return Check(name, asks, "cannot tell", barred)
    if with_it is None:
        says = "It does not vary in these periods beyond trend and season: it cannot account for the change."
        return Check(name, asks, DOES_NOT_APPLY, says)
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
    taken = [row for row in rows if np.isfinite(row["share"])]
    most = max(taken, key=lambda row: row["share"], default=None)
    if most is None or most["share"] < _WORTH_SAYING:
        return ""
    return f"Most is carried by {most['what']}: {most['share of the change']} of the log change."


def adverse(link: Rivals, claim: Claim) -> Side | None:
    """The side of the change that the rivals may account for."""
    main = _main(claim)
    return adverse_side(main.direction) if main is not None else None


KIND = Kind(
    key="rivals",
    rung=Rung.RIVALS,
    record=Rivals,
    find=find,
    heading="Rivals",
    rows="Entered",
    chart="rivals",
    caption="The counts, the days of each rival, and the change with none, each and all of them entered",
    cites_rows=False,
    counted_in="period",
    group=Group.RIVALS,
    sought="change",
    multiple_of=EXPECTED,
    checks=(false_alarms.CHECK,),
    survives_with="",
    on_its_counts=True,
    of_counts=True,
    adverse=adverse,
    names=lambda link: Named(rivals=link.names),
)
