"""The checks that every row of an event file passes before one is counted, and the sentences when one does not."""

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NoReturn

import pandas as pd

from trends.counts.columns import ColumnMap, Columns, at_level
from trends.counts.countries import country_code, known_country
from trends.counts.opening import quoted
from trends.counts.recognition import COUNT_NAMES, columns_of
from trends.counts.scanning import EventFile, named
from trends.counts.typed_events import (
    DEATHS,
    FAULTS,
    Filters,
    day_notes,
    faulty_sql,
    found_columns,
    parsed_sql,
    problem_sql,
)
from trends.errors import InputError

#: More kept rows than this are looked through for double ids a part at a time, to bound the memory.
_AT_ONCE = 2_000_000
_LARGEST_BITS = 400_000_000


@dataclass(frozen=True)
class CheckedEvents:
    """An event file typed and filtered: the name of its table in SQL, with ``keep`` and ``faulty`` in every row."""

    file: EventFile
    columns: ColumnMap
    used: dict[str, str]
    filters: Filters
    keep: str
    table: str
    measures: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()

    def tally(
        self, more: str = "", days: Collection[date] = (), spellings: Collection[str] | None = None
    ) -> pd.DataFrame:
        """The rows in groups by province, country, era and ``more`` columns, with the span of their days.

        An era is how many of some ``days`` are on or before the event. With ``spellings`` only rows whose province is
        written in one of these ways.
        """
        era = " + ".join(["0", *(f"CAST(day >= DATE '{each}' AS INTEGER)" for each in days)])
        asked = "" if spellings is None else f"WHERE province IN ({', '.join(map(quoted, spellings))}) "
        return self.file.query(
            f"SELECT province, country, coalesce({era}, 0) AS era, keep, faulty, {more} count(*) AS n, "
            "min(day) AS low_day, max(day) AS high_day "
            f"FROM {self.table} {asked}GROUP BY ALL"
        ).df()

    def notes(self) -> tuple[str, ...]:
        """What had to be taken on trust: without ids nobody can tell an event that stands in the file twice."""
        told = [*self.file.notes, *self.decided]
        for name in self.measures:
            sql = f"SELECT count(*) FROM {self.table} WHERE keep AND coded_{name}"
            (coded,) = self.file.row(sql)
            if coded:
                have = "s have" if coded > 1 else " has"
                told.append(f"{coded:,} event{have} -9, -99 or -999 {name.replace('_', ', ')}: taken as not known")
        if "id" in self.used:
            return tuple(told)
        relation = self.file.relation
        n, distinct = self.file.row(
            f"SELECT count(*), (SELECT count(*) FROM (SELECT DISTINCT * FROM {relation})) FROM {relation}"
        )
        return (
            *told,
            f"The file has no column of ids: {n - distinct:,} of its {n:,} rows repeat another in every column, "
            "and each is counted.",
        )


def typed_events(
    file: EventFile,
    columns: Columns,
    filters: Filters,
    wanted: tuple[str, ...],
    country: str | None = None,
    country_aliases: Mapping[str, str] | None = None,
    level: str | None = None,
) -> CheckedEvents:
    """The rows of an event file as a typed table in SQL with the columns wanted, not yet checked.

    A text file is parsed once, into a temporary Parquet file that everything else is asked of; Parquet is asked
    directly.
    """
    columns, decided = columns_of(columns, file.types, file.path)
    columns = at_level(columns, level)
    used = found_columns(file, columns)
    _refuse_counts(file, columns)
    if country and "country" in used:
        spelt = _spelt(file, used["country"], country, country_aliases)
        filters = replace(filters, where={**(filters.where or {}), used["country"]: spelt})
    conditions = filters.conditions(file, columns, used)
    keep = " AND ".join(f"({condition})" for condition, _, _ in conditions.values()) or "true"
    fields = ", ".join(wanted)
    parsed = parsed_sql(file, columns, used, keep)
    measures = tuple(name for name in DEATHS if name in wanted and name in used)
    coded = "".join(f"coded_{name}, " for name in measures)
    typed = f"SELECT {fields}, keep, {coded}{faulty_sql(measures)} AS faulty FROM ({parsed})"
    decided = (*decided, *day_notes(file, columns, used))
    table = "typed"
    if file.is_text:
        table = f"read_parquet({quoted(str(file.folder / 'typed.parquet'))})"
        target = quoted(str(file.folder / "typed.parquet"))
        file.query(f"COPY ({typed}) TO {target} (FORMAT parquet, COMPRESSION uncompressed)")
    else:
        file.query(f"CREATE TEMP VIEW typed AS {typed}")
    return CheckedEvents(file, columns, used, filters, keep, table, measures, decided)


def _refuse_counts(file: EventFile, columns: ColumnMap) -> None:
    """Refuse to count the rows of a table that holds counts: whole numbers whose sum lies above the number of rows."""
    folded = {name.casefold(): name for name in file.types}
    for candidate in COUNT_NAMES:
        if candidate not in folded or "id" in columns.required:
            continue
        column = named(folded[candidate])
        n, total, whole = file.row(
            f"SELECT count(*), sum(number), bool_and(number >= 0 AND number = floor(number)) "
            f"FROM (SELECT try_cast({column} AS DOUBLE) AS number FROM {file.relation})"
        )
        if whole and total > n:
            raise InputError(
                f"count the events of {file.path}",
                found=f"{n:,} rows that hold {total:,.0f} in {folded[candidate]}",
                allowed="a row for each event",
                do=f"read it as a table of counts: --counts {folded[candidate]}",
            )


