"""Options of models and tests, checked: a level, a whole number, a share, a name among some, a source of chance."""

from collections.abc import Collection
from math import isfinite
from numbers import Integral, Real
from sys import float_info
from typing import Any

import numpy as np

from trends.errors import ModelError

# The largest of a computer's numbers; whole ones in Python go on beyond it.
_LARGEST = float_info.max
#: No more series are simulated for one p-value: its own error is then below .0007 wherever it is near .05.
MOST_DRAWS = 100_000


def checked_level(level: Any, asked: str, name: str = "level") -> float:
    """A level (or, as ``alpha``, one minus it) between 0 and 1, as a float.

    Examples
    --------
    >>> checked_level(95, "give an interval")
    Traceback (most recent call last):
        ...
    trends.errors.ModelError: give an interval: found level=95; allowed: a number between 0 and 1; take 0.95 for 95 %.
    """
    number: Any = level
    if isinstance(level, Real) and not isinstance(level, bool | np.bool_) and 0 < number < 1:
        return float(number)
    do = f"take {'0.05' if name == 'alpha' else '0.95'} for 95 %"
    raise ModelError(asked, found=f"{name}={shown(level)}", allowed="a number between 0 and 1", do=do)


def alpha_of(level: Any, asked: str) -> float:
    """One minus a level, checked, and free of what a subtraction of decimals leaves behind."""
    return round(1 - checked_level(level, asked), 12)


def checked_number(
    value: Any, asked: str, name: str, *, above: float = float("-inf"), below: float = float("inf")
) -> float:
    """A finite number above one bound and below another, as a float."""
    if isinstance(value, Real) and not isinstance(value, bool | np.bool_):
        size: Any = abs(value)
        number = float(value) if size < _LARGEST else float("inf")
        if isfinite(number) and above < number < below:
            return number
    bounds = [f"{word} {bound:g}" for word, bound in (("above", above), ("below", below)) if isfinite(bound)]
    allowed = f"a finite number {' and '.join(bounds)}".strip()
    raise ModelError(asked, found=f"{name}={shown(value)}", allowed=allowed, do="choose such a number")


def checked_whole(value: Any, asked: str, name: str, least: int, most: int | None = None) -> int:
    """A whole number within bounds, both included, as an int.

    Examples
    --------
    >>> checked_whole(0, "test for a break", "draws", 1)
    Traceback (most recent call last):
        ...
    trends.errors.ModelError: test for a break: found draws=0; allowed: a whole number from 1 up; choose such a number.
    """
    whole = isinstance(value, Integral) and not isinstance(value, bool | np.bool_)
    if whole and least <= int(value) and (most is None or int(value) <= most):
        return int(value)
    allowed = f"a whole number from {least} " + ("up" if most is None else f"to {most}")
    raise ModelError(asked, found=f"{name}={shown(value)}", allowed=allowed, do="choose such a number")


def checked_draws(value: Any, asked: str, least: int = 1) -> int:
    """A number of simulated series or panels that fits into a computer's memory and a person's day.

    Examples
    --------
    >>> checked_draws(10**9, "test for a break")
    Traceback (most recent call last):
        ...
    trends.errors.ModelError: test for a break: found draws=1000000000; allowed: a whole number from 1 to 100000; \
choose such a number.
    """
    return checked_whole(value, asked, "draws", least, MOST_DRAWS)


def checked_choice(value: Any, asked: str, name: str, allowed: Collection[str]) -> str:
    """A name among some."""
    if isinstance(value, str) and value in allowed:
        return value
    raise ModelError(asked, found=f"{name}={shown(value)}", allowed=", ".join(allowed), do="name one of these")


def checked_flag(value: Any, asked: str, name: str) -> bool:
    """True or False, and nothing that may be read as either."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise ModelError(asked, found=f"{name}={shown(value)}", allowed="True or False", do="choose one of the two")


def checked_rng(rng: Any, asked: str) -> np.random.Generator:
    """A generator of random numbers: the one given, or one with a seed; None, which no run repeats, is refused."""
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, Integral) and not isinstance(rng, bool | np.bool_) and int(rng) >= 0:
        return np.random.default_rng(int(rng))
    allowed = "a whole number from 0 up, or a numpy.random.Generator"
    raise ModelError(asked, found=f"rng={shown(rng)}", allowed=allowed, do="give a number, for the same result again")


def shown(value: Any) -> str:
    """A value as it stands in a sentence: in one line, cut where it is long."""
    try:
        text = " ".join(repr(value).split())
    except ValueError:
        # Python writes no whole number of more than some thousand digits.
        return "a number of thousands of digits"
    return text if len(text) <= 60 else f"{text[:57]}..."
