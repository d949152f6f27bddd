"""The same study on two releases of a source: what was revised, and which verdicts flip."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from trends import drawing, periods
from trends.arguments import checked_arguments
from trends.claims.assess import assess
from trends.claims.claim import Claim
from trends.claims.registry import kind_of
from trends.claims.rulings import Ruling
from trends.claims.study import Study
from trends.claims.verdict import Verdict
from trends.claims.words import figure, span_in_words, when_in_words
from trends.counts.panel import Panel
from trends.counts.sources import Source
from trends.errors import InputError, StudyError, TrendsError
from trends.nouns import listed, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_OPEN = (Ruling.UNTESTABLE, Ruling.NOT_ASSESSED)


@dataclass(frozen=True, eq=False, repr=False)
class Vintages:
    """A study held against two releases of one of its sources, over the span that both have.

    Attributes
    ----------
    old, new : str
        Titles of the two releases.
    first, last : str
        First and last period that both have.
    rulings : pandas.DataFrame
        A row a claim (``link`` is then ``"claim"``) and a row for each of its links: ``claim, link, ruling_old,
        ruling_new, estimate_old, lower_old, upper_old, estimate_new, lower_new, upper_new, unit, flipped``.
    aside : dict of str to str
        Claims that were not held against the two, with the reason.
    revisions : pandas.DataFrame
        The cells that differ: ``period, province, old, new, change``; NaN where a release has no such column, or did
        not watch the cell.
    totals : pandas.DataFrame
        By year: ``old, new, ratio``, all columns of a release added up.
    series : pandas.DataFrame
        The totals by period, columns ``old, new``.
    sentences : tuple of str
        What came of it, one idea each.
    """

    old: str
    new: str
    first: str
    last: str
    rulings: pd.DataFrame
    aside: dict[str, str]
    revisions: pd.DataFrame
    totals: pd.DataFrame
    series: pd.DataFrame
    sentences: tuple[str, ...]

    @property
    def flipped(self) -> list[str]:
        """Ids of the claims whose ruling is another with the new release than with the old."""
        whole = self.rulings[self.rulings["link"] == "claim"]
        return list(whole.loc[whole["flipped"], "claim"])

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Axes with the totals of both releases by period."""
        ax, index = drawing.axes(ax), self.series.index
        drawing.points(ax, index, self.series["old"], label=self.old)
        drawing.line(ax, index, self.series["new"], label=self.new)
        caption = f"{len(self.revisions):,} cells differ, {self.first} to {self.last}."
        return drawing.finish(ax, y_label=f"a {periods.frequency_name(periods.frequency_of(index))}", caption=caption)

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    def __repr__(self) -> str:
        return f"Vintages({self.old} and {self.new}, {self.first} to {self.last}: {len(self.flipped)} rulings differ)"

    def _repr_html_(self) -> str:
        told = "".join(f"<li>{escape(sentence)}</li>" for sentence in self.sentences)
        whole = self.rulings[self.rulings["link"] == "claim"][["claim", "ruling_old", "ruling_new", "flipped"]]
        return f"<ul>{told}</ul>{whole.to_html(index=False, border=0)}"


@checked_arguments
def compare_vintages(
    study: Study, old: str, new: str, progress: Callable[[int, int, str], None] | None = None
) -> Vintages:
    """A study held against two releases of one of its sources: what was revised, and which verdicts flip.

    Parameters
    ----------
    study : Study
        A study that has both releases among its sources, as panels.
    old, new : str
        Names of the two.
    progress : callable, optional
        Called with the claims done, their number and the id of the one just done.

    Returns
    -------
    Vintages

    Raises
    ------
    StudyError
        Where the two are not releases of one thing, or have no period in common.

    Notes
    -----
    Every claim whose span reaches into the common span is assessed twice, each time with one release in the place of
    both and nothing outside of the common span. A ruling on a claim so cut is not the study's ruling on it.

    **Assumptions**: the two differ by revision. Where they also differ by rule (what is located, which precision is
    kept), a difference may come of either, and ``sentences`` says so.

    Examples
    --------
    >>> from trends.claims.examples import example_studies
    >>> from trends.claims.study import read_study
    >>> study = read_study(example_studies()["iraq"])
    >>> found = compare_vintages(replace(study, claims=()), "ucdp_191", "ucdp")
    >>> print(found.sentences[0])
    Over January 2013 to December 2018, UCDP GED 21.1 has 2,934 fatal events where UCDP GED 19.1, all precisions had \
3,403.
    """
    panels = _panels(study, old, new)
    index = panels[0].index
    key = study.source if study.source in (old, new) else new
    halves = [_one_release(study, name, panel, (old, new), key) for name, panel in ((old, panels[0]), (new, panels[1]))]
    aside, rows, claims, shortened = {}, [], [], 0
    for claim in study.claims:
        reason = _no_matter(claim, study, index)
        if reason:
            aside[claim.id] = reason
        else:
            claims.append(claim)
    for done, claim in enumerate(claims, 1):
        cut = _cut(claim, (old, new), key, index)
        shortened += periods.period(claim.counts.last or study.last).end_time > index[-1].end_time
        rows += _compared(cut, *(_verdict(cut, half) for half in halves))
        if progress:
            progress(done, len(claims), claim.id)
    series = pd.DataFrame({"old": _total(panels[0]), "new": _total(panels[1])})
    by_year = series.groupby(periods.to_frequency(series.index, "Y")).sum(min_count=1)
    found = Vintages(
        old=study.sources[old].title,
        new=study.sources[new].title,
        first=periods.label_of(index[0]),
        last=periods.label_of(index[-1]),
        rulings=pd.DataFrame(rows, columns=_COLUMNS),
        aside=aside,
        revisions=revised_cells(*panels),
        totals=by_year.assign(ratio=by_year["new"] / by_year["old"].where(by_year["old"] > 0)),
        series=series,
        sentences=(),
    )
    return replace(found, sentences=_told(found, study.sources[old], study.sources[new], panels, shortened))


