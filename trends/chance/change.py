"""Did the rate change? A calibrated test and interval for one coefficient of a log-linear count regression."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtri
from scipy.stats import t as student

from trends.chance.dependence import WorkingModel, simulate_counts
from trends.counts.series import aligned, checked_series
from trends.errors import ModelError
from trends.fits.batch import fit_poisson

ALTERNATIVES = ("two-sided", "larger", "smaller")
# Below these the calibration itself has not been shown to hold (docs/calibration.md).
_PERIODS, _REST, _MOVED, _SPARE, _LONGEST = 16, 8, 3, 8, 600
# A rate ratio beyond exp(15) is open: such an interval has no end that a reader could use.
_FURTHEST = 15.0
# A period that the rest of the design fits with a mean below this says nothing on the term.
_EMPTY = 1e-6
_METHOD = (
    "estimate averaged over the variance and autocorrelation of a latent rate, its p-value and interval calibrated "
    "by simulation ({draws} series, and once more from each, from the fitted null with the series' own dispersion "
    "and serial dependence)"
)
_MIDDLE = "; the estimate is the middle of the test: that of maximum likelihood, {ratio:.3g}, lies outside the interval"


@dataclass(frozen=True)
class ChangeTest:
    """A calibrated test of one coefficient, with the interval that agrees with it.

    Attributes
    ----------
    estimate, lower, upper : float
        Log rate ratio for one unit of the term and its calibrated interval. Infinite where the counts leave an end
        open, as when no event at all was seen on one side of a step. See Notes for the estimate.
    bse : float
        Standard error, dispersion and serial dependence included.
    pvalue : float
        The calibrated p-value. Zero lies outside the interval exactly when it is at most ``1 - level``.
    pvalue_analytic : float
        Quasi-Poisson with Student's t, which ignores serial dependence. NaN without a finite estimate.
    pvalue_mixture : float
        Before calibration.
    dispersion : float
        Pearson's chi-square over its degrees of freedom (1 for Poisson counts).
    variance, autocorrelation : float
        Of the latent rate, as estimated for the simulated null.
    nobs : int
        Periods watched.
    draws, failed : int
        Simulated series, and those without a finite statistic (counted against the finding).
    level : float
        Coverage of the interval.
    alternative, method : str
        What was tested, and how in a sentence.
    """

    estimate: float
    bse: float
    lower: float
    upper: float
    pvalue: float
    pvalue_analytic: float
    pvalue_mixture: float
    dispersion: float
    variance: float
    autocorrelation: float
    nobs: int
    draws: int
    failed: int
    level: float
    alternative: str
    method: str

    def __repr__(self) -> str:
        with np.errstate(over="ignore"):
            ratio, lower, upper = np.exp([self.estimate, self.lower, self.upper])
        return f"ChangeTest(rate ratio {ratio:.3g} ({lower:.3g} to {upper:.3g}), p {self.pvalue:.2g})"


@dataclass(frozen=True)
class Question:
    """A checked series and the coefficient asked about, watched periods only.

    Attributes
    ----------
    counts, exposure, term : numpy.ndarray, shape (n,)
        Counts, share of the period watched, the column in question.
    others : numpy.ndarray, shape (n, k)
        The rest of the design, constant included.
    times : numpy.ndarray of int, shape (n,)
        Place in time.
    name : str
        Of the term.
    pool : numpy.ndarray, shape (n, n_times), optional
        Where a row is a total over several periods, the share of each of the ``times`` in its mean.
    """

    counts: np.ndarray
    exposure: np.ndarray
    others: np.ndarray
    term: np.ndarray
    times: np.ndarray
    name: str
    pool: np.ndarray | None = None

    @property
    def exog(self) -> np.ndarray:
        """The whole design, the term last, shape (n, k + 1)."""
        return np.column_stack([self.others, self.term])


def change_evidence(
    endog, exog, term, *, exposure=None, alternative="two-sided", level=0.95, draws=999, rng=0
) -> ChangeTest:
    """Test one coefficient of a log-linear count regression, honestly for a short, dispersed, dependent series.

    Parameters
    ----------
    endog : pandas.Series or array_like, shape (n,)
        Counts. NaN is a period not watched: it keeps its place in time.
    exog : pandas.DataFrame or array_like, shape (n, k)
        Design with constant, trend, season, calendar and the term.
    term : str or int
        Name (or position) of the column in question: a step, slope, pulse, ramp or contrast between periods.
    exposure : array_like, shape (n,), optional
        Share of each period that was watched. By default what the series carries (see `exposure_of`).
    alternative : {"two-sided", "larger", "smaller"}
        Direction asserted for the coefficient.
    level : float
        Coverage of the interval. One-sided alternatives have a one-sided interval.
    draws : int
        Simulated series; 999 gives a p-value of .05 to about a fifth of its size.
    rng : int or numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ChangeTest

    Raises
    ------
    ModelError
        Where the series is too short on either side of the term (16 watched periods, 8 where the term rests, 3
        where it does not, 8 more than columns), longer than 600 periods, without any event, or where the other
        columns determine the term.

    Notes
    -----
    **Assumptions**: the mean is log-linear in the design; around it the rate varies with one variance and an
    autocorrelation that dies out geometrically, the same before and after. A second change elsewhere that the
    design does not know of is read as dependence: the test grows cautious, not wrong.

    Pearson residuals from the fit without the term are regressed on the design by generalised least squares at every
    point of a grid of variance and autocorrelation, and the answers are averaged by restricted likelihood (see
    `WorkingModel`). What the averaged p-value is worth is then simulated from the fitted null, and the error of
    that simulation, whose variance and autocorrelation are estimates, is simulated once more (fast double
    bootstrap). The interval holds the values that the same test, at the level so calibrated, does not reject. The
    estimate is that of maximum likelihood, or where this lies outside of the interval, as it may where counts vary
    many times as much as Poisson, the value on which the test sees even odds; ``method`` then says so.

    References
    ----------
    Davidson, R. and MacKinnon, J. G. (2007). Improving the reliability of bootstrap tests with the fast double
    bootstrap. Computational Statistics & Data Analysis 51, 3259-3281.
    Beran, R. (1988). Prepivoting test statistics. JASA 83, 687-697.

    Examples
    --------
    >>> t = np.arange(60)
    >>> exog = pd.DataFrame({"const": 1.0, "trend": t / 60, "step": (t >= 40).astype(float)})
    >>> counts = np.random.default_rng(1).poisson(np.exp(2 + 0.9 * exog["step"]))
    >>> found = change_evidence(counts, exog, "step", draws=199)
    >>> found.pvalue <= 0.05 and found.lower < 0.9 < found.upper
    True
    """
    if alternative not in ALTERNATIVES:
        _refuse(term, f"alternative={alternative!r}", ", ".join(ALTERNATIVES), "name one of these")
    if not 0.5 <= level < 1 or draws < 99:
        found, allowed = f"level={level} and draws={draws}", "a level from .5 to 1 and 99 draws or more"
        _refuse(term, found, allowed, "give such values")
    question = ask(endog, exog, term, exposure)
    return answer(question, alternative, level, draws, np.random.default_rng(rng))


def _refuse(term, found, allowed, do):
    raise ModelError(f"test the coefficient {term!r}", found=found, allowed=allowed, do=do)


def ask(endog, exog, term, exposure=None) -> Question:
    """The question that a series and a design pose, after every check; see `change_evidence` for the parameters."""
    asked = f"test the coefficient {term!r}"
    series = checked_series(endog, exposure=exposure, asked=asked)
    frame = exog if isinstance(exog, pd.DataFrame) else pd.DataFrame(np.asarray(exog, dtype=float))
    if term not in frame.columns:
        _refuse(term, f"the columns {list(frame.columns)}", "one of them", "name a column of the design")
    frame = aligned(frame, series.index, asked)
    share, watched, whole = series.exposure, series.watched, series.counts[series.watched]
    places = np.arange(len(series.index))
    others = frame.drop(columns=term).to_numpy(float)[watched]
    column = frame[term].to_numpy(float)[watched]
    question = Question(whole, share[watched], others, column, places[watched] - places[0], str(term))
    _check_size(question)
    return question


def _check_size(question):
    name, n = question.name, len(question.counts)
    spare = n - question.exog.shape[1]
    if n < _PERIODS or spare < _SPARE:
        allowed = f"at least {_PERIODS} watched periods, and {_SPARE} more than columns"
        found = f"{n} watched periods for {question.exog.shape[1]} columns"
        _refuse(name, found, allowed, "take a longer series, a finer frequency or fewer columns")
    if n > _LONGEST:
        _refuse(name, f"{n} watched periods", f"at most {_LONGEST}", "count by a coarser period")
    values, times = np.unique(question.term, return_counts=True)
    rest, moved = times.max(), n - times.max()
    if 1 < times.max() < n and (max(rest, moved) < _REST or min(rest, moved) < _MOVED):
        found = f"{rest} watched periods with the value {values[times.argmax()]:g} and {moved} with others"
        allowed = f"{_REST} or more on one side and {_MOVED} on the other"
        _refuse(name, found, allowed, "wait for more periods, or count by finer ones")
    if not question.counts.any():
        found, do = f"no event in {n} watched periods", "widen the place, the span or the kind of event"
        _refuse(name, found, "some events", do)
    if np.linalg.matrix_rank(question.exog) < question.exog.shape[1]:
        found = "a combination of the other columns" if len(values) > 1 else f"{values[0]:g} in every watched period"
        _refuse(name, found, "a column with a variation of its own", "leave out the columns that stand in its way")


@dataclass(frozen=True)
class Null:
    """A series with the coefficient held at a value: its means, and what the residuals say.

    Attributes
    ----------
    model : WorkingModel
        At ``mean``, the fitted means of the rows ``seen``, which carry information; ``everywhere`` is all. ``times``
        and ``pool`` are those of these rows.
    above, omega, rho, centre, spread : float
        As from `WorkingModel.weigh`.
    """

    model: WorkingModel
    mean: np.ndarray
    times: np.ndarray
    everywhere: np.ndarray
    above: float
    omega: float
    rho: float
    centre: float
    spread: float
    seen: np.ndarray
    pool: np.ndarray | None


def rest(question, counts, value=0.0) -> np.ndarray:
    """Coefficients of the rest of the design, the one in question held at a value, for one series or many (R, n)."""
    return fit_poisson(counts, question.others, exposure=_held(question, value)).params


def _held(question, value):
    return question.exposure * np.exp(np.clip(value * question.term, -30, 30))


def hold(question, value=0.0, params=None) -> Null:
    """Fit the rest of the design with the coefficient held at a value (unless its ``params`` are there), and weigh."""
    params = rest(question, question.counts, value)[0] if params is None else params
    mean = _held(question, value) * np.exp(question.others @ params)
    everywhere, seen = mean, mean > _EMPTY
    mean, times, pool = mean[seen], question.times, question.pool
    times, pool = (times[seen], None) if pool is None else (times, pool[seen])
    if not seen.any():
        _refuse(question.name, "no event", "some events", "widen the place, the span or the kind of event")
    try:
        model = WorkingModel(mean, question.others[seen], question.term[seen], times, pool)
    except np.linalg.LinAlgError:
        found = "no event in the periods that tell it from the other columns"
        _refuse(question.name, found, "some events there", "leave out a season or calendar column, or widen the series")
    said = model.weigh(((question.counts[seen] - mean) / model.root)[None])
    return Null(model, mean, times, everywhere, *(float(values[0]) for values in said), seen, pool)


def tail_of(above, alternative):
    """The p-value of the mixture: small where the coefficient lies on the side that is asserted."""
    if alternative == "two-sided":
        return 2 * np.minimum(above, 1 - above)
    return 1 - above if alternative == "larger" else above


def simulate_twice(null, alternative, draws, rng):
    """Tails of series from the fitted null, and of one series from the null fitted to each of these; sorted."""
    tails, again = [], []
    for start in range(0, draws, 1000):
        size = min(1000, draws - start)
        omega, rho = np.full(size, null.omega), np.full(size, null.rho)
        for found in (tails, again):
            counts = simulate_counts(null.mean, omega, rho, null.times, rng, null.pool)
            above, omega, rho, _, _ = null.model.weigh((counts - null.mean) / null.model.root)
            found.append(tail_of(above, alternative))
            omega, rho = np.nan_to_num(omega), np.nan_to_num(rho)
    tails, again = np.concatenate(tails), np.concatenate(again)
    failed = int(np.isnan(tails).sum() + np.isnan(again).sum())
    return np.sort(np.nan_to_num(tails)), np.sort(np.nan_to_num(again)), failed


def calibrate(tail, tails, again, alpha):
    """The p-value of a tail by the fast double bootstrap, and the tail below which that p-value is at most alpha."""
    draws = len(tails)
    # With i simulated tails at or below the observed one, the plain p-value is (1 + i) / (draws + 1). The second layer
    # says which tail such a p-value truly stands for.
    stands_for = again[np.minimum(np.arange(draws + 1), draws - 1)]
    pvalues = (1 + np.searchsorted(tails, stands_for, side="right")) / (draws + 1)
    pvalues[-1] = 1.0
    # A level such as 1 - 0.8 is not quite a fifth.
    passing = np.flatnonzero(pvalues <= alpha + 1e-12)
    critical = tails[passing[-1]] if len(passing) and passing[-1] < draws else 0.0
    return pvalues[np.searchsorted(tails, tail, side="right")], critical


def answer(question: Question, alternative, level, draws, rng) -> ChangeTest:
    """The calibrated test of a question that was checked; see `change_evidence`."""
    null = hold(question)
    tail = tail_of(null.above, alternative)
    tails, again, failed = simulate_twice(null, alternative, draws, rng)
    pvalue, critical = calibrate(tail, tails, again, 1 - level)
    estimate, bse, analytic, dispersion = _plain(question, alternative)
    side = critical / 2 if alternative == "two-sided" else critical
    lower = _end(question, null, -ndtri(side)) if alternative != "smaller" else -np.inf
    upper = _end(question, null, ndtri(side)) if alternative != "larger" else np.inf
    method = _METHOD.format(draws=draws)
    if np.isfinite(estimate) and not lower <= estimate <= upper:
        method += _MIDDLE.format(ratio=np.exp(estimate))
        estimate = _end(question, null, 0.0)
        bse = hold(question, np.clip(estimate, -30, 30)).spread
    return ChangeTest(
        estimate=estimate,
        bse=bse,
        lower=lower,
        upper=upper,
        pvalue=float(pvalue),
        pvalue_analytic=analytic,
        pvalue_mixture=float(tail),
        dispersion=dispersion,
        variance=null.omega,
        autocorrelation=null.rho,
        nobs=len(question.counts),
        draws=draws,
        failed=failed,
        level=level,
        alternative=alternative,
        method=method,
    )


def _plain(question, alternative):
    """Estimate, standard error under dependence, the quasi-Poisson p-value, and the dispersion."""
    fit = fit_poisson(question.counts, question.exog, exposure=question.exposure)
    estimate, dispersion = float(fit.params[0, -1]), float(fit.dispersion[0])
    if not fit.converged[0] and abs(estimate * np.ptp(question.term)) > _FURTHEST / 2:
        return float(np.copysign(np.inf, estimate)), np.inf, np.nan, dispersion
    bse = hold(question, estimate).spread
    score = estimate / (fit.bse[0, -1] * np.sqrt(dispersion))
    above = student.cdf(score, fit.df_resid[0])
    return estimate, float(bse), float(tail_of(above, alternative)), dispersion


def _end(question, null, target):
    """The value at which the normal score of the share above it is the target; it falls as the value grows."""
    if np.isinf(target):
        return float(np.copysign(np.inf, -target))

    def beyond(value, share=None):
        share = hold(question, value).above if share is None else share
        return float(np.clip(ndtri(share), -40, 40)) - target

    here = beyond(0.0, null.above)
    if here == 0:
        return 0.0
    unit = np.ptp(question.term)
    way, near, step = np.sign(here), 0.0, max(abs(here) * null.spread, 1e-3 / unit)
    while True:
        far = near + way * step
        if abs(far) * unit > _FURTHEST:
            return float(way * np.inf)
        if beyond(far) * way <= 0:
            return float(brentq(beyond, near, far, xtol=1e-6 / unit, rtol=1e-10))
        near, step = far, 2 * step
