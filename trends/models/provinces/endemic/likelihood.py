"""The likelihood of endemic-epidemic counts on arrays: its derivatives, its maximum, and simulation from it."""

from dataclasses import dataclass, replace

import numpy as np

from trends.errors import ModelError
from trends.loading import later

linalg = later("scipy.linalg")
optimize = later("scipy.optimize")
stats = later("scipy.stats")
digamma = later("scipy.special.digamma")
gammaln = later("scipy.special.gammaln")
polygamma = later("scipy.special.polygamma")
xlogy = later("scipy.special.xlogy")

# At so large an inverse of the overdispersion counts are Poisson for all that data can say; beyond it digits are lost.
_POISSON = 1e5
_SMALLEST = 1e-10
_ITERATIONS = 200


@dataclass(frozen=True)
class Responses:
    """The cells of a panel that a model explains, as flat arrays of ``n`` cells, with what they are explained by.

    Attributes
    ----------
    counts, own, near : numpy.ndarray
        The count, the own count of the period before, and the weighed sum of those of the neighbours, shape ``(n,)``.
    exposure, size : numpy.ndarray
        Share of the period that was watched, and what the endemic part is in proportion to, shape ``(n,)``.
    endemic : numpy.ndarray
        Design of the logarithm of the endemic part, shape ``(n, k)``.
    steps : numpy.ndarray
        Design of what multiplies all three parts, shape ``(n, m)``; m may be 0.
    poisson : bool
        Whether the overdispersion is held at zero.
    held : tuple of (int, float)
        Parameters that are held at a value, by their place: ``((1, 0.0),)`` takes the neighbours out.
    """

    counts: np.ndarray
    own: np.ndarray
    near: np.ndarray
    exposure: np.ndarray
    size: np.ndarray
    endemic: np.ndarray
    steps: np.ndarray
    poisson: bool = False
    held: tuple[tuple[int, float], ...] = ()

    def holding(self, place: int, value: float = 0.0) -> "Responses":
        """The same cells with one parameter held at a value."""
        return replace(self, held=(*self.held, (place, value)))


@dataclass(frozen=True)
class EndemicFit:
    """The maximum-likelihood estimate of an endemic-epidemic model.

    Attributes
    ----------
    params : numpy.ndarray
        Weight of the own past and of the neighbours' past (0 or more), coefficients of the endemic part, of the
        steps, and the logarithm of the inverse of the overdispersion; shape ``(2 + k + m + 1,)``.
    free : numpy.ndarray
        Which of these were estimated: what is held, a weight at its bound of 0, and an overdispersion of 0, are not.
    gradient, information : numpy.ndarray
        First, and minus the second, derivatives of the log likelihood there.
    loglike : float
        The log likelihood.
    """

    params: np.ndarray
    free: np.ndarray
    gradient: np.ndarray
    information: np.ndarray
    loglike: float

    def covariance(self) -> np.ndarray:
        """Inverse of the observed information over the free parameters; NaN in the rows of the others."""
        free = np.ix_(self.free, self.free)
        full = np.full(self.information.shape, np.nan)
        full[free] = np.linalg.pinv(self.information[free], hermitian=True)
        return full


def parts(params: np.ndarray, cells: Responses) -> np.ndarray:
    """Expected counts from the own past, from the neighbours' past and from the endemic part, shape ``(3, n)``."""
    k = cells.endemic.shape[1]
    factor = cells.exposure * np.exp(cells.steps @ params[2 + k : -1])
    endemic = cells.size * np.exp(np.minimum(cells.endemic @ params[2 : 2 + k], 50.0))
    return factor * np.stack([params[0] * cells.own, params[1] * cells.near, endemic])


def loglike(params: np.ndarray, cells: Responses) -> float:
    """The log likelihood."""
    mean, y = parts(params, cells).sum(axis=0), cells.counts
    if cells.poisson:
        return float(np.sum(xlogy(y, mean) - mean - gammaln(y + 1)))
    r = np.exp(params[-1])
    rising = gammaln(y + r) - gammaln(r) - gammaln(y + 1)
    return float(np.sum(rising + xlogy(y, mean / (r + mean)) - r * np.log1p(mean / r)))


