"""Right, cannot tell or wrong: how each case came out, and how methods compare at their own and at equal thresholds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isfinite, nan

import numpy as np
from scipy.special import ndtri

from benchmarks.known_truth.asking import Answer, ask, realised
from benchmarks.known_truth.cases import Case
from benchmarks.known_truth.peers import Said, ask_peers
from trends import periods

RIGHT, OPEN, WRONG = "right", "cannot tell", "wrong"
#: The share of placebos in which a method may find a change when methods are set to equal false alarms.
FALSE_ALARMS = 0.05
#: The two-sided threshold that methods are used at.
OWN_Z = 1.96
#: From this probability on a date counts as found, below the second as missed for certain.
DATED, MISSED = 0.80, 0.05
_REFUTED = ("CONTRADICTED", "NO MATERIAL CHANGE")


@dataclass(frozen=True)
class Scored:
    """How one case came out.

    Parameters
    ----------
    case : Case
        The case.
    answers : tuple of Answer
        What the package says: one for a turn, of ``fall`` and of ``rise`` where there is none.
    realised : float
        The ratio as recorded.
    peers : dict of str to Said
        What the others say.
    verdict, dated : str
        How the change and the date came out; empty where they are not asked.
    z : float
        The certainty of the package as a signed z, positive for a rise.
    """

    case: Case
    answers: tuple[Answer, ...]
    realised: float
    verdict: str
    dated: str
    z: float
    peers: dict[str, Said] = field(default_factory=dict)

    def to_row(self) -> dict[str, object]:
        """The row of the JSON: what a number cannot be there (not asked, without bound) is null."""
        answer = self.answers[0]
        return {
            "id": self.case.id,
            "kind": self.case.row["kind"],
            "evident": self.case.row["evident"],
            "realised": _plain(self.realised),
            "realised_right": self.realised_right,
            "change": answer.change,
            "estimate": _plain(answer.estimate),
            "lower": _plain(answer.lower),
            "upper": _plain(answer.upper),
            "in_window": _plain(answer.in_window),
            "date": answer.date or None,
            "timing": answer.timing or None,
            "lasting": answer.lasting or None,
            "claim": answer.verdict,
            "other_direction": self.answers[1].change if len(self.answers) > 1 else None,
            "verdict": self.verdict,
            "peers": {
                name: {"estimate": _plain(said.estimate), "z": _plain(said.z), "dates": list(said.dates)}
                for name, said in self.peers.items()
            },
        }

    @property
    def realised_right(self) -> bool | None:
        """Whether the recorded ratio lies on the claimed side of 1; None where no turn or no date is known."""
        if not self.case.real or np.isnan(self.realised):
            return None
        return self.realised > 1 if self.case.row["truth"] == "rise" else self.realised < 1

    @property
    def whole(self) -> bool:
        """Whether the claim is a whole one: a turn that lasted, with its change, its date and that it lasted."""
        return self.case.real and bool(self.answers[0].lasting)


def score_case(case: Case) -> Scored:
    """One case, asked of the package and of its peers."""
    answers = tuple(ask(case, direction) for direction in case.directions)
    return Scored(
        case, answers, realised(case), verdict_of(case, answers), _dated(case, answers[0]), _z(answers), ask_peers(case)
    )


def verdict_of(case: Case, answers: tuple[Answer, ...]) -> str:
    """How a case came out.

    A turn is right where its direction is SUPPORTED, wrong where it is CONTRADICTED or ruled NO MATERIAL CHANGE. An
    event that made no difference is wrong where "it fell" is SUPPORTED (outside of wars, also where "it rose" is), a
    placebo where either is; right is what is refuted.
    """
    by_direction = {answer.direction: answer.change for answer in answers}
    if case.real:
        ruling = answers[0].change
        return RIGHT if ruling == "SUPPORTED" else WRONG if ruling in _REFUTED else OPEN
    watched: tuple[str, ...] = ("fall", "rise")
    if case.row["kind"] == "nodiff" and case.row["cls"] == "conflict":
        # That such an event did nothing is a statement on the fall that was promised: the war may well have grown.
        watched = ("fall",)
    rulings = [by_direction[name] for name in watched]
    if "SUPPORTED" in rulings:
        return WRONG
    return RIGHT if all(ruling in _REFUTED for ruling in rulings) else OPEN


def _dated(case: Case, answer: Answer) -> str:
    """How the date came out: for a turn in its window, for a placebo that no date stands out."""
    if np.isnan(answer.in_window):
        return "" if case.at is None else OPEN
    if case.real:
        return RIGHT if answer.in_window >= DATED else WRONG if answer.in_window <= MISSED else OPEN
    return WRONG if answer.in_window >= DATED else RIGHT


def _z(answers: tuple[Answer, ...]) -> float:
    """The certainty that the rate moved at all, as the z of a normal tail, positive for a rise."""
    answer = answers[0]
    if np.isnan(answer.certainty):
        return nan
    rises = answer.certainty if answer.direction == "rise" else 1 - answer.certainty
    return float(ndtri(np.clip(rises, 1e-15, 1 - 1e-15)))


@dataclass(frozen=True)
class Compared:
    """How often a method is right on the turns and wrong on the placebos, at one threshold.

    Shares are of all turns, of the clear ones, of the placebos; ``opposite`` counts turns of the wrong sign,
    ``threshold`` is in z.
    """

    right: float
    clear: float
    false: float
    opposite: int
    threshold: float = nan


def signed(scored: Iterable[Scored], name: str | None) -> list[tuple[Case, float]]:
    """Each case with the signed z of a method; None is the package."""
    return [
        (each.case, each.z if name is None else each.peers[name].z if name in each.peers else nan) for each in scored
    ]


def compare(pairs: list[tuple[Case, float]], threshold: float) -> Compared:
    """The shares of a method at a threshold in z; a case without an answer is one that it does not decide."""
    turns = [(case, z) for case, z in pairs if case.real]
    placebos = [z for case, z in pairs if case.row["kind"] == "placebo"]
    sides = [
        (case.row["evident"], 0 if not abs(z) >= threshold else 1 if (z > 0) == (case.row["truth"] == "rise") else -1)
        for case, z in turns
    ]
    return Compared(
        right=_share(side == 1 for _, side in sides),
        clear=_share(side == 1 for evident, side in sides if evident == "clear"),
        false=_share(abs(z) >= threshold for z in placebos),
        opposite=sum(side == -1 for _, side in sides),
        threshold=threshold,
    )


def equal_threshold(pairs: list[tuple[Case, float]]) -> float:
    """The smallest threshold at which no more than `FALSE_ALARMS` of the placebos show a change."""
    sizes = sorted((abs(z) for case, z in pairs if case.row["kind"] == "placebo" and isfinite(z)), reverse=True)
    placebos = sum(case.row["kind"] == "placebo" for case, _ in pairs)
    allowed = round(FALSE_ALARMS * placebos)
    return np.nextafter(sizes[allowed], np.inf) if len(sizes) > allowed else 0.0


def dates_found(scored: Iterable[Scored], name: str) -> tuple[int, int, int, int]:
    """Clear turns that a dating peer has a break for, in the window widened by a period, of how many; placebos."""
    found, turns, false, placebos = 0, 0, 0, 0
    for each in scored:
        if name not in each.peers or each.case.at is None:
            continue
        case = each.case
        first, last = case.window or (each.case.at, each.case.at)
        letter = periods.frequency_of(case.counts.index)
        dates = [periods.period(label, letter) for label in each.peers[name].dates]
        near = any(first - 1 <= when <= last + 1 for when in dates)
        if case.real and case.row["evident"] == "clear":
            found, turns = found + near, turns + 1
        elif case.row["kind"] == "placebo":
            false, placebos = false + near, placebos + 1
    return found, turns, false, placebos


def _share(values: Iterable[bool]) -> float:
    held = list(values)
    return float(np.mean(held)) if held else nan


def _plain(value: float) -> float | None:
    return float(f"{value:.6g}") if isfinite(value) else None
