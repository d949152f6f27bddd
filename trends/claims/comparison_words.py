"""What a comparison of two sources found, in sentences."""

from math import isnan

import pandas as pd

from trends.claims.words import figure, listed, percent, span_in_words, when_in_words

# Up to so many ratios are told one by one.
_FEW = 8
#: The p-value below which one ratio for all spans is given up.
UNEVEN = 0.05


def told(pair, one: str, other: str) -> tuple[str, ...]:
    """The sentences on a pair of sources, named as a reader knows them; the second is held against the first."""
    parts = [_ratio(pair, one, other), *_drift(pair), *_rule(pair), *_directions(pair), *_turns(pair, one, other)]
    return (*parts, *_breaks(pair))


def _ends(three) -> str:
    return f"{figure(three[0], 'ratio')} (95 % interval {figure(three[1], 'ratio')} to {figure(three[2], 'ratio')})"


def _ratio(pair, one: str, other: str) -> str:
    low, high = (figure(end, "ratio") for end in pair.level.ratio[1:])
    n, where = len(pair.counts), ""
    if n <= _FEW:
        each = [f"{figure(b / a, 'ratio')} in {span_in_words(str(s), str(e))}" for s, e, a, b in _spans(pair) if a]
        where = f": {', '.join(each)}"
    kind = "period" if pair.panels else "span"
    ratio = figure(pair.level.ratio[0], "ratio")
    if pair.uneven < UNEVEN:
        # One ratio with a narrow interval would be surer than the counts are.
        known = [b / a for _, _, a, b in _spans(pair) if a]
        ends = f"{figure(min(known), 'ratio')} to {figure(max(known), 'ratio')}"
        return f"{other} counts {ends} times as many as {one}, over {n} common {kind}s{where}."
    return (
        f"{other} counts {ratio} times as many as {one} (95 % interval {low} to {high}), over {n} "
        f"common {kind}{'s' if n > 1 else ''}{where}."
    )


def _spans(pair):
    return pair.counts[["first", "last", pair.first, pair.second]].itertuples(index=False)


def _drift(pair) -> list[str]:
    if not isnan(pair.level.drift[0]):
        low, high = pair.level.drift[1:]
        sure = "drifts" if low > 1 or high < 1 else "is not shown to drift"
        return [f"Their ratio {sure}: in a year it changes by a factor of {_ends(pair.level.drift)}."]
    if isnan(pair.uneven):
        return []
    size = "below 0.001" if pair.uneven < 0.001 else f"{pair.uneven:.2g}"
    differs = "is not the same in all of them" if pair.uneven < UNEVEN else "may be the same in all of them"
    return [f"For independent incidents the ratio {differs} (p {size})."]


def _rule(pair) -> list[str]:
    a, b = pair.counts[pair.first], pair.counts[pair.second]
    if pair.same_rule and not pair.same_origin:
        differ = int((a != b).sum())
        return [f"They say that they count the same by the same rule, and differ in {differ} of {len(a)} spans."]
    if not pair.same_origin:
        return []
    part = " The one is a part of the other." if pair.level.nested else ""
    return [f"They draw on the same incidents: where they agree, that confirms nothing.{part}"]


def _directions(pair) -> list[str]:
    told = []
    for moves, step in ((pair.periods, "from one to the next"), (pair.years, "from a year to the next")):
        if moves is None or not moves.moves:
            continue
        chance = ""
        if moves.moves >= _FEW:
            chance = f", where {percent(moves.chance)} would be chance (p {max(moves.pvalue, 0.001):.2g})"
        told.append(f"They move the same way {step} in {moves.same} of {moves.moves} cases{chance}.")
    return told


def _turns(pair, one: str, other: str) -> list[str]:
    if pair.turns is None:
        return []
    mine, its = (pair.turns[pair.turns["source"] == name] for name in (pair.first, pair.second))
    shared = [row.at for row in mine.itertuples() if _met(row, its)]
    counted = f"{one} has {_many(mine)}, {other} {_many(its)}"
    met = (
        f"; {len(shared)} of the first {'is' if len(shared) == 1 else 'are'} met by one of the second"
        if len(mine)
        else ""
    )
    return [f"Turning points: {counted}{met}."]


def _met(row, others: pd.DataFrame) -> bool:
    """Whether another source turned within the interval of a turn, or the turn lies within that of the other."""
    return bool(((others["lower"] <= row.upper) & (others["upper"] >= row.lower)).any())


def _many(turns: pd.DataFrame) -> str:
    dates = [when_in_words(at) for at in turns["at"]]
    return f"{len(dates)} ({listed(dates)})" if dates else "none"


def _breaks(pair) -> list[str]:
    told, seen = [], set()
    for title, when, what, step, inside in pair.breaks:
        if not inside or (when, what) in seen:
            continue
        seen.add((when, what))
        found = f" Their ratio from then on is {_ends(step)} times what it was." if step else ""
        told.append(f"{title} counts otherwise from {when_in_words(when)}: {what}.{found}")
    return told
