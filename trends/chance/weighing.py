"""Posterior odds of changes against none, averaged over the variances of the level and over none to three outliers."""

from dataclasses import dataclass, field, replace

import numpy as np

from trends.chance.normals import log_sum_exp
from trends.chance.prior import LevelPrior, prior_by_length
from trends.chance.shapes import Candidates, candidates
from trends.chance.solving import Solved, solved, starting_mean
from trends.chance.working import OUTLIER_SHARE, WorkingLevel, checked_counts

# At most so many outliers are weighed, and only those with at least these odds against none.
_MOST_OUTLIERS, _OUTLIER_ODDS = 3, 0.05
# So often are the sites matched, and under so many sets of variances.
_MATCHINGS, _LIKELIEST = 3, 12
# With up to so many terms the variance of the log rate takes in what each of them may add.
_FEW_TERMS = 24
_LEAST_VARIANCE = 1e-10
# The least likely sets of variances are left out, as many as have so much posterior weight together.
_NEGLIGIBLE = 1e-3


@dataclass(frozen=True)
class Weighed:
    """Marginal likelihood of each candidate change and of none, by set of variances and of outliers.

    Attributes
    ----------
    candidates : Candidates
        What was weighed.
    log_null : numpy.ndarray, shape (n_models,)
        Log evidence of no change under each set (of variances and outliers), prior weight included.
    log_change : numpy.ndarray, shape (n_models, n_candidates)
        Log evidence of each candidate, prior share included.
    log_any : numpy.ndarray, shape (n_models,)
        Log of the evidence of all candidates together.
    mean, variance : numpy.ndarray, shape (n_models, n_candidates)
        Posterior of the coefficient of each.
    disturbed : numpy.ndarray of int, shape (n_models,)
        How many of the level's possible outliers each model has, the likeliest first.
    null_mean, change_mean : numpy.ndarray, shape (n,)
        Posterior mean of the log rate without a change, and given one.
    null_variance, change_variance : numpy.ndarray, shape (n,)
        Its posterior variance (where candidates are many, without what the size of a change adds).
    """

    candidates: Candidates
    log_null: np.ndarray
    log_change: np.ndarray
    log_any: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    disturbed: np.ndarray
    null_mean: np.ndarray = field(repr=False)
    change_mean: np.ndarray = field(repr=False)
    null_variance: np.ndarray = field(repr=False)
    change_variance: np.ndarray = field(repr=False)

    @property
    def log_bayes_factor(self) -> float:
        """Log Bayes factor of a change against none."""
        if not self.log_change.size:
            return -np.inf
        return float(log_sum_exp(self.log_any) - log_sum_exp(self.log_null))

    def level_moments(self, null: bool) -> tuple[np.ndarray, np.ndarray]:
        """Posterior mean and variance of the log rate, at even odds of a change or (without ``null``) given one."""
        if not null:
            return self.change_mean, self.change_variance
        change = 1 / (1 + np.exp(-np.clip(self.log_bayes_factor, -700, 700)))
        mean = change * self.change_mean + (1 - change) * self.null_mean
        within = change * self.change_variance + (1 - change) * self.null_variance
        return mean, within + change * (1 - change) * (self.change_mean - self.null_mean) ** 2

    def outliers(self, level: WorkingLevel, odds: float = np.inf) -> tuple[tuple[int, float], ...]:
        """Periods that are likelier outliers than not, given the odds of a change, with the probability of each."""
        each = self.log_any - log_sum_exp(self.log_any)
        mass = np.exp(each)
        if np.isfinite(odds):
            even = np.logaddexp(each + self.log_bayes_factor + np.log(odds), self.log_null - log_sum_exp(self.log_null))
            mass = np.exp(even - log_sum_exp(even))
        chance = [float(mass[self.disturbed > k].sum()) for k in range(len(level.outliers))]
        return tuple((t, p) for t, p in zip(level.outliers, chance, strict=True) if p > 0.5)


