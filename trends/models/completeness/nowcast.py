"""The newest periods are incomplete: what share of them has been reported, and how many incidents they will have."""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd

from trends import periods
from trends.counts.series import checked_table
from trends.errors import ModelError
from trends.fits.options import checked_draws, checked_level, checked_rng, checked_whole
from trends.loading import later
from trends.models.completeness.chainladder import ChainLadder, chain_ladder
from trends.models.completeness.nowcast_results import Nowcast

stats = later("scipy.stats")
brentq = later("scipy.optimize.brentq")


def nowcast(
    triangle: pd.DataFrame,
    *,
    newest: int | None = None,
    level: float = 0.95,
    draws: int = 4999,
    rng: int | np.random.Generator = 0,
) -> Nowcast:
    """What share of the newest periods has been reported, and how many incidents they will have in the end.

    Parameters
    ----------
    triangle : pandas.DataFrame
        Incidents by period (a PeriodIndex) and by the delay of their report in periods (columns 0, 1, ...), NaN where
        reports are still to come: what `reporting_triangle` gives. All reports come within the last delay.
    newest : int, optional
        Learn the delays from so many of the newest periods, where reporting has become quicker or slower. By default
        from all.
    level : float
        Of the intervals.
    draws : int
        Simulated ends of every period: at 4,999 the ends of an interval are known to about 3 % of its width.
    rng : numpy.random.Generator or int
        Where draws come from.

    Returns
    -------
    Nowcast
        With ``exposure``, the share reported of each period, and ``corrected(panel)``, which puts it into a panel's
        exposure, so that a model divides by it. Counts are never blown up: a count of 3 of which a third is in is
        worth 3 incidents of information and not 9.

    Raises
    ------
    ModelError
        Where the triangle is no triangle of counts, or shows no delay.

    Notes
    -----
    Among the reports in by a delay, the share that came with just this delay is binomial, given what came before in
    the order of the delays reversed: this is the chain ladder, and the share reported by a delay is a product of such
    shares. Their uncertainty is drawn from beta posteriors (a generalised Dirichlet in all), the rate of a period from
    its gamma posterior given what is in, and what is still to come from a negative binomial. The variance over the mean
    of a cell is estimated from the chain ladder's own fit, as one number and as growing with what is expected, and
    whichever says more of a cell is taken; it is never below 1, and its uncertainty is drawn too. Priors weigh as much
    as one report over all delays, and half an incident a period.

    **Assumptions**: the delays are the same in all periods that they are learnt from (a test of the newer half
    against the older is among ``sentences``); they do not depend on how much happens; no report is taken back; what
    comes later than the last delay is not part of it.

    References
    ----------
    Mack, T. (1993). Distribution-free calculation of the standard error of chain ladder reserve estimates. ASTIN
    Bulletin 23(2), 213-225.

    Lawless, J. F. (1994). Adjustments for reporting delays and the prediction of occurred but not reported events.
    Canadian Journal of Statistics 22(1), 15-31.

    England, P. D. & Verrall, R. J. (2002). Stochastic claims reserving in general insurance. British Actuarial Journal
    8(3), 443-518.

    Höhle, M. & an der Heiden, M. (2014). Bayesian nowcasting during the STEC O104:H4 outbreak in Germany, 2011.
    Biometrics 70(4), 993-1002.

    Examples
    --------
    >>> index = periods.span("2020-01", "2020-12", "M")
    >>> counts = np.random.default_rng(1).poisson(40 * np.array([0.5, 0.3, 0.2]), (12, 3)).astype(float)
    >>> counts[11, 1:] = counts[10, 2] = np.nan
    >>> found = nowcast(pd.DataFrame(counts, index))
    >>> found.exposure.tail(3).round(2).tolist()
    [1.0, 0.77, 0.47]
    """
    counts = _checked(triangle, newest, level, draws)
    recent = counts if newest is None else counts[-newest:]
    # Periods before the newest ones are complete, and their reports do not change: only what is learnt differs.
    ladder, delays = chain_ladder(counts), chain_ladder(recent)
    spread = cell_dispersion(recent, delays)
    rng = checked_rng(rng, "nowcast the newest periods")
    shares, total = _simulated(recent, delays.shares, ladder, spread, draws, rng)
    part = delays.shares[ladder.seen]
    nobody = part <= 0
    ends = [(1 - level) / 2, (1 + level) / 2]
    of_share = np.quantile(shares, ends, axis=0)
    of_total = np.quantile(total, ends, axis=0)
    table = pd.DataFrame(
        {
            "reported": ladder.latest,
            "share": part,
            "share_lower": np.where(nobody, 0.0, of_share[0]),
            "share_upper": np.where(nobody, 0.0, of_share[1]),
            "nowcast": np.divide(ladder.latest, part, out=np.full(len(part), np.nan), where=~nobody),
            "lower": np.where(nobody, np.nan, of_total[0]),
            "upper": np.where(nobody, np.nan, of_total[1]),
        },
        index=triangle.index.rename("period"),
    )
    table.loc[part >= 1, ["share_lower", "share_upper"]] = 1.0
    return Nowcast(
        table=table,
        delays=pd.Series(delays.shares, index=pd.RangeIndex(counts.shape[1], name="delay"), name="share"),
        dispersion=spread.ratio,
        drift=delay_drift(recent, spread.of_sum(spread.expected[~np.isnan(recent)])),
        level=level,
        draws=draws,
        learnt_from=len(recent),
    )


