"""How much wider than the model says a posterior must be, learned where nothing is known to have begun."""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from math import exp, log

import numpy as np
import pandas as pd

from trends.chance.normals import Mixture

#: Share of a year up to which a span is short: the periods of the year after it are then looked at too, which tell what
#: passed from what is the level. Of a longer span the periods after it are no part, as a speaker could not know them.
#: Both are asked as their error rates were measured.
SHORT = 0.34
#: Mean number of incidents a period below which bursts make a posterior lean to a fall, and the least one learned from.
SPARSE, LEAST = 5.0, 0.5
#: Share of real series that by themselves do what makes their later periods say nothing of whether a change lasted.
UNTOLD = 0.24


@dataclass(frozen=True)
class Widening:
    """By what factor a posterior is widened about its mean, and by how much it is shifted.

    Parameters
    ----------
    scale : float
        Factor on every distance from the mean.
    shift : float
        Move of the whole, in standard deviations of the posterior.
    untold : float
        Share of series in which the shape of a change is not told by what came later: they keep even odds.

    Examples
    --------
    >>> told = Widening(1.5, 0.0).of(Mixture(np.array([1.0]), np.array([0.4]), np.array([0.2])))
    >>> told.mean.round(6).tolist(), told.sd.round(6).tolist()
    ([0.4], [0.3])
    """

    scale: float = 1.0
    shift: float = 0.0
    untold: float = 0.0

    def shape(self, probability: float) -> float:
        """The probability of a shape that even odds were given beforehand, as real series bear it out.

        Examples
        --------
        >>> round(Widening(untold=0.2).shape(0.95), 3)
        0.86
        """
        return (1 - self.untold) * probability + self.untold / 2

    def of(self, posterior: Mixture) -> Mixture:
        """The posterior, widened and shifted."""
        if self.scale == 1.0 and self.shift == 0.0:
            return posterior
        share = posterior.weight / posterior.weight.sum()
        mean = float(share @ posterior.mean)
        sd = float(share @ (posterior.sd**2 + (posterior.mean - mean) ** 2)) ** 0.5
        moved = mean + self.shift * sd + self.scale * (posterior.mean - mean)
        return Mixture(posterior.weight, moved, self.scale * posterior.sd)


@dataclass(frozen=True)
class Calibration:
    """Widenings by frequency, question and length, as they were learned.

    Parameters
    ----------
    rows : tuple of (bool, str, int, float, float)
        Of quarters rather than months, question (as in `widening`), periods, scale, and the shift for every unit of the
        log by which the mean falls short of `SPARSE`.
    """

    rows: tuple[tuple[bool, str, int, float, float], ...]

    def widening(self, question: str, periods: int, per_year: float, mean: float) -> Widening:
        """The widening for a question to a series of so many periods.

        Parameters
        ----------
        question : {"long", "short", "trend"}
            An effect over a long or a short span (`is_short`), or growth beyond drift.
        periods : int
            Periods of the series.
        per_year : float
            Periods in a year. Weeks and days are taken for months of the same time, years for quarters.
        mean : float
            Mean number of incidents a watched period.
        """
        quarters = per_year <= 4
        scale_of_time = (4 if quarters else 12) / per_year
        own = [row for row in self.rows if row[0] == quarters] or list(self.rows)
        # Of the ratio of two places short spans were not learned.
        own = [row for row in own if row[1] == question] or [row for row in own if row[1] == "long"]
        own.sort(key=lambda row: row[2])
        length = log(periods * scale_of_time)
        places = [log(row[2]) for row in own]
        scale = exp(float(np.interp(length, places, [log(row[3]) for row in own])))
        sparse = float(np.interp(length, places, [row[4] for row in own]))
        return Widening(scale, sparse * sparseness(mean / scale_of_time), UNTOLD)


def is_short(span: int, per_year: float) -> bool:
    """Whether a span of so many periods is short."""
    return span - 1 < SHORT * per_year


def sparseness(mean: float) -> float:
    """By how much, on the log scale, a mean number of incidents a period falls short of `SPARSE`."""
    return max(log(SPARSE / max(mean, LEAST)), 0.0)


@lru_cache(maxsize=16)
def calibration(of: str, fold: int) -> Calibration:
    """What was learned without the countries of a fold (-1: from all).

    Parameters
    ----------
    of : {"level", "ratio"}
        Whether the level of a series is asked or the ratio of two places.
    fold : int
        As in `trends.chance.prior.fold_of`.

    Examples
    --------
    >>> calibration("level", -1).widening("long", 36, 12.0, 8.0).scale > 1.05
    True
    """
    with (resources.files("trends.chance") / "calibration.csv").open(encoding="utf-8") as file:
        whole = pd.read_csv(file, comment="#")
    own = whole[(whole["of"] == of) & (whole["fold"] == fold)]
    return Calibration(
        tuple(
            (freq == "Q", question, int(periods), float(scale), float(shift))
            for freq, question, periods, scale, shift in zip(
                own["freq"], own["question"], own["periods"], own["scale"], own["shift"], strict=True
            )
        )
    )


@lru_cache(maxsize=64)
def date_power(per_year: float, fold: int = -1) -> float:
    """Power to which the likelihood of a date is taken, as `trends.chance.turning.date_posteriors` does.

    Parameters
    ----------
    per_year : float
        Periods in a year: what was learned on quarters holds for years too, what was on months for weeks and days.
    fold : int
        As in :func:`calibration`.

    Notes
    -----
    It is the largest with which the shortest runs of 95 % held the dates of changes that were put into real series,
    twofold to fivefold, beside claimed windows that held them and others within a year (`benchmarks.real_dates`).

    Examples
    --------
    >>> 0.2 < date_power(12.0) < 1
    True
    """
    with (resources.files("trends.chance") / "date_power.csv").open(encoding="utf-8") as file:
        whole = pd.read_csv(file, comment="#")
    own = whole[(whole["freq"] == ("Q" if per_year <= 4 else "M")) & (whole["fold"] == fold)]
    return float(own["power"].iloc[0])
