"""The link of a claim that says that the rate changed at an event."""

from math import exp, inf, log

import numpy as np
import pandas as pd

from trends import periods
from trends.claims.claim import Change, Claim
from trends.claims.study import Study
from trends.claims.verdict import Finding, Ruling, Stand, rule
from trends.claims.words import detectable_in_words, ruling_in_words, when_in_words
from trends.errors import ModelError
from trends.evidence.calibration import PowerCurve, Trials, false_alarms, power
from trends.evidence.change import ChangeTest, change_evidence
from trends.evidence.evidence import Check, Evidence
from trends.models.interruption import InterruptionModel, InterruptionResults

# A test that rejects more often than this where nothing changed may not carry a ruling (nominal 5 %).
_MOST_FALSE_ALARMS = 0.065
# Simulated panels for the error rates that stand beside a verdict, and draws on each: a rate of 5 % is then known to
# within 1.5 points.
_PANELS, _DRAWS = 200, 99


def stand_on_change(direction: str, at_least: float, stated: float | None = None) -> Stand:
    """What a claimed change says of the rate ratio: beyond the bar, or between its two sides where none is claimed."""
    claimed = {"rise": (at_least, inf), "fall": (0.0, 1 / at_least), "none": (1 / at_least, at_least)}[direction]
    return Stand(claimed, None if direction == "none" else (1 / at_least, at_least), stated)


def interruption(link: Change, claim: Claim, study: Study) -> InterruptionModel:
    """The interrupted-series model that a claim of change asks for, on the counts that it names."""
    panel = study.panel(claim.counts.source)
    if claim.counts.frequency:
        panel = panel.to(claim.counts.frequency)
    panel = panel.span(claim.counts.first or None, claim.counts.last or None)
    return InterruptionModel(
        panel.total(None if claim.counts.provinces == "all" else claim.counts.provinces),
        at=break_of(claim, study, panel.frequency),
        shape=link.shape,
        length=link.length,
        trend=link.trend,
        seasons=link.seasons,
        ramadan=link.ramadan,
    )


def break_of(claim: Claim, study: Study, freq: str) -> pd.Period:
    """The first period of the regime that a claim says began: as it names it, or by the date of its event."""
    if claim.event.at:
        return periods.period(claim.event.at, freq)
    if not claim.event.name:
        raise ModelError(
            f"date the change of the claim {claim.id!r}",
            found="neither a name nor a period under [event]",
            allowed="an event of the study, or at = the first period of the new regime",
            do="add one of the two",
        )
    return periods.first_after(study.event(claim.event.name)["first"].iloc[0].date(), freq)


def change_finding(link: Change, claim: Claim, study: Study) -> Finding:
    """The ruling on a change at an event, by the calibrated test on the counts that the claim names."""
    fit = interruption(link, claim, study).fit()
    test = change_evidence(fit.endog, fit.design, fit.effect, exposure=fit.exposure)
    simulated = {"exposure": fit.exposure, "panels": _PANELS, "draws": _DRAWS}
    alarms = false_alarms(fit.endog, fit.design, fit.effect, **simulated)
    curve = power(fit.endog, fit.design, fit.effect, **simulated)
    evidence = _evidence(link, fit, test, alarms, curve)
    stand, checks = stand_on_change(link.direction, link.at_least), (_holds_its_size(alarms),)
    ruling = rule(evidence, stand, checks)
    sentence = ruling_in_words(ruling, evidence, stand)
    if ruling is Ruling.CANNOT_TELL:
        sentence = f"{sentence} {detectable_in_words(evidence)}".strip()
    source = study.sources[claim.counts.source or study.source]
    return Finding(
        "change",
        f"Did the rate change with {when_in_words(fit.at)}, beyond trend{_besides(link)}?",
        ruling,
        sentence,
        evidence,
        checks=checks,
        caveats=(*fit.warnings, *source.caveats),
        table=_table(fit, test),
        fit=fit,
    )


def _evidence(link: Change, fit: InterruptionResults, test: ChangeTest, alarms: Trials, curve: PowerCurve) -> Evidence:
    since, lasting = f"from {when_in_words(fit.at)}", f"{link.length or 1} {_word(fit, link.length or 1)}"
    what = {
        "step": f"rate {since}, against what was to be expected,",
        "slope": f"yearly growth {since}, against that before,",
        "pulse": f"rate {since} for {lasting}, against what was to be expected,",
        "ramp": f"rate reached {since} over {lasting}, against what was to be expected,",
    }[link.shape]
    bar = log(link.at_least) * (-1 if link.direction == "fall" else 1)
    return Evidence(
        quantity=what,
        estimate=exp(test.estimate),
        lower=exp(test.lower),
        upper=exp(test.upper),
        level=test.level,
        pvalue=test.pvalue,
        pvalue_analytic=None if np.isnan(test.pvalue_analytic) else test.pvalue_analytic,
        null="The rate did not change at the event: trend, season and calendar went on as before.",
        alternative="The rate changed at the event.",
        method=test.method[0].upper() + test.method[1:] + ".",
        nobs=test.nobs,
        false_alarms=alarms.rejected,
        coverage=alarms.coverage,
        power=float(np.interp(bar, np.log(curve.ratios), curve.power)),
        detectable=curve.detectable_fall if link.direction == "fall" else curve.detectable_rise,
        runs=_PANELS,
    )


def _word(fit: InterruptionResults, n: int) -> str:
    return periods.frequency_name(periods.frequency_of(fit.endog.index)) + ("" if n == 1 else "s")


def _besides(link: Change) -> str:
    columns = [name for name, there in (("season", link.seasons), ("Ramadan", link.ramadan)) if there]
    return "".join(f" and {name}" for name in columns)


def _holds_its_size(alarms: Trials) -> Check:
    """Whether the test rejects no more often than it may where nothing changed, simulated on this very panel."""
    rate, error = alarms.rejected, alarms.error(_MOST_FALSE_ALARMS)
    return Check(
        "false alarms",
        "Does the test keep its error rate on this very panel?",
        "passed" if rate <= _MOST_FALSE_ALARMS + 2 * error else "failed",
        f"Of {len(alarms.pvalues)} simulated panels without a change it found one in {100 * rate:.1f} % (nominal 5 %).",
    )


def _table(fit: InterruptionResults, test: ChangeTest) -> pd.DataFrame:
    """The effect as calibrated, and the textbook one that ignores serial dependence beside it."""
    textbook = fit.rate_ratio()
    events = float(fit.endog[fit.endog.index >= fit.at].sum())
    rows = [
        ("calibrated", events, exp(test.estimate), exp(test.lower), exp(test.upper)),
        ("textbook, too sure of itself", events, textbook["ratio"], textbook["lower"], textbook["upper"]),
    ]
    return pd.DataFrame(rows, columns=["what", "count", "estimate", "lower", "upper"])
