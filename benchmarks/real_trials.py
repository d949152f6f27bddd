"""Questions put to the engine on real windows, at dates of no known event and with effects put in."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from benchmarks.real_windows import RealWindow, thinned
from trends.chance.calibration import date_power
from trends.chance.course import growth, influence, season
from trends.chance.known_change import known_change
from trends.chance.predictive import predict_total
from trends.chance.prior import LevelPrior, fold_of
from trends.chance.scan import scan_changes
from trends.chance.shapes import candidates
from trends.chance.turning import NEIGHBOURHOOD, probability_begun, turning_point
from trends.chance.weighing import working_level
from trends.chance.working import WorkingLevel

#: Ratios put in; 1 is a placebo.
RATIOS = (1.0, 1.5, 2.0, 3.0, 5.0)
#: Of the others, every third window alone is asked.
OF_ALL = (1.0, 2.0)
#: Places of the placebo dates, as shares of the window: each window has one of them.
DATES = (1 / 2, 2 / 3, 3 / 4)
#: Lengths in periods of the pseudo-years that seasons are asked for, by the periods of a year: nothing in the world
#: recurs by them, and none is so near a year that windows of two years could not tell it from one.
PSEUDO_YEARS = {12: (9, 10, 14, 16), 4: (3, 5)}
#: Least incidents in all, and before a date, for a question to be asked.
LEAST, _LEAST_BEFORE = 8, 3
#: Probability from which a claimed window of dates or a season is called.
CALLED = 0.8


class Trial(NamedTuple):
    """One question, asked once.

    ``found`` says whether something was found, ``covered`` whether the 95 % interval holds what was put in (NaN where
    there is no interval), ``half_width`` that of the interval on the log scale.
    """

    question: str
    freq: str
    periods: int
    country: str
    half: int
    mean: float
    ratio: float
    found: float
    covered: float
    half_width: float


Found = tuple[str, float, float, float]


def step(n: int, date: int, ratio: float, last: int | None = None) -> np.ndarray:
    place = np.arange(n)
    return np.log(ratio) * ((place >= date) & (place <= (n - 1 if last is None else last)))


def asked(counts: np.ndarray, date: int) -> bool:
    """Whether there are incidents enough for a question on a date."""
    return bool(counts[:date].sum() >= _LEAST_BEFORE and counts.sum() >= LEAST)


def effects(window: RealWindow, i: int, ratio: float, per_year: float) -> Iterator[Found]:
    """A change at a known date: a new level to the end, and a quarter of a year that stands out."""
    n = len(window.counts)
    date = round(n * DATES[i // 3 % len(DATES)])
    spans = (("effect", n - 1), ("quarter", date + max(round(per_year / 4), 1) - 1))
    for name, last in spans:
        for side, put_in in (("rise", ratio), ("fall", 1 / ratio)):
            rng = np.random.default_rng([n, date, last, i])
            counts = thinned(window.counts, step(n, date, put_in, last), rng)
            if not asked(counts, date):
                continue
            if side == "rise" or ratio != 1:
                posterior = known_change(counts, date, (date, last), prior=window.prior, per_year=per_year).log_ratio
            below = posterior.below(0.0)
            if side == "rise":
                low, high = posterior.interval()
                yield name, min(below, 1 - below) < 0.025, low <= np.log(ratio) <= high, (high - low) / 2
            yield f"{name}, {side}", min(below, 1 - below) <= 0.05 and (below > 0.5) == (side == "fall"), np.nan, np.nan


def dates(window: RealWindow, i: int, ratio: float, per_year: float) -> Iterator[Found]:
    """A change at all beyond drift with its date, and whether one began within a claimed window of three dates."""
    n = len(window.counts)
    date = round(n * DATES[i // 3 % len(DATES)])
    counts = thinned(window.counts, step(n, date, ratio), np.random.default_rng([n, date, i]))
    if not asked(counts, date):
        return
    scan = scan_changes(counts, prior=window.prior, per_year=per_year)
    around = round(NEIGHBOURHOOD * per_year / 12)
    turn = turning_point(
        scan,
        np.random.default_rng(i),
        power=date_power(per_year, fold_of(window.country)),
        direction=1,
        among=(date - 1 - around, date + 1 + around),
    )
    put_in = ratio > 1
    first, last = scan.interval
    yield "change at all", scan.probability >= 0.95, first <= date <= last if put_in else np.nan, np.nan
    first, last = turn.interval
    began = probability_begun(*turn.window(date - 1, date + 1))
    yield "date", began >= CALLED, first <= date <= last if put_in else np.nan, np.nan


def trends(window: RealWindow, i: int, ratio: float, per_year: float) -> Iterator[Found]:
    """Growth beyond drift; the ratio is that of the window's end to its beginning."""
    n = len(window.counts)
    line = np.log(ratio) * np.arange(n) / (n - 1)
    counts = thinned(window.counts, line, np.random.default_rng([n, i]))
    if counts.sum() >= LEAST:
        level = level_of(counts, window.prior, per_year)
        beyond = growth(level, 0, n - 1, calibration=window.prior.calibration).beyond
        below, (low, high) = beyond.below(0.0), beyond.interval()
        true = np.log(ratio) / (n - 1) * per_year
        yield "trend", min(below, 1 - below) < 0.025, low <= true <= high, (high - low) / 2


