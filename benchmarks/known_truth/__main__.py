"""Score the package and its peers on cases whose answer is known: ``python3 dev.py score`` calls it.

::

    python3 dev.py score [--cases FOLDER] [--out FOLDER] [--json] [--jobs 1|2] [--only ID ...]

Without --cases the cases are those of the folder shared/truth beside the checkout where it is there, else data/truth.
The page and its chart go to docs, or with --cases or --only to build/known-truth; --json prints a row a case as well.
"""

import argparse
import json
import sys
from pathlib import Path

from joblib import delayed

from benchmarks.known_truth import page
from benchmarks.known_truth.cases import Case, read_cases
from benchmarks.known_truth.scoring import Scored, score_case
from trends import drawing
from trends.chance.workers import shared
from trends.errors import InputError, TrendsError

ROOT = Path(__file__).resolve().parents[2]
_NAME = "known-truth"


def main(arguments: list[str]) -> int:
    """Score the cases, write the page, and return the exit code: 2 for cases that cannot be read."""
    parser = argparse.ArgumentParser(prog="dev.py score", description="Score the package on cases of known answer.")
    parser.add_argument("--cases", type=Path, help="a folder with cases.csv and series/")
    parser.add_argument("--out", type=Path, help="the folder of the page and its chart")
    parser.add_argument("--json", action="store_true", help="print a row a case")
    parser.add_argument("--jobs", type=int, choices=(1, 2), default=2, help="processes (default: %(default)s)")
    parser.add_argument("--only", nargs="+", metavar="ID", help="these cases alone")
    asked = parser.parse_args(arguments)
    try:
        cases = chosen(read_cases(asked.cases or default_folder()), asked.only)
        scored = score(cases, asked.jobs)
    except TrendsError as error:
        print(f"dev.py score: {error}", file=sys.stderr)
        return 2
    whole = not (asked.cases or asked.only)
    out = asked.out or ROOT / ("docs" if whole else f"build/{_NAME}")
    out.mkdir(parents=True, exist_ok=True)
    chart = page.draw(scored)
    (out / f"{_NAME}.png").write_bytes(drawing.render(chart, "png"))
    drawing.close(chart)
    (out / f"{_NAME}.md").write_text(page.write(scored, _where(cases), f"{_NAME}.png"), encoding="utf-8")
    if asked.json:
        print(json.dumps([each.to_row() for each in scored], indent=1))
    return 0


def default_folder() -> Path:
    """The whole collection where it is at hand, else the cases that the project ships."""
    whole = ROOT.parent / "shared" / "truth"
    return whole if (whole / "cases.csv").is_file() else ROOT / "data" / "truth"


def chosen(cases: list[Case], only: list[str] | None) -> list[Case]:
    """The cases of some ids, or all."""
    known = {case.id for case in cases}
    for name in only or ():
        if name not in known:
            raise InputError(
                "score some cases", found=f"--only {name}", allowed="an id of cases.csv", do="correct the id"
            )
    return [case for case in cases if not only or case.id in only]


def score(cases: list[Case], jobs: int) -> list[Scored]:
    """The cases scored, in their order; the number of processes changes nothing but the time."""
    scored: list[Scored] = []
    for each in shared((delayed(score_case)(case) for case in cases), tasks=len(cases), jobs=jobs):
        scored.append(each)
        print(f"{len(scored)} of {len(cases)}: {each.case.id}, {each.verdict}", file=sys.stderr, flush=True)
    return scored


def _where(cases: list[Case]) -> str:
    counted = {kind: sum(case.row["kind"] == kind for case in cases) for kind in ("real", "nodiff", "placebo")}
    return (
        f"{len(cases)} cases: {counted['real']} turns, {counted['nodiff']} events that made no difference, "
        f"{counted['placebo']} placebos; `data/truth` holds those that may be passed on."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