@dataclass(frozen=True, eq=False)
class CellDispersion:
    """How much the cells of a triangle vary around the chain ladder: a cell's variance over its mean.

    Attributes
    ----------
    ratio : float
        Were it the same in all cells: Pearson's statistic over its degrees of freedom.
    growth : float
        Were it 1 and more with each report that is expected (the negative binomial proper).
    freedom : int
        Degrees of freedom.
    expected : numpy.ndarray, shape (n_periods, n_delays)
        Expected reports: those of the cross-classified Poisson model, of which the chain ladder is the fit.
    """

    ratio: float
    growth: float
    freedom: int
    expected: np.ndarray

    def of_sum(self, expected: np.ndarray) -> float:
        """Variance over mean of the sum of some cells, each by the form that says more of it; never below 1."""
        each = np.maximum(max(self.ratio, 1.0), 1 + self.growth * expected)
        return float((each * expected).sum() / expected.sum()) if expected.sum() > 0 else max(self.ratio, 1.0)


def cell_dispersion(counts: np.ndarray, ladder: ChainLadder) -> CellDispersion:
    """How much the cells of a triangle vary around its chain ladder; NaN without a degree of freedom."""
    expected = np.nan_to_num(ladder.ultimate[:, None] * np.diff(ladder.shares, prepend=0.0))
    used = ~np.isnan(counts) & (expected > 0)
    freedom = int(used.sum() - used.any(axis=1).sum() - used.any(axis=0).sum() + 1)
    if freedom < 1:
        return CellDispersion(float("nan"), float("nan"), 0, expected)
    mean = expected[used]
    # What the fit has taken out of the squares is put back evenly.
    squares = (counts[used] - mean) ** 2 / mean * used.sum() / freedom
    ratio = float(squares.mean())
    return CellDispersion(ratio, _growth(squares, mean), freedom, expected)


def _growth(squares: np.ndarray, mean: np.ndarray) -> float:
    """The growth of the dispersion with the mean from 1 on, at which Pearson's statistic is what it should be."""

    def excess(growth: float) -> float:
        return (squares / (1 + growth * mean)).mean() - 1

    return 0.0 if excess(0.0) <= 0 else float(brentq(excess, 0.0, squares.mean() / mean.min()))


def delay_drift(counts: np.ndarray, dispersion: float) -> tuple[float, float]:
    """Whether the newer half of the periods was reported later than the older: z (above 0, later) and p, two-sided.

    The log-rank test on the delays in reversed order, which allows for reports that are still to come.
    """
    newer = np.arange(len(counts)) >= len(counts) // 2
    known, cumulative = ~np.isnan(counts), np.nancumsum(counts, axis=1)
    difference = variance = 0.0
    for delay in range(1, counts.shape[1]):
        rows = known[:, delay]
        came, by_then = np.where(rows, counts[:, delay], 0.0), np.where(rows, cumulative[:, delay], 0.0)
        n, late, new = by_then.sum(), came.sum(), by_then[newer].sum()
        if n > 1:
            difference += came[newer].sum() - late * new / n
            variance += late * (n - late) * new * (n - new) / (n**2 * (n - 1))
    if variance <= 0:
        return float("nan"), float("nan")
    z = difference / sqrt(variance * max(dispersion, 1.0))
    return float(z), float(2 * stats.norm.sf(abs(z)))


