"""The link of a claim that says that nothing else that happened accounts for its change."""

from dataclasses import dataclass
from math import inf, isfinite, log
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trends.chance.answers import RatioFound
from trends.chance.evidence import Check
from trends.claims.asked import Asked, asked_change
from trends.claims.checks import false_alarms
from trends.claims.checks.known import DOES_NOT_APPLY
from trends.claims.claim import Claim
from trends.claims.effects import effect_evidence, probability_of, rates_of_effect, ruled
from trends.claims.effort import Effort
from trends.claims.entered import Rival, named_rivals
from trends.claims.kinds import EXPECTED, JUST_THEN, Group, Kind, Named
from trends.claims.rungs import Rung
from trends.claims.verdict import Finding
from trends.claims.words import figure, percent, when_in_words
from trends.errors import ModelError
from trends.nouns import listed

if TYPE_CHECKING:
    from trends.claims.study import Study

# A rival that makes the variance of the change so many times as large is all but the change itself (a correlation of
# .95); the customary mark of Belsley et al. (1980).
_ALIKE = 10.0
#: Standard deviations of the coefficient of a rival beforehand: of what comes every year, and of what happened once.
RECURRING, ONCE = 0.35, 1.0
# The share of a change that is worth saying of one rival.
_WORTH_SAYING = 0.05


@dataclass(frozen=True)
class Rivals:
    """What else happened does not account for the change: it is there with each rival entered, and with all.

    A rival is ``season``, ``ramadan``, ``ashura``, ``arbaeen``, an event of the study or a category of events
    (``isf_operation``), or ``peak_before``, the three periods before the change. Every break in measurement of the
    source is one without being named, so ``rivals = true`` is worth asserting too.
    """

    names: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class RivalFits:
    """What the chart of the link shows beside its table: the counts, the date of the change, and the rivals."""

    counts: pd.Series
    at: pd.Period
    rivals: tuple[Rival, ...]


