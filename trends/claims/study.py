"""A study: one folder with its counts, its events and the claims to be held against them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from html import escape
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from trends import periods
from trends.arguments import PathLike, checked_arguments
from trends.claims.claim import Claim
from trends.claims.masthead import Masthead, check_main, read_masthead
from trends.claims.naming import check_calendar, check_common, check_names, check_span, not_one_of
from trends.claims.placenames import shown_claim, shown_outlines, shown_panels
from trends.claims.strict import Where, read_table
from trends.claims.study_files import (
    named_table,
    read_claims,
    read_counts,
    read_documents,
    read_events,
    read_source,
    read_study_outlines,
    read_toml_file,
    study_folder,
)
from trends.claims.words import when_in_words
from trends.counts.countries import known_country
from trends.counts.outlines import Outlines
from trends.counts.panel import Panel
from trends.counts.provinces import find_provinces
from trends.counts.sources import Source, published_total
from trends.counts.spelling import spelling_key
from trends.errors import InputError, ModelError, StudyError
from trends.nouns import plural

#: The share of the drift of counters that all of a kind have in common, where study.toml says nothing.
COMMON = 0.3


@dataclass(frozen=True, eq=False)
class Study:
    """One folder of counts, events and claims.

    Parameters
    ----------
    path : pathlib.Path
        The folder.
    title, about, country, first, last, source, licence, cite : str
        As in its study.toml: ``country`` is an ISO 3166-1 code, ``first, last`` the span in periods of the panels,
        ``source`` the source used where a claim names none.
    provinces : tuple of str
        The study's own spelling of its provinces, in any language; empty where that of ``names`` will do.
    documents : dict of str to str
        Citation of each document that a claim stands in.
    sources : dict of str to Source
        What counts there are.
    events : pandas.DataFrame
        ``event, first, last, precision, category, province, what, number, unit, seen, source, url, note, title``;
        ``first, last`` are Timestamps, several rows may share the name of an event.
    claims : tuple of Claim
        In the order of their ids.
    files : tuple of (str, str)
        Each file that was read, from the folder, with its SHA-256.
    panels, figures : dict
        The panel, or the published figures, of each source.
    counters : tuple of str
        The sources that count the same incidents, each by its own rule: together they say what was realised.
    common : float
        The share of the drift in what counters see that all of a kind have in common: an assumption, 0.3 by default.
    outlines : Outlines or None
        The outlines of the provinces, for maps and neighbours; None where study.toml names no file of them.
    calendar : tuple of str
        What recurs every year where the study is about: ``ramadan`` and other entries that the package can date, and
        events with a row for each of several years.
    masthead : Masthead
        Who stands for the study, what it asks, and how its report looks.
    as_of : str
        The month that nothing later is seen of; empty for all there is. See `trends.claims.as_of.study_as_of`.
    names : {"source", "en", "fr", "ar"}
        How provinces are named in all that is shown: as the files of counts have them, or as the package does in
        English, French or Arabic.

    Examples
    --------
    >>> from trends.claims.examples import example_studies
    >>> study = read_study(example_studies()["syria"])
    >>> study.panel().counts.shape, study.claims[0].id
    ((96, 15), 'attacks-fell-early-2020')
    """

    path: Path
    title: str
    about: str
    country: str
    first: str
    last: str
    source: str
    licence: str
    cite: str
    documents: dict[str, str]
    sources: dict[str, Source]
    events: pd.DataFrame
    claims: tuple[Claim, ...]
    provinces: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    panels: dict[str, Panel] = field(default_factory=dict, repr=False)
    figures: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    calendar: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    common: float = COMMON
    outlines: Outlines | None = None
    masthead: Masthead = field(default_factory=Masthead)
    as_of: str = ""
    names: Literal["source", "en", "fr", "ar"] = "source"
    _by_place: dict[tuple[str, bool], dict[str, pd.DataFrame]] = field(default_factory=dict, init=False, repr=False)

    def panel(self, source: str | None = None) -> Panel:
        """The panel of a source, by default the study's own."""
        name = self._known_source(source)
        if name not in self.panels:
            raise StudyError(
                f"take the panel of the source {name!r}",
                found="published figures, which are totals and not a panel",
                allowed=", ".join(self.panels) or "no source of this study has one",
                do="name one of these, or use published()",
            )
        return self.panels[name]

    def published(self, source: str) -> pd.DataFrame:
        """The published figures of a source, one row a figure, as `read_published` gives them."""
        name = self._known_source(source)
        if name not in self.figures:
            raise StudyError(
                f"take the published figures of the source {name!r}",
                found="a panel",
                allowed=", ".join(self.figures) or "no source of this study has any",
                do="name one of these, or use panel()",
            )
        return self.figures[name]

    def total(self, source: str, first: Any, last: Any, provinces: Collection[str] | None = None) -> float:
        """How many incidents a source has for a span, as counted or as published; NaN where it does not say.

        Parameters
        ----------
        source : str
            The source.
        first, last : str
            Labels of the first and last period, both included; days where the source is published by the week.
        provinces : list of str, optional
            Places to add up; by default the whole country.
        """
        name = self._known_source(source)
        start, end = periods.period(first).start_time.date(), periods.period(last).end_time.date()
        if name in self.panels:
            panel = self.panels[name]
            return _counted(panel, start, end, provinces) if panel_has(panel, provinces) else float("nan")
        figures = self._figures_by_place(name, by_country=not provinces)
        if not figures:
            return float("nan")
        wanted = [self._place(place) for place in provinces] if provinces else [self.country]
        none = self.figures[name].iloc[:0]
        return sum(published_total(figures.get(place, none), start, end) for place in wanted)

    def _figures_by_place(self, name: str, *, by_country: bool) -> dict[str, pd.DataFrame]:
        """Published figures of a source by what they are of; looked up once, as totals are asked by the hundred."""
        asked = name, by_country
        if asked not in self._by_place:
            figures = self.figures[name]
            figures = figures[figures["measure"] == self.sources[name].measure]
            places = figures["place"].map(known_country if by_country else self._place)
            self._by_place[asked] = {place: figures[places == place] for place in places.unique()}
        return self._by_place[asked]

    def _place(self, name: str) -> str:
        found = find_provinces(name, self.country)
        return found[0].name if len(found) == 1 else spelling_key(name)

    def claim(self, id: str) -> Claim:
        """The claim of a name."""
        for claim in self.claims:
            if claim.id == id:
                return claim
        raise not_one_of("find a claim of the study", "the claim", id, [claim.id for claim in self.claims])

    def event(self, name: str) -> pd.DataFrame:
        """The rows of the events of a name, the earliest first."""
        rows = self.events[self.events["event"] == name]
        if rows.empty and self.as_of:
            raise ModelError(
                f"find the event {name!r} as of {self.as_of}",
                found="none that had begun",
                allowed="events that had begun by then",
                do="ask as of a later month",
                lacks=f"By {when_in_words(self.as_of)} it had not happened.",
            )
        if rows.empty:
            raise not_one_of("find an event of the study", "the event", name, sorted(self.events["event"].unique()))
        return rows.sort_values("first", kind="stable")

    def event_title(self, name: str) -> str:
        """An event, or a category of events, as people say it: its title, or else its name as words."""
        rows = self.events[self.events["event"] == name] if "title" in self.events else self.events.iloc[:0]
        return next((title for title in rows.get("title", ()) if title), name.replace("_", " ").replace("-", " "))

    def windows(self) -> dict[str, list[tuple[date, date]] | None]:
        """The dates of each entry of the calendar, first and last day of each year; None where the package has them."""
        named = {name: self.events[self.events["event"] == name] for name in self.calendar}
        return {
            name: [*zip(rows["first"].dt.date, rows["last"].dt.date, strict=True)] if len(rows) else None
            for name, rows in named.items()
        }

    def _known_source(self, source: str | None) -> str:
        name = self.source if source is None else source
        if name not in self.sources:
            raise not_one_of("find a source of the study", "the source", name, list(self.sources))
        return name

    def __repr__(self) -> str:
        parts = {"source": len(self.sources), "event": self.events["event"].nunique(), "claim": len(self.claims)}
        counted = [plural(n, word) for word, n in parts.items()]
        return f"Study({self.title}: {', '.join(counted)})"

    def _repr_html_(self) -> str:
        rows = pd.DataFrame(
            {
                "what": ["sources", "events", "claims"],
                "names": [", ".join(self.sources), ", ".join(self.events["event"].unique()), ", ".join(self._ids())],
            }
        )
        return f"<p><b>{escape(self.title)}</b>: {self.first} to {self.last}</p>" + rows.to_html(index=False, border=0)

    def _ids(self) -> list[str]:
        return [claim.id for claim in self.claims]


