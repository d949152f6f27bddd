"""How the days of a column are written: one form for the whole column, told from its head and never guessed."""

import re
from dataclasses import dataclass

from trends.counts.opening import quoted
from trends.counts.scanning import EventFile
from trends.errors import InputError

#: Forms that a column may mix, since each has one reading.
_YEAR_FIRST = (
    "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%d %B %Y", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m",
)  # fmt: skip
#: Other forms with one reading, each for a whole column.
_OTHERS = (
    (r"\d{4}/\d{1,2}/\d{1,2}", "%Y/%m/%d"), (r"\d{4}\.\d{1,2}\.\d{1,2}", "%Y.%m.%d"), (r"\d{8}", "%Y%m%d"),
    (r"\d{1,2}-[A-Za-z]{3}-\d{4}", "%d-%b-%Y"), (r"\d{1,2}-[A-Za-z]+-\d{4}", "%d-%B-%Y"),
    (r"\d{1,2} [A-Za-z]{3} \d{4}", "%d %b %Y"), (r"[A-Za-z]{3} \d{1,2}, \d{4}", "%b %d, %Y"),
    (r"[A-Za-z]+ \d{1,2}, \d{4}", "%B %d, %Y"), (r"\d{1,2}-[A-Za-z]{3}-\d{2}", "%d-%b-%y"),
    (r"\d{1,2} [A-Za-z]{3} \d{2}", "%d %b %y"),
)  # fmt: skip
_NUMERIC = re.compile(r"\d{1,2}([/.-])\d{1,2}[/.-]\d{4}")
_ZONE = r"(Z|[+-]\d{2}:?\d{2})$"
_HEAD = 50


@dataclass(frozen=True)
class Days:
    """The SQL of a column of days, and what was decided in reading it."""

    sql: str
    notes: tuple[str, ...] = ()


def read_days(file: EventFile, column: str, text: str) -> Days:
    """The days of a column of texts, by the form that its first cells have.

    Parameters
    ----------
    file, column : EventFile, str
        The file and its column.
    text : str
        The SQL of its cells.

    Raises
    ------
    InputError
        Where the days have two readings, are numbers of Excel's, or stand in several time zones.
    """
    rows = file.query(f"SELECT {text} FROM {file.relation} WHERE {text} IS NOT NULL LIMIT {_HEAD}").fetchall()
    head = [str(cell).strip() for (cell,) in rows]
    asked = f"read the column {column!r} of {file.path}"
    if head and all(re.fullmatch(r"[2-6]\d{4}(\.0)?", cell) for cell in head):
        raise InputError(
            asked, found=f"{head[0]!r}, which looks like Excel's day number", allowed="days such as 2014-04-01",
            do="save the cells as dates",
        )  # fmt: skip
    if head and all(re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*" + _ZONE, cell) for cell in head):
        return _zoned(file, text, asked)
    if head and all(map(_NUMERIC.fullmatch, head)):
        return _numeric(file, text, asked, head[0])
    for form, written in _OTHERS:
        if head and all(re.fullmatch(form, cell) for cell in head):
            note = ("two-digit years: 00 to 68 are taken as 2000 to 2068",) if written.endswith("%y") else ()
            return Days(f"CAST(try_strptime({text}, {quoted(written)}) AS DATE)", note)
    forms = ", ".join(map(quoted, _YEAR_FIRST))
    return Days(f"CAST(try_strptime({text}, [{forms}]) AS DATE)")


def _zoned(file: EventFile, text: str, asked: str) -> Days:
    """Days as they are written, beside whatever time zone, as long as it is one."""
    found = file.query(
        f"SELECT DISTINCT regexp_extract({text}, {quoted(_ZONE)}) AS zone FROM {file.relation} "
        f"WHERE {text} IS NOT NULL ORDER BY zone LIMIT 3"
    ).fetchall()
    zones = [zone or "no time zone" for (zone,) in found]
    if len(zones) > 1:
        raise InputError(
            asked, found=f"the time zones {' and '.join(zones)}", allowed="one time zone in a column",
            do="write all days in one",
        )  # fmt: skip
    shaped = quoted(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")
    day = f"try_strptime(CASE WHEN regexp_full_match({text}, {shaped}) THEN left({text}, 10) END, '%Y-%m-%d')"
    return Days(f"CAST({day} AS DATE)")


def _numeric(file: EventFile, text: str, asked: str, sample: str) -> Days:
    """Days written in numbers alone: one value above 12 in the whole column tells the day from the month."""
    mark = next(character for character in sample if not character.isdigit())
    part = "regexp_extract({}, '^(\\d{{1,2}})[/.-](\\d{{1,2}})[/.-]\\d{{4}}', {})"
    a, b = (f"try_cast({part.format(text, place)} AS INTEGER)" for place in (1, 2))
    rows = f"SELECT row_number() OVER () AS row, {a} AS a, {b} AS b FROM {file.relation}"
    first, second = (
        file.query(f"SELECT row, {name} FROM ({rows}) WHERE {name} > 12 ORDER BY row LIMIT 1").fetchone()
        for name in ("a", "b")
    )
    told = first or second
    if told is None or (first is not None and second is not None):
        why = "which has two readings"
        if first is not None and second is not None:
            why = f"and {first[1]} in first and {second[1]} in second place"
        raise InputError(
            asked, found=f"{sample!r}, {why}", allowed="days of which one is above 12, always in the same place",
            do='say in the map of columns how days are written, as in date_format = "%d/%m/%Y"',
        )  # fmt: skip
    row, value = told
    form = mark.join(("%d", "%m", "%Y") if first else ("%m", "%d", "%Y"))
    word, stands = ("day", "first") if first else ("month", "second")
    note = f"{word} first, since {value} stands {stands} in {file.line(row)}"
    return Days(f"CAST(try_strptime({text}, {quoted(form)}) AS DATE)", (note,))


def month_only(text: str) -> str:
    """The SQL of whether a day is dated to a month alone, such as 2011-02."""
    return f"(length({text}) = 7)"
