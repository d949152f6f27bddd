"""How much is simulated behind a verdict."""

from dataclasses import dataclass
from typing import Literal

from trends.errors import InputError


@dataclass(frozen=True)
class Effort:
    """How much is simulated behind a verdict: only a dose is, all else is computed.

    Parameters
    ----------
    schedules : int
        Schedules dealt out for a dose; 499 give a p-value of .05 to within .01.
    specifications : int
        Most specifications that a change is asked with beside its own.

    Examples
    --------
    >>> Effort(schedules=99).specifications
    60
    """

    schedules: int = 499
    specifications: int = 60

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, bool) or not isinstance(value, int) or not 19 <= value <= 100_000:
                raise InputError(
                    f"set the effort {name!r}",
                    found=repr(value),
                    allowed="a whole number from 19 to 100,000",
                    do="choose such a number",
                )


FULL = Effort()
#: A fifth of the work: for a first look, and for tests of the way to a ruling.
QUICK = Effort(schedules=99, specifications=20)


def effort_of(effort: Literal["quick", "full"] | Effort) -> Effort:
    """The effort by its name, or as it was given.

    Raises
    ------
    InputError
        Where it is neither.
    """
    if isinstance(effort, Effort):
        return effort
    if isinstance(effort, str) and effort in ("quick", "full"):
        return QUICK if effort == "quick" else FULL
    raise InputError(
        "assess a claim",
        found=f"effort = {effort!r}",
        allowed="'quick', 'full' or an Effort",
        do="choose one of these",
    )
