"""Columns of a design that the data cannot, or can hardly, tell apart: in sentences, with the number behind them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trends.nouns import listed
from trends.periods import frequency_name, frequency_of, label_of

# A variance inflated tenfold is the customary mark of a column that the others all but replace (Belsley et al. 1980).
_INFLATION = 10.0
# What a column leaves unexplained, relative to its length, below which rounding alone could have left it.
_SAME = 1e-8


@dataclass(frozen=True)
class Overlap:
    """Columns of a design that the data cannot, or can hardly, tell apart.

    Attributes
    ----------
    columns : tuple of str
        The columns that stand for each other.
    exact : bool
        Whether one is exactly made up of the others, so that no estimate exists.
    inflation : float
        How many times the variance of the worst placed estimate is what it would be if the columns did not overlap
        (the variance inflation factor); infinite where ``exact``.
    sentence : str
        The same in words, with the number behind it.
    """

    columns: tuple[str, ...]
    exact: bool
    inflation: float
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def overlaps(design: pd.DataFrame) -> tuple[Overlap, ...]:
    r"""The sets of columns of a design that cannot be told apart, or can hardly be, each with a sentence.

    Parameters
    ----------
    design : pandas.DataFrame
        Shape ``(n_periods, n_columns)``: the rows that are fitted, that is, the watched periods only.

    Returns
    -------
    tuple of Overlap
        Exact ones first. Empty where every column stands on its own.

    Notes
    -----
    An exact overlap is a column that those to its left make up. A near one is a column whose variance inflation
    (of deviations from the mean, or from 0 where the design holds no constant) is 10 or more; with it are named the
    columns without which that factor would fall by a fifth or more. It is a statement about the design alone: with
    many counts a near overlap can still be resolved, and the width of the interval says so.

    References
    ----------
    Belsley, D. A., Kuh, E. & Welsch, R. E. (1980). Regression Diagnostics. Wiley.

    Examples
    --------
    In the quarters of these years Ramadan lies in the second quarter and nowhere else.

    >>> from trends.fits.design import baseline
    >>> from trends.periods import span
    >>> found = overlaps(baseline(span("2017Q1", "2022Q4", "Q"), seasons=True, calendar=["ramadan"]))
    >>> print(*found[0].sentence.split(": "), sep="\n")
    'quarter 2' and 'ramadan' can hardly be told apart in the 24 quarters from 2017Q1 to 2022Q4
    correlation 1.000, variance inflated 3288 times.
    >>> overlaps(baseline(span("2017-01", "2022-12", "M"), seasons=True, calendar=["ramadan"]))
    ()
    """
    where = _where(design.index)
    values = design.to_numpy(float)
    names = list(design.columns)
    exact: list[Overlap] = []
    kept: list[int] = []
    for column, name in enumerate(names):
        scale = np.linalg.norm(values[:, column])
        weights, rest = _explained(values[:, column], values[:, kept])
        if rest > _SAME * scale:
            kept.append(column)
            continue
        sizes = np.abs(weights) * np.linalg.norm(values[:, kept], axis=0)
        partners = [names[other] for other, size in zip(kept, sizes, strict=True) if size > 1e-6 * scale > 0]
        exact.append(Overlap((*partners, name), True, np.inf, _exact_sentence(name, partners, where)))
    return (*exact, *_near(values[:, kept], [names[column] for column in kept], where))


def _explained(target: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, float]:
    """Least-squares weights of the other columns and the length of what they leave unexplained."""
    lengths = np.linalg.norm(others, axis=0)
    weights = np.linalg.lstsq(others / lengths, target, rcond=None)[0] / lengths
    return weights, float(np.linalg.norm(target - others @ weights))


def _inflation(values: np.ndarray, column: int, without: Collection[int] = ()) -> float:
    others = [other for other in range(values.shape[1]) if other != column and other not in without]
    _, rest = _explained(values[:, column], values[:, others])
    return float(values[:, column] @ values[:, column]) / rest**2


def _near(values: np.ndarray, names: list[str], where: str) -> list[Overlap]:
    spread = np.ptp(values, axis=0)
    varying = np.flatnonzero(spread > 0)
    centred = values[:, varying] - (values[:, varying].mean(axis=0) if len(varying) < len(names) else 0)
    names = [names[column] for column in varying]
    found: list[Overlap] = []
    named: set[int] = set()
    inflations = [_inflation(centred, column) for column in range(len(names))]
    for column in np.argsort(inflations, kind="stable")[::-1]:
        inflation = inflations[column]
        if inflation < _INFLATION or column in named:
            continue
        others = [other for other in range(len(names)) if other != column]
        partners = [o for o in others if _inflation(centred, column, without=(o,)) < 0.8 * inflation] or others
        group = sorted({int(column), *partners})
        named.update(group)
        title = tuple(names[member] for member in group)
        correlation = np.corrcoef(centred[:, group].T)[0, 1] if len(group) == 2 else None
        found.append(Overlap(title, False, float(inflation), _near_sentence(title, correlation, inflation, where)))
    return found


def _exact_sentence(name: str, partners: list[str], where: str) -> str:
    if not partners:
        return f"{name!r} is 0 in all of {where}: they say nothing about it."
    if partners == ["const"]:
        return f"{name!r} is the same in all of {where}: they say nothing about it."
    if len(partners) == 1:
        return f"{quoted([*partners, name])} cannot be told apart in {where}: one is a multiple of the other."
    return f"{name!r} cannot be told apart in {where} from {quoted(partners)}: together these make it up exactly."


def _near_sentence(names: Iterable[str], correlation: float | None, inflation: float, where: str) -> str:
    number = f"correlation {correlation:.3f}, variance" if correlation is not None else "variance"
    return f"{quoted(names)} can hardly be told apart in {where}: {number} inflated {inflation:.0f} times."


def quoted(names: Iterable[str]) -> str:
    """Names in quotes as a sentence lists them: ``'a', 'b' and 'c'``."""
    return listed([repr(name) for name in names])


def _where(index: pd.Index) -> str:
    if not isinstance(index, pd.PeriodIndex) or index.empty:
        return f"the {len(index)} rows"
    word = frequency_name(frequency_of(index))
    return f"the {len(index)} {word}s from {label_of(index[0])} to {label_of(index[-1])}"
