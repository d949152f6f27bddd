"""TOML tables read strictly into frozen records.

A key that is not known, is missing, or has a value of another kind than the record says is refused with the file and
the line.
"""

import re
import tomllib
from dataclasses import MISSING, dataclass, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Literal, Union, get_args, get_origin

from trends.errors import StudyError


def read_toml(path) -> tuple[str, dict]:
    """The text of a TOML file and what it holds, or one sentence on why it cannot be read."""
    asked, do = f"read {path}", "mend the file, or name another"
    try:
        text = Path(path).read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except FileNotFoundError:
        found = "no such file"
    except (OSError, UnicodeDecodeError) as error:
        found = f"a file that cannot be read as UTF-8 text ({error.__class__.__name__})"
    except tomllib.TOMLDecodeError as error:
        found = f"a fault in the TOML: {error}"
    except RecursionError:
        found = "tables nested too deeply"
    raise StudyError(asked, found=found, allowed="a TOML file in UTF-8", do=do)


@dataclass(frozen=True)
class Where:
    """A place in a TOML file, for messages that name the line."""

    file: str
    text: str
    table: str = ""

    def inside(self, table: str) -> "Where":
        """The same file, in one of its tables."""
        return Where(self.file, self.text, table)

    def line(self, key: str) -> str:
        """``"line 7: "`` where the key is written in the file, or nothing."""
        form = re.compile(rf"^\s*\[*\s*(?:[\w.\"-]*\.)?\"?{re.escape(key)}\"?\s*[=\]]|[{{,]\s*{re.escape(key)}\s*=")
        for number, line in enumerate(self.text.splitlines(), 1):
            if form.search(line):
                return f"line {number}: "
        return ""

    def unknown(self, key: str, known) -> StudyError:
        """The error for a key that is not known here."""
        return StudyError(
            f"read {f'[{self.table}] of ' if self.table else ''}{self.file}",
            found=f"{self.line(key)}the key {key!r}",
            allowed=f"the keys {', '.join(known)}",
            do="correct the spelling or take the key out",
        )


def read_table(record, table, where: Where):
    """A TOML table as a frozen record, each value checked against the type that the record names for it."""
    keys = [f for f in fields(record) if f.metadata.get("key", True)]
    known = {f.name: f for f in keys if f.name != "path" or "path" in (table or ())}
    if not isinstance(table, dict):
        raise StudyError(
            f"read [{where.table}] of {where.file}",
            found=repr(table),
            allowed=f"a table with the keys {', '.join(known)}",
            do="write it as a table",
        )
    for key in table:
        if key not in known:
            raise where.unknown(key, [name for name in known if name not in ("path", "checks")])
    values = {}
    for name, entry in known.items():
        if name in table:
            values[name] = _value(table[name], entry.type, where, name)
        elif entry.default is MISSING and entry.default_factory is MISSING:
            raise StudyError(
                f"read {f'[{where.table}] of ' if where.table else ''}{where.file}",
                found=f"no key {name!r}",
                allowed="a table that has it",
                do=f"add {name!r}",
            )
    return record(**values)


def _value(value, kind, where: Where, name: str):
    record = get_args(kind)[0] if get_origin(kind) is tuple else None
    if is_dataclass(record) and isinstance(value, list):
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


def _fit(value, kind):
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
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    if kind is int:
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    if kind is str:
        return str(value) if not isinstance(value, bool | float | list | dict) else None
    return value if isinstance(value, kind) else None


def _in_words(kind) -> str:
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return " or ".join(_in_words(part) for part in parts if part is not NoneType)
    if origin is Literal:
        return " or ".join(repr(part) for part in parts)
    if origin is tuple:
        return f"a list of {'any number of' if Ellipsis in parts else len(parts)} {_in_words(parts[0])}"
    return {str: "text", float: "a number", int: "a whole number", bool: "true or false"}.get(kind, kind.__name__)
