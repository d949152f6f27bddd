"""When, or by how much, each province was reached; and the other schedules that might as well have been."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial, prod
from typing import Any

import numpy as np
import pandas as pd

from trends.counts.panel import Panel
from trends.errors import ModelError
from trends.periods import PER_YEAR, first_after, frequency, frequency_name, label_of, period

_ASKED = "read the schedule"


@dataclass(frozen=True, eq=False)
class Schedule:
    """The dose that each province had in each period.

    Attributes
    ----------
    dose : pandas.DataFrame
        From 0 up, shape ``(n_periods, n_provinces)``, laid out as the panel's counts.
    amounts : bool
        Whether it was given in amounts; otherwise it is 0 before a province was reached and 1 from then on.
    """

    dose: pd.DataFrame
    amounts: bool

    @property
    def first(self) -> dict[str, pd.Period | None]:
        """The first period in which each province was reached; None where it never was."""
        reached = self.dose > 0
        return {name: reached.index[reached[name].argmax()] if reached[name].any() else None for name in reached}


def read_schedule(panel: Panel, schedule: Any) -> Schedule:
    """The `Schedule` that a user hands over, for the provinces and periods of a panel.

    Parameters
    ----------
    panel : Panel
        The counts.
    schedule : mapping, pandas.Series or pandas.DataFrame
        By province, the first period it was reached in; a day names the first period that lies for the greater part
        at or after it; a province that is absent, None or NaN was never reached. Or a table of amounts, periods down
        and provinces across: all periods of the panel, provinces that are absent have 0.

    Raises
    ------
    InputError, ModelError
        Where a province or a period is unknown, an amount is negative or missing, or nobody is reached.
    """
    if isinstance(schedule, pd.DataFrame):
        dose, amounts = _amounts(panel, schedule), True
    elif isinstance(schedule, Mapping | pd.Series):
        dose, amounts = _dates(panel, schedule), False
    else:
        raise ModelError(
            _ASKED,
            found=f"a {type(schedule).__name__}",
            allowed="a mapping or Series from province to first period, or a DataFrame of amounts, periods down",
            do="hand over one of these",
        )
    if not (dose > 0).to_numpy().any():
        raise ModelError(
            _ASKED,
            found=f"no province that is reached by {label_of(panel.index[-1])}, where the panel ends",
            allowed="at least one province reached within the panel",
            do="take a longer panel, or correct the dates",
        )
    return Schedule(dose, amounts)


def _dates(panel: Panel, schedule: Mapping[str, Any] | pd.Series) -> pd.DataFrame:
    dose = pd.DataFrame(0.0, panel.index, panel.provinces)
    given: dict[str, Any] = {}
    for name, when in schedule.items():
        column = panel.province(name)
        if column in given:
            raise _twice(column, given[column], name)
        given[column] = name
        if when is None or when is pd.NaT or (isinstance(when, float) and np.isnan(when)):
            continue
        dose.loc[panel.index >= reached_in(when, panel.frequency), column] = 1.0
    return dose


def reached_in(when: Any, freq: str) -> pd.Period:
    """The first period that counts as reached: the period named, or for a day or another finer one `first_after` it.

    Examples
    --------
    >>> [label_of(reached_in(when, "M")) for when in ("2020-04", "2020-03-17", "2020-03-10")]
    ['2020-04', '2020-04', '2020-03']
    """
    named = period(when)
    finer = PER_YEAR[frequency(named.freqstr)] > PER_YEAR[frequency(freq)]
    return first_after(named, freq) if finer else period(named, freq)


def _amounts(panel: Panel, table: pd.DataFrame) -> pd.DataFrame:
    index = pd.PeriodIndex([period(label, panel.frequency) for label in table.index], freq=panel.index.freq)
    missing = panel.index.difference(index)
    if len(missing) or index.has_duplicates:
        twice = label_of(index[index.duplicated()][0]) + " twice" if index.has_duplicates else ""
        raise ModelError(
            _ASKED,
            found=twice or f"no amounts for {label_of(missing[0])}",
            allowed=f"a row for each {frequency_name(panel.frequency)} from {label_of(panel.index[0])} to "
            f"{label_of(panel.index[-1])}, once",
            do="add the rows; 0 where nothing had been done yet",
        )
    columns = [panel.province(name) for name in table.columns]
    if len(set(columns)) < len(columns):
        again = next(place for place, name in enumerate(columns) if name in columns[:place])
        raise _twice(columns[again], table.columns[columns.index(columns[again])], table.columns[again])
    numbers = table.apply(pd.to_numeric, errors="coerce").astype(float)
    values = numbers.set_axis(columns, axis=1).set_axis(index, axis=0)
    bad = ~(values >= 0) | np.isinf(values)
    if bad.to_numpy().any():
        row, column = np.argwhere(bad.to_numpy())[0]
        cell = table.iat[row, column]
        amount = repr(cell) if isinstance(cell, str) else f"{values.iat[row, column]:g}"
        raise ModelError(
            _ASKED,
            found=f"the amount {amount} for {columns[column]} in {label_of(index[row])}",
            allowed="numbers from 0 up, 0 where a province was not reached",
            do="correct it; an amount that falls, such as bases left, is given as what has gone",
        )
    return values.reindex(index=panel.index, columns=panel.provinces, fill_value=0.0)


def _twice(column: str, first: Any, second: Any) -> ModelError:
    return ModelError(
        _ASKED,
        found=f"{first!r} and {second!r}, both {column}",
        allowed="each province once",
        do="leave one of them out",
    )


@dataclass(frozen=True, eq=False)
class Admissible:
    """Schedules that might as well have been, the actual one first.

    Attributes
    ----------
    rows : numpy.ndarray, shape (n_rows, n_periods)
        The different courses of the dose.
    assignments : numpy.ndarray of int, shape (R, n_provinces)
        Which course each province has, a schedule a row.
    exact : bool
        Whether these are all there are; otherwise all but the first are drawn.
    """

    rows: np.ndarray
    assignments: np.ndarray
    exact: bool

    def __len__(self) -> int:
        return len(self.assignments)


def rearranged(dose: np.ndarray, eligible: np.ndarray, draws: int, rng: np.random.Generator) -> Admissible:
    """All schedules in which the same courses fall to other provinces, or draws of them where they are too many.

    Parameters
    ----------
    dose : numpy.ndarray, shape (n_provinces, n_periods)
        The actual schedule.
    eligible : numpy.ndarray of bool, shape (n_provinces,)
        Which provinces might have been reached, or not, in each other's place; the rest keep their course.
    draws : int
        All are listed if they are no more than this; otherwise so many are drawn, beside the actual one.

    Examples
    --------
    >>> dose = np.array([[0, 1, 1], [0, 0, 1], [0, 0, 0], [0, 0, 0]])
    >>> found = rearranged(dose, np.full(4, True), 99, np.random.default_rng(0))
    >>> len(found), found.exact
    (12, True)
    """
    rows, actual = np.unique(dose, axis=0, return_inverse=True)
    actual = actual.ravel()
    courses = actual[eligible]
    sizes = np.bincount(courses, minlength=len(rows))
    number = factorial(len(courses)) // prod(factorial(int(size)) for size in sizes)
    exact = number <= draws
    if exact:
        arranged = _arrangements(sizes)
    else:
        arranged = rng.permuted(np.tile(courses, (draws, 1)), axis=1)
    others = arranged[(arranged != courses).any(axis=1)] if exact else arranged
    assignments = np.tile(actual, (len(others) + 1, 1))
    assignments[1:, eligible] = others
    return Admissible(rows, assignments, exact)


def _arrangements(sizes: np.ndarray) -> np.ndarray:
    """Every order of a multiset with so many members of each kind, a row each."""
    arranged = np.zeros((1, int(sizes.sum())), dtype=np.intp)
    free = np.ones(arranged.shape, dtype=bool)
    for kind in np.flatnonzero(sizes):
        left = int(free[0].sum())
        picks = np.array(list(combinations(range(left), int(sizes[kind]))), dtype=np.intp).reshape(-1, sizes[kind])
        places = np.nonzero(free)[1].reshape(-1, left)
        chosen = places[:, picks].reshape(-1, sizes[kind])
        arranged, free = np.repeat(arranged, len(picks), axis=0), np.repeat(free, len(picks), axis=0)
        np.put_along_axis(arranged, chosen, kind, axis=1)
        np.put_along_axis(free, chosen, False, axis=1)
    return arranged


def arrangements(doses: Sequence[np.ndarray]) -> Admissible:
    """Schedules that a user lists, each of shape ``(n_provinces, n_periods)``, the actual one first."""
    stacked = np.stack(doses)
    rows, courses = np.unique(stacked.reshape(-1, stacked.shape[2]), axis=0, return_inverse=True)
    assignments = courses.reshape(stacked.shape[:2])
    _, firsts = np.unique(assignments, axis=0, return_index=True)
    return Admissible(rows, assignments[np.sort(firsts)], True)
