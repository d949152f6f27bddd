"""What the test behind a claim of change is worth on the very counts that it is put to."""

import numpy as np
import pandas as pd

from trends.chance.calibration import PowerCurve, Trials, trials_of
from trends.chance.calibration import power as power_of_test
from trends.chance.change import ask
from trends.chance.waiting import periods_needed as wait
from trends.claims.asked import change_of
from trends.claims.claim import Claim
from trends.claims.direction import adverse_ratio
from trends.claims.links.change import interruption
from trends.claims.study import Study
from trends.fits.design import baseline, effect_column
from trends.models.interruption import InterruptionModel
from trends.models.regression import CountRegression
from trends.periods import PER_YEAR, frequency_of


def calibrate(
    claim: Claim,
    study: Study,
    *,
    ratio: float = 1.0,
    panels: int = 1000,
    draws: int = 199,
    rng=0,
    jobs: int = 1,
    cluster: str | None = None,
) -> Trials:
    """How often the test of a claim's change finds one, and its interval holds the truth, on panels like the study's.

    Parameters
    ----------
    claim : Claim
        A claim that asserts a ``change``.
    study : Study
        The counts that it is held against.
    ratio : float
        The true rate ratio of the panels: 1, no change, gives the false alarms; another value the power against it.
    panels, draws : int
        Simulated panels, and series that the test simulates on each. A thousand panels give a rate of 5 % to within
        .7 points.
    rng : int or numpy.random.Generator
        Source of randomness.
    jobs, cluster
        Processes, or the Dask cluster, to share the work; see `trends.assess_all`. The result does not depend on them.

    Returns
    -------
    Trials
        ``rejected`` and ``coverage``, with ``error(rate)`` for their simulation error.

    Examples
    --------
    >>> from trends.claims.examples import example_studies
    >>> from trends.claims.study import read_study
    >>> study = read_study(example_studies()["syria"])
    >>> trials = calibrate(study.claim("safer-after-baghdadi"), study, panels=20)
    >>> 0 <= trials.rejected <= 0.4
    True
    """
    model = _model(claim, study)
    question = ask(model.endog, model.design, model.effect, model.exposure)
    return trials_of(question, ratio=ratio, panels=panels, draws=draws, rng=rng, jobs=jobs, cluster=cluster)


def power(claim: Claim, study: Study, *, panels: int = 500, draws: int = 199, rng=0) -> PowerCurve:
    """How large a change the test of a claim would find on counts like the study's, and how often.

    Parameters are those of `calibrate`. The curve has the share of panels found for rate ratios from a fifth to five
    times, and the smallest rise and fall that are found with 80 % power.

    Examples
    --------
    >>> from trends.claims.examples import example_studies
    >>> from trends.claims.study import read_study
    >>> study = read_study(example_studies()["syria"])
    >>> curve = power(study.claim("safer-after-baghdadi"), study, panels=20)
    >>> [round(float(ratio), 1) for ratio in (curve.ratios[0], curve.ratios[-1])]
    [0.2, 5.0]
    """
    model = _model(claim, study)
    return power_of_test(
        model.endog, model.design, model.effect, exposure=model.exposure, panels=panels, draws=draws, rng=rng
    )


def periods_needed(
    claim: Claim,
    study: Study,
    *,
    ratio: float | None = None,
    years: int = 10,
    panels: int = 200,
    draws: int = 99,
    rng=0,
) -> int | None:
    """How many more periods must be watched before the test of a claim would find a change with 80 % power.

    Parameters
    ----------
    claim, study
        As in `calibrate`.
    ratio : float, optional
        The rate ratio to be found; by default the claim's own bar, in its direction.
    years : int
        How far ahead is looked.
    panels, draws, rng
        As in `power`; a few periods either way are within their error.

    Returns
    -------
    int or None
        Zero where the periods watched suffice, None where not even those of so many years would.

    Notes
    -----
    **Assumptions**: the change lasts; what was to be expected goes on with its season, at the level that the trend has
    reached; dispersion and serial dependence stay what they were.
    """
    model, link = _model(claim, study), claim.asserts["change"]
    ratio = ratio or adverse_ratio(link.direction, link.at_least)
    index = model.endog.index
    ahead = pd.period_range(index[0], periods=len(index) + round(years * PER_YEAR[frequency_of(index)]))
    design = baseline(ahead, trend=link.trend, seasons=link.seasons, calendar=["ramadan"] if link.ramadan else ())
    design = design.join(effect_column(ahead, model.at, link.shape, link.length))
    if link.trend:
        # Years are counted from the middle of an index: here from that of the counts.
        design["trend"] += model.design["trend"].iloc[0] - design["trend"].iloc[0]
    future = design.iloc[len(index) :]
    held = future.assign(**({"trend": design["trend"].iloc[len(index) - 1]} if link.trend else {}))
    fitted = CountRegression(
        model.endog, model.design.drop(columns=model.effect), exposure=model.exposure, constant=False
    )
    return wait(
        model.endog,
        model.design,
        model.effect,
        exposure=model.exposure,
        future=future,
        rates=np.exp(held.drop(columns=model.effect).to_numpy() @ fitted.fit().params.to_numpy()),
        ratio=ratio,
        panels=panels,
        draws=draws,
        rng=rng,
    )


def power_table(curve: PowerCurve) -> pd.DataFrame:
    """A power curve as a table: ``rate_ratio`` and ``power``."""
    return pd.DataFrame({"rate_ratio": curve.ratios, "power": curve.power})


def _model(claim: Claim, study: Study) -> InterruptionModel:
    return interruption(change_of(claim, "simulate the test"), claim, study)