def panel_has(panel: Panel, places: Iterable[str] | None) -> bool:
    """Whether a panel has all of some places; None is all that it has. Published figures may name others."""
    try:
        return all(panel.province(place) for place in places or ())
    except InputError:
        return False


def _counted(panel: Panel, start: date, end: date, provinces: Collection[str] | None) -> float:
    index = panel.index
    inside = (index.start_time.date >= start) & (index.end_time.date <= end)
    whole = inside.any() and index[inside][0].start_time.date() == start and index[inside][-1].end_time.date() == end
    if not whole:
        return float("nan")
    part = panel.select(provinces) if provinces else panel
    if (part.exposure[inside] < 1).to_numpy().any():
        return float("nan")
    return float(part.counts[inside].to_numpy().sum())


@dataclass(frozen=True)
class Header:
    """The keys of a study.toml."""

    title: str
    country: str
    first: str
    last: str
    source: str
    about: str = ""
    licence: str = ""
    cite: str = ""
    names: Literal["source", "en", "fr", "ar"] = "source"
    provinces: tuple[str, ...] = ()
    calendar: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    common: float = COMMON
    outlines: str = ""
    question: str = ""
    main: tuple[str, ...] = ()
    analyst: str = ""
    institution: str = ""
    dated: str = ""
    doi: str = ""


