"""Whatever is handed to the command line, the answer is done or one sentence, and nothing half written."""

import random
import shutil

import pytest

from trends.cli import main

HEADER = "id,date_start,date_end,adm_1,type_of_violence,side_a,side_b,low,best,high,country\n"
ROW = "{id},{day},,{place},1,Government of Iraq,IS,0,{dead},2,Iraq\n"
STUDY = """title = "Small"
country = "IQ"
first = "2018-01"
last = "2018-12"
source = "events"
[documents]
paper = "A. Author, 2020"
[sources.events]
title = "Event file"
counts = "counts.csv"
measure = "attacks"
actor = "IS"
rule = "file"
citation = "Event file, 2021"
"""
EVENTS = "event,first,last,precision,category,province,what,number,unit,seen,source,url,note\n"
HANDOVER = "handover,2018-06-10,,day,troops,Diyala,a base handed over,,,true,,,\n"
CLAIM = """id = "rose"
says = "Attacks rose."
document = "paper"
speaker = "A. Author"
said_on = "2020-06"
written = "2020-06-30"
[event]
name = "handover"
[asserts]
change = { direction = "rise" }
"""
MAP = 'date = "date_start"\nprovince = "adm_1"\n[kind]\ncolumn = "type_of_violence"\nvalues = { 1 = "state" }\n'


def row(id=1, day="2020-04-05", place="Diyala", dead=1):
    return ROW.format(id=id, day=day, place=place, dead=dead)


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A folder with an event file, a map of its columns, its coverage, and a small study; all of it in order."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small" / "claims").mkdir(parents=True)
    places = ("Diyala", "Nineveh", "Al-Anbar")
    rows = [row(n, f"2018-{1 + n % 12:02d}-{1 + n % 28:02d}", places[n % 3]) for n in range(1, 40)]
    counts = [f"2018-{month:02d},{place},{month}\n" for month in range(1, 13) for place in ("Diyala", "Anbar")]
    for name, content in {
        "events.csv": HEADER + "".join(rows),
        "map.toml": MAP,
        "cover.csv": "first,last,province,exposure\n2018-01,2018-12,,1\n",
        "small/study.toml": STUDY,
        "small/events.csv": EVENTS + HANDOVER,
        "small/counts.csv": "period,province,count\n" + "".join(counts),
        "small/claims/rose.toml": CLAIM,
    }.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


COUNT = ["count", "events.csv", "--out", "out/counts.csv"]
CHECK = ["check", "small"]
DATES = "days such as 2014-04-01 or 1 April 2014, from 1800 to 2200"
NUMBERS = "numbers from 0 up, or nothing where it is not known"
MEND = "correct the file, or leave the row out of it"
LABEL = "a label such as 2020, 2020Q1, 2020-03, 2020-W12 or 2020-03-17"


def cell(column, value, allowed):
    return f"read the column {column!r} of events.csv, line 3: found {value}; allowed: {allowed}; {MEND}."


