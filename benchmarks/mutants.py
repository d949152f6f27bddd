"""Mutation testing: how many small changes to a file of the package do its own tests notice?

``python benchmarks/mutants.py trends/counts/coverage.py trends/periods.py [--number 60] [--seed 0] [--table FILE]``

Each mutant has one comparison turned, one operator or constant changed, one condition negated or one return emptied. It
lives in a copy of the package; the tests that mirror the file run against that copy until one fails. What others wrote
is loaded once, and every mutant is tried by a process that forks from there: it costs its tests and little else.
"""

import argparse
import ast
import copy
import csv
import importlib
import multiprocessing
import os
import random
import resource
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Of the processor's time; by the clock ten times as long.
SECONDS = 120
HEADS = ("File", "Killed", "Tried", "Mutants", "Score", "Seed")
_LOADED = ("duckdb", "matplotlib.pyplot", "numba", "numpy", "openpyxl", "pandas", "scipy.stats", "statsmodels.api")
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
    # What stands under TYPE_CHECKING is read by the types, and never run: nobody can see whether it would be.
    if isinstance(node, ast.If | ast.IfExp | ast.While) and ast.unparse(node.test) != "TYPE_CHECKING":
        yield "test", ast.UnaryOp(ast.Not(), node.test)
    if isinstance(node, ast.Return) and node.value is not None:
        yield "value", ast.Constant(None)


def all_mutants(source: str) -> list[tuple[int, str]]:
    """Every mutant of a source: the line that was changed, and the text."""
    tree, found = ast.parse(source), []
    # What an annotation says is checked by the types, and never run.
    notes = {id(part) for node in ast.walk(tree) for note in _notes(node) for part in ast.walk(note)}
    spots = [
        (n, spot)
        for n, node in enumerate(ast.walk(tree))
        if id(node) not in notes
        for spot in range(sum(1 for _ in changes(node)))
    ]
    for n, spot in spots:
        mutated = copy.deepcopy(tree)
        node = list(ast.walk(mutated))[n]
        name, value = list(changes(node))[spot]
        setattr(node, name, value)
        found.append((getattr(node, "lineno", 0), ast.unparse(ast.fix_missing_locations(mutated))))
    return found


def _notes(node: ast.AST) -> list[ast.AST]:
    notes = [note for name in ("annotation", "returns") if (note := getattr(node, name, None)) is not None]
    # That every dataclass is frozen is held for all of them at once, by tests/test_architecture.py.
    return [*notes, *(node.decorator_list if isinstance(node, ast.ClassDef) else ())]


def is_killed(text: str, file: str, tests: list[str], copied: Path) -> bool:
    """Whether one of the tests fails with a mutant in the place of a file, or does not come to an end."""
    (copied / file).write_text(text, encoding="utf-8")
    trial = multiprocessing.get_context("fork").Process(target=_try, args=(tests, copied, "\n@Compiled\n" in text))
    trial.start()
    trial.join(10 * SECONDS)
    if trial.is_alive():
        trial.kill()
        trial.join()
    return trial.exitcode != 0


def _try(tests: list[str], copied: Path, compiled: bool) -> None:
    """Run tests against a copy of the package and end with their exit code."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.chdir(copied)
    sys.path.insert(0, str(copied))
    package = importlib.import_module("trends")
    if not Path(str(package.__file__)).is_relative_to(copied):
        sys.exit("another package was loaded")
    if compiled:
        # The lines of such a file are run as Python: to compile each mutant takes longer than all of its tests.
        compiling = importlib.import_module("trends.fits.compiling")
        compiling.Compiled.__call__ = lambda function, *args: function.py_func(*args)
    sys.exit(int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", *tests])))


def tested(file: Path, number: int, seed: int, copied: Path) -> tuple[list[int], int, int]:
    """The lines of a file with a mutant that survived, how many were tried, and how many there are."""
    mirror = str(Path("tests", *file.parts[1:-1], f"test_{file.name}"))
    source = (ROOT / file).read_text(encoding="utf-8")
    every = all_mutants(source)
    drawn = sorted(random.Random(seed).sample(every, min(number, len(every))))
    if is_killed(source, str(file), [mirror], copied):
        sys.exit(f"{mirror} fails on the file as it is.")
    survived = []
    for line, text in drawn:
        if not is_killed(text, str(file), [mirror], copied):
            survived.append(line)
            print(f"{file}:{line} survived: {source.splitlines()[line - 1].strip()}", flush=True)
    (copied / file).write_text(source, encoding="utf-8")
    return survived, len(drawn), len(every)


def write_table(table: Path, rows: dict[str, tuple[object, ...]]) -> None:
    """Put the rows of some files into a table, in the place of older rows of the same files."""
    old = {}
    if table.is_file():
        with table.open(encoding="utf-8", newline="") as opened:
            old = {row[0]: tuple(row) for row in list(csv.reader(opened))[1:]}
    with table.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerows([HEADS, *(row for _, row in sorted((old | rows).items()))])


def main() -> int:
    """Print each mutant that survived, and the score of each file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, help="files of the package, such as trends/counts/coverage.py")
    parser.add_argument("--number", type=int, default=60, help="mutants a file, drawn at random from more (60)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--table", type=Path, help="a CSV file that takes the scores")
    options = parser.parse_args()
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg"}
    sys.dont_write_bytecode = True
    for name in _LOADED:
        importlib.import_module(name)
    with tempfile.TemporaryDirectory(prefix="mutants-") as home:
        copied = Path(home) / "copy"
        # What was compiled is taken along: it takes minutes, and is compiled anew where a mutant has another file.
        left_out = shutil.ignore_patterns(".git", ".venv", "build", "*.pyc", ".*_cache")
        shutil.copytree(ROOT, copied, ignore=left_out)
        for file in options.files:
            survived, tried, every = tested(file, options.number, options.seed, copied)
            killed = tried - len(survived)
            score = f"{killed / max(1, tried):.0%}"
            print(f"{file}: {killed} of {tried} mutants killed ({score}) of {every}.", flush=True)
            if options.table:
                write_table(options.table, {str(file): (str(file), killed, tried, every, score, options.seed)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
