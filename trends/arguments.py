"""Arguments of public functions of the wrong kind of thing, refused by the types that their signatures name."""

import inspect
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import Any, ForwardRef, Literal, ParamSpec, TypeVar, Union, get_args, get_origin

import numpy as np

from trends.errors import InputError

P = ParamSpec("P")
R = TypeVar("R")

#: The path of a file or folder.
PathLike = str | os.PathLike

_WORDS = {
    str: "a text", int: "a whole number", float: "a number", bool: "True or False", NoneType: "None", dict: "a dict",
    os.PathLike: "a path", Iterable: "a list", Sequence: "a list",
}  # fmt: skip


def checked_arguments(function: Callable[P, R]) -> Callable[P, R]:
    """The function, made to refuse an argument that is not of the type which its signature names.

    A type that cannot be told from a value alone (``Any``, what is like an array) is let through, and so is a
    parameter without one. What can be gone through once comes to the function as a tuple.

    Raises
    ------
    InputError
        Where the function is called with another kind of thing.

    Examples
    --------
    >>> @checked_arguments
    ... def total(counts: list, times: int = 1):
    ...     return times * sum(counts)
    >>> total([1, 2], times=3)
    9
    >>> total([1, 2], times="3")
    Traceback (most recent call last):
        ...
    trends.errors.InputError: call total: found times='3'; allowed: a whole number; give that.
    """
    signature = inspect.signature(function)
    kinds = {name: each.annotation for name, each in signature.parameters.items() if each.annotation is not each.empty}

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        bound = signature.bind(*args, **kwargs)
        for name, value in bound.arguments.items():
            if name in kinds and isinstance(value, Iterator) and any(map(_asks_for_members, _parts(kinds[name]))):
                # What can be gone through once is gone through here, or its members would not be looked at.
                value = bound.arguments[name] = tuple(value)
            if name in kinds and not _fits(value, kinds[name]):
                found = " ".join(f"{name}={value!r}".split())
                called = function.__qualname__.removesuffix(".__init__")
                raise InputError(f"call {called}", found=found[:80], allowed=_words(kinds[name]), do="give that")
        return function(*bound.args, **bound.kwargs)

    return checked


def _asks_for_members(kind: Any) -> bool:
    return get_origin(kind) is Iterable and bool(get_args(kind))


def _parts(kind: Any) -> tuple[Any, ...]:
    """The types that an annotation names; a class that is not there yet stands as its name."""
    if isinstance(kind, ForwardRef | str):
        name = kind if isinstance(kind, str) else kind.__forward_arg__
        return tuple(part.strip() for part in name.split("|"))
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def _fits(value: Any, kind: Any) -> bool:
    return any(_is_a(value, part) for part in _parts(kind))


def _is_a(value: Any, kind: Any) -> bool:
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, str):
        return value is None if kind == "None" else kind in [each.__name__ for each in type(value).__mro__]
    if origin is Literal:
        return isinstance(value, str) and value in inner
    if kind is None or kind is NoneType:
        return value is None
    if kind in (int, float):
        wanted = Integral if kind is int else Real
        # A whole number may have more digits than a computer's numbers have room for.
        return isinstance(value, wanted) and not isinstance(value, bool | np.bool_) and _has_room(value)
    known = origin or kind
    if known is Any or not isinstance(known, type):
        return True
    if known is Callable:
        return callable(value) and _takes(value, inner)
    if not isinstance(value, known):
        return False
    if isinstance(value, str | bytes):
        # A text is one thing, not a list of letters.
        return known in (str, bytes)
    if origin is tuple and inner[1:] not in ((), (...,)):
        return isinstance(value, tuple) and len(value) == len(inner)
    if isinstance(value, Mapping):
        return not inner or all(_fits(key, inner[0]) for key in value)
    alike = inner[1:] in ((), (...,)) and bool(inner)
    if alike and isinstance(value, Collection):
        # Of an array, column or set as of a list: what each member is, not only what holds them.
        return all(_fits(each, inner[0]) for each in value)
    return True


def _takes(function: Callable[..., Any], inner: tuple[Any, ...]) -> bool:
    """Whether a function can be called with as many arguments as an annotation names."""
    if not inner or inner[0] is Ellipsis:
        return True
    try:
        inspect.signature(function).bind(*inner[0])
    except TypeError:
        return False
    except ValueError:
        # Classes such as int do not tell what they take; functions that do not are taken at their word.
        return not isinstance(function, type)
    return True


def _has_room(value: Any) -> bool:
    return not isinstance(value, int) or abs(value) < 2**63


def _words(kind: Any) -> str:
    """What is allowed, as a reader says it."""
    return " or ".join(dict.fromkeys(_word(part) for part in _parts(kind)))


def _word(kind: Any) -> str:
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, str) or kind is None:
        return "None" if kind in ("None", None) else f"a {kind}"
    if origin is Literal:
        return " or ".join(map(repr, inner))
    if origin is Callable:
        return "a function" if not inner or inner[0] is Ellipsis else f"a function of {len(inner[0])} arguments"
    known = origin or kind
    if isinstance(known, type) and issubclass(known, Mapping):
        return "a dict with texts for keys" if inner[:1] == (str,) else "a dict"
    if origin is tuple and inner[1:] not in ((), (...,)):
        return f"a tuple of {len(inner)}"
    if inner and inner[0] is not Any and isinstance(known, type) and issubclass(known, Iterable):
        each = _words(inner[0])
        return f"a list, each {each}" if " or " in each else f"a list of {each.removeprefix('a ')}s"
    return _WORDS.get(known, f"a {getattr(known, '__name__', known)}")
