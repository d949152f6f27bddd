"""What the door refuses, each by its whole sentence: found what, allowed what, do what."""

import openpyxl
import pytest

from trends.counts.counting import count_file
from trends.counts.tables import panel_from_table
from trends.errors import InputError

HEAD = "id,date_start,country,adm_1,side_a,side_b,type_of_violence,best"


def rows(*cells, head=HEAD):
    return "\n".join([head, *cells]) + "\n"


def row(day="2020-01-05", best="2", number=1):
    return f"{number},{day},Iraq,Anbar,G,IS,1,{best}"


def sheets(path, **tables):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in tables.items():
        sheet = book.create_sheet(name)
        for cells in table:
            sheet.append(cells)
    book.save(path)


EVENTS = {
    "tags without a header": (
        "#event+id,#date+start,#adm1+name\n1,2020-01-01,Anbar\n",
        "read the events of a.csv, line 1: found tags and no header; allowed: the names of the columns above "
        "the HXL tags; put them in the line above.",
    ),
    "a column without a name that numbers no rows": (
        rows("x," + row(), "x," + row(number=2), head="," + HEAD),
        "read the events of a.csv, line 1: found column 1 without a name, which holds 'x'; allowed: the "
        "distinct names of the columns; give it a name.",
    ),
    "two columns of one name": (
        rows(row() + ",2", head=HEAD + ",BEST"),
        "read the events of a.csv, line 1: found the columns 'best' and 'BEST', which differ in capitals "
        "alone; allowed: the distinct names of the columns; rename one of the two.",
    ),
    "no header in the first lines": (
        "Report\n" + "a,b,c\n" * 25,
        "recognise the columns of a.csv: found no header of a known export in the first 20 lines, but a, b, "
        "c; allowed: UCDP GED, HDX HAPI conflict events, ACLED's monthly table on HDX, ACLED's weekly "
        "aggregate, ACLED, ACLED without ids, "
        'GTD; name the columns in a map of your own (--columns FILE.toml, with date = "..." and province = '
        '"..."), or if the '
        "rows hold counts name their column (--counts COLUMN).",
    ),
    "days of two readings": (
        rows(row("05/01/2018"), row("06/02/2018", number=2)),
        "read the column 'date_start' of a.csv: found '05/01/2018', which has two readings; allowed: days of "
        "which one is above 12, always in the same place; say in the map of columns how days are written, as "
        "in date_format = "
        '"%d/%m/%Y".',
    ),
    "two time zones": (
        rows(row("2018-01-05T13:00:00+03:00"), row("2018-01-05T13:00:00Z", number=2)),
        "read the column 'date_start' of a.csv: found the time zones +03:00 and Z; allowed: one time zone in "
        "a column; write all days in one.",
    ),
    "Excel's day number as text": (
        rows(row("43105")),
        "read the column 'date_start' of a.csv: found '43105', which looks like Excel's day number; allowed: "
        "days such as 2014-04-01; save the cells as dates.",
    ),
    "nothing for a day": (
        rows(row("NA")),
        "read the column 'date_start' of a.csv, line 2: found 'NA'; allowed: days such as 2014-04-01 or 1 "
        "April 2014, from 1800 to 2200; correct the file, or leave the row out of it.",
    ),
    "nothing for an id": (
        rows(row(number="NA")),
        "read the column 'id' of a.csv, line 2: found 'NA'; allowed: an id for every event; correct the "
        "file, or leave the row out of it.",
    ),
    "fewer deaths than none": (
        rows(row(best="-3")),
        "read the column 'best' of a.csv, line 2: found '-3'; allowed: numbers from 0 up, or nothing where "
        "it is not known; correct the file, or leave the row out of it.",
    ),
    "an extract of GTD without days": (
        "eventid,country_txt,provstate\n1,Iraq,Anbar\n",
        "recognise the columns of a.csv: found an extract of GTD without iyear, imonth, iday; allowed: the "
        "columns iyear, imonth, iday and provstate; export it again with them.",
    ),
    "a country of before": (
        rows(row().replace("Iraq", "Yugoslavia")),
        "find the countries of a.csv: found 'Yugoslavia' (1 event; several countries today); allowed: ISO "
        "3166 codes and "
        'names of countries; say what each is: country_aliases={"spelling": "code"}, or keep them as they are with '
        'unresolved="keep" (--country-alias SPELLING=CODE, --unresolved keep).',
    ),
    "a name of two provinces": (
        rows(row().replace("Iraq,Anbar", "Belarus,Minsk")),
        "find the provinces of a.csv: found 'Minsk' (1 event; which is Horad Minsk (BY-HM) or Minskaja "
        "voblasć (BY-MI)); "
        'allowed: names, usual transliterations and ISO 3166-2 codes; name each in aliases={"spelling": '
        '"code"}, or keep them as they are with unresolved="keep" (--alias SPELLING=CODE, --unresolved keep).',
    ),
}

