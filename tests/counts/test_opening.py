import os
import zipfile

import pandas as pd
import pytest

from trends.counts import opening
from trends.counts.incidents import read_incidents
from trends.counts.opening import (
    check_cells,
    check_workbook,
    control_character,
    is_missing,
    literal_path,
    names_in,
    plain_file,
    plain_member,
    read_bytes,
)
from trends.errors import InputError


@pytest.mark.parametrize(
    "name", ["c[1].csv", "a b.csv", "Zahlen für März.csv", "counts/x.csv", "a'b.csv", "x" * 196 + ".csv"]
)
def test_a_plain_name_is_taken_as_it_is(tmp_path, name):
    assert plain_member(tmp_path, name, "read it") == tmp_path / name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../a",
        "/a",
        "a//b",
        "a/./b",
        ".a",
        "a/.b",
        "C:a",
        "a\\b",
        "a\nb",
        "a\0b",
        "a\x85",
        "\ud800",
        "x" * 201,
    ],
)
def test_every_other_name_is_refused(tmp_path, name):
    with pytest.raises(InputError, match="found the file name"):
        plain_member(tmp_path, name, "read it")


def test_what_is_no_ordinary_file_is_refused_by_its_kind(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    found = {
        "pipe": "a pipe",
        "none": "no such file",
        ".": "a folder",
        "n" * 256: "file name too long",
        "a\0b": "a name that no file can have",
    }
    for name, fault in found.items():
        for read in (plain_file, read_bytes):
            with pytest.raises(InputError) as refused:
                read(tmp_path / name, "read it")
            assert str(refused.value) == f"read it: found {fault}; allowed: a file that can be read; check its name."
    with pytest.raises(InputError, match="found a device"):
        read_bytes("/dev/zero", "read it")


def test_no_more_is_read_than_the_limit(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    assert read_bytes(tmp_path / "a", "read it", most=5) == b"12345"
    with pytest.raises(InputError, match=r"found 5 bytes; allowed: at most 4; read a part of it"):
        read_bytes(tmp_path / "a", "read it", most=4)
    # The kernel says 0 bytes of what it makes up while it is read.
    with pytest.raises(InputError, match="found more than 4 bytes"):
        read_bytes("/proc/self/status", "read it", most=4)


def test_a_folder_that_cannot_be_listed_is_not_an_empty_one(tmp_path, monkeypatch):
    (tmp_path / "b.toml").touch()
    (tmp_path / "a.toml").touch()
    (tmp_path / ".c.toml").touch()
    assert names_in(tmp_path, ".toml", "read it") == ["a.toml", "b.toml"]
    assert names_in(tmp_path / "none", ".toml", "read it") == []
    with pytest.raises(InputError, match="not a directory"):
        names_in(tmp_path / "a.toml", ".toml", "read it")
    monkeypatch.setattr(opening, "MOST_FILES", 1)
    with pytest.raises(InputError, match="found 2 files"):
        names_in(tmp_path, ".toml", "read it")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.listdir", refuse)
    with pytest.raises(InputError, match="permission denied; allowed: a folder that can be listed"):
        names_in(tmp_path, ".toml", "read it")


def test_missing_is_another_thing_than_forbidden(tmp_path, monkeypatch):
    (tmp_path / "dangling").symlink_to("nowhere")
    assert is_missing(tmp_path / "none") and is_missing("/dev/null/a")
    assert not is_missing(tmp_path) and not is_missing(tmp_path / "dangling") and not is_missing("n" * 256)


def test_control_characters_are_found_and_the_letters_of_all_scripts_are_not():
    assert [control_character(f"a{mark}b") for mark in "\x00\x1b\x7f\x9b\u2028"] == [*"\x00\x1b\x7f\x9b\u2028"]
    assert control_character("Dhi Qār\t\n\r می\u200cخواهم 👩\u200d🌾") is None


def test_a_path_in_sql_is_no_pattern():
    assert literal_path("a'b[1]*?.parquet") == "'a''b[[]1][*][?].parquet'"


def test_a_table_beyond_the_limit_is_refused():
    check_cells(1_000_000, 5, "read it")
    with pytest.raises(InputError, match="found 1,000,001 rows by 5 columns; allowed: at most 5,000,000 cells"):
        check_cells(1_000_001, 5, "read it")


def workbook(path, sheet):
    pd.DataFrame({"id": [1], "date_start": ["2020-01-01"]}).to_excel(path.with_name("sound.xlsx"), index=False)
    with (
        zipfile.ZipFile(path.with_name("sound.xlsx")) as sound,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in sound.namelist():
            content = sound.read(name)
            made.writestr(name, sheet(content) if name.endswith("sheet1.xml") else content)
    return path


@pytest.mark.parametrize(
    "cell",
    [
        b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row>',
        b'<row r="1048576"><c r="&#88;FD1048576" t="n"><v>1</v></c></row>',
        b"<row r='3'><c r='XFD3'><v>1</v></c></row><row r='1048576'/>",
    ],
)
def test_a_workbook_with_a_cell_in_its_last_corner_is_refused(tmp_path, cell):
    file = workbook(tmp_path / "events.xlsx", lambda sheet: sheet.replace(b"</sheetData>", cell + b"</sheetData>"))
    with pytest.raises(InputError, match=r"found a sheet of 1,048,576 rows by 16,384 columns, most of them empty"):
        read_incidents(file)


def test_a_workbook_with_entities_or_of_another_kind_is_refused(tmp_path):
    file = workbook(tmp_path / "a.xlsx", lambda sheet: b'<!DOCTYPE a [<!ENTITY b "c">]>' + sheet.split(b"?>", 1)[-1])
    with pytest.raises(InputError, match="found an entity declared in a part"):
        check_workbook(file, "read it")
    (tmp_path / "b.xlsx").write_bytes(b"no zip")
    with pytest.raises(InputError, match="allowed: a sound Excel workbook"):
        check_workbook(tmp_path / "b.xlsx", "read it")
    check_workbook(tmp_path / "sound.xlsx", "read it")


def test_a_file_that_goes_away_once_it_was_looked_at_is_no_file(tmp_path, monkeypatch):
    file = tmp_path / "counts.csv"
    file.write_bytes(b"1")

    def gone(path, flags):
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("os.open", gone)
    with pytest.raises(InputError, match=r"^read the counts: found no such file; allowed"):
        read_bytes(file, "read the counts")
