"""What the verbs do that count files and tell of their sources: read the arguments, call public functions, say it.

Each verb loads what it needs when it is called, so that ``trends --help`` stays light.
"""

import json
import os
import sys
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from trends.errors import InputError
from trends.progress import Working

if TYPE_CHECKING:
    from trends.counts.columns import ColumnMap
    from trends.counts.panel import Panel


def count(arguments: Namespace) -> None:
    """Count the incidents of a file."""
    with Working(arguments, "counting"):
        panel = _panel(arguments)
    _written(arguments, panel)


def new_from(arguments: Namespace, folder: Path) -> Path:
    """Make a study of a file that is counted."""
    from trends.claims.from_file import write_study
    from trends.counts.known_sources import known_source
    from trends.counts.scanning import open_events

    arguments.out = None
    panel = _panel(arguments)
    first = arguments.file[0]
    with open_events(first, arguments.encoding, _sheet(arguments.sheet)) as file:
        known = known_source(file.types, first)
    actor = " or ".join(arguments.actor) if arguments.actor else "all"
    country = arguments.country
    with_country = country and any(country.casefold() == name.casefold() for name in file.types)
    made = write_study(panel, folder, file=first, country=None if with_country else country, actor=actor, known=known)
    for note in panel.notes:
        print(f"trends: {note}", file=sys.stderr)
    return made


def _panel(arguments: Namespace) -> "Panel":
    """The panel of an event file, of several, or of a table of counts."""
    from trends.counts.columns import read_columns
    from trends.counts.countfiles import holds_counts
    from trends.counts.counting import count_file
    from trends.counts.recognition import recognised
    from trends.counts.scanning import open_events
    from trends.counts.writing import check_writable
    from trends.periods import frequency

    arguments.by_given = arguments.by is not None
    arguments.by = arguments.by or "province,month"
    units = [unit.strip() for unit in arguments.by.split(",")]
    if len(units) != 2 or units[0] not in ("province", "district", "country"):
        raise InputError(
            "count the incidents",
            found=f"--by {arguments.by}",
            allowed="province, district or country, and one of day, week, month, quarter or year",
            do="write, for example, --by province,month",
        )
    columns = None if arguments.columns.lower() == "auto" else read_columns(arguments.columns)
    if arguments.out is not None:
        check_writable(arguments.out)
    is_table = bool(arguments.counts or (columns is not None and columns.count))
    if not is_table and columns is None:
        wanted = tuple((name,) for name in (arguments.period, arguments.province, arguments.parts) if name)
        with open_events(arguments.file[0], arguments.encoding, _sheet(arguments.sheet), wanted) as file:
            export = recognised(file.types)
            is_table = export.is_table if export else bool(arguments.period) or holds_counts(file)
    if is_table:
        if units[0] != "province":
            raise InputError(
                f"count {' and '.join(arguments.file)}",
                found=f"--by {arguments.by} for a table of counts",
                allowed="province and a period: a table has the places that it has",
                do="name the column of its places with --province",
            )
        return _count_table(arguments, columns, frequency(units[1]))
    _refuse_options(arguments, _OF_TABLES, "a file with a row for each incident")
    return count_file(
        arguments.file[0] if len(arguments.file) == 1 else arguments.file,
        columns or "auto",
        by=frequency(units[1]),
        first=arguments.first,
        last=arguments.last,
        country=arguments.country,
        actor=arguments.actor,
        kind=arguments.kind,
        located=arguments.located and [level.strip() for level in arguments.located.split(",")],
        coverage=_coverage(arguments.coverage),
        aliases=_aliases(arguments.alias),
        country_aliases=_aliases(arguments.country_alias, "countries", "Soviet Union=RU", "--country-alias"),
        level=None if units[0] == "province" else units[0],
        place=arguments.place,
        unresolved=arguments.unresolved,
        encoding=arguments.encoding,
        measure=arguments.measure,
        source=arguments.source,
        sheet=_sheet(arguments.sheet),
    )


def _sheet(text: str | None) -> str | int | None:
    return int(text) if text is not None and text.isdecimal() else text


# Options that say something of one of the two kinds of file alone, and what they are when nobody gives them.
_OF_EVENTS: dict[str, object] = {
    "actor": None,
    "kind": None,
    "located": None,
    "coverage": None,
    "measure": "events",
    "place": False,
}
_OF_TABLES: dict[str, object] = {
    "period": None, "province": None, "parts": None, "week": "Monday", "fiscal": "January", "absent": "refuse",
    "drop": [], "date_format": None,
}  # fmt: skip


_OF_BOTH: dict[str, object] = {
    "counts": None, "columns": "auto", "by": None, "first": None, "last": None, "country": None, "alias": [],
    "country_alias": [],
    "unresolved": "refuse", "sheet": None, "encoding": "utf-8", "source": None,
}  # fmt: skip


def refuse_without_file(arguments: Namespace) -> None:
    """Refuse an option of counting where no file is counted."""
    for name, default in (_OF_BOTH | _OF_EVENTS | _OF_TABLES).items():
        if getattr(arguments, name) != default:
            raise InputError(
                f"start a study in {arguments.folder}",
                found=f"--{name.replace('_', '-')} and no file to count",
                allowed="options of counting together with --from FILE",
                do="add --from FILE, or leave the option out",
            )


