"""What passes between provinces: weights of neighbours laid on a panel, the past that cells feed on, and origins."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trends.counts.panel import Panel
from trends.errors import InputError


@dataclass(frozen=True)
class Past:
    """Counts of the period before, own and of neighbours, for every cell: arrays ``(n_periods, n_provinces)``.

    Attributes
    ----------
    own, near : numpy.ndarray
        The count of the period before over the share of it that was watched, own and the weighed sum of neighbours;
        NaN where not known.
    scale : numpy.ndarray
        By what the neighbours that were watched were multiplied to stand for those that were not; 1 where all were.
    used : numpy.ndarray
        Which cells can be responses.
    """

    own: np.ndarray
    near: np.ndarray
    scale: np.ndarray
    used: np.ndarray


def past_of(counts: np.ndarray, exposure: np.ndarray, weights: np.ndarray, borders: np.ndarray) -> Past:
    """The counts of the period before, own and of neighbours, of every cell; the first period has none.

    Parameters
    ----------
    counts, exposure : numpy.ndarray
        Shape ``(n_periods, n_provinces)``; NaN with exposure 0 is not watched.
    weights, borders : numpy.ndarray
        Weight of the province in the row for that in the column; and the same before levels were allowed for, by which
        the neighbours that were watched stand for those that were not.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(exposure > 0, counts / exposure, np.nan)
    before = np.vstack([np.full((1, counts.shape[1]), np.nan), rate[:-1]])
    known = np.isfinite(before)
    whole, seen = borders.sum(axis=0), known @ borders
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.where(seen > 0, whole / seen, np.where(whole > 0, np.nan, 1.0))
    near = np.nan_to_num(before) @ weights * scale
    used = np.isfinite(counts) & known & np.isfinite(near)
    return Past(before, near, scale, used)


def level_weights(counts: np.ndarray, exposure: np.ndarray, borders: np.ndarray) -> np.ndarray:
    """Weights by which the mean of the neighbours, each relative to its own level, is passed on at the receiver's.

    A level is the mean count a watched period. Provinces without an incident pass nothing on.
    """
    levels = np.nansum(counts, axis=0) / np.maximum(exposure.sum(axis=0), 1e-12)
    sending = borders * (levels > 0)[:, None]
    total = sending.sum(axis=0)
    shares = np.divide(sending, total, out=np.zeros_like(sending), where=total > 0)
    return shares * levels / np.where(levels > 0, levels, 1.0)[:, None]


def aligned_weights(panel: Panel, neighbours: pd.DataFrame) -> tuple[np.ndarray, list[str]]:
    """The weights of neighbours in the order of a panel's provinces, and the provinces they have beyond these.

    Raises
    ------
    InputError
        Where the table is not square, has a weight below 0, or lacks a province of the panel.
    """
    asked = "read the neighbours of the provinces"
    square = isinstance(neighbours, pd.DataFrame) and len(neighbours.index) == len(neighbours.columns)
    if not square or set(neighbours.index) != set(neighbours.columns):
        found = f"a {type(neighbours).__name__}"
        found += " whose rows and columns differ" if isinstance(neighbours, pd.DataFrame) else ""
        allowed = "a DataFrame with the same provinces as rows and as columns"
        raise InputError(asked, found=found, allowed=allowed, do="make one with trends.neighbours(outlines)")
    values = neighbours.to_numpy(float)
    if not np.isfinite(values).all() or (values < 0).any() or np.diag(neighbours.loc[:, neighbours.index]).any():
        found = "a weight that is below 0, or missing, or of a province for itself"
        raise InputError(asked, found=found, allowed="weights of 0 or more, 0 on the diagonal", do="correct the table")
    columns: dict[str, object] = {}
    beyond = []
    for name in neighbours.columns:
        try:
            columns.setdefault(panel.province(str(name)), name)
        except InputError:
            beyond.append(str(name))
    lacking = [name for name in panel.provinces if name not in columns]
    if lacking:
        allowed, do = "every province of the panel", "add them with their neighbours, or leave them out of the panel"
        raise InputError(asked, found=f"no row for {', '.join(lacking)}", allowed=allowed, do=do)
    order = [columns[name] for name in panel.provinces]
    return neighbours.loc[order, order].to_numpy(float), beyond


def origins(parts: np.ndarray, past: Past, weights: np.ndarray, province: int, near_weight: np.ndarray) -> np.ndarray:
    """The share of the expected counts of every cell whose chain of causes began in one province.

    Every incident has, in proportion to the parts of its expected count, come of an incident in the same province, of
    one next door, or of itself; followed back, each chain began somewhere. What was there in the first period, and in
    cells without a known past, began where it was seen.

    Parameters
    ----------
    parts : numpy.ndarray
        Expected counts by part, shape ``(n_draws, 3, n_periods, n_provinces)``, NaN where there is no known past.
    past : Past
        What the cells feed on.
    weights : numpy.ndarray
        Weight of the province in the row for that in the column.
    province : int
        Where chains are to have begun.
    near_weight : numpy.ndarray
        What each draw multiplies the neighbours' past by, factors of exposure and steps included, shape
        ``(n_draws, n_periods, n_provinces)``.

    Returns
    -------
    numpy.ndarray
        Shares, shape ``(n_draws, n_periods, n_provinces)``.
    """
    n_draws, _, n_periods, n = parts.shape
    here = np.arange(n) == province
    shares = np.empty((n_draws, n_periods, n))
    shares[:, 0] = here
    own, _, endemic = np.moveaxis(parts, 1, 0)
    mean = parts.sum(axis=1)
    for t in range(1, n_periods):
        before = shares[:, t - 1] * np.nan_to_num(past.own[t])
        arrived = near_weight[:, t] * np.nan_to_num(past.scale[t]) * (before @ weights)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = (own[:, t] * shares[:, t - 1] + arrived + endemic[:, t] * here) / mean[:, t]
        shares[:, t] = np.where(np.isfinite(share), share, here)
    return shares
