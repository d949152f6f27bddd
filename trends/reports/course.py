"""The course of the counts, whatever was claimed: regimes, trend, season, and one province against the rest.

Each part fits one model once and tells it as sentences, a table and a chart. What cannot be fitted is a sentence too.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trends import drawing, periods
from trends.charts.wording import counts_caption, percent, plain, pvalue, sentence
from trends.claims.words import figure, span_in_words, when_in_words
from trends.counts.panel import Panel, exposure_of
from trends.errors import ModelError
from trends.models.changepoints.commonbreaks import common_breaks
from trends.models.changepoints.model import ChangepointModel
from trends.models.changepoints.results import ChangepointResults
from trends.models.joinpoints.compare import compare_joinpoints
from trends.models.joinpoints.model import JoinpointModel
from trends.nouns import LARGEST_PERCENT, listed, plural
from trends.reports.parts import Chart, Table
from trends.reports.season import has_season, p_in_words, season_told

_HEIGHT = 2.4
_CERTAIN = 0.95
#: Years that are called the last ones.
_LATELY = 2
#: Turns of a trend that are looked for, and in a series longer than this: each more multiplies the work by its length.
_TURNS, _TURNS_IN_LONG, _LONG = 2, 1, 200
_CRITERIA = {"bic": "BIC", "mbic": "modified BIC", "calibrated": "the calibrated penalty", "posterior": "the posterior"}


@dataclass(frozen=True)
class Aspect:
    """One question about the course of the counts, answered in sentences, with a table and a chart where it has any."""

    heading: str
    text: tuple[str, ...]
    table: Table | None = None
    chart: Chart | None = None


def course(
    panel: Panel, title: str, calendar: Mapping | None = None, *, permutations: int = 999
) -> tuple[tuple[Aspect, ...], dict[str, Callable[[], Axes]]]:
    """The course of a panel's total as aspects, and how to draw the chart of each, by name.

    Parameters
    ----------
    panel : Panel
        The counts. Days are counted by month; a period in which some provinces were watched more than others is left
        out of the total.
    title : str
        What the counts are called.
    calendar : mapping of str to list of (first, last), optional
        What recurs every year, as `trends.claims.study.Study.windows` gives it.
    permutations : int
        Of the permutation tests of the trend; the seed is fixed.

    Examples
    --------
    >>> from trends.counts.simulate import simulate_series
    >>> steps = [simulate_series(48, base=20, at="2017-01", rate_ratio=0.3, rng=seed) for seed in (1, 2)]
    >>> counts = pd.DataFrame(dict(zip(["Diyala", "Kirkuk"], steps)))
    >>> aspects, draw = course(Panel(counts), "Events", permutations=99)
    >>> [aspect.heading for aspect in aspects]
    ['Regimes', 'Trend', 'Season', 'One province against the others']
    >>> aspects[0].text[0].split('. ')[0]
    'The level changed once from January 2015 to December 2018'
    """
    panel = panel.to("M", partial="exposure") if panel.frequency == "D" else panel
    total = panel.total(partial="missing")
    if not total.notna().any():
        words = "There is no period in which all provinces were watched alike, so that their total has no course."
        return (Aspect("All provinces together", (words,)),), {}
    # A season that nobody takes out hides a change of level, or moves its date.
    seasons = has_season(total, calendar) or None
    told, draw = list[Aspect](), dict[str, Callable[[], Axes]]()
    for name, heading, words, tell in (
        ("regimes", "Regimes", "Counts and regimes", partial(regimes_told, panel, total, seasons)),
        ("trend", "Trend", "Counts and their trend", partial(trend_told, total, seasons, permutations)),
        ("season", "Season", "The season, beside the trend", partial(season_told, panel, total, calendar)),
        ("parting", "One province against the others", "", partial(parting_told, panel, permutations)),
    ):
        try:
            text, table, plot = tell()
        except ModelError as error:
            text, table, plot = (
                [error.lacks],
                None,
                None,
            )
        chart = None
        if plot is not None:
            chart = Chart(f"course-{name}", f"Chart. {words}, {title}. {text[0]}", f"{words}, {title}")
            draw[chart.name] = partial(_drawn, plot, total, f"{words}, {title}", dated=name != "season")
        told.append(Aspect(heading, tuple(text), table, chart))
    return tuple(told), draw


def _drawn(plot: Callable, total: pd.Series, title: str, *, dated: bool) -> Axes:
    ax = plot(drawing.axes(height=_HEIGHT))
    y_label = "rate, the average being 1"
    if dated:
        drawing.unwatched(ax, total.index, exposure_of(total))
        y_label = f"{_unit(total)} a {_noun(total)}"
    words = {"title": title, "caption": counts_caption(total), "y_label": y_label}
    return drawing.finish(ax, **{part: plain(text) for part, text in words.items()}, legend=dated)


def _unit(series: pd.Series) -> str:
    return series.attrs.get("unit") or "incidents"


def _noun(series: pd.Series) -> str:
    return periods.frequency_name(periods.frequency_of(series.index))


def _span(series: pd.Series) -> str:
    watched = series.index[series.notna()]
    return f"from {when_in_words(watched[0])} to {when_in_words(watched[-1])}"


def regimes_told(panel: Panel, total: pd.Series, seasons: bool | None = None) -> tuple[list[str], Table, Callable]:
    """How many levels the counts had, since when, and which provinces changed; sentences, a table and a chart."""
    fit = ChangepointModel(total, seasons=seasons).fit()
    with warnings.catch_warnings(record=True) as minded:
        warnings.simplefilter("always", UserWarning)
        dates = fit.interval()
    rows = [*fit.segments.itertuples()]
    per = f"{_unit(total)} a {_noun(total)}"
    if len(fit.breaks):
        times = {1: "once", 2: "twice"}.get(len(fit.breaks), f"{len(fit.breaks)} times")
        words = f"The level changed {times} {_span(total)}."
        for (low, high), before, now in zip(dates.to_numpy(), rows, rows[1:], strict=False):
            change = f"{figure(now.rate / before.rate, 'ratio')} times the {_rate(before.rate)} before"
            words += f" From {when_in_words(now.first)} (95 % interval {span_in_words(low, high)}) there were "
            words += f"{_rate(now.rate)} {per}, {change if before.rate > 0 else 'after none'}."
    else:
        words = f"No change of level {_span(total)} is beyond what the counts do by themselves; they had "
        words += f"{_rate(rows[0].rate)} {per}."
    words += " The season told below is taken out." if seasons else ""
    text = [words, _criteria_told(fit), *(sentence(str(each.message)) for each in minded), _provinces_told(panel)]
    if seasons and text[-1]:
        text[-1] += " The season is not taken out there, which can hide changes."
    began = ["", *(span_in_words(low, high) for low, high in dates.to_numpy())]
    table = Table(
        "The regimes: rates with their intervals, and between which periods each began",
        ("First", "Last", sentence(per)[:-1], "95 % interval", "Began (95 % interval)"),
        tuple(
            (periods.label_of(row.first), periods.label_of(row.last), _rate(row.rate), _bounds(row), when)
            for row, when in zip(rows, began, strict=True)
        ),
        (False, False, True, True, False),
    )
    return [each for each in text if each], table, fit.plot_fit


def _rate(value: float) -> str:
    return figure(float(value), "number")


def _bounds(row: Any) -> str:
    return f"{_rate(row.lower)} to {_rate(row.upper)}"


def _criteria_told(fit: ChangepointResults) -> str:
    """Whether the criteria agree on the number of changes, and what was allowed for."""
    number, choices = len(fit.breaks), fit.choices
    certain = f"the posterior probability of {plural(number, 'change')} is {percent(fit.number[number], 0)}"
    if (choices == number).all():
        words = f"All criteria choose this number; {certain}."
    else:
        named = [f"{_CRITERIA[name]} {chosen}" for name, chosen in choices.items()]
        words = f"The criteria do not agree on the number of changes ({', '.join(named)}): the calibrated penalty is "
        words += f"followed, by which one simulated series in twenty without a change shows one; {certain}."
    return f"{words} {_spread(fit.inflation)}."


def _spread(times: float) -> str:
    if times < 1.05:
        return "The counts vary no more than independent events would"
    told = f"Dispersion and serial dependence make the counts vary {_rate(times)} times as much as independent events"
    return f"{told} would, which is allowed for"


def _provinces_told(panel: Panel) -> str:
    """Which provinces changed at dates that they share; nothing where some were not watched throughout."""
    if len(panel.provinces) < 2 or (panel.exposure < 1).any(axis=None):
        return ""
    try:
        found = common_breaks(panel.counts)
    except ModelError:
        return "The counts are too few to look for dates that provinces share."
    certain = percent(found.number[len(found.breaks)], 0)
    if not len(found.breaks):
        return f"The provinces share no date of change (probability {certain})."
    words = []
    for when in found.breaks:
        rows = found.provinces.loc[when]
        sure = rows[rows["probability"] >= _CERTAIN]
        named = listed([f"{name} ({figure(row.ratio, 'ratio')} times)" for name, row in sure.iterrows()] or ["none"])
        words.append(f"{when_in_words(when)}: {named}")
    number = plural(len(found.breaks), "date")
    return (
        f"The provinces share {number} of change (probability {certain}). These changed with a probability of "
        f"{percent(_CERTAIN, 0)} or more, and of the others it is open. {'. '.join(words)}."
    )


def trend_told(total: pd.Series, seasons: bool | None, permutations: int) -> tuple[list[str], Table, Callable]:
    """Whether the counts rise or fall, since when and how fast; sentences, a table and a chart."""
    turns = _turns(total)
    fit = JoinpointModel(total.rename("counted"), max_joinpoints=turns, seasons=seasons, draws=permutations).fit()
    segments, whole = [*fit.apc.itertuples()], fit.aapc()
    last = segments[-1]
    text = [f"Since {when_in_words(last.first)} the counts have been {_yearly(last.apc, last, 'rising', 'falling')}."]
    if fit.number:
        text[0] += f" Over the whole span they were {_yearly(whole.aapc, whole, 'rising', 'falling')} on average."
        dates = [
            f"{when_in_words(row.joinpoint)} (95 % interval {span_in_words(row.lower, row.upper)})"
            for row in fit.intervals().itertuples()
        ]
        text.append(f"The trend turned with {listed(dates)}.")
    else:
        text.append("No turn of the trend is beyond chance.")
    looked = f"{plural(turns, 'turn')} {'was' if turns == 1 else 'were'} looked for"
    text[1] += (
        f" At most {looked}, with {permutations} permutations a test. A sudden change shows as a slope here, because "
    )
    text[1] += "the lines meet; the regimes tell it better."
    text[1] += " The season told below is taken out." if seasons else ""
    text += fit.warnings
    shown = [(f"segment {n}", row, row.apc) for n, row in enumerate(segments, 1)] + [("average", whole, whole.aapc)]
    table = Table(
        "Change a year" if _in_times(shown) else "Annual percent change",
        ("Part", "First", "Last", "Times a year" if _in_times(shown) else "Percent a year", "95 % interval", "p"),
        tuple(
            (name, row.first, row.last, *_cells(value, row, _in_times(shown)), pvalue(row.pvalue))
            for name, row, value in shown
        ),
        (False, False, False, True, True, True),
    )
    return text, table, fit.plot_fit


def _turns(series: pd.Series) -> int:
    """How many turns of a trend to look for; no trend is told of less than two years."""
    watched = int(series.notna().sum())
    if watched < 2 * periods.PER_YEAR[periods.frequency_of(series.index)]:
        raise ModelError(
            "tell a trend",
            found=f"{plural(watched, f'watched {_noun(series)}')}",
            allowed="two years of them and more",
            do="take a longer panel",
            lacks="The counts span less than two years, which is too short to tell a trend from.",
        )
    return _TURNS if len(series) <= _LONG else _TURNS_IN_LONG


def _in_times(shown: list) -> bool:
    """Whether any yearly change is so large that all are told as factors."""
    return max(max(value, row.upper) for _, row, value in shown) / 100 + 1 >= LARGEST_PERCENT


def _cells(value: float, row: Any, times: bool) -> tuple[str, str]:
    if not times:
        return _signed(value), _sides(row)
    factor, low, high = (figure(1 + each / 100, "ratio") for each in (value, row.lower, row.upper))
    return factor, f"{low} to {high}"


def _signed(value: float) -> str:
    rounded = f"{value:,.0f}" if abs(value) >= 10 else f"{value:.1f}"
    return rounded.replace("-", "\u2212")


def _sides(row: Any) -> str:
    return f"{_signed(row.lower)} to {_signed(row.upper)}"


def _yearly(value: float, row: Any, rising: str, falling: str) -> str:
    certain = row.lower > 0 or row.upper < 0
    way = rising if value > 0 else falling
    if max(value, row.upper) / 100 + 1 >= LARGEST_PERCENT:
        # Nobody can picture a growth of thousands of percent.
        factor, low, high = (figure(1 + each / 100, "ratio") for each in (value, row.lower, row.upper))
        interval = f"(95 % interval of the yearly factor {low} to {high})"
        return f"{way if certain else f'neither clearly {rising} nor {falling}:'} {factor} times a year {interval}"
    interval = f"(95 % interval of the yearly change {_sides(row)}\u00a0%)"
    if certain:
        return f"{way} by {_signed(abs(value))}\u00a0% a year {interval}"
    return f"neither clearly {rising} nor {falling}: {_signed(value)}\u00a0% a year {interval}"


def parting_told(panel: Panel, permutations: int) -> tuple[list[str], None, None]:
    """Whether the province with the most incidents lately has a trend of its own; sentences."""
    lately = panel.index[-round(_LATELY * periods.PER_YEAR[panel.frequency]) :]
    sums = panel.counts.loc[lately].sum()
    if len(sums) < 2 or sums.max() == 0:
        raise ModelError(
            "compare the trend of a province with that of the others",
            found=f"{plural(len(sums), 'province')} with {plural(sums.max(), 'incident')} in the last {_LATELY} years",
            allowed="two provinces, one of them with incidents then",
            do="take a longer panel",
            lacks="No province has incidents enough of late to hold its course against that of the others.",
        )
    name = sums.idxmax()
    own, rest = panel[name], panel.total([other for other in panel.provinces if other != name], partial="missing")
    tests = compare_joinpoints(own, rest, max_joinpoints=_turns(own), draws=permutations)["pvalue"]
    choices = int((panel.counts.sum() > 0).sum())
    corrected = min(1.0, choices * tests["parallel"])
    parted = corrected < 0.05
    verb = "parted from" if parted else "is not shown to have parted from"
    return (
        [
            f"The trend of {name}, which has the most {_unit(own)} of the last {_LATELY} years "
            f"({figure(sums[name], 'count')}), {verb} that of all others together: that both follow one trend, each at "
            f"a level of its own, has {p_in_words(tests['parallel'])} (permutation test); that they follow one trend "
            f"at one level, {p_in_words(tests['coincident'])}. {_shares_told(own, rest, lately)}".strip(),
            f"The province was chosen out of {choices} for its latest counts, which by itself favours a parting. "
            f"Corrected for that choice (Bonferroni) the first has {p_in_words(corrected)}.",
        ],
        None,
        None,
    )


def _shares_told(own: pd.Series, rest: pd.Series, lately: pd.PeriodIndex) -> str:
    """The share of a province in all incidents, before and lately."""
    seen = own.notna() & rest.notna()
    late = own.index.isin(lately)
    shares = [own[seen & part].sum() / (own + rest)[seen & part].sum() for part in (~late, late) if (seen & part).any()]
    if len(shares) < 2 or not np.isfinite(shares).all():
        return ""
    before, since = (percent(share, 0) for share in shares)
    return f"Its share of all {_unit(own)} was {before} before and {since} since {when_in_words(lately[0])}."
