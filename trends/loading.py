"""What takes long to load, loaded when it is first used: libraries that many commands never need."""

from functools import cached_property
from pkgutil import resolve_name
from typing import Any


def later(name: str) -> Any:
    """A module of another package, or something in one, that is loaded at its first use.

    Parameters
    ----------
    name : str
        The whole name: ``"scipy.stats"`` for the module, ``"scipy.special.ndtr"`` for the function.

    Returns
    -------
    object
        Has the attributes of what is named, and can be called where that can. It is no class: an ``isinstance`` or an
        ``except`` takes a class from a module, as in ``duckdb = later("duckdb")`` and ``except duckdb.Error``.

    Notes
    -----
    Our own modules are imported: who may import whom is a rule that is read from their imports.

    Examples
    --------
    >>> ndtr = later("scipy.special.ndtr")
    >>> float(ndtr(0.0))
    0.5
    """
    return _Later(name)


class _Later:
    """Stands for what is not loaded yet."""

    def __init__(self, name: str) -> None:
        self._name = name

    @cached_property
    def _loaded(self) -> Any:
        return resolve_name(self._name)

    def __getattr__(self, name: str) -> Any:
        # Whoever looks over the names of a module (doctest, inspect, copy) asks for these: no reason to load it.
        if name.startswith("_"):
            raise AttributeError(f"{name} is not looked up in what is loaded later")
        return getattr(self._loaded, name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._loaded(*args, **kwargs)

    def __repr__(self) -> str:
        return f"later({self._name!r})"
