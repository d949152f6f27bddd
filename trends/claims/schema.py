"""JSON Schema of study.toml and of claim files, for editors: made from the records that these files are read into."""

import inspect
import json
import re
from dataclasses import MISSING, Field, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from trends.arguments import checked_arguments
from trends.claims.claim import Claim, Counts, Event
from trends.claims.kinds import Kind
from trends.claims.masthead import Looks
from trends.claims.registry import KINDS
from trends.claims.strict import id_pattern, is_required, keys_of
from trends.claims.study import Header
from trends.claims.study_files import NAME_LETTERS
from trends.counts.sources import Source
from trends.errors import InputError
from trends.styling import FONTS

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_CLAIM_LETTERS = "a-z0-9-"
_SIMPLE: dict[type, Schema] = {
    # A text may be written as a whole number or as a day: `said_on = 2020`, `written = 2026-11-29`.
    str: {"type": ["string", "integer"]},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
}
#: The files that there is a schema of.
SCHEMAS = ("study", "claim")


@checked_arguments
def schema(of: str) -> Schema:
    """The JSON Schema of a file that people write, for their editors.

    Parameters
    ----------
    of : {"study", "claim"}
        study.toml, or the file of a claim.

    Returns
    -------
    dict
        A schema of draft 2020-12: every key with its kind, what it may hold, its default and what it means.

    Raises
    ------
    InputError
        Where ``of`` is neither.

    Notes
    -----
    What the schema refuses, `trends.read_study` refuses. It cannot know what else must fit together: names that the
    study has, spans in order, files that are there.

    Examples
    --------
    >>> schema("claim")["required"]
    ['id', 'says', 'document', 'speaker', 'said_on', 'written', 'asserts']
    """
    if of not in SCHEMAS:
        raise InputError(
            "make a JSON Schema", found=f"of={of!r}", allowed=" or ".join(map(repr, SCHEMAS)), do="name one of these"
        )
    return _study() if of == "study" else _claim()


def schema_text(of: str) -> str:
    """The same as the text of a file."""
    return json.dumps(schema(of), indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> None:
    """Write the schemas into a study that is being made, where the first lines of its files name them."""
    (folder / "schema").mkdir()
    for of in SCHEMAS:
        (folder / "schema" / f"{of}.json").write_text(schema_text(of), encoding="utf-8")


def _study() -> Schema:
    named = {"type": "object", "propertyNames": {"pattern": f"^{id_pattern(NAME_LETTERS)}$"}}
    source, style = _table(Source, without=("name",)), _table(Looks)
    style["properties"]["font"]["enum"] = ["", *FONTS]
    own = {
        "documents": {**named, "additionalProperties": {"type": "string"}, "description": "Citations of documents."},
        "sources": {**named, "additionalProperties": source, "description": "What counts there are."},
        "style": style,
    }
    return _whole("study.toml of a study", _table(Header, own))


def _claim() -> Schema:
    links = {key: _link(kind) for key, kind in KINDS.items()}
    asserts = {
        "type": "object",
        "description": "What the claim asserts, link by link.",
        "properties": links,
        "additionalProperties": False,
        "minProperties": 1,
    }
    table = _table(Claim, {"asserts": asserts, "counts": _table(Counts), "event": _table(Event)})
    table["properties"]["id"] = {"type": "string", "pattern": f"^{id_pattern(_CLAIM_LETTERS)}$"}
    return _whole("A claim of a study", table)


def _whole(title: str, table: Schema) -> Schema:
    return {"$schema": _DIALECT, "title": title, **table}


def _link(kind: Kind) -> Schema:
    """A link: its table, or ``true`` for its defaults, or the value of its first key."""
    names = [check.name for check in kind.checks]
    checks = {
        "type": "array",
        "items": {"enum": names} if names else False,
        "description": "The checks that a certain ruling must survive, in place of all that belong to the link.",
    }
    table, keys = _table(kind.record, {"checks": checks}), keys_of(kind.record)
    forms = [table]
    required = [entry.name for entry in keys if is_required(entry)]
    if not required:
        forms.append({"const": True})
    if keys and required in ([], [keys[0].name]):
        forms.append({"type": ["string", "array"], "allOf": [_kind(keys[0].type)]})
    return {"description": table.pop("description"), "anyOf": forms}


def _table(record: type, more: Schema | None = None, without: tuple[str, ...] = ()) -> Schema:
    """A table of TOML, by the record that it is read into."""
    keys, told = [entry for entry in keys_of(record) if entry.name not in without], meanings(record)
    own = more or {}
    properties = {entry.name: _key(entry, told.get(entry.name, "")) for entry in keys if entry.name not in own} | own
    summary, *_ = (inspect.getdoc(record) or "").split("\n\n")
    return {
        "type": "object",
        "description": " ".join(summary.replace("``", "`").split()),
        "properties": properties,
        "required": [entry.name for entry in keys if is_required(entry)],
        "additionalProperties": False,
    }


def _key(entry: Field[Any], told: str) -> Schema:
    default = list(entry.default) if isinstance(entry.default, tuple) else entry.default
    return (
        _kind(entry.type)
        | ({} if default in (MISSING, None) else {"default": default})
        | ({"description": told} if told else {})
    )


def _kind(kind: Any) -> Schema:
    """What may stand where a record has a value of some type."""
    origin, parts = get_origin(kind), [part for part in get_args(kind) if part is not NoneType]
    if origin in (Union, UnionType):
        return _kind(parts[0]) if len(parts) == 1 else {"anyOf": [_kind(part) for part in parts]}
    if origin is Literal:
        return {"enum": parts}
    if origin is tuple:
        number = {} if Ellipsis in parts else {"minItems": len(parts), "maxItems": len(parts)}
        return {"type": "array", "items": _kind(parts[0]), **number}
    return _table(kind) if is_dataclass(kind) and isinstance(kind, type) else dict(_SIMPLE[kind])


def meanings(record: type) -> dict[str, str]:
    """What the docstring of a record says of each of its fields, where it lists them.

    Examples
    --------
    >>> meanings(Claim)["note"]
    'What a reader should know besides.'
    """
    _, _, listed = (inspect.getdoc(record) or "").replace("``", "`").partition("\nParameters\n----------\n")
    entries = re.findall(r"^([\w, ]+?)(?: : .*)?\n((?:    .*\n?)+)", listed, re.MULTILINE)
    return {name: " ".join(text.split()) for names, text in entries for name in names.split(", ")}
