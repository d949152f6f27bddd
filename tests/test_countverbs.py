"""The verbs that count: options gather, go with their kind of file, and what was decided is said."""

import json

import pytest

from trends.cli import main

HEADER = "id,date_start,adm_1,side_a,side_b,type_of_violence,best,country"
TABLE = "Month,Anbar,Diyala\n2020-01,1,2\n2020-02,3,4\n2020-03,5,6\n"


@pytest.fixture
def shell(tmp_path, monkeypatch, capsys):
    """A function that writes a file, runs a verb in its folder and gives its exit code and what it said."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        code = main([*arguments])
        seen = capsys.readouterr()
        return code, seen.out, seen.err

    return run


@pytest.fixture
def events():
    """Incidents of three kinds and actors."""
    rows = [HEADER]
    for number, (kind, side) in enumerate([(1, "A"), (1, "B"), (2, "B"), (3, "C"), (3, "C"), (3, "C")], 1):
        rows.append(f"{number},2020-01-0{number},Anbar,{side},IS,{kind},1,Iraq")
    return "\n".join(rows) + "\n"


def counted(run):
    code, out, _ = run
    assert code == 0
    return int(out.split("(")[1].split()[0])


def test_a_kind_and_an_actor_that_are_given_twice_are_gathered(shell, events):
    count = ["count", "a.csv", "--out", "c.csv"]
    assert counted(shell(*count, "--kind", "one-sided", a=events)) == 3
    assert counted(shell(*count, "--kind", "one-sided", "--kind", "state-based")) == 5
    assert counted(shell(*count, "--actor", "A")) == 1
    assert counted(shell(*count, "--actor", "A", "--actor", "B")) == 3
    assert counted(shell(*count, "--actor", "B", "--kind", "non-state", "--kind", "state-based")) == 2


def test_a_table_of_counts_is_known_by_its_shape_and_cut_as_asked(shell):
    code, out, err = shell("count", "a.csv", "--first", "2020-02", "--out", "c.csv", "--json", a=TABLE)
    told = json.loads(out)
    assert (code, err, told["first"], told["last"]) == (0, "", "2020-02", "2020-03")
    assert told["provinces"] == ["Anbar", "Diyala"]
    assert counted(shell("count", "a.csv", "--by", "province,quarter", "--out", "c.csv")) == 21


@pytest.mark.parametrize(
    ("table", "first"),
    [
        ("year,month,Anbar,Diyala\n2020,1,1,2\n2020,2,3,4\n2020,3,5,6\n", "2020-01"),
        ('Month,Anbar,Diyala\njanv. 2020,1,2\nfévr. 2020,3,4\nmars 2020,"5,0",6\n', "2020-01"),
        ("code,province,1Q2020,2Q2020,3Q2020\nIQ-AN,Anbar,1,3,5\nIQ-DI,Diyala,2,4,6\n", "2020Q1"),
    ],
)
def test_tables_of_other_shapes_and_labels_are_known_too(shell, table, first):
    code, out, _ = shell("count", "a.csv", "--out", "c.csv", "--json", a=table)
    assert code == 0 and json.loads(out)["first"] == first
    assert counted(shell("count", "a.csv", "--out", "c.csv")) == 21


def test_days_with_two_readings_are_read_as_a_person_says(shell):
    table = TABLE.replace("2020-01", "01/01/2020").replace("2020-02", "01/02/2020").replace("2020-03", "01/03/2020")
    code, _, err = shell("count", "a.csv", "--out", "c.csv", a=table)
    assert code == 2 and "(--date-format %d/%m/%Y), or write 2018-01-05." in err
    code, out, _ = shell("count", "a.csv", "--date-format", "%d/%m/%Y", "--out", "c.csv", "--json")
    assert code == 0 and (json.loads(out)["first"], json.loads(out)["last"]) == ("2020-01", "2020-03")


def test_what_was_decided_is_said_on_standard_error_even_where_nothing_else_is(shell, events):
    code, out, err = shell("count", "a.csv", "--out", "c.csv", "--quiet", a=events)
    assert (code, out) == (0, "")
    assert err == (
        "trends: read as UCDP GED (8 columns)\ntrends: No coverage was given: taken as watched is 2020-01 to 2020-01, "
        "from the first to the last event of the file.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--actor", "IS"],
            "count table.csv: found --actor for a table of counts; allowed: options that say something of such a file; "
            "leave it out.",
        ),
        (
            ["--by", "district,month"],
            "count table.csv: found --by district,month for a table of counts; allowed: province and a period: a table "
            "has the places that it has; name the column of its places with --province.",
        ),
        (
            ["again.csv"],
            "count table.csv and again.csv: found several tables of counts; allowed: one; count them apart.",
        ),
        (
            ["--alias", "Anbar"],
            "read the aliases of provinces: found --alias Anbar; allowed: a spelling and a code or a known name; "
            'write, for example, --alias "Mosul governorate=IQ-NI".',
        ),
    ],
)
def test_an_option_that_says_nothing_of_a_table_is_refused(shell, arguments, message):
    run = shell("count", "table.csv", *arguments, "--out", "c.csv", table=TABLE, again=TABLE)
    assert run == (2, "", f"trends: {message}\n")


def test_how_the_days_of_a_table_are_written_says_nothing_of_events(shell, events):
    code, _, err = shell("count", "a.csv", "--date-format", "%d/%m/%Y", "--out", "c.csv", a=events)
    assert code == 2 and "found --date-format for a file with a row for each incident" in err


def test_an_option_of_tables_is_refused_for_events_and_one_of_counting_where_nothing_is_counted(shell, events):
    assert shell("count", "a.csv", "--absent", "zero", "--out", "c.csv", a=events)[2] == (
        "trends: count a.csv: found --absent for a file with a row for each incident; allowed: options that say "
        "something of such a file; leave it out, or name the column of counts (--counts).\n"
    )
    assert shell("new", "study", "--kind", "one-sided")[2] == (
        "trends: start a study in study: found --kind and no file to count; allowed: options of counting together "
        "with --from FILE; add --from FILE, or leave the option out.\n"
    )


def test_every_known_source_is_told_with_its_licence(shell):
    told = json.loads(shell("sources", "--json")[1])
    text = shell("sources")[1]
    assert len(told) > 4 and all(each["title"] in text and each["licence"] in text for each in told)
