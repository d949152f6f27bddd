"""Size, coverage and power of the calibrated test of change, on many kinds of series, written to docs/calibration.md.

    python benchmarks/calibration_table.py [--runs 500] [--draws 199] [--out docs/calibration.md]

The design is that of an interrupted series: constant, trend, season, and a step at two thirds. Every figure is the
share of simulated series in which the test of `trends.chance.change` rejects at 5 %, in full: own fit, own
dispersion and dependence, own simulations.
"""

import argparse
import json
import time
from functools import partial
from pathlib import Path

import numpy as np
from scipy.special import ndtr
from scipy.stats import t as student

from trends.chance.calibration import try_panels
from trends.chance.change import ask
from trends.fits.batch import fit_poisson

LENGTHS, MEANS = (24, 36, 96), (2, 10, 50)


def design(n):
    """Others and step: quarters with dummies up to 36 periods, months with two harmonics at 96."""
    t = np.arange(n)
    if n <= 36:
        season = [t % 4 == quarter for quarter in (1, 2, 3)]
    else:
        season = [wave(2 * np.pi * t * j / 12) for j in (1, 2) for wave in (np.sin, np.cos)]
    return np.column_stack([np.ones(n), (t - t.mean()) / n, *season]).astype(float), (t >= 2 * n // 3).astype(float)


def mean_of(n, level):
    """A mean with trend and season, averaging ``level``."""
    others, _ = design(n)
    shape = np.exp(others @ np.r_[0, 0.3, 0.15, -0.2, 0.1, 0.05][: others.shape[1]])
    return level * shape / shape.mean()


def gaussian(rng, runs, n, rho):
    """Stationary AR(1) with variance one."""
    z = rng.standard_normal((n, runs))
    for t in range(1, n):
        z[t] = rho * z[t - 1] + np.sqrt(1 - rho**2) * z[t]
    return z.T


def latent(rho, variance=0.25):
    def family(rng, mean, runs):
        z = gaussian(rng, runs, len(mean), rho) * np.sqrt(variance)
        return rng.poisson(mean * np.exp(z - variance / 2))

    return family


def negbin(size):
    return lambda rng, mean, runs: rng.poisson(mean * rng.gamma(size, 1 / size, (runs, len(mean))))


def ingarch(rng, mean, runs):
    """Poisson INGARCH(1, 1) around the mean: 0.3 of the last count, 0.3 of the last rate."""
    rate, last = np.ones(runs), np.ones(runs)
    counts = np.empty((runs, len(mean)))
    for t in range(-50, len(mean)):
        rate = 0.4 + 0.3 * last + 0.3 * rate
        counts[:, max(t, 0)] = rng.poisson(mean[max(t, 0)] * rate)
        last = counts[:, max(t, 0)] / mean[max(t, 0)]
    return counts


def neyman(rng, mean, runs):
    """Neyman type A: clusters of 1.5 on average, variance 2.5 times the mean."""
    return rng.poisson(1.5 * rng.poisson(mean / 1.5, (runs, len(mean))))


def hidden_states(rng, mean, runs):
    """Two hidden states, rates 2 and 4/7, the high one in 30 % of periods, leaving it with probability 0.3."""
    high = rng.random(runs) < 0.3
    states = np.empty((runs, len(mean)), dtype=bool)
    for t in range(len(mean)):
        states[:, t] = high
        turn = rng.random(runs)
        high = np.where(high, turn > 0.3, turn < 0.3 * 0.3 / 0.7)
    return rng.poisson(mean * np.where(states, 2, 4 / 7))


def moving_average(rng, mean, runs):
    """Log-normal factor of variance 0.43 with an MA(2): autocorrelations of the log .59 and .24."""
    e = rng.standard_normal((runs, len(mean) + 2))
    z = (e[:, 2:] + 0.7 * e[:, 1:-1] + 0.4 * e[:, :-2]) / np.sqrt(1.65)
    return rng.poisson(mean * np.exp(0.6 * z - 0.18))


FAMILIES = {
    "Poisson": lambda rng, mean, runs: rng.poisson(mean, (runs, len(mean))),
    "negative binomial, size 5": negbin(5),
    "negative binomial, size 2": negbin(2),
    "latent AR(1), .3": latent(0.3),
    "latent AR(1), .5": latent(0.5),
    "latent AR(1), .7 (stress)": latent(0.7),
    "INGARCH": ingarch,
    "Poisson-log-normal, variance .63": latent(0.0, 0.49),
    "Neyman type A": neyman,
    "hidden two-state Markov": hidden_states,
    "latent MA(2)": moving_average,
}


def question(n):
    others, step = design(n)
    return ask(np.ones(n), np.column_stack([others, step]), others.shape[1])


def quasi_poisson(n, counts):
    """Share of rejections of the quasi-Poisson t-test, for comparison."""
    others, step = design(n)
    fit = fit_poisson(counts, np.column_stack([others, step]))
    score = fit.params[:, -1] / (fit.bse[:, -1] * np.sqrt(fit.dispersion))
    return float((2 * student.sf(np.abs(score), fit.df_resid) <= 0.05).mean())


def oracle_power(n, mean, variance, rho, ratio, rng, runs=4000):
    """Power of generalised least squares that knows dispersion, dependence and its exact null distribution."""
    others, step = design(n)
    lags = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    grown = np.expm1(variance * rho**lags)
    draw = latent(rho, variance)

    def scores(counts):
        fit = fit_poisson(counts, others)
        held = np.exp(fit.params @ others.T)
        typical = held.mean(axis=0)
        inverse = np.linalg.inv(np.diag(1 / typical) + grown)
        whole = np.column_stack([others, step])
        weights = np.linalg.solve(whole.T @ inverse @ whole, whole.T @ inverse)[-1]
        return (counts / held - 1) @ weights

    null = scores(draw(rng, mean, runs))
    low, high = np.quantile(null, [0.025, 0.975])
    found = scores(draw(rng, mean * ratio**step, runs))
    return float(((found < low) | (found > high)).mean())


def size_cell(name, n, level, runs, draws):
    rng = np.random.default_rng([n, level, list(FAMILIES).index(name)])
    counts = FAMILIES[name](rng, mean_of(n, level), runs)
    trials = try_panels(question(n), counts, draws=draws, rng=rng)
    cell = {"kind": "size", "family": name, "n": n, "mean": level, "runs": runs}
    return cell | {"size": trials.rejected, "quasi": quasi_poisson(n, counts), "refused": trials.refused}


def power_cell(name, n, ratio, runs, draws, variance=None, rho=0.0):
    rng = np.random.default_rng([n, int(100 * ratio), list(FAMILIES).index(name)])
    mean, (_, step) = mean_of(n, 10), design(n)
    counts = FAMILIES[name](rng, mean * ratio**step, runs)
    trials = try_panels(question(n), counts, truth=np.log(ratio), draws=draws, rng=rng)
    oracle = None if variance is None else oracle_power(n, mean, variance, rho, ratio, rng)
    cell = {"kind": "power", "family": name, "n": n, "ratio": ratio, "runs": runs}
    return cell | {"power": trials.rejected, "coverage": trials.coverage, "oracle": oracle}


#: Families whose oracle is known: variance of the log factor and its autocorrelation.
POWERED = {
    "Poisson": (0.0, 0.0),
    "Poisson-log-normal, variance .63": (0.49, 0.0),
    "latent AR(1), .3": (0.25, 0.3),
    "latent AR(1), .5": (0.25, 0.5),
    "negative binomial, size 2": (None, 0.0),
    "hidden two-state Markov": (None, 0.0),
}


def province_cell(spread, known_total, runs, draws, n=36):
    """The test on the total of eight provinces with a common shock, effects of their own, and no change on average."""
    rng = np.random.default_rng([n, int(100 * spread), known_total])
    shares = np.array([0.3, 0.2, 0.15, 0.1, 0.1, 0.06, 0.05, 0.04])
    shock = np.exp(gaussian(rng, runs, n, 0.5) * np.sqrt(0.15) - 0.075)
    effect = rng.normal(size=(runs, len(shares))) * spread - spread**2 / 2
    if known_total:
        effect -= np.log((shares * np.exp(effect)).sum(axis=1, keepdims=True))
    total, (_, step) = np.zeros((runs, n)), design(n)
    for share, own in zip(shares, effect.T, strict=True):
        mean = mean_of(n, 30 * share) * np.exp(own[:, None] * step) * shock
        total += rng.poisson(mean * rng.gamma(5, 0.2, (runs, n)))
    trials = try_panels(question(n), total, draws=draws, rng=rng)
    cell = {"kind": "provinces", "spread": spread, "known_total": known_total, "runs": runs}
    return cell | {"size": trials.rejected, "quasi": quasi_poisson(n, total)}


def cells(runs, draws):
    """Every cell of both tables, as a function of no argument."""
    for n in LENGTHS:
        for name in FAMILIES:
            for level in MEANS:
                yield partial(size_cell, name, n, level, runs if n < 96 else runs // 2, draws)
    for n in LENGTHS:
        for name, (variance, rho) in POWERED.items():
            for ratio in (2.0, 0.5):
                # Few draws make the critical value noisy, which costs power: more of them here.
                yield partial(power_cell, name, n, ratio, max(runs // 2, 100), 399, variance, rho)
    for spread, known_total in ((0.0, True), (0.3, True), (0.6, True), (0.3, False), (0.6, False)):
        yield partial(province_cell, spread, known_total, 2 * runs, draws)


def report(found, draws):
    """The page, in Markdown."""
    sizes = [cell for cell in found if cell["kind"] == "size"]
    powers = [cell for cell in found if cell["kind"] == "power"]
    head = [f"{n}, {level}" for n in LENGTHS for level in MEANS]
    lines = [
        "# Error rates of the calibrated test of change",
        "",
        "Written by `python benchmarks/calibration_table.py`; do not edit. Constant, trend, season and a step at two",
        "thirds. Every run is the whole test: own fit, own dispersion and dependence, own simulations "
        f"({draws} draws for size and 399 for power, each twice).",
        f"Simulated series a cell: {_range(sizes)} for size, {_range(powers)} for power and coverage;",
        f"{sum(cell['seconds'] for cell in found) / 60:.0f} minutes on one core.",
        "",
        "## Size: share of series without a change in which one is found, nominal 5 %",
        "",
        "Columns: periods, mean count. In brackets the quasi-Poisson t-test on the same series.",
        "",
        "| series | " + " | ".join(head) + " | all nine |",
        "|---" * (len(head) + 2) + "|",
    ]
    table = {(cell["family"], cell["n"], cell["mean"]): cell for cell in sizes}
    for name in FAMILIES:
        row = [table.get((name, n, level)) for n in LENGTHS for level in MEANS]
        shown = ["" if cell is None else f"{100 * cell['size']:.1f} ({100 * cell['quasi']:.0f})" for cell in row]
        lines.append(f"| {name} | " + " | ".join([*shown, _pooled([cell for cell in row if cell])]) + " |")
    lines += ["", *_summary(sizes), "", "## Power and coverage at mean 10", ""]
    lines += [
        "Coverage is that of the 95 % interval at the true rate ratio. The oracle knows dispersion, dependence and its",
        "own null distribution; it is known for the families that have a latent Gaussian factor.",
        "",
        "| series | periods | rate ratio | power % | oracle % | coverage % |",
        "|---|---|---|---|---|---|",
    ]
    for cell in powers:
        oracle = "" if cell["oracle"] is None else f"{100 * cell['oracle']:.0f}"
        figures = f"{100 * cell['power']:.0f} | {oracle} | {100 * cell['coverage']:.1f}"
        lines.append(f"| {cell['family']} | {cell['n']} | {cell['ratio']:g} | {figures} |")
    lines += ["", *_provinces([cell for cell in found if cell["kind"] == "provinces"])]
    return "\n".join(lines) + "\n"


def _provinces(found):
    lines = [
        "## The total of eight provinces with a common shock, 36 periods",
        "",
        f"Provinces of unequal size (shares .04 to .3, 30 events a period in all), negative binomial (size 5) around a "
        f"shared log-AR(1) of .5; {_range(found)} series. Where the total does not change, each find is a false alarm. "
        "Where only the expected effect is one, the total of each run truly moves: that is a change of this total, and "
        "a claim on the average province needs the variance between provinces.",
        "",
        "| standard deviation of the log effects | the total is | found % | quasi-Poisson t % |",
        "|---|---|---|---|",
    ]
    for cell in found:
        what = "unchanged" if cell["known_total"] else "unchanged in expectation only"
        lines.append(f"| {cell['spread']:g} | {what} | {100 * cell['size']:.1f} | {100 * cell['quasi']:.0f} |")
    return lines


def _range(found):
    runs = sorted({cell["runs"] for cell in found})
    return " or ".join(f"{number:,}" for number in runs)


def _pooled(row):
    runs = sum(cell["runs"] for cell in row)
    size, quasi = (sum(cell[kind] * cell["runs"] for cell in row) / runs for kind in ("size", "quasi"))
    return f"**{100 * size:.1f}** ({100 * quasi:.0f})"


def _summary(sizes):
    out = []
    for title, chosen in (
        ("Without the stress family", [cell for cell in sizes if "stress" not in cell["family"]]),
        ("Stress", [cell for cell in sizes if "stress" in cell["family"]]),
    ):
        rates = np.array([cell["size"] for cell in chosen])
        inside = int(((rates >= 0.035) & (rates <= 0.065)).sum())
        error = 100 * np.sqrt(0.05 * 0.95 / np.mean([cell["runs"] for cell in chosen]))
        # If every true size were 5 %, so many cells would still lie outside by the chance of few runs alone.
        expected = len(chosen) * 2 * ndtr(-1.5 / error)
        out.append(
            f"- {title}: mean {100 * rates.mean():.1f} %, from {100 * rates.min():.1f} to {100 * rates.max():.1f}; "
            f"{inside} of {len(rates)} cells lie between 3.5 and 6.5 %. "
            f"The standard error of a cell is {error:.1f}: {expected:.0f} would lie outside if all were exactly 5 %."
        )
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--draws", type=int, default=199)
    parser.add_argument("--out", type=Path, default=Path("docs/calibration.md"))
    parser.add_argument("--log", type=Path, help="JSON lines: finished cells are read from it, new ones added")
    options = parser.parse_args()
    found = []
    done = options.log.read_text().splitlines() if options.log and options.log.exists() else []
    for place, cell in enumerate(cells(options.runs, options.draws)):
        start = time.perf_counter()
        found.append(json.loads(done[place]) if place < len(done) else cell())
        found[-1].setdefault("seconds", time.perf_counter() - start)
        if options.log and place >= len(done):
            with options.log.open("a") as log:
                log.write(json.dumps(found[-1]) + "\n")
        print(found[-1], flush=True)
    options.out.write_text(report(found, options.draws), encoding="utf-8")


if __name__ == "__main__":
    main()
