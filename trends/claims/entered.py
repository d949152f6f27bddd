"""Rival explanations of a change as columns of a regression, from the calendar, events and sources of a study."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from trends import periods
from trends.claims.claim import Claim
from trends.claims.words import when_in_words
from trends.counts.sources import MeasurementBreak
from trends.fits.calendar import HIJRI, calendar_windows
from trends.fits.design import effect_column, season_columns
from trends.models.rivals import event_column, starts

if TYPE_CHECKING:
    from trends.claims.study import Study

# Periods before a change in which counts that were up may have brought it on.
_BEFORE = 3


@dataclass(frozen=True)
class Rival:
    """Something else that may account for a change.

    Attributes
    ----------
    name, title : str
        As the claim names it, and as a reader is told.
    columns : pandas.DataFrame
        What it adds to a design, shape ``(n_periods, k)``.
    windows : tuple of (date, date)
        Its days, for a chart; empty for a season.
    starts : tuple of pandas.Period
        The first period of each of its rows.
    recurs : bool
        Whether it comes every year.
    note : str
        What a reader must know of it.
    """

    name: str
    title: str
    columns: pd.DataFrame
    windows: tuple[tuple[date, date], ...] = ()
    starts: tuple[pd.Period, ...] = ()
    recurs: bool = False
    note: str = ""


def named_rivals(
    names: tuple[str, ...], claim: Claim, study: "Study", counts: pd.Series, at: pd.Period | None
) -> list[Rival]:
    """The rivals that a claim names, and every break in measurement of its source within the counts."""
    index = counts.index
    found = [_named(name, study, index, at) for name in names if name != "peak_before" or at is not None]
    rivals = [rival for rival in found if rival is not None]
    source = study.sources[claim.counts.source or study.source]
    for each in source.breaks:
        rival = _of_measurement(each, source.title, index)
        if rival is not None:
            rivals.append(rival)
    return rivals


def _named(name: str, study: "Study", index: pd.PeriodIndex, at: pd.Period | None) -> Rival | None:
    """A rival by its name; None where it had not happened yet by the month that a study is looked at as of."""
    if name == "season":
        return Rival(name, "the season", season_columns(index, True), recurs=True)
    if name == "peak_before" and at is not None:
        noun = periods.frequency_name(periods.frequency_of(index))
        first, last = at - _BEFORE, at - 1
        column = ((index >= first) & (index <= last)).astype(float)
        columns = pd.DataFrame({name: column}, index=index)
        days = (first.start_time.date(), last.end_time.date())
        return Rival(name, f"the {_BEFORE} {noun}s before it", columns, (days,), (first,))
    title = study.event_title(name)
    rows = study.events[(study.events["event"] == name) | (study.events["category"] == name)]
    if rows.empty and name in HIJRI:
        windows = calendar_windows(index, [name])[name]
        return Rival(name, title.capitalize(), event_column(index, windows, name), tuple(windows), recurs=True)
    if rows.empty and study.as_of:
        return None
    windows = list(zip(rows["first"].dt.date, rows["last"].dt.date, strict=True))
    return Rival(
        name,
        title,
        event_column(index, windows, name),
        tuple(windows),
        tuple(starts(index, windows)),
        recurs=name in study.calendar,
    )


def _of_measurement(each: MeasurementBreak, source: str, index: pd.PeriodIndex) -> Rival | None:
    """A break in measurement as a step; None where it lies outside of the periods."""
    first = periods.period(each.first).start_time.to_period(index.freq)
    if not index[0] < first <= index[-1]:
        return None
    title, day = f"the change in counting of {when_in_words(first)}", first.start_time.date()
    note = f"From {when_in_words(first)} {source} does not count as before: {each.what}."
    columns = effect_column(index, first).add_prefix("measurement ")
    return Rival(f"measurement {each.first}", title, columns, ((day, day),), (first,), note=note)
