import pandas as pd
import pytest

from trends.counts.tables import panel_from_table
from trends.errors import InputError
from trends.periods import label_of

RIGHT = {"Diyala": [5, 0, 3], "Anbar": [1, 2, 4]}
LONG = [(1, "Diyala", 5), (1, "Anbar", 1), (2, "Diyala", 0), (2, "Anbar", 2), (3, "Diyala", 3), (3, "Anbar", 4)]


def counts(panel):
    return {name: [int(cell) for cell in panel.counts[name]] for name in panel.provinces}


@pytest.mark.parametrize(
    ("part", "names", "first"),
    [
        ("month", {1: "1", 2: "2", 3: "3"}, "2018-01"),
        ("Month", {1: "January", 2: "February", 3: "March"}, "2018-01"),
        ("mois", {1: "janvier", 2: "février", 3: "mars"}, "2018-01"),
        ("quarter", {1: "Q1", 2: "Q2", 3: "Q3"}, "2018Q1"),
        ("week", {1: "1", 2: "2", 3: "3"}, "2018-W01"),
    ],
)
def test_a_year_and_its_part_in_two_columns_are_one_period(part, names, first):
    long = pd.DataFrame([("2018", names[n], place, count) for n, place, count in LONG])
    wide = pd.DataFrame({"year": [2018] * 3, part: [names[n] for n in (1, 2, 3)], **RIGHT})
    for table in (long.set_axis(["year", part, "province", "count"], axis=1), wide):
        panel = panel_from_table(table)
        assert counts(panel) == RIGHT and label_of(panel.index[0]) == first
        assert f"took each period from the columns year and {part}" in panel.notes


def test_a_month_that_names_its_year_needs_no_other_column():
    table = pd.DataFrame({"year": [2018] * 3, "month": ["2018-01", "2018-02", "2018-03"], "count": [5, 0, 3]})
    assert counts(panel_from_table(table, count="count")) == {"total": [5, 0, 3]}


def test_codes_beside_the_provinces_of_a_turned_table_are_left_out_and_told():
    table = pd.DataFrame({"code": ["IQ-DI", "IQ-AN"], "province": ["Diyala", "Anbar"], "2018-01": [5, 1]})
    table = table.assign(**{"2018-02": [0, 2], "2018-03": [3, 4]})
    panel = panel_from_table(table)
    assert counts(panel) == RIGHT and "left out code, which no period names" in panel.notes


@pytest.mark.parametrize("heads", [["Jan", "Feb", "Mar"], ["1", "2", "3"], ["janv.", "févr.", "mars"]])
def test_years_down_and_months_across_are_one_series_that_ends_with_its_last_count(heads):
    more = ["Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] if heads[0] == "Jan" else (
        [str(n) for n in range(4, 13)] if heads[0] == "1" else
        ["avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
    )  # fmt: skip
    rows = [[2018, *range(1, 13)], [2019, 5, 0, *[None] * 10]]
    panel = panel_from_table(pd.DataFrame(rows, columns=["Year", *heads, *more]))
    assert panel.counts["total"].tolist() == [*range(1, 13), 5, 0]
    assert label_of(panel.index[-1]) == "2019-02"
    assert "read as one series, years down and months across" in panel.notes


def test_counts_that_a_known_export_knows_no_province_of_are_kept_apart(file):
    head = "location_code,admin1_name,admin_level,event_type,events,reference_period_start\n"
    rows = "IRQ,Anbar,1,political_violence,4,2025-01-01\nIRQ,,1,political_violence,2,2025-01-01\n"
    panel = panel_from_table(file(head + rows))
    assert counts(panel) == {"Anbar": [4], "Iraq, no province": [2]}


def test_a_row_without_a_province_in_a_table_of_ones_own_is_refused(file):
    # A merged cell holds its name in its first row alone: the others are not without a province.
    with pytest.raises(InputError) as refused:
        panel_from_table(file("province,month,count\nAnbar,2018-01,4\n,2018-02,2\n"))
    assert "line 3: found no province; allowed: a province in every row; fill it, or leave the row out." in str(
        refused.value
    )


def test_what_adds_up_the_others_is_refused_whatever_it_is_called():
    table = pd.DataFrame({"month": ["2018-01", "2018-02", "2018-03"], **RIGHT, "Whole of Iraq": [6, 2, 7]})
    with pytest.raises(InputError, match="found 'Whole of Iraq', which stands for a province"):
        panel_from_table(table, unresolved="keep")
    assert counts(panel_from_table(table, drop=["Whole of Iraq"])) == RIGHT
    # A province that holds all there is of three months is no sum.
    alone = {"Diyala": [5, 1, 3], "Anbar": [0, 0, 0], "Basra": [5, 1, 3]}
    assert counts(panel_from_table(pd.DataFrame({"month": table["month"], **alone}))) == alone


@pytest.mark.parametrize("name", ["Ensemble", "All provinces", "National", "المجموع", "Insgesamt"])
def test_totals_are_known_by_their_names_in_several_languages(name):
    with pytest.raises(InputError, match=f"found '{name}', which stands for a province"):
        panel_from_table(pd.DataFrame({"month": ["2018-01"], "Diyala": [5], name: [5]}))


def test_months_that_begin_in_another_zone_are_refused():
    index = pd.date_range("2018-01-01", periods=3, freq="MS", tz="Asia/Baghdad")
    assert counts(panel_from_table(pd.DataFrame(RIGHT, index))) == RIGHT
    with pytest.raises(InputError, match="which begins no day of its zone; allowed: days, or moments at which they"):
        panel_from_table(pd.DataFrame(RIGHT, index.tz_convert("UTC")))
    assert counts(panel_from_table(pd.DataFrame(RIGHT, index.tz_localize(None).tz_localize("UTC")))) == RIGHT


def test_day_numbers_of_excel_are_told_where_no_column_names_periods():
    with pytest.raises(InputError, match="found '43101', which looks like Excel's day number"):
        panel_from_table(pd.DataFrame({"month": [43101, 43132], "Diyala": [5, 0]}))


@pytest.mark.parametrize("name", ["nb_events", "Anzahl", "Total"])
def test_a_long_table_whose_column_of_counts_has_a_name_of_its_own_asks_for_it(name):
    table = pd.DataFrame(
        [(f"2018-{n:02d}", "Iraq", place, count) for n, place, count in LONG],
        columns=["month", "country", "province", name],
    )
    with pytest.raises(InputError) as refusal:
        panel_from_table(table)
    assert str(refusal.value) == (
        f"read the counts of the table: found no column of counts beside month and province, but country, {name}; "
        "allowed: one named count, counts, events, n, incidents; name it with count= (--counts COLUMN)."
    )
    assert counts(panel_from_table(table, count=name)) == RIGHT
