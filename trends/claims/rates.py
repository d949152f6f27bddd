"""What the test behind a claim of change is worth on the very counts that it is put to."""

import pandas as pd

from trends.claims.change import interruption
from trends.claims.claim import Claim
from trends.claims.study import Study
from trends.errors import StudyError
from trends.evidence.calibration import PowerCurve, Trials, coverage
from trends.evidence.calibration import power as power_of_test
from trends.models.interruption import InterruptionModel


def calibrate(claim: Claim, study: Study, *, ratio: float = 1.0, panels: int = 1000, draws: int = 199, rng=0) -> Trials:
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
    return coverage(
        model.endog,
        model.design,
        model.effect,
        ratio=ratio,
        exposure=model.exposure,
        panels=panels,
        draws=draws,
        rng=rng,
    )


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


def power_table(curve: PowerCurve) -> pd.DataFrame:
    """A power curve as a table: ``rate_ratio`` and ``power``."""
    return pd.DataFrame({"rate_ratio": curve.ratios, "power": curve.power})


def _model(claim: Claim, study: Study) -> InterruptionModel:
    link = claim.asserts.get("change")
    if link is None:
        raise StudyError(
            f"simulate the test of the claim {claim.id!r}",
            found=f"the links {', '.join(claim.asserts)}",
            allowed="a claim that asserts a change",
            do="choose such a claim",
        )
    return interruption(link, claim, study)
