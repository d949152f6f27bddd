"""Why a case was not decided, or its date missed: what in its own counts the ruling stands or falls with, in words."""

import numpy as np
import pandas as pd

from benchmarks.known_truth.asking import PERIODS_A_YEAR
from benchmarks.known_truth.cases import Case
from benchmarks.known_truth.scoring import DATED, Scored
from trends import periods
from trends.nouns import factor_of

#: Fewer incidents than these, before the date or after it, are few.
_FEW = 12
#: A year before the date that has so many times the rate of the two years before it, or so small a part, was a move.
_MOVED = 1.5


def why_open(each: Scored) -> str:
    """Why the change of a case is open, in one sentence; empty where it was decided."""
    answer, case = each.answers[0], each.case
    if answer.change != "CANNOT TELL":
        return ""
    if case.at is None:
        return "A check withholds the ruling, as the sentence says."
    if not case.real:
        return (
            f"The counts fit a rate of {factor_of(answer.lower)} times what was to be expected, and one of "
            f"{factor_of(answer.upper)} times."
        )
    return _why_a_turn_is_open(case)


def _why_a_turn_is_open(case: Case) -> str:
    assert case.at is not None
    year = PERIODS_A_YEAR[periods.frequency_of(case.counts.index)]
    unit = "year" if year == 1 else f"{year} periods"
    earlier, before, after = (_span(case, first, last) for first, last in ((-3 * year, -year), (-year, 0), (0, year)))
    rates = [counts.sum() / max(exposure.sum(), 1e-9) for counts, exposure in (earlier, before, after)]
    total = int(earlier[0].sum() + before[0].sum()), int(after[0].sum())
    if min(total) < _FEW:
        return f"Few incidents: {total[0]:,} in the three years before the date and {total[1]:,} in the year from it."
    if rates[0] > 0 and not 1 / _MOVED < rates[1] / rates[0] < _MOVED:
        same = (rates[1] > rates[0]) == (case.row["truth"] == "rise")
        told = f"the year before the date had {_times(rates[1] / rates[0])} the rate of the two before it"
        if same:
            return f"The move was under way: {told}, and a level that moves so is expected to go on."
        return f"The level had just gone the other way: {told}, and a level that moves so may well come back by itself."
    quarter = max(year // 4, 1)
    seen = case.counts[(case.counts.index < case.at) & (case.counts.index >= case.at - 3 * year)].to_numpy()
    sums = np.add.reduceat(np.nan_to_num(seen), np.arange(0, len(seen) - quarter + 1, quarter)) / quarter
    return (
        f"It lies within what came before: quarters of the three years before have {_count(sums.min())} to "
        f"{_count(sums.max())} a period, the {unit} from the date {_count(rates[2] * case.exposure.max())}."
    )


def why_not_dated(each: Scored) -> str:
    """Where the date of a turn went that is not found in its window; empty where it is."""
    answer, case = each.answers[0], each.case
    if case.window is None or np.isnan(answer.in_window) or answer.in_window >= DATED:
        return ""
    when = periods.period(answer.date, periods.frequency_of(case.counts.index))
    first, last = case.window
    if first <= when <= last:
        return "The likeliest date lies in the window; dates beside it are nearly as likely."
    away, side = ((first - when).n, "before") if when < first else ((when - last).n, "after")
    if away == 1:
        return f"The likeliest date lies one period {side} the window."
    turned = _way(case, when)
    return f"A likelier date lies {away} periods {side} the window: the year from {answer.date} has {turned}."


def _way(case: Case, when: pd.Period) -> str:
    year = PERIODS_A_YEAR[periods.frequency_of(case.counts.index)]
    index = case.counts.index
    after, before = (
        case.counts[span].sum() / max(case.exposure[span].sum(), 1e-9)
        for span in ((index >= when) & (index < when + year), (index < when) & (index >= when - year))
    )
    return f"{_times(after / before)} the rate of the year before" if before else "the first incidents"


def _span(case: Case, first: int, last: int) -> tuple[pd.Series, pd.Series]:
    assert case.at is not None
    inside = (case.counts.index >= case.at + first) & (case.counts.index < case.at + last)
    return case.counts[inside], case.exposure[inside]


def _times(ratio: float) -> str:
    return f"{factor_of(ratio)} times" if np.isfinite(ratio) else "any"


def _count(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"
