"""Functions that are compiled when they are first used: see docs/decisions/numba.md."""

from collections.abc import Callable
from typing import Any

from llvmlite.binding import get_host_cpu_name
from numba import njit


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, compiled at its first call and kept on disk where a folder can be written.

    What it calls has to stand in the same file: what was kept is compiled anew when that file changes, and no other.

    Examples
    --------
    >>> @compiled
    ... def doubled(x):
    ...     return 2 * x
    >>> doubled.py_func(2.0)
    4.0
    """
    try:
        fast: Callable[..., Any] = njit(cache=True, error_model="numpy")(function)
    except RuntimeError:
        # No folder to keep compiled code in (a read-only home): compile again each time.
        fast = njit(function, error_model="numpy")
    return fast


def processor() -> str:
    """The processor that functions are compiled for: another may give other last digits.

    Examples
    --------
    >>> processor() == processor() != ""
    True
    """
    return str(get_host_cpu_name())
