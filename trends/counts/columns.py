"""Which column of an event file means what: built-in maps for GED, ACLED and GTD, and maps of one's own."""

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

from trends.arguments import PathLike
from trends.counts.opening import control_character, read_bytes, text_of
from trends.errors import InputError

BUILT_IN = ("acled", "ged", "gtd")
_TEXT = (
    "id", "date_end", "reported", "country", "province", "district", "longitude", "latitude", "deaths_low", "deaths",
    "deaths_high", "source", "count",
)  # fmt: skip
LEVELS = ("province", "country", "district")
_OPTIONS = ("required", "like", "actor_separator", "date_format", "level")
_TABLES = {"kind": ("column", "values"), "located": ("column", "values"), "precision": ("column", "month", "year")}
#: No map of columns is larger; the largest that comes with the package has 3 kB.
_MOST_BYTES = 50_000
_DEEPEST, _MOST_DOTS = 4, 500
_KEYS = ("date", "actor", *_TEXT, *_TABLES, *_OPTIONS)


@dataclass(frozen=True)
class ColumnMap:
    """Which columns of an event file hold what.

    Parameters
    ----------
    id, date, date_end, reported, country, province, district, longitude, latitude : tuple of str
        Names of a column, the first that the file has is used; empty where there is none. Without ``id`` every row
        is an event of its own. ``date`` may have three columns instead, in ``date_parts``. ``reported`` is the day on
        which an event came into the file, which may be empty; see `trends.counts.triangle.reporting_triangle`.
        Coordinates are degrees; see `trends.counts.coordinates.placed_by_points`.
    deaths_low, deaths, deaths_high, source : tuple of str
        The same of figures of deaths and of where a row comes from.
    date_parts : dict
        The columns of ``year``, ``month`` and ``day``, where a date stands in three.
    count : tuple of str
        A column that holds counts: each row is one of a whole period, which the column of the date names, and no
        event; see `trends.counts.tables.panel_from_table`.
    actor : tuple of str
        All columns that name a side or an ally.
    actor_separator : str
        What parts several names in one cell; empty where a cell has one.
    kind, located : tuple of str, dict
        A column and what each of its values means; no values, no translation.
    precision : tuple of str, tuple of str, tuple of str
        A column, the values that mean "dated to a month" and those that mean "to a year".
    date_format : str
        The strptime form of dates that are not written year first.
    level : {"province", "country", "district"}
        What the column of provinces holds; with ``"district"`` each event is placed in the district of its province.
    required : tuple of str
        Fields that the file must have a column for.
    """

    id: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    date_parts: dict[str, str] = field(default_factory=dict)
    date_end: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    province: tuple[str, ...] = ()
    district: tuple[str, ...] = ()
    longitude: tuple[str, ...] = ()
    latitude: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    actor_separator: str = ""
    deaths_low: tuple[str, ...] = ()
    deaths: tuple[str, ...] = ()
    deaths_high: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    count: tuple[str, ...] = ()
    kind: tuple[tuple[str, ...], dict[str, str]] = ((), {})
    located: tuple[tuple[str, ...], dict[str, str]] = ((), {})
    precision: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]] = ((), (), ())
    date_format: str = ""
    level: str = "province"
    required: tuple[str, ...] = ("date",)


#: What names the columns of an event file: a built-in map, the path of one's own, its keys, or the map itself.
Columns = PathLike | Mapping[str, Any] | ColumnMap


def read_columns(columns: Columns) -> ColumnMap:
    """The map of columns that a name, a mapping or a TOML file describes.

    Parameters
    ----------
    columns : str, pathlib.Path, mapping or ColumnMap
        ``"ged"``, ``"acled"`` or ``"gtd"``; the path of a TOML file; or a mapping with the same keys: ``id, date,
        date_end, reported, country, province, actor, deaths_low, deaths, deaths_high, source, count``, each the
        name of a column, the tables ``kind``, ``located`` and ``precision``, and the options ``actor_separator,
        date_format`` and ``level``. ``like = "ged"`` begins with a built-in map. Every column named here must be in
        the file.

    Raises
    ------
    InputError
        Where there is no such map or it has an unknown key.

    Examples
    --------
    >>> read_columns({"like": "ged", "province": "governorate"}).province
    ('governorate',)
    """
    if isinstance(columns, ColumnMap):
        return columns
    if isinstance(columns, Mapping):
        return _built(dict(columns), "the map of columns")
    name = str(columns)
    if name.lower() in BUILT_IN:
        return _built(_shipped(name.lower()), name)
    path = Path(name)
    if path.suffix != ".toml" or not os.path.isfile(path):
        raise InputError(
            "read a map of columns",
            found=repr(name),
            allowed=f"{', '.join(BUILT_IN)}, a mapping, or a TOML file that is there",
            do="name one of these",
        )
    return _built(_read(path), str(path))


def at_level(columns: ColumnMap, level: str | None) -> ColumnMap:
    """A map of columns by which events are placed in provinces, districts or countries; None leaves what it says.

    Raises
    ------
    InputError
        Where there is no such level, or the map names no column for it.
    """
    level = level or columns.level
    if level not in LEVELS:
        raise InputError("place the events", found=repr(level), allowed=", ".join(LEVELS), do="choose one of these")
    if level == "district":
        needed: tuple[str, ...] = ("province", "district")
    elif level == columns.level or level == "province":
        return replace(columns, level=level)
    else:
        needed = ("country",)
    for name in needed:
        if not getattr(columns, name):
            raise InputError(
                f"place the events by {level}",
                found=f"a map of columns without the key {name}",
                allowed=f"a map that names the column of the {name}",
                do=f'add it: {name} = "..."',
            )
    if level == "country":
        columns = replace(columns, province=columns.country)
    return replace(columns, level=level, required=tuple(dict.fromkeys([*columns.required, *needed])))


