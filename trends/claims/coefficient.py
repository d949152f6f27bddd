"""The ruling on one column of a design, by the calibrated test with its error rates on the very counts."""

from dataclasses import dataclass, replace
from math import exp, log
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trends.chance.calibration import PowerCurve, Trials, false_alarms, power
from trends.chance.change import ChangeTest, ask, change_evidence
from trends.chance.evidence import Check, Evidence
from trends.chance.multiple import Posed
from trends.claims.asked import Asked, counted_panel
from trends.claims.checks import false_alarms as size
from trends.claims.checks.judged import Judged, by_province, without_each
from trends.claims.checks.known import KnownCheck
from trends.claims.claim import Claim
from trends.claims.direction import adverse_ratio, adverse_side
from trends.claims.effort import Effort
from trends.claims.verdict import Asserted, Finding, Ruling, rule
from trends.claims.words import detectable_in_words, ruling_in_words
from trends.fits.batch import fit_poisson

if TYPE_CHECKING:
    from trends.claims.study import Study


@dataclass(frozen=True)
class CoefficientRuling:
    """The evidence of a test held against what a claim says of it."""

    evidence: Evidence
    stand: Asserted
    checks: tuple[Check, ...]
    ruling: Ruling
    sentence: str


def tested_coefficient(asked: Asked, effort: Effort) -> CoefficientRuling:
    """The ruling on the column in question, which must survive that its test keeps its error rate on this very series.

    What rests on more is for the caller to add, by `ruled`.
    """
    counts, design, term, exposure = asked.counts, asked.design, asked.term, asked.exposure
    test = change_evidence(counts, design, term, exposure=exposure)
    curve = power(counts, design, term, exposure=exposure, panels=effort.panels, draws=effort.draws)
    null = "It is 1: the rest of the model, unchanged, accounts for the counts."
    evidence = replace(
        ratio_evidence_of(
            test, curve, asked.direction, asked.at_least, quantity=asked.quantity, null=null, method=test.method
        ),
        posed=Posed(ask(counts, design, term, exposure), counts.index[0]),
    )
    runs = panels_for(evidence, asked.stand, effort)
    alarms = false_alarms(counts, design, term, exposure=exposure, panels=runs, draws=effort.draws)
    return ruled(with_alarms(evidence, alarms), asked.stand, (size.CHECK.of(alarms),))


def ratio_evidence_of(
    test: ChangeTest, curve: PowerCurve, direction: str, at_least: float, *, quantity: str, null: str, method: str
) -> Evidence:
    """The calibrated test of a log rate ratio as evidence on the ratio, with its power on the side looked at."""
    falls = adverse_side(direction) == "fall"
    return Evidence(
        quantity=quantity,
        estimate=exp(test.estimate),
        lower=exp(test.lower),
        upper=exp(test.upper),
        level=test.level,
        pvalue=test.pvalue,
        pvalue_analytic=None if np.isnan(test.pvalue_analytic) else test.pvalue_analytic,
        null=null,
        alternative="It is not 1.",
        method=method[0].upper() + method[1:] + ".",
        nobs=test.nobs,
        power=float(np.interp(log(adverse_ratio(direction, at_least)), np.log(curve.ratios), curve.power)),
        detectable=curve.detectable_fall if falls else curve.detectable_rise,
    )


def panels_for(evidence: Evidence, stand: Asserted, effort: Effort) -> int:
    """Simulated panels that the false alarms of a test are told from: more where a certain ruling may rest on it."""
    return effort.panels if rule(evidence, stand) is Ruling.CANNOT_TELL else effort.certain


def with_alarms(evidence: Evidence, alarms: Trials) -> Evidence:
    """Evidence with the false alarms and the coverage of its test."""
    return replace(evidence, false_alarms=alarms.rejected, coverage=alarms.coverage, runs=alarms.runs)


def ruled(
    evidence: Evidence,
    stand: Asserted,
    checks: tuple[Check, ...],
    sought: str = "change",
    multiple_of: str = "what was to be expected",
) -> CoefficientRuling:
    """The ruling on evidence with its checks, in words; ``sought`` and ``multiple_of`` as a kind of link has them."""
    ruling = rule(evidence, stand, checks)
    # Checks withhold certainty; where the interval leaves none to withhold, it is the interval that is told.
    withholding = checks if rule(evidence, stand) is not Ruling.CANNOT_TELL else ()
    sentence = ruling_in_words(ruling, evidence, stand, withholding)
    if ruling is Ruling.CANNOT_TELL:
        sentence = f"{sentence} {detectable_in_words(evidence, sought, multiple_of)}".rstrip()
    return CoefficientRuling(evidence, stand, checks, ruling, sentence)


def survived(
    tested: CoefficientRuling, asked: Asked, claim: Claim, study: "Study", checks: tuple[KnownCheck, ...]
) -> CoefficientRuling:
    """The ruling on a column which must also survive the checks that look at its provinces one by one."""
    more = [check for check in checks if check.name != size.CHECK.name]
    if not more:
        return tested
    panel = counted_panel(claim, study)
    left_out = without_each(panel, asked.design, asked.term)
    watched, exog = asked.watched, asked.design.to_numpy(float)
    fit = fit_poisson(asked.counts.to_numpy(float)[watched], exog[watched])
    # The course had nothing changed: the fit with the column in question taken out, all others as they are.
    others = (asked.design.columns != asked.term) * fit.params[0]
    course = pd.Series(np.exp(exog @ others), index=asked.counts.index)
    judged = Judged(tested.evidence, tested.stand, left_out, by_province(panel, course, asked.design[asked.term]))
    return ruled(tested.evidence, tested.stand, (*tested.checks, *(check.of(judged) for check in more)))


def column_finding(link: str, question: str, tested: CoefficientRuling, counts: pd.Series) -> Finding:
    """The finding on a link that rests on one column of one series."""
    evidence = tested.evidence
    row = ("calibrated", float(counts.sum()), evidence.estimate, evidence.lower, evidence.upper)
    return Finding(
        link,
        question,
        tested.ruling,
        tested.sentence,
        evidence,
        tested.stand,
        checks=tested.checks,
        table=ratio_table([row]),
    )


def ratio_table(rows: list) -> pd.DataFrame:
    """Rows of label, count, estimate and interval, as findings print and draw them."""
    return pd.DataFrame(rows, columns=["what", "count", "estimate", "lower", "upper"])