def find(link: Rivals, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on whether a change is told apart from what else happened, each rival entered alone and all together.

    Notes
    -----
    A rival is a column beside the drifting level, its coefficient open: what it may have done is taken from the change.
    No ruling is made against a rival that begins in the period of the change or whose column cannot be told from it;
    it is named.
    """
    asked = asked_change(claim, study, "enter the rivals")
    rivals = named_rivals(link.names, claim, study, asked.counts, asked.at)
    if not rivals:
        raise ModelError(
            f"enter the rivals of the claim {claim.id!r}",
            found="none: the link names none, and its source has no break in measurement in these periods",
            allowed="season, ramadan, peak_before, or events of the study",
            do="name one, or leave the link out",
            lacks=f"By {when_in_words(study.as_of)} none of what it is to be told apart from had happened."
            if study.as_of
            else "No rival is named, and no break in measurement is known in these periods. A rival with its dates "
            "would make it one to test.",
        )
    stand, alone = asked.stand, asked.effect()
    single = {rival.name: asked.effect(_known(rival)).ratio for rival in rivals if _varies(rival, asked)}
    together = asked.effect(tuple(column for rival in rivals for column in _known(rival)))
    rates = rates_of_effect(asked)
    many = "all rivals" if len(rivals) > 1 else "the rival"
    null = "the level and the rivals account for the counts"
    evidence = effect_evidence(together, asked, rates, with_what=f"with {many} entered,", null=null)
    barred = {rival.name: reason for rival in rivals if (reason := _barred(asked, rival))}
    checks = [_survives(rival, single.get(rival.name), asked, barred.get(rival.name, "")) for rival in rivals]
    checks += [check.of(rates) for check in KIND.required(claim)]
    tested = ruled(evidence, stand, tuple(checks))
    rows = [_row("no rival", alone.ratio)]
    # With a rival that cannot be told from the change nothing is estimated: it would be the change once more.
    entered = {name: found for name, found in single.items() if name not in barred}
    rows += [_row(rival.title, entered.get(rival.name), alone.ratio) for rival in rivals]
    rows.append(_row("all together", together.ratio, alone.ratio))
    table = pd.DataFrame(rows)
    return Finding(
        "rivals",
        f"Is the change told apart from {listed([rival.title for rival in rivals])}?",
        tested.ruling,
        " ".join(filter(None, [*_reasons(asked, rivals, barred), _range(table, asked), tested.sentence, _most(table)])),
        evidence,
        stand,
        checks=tuple(checks),
        caveats=(
            "A rival is entered on the days that the calendar gives it; what it did before or after them is not.",
            *(rival.note for rival in rivals if rival.note),
            *study.sources[asked.source].caveats,
        ),
        table=table,
        fit=RivalFits(asked.counts, asked.at, tuple(rivals)),
    )


def _known(rival: Rival) -> tuple[tuple[np.ndarray, float], ...]:
    """The columns of a rival with the variances of their coefficients."""
    size = RECURRING if rival.recurs else ONCE
    return tuple((rival.columns[name].to_numpy(float), size**2) for name in rival.columns)


def _varies(rival: Rival, asked: Asked) -> bool:
    """Whether a rival was other in some of the periods that were watched than in others."""
    return bool((np.ptp(rival.columns.to_numpy(float)[asked.series.watched], axis=0) > 0).any())


def _barred(asked: Asked, rival: Rival) -> str:
    """Why a rival cannot be told from the change, as a sentence; empty where it can."""
    title = rival.title[0].upper() + rival.title[1:]
    if _together_with(asked, rival):
        return _same_month([rival.title], asked)
    inflation = _inflation(asked, rival)
    if inflation == inf:
        return f"{title} and the change cannot be told apart in these periods."
    if inflation >= _ALIKE:
        return (
            f"{title} and the change can hardly be told apart: with it the variance is {inflation:.0f} times as large."
        )
    return ""


def _inflation(asked: Asked, rival: Rival) -> float:
    """By what the variance of a step at the change grows when a rival is entered; infinite where nothing is left."""
    watched = asked.series.watched
    step = np.asarray(asked.counts.index >= asked.at, float)[watched]
    columns = rival.columns.to_numpy(float)[watched]
    left = []
    for others in (np.ones((len(step), 1)), np.column_stack([np.ones(len(step)), columns])):
        rest = step - others @ np.linalg.lstsq(others, step, rcond=None)[0]
        left.append(float(rest @ rest))
    return left[0] / left[1] if left[1] > 1e-12 * (step @ step) else inf


def _together_with(asked: Asked, rival: Rival) -> bool:
    return not rival.recurs and asked.at in rival.starts


def _reasons(asked: Asked, rivals: list[Rival], barred: dict[str, str]) -> list[str]:
    """Why no ruling is made against some rivals, those that begin with the change in one sentence."""
    same = [rival for rival in rivals if _together_with(asked, rival)]
    if len(same) < 2:
        return list(barred.values())
    rest = (barred[name] for name in barred if name not in {rival.name for rival in same})
    return [_same_month([rival.title for rival in same], asked), *rest]


def _same_month(titles: list[str], asked: Asked) -> str:
    """That rivals are entered from the period of the change on, and so cannot be told from it."""
    first, every = when_in_words(asked.at), "both count" if len(titles) == 1 else "all count"
    return f"These data cannot tell the change apart from {listed(titles)}: {every} from {first} on."


def _survives(rival: Rival, with_it: RatioFound | None, asked: Asked, barred: str) -> Check:
    name = rival.title
    asks = f"Does the answer hold with {rival.title} entered?"
    if barred:
        return Check(name, asks, "cannot tell", barred)
    if with_it is None:
        says = "It does not vary in these periods: it cannot account for the change."
        return Check(name, asks, DOES_NOT_APPLY, says)
    holds = probability_of(with_it, asked.stand.claimed)
    low, high = figure(with_it.low, "ratio"), figure(with_it.high, "ratio")
    says = f"With it the change is {figure(with_it.estimate, 'ratio')} ({low} to {high})."
    return Check(name, asks, "passed" if holds >= asked.stand.sure else "cannot tell", says)


def _row(what: str, found: RatioFound | None, alone: RatioFound | None = None) -> dict[str, object]:
    """One line of the table: the change with something entered, and the share of the log change that this takes."""
    ends = (found.estimate, found.low, found.high) if found else (np.nan,) * 3
    row: dict[str, object] = {"what": what, **dict(zip(("estimate", "lower", "upper"), ends, strict=True))}
    taken = np.nan
    # A share of a change that may be none at all would be a share of nothing.
    if found and alone and (alone.low > 1 or alone.high < 1):
        taken = 1 - log(found.estimate) / log(alone.estimate)
    return row | {"share of the change": taken}


def _range(table: pd.DataFrame, asked: Asked) -> str:
    """What becomes of the estimate as the rivals are entered one at a time."""
    alone, known = table["estimate"].iloc[0], table["estimate"].iloc[1:-1].dropna()
    if not len(known) or not isfinite(alone):
        return ""
    low, high = figure(known.min(), "ratio"), figure(known.max(), "ratio")
    spread = f"is {low}" if low == high else f"lies between {low} and {high}"
    return (
        f"Without any rival the {asked.quantity} is {figure(alone, 'ratio')}; with one of them at a time it {spread}."
    )


def _most(table: pd.DataFrame) -> str:
    """Which rival takes most from the change, where its part is known."""
    taken = table.iloc[1:-1].dropna(subset="share of the change")
    if taken.empty or taken["share of the change"].max() < _WORTH_SAYING:
        return ""
    most = taken.loc[taken["share of the change"].idxmax()]
    part = percent(most["share of the change"])
    return f"No rival takes more of it than {most['what']}: {part} of the change, on a log scale."


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
    survives_with="change",
    bias=JUST_THEN,
    settled_by="Periods or provinces that one of them touched and the others did not.",
    of_counts=True,
    names=lambda link: Named(rivals=link.names),
)
