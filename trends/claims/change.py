"""What a claim of change is about, and the ruling on one coefficient by the calibrated test."""

from dataclasses import dataclass, replace
from math import exp, inf, log

import numpy as np
import pandas as pd

from trends import periods
from trends.chance.calibration import PowerCurve, Trials, false_alarms, power
from trends.chance.change import ChangeTest, ask, change_evidence
from trends.chance.evidence import Check, Evidence
from trends.chance.multiple import Posed
from trends.claims.checks import KnownCheck, required_checks
from trends.claims.claim import Change, Claim
from trends.claims.study import Study
from trends.claims.verdict import Ruling, Stand, rule
from trends.claims.words import detectable_in_words, ruling_in_words
from trends.counts.panel import Panel
from trends.errors import ModelError, StudyError
from trends.models.interruption import InterruptionModel

# Simulated panels for the error rates that stand beside a verdict, and draws on each: a rate of 5 % is then known to
# within 1.5 points, and to within .7 where a certain ruling may rest on it.
PANELS, CERTAIN, DRAWS = 200, 1000, 99


def stand_on_change(direction: str, at_least: float, stated: float | None = None) -> Stand:
    """What a claimed change says of the rate ratio: beyond the bar, or between its two sides where none is claimed."""
    claimed = {
        "rise": (at_least, inf),
        "fall": (0.0, 1 / at_least),
        "none": (1 / at_least, at_least),
        "no rise": (0.0, at_least),
        "no fall": (1 / at_least, inf),
    }[direction]
    return Stand(claimed, (1 / at_least, at_least) if direction in ("rise", "fall") else None, stated)


def looks_down(direction: str) -> bool:
    """Whether what the data should be able to show, for or against a claim of this direction, is a fall.

    What a claim of "no fall" has to fear is a fall.

    Examples
    --------
    >>> [looks_down(direction) for direction in ("rise", "no rise", "none", "fall", "no fall")]
    [False, False, False, True, True]
    """
    return direction in ("fall", "no fall")


def change_of(claim: Claim, asked: str) -> Change:
    """The link ``change`` of a claim; refused, as what was asked of the claim, where it asserts none."""
    link = claim.asserts.get("change")
    if link is None:
        raise StudyError(
            f"{asked} of the claim {claim.id!r}",
            found=f"the links {', '.join(claim.asserts)}",
            allowed="a claim that asserts a change",
            do="choose such a claim",
        )
    return link


