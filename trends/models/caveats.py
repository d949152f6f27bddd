"""What a reader of a count regression must know, in sentences with the number behind each."""

import numpy as np

from trends.counts.order import row_name
from trends.fits.countdata import CountData
from trends.fits.countfit import CountFit
from trends.fits.overlap import overlaps, quoted
from trends.loading import later

stats = later("scipy.stats")


def caveats(data: CountData, estimate: CountFit, family: str, cov: str) -> tuple[str, ...]:
    """The sentences that belong to a fit, most damaging first; empty where there is nothing to say."""
    found = []
    if estimate.endless.size:
        found.append(_set_apart(data, estimate))
    found += [overlap.sentence for overlap in overlaps(data.exog[data.watched])]
    chi_square = estimate.dispersion * estimate.df_resid
    if family == "poisson" and cov == "model" and stats.chi2.sf(chi_square, estimate.df_resid) < 0.05:
        found.append(
            f"The counts vary {estimate.dispersion:.3g} times as much as Poisson counts: the intervals are too narrow "
            f"by a factor of {np.sqrt(estimate.dispersion):.2f}; take the family quasipoisson or negbin."
        )
    if family == "negbin" and not estimate.alpha:
        found.append("The counts vary no more than Poisson counts: the negative binomial fit is its Poisson limit.")
    return (*found, *_dependence(data, estimate))


def _set_apart(data: CountData, estimate: CountFit) -> str:
    names = data.exog.columns[(np.abs(estimate.endless) > 1e-9).any(axis=1)]
    rows = np.flatnonzero(data.watched)[estimate.nothing]
    index = data.endog.index
    where = row_name(index, rows[0]) if len(rows) == 1 else f"{row_name(index, rows[0])} to {row_name(index, rows[-1])}"
    return (
        f"Nothing was counted in any of the {len(rows)} periods ({where}) that only {quoted(names)} can set apart: "
        "no finite estimate of these exists, and no interval."
    )


def _dependence(data: CountData, estimate: CountFit) -> tuple[str, ...]:
    slots = data.slots
    if slots is None or estimate.df_resid < 8:
        return ()
    first = float(spaced_autocorrelation(slots, estimate.residuals, 1)[0])
    bar = stats.norm.ppf(0.975) / np.sqrt(len(slots))
    if not first > bar:
        return ()
    return (
        f"Neighbouring residuals are correlated ({first:.2f}; independent counts stay below {bar:.2f} in 39 of 40 "
        "series): textbook intervals are too narrow.",
    )


def spaced_autocorrelation(slots: np.ndarray, residuals: np.ndarray, lags: int) -> np.ndarray:
    """Autocorrelations of residuals at given places in time at lags 1 to ``lags``; pairs across a gap do not count.

    Divided by the sum of all squares, as is usual, so that a series with gaps leans towards 0.
    """
    spaced = np.zeros(slots.max() + 1)
    spaced[slots] = residuals - residuals.mean()
    return np.array([spaced[lag:] @ spaced[: len(spaced) - lag] for lag in range(1, lags + 1)]) / (spaced @ spaced)
