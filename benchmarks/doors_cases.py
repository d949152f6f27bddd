"""What an earlier version let in, each as files and commands that any version can be given; see `doors_before`."""

import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

STUDY = """title = "A small study"
country = "IQ"
first = "2017-01"
last = "2020-12"
source = "events"
[documents]
paper = "A. Author, 2020, A paper"
[sources.events]
title = "Event file"
counts = "counts.csv"
measure = "attacks"
actor = "IS"
rule = "file"
citation = "Event file, 2021"
[sources.paper]
title = "The paper"
published = "published.csv"
series = "paper"
measure = "attacks"
actor = "IS"
rule = "paper"
citation = "A. Author, 2020"
"""
EVENTS = """event,first,last,precision,category,province,what,number,unit,seen,source,url,note
drawdown,2020-01-01,,day,troops,Anbar,first base handed over,,,true,,,
"""
PUBLISHED = "id,series,value,unit,measure,actor,place,first,last,seen,derived,confidence,source,url,note\n"
FIGURE = "p{n},paper,{value},count,attacks,IS,Iraq,{first},{last},true,false,high,A. Author,,\n"
CLAIM = """id = "rose"
says = "It was so."
document = "paper"
speaker = "A. Author"
said_on = "2020-06"
written = "2020-06-30"
[event]
name = "drawdown"
[asserts]
needs = { measure = "leaders", because = "Nobody counts them." }
"""
CODE = '\\"\\"\\"\\nimport os; os.system(\\"echo > PWNED\\")\\n\\"\\"\\"'
ROWS = "id,date_start,adm_1,type_of_violence,side_a,side_b,low,best,high,country\n" + "".join(
    f"{n},2018-{1 + n % 12:02d}-01,Diyala,1,Government of Iraq,IS,0,1,2,Iraq\n" for n in range(24)
)
SCRIPT, CHECK = ["script", "s", "rose", "--out", "it.py"], ["check", "s"]
ARCHIVE = ["archive", "s", "--out", "a.zip", "--jobs", "1"]
COUNT = ["count", "events.csv", "--coverage", "2018-01,2018-12", "--out", "c.csv"]
OUTLINES = """{"type": "FeatureCollection", "attribution": "SECRET", "features": [{"type": "Feature", "properties":
{"name": "Diyala"}, "geometry": {"type": "Polygon", "coordinates": [[[44, 33], [45, 33], [45, 34], [44, 33]]]}}]}"""
Step = list[str] | Callable[[Path], None]


@dataclass(frozen=True)
class Case:
    """A door: what is prepared in an empty folder, what is run there, and how it has to end.

    Attributes
    ----------
    what : str
        What may not come in.
    test : str
        The test of this version that holds the door, as ``file::name``.
    make : callable
        Prepares the folder.
    steps : tuple
        Commands of the package, ``python FILE``, or functions of the folder. The last command is judged.
    ends : tuple of str
        How a version that holds the door may end: ``refused`` (one sentence) or ``done``.
    harm : callable
        What is wrong with the folder afterwards, given what was printed too, in words; nothing where nothing is.
    call, before : str
        Python in the place of ``steps``: a call of the package, where a refusal is any of its errors; and the same call
        by the names of 0.1.0, where these were other ones.
    environment, largest, unprivileged
        Variables, the largest size of a file that is written, and whether the rights of an administrator are given up.
    """

    what: str
    test: str
    make: Callable[[Path], object] = lambda folder: None
    steps: tuple[Step, ...] = ()
    ends: tuple[str, ...] = ("refused",)
    harm: Callable[[Path, str], str] = lambda folder, told: ""
    call: str = ""
    before: str = ""
    largest: int | None = None
    unprivileged: bool = False


def study(*edits: tuple[str, str, str], name: str = "s") -> Callable[[Path], None]:
    """A small sound study, after some edits: (file, old, new); an empty old text stands for all."""

    def make(folder: Path) -> None:
        home = folder / name
        (home / "claims").mkdir(parents=True)
        months = pd.period_range("2017-01", "2020-12", freq="M")
        counts = [f"{month},{place},{8 + n % 5 + (n > 35) * 9}\n" for n, month in enumerate(months)
                  for place in ("Diyala", "Kirkuk", "Anbar")]  # fmt: skip
        figures = FIGURE.format(n=1, value=600, first="2019-01-01", last="2019-12-31")
        texts = {
            "study.toml": STUDY,
            "events.csv": EVENTS,
            "claims/rose.toml": CLAIM,
            "published.csv": PUBLISHED + figures,
            "counts.csv": "period,province,count\n" + "".join(counts),
        }
        for file, old, new in edits:
            texts[file] = texts[file].replace(old, new) if old else new
        for file, text in texts.items():
            (home / file).write_text(text, encoding="utf-8")

    return make


def then(*makers: Callable[[Path], object]) -> Callable[[Path], None]:
    """One after the other."""

    def make(folder: Path) -> None:
        for each in makers:
            each(folder)

    return make


def pwned(folder: Path, told: str) -> str:
    return "the code ran" if (folder / "PWNED").exists() else ""


def outside(folder: Path, told: str) -> str:
    there = {entry.name for place in (folder.parent, folder.parent.parent) for entry in place.iterdir()} - {"a", "b"}
    packed = zipfile.ZipFile(folder / "a.zip").namelist() if (folder / "a.zip").exists() else []
    return "wrote outside" if there or any(".." in name for name in packed) else ""


def secret(folder: Path, told: str) -> str:
    if "root:x:" in told or "SECRET" in told:
        return "told what it holds"
    if not (folder / "a.zip").exists():
        return ""
    with zipfile.ZipFile(folder / "a.zip") as packed:
        held = any(mark in packed.read(name) for name in packed.namelist() for mark in (b"SECRET", b"root:x:"))
    return "packed into the archive" if held else ""


def kept(*names: str, text: str = "SECRET") -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)

    return make


def linked(name: str, target: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)

    return make


def pipe(name: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        os.mkfifo(folder / name)

    return make


def two_tables(folder: Path) -> None:
    """Counts under a name that is a pattern, and others under a name that it fits; the study names the first."""
    for name, count in (("c[1].parquet", 2), ("c1.parquet", 3)):
        table = f"select period, province, {count}.0 as count from '{folder / 's/counts.csv'}'"
        duckdb.execute(f"copy ({table}) to '{folder / 's' / name}'")


def far_cell(folder: Path) -> None:
    """A workbook of a few kilobytes with one cell in the last corner of its sheet."""
    pd.read_csv(folder / "events.csv").to_excel(folder / "sound.xlsx", index=False)
    cell = b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'
    with zipfile.ZipFile(folder / "sound.xlsx") as sound, zipfile.ZipFile(folder / "e.xlsx", "w", 8) as made:
        for name in sound.namelist():
            content = sound.read(name)
            made.writestr(name, content.replace(b"</sheetData>", cell) if "sheet1.xml" in name else content)


def altered(name: str, old: str, new: str) -> Callable[[Path], None]:
    def alter(folder: Path) -> None:
        file = folder / "s" / name
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(old, new), encoding="utf-8")

    return alter


def events(folder: Path) -> None:
    (folder / "events.csv").write_text(ROWS)


def shut(name: str, mode: int) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).mkdir(exist_ok=True)
        (folder / name).chmod(mode)

    return make
