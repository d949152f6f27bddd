"""The ruling on a rate ratio: its posterior held against what a claim says, with the error rates of like series."""

from dataclasses import dataclass
from math import exp, inf, isnan, log

import pandas as pd

from trends.chance.answers import EffectFound, RatioFound
from trends.chance.calibration import is_short
from trends.chance.error_rates import ErrorRates, error_rates
from trends.chance.evidence import Check, Evidence
from trends.claims.asked import Asked
from trends.claims.direction import Side, adverse_ratio, adverse_side
from trends.claims.rulings import Ruling
from trends.claims.verdict import Asserted, Finding, rule
from trends.claims.words import detectable_in_words, ruling_in_words
from trends.counts.series import CheckedSeries
from trends.loading import later
from trends.periods import PER_YEAR, frequency_of

ndtri = later("scipy.special.ndtri")

#: How the answers of the engine are come by, in a sentence.
METHOD = (
    "Posterior of a log rate that drifts as the series of other countries do, averaged over the shapes that a change "
    "can have (at once, over 3, 6 or 12 periods, growing, passing)."
)
_FOUND = 0.8


@dataclass(frozen=True)
class RatioRuling:
    """The evidence on a rate ratio held against what a claim says of it."""

    evidence: Evidence
    stand: Asserted
    checks: tuple[Check, ...]
    ruling: Ruling
    sentence: str


def rates_of(question: str, series: CheckedSeries, side: Side | None = None) -> ErrorRates:
    """The error rates of a question, asked of one side or of both, on series of like length and level."""
    watched = series.counts[series.watched]
    freq = str(series.index.freqstr)
    asked = f"{question}, {side}" if side else question
    return error_rates(asked, len(series.counts), float(watched.mean()) if len(watched) else 0.0, freq)


def rates_of_effect(asked: Asked) -> ErrorRates:
    """The error rates of an effect over a span as long as the one asked: measured apart over a third of a year."""
    short = is_short((asked.last - asked.first).n + 1, float(PER_YEAR[frequency_of(asked.counts.index)]))
    return rates_of("quarter" if short else "effect", asked.series, adverse_side(asked.direction))


def _known(rate: float) -> float | None:
    return None if isnan(rate) else rate


def ratio_evidence(
    found: RatioFound,
    stand: Asserted,
    direction: str,
    at_least: float | None,
    *,
    quantity: str,
    null: str,
    nobs: int,
    rates: ErrorRates | None = None,
    method: str = METHOD,
) -> Evidence:
    """The posterior of a ratio as evidence, with the probability of what is claimed.

    The smallest change that would be found is the one whose posterior, as wide as this one, would have 95 % beyond the
    bar in four of five series.
    """
    width = (log(found.high) - log(found.low)) / (2 * ndtri(0.975))
    reach = (ndtri(0.95) + ndtri(_FOUND)) * width
    bar = log(adverse_ratio(direction, at_least))
    detectable = exp(bar - reach if adverse_side(direction) == "fall" else bar + reach)
    return Evidence(
        quantity=quantity,
        estimate=found.estimate,
        lower=found.low,
        upper=found.high,
        pvalue=found.pvalue,
        null=null,
        alternative="It is not 1.",
        method=method,
        nobs=nobs,
        false_alarms=_known(rates.false_alarms) if rates else None,
        coverage=_known(rates.coverage[0]) if rates else None,
        power=_known(rates.power[1]) if rates else None,
        runs=rates.windows if rates else 0,
        detectable=detectable,
        supported=probability_of(found, stand.claimed),
        immaterial=None if stand.immaterial is None else probability_of(found, stand.immaterial),
    )


def effect_evidence(found: EffectFound, asked: Asked, rates: ErrorRates, *, with_what: str = "", null: str) -> Evidence:
    """The effect asked as evidence; ``with_what`` was entered besides, and by ``null`` it would be 1."""
    return ratio_evidence(
        found.ratio,
        asked.stand,
        asked.direction,
        asked.at_least,
        quantity=f"{asked.quantity} {with_what}".rstrip(),
        null=f"It is 1: {null}.",
        nobs=found.nobs,
        rates=rates,
    )


def probability_of(found: RatioFound, values: tuple[float, float]) -> float:
    """Posterior probability of a ratio between two values."""
    low, high = values
    above = 1.0 if low <= 0 else found.at_least(low)
    return above - (0.0 if high == inf else found.at_least(high))


def ruled(
    evidence: Evidence,
    stand: Asserted,
    checks: tuple[Check, ...],
    sought: str = "change",
    multiple_of: str = "what was to be expected",
) -> RatioRuling:
    """The ruling on evidence with its checks, in words; ``sought`` and ``multiple_of`` as a kind of link has them."""
    ruling = rule(evidence, stand, checks)
    # Checks withhold certainty; where the interval leaves none to withhold, it is the interval that is told.
    withholding = checks if rule(evidence, stand) is not Ruling.CANNOT_TELL else ()
    sentence = ruling_in_words(ruling, evidence, stand, withholding)
    if ruling is Ruling.CANNOT_TELL:
        sentence = f"{sentence} {detectable_in_words(evidence, sought, multiple_of)}".rstrip()
    return RatioRuling(evidence, stand, checks, ruling, sentence)


def ratio_finding(link: str, question: str, tested: RatioRuling, counts: pd.Series, **parts: object) -> Finding:
    """The finding on a link that rests on one ratio of one series."""
    evidence = tested.evidence
    row = ("estimated", float(counts.sum()), evidence.estimate, evidence.lower, evidence.upper)
    return Finding(
        link,
        question,
        tested.ruling,
        tested.sentence,
        evidence,
        tested.stand,
        checks=tested.checks,
        **{"table": ratio_table([row])} | parts,
    )


def ratio_table(rows: list[tuple[str, float, float, float, float]]) -> pd.DataFrame:
    """Rows of label, count, estimate and interval, as findings print and draw them."""
    return pd.DataFrame(rows, columns=["what", "count", "estimate", "lower", "upper"])