def _panels(study: Study, old: str, new: str) -> tuple[Panel, Panel]:
    """The two panels at the coarser of their frequencies, over the periods that both have."""
    asked = f"compare two releases of a source of {study.path}"
    panels = [study.panel(name) for name in (old, new)]
    origins = [study.sources[name].origin or name for name in (old, new)]
    kinds = [(study.sources[name].measure, study.sources[name].actor) for name in (old, new)]
    if old == new or kinds[0] != kinds[1] or origins[0] != origins[1]:
        raise StudyError(
            asked,
            found=f"{old!r} ({kinds[0][0]}, {kinds[0][1]}, origin {origins[0]!r}) and {new!r} ({kinds[1][0]}, "
            f"{kinds[1][1]}, origin {origins[1]!r})",
            allowed="two sources of one measure, actor and origin",
            do="name two releases; what different sources say together is what a claim asserts as realised",
        )
    letter = min((panel.frequency for panel in panels), key=periods.PER_YEAR.__getitem__)
    one, other = (panel.to(letter) for panel in panels)
    common = one.index.intersection(other.index)
    if not len(common):
        spans = [f"{periods.label_of(p.index[0])} to {periods.label_of(p.index[-1])}" for p in (one, other)]
        raise StudyError(
            asked,
            found=f"{old!r} for {spans[0]} and {new!r} for {spans[1]}",
            allowed="releases with periods in common",
            do="name two that overlap",
        )
    return one.span(common[0], common[-1]), other.span(common[0], common[-1])


def _one_release(study: Study, name: str, panel: Panel, pair: tuple[str, str], key: str) -> Study:
    """The study with one release in the place of both."""
    sources = {each: source for each, source in study.sources.items() if each not in pair}
    others = {each: held for each, held in study.panels.items() if each not in pair}
    return replace(
        study,
        sources={key: replace(study.sources[name], name=key), **sources},
        panels={key: panel, **others},
    )


def _no_matter(claim: Claim, study: Study, index: pd.PeriodIndex) -> str:
    """Why a claim is not held against the two releases; empty where it is."""
    if not any(kind_of(link).of_counts for link in claim.asserts.values()):
        return "rests on no counts"
    first, last = _span(claim, study, index)
    return "is about other times" if first > last else ""


def _span(claim: Claim, study: Study | None, index: pd.PeriodIndex) -> tuple[pd.Period, pd.Period]:
    first = claim.counts.first or (study.first if study else index[0])
    last = claim.counts.last or (study.last if study else index[-1])
    start = periods.period(first).start_time.to_period(index.freq)
    end = periods.period(last).end_time.to_period(index.freq)
    return max(start, index[0]), min(end, index[-1])


def _cut(claim: Claim, pair: tuple[str, str], key: str, index: pd.PeriodIndex) -> Claim:
    """The claim within the common span, about the one release that stands for both."""

    def named(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key if name in pair else name for name in names))

    first, last = (periods.label_of(when) for when in _span(claim, None, index))
    source = key if claim.counts.source in pair else claim.counts.source
    counts = replace(claim.counts, source=source, against=named(claim.counts.against), first=first, last=last)
    links = dict(claim.asserts)
    for name, link in links.items():
        by = getattr(link, "by", ())
        if by:
            links[name] = replace(link, by=named(by) if isinstance(by, tuple) else key if by in pair else by)
    return replace(claim, counts=counts, asserts=links)


def _verdict(claim: Claim, study: Study) -> Verdict | None:
    try:
        return assess(claim, study)
    except TrendsError:
        # What a claim cannot be asked within the common span is a row of the table and not the end of it.
        return None


_COLUMNS = (
    "claim", "link", "ruling_old", "ruling_new", "estimate_old", "lower_old", "upper_old", "estimate_new", "lower_new",
    "upper_new", "unit", "flipped",
)  # fmt: skip