def _spelt(file: EventFile, column: str, country: str, aliases: Mapping[str, str] | None) -> tuple[str, ...]:
    """The ways in which a file writes the name of a country."""
    code = country_code(country, aliases)
    values = file.query(
        f"SELECT DISTINCT {named(column)} FROM {file.relation} WHERE {named(column)} IS NOT NULL"
    ).fetchall()
    return tuple(name for (name,) in values if known_country(name, aliases) == code) or (country,)


def check_rows(events: CheckedEvents, tally: pd.DataFrame) -> None:
    """Refuse a file with a faulty row, a double id among the rows kept, or no row kept.

    Parameters
    ----------
    events : CheckedEvents
        The file.
    tally : pandas.DataFrame
        Groups of its rows with the columns ``faulty, keep, n``.

    Raises
    ------
    InputError
        With the file, the line and the value.
    """
    if not tally.loc[tally["keep"], "n"].sum() and not tally["faulty"].any():
        _refuse_empty(events, int(tally["n"].sum()))
    check_each(events, tally)


def check_each(events: CheckedEvents, tally: pd.DataFrame) -> None:
    """Refuse a file with a faulty row or a double id among the rows kept; see `check_rows`."""
    if tally["faulty"].any():
        _refuse_fault(events)
    if n := int(tally.loc[tally["keep"], "n"].sum()):
        _check_double(events, n)


def _numbered(events: CheckedEvents) -> str:
    parsed = parsed_sql(events.file, events.columns, events.used, events.keep, row=True)
    return f"(SELECT *, {problem_sql(events.measures)} AS problem FROM ({parsed}))"


def _refuse_fault(events: CheckedEvents) -> NoReturn:
    shown = ", ".join(dict.fromkeys(column for _, column, _ in FAULTS))
    row = events.file.query(
        f"SELECT row, problem, {shown}, day FROM {_numbered(events)} WHERE problem > 0 ORDER BY row LIMIT 1"
    ).df()
    field, column, allowed = FAULTS[int(row["problem"].iloc[0]) - 1]
    value = row[column].iloc[0]
    found = "nothing" if pd.isna(value) else repr(_short(str(value)))
    if field in ("date_end", "reported") and not pd.isna(row["day"].iloc[0]):
        found += f" for an event that began on {row['day'].iloc[0]:%Y-%m-%d}"
    name = events.used.get(field, field)
    do = "correct the file, or leave the row out of it"
    unsaid = column in ("raw_day", "raw_last") and not events.columns.date_format
    if unsaid and re.match(r"\d{1,2}[/.-]\d{1,2}[/.-]\d", str(value)):
        # 03/05 is May to some and March to others: only the reader knows.
        do = 'say in the map of columns how days are written, as in date_format = "%d/%m/%Y", or correct the file'
    raise InputError(
        f"read the column {name!r} of {events.file.path}, {events.file.line(int(row['row'].iloc[0]))}",
        found=found,
        allowed=allowed,
        do=do,
    )


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."


def _refuse_empty(events: CheckedEvents, n: int) -> NoReturn:
    asked = f"filter the events of {events.file.path}"
    conditions = events.filters.conditions(events.file, events.columns, events.used)
    if not n or not conditions:
        raise InputError(asked, found="no event in it", allowed="at least one", do="check the file")
    for name, (condition, names, expression) in conditions.items():
        relation = events.file.relation
        if events.file.row(f"SELECT count(*) FROM {relation} WHERE {condition}")[0]:
            continue
        listed = (
            f"SELECT value, count(*) AS n FROM (SELECT {expression} AS value FROM {relation}) WHERE value IS NOT NULL"
        )
        values = events.file.query(f"{listed} GROUP BY value ORDER BY n DESC, value").df()
        every = [str(value) for value in values["value"]]
        near = [text for asked_for in names for text in difflib.get_close_matches(asked_for, every, n=2)]
        shown = list(dict.fromkeys(near + every))[:8]
        raise InputError(
            asked,
            found=f"no event with the {name} {' or '.join(map(repr, names))}",
            allowed=", ".join(shown) + (f" and {len(every) - len(shown)} more" if len(every) > len(shown) else ""),
            do="name one of these",
        )
    raise InputError(
        asked,
        found=f"no event that is all of {', '.join(conditions)} as asked, though each occurs",
        allowed="filters that leave at least one event",
        do="loosen one of them",
    )


def _check_double(events: CheckedEvents, n: int) -> None:
    kept = f"FROM {events.table} WHERE keep"
    low, high = events.file.row(f"SELECT min(key), max(key) FROM {events.table}")
    if high - low < min(_LARGEST_BITS, 100 * n + 1_000_000):
        bits = f"SELECT bit_count(bitstring_agg(key, {low}::BIGINT, {high}::BIGINT)) {kept}"
        if events.file.row(bits)[0] == n:
            return
    parts = 1 + n // _AT_ONCE
    for part in range(parts):
        double = events.file.query(
            f"SELECT key {kept} AND key % {parts} = {part} GROUP BY key HAVING count(*) > 1 LIMIT 1000"
        ).fetchall()
        if double:
            _refuse_double(events, [key for (key,) in double])


def _refuse_double(events: CheckedEvents, keys: list[int]) -> None:
    listed = ", ".join(map(str, keys))
    rows = events.file.query(
        f"SELECT id, min(row), max(row) FROM {_numbered(events)} WHERE keep AND key IN ({listed}) "
        "GROUP BY id HAVING count(*) > 1 ORDER BY 3 LIMIT 1"
    ).fetchone()
    if rows:
        name, first, again = rows
        raise InputError(
            f"read the column {events.used['id']!r} of {events.file.path}, {events.file.line(again)}",
            found=f"the id {_short(name)!r} again, first in {events.file.line(first)}",
            allowed="one row an event",
            do="take one of the rows out",
        )


WANTED = ("id", "key", "day", "last", "province", "country", "kind", "located", "actor", "reported", *DEATHS, "source")
