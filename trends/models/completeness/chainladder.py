"""The chain ladder on a triangle of reports: the share in by each delay, what is still to come, Mack's errors."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class ChainLadder:
    """What a triangle of reports says of the delays and of what is still to come.

    Attributes
    ----------
    factors : numpy.ndarray, shape (n_delays - 1,)
        By how much the reports of a period are multiplied from one delay to the next.
    shares : numpy.ndarray, shape (n_delays,)
        Share of a period's reports that is in by each delay; 1 at the last.
    seen : numpy.ndarray of int, shape (n_periods,)
        The longest delay seen of each period.
    latest, ultimate : numpy.ndarray, shape (n_periods,)
        Reports in, and reports expected in the end; NaN where the share that is in is 0.
    errors : numpy.ndarray, shape (n_periods,)
        Standard error of prediction of ``ultimate``, free of any distribution.
    total, total_error : float
        Reports still to come in all periods, with the standard error.
    """

    factors: np.ndarray
    shares: np.ndarray
    seen: np.ndarray
    latest: np.ndarray
    ultimate: np.ndarray
    errors: np.ndarray
    total: float
    total_error: float


def chain_ladder(increments: np.ndarray) -> ChainLadder:
    """The chain ladder fitted to reports by period and delay.

    Parameters
    ----------
    increments : numpy.ndarray, shape (n_periods, n_delays)
        Reports (or amounts) of each period that came with each delay, NaN where they are still to come: every row
        known up to some delay, every delay known in one row at least.

    References
    ----------
    Mack, T. (1993). Distribution-free calculation of the standard error of chain ladder reserve estimates. ASTIN
    Bulletin 23(2), 213-225.

    Examples
    --------
    >>> found = chain_ladder(np.array([[6.0, 3, 1], [8, 4, np.nan], [2, np.nan, np.nan]]))
    >>> found.shares.round(2).tolist(), found.ultimate.round(1).tolist()
    ([0.6, 0.9, 1.0], [10.0, 13.3, 3.3])
    """
    known = ~np.isnan(increments)
    cumulative = np.nancumsum(increments, axis=1)
    seen = known.sum(axis=1) - 1
    both = known[:, 1:]
    base = np.where(both, cumulative[:, :-1], 0.0).sum(axis=0)
    reached = np.where(both, cumulative[:, 1:], 0.0).sum(axis=0)
    # Where nothing was in by a delay yet, nothing says by how much it grows: the share that was in is then 0.
    factors = np.divide(reached, base, out=np.where(reached > 0, np.inf, 1.0), where=base > 0)
    shares = np.append(np.cumprod((1 / factors)[::-1])[::-1], 1.0)
    latest = cumulative[np.arange(len(seen)), seen]
    part = shares[seen]
    ultimate = np.divide(latest, part, out=np.full(len(part), np.nan), where=part > 0)
    errors, total_error = _errors(cumulative, both, factors, base, seen, ultimate)
    total = float(np.nansum(ultimate - latest))
    return ChainLadder(factors, shares, seen, latest, ultimate, errors, total, total_error)


def _errors(
    cumulative: np.ndarray,
    both: np.ndarray,
    factors: np.ndarray,
    base: np.ndarray,
    seen: np.ndarray,
    ultimate: np.ndarray,
) -> tuple[np.ndarray, float]:
    """Mack's standard errors of each period and of their sum."""
    spread = _variances(cumulative, both, factors, base)
    finite = (base > 0) & np.isfinite(factors)
    relative = np.divide(spread, factors**2, out=np.zeros(len(spread)), where=finite)
    of_factor = np.divide(relative, base, out=np.zeros(len(base)), where=finite)
    n = len(ultimate)
    squares, shared = np.full(n, np.nan), np.zeros(n)
    for row in np.flatnonzero(~np.isnan(ultimate)):
        ahead = np.arange(seen[row], len(factors))
        level = cumulative[row, seen[row]] * np.append(1.0, np.cumprod(factors[ahead]))[:-1]
        process = np.divide(relative[ahead], level, out=np.zeros(len(ahead)), where=level > 0)
        shared[row] = of_factor[ahead].sum()
        squares[row] = ultimate[row] ** 2 * (process.sum() + shared[row])
    # Two periods share the errors of the factors that are ahead of both.
    both_ahead = np.minimum(shared[:, None], shared[None, :])
    cross = np.nansum(np.outer(ultimate, ultimate) * both_ahead) - np.nansum(ultimate**2 * shared)
    return np.sqrt(squares), float(np.sqrt(np.nansum(squares) + cross))


def _variances(cumulative: np.ndarray, both: np.ndarray, factors: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Mack's variance parameter of each factor; the last, known from one period, as he extrapolates it."""
    found = np.full(len(factors), np.nan)
    for delay, factor in enumerate(factors):
        rows = both[:, delay] & (cumulative[:, delay] > 0)
        if rows.sum() > 1:
            before, after = cumulative[rows, delay], cumulative[rows, delay + 1]
            found[delay] = (before * (after / before - factor) ** 2).sum() / (rows.sum() - 1)
    for delay in map(int, np.flatnonzero(np.isnan(found))):
        last = found[max(delay - 2, 0) : delay]
        if not len(last) or np.isnan(last).any():
            found[delay] = 0.0 if not len(last) else np.nan_to_num(last[-1])
        else:
            ratio = last[-1] ** 2 / last[0] if last[0] > 0 else 0.0
            found[delay] = min(ratio, *last)
    return found
