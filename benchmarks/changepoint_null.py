"""How often a break is found where there is none, and how often the interval of a date holds the truth.

Run ``python benchmarks/changepoint_null.py [series]``; its tables stand in docs/changepoint-null.md.
"""

import sys
import warnings

import numpy as np
import pandas as pd

from trends.models.changepoints.model import ChangepointModel

LENGTHS, MEANS = (24, 36, 96), (2, 10, 50)
NULLS = {
    "Poisson": {},
    "negative binomial, size 10": {"size": 10},
    "negative binomial, size 5": {"size": 5},
    "negative binomial, size 2": {"size": 2},
    "latent autocorrelation .3": {"rho": 0.3},
    "latent autocorrelation .5": {"rho": 0.5},
    "latent autocorrelation .7": {"rho": 0.7},
}
METHODS = {
    "calibrated (default)": {},
    "BIC, as independent Poisson": {"penalty": "bic", "inflation": 1.0},
    "mBIC, as independent Poisson": {"penalty": "mbic", "inflation": 1.0},
    "posterior (default)": {},
}


def simulate(rng, rates, size=None, rho=None):
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


def found(series):
    """Whether each method finds a break."""
    default = ChangepointModel(series).fit()
    plain = ChangepointModel(series, penalty="bic", inflation=1.0).fit().choices
    return [len(default.breaks) > 0, plain["bic"] > 0, plain["mbic"] > 0, default.number.to_numpy()[0] < 0.5]


def false_alarms(runs, rng):
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


def coverage(runs, rng):
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


if __name__ == "__main__":
    warnings.simplefilter("ignore", UserWarning)
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    print("# Breaks that are not there, and dates that hold\n")
    print(f"Made by `benchmarks/changepoint_null.py {runs}`: {runs} simulated series a cell, means 2, 10 and 50 counts")
    print("(the range over the means is shown). The latent process is a log-normal AR(1) with standard deviation .5.")
    print("The posterior counts as finding a break where more than half of its probability is on one or more.\n")
    false_alarms(runs, np.random.default_rng(20_20))
    print("\nCoverage, where exactly one break was found:\n")
    coverage(runs, np.random.default_rng(20_21))
