"""Functions that are compiled when they are first used: see docs/decisions/numba.md."""

from collections.abc import Callable
from functools import cached_property, update_wrapper
from typing import Any

from trends.loading import later

njit = later("numba.njit")
get_host_cpu_name = later("llvmlite.binding.get_host_cpu_name")


class Compiled:
    """A function with loops, compiled at its first call and kept on disk where a folder can be written.

    What it calls has to stand in the same file: what was kept is compiled anew when that file changes, and no other.
    Until then the compiler is not loaded, which takes as long as many a claim.

    Parameters
    ----------
    function : callable
        A function of numbers and arrays.

    Attributes
    ----------
    py_func : callable
        The same lines, not compiled.

    Examples
    --------
    >>> @Compiled
    ... def doubled(x):
    ...     return 2 * x
    >>> doubled.py_func(2.0)
    4.0
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.py_func = function
        update_wrapper(self, function)

    def __call__(self, *args: Any) -> Any:
        """What the function gives back."""
        return self.ready(*args)

    @cached_property
    def ready(self) -> Callable[..., Any]:
        """What numba makes of it, with all of its file, as these call each other by the names that they have there."""
        names = self.py_func.__globals__
        for name, each in list(names.items()):
            if isinstance(each, Compiled):
                names[name] = each._dispatcher
        return self._dispatcher

    @cached_property
    def _dispatcher(self) -> Callable[..., Any]:
        try:
            fast: Callable[..., Any] = njit(cache=True, error_model="numpy")(self.py_func)
        except RuntimeError:
            # No folder to keep compiled code in (a read-only home): compile again each time.
            fast = njit(self.py_func, error_model="numpy")
        return fast


def processor() -> str:
    """The processor that functions are compiled for: another may give other last digits.

    Examples
    --------
    >>> processor() == processor() != ""
    True
    """
    return str(get_host_cpu_name())
