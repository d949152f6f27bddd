"""Several event files as one: an event that stands in two of them counts once, as the newest release has it."""

import os
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from trends.arguments import PathLike
from trends.counts.checking import check_each, typed_events
from trends.counts.columns import Columns
from trends.counts.opening import literal_path, quoted
from trends.counts.recognition import columns_of
from trends.counts.scanning import EventFile, named, open_events
from trends.counts.typed_events import Filters, found_columns
from trends.counts.writing import working_folder
from trends.errors import InputError
from trends.nouns import plural

_NUMBER = "number of the file"
#: How a name tells its release: a form, and which of its groups are compared, the weightiest first.
_NAMED = (
    # The Candidate of a span of months, v26_01_26_06, is as new as that of its last month, v26_0_6.
    ("ged", re.compile(r"v(\d\d)_(\d\d)_(\d\d)_(\d\d)(?!\d)"), lambda found: (int(found[3]), 0, int(found[4]))),
    ("ged", re.compile(r"v(\d\d)[_.](\d{1,2})[_.](\d{1,2})(?!\d)"), lambda found: tuple(map(int, found.groups()))),
    ("ged", re.compile(r"(?:v|ged)(\d\d)[_.]?(\d)(?!\d)"), lambda found: (int(found[1]), int(found[2]), 0)),
    ("gtd", re.compile(r"_(\d\d)(\d\d)dist"), lambda found: (int(found[2]), int(found[1]))),
    ("day", re.compile(r".*(\d{4})-(\d\d)-(\d\d)(?!\d)"), lambda found: tuple(map(int, found.groups()))),
)


def release_of(path: PathLike) -> tuple[str, tuple[int, ...]] | None:
    """The release that the name of a file tells, as a kind and numbers that grow with it; None where it tells none.

    Examples
    --------
    >>> release_of("GEDEvent_v26_0_8.csv"), release_of("GEDEvent_v26_1.csv"), release_of("events.csv")
    (('ged', (26, 0, 8)), ('ged', (26, 1, 0)), None)
    """
    name = Path(path).name.lower()
    for kind, form, numbers in _NAMED:
        if found := form.search(name):
            return kind, numbers(found)
    return None


@contextmanager
def open_releases(
    paths: PathLike | Sequence[PathLike],
    columns: Columns,
    encoding: str = "utf-8",
    sheet: str | int | None = None,
    wanted: Collection[tuple[str, ...]] = (),
) -> Iterator[EventFile]:
    """An event file, or several of the same columns as one, opened for SQL.

    Parameters
    ----------
    paths : path or sequence of paths
        With several, each is checked on its own, and an event whose id stands in two counts once: as the newest
        release has it, told by the names of the files.
    columns
        See `trends.counts.columns.read_columns`.
    encoding, sheet, wanted
        As in `trends.counts.scanning.open_events`.

    Raises
    ------
    InputError
        As `trends.counts.scanning.open_events`; where the files have other columns for the same thing; where they
        disagree on an event and their names do not tell which is newer.
    """
    listed = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    if not listed:
        raise InputError("read event files", found="none", allowed="at least one", do="name one")
    if len(listed) == 1:
        with open_events(listed[0], encoding, sheet, wanted) as file:
            yield file
        return
    with working_folder() as folder, duckdb.connect() as connection:
        connection.execute(f"SET temp_directory = {quoted(str(folder))}")
        parts: list[Path] = []
        used: dict[str, str] = {}
        notes: list[str] = []
        for number, path in enumerate(listed):
            with open_events(path, encoding, sheet, wanted) as file:
                fields = _checked_fields(file, columns)
                _refuse_others(used, fields, listed[0], path)
                used = used or fields
                notes += [f"{file.path.name}: {note}" for note in file.notes]
                parts.append(folder / f"part{number}.parquet")
                texts = ", ".join(f"CAST({named(name)} AS VARCHAR) AS {named(name)}" for name in file.types)
                target = f"TO {quoted(str(parts[-1]))} (FORMAT parquet)"
                file.query(f"COPY (SELECT {texts}, {number} AS {named(_NUMBER)} FROM {file.relation}) {target}")
        every = f"read_parquet([{', '.join(map(literal_path, parts))}], union_by_name = true)"
        if "id" in used:
            every, told = _once(connection, every, used["id"], listed, folder)
            notes += told
        relation = f"(SELECT * EXCLUDE ({named(_NUMBER)}) FROM {every})"
        types = {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()}
        name = Path(" and ".join(Path(path).name for path in listed))
        yield EventFile(name, connection, relation, types, encoding, folder, notes=tuple(notes))