def with_outliers(level: WorkingLevel, found: Solved, protect: np.ndarray | None = None) -> WorkingLevel:
    """The level with the periods named that may be outliers; ``protect`` (n,) of bool are not taken for any.

    ``found`` has the evidence of a disturbance of each period, without any change.
    """
    assert found.log_alone is not None
    ratio = found.log_alone - log_sum_exp(found.log_null)
    # Odds of each period having a disturbance of its own, averaged over the variances.
    odds = np.exp(np.minimum(ratio, 600.0)) * OUTLIER_SHARE / (1 - OUTLIER_SHARE)
    odds[~level.watched if protect is None else protect | ~level.watched] = 0.0
    if odds.max() <= _OUTLIER_ODDS:
        return replace(level, outliers=(), outlier_odds=()) if level.outliers else level
    order = np.argsort(-odds, kind="stable")[:_MOST_OUTLIERS]
    order = order[odds[order] > _OUTLIER_ODDS]
    return replace(level, outliers=tuple(int(t) for t in order), outlier_odds=tuple(float(odds[t]) for t in order))


def weigh(level: WorkingLevel, changes: Candidates) -> Weighed:
    """Marginal likelihood of each candidate change and of none, by set of variances, with none to three outliers."""
    return _weighed(level, changes, solved(level, changes, few=_are_few(changes)))


def _are_few(changes: Candidates) -> bool:
    return len(changes.date) <= _FEW_TERMS


def _weighed_on(
    level: WorkingLevel, changes: Candidates, robust: bool, protect: np.ndarray | None
) -> tuple[WorkingLevel, Weighed]:
    """The level, where ``robust`` with its possible outliers looked for anew, and the changes weighed on it."""
    if not robust:
        return level, weigh(level, changes)
    few = _are_few(changes)
    # One sweep finds what periods stand out and, where none does, all else as well.
    found = solved(level, changes if few else candidates(level.n, ()), few=few, alone=True)
    level = with_outliers(level, found, protect)
    return level, _weighed(level, changes, found) if few and not level.outliers else weigh(level, changes)


def _weighed(level: WorkingLevel, changes: Candidates, found: Solved) -> Weighed:
    models, many = found.log_null.size, len(changes.term)
    moments = found.moments if many else found.moments[[0, 0]]
    variance = np.maximum(moments[:, 1], _LEAST_VARIANCE)
    return Weighed(
        changes,
        found.log_null.ravel(),
        found.log_change.reshape(models, many),
        found.log_any.ravel(),
        found.mean.reshape(models, many),
        found.variance.reshape(models, many),
        np.repeat(np.arange(len(found.log_null)), len(level.theta)),
        moments[0, 0],
        moments[1, 0],
        variance[0],
        variance[1],
    )


def _share_of_sets(found: Weighed, sets: int, null: bool) -> np.ndarray:
    """Posterior probability of each set of variances, with a change or (``null``) without: the larger of the two."""
    alone, changed = (
        np.exp(each - log_sum_exp(each)).reshape(-1, sets).sum(0)
        for each in (found.log_null, found.log_any if found.log_change.size else found.log_null)
    )
    return np.maximum(changed, alone * null)


def _that_matter(mass: np.ndarray) -> np.ndarray:
    """The likeliest sets of variances, which hold all but a negligible share of the probability."""
    order = np.argsort(mass, kind="stable")
    matters = np.ones(len(mass), bool)
    matters[order[np.cumsum(mass[order]) < _NEGLIGIBLE * mass.sum()]] = False
    return matters


