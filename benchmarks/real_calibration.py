"""Learn how much wider the posteriors of effects and trends must be on real series: trends/chance/calibration.csv.

Run ``python -m benchmarks.real_calibration EVENTS`` on a file of incidents with a date, a country and coordinates
(csv or parquet). The question is put to windows of real series at dates of no known event, where the log ratio (or
the growth beyond drift) is 0, under the prior that was made without the country; the posteriors are kept in a folder,
a file for each question and length, and what is there is not done again. The widening of each frequency, question and
length is the one under which 0 had the highest density (Schuemie et al. 2014 do the same with normals), for effects
on a level with one shift for sparse counts; it is learned without each fold of the countries, and from all. How often
0 lay outside of the interval is printed.

References: Schuemie, M. et al. (2014). Interpreting observational studies: why empirical calibration is needed to
correct p-values. Statistics in Medicine 33. Schuemie, M. et al. (2018). Empirical confidence interval calibration for
population-level effect estimation studies in observational healthcare data. PNAS 115.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtr

from benchmarks.real_contrasts import LENGTHS as PAIR_LENGTHS
from benchmarks.real_contrasts import pairs, told_apart
from benchmarks.real_trials import DATES, LEAST, asked, level_of
from benchmarks.real_windows import real_windows
from trends.chance.calibration import sparseness
from trends.chance.contrast import contrast
from trends.chance.course import growth
from trends.chance.known_change import known_change
from trends.chance.normals import Mixture
from trends.chance.prior import FOLDS, fold_of, ratio_prior
from trends.counts.series import checked_series
from trends.periods import PER_YEAR

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "trends" / "chance" / "calibration.csv"
#: Lengths with their frequency, and every how manieth window is asked: some hundreds of each.
LENGTHS = {(24, "M"): 4, (36, "M"): 2, (60, "M"): 2, (96, "M"): 2, (24, "Q"): 3, (36, "Q"): 2}
PAIRS = {(n, "M"): every for n, every in PAIR_LENGTHS.items()}
HEAD = (
    "# How much wider the posterior of a question is told, learned at dates of no known event (UCDP GED 21.1, "
    "CC BY 4.0), without each fold of the countries (-1: from all). Made by benchmarks/real_calibration.py.\n"
)
#: Places, in standard deviations from the mean, at which a posterior is kept.
GRID = np.linspace(-7.0, 7.0, 561)


@dataclass(frozen=True)
class Posteriors:
    """Posteriors at dates of no known event.

    Attributes
    ----------
    country : numpy.ndarray of str, shape (n,)
        Country of each.
    incidents : numpy.ndarray, shape (n,)
        Mean number of incidents a period.
    mean, sd : numpy.ndarray, shape (n,)
        Moments of each posterior.
    below : numpy.ndarray, shape (n, n_grid)
        Its distribution function at the places of `GRID`.
    """

    country: np.ndarray
    incidents: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    below: np.ndarray


Told = tuple[str, float, Mixture]


def _on_levels(events: str, n: int, freq: str, every: int, short: bool) -> Iterator[Told]:
    per_year = float(PER_YEAR[freq])
    for i, window in enumerate(real_windows(events, n, freq)[::every]):
        date = round(n * DATES[i % len(DATES)])
        last = date + max(round(per_year / 4), 1) - 1 if short else n - 1
        if asked(window.counts, date):
            prior = replace(window.prior, calibration=None)
            found = known_change(window.counts, date, (date, last), prior=prior, per_year=per_year)
            yield window.country, float(window.counts.mean()), found.log_ratio


def _on_trends(events: str, n: int, freq: str, every: int) -> Iterator[Told]:
    for window in real_windows(events, n, freq)[::every]:
        if window.counts.sum() >= LEAST:
            level = level_of(window.counts, window.prior, float(PER_YEAR[freq]))
            yield window.country, float(window.counts.mean()), growth(level, 0, n - 1).beyond


def _on_ratios(events: str, n: int, every: int) -> Iterator[Told]:
    for i, (country, window) in enumerate(pairs(events, n)[::every]):
        date = round(DATES[i % len(DATES)] * n)
        if told_apart(window, date):
            one, two = (checked_series(each, first="2001-01", freq="M") for each in window)
            prior = replace(ratio_prior(n, without=country), calibration=None)
            found = contrast(one, two, one.index[date], prior=prior)
            yield country, float(window.sum(0).mean()), found.ratio.log_ratio


def _kept(file: Path, posteriors: Callable[[], Iterator[Told]]) -> Posteriors:
    """The posteriors of a file, made where it is not there."""
    if not file.is_file():
        country, incidents, moments, below = [], [], [], []
        for name, size, posterior in posteriors():
            share = posterior.weight / posterior.weight.sum()
            mean = float(share @ posterior.mean)
            sd = float(share @ (posterior.sd**2 + posterior.mean**2) - mean**2) ** 0.5
            country.append(name)
            incidents.append(size)
            moments.append((mean, sd))
            at = (mean + sd * GRID - posterior.mean[:, None]) / posterior.sd[:, None]
            below.append((share @ ndtr(at)).astype(np.float32))
        mean_sd = np.array(moments)
        np.savez_compressed(
            file,
            country=np.array(country),
            incidents=np.array(incidents),
            mean=mean_sd[:, 0],
            sd=mean_sd[:, 1],
            below=np.array(below),
        )
    with np.load(file) as held:
        return Posteriors(**{name: held[name] for name in held.files})


def learned(cells: list[Posteriors], without: int, shift: bool) -> tuple[np.ndarray, float]:
    """The scale of each cell and the shift of all, of highest density at 0, without the countries of a fold.

    The shift is one for every unit of `trends.chance.calibration.sparseness`, in standard deviations.
    """
    step = GRID[1] - GRID[0]
    used = []
    for cell in cells:
        fold = {country: fold_of(country) for country in set(cell.country.tolist())}
        own = np.array([fold[country] for country in cell.country.tolist()]) != without
        density = np.log(np.diff(cell.below[own]) / step + 1e-9)
        sparse = np.array([sparseness(each) for each in cell.incidents[own]]) * shift
        used.append((cell.mean[own] / cell.sd[own], sparse, density))

    def loss(params: np.ndarray) -> float:
        total = 0.0
        for (off, sparse, density), log_scale in zip(used, params[:-1], strict=True):
            # Where 0 lies in the posterior as it was, told by the density between its places.
            at = (-off - params[-1] * sparse) / np.exp(log_scale)
            place = np.clip((at - GRID[0]) / step - 0.5, 0, density.shape[1] - 1.001)
            low, row = place.astype(int), np.arange(len(at))
            log_density = density[row, low] * (low + 1 - place) + density[row, low + 1] * (place - low)
            total -= float((log_density - log_scale).sum())
        return total / sum(len(off) for off, _, _ in used)

    found = minimize(loss, np.append(np.full(len(cells), 0.1), 0.0), method="BFGS", options={"gtol": 1e-5}).x
    # What a calibration may do is widen.
    return np.maximum(np.exp(found[:-1]), 1.0), float(found[-1]) * shift


def false_alarms(cell: Posteriors, by_fold: dict[int, tuple[float, float]]) -> tuple[float, float]:
    """Share of 95 % intervals that leave 0 out, as the model has them and under the scale and shift of each fold."""
    told = np.array([by_fold[fold_of(country)] for country in cell.country.tolist()])
    sparse = np.array([sparseness(each) for each in cell.incidents])
    shares = []
    for scale, shift in ((np.ones(len(told)), np.zeros(len(told))), told.T):
        at = (-cell.mean / cell.sd - shift * sparse) / scale
        below = np.array([np.interp(place, GRID, own) for place, own in zip(at, cell.below, strict=True)])
        shares.append(float((np.minimum(below, 1 - below) < 0.025).mean()))
    return shares[0], shares[1]


def table_of(groups: dict[tuple[str, str, bool], dict[tuple[int, str], Posteriors]]) -> str:
    """The table that ships: of each group (level or ratio, frequency, moved or not) the cells by length and question.

    The false alarms of each cell are printed, before and after, each country under what was learned without it.
    """
    lines = ["of,freq,question,periods,fold,windows,scale,shift"]
    for (of, freq, moved), cells in groups.items():
        # Fold -1 is that of no country: from all.
        found = {k: learned(list(cells.values()), FOLDS if k < 0 else k, moved) for k in (-1, *range(FOLDS))}
        for fold, (scales, shift) in found.items():
            for ((n, question), cell), scale in zip(cells.items(), scales, strict=True):
                windows = sum(fold < 0 or fold_of(country) != fold for country in cell.country)
                lines.append(f"{of},{freq},{question},{n},{fold},{windows},{scale:.4f},{shift:.4f}")
        for place, ((n, question), cell) in enumerate(cells.items()):
            by_fold = {fold: (float(scales[place]), shift) for fold, (scales, shift) in found.items()}
            before, after = false_alarms(cell, by_fold)
            print(f"{of}, {question}, {n}{freq}: {len(cell.country)} windows, {before:.3f} before, {after:.3f} after")
    return HEAD + "\n".join(lines) + "\n"


def main() -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "real-calibration", help="of the posteriors")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    groups: dict[tuple[str, str, bool], dict[tuple[int, str], Posteriors]] = {}
    for (n, freq), every in LENGTHS.items():
        for span in ("long", "short"):
            file = chosen.folder / f"{span}-{n}{freq}-{every}.npz"
            held = _kept(file, partial(_on_levels, chosen.events, n, freq, every, span == "short"))
            groups.setdefault(("level", freq, True), {})[n, span] = held
    for (n, freq), every in LENGTHS.items():
        file = chosen.folder / f"trend-{n}{freq}-{every}.npz"
        held = _kept(file, partial(_on_trends, chosen.events, n, freq, every))
        groups.setdefault(("level", freq, False), {})[n, "trend"] = held
    for (n, freq), every in PAIRS.items():
        file = chosen.folder / f"pairs-{n}{freq}-{every}.npz"
        held = _kept(file, partial(_on_ratios, chosen.events, n, every))
        groups.setdefault(("ratio", freq, False), {})[n, "long"] = held
    TABLE.write_text(table_of(groups), encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