def _compared(claim: Claim, old: Verdict | None, new: Verdict | None) -> list[tuple[Any, ...]]:
    """The rows of a claim: the whole first, then its links."""
    nothing = (np.nan, np.nan, np.nan)
    whole = [str(each.ruling) if each else str(Ruling.UNTESTABLE) for each in (old, new)]
    rows = [(claim.id, "claim", *whole, *nothing, *nothing, "", whole[0] != whole[1])]
    if old is None or new is None:
        return rows
    for before, after in zip(old.findings, new.findings, strict=True):
        known = [each.evidence for each in (before, after)]
        ends = [(e.estimate, e.lower, e.upper) if e and not e.untestable else nothing for e in known]
        unit = next((e.unit for e in known if e and not e.untestable), "")
        rulings = str(before.ruling), str(after.ruling)
        rows.append((claim.id, before.link, *rulings, *ends[0], *ends[1], unit, rulings[0] != rulings[1]))
    return rows


def _total(panel: Panel) -> pd.Series:
    return panel.counts.sum(axis=1, min_count=1)


def revised_cells(old: Panel, new: Panel) -> pd.DataFrame:
    """The cells of two panels over the same periods that differ: ``period, province, old, new, change``.

    Examples
    --------
    >>> index = periods.span("2020-01", "2020-02", "M")
    >>> old = Panel(pd.DataFrame({"Diyala": [5, 2]}, index=index))
    >>> revised_cells(old, Panel(pd.DataFrame({"Diyala": [6, 2]}, index=index)))
        period province  old  new  change
    0  2020-01   Diyala  5.0  6.0     1.0
    """
    columns: dict[str, str | None] = {}
    for name in old.provinces:
        try:
            columns[name] = new.province(name)
        except InputError:
            columns[name] = None
    lone = [name for name in new.provinces if name not in columns.values()]
    rows = []
    for before, after in [*columns.items(), *((None, name) for name in lone)]:
        one = old.counts[before].to_numpy() if before else np.full(len(old.index), np.nan)
        other = new.counts[after].to_numpy() if after else np.full(len(new.index), np.nan)
        # A column that one release does not have is told where it holds something.
        differ = np.nan_to_num(one) != np.nan_to_num(other)
        both = before and after
        differ |= (np.isnan(one) != np.isnan(other)) if both else False
        rows += [(periods.label_of(old.index[n]), after or before, one[n], other[n]) for n in np.flatnonzero(differ)]
    table = pd.DataFrame(rows, columns=["period", "province", "old", "new"])
    return table.assign(change=table["new"] - table["old"]).sort_values("period", kind="stable", ignore_index=True)


def _told(found: Vintages, old: Source, new: Source, panels: tuple[Panel, Panel], shortened: int) -> tuple[str, ...]:
    before, after = (figure(float(found.series[name].sum()), "count") for name in ("old", "new"))
    told = [
        f"Over {span_in_words(found.first, found.last)}, {found.new} has {after} {new.measure} where {found.old} had "
        f"{before}."
    ]
    both = found.revisions.dropna(subset="change")
    up = int((both["change"] > 0).sum())
    down = len(both) - up
    word = periods.frequency_name(panels[0].frequency)
    cells = panels[0].counts.size
    told.append(f"Of {cells:,} cells, a {word} of a province, {up:,} went up and {down:,} went down.")
    if old.rule != new.rule:
        told.append(
            f"They do not count by the same rule ({old.rule}, {new.rule}): a difference may come of the rule as well "
            "as of a revision."
        )
    lone = found.revisions[found.revisions["change"].isna()].groupby("province")[["old", "new"]].sum()
    for province, row in lone.iterrows():
        which = found.old if row["old"] else found.new
        told.append(f"Only {which} has {province}, with {figure(float(row.sum()), 'count')} {new.measure}.")
    whole = found.rulings[found.rulings["link"] == "claim"]
    if len(whole):
        told += _flips(whole)
    if shortened:
        go, are, them = ("goes", "is", "it") if shortened == 1 else ("go", "are", "them")
        told.append(
            f"{shortened} of these claims {go} on after {when_in_words(found.last)} and {are} held against what comes "
            f"before: that is not the ruling on {them}."
        )
    for reason in dict.fromkeys(found.aside.values()):
        n = sum(each == reason for each in found.aside.values())
        what = reason if n == 1 else reason.replace("is about", "are about").replace("rests", "rest")
        told.append(f"{plural(n, 'claim')} {what}.")
    return tuple(told)


def _flips(whole: pd.DataFrame) -> list[str]:
    """Which rulings changed, of the claims that at least one release can tell something of."""
    opened = whole["ruling_old"].isin(list(map(str, _OPEN))) & whole["ruling_new"].isin(list(map(str, _OPEN)))
    known = whole[~opened]
    flipped = known[known["flipped"]]
    told = []
    if len(known):
        start = f"Of {plural(len(known), 'claim')} held against both"
        if len(flipped):
            which = [f"{row.claim} ({row.ruling_old} before, {row.ruling_new} now)" for row in flipped.itertuples()]
            told.append(f"{start}, {len(flipped)} get{'s' * (len(flipped) == 1)} another ruling: {listed(which)}.")
        else:
            told.append(f"{start}, none gets another ruling.")
    if opened.any():
        n = int(opened.sum())
        told.append(f"{plural(n, 'claim')} cannot be tested by either within the common span.")
    return told
