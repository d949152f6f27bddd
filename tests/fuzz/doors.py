"""Every door by which something comes in, with a sound thing to make mutants of."""

import contextlib
import io
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from trends import cli
from trends.claims.check import check_study
from trends.claims.seal import read_seals, seal_study
from trends.claims.study import read_study
from trends.counts.columns import read_columns
from trends.counts.counting import count_file
from trends.counts.opening import quoted
from trends.counts.outlines import read_outlines
from trends.counts.panel_files import read_panel

STUDY = """title = "A small study"
country = "IQ"
first = "2019-01"
last = "2020-12"
source = "events"
outlines = "outlines.geojson"
[documents]
paper = "A. Author, 2020, A paper"
[sources.events]
title = "Event file"
counts = "counts/events.csv"
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
drawdown,2019-12-30,,day,troops,Anbar,first base handed over,,,true,,,
"""
PUBLISHED = """id,series,value,unit,measure,actor,place,first,last,seen,derived,confidence,source,url,note
p1,paper,1200,count,attacks,IS,Iraq,2019-01-01,2019-12-31,true,false,high,A. Author,,
p2,paper,300,count,attacks,IS,Iraq,2020-01-01,2020-03-31,true,false,high,A. Author,,
"""
CLAIM = """id = "rose"
says = "Attacks rose."
document = "paper"
speaker = "A. Author"
said_on = "2020-06"
written = "2020-06-30"
[counts]
provinces = ["Diyala"]
[event]
name = "drawdown"
[asserts]
change = { direction = "rise", at_least = 1.5 }
timing = true
"""
OUTLINES = """{"type": "FeatureCollection", "attribution": "nobody", "features": [
{"type": "Feature", "properties": {"name": "Diyala"}, "geometry": {"type": "Polygon",
"coordinates": [[[44, 33], [45, 33], [45, 34], [44, 34], [44, 33]]]}},
{"type": "Feature", "properties": {"name": "Anbar"}, "geometry": {"type": "MultiPolygon",
"coordinates": [[[[43, 33], [44, 33], [44, 34], [43, 34], [43, 33]]]]}}]}
"""
COLUMNS = """like = "ged"
id = "id"
actor_separator = ";"
[kind]
column = "type_of_violence"
values = { 1 = "state", 2 = "others" }
"""
INCIDENTS = """id,date_start,date_end,country,adm_1,side_a,side_b,type_of_violence,where_prec,date_prec,low,best,high
1,2020-01-02,2020-01-02,Iraq,Diyala,Government of Iraq,IS,1,1,1,1,1,2
2,2020-02-03,2020-02-03,Iraq,Anbar,Government of Iraq,IS,1,2,1,0,1,2
3,2020-02-28,2020-03-02,Iraq,"Salah al-Din",IS,Civilians,3,1,2,1,3,3
"""


def write_study(folder: Path) -> None:
    """A small sound study with a seal."""
    for sub in ("counts", "claims"):
        (folder / sub).mkdir(parents=True, exist_ok=True)
    rows = [f"{y}-{m:02d},{p},{m % 5}" for y in (2019, 2020) for m in range(1, 13) for p in ("Diyala", "Anbar")]
    texts = {
        "study.toml": STUDY, "events.csv": EVENTS, "published.csv": PUBLISHED, "outlines.geojson": OUTLINES,
        "claims/rose.toml": CLAIM, "counts/events.csv": "period,province,count\n" + "\n".join(rows) + "\n",
    }  # fmt: skip
    for name, text in texts.items():
        (folder / name).write_text(text)
    if not (folder / "study.lock").exists():
        seal_study(folder, "2026-11-21", study=read_study(folder))


@dataclass(frozen=True)
class Door:
    """A file that is mutated and what is then done with the folder that it stands in."""

    file: str
    use: Callable[[Path], object]


def _study(folder: Path) -> None:
    read_seals(folder)
    check_study(read_study(folder))


def _count(folder: Path) -> None:
    count_file(folder / "incidents.csv", "ged")


DOORS = (
    *(Door(name, _study) for name in ("study.toml", "events.csv", "published.csv", "claims/rose.toml", "study.lock")),
    Door("counts/events.csv", lambda folder: read_panel(folder / "counts/events.csv")),
    Door("outlines.geojson", lambda folder: read_outlines(folder / "outlines.geojson", "IQ")),
    Door("columns.toml", lambda folder: read_columns(folder / "columns.toml")),
    Door("incidents.csv", _count),
    Door("incidents.xlsx", lambda folder: count_file(folder / "incidents.xlsx", "ged")),
    Door("incidents.parquet", lambda folder: count_file(folder / "incidents.parquet", "ged")),
    Door("counts.parquet", lambda folder: read_panel(folder / "counts.parquet")),
)


def write_everything(folder: Path) -> None:
    """The sound form of every file that has a door."""
    write_study(folder)
    (folder / "columns.toml").write_text(COLUMNS)
    (folder / "incidents.csv").write_text(INCIDENTS)
    table = pd.read_csv(io.StringIO(INCIDENTS), dtype=str)
    table.to_excel(folder / "incidents.xlsx", index=False)
    _write_parquet(table, folder / "incidents.parquet")
    panel = pd.read_csv(folder / "counts/events.csv")
    _write_parquet(panel, folder / "counts.parquet")


def _write_parquet(table: pd.DataFrame, file: Path) -> None:
    with duckdb.connect() as connection:
        connection.register("rows", table)
        connection.execute(f"COPY rows TO {quoted(str(file))} (FORMAT parquet)")


COMMANDS = (
    ["check", "study"],
    ["check", "study", "--sealed", "--json"],
    ["seal", "study", "--date", "2026-11-22"],
    ["count", "study/incidents.csv", "--columns", "ged", "--by", "province,month", "--first", "2020-01", "--last",
     "2020-12", "--country", "Iraq", "--actor", "IS", "--kind", "state-based", "--located", "place,district",
     "--coverage", "2020-01,2020-12", "--alias", "X=IQ-DI", "--encoding", "utf-8", "--measure", "events",
     "--out", "out.csv"],
    ["new", "mine", "--example", "syria"],
    ["explain", "study", "none"],
    ["script", "study", "none", "--out", "it.py"],
)  # fmt: skip


def run_command(words: list[str]) -> int:
    """The exit code of a command, its words kept to themselves."""
    out, told = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(told):
        try:
            return cli.main(words)
        except SystemExit as end:
            # How argparse refuses an option.
            return int(end.code or 0)


def fresh(folder: Path, sound: Path) -> None:
    """A folder with the sound files and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(sound, folder)


if __name__ == "__main__":
    sys.exit("Run it as python3 dev.py fuzz --minutes 5.")
