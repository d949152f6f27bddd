"""What several sources say of one quantity, in sentences."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trends.claims.verdict import Asserted
from trends.claims.words import claimed_in_words, figure, listed

if TYPE_CHECKING:
    from trends.claims.study import Study


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


def sentence_of(own: str, said: list[Said], stand: Asserted, unit: str) -> str:
    """What the other sources have, how many of them lie within the claimed values and how many outside."""
    low, high = stand.claimed
    others = [each for each in said if each.independent]
    found = [end for each in others for end in (each.estimate, *each.ends)]
    agree = [e for e in others if low <= e.ends[0] and e.ends[1] <= high]
    against = [e for e in others if e.ends[1] < low or e.ends[0] > high]
    n = f"{len(others)} independent source{'s have' if len(others) > 1 else ' has'} figures"
    claimed = claimed_in_words(stand, unit, found)
    parts = [f"{n}: {_named(agree)} wholly within what the claim says ({claimed}), {_named(against)} wholly outside."]
    parts.append(f"They have {'; '.join(_figures(each, unit, stand.claimed) for each in others)}.")
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


def _figures(each: Said, unit: str, apart_from: tuple[float, ...] = ()) -> str:
    low, high = (figure(end, unit, apart_from) for end in (each.lower, each.upper))
    beside = "; ".join(filter(None, ("" if np.isnan(each.lower) else f"{low} to {high}", each.how)))
    return f"{each.title} {figure(each.estimate, unit, apart_from)} ({beside})"


def caveats_of(said: list[Said], silent: list[str], study: "Study") -> tuple[str, ...]:
    """What a reader must know of the sources that speak, and which are silent."""
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
