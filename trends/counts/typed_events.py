"""The rows of an event file typed, filtered and checked, as a table in SQL."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from trends.counts.columns import ColumnMap
from trends.counts.dating import month_only, read_days
from trends.counts.opening import quoted
from trends.counts.scanning import EventFile, named
from trends.errors import InputError

#: What R, pandas, databases and Excel write where nothing is known.
MISSING: tuple[str, ...] = ("NA", "nan", "NaN", "None", "NULL", "null", "N/A", "n/a", "#N/A", "<NA>")
_MISSING = f"({', '.join(map(quoted, MISSING))})"
#: Codes for "unknown" in columns of deaths.
_UNKNOWN_DEATHS = (-9, -99, -999)
#: SQL types of which a value is written without a fraction.
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
# How a day that a workbook knows as one comes out of it.
_CELL = "%Y-%m-%d %H:%M:%S"
DEATHS = ("deaths_low", "deaths", "deaths_high")
#: What stands between the province and the district in a cell that holds both.
DISTRICT_MARK = "\x1f"


@dataclass(frozen=True)
class Filters:
    """Which events to keep.

    Parameters
    ----------
    actor : str or iterable of str, optional
        Names of an actor, any of which must be one of the sides (exactly, or in a list of allies).
    kind, located : str or iterable of str, optional
        Kinds of event and precisions of place to keep, in the words of the map of columns.
    where : mapping, optional
        Columns of the file and the value, or the values, that they must have.
    """

    actor: str | Iterable[str] | None = None
    kind: str | Iterable[str] | None = None
    located: str | Iterable[str] | None = None
    where: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        # They are asked for more than once, and what can be run through only once would be empty then.
        for name in ("actor", "kind", "located"):
            asked = getattr(self, name)
            if asked is not None and not isinstance(asked, str):
                object.__setattr__(self, name, _several(asked))

    def conditions(
        self, file: EventFile, columns: ColumnMap, used: dict[str, str]
    ) -> dict[str, tuple[str, tuple[str, ...], str]]:
        """For each filter its SQL condition, the values asked for and the expression they are looked for in."""
        found = {}
        if self.actor is not None:
            sides = [_text(file, column) for name, column in used.items() if name.startswith("actor.")]
            names = _several(self.actor)
            found["actor"] = (
                " OR ".join(_has(side, names, columns.actor_separator) for side in sides) or "false",
                names,
                _listed(sides, columns.actor_separator),
            )
        for field in ("kind", "located"):
            asked = getattr(self, field)
            if asked is not None:
                if field not in used:
                    raise InputError(
                        f"filter the events of {file.path} by {field}",
                        found="no column for it",
                        allowed=", ".join(file.types),
                        do=f'name it in the map of columns: {field} = {{"column": "..."}}',
                    )
                names = _several(asked)
                value = _coded(file, columns, used, field)
                found[field] = (f"{value} IN ({', '.join(map(quoted, names))})", names, value)
        folded = {name.casefold(): name for name in file.types}
        for asked_column, asked in (self.where or {}).items():
            column = folded.get(asked_column.casefold(), asked_column)
            if column not in file.types:
                near = difflib.get_close_matches(column, list(file.types), n=3, cutoff=0.5)
                raise InputError(
                    f"filter the events of {file.path}",
                    found=f"no column {column!r}",
                    allowed=", ".join(near or file.types),
                    do="name one of these",
                )
            names = _several(asked)
            value = _whole(_text(file, column))
            found[asked_column] = (f"{value} IN ({', '.join(map(quoted, names))})", names, value)
        return found


def _several(asked: int | Iterable[str]) -> tuple[str, ...]:
    return (str(asked),) if isinstance(asked, (str, int)) else tuple(map(str, asked))


def _has(side: str, names: tuple[str, ...], separator: str) -> str:
    parts = [f"{side} IN ({', '.join(map(quoted, names))})"]
    if separator:
        mark = quoted(separator)
        held = " OR ".join(
            f"contains({mark} || {side} || {mark}, {quoted(separator + name + separator)})" for name in names
        )
        # Most cells name one actor: the longer search is for the others only.
        parts.append(f"(contains({side}, {mark}) AND ({held}))")
    return f"coalesce({' OR '.join(parts)}, false)"


def _listed(sides: list[str], separator: str) -> str:
    split = [f"string_split({side}, {quoted(separator)})" if separator else f"[{side}]" for side in sides]
    return f"unnest(list_concat({', '.join(split)}))" if len(split) > 1 else f"unnest({split[0]})"


def _text(file: EventFile, column: str) -> str:
    name = named(column)
    if file.types[column] != "VARCHAR":
        return f"CAST({name} AS VARCHAR)"
    # The reader of CSV makes an empty cell NULL itself.
    return name if file.is_text else f"nullif({name}, '')"


def _whole(text: str) -> str:
    # A table that went through floating point writes the code 1 as 1.0.
    return f"CASE WHEN suffix({text}, '.0') THEN left({text}, length({text}) - 2) ELSE {text} END"


def _day(file: EventFile, column: str, form: str) -> str:
    kind = file.types[column]
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        return f"CAST({named(column)} AS DATE)"
    if form and file.path.suffix.lower() == ".xlsx" and _are_days(file, column):
        form = _CELL
    if not form:
        return read_days(file, column, _text(file, column)).sql
    return f"CAST(try_strptime({_text(file, column)}, {quoted(form)}) AS DATE)"


def day_notes(file: EventFile, columns: ColumnMap, used: dict[str, str]) -> tuple[str, ...]:
    """What was decided in reading the days on which events began."""
    kind = file.types[used["date"]]
    if columns.date_parts or columns.date_format or kind == "DATE" or kind.startswith("TIMESTAMP"):
        return ()
    return read_days(file, used["date"], _text(file, used["date"])).notes


def _are_days(file: EventFile, column: str) -> bool:
    """Whether the cells of a workbook are days to the workbook itself; some and not others are refused."""
    day = f"try_strptime({_text(file, column)}, '{_CELL}')"
    days, cells = file.row(f"SELECT count({day}), count({_text(file, column)}) FROM {file.relation}")
    if 0 < days < cells:
        raise InputError(
            f"read the column {column!r} of {file.path}",
            found=f"{days:,} of {cells:,} days known as such to the workbook and the others as text",
            allowed="days all of one kind, since a program that knew some may have taken the day for the month",
            do="format the whole column as text or as dates, and compare it with the original",
        )
    return days > 0


def found_columns(file: EventFile, columns: ColumnMap) -> dict[str, str]:
    """The column of the file that holds each field of a map.

    Raises
    ------
    InputError
        Where a field that is required has no column in the file; with the nearest names.
    """
    wanted = {name: getattr(columns, name) for name in ("id", "date", "date_end", "reported", "country", "province")}
    wanted |= {name: getattr(columns, name) for name in ("district", "source", *DEATHS)}
    wanted |= {name: getattr(columns, name) for name in ("longitude", "latitude")}
    wanted |= {name: getattr(columns, name)[0] for name in ("kind", "located", "precision")}
    wanted |= {f"date.{part}": (column,) for part, column in columns.date_parts.items()}
    wanted |= {f"actor.{place}": (column,) for place, column in enumerate(columns.actor)}
    used = {}
    folded = {name.casefold(): name for name in file.types}
    for name, candidates in wanted.items():
        present = [folded[column.casefold()] for column in candidates if column.casefold() in folded]
        if present:
            used[name] = present[0]
    if columns.date_parts and "date.year" in used:
        used["date"] = used["date.year"]
    for name in columns.required:
        sides = name == "actor" and any(key.startswith("actor.") for key in used)
        if name in used or sides:
            continue
        candidates = columns.actor if name == "actor" else wanted.get(name) or tuple(columns.date_parts.values())
        near = difflib.get_close_matches((candidates or (name,))[0], list(file.types), n=3, cutoff=0.5)
        shown = list(dict.fromkeys([*near, *file.types]))[:12]
        raise InputError(
            f"find the column of the {name} in {file.path}",
            found="no " + (" or ".join(map(repr, candidates)) if candidates else "column named for it"),
            allowed=", ".join(shown) + (f" and {left} more" if (left := len(file.types) - len(shown)) > 0 else ""),
            do=f'name your own in a map of columns (--columns FILE.toml, with a line such as {name} = "...")',
        )
    return used


def _coded(file: EventFile, columns: ColumnMap, used: dict[str, str], name: str) -> str:
    """The kind of an event or the precision of its place, in the words of the map of columns."""
    if name not in used:
        return "NULL::VARCHAR"
    column, meanings = named(used[name]), getattr(columns, name)[1]
    if not meanings:
        return _text(file, used[name])
    whole = file.types[used[name]] in _WHOLE
    if whole:
        cases = [f"WHEN {value} THEN {quoted(word)}" for value, word in meanings.items() if value.isdigit()]
    else:
        cases = [
            f"WHEN {quoted(value + end)} THEN {quoted(word)}" for value, word in meanings.items() for end in ("", ".0")
        ]
    return f"CASE {column if whole else _text(file, used[name])} {' '.join(cases)} END"


def _given(file: EventFile, used: dict[str, str], name: str) -> str:
    """Whether a cell holds anything; a number need not be written out as text for that."""
    if name not in used:
        return "false"
    if file.types[used[name]] != "VARCHAR":
        return f"({named(used[name])} IS NOT NULL)"
    cell = _text(file, used[name])
    return f"({cell} IS NOT NULL AND {cell} NOT IN {_MISSING})"


def _number(file: EventFile, column: str) -> str:
    """A number of deaths; beside semicolons a comma is the decimal mark."""
    cell = f"replace({named(column)}, ',', '.')" if file.delimiter == ";" else named(column)
    return f"try_cast({cell} AS DOUBLE)"


def _is_code(file: EventFile, used: dict[str, str], name: str) -> str:
    if name not in used:
        return "false"
    return f"coalesce({_number(file, used[name])} IN {_UNKNOWN_DEATHS}, false)"


def _known_text(file: EventFile, used: dict[str, str], name: str) -> str:
    """A name, NULL where the cell says that there is none; a country NA is Namibia among two-letter codes."""
    if name not in used:
        return "NULL::VARCHAR"
    text = _text(file, used[name])
    marks = MISSING[1:] if used[name] == used.get("country") and _are_codes(file, text) else MISSING
    return f"CASE WHEN {text} NOT IN ({', '.join(map(quoted, marks))}) THEN {text} END"


def _are_codes(file: EventFile, text: str) -> bool:
    """Whether all countries of a file are codes of two letters. All of it is read where the first fifty are."""
    known = (
        f"SELECT regexp_full_match({text}, '[A-Z]{{2}}') AS is_code FROM {file.relation} WHERE {text} NOT IN {_MISSING}"
    )
    return all(file.row(f"SELECT bool_and(is_code) FROM ({known}{few})")[0] for few in (" LIMIT 50", ""))


def _unknown(file: EventFile, columns: ColumnMap, used: dict[str, str], name: str) -> str:
    """Whether a cell holds a code that the map does not know."""
    meanings = getattr(columns, name)[1]
    if name not in used or not meanings:
        return "false"
    if file.types[used[name]] in _WHOLE:
        codes = [value for value in meanings if value.isdigit()]
    else:
        codes = [quoted(value + end) for value in meanings for end in ("", ".0")]
    column = named(used[name]) if file.types[used[name]] in _WHOLE else _text(file, used[name])
    return f"coalesce({column} NOT IN ({', '.join(codes)}), false)"


def parsed_sql(file: EventFile, columns: ColumnMap, used: dict[str, str], keep: str, row: bool = False) -> str:
    """A SELECT of every field of every row, typed, NULL where it cannot be, with the texts as ``raw_`` columns."""
    numbered = "row_number() OVER ()"
    select = {"key": _key(used["id"]), "id": _whole(_text(file, used["id"]))} if "id" in used else {}
    # Without ids every row is an event of its own, named by its number.
    select = select or {"key": numbered, "id": f"CAST({numbered} AS VARCHAR)"}
    select["keep"] = f"coalesce({keep}, false)"
    select |= _dates(file, columns, used)
    told = "reported" in used
    select["raw_reported"] = _text(file, used["reported"]) if told else "NULL::VARCHAR"
    select["reported"] = _day(file, used["reported"], columns.date_format) if told else "NULL::DATE"
    select["no_id"] = f"NOT {_given(file, used, 'id')}" if "id" in used else "false"
    for name in DEATHS:
        select[f"given_{name}"] = f"({_given(file, used, name)} AND NOT {_is_code(file, used, name)})"
        select[f"coded_{name}"] = _is_code(file, used, name)
    for name in ("kind", "located"):
        select[f"unknown_{name}"] = _unknown(file, columns, used, name)
    for name in (*DEATHS, "kind", "located"):
        select[f"raw_{name}"] = _text(file, used[name]) if name in used else "NULL::VARCHAR"
    for name in DEATHS:
        number = _number(file, used[name]) if name in used else "NULL::DOUBLE"
        select[name] = f"CASE WHEN NOT {_is_code(file, used, name)} THEN {number} END" if name in used else number
    for name in ("kind", "located"):
        select[name] = _coded(file, columns, used, name)
    for name in ("province", "country"):
        select[name] = _known_text(file, used, name)
    if columns.level == "district":
        parts = [f"coalesce({_known_text(file, used, name)}, '')" for name in ("province", "district")]
        select["province"] = f"concat({parts[0]}, {quoted(DISTRICT_MARK)}, {parts[1]})"
    for name, most in (("longitude", 180), ("latitude", 90)):
        number = _number(file, used[name]) if name in used else "NULL::DOUBLE"
        select[name] = f"CASE WHEN abs({number}) <= {most} THEN {number} END"
    select["source"] = _text(file, used["source"]) if "source" in used else "NULL::VARCHAR"
    sides = [_text(file, column) for name, column in used.items() if name.startswith("actor.")]
    select["actor"] = f"concat_ws(' | ', {', '.join(sides)})" if sides else "NULL::VARCHAR"
    fields = ", ".join(f"{expression} AS {name}" for name, expression in select.items())
    return f"SELECT {f'{numbered} AS row, ' if row else ''}{fields} FROM {file.relation}"


def _key(column: str) -> str:
    # A number to look for double ids with: exact for whole numbers, a hash for texts; what it finds is then compared.
    text = f"CAST({named(column)} AS VARCHAR)"
    return f"coalesce(try_cast({named(column)} AS BIGINT), CAST(hash({text}) >> 2 AS BIGINT))"


def _dates(file: EventFile, columns: ColumnMap, used: dict[str, str]) -> dict[str, str]:
    """The first and the last day of an event, and the texts behind them."""
    if columns.date_parts:
        parts = [_text(file, used[f"date.{part}"]) for part in ("year", "month", "day")]
        year, month, day = (f"coalesce(try_cast({part} AS INTEGER), -1)" for part in parts)
        written = f"concat_ws('-', {', '.join(parts)})"
        first = (
            f"CAST(try_strptime(printf('%d-%d-%d', {year}, greatest({month}, CAST({month} = 0 AS INTEGER)), "
            f"greatest({day}, CAST({day} = 0 AS INTEGER))), '%Y-%m-%d') AS DATE)"
        )
        last = f"WHEN {month} = 0 THEN make_date({year}, 12, 31) WHEN {day} = 0 THEN last_day({first})"
        last = f"CASE WHEN {first} IS NULL THEN NULL {last} ELSE {first} END"
        return {"raw_day": written, "day": first, "raw_last": "NULL::VARCHAR", "last": last}
    first = _day(file, used["date"], columns.date_format)
    last, written = _last_of(file, used["date"], first), "NULL::VARCHAR"
    if "date_end" in used:
        written = _text(file, used["date_end"])
        told = _last_of(file, used["date_end"], _day(file, used["date_end"], columns.date_format))
        last = f"CASE WHEN {written} IS NULL THEN {last} ELSE {told} END"
    elif "precision" in used:
        code = _whole(_text(file, used["precision"]))
        begin = end_of = ""
        for values, unit, end in ((columns.precision[1], "month", 1), (columns.precision[2], "year", 12)):
            if values:
                when = f"WHEN {code} IN ({', '.join(map(quoted, values))})"
                begin += f" {when} THEN CAST(date_trunc('{unit}', {first}) AS DATE)"
                end_of += (
                    f" {when} THEN last_day(make_date(year({first}), {'12' if end == 12 else f'month({first})'}, 1))"
                )
        last = f"CASE{end_of} ELSE {last} END" if end_of else last
        first = f"CASE{begin} ELSE {first} END" if begin else first
    return {"raw_day": _text(file, used["date"]), "day": first, "raw_last": written, "last": last}


def _last_of(file: EventFile, column: str, day: str) -> str:
    """The last day that a cell may mean: that of the month where it names a month alone."""
    if file.types[column] != "VARCHAR":
        return day
    return f"CASE WHEN {month_only(_text(file, column))} THEN last_day({day}) ELSE {day} END"


#: For each fault: the field, the column of `parsed_sql` that shows it, and what would have been allowed.
FAULTS = (
    ("id", "id", "an id for every event"),
    ("date", "raw_day", "days such as 2014-04-01 or 1 April 2014, from 1800 to 2200"),
    ("date_end", "raw_last", "a day that is not before the first one"),
    ("reported", "raw_reported", "days that are not before the one on which the event began, or nothing"),
    *((name, f"raw_{name}", "numbers from 0 up, or nothing where it is not known") for name in DEATHS),
    ("kind", "raw_kind", "the values that the map of columns knows"),
    ("located", "raw_located", "the values that the map of columns knows"),
)
_WRONG = (
    "no_id",
    "day IS NULL OR day < DATE '1800-01-01' OR day > DATE '2200-12-31'",
    "last IS NULL OR last < day OR last > DATE '2200-12-31'",
    "raw_reported IS NOT NULL AND coalesce(reported < day OR reported > DATE '2200-12-31', true)",
    *(f"given_{name} AND NOT coalesce({name} >= 0 AND {name} <= 1e15, false)" for name in DEATHS),
    "unknown_kind",
    "unknown_located",
)


def _asked(measures: tuple[str, ...]) -> list[tuple[int, str]]:
    """The faults that matter, with their places in `FAULTS` from 1: deaths that nobody counts cannot be wrong."""
    places = enumerate(zip(FAULTS, _WRONG, strict=True), 1)
    return [(place, wrong) for place, ((name, *_), wrong) in places if name not in DEATHS or name in measures]


def faulty_sql(measures: tuple[str, ...]) -> str:
    """Whether anything is wrong with a row of `parsed_sql` whose ``measures`` are counted."""
    return f"({' OR '.join(wrong for _, wrong in _asked(measures))})"


def problem_sql(measures: tuple[str, ...]) -> str:
    """What is wrong with a row: 0 for nothing, else the place in `FAULTS`, from 1.

    It takes thrice as long as `faulty_sql`, and is asked only of a file that will be refused.
    """
    return f"CASE {' '.join(f'WHEN {wrong} THEN {place}' for place, wrong in _asked(measures))} ELSE 0 END"
