"""What a check is: what it asks, and how it is judged.

A check only ever withholds certainty: `trends.claims.verdict.rule` gives ``CANNOT TELL`` where a required one neither
passed nor has nothing to ask. A claim names those that it requires under the link, ``checks = ["false alarms",
"specifications"]``; without, all that belong to the link are required.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from trends.chance.evidence import Check
from trends.claims.strict import Where
from trends.errors import ModelError, StudyError

#: The outcome of a check that has nothing to ask of these counts.
DOES_NOT_APPLY = "does not apply"


@dataclass(frozen=True)
class KnownCheck:
    """A check by its name: what it asks, and how it is judged.

    Parameters
    ----------
    name, asks : str
        As in `trends.chance.evidence.Check`.
    judge : callable
        From what the check rests on to outcome, sentence and, where there is one, what can be drawn.
    """

    name: str
    asks: str
    judge: Callable[[Any], tuple[Any, ...]] = field(repr=False)

    def of(self, subject: Any) -> Check:
        """The check on what it rests on; a `ModelError` in its place is a reason why nobody can tell."""
        if isinstance(subject, ModelError):
            return Check(self.name, self.asks, "cannot tell", f"Not tested: {subject.found}.")
        return Check(self.name, self.asks, *self.judge(subject))


def read_checks(
    link: str, known: tuple[KnownCheck, ...], values: dict[str, Any], where: Where
) -> tuple[str, ...] | None:
    """The names under ``checks`` in the table of a link, which is taken out of it; None where there are none.

    Raises
    ------
    StudyError
        Where a name is not that of a check of this link.
    """
    if "checks" not in values:
        return None
    names, allowed = values.pop("checks"), [check.name for check in known]
    wrong = [names] if not isinstance(names, list) else [name for name in names if name not in allowed]
    if not wrong:
        return tuple(names)
    raise StudyError(
        f"read [asserts.{link}] of {where.file}",
        found=f"{where.line('checks')}checks with {wrong[0]!r}",
        allowed=f"a list of {', '.join(allowed)}" if allowed else "no checks: none belongs to this link",
        do="correct the name or take it out",
    )
