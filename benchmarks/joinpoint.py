"""All models of up to three joinpoints on 96 months with 4,499 permutations, against a grid search over statsmodels.

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python benchmarks/joinpoint.py [--fits 400]

The naive search is one statsmodels fit a placement and a permutation: nobody has the days it takes, so its time for
one fit is measured on some hundreds and multiplied. That both give the same answer is checked in full on 40 months
with two joinpoints, and on the placements that were timed.
"""

import argparse
import time

import numpy as np
import statsmodels.api as sm

from trends.models.joinpoints.search import best_lack, hinges, least_squares, placements, poisson


def setting(n, seed=0):
    """Columns, hinges and counts of a series with one kink."""
    times = np.arange(n) / 12
    rate = 20 * np.exp(0.4 * times - 0.9 * np.maximum(times - times[-1] / 2, 0))
    counts = np.random.default_rng(seed).poisson(rate).astype(float)
    return np.column_stack([np.ones(n), times]), hinges(times), counts


def seconds(task):
    start = time.process_time()
    result = task()
    return time.process_time() - start, result


def same_answer():
    """Every least-squares and Poisson fit of two joinpoints in 40 months, ours and theirs."""
    base, hinge, counts = setting(40)
    rows, logs = placements(40, 2, 2), np.log(counts + 0.5)
    family, start = sm.families.Poisson(), np.array([np.log(counts.mean()), 0.0])
    ours = least_squares(base, hinge, logs, rows), poisson(base, hinge, counts, np.zeros(40), rows, start)
    designs = [np.column_stack([base, hinge[:, row]]) for row in rows]
    theirs = (
        np.array([sm.OLS(logs, design).fit().ssr for design in designs]),
        np.array([sm.GLM(counts, design, family=family).fit().deviance for design in designs]),
    )
    for name, mine, other in zip(("least squares", "Poisson"), ours, theirs, strict=True):
        same = bool((rows[np.argmin(other)] == mine.best).all())
        print(f"{name}: {len(rows)} fits, largest difference {np.abs(mine.lack - other).max():.1e}, same best: {same}")


def timed(fits):
    """Seconds of the whole job, and of the naive search by what one of its fits takes."""
    n, permutations = 96, 4499
    base, hinge, counts = setting(n)
    rows = placements(n, 3, 2)
    every = sum(len(placements(n, k, 2)) for k in range(4))
    logs = np.log(counts + 0.5)
    responses = np.random.default_rng(1).permuted(np.tile(logs, (permutations, 1)), axis=1).T
    ours, lack = seconds(lambda: best_lack(base, hinge, responses, 3, 2))
    chosen = rows[np.random.default_rng(2).choice(len(rows), fits, replace=False)]
    designs = [np.column_stack([base, hinge[:, row]]) for row in chosen]
    naive, errors = seconds(lambda: [sm.OLS(responses[:, 0], design).fit().ssr for design in designs])
    quick = least_squares(base, hinge, responses[:, 0], chosen).lack
    assert np.allclose(quick, errors, rtol=1e-9) and lack[3, 0] <= min(errors) * (1 + 1e-9)
    total = naive / fits * every * (permutations + 1)
    print(f"{every:,} models x {permutations + 1:,} responses: {ours:.2f} s; naive {total / 86400:.1f} days")
    print(f"least squares with permutations: {total / ours:,.0f} times")
    start = np.array([np.log(counts.mean()), 0.0])
    ours, _ = seconds(lambda: poisson(base, hinge, counts, np.zeros(n), rows, start))
    family = sm.families.Poisson()
    naive, _ = seconds(lambda: [sm.GLM(counts, design, family=family).fit().deviance for design in designs])
    print(f"exact Poisson search of {len(rows):,}: {ours:.2f} s, {naive / fits * len(rows) / ours:,.0f} times")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fits", type=int, default=400, help="naive fits to time")
    same_answer()
    timed(parser.parse_args().fits)