_OF_THE_STUDY = (
    "title", "country", "first", "last", "source", "about", "licence", "cite", "provinces", "calendar", "counters",
    "common", "names",
)  # fmt: skip


@checked_arguments
def read_study(path: PathLike) -> Study:
    """The study in a folder, with every file read and every name in it checked.

    Parameters
    ----------
    path : str or path-like
        A folder that holds a ``study.toml``.

    Raises
    ------
    StudyError, InputError
        Where a file is missing or malformed, has not the hash it should have, or a claim names a source, event,
        document, province or claim that the study does not have.

    Examples
    --------
    >>> from trends.claims.examples import example_studies
    >>> study = read_study(example_studies()["syria"])
    >>> study.country, study.first, study.last
    ('SY', '2013-01', '2020-12')
    """
    folder = study_folder(path)
    files: dict[str, str] = {}
    text, table = read_toml_file(folder, "study.toml", files)
    where = Where(str(folder / "study.toml"), text)
    documents = read_documents(table.pop("documents", {}), where)
    sources = named_table(table.pop("sources", {}), "sources", where)
    style = table.pop("style", {})
    header = read_table(Header, table, where)
    check_span(header.first, header.last, where)
    panels: dict[str, Panel] = {}
    figures: dict[str, pd.DataFrame] = {}
    published: dict[str, pd.DataFrame] = {}
    sources = {name: read_source(name, entry, where) for name, entry in sources.items()}
    for name, source in sources.items():
        counted = read_counts(folder, source, files, published)
        if isinstance(counted, Panel):
            panels[name] = counted
        else:
            figures[name] = counted
    panels = shown_panels(panels, header.names, header.provinces, header.country, f"read {where.file}")
    outlines = read_study_outlines(folder, header.outlines, header.country, files)
    study = Study(
        path=folder,
        **{name: getattr(header, name) for name in _OF_THE_STUDY},
        outlines=shown_outlines(outlines, panels.values()),
        documents=documents,
        sources=sources,
        events=read_events(folder, files),
        claims=(),
        panels=panels,
        figures=figures,
        masthead=read_masthead(header, style, where, folder, files),
    )
    study._known_source(None)
    for name in study.counters:
        study._known_source(name)
    check_common(study.common, where)
    check_calendar(study)
    claims = sorted(read_claims(folder, files), key=lambda claim: claim.id)
    titled = (
        replace(each, event=replace(each.event, title=study.event_title(each.event.name))) if each.event.name else each
        for each in claims
    )
    study = replace(study, claims=tuple(titled), files=tuple(sorted(files.items())))
    check_main(study.masthead, study._ids(), where.file)
    for claim in study.claims:
        check_names(claim, study)
    shown = (shown_claim(claim, panels.get(claim.counts.source or study.source)) for claim in study.claims)
    return replace(study, claims=tuple(shown))
