"""Whether a question keeps its error rate on real series like the one that it is put to."""

from math import isnan
from typing import Protocol

from trends.claims.checks.known import DOES_NOT_APPLY, KnownCheck

# What finds a change more often than this where nothing is known to have changed may not carry a ruling (nominal 5 %).
# Beyond it one standard error is borne, of some hundred windows or more: twice the nominal rate is not.
_MOST_FALSE_ALARMS, _FEWEST = 0.065, 120


class Measured(Protocol):
    """A rate of false alarms with its standard error, and where it was measured."""

    @property
    def false_alarms(self) -> float:
        """How often a change was found where there was none."""

    @property
    def windows(self) -> int:
        """The windows that it was measured on."""

    @property
    def standard_error(self) -> float:
        """Its standard error."""

    def sentence(self) -> str:
        """The rate in words."""


def judge(rates: Measured) -> tuple[str, str]:
    """How often a change was found where nothing is known to have changed."""
    if isnan(rates.false_alarms):
        return DOES_NOT_APPLY, "It was not measured for such series."
    if rates.windows < _FEWEST:
        return "cannot tell", f"{rates.sentence()} These are too few windows to tell its rate from twice as much."
    kept = rates.false_alarms <= _MOST_FALSE_ALARMS + rates.standard_error
    return "passed" if kept else "failed", rates.sentence()


CHECK = KnownCheck("false alarms", "Does the question keep its error rate on counts like these?", judge)
