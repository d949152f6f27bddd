import hashlib
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from trends.errors import InputError
from trends.reports.folder import code_hash, folder_written_aside, version_of, versions, write_manifest


def write(path, text):
    with folder_written_aside(path) as aside:
        (aside / "charts").mkdir()
        (aside / "charts" / "a.png").write_text(text)
        write_manifest(aside, {"options": {}})


def everything(folder):
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def dead_process():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_report_takes_the_place_of_the_old_one_and_nothing_else_is_left(tmp_path):
    write(tmp_path / "deep" / "report", "old")
    write(tmp_path / "deep" / "report", "new")
    assert everything(tmp_path / "deep" / "report")["charts/a.png"] == b"new"
    assert [file.name for file in (tmp_path / "deep").iterdir()] == ["report"]


def test_a_failure_leaves_the_old_report_whole(tmp_path):
    write(tmp_path / "report", "old")
    before = everything(tmp_path / "report")
    with pytest.raises(RuntimeError, match="halfway"), folder_written_aside(tmp_path / "report") as aside:
        (aside / "half").write_text("half")
        raise RuntimeError("halfway")
    assert everything(tmp_path / "report") == before
    assert [file.name for file in tmp_path.iterdir()] == ["report"]


def test_the_manifest_holds_the_hash_of_every_other_file_and_neither_clock_nor_path(tmp_path):
    write(tmp_path / "report", "text")
    text = (tmp_path / "report" / "manifest.json").read_text()
    manifest = json.loads(text)
    assert manifest["outputs"] == {"charts/a.png": hashlib.sha256(b"text").hexdigest()}
    assert {"python", "trends", "numpy", "pandas", "scipy", "statsmodels", "matplotlib", "typst"} <= set(
        manifest["versions"]
    )
    assert manifest["code"] == code_hash()
    assert str(tmp_path) not in text
    assert not {"date", "time", "created"} & set(manifest)


def test_a_package_that_is_not_installed_as_one_has_no_version():
    assert version_of("numpy") == versions()["numpy"] == np.__version__
    assert version_of("no-such-package-of-anybody") == "not installed as a package"


def test_strays_of_dead_writers_are_swept_and_those_of_the_living_are_left(tmp_path):
    dead, living = dead_process(), os.getppid()
    for name in (
        f".report.{dead}.part",
        f".report.{os.getpid()}.part",
        f".report.{living}.part",
        f".other.{dead}.part",
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("half")
    write(tmp_path / "report", "new")
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(
        ["report", f".report.{living}.part", f".other.{dead}.part"]
    )


def test_an_old_report_whose_writer_died_between_the_two_last_moves_is_put_back(tmp_path):
    write(tmp_path / "report", "old")
    before = everything(tmp_path / "report")
    (tmp_path / "report").rename(tmp_path / f".report.{dead_process()}.old")
    with pytest.raises(RuntimeError), folder_written_aside(tmp_path / "report"):
        raise RuntimeError
    assert everything(tmp_path / "report") == before


def test_a_folder_with_files_of_another_hand_is_never_replaced(tmp_path):
    write(tmp_path / "report", "old")
    (tmp_path / "report" / "notes.txt").write_text("mine")
    with pytest.raises(InputError) as refused:
        write(tmp_path / "report", "new")
    assert str(refused.value) == (
        f"write the report to {tmp_path / 'report'}: found a folder with 'notes.txt', which no report wrote; allowed: "
        "a new folder, an empty one, or one with nothing but an earlier report; name another folder."
    )
    assert (tmp_path / "report" / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "manifest",
    ["", "[]", '{"outputs": 3}', '{"outputs": ["notes.txt"]}', "\ud800".encode("utf-16-le", "surrogatepass")],
)
def test_a_manifest_that_is_none_protects_nothing_and_breaks_nothing(tmp_path, manifest):
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / "manifest.json").write_bytes(manifest if isinstance(manifest, bytes) else manifest.encode())
    with pytest.raises(InputError, match=r"notes\.txt"):
        write(folder, "new")


def test_an_empty_folder_is_replaced_and_a_file_is_not(tmp_path):
    (tmp_path / "empty").mkdir()
    write(tmp_path / "empty", "new")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="found a file of that name; allowed: a folder"):
        write(tmp_path / "file", "new")


def test_a_place_that_cannot_be_written_to_is_refused_in_words(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="a place that cannot be written to"):
        write(tmp_path / "file" / "report", "new")


def test_a_link_to_a_folder_stays_a_link(tmp_path):
    write(tmp_path / "real", "old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert everything(tmp_path / "real")["charts/a.png"] == b"new"
