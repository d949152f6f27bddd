"""Which known export a file is, told by the names of its columns alone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from trends.counts.columns import ColumnMap, Columns, header_names, read_columns
from trends.errors import InputError


@dataclass(frozen=True)
class Export:
    """A known export: how it is told, and how it is read.

    Parameters
    ----------
    key, title : str
        The name for programs and the one for readers.
    told_by : frozenset of str
        Columns, case-folded, that every file of the kind has.
    columns : str
        The built-in map that reads it; empty where it is a table of counts.
    period, province, count, country : str
        The columns of a table of counts; empty where a row is an event.
    """

    key: str
    title: str
    told_by: frozenset[str]
    columns: str = ""
    period: str = ""
    province: str = ""
    count: str = ""
    country: str = ""

    @property
    def is_table(self) -> bool:
        """Whether a row holds a count and is no event."""
        return bool(self.count)


def _columns(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Every export that is known, the more particular ones first.
EXPORTS = (
    Export("ged", "UCDP GED", _columns("id type_of_violence side_a side_b date_start best"), "ged"),
    Export(
        "hapi", "HDX HAPI conflict events",
        _columns("location_code admin1_name admin_level events reference_period_start"),
        period="reference_period_start", province="admin1_name", count="events", country="location_code",
    ),
    Export(
        "hdx-monthly", "ACLED's monthly table on HDX", _columns("country admin1 month year events"),
        period="month", province="admin1", count="events", country="country",
    ),
    Export(
        "acled-weekly", "ACLED's weekly aggregate", _columns("week country admin1 event_type events"),
        period="week", province="admin1", count="events", country="country",
    ),
    Export("acled", "ACLED", _columns("event_id_cnty event_date event_type admin1 actor1"), "acled"),
    Export("acled-no-id", "ACLED without ids", _columns("event_date event_type admin1"), "acled"),
    Export("gtd", "GTD", _columns("eventid iyear imonth iday country_txt provstate"), "gtd"),
)  # fmt: skip

_GED_WITHOUT_HEADER = (
    "id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name "
    "dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b "
    "number_of_sources source_article source_office source_date source_headline source_original where_prec "
    "where_coordinates where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id "
    "region event_clarity date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high "
    "low gwnoa gwnob"
).split()
#: Columns that hold a count in a table whose rows are no events.
COUNT_NAMES = ("events", "count", "n", "incidents")


def recognised(names: Iterable[str]) -> Export | None:
    """The known export whose columns these are, or None.

    Parameters
    ----------
    names : iterable of str
        The names of the columns, in any case.

    Examples
    --------
    >>> recognised(["WEEK", "COUNTRY", "ADMIN1", "EVENT_TYPE", "EVENTS"]).key
    'acled-weekly'
    >>> recognised(["date", "where"]) is None
    True
    """
    held = {name.strip().casefold() for name in names}
    return next((export for export in EXPORTS if export.told_by <= held), None)


def release(export: Export, names: Iterable[str], path: Path | str = "") -> str:
    """The kind and release of an export in words: ``"ACLED, export of 2022 on"``.

    Examples
    --------
    >>> release(EXPORTS[4], ["data_id", "gwno"])
    'ACLED, export to 2022'
    """
    held = {name.strip().casefold() for name in names}
    if export.key == "acled":
        old, new = {"data_id", "gwno"} & held, "disorder_type" in held
        return export.title + (", export of 2022 on" if new else ", export to 2022" if old else "")
    if export.key == "ged":
        if "_v" in (name := Path(path).name.lower()) and "_0_" in name:
            return "UCDP GED Candidate"
        return export.title + (
            ", release to 19.1" if {"active_year", "dyad_new_id"} <= held and "code_status" not in held else ""
        )
    return export.title


def headerless(row: list[str]) -> list[str]:
    """The names of the columns of a GED release that came without them, or nothing where the row is none of it.

    Version 24.0.1 of the Candidate files has 49 columns and no line of names.
    """
    if len(row) != len(_GED_WITHOUT_HEADER):
        return []
    cells = dict(zip(_GED_WITHOUT_HEADER, row, strict=True))
    told = cells["id"].isdigit() and cells["type_of_violence"] in ("1", "2", "3")
    return (
        list(_GED_WITHOUT_HEADER)
        if told and len(year := cells["year"]) == 4 and cells["date_start"][:4] == year
        else []
    )


def named_columns(columns: Columns) -> tuple[ColumnMap | str, tuple[tuple[str, ...], ...]]:
    """A map of columns that a person named, or ``"auto"``, and what a header has that it reads.

    Raises
    ------
    InputError
        Where the map is that of a table of counts, whose rows are no events.
    """
    if isinstance(columns, str) and columns.lower() == "auto":
        return columns.lower(), ()
    found = read_columns(columns)
    if found.count:
        raise InputError(
            "count events",
            found=f"a map of columns with count = {found.count[0]!r}, so that each row is a count",
            allowed="a map of columns without the key count",
            do="read the file as a table of counts: trends.panel_from_table(file, columns)",
        )
    return found, header_names(found)


def columns_of(columns: Columns, names: Iterable[str], path: Path) -> tuple[ColumnMap, tuple[str, ...]]:
    """The map of columns for an event file, and a sentence on how it was recognised where it was not named.

    Raises
    ------
    InputError
        Where ``"auto"`` knows no such file, the file is a table of counts, or GTD has no days.
    """
    if not (isinstance(columns, str) and columns.lower() == "auto"):
        return read_columns(columns), ()
    names = list(names)
    export = recognised(names)
    if export is None:
        _refuse_unknown(names, path)
    if export.is_table:
        found = next(name for name in names if name.strip().casefold() == export.count)
        raise InputError(
            f"count the events of {path}",
            found=f"{export.title}, whose counts stand in {found}",
            allowed="a file with a row for each event",
            do=f"read it as a table of counts: trends.panel_from_table (--counts {found})",
        )
    found_map = read_columns(export.columns)
    note = f"read as {release(export, names, path)} ({len(names)} columns)"
    if export.key == "acled-no-id":
        found_map = replace(found_map, id=(), required=("date", "province"))
        note += "; no ids, so double rows cannot be found"
    return found_map, (note,)


def _refuse_unknown(names: list[str], path: Path) -> NoReturn:
    held = {name.strip().casefold() for name in names}
    if {"eventid", "country_txt"} <= held:
        lacking = [name for name in ("iyear", "imonth", "iday") if name not in held]
        raise InputError(
            f"recognise the columns of {path}",
            found=f"an extract of GTD without {', '.join(lacking) or 'provstate'}",
            allowed="the columns iyear, imonth, iday and provstate",
            do="export it again with them",
        )
    shown = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
    raise InputError(
        f"recognise the columns of {path}",
        found=f"no header of a known export in the first 20 lines, but {shown}",
        allowed=", ".join(export.title for export in EXPORTS),
        do='name the columns in a map of your own (--columns FILE.toml, with date = "..." and province = "..."), or if '
        "the rows hold counts name their column (--counts COLUMN)",
    )