def _read(path: Path) -> dict[str, Any]:
    """What a TOML file holds, no larger and no deeper than a map of columns can be."""
    asked = f"read the map of columns {path}"
    text = text_of(read_bytes(path, asked, most=_MOST_BYTES), asked)
    try:
        # A key of many parts makes as many tables, one in the other, and takes the square of their number.
        if all(line.count(".") <= _MOST_DOTS for line in text.splitlines()):
            table = tomllib.loads(text)
            level = [table]
            for _ in range(_DEEPEST):
                level = [value for each in level for value in each.values() if isinstance(value, dict)]
            if not level:
                return table
        found = "tables nested too deeply"
    # Python turns no more than 4,300 digits into a number, and says so with the class above TOMLDecodeError.
    except ValueError as error:
        found = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "an endless number"
    except RecursionError:
        found = "tables nested too deeply"
    raise InputError(asked, found=found, allowed="TOML in UTF-8", do="correct the file")


def header_names(columns: ColumnMap) -> tuple[tuple[str, ...], ...]:
    """What the header of a file has that a map reads: for each column that must be there the names it may go by.

    Examples
    --------
    >>> header_names(read_columns({"date": "when", "province": ["where", "place"]}))
    (('when',), ('where', 'place'))
    """
    names = [(name,) for name in columns.date_parts.values()]
    for field_name in columns.required:
        held: Any = getattr(columns, field_name, ())
        held = held[0] if field_name in _TABLES else held
        names += [held] if held else []
    return tuple(names)


def _shipped(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("trends.counts").joinpath(f"maps/{name}.toml").read_text(encoding="utf-8"))


def _built(table: dict[str, Any], where: str) -> ColumnMap:
    _known(table, _KEYS, where)
    for key, value in table.items():
        _check_value(key, value, where)
    if "date" not in table and "like" not in table:
        raise InputError(
            f"read {where}",
            found="no key 'date'",
            allowed="a map that names the column of the date",
            do='add it: date = "..."',
        )
    own = [key for key in table if key not in _OPTIONS]
    required = tuple(table.get("required", own))
    if like := table.get("like"):
        if like not in BUILT_IN:
            raise InputError(f"read {where}", found=f"like={like!r}", allowed=", ".join(BUILT_IN), do="name one")
        base = _shipped(like)
        required = tuple(dict.fromkeys([*base["required"], *required]))
        table = {**base, **table}
    parts = table["date"] if isinstance(table.get("date"), Mapping) else {}
    facts: dict[str, Any] = {key: _names(table.get(key, ())) for key in (*_TEXT, "actor")}
    for name in ("kind", "located"):
        part = table.get(name, {})
        part = part if isinstance(part, dict) else {"column": part}
        facts[name] = (_names(part.get("column", ())), {str(k): str(v) for k, v in part.get("values", {}).items()})
    dating = table.get("precision", {})
    facts["precision"] = (
        _names(dating.get("column", ())),
        tuple(map(str, dating.get("month", ()))),
        tuple(map(str, dating.get("year", ()))),
    )
    options = {key: table[key] for key in ("actor_separator", "date_format", "level") if key in table}
    return ColumnMap(
        date=() if parts else _names(table.get("date", ())), date_parts=parts, required=required, **facts, **options
    )


def _check_value(key: str, value: Any, where: str) -> None:
    """Refuse what a key of a map cannot hold."""
    if key in _TABLES and (isinstance(value, Mapping) or key == "precision"):
        fits = isinstance(value, Mapping) and all(_fits(value.get(name), name) for name in value)
        allowed = f"a table of {', '.join(_TABLES[key])}"
        if isinstance(value, Mapping):
            _known(value, _TABLES[key], f"{where}, table {key}")
    elif key == "date" and isinstance(value, Mapping):
        fits = set(value) == {"year", "month", "day"} and all(isinstance(name, str) for name in value.values())
        allowed = "the names of the columns year, month and day"
    elif key == "level":
        fits, allowed = value in LEVELS, "'province', 'country' or 'district'"
    elif key in _OPTIONS and key != "required":
        fits, allowed = isinstance(value, str), "a text"
    else:
        fits, allowed = _fits(value, "column"), "the name of a column, or a list of names"
    if isinstance(value, str) and (control := control_character(value)):
        raise InputError(
            f"read {where}", found=f"{key} with the control character {control!r}", allowed="text", do="take it out"
        )
    if not fits:
        raise InputError(f"read {where}", found=f"{key} = {value!r}", allowed=allowed, do="correct the value")


def _fits(value: Any, name: str) -> bool:
    if name == "values":
        return isinstance(value, Mapping)
    if isinstance(value, list | tuple):
        return all(isinstance(part, str | int) and (name != "column" or isinstance(part, str)) for part in value)
    return name == "column" and isinstance(value, str)


def _names(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _known(table: Mapping[str, Any], keys: Iterable[str], where: str) -> None:
    for key in table:
        if key not in keys:
            raise InputError(f"read {where}", found=f"the key {key!r}", allowed=", ".join(keys), do="use one of these")
