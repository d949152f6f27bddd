"""Mutation testing of one file: how many small changes to its code do its own tests notice?

``python benchmarks/mutants.py trends/counts/coverage.py [TEST FILE ...] [--number 60] [--seed 0]``

Each mutant has one comparison turned, one operator or constant changed, one condition negated or one return emptied. It
lives in a copy of the package; the tests named (by default the file's mirror) run against that copy until one fails.
"""

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 300
_TURNED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv, ast.And: ast.Or,
    ast.Or: ast.And, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip


def changes(node: ast.AST) -> Iterator[tuple[str, object]]:
    """The ways in which a node can be changed: an attribute and its new value."""
    if isinstance(node, ast.Compare):
        for n, operator in enumerate(node.ops):
            if turned := _TURNED.get(type(operator)):
                yield "ops", [*node.ops[:n], turned(), *node.ops[n + 1 :]]
    if isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and (turned := _TURNED.get(type(node.op))):
        yield "op", turned()
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield "value", node.value + 1
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "value", not node.value
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "test", ast.UnaryOp(ast.Not(), node.test)
    if isinstance(node, ast.Return) and node.value is not None:
        yield "value", ast.Constant(None)


def all_mutants(source: str) -> list[tuple[int, str]]:
    """Every mutant of a source: the line that was changed, and the text."""
    tree, found = ast.parse(source), []
    spots = [(n, spot) for n, node in enumerate(ast.walk(tree)) for spot in range(sum(1 for _ in changes(node)))]
    for n, spot in spots:
        mutated = copy.deepcopy(tree)
        node = list(ast.walk(mutated))[n]
        name, value = list(changes(node))[spot]
        setattr(node, name, value)
        found.append((getattr(node, "lineno", 0), ast.unparse(ast.fix_missing_locations(mutated))))
    return found


def is_killed(text: str, file: str, tests: list[str], copied: Path) -> bool:
    """Whether one of the tests fails with a mutant in the place of a file."""
    (copied / file).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", *tests]
    environment = os.environ | {"PYTHONPATH": str(copied), "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        return (
            subprocess.run(command, cwd=copied, env=environment, capture_output=True, timeout=SECONDS).returncode != 0
        )
    except subprocess.TimeoutExpired:
        return True


def main() -> int:
    """Print each mutant that survived, and the score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="file of the package, such as trends/counts/coverage.py")
    parser.add_argument("tests", nargs="*", help="test files (default: its mirror)")
    parser.add_argument("--number", type=int, default=60, help="mutants, drawn at random where there are more (60)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    file = Path(options.file)
    tests = options.tests or [str(Path("tests", *file.parts[1:-1], f"test_{file.name}"))]
    source = (ROOT / file).read_text(encoding="utf-8")
    every = all_mutants(source)
    drawn = sorted(random.Random(options.seed).sample(every, min(options.number, len(every))))
    with tempfile.TemporaryDirectory(prefix="mutants-") as home:
        copied = Path(home) / "copy"
        shutil.copytree(
            ROOT, copied, ignore=shutil.ignore_patterns(".git", ".venv", "build", "__pycache__", ".*_cache")
        )
        if is_killed(source, str(file), tests, copied):
            sys.exit(f"{' '.join(tests)} fails on the file as it is.")
        survived = [line for line, text in drawn if not is_killed(text, str(file), tests, copied)]
    for line in survived:
        print(f"{file}:{line} survived: {source.splitlines()[line - 1].strip()}")
    killed = len(drawn) - len(survived)
    print(f"{file}: {killed} of {len(drawn)} mutants killed ({killed / max(1, len(drawn)):.0%}) of {len(every)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