def _simulated(
    recent: np.ndarray,
    shares: np.ndarray,
    ladder: ChainLadder,
    spread: CellDispersion,
    draws: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Draws of the share reported of each period, and of its incidents in the end, shape ``(draws, n_periods)``."""
    n_delays = recent.shape[1]
    # The dispersion is itself an estimate.
    scale = spread.freedom / rng.chisquare(spread.freedom, (draws, 1))
    by_delay = _shares_drawn(recent, spread, scale, rng)
    part = np.maximum(by_delay[:, ladder.seen], 1e-12)
    total = np.broadcast_to(ladder.latest, (draws, len(ladder.seen))).copy()
    waiting = (shares[ladder.seen] > 0) & (ladder.seen < n_delays - 1)
    seen = np.arange(n_delays) <= ladder.seen[waiting, None]
    each = np.diff(shares, prepend=0.0)
    latest, ratio, growth = ladder.latest[waiting], np.maximum(spread.ratio * scale, 1.0), spread.growth * scale
    # The negative binomial is a Poisson count whose rate is multiplied by a gamma draw of mean 1: given what is in, the
    # rate is that of the Poisson part over such a draw. Of the two forms the one is taken that says more of a usual
    # period: the count at hand, where it is low by chance, would choose the narrower.
    alike = np.maximum(growth * _concentration(seen * each), 1e-9)
    growing = 1 + alike * np.nanmean(ladder.ultimate) * (seen * each).sum(axis=1) > ratio
    shocks = np.where(growing, np.maximum(rng.gamma(1 / alike) * alike, 1e-12), 1.0)
    base = np.where(growing, 1.0, ratio)
    rate = rng.gamma(latest / base + 0.5) * base / (part[:, waiting] * shocks)
    mean = rate * (1 - part[:, waiting])
    beyond = np.maximum(np.maximum(ratio - 1, growth * mean * _concentration(~seen * each)), 1e-9)
    total[:, waiting] += rng.poisson(np.minimum(rng.gamma(mean / beyond) * beyond, 1e15))
    return part, total


def _shares_drawn(
    recent: np.ndarray, spread: CellDispersion, scale: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Draws of the share reported by each delay, shape ``(draws, n_delays)``."""
    n_delays = recent.shape[1]
    known, cumulative = ~np.isnan(recent), np.nancumsum(recent, axis=1)
    came = np.nansum(recent, axis=0)[1:]
    before = np.where(known, cumulative, 0.0).sum(axis=0)[1:] - came
    late = np.divide(came, came + before, out=np.zeros(n_delays - 1), where=came + before > 0)
    columns = [(spread.expected[known[:, delay]], delay) for delay in range(1, n_delays)]
    of_came = np.array([spread.of_sum(rows[:, delay]) for rows, delay in columns])
    of_before = np.array([spread.of_sum(rows[:, :delay]) for rows, delay in columns])
    # The delta method: the variance of came / (came + before), over the binomial's.
    ratio = np.maximum(((1 - late) * of_came + late * of_before) * scale, 1.0)
    # A Dirichlet prior of one report over all delays, as the betas that it is made of.
    prior = 1 / n_delays
    of_late = rng.beta(came / ratio + prior, before / ratio + prior * np.arange(1, n_delays))
    by_delay = np.ones((len(scale), n_delays))
    by_delay[:, :-1] = np.cumprod((1 - of_late)[:, ::-1], axis=1)[:, ::-1]
    return by_delay


def _concentration(shares: np.ndarray) -> np.ndarray:
    """The sum of squares of the shares in each row, over the square of their sum."""
    summed = shares.sum(axis=1)
    return np.divide((shares**2).sum(axis=1), summed**2, out=np.zeros(len(shares)), where=summed > 0)


def _checked(triangle: Any, newest: Any, level: Any, draws: Any) -> np.ndarray:
    """The triangle as numbers, refused with one sentence where it is none."""
    asked, do = "nowcast the newest periods", "build it with reporting_triangle()"
    if not isinstance(triangle, pd.DataFrame):
        raise ModelError(asked, found=type(triangle).__name__, allowed="a table of periods by delays", do=do)
    counts = checked_table(triangle, asked=asked)[0].to_numpy()
    found, known = None, ~np.isnan(counts)
    if len(triangle) < 2:
        found = "fewer than two periods"
    elif list(triangle.columns) != list(range(triangle.shape[1])) or triangle.shape[1] < 2:
        found = f"the columns {', '.join(map(str, triangle.columns[:8]))}"
    elif (known[:, 1:] & ~known[:, :-1]).any() or not known[:, 0].all():
        row = int(np.argmax((known[:, 1:] & ~known[:, :-1]).any(axis=1) | ~known[:, 0]))
        found = f"{periods.label_of(triangle.index[row])} with a gap among its delays"
    if found:
        raise ModelError(
            asked,
            found=found,
            allowed="whole numbers by period and by the delays 0, 1, ..., in each row known up to some delay",
            do=do,
        )
    n_delays = triangle.shape[1]
    if newest is not None:
        # Every delay must be seen.
        newest = checked_whole(newest, asked, "newest", n_delays, len(triangle))
    checked_level(level, asked)
    checked_draws(draws, asked, 99)
    recent = counts if newest is None else counts[-newest:]
    seen = known[-len(recent) :].any(axis=0).all() and np.nansum(recent) > 0
    if not seen or cell_dispersion(recent, chain_ladder(recent)).freedom < 1:
        raise ModelError(
            asked,
            found=f"{len(recent)} periods and {n_delays} delays with {np.nansum(recent):.0f} incidents, from which no "
            "delay can be learnt",
            allowed="every delay seen in one period at least, and more cells with incidents than periods and delays",
            do="take more periods, or build the triangle with a shorter longest=",
        )
    return counts
