"""Was it more where the cause was: provinces that were reached at different dates, or by different amounts."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from trends.arguments import checked_arguments
from trends.counts.panel import Panel
from trends.errors import ModelError
from trends.fits.options import checked_rng, checked_whole
from trends.fits.overlap import quoted
from trends.models.provinces.staggered.randomisation import Experiment, expected_without, score_bootstrap
from trends.models.provinces.staggered.results import StaggeredResults
from trends.models.provinces.staggered.schedules import (
    Schedule,
    arrangements,
    read_schedule,
    rearranged,
)
from trends.models.provinces.staggered.twoway import fit_twoway

_ASKED = "compare provinces by when they were reached"
# Two periods that are not imputed fix the level of a province; fewer would make its first count the yardstick.
_FEWEST = 2


class StaggeredModel:
    """Counts of provinces that something reached at different dates, or in different amounts.

    Parameters
    ----------
    panel : Panel
        Counts by period and province. NaN cells leave the likelihood; provinces without any incident drop out.
    schedule : mapping, pandas.Series or pandas.DataFrame
        The first period (or date) each province was reached in, absent or None if never; or a table of amounts from 0
        up, periods down and provinces across. See `trends.models.provinces.staggered.schedules.read_schedule`.
    outcome : str, optional
        What is counted, for sentences and charts; by default the panel's unit.
    eligible : list of str, optional
        Provinces that might have been reached in each other's place; by default all. The narrower, the more credible
        the randomisation and the fewer the schedules.
    alternatives : sequence of schedules, optional
        The schedules that might as well have been, in place of all rearrangements over the eligible provinces.
    draws : int
        Schedules to list in full, or to draw where there are more. 1,999 makes p-values of .05 good to half a point.
    leads, lags : int, optional
        Periods before and after the first reached one that the event study shows: by default up to 6 before, leaving
        at least six to compare with, and up to 12 after.
    rng : numpy.random.Generator or int
        Where draws come from.

    Raises
    ------
    InputError, ModelError
        Where the schedule does not fit the panel, or leaves nothing to compare.

    Notes
    -----
    Three estimates, all log rate ratios per unit of dose (of having been reached):

    ``imputation``: province and period effects are estimated from cells not reached; observed counts are held against
    what these imply (Gardner 2022; Borusyak et al. 2024, on the Poisson scale). The one that claims rest on.
    ``saturated``: an effect for every cohort and period, averaged (Wooldridge 2023); dates only.
    ``two-way``: one coefficient beside province and period effects, as `fepois`. Where effects grow or differ it takes
    provinces reached early for a yardstick of the later ones and can have the wrong sign.

    p-value and interval of ``imputation`` come from **randomisation**: the schedule is dealt to other provinces, and
    the studentised difference of observed and expected counts held against those of all admissible schedules. Common
    shocks and serial dependence are in all of them alike. The interval is the set of effects not rejected, each entered
    as a known factor of the exposure.

    **Assumptions**: without the dose, all provinces would have changed by the same factor from period to period; what
    reaches one province does not move counts of another (no displacement); nothing was anticipated; the dose acts in
    the periods it is there. For the p-value: which of the eligible provinces were reached, or their noise given their
    level, is exchangeable. Where always the largest were reached, up to 12 % of panels without effect are rejected at
    5 %: no ruling of a claim rests on that p-value (see `trends.chance.contrast`). For the interval: the effect per
    unit of dose is one number.

    References
    ----------
    Borusyak, K., Jaravel, X. & Spiess, J. (2024). Revisiting event-study designs: robust and efficient estimation.
    Review of Economic Studies 91(6), 3253-3285. Gardner, J. (2022). Two-stage differences in differences.
    Wooldridge, J. M. (2023). Simple approaches to nonlinear difference-in-differences with panel data. Econometrics
    Journal 26(3), C31-C66. Young, A. (2019). Channeling Fisher: randomization tests and the statistical insignificance
    of seemingly significant experimental results. Quarterly Journal of Economics 134(2), 557-598. MacKinnon, J. G. &
    Webb, M. D. (2020). Randomization inference for difference-in-differences with few treated clusters. Journal of
    Econometrics 218(2), 435-450.

    Examples
    --------
    >>> from trends.counts.simulate import simulate_panel
    >>> panel = simulate_panel(8, 36, at="2017-01", rate_ratio=[2.0, 2.0, 2.0, 1, 1, 1, 1, 1], rng=3)
    >>> results = StaggeredModel(panel, {f"Province {i}": "2017-01" for i in (1, 2, 3)}).fit()
    >>> results.rate_ratio().round(2).to_dict()
    {'ratio': 1.91, 'lower': 1.68, 'upper': 2.17}
    >>> round(results.pvalue, 3), results.n_schedules
    (0.036, 56)
    """

    @checked_arguments
    def __init__(
        self,
        panel: Panel,
        schedule: Any,
        *,
        outcome: str | None = None,
        eligible: Sequence[str] | None = None,
        alternatives: Sequence[Any] | None = None,
        draws: int = 1999,
        leads: int | None = None,
        lags: int | None = None,
        rng: int | np.random.Generator = 0,
    ):
        self.panel, self.outcome = panel, outcome or panel.unit
        self.schedule: Schedule = read_schedule(panel, schedule)
        self.eligible = panel.provinces if eligible is None else [panel.province(name) for name in eligible]
        self.alternatives = None if alternatives is None else [read_schedule(panel, each) for each in alternatives]
        checked_rng(rng, _ASKED)
        self.rng = rng
        counts, exposure = panel.counts.to_numpy().T, panel.exposure.to_numpy().T
        silent = np.nansum(counts, axis=1) == 0
        #: Provinces in which nothing was counted: they say nothing about ratios and drop out.
        self.silent = [name for name, drop in zip(panel.provinces, silent, strict=True) if drop]
        #: The provinces that are compared.
        self.provinces = [name for name in panel.provinces if name not in self.silent]
        self._counts = np.nan_to_num(counts[~silent])
        self._exposure = np.where(np.isnan(counts[~silent]), 0.0, exposure[~silent])
        self._dose = self._doses(self.schedule)
        self._check()
        before, after = self._room()
        self.draws = checked_whole(draws, _ASKED, "draws", 19, 10**7)
        #: Periods before and after the first reached one that the event study shows.
        self.leads = (
            max(0, min(6, before - 6)) if leads is None else checked_whole(leads, _ASKED, "leads", 0, before - _FEWEST)
        )
        self.lags = min(12, after) if lags is None else checked_whole(lags, _ASKED, "lags", 0, after)

    def _room(self) -> tuple[int, int]:
        """Periods before and after the earliest date on which a province was reached that had been free of dose."""
        starts = [int(row.argmax()) for row in self._dose > 0 if row.any() and not row[0]]
        return min(starts), self._dose.shape[1] - 1 - min(starts)

    def _doses(self, schedule: Schedule) -> np.ndarray:
        return schedule.dose[self.provinces].to_numpy().T

    def _check(self) -> None:
        reached = (self._dose > 0) & (self._exposure > 0)
        expected = (
            expected_without(self._counts, self._exposure, self._dose) if reached.any() else self._counts * np.nan
        )
        lone = np.isnan(expected)
        if not reached.any():
            found = "that nothing was counted, or watched, wherever and whenever a province was reached"
            allowed, do = "a reached province with incidents", "take another panel, or another schedule"
        elif (self._dose == self._dose[:1]).all():
            found = f"one and the same schedule for all of {quoted(self.provinces)}"
            allowed, do = "provinces reached at different dates, or never", "look at the total with InterruptionModel"
        elif not (reached & ~lone).any():
            found = "no reached province that was watched before, beside one that was not reached"
            allowed, do = "such provinces", "take a longer panel or more provinces"
        else:
            before = ((self._dose == 0) & (self._exposure > 0)).sum(axis=1)[(reached & ~lone).any(axis=1)]
            if before.min() >= _FEWEST:
                # Rows and columns that nothing ties together would settle too, each part at a level of its own.
                fit_twoway(self._counts, exposure=np.where(self._dose > 0, 0.0, self._exposure))
                return
            found = f"a reached province that was watched for {before.min()} period before"
            allowed, do = f"at least {_FEWEST}", "take a longer panel"
        raise ModelError(_ASKED, found=found, allowed=allowed, do=do)

    def fit(self) -> "StaggeredResults":
        """The estimates, as `StaggeredResults`."""
        rng = np.random.default_rng(self.rng)
        eligible = np.isin(self.provinces, self.eligible)
        if self.alternatives is None:
            schedules = rearranged(self._dose, eligible, self.draws, rng)
        else:
            schedules = arrangements([self._dose, *(self._doses(each) for each in self.alternatives)])
        experiment = Experiment(self._counts, self._exposure, schedules)
        twoway = fit_twoway(self._counts, self._dose[None], self._exposure)
        null = fit_twoway(self._counts, self._dose[None], self._exposure, restricted=True)
        return StaggeredResults(self, experiment, twoway, score_bootstrap(null.scores[:, 0], 9999, rng))