def interruption(link: Change, claim: Claim, study: Study) -> InterruptionModel:
    """The interrupted-series model that a claim of change asks for, on the counts that it names."""
    counts = counts_of(claim, study)
    return InterruptionModel(
        counts,
        at=break_of(claim, study, periods.frequency_of(counts.index)),
        shape=link.shape,
        length=link.length,
        trend=link.trend,
        seasons=link.seasons,
        calendar=["ramadan"] if link.ramadan else (),
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


def panel_of(claim: Claim, study: Study) -> Panel:
    """The panel of counts that a claim is about: its source, frequency and span, with all provinces."""
    name = claim.counts.source or study.source
    if name not in study.panels:
        raise ModelError(
            "follow the counts over time",
            found=f"published figures of {study.sources[name].title}, which are totals and not a series",
            allowed=f"a source with a panel: {', '.join(study.panels)}",
            do="add such a source, or name one of these",
        )
    panel = study.panels[name]
    if claim.counts.frequency:
        panel = panel.to(claim.counts.frequency)
    return panel.span(claim.counts.first or None, claim.counts.last or None)


def asserted(link, claim: Claim) -> tuple[str, float]:
    """Direction and bar of a link: its own, or those of the claim's link ``change``."""
    change = claim.asserts.get("change")
    direction = link.direction or getattr(change, "direction", None)
    if direction is None:
        raise ModelError(
            f"rule on the claim {claim.id!r}",
            found="neither a link 'change' nor a direction",
            allowed="rise, fall or none",
            do='give the link a direction = "rise"',
        )
    return direction, link.at_least or getattr(change, "at_least", Change.at_least)


def counts_of(claim: Claim, study: Study) -> pd.Series:
    """The series of counts that a claim is about, with its exposure."""
    return panel_of(claim, study).total(None if claim.counts.provinces == "all" else claim.counts.provinces)


@dataclass(frozen=True)
class CoefficientRuling:
    """The evidence of a test held against what a claim says of it."""

    evidence: Evidence
    stand: Stand
    checks: tuple[Check, ...]
    ruling: Ruling
    sentence: str


def tested_coefficient(
    counts: pd.Series,
    design: pd.DataFrame,
    term: str,
    exposure,
    direction: str,
    at_least: float,
    quantity: str,
    checks: tuple[KnownCheck, ...] = required_checks("change", ("false alarms",)),
) -> CoefficientRuling:
    """The ruling on one column of a design, by the calibrated test with its error rates on this very series.

    Of ``checks``, those on its false alarms are judged; what rests on more is for the caller to add, by `ruled`.
    """
    test = change_evidence(counts, design, term, exposure=exposure)
    curve = power(counts, design, term, exposure=exposure, panels=PANELS, draws=DRAWS)
    null = "It is 1: the rest of the model, unchanged, accounts for the counts."
    evidence = replace(
        ratio_evidence_of(test, curve, direction, at_least, quantity=quantity, null=null, method=test.method),
        posed=Posed(ask(counts, design, term, exposure), counts.index[0]),
    )
    stand = stand_on_change(direction, at_least)
    alarms = false_alarms(counts, design, term, exposure=exposure, panels=panels_for(evidence, stand), draws=DRAWS)
    judged = tuple(check.of(alarms) for check in checks if check.name == "false alarms")
    return ruled(with_alarms(evidence, alarms), stand, judged)


def ratio_evidence_of(
    test: ChangeTest, curve: PowerCurve, direction: str, at_least: float, *, quantity: str, null: str, method: str
) -> Evidence:
    """The calibrated test of a log rate ratio as evidence on the ratio, with its power on the side looked at."""
    falls = looks_down(direction)
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
        power=float(np.interp(log(at_least) * (-1 if falls else 1), np.log(curve.ratios), curve.power)),
        detectable=curve.detectable_fall if falls else curve.detectable_rise,
    )


def panels_for(evidence: Evidence, stand: Stand) -> int:
    """Simulated panels that the false alarms of a test are told from: more where a certain ruling may rest on it."""
    return PANELS if rule(evidence, stand) is Ruling.CANNOT_TELL else CERTAIN


def with_alarms(evidence: Evidence, alarms: Trials) -> Evidence:
    """Evidence with the false alarms and the coverage of its test."""
    return replace(evidence, false_alarms=alarms.rejected, coverage=alarms.coverage, runs=alarms.runs)


def ruled(evidence: Evidence, stand: Stand, checks: tuple[Check, ...], link: str = "change") -> CoefficientRuling:
    """The ruling on evidence with its checks, in words."""
    ruling = rule(evidence, stand, checks)
    # Checks withhold certainty; where the interval leaves none to withhold, it is the interval that is told.
    withholding = checks if rule(evidence, stand) is not Ruling.CANNOT_TELL else ()
    sentence = ruling_in_words(ruling, evidence, stand, withholding)
    if ruling is Ruling.CANNOT_TELL:
        sentence = f"{sentence} {detectable_in_words(evidence, link)}".rstrip()
    return CoefficientRuling(evidence, stand, checks, ruling, sentence)


def ratio_table(rows) -> pd.DataFrame:
    """Rows of label, count, estimate and interval, as findings print and draw them."""
    return pd.DataFrame(rows, columns=["what", "count", "estimate", "lower", "upper"])


def holds_its_size(alarms: Trials) -> Check:
    """Whether the test rejects no more often than it may where nothing changed, simulated on this very panel."""
    (known,) = required_checks("change", ("false alarms",))
    return known.of(alarms)
