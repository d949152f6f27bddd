"""Places that take no more or may not be written to, and screens of few letters: one sentence, nothing half written."""

import ctypes
import os
import resource
import subprocess
import sys
from pathlib import Path
from tempfile import gettempdir

import pytest

from trends.claims.from_file import write_study
from trends.cli import main
from trends.counts.panel_files import write_panel
from trends.counts.simulate import simulate_panel
from trends.errors import InputError

ROOT = Path(__file__).parents[1]
EVENTS = (
    "id,date_start,date_end,adm_1,type_of_violence,side_a,side_b,low,best,high,country\n"
    + "".join(f"{n},2018-{1 + n % 12:02d}-01,,Diyala,1,Government of Iraq,IS,0,1,2,Iraq\n" for n in range(24))
)  # fmt: skip
COUNT = ["count", "events.csv", "--coverage", "2018-01,2018-12", "--quiet", "--out"]
FULL = "a disk that takes no more (File too large); allowed: a file that may be made or replaced; name another file."
NO_ROOM = "a place that cannot be written to (File too large); allowed: a folder that may be made; name another folder."
# The smallest file that the disk takes, what is asked of it, and the sentence.
SMALL = {
    "counts": (0, [*COUNT, "out/c.csv"], f"write out/c.csv: found {FULL}"),
    "what is needed meanwhile": (
        200, [*COUNT, "out/c.csv"], "read the events of events.csv: found no room for what is needed meanwhile in "
        f"{gettempdir()}; allowed: as much room as the file takes; make room there, or name another place with TMPDIR.",
    ),
    "an example": (5, ["new", "out/n", "--example", "syria"], f"start a study in out/n: found {NO_ROOM}"),
    "a skeleton": (5, ["new", "out/n"], f"start a study in out/n: found {NO_ROOM}"),
    "a script": (0, ["script", "syria", "deir-ez-zor-had-most-operations", "--out", "out/it.py"],
                 f"write out/it.py: found {FULL}"),
    "a chart": (0, ["power", "syria", "deir-ez-zor-had-most-operations", "--out", "out/it.png"],
                f"write out/it.png: found {FULL}"),
    "an archive": (0, ["archive", "syria", "--out", "out/a.zip"], f"write out/a.zip: found {FULL}"),
    "a report": (
        50_000, ["report", "syria", "--out", "out/report"],
        "write the report to out/report: found a place that cannot be written to (File too large); allowed: a "
        "folder that may be made or replaced; name another folder.",
    ),
}  # fmt: skip


@pytest.fixture
def room(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "events.csv").write_text(EVENTS)
    (tmp_path / "syria").symlink_to(ROOT / "data" / "syria")
    (tmp_path / "out").mkdir()
    return tmp_path