# What is wrong: the file to write (or None), what to write, the command, and all that it says.
BAD = {
    "missing file": (
        None, "", ["count", "none.csv", "--out", "out/counts.csv"],
        "read the events of none.csv: found no such file; allowed: a file that can be read; check its name.",
    ),
    "wrong encoding": (
        "events.csv", (HEADER + row(place="Niño")).encode("latin-1"), COUNT,
        "read the events of events.csv, line 2: found bytes that are no text; allowed: the encoding utf-8; save it as "
        "UTF-8, or name its encoding.",
    ),
    "wrong encoding of events": (
        "small/events.csv", (EVENTS + HANDOVER.replace("base", "bâse")).encode("latin-1"), CHECK,
        "read small/events.csv: found the byte 0xe2; allowed: UTF-8; save the file as UTF-8.",
    ),
    "no such column": (
        "events.csv", HEADER.replace("side_a", "a").replace("side_b", "b") + row(), [*COUNT, "--columns", "ged"],
        "find the column of the actor in events.csv: found no 'side_a' or 'side_b'; allowed: id, date_start, date_end, "
        "adm_1, type_of_violence, a, b, low, best, high, country; name your own in a map of columns (--columns "
        'FILE.toml, with a line such as actor = "...").',
    ),
    "no such column of events": (
        "small/events.csv", EVENTS.replace("precision,", "") + HANDOVER.replace("day,", ""), CHECK,
        "read small/events.csv: found no column 'precision'; allowed: the columns event, first, last, precision, "
        "category, province, what, number, unit, seen, source, url, note; add it, empty where nothing is known.",
    ),
    "unparsable date": ("events.csv", HEADER + row() + row(2, "Apr-14"), COUNT, cell("date_start", "'Apr-14'", DATES)),
    "impossible date": (
        "events.csv", HEADER + row() + row(2, "2020-02-30"), COUNT, cell("date_start", "'2020-02-30'", DATES)
    ),
    "negative deaths": (
        "events.csv", HEADER + row() + row(2, dead=-2), [*COUNT, "--measure", "deaths"], cell("best", "'-2'", NUMBERS)
    ),
    "deaths that are no number": (
        "events.csv", HEADER + row() + row(2, dead="many"), [*COUNT, "--measure", "deaths"],
        cell("best", "'many'", NUMBERS),
    ),
    "duplicate id": (
        "events.csv", HEADER + row(7) + row(7, "2020-05-01"), COUNT,
        "read the column 'id' of events.csv, line 3: found the id '7' again, first in line 2; allowed: one row an "
        "event; take one of the rows out.",
    ),
    "duplicate province-period row": (
        "small/counts.csv", "period,province,count\n2018-01,Diyala,1\n2018-01,Diyala,2\n", CHECK,
        "read the counts of small/counts.csv, line 3: found Diyala 2018-01 a second time; allowed: one row a period "
        "and province; drop or add up the double rows.",
    ),
    "unknown province": (
        "events.csv", HEADER + row() + row(2, place="Diyalla"), COUNT,
        "find the provinces of events.csv: found 'Diyalla' (1 event; perhaps Diyala); allowed: names, usual "
        'transliterations and ISO 3166-2 codes; name each in aliases={"spelling": "code"}, or keep them as they are '
        'with unresolved="keep" (--alias SPELLING=CODE, --unresolved keep).',
    ),
    "gap in the periods": (
        "small/counts.csv", "period,province,count\n2018-01,Diyala,1\n2018-03,Diyala,2\n", CHECK,
        "read the counts of small/counts.csv: found no row for Diyala 2018-02; allowed: a row for every period and "
        "province; write it with the count 0 if it was watched and quiet, or with no count and exposure 0 if it was "
        "not.",
    ),
    "period before coverage": (
        "cover.csv", "first,last\n2018-02,2018-12\n", [*COUNT, "--coverage", "cover.csv", "--first", "2018-01"],
        "count the events of events.csv: found 3 in Diyala 2018-01, which nobody watched; allowed: events within the "
        "coverage; correct the coverage, or narrow first and last.",
    ),
    "coverage that is no table": (
        "cover.csv", "first,last\n2018-02\n", [*COUNT, "--coverage", "cover.csv"],
        "read the coverage cover.csv, line 2: found 1 cells; allowed: 2 cells, as in the first line; correct the line.",
    ),
    "empty filter result": (
        None, "", [*COUNT, "--actor", "ISIS"],
        "filter the events of events.csv: found no event with the actor 'ISIS'; allowed: IS, Government of Iraq; "
        "name one of these.",
    ),
    "unknown TOML key": (
        "small/claims/rose.toml", CLAIM.replace("written", "writen"), CHECK,
        "read small/claims/rose.toml: found line 6: the key 'writen'; allowed: the keys id, says, document, speaker, "
        "said_on, written, asserts, counts, event, conflicts_with, answers, note; "
        "correct the spelling or take the key out.",
    ),
    "unknown key in a map of columns": (
        "map.toml", MAP.replace("province", "provinz"), [*COUNT, "--columns", "map.toml"],
        "read map.toml: found the key 'provinz'; allowed: date, actor, id, date_end, reported, country, province, "
        "district, longitude, latitude, deaths_low, deaths, deaths_high, source, count, kind, located, precision, "
        "required, like, actor_separator, date_format, level; use one of these.",
    ),
    "unknown event": (
        "small/claims/rose.toml", CLAIM.replace('"handover"', '"withdrawal"'), CHECK,
        "read the claim 'rose' in small/claims/rose.toml: found the event 'withdrawal'; allowed: handover; name one "
        "of these.",
    ),
    "unknown source": (
        "small/claims/rose.toml", CLAIM.replace("[event]", '[counts]\nsource = "acled"\n[event]'), CHECK,
        "read the claim 'rose' in small/claims/rose.toml: found the source 'acled'; allowed: events; name one of "
        "these.",
    ),
    "claim that is not there": (
        None, "", ["assess", "small", "fell"],
        "find a claim of the study: found the claim 'fell'; allowed: rose; name one of these.",
    ),
    "span that is no period": (
        None, "", [*COUNT, "--coverage", "2018-01,Dec-18"],
        f"read the coverage, row 1: found 'Dec-18'; allowed: {LABEL}; write it in this way.",
    ),
    "million-character line": (
        "events.csv", HEADER + row() + row(2, place="x" * 1_000_000), COUNT,
        "read the events of events.csv, line 3: found a line without an end; allowed: lines of at most 500,000 bytes; "
        "repair the file.",
    ),
    "million-character key": (
        "small/study.toml", STUDY + "x" * 1_000_000 + " = 1\n", CHECK,
        "read [sources.events] of small/study.toml: found line 15: the key '" + "x" * 779 + "...; allowed: the keys "
        "name, title, measure, actor, rule, citation, licence, url, counts, published, series, sha256, counts_as, "
        "caveats, origin, breaks, kind, released, delay; correct the spelling or take the key out.",
    ),
    "alias that is none": (
        None, "", [*COUNT, "--alias", "Diyalla"],
        "read the aliases of provinces: found --alias Diyalla; allowed: a spelling and a code or a known name; write, "
        'for example, --alias "Mosul governorate=IQ-NI".',
    ),
    "report into foreign files": (
        None, "", ["report", "small", "--out", "small"],
        "write the report to ROOM/small: found a folder with 'claims/rose.toml', which no report wrote; allowed: a "
        "new folder, an empty one, or one with nothing but an earlier report; name another folder.",
    ),
}  # fmt: skip


