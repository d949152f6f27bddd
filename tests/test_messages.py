"""Every error raised on purpose is one sentence of four parts, and nothing else is raised at a user."""

import ast
import builtins
from pathlib import Path

import pytest

from trends import errors

ROOT = Path(__file__).parents[1]
OURS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, ValueError)}
PARTS = {"found", "allowed", "do"}
# Python's own protocol for a module that lacks an attribute.
PROTOCOL = {"trends/__init__.py": {"AttributeError"}, "trends/loading.py": {"AttributeError"}}


def name_of(node):
    node = node.func if isinstance(node, ast.Call) else node
    return getattr(node, "attr", getattr(node, "id", ""))


def ending(value):
    """The text that an argument ends in, where it is written in the code."""
    last = value.values[-1] if isinstance(value, ast.JoinedStr) and value.values else value
    return str(last.value) if isinstance(last, ast.Constant) else "?"


def part_faults(call):
    """What is wrong with one call of an error class."""
    parts = {keyword.arg: keyword.value for keyword in call.keywords}
    if len(call.args) + ("asked" in parts) != 1 or set(parts) - {"asked", "lacks"} != PARTS:
        yield f"lacks or adds a part: {ast.unparse(call)}"
    for value in [*call.args, *(value for name, value in parts.items() if name != "lacks")]:
        if ending(value).strip() in ("", "None"):
            yield f"has an empty part: {ast.unparse(call)}"
        # The class itself sets the full stop and the semicolons between the parts.
        elif ending(value).endswith((".", ";", ":", " ")):
            yield f"has a part that ends in {ending(value)[-1]!r}: {ast.unparse(call)}"


def message_faults(root):
    faults = []
    for file in sorted(root.glob("trends/**/*.py")):
        path = file.relative_to(root).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and name_of(node) in OURS and path != "trends/errors.py":
                faults += [f"{path}:{node.lineno} {fault}" for fault in part_faults(node)]
            if isinstance(node, ast.Raise) and node.exc is not None:
                name = name_of(node.exc)
                if isinstance(getattr(builtins, name, None), type) and name not in PROTOCOL.get(path, ()):
                    faults.append(f"{path}:{node.lineno} raises {name}")
                if name in OURS and not isinstance(node.exc, ast.Call):
                    faults.append(f"{path}:{node.lineno} raises {name} without a message")
    return faults


def test_every_error_of_the_package_has_its_four_parts():
    assert message_faults(ROOT) == []


@pytest.mark.parametrize(
    "raised",
    [
        "InputError('count', found='x', allowed='y', do='z')",
        "errors.InputError(asked=f'read {path}', found=f'{x} of {y}', allowed=kinds, do='name one') from None",
        "no_such_claim(name)",
    ],
)
def test_a_sentence_of_four_parts_has_no_fault(raised, tmp_path):
    (tmp_path / "trends").mkdir()
    (tmp_path / "trends" / "cli.py").write_text(f"raise {raised}")
    assert message_faults(tmp_path) == []


@pytest.mark.parametrize(
    ("raised", "fault"),
    [
        ("InputError('count', found='x', allowed='y')", "lacks or adds a part: "),
        ("InputError(found='x', allowed='y', do='z')", "lacks or adds a part: "),
        ("InputError('count', 'x', 'y', 'z')", "lacks or adds a part: "),
        ("InputError('count', found='x', allowed='y', do='z', line=3)", "lacks or adds a part: "),
        ("InputError('count', found=' ', allowed='y', do='z')", "has an empty part: "),
        ("InputError('count', found=None, allowed='y', do='z')", "has an empty part: "),
        ("InputError('count', found='x', allowed='y', do='mend it.')", "has a part that ends in '.': "),
        ("InputError('count', found=f'{x};', allowed='y', do='z')", "has a part that ends in ';': "),
        ("InputError", "raises InputError without a message"),
        ("ValueError('no')", "raises ValueError"),
        ("KeyError", "raises KeyError"),
    ],
)
def test_each_breach_of_the_four_parts_is_found(raised, fault, tmp_path):
    (tmp_path / "trends").mkdir()
    (tmp_path / "trends" / "cli.py").write_text(f"raise {raised}")
    (found,) = [text for text in message_faults(tmp_path) if fault in text] or [None]
    expected = fault + (ast.unparse(ast.parse(raised)) if fault.endswith(": ") else "")
    assert found == f"trends/cli.py:1 {expected}"