@pytest.fixture
def largest():
    """A function that sets how many bytes a file may come to hold, as on a disk that is nearly full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("what", SMALL)
def test_a_disk_that_is_full_is_told_before_the_work_and_nothing_is_left(room, largest, capsys, monkeypatch, what):
    size, command, message = SMALL[what]
    for work in ("assess", "assess_all"):
        monkeypatch.setattr(f"trends.claims.assess.{work}", lambda *_, **__: pytest.fail("worked for nothing"))
    largest(size)
    code = main(command)
    out, told = capsys.readouterr()
    # What was noted of the file on the way is no part of the refusal.
    assert (code, out, told.splitlines()[-1]) == (2, "", f"trends: {message}")
    assert [*(room / "out").iterdir()] == []


@pytest.mark.parametrize("name", ["c.csv", "c.parquet"])
def test_a_file_that_is_there_survives_a_disk_that_fills_up(room, largest, name):
    panel = simulate_panel(["Diyala", "Anbar"], 24, rng=1)
    (room / "out" / name).write_text("old")
    largest(200)
    with pytest.raises(InputError) as refused:
        write_panel(panel, f"out/{name}")
    assert str(refused.value) == f"write out/{name}: found {FULL}"
    assert [(each.name, each.read_text()) for each in (room / "out").iterdir()] == [(name, "old")]


def test_a_study_of_a_file_comes_whole_or_is_told_by_the_name_that_it_was_to_have(room, largest):
    panel = simulate_panel(["Diyala", "Anbar"], 24, rng=1)
    largest(200)
    with pytest.raises(InputError) as refused:
        write_study(panel, "out/mine", file="events.csv")
    assert str(refused.value) == f"write out/mine/counts/events.csv: found {FULL}"
    assert [*(room / "out").iterdir()] == []


def _without_rights() -> None:
    """Give up what lets an administrator read and write whatever they please; of no effect for anybody else."""
    for override in (1, 2):
        ctypes.CDLL(None).prctl(24, override, 0, 0, 0)


def run(words, room, stdout=subprocess.PIPE, **environment):
    command = [sys.executable, "-m", "trends", *words]
    return subprocess.run(
        command,
        cwd=room,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        preexec_fn=_without_rights,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="rights are given up by a call of Linux")
@pytest.mark.parametrize(
    ("command", "message"),
    [
        (
            [*COUNT, "shut/c.csv"],
            "write shut/c.csv: found a place that cannot be written to (Permission denied); allowed: a file that may "
            "be made or replaced; name another file.",
        ),
        (
            ["new", "shut/mine", "--example", "syria"],
            "start a study in shut/mine: found a place that cannot be written to (Permission denied); allowed: a "
            "folder that may be made; name another folder.",
        ),
        (
            ["count", "dark/events.csv", "--out", "c.csv"],
            "read the events of dark/events.csv: found permission denied; allowed: a file that can be read; "
            "check its name.",
        ),
        (
            ["check", "dark"],
            "read the study dark: found permission denied; allowed: a folder that holds one; name the folder of a "
            "study, or start one with trends new.",
        ),
    ],
)
def test_a_folder_without_permission_is_told_in_a_sentence(room, command, message):
    for name, mode in (("shut", 0o555), ("dark", 0o000)):
        (room / name).mkdir()
        (room / name).chmod(mode)
    done = run(command, room)
    (room / "dark").chmod(0o755)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"trends: {message}\n")
    assert not [*(room / "shut").iterdir(), *(room / "dark").iterdir()]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
@pytest.mark.parametrize("command", [["--version"], ["--help"], [], ["sources"], ["places", "Diyala"]])
@pytest.mark.parametrize("buffered", ["", "1"])
def test_a_screen_that_takes_no_more_is_no_success(room, command, buffered):
    with open("/dev/full", "w") as full:
        done = run(command, room, stdout=full, PYTHONUNBUFFERED=buffered)
    doing = f"trends {command[0]}" if command and command[0].isalpha() else "trends"
    assert (done.returncode, done.stderr) == (
        2,
        f"trends: carry out {doing}: found no space left on device; allowed: files that can be read, and places with "
        "room to write; see to it and try again.\n",
    )


@pytest.mark.parametrize("letters", ["ascii", "latin-1"])
def test_a_screen_of_few_letters_shows_the_others_by_their_numbers(room, letters):
    done = run(["places", "\u0141\u00f3dzkie"], room, PYTHONIOENCODING=letters)
    assert (done.returncode, done.stderr) == (0, "")
    assert ("\\u0141\\xf3dzkie" if letters == "ascii" else "\\u0141\ufffddzkie") in done.stdout


@pytest.mark.parametrize("name", ["x" * 300, "/".join(["y" * 200] * 30), "\u00e9" * 130])
def test_a_name_that_is_too_long_is_refused_wherever_it_is_given(room, capsys, name):
    before = sorted(room.rglob("*"))
    for command in (
        [*COUNT, f"{name}.csv"], ["count", name, "--out", "c.csv"], [*COUNT, "c.csv", "--columns", f"{name}.toml"],
        [*COUNT[:2], "--coverage", f"{name}.csv", "--out", "c.csv"], ["new", name], ["check", name], ["claims", name],
        ["claims", "syria", "--report", name], ["seal", name, "--date", "2026-11-22"], ["assess", "syria", name],
        ["report", "syria", "--out", name], ["archive", "syria", "--out", f"{name}.zip"],
        ["script", "syria", "deir-ez-zor-had-most-operations", "--out", name],
        ["places", f"{name}.csv"], ["new", "mine", "--example", name],
    ):  # fmt: skip
        assert main(command) == 2, command
        out, told = capsys.readouterr()
        assert out == "" and told.startswith("trends: ") and told.count("\n") == 1 and len(told) < 2000, command
    assert sorted(room.rglob("*")) == before