def working_level(
    counts: np.ndarray,
    changes: Candidates,
    *,
    prior: LevelPrior | None = None,
    exposure: np.ndarray | None = None,
    trials: np.ndarray | None = None,
    known: tuple[tuple[np.ndarray, float], ...] = (),
    first_month: int = 0,
    per_year: float = 12.0,
    robust: bool = True,
    null: bool = True,
    prune: bool = True,
    protect: np.ndarray | None = None,
) -> tuple[WorkingLevel, Weighed]:
    """A series as normal observations around its posterior mean, and the candidates weighed on it.

    Parameters
    ----------
    counts : numpy.ndarray, shape (n,)
        Incidents by period; NaN, or exposure 0, where not watched.
    changes : Candidates
        The changes that may have been.
    prior : LevelPrior, optional
        What levels are like; by default :func:`trends.chance.prior.level_prior` by the length of the series.
    exposure : numpy.ndarray, shape (n,), optional
        What each count is proportional to; with ``trials`` what its odds are proportional to.
    trials : numpy.ndarray, shape (n,), optional
        Totals of which the counts are a part: the level is then that of the log odds.
    known : tuple of (numpy.ndarray, float)
        Columns of known influences with the variances of their coefficients.
    first_month, per_year : int, float
        Place of the first period in the year, and periods in a year.
    robust : bool
        Whether single periods may be outliers.
    null : bool
        Whether there may have been none of the changes.
    prune : bool
        Whether sets of variances that hardly matter are left out.
    protect : numpy.ndarray of bool, shape (n,), optional
        Periods that are not taken for outliers.

    Returns
    -------
    level, weighed : WorkingLevel, Weighed

    Raises
    ------
    trends.errors.ModelError
        Where fewer than eight periods were watched, where none brought an incident, or where a count is negative.
    """
    y, size, watched = checked_counts(counts, exposure)
    if trials is not None:
        watched = watched & (np.asarray(trials, float) > 0)
    prior = prior_by_length(len(y), per_year) if prior is None else prior
    use = prior.weight > 0
    level = WorkingLevel(
        np.where(watched, y, 0.0),
        np.log(np.where(watched, size, 1.0)),
        watched,
        prior.theta[use],
        np.log(prior.weight[use] / prior.weight.sum()),
        np.zeros(len(y)),
        known=known,
        first_month=first_month,
        per_year=per_year,
        trials=None if trials is None else np.where(watched, trials, 0.0),
    )
    level = replace(level, mean=starting_mean(level))
    # The variances that matter are told apart well enough by steps alone. A period that stands out makes calm levels
    # look impossible: it is set apart before any variance is left out.
    level, found = _weighed_on(level, changes.only_steps(), robust, protect)
    share = _share_of_sets(found, len(level.theta), null)
    matters = _that_matter(share) if prune else np.ones(len(share), bool)
    # The sites are matched under the likeliest sets alone: what the others say of them is much the same.
    few = _with_sets(level, np.sort(np.argsort(-share, kind="stable")[:_LIKELIEST]))
    for _ in range(_MATCHINGS):
        few, found = _weighed_on(few.rematched(*found.level_moments(null)), changes, robust, protect)
    level = _with_sets(replace(few, theta=level.theta, log_weight=level.log_weight), np.flatnonzero(matters))
    if null and len(changes.term):
        return _weigh_apart(level, found, changes)
    level = level.rematched(*found.level_moments(null))
    return level, weigh(level, changes)


def _with_sets(level: WorkingLevel, kept: np.ndarray) -> WorkingLevel:
    return replace(level, theta=level.theta[kept], log_weight=level.log_weight[kept])


def _weigh_apart(level: WorkingLevel, last: Weighed, changes: Candidates) -> tuple[WorkingLevel, Weighed]:
    """No change and the changes, each around its own mean: around a common one their evidence is off by some tenths."""
    without = level.rematched(last.null_mean, last.null_variance)
    none = weigh(without, candidates(level.n, ()))
    level = level.rematched(last.change_mean, last.change_variance)
    found = weigh(level, changes)
    return level, replace(found, log_null=none.log_null, null_mean=none.null_mean, null_variance=none.null_variance)
