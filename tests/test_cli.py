import json

import pytest

from tests.fuzz.doors import write_study
from trends.claims.examples import example_studies
from trends.cli import main


@pytest.fixture
def events(tmp_path):
    """An incident file in the form of UCDP GED."""
    lines = ["id,date_start,date_end,date_prec,where_prec,adm_1,side_a,side_b,type_of_violence,low,best,high,country"]
    for number in range(1, 201):
        month, day = number % 36, 1 + number % 28
        when = f"{2018 + month // 12}-{month % 12 + 1:02d}-{day:02d}"
        place = ("Diyala", "Nineveh", "Al-Anbar")[number % 3]
        lines.append(f"{number},{when},{when},1,1,{place},Government of Iraq,IS,1,0,1,2,Iraq")
    file = tmp_path / "events.csv"
    file.write_text("\n".join(lines) + "\n")
    return file


def told(capsys):
    seen = capsys.readouterr()
    return seen.out, seen.err


def test_incidents_are_counted_into_a_file(events, tmp_path, capsys):
    out = tmp_path / "counts.csv"
    span = ["--first", "2018-01", "--last", "2020-12"]
    assert main(["count", str(events), "--actor", "IS", *span, "--source", "a file", "--out", str(out)]) == 0
    lines = out.read_text().splitlines()
    assert lines[0] == "period,province,count,exposure,source,unit"
    assert sum(int(line.split(",")[2]) for line in lines[1:]) == 200
    assert "200 incidents, " in told(capsys)[0]
    assert main(["count", str(events), *span, "--quiet", "--out", str(out)]) == 0
    assert told(capsys)[0] == ""
    assert main(["count", str(events), "--by", "province,week", "--json", "--out", str(out)]) == 0
    seen = json.loads(told(capsys)[0])
    assert (seen["counts"], seen["first"], seen["last"]) == (str(out), "2018-W01", "2020-W52")
    assert seen["provinces"] == ["Anbar", "Diyala", "Nineveh"] and seen["notes"][1].startswith("No coverage was given")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["count", "none.csv", "--out", "x.csv"],
            "trends: read the events of none.csv: found no such file; allowed: a file that can be read; "
            "check its name.\n",
        ),
        (
            ["count", "none.csv", "--by", "city", "--out", "x.csv"],
            "trends: count the incidents: found --by city; allowed: province, district or country, and one "
            "of day, week, month, quarter or year; write, for example, --by province,month.\n",
        ),
        (
            ["report", "none", "--out", "x"],
            "trends: read the study none: found no such folder; allowed: a folder that holds one; name the folder of a "
            "study, or start one with trends new.\n",
        ),
        (
            ["new", ".", "--example", "iraq"],
            "trends: start a study in .: found something of that name; allowed: a folder that does not exist yet; "
            "choose another name.\n",
        ),
        (
            ["new", "mine", "--example", "mars"],
            "trends: copy an example study: found the study 'mars'; allowed: afghanistan, iraq, iraq_surge, syria; "
            "name one of "
            "these.\n",
        ),
    ],
)
def test_bad_input_is_one_sentence_exit_two_and_no_output(arguments, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert told(capsys) == ("", message)
    assert list(tmp_path.iterdir()) == []


def test_a_new_study_becomes_a_report_once_it_has_counts(events, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["new", "mystudy"]) == 0
    assert main(["check", "mystudy"]) == 2
    assert "found no file mystudy/counts/events.csv" in told(capsys)[1]
    count = ["count", str(events), "--first", "2018-01", "--last", "2020-12", "--out", "mystudy/counts/events.csv"]
    assert main(count) == 0
    assert main(["check", "mystudy"]) == 0
    assert told(capsys)[0].endswith("1 source, 1 event, 1 claim.\nWell formed.\n")
    assert main(["assess", "mystudy", "attacks-rose-after-drawdown", "--json"]) == 0
    assert json.loads(told(capsys)[0])["claim"]["id"] == "attacks-rose-after-drawdown"
    assert main(["report", "mystudy", "--out", "report", "--jobs", "1", "--json"]) == 0
    assert json.loads(told(capsys)[0])["rulings"].keys() == {"attacks-rose-after-drawdown"}
    assert {"brief.pdf", "report.pdf", "index.html", "verdicts.csv", "verdicts.json", "manifest.json", "charts"} == {
        file.name for file in (tmp_path / "report").iterdir()
    }


def test_ctrl_c_leaves_the_old_report_whole_and_no_traceback(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_study(tmp_path / "copy")
    assert main(["report", "copy", "--out", "report", "--jobs", "1"]) == 0
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    told(capsys)

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("trends.reports.typeset.typst.compile", interrupted)
    assert main(["report", "copy", "--out", "report", "--jobs", "1"]) == 130
    assert told(capsys)[1] == "trends: stopped; what was there before is as it was.\n"
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before


def test_a_study_without_claims_is_told_where_one_goes(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["new", "copy", "--example", "syria"]) == 0
    for file in (tmp_path / "copy" / "claims").iterdir():
        file.unlink()
    told(capsys)
    for verb, out in (("report", "report"), ("archive", "copy.zip")):
        assert main([verb, "copy", "--out", out]) == 2
        assert told(capsys)[1] == (
            "trends: report on the study copy: found no claim; allowed: at least one; write one as a file in "
            "copy/claims, in the manner of the one that trends new makes.\n"
        )
    assert sorted(file.name for file in tmp_path.iterdir()) == ["copy"]


def test_an_example_is_written_out_and_reads(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["new", "copy", "--example", "syria"]) == 0
    assert main(["check", "copy", "--json"]) == 0
    assert "cannot" in json.loads(told(capsys)[0].split("\n", 1)[1])


def test_help_names_every_verb(capsys):
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    out = told(capsys)[0]
    assert all(f"    {verb} " in out for verb in ("report", "assess", "count", "check", "new"))


def test_names_of_places_are_told_before_anything_is_counted(tmp_path, capsys):
    assert main(["places", "--country", "UA", "Kyiv", "Kyiv City", "Lviv", "Lvivv"]) == 0
    assert told(capsys)[0].splitlines() == [
        "UA  Kyiv       UA-32  Kyiv oblast, since 'Kyiv City' is the other",
        "UA  Kyiv City  UA-30  Kyiv City",
        "UA  Lviv       UA-46  Lviv",
        "UA  Lvivv      not known; perhaps Lviv",
        "3 of 4 known, 1 not",
    ]
    file = tmp_path / "places.tsv"
    file.write_text("country\tspelling\nUkraine\tKyiv\nIraq\tAl-Anbar\n", encoding="utf-8")
    assert main(["places", str(file), "--json"]) == 0
    kyiv, anbar = json.loads(told(capsys)[0])
    assert kyiv == {
        "country": "UA", "spelling": "Kyiv", "code": "", "name": "",
        "candidates": ["Kyiv City (UA-30)", "Kyiv oblast (UA-32)"],
    }  # fmt: skip
    assert (anbar["code"], anbar["candidates"]) == ("IQ-AN", [])
    assert main(["places", "--country", "Soviet Union", "--country-alias", "Soviet Union=RU", "Omsk", "--quiet"]) == 0
    assert told(capsys)[0] == "RU  Omsk  RU-OMS  Omskaya oblast'\n"
    assert main(["places", "--country-alias", "USSR", "Omsk"]) == 2
    assert told(capsys)[1] == (
        "trends: read the aliases of countries: found --country-alias USSR; allowed: a spelling and a code or a known "
        'name; write, for example, --country-alias "Soviet Union=RU".\n'
    )


def test_countries_have_aliases_and_places_may_be_districts(tmp_path, capsys):
    file, out = tmp_path / "events.csv", str(tmp_path / "counts.csv")
    lines = ["id,date_start,country,adm_1,adm_2,side_a,side_b", "1,1990-01-05,Soviet Union,Dagestan,Kizlyar,G,IS"]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    count = ["count", str(file), "--columns", "ged", "--out", out]
    assert main(count) == 2
    assert "found 'Soviet Union' (1 event; several countries today)" in told(capsys)[1]
    assert main([*count, "--country-alias", "Soviet Union=RU", "--by", "district,year"]) == 0
    assert '"Kizlyar, Dagestan"' in (tmp_path / "counts.csv").read_text(encoding="utf-8")
    assert main([*count, "--by", "town,year"]) == 2
    assert "allowed: province, district or country, and one of day" in told(capsys)[1]


def test_a_verdict_of_some_month_and_over_time(tmp_path, capsys):
    study = str(example_studies()["iraq"])
    claim = "attacks-566-first-quarter-2020"
    assert main(["assess", study, claim, "--as-of", "2020-03"]) == 0
    assert told(capsys)[0].splitlines()[1].startswith("  As of March 2020, SUPPORTED. ")
    assert main(["assess", study, claim, "--as-of", "2020-03", "--json"]) == 0
    assert json.loads(told(capsys)[0])["as_of"] == "2020-03"
    chart = tmp_path / "course.svg"
    assert main(["assess", study, claim, "--over-time", str(chart), "--quiet"]) == 0
    assert "The claim: SUPPORTED throughout." in told(capsys)[0] and chart.read_bytes().startswith(b"<?xml")
    assert main(["assess", study, claim, "--over-time", "--json"]) == 0
    assert json.loads(told(capsys)[0])["rulings"][0]["as of"] == "2020-06"
    assert main(["assess", study, claim, "--as-of", "2030-01"]) == 2
    assert "assess as of 2030-01: found data that end with" in told(capsys)[1]
