"""Reference numbers for trends/models/provinces/staggered/twoway.py, by pyfixest's `fepois`, and the counts for them.

Run with pyfixest 0.60 installed: ``python tests/reference/twoway_fepois.py``. It writes twoway_fepois.csv beside itself
and prints the numbers that stand in tests/models/provinces/staggered/test_twoway.py. Tolerances are set far below the
default, so that the printed digits are those of the maximum.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest

FILE = Path(__file__).with_suffix(".csv")


def make():
    """19 provinces in 40 periods: seven reached at three dates, a few cells not watched, exposure that varies."""
    rng = np.random.default_rng(2020)
    first = np.array([14] * 2 + [22] * 3 + [30] * 2 + [99] * 12)
    reached = np.arange(40) >= first[:, None]
    amount = reached * rng.integers(1, 5, (19, 1)) * (1 + (np.arange(40) >= first[:, None] + 5))
    exposure = np.where(rng.random((19, 40)) < 0.1, 0.5, 1.0)
    mean = np.exp(rng.normal(0.8, 0.9, (19, 1)) + rng.normal(0, 0.3, 40) + 0.35 * reached) * exposure
    counts = rng.negative_binomial(4, 4 / (4 + mean)).astype(float)
    counts[rng.random((19, 40)) < 0.04] = np.nan
    cells = {"counts": counts, "reached": reached * 1, "amount": amount, "exposure": exposure}
    where = {"province": np.repeat(np.arange(19), 40), "period": np.tile(np.arange(40), 19)}
    pd.DataFrame(where | {name: values.ravel() for name, values in cells.items()}).to_csv(FILE, index=False)


if __name__ == "__main__":
    make()
    table = pd.read_csv(FILE).dropna()
    table["log_exposure"] = np.log(table["exposure"])
    close = {"iwls_tol": 1e-14, "demeaner": pyfixest.MapDemeaner(fixef_tol=1e-14, fixef_maxiter=100_000)}
    for formula, offset in (("reached", None), ("amount", None), ("reached + amount", "log_exposure")):
        fit = pyfixest.fepois(
            f"counts ~ {formula} | province + period", table, vcov={"CRV1": "province"}, offset=offset, **close
        )
        print(formula, offset, [repr(float(value)) for value in (*fit.coef(), *fit.se())], fit._N)
