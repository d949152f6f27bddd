"""How long to wait: the periods that must still be watched before a change of a given size would be found."""

from dataclasses import replace

import numpy as np
import pandas as pd

from trends.chance.calibration import shares_found
from trends.chance.change import Question, ask, hold
from trends.fits.batch import fit_poisson


def periods_needed(
    endog,
    exog,
    term,
    *,
    future,
    ratio,
    rates=None,
    target=0.8,
    exposure=None,
    alternative="two-sided",
    level=0.95,
    panels=500,
    draws=199,
    rng=0,
) -> int | None:
    """How many more periods must be watched before a change of a given size would be found.

    Parameters
    ----------
    endog, exog, term, exposure, alternative, level
        As in `change_evidence`.
    future : pandas.DataFrame or array_like, shape (m, k)
        The design of the periods to come, in the columns of ``exog``.
    rates : array_like, shape (m,), optional
        The counts to be expected in them without the change. By default the fitted trend goes on, which over years
        runs away.
    ratio : float
        The rate ratio to be found, for one unit of the term.
    target : float
        The power wanted.
    panels, draws, rng
        As in `power`.

    Returns
    -------
    int or None
        Zero where the periods watched suffice, None where all m periods to come do not.

    Examples
    --------
    >>> exog = np.column_stack([np.ones(48), np.arange(48) >= 30])
    >>> counts = np.random.default_rng(0).poisson(4.0, 34)
    >>> needed = periods_needed(counts, exog[:34], 1, future=exog[34:], ratio=1.8, panels=200, draws=99)
    >>> 1 <= needed <= 14
    True
    """
    question, rng = ask(endog, exog, term, exposure), np.random.default_rng(rng)
    fitted, size = hold(question), np.array([np.log(ratio)])
    rows = np.asarray(future, dtype=float)
    place = list(exog.columns).index(term) if isinstance(exog, pd.DataFrame) else term
    others = np.vstack([question.others, np.delete(rows, place, axis=1)])
    column = np.concatenate([question.term, rows[:, place]])
    watched = len(question.counts)
    if rates is None:
        params = fit_poisson(question.counts, question.others, exposure=question.exposure).params[0]
        rates = np.exp(others[watched:] @ params)
    mean = np.concatenate([fitted.everywhere, rates])
    times = np.concatenate([question.times, question.times[-1] + 1 + np.arange(len(rows))])

    def enough(more):
        n = watched + more
        shares = np.concatenate([question.exposure, np.ones(more)])
        longer = Question(mean[:n], shares, others[:n], column[:n], times[:n], question.name)
        world = replace(fitted, everywhere=mean[:n])
        # The same stream for every length: lengths are compared on like terms.
        stream = np.random.default_rng(seed)
        return shares_found(longer, world, size, alternative, level, panels, draws, stream)[0] >= target

    seed = int(rng.integers(2**63))
    if enough(0):
        return 0
    low, high = 0, len(rows)
    if not high or not enough(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
