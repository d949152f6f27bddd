"""Arguments of public functions of the wrong kind are refused in one sentence, by the types in their signatures."""

import inspect
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

import trends
from trends.arguments import PathLike, checked_arguments
from trends.errors import InputError


@pytest.mark.parametrize(
    ("kind", "good", "bad", "allowed"),
    [
        (int, (1, np.int64(2)), (1.5, "1", True, np.True_, 10**400), "a whole number"),
        (float, (1, 1.5, np.float32(2)), ("1", True, None, 2j, 10**400), "a number"),
        (str, ("a",), (1, b"a", ["a"]), "a text"),
        (str | None, ("a", None), (1, b"a"), "a text or None"),
        (PathLike, ("a", Path("a")), (1, b"a", None, ["a"]), "a text or a path"),
        (Sequence[Any], ([1, "a"], (None,)), ("12", 3), "a list"),
        (Sequence[int], ([1], (1, 2), []), ("12", [1, "a"], 3, {1}), "a list of whole numbers"),
        (tuple[str, ...], (("a",), ()), (["a"], ("a", 1)), "a list of texts"),
        (tuple[float, float], ((1, 2), ("any", "two")), ([1, 2], (1, 2, 3), ()), "a tuple of 2"),
        (Collection[str], (["a"], {"a"}, np.array(["a"])), ("a", {3}, np.zeros(2), {1: "a"}), "a list of texts"),
        (Mapping[str, int], ({}, {"a": 1}), ([], "a", {1: 1}), "a dict with texts for keys"),
        (Mapping[int, str], ({}, {1: "a"}), ([], {"a": "b"}), "a dict"),
        (Literal["quick", "full"], ("quick",), ("slow", 1), "'quick' or 'full'"),
        (Callable[..., None], (len, int), (1, "len"), "a function"),
        (Callable[[int, str], None], (print, max), (1, len, int, lambda: 0), "a function of 2 arguments"),
        ("Claim | None", (None,), ("a", 1), "a Claim or None"),
        (Any, (1, None, "a", {}), (), ""),
    ],
)  # fmt: skip
def test_a_value_is_taken_where_it_is_of_the_kind_and_refused_where_it_is_not(kind, good, bad, allowed):
    def show(what):
        return what

    show.__annotations__["what"] = kind
    taken = checked_arguments(show)
    for value in good:
        assert taken(value) is value and taken(what=value) is value
    for value in bad:
        found = f"what={value!r}"[:80]
        with pytest.raises(InputError) as refused:
            taken(value)
        assert str(refused.value) == f"call {show.__qualname__}: found {found}; allowed: {allowed}; give that."


@pytest.mark.parametrize("kind", [Iterable[str], str | Iterable[str], Iterable[str] | None])
def test_what_can_be_gone_through_once_is_held_against_its_members_and_comes_whole(kind):
    def show(what, *rest, **more):
        return what, rest, more

    show.__annotations__["what"] = kind
    taken = checked_arguments(show)
    assert taken(iter(["a", "b"])) == taken(what=(each for each in "ab")) == (("a", "b"), (), {})
    assert taken(iter([]), 1, two=2) == ((), (1,), {"two": 2})
    for bad in (iter([1]), (each for each in ["a", None])):
        with pytest.raises(InputError, match=r"allowed: .*a list of texts"):
            taken(bad)


def test_a_class_that_is_named_before_it_is_there_is_known_by_its_name():
    class Claim:
        pass

    class Later(Claim):
        pass

    @checked_arguments
    def show(claims: "Claim", more: Sequence["Claim"] = ()):
        return claims

    assert isinstance(show(Later(), [Claim()]), Later)
    for words in (("x",), (Claim(), ["x"])):
        with pytest.raises(InputError, match="Claim"):
            show(*words)


def test_what_python_itself_refuses_it_goes_on_refusing_and_the_signature_is_the_function_s_own():
    @checked_arguments
    def area(width: float, *, height: float = 1.0) -> float:
        """Width by height."""
        return width * height

    assert str(inspect.signature(area)) == "(width: float, *, height: float = 1.0) -> float"
    assert (area.__doc__, area.__name__) == ("Width by height.", "area")
    with pytest.raises(TypeError, match="missing a required argument"):
        area()
    with pytest.raises(TypeError, match="unexpected keyword"):
        area(1, depth=2)


def test_what_is_found_is_told_in_one_line_that_is_not_too_long():
    @checked_arguments
    def show(what: int):
        return what

    with pytest.raises(InputError) as refused:
        show(np.zeros((90, 90)))
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 250


@pytest.mark.parametrize("name", ["power", "explain", "ladder", "read_panel", "plot_finding", "write_script"])
def test_a_public_function_says_what_it_takes(name):
    parameters = inspect.signature(getattr(trends, name)).parameters.values()
    needed = [each.name for each in parameters if each.default is each.empty]
    with pytest.raises(InputError, match=f"call {name}: found {needed[0]}=3; allowed: "):
        getattr(trends, name)(**dict.fromkeys(needed, 3))


def test_a_path_is_what_opens():
    assert set(PathLike.__args__) == {str, os.PathLike}
