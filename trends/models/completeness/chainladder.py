"""The chain ladder on a triangle of reports: the share in by each delay, and how many there will be in the end."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class ChainLadder:
    """What a triangle of reports says of the delays and of what is still to come.

    Attributes
    ----------
    shares : numpy.ndarray, shape (n_delays,)
        Share of a period's reports that is in by each delay; 1 at the last.
    seen : numpy.ndarray of int, shape (n_periods,)
        The longest delay seen of each period.
    latest, ultimate : numpy.ndarray, shape (n_periods,)
        Reports in, and reports expected in the end; NaN where the share that is in is 0.
    """

    shares: np.ndarray
    seen: np.ndarray
    latest: np.ndarray
    ultimate: np.ndarray


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
    return ChainLadder(shares, seen, latest, ultimate)
