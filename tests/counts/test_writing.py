import errno
import os

import pytest

from trends.counts.writing import (
    check_writable,
    folder_made_aside,
    guarded,
    sweep,
    unguarded,
    working_folder,
    written_aside,
)
from trends.errors import InputError


def test_a_file_is_the_old_one_or_the_new_one_whole(tmp_path):
    file = tmp_path / "deep" / "counts.csv"
    with written_aside(file) as aside:
        aside.write_text("old")
    with pytest.raises(RuntimeError), written_aside(file) as aside:
        aside.write_text("half of the n")
        raise RuntimeError
    assert file.read_text() == "old" and [each.name for each in file.parent.iterdir()] == ["counts.csv"]


def test_what_a_killed_writer_left_is_swept_and_what_others_have_is_not(tmp_path):
    dead = 2**22 + 1
    for name in (
        f".counts.csv.{dead}.part",
        f".counts.csv.{os.getpid()}.part",
        ".counts.csv.part",
        "counts.csv.1.part",
    ):
        (tmp_path / name).write_text("")
    (tmp_path / f".counts.csv.{dead + 1}.part").symlink_to("/etc")
    sweep(tmp_path, ".counts.csv.", ".part")
    left = {each.name for each in tmp_path.iterdir()}
    assert f".counts.csv.{dead}.part" not in left and len(left) == 4


def test_a_place_that_takes_no_file_is_refused_before_the_work(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="found a folder of that name; allowed: a file that may be made or replaced"):
        check_writable(tmp_path / "folder")
    with pytest.raises(InputError, match="found a device or a pipe of that name"):
        check_writable(os.devnull)
    check_writable(tmp_path / "not" / "yet" / "there.csv")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]


def test_a_full_disk_is_told_in_a_sentence_and_leaves_the_old_file(tmp_path, monkeypatch):
    file = tmp_path / "counts.csv"
    file.write_text("old")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match=r"found a disk that takes no more \(No space left on device\)"):
        with written_aside(file) as aside:
            aside.write_text("new")
    assert file.read_text() == "old" and len(list(tmp_path.iterdir())) == 1


def test_a_folder_comes_whole_or_not_at_all(tmp_path):
    with folder_made_aside(tmp_path / "study") as aside:
        (aside / "study.toml").write_text("")
    with pytest.raises(RuntimeError), folder_made_aside(tmp_path / "other"):
        raise RuntimeError
    assert [each.name for each in tmp_path.iterdir()] == ["study"]
    with working_folder() as folder:
        assert folder.is_dir()
    assert not folder.exists()


@pytest.mark.parametrize("text", ["=1+1", "-2", "+x", "@list", "'=x", "''=y", "\t=x", "Diyala", "'Ayn al-Arab", ""])
def test_what_is_guarded_comes_back(text):
    written = guarded(text)
    assert unguarded(written) == text and not written.startswith(("=", "+", "-", "@", "\t"))
