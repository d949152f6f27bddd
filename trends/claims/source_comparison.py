"""Several sources of the same outcome side by side: levels, their drift, directions, turning points, breaks."""

import warnings
from dataclasses import dataclass
from datetime import date
from html import escape
from math import isfinite

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.stats import chi2_contingency

from trends import drawing, periods
from trends.chance.agreement import Direction, LevelRatio, best_tiles, direction_agreement, level_ratio
from trends.claims import comparison_words
from trends.claims.study import Study
from trends.errors import StudyError
from trends.models.changepoints.model import ChangepointModel

# Fewer common periods show neither a drift nor a turn.
_FEWEST, _FEWEST_TURNS = 8, 24


@dataclass(frozen=True, eq=False)
class SourcePair:
    """Two sources of a study on the spans that both have.

    Attributes
    ----------
    first, second : str
        Their names; ratios are the second over the first.
    counts : pandas.DataFrame
        ``first, last`` (days) and the counts of both, columns of their names, a row a common span: the periods of two
        panels, or the spans of published figures, below which nothing is compared.
    panels : bool
        Whether both are counted by period.
    same_origin, same_rule : bool
        Whether they are drawn from the same incidents; whether measure, actor and rule are the same.
    level : LevelRatio
        The second over the first.
    uneven : float
        Without a drift: the p-value of one ratio in all spans, for independent incidents. NaN with one span.
    periods, years : Direction or None
        Agreement in direction from one span to the next, and from one year to the next.
    turns : pandas.DataFrame or None
        ``source, at, lower, upper``: the turning points of each, from `trends.ChangepointModel`.
    breaks : tuple of (str, pandas.Period, str, tuple)
        For each registered break in measurement within the common span: whose, when, what, and the factor of the step
        in the ratio with its interval (None where it cannot be fitted).
    singly : numpy.ndarray, shape (n, 3)
        The ratio of each span alone with its interval, for independent incidents; empty from eight spans on.
    sentences : tuple of str
        The same in words.
    """

    first: str
    second: str
    counts: pd.DataFrame
    panels: bool
    same_origin: bool
    same_rule: bool
    level: LevelRatio
    uneven: float
    periods: Direction | None
    years: Direction | None
    turns: pd.DataFrame | None
    breaks: tuple
    singly: np.ndarray
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class SourceComparison:
    """Sources of a study, each held against the first.

    Attributes
    ----------
    pairs : tuple of SourcePair
        The first source with each other that has a span in common with it.
    silent : tuple of str
        Sources asked for that have none.
    titles : dict of str to str
        What a reader calls them.
    """

    pairs: tuple[SourcePair, ...]
    silent: tuple[str, ...]
    titles: dict[str, str]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the comparison found, a sentence a fact."""
        told = [sentence for pair in self.pairs for sentence in pair.sentences]
        if self.silent:
            told.append(f"No span in common: {', '.join(self.titles[name] for name in self.silent)}.")
        return tuple(told)

    def summary(self) -> pd.DataFrame:
        """A row a pair: spans in common, the ratio of levels, its drift a year, and how often they move alike."""
        rows = []
        for pair in self.pairs:
            moves = pair.periods or Direction(0, 0, float("nan"), float("nan"))
            ends = dict(zip(("ratio", "lower", "upper"), pair.level.ratio, strict=True))
            drift = dict(zip(("drift", "drift_lower", "drift_upper"), pair.level.drift, strict=True))
            row = {"source": pair.second, "against": pair.first, "spans": len(pair.counts), **ends, **drift}
            rows.append(row | {"same_direction": moves.share, "chance": moves.chance, "pvalue": moves.pvalue})
        return pd.DataFrame(rows).set_index("source") if rows else pd.DataFrame()

    def _repr_html_(self) -> str:
        told = "".join(f"<li>{escape(sentence)}</li>" for sentence in self.sentences)
        return f"<ul>{told}</ul>{self.summary().round(2).to_html(border=0)}"

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    def plot(self, source: str | None = None, ax: Axes | None = None) -> Axes:
        """Axes with the ratio of a source (by default the first compared) to the reference, with its band.

        Without ``ax`` the levels of both, a month of 30 days each, stand above on a log axis; spans without an
        incident have no place on it.
        """
        pair = next((each for each in self.pairs if source in (None, each.second)), None)
        if pair is None:
            raise StudyError(
                "draw two sources",
                found=f"the source {source!r}",
                allowed=", ".join(each.second for each in self.pairs) or "none: no two sources have a span in common",
                do="name one of these",
            )
        spans = list(zip(pair.counts["first"], pair.counts["last"], strict=True))
        if ax is None:
            above, ax = drawing.stacked(2, heights=(1.4, 1), height=3.8)
            length = np.array([(last - first).days + 1 for first, last in spans]) / 30
            for name, colour in ((pair.first, "counts"), (pair.second, "fit")):
                drawing.levels(above, spans, pair.counts[name] / length, label=self.titles[name], colour=colour)
            drawing.log_axis(above)
            drawing.finish(above, y_label="counts in 30 days")
        drawing.levels(ax, spans, pair.counts[pair.second] / pair.counts[pair.first], colour="counts")
        each = pair.level.course if len(spans) >= _FEWEST else pair.singly
        drawing.levels(ax, spans, *each.T, label="ratio with its 95 % interval", colour="expected")
        drawing.log_axis(ax)
        caption = f"{self.titles[pair.second]} over {self.titles[pair.first]}; n = {len(spans)} common spans."
        return drawing.finish(ax, y_label="ratio", caption=caption)


def compare_sources(study: Study, sources=None, *, provinces=None, first=None, last=None) -> SourceComparison:
    """Several sources of a study side by side: do they count the same, move alike, and turn at the same time?

    Parameters
    ----------
    study : Study
        The study.
    sources : list of str, optional
        The sources, the one that the others are held against first. By default the study's own, and every other one
        that counts the same thing, or the same actor from other incidents.
    provinces : list of str, optional
        Places to add up; by default the whole country.
    first, last : str, optional
        Labels of the first and last period to look at.

    Returns
    -------
    SourceComparison

    Raises
    ------
    StudyError
        For a source that the study does not have, or fewer than two.

    Notes
    -----
    Two panels are compared by period, at the coarser of their frequencies. A published figure is compared with what
    the other source has for just its days: nothing is invented below the grain of what was published. Of figures that
    overlap, those are taken that cover the most days and, among these, are the finest.

    **Assumptions**: see `trends.chance.agreement.level_ratio` and `direction_agreement`. Turning points are those of
    a level that is constant between them.

    Examples
    --------
    >>> from trends.claims.examples import example_studies
    >>> from trends.claims.study import read_study
    >>> found = compare_sources(read_study(example_studies()["iraq"]), ["lig_oir", "ctc_sigact"])
    >>> print(found.pairs[0].sentences[0])
    Knights & Almeida (CTC) counts 2.10 times as many as Lead Inspector General (95 % interval 1.91 to 2.30), over \
