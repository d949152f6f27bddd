"""The season of the counts, told: the months, what recurs by the calendar, and what quarters can say of it."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from trends import periods
from trends.charts.wording import percent, pvalue
from trends.claims.words import figure
from trends.counts.panel import Panel
from trends.errors import ModelError
from trends.fits.calendar import HIJRI, calendar_windows
from trends.fits.design import baseline
from trends.fits.overlap import Overlap, overlaps
from trends.models.seasonality import SeasonalModel, SeasonalResults
from trends.reports.parts import Table
from trends.reports.sentences import inseparable

# The smooth trend bends once in so many years: less would follow the season itself.
_YEARS_A_BEND = 2
_CHANCE = 0.05
# Fewer quarters than this say nothing of a season beside a trend.
_FEWEST_QUARTERS = 8


def season_told(panel: Panel, total: pd.Series, calendar: Mapping | None) -> tuple[list[str], Table, Callable]:
    """Whether the counts have a season and what recurs by the calendar does to them; sentences, a table and a chart."""
    noun = periods.frequency_name(periods.frequency_of(total.index))
    calendar = calendar or {}
    kept, lost = _separable(total, calendar)
    fit = _model(total, kept).fit()
    text, rows = [_months_told(fit)], [_season_row(fit)]
    for name, effect in fit.calendar.iterrows():
        text.append(_effect_told(f"A {noun}", name, effect, "beside trend and season"))
        rows.append(_row(_named(name), effect))
    for name, told in lost.items():
        text.append(told)
        alone = _model(total, {**kept, name: calendar[name]}, seasons=None)
        if alone.exog[name].any():
            effect = alone.fit().calendar.loc[name]
            text[-1] += " " + _effect_told(f"If it were the only season, a {noun}", name, effect, "beside the trend")
            rows.append(_row(f"{_named(name)}, as the only season", effect))
    if kept and periods.frequency_of(total.index) == "M":
        by_quarter, found = _quarters_told(panel, kept)
        text += by_quarter
        rows += found
    text += [each for each in fit.warnings if each not in text]
    heads = ("What recurs", "Rate ratio", "95 % interval", "p")
    caption = f"Season and calendar: the rate of a {noun} (or quarter) wholly within, over one wholly outside"
    table = Table(caption, heads, tuple(rows), (False, True, True, True))
    return text, table, fit.plot_indices


def has_season(total: pd.Series, calendar: Mapping | None) -> bool:
    """Whether the counts have a season beyond chance, by the test that `season_told` tells of."""
    try:
        kept, _ = _separable(total, calendar or {})
        return _season_p(_model(total, kept).fit()) < _CHANCE
    except ModelError:
        return False


def _model(total: pd.Series, calendar: Mapping, **options: Any) -> SeasonalModel:
    years = len(total) / periods.PER_YEAR[periods.frequency_of(total.index)]
    return SeasonalModel(total, calendar=calendar, trend=max(1, int(years / _YEARS_A_BEND)), **options)


def _separable(total: pd.Series, calendar: Mapping) -> tuple[dict, dict[str, str]]:
    """The entries of a calendar that the season leaves an estimate for, and for the others why it does not."""
    design = _model(total, calendar).exog
    exact = {each.columns[-1]: _apart(each) for each in overlaps(design[total.notna()]) if each.exact}
    lost = {name: exact[name] for name in calendar if name in exact}
    return {name: windows for name, windows in calendar.items() if name not in lost}, lost


def _apart(found: Overlap) -> str:
    """Which months and entries of a calendar cannot be told apart."""
    return inseparable([_title(_named(name)) for name in found.columns], exact=found.exact)


def p_in_words(value: float) -> str:
    """A p-value as it stands in a sentence: ``"p = 0.23"``, ``"p below 0.001"``."""
    words = pvalue(value)
    return f"p {words}" if words.startswith("below") else f"p = {words}"


def _named(name: str) -> str:
    words = name.replace("_", " ")
    return words.title() if name in HIJRI else words


def _title(name: str) -> str:
    return name if name.startswith("quarter") else name.title()


def _season_p(fit: SeasonalResults) -> float:
    return fit.season_test.pvalue if fit.season_test else 1.0


def _months_told(fit: SeasonalResults) -> str:
    """Whether the months (or quarters) differ, and the ends between which they lie."""
    table, p = fit.indices, _season_p(fit)
    what = "quarters" if table.index[0].startswith("quarter") else "months"
    high, low = table["index"].idxmax(), table["index"].idxmin()
    ends = ", ".join(f"{_interval(table.loc[name], 'index')} in {_title(name)}" for name in (high, low))
    start = f"The {what} differ" if p < _CHANCE else f"That the {what} differ is not shown"
    return f"{start} (joint test, {p_in_words(p)}). The highest and the lowest index, 1 being the average, are {ends}."


def _interval(row: pd.Series, name: str) -> str:
    return f"{figure(row[name], 'ratio')} (95 % interval {_bounds(row)})"


def _bounds(row: pd.Series) -> str:
    return f"{figure(row['lower'], 'ratio')} to {figure(row['upper'], 'ratio')}"


def _effect_told(subject: str, name: Any, effect: pd.Series, beside: str) -> str:
    """The effect of an entry of the calendar, or why there is none, in a sentence."""
    if effect["untestable"]:
        return effect["untestable"]
    words = f"{subject} that is all {_named(name)} would have {_interval(effect, 'ratio')} times the rate of one "
    words += f"without it, {beside} ({p_in_words(effect['pvalue'])})"
    share = effect["largest_share"]
    if share >= 1:
        return words + "."
    most = figure(effect["ratio"] ** share, "ratio")
    return f"{words}. This extrapolates: at most {percent(share, 0)} of the days of one are, which makes {most} times."


def _season_row(fit: SeasonalResults) -> tuple[str, ...]:
    index = fit.indices["index"]
    ends = f"{_title(index.idxmax())} to {_title(index.idxmin())}"
    return (f"Season, {ends}", figure(index.max() / index.min(), "ratio"), "–", pvalue(_season_p(fit)))


def _row(name: str, effect: pd.Series) -> tuple[str, ...]:
    if effect["untestable"]:
        return name, "–", "–", "–"
    return name, figure(effect["ratio"], "ratio"), _bounds(effect), pvalue(effect["pvalue"])


def _quarters_told(panel: Panel, calendar: Mapping) -> tuple[list[str], list[tuple[str, ...]]]:
    """What the same counts would say of the calendar by quarters, and where they would say nothing."""
    total = panel.to("Q", partial="missing").total(partial="missing")
    kept, lost = _separable(total, calendar)
    text, rows = list(lost.values()), []
    try:
        effects = _model(total, kept).fit().calendar if kept else pd.DataFrame()
    except ModelError:
        return ["By quarters there are too few of these counts to tell."], []
    for name, effect in effects.iterrows():
        words = _effect_told("By quarters, one", name, effect, "beside trend and season")
        text.append(" ".join([words, *_confounded(total.index, name, calendar[name])]))
        rows.append(_row(f"{_named(name)}, by quarters", effect))
    return text, rows


def _confounded(index: pd.PeriodIndex, name: str, windows: Any) -> list[str]:
    """The longest span up to the end in whose quarters an entry can hardly be told from the season, in a sentence."""
    for first in index[: 1 - _FEWEST_QUARTERS : periods.PER_YEAR["Q"]]:
        part = index[index >= first]
        design = baseline(part, seasons=True, calendar=calendar_windows(part, {name: windows}))
        told = [_apart(each) for each in overlaps(design) if name in each.columns]
        if told:
            return told[:1]
    return []
