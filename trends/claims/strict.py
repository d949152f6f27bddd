"""TOML tables read strictly into frozen records.

A key that is not known, is missing, or has a value of another kind than the record says is refused with the file and
the line.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from math import isfinite
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from trends.arguments import PathLike
from trends.counts.opening import control_character, read_bytes, text_of
from trends.errors import InputError, StudyError
from trends.periods import period

R = TypeVar("R")

# What a person writes lies far below; what lies above costs the parser time or memory, or fails where it is printed.
_MOST_BYTES = 1_000_000
_DEEPEST = 16
_MOST_PARTS = 40
_LARGEST = 2**63 - 1
_LONGEST_ID = 80
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?<![\w.-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{_MOST_PARTS},}}+")


def read_toml(path: PathLike, content: bytes | None = None) -> tuple[str, dict[str, Any]]:
    """The text of a TOML file and what it holds, or one sentence on why it cannot be read.

    Parameters
    ----------
    path : str or path-like
        The file.
    content : bytes, optional
        What it holds, where it was read already.

    Raises
    ------
    StudyError
        Where it is no ordinary file, larger than 1 MB, not UTF-8 or no TOML, nests deeper than 16 tables, or holds a
        whole number beyond 64 bits or a control character.
    """
    asked, do = f"read {path}", "mend the file, or name another"
    content = read_bytes(path, asked, StudyError, most=_MOST_BYTES) if content is None else content
    text = text_of(content, asked, StudyError)
    try:
        if _LONG_KEY.search(text):
            found = f"a key of more than {_MOST_PARTS} parts"
        else:
            table = tomllib.loads(text)
            found = _beyond(table)
            if not found:
                return text, table
    # Python turns no more than 4,300 digits into a number, and says so with the class above TOMLDecodeError.
    except ValueError as error:
        found = f"a fault in the TOML: {error}" if isinstance(error, tomllib.TOMLDecodeError) else "an endless number"
    except RecursionError:
        found = "tables nested too deeply"
    raise StudyError(asked, found=found, allowed="a TOML file in UTF-8", do=do)


def _beyond(table: dict[str, Any]) -> str:
    """What in a table goes beyond what is read, or nothing."""
    left: list[tuple[object, int]] = [(table, 0)]
    while left:
        value, depth = left.pop()
        if depth > _DEEPEST:
            return "tables nested too deeply"
        if isinstance(value, dict):
            left += [(item, depth + 1) for pair in value.items() for item in pair]
        elif isinstance(value, list):
            left += [(item, depth + 1) for item in value]
        elif isinstance(value, int) and abs(value) > _LARGEST:
            return "a whole number beyond 64 bits"
        elif isinstance(value, str) and (control := control_character(value)):
            return f"the control character {control!r} in a text"
    return ""


def check_id(id: str, asked: str, *, letters: str = "a-z0-9-") -> str:
    """A name that files, addresses and scripts may bear, as it is, or the refusal of any other.

    Parameters
    ----------
    id : str
        The name.
    asked : str
        What is being read, for messages.
    letters : str
        What it may be made of, as a regular expression has it; it never begins with a mark.

    Raises
    ------
    StudyError
        Where it is empty, longer than 80 letters, or has another letter.
    """
    if re.fullmatch(id_pattern(letters), id):
        return id
    raise StudyError(
        asked,
        found=f"the id {id[:_LONGEST_ID]!r}",
        allowed=f"up to {_LONGEST_ID} of the letters {letters}, no mark first",
        do="rename it",
    )


def id_pattern(letters: str) -> str:
    """The regular expression of an id of some letters, as `check_id` has it."""
    return rf"(?![_-])[{letters}]{{1,{_LONGEST_ID}}}"


def keys_of(record: type) -> tuple[Field[Any], ...]:
    """The fields of a record that are keys of the table it is read from."""
    return tuple(entry for entry in fields(record) if entry.metadata.get("key", True))


def is_required(entry: Field[Any]) -> bool:
    """Whether a key must be there."""
    return entry.default is MISSING and entry.default_factory is MISSING


@dataclass(frozen=True)
class Where:
    """A place in a TOML file, for messages that name the line."""

    file: str
    text: str
    table: str = ""

    def inside(self, table: str) -> "Where":
        """The same file, in one of its tables."""
        return Where(self.file, self.text, table)

    def line(self, key: str, value: str = "") -> str:
        """``"line 7: "`` where the key is written in the file, or nothing.

        Of several lines with the key it is the first below the head of the table, and of those the first that has the
        value as well: a key may stand in every table of a list.
        """
        word = re.escape(key)
        # No step may be tried twice: a line can be a million blanks.
        first = re.compile(rf"\[*+\s*+(?:[\w.\"-]*\.)?\"?{word}\"?\s*+[=\]]")
        inside = re.compile(rf"[{{,]\s*+{word}\s*+=")
        lines = self.text.splitlines()
        heads = (f"[{self.table}]", f"[[{self.table}]]")
        begin = next((number for number, line in enumerate(lines) if line.strip().startswith(heads)), 0)
        written = [n for n, line in enumerate(lines) if first.match(line.lstrip()) or inside.search(line)]
        written = [n for n in written if n >= begin] or written
        written = [n for n in written if value in lines[n]] or written
        return f"line {written[0] + 1}: " if written else ""

    def check_label(self, key: str, label: str, value: object = None) -> None:
        """Refuse a label under a key, or in the value under it, that names no period."""
        try:
            period(label)
        except InputError as error:
            found = f"{key} = {label!r}" if value in (None, label) else f"{key} with {label!r}"
            raise StudyError(
                f"read {f'[{self.table}] of ' if self.table else ''}{self.file}",
                found=f"{self.line(key, label)}{found}",
                allowed=error.allowed,
                do="correct the value",
            ) from None

    def unknown(self, key: str, known: Iterable[str]) -> StudyError:
        """The error for a key that is not known here."""
        return StudyError(
            f"read {f'[{self.table}] of ' if self.table else ''}{self.file}",
            found=f"{self.line(key)}the key {key!r}",
            allowed=f"the keys {', '.join(known)}",
            do="correct the spelling or take the key out",
        )


def read_table(record: type[R], table: Any, where: Where) -> R:
    """A TOML table as a frozen record, each value checked against the type that the record names for it."""
    known = {f.name: f for f in keys_of(record)}
    if not isinstance(table, dict):
        raise StudyError(
            f"read [{where.table}] of {where.file}",
            found=repr(table),
            allowed=f"a table with the keys {', '.join(known)}" if known else "true",
            do="write it as a table" if known else "write true, or take it out",
        )
    for key in table:
        if key not in known:
            raise where.unknown(key, list(known))
    values = {}
    for name, entry in known.items():
        if name in table:
            values[name] = _value(table[name], entry.type, where, name)
        elif is_required(entry):
            raise StudyError(
                f"read {f'[{where.table}] of ' if where.table else ''}{where.file}",
                found=f"no key {name!r}",
                allowed="a table that has it",
                do=f"add {name!r}",
            )
    return record(**values)


def _value(value: Any, kind: Any, where: Where, name: str) -> Any:
    record = get_args(kind)[0] if get_origin(kind) is tuple else None
    if isinstance(record, type) and is_dataclass(record) and isinstance(value, list):
        return tuple(read_table(record, entry, where.inside(f"{where.table}.{name}")) for entry in value)
    fitted = _fit(value, kind)
    if fitted is not None or value is None:
        return fitted
    raise StudyError(
        f"read {f'[{where.table}] of ' if where.table else ''}{where.file}",
        found=f"{where.line(name)}{name} = {value!r}",
        allowed=_in_words(kind),
        do="correct the value",
    )


def _fit(value: Any, kind: Any) -> Any:
    """The value in the form that a type wants, or None where it does not fit."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return next((f for f in (_fit(value, part) for part in parts if part is not NoneType) if f is not None), None)
    if origin is Literal:
        return value if value in parts else None
    if origin is tuple:
        if not isinstance(value, list | tuple) or (Ellipsis not in parts and len(value) != len(parts)):
            return None
        fitted = tuple(_fit(item, parts[0]) for item in value)
        return None if None in fitted or (not fitted and Ellipsis not in parts) else fitted
    if kind is float:
        number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        return float(value) if number else None
    if kind is int:
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    if kind is str:
        return str(value) if not isinstance(value, bool | float | list | dict) else None
    return value if isinstance(value, kind) else None


def _in_words(kind: Any) -> str:
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return " or ".join(_in_words(part) for part in parts if part is not NoneType)
    if origin is Literal:
        return " or ".join(repr(part) for part in parts)
    if origin is tuple:
        return f"a list of {'any number of' if Ellipsis in parts else len(parts)} {_in_words(parts[0])}"
    return {str: "text", float: "a number", int: "a whole number", bool: "true or false"}.get(kind, kind.__name__)
