"""How many joinpoints, where, and how surely: plain functions on arrays behind `JoinpointModel`."""

from dataclasses import dataclass

import numpy as np

from trends.loading import later
from trends.models.joinpoints.autocorrelation import INDEPENDENT, Dependence, estimate_dependence
from trends.models.joinpoints.search import FittedPlacements, best_lack, information, least_squares, placements, poisson

stats = later("scipy.stats")


@dataclass(frozen=True)
class Segmented:
    """What a segmented log-linear trend is fitted to.

    Parameters
    ----------
    positions : numpy.ndarray of int
        The period of each row, shape ``(n,)``.
    base, hinge : numpy.ndarray
        Constant, time in years and further columns, shape ``(n, b)``; the hinge of every row, shape ``(n, n)``.
    y : numpy.ndarray
        Counts, or the logarithms of rates, shape ``(n,)``.
    offset : numpy.ndarray
        Logarithms of the exposure, shape ``(n,)``; zeros for rates.
    root : numpy.ndarray or None
        One over the standard error of each log rate; None for counts.
    min_between : int
        Least number of rows before, between and after joinpoints.
    dependence : Dependence
        Serial dependence of the errors; its dispersion is not used.
    """

    positions: np.ndarray
    base: np.ndarray
    hinge: np.ndarray
    y: np.ndarray
    offset: np.ndarray
    root: np.ndarray | None
    min_between: int
    dependence: Dependence = INDEPENDENT

    @property
    def counts(self) -> bool:
        """Whether the response is a count."""
        return self.root is None

    def search(self, k: int) -> FittedPlacements:
        """Every placement of ``k`` joinpoints, fitted."""
        rows = placements(self.hinge.shape[1], k, self.min_between)
        if self.counts:
            start = np.zeros(self.base.shape[1])
            start[0] = np.log(self.y.sum() / np.exp(self.offset).sum())
            return poisson(self.base, self.hinge, self.y, self.offset, rows, start)
        whiten = self.whitener() * self.root
        return least_squares(whiten @ self.base, whiten @ self.hinge, whiten @ self.y, rows)

    def whitener(self) -> np.ndarray:
        """The matrix that makes standardised errors white."""
        return self.dependence.whitener(self.positions)

    def columns(self, rows: np.ndarray) -> np.ndarray:
        """The design of one placement, shape ``(n, b + k)``."""
        return np.column_stack([self.base, self.hinge[:, rows]])

    def residuals(self, rows: np.ndarray, coefficients: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Standardised residuals of one placement and the square roots of the weights, shapes ``(n,)``."""
        fitted = self.columns(rows) @ coefficients + self.offset
        if self.root is not None:
            return self.root * (self.y - fitted), self.root
        root = np.exp(np.clip(fitted, -40, 40) / 2)
        return (self.y - root**2) / root, root


def dependence_of(problem: Segmented, placed: FittedPlacements, margin: float) -> Dependence:
    """The serial dependence of the residuals of the best placement; each date counts as a column of its own."""
    best = int(np.argmin(placed.lack))
    rows = placed.rows[best]
    residuals, root = problem.residuals(rows, placed.coefficients[best])
    design = root[:, None] * np.column_stack([problem.columns(rows), problem.hinge[:, rows] > 0])
    return estimate_dependence(residuals, design, problem.positions, counts=problem.counts, margin=margin)


def dispersion(problem: Segmented, placed: FittedPlacements) -> float:
    """Residual variance of the best placement on the scale of the weights; at least 1 for counts.

    Each joinpoint costs two degrees of freedom, its slope and its date. With dependent errors the degrees of freedom
    are those that make the estimate unbiased.
    """
    best = int(np.argmin(placed.lack))
    k = placed.rows.shape[1]
    residuals, root = problem.residuals(placed.rows[best], placed.coefficients[best])
    if not problem.counts:
        return float(placed.lack[best] / (len(residuals) - problem.base.shape[1] - 2 * k))
    basis = np.linalg.qr(root[:, None] * problem.columns(placed.rows[best]))[0]
    annihilator = np.eye(len(root)) - basis @ basis.T
    freedom = np.sum(annihilator * problem.dependence.correlation(problem.positions)) - k
    return max(1.0, float(residuals @ residuals / freedom))


def design_effect(problem: Segmented, placed: FittedPlacements) -> float:
    """What dependence multiplies the variances of the coefficients of the best placement by, on average.

    References
    ----------
    Rao & Scott (1981). The analysis of categorical data from complex sample surveys. JASA 76, 221-230.
    """
    best = int(np.argmin(placed.lack))
    _, root = problem.residuals(placed.rows[best], placed.coefficients[best])
    basis = np.linalg.qr(root[:, None] * problem.columns(placed.rows[best]))[0]
    return float(np.sum(basis * (problem.dependence.correlation(problem.positions) @ basis)) / basis.shape[1])


def criteria(problem: Segmented, searched: list[FittedPlacements]) -> dict[str, np.ndarray]:
    """BIC, BIC3 and WBIC of the best placement of each number of joinpoints, and the weight between the two.

    References
    ----------
    Kim et al. (2022). Data-driven choice of a model selection method in joinpoint regression. J. Applied Statistics.
    """
    n = len(problem.y)
    lack = np.array([placed.lack.min() for placed in searched])
    if problem.counts:
        # Twice a log-likelihood, per observation; dependent counts say less than their number.
        inflation = dispersion(problem, searched[-1]) * design_effect(problem, searched[-1])
        fit = lack / inflation / n
    else:
        fit = np.log(np.maximum(lack, np.finfo(float).tiny) / n)
    k = np.arange(len(searched))
    weight = np.array([_weight(problem, placed) for placed in searched])
    extra, price = problem.base.shape[1] - 2, np.log(n) / n
    return {
        "bic": fit + (2 * k + 2 + extra) * price,
        "bic3": fit + (3 * k + 2 + extra) * price,
        "wbic": fit + ((2 + weight) * k + 2 + extra) * price,
        "weight": weight,
    }


def _weight(problem: Segmented, placed: FittedPlacements) -> float:
    """The largest partial R squared of a joinpoint in the two segments that it joins."""
    best = int(np.argmin(placed.lack))
    rows, coefficients = placed.rows[best], placed.coefficients[best]
    residuals, root = problem.residuals(rows, coefficients)
    working = problem.columns(rows) @ coefficients + residuals / root
    edges = [-1, *rows, len(problem.y) - 1]
    largest = 0.0
    for row, before, after in zip(rows, edges[:-2], edges[2:], strict=True):
        near = slice(before + 1, after + 1)
        line = root[near, None] * problem.base[near, :2]
        basis = np.linalg.qr(line)[0]
        y, kink = (root[near] * values[near] for values in (working, problem.hinge[:, row]))
        y, kink = y - basis @ (basis.T @ y), kink - basis @ (basis.T @ kink)
        largest = max(largest, float((y @ kink) ** 2 / max((y @ y) * (kink @ kink), np.finfo(float).tiny)))
    return largest


def permuted(residuals: np.ndarray, permutations: int, rng: np.random.Generator) -> np.ndarray:
    """The residuals, and then random orders of them, one a column, shape ``(n, 1 + permutations)``."""
    orders = rng.permuted(np.tile(residuals, (permutations, 1)), axis=1)
    return np.vstack([residuals, orders]).T


def permutation_pvalue(
    problem: Segmented, null: FittedPlacements, alternative: int, permutations: int, rng: np.random.Generator
) -> float:
    """The p-value of one number of joinpoints against a larger one, by permuting the residuals of the smaller.

    Counts enter through the working response of the null fit, so that the statistic of the data and those of the
    permutations are the same function of residuals, and both searches are over all placements.
    """
    best = int(np.argmin(null.lack))
    rows = null.rows[best]
    residuals, root = problem.residuals(rows, null.coefficients[best])
    whiten = problem.whitener() * root
    fitted = whiten @ problem.columns(rows) @ null.coefficients[best]
    white = problem.whitener() @ residuals
    # Residuals vary less where a row has leverage: put right, they are exchangeable.
    basis = np.linalg.qr(whiten @ problem.columns(rows))[0]
    spread = np.sqrt(np.maximum(1 - np.square(basis).sum(axis=1), 1e-3))
    orders = permuted(white / spread, permutations, rng)
    orders[:, 0] = white
    y = fitted[:, None] + orders
    lack = best_lack(whiten @ problem.base, whiten @ problem.hinge, y, alternative, problem.min_between)
    ratio = lack[rows.size] / np.maximum(lack[alternative], np.finfo(float).tiny)
    return float((1 + np.sum(ratio[1:] >= ratio[0] * (1 - 1e-12))) / (1 + permutations))


@dataclass(frozen=True)
class PermutationStep:
    """One test in the sequence that chooses the number of joinpoints."""

    null: int
    alternative: int
    pvalue: float
    level: float

    @property
    def rejected(self) -> bool:
        """Whether the smaller number is given up."""
        return self.pvalue <= self.level


def choose_by_permutation(
    problem: Segmented, searched: list[FittedPlacements], permutations: int, alpha: float, rng: np.random.Generator
) -> tuple[int, list[PermutationStep]]:
    """The number of joinpoints, and the tests that led to it.

    From 0 against the most: a rejection raises the smaller number by one, anything else lowers the larger. Each test
    is at ``alpha / (most - null)``, which keeps the chance of any joinpoint too many at ``alpha``.

    References
    ----------
    Kim, Fay, Feuer & Midthune (2000). Permutation tests for joinpoint regression. Statistics in Medicine 19.
    """
    low, high, most, steps = 0, len(searched) - 1, len(searched) - 1, []
    while low < high:
        pvalue = permutation_pvalue(problem, searched[low], high, permutations, rng)
        steps.append(PermutationStep(low, high, pvalue, alpha / (most - low)))
        if steps[-1].rejected:
            low += 1
        else:
            high -= 1
    return low, steps


def date_intervals(placed: FittedPlacements, scale: float, freedom: int, level: float) -> np.ndarray:
    """First and last row of each joinpoint's interval, shape ``(k, 2)``.

    A row belongs to the interval where the best placement that has the joinpoint there fits no worse than an F test
    would allow (Lerman 1980): the likelihood is profiled over everything else, the other joinpoints included.
    """
    allowed = placed.lack <= placed.lack.min() + scale * stats.f.ppf(level, 1, freedom)
    return np.column_stack([placed.rows[allowed].min(axis=0), placed.rows[allowed].max(axis=0)])


@dataclass(frozen=True)
class Slopes:
    """Coefficients of every placement that the data leave plausible, with their covariances and weights."""

    rows: np.ndarray
    coefficients: np.ndarray
    covariance: np.ndarray
    weight: np.ndarray
    freedom: int

    def contrast(self, best: np.ndarray, each: np.ndarray, level: float) -> tuple[float, float, float, float]:
        """A linear contrast at the best placement, its interval and its p-value.

        Parameters
        ----------
        best, each : numpy.ndarray
            The contrast at the best placement, which comes first, shape ``(b + k,)``; and at each placement.
        level : float
            Level of the interval.

        Notes
        -----
        The interval is that of a mixture of t distributions, one for each placement, weighted by likelihood: what
        is not known of the dates widens it.
        """
        centre = np.einsum("dp,dp->d", each, self.coefficients)
        error = np.sqrt(np.maximum(np.einsum("dp,dpq,dq->d", each, self.covariance, each), 0.0))
        estimate = float(best @ self.coefficients[0])
        lower, upper = (
            _mixture_quantile(centre, error, self.weight, self.freedom, q) for q in ((1 - level) / 2, (1 + level) / 2)
        )
        below = float(self.weight @ stats.t.cdf(-centre / np.maximum(error, 1e-300), self.freedom))
        return estimate, min(lower, estimate), max(upper, estimate), min(1.0, 2 * min(below, 1 - below))


def _mixture_quantile(centre: np.ndarray, error: np.ndarray, weight: np.ndarray, freedom: int, level: float) -> float:
    reach = 60 * error + 1e-12
    low, high = (centre - reach).min(), (centre + reach).max()
    for _ in range(80):
        middle = (low + high) / 2
        below = weight @ stats.t.cdf((middle - centre) / np.maximum(error, 1e-300), freedom)
        low, high = (middle, high) if below < level else (low, middle)
    return float((low + high) / 2)


def slopes(problem: Segmented, placed: FittedPlacements, scale: float, inflation: float, freedom: int) -> Slopes:
    """The placements within a likelihood ratio of 1,000 of the best, the best first, with their covariances.

    ``scale`` multiplies the covariances; ``inflation`` too divides twice the log-likelihood, where that ignores
    dependence.
    """
    order = np.argsort(placed.lack, kind="stable")
    excess = (placed.lack[order] - placed.lack[order[0]]) / (scale * inflation) / 2
    order = order[excess < np.log(1000)]
    weight = np.exp(-excess[: len(order)])
    rows, coefficients = placed.rows[order], placed.coefficients[order]
    covariance = np.concatenate(
        [_covariances(problem, rows[i : i + 512], coefficients[i : i + 512]) for i in range(0, len(rows), 512)]
    )
    return Slopes(rows, coefficients, scale * covariance, weight / weight.sum(), freedom)


def _covariances(problem: Segmented, rows: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    designs = np.concatenate(
        [np.broadcast_to(problem.base, (len(rows), *problem.base.shape)), problem.hinge[:, rows].transpose(1, 0, 2)], 2
    )
    if not problem.counts:
        white = (problem.whitener() * problem.root) @ designs
        return np.linalg.inv(white.transpose(0, 2, 1) @ white)
    eta = np.einsum("dnp,dp->dn", designs, coefficients) + problem.offset
    root = np.exp(np.clip(eta, -40, 40) / 2)
    scaled = root[:, :, None] * designs
    gram = information(problem.base, problem.hinge.T[rows.T], root**2)
    bread = np.linalg.pinv(gram, hermitian=True)
    if not problem.dependence.share:
        return bread
    middle = scaled.transpose(0, 2, 1) @ (problem.dependence.correlation(problem.positions) @ scaled)
    return bread @ middle @ bread
