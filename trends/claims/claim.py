"""What was said: a claim as a chain of links."""

from dataclasses import dataclass, field
from typing import Literal


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
    after the event's first date. ``title`` is the event as people say it, from the study.
    """

    name: str = ""
    window: tuple[str, str] | None = None
    at: str = ""
    title: str = field(default="", compare=False, metadata={"key": False})


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
    >>> from trends.claims.links.change import Change
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
    checks: dict[str, tuple[str, ...]] = field(default_factory=dict, metadata={"key": False})
    path: str = field(default="", compare=False, metadata={"key": False})

    def __repr__(self) -> str:
        return f"Claim({self.id}: {self.says})"