2 common spans: 2.26 in the first quarter of 2020, 2.00 in the second quarter of 2020.
    """
    names = list(dict.fromkeys(sources or _alike(study)))
    for name in names:
        study.sources.get(name) or study.panel(name)
    if len(names) < 2:
        raise StudyError(
            f"compare the sources of {study.path}",
            found=f"the sources {', '.join(names)}",
            allowed=f"two or more of {', '.join(study.sources)}",
            do="name another one",
        )
    pairs, silent = [], []
    for other in names[1:]:
        counts = _common(study, names[0], other, provinces, first, last)
        enough = counts is not None and (counts[[names[0], other]].sum() > 0).all()
        pairs.append(_pair(study, names[0], other, counts)) if enough else silent.append(other)
    return SourceComparison(tuple(pairs), tuple(silent), {name: study.sources[name].title for name in names})


def _alike(study: Study) -> list[str]:
    own = study.sources[study.source]
    origin = own.origin or own.name
    others = [
        name
        for name, source in study.sources.items()
        if source.measure == own.measure or (source.actor == own.actor and (source.origin or name) != origin)
    ]
    return list(dict.fromkeys([study.source, *others]))


def _common(study: Study, one: str, other: str, provinces, first, last) -> pd.DataFrame | None:
    """Days and counts of the spans that two sources have in common; None without any."""
    low = periods.period(first or study.first).start_time.date()
    high = periods.period(last or study.last).end_time.date()
    if one in study.panels and other in study.panels:
        spans = _periods_of(study, one, other)
    else:
        spans = [span for name in (one, other) if name in study.figures for span in _published(study, name)]
    rows = []
    for start, end in spans:
        totals = [study.total(name, str(start), str(end), provinces) for name in (one, other)]
        if low <= start and end <= high and np.isfinite(totals).all():
            rows.append((start, end, *totals))
    chosen = set(best_tiles([row[:2] for row in rows]))
    rows = sorted({row for row in rows if row[:2] in chosen})
    return pd.DataFrame(rows, columns=["first", "last", one, other]) if rows else None


def _periods_of(study: Study, one: str, other: str) -> list[tuple[date, date]]:
    letter = min((study.panels[name].frequency for name in (one, other)), key=periods.PER_YEAR.get)
    index = periods.span(study.first, study.last, letter)
    return [(when.start_time.date(), when.end_time.date()) for when in index]


def _published(study: Study, name: str) -> list[tuple[date, date]]:
    figures = study.figures[name]
    counted = figures[(figures["unit"] == "count") & (figures["measure"] == study.sources[name].measure)]
    return list(zip(counted["first"], counted["last"], strict=True))


def _pair(study: Study, one: str, other: str, counts: pd.DataFrame) -> SourcePair:
    sources = [study.sources[name] for name in (one, other)]
    panels = one in study.panels and other in study.panels
    origins = [source.origin or source.name for source in sources]
    rules = [(source.measure, source.actor, source.rule) for source in sources]
    a, b = (counts[name].to_numpy(float) for name in (one, other))
    middle = [(first.toordinal() + last.toordinal()) / 2 / 365.25 for first, last in counts[["first", "last"]].values]
    years = np.array(middle)
    level = _level(a, b, years, origins[0] == origins[1], drift=len(a) >= _FEWEST)
    days = np.array([(last - first).days + 1 for first, last in counts[["first", "last"]].values])
    moves = direction_agreement(a / days, b / days) if len(a) > 1 else None
    yearly = _per_year(counts) if panels else None
    pair = SourcePair(
        first=one,
        second=other,
        counts=counts,
        panels=panels,
        same_origin=origins[0] == origins[1],
        same_rule=rules[0] == rules[1],
        level=level,
        uneven=_uneven(a, b) if 1 < len(a) < _FEWEST else float("nan"),
        periods=moves,
        years=direction_agreement(a, b, yearly) if yearly and len(a) > 2 * yearly else None,
        turns=_turns(study, one, other, counts) if panels and len(a) >= _FEWEST_TURNS else None,
        breaks=tuple(
            _break(each, source, counts, a, b, years, origins[0] == origins[1])
            for source in sources
            for each in source.breaks
        ),
        singly=_singly(a, b, years, origins[0] == origins[1]) if len(a) < _FEWEST else np.empty((0, 3)),
    )
    told = comparison_words.told(pair, study.sources[one].title, study.sources[other].title)
    return SourcePair(**{**pair.__dict__, "sentences": told})


def _level(a, b, years, same_origin: bool, **options) -> LevelRatio:
    """The second over the first; of lists of the same incidents the smaller is a part of the larger."""
    if same_origin and (a <= b).all() and (a < b).any():
        return level_ratio(a, b, years, nested=True, **options).inverse()
    return level_ratio(b, a, years, nested=same_origin and bool((b <= a).all() and (b < a).any()), **options)


def _singly(a, b, years, same_origin: bool) -> np.ndarray:
    """The ratio of each span alone."""
    found = np.full((len(a), 3), np.nan)
    for row in np.flatnonzero((a > 0) & (b > 0)):
        one = slice(row, row + 1)
        nested = same_origin and b[row] < a[row]
        found[row] = level_ratio(b[one], a[one], years[one], nested=nested, drift=False).ratio
    return found


def _uneven(a: np.ndarray, b: np.ndarray) -> float:
    """The p-value of one ratio in all spans."""
    seen = a + b > 0
    table = np.array([a[seen], b[seen]])
    return float(chi2_contingency(table, correction=False).pvalue) if (table.sum(axis=1) > 0).all() else float("nan")


def _per_year(counts: pd.DataFrame) -> int:
    days = (counts["last"].iloc[0] - counts["first"].iloc[0]).days + 1
    return round(365.25 / days)


def _turns(study: Study, one: str, other: str, counts: pd.DataFrame) -> pd.DataFrame:
    """The turning points of two panels over their common periods."""
    rows = []
    letter = min((study.panels[name].frequency for name in (one, other)), key=periods.PER_YEAR.get)
    index = periods.span(str(counts["first"].iloc[0]), str(counts["last"].iloc[-1]), letter)
    for name in (one, other):
        by_day = dict(zip(counts["first"], counts[name], strict=True))
        series = pd.Series([by_day.get(when.start_time.date(), np.nan) for when in index], index=index)
        with warnings.catch_warnings():
            # Intervals of two dates that overlap are shown as they are; the table has them.
            warnings.simplefilter("ignore")
            results = ChangepointModel(series).fit()
            ends = results.interval()
        for at, low, high in zip(results.breaks, ends["lower"], ends["upper"], strict=True):
            rows.append((name, at, low, high))
    return pd.DataFrame(rows, columns=["source", "at", "lower", "upper"])


def _break(each, source, counts: pd.DataFrame, a, b, years, same_origin: bool) -> tuple:
    """A registered break with the step in the ratio at it; the step is None where it has no two sides."""
    when = periods.period(each.first)
    after = np.array([first >= when.start_time.date() for first in counts["first"]])
    step = None
    if min(after.sum(), (~after).sum()) >= 3 and len(a) >= _FEWEST and a[after].sum() * b[after].sum() > 0:
        found = _level(a, b, years, same_origin, drift=False, step=after).step
        step = found if all(map(isfinite, found)) else None
    inside = counts["first"].iloc[0] < when.start_time.date() <= counts["last"].iloc[-1]
    return (source.title, when, each.what, step, inside)
