"""A study: one folder with its counts, its events and the claims to be held against them."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date
from html import escape
from pathlib import Path

import pandas as pd

from trends import periods
from trends.claims.claim import Claim, read_claim
from trends.claims.naming import check_calendar, check_names, known, not_one_of
from trends.claims.strict import Where, read_table, read_toml
from trends.counts.outlines import Outlines, read_outlines
from trends.counts.panel import Panel
from trends.counts.panel_files import read_panel
from trends.counts.provinces import country_code, find_provinces, spelling_key
from trends.counts.sources import Source, delay_before, published_total, read_published
from trends.counts.textfiles import read_texts
from trends.errors import InputError, StudyError

_EVENT_COLUMNS = (
    "event", "first", "last", "precision", "category", "province", "what", "number", "unit", "seen", "source", "url",
    "note",
)  # fmt: skip


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
        Order and spelling of the provinces; empty where the panels' own will do.
    documents : dict of str to str
        Citation of each document that a claim stands in.
    sources : dict of str to Source
        What counts there are.
    events : pandas.DataFrame
        ``event, first, last, precision, category, province, what, number, unit, seen, source, url, note``; ``first,
        last`` are Timestamps, several rows may share the name of an event.
    claims : tuple of Claim
        In the order of their ids.
    files : tuple of (str, str)
        Each file that was read, from the folder, with its SHA-256.
    panels, figures : dict
        The panel, or the published figures, of each source.
    outlines : Outlines or None
        The outlines of the provinces, for maps and neighbours; None where study.toml names no file of them.
    calendar : tuple of str
        What recurs every year where the study is about: ``ramadan`` and other entries that the package can date, and
        events with a row for each of several years.
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
    outlines: Outlines | None = None

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

    def total(self, source: str, first, last, provinces=None) -> float:
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
        figures = self.figures[name]
        figures = figures[figures["measure"] == self.sources[name].measure]
        wanted = [self._place(place) for place in provinces] if provinces else [self.country]
        places = figures["place"].map(self._place if provinces else _country)
        return sum(published_total(figures[places == place], start, end) for place in wanted)

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
        if rows.empty:
            raise not_one_of("find an event of the study", "the event", name, sorted(self.events["event"].unique()))
        return rows.sort_values("first", kind="stable")

    def windows(self) -> dict[str, list[tuple[date, date]] | None]:
        """The dates of each entry of the calendar, first and last day of each year; None where the package has them."""
        named = {name: self.events[self.events["event"] == name] for name in self.calendar}
        return {
            name: [*zip(rows["first"].dt.date, rows["last"].dt.date, strict=True)] if len(rows) else None
            for name, rows in named.items()
        }

    def _known_source(self, source: str | None) -> str:
        name = source or self.source
        if name not in self.sources:
            raise not_one_of("find a source of the study", "the source", name, list(self.sources))
        return name

    def __repr__(self) -> str:
        parts = {"source": len(self.sources), "event": self.events["event"].nunique(), "claim": len(self.claims)}
        counted = [f"{n} {word}{'s' * (n != 1)}" for word, n in parts.items()]
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


def panel_has(panel: Panel, places) -> bool:
    """Whether a panel has all of some places; None is all that it has. Published figures may name others."""
    try:
        return all(panel.province(place) for place in places or ())
    except InputError:
        return False


def _country(place: str) -> str:
    try:
        return country_code(place)
    except InputError:
        return ""


def _counted(panel: Panel, start: date, end: date, provinces) -> float:
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
class _Header:
    """The keys of a study.toml."""

    title: str
    country: str
    first: str
    last: str
    source: str
    about: str = ""
    licence: str = ""
    cite: str = ""
    provinces: tuple[str, ...] = ()
    calendar: tuple[str, ...] = ()
    outlines: str = ""


def read_study(path) -> Study:
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
    folder = Path(path)
    if not (folder / "study.toml").is_file():
        raise StudyError(
            f"read the study {folder}",
            found="no study.toml in it" if folder.is_dir() else "no such folder",
            allowed="a folder that holds one",
            do="name the folder of a study, or start one with trends new",
        )
    text, table = read_toml(folder / "study.toml")
    where = Where(str(folder / "study.toml"), text)
    documents, sources = table.pop("documents", {}), table.pop("sources", {})
    header = read_table(_Header, table, where)
    files = {"study.toml": _hash(folder / "study.toml")}
    panels, figures = {}, {}
    sources = {name: _read_source(name, entry, where) for name, entry in sources.items()}
    for name, source in sources.items():
        (panels if source.counts else figures)[name] = _read_counts(folder, source, files)
    study = Study(
        path=folder,
        **{name: getattr(header, name) for name in header.__dataclass_fields__ if name != "outlines"},
        outlines=_read_outlines(folder, header, files),
        documents={name: str(citation) for name, citation in documents.items()},
        sources=sources,
        events=_read_events(folder, files),
        claims=(),
        panels=panels,
        figures=figures,
    )
    study._known_source(None)
    check_calendar(study)
    claims = [read_claim(file) for file in sorted(folder.glob("claims/*.toml"))]
    files.update({f"claims/{claim.path}": _hash(folder / "claims" / claim.path) for claim in claims})
    claims.sort(key=lambda claim: claim.id)
    study = replace(study, claims=tuple(claims), files=tuple(sorted(files.items())))
    for claim in claims:
        check_names(claim, study)
    return study


def _read_source(name: str, entry, where: Where) -> Source:
    inside = where.inside(f"sources.{name}")
    entry = entry | {"name": name} if isinstance(entry, dict) else entry
    source = read_table(Source, entry, inside)
    for each in source.breaks:
        known(f"read [[sources.{name}.breaks]] of {where.file}", periods.period, each.first)
    if source.released:
        known(f"read [sources.{name}] of {where.file}", periods.period, source.released)
    if source.delay:
        known(f"read [sources.{name}] of {where.file}", delay_before, date(2000, 1, 1), source.delay)
    if source.delay and source.published and not source.released:
        raise StudyError(
            f"read [sources.{name}] of {where.file}",
            found=f"delay = {source.delay!r} and no key 'released'",
            allowed="a delay of published figures together with the time of their release",
            do="add released, or take the delay out",
        )
    if bool(source.counts) == bool(source.published) or bool(source.published) != bool(source.series):
        raise StudyError(
            f"read [sources.{name}] of {where.file}",
            found=f"counts = {source.counts!r}, published = {source.published!r}, series = {source.series!r}",
            allowed="either counts, or published with series",
            do="name the one file that holds this source",
        )
    return source


def _read_counts(folder: Path, source: Source, files: dict) -> Panel | pd.DataFrame:
    name = source.counts or source.published
    file, asked = folder / name, f"read the source {source.name!r} of {folder / 'study.toml'}"
    if not file.is_file():
        do = f"write it with trends count --out {file}" if source.counts else "put it there"
        raise StudyError(
            asked,
            found=f"no file {file}",
            allowed="a file in the study's folder",
            do=f"{do}, or correct the name",
        )
    files[name] = _hash(file)
    if source.sha256 and source.sha256 != files[name]:
        raise StudyError(
            asked,
            found=f"{file} with the SHA-256 {files[name]}",
            allowed=f"the one the study was written for, {source.sha256}",
            do="restore the file, or write the new hash where the change is meant",
        )
    if source.counts:
        return read_panel(file)
    table = read_published(file)
    figures = table[table["series"] == source.series]
    if figures.empty:
        raise not_one_of(asked, "the series", source.series, sorted(table["series"].unique()))
    return figures


def _read_outlines(folder: Path, header: _Header, files: dict) -> Outlines | None:
    if not header.outlines:
        return None
    outlines = read_outlines(folder / header.outlines, header.country)
    files[header.outlines] = _hash(folder / header.outlines)
    return outlines


def _read_events(folder: Path, files: dict) -> pd.DataFrame:
    file = folder / "events.csv"
    if not file.is_file():
        empty = pd.DataFrame({column: pd.Series(dtype=str) for column in _EVENT_COLUMNS})
        return empty.astype({"first": "datetime64[us]", "last": "datetime64[us]"})
    files["events.csv"] = _hash(file)
    table = read_texts(file, f"read {file}")
    missing = [column for column in _EVENT_COLUMNS if column not in table]
    if missing:
        raise StudyError(
            f"read {file}",
            found=f"no column {missing[0]!r}",
            allowed=f"the columns {', '.join(_EVENT_COLUMNS)}",
            do="add it, empty where nothing is known",
        )
    table["last"] = table["last"].where(table["last"] != "", table["first"])
    for line, first, last in table[["first", "last"]].itertuples():
        try:
            in_order = date.fromisoformat(first) <= date.fromisoformat(last)
        except ValueError:
            in_order = False
        if not in_order:
            raise StudyError(
                f"read {file}",
                found=f"line {line}: first {first!r}, last {last!r}",
                allowed="days such as 2020-03-17, the last not before the first, or an empty last",
                do="correct the dates",
            )
    table = table.reset_index(drop=True)
    return table.assign(first=pd.to_datetime(table["first"]), last=pd.to_datetime(table["last"]))[list(_EVENT_COLUMNS)]


def _hash(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise StudyError(
            f"read {file}",
            found=error.strerror.lower(),
            allowed="a file that can be read",
            do="see who may read it",
        ) from error
