"""What a change at a known date amounts to over a span, whatever its shape, and whether it lasts."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from trends.chance.calibration import Widening, is_short
from trends.chance.normals import Mixture, log_sum_exp
from trends.chance.prior import LevelPrior, prior_by_length
from trends.chance.shapes import Candidates, Shape, candidates, shape_column
from trends.chance.skewed import FEW, skewed_log_ratio
from trends.chance.weighing import Weighed, working_level
from trends.chance.working import WorkingLevel
from trends.errors import ModelError
from trends.loading import later

logsumexp = later("scipy.special.logsumexp")

#: Shapes of a change whose date is known, with their prior shares. The sizes are filled in for each span.
KNOWN_SHAPES = (
    (Shape("step", "step", 0, ()), 0.70),
    (Shape("ramp of 3", "ramp", 3, ()), 0.09),
    (Shape("ramp of 6", "ramp", 6, ()), 0.06),
    (Shape("ramp of 12", "ramp", 12, ()), 0.05),
    (Shape("hinge", "hinge", 0, ()), 0.05),
    (Shape("pulse of 1", "pulse", 1, ()), 0.01),
    (Shape("pulse of 3", "pulse", 3, ()), 0.02),
    (Shape("pulse of 6", "pulse", 6, ()), 0.02),
)
#: Prior share of a pulse that lasts the claimed span and no longer, where periods follow it.
SPAN_SHARE = 0.90
#: Standard deviation of the mean log ratio over the span beforehand: as good as flat.
WIDTH = 3.0
# A shape that hardly touches the span cannot be responsible for a change over it.
_LEAST_REACH = 0.05


@dataclass(frozen=True)
class KnownChange:
    """A change at a known date, averaged over its shapes by their evidence.

    Attributes
    ----------
    nobs : int
        Periods that were watched.
    date : int
        First period that differs.
    span : tuple of int
        First and last period over which the effect is meant.
    log_ratio : Mixture
        Mean log ratio over the span, with the change against without it, widened as real series ask for.
    shapes : tuple of (str, float)
        Posterior of the shape, likeliest first.
    outliers : tuple of (int, float)
        Periods that stand out alone, and the probability of each.
    level, weighed : WorkingLevel, Weighed
        What the answers were computed from.
    widening : Widening
        How much wider than under the model the effect is told.
    """

    nobs: int
    date: int
    span: tuple[int, int]
    log_ratio: Mixture
    shapes: tuple[tuple[str, float], ...]
    outliers: tuple[tuple[int, float], ...]
    level: WorkingLevel
    weighed: Weighed
    widening: Widening

    @property
    def pvalue(self) -> float:
        """Two-sided: twice the smaller posterior probability of a fall and of a rise."""
        below = self.log_ratio.below(0.0)
        return float(min(1.0, 2 * min(below, 1 - below)))

    def at_least(self, ratio: float) -> float:
        """Posterior probability that the ratio over the span is at least ``ratio``."""
        return float(1 - self.log_ratio.below(float(np.log(ratio))))

    def at_most(self, ratio: float) -> float:
        """Posterior probability that the ratio over the span is at most ``ratio``."""
        return float(self.log_ratio.below(float(np.log(ratio))))

    def lasting(self, first: int, last: int) -> float:
        """Probability that at least half of the effect over the span is there in ``first`` to ``last`` as well.

        It is no surer than real series bear out, in some of which later periods do not tell a new level from a pulse.
        """
        terms = self.weighed.candidates
        own = terms.columns[self.span[0] : self.span[1] + 1].mean(0)
        later = terms.columns[first : last + 1].mean(0)
        kept = (later >= 0.5 * own)[terms.term]
        # Whether it lasts is asked at even odds of those that do and those that do not, whatever the span suggested.
        prior = np.exp(terms.log_prior)
        odds = np.where(kept, prior[kept].sum(), prior[~kept].sum())
        each = self.weighed.log_change - np.log(np.maximum(odds, 1e-300))
        found = float(np.exp(logsumexp(each[:, kept]) - logsumexp(each))) if kept.any() else 0.0
        return self.widening.shape(found)


@lru_cache(maxsize=64)
def known_candidates(
    n: int,
    date: int,
    span: tuple[int, int],
    shapes: tuple[tuple[Shape, float], ...] = KNOWN_SHAPES,
    year: float = 12.0,
) -> Candidates:
    """Every shape at a known date, each with the same prior for its mean effect over the span.

    Where the span ends before the series does, it is taken to be all that is meant: mostly a pulse of its length.
    """
    length = span[1] - date + 1
    meant = dict(shapes)
    if span[1] < n - 1:
        meant = {shape: share for shape, share in shapes if (shape.kind, shape.length) != ("pulse", length)}
        rest = sum(meant.values())
        meant[Shape(f"pulse of {length}", "pulse", length, ())] = rest * SPAN_SHARE / (1 - SPAN_SHARE)
    sized = []
    for shape, share in meant.items():
        reach = float(shape_column(n, shape, date, year)[span[0] : span[1] + 1].mean())
        if reach > 0:
            sized.append(replace(shape, sizes=((WIDTH / max(reach, _LEAST_REACH), share),)))
    return candidates(n, tuple(sized), np.array([date]), year)


def known_change(
    counts: np.ndarray,
    date: int,
    span: tuple[int, int] | None = None,
    *,
    prior: LevelPrior | None = None,
    exposure: np.ndarray | None = None,
    trials: np.ndarray | None = None,
    shapes: tuple[tuple[Shape, float], ...] = KNOWN_SHAPES,
    known: tuple[tuple[np.ndarray, float], ...] = (),
    first_month: int = 0,
    per_year: float = 12.0,
) -> KnownChange:
    """Mean effect over a span of a change whose date is known.

    Parameters
    ----------
    counts : numpy.ndarray, shape (n,)
        Incidents by period; NaN, or exposure 0, where not watched.
    date : int
        First period that differs.
    span : tuple of int, optional
        First and last period over which the effect is meant; by default from the date to the end.
    prior : LevelPrior, optional
        What levels are like; by default :func:`trends.chance.prior.level_prior` by the length of the series.
    exposure : numpy.ndarray, shape (n,), optional
        What each count is proportional to; with ``trials`` what its odds are proportional to.
    trials : numpy.ndarray, shape (n,), optional
        Totals of which the counts are a part: the change is then one of the odds.
    shapes : tuple of (Shape, float)
        Shapes that the change may have, with their prior shares.
    known : tuple of (numpy.ndarray, float)
        Columns of known influences, with the variances of their coefficients.
    first_month, per_year : int, float
        Place of the first period in the year, and periods in a year.

    Returns
    -------
    KnownChange

    Raises
    ------
    trends.errors.ModelError
        Where the date has no period on one of its sides, or the span does not lie after it.

    Notes
    -----
    A gradual fall is a fall: a step alone misses what comes by and by, and the mean over shapes loses little where the
    change does come at once. All shapes begin at the date; what began before it is part of the level.

    Real series break the model: at dates of no known event its posterior leaves no change out too often. It is widened
    by what such dates taught (`trends.chance.calibration`), where the prior says so; a prior of one's own need not.
    """
    n = len(counts)
    meant = (date, n - 1) if span is None else span
    prior = prior_by_length(n, per_year) if prior is None else prior
    _check_place(n, date, meant)
    changes = known_candidates(n, date, meant, shapes, per_year)
    # What lies in the span is what is asked: taken for outliers it would be explained away.
    protect = (np.arange(n) >= meant[0]) & (np.arange(n) <= meant[1])
    level, weighed = working_level(
        counts,
        changes,
        prior=prior,
        exposure=exposure,
        trials=trials,
        known=known,
        first_month=first_month,
        per_year=per_year,
        null=False,
        protect=protect,
    )
    return _summarise(level, weighed, date, meant, _widening(level, prior, meant))


def _check_place(n: int, date: int, span: tuple[int, int]) -> None:
    asked = f"weigh a change at place {date} over places {span[0]} to {span[1]}"
    if not 1 <= date < n:
        raise ModelError(
            asked,
            found=f"{n} periods, of which none lies on one side of it",
            allowed=f"a place from 1 to {n - 1}",
            do="name a period within the series, or give a longer series",
        )
    if not date <= span[0] <= span[1] < n:
        raise ModelError(
            asked,
            found="a span that is not within the series and after the change",
            allowed=f"first and last place from {date} to {n - 1}",
            do="name a span that begins with the change or later",
        )


def _fewest(level: WorkingLevel, span: tuple[int, int]) -> float:
    """Incidents on the side of the span that has fewer, of the place that has fewer."""
    parts = [level.counts] if level.trials is None else [level.counts, level.trials - level.counts]
    inside = [each[span[0] : span[1] + 1].sum() for each in parts]
    return float(min(min(a, each.sum() - a) for a, each in zip(inside, parts, strict=True)))


def _widening(level: WorkingLevel, prior: LevelPrior, span: tuple[int, int]) -> Widening:
    if prior.calibration is None:
        return Widening()
    mean = float((level.counts if level.trials is None else level.trials)[level.watched].mean())
    question = "short" if is_short(span[1] - span[0] + 1, level.per_year) else "long"
    return prior.calibration.widening(question, level.n, level.per_year, mean)


def _summarise(
    level: WorkingLevel, weighed: Weighed, date: int, span: tuple[int, int], widening: Widening
) -> KnownChange:
    terms = weighed.candidates
    reach = terms.columns[span[0] : span[1] + 1].mean(0)[terms.term]
    given = np.exp(weighed.log_change - log_sum_exp(weighed.log_change))
    if _fewest(level, span) < FEW:
        ratio = skewed_log_ratio(level, weighed, reach)
    else:
        ratio = Mixture(
            given.ravel(),
            (weighed.mean * reach).ravel(),
            np.maximum(np.sqrt(weighed.variance) * reach, 1e-6).ravel(),
        )
    by_shape = np.bincount(terms.shape[terms.term], given.sum(0), len(terms.shapes))
    shapes = sorted(zip([s.name for s in terms.shapes], by_shape.tolist(), strict=True), key=lambda pair: -pair[1])
    nobs, outliers = int(level.watched.sum()), weighed.outliers(level)
    return KnownChange(nobs, date, span, widening.of(ratio), tuple(shapes), outliers, level, weighed, widening)
