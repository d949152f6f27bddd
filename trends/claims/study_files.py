"""The files of a study, each read by its plain name, with its hash: study.toml, counts, events, outlines and claims."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from trends.arguments import PathLike
from trends.claims.claim import Claim
from trends.claims.naming import known, not_one_of
from trends.claims.reading import read_claim
from trends.claims.strict import Where, check_id, read_table, read_toml
from trends.counts.opening import control_character, is_missing, names_in, plain_member, read_bytes
from trends.counts.outlines import Outlines, read_outlines
from trends.counts.panel import Panel
from trends.counts.panel_files import read_panel
from trends.counts.sources import Source, delay_before, read_published
from trends.counts.textfiles import read_texts
from trends.errors import StudyError, nearest

EVENT_COLUMNS = (
    "event", "first", "last", "precision", "category", "province", "what", "number", "unit", "seen", "source", "url",
    "note",
)  # fmt: skip
#: A column that events.csv may have: the event as people say it, "the battle of Mosul".
TITLE = "title"
#: What names of documents and sources may be made of.
NAME_LETTERS = "A-Za-z0-9_-"


def study_folder(path: PathLike) -> Path:
    """The folder of a study, refused where it holds no study.toml."""
    folder = Path(path)
    try:
        found = (
            "" if (folder / "study.toml").exists() else "no study.toml in it" if folder.is_dir() else "no such folder"
        )
    except OSError as error:
        found = (error.strerror or "no such folder").lower()
    except ValueError:
        found = "a name that no folder can have"
    if found:
        near = _nearest_study(folder)
        raise StudyError(
            f"read the study {folder}",
            found=found,
            allowed="a folder that holds one",
            do=f"name the folder of a study{f', such as {near}' if near else ''}, or start one with trends new",
        )
    return folder


def _nearest_study(folder: Path) -> str:
    """The study beside a folder whose name is most like its own; empty where none is."""
    try:
        beside = {path.name: path for path in folder.parent.iterdir() if (path / "study.toml").is_file()}
    except (OSError, ValueError):
        return ""
    name = nearest(folder.name, beside)
    return str(beside[name]) if name else ""


def named_table(table: Any, key: str, where: Where) -> dict[str, Any]:
    """A table of study.toml whose keys are names of the user's choice."""
    asked = f"read [{key}] of {where.file}"
    if not isinstance(table, dict):
        raise StudyError(asked, found=repr(table)[:80], allowed="a table", do="write it as a table")
    for name in table:
        check_id(name, asked, letters=NAME_LETTERS)
    return table


def read_documents(table: Any, where: Where) -> dict[str, str]:
    """The citation of each document, by its short name."""
    documents = named_table(table, "documents", where)
    for name, citation in documents.items():
        if not isinstance(citation, str):
            raise StudyError(
                f"read [documents] of {where.file}",
                found=f"{where.line(name)}{name} = {citation!r}"[:200],
                allowed="text",
                do="write its citation in quotes",
            )
    return documents


