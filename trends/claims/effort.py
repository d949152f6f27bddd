"""How much is simulated behind a verdict."""

from dataclasses import dataclass
from typing import Literal

from trends.errors import InputError


@dataclass(frozen=True)
class Effort:
    """How many series and panels are simulated for the error rates and intervals of a verdict.

    Parameters
    ----------
    panels : int
        Simulated panels for error rates: 200 give a rate of 5 % to within 1.5 points.
    certain : int
        The same where a certain ruling may rest on them: 1,000 give it to within .7 points.
    draws : int
        Series that the test simulates on each of these panels.
    joint : int
        Panels of the joint test over all specifications: with 499 its p is known to within .01 at .05.
    schedules : int
        Schedules dealt out for a dose.
    carried : int
        Series behind the interval of what a rival takes from a change.

    Examples
    --------
    >>> Effort(panels=50).certain
    1000
    """

    panels: int = 200
    certain: int = 1000
    draws: int = 99
    joint: int = 499
    schedules: int = 499
    carried: int = 499

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
#: A tenth of the work: for a first look, and for tests of the way to a ruling.
QUICK = Effort(panels=60, certain=60, draws=99, joint=99, schedules=99, carried=99)


def effort_of(effort: Literal["quick", "full"] | Effort) -> Effort:
    """The effort by its name, or as it was given.

    Raises
    ------
    InputError
        Where it is neither.
    """
    if isinstance(effort, Effort):
        return effort
    if effort in ("quick", "full"):
        return QUICK if effort == "quick" else FULL
    raise InputError(
        "assess a claim",
        found=f"effort = {effort!r}",
        allowed="'quick', 'full' or an Effort",
        do="choose one of these",
    )