TABLES = {
    "a row of totals": (
        "Month,Anbar,Diyala\n2020-01,1,2\n2020-02,3,4\nTotal,4,6\n",
        "read the counts of a.csv, line 4: found 'Total', which stands for a province; allowed: provinces "
        "and periods alone; remove it, or leave it out with drop=['Total'] (--drop Total).",
    ),
    "one label of another form": (
        "Month,Anbar\n2018-01,1\n2018-02,1\n2018-13x,2\n",
        "read the periods of a.csv: found line 4 reads '2018-13x', the others are months; allowed: one form "
        "in the whole column; write it like the others.",
    ),
    "weeks from another day than Monday": (
        "Week,Anbar\n2020-01-04,1\n2020-01-11,2\n2020-01-18,2\n",
        "read the periods of a.csv: found weeks from Saturday; allowed: with week='Saturday'; say so (--week "
        "Saturday), since counts cannot be moved to other weeks.",
    ),
    "fiscal quarters": (
        "Quarter,Anbar\nFY2018 Q1,1\nFY2018 Q2,2\n",
        "read the periods of a.csv: found fiscal quarters; allowed: quarters of a year whose first month is "
        "known; say in which month the year begins, such as fiscal='October' (--fiscal October).",
    ),
    "no periods": (
        "A,B\nx,1\ny,2\n",
        "read the counts of a.csv: found no periods in either the first column or the header; allowed: "
        "periods in one of the two: cannot tell months from provinces; name the column of the periods with period=.",
    ),
    "periods on both sides": (
        "A,2018-01,2018-02\n2018-01,1,2\n2018-02,3,4\n",
        "read the counts of a.csv: found periods in both the first column and the header; allowed: "
        "periods in one of the two: cannot tell months from provinces; name the column of the periods with period=.",
    ),
    "two rows of one cell": (
        "period,province,count\n2018-01,Anbar,1\n2018-01,Anbar,2\n",
        "read the counts of a.csv: found Anbar 2018-01 in line 2 and line 3; allowed: one row a period and "
        "province; name the column of their kinds with kind=, if they are parts of one count.",
    ),
    "a cell that is not there": (
        "period,province,count\n2018-01,Idlib,1\n2018-01,Homs,1\n2018-02,Idlib,1\n2018-02,Homs,2\n2018-03,Homs,2\n",
        "read the counts of a.csv: found no row for Idlib in 2018-03; allowed: a count for every period and "
        "province; give absent='zero' if the source lists only periods with incidents, absent='unwatched' if "
        "not (--absent zero, --absent unwatched).",
    ),
    "days of no step": (
        "Month,Anbar\n2020-01-03,1\n2020-01-04,2\n2020-01-05,2\n",
        "read the periods of a.csv: found days such as 2020-01-03, which are neither the first or last of "
        "months nor seven days apart; allowed: days with by='D', or periods as long as they are named; give "
        "by='D' (--by province,day) if each is one day.",
    ),
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sentence(call, *arguments, **options):
    with pytest.raises(InputError) as error:
        call(*arguments, **options)
    return str(error.value)


@pytest.mark.parametrize("what", EVENTS)
def test_a_file_of_events_is_refused_in_one_sentence(here, what):
    text, told = EVENTS[what]
    (here / "a.csv").write_text(text, encoding="utf-8")
    assert sentence(count_file, "a.csv", measure="deaths" if "deaths" in what else "events") == told


@pytest.mark.parametrize("what", TABLES)
def test_a_table_of_counts_is_refused_in_one_sentence(here, what):
    text, told = TABLES[what]
    (here / "a.csv").write_text(text, encoding="utf-8")
    assert sentence(panel_from_table, "a.csv") == told


def test_the_rows_of_a_table_are_not_counted_as_events(here):
    (here / "a.csv").write_text("when,where,EVENTS\n2020-01-04,Homs,5\n2020-01-11,Homs,7\n", encoding="utf-8")
    assert sentence(count_file, "a.csv", {"date": "when", "province": "where"}) == (
        "count the events of a.csv: found 2 rows that hold 12 in EVENTS; allowed: a row for each event; read it as a "
        "table of counts: --counts EVENTS."
    )


@pytest.mark.parametrize("known", [0, 2])
def test_of_several_sheets_one_must_be_known(here, known):
    table = [HEAD.split(","), [1, "2020-01-01", "Iraq", "Anbar", "G", "IS", 1, 2]]
    sheets("a.xlsx", ReadMe=table if known else [["hello"], ["x"]], Data=table if known else [["a", "b"], [1, 2]])
    named = "ReadMe" if known else "Data"
    assert sentence(count_file, "a.xlsx") == (
        "read the events of a.xlsx: found the sheets ReadMe, Data; allowed: one sheet, or one alone with a "
        "header that is "
        f"known; name it: --sheet {named}."
    )


def test_what_is_dated_to_a_month_is_in_no_week_and_that_is_said(here):
    (here / "a.csv").write_text(rows(row("2011-02"), row("2011-03-05", number=2)), encoding="utf-8")
    panel = count_file("a.csv", by="W")
    assert panel.counts.to_numpy().sum() == 1
    assert "1 event lasts too long or is dated too coarsely for any one week, and is in none." in panel.notes


def test_a_code_for_unknown_deaths_is_said(here):
    (here / "a.csv").write_text(rows(row(best="-99"), row(number=2)), encoding="utf-8")
    panel = count_file("a.csv", measure="deaths")
    assert panel.counts.to_numpy().sum() == 2
    assert "1 event has -9, -99 or -999 deaths: taken as not known" in panel.notes


@pytest.mark.parametrize(("step", "letter", "word"), [(3, "Q", "quarter"), (12, "Y", "year")])
def test_days_that_may_name_quarters_or_years_are_not_filled_up_with_months(here, step, letter, word):
    months = [(2017 + n * step // 12, 1 + n * step % 12) for n in range(4)]
    rows = "".join(f"{year}-{month:02d}-01,{month}\n" for year, month in months)
    (here / "a.csv").write_text(f"Month,Anbar\n{rows}", encoding="utf-8")
    assert sentence(panel_from_table, "a.csv") == (
        "read the counts of a.csv: found no row for Anbar in 2017-02; allowed: a count for every period and province; "
        f"give by='{letter}' (--by province,{word}) if each row is of a {word}; else give absent='zero' if the source "
        "lists only periods with incidents, absent='unwatched' if not (--absent zero, --absent unwatched)."
    )
    assert len(panel_from_table("a.csv", by=letter).index) == 4


NO_EVENTS = {
    "days with the month in either place": (
        rows(row("13/01/2018"), row("01/31/2018", number=2)),
        "read the column 'date_start' of a.csv: found '13/01/2018', and 13 in first and 31 in second place; allowed: "
        "days of which one is above 12, always in the same place; say in the map of columns how days are written, as "
        'in date_format = "%d/%m/%Y".',
    ),
    "two digits of a year beside numbers": (
        rows(row("13/01/18")),
        "read the column 'date_start' of a.csv, line 2: found '13/01/18'; allowed: days such as 2014-04-01 or 1 April "
        "2014, from 1800 to 2200; say in the map of columns how days are written, as in date_format = "
        '"%d/%m/%Y", or correct the file.',
    ),
    "a row of totals": (
        rows(row(), "Total,,,,,,,5"),
        "read the column 'date_start' of a.csv, line 3: found nothing; allowed: days such as 2014-04-01 or 1 April "
        "2014, from 1800 to 2200; correct the file, or leave the row out of it.",
    ),
}


@pytest.mark.parametrize("what", NO_EVENTS)
def test_what_is_no_event_is_refused_with_its_line(here, what):
    text, told = NO_EVENTS[what]
    (here / "a.csv").write_text(text, encoding="utf-8")
    assert sentence(count_file, "a.csv") == told


NO_TABLES = {
    "a list": ([1, 2], "found a list; allowed: a path, a DataFrame or Series, or a frame of polars or pyarrow;"),
    "nothing": (None, "found a NoneType; allowed: a path, a DataFrame or Series, or a frame of polars or pyarrow;"),
}


@pytest.mark.parametrize("what", NO_TABLES)
def test_what_is_no_table_at_all_is_refused_by_its_type(what):
    thing, told = NO_TABLES[what]
    assert sentence(panel_from_table, thing) == f"read a table of counts: {told} convert it to one of these."


@pytest.mark.parametrize("head", ["EVENTS", "events", "count", "n", "incidents"])
def test_each_usual_name_of_counts_is_known_and_a_column_of_ones_is_none(here, head):
    columns = {"date": "when", "province": "where"}
    (here / "a.csv").write_text(f"when,where,{head}\n2020-01-04,Homs,5\n2020-01-11,Homs,7\n", encoding="utf-8")
    assert f"found 2 rows that hold 12 in {head};" in sentence(count_file, "a.csv", columns)
    (here / "a.csv").write_text(f"when,where,{head}\n2020-01-04,Homs,1\n2020-01-11,Homs,1\n", encoding="utf-8")
    assert count_file("a.csv", columns).counts.to_numpy().sum() == 2


@pytest.mark.parametrize(("beside", "label"), [("IQ", "Namibia"), ("Iraq", "no country")])
def test_na_is_namibia_only_where_all_other_countries_are_codes(here, beside, label):
    text = rows(row().replace("Iraq,Anbar", "NA,Khomas"), row(number=2).replace("Iraq", beside))
    (here / "a.csv").write_text(text, encoding="utf-8")
    assert sorted(count_file("a.csv", level="country").provinces) == sorted(["Iraq", label])
    # Wherever in the file the one that is no code stands.
    more = [row(number=number).replace("Iraq", "IQ") for number in range(3, 90)]
    (here / "a.csv").write_text(
        text.replace(f"2,2020-01-05,{beside}", "2,2020-01-05,IQ")
        + rows(*more, row(number=90).replace("Iraq", beside)).split("\n", 1)[1],
        encoding="utf-8",
    )
    assert sorted(count_file("a.csv", level="country").provinces) == sorted(["Iraq", label])