def _refuse_options(arguments: Namespace, options: dict, what: str) -> None:
    """Refuse an option that would do nothing."""
    for name, default in options.items():
        if getattr(arguments, name) != default:
            raise InputError(
                f"count {' and '.join(arguments.file)}",
                found=f"--{name.replace('_', '-')} for {what}",
                allowed="options that say something of such a file",
                do="leave it out" if options is _OF_EVENTS else "leave it out, or name the column of counts (--counts)",
            )


def _count_table(arguments: Namespace, columns: "ColumnMap | None", by: str) -> "Panel":
    """The panel of a table of counts, by the periods that the table has or by coarser ones."""
    from trends.counts.tables import panel_from_table

    _refuse_options(arguments, _OF_EVENTS, "a table of counts")
    if len(arguments.file) > 1:
        raise InputError(
            f"count {' and '.join(arguments.file)}",
            found="several tables of counts",
            allowed="one",
            do="count them apart",
        )
    panel = panel_from_table(
        arguments.file[0],
        columns if columns is not None and columns.count else None,
        period=arguments.period,
        province=arguments.province,
        count=arguments.counts,
        country=arguments.country,
        kind=arguments.parts,
        week=arguments.week,
        fiscal=arguments.fiscal,
        date_format=arguments.date_format,
        absent=arguments.absent,
        unresolved=arguments.unresolved,
        aliases=_aliases(arguments.alias),
        country_aliases=_aliases(arguments.country_alias, "countries", "Soviet Union=RU", "--country-alias"),
        drop=arguments.drop,
        sheet=_sheet(arguments.sheet),
        encoding=arguments.encoding,
        source=arguments.source or "",
        by=by if arguments.by_given else None,
    )
    # Weeks of a table begin on the day that they begin on.
    if arguments.by_given and panel.frequency != by and not (by == "W" and panel.frequency.startswith("W")):
        panel = panel.to(by)
    return panel.span(arguments.first, arguments.last) if arguments.first or arguments.last else panel


def _written(arguments: Namespace, panel: "Panel") -> None:
    """Write a panel, and say what was decided in counting it."""
    from trends.counts.panel_files import write_panel
    from trends.periods import label_of

    write_panel(panel, arguments.out)
    if arguments.json:
        shape = {"provinces": panel.provinces, "first": label_of(panel.index[0]), "last": label_of(panel.index[-1])}
        print(json.dumps({"counts": arguments.out, **shape, "notes": panel.notes}, indent=2, ensure_ascii=False))
        return
    for note in panel.notes:
        print(f"trends: {note}", file=sys.stderr)
    if not arguments.quiet:
        print(f"{arguments.out}: {panel!r}")


def sources(arguments: Namespace) -> None:
    """Print where each known source is had, what it holds, its licence and what reads it."""
    from trends.counts.known_sources import KNOWN_SOURCES

    if arguments.json:
        print(json.dumps([asdict(each) for each in KNOWN_SOURCES], indent=2, ensure_ascii=False))
        return
    for place, each in enumerate(KNOWN_SOURCES):
        lines = (("from", each.page), ("file", each.file), ("holds", each.holds), ("licence", each.licence))
        print("\n" * (place > 0) + each.title)
        for word, text in (*lines, ("read by", each.read_by), ("note", each.note)):
            print(f"  {word:<8} {text}")


def _coverage(text: str | None) -> str | tuple[str, ...] | None:
    ends = tuple(end.strip() for end in (text or "").split(","))
    return ends if text and len(ends) == 2 and not os.path.exists(text) else text


def _aliases(
    pairs: list[str], what: str = "provinces", example: str = "Mosul governorate=IQ-NI", option: str = "--alias"
) -> dict[str, str]:
    for pair in pairs:
        if not all(part.strip() for part in pair.partition("=")):
            raise InputError(
                f"read the aliases of {what}",
                found=f"{option} {pair}",
                allowed="a spelling and a code or a known name",
                do=f'write, for example, {option} "{example}"',
            )
    return {spelling.strip(): code.strip() for spelling, _, code in (pair.rpartition("=") for pair in pairs)}


def places(arguments: Namespace) -> None:
    """Print what names of provinces stand for."""
    from trends.counts.placelists import read_spellings, spellings_of
    from trends.counts.resolving import resolve_spellings

    aliases = _aliases(arguments.country_alias, "countries", "Soviet Union=RU", "--country-alias")
    if len(arguments.name) == 1 and Path(arguments.name[0]).suffix.lower() in (".tsv", ".csv"):
        asked = read_spellings(arguments.name[0], arguments.country, aliases)
    else:
        asked = spellings_of(arguments.name, arguments.country, aliases)
    found = resolve_spellings(asked, _aliases(arguments.alias))
    rows = [each.row() for each in found.values()]
    unresolved = sum(each.place is None for each in found.values())
    if arguments.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    wide = max(len(each.spelling) for each in found.values())
    for each in found.values():
        print(f"{each.country or '  '}  {each.spelling:<{wide}}  {each.sentence()}")
    if not arguments.quiet:
        print(f"{len(rows) - unresolved:,} of {len(rows):,} known, {unresolved:,} not")
