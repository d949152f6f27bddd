"""What was said: a claim as a chain of links, read from TOML.

Each kind of link is one frozen dataclass whose fields are the keys that its TOML table may have (see
`trends.claims.strict`).
"""

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Literal

from trends.claims.checks import read_checks
from trends.claims.strict import Where, read_table, read_toml
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
    (``harvest``), a calendar month, or ``winter`` (December to February), ``spring``, ``summer`` or ``autumn``.

    The factor is that of a period which lies wholly in it, beside the trend and, for what is not made of whole
    months, beside the season of the months.
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
class Rivals:
    """What else happened does not account for the change: it is there with each rival entered, and with all.

    A rival is ``season``, ``ramadan``, ``ashura``, ``arbaeen``, an event of the study or a category of events
    (``isf_operation``), or ``peak_before``, the three periods before the change. Every break in measurement of the
    source is one without being named, so ``rivals = true`` is worth asserting too.
    """

    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sources:
    """Other sources say the same: those named, or by default those of the same measure and the study's own.

    It is about the claim's main link: the first of ``change``, ``between``, ``level``, ``share`` and ``trend``.
    """

    names: tuple[str, ...] = ()


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


@dataclass(frozen=True)
class Forecast:
    """The total from ``first`` to ``last`` was outside what the periods before it led one to expect, or inside.

    ``direction`` says on which side: ``"no rise"`` is "not a comeback". By default the forecast begins with the claim's
    event and goes to the end of ``[counts]``. The other keys are those of ``change``.
    """

    direction: Direction
    at_least: float = 1.10
    first: str = ""
    last: str = ""
    trend: bool = True
    seasons: bool | int = True
    ramadan: bool = False


@dataclass(frozen=True)
class Dates:
    """One event of the study began before another, by not more than ``within`` days where that is said."""

    first: str
    then: str
    within: int | None = None


@dataclass(frozen=True)
class Events:
    """The study's events of a name within ``[counts]``: how many there are, or their numbers of a ``unit``."""

    name: str
    number: float
    comparison: Comparison = "at least"
    within: float = 0.10
    unit: str = ""


@dataclass(frozen=True)
class Needs:
    """The claim is about a ``measure`` that must be counted before anybody can test it, ``because`` of what it says."""

    measure: str
    because: str


#: The links that can be assessed, by the key that asserts them, and the record that their table is read into.
LINKS = {
    "change": Change,
    "timing": Timing,
    "lasting": Lasting,
    "dose": Dose,
    "rivals": Rivals,
    "sources": Sources,
    "trend": Trend,
    "season": Season,
    "between": Between,
    "level": Level,
    "share": Share,
    "rank": Rank,
    "forecast": Forecast,
    "dates": Dates,
    "events": Events,
    "needs": Needs,
}


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
        this reading of it was written down, by the study's own account; see `trends.claims.seal`.
    asserts : dict of str to a link record
        The links it asserts, in the order of the file.
    counts, event : Counts, Event
        What it is about.
    conflicts_with : tuple of str
        Claims that say otherwise; each of them must say so too.
    answers : tuple of str
        The statements of a register that it answers, by their numbers there.
    note : str
        What a reader should know besides.
    checks : dict of str to tuple of str
        By link, the checks that it names (``checks = [...]`` in the link's table); see `trends.claims.checks`.

    Examples
    --------
    >>> asserts = {"change": Change("rise", at_least=1.5)}
    >>> claim = Claim("rise", "Attacks rose by half.", "report", "Author", "2020-06", "2020-07-01", asserts)
    >>> claim.asserts["change"].at_least
    1.5
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
    answers: tuple[str, ...] = ()
    note: str = ""
    checks: dict = field(default_factory=dict, metadata={"key": False})
    path: str = field(default="", compare=False)

    def __repr__(self) -> str:
        return f"Claim({self.id}: {self.says})"


def read_claim(path) -> Claim:
    """The claim in a TOML file.

    Raises
    ------
    StudyError
        Where the file is no TOML, or a key or a value is not one that a claim may have.

    Examples
    --------
    >>> from trends.claims.examples import example_studies
    >>> claim = read_claim(example_studies()["syria"] / "claims" / "safer-after-baghdadi.toml")
    >>> list(claim.asserts)
    ['change', 'lasting']
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
            allowed=f"one or more of {', '.join(LINKS)}",
            do="say what the claim asserts",
        )
    links, required = {}, {}
    for name, values in asserts.items():
        if name not in LINKS:
            raise where.inside("asserts").unknown(name, LINKS)
        # `timing = true` asserts a link as its defaults have it, `season = "ramadan"` and `rivals = ["ramadan"]` one by
        # its first key.
        first = fields(LINKS[name])[0].name if fields(LINKS[name]) else None
        values = {} if values is True else {first: values} if first and isinstance(values, str | list) else values
        if isinstance(values, dict) and (named := read_checks(name, values, where)) is not None:
            required[name] = named
        links[name] = read_table(LINKS[name], values, where.inside(f"asserts.{name}"))
    claim["asserts"] = links
    claim["path"] = Path(path).name
    return replace(read_table(Claim, claim, where), checks=required)
