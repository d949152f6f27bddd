"""What was to be expected of reached provinces, imputed from all cells not reached; for many schedules at once.

The effects of provinces and periods that a Poisson likelihood gives to the cells not reached are found by fitting rows
and columns in turn: for each schedule these are a few products of small tables, so that thousands run side by side.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

# Cells of a block of schedules: a few such arrays stay in the cache of a processor.
_CELLS = 130_000
_CLOSE = 1e-10


@dataclass(frozen=True, eq=False)
class Effects:
    """Province and period factors of many tables, whose products with the exposure are the expected counts.

    Attributes
    ----------
    provinces, periods : numpy.ndarray, shapes (R, n_provinces) and (R, n_periods)
        The factors; 0 where nothing was counted, NaN where no cell is left to tell.
    change : numpy.ndarray, shape (R,)
        By how much, relative to the largest, a period factor still moved in the last round.
    """

    provinces: np.ndarray
    periods: np.ndarray
    change: np.ndarray

    def means(self, exposure: np.ndarray) -> np.ndarray:
        """Expected counts, shape ``(R, n_provinces, n_periods)``; NaN where a factor is."""
        return self.provinces[:, :, None] * self.periods[:, None, :] * exposure


def fit_effects(counts: np.ndarray, exposure: np.ndarray, left_out: np.ndarray, rounds: int = 300) -> Effects:
    """The Poisson fit of province and period effects to a table, many times, each time without some of its cells.

    Parameters
    ----------
    counts, exposure : numpy.ndarray, shape (n_provinces, n_periods)
        Counts, and what each mean is proportional to; both 0 where a cell was not watched.
    left_out : numpy.ndarray of bool, shape (R, n_provinces, n_periods)
        The cells that each fit must not see.
    rounds : int
        The most rounds. Where zeros push an effect towards infinity the maximum is drawn nearer ever more slowly, and
        after so many rounds expected counts are right to about one part in as many: enough for a comparison between
        schedules, which only asks that all are treated alike.
    """
    kept = np.where(left_out, 0.0, exposure)
    seen = np.where(left_out, 0.0, counts)
    rows, columns, watched = seen.sum(axis=2), seen.sum(axis=1), kept.sum(axis=1)
    unknown = kept.sum(axis=2) == 0, watched == 0
    provinces, periods, change = np.zeros(rows.shape), np.zeros(columns.shape), np.zeros(len(rows))
    active, b = np.arange(len(rows)), _over(columns, watched)
    for count in range(1, rounds + 1):
        a = _over(rows, np.matmul(kept, b[:, :, None])[:, :, 0])
        moved = _over(columns, np.matmul(a[:, None, :], kept)[:, 0])
        step = np.abs(moved - b).max(axis=1)
        done = (step <= _CLOSE * moved.max(axis=1)) | (count == rounds)
        b = moved
        if done.any():
            at = active[done]
            provinces[at], periods[at] = a[done], b[done]
            change[at] = _over(step[done], b[done].max(axis=1))
            left = ~done
            active, kept, rows, columns, b = active[left], kept[left], rows[left], columns[left], b[left]
            if not len(active):
                break
    provinces[unknown[0]] = periods[unknown[1]] = np.nan
    return Effects(provinces, periods, change)


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


@dataclass(frozen=True, eq=False)
class Null:
    """A table of counts and its means had nothing happened.

    Attributes
    ----------
    counts, exposure : numpy.ndarray, shape (n_provinces, n_periods)
        Counts and exposure, both 0 where not watched.
    means : numpy.ndarray, shape (n_provinces, n_periods)
        Those of province and period effects fitted to all cells.
    """

    counts: np.ndarray
    exposure: np.ndarray
    means: np.ndarray


def null_of(counts: np.ndarray, exposure: np.ndarray) -> Null:
    """The `Null` of a table."""
    means = fit_effects(counts, exposure, np.zeros((1, *counts.shape), bool)).means(exposure)[0]
    return Null(counts, exposure, np.nan_to_num(means))


def contrasts(
    null: Null, schedules: Callable[[slice], tuple[np.ndarray, Iterable[np.ndarray]]], number: int
) -> tuple[np.ndarray, np.ndarray]:
    """Observed less imputed counts over sets of cells, and their variances, for many schedules.

    Parameters
    ----------
    null : Null
        The table.
    schedules : callable
        Gives, for a slice of schedules, the cells that the fit must not see, shape ``(r, n_provinces, n_periods)``,
        and an iterator over weights of the same shape, one a contrast; weights are 0 in cells that the fit sees.
    number : int
        How many schedules there are.

    Returns
    -------
    observed less expected, variance : numpy.ndarray, shape (number, n_contrasts)
        The variance is that of Poisson counts under no effect, from the means of all cells: the noise of the cells
        themselves and that of the province and period effects they are held against. Overdispersion is left to the
        comparison between schedules: a variance that allows for it held the size of the test less well.
    """
    parts = [contrast_block(null, *schedules(part)) for part in blocks(number, null.counts.size)]
    apart, variance = (np.concatenate(side) for side in zip(*parts, strict=True))
    return apart, variance


def blocks(number: int, cells: int) -> Iterator[slice]:
    """Slices of ``number`` tables of so many cells that are worked on at once."""
    size = max(1, _CELLS // cells)
    return (slice(first, min(first + size, number)) for first in range(0, number, size))


def contrast_block(null: Null, left_out: np.ndarray, weights: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The `contrasts` of one block of schedules, from the cells left out and the weights that they give."""
    expected = fit_effects(null.counts, null.exposure, left_out).means(null.exposure)
    known = np.isfinite(expected)
    residual = np.where(known, null.counts - np.where(known, expected, 0.0), 0.0)
    weights = [np.where(known, weight, 0.0) for weight in weights]
    differences = np.stack([np.einsum("rit,rit->r", weight, residual) for weight in weights], axis=1)
    own = np.stack([np.einsum("rit,rit,it->r", weight, weight, null.means) for weight in weights], axis=1)
    borne = [weight * null.means for weight in weights]
    rows, columns = (np.stack([each.sum(axis=side) for each in borne], axis=2) for side in (2, 1))
    kept = np.where(left_out, 0.0, null.means)
    if kept.shape[1] > kept.shape[2]:
        return differences, own + _effect_variance(kept.swapaxes(1, 2), columns, rows)
    return differences, own + _effect_variance(kept, rows, columns)


def _effect_variance(kept: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The variance of sums of log row and column effects, weighted by ``rows`` and ``columns``, shape (R, n_contrasts).

    The effects are those fitted to cells with means ``kept``; the shorter side comes first.
    """
    total, across = kept.sum(axis=2), kept.sum(axis=1)
    scaled = _over(kept, np.broadcast_to(across[:, None, :], kept.shape))
    information = -scaled @ kept.swapaxes(1, 2)
    # The sum of the row effects is free, and rows without means have no effect: both pinned, without moving the others.
    live = total > 0
    pin = total.sum(axis=1)[:, None, None] * live[:, :, None] * live[:, None, :] / kept.shape[1] ** 2
    information += pin + np.eye(kept.shape[1]) * np.where(live, total, 1.0)[:, None, :]
    # By how much a residual in a row, and in a column, moves the sums.
    a = np.linalg.solve(information, rows - scaled @ columns)
    b = (columns - kept.swapaxes(1, 2) @ a) / np.where(across > 0, across, np.inf)[:, :, None]
    return (rows * a).sum(axis=1) + (columns * b).sum(axis=1)
