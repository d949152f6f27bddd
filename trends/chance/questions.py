"""The questions that claims ask of one series: an effect, its date, whether it lasts, growth, season, forecast.

Each takes one checked series and periods by their labels, and returns what the engine of chance says with the numbers
that a claim rests on. Ratios are rates with the change against without it, intervals hold 95 %.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from trends.chance.answers import DateFound, EffectFound, TrendFound, ratio_found
from trends.chance.calibration import date_power, is_short
from trends.chance.course import Season, growth, influence, season
from trends.chance.known_change import known_change
from trends.chance.normals import Mixture
from trends.chance.predictive import Predictive, predict_total
from trends.chance.prior import LevelPrior, fold_of, level_prior
from trends.chance.scan import ChangeScan, scan_changes
from trends.chance.shapes import candidates
from trends.chance.turning import NEIGHBOURHOOD, probability_begun, turning_point
from trends.chance.weighing import working_level
from trends.chance.working import WorkingLevel
from trends.counts.series import CheckedSeries
from trends.errors import ModelError
from trends.periods import PER_YEAR, frequency, label_of, period

#: Periods before a change that are looked at: about as long as the longest windows that levels were learned from. What
#: lies further off says little of the level there.
BEFORE = 72
#: Probability from which something is certain.
SURE = 0.95
#: Periods on either side of a claimed window in which its change is scanned for.
AROUND = 48
#: Draws of the level's course are made from this seed: the same series has the same answer.
SEED = 20260801


def effect(
    series: CheckedSeries,
    date: Any,
    until: Any = None,
    *,
    since: Any = None,
    known: tuple[tuple[np.ndarray, float], ...] = (),
    without: str | None = None,
    prior: LevelPrior | None = None,
) -> EffectFound:
    """Mean effect of a change at a known date over a span.

    Parameters
    ----------
    series : CheckedSeries
        The counts, on periods.
    date : period
        First period that differs.
    until : period, optional
        Last period of the span; by default the last of the series.
    since : period, optional
        First period of the span; by default the date.
    known : tuple of (numpy.ndarray, float)
        Columns of other influences on the log rate, shape ``(n_periods,)`` each, with the variances that their
        coefficients have beforehand.
    without : str, optional
        Country that the series comes from, as in :func:`trends.chance.prior.level_prior`.
    prior : LevelPrior, optional
        What levels are like, in place of the shipped one.

    Returns
    -------
    EffectFound

    Raises
    ------
    trends.errors.ModelError
        Where the series has no periods, a period lies outside of it, or too little was watched.

    Examples
    --------
    >>> from trends.counts.series import checked_series
    >>> counts = checked_series([4, 6, 5, 7, 3, 5] * 4 + [40, 45, 38, 50, 42, 47], first="2019-01", freq="M")
    >>> found = effect(counts, "2021-01")
    >>> found.ratio.low > 2, found.ratio.at_least(1.1) > 0.99
    (True, True)
    """
    asked = "measure the effect of a change"
    start = place_of(series, date, asked)
    first = start if since is None else place_of(series, since, asked)
    last = len(series.counts) - 1 if until is None else place_of(series, until, asked)
    skipped = max(start - BEFORE, 0)
    year = PER_YEAR[_freq(series, asked)]
    near = part_of(series, skipped, last + round(year) if is_short(last - first + 1, year) else last)
    columns = tuple((column[skipped : skipped + len(near.counts)], variance) for column, variance in known)
    found = _ask(
        known_change, near, without, start - skipped, (first - skipped, last - skipped), prior=prior, known=columns
    )
    outliers = tuple((label_of(near.index[t]), p) for t, p in found.outliers)
    return EffectFound(ratio_found(found.log_ratio), found.shapes, outliers, found.nobs, found, near)


def lasting(found: EffectFound, first: Any, last: Any) -> float:
    """Probability that at least half of an effect is there from ``first`` to ``last`` as well."""
    asked = "see whether an effect lasts"
    return found.change.lasting(place_of(found.series, first, asked), place_of(found.series, last, asked))


def part_of(series: CheckedSeries, first: int, last: int) -> CheckedSeries:
    """The part of a series from one place to another, both included."""
    kept = slice(max(first, 0), last + 1)
    return replace(series, index=series.index[kept], counts=series.counts[kept], exposure=series.exposure[kept])


def date_of_change(
    series: CheckedSeries,
    window: tuple[Any, Any] | None = None,
    *,
    direction: int = 0,
    without: str | None = None,
) -> DateFound:
    """Whether and when the level changed, and whether it did so in a claimed window.

    Parameters
    ----------
    series : CheckedSeries
        The counts, on periods.
    window : tuple of period, optional
        First and last period of the window in which the change is said to have begun.
    direction : {0, 1, -1}
        Either, up or down.
    without
        As in :func:`effect`.

    Notes
    -----
    The turn is looked for within a year of the window, in the whole series without one. A level that drifts as wars
    do explains most moves by itself: ``claimed`` asks for what comes on top of that, ``turned`` for the date alone.
    ``began``, the probability that a claim of the window rests on, is ``turned`` at even odds of the window.
    """
    asked = "date a change"
    inside = None
    if window is not None:
        inside = (place_of(series, window[0], asked), place_of(series, window[1], asked))
        skipped = max(inside[0] - AROUND, 0)
        series = part_of(series, skipped, inside[1] + AROUND)
        inside = (inside[0] - skipped, inside[1] - skipped)
    scan, per_year = _ask(scan_changes, series, without), PER_YEAR[_freq(series, asked)]
    around = round(NEIGHBOURHOOD * per_year / 12)
    turn = turning_point(
        scan,
        np.random.default_rng(SEED),
        power=date_power(float(per_year), -1 if without is None else fold_of(without)),
        direction=direction,
        among=None if inside is None else (inside[0] - around, inside[1] + around),
    )
    turned = None if inside is None else turn.window(*inside)
    return DateFound(
        None if inside is None else scan.window(*inside, direction),
        turned,
        None if turned is None else probability_begun(*turned),
        label_of(series.index[turn.mode]),
        (label_of(series.index[turn.interval[0]]), label_of(series.index[turn.interval[1]])),
        turn.stands_out,
        inside is not None and _elsewhere(scan, inside, round(per_year / 4)),
        scan,
        turn,
        series.index,
    )


def _elsewhere(scan: ChangeScan, window: tuple[int, int], margin: int) -> bool:
    """Whether a change beyond the level's own drift began for certain outside of a window and its margins.

    The largest turn of a level may well be another than the one that is claimed, whose date it does not refute.
    """
    near = scan.window(max(window[0] - margin, 0), window[1] + margin)
    return scan.probability >= SURE and near.given_change <= 1 - SURE


def trend(
    series: CheckedSeries,
    first: Any = None,
    last: Any = None,
    *,
    without: str | None = None,
    prior: LevelPrior | None = None,
) -> TrendFound:
    """Growth a year from ``first`` to ``last``, realised and beyond the level's own drift."""
    asked = "measure growth"
    start = 0 if first is None else place_of(series, first, asked)
    end = len(series.counts) - 1 if last is None else place_of(series, last, asked)
    if end - start < 2:
        raise ModelError(
            asked,
            found=f"a span of {max(end - start + 1, 0)} periods",
            allowed="three periods or more, the last after the first",
            do="name a longer span",
            lacks=f"The span has {max(end - start + 1, 0)} periods, of at least 3 that growth takes.",
        )
    prior = _prior(series, prior, without)
    found = growth(_level(series, without, prior), start, end, calibration=prior.calibration)
    outliers = tuple(label_of(series.index[t]) for t in found.outliers)
    return TrendFound(ratio_found(found.realised), ratio_found(found.beyond), outliers)


