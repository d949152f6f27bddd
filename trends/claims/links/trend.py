"""The link of a claim that says that the rate rose or fell over a span."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from trends.chance.answers import RatioFound
from trends.chance.questions import trend
from trends.claims.asked import counted_panel, counts_of, source_of
from trends.claims.checks import no_single_province
from trends.claims.checks.judged import Judged, without_each
from trends.claims.claim import Claim
from trends.claims.direction import Direction, check_size, stand_on_change
from trends.claims.effects import ratio_evidence, ratio_finding, ruled
from trends.claims.effort import Effort
from trends.claims.kinds import EXPECTED, ONE_ESTIMATE, Group, Kind, names_nothing
from trends.claims.rungs import Rung
from trends.claims.verdict import Finding
from trends.claims.words import during, figure, span_in_words
from trends.counts.series import checked_series
from trends.nouns import listed

if TYPE_CHECKING:
    from trends.claims.study import Study

_METHOD = (
    "Posterior of the line through the log rate as it was, whatever the reason: the noise of counting is taken out, "
    "single periods that stand out are set aside."
)


@dataclass(frozen=True)
class Trend:
    """The rate rose or fell over the span of ``[counts]``, by a factor of ``at_least`` a year."""

    direction: Direction
    at_least: float | None = None

    def __post_init__(self) -> None:
        check_size(self.at_least)


def find(link: Trend, claim: Claim, study: "Study", effort: Effort) -> Finding:
    """The ruling on a trend over the span of the claim, a year at a time: what the level did, whatever the reason."""
    counts = counts_of(claim, study)
    series = checked_series(counts)

    def ratio(counts: pd.Series) -> RatioFound:
        return trend(checked_series(counts), without=study.country).realised

    found = trend(series, without=study.country)
    stand = stand_on_change(link.direction, link.at_least)
    span = span_in_words(counts.index[0], counts.index[-1])
    evidence = ratio_evidence(
        found.realised,
        stand,
        link.direction,
        link.at_least,
        quantity=f"yearly growth of the rate over {span}",
        null="It is 1: the rate was on average the same in the later part as in the earlier.",
        nobs=int(series.watched.sum()),
        method=_METHOD,
    )
    subject = Judged(evidence, stand, without_each(counted_panel(claim, study), evidence.estimate, ratio))
    tested = ruled(evidence, stand, tuple(check.of(subject) for check in KIND.required(claim)))
    finding = ratio_finding("trend", f"Did the rate have a trend over {span}?", tested, counts)
    beyond = found.beyond
    low, high = figure(beyond.low, "ratio"), figure(beyond.high, "ratio")
    more = (
        f"Beyond what such series do by themselves it is {figure(beyond.estimate, 'ratio')} (95 % interval {low} to "
        f"{high})."
    )
    if found.outliers:
        apart = listed([during(outlier, outlier) for outlier in found.outliers])
        more += f" What was counted {apart} is left out, as it stands out from all else."
    return replace(
        finding, sentence=f"{finding.sentence} {more}", caveats=study.sources[source_of(claim, study)].caveats
    )


KIND = Kind(
    key="trend",
    rung=Rung.REALISED,
    record=Trend,
    find=find,
    heading="Trend",
    rows="Interval",
    chart="intervals",
    caption=ONE_ESTIMATE,
    cites_rows=False,
    counted_in="period",
    group=Group.TRENDS,
    sought="change",
    multiple_of=EXPECTED,
    checks=(no_single_province.CHECK,),
    survives_with="",
    bias="all reporting had {way} by {by} a year",
    settled_by="A longer span.",
    of_counts=True,
    names=names_nothing,
)
