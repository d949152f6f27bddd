"""What the reference says of claims, studies and verbs, taken from the code that reads them."""

import argparse
import inspect
import re
from dataclasses import MISSING, fields
from types import NoneType, UnionType
from typing import Literal, Union, get_args, get_origin

from trends import cli
from trends.claims import claim, study
from trends.claims.registry import KINDS
from trends.counts.sources import Source


def filled(text: str) -> str:
    """A page with each line ``%table NAME%`` replaced by what the code has under that name."""
    return re.sub(r"^%table (\w+)%$", lambda match: TABLES[match[1]](), text, flags=re.MULTILINE)


def keys_of(record, *, without=()) -> str:
    """The keys that a TOML table may have: a row for each field of the record that it is read into."""
    rows = ["| key | value | where it is left out |", "|---|---|---|"]
    for entry in fields(record):
        if entry.name in ("path", *without):
            continue
        if entry.default is MISSING and entry.default_factory is MISSING:
            otherwise = "must be there"
        elif entry.default in (MISSING, None, "", ()):
            otherwise = ""
        else:
            otherwise = f"`{entry.default!r}`".replace("True", "true").replace("False", "false").replace("'", '"')
        rows.append(f"| `{entry.name}` | {in_words(entry.type)} | {otherwise} |")
    return f"{told(record)}\n\n" + "\n".join(rows)


def in_words(kind) -> str:
    """What may stand in a key of a type."""
    origin, parts = get_origin(kind), [part for part in get_args(kind) if part not in (NoneType, Ellipsis)]
    if origin in (Union, UnionType):
        return " or ".join(map(in_words, parts))
    if origin is Literal:
        return " or ".join(f'`"{part}"`' for part in parts)
    if origin is tuple:
        number = "" if Ellipsis in get_args(kind) else f" of {len(parts)}"
        return f"a list{number}: {in_words(parts[0])}"
    return {str: "text", float: "a number", int: "a whole number", bool: "true or false"}.get(kind) or kind.__name__


def told(record) -> str:
    """The docstring of a record as Markdown, its parameters as a list."""
    summary, _, parameters = (inspect.getdoc(record) or "").replace("``", "`").partition("\nParameters\n----------\n")
    entries = re.findall(r"^([\w, ]+?) : .*\n((?:    .*\n?)+)", parameters, re.MULTILINE)
    items = [
        f"- {', '.join(f'`{name}`' for name in names.split(', '))}: {' '.join(text.split())}" for names, text in entries
    ]
    return "\n".join([summary.strip(), "", *items])


def links() -> str:
    """A section for each link that a claim may assert."""
    parts = []
    for name, record in ((name, kind.record) for name, kind in KINDS.items()):
        parts.append(
            f"### `{name}`\n\n" + (keys_of(record) if fields(record) else f"{told(record)}\n\n`{name} = true`")
        )
    return "\n\n".join(parts)


def verbs() -> str:
    """The help of every verb of the command line, as the shell prints it."""
    (group,) = [action for action in cli._parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return "\n\n".join(
        f"## trends {name}\n\n```text\n{verb.format_help().rstrip()}\n```" for name, verb in group.choices.items()
    )


TABLES = {
    "links": links,
    "claim": lambda: keys_of(claim.Claim, without=("asserts", "counts", "event", "checks")),
    "counts": lambda: keys_of(claim.Counts),
    "event": lambda: keys_of(claim.Event),
    "study": lambda: keys_of(study.Header),
    "source": lambda: keys_of(Source, without=("name",)),
    "verbs": verbs,
}
