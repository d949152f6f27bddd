"""The links of a claim that speak of a course in time: when the change began, whether it lasted, trend and season."""

import pandas as pd

from trends import periods
from trends.chance.evidence import Evidence
from trends.chance.rates import with_rates
from trends.claims.change import asserted, break_of, counts_of, looks_down, ratio_table, tested_coefficient
from trends.claims.checks import A_CHANGE, KnownCheck, required_checks
from trends.claims.claim import Change, Claim, Lasting, Season, Timing, Trend
from trends.claims.study import Study
from trends.claims.verdict import Finding, Ruling, Stand, rule
from trends.claims.words import detectable_in_words, figure, percent, span_in_words, when_in_words
from trends.errors import ModelError
from trends.fits.design import baseline, effect_column
from trends.models.changepoints.changedate import ChangeDate, change_date
from trends.models.changepoints.shape import change_shape
from trends.models.changepoints.timing_rates import timing_rates

_HIJRI = ("ramadan", "arbaeen")
# The seasons of the northern hemisphere, as meteorologists have them.
_SEASONS = {"winter": (12, 1, 2), "spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10, 11)}
_MONTHS = tuple(pd.date_range("2020-01", periods=12, freq="MS").month_name().str.lower())


def timing_finding(link: Timing, claim: Claim, study: Study) -> Finding:
    """The ruling on when the change began: its date, over all dates, against the window that the claim names."""
    if not claim.event.window:
        raise ModelError(
            f"hold the timing of the claim {claim.id!r} against its window",
            found="no window under [event]",
            allowed='window = ["first period", "last period"] in which the change is said to have begun',
            do="add the window",
        )
    counts = counts_of(claim, study)
    letter = periods.frequency_of(counts.index)
    window = [periods.period(label, letter) for label in claim.event.window]
    dated = change_date(counts, _expected(counts, claim))
    place, (low, high) = dated.place(*window), dated.interval()
    evidence = Evidence(
        quantity="first period of the new level",
        unit="date",
        estimate=_decimal_year(dated.at),
        lower=_decimal_year(low),
        upper=_decimal_year(high),
        null="There was one change in level, at any date.",
        alternative="It began in the window.",
        method="Exact posterior of the date of one change in level, trend and season refitted at every date, the "
        f"likelihood divided by {figure(dated.inflation, 'ratio')} for dispersion and serial dependence.",
        nobs=int(counts.notna().sum()),
    )
    change = claim.asserts.get("change") or Change("none")
    sought = {"bar": change.at_least, "rises": not looks_down(change.direction)}
    rates = timing_rates(dated, _expected(counts, claim), window[0], **sought)
    evidence = with_rates(evidence, rates)
    stand = Stand((_decimal_year(window[0]), _decimal_year(window[1])))
    checks = tuple(check.of(rates if check.name == "false alarms" else dated) for check in _required("timing", claim))
    ruling = rule(evidence, stand, checks)
    return Finding(
        "timing",
        f"Did the change begin in {span_in_words(*window)}?",
        ruling,
        _timing_sentence(ruling, dated, place, window)
        + (f" {detectable_in_words(evidence)}" if ruling is Ruling.CANNOT_TELL else ""),
        evidence,
        stand,
        checks=checks,
        table=place.rename("probability").rename_axis("the change began").reset_index(),
        fit=dated,
    )


def _decimal_year(when: pd.Period) -> float:
    """The start of a period in years, as evidence holds a date: 2020.25 is the first of April 2020."""
    start = when.start_time
    return start.year + (start.day_of_year - 1) / (365 + start.is_leap_year)


def _timing_sentence(ruling: Ruling, dated: ChangeDate, place: pd.Series, window) -> str:
    low, high = dated.interval()
    where = (
        f"had it changed once, it began with {when_in_words(dated.at)} (95 % interval {span_in_words(low, high)}): "
        f"before the window with probability {percent(place['before'])}, in it {percent(place['inside'])}, after it "
        f"{percent(place['after'])}."
    )
    if ruling is Ruling.CONTRADICTED:
        return ("The break came first: " if high < window[0] else "The break came later: ") + where
    if dated.probability < A_CHANGE:
        return f"That the level changed at all has a probability of {percent(dated.probability)}; {where}"
    return where[0].upper() + where[1:]


def lasting_finding(link: Lasting, claim: Claim, study: Study) -> Finding:
    """The ruling on whether a change was a new level: the rate of the later periods, the first ones set aside."""
    direction, bar = asserted(link, claim)
    counts = counts_of(claim, study)
    letter = periods.frequency_of(counts.index)
    at = break_of(claim, study, letter)
    later = at + link.after
    if not counts.index[0] < at or not later <= counts.index[-1]:
        raise ModelError(
            f"rule on whether the change of {when_in_words(at)} lasted",
            found=f"counts from {when_in_words(counts.index[0])} to {when_in_words(counts.index[-1])}",
            allowed=f"counts before it and beyond {when_in_words(later)}",
            do="wait for later periods, or ask after fewer",
        )
    expected = _expected(counts, claim)
    first = effect_column(counts.index, at, "pulse", link.after)
    design = pd.concat([expected, first, effect_column(counts.index, later)], axis=1)
    what = f"rate from {when_in_words(later)}, against what was to be expected,"
    required = _required("lasting", claim)
    tested = tested_coefficient(counts, design, design.columns[-1], None, direction, bar, what, required)
    shape = change_shape(counts, at, exog=expected)
    weights = shape.table["probability"]
    said = ", ".join(f"{name} {percent(weights[name])}" for name in ("none", "step", "pulse", "ramp"))
    table = shape.table.reset_index().assign(at=lambda rows: rows["at"].map(_label))
    return Finding(
        "lasting",
        f"Was the change of {when_in_words(at)} a new level, and not a pulse?",
        tested.ruling,
        f"{tested.sentence} Weighed against each other: {said}.",
        tested.evidence,
        tested.stand,
        checks=tested.checks,
        table=table,
        fit=shape,
    )


def _label(period) -> str:
    return periods.label_of(period) if isinstance(period, pd.Period) else ""


def trend_finding(link: Trend, claim: Claim, study: Study) -> Finding:
    """The ruling on a trend over the span of the claim, a year at a time."""
    counts = counts_of(claim, study)
    design = baseline(counts.index, trend=True, seasons=_season_of(counts, link.seasons))
    span = span_in_words(counts.index[0], counts.index[-1])
    quantity = f"yearly growth of the rate over {span}"
    tested = tested_coefficient(
        counts, design, "trend", None, link.direction, link.at_least, quantity, _required("trend", claim)
    )
    return _simple("trend", f"Did the rate have a trend over {span}, beyond the season?", tested, counts)


def season_finding(link: Season, claim: Claim, study: Study) -> Finding:
    """The ruling on a time of the year: a moving holiday, a month, or an event that comes every year."""
    counts = counts_of(claim, study)
    index, when = counts.index, link.when.lower()
    seasons = _season_of(counts, True)
    if when in (*_MONTHS, *_SEASONS) and periods.frequency_of(index) in "QY":
        raise ModelError(
            f"find the season of the claim {claim.id!r}",
            found=f"{when!r} in counts by the {periods.frequency_name(periods.frequency_of(index))}",
            allowed="months or finer periods",
            do="take a panel of months",
        )
    if when in _MONTHS:
        design = baseline(index).assign(**{when: (index.month == _MONTHS.index(when) + 1) * 1.0})
    elif when in _SEASONS:
        design = baseline(index).assign(**{when: index.month.isin(_SEASONS[when]) * 1.0})
    elif when == "ramadan":
        design = baseline(index, seasons=seasons, ramadan=True)
    else:
        design = baseline(index, seasons=seasons, calendar={when: _windows(when, claim, study, index)})
    word = periods.frequency_name(periods.frequency_of(index))
    name = when.title() if when in (*_MONTHS, *_HIJRI) else when
    quantity = f"rate of a {word} that is all {name}, against one that is not,"
    tested = tested_coefficient(
        counts, design, when, None, link.direction, link.at_least, quantity, _required("season", claim)
    )
    return _simple("season", f"Is the rate other in {name}, beside trend and the months?", tested, counts)


def _windows(when: str, claim: Claim, study: Study, index: pd.PeriodIndex):
    if when == "arbaeen":
        return periods.hijri_windows(index, month=2, first_day=20, last_day=20)
    rows = study.events[study.events["event"] == when]
    if rows.empty:
        raise ModelError(
            f"find the season of the claim {claim.id!r}",
            found=repr(when),
            allowed="ramadan, arbaeen, a month, winter, spring, summer, autumn, or an event of the study: "
            + ", ".join(study.events["event"].unique()),
            do="name one of these, or add its dates to events.csv",
        )
    return list(zip(rows["first"].dt.date, rows["last"].dt.date, strict=True))


def _simple(link: str, question: str, tested, counts: pd.Series) -> Finding:
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


def _required(link: str, claim: Claim) -> tuple[KnownCheck, ...]:
    return required_checks(link, claim.checks.get(link))


def _season_of(counts: pd.Series, seasons):
    return None if periods.frequency_of(counts.index) == "Y" else seasons


def _expected(counts: pd.Series, claim: Claim) -> pd.DataFrame:
    """What was to be expected without a change, as the claim's link of change has it, or with trend and season."""
    change = claim.asserts.get("change") or Change("none")
    seasons = _season_of(counts, change.seasons)
    return baseline(counts.index, trend=change.trend, seasons=seasons, ramadan=change.ramadan)
