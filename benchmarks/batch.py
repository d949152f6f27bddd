"""Fits per second of `trends.fits.batch` against one fit at a time by statsmodels, glum and pyfixest; and the engine.

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python benchmarks/batch.py [fits] [engine]

Fits: processor time of one thread, best of several rounds on either side in one run. Everybody gives coefficients and
log-likelihood, and peers their standard errors as well, without which they fit none. Peers that are not installed are
left out.

Engine: processor time of a question about a change at a known date, and of a scan, for series of 36, 96 and 240 months
of a mean of .6, 8 and 50 incidents in equal parts; the first answer of a fresh install (nothing compiled) and of a
later process; the most memory for 10,000 periods.
"""

import os
import subprocess
import sys
import tempfile
import time
import warnings
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pandas as pd
import statsmodels.api as sm

from trends.chance.known_change import known_change
from trends.chance.prior import prior_by_length
from trends.chance.scan import scan_changes
from trends.fits.batch import fit_negbin, fit_poisson


def design(n):
    t = np.arange(n)
    waves = [wave(2 * np.pi * t * j / 12) for j in (1, 2) for wave in (np.sin, np.cos)]
    return np.column_stack([np.ones(n), np.linspace(-1, 1, n), t >= 2 * n // 3, *waves[:3]]).astype(float)


def best(task, fits, rounds):
    """Microseconds of processor time a fit, in the best of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        task()
        times.append(time.process_time() - start)
    return 1e6 * min(times) / fits


def poisson_peers(counts, exog):
    """Peers that fit one Poisson regression at a time, as functions of one response."""
    peers = {"statsmodels GLM": lambda y: _told(sm.GLM(y, exog, family=sm.families.Poisson()).fit())}
    if find_spec("glum"):
        model = import_module("glum").GeneralizedLinearRegressor(
            family="poisson", alpha=0, fit_intercept=False, gradient_tol=1e-9
        )
        peers["glum"] = lambda y: model.fit(exog, y, store_covariance_matrix=True)
    if find_spec("pyfixest"):
        pyfixest = import_module("pyfixest")
        names = [f"x{j}" for j in range(1, exog.shape[1])]
        frame = pd.DataFrame(exog[:, 1:], columns=names)
        formula = "y ~ " + " + ".join(names)
        peers["pyfixest"] = lambda y: pyfixest.fepois(formula, frame.assign(y=y), vcov="iid")
    return peers


def _told(fit):
    return fit.params, fit.llf


def drifting(n, count):
    """Series whose level drifts and that rise by four fifths after two thirds of their months."""
    rng, found = np.random.default_rng(n), []
    while len(found) < count:
        level = np.cumsum(rng.normal(0, 0.1, n))
        mean = (0.6, 8.0, 50.0)[len(found) % 3] * np.where(np.arange(n) >= 2 * n // 3, 1.8, 1.0)
        found.append(rng.poisson(mean * np.exp(level - level.mean())).astype(float))
    return found


_FIRST = """
import time, tracemalloc, numpy as np
from trends.chance.known_change import known_change
counts = np.random.default_rng(1).poisson(1, {n}).astype(float)
start = time.process_time()
known_change(counts, {n} - 12)
seconds = time.process_time() - start
tracemalloc.start()
known_change(counts, {n} - 12)
print(f"{{seconds:.2f}} s, {{tracemalloc.get_traced_memory()[1] / 1e6:.1f}} MB")
"""


def _in_a_process(n, cache):
    """Seconds and memory of the first answer in a process of its own, compiled code being kept in ``cache``."""
    told = [sys.executable, "-c", _FIRST.format(n=n)]
    return subprocess.run(told, env=os.environ | {"NUMBA_CACHE_DIR": cache}, capture_output=True, text=True).stdout


def engine(count=300):
    for n in (36, 96, 240):
        series = drifting(n, count)
        known_change(series[0], 2 * n // 3)
        start = time.process_time()
        for counts in series:
            known_change(counts, 2 * n // 3)
        known = 1e3 * (time.process_time() - start) / count
        start = time.process_time()
        for counts in series[: count // 10]:
            scan_changes(counts)
        scanned = 1e4 * (time.process_time() - start) / count
        print(f"engine, {n} months, {count} series: a known date {known:.1f} ms each, a scan {scanned:.0f} ms each")
        sets = len(prior_by_length(n, 12.0).theta)
        whole = best(lambda n=n, sets=sets: np.linalg.inv(np.tile(np.eye(n), (sets, 1, 1))), 1, 3)
        print(f"    {sets} inverses of {n} x {n}, for scale: {whole / 1e3:.0f} ms")
    with tempfile.TemporaryDirectory() as cache:
        for told in ("of a fresh install", "of a later process"):
            print(f"engine, first answer {told}: {_in_a_process(36, cache).strip()}")
        print(f"engine, 10,000 periods: {_in_a_process(10_000, cache).strip()}")


def fits():
    rng = np.random.default_rng(1)
    for n in (40, 240):
        exog = design(n)
        mean = np.exp(exog @ [2, 0.3, 0.4, 0.2, 0.1, 0.1])
        counts = rng.poisson(mean * rng.gamma(3, 1 / 3, (6000, n)))
        ours = best(lambda c=counts, x=exog: fit_poisson(c, x), len(counts), 12)
        print(f"Poisson {n} x 6: trends {ours:.2f} microseconds a fit")
        for name, peer in poisson_peers(counts, exog).items():
            some = counts[:40]
            theirs = best(lambda p=peer, c=some: [p(y) for y in c], len(some), 4)
            print(f"    {name} {theirs:.0f}, ratio {theirs / ours:.0f}")
        fit = fit_poisson(counts[:200], exog)
        tight = [sm.GLM(y, exog, family=sm.families.Poisson()).fit(tol=1e-14, maxiter=100) for y in counts[:200]]
        worst = np.abs(fit.params - [one.params for one in tight]).max()
        print(f"    largest difference of a coefficient from statsmodels (tol 1e-14): {worst:.1e}")
        ours = best(lambda c=counts, x=exog: fit_negbin(c[:2000], x), 2000, 6)
        theirs = best(lambda c=counts, x=exog: [sm.NegativeBinomial(y, x).fit(disp=0) for y in c[:20]], 20, 3)
        print(f"NB2 {n} x 6: trends {ours:.1f}, statsmodels {theirs:.0f}, ratio {theirs / ours:.0f}")
        found = fit_negbin(counts[:100], exog).llf
        slack = min(a - sm.NegativeBinomial(y, exog).fit(disp=0).llf for a, y in zip(found, counts[:100], strict=True))
        print(f"    log-likelihood less that of statsmodels, lowest of 100: {slack:.1e}")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for section in sys.argv[1:] or ("fits", "engine"):
        {"fits": fits, "engine": engine}[section]()
