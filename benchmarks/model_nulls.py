"""How often models find what was not put in, and peers beside them: docs/model-nulls.md.

Run ``python -m benchmarks.model_nulls EVENTS [--every 6] [--runs 250]`` on a file of incidents with a date, a country
and coordinates (csv or parquet). Real windows are those of `benchmarks.real_windows`, every sixth of them; simulated
series are as many as ``--runs`` says. ruptures, which is no dependence, is asked where it is at hand. The page is
printed; times are those of one core, and say how methods compare rather than how long they take on another machine.
"""

import argparse
import warnings
from collections.abc import Callable
from time import perf_counter

import numpy as np
import pandas as pd
import statsmodels.api as sm

from benchmarks.known_truth.cases import Case
from benchmarks.known_truth.peers import PEERS, ask_peer, has_ruptures
from benchmarks.real_windows import RealWindow, real_windows, thinned
from trends.errors import ModelError
from trends.fits.design import baseline
from trends.models.changepoints.model import ChangepointModel
from trends.models.effects import EffectModel
from trends.models.joinpoints.model import JoinpointModel
from trends.models.seasonality import SeasonalModel
from trends.models.trend import count_trend, mann_kendall, seasonal_kendall

LENGTHS, MEANS = (24, 36, 96), (2, 10, 50)
REAL_LENGTHS = (36, 60, 96)
#: Means of the real windows, least incidents in all, and places of the dates as shares of a window.
BETWEEN, LEAST, DATES = (1.5, 50.0), 8, (1 / 2, 2 / 3, 3 / 4)
NULLS: dict[str, dict[str, float]] = {
    "Poisson": {},
    "negative binomial, size 10": {"size": 10},
    "negative binomial, size 5": {"size": 5},
    "negative binomial, size 2": {"size": 2},
    "latent autocorrelation .3": {"rho": 0.3},
    "latent autocorrelation .5": {"rho": 0.5},
    "latent autocorrelation .7": {"rho": 0.7},
}
METHODS = ("calibrated (default)", "BIC, as independent Poisson", "mBIC, as independent Poisson", "posterior (default)")
Found = dict[str, bool]


def at_a_date(series: pd.Series, date: int, country: str) -> dict[str, Callable[[], Found]]:
    """What is asked of a date, by method: whether a change is found there."""
    at = series.index[date]
    case = Case({}, series, pd.Series(1.0, series.index), at, None)

    def dated(name: str) -> Callable[[], Found]:
        def near() -> Found:
            labels = ask_peer(name, case).dates
            return {
                f"{name}, a break within a month of it": any(
                    abs(pd.Period(x, "M").ordinal - at.ordinal) <= 1 for x in labels
                )
            }

        return near

    def changed(name: str) -> Callable[[], Found]:
        return lambda: {f"{name}, z beyond 1.96": abs(ask_peer(name, case).z) >= 1.96}

    def breaks() -> Found:
        fit = ChangepointModel(series).fit()
        within = bool((np.abs(fit.selection.breaks - date) <= 1).any())
        sure = fit.probability(at - 1, at + 1) >= 0.8
        return {
            "ChangepointModel, a break within a month of it": within,
            "ChangepointModel, probability .8 of one within a month": sure,
        }

    asked = {
        "EffectModel": lambda: {
            "EffectModel, p <= .05": EffectModel(series, at=at, country=country).fit().pvalue <= 0.05
        },
        "ChangepointModel": breaks,
    }
    asked |= {name: changed(name) for name in PEERS if name != "ruptures"}
    return asked | ({"ruptures": dated("ruptures")} if has_ruptures() else {})


def without_a_date(series: pd.Series, country: str) -> dict[str, Callable[[], Found]]:
    """What is asked of a whole series, by method."""

    def breaks() -> Found:
        fit = ChangepointModel(series).fit()
        return {
            "ChangepointModel, a break": len(fit.breaks) > 0,
            "ChangepointModel, probability .95 of one": fit.number[0] <= 0.05,
        }

    def turns() -> Found:
        fit = JoinpointModel(series, max_joinpoints=2, draws=199).fit()
        return {
            "JoinpointModel, a joinpoint by permutation": fit.number > 0,
            "JoinpointModel, a joinpoint by WBIC": int(fit.criterion["wbic"].argmin()) > 0,
        }

    def growth() -> Found:
        fit = count_trend(series, country=country)
        return {
            "count_trend, rose or fell for whatever reason": min(fit.rise, 1 - fit.rise) <= 0.025,
            "count_trend, beyond its own drift": fit.pvalue <= 0.05,
        }

    return {
        "ChangepointModel": breaks,
        "JoinpointModel": turns,
        "count_trend": growth,
        "Mann-Kendall": lambda: {"Mann-Kendall, Hamed and Rao": mann_kendall(series).pvalue <= 0.05},
        "seasonal Kendall": lambda: {"seasonal Kendall, Hirsch and Slack": seasonal_kendall(series).pvalue <= 0.05},
        "SeasonalModel": lambda: {"SeasonalModel, the season": _season(series, country)},
        "quasi-Poisson": lambda: {"statsmodels, F test of eleven months, quasi-Poisson": _season_by_f(series)},
    }


