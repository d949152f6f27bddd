"""Fits per second of `trends.fits.batch` against one fit at a time by statsmodels, glum and pyfixest.

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python benchmarks/batch.py

Processor time of one thread, best of several rounds on either side in one run. Everybody gives coefficients, standard
errors and deviance. Peers that are not installed are left out.
"""

import time
import warnings
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pandas as pd
import statsmodels.api as sm

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
    peers = {"statsmodels GLM": lambda y: _with_errors(sm.GLM(y, exog, family=sm.families.Poisson()).fit())}
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


def _with_errors(fit):
    return fit.params, fit.bse, fit.deviance


def main():
    warnings.simplefilter("ignore")
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
    main()
