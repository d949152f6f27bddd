"""Write data/truth, the cases that may be passed on: ``python -m benchmarks.known_truth.shipped FOLDER``.

FOLDER is the whole collection. What its column ``licence`` does not call shippable stays where it is, and so does any
sentence on what happened that nobody looked up.
"""

import csv
import shutil
import sys
from pathlib import Path

from benchmarks.known_truth.cases import read_cases

TARGET = Path(__file__).resolve().parents[2] / "data" / "truth"
# What the collector called a basis, and what it is.
_BASES = (
    ("steering facts", "dated in data/iraq/events.csv"),
    ("peers report and package docs", "read: documentation of the data"),
    ("package docs", "read: documentation of the data"),
    ("data: tscount campy", "read: documentation of the data"),
    ("data: tscount ehec", "memory"),
    ("peers report", "memory"),
)
#: Kept from the collection: what the score reads, and what a reader needs to judge it.
COLUMNS = (
    "id", "kind", "place", "provinces", "source", "freq", "first", "last", "measure", "question", "truth", "at",
    "window_first", "window_last", "ratio_lo", "ratio_hi", "lasting", "evident", "why", "truth_basis", "licence", "cls",
    "file",
)  # fmt: skip


def may_be_shipped(licence: str) -> bool:
    """Whether the terms in the column ``licence`` allow a case to be passed on."""
    return "shippable" in licence and "ask" not in licence.lower()


def basis_of(basis: str) -> str:
    """How the truth of a case is known, for its reader: the collector's own short words are written out.

    Examples
    --------
    >>> basis_of("memory"), basis_of("read: the abstract")
    ('memory', 'read: the abstract')
    """
    for begins, words in _BASES:
        if basis.startswith(begins):
            return words
    return basis


def why_of(row: dict[str, str]) -> str:
    """What happened, with its source; nothing where that is a memory, which is not told as if it had been looked up."""
    # A remark on how other methods do is no part of what happened.
    return "" if basis_of(row["truth_basis"]) in ("memory", "") else row["why"].split(" (.70")[0]


def ship(folder: Path, target: Path = TARGET) -> int:
    """Write the cases of a folder that may be passed on, and return how many they are."""
    kept = [case.row for case in read_cases(folder) if may_be_shipped(case.row["licence"])]
    shutil.rmtree(target / "series", ignore_errors=True)
    (target / "series").mkdir(parents=True)
    for row in kept:
        row |= {"why": why_of(row), "truth_basis": basis_of(row["truth_basis"])}
        lines = (folder / row["file"]).read_text(encoding="utf-8").splitlines()
        (target / row["file"]).write_text("\n".join(lines) + "\n", encoding="utf-8")
    with (target / "cases.csv").open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    return len(kept)


if __name__ == "__main__":
    print(f"{ship(Path(sys.argv[1]))} cases in {TARGET}")