def _season(series: pd.Series, country: str) -> bool:
    found = SeasonalModel(series, country=country).fit().season_test
    return found is not None and found.pvalue <= 0.05


def _season_by_f(series: pd.Series) -> bool:
    design = baseline(series.index, seasons=True)
    fit = sm.GLM(series, design, family=sm.families.Poisson()).fit(scale="X2")
    months = [name for name in design if name not in ("const", "trend")]
    constraints = np.eye(design.shape[1])[design.columns.get_indexer(months)]
    return float(fit.f_test(constraints).pvalue) <= 0.05


def put_in(n: int, date: int) -> dict[str, dict[str, np.ndarray]]:
    """Log ratios that are put in, for what is asked of a date and of a whole series."""
    place = np.arange(n)
    step = np.log(3) * (place >= date)
    return {
        "at a date": {"nothing": np.zeros(n), "three times as many from it": step},
        "in a whole series": {
            "nothing": np.zeros(n),
            "three times as many from a date": step,
            "a rise by three to the end": np.log(3) * place / (n - 1),
            "a quarter of the year twice": np.log(2) * np.isin(place % 12, (0, 1, 2)),
        },
    }


def real_table(windows: list[RealWindow], kind: str) -> pd.DataFrame:
    """Share of windows in which each method finds something, by what was put in, with its milliseconds a series."""
    rows: list[dict[str, object]] = []
    for i, window in enumerate(windows):
        n = len(window.counts)
        date = round(n * DATES[i % len(DATES)])
        index = pd.period_range("2001-01", periods=n, freq="M")
        for name, log_ratio in put_in(n, date)[kind].items():
            series = pd.Series(thinned(window.counts, log_ratio, np.random.default_rng([n, i])), index=index)
            if series.sum() < LEAST or not series.iloc[:date].sum():
                continue
            dated = kind == "at a date"
            asked = at_a_date(series, date, window.country) if dated else without_a_date(series, window.country)
            for ask in asked.values():
                start = perf_counter()
                try:
                    found = ask()
                except ModelError:
                    continue
                spent = 1e3 * (perf_counter() - start)
                rows += [{"method": m, "put in": name, "found": yes, "milliseconds": spent} for m, yes in found.items()]
    frame = pd.DataFrame(rows)
    table = frame.pivot_table(index="method", columns="put in", values="found", aggfunc="mean", sort=False)
    return table.astype(float).assign(milliseconds=frame.groupby("method")["milliseconds"].median())


def print_real(events: str, every: int) -> None:
    """The tables of real windows."""
    for kind in ("at a date", "in a whole series"):
        for n in REAL_LENGTHS:
            windows = [w for w in real_windows(events, n)[::every] if BETWEEN[0] <= w.counts.mean() <= BETWEEN[1]]
            table = real_table(windows, kind)
            print(f"\n### Asked {kind}: {len(windows)} windows of {n} months\n")
            print("| method | " + " | ".join(table) + " |\n|---|" + "---|" * table.shape[1])
            for name, row in table.iterrows():
                cells = [*(f"{share:.3f}" for share in row.iloc[:-1]), f"{row.iloc[-1]:.0f}"]
                print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def simulate(
    rng: np.random.Generator, rates: np.ndarray, size: float | None = None, rho: float | None = None
) -> pd.Series:
    """Counts around rates: gamma noise of a size, or a log-normal AR(1) with standard deviation .5."""
    if size is not None:
        rates = rates * rng.gamma(size, 1 / size, len(rates))
    if rho is not None:
        latent = np.empty(len(rates))
        latent[0] = rng.normal(0, 0.5)
        for t, shock in enumerate(rng.normal(0, 0.5 * np.sqrt(1 - rho**2), len(rates) - 1), 1):
            latent[t] = rho * latent[t - 1] + shock
        rates = rates * np.exp(latent - 0.125)
    counts = rng.poisson(rates)
    counts[0] += counts.sum() == 0
    return pd.Series(counts.astype(float), index=pd.period_range("2000-01", periods=len(rates), freq="M"))