def derivatives(params: np.ndarray, cells: Responses) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The gradient of the log likelihood, and its observed and its expected information."""
    k, m = cells.endemic.shape[1], cells.steps.shape[1]
    y, pieces = cells.counts, parts(params, cells)
    mean = pieces.sum(axis=0)
    factor = cells.exposure * np.exp(cells.steps @ params[2 + k : -1])
    slopes = np.column_stack(
        [factor * cells.own, factor * cells.near, pieces[2][:, None] * cells.endemic, mean[:, None] * cells.steps]
    )
    r = np.inf if cells.poisson else np.exp(params[-1])
    total = 1.0 / (1.0 + mean / r)
    first = (y - mean) / mean * total
    # d2/dmean2; with r infinite it is that of the Poisson.
    second = -y / mean**2 + (0.0 if cells.poisson else (y + r) / (r + mean) ** 2)
    n = 2 + k + m
    gradient, observed, expected = np.zeros(n + 1), np.zeros((n + 1, n + 1)), np.zeros((n + 1, n + 1))
    gradient[:n] = first @ slopes
    expected[:n, :n] = slopes.T @ (slopes * (total / mean)[:, None])
    curved = slopes.T @ (slopes * second[:, None])
    curved[2 : 2 + k, 2 : 2 + k] += cells.endemic.T @ (cells.endemic * (first * pieces[2])[:, None])
    if m:
        crossed = cells.steps.T @ (slopes * first[:, None])
        curved[2 + k :, : 2 + k] += crossed[:, : 2 + k]
        curved[: 2 + k, 2 + k :] += crossed[:, : 2 + k].T
        curved[2 + k :, 2 + k :] += crossed[:, 2 + k :]
    observed[:n, :n] = -curved
    if cells.poisson:
        observed[n, n] = expected[n, n] = 1.0
        return gradient, observed, expected
    by_r = digamma(y + r) - digamma(r) - np.log1p(mean / r) + 1 - (y + r) / (r + mean)
    by_r2 = polygamma(1, y + r) - polygamma(1, r) + 1 / r - 2 / (r + mean) + (y + r) / (r + mean) ** 2
    gradient[n] = r * by_r.sum()
    observed[n, n] = -(r * r * by_r2.sum() + gradient[n])
    # The parameter is only one: where its curvature has the wrong sign, a step of moderate length will do.
    expected[n, n] = max(observed[n, n], abs(gradient[n]), 1e-8)
    observed[n, :n] = observed[:n, n] = -r * ((y - mean) / (r + mean) ** 2) @ slopes
    return gradient, observed, expected


def fit_cells(cells: Responses, start: np.ndarray | None = None) -> EndemicFit:
    """The largest likelihood, by Newton's method inside the bounds that both weights are 0 or more.

    Newton steps use the observed information where it is positive definite, and the expected one elsewhere; a step is
    halved until the likelihood does not fall. A weight at 0 whose gradient points outwards stays there.

    Raises
    ------
    ModelError
        Where it does not settle.
    """
    params = _start(cells) if start is None else start.copy()
    for place, held in cells.held:
        params[place] = held
    value = loglike(params, cells)
    for _ in range(_ITERATIONS):
        gradient, observed, expected = derivatives(params, cells)
        free = _free(params, gradient, cells)
        step = np.zeros(len(params))
        step[free] = _direction(gradient[free], observed[np.ix_(free, free)], expected[np.ix_(free, free)])
        promised = float(gradient @ step)
        params, new = _climb(params, step, value, cells)
        if new is None or promised < 1e-11 * (1 + abs(value)):
            break
        value = new
    else:
        raise ModelError(
            "fit the endemic-epidemic model",
            found=f"a likelihood that still rises after {_ITERATIONS} steps",
            allowed="one that settles",
            do="leave a term out, or take a longer panel",
        )
    gradient, observed, _ = derivatives(params, cells)
    free = _free(params, gradient, cells)
    return EndemicFit(params, free, gradient, observed, loglike(params, cells))


def _start(cells: Responses) -> np.ndarray:
    k = cells.endemic.shape[1]
    params = np.zeros(3 + k + cells.steps.shape[1])
    params[0] = 0.3
    params[1] = 0.2 * cells.counts.sum() / max(cells.near.sum(), 1.0)
    target = np.log((cells.counts * 0.5 + 0.5 * cells.counts.mean() * 0.1 + 1e-3) / (cells.size * cells.exposure))
    weight = np.sqrt(cells.counts + 0.5)
    params[2 : 2 + k] = np.linalg.lstsq(cells.endemic * weight[:, None], target * weight, rcond=None)[0]
    return params


def _free(params: np.ndarray, gradient: np.ndarray, cells: Responses) -> np.ndarray:
    free = np.ones(len(params), bool)
    free[:2] = (params[:2] > _SMALLEST) | (gradient[:2] > 0)
    free[[place for place, _ in cells.held]] = False
    free[-1] = not cells.poisson and not (params[-1] >= np.log(_POISSON) and gradient[-1] > 0)
    return free


def _direction(gradient: np.ndarray, observed: np.ndarray, expected: np.ndarray) -> np.ndarray:
    for information in (observed, expected):
        try:
            return linalg.cho_solve(linalg.cho_factor(information), gradient)
        except linalg.LinAlgError:
            continue
    return np.linalg.lstsq(expected, gradient, rcond=1e-10)[0]


def _climb(params: np.ndarray, step: np.ndarray, value: float, cells: Responses) -> tuple[np.ndarray, float | None]:
    """The first of a step and its halves by which the likelihood does not fall, and the likelihood there."""
    k = cells.endemic.shape[1]
    moved = [cells.endemic @ step[2 : 2 + k], cells.steps @ step[2 + k : -1], step[-1:]]
    # A part may grow or shrink by e^3 at once: beyond, the curvature that the step rests on means nothing.
    step = step * min(1.0, 3.0 / max(np.abs(each).max(initial=1e-300) for each in moved))
    for _ in range(40):
        tried = params + step
        tried[:2] = np.maximum(tried[:2], 0.0)
        tried[-1] = min(tried[-1], np.log(_POISSON))
        new = loglike(tried, cells)
        if np.isfinite(new) and new >= value - 1e-10 * abs(value):
            return tried, new
        step = step / 2
    return params, None


def weight_interval(fit: EndemicFit, cells: Responses, place: int, alpha: float) -> tuple[float, float]:
    """The interval of a weight by its profile likelihood; its lower end is 0 where that is compatible."""
    target = fit.loglike - stats.chi2.ppf(1 - alpha, 1) / 2

    def above(weight: float) -> float:
        return fit_cells(cells.holding(place, weight), fit.params).loglike - target

    best = fit.params[place]
    reach = 0.1 + best
    while above(best + reach) > 0:
        reach *= 2
    upper = optimize.brentq(above, best, best + reach, rtol=1e-6)
    return (0.0 if above(0.0) >= 0 else optimize.brentq(above, 0.0, best, rtol=1e-6)), upper


def draw_params(fit: EndemicFit, n: int, rng: np.random.Generator) -> np.ndarray:
    """Parameters drawn from the normal approximation of the likelihood, cut off where a weight would be below 0.

    A weight that is estimated at 0 is drawn too: the likelihood falls from there with a known slope, and it is not
    known to be 0. What is held stays as it is. Shape ``(n, n_params)``.
    """
    free = fit.free.copy()
    free[:2] |= fit.gradient[:2] < 0
    rows = np.flatnonzero(free)
    covariance = np.linalg.pinv(fit.information[np.ix_(free, free)], hermitian=True)
    centre = fit.params[free] + covariance @ np.where(fit.params[free] <= _SMALLEST, fit.gradient[free], 0.0)
    drawn = np.tile(fit.params, (n, 1))
    drawn[:, free] = rng.multivariate_normal(centre, covariance, n, method="eigh")
    for place in np.flatnonzero(free[:2]):
        at = int(np.flatnonzero(rows == place)[0])
        deviation = np.sqrt(covariance[at, at])
        uniform = rng.uniform(stats.norm.cdf(0, centre[at], deviation), 1, n)
        kept = np.maximum(stats.norm.ppf(uniform, centre[at], deviation), 0.0)
        # The others follow the cut weight as the covariance has it.
        drawn[:, rows] += np.outer(kept - drawn[:, place], covariance[at] / covariance[at, at])
        drawn[:, place] = kept
    drawn[:, :2] = np.maximum(drawn[:, :2], 0.0)
    return drawn


@dataclass(frozen=True)
class EndemicProcess:
    """A fitted endemic-epidemic process, from which counts are simulated period by period.

    Attributes
    ----------
    first : numpy.ndarray
        Counts of the first period, shape ``(n_provinces,)``.
    share, factor, endemic : numpy.ndarray
        Share of every period that is watched (above 0), what multiplies all parts, and the endemic part, shape
        ``(n_periods, n_provinces)``.
    own : float
        Weight of the own past.
    weights : numpy.ndarray
        Weight of the past of the province in the row for that in the column, shape ``(n_provinces, n_provinces)``.
    dispersion : float
        The overdispersion; 0 is Poisson.
    """

    first: np.ndarray
    share: np.ndarray
    factor: np.ndarray
    endemic: np.ndarray
    own: float
    weights: np.ndarray
    dispersion: float


def simulate_process(process: EndemicProcess, n: int, rng: np.random.Generator) -> np.ndarray:
    """Counts drawn from a process, the first period as it was, shape ``(n, n_periods, n_provinces)``."""
    counts = np.empty((n, *process.endemic.shape))
    counts[:, 0] = process.first
    for t in range(1, len(process.endemic)):
        past = counts[:, t - 1] / process.share[t - 1]
        mean = process.own * past + past @ process.weights + process.endemic[t]
        counts[:, t] = draw_counts(process.share[t] * process.factor[t] * mean, process.dispersion, rng)
    return counts


def draw_counts(mean: np.ndarray, dispersion: float | np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Poisson or, where the dispersion is above zero, negative binomial counts of given means."""
    dispersion = np.broadcast_to(dispersion, mean.shape)
    spread = dispersion > 1 / _POISSON
    shape = 1 / np.where(spread, dispersion, 1.0)
    rate = np.where(spread, rng.gamma(shape, np.where(spread, mean / shape, 1.0)), mean)
    return rng.poisson(rate).astype(float)