def read_toml_file(folder: Path, name: str, files: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """A TOML file of a study, its hash that of the very bytes that were read."""
    content = read_bytes(
        plain_member(folder, name, f"read {folder / name}", StudyError), f"read {folder / name}", StudyError
    )
    files[name] = hashlib.sha256(content).hexdigest()
    return read_toml(folder / name, content)


def read_claims(folder: Path, files: dict[str, str]) -> Iterator[Claim]:
    """The claims of a study, in the order of the names of their files."""
    asked = f"read the claims of the study {folder}"
    for name in names_in(folder / "claims", ".toml", asked, StudyError):
        file = plain_member(folder, f"claims/{name}", asked, StudyError)
        claim = read_claim(file)
        check_id(claim.id, f"read the claim in {file}")
        files[f"claims/{name}"] = hash_of(file)
        yield claim


def read_source(name: str, entry: Any, where: Where) -> Source:
    """A source as its table in study.toml describes it, refused where its keys do not fit together."""
    inside = where.inside(f"sources.{name}")
    entry = entry | {"name": name} if isinstance(entry, dict) else entry
    source = read_table(Source, entry, inside)
    for each in source.breaks:
        asked = f"read [[sources.{name}.breaks]] of {where.file}"
        where.inside(f"sources.{name}.breaks").check_label("first", each.first)
        for kept in (each.kept, each.kept_before):
            if kept and not (len(kept) == 2 and 0 < kept[0] <= kept[1] <= 1):
                raise StudyError(
                    asked,
                    found=f"shares kept of {list(kept)}",
                    allowed="the lowest and the highest share, above 0 and up to 1",
                    do="write two shares, the same twice where it is known",
                )
    if source.released:
        inside.check_label("released", source.released)
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


def read_counts(
    folder: Path, source: Source, files: dict[str, str], published: dict[str, pd.DataFrame]
) -> Panel | pd.DataFrame:
    """The panel of a source, or its published figures, refused where the file has not the hash it should have.

    A file of published figures holds those of many sources: its table is read once, and looked up in ``published``.
    """
    name = source.counts or source.published
    asked = f"read the source {source.name!r} of {folder / 'study.toml'}"
    file = plain_member(folder, name, asked, StudyError)
    if is_missing(file):
        do = f"write it with trends count --out {file}" if source.counts else "put it there"
        raise StudyError(
            asked,
            found=f"no file {file}",
            allowed="a file in the study's folder",
            do=f"{do}, or correct the name",
        )
    if name not in published:
        files[name] = hash_of(file)
    if source.sha256 and source.sha256 != files[name]:
        raise StudyError(
            asked,
            found=f"{file} with the SHA-256 {files[name]}",
            allowed=f"the one the study was written for, {source.sha256}",
            do="restore the file, or write the new hash where the change is meant",
        )
    if source.counts:
        panel = read_panel(file)
        if control := control_character("".join([*panel.provinces, panel.source, panel.unit])):
            found = f"the control character {control!r} in {file}"
            raise StudyError(asked, found=found, allowed="names that are text", do="take it out")
        # A file made from incidents says no more than that; what they are is for the study to say.
        return replace(panel, unit=source.measure) if panel.unit == Panel.unit and source.measure else panel
    if name not in published:
        published[name] = read_published(file)
    table = published[name]
    figures = table[table["series"] == source.series]
    if figures.empty:
        raise not_one_of(asked, "the series", source.series, sorted(table["series"].unique()))
    return figures


def read_study_outlines(folder: Path, name: str, country: str, files: dict[str, str]) -> Outlines | None:
    """The outlines that study.toml names; None where it names none."""
    if not name:
        return None
    file = plain_member(folder, name, f"read the outlines of {folder / 'study.toml'}", StudyError)
    outlines = read_outlines(file, country)
    files[name] = hash_of(file)
    return outlines


def read_events(folder: Path, files: dict[str, str]) -> pd.DataFrame:
    """The events of a study, dated; none where it has no events.csv."""
    file = plain_member(folder, "events.csv", f"read {folder / 'events.csv'}", StudyError)
    if is_missing(file):
        empty = pd.DataFrame({column: pd.Series(dtype=str) for column in (*EVENT_COLUMNS, TITLE)})
        return empty.astype({"first": "datetime64[us]", "last": "datetime64[us]"})
    files["events.csv"] = hash_of(file)
    table = read_texts(file, f"read {file}")
    missing = [column for column in EVENT_COLUMNS if column not in table]
    if missing:
        raise StudyError(
            f"read {file}",
            found=f"no column {missing[0]!r}",
            allowed=f"the columns {', '.join(EVENT_COLUMNS)}",
            do="add it, empty where nothing is known",
        )
    if TITLE not in table:
        table[TITLE] = ""
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
    dated = table.assign(first=pd.to_datetime(table["first"]), last=pd.to_datetime(table["last"]))
    return dated[[*EVENT_COLUMNS, TITLE]]


def hash_of(file: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(read_bytes(file, f"read {file}", StudyError)).hexdigest()