def season_of_year(
    series: CheckedSeries,
    *,
    without: str | None = None,
) -> Season:
    """Whether places of the year have rates of their own."""
    freq = _freq(series, "look for a season")
    if PER_YEAR[freq] < 2:
        raise ModelError(
            "look for a season",
            found="years",
            allowed="periods shorter than a year",
            do="count by month or quarter",
        )
    return season(_level(series, without))


def influence_of(
    series: CheckedSeries,
    column: np.ndarray,
    *,
    without: str | None = None,
) -> Mixture:
    """What a known column does to the log rate, as good as nothing being known of it beforehand."""
    return influence(_level(series, without), np.asarray(column, float))


def forecast_total(
    series: CheckedSeries,
    ahead: int,
    *,
    span: tuple[int, int] | None = None,
    exposure_ahead: np.ndarray | None = None,
    without: str | None = None,
) -> Predictive:
    """Distribution of the total over the ``ahead`` periods after the series, at full exposure unless given.

    ``span`` has the first and the last of them (0 being the next) that are totalled, by default all.
    """
    rng = np.random.default_rng(SEED)
    return _ask(predict_total, series, without, ahead, rng, span=span, exposure_ahead=exposure_ahead)


def place_of(series: CheckedSeries, label: Any, asked: str) -> int:
    """Place of a period in a series; refused where it lies outside."""
    _freq(series, asked)
    when = period(label, series.index.freqstr)
    place = int(series.index.get_indexer([when])[0])
    if place < 0:
        raise ModelError(
            asked,
            found=f"the period {label_of(when)}",
            allowed=f"{label_of(series.index[0])} to {label_of(series.index[-1])}",
            do="name a period of the series, or give a longer one",
        )
    return place


def _freq(series: CheckedSeries, asked: str) -> str:
    if not isinstance(series.index, pd.PeriodIndex):
        raise ModelError(
            asked,
            found="a series whose periods are only numbered",
            allowed="a series on years, quarters, months, weeks or days",
            do="give first= and freq= with the counts",
        )
    return frequency(series.index.freqstr)


def place_in_year(series: CheckedSeries, per_year: float) -> int:
    """Place of the first period of a series in its year, from 0."""
    first = series.index[0]
    return int((first.start_time.day_of_year - 1) * per_year / 365.25 + 0.5) % max(round(per_year), 1)


def _ask(
    question: Callable[..., Any],
    series: CheckedSeries,
    without: str | None,
    *places: Any,
    prior: LevelPrior | None = None,
    **options: Any,
) -> Any:
    """Put a question of the engine to a checked series."""
    freq = _freq(series, "ask a series what is chance")
    per_year = float(PER_YEAR[freq])
    return question(
        series.counts,
        *places,
        prior=_prior(series, prior, without),
        exposure=series.exposure,
        first_month=place_in_year(series, per_year),
        per_year=per_year,
        **options,
    )


def _prior(series: CheckedSeries, prior: LevelPrior | None, without: str | None) -> LevelPrior:
    freq = _freq(series, "find what levels are like")
    return level_prior(len(series.counts), freq, without=without) if prior is None else prior


def _level(series: CheckedSeries, without: str | None, prior: LevelPrior | None = None) -> WorkingLevel:
    level: WorkingLevel = _ask(working_level, series, without, candidates(len(series.counts), ()), prior=prior)[0]
    return level
