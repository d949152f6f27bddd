"""The link of a claim that says that the rate changed at an event, with the checks that it must survive."""

import pandas as pd

from trends import periods
from trends.chance.differing import DifferingChanges, differing_changes
from trends.chance.evidence import Check, Evidence
from trends.claims.change import interruption, panel_of, ratio_table, ruled, tested_coefficient
from trends.claims.checks import Changed, required_checks
from trends.claims.claim import Change, Claim
from trends.claims.specifications import specifications
from trends.claims.study import Study
from trends.claims.verdict import Finding
from trends.claims.words import when_in_words
from trends.errors import ModelError
from trends.models.interruption import InterruptionResults

# Simulated panels of the joint test in a report: p is then known to within .01 at .05.
_DRAWS = 499


def change_finding(link: Change, claim: Claim, study: Study) -> Finding:
    """The ruling on a change at an event, by the calibrated test on the counts that the claim names."""
    fit = interruption(link, claim, study).fit()
    since = f"from {when_in_words(fit.at)}"
    lasting = f"{link.length or 1} {_word(fit.endog, link.length or 1)}"
    what = {
        "step": f"rate {since}, against what was to be expected,",
        "slope": f"yearly growth {since}, against that before,",
        "pulse": f"rate {since} for {lasting}, against what was to be expected,",
        "ramp": f"rate reached {since} over {lasting}, against what was to be expected,",
    }[link.shape]
    required = required_checks("change", claim.checks.get("change"))
    besides = "".join(f" and {name}" for name, on in (("season", link.seasons), ("Ramadan", link.ramadan)) if on)
    tested = tested_coefficient(
        fit.endog, fit.design, fit.effect, fit.exposure, link.direction, link.at_least, what, required
    )
    more = _of_curve_and_provinces(required, tested.evidence, fit, claim, study)
    tested = ruled(tested.evidence, tested.stand, tested.checks + more)
    source = study.sources[claim.counts.source or study.source]
    textbook = fit.rate_ratio()
    events = float(fit.endog[fit.endog.index >= fit.at].sum())
    table = ratio_table(
        [
            ("calibrated", events, tested.evidence.estimate, tested.evidence.lower, tested.evidence.upper),
            ("textbook, too sure of itself", events, textbook["ratio"], textbook["lower"], textbook["upper"]),
        ]
    )
    return Finding(
        "change",
        f"Did the rate change with {when_in_words(fit.at)}, beyond trend{besides}?",
        tested.ruling,
        tested.sentence,
        tested.evidence,
        tested.stand,
        checks=tested.checks,
        caveats=(*fit.warnings, *source.caveats),
        table=table,
        fit=fit,
    )


def _of_curve_and_provinces(required, evidence: Evidence, fit, claim: Claim, study: Study) -> tuple[Check, ...]:
    """The checks that rest on the specification curve and on the changes by province, where any is required."""
    more = [check for check in required if check.name != "false alarms"]
    if not more:
        return ()
    try:
        curve = specifications(claim, study, draws=_DRAWS)
        subject = Changed(evidence, curve, _by_province(fit, claim, study))
    except ModelError as error:
        # A curve that cannot be drawn leaves its checks open: the test itself stands.
        subject = error
    return tuple(check.of(subject) for check in more)


def _by_province(fit: InterruptionResults, claim: Claim, study: Study) -> DifferingChanges | ModelError | None:
    """The change of each province of the claim, why they cannot be compared, or None where there is only one."""
    panel = panel_of(claim, study)
    panel = panel if claim.counts.provinces == "all" else panel.select(claim.counts.provinces)
    if (panel.counts.sum() > 0).sum() == 1:
        return None
    course = fit.expected["expected"] / fit.exposure
    try:
        return differing_changes(panel.counts, panel.exposure, course, fit.design[fit.effect])
    except ModelError as error:
        return error


def _word(counts: pd.Series, n: int) -> str:
    return periods.frequency_name(periods.frequency_of(counts.index)) + ("" if n == 1 else "s")
