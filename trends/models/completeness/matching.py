"""Which incidents of two lists are the same: equal keys, close dates, and each matched once at most."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from trends.arguments import checked_arguments
from trends.errors import InputError
from trends.fits.options import checked_whole
from trends.loading import later

linear_sum_assignment = later("scipy.optimize.linear_sum_assignment")

#: Days by which the dates of one incident may differ, at most.
FARTHEST = 366


@checked_arguments
def match_incidents(
    first: pd.DataFrame, second: pd.DataFrame, *, keys: Sequence[str] = ("province",), days: int = 3
) -> pd.DataFrame:
    """The pairs of incidents of two lists that may be the same: as many as can be, and among these the closest dates.

    Parameters
    ----------
    first, second : pandas.DataFrame
        An incident a row, with a column ``date`` (days) and the columns of ``keys``.
    keys : sequence of str
        Columns that must be equal.
    days : int
        Days by which the dates may differ.

    Returns
    -------
    pandas.DataFrame
        ``first, second`` (numbers of rows, from 0) and ``days`` between them, second less first; a row a pair, in the
        order of the first list. No row of either stands in two pairs.

    Raises
    ------
    InputError
        Where a column is lacking or empty, or dates are not days.

    Examples
    --------
    >>> def listed(*days): return pd.DataFrame({"date": pd.to_datetime(list(days)), "province": "Diyala"})
    >>> match_incidents(listed("2020-05-01", "2020-05-04"), listed("2020-05-03", "2020-05-20"))
       first  second  days
    0      1       0    -1
    """
    asked = "match two lists of incidents"
    days = checked_whole(days, asked, "days", 0, FARTHEST)
    for name, table in (("first", first), ("second", second)):
        _refuse_list(table, keys, f"match the {name} list of incidents")
    sides = [_grouped(table, keys) for table in (first, second)]
    pairs = []
    for key, (rows, dates) in sides[0].items():
        if key in sides[1]:
            others, their_dates = sides[1][key]
            pairs += _matched(rows, dates, others, their_dates, days)
    return pd.DataFrame(sorted(pairs), columns=["first", "second", "days"]).astype("int64")


def _refuse_list(table: pd.DataFrame, keys: Sequence[str], asked: str) -> None:
    for name in ("date", *keys):
        if name not in table or table[name].isna().any():
            raise InputError(
                asked,
                found=f"no column {name!r}" if name not in table else f"nothing in the column {name!r} of a row",
                allowed=f"the columns {', '.join(dict.fromkeys(('date', *keys)))}, filled in every row",
                do="add it, name other keys, or leave such rows out and say so",
            )
    if not pd.api.types.is_datetime64_dtype(table["date"]):
        raise InputError(
            asked,
            found=f"the column 'date' of the type {table['date'].dtype}",
            allowed="days as pandas has them, without a time zone",
            do="convert it, for example with pandas.to_datetime",
        )


def _grouped(table: pd.DataFrame, keys: Sequence[str]) -> dict[tuple[Any, ...], tuple[np.ndarray, np.ndarray]]:
    """Rows and days of each key, by day."""
    day = table["date"].to_numpy().astype("datetime64[D]").astype("int64")
    order = np.argsort(day, kind="stable")
    held: dict[tuple[Any, ...], list[int]] = {}
    for row, key in zip(order, table[list(keys)].iloc[order].itertuples(index=False, name=None), strict=True):
        held.setdefault(key, []).append(row)
    return {key: (np.array(rows), day[rows]) for key, rows in held.items()}


def _matched(
    rows: np.ndarray, dates: np.ndarray, others: np.ndarray, other_dates: np.ndarray, days: int
) -> list[tuple[int, int, int]]:
    """The pairs of one key; stretches of time without a possible pair between them are assigned one by one."""
    every = np.sort(np.concatenate([dates, other_dates]))
    cuts = every[1:][np.diff(every) > days]
    pairs = []
    stretch, other_stretch = (np.searchsorted(cuts, each, side="right") for each in (dates, other_dates))
    for place in np.intersect1d(stretch, other_stretch):
        mine, its = np.flatnonzero(stretch == place), np.flatnonzero(other_stretch == place)
        apart = np.abs(other_dates[its][None, :] - dates[mine][:, None])
        # A pair that may not be costs more than all pairs that may: as many as possible are made first.
        ceiling = (days + 1) * (min(apart.shape) + 1)
        for a, b in zip(*linear_sum_assignment(np.where(apart <= days, apart, ceiling)), strict=True):
            if apart[a, b] <= days:
                gap = int(other_dates[its[b]] - dates[mine[a]])
                pairs.append((int(rows[mine[a]]), int(others[its[b]]), gap))
    return pairs
