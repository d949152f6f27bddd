"""The head of a file: which row names the columns, what stands around it, and which columns have no name."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from trends.counts.labels import are_labels
from trends.counts.recognition import headerless, recognised
from trends.errors import InputError
from trends.nouns import plural

#: Rows in which a header is looked for.
DEEPEST = 20
_UNNAMED = "(column {} without a name)"


@dataclass(frozen=True)
class Head:
    """Where the data of a file begin, what its columns are called, and what was decided.

    Parameters
    ----------
    names : tuple of str
        The names of the columns, distinct; one that has none is called by its place.
    unnamed : tuple of str
        Those among them that the file gives no name.
    offset : int
        Rows before the first one of data.
    known : bool
        Whether the columns are those of a known export, or those asked for.
    notes : tuple of str
        What was decided.
    """

    names: tuple[str, ...]
    unnamed: tuple[str, ...]
    offset: int
    known: bool
    notes: tuple[str, ...]


def read_head(
    rows: list[list[str]], asked: str, at: Callable[[int], str], wanted: Collection[tuple[str, ...]] = ()
) -> Head:
    """The head of a table from its first rows.

    Parameters
    ----------
    rows : list of list of str
        The first rows of the file, as it has them.
    asked : str
        What is being read, for messages.
    at : callable
        How a row, counted from 0, is called: ``line 1``.
    wanted : collection of tuple of str
        What a header has that no built-in map knows: for each column the names that it may go by.

    Raises
    ------
    InputError
        Where no row names columns, or two columns have one name.
    """
    place, known = _header(rows, wanted)
    if place == 0 and rows and (names := headerless([cell.strip() for cell in rows[0]])):
        return Head(tuple(names), (), 0, True, ("no header in line 1: read with the 49 columns of UCDP GED",))
    cells = [cell.strip().removeprefix("\ufeff") for cell in rows[place]] if rows else []
    if _are_tags(cells):
        raise InputError(
            f"{asked}, {at(place)}", found="tags and no header", allowed="the names of the columns above the HXL tags",
            do="put them in the line above",
        )  # fmt: skip
    notes = []
    if place:
        notes.append(f"skipped {plural(place, 'row')} above the header in {at(place)}")
    # A frame of pandas is saved with a column of row numbers that has no name, and then the tags are numbered as well.
    below = rows[place + 1] if len(rows) > place + 1 else []
    tags = _are_tags([cell.strip() for i, cell in enumerate(below) if i >= len(cells) or cells[i]])
    if tags:
        notes.append(f"skipped the HXL tags in {at(place + 1)}")
    if _one_short(cells, rows[place + 1 + tags :]):
        # R writes no name above the names of its rows.
        cells.insert(0, "")
    empty = [not name or name.lower().startswith("unnamed: ") for name in cells]
    names = [_UNNAMED.format(i) if none else name for i, (name, none) in enumerate(zip(cells, empty, strict=True), 1)]
    if not names or all(empty):
        raise InputError(
            f"{asked}, {at(place)}", found="nothing", allowed="the distinct names of the columns",
            do="put them in the first line",
        )  # fmt: skip
    _refuse_double(names, f"{asked}, {at(place)}")
    unnamed = tuple(name for name, none in zip(names, empty, strict=True) if none)
    return Head(tuple(names), unnamed, place + 1 + tags, known, tuple(notes))


def _header(rows: list[list[str]], wanted: Collection[tuple[str, ...]]) -> tuple[int, bool]:
    """The row that names the columns: the first that a built-in map or a person knows, else the one under titles."""
    asked_for = [{name.strip().casefold() for name in names} for names in wanted]
    above = 0
    for place, row in enumerate(rows[:DEEPEST]):
        names = {cell.strip().removeprefix("\ufeff").casefold() for cell in row}
        filled = _filled(row)
        if (filled > above and recognised(names)) or (asked_for and all(each & names for each in asked_for)):
            return place, True
        above = max(above, filled)
    if rows and headerless([cell.strip() for cell in rows[0]]):
        return 0, True
    return _under_titles(rows), False


def _under_titles(rows: list[list[str]]) -> int:
    """The row under titles: each above has one filled cell at most, and it has several names and no bare number."""
    for place, row in enumerate(rows[:DEEPEST]):
        if _filled(row) <= 1:
            continue
        texts = [cell.strip() for cell in row if cell.strip()]
        numbers = any(re.fullmatch(r"-?\d+([.,]\d+)?", text) and not are_labels([text]) for text in texts)
        return 0 if numbers or len(set(texts)) < len(texts) or len(texts) < len(row) else place
    return 0


def _filled(row: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _are_tags(cells: list[str]) -> bool:
    tags = sum(cell.startswith("#") for cell in cells)
    return tags >= 2 and all(not cell or cell.startswith("#") for cell in cells)


def _one_short(header: list[str], rows: list[list[str]]) -> bool:
    """Whether every row has one cell more than the header, and not a delimiter at its end."""
    held = [row for row in rows if any(row)]
    return bool(held) and all(len(row) == len(header) + 1 for row in held) and any(row[-1].strip() for row in held)


def _refuse_double(names: list[str], asked: str) -> None:
    seen: dict[str, str] = {}
    for name in names:
        if (before := seen.setdefault(name.casefold(), name)) is not name and names.count(name) < 2:
            raise InputError(
                asked, found=f"the columns {before!r} and {name!r}, which differ in capitals alone",
                allowed="the distinct names of the columns", do="rename one of the two",
            )  # fmt: skip
        if names.count(name) > 1:
            raise InputError(
                asked, found=f"the column {name!r}", allowed="the distinct names of the columns",
                do="put them in the first line",
            )  # fmt: skip
