"""Windows of real series, of countries and their busiest parts, that an engine's error rates are measured on."""

from dataclasses import dataclass

import duckdb
import numpy as np

from trends.chance.prior import LevelPrior, level_prior

FIRST_YEAR, YEARS = 1989, 32
#: Fewest incidents a period on average, and smallest share of periods with one.
LEAST_MEAN, LEAST_SHARE = 0.5, 0.25
#: Busiest cells of two degrees that are taken of every country.
CELLS = 5
_PER_YEAR = {"M": 12, "Q": 4}


@dataclass(frozen=True)
class RealWindow:
    """Counts of a country, or of a part of it, over some periods.

    Attributes
    ----------
    country : str
        Country as the file spells it.
    half : int
        0 for countries on which choices were made, 1 for those that only report.
    counts : numpy.ndarray, shape (n,)
        Incidents by period.
    prior : LevelPrior
        The prior of a level that was made without the country.
    """

    country: str
    half: int
    counts: np.ndarray
    prior: LevelPrior


def half_of(country: str) -> int:
    """The half of the countries that choices were made on (0), or only reported for (1)."""
    # Folds are dealt in turns, so that a half by their parity would be a half of the priors as well.
    return sum(country.encode()) % 2


def series_of_world(file: str, freq: str = "M") -> dict[str, list[np.ndarray]]:
    """Counts by country: the whole and the busiest cells."""
    rows = (
        duckdb.connect()
        .execute(
            f"SELECT country, CAST(floor(latitude / 2) AS INT), CAST(floor(longitude / 2) AS INT), "
            f"12 * (year(CAST(date_start AS DATE)) - {FIRST_YEAR}) + month(CAST(date_start AS DATE)) - 1, count(*) "
            f"FROM '{file}' GROUP BY ALL ORDER BY ALL"
        )
        .fetchall()
    )
    totals: dict[str, np.ndarray] = {}
    parts: dict[str, dict[tuple[int, int], np.ndarray]] = {}
    for country, latitude, longitude, month, count in rows:
        cells = parts.setdefault(country, {})
        for counts in (
            totals.setdefault(country, np.zeros(12 * YEARS)),
            cells.setdefault((latitude, longitude), np.zeros(12 * YEARS)),
        ):
            counts[month] += count
    found = {}
    for country in sorted(totals):
        busiest = sorted(parts[country].items(), key=lambda cell: (-cell[1].sum(), cell[0]))[:CELLS]
        series = [totals[country], *(counts for _, counts in busiest)]
        found[country] = [counts.reshape(YEARS * _PER_YEAR[freq], -1).sum(1) for counts in series]
    return found


def real_windows(file: str, n: int, freq: str = "M") -> list[RealWindow]:
    """Windows of ``n`` periods, each beginning half a window after the one before."""
    found = []
    for country, series in series_of_world(file, freq).items():
        prior, half = level_prior(n, freq, without=country), half_of(country)
        for counts in series:
            first = len(counts) % n // 2
            for start in range(first, len(counts) - n + 1, n // 2):
                window = counts[start : start + n]
                if window.mean() >= LEAST_MEAN and (window > 0).mean() >= LEAST_SHARE:
                    found.append(RealWindow(country, half, window, prior))
    return found


def thinned(counts: np.ndarray, log_ratio: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Incidents left out at random, so that the log rate follows ``log_ratio`` (n,) beside what it did."""
    return rng.binomial(counts.astype(int), np.exp(log_ratio - log_ratio.max())).astype(float)