def everything(folder):
    return {file: file.is_file() and file.read_bytes() for file in folder.rglob("*")}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_one_sentence_exit_two_and_no_output(room, capsys, what):
    name, content, command, message = BAD[what]
    if name:
        (room / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    before = everything(room)
    assert main(command) == 2
    assert capsys.readouterr() == ("", f"trends: {message.replace('ROOM', str(room))}\n")
    assert everything(room) == before


@pytest.mark.parametrize("place", ["events.csv/counts.csv", "folder.csv"])
def test_a_place_that_cannot_be_written_to_is_refused(room, capsys, place):
    (room / "folder.csv").mkdir()
    before = everything(room)
    assert main(["count", "events.csv", "--quiet", "--coverage", "2018-01,2018-12", "--out", place]) == 2
    out, told = capsys.readouterr()
    found = "a folder of that name" if place == "folder.csv" else "a place that cannot be written to ("
    assert out == "" and told.startswith(f"trends: write {place}: found {found}") and told.count("\n") == 1
    assert everything(room) == before


@pytest.mark.parametrize(
    ("method", "command", "message"),
    [
        ("os.open", [*COUNT, "--columns", "map.toml"], "read the map of columns map.toml: found permission denied; "
         "allowed: a file that can be read; see who may read it."),
        ("os.open", CHECK, "read small/study.toml: found permission denied; allowed: a file that can be read; see "
         "who may read it."),
    ],
)  # fmt: skip
def test_a_file_that_may_not_be_read_is_refused(room, capsys, monkeypatch, method, command, message):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(method, refuse)
    assert main(command) == 2
    assert capsys.readouterr() == ("", f"trends: {message}\n")


def test_a_study_is_not_begun_where_it_cannot_be(room, capsys):
    assert main(["new", "events.csv/mine"]) == 2
    assert capsys.readouterr() == (
        "",
        "trends: start a study in events.csv/mine: found a place that cannot be written to (File exists); "
        "allowed: a folder that may be made; name another folder.\n",
    )


@pytest.mark.parametrize(
    ("counts", "event", "reason"),
    [
        (1, "2030-01-10", "one of its sides was not counted"),
        (1, "2018-01-20", "Before the change 1 month was watched, of at least 3."),
        (0, "2018-06-10", "No incident was counted in any of these periods"),
    ],
    ids=["event outside the data", "too few periods on a side", "a panel of all zeros"],
)
def test_what_the_data_cannot_answer_is_a_verdict_and_no_error(room, capsys, counts, event, reason):
    rows = [f"2018-{month:02d},Diyala,{counts * month}\n" for month in range(1, 13)]
    (room / "small/counts.csv").write_text("period,province,count\n" + "".join(rows))
    (room / "small/events.csv").write_text(EVENTS + HANDOVER.replace("2018-06-10", event))
    assert main(["assess", "small", "rose"]) == 0
    out, told = capsys.readouterr()
    assert "UNTESTABLE" in out and reason in out and told == ""


def test_a_formula_is_no_formula_on_the_way_out(room, capsys):
    (room / "events.csv").write_text(HEADER + row(place="=HYPERLINK(1)"))
    assert main([*COUNT, "--unresolved", "keep", "--source", "@list"]) == 0
    assert (room / "out/counts.csv").read_text().splitlines()[1] == "2020-04,'=HYPERLINK(1),1,1,'@list,incidents"


def test_the_encoding_and_other_names_of_provinces_can_be_given(room, capsys):
    (room / "events.csv").write_bytes((HEADER + row(place="Diyâla gov") + row(2, place="Al-Anbar")).encode("cp1256"))
    names = ["--encoding", "cp1256", "--alias", "Diyâla gov=IQ-DI"]
    assert main([*COUNT, *names, "--coverage", "2020-03,2020-05"]) == 0
    lines = (room / "out/counts.csv").read_text().splitlines()
    assert [line.split(",")[:3] for line in lines if line.startswith(("2020-03", "2020-04"))] == [
        ["2020-03", "Anbar", "0"], ["2020-03", "Diyala", "0"], ["2020-04", "Anbar", "1"], ["2020-04", "Diyala", "1"]
    ]  # fmt: skip


PIECES = (
    b",", b'"', b"\n", b"\r", b"\x00", b"\xff", b"=", b"-", b"9" * 20, b"[", b"]", b"{", b"}", b"nan", b"1e400", b"#",
    b"\xef\xbb\xbf", b"x" * 600_000, b"true", b"0001-01-01", b"9999-12-31", b"\xd9\xa1",
)  # fmt: skip


def damaged(content, chance):
    for _ in range(chance.choice((1, 1, 2, 4))):
        place, length = chance.randrange(len(content) + 1), chance.choice((0, 0, 1, 1, 8, 40, 10**9))
        piece = chance.choice((b"", bytes([chance.randrange(256)]), chance.choice(PIECES), content[:200]))
        content = (
            content[:place] + piece + content[place + (length if length < 10**9 or chance.random() < 0.2 else 1) :]
        )
    return content


@pytest.mark.parametrize("seed", range(4))
def test_no_damage_to_a_file_ends_in_anything_but_done_or_one_sentence(room, capsys, seed):
    chance = random.Random(seed)
    commands = {
        "events.csv": COUNT,
        "map.toml": [*COUNT, "--columns", "map.toml"],
        "cover.csv": [*COUNT, "--coverage", "cover.csv"],
        **dict.fromkeys(sorted(f"small/{f.relative_to(room / 'small')}" for f in room.glob("small/**/*.*")), CHECK),
    }
    for name in chance.choices(list(commands), k=10):
        whole = (room / name).read_bytes()
        (room / name).write_bytes(damaged(whole, chance))
        code = main(commands[name])
        out, told = capsys.readouterr()
        if code == 2:
            assert (out, told.count("\n"), len(told) < 3000, (room / "out").exists()) == ("", 1, True, False), told
        assert code in (0, 2)
        (room / name).write_bytes(whole)
        shutil.rmtree(room / "out", ignore_errors=True)
