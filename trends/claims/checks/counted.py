"""What the checks of a realised figure rest on: the ruling without each counter, and how counters stand together."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from trends.chance.counter_checks import CounterCheck
from trends.claims.rulings import Ruling


@dataclass(frozen=True)
class Counted:
    """A ruling by several counters, and what became of it by fewer.

    Attributes
    ----------
    ruling : Ruling
        By all counters.
    without : mapping of str to Ruling
        By the title of the counter that was left out; empty where there is only one.
    against : tuple of str
        Counters whose own record lies outside what is claimed.
    together : CounterCheck or None
        How two or more stand together; None where the figure is no ratio.
    merged : mapping of (str, str) to Ruling
        The ruling with two that are very alike taken for one.
    """

    ruling: Ruling
    without: Mapping[str, Ruling]
    against: tuple[str, ...] = ()
    together: CounterCheck | None = None
    merged: Mapping[tuple[str, str], Ruling] = field(default_factory=dict)

    @property
    def certain(self) -> bool:
        """Whether there is a ruling to lose."""
        return self.ruling not in (Ruling.CANNOT_TELL, Ruling.UNTESTABLE)