def seasons(window: RealWindow, i: int, ratio: float, per_year: float) -> Iterator[Found]:
    """A quarter of the year with a rate of its own: of a pseudo-year, as real years have winters and harvests."""
    n, lengths = len(window.counts), PSEUDO_YEARS[round(per_year)]
    length, rng = lengths[i % len(lengths)], np.random.default_rng([n, i])
    column = ((np.arange(n) + rng.integers(length)) % length < max(round(length / 4), 1)) * 1.0
    counts = thinned(window.counts, np.log(ratio) * column, rng)
    if counts.sum() >= LEAST:
        level = level_of(counts, by_pseudo_year(window.prior, per_year, length), float(length))
        contrast = influence(level, column)
        below, (low, high) = contrast.below(0.0), contrast.interval()
        yield "season at all", season(level).probability >= CALLED, np.nan, np.nan
        yield "season", min(below, 1 - below) < 0.025, low <= np.log(ratio) <= high, (high - low) / 2


def forecasts(window: RealWindow, i: int, ratio: float, per_year: float) -> Iterator[Found]:
    """The total of the quarter and of the year ahead; found is an alarm at .05."""
    n = len(window.counts)
    for name, ahead in (("forecast, quarter", max(round(per_year / 4), 1)), ("forecast, year", round(per_year))):
        counts = thinned(window.counts, step(n, n - ahead, ratio), np.random.default_rng([n, ahead, i]))
        seen, observed = counts[: n - ahead], counts[n - ahead :].sum()
        if seen.sum() >= LEAST:
            ahead_of = predict_total(
                seen, ahead, np.random.default_rng(i), draws=1000, prior=window.prior, per_year=per_year
            )
            low, high = ahead_of.interval()
            covered = low <= observed <= high if ratio == 1 else np.nan
            yield name, ahead_of.at_least(observed) < 0.05, covered, np.nan


def by_pseudo_year(prior: LevelPrior, per_year: float, length: int) -> LevelPrior:
    """The prior that means the same of each period where so many of them are called a year."""
    theta = prior.theta.copy()
    theta[:, 0] *= per_year / length
    theta[:, 3] **= length / per_year
    return replace(prior, theta=theta)


def level_of(counts: np.ndarray, prior: LevelPrior, per_year: float) -> WorkingLevel:
    """The level of a window, with nothing asked of it yet."""
    return working_level(counts, candidates(len(counts), ()), prior=prior, per_year=per_year)[0]


Question = Callable[[RealWindow, int, float, float], Iterator[Found]]
#: What is asked, by the name of the group.
QUESTIONS: dict[str, Question] = {
    "effects": effects,
    "dates": dates,
    "trends": trends,
    "seasons": seasons,
    "forecasts": forecasts,
}


def trials(windows: list[RealWindow], freq: str, per_year: float, groups: tuple[str, ...]) -> list[Trial]:
    """Every question of the groups, put to every window."""
    found = []
    for i, window in enumerate(windows):
        head = freq, len(window.counts), window.country, window.half, float(window.counts.mean())
        for k, ratio in enumerate(RATIOS):
            if ratio in OF_ALL or i % 3 == k % 3:
                for group in groups:
                    for name, *rest in QUESTIONS[group](window, i, ratio, per_year):
                        found.append(Trial(name, *head, ratio, *(float(r) for r in rest)))
    return found
