"""What was said: a claim as a chain of links, read from TOML.

Each kind of link is one frozen dataclass whose fields are the keys that its TOML table may have. Reading is strict:
a key that is not known, is missing, or has a value of another kind is refused with the file and the line.
"""

import re
import tomllib
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from types import NoneType, UnionType
from typing import Literal, Union, get_args, get_origin

from trends.errors import StudyError

Direction = Literal["rise", "fall", "none", "no rise", "no fall"]
Comparison = Literal["at least", "at most", "about"]


@dataclass(frozen=True)
class Change:
    """The rate changed at the event: ``direction``, by a factor of ``at_least`` (1.10 is ten percent).

    ``shape`` is the course of the change: a ``step``, a ``slope`` (the factor is then per year), or a ``pulse`` or
    ``ramp`` of ``length`` periods.
    """

    direction: Direction
    at_least: float = 1.10
    shape: Literal["step", "slope", "pulse", "ramp"] = "step"
    length: int | None = None
    trend: bool = True
    seasons: bool | int = True
    ramadan: bool = False


@dataclass(frozen=True)
class Timing:
    """The change began in the window of ``[event]``, not before it and not after."""


@dataclass(frozen=True)
class Lasting:
    """The change was a new level and not a pulse: it was still there ``after`` so many periods.

    ``direction`` and ``at_least`` are by default those of the link ``change``.
    """

    after: int = 3
    direction: Direction | None = None
    at_least: float | None = None


@dataclass(frozen=True)
class Trend:
    """The rate rose or fell over the span of ``[counts]``, by a factor of ``at_least`` a year."""

    direction: Direction
    at_least: float = 1.10
    seasons: bool | int = True


@dataclass(frozen=True)
class Season:
    """The rate is other at a time of the year: ``ramadan``, ``arbaeen``, an event of the study that comes every year
    (``harvest``), or a calendar month by its name.

    The factor is that of a period which lies wholly in it, beside trend and the season of the months.
    """

    when: str
    direction: Direction = "rise"
    at_least: float = 1.10


@dataclass(frozen=True)
class Dose:
    """The change was greater where the exposure was: in the provinces that an event of the study reached.

    ``direction`` and ``at_least`` are by default those of the link ``change``; the factor is that between provinces
    reached and not.
    """

    event: str
    direction: Direction | None = None
    at_least: float | None = None


@dataclass(frozen=True)
class Between:
    """The rate of one span of periods against that of an earlier one; ``stated`` is the ratio that was named."""

    earlier: tuple[str, str]
    later: tuple[str, str]
    direction: Direction
    at_least: float = 1.10
    stated: float | None = None


@dataclass(frozen=True)
class Level:
    """A number of incidents in the periods of ``[counts]``; ``within`` is the tolerance of "about" (0.10 is 10 %)."""

    number: float
    comparison: Comparison = "about"
    within: float = 0.10


@dataclass(frozen=True)
class Share:
    """The share of one or more provinces in the periods of ``[counts]``; ``within`` is in points of the share."""

    provinces: tuple[str, ...]
    number: float
    comparison: Comparison = "about"
    within: float = 0.05


@dataclass(frozen=True)
class Rank:
    """A province had the most incidents of the provinces of ``[counts]``."""

    province: str


#: The links that can be assessed, by the key that asserts them, and the record that their table is read into.
LINKS = {
    "change": Change,
    "timing": Timing,
    "lasting": Lasting,
    "dose": Dose,
    "trend": Trend,
    "season": Season,
    "between": Between,
    "level": Level,
    "share": Share,
    "rank": Rank,
}
#: Links that a claim may assert and that this version reports as not assessed.
NOT_ASSESSED = ("rivals", "sources", "forecast")


@dataclass(frozen=True)
class Counts:
    """Which counts a claim is about. Empty fields are the study's: its default source, all provinces, its span.

    ``source`` is the speaker's own where the study has it. A level, a share or a first place is held ``against`` the
    sources named so, or else against those that count the same thing.
    """

    source: str = ""
    against: tuple[str, ...] = ()
    actor: str = ""
    provinces: Literal["all"] | tuple[str, ...] = "all"
    first: str = ""
    last: str = ""
    frequency: str = ""


@dataclass(frozen=True)
class Event:
    """What the change is tied to: a name in the study's events, the window it must begin in, and the break to test.

    ``at`` is the first period of the claimed new regime; empty, it is the first period that lies for the greater part
    after the event's first date.
    """

    name: str = ""
    window: tuple[str, str] | None = None
    at: str = ""


@dataclass(frozen=True)
class Claim:
    """Something that was said about violence, link by link.

    Parameters
    ----------
    id, says, document, speaker, said_on, written : str
        Its name, our paraphrase, where it stands (a document of the study), who said it, when, and the day on which
        this reading of it was written down, which must be before the test was run.
    asserts : dict of str to a link record, or None
        The links it asserts, in the order of the file; None for a link that is not assessed by this version.
    counts, event : Counts, Event
        What it is about.
    conflicts_with : tuple of str
        Claims that say otherwise.
    note : str
        What a reader should know besides.
    """

    id: str
    says: str
    document: str
    speaker: str
    said_on: str
    written: str
    asserts: dict
    counts: Counts = field(default_factory=Counts)
    event: Event = field(default_factory=Event)
    conflicts_with: tuple[str, ...] = ()
    note: str = ""
    path: str = field(default="", compare=False)


def read_claim(path) -> Claim:
    """The claim in a TOML file.

    Raises
    ------
    StudyError
        Where the file is no TOML, or a key or a value is not one that a claim may have.
    """
    text, table = read_toml(path)
    where = Where(str(path), text)
    asserts = table.pop("asserts", {})
    claim = dict(table)
    claim["counts"] = read_table(Counts, claim.pop("counts", {}), where.inside("counts"))
    claim["event"] = read_table(Event, claim.pop("event", {}), where.inside("event"))
    if not isinstance(asserts, dict) or not asserts:
        raise StudyError(
            f"read the claim {where.file}",
            found="no link under [asserts]",
            allowed=f"one or more of {', '.join([*LINKS, *NOT_ASSESSED])}",
            do="say what the claim asserts",
        )
    links = {}
    for name, values in asserts.items():
        if name not in LINKS and name not in NOT_ASSESSED:
            raise where.inside("asserts").unknown(name, [*LINKS, *NOT_ASSESSED])
        # `timing = true` asserts a link as its defaults have it, `season = "ramadan"` one by its first key.
        first = fields(LINKS[name])[0].name if name in LINKS and fields(LINKS[name]) else None
        values = {} if values is True else {first: values} if first and isinstance(values, str) else values
        links[name] = read_table(LINKS[name], values, where.inside(f"asserts.{name}")) if name in LINKS else None
    claim["asserts"] = links
    claim["path"] = Path(path).name
    return read_table(Claim, claim, where)


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
    known = {f.name: f for f in fields(record) if f.name != "path" or "path" in (table or ())}
    if not isinstance(table, dict):
        raise StudyError(
            f"read [{where.table}] of {where.file}",
            found=repr(table),
            allowed=f"a table with the keys {', '.join(known)}",
            do="write it as a table",
        )
    for key in table:
        if key not in known:
            raise where.unknown(key, [name for name in known if name not in ("path",)])
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