def _checked_fields(file: EventFile, columns: Columns) -> dict[str, str]:
    """The column of each field of a file, each of whose rows is sound."""
    found, _ = columns_of(columns, file.types, file.path)
    events = typed_events(file, columns, Filters(), ("key", "day", "last", "province", "country"))
    check_each(events, events.tally())
    return found_columns(file, found)


def _refuse_others(used: dict[str, str], fields: dict[str, str], first: PathLike, path: PathLike) -> None:
    for name, column in used.items():
        if fields.get(name, "").casefold() != column.casefold():
            raise InputError(
                f"count {first} and {path} together",
                found=f"the {name} in the column {column!r} of the one and {fields.get(name, 'none')!r} of the other",
                allowed="files of the same columns",
                do="count them apart, or export both in one form",
            )


def _once(
    connection: duckdb.DuckDBPyConnection, every: str, column: str, listed: Sequence[PathLike], folder: Path
) -> tuple[str, list[str]]:
    """The rows of all files with each id once, and what was decided."""
    key = named(column)
    double = f"SELECT {key} FROM {every} GROUP BY {key} HAVING count(*) > 1"
    facts = connection.execute(
        f"SELECT count(DISTINCT {key}), list(DISTINCT {named(_NUMBER)} ORDER BY {named(_NUMBER)}), min({key}), "
        f"(SELECT count(*) FROM (SELECT DISTINCT * EXCLUDE ({named(_NUMBER)}) FROM {every} WHERE {key} IN ({double}))) "
        f"FROM {every} WHERE {key} IN ({double})"
    ).fetchone()
    n, numbers, sample, kinds = facts or (0, [], None, 0)
    if not n:
        return every, []
    files = [listed[number] for number in numbers]
    releases = {number: release_of(listed[number]) for number in numbers}
    told = {number: release for number, release in releases.items() if release is not None}
    ordered = len(told) == len(numbers) and len(set(told.values())) == len(told)
    ordered = ordered and len({kind for kind, _ in told.values()}) == 1
    if kinds > n and not ordered:
        raise InputError(
            f"count {' and '.join(map(str, files))} together",
            found=f"{plural(n, 'id')} in several of them, such as {sample}, not all with the same row",
            allowed="files whose names tell their release, such as GEDEvent_v26_0_8.csv or a day, 2026-09-30",
            do="name them so, or leave the older one out",
        )
    newest = sorted(numbers, key=lambda number: told[number][1]) if ordered else list(numbers)
    rank = " ".join(f"WHEN {number} THEN {place}" for place, number in enumerate(newest))
    target = folder / "once.parquet"
    connection.execute(
        f"COPY (SELECT * FROM {every} QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY "
        f"CASE {named(_NUMBER)} {rank} ELSE -1 END DESC) = 1 ORDER BY {key}) TO {quoted(str(target))} (FORMAT parquet)"
    )
    told_of = f"{plural(n, 'event')} in several files alike, counted once"
    if kinds > n:
        order = " before ".join(Path(listed[number]).name for number in reversed(newest))
        told_of = f"{plural(n, 'event')} in several files, counted as the newest by its name has it: {order}"
    return f"read_parquet({literal_path(target)})", [told_of]