def found(series: pd.Series) -> list[bool]:
    """Whether each method finds a break."""
    default = ChangepointModel(series).fit()
    plain = ChangepointModel(series, penalty="bic", inflation=1.0).fit().choices
    return [len(default.breaks) > 0, plain["bic"] > 0, plain["mbic"] > 0, default.number.to_numpy()[0] < 0.5]


def false_alarms(runs: int, rng: np.random.Generator) -> None:
    """The table of null series, a row for each kind and length, lowest to highest share over the means."""
    print("| series without a break | periods | " + " | ".join(METHODS) + " |")
    print("|---|---|" + "---|" * len(METHODS))
    for name, kind in NULLS.items():
        for n in LENGTHS:
            shares = [
                np.mean([found(simulate(rng, np.full(n, float(mean)), **kind)) for _ in range(runs)], axis=0)
                for mean in MEANS
            ]
            cells = (f"{low:.3f} to {high:.3f}" for low, high in zip(np.min(shares, 0), np.max(shares, 0), strict=True))
            print(f"| {name} | {n} | " + " | ".join(cells) + " |", flush=True)


def coverage(runs: int, rng: np.random.Generator) -> None:
    """The table of series with one break: power, and coverage of the interval of its date where it was found."""
    print("| one break at two thirds | periods | found by default | date interval (95 %) holds | median width |")
    print("|---|---|---|---|---|")
    for name in ("Poisson", "negative binomial, size 5", "latent autocorrelation .3", "latent autocorrelation .5"):
        for n in LENGTHS:
            for ratio in (2, 4):
                at = 2 * n // 3
                rates = np.where(np.arange(n) < at, 10.0, 10.0 / ratio)
                hits, widths, power = [], [], []
                for _ in range(runs):
                    results = ChangepointModel(simulate(rng, rates, **NULLS[name])).fit()
                    power.append(len(results.breaks) > 0)
                    if len(results.breaks) == 1:
                        interval = results.interval().iloc[0]
                        truth = results.data.index[at]
                        hits.append(interval["lower"] <= truth <= interval["upper"])
                        widths.append(interval["upper"].ordinal - interval["lower"].ordinal + 1)
                cells = f"{np.mean(power):.2f} | {np.mean(hits):.3f} | {np.median(widths):.0f} |"
                print(f"| {name}, rate 10 to {10 / ratio:g} | {n} | {cells}", flush=True)


INTRODUCTION = """# What models find where nothing was put in

Made by `python -m benchmarks.model_nulls EVENTS{options}`.

## Real windows

EVENTS are the located incidents of UCDP GED 21.1. The windows are those of countries and their five busiest cells of
two degrees, half a window apart, one of {every}, with {low:g} to {high:g} incidents a month. They overlap, and cells
lie in their countries. Dates lie at a half, two thirds and three quarters of a window; nothing is known to have begun
there. Effects are put in by leaving incidents out at random. Priors were made without the country. The share is that of
windows in which something was found: with nothing put in a false alarm, else power. A share of .05 of 100 has a
standard error of .022. A series that a method refuses is left out of its shares. Milliseconds are the median of one
answer, on one core beside other work.

That a real level has *a* break or a joinpoint, or rose, is no false alarm in the same sense: the levels of real
conflicts do move. What `ChangepointModel` and `JoinpointModel` name is how a series went, no evidence that something
from outside made it so. Whether a change at a date that somebody claims is more than that, `EffectModel` says.
"""

SIMULATED = """
## Simulated breaks

{runs} simulated series a cell, means 2, 10 and 50 counts (the range over the means is shown). The latent
process is a log-normal AR(1) with standard deviation .5. The posterior counts as finding a break where more than
half of its probability is on one or more. Asked for is 5 %. The default stays below it on independent counts,
because the autocorrelation is taken one standard error above its estimate, and lies above it with serial
dependence at 24 and 36 periods. A latent autocorrelation of .7 is outside of what it was made for.
"""


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events")
    parser.add_argument("--every", type=int, default=6, help="take only every window of this number")
    parser.add_argument("--runs", type=int, default=250, help="simulated series a cell")
    asked = parser.parse_args()
    warnings.simplefilter("ignore", UserWarning)
    options = f" --every {asked.every} --runs {asked.runs}"
    print(INTRODUCTION.format(options=options, every=asked.every, low=BETWEEN[0], high=BETWEEN[1]))
    print_real(asked.events, asked.every)
    print(SIMULATED.format(runs=asked.runs))
    false_alarms(asked.runs, np.random.default_rng(20_20))
    print("\nCoverage, where exactly one break was found:\n")
    coverage(asked.runs, np.random.default_rng(20_21))


if __name__ == "__main__":
    main()
