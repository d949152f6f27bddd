import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from trends.errors import InputError
from trends.reports import entries
from trends.reports.entries import is_ones_own, read_entry, sweep_entries, write_entry

ROOT = Path(__file__).parents[2]
NAMES = [f"{n:02x}{n:062x}.json" for n in range(1, 5)]


def entry(folder, name=NAMES[0]):
    return folder / name[:2] / name


@pytest.fixture
def kept(tmp_path):
    """Four entries of one size, the last of them used longest ago."""
    for age, name in enumerate(NAMES):
        write_entry(entry(tmp_path, name), {"n": 1})
        os.utime(entry(tmp_path, name), (1_000_000 - age, 1_000_000 - age))
    return tmp_path


def names(folder):
    return sorted(file.name for file in folder.rglob("*") if file.is_file())


def test_what_was_written_is_read_and_nobody_else_may_write_to_it(tmp_path):
    before = os.umask(0)
    try:
        write_entry(entry(tmp_path / "kept"), {"n": [1, "ü", None]})
    finally:
        os.umask(before)
    assert read_entry(entry(tmp_path / "kept")) == {"n": [1, "ü", None]}
    assert stat.S_IMODE(entry(tmp_path / "kept").stat().st_mode) == 0o600
    assert stat.S_IMODE(entry(tmp_path / "kept").parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("at", [0, 63, 64, 65, 70])
def test_one_altered_byte_is_seen(kept, at):
    file = entry(kept)
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)
    with pytest.raises(InputError, match="found one that was altered"):
        read_entry(file)


def test_an_entry_under_another_name_is_none(kept):
    os.replace(entry(kept), entry(kept, NAMES[1]))
    with pytest.raises(InputError, match="found one that was altered"):
        read_entry(entry(kept, NAMES[1]))


@pytest.mark.parametrize("kind", ["a link", "a link to nothing", "a pipe", "a folder", "open to all", "of another"])
def test_what_is_no_file_of_ones_own_is_refused_and_not_waited_for(kept, kind, monkeypatch):
    file = entry(kept)
    if kind.startswith("a "):
        file.rename(kept / "sound")
    if kind == "a link":
        file.symlink_to(kept / "sound")
    elif kind == "a link to nothing":
        file.symlink_to(kept / "nothing")
    elif kind == "a pipe":
        os.mkfifo(file)
    elif kind == "a folder":
        file.mkdir()
    elif kind == "open to all":
        file.chmod(0o666)
    else:
        monkeypatch.setattr(entries.os, "getuid", lambda: file.stat().st_uid + 1)
    with pytest.raises(InputError, match="found what is no file of one's own"):
        read_entry(file)


def test_an_entry_in_a_linked_folder_is_refused(kept):
    home = entry(kept).parent
    home.rename(kept / "moved")
    home.symlink_to(kept / "moved")
    with pytest.raises(InputError, match="found what is no file of one's own"):
        read_entry(entry(kept))


def test_the_place_of_an_entry_that_is_a_link_is_written_and_what_it_leads_to_is_not(tmp_path):
    (tmp_path / "mine").write_text("mine")
    entry(tmp_path).parent.mkdir()
    entry(tmp_path).symlink_to(tmp_path / "mine")
    write_entry(entry(tmp_path), {"n": 1})
    assert (tmp_path / "mine").read_text() == "mine" and read_entry(entry(tmp_path)) == {"n": 1}


def test_a_folder_is_ones_own_where_nobody_else_writes(tmp_path, monkeypatch):
    assert is_ones_own(tmp_path / "a/b") and stat.S_IMODE((tmp_path / "a/b").stat().st_mode) == 0o700
    for mode, own in ((0o755, True), (0o775, False), (0o757, False), (0o700, True)):
        (tmp_path / "a/b").chmod(mode)
        assert is_ones_own(tmp_path / "a/b") is own
    (tmp_path / "file").write_text("")
    assert not is_ones_own(tmp_path / "file") and not is_ones_own(tmp_path / "file/in")
    assert not is_ones_own(tmp_path / ("n" * 300)) and not is_ones_own(tmp_path / "a\0b")
    monkeypatch.setattr(entries.os, "getuid", lambda: tmp_path.stat().st_uid + 1)
    assert not is_ones_own(tmp_path / "a/b")


def test_the_entries_that_were_not_used_for_longest_go_until_the_bound_holds(kept):
    size = entry(kept).stat().st_size
    sweep_entries(kept, 4 * size)
    assert names(kept) == sorted(NAMES)
    read_entry(entry(kept, NAMES[3]))
    sweep_entries(kept, 3 * size - 1)
    assert names(kept) == sorted([NAMES[0], NAMES[3]])
    sweep_entries(kept, 0)
    assert names(kept) == []
    sweep_entries(kept / "nothing", 0)


def test_a_sweep_touches_nothing_that_is_no_entry(kept, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / NAMES[0]).write_text("mine")
    (kept / "ff").symlink_to(elsewhere)
    for other in ("thesis.json", f"01/{'f' * 63}.json", f"{'0' * 64}.json", "01/notes.txt", f"notes/{NAMES[0]}"):
        (kept / other).parent.mkdir(exist_ok=True)
        (kept / other).write_text("mine")
    (kept / "01" / f"{'a' * 64}.json").mkdir()
    sweep_entries(kept, 0)
    assert len(names(kept)) == 5 and (elsewhere / NAMES[0]).read_text() == "mine"


def test_what_a_killed_writer_left_goes_and_what_a_living_one_has_stays(kept):
    dead, living = (kept / "01" / f".{NAMES[0]}.{process}.part" for process in (2**22 + 1, os.getpid()))
    for stray in (dead, living):
        stray.write_text("half")
    sweep_entries(kept)
    assert not dead.exists() and living.exists()


AT_ONCE = """
import sys
from pathlib import Path
from trends.errors import InputError
from trends.reports.entries import read_entry, sweep_entries, write_entry

home, own = Path(sys.argv[1]), sys.argv[2]
for n in range(300):
    file = home / "01" / f"{n % 3:064x}.json"
    write_entry(file, {"n": [own] * 5000})
    try:
        # What is read is whole, by whomever it was written.
        assert len({*read_entry(file)["n"]}) == 1
    except FileNotFoundError:
        pass
    except InputError as error:
        assert error.found == "no such file", error
    sweep_entries(home, 100_000)
"""


def test_two_that_write_read_and_sweep_at_once_see_whole_entries_and_leave_no_more_than_the_bound(tmp_path):
    words = [sys.executable, "-c", AT_ONCE, str(tmp_path)]
    both = [subprocess.Popen([*words, own], cwd=ROOT) for own in ("one", "two")]
    assert [each.wait() for each in both] == [0, 0]
    left = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert left and sum(file.stat().st_size for file in left) <= 100_000
    assert {file.suffix for file in left} == {".json"}


def test_an_entry_that_cannot_be_written_or_removed_is_done_without(kept, monkeypatch):
    def refused(*of, **named):
        raise OSError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as shut:
        shut.setattr(entries.Path, "unlink", refused)
        sweep_entries(kept, 0)
    assert names(kept) == sorted(NAMES)
    monkeypatch.setattr(entries.Path, "mkdir", refused)
    write_entry(entry(kept, "f" * 64 + ".json"), {})
    assert names(kept) == sorted(NAMES)
