"""Every error that is raised on purpose.

::

    TrendsError (a ValueError)
    ├── InputError   an incident file, a table of counts or an argument that describes one
    ├── StudyError   a study folder: study.toml, its sources, events or claims
    └── ModelError   what a model or a test was asked to do with a series

Each is one sentence with four parts: what was asked, what was found (with the value, the file
and the line), what is allowed, and what to do.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

# How much of two names must be alike for the one to be meant by the other.
_NEAR = 0.75
#: No part of a sentence is longer than this many characters.
_LONGEST = 800


def nearest(name: str, known: Iterable[str]) -> str:
    """The name that a slip of the pen meant; empty where none is near.

    Examples
    --------
    >>> nearest("asess", ["assess", "check"]), nearest("mars", ["iraq", "syria"])
    ('assess', '')
    """
    return next(iter(get_close_matches(name, list(known), 1, _NEAR)), "")


class TrendsError(ValueError):
    """Bad input, told in one sentence of four parts.

    Parameters
    ----------
    asked : str
        What was to be done, with the file or the argument it was to be done with.
    found : str
        What was there instead: the value, and the line where there is one.
    allowed : str
        What would have been accepted.
    do : str
        What the reader can do now, in the imperative.

    Examples
    --------
    >>> print(TrendsError("count the events by period", found="by='X'", allowed="W, M, Q or Y", do="name one of these"))
    count the events by period: found by='X'; allowed: W, M, Q or Y; name one of these.
    """

    def __init__(self, asked: str, *, found: str, allowed: str, do: str):
        self.asked, self.found, self.allowed, self.do = asked, found, allowed, do
        super().__init__(f"{_cut(asked)}: found {_cut(found)}; allowed: {_cut(allowed)}; {_cut(do)}.")

    def __reduce__(self) -> tuple[Any, ...]:
        # Keyword-only arguments do not survive the default pickling, and workers send errors home.
        return _again, (type(self), self.asked, self.found, self.allowed, self.do)


def _cut(part: str) -> str:
    # A damaged file may hold one word of a million letters, and a table is told in many lines.
    if "\n" in part or "\r" in part:
        part = " ".join(filter(None, map(str.strip, part.splitlines())))
    return part if len(part) <= _LONGEST else part[: _LONGEST - 3] + "..."


def _again(kind: "type[TrendsError]", asked: str, found: str, allowed: str, do: str) -> "TrendsError":
    return kind(asked, found=found, allowed=allowed, do=do)


class InputError(TrendsError):
    """An incident file, a table of counts, or an argument that describes one.

    Examples
    --------
    >>> import trends
    >>> try:
    ...     trends.read_panel("nowhere.csv")
    ... except trends.InputError as error:
    ...     print(error.found)
    no such file
    """


class StudyError(TrendsError):
    """A study folder: its study.toml, sources, events or claims.

    Examples
    --------
    >>> import trends
    >>> try:
    ...     trends.read_study("nowhere")
    ... except trends.StudyError as error:
    ...     print(error.found)
    no such folder
    """


class ModelError(TrendsError):
    """What a model or a test was asked to do with a series of counts.

    Parameters
    ----------
    asked, found, allowed, do : str
        As in `TrendsError`.
    lacks : str
        What the data lack and what would settle it, as sentences for a reader of a report, who is nobody's user.

    Examples
    --------
    >>> import pandas as pd, trends
    >>> counts = pd.Series([3, 4], pd.period_range("2020-01", periods=2, freq="M"))
    >>> try:
    ...     trends.EffectModel(counts, at="2020-02").fit()
    ... except trends.ModelError as error:
    ...     print(error.lacks)
    Only 2 periods were watched, of at least 8 that a level is learned from.
    """

    def __init__(self, asked: str, *, found: str, allowed: str, do: str, lacks: str = ""):
        super().__init__(asked, found=found, allowed=allowed, do=do)
        self.lacks = lacks or (
            "The counts are too few, or of another kind, than this question takes. A longer or a finer record would "
            "settle it."
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return _lacking, (self.asked, self.found, self.allowed, self.do, self.lacks)


def _lacking(asked: str, found: str, allowed: str, do: str, lacks: str) -> ModelError:
    return ModelError(asked, found=found, allowed=allowed, do=do, lacks=lacks)
