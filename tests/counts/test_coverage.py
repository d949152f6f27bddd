import pandas as pd
import pytest

from trends.counts.coverage import covered_span, watched
from trends.errors import InputError
from trends.periods import span

INDEX = span("2020-01", "2020-04", "M")


def test_what_no_row_covers_was_not_watched_and_shares_are_of_days():
    table = pd.DataFrame(
        {
            "first": ["2020-01", "2020-03-16"],
            "last": ["2020-02", "2020-04"],
            "province": ["", "Diyala"],
            "exposure": ["", "0.5"],
        }
    )
    found = watched(table, INDEX, ["Diyala", "Kirkuk"])
    assert found["Kirkuk"].tolist() == [1, 1, 0, 0]
    assert found["Diyala"].tolist() == pytest.approx([1, 1, 0.5 * 16 / 31, 0.5])


def test_a_province_is_known_under_its_other_spellings():
    assert watched(pd.DataFrame({"first": ["2020"], "last": ["2020"], "province": ["Ninawa"]}), INDEX, ["Nineveh"]).all(
        axis=None
    )


def test_the_span_of_a_coverage_is_from_its_first_to_its_last_day():
    table = pd.DataFrame({"first": ["2020-03", "2019"], "last": ["2020-03-15", "2019Q2"]})
    first, last = covered_span(table)
    assert (str(first.date()), str(last.date())) == ("2019-01-01", "2020-03-15")


def test_a_share_of_a_whole_month_is_that_share_to_the_last_digit():
    table = pd.DataFrame({"first": ["2020-01"], "last": ["2020-01"], "exposure": [0.1]})
    assert watched(table, INDEX, ["Diyala"])["Diyala"].tolist() == [0.1, 0, 0, 0]


@pytest.mark.parametrize(
    ("first", "last", "shares"),
    [
        ("2019-11-01", "2019-12-31", [0, 0, 0, 0]),
        ("2019-11-01", "2020-01-01", [1 / 31, 0, 0, 0]),
        ("2020-04-30", "2020-07-01", [0, 0, 0, 1 / 30]),
        ("2020-05-01", "2020-07-01", [0, 0, 0, 0]),
        ("2020-02-29", "2020-02-29", [0, 1 / 29, 0, 0]),
    ],
)
def test_days_outside_of_the_periods_are_left_out_and_those_at_their_ends_are_not(first, last, shares):
    for coverage in ((first, last), [first, last]):
        assert watched(coverage, INDEX, ["Diyala"])["Diyala"].tolist() == pytest.approx(shares)


@pytest.mark.parametrize("coverage", [("2020-01",), ("2020-01", "2020-02", "2020-03"), {"2020-01", "2020-02"}, 2020])
def test_a_coverage_of_another_kind_is_refused(coverage):
    with pytest.raises(InputError) as refusal:
        watched(coverage, INDEX, ["Diyala"])
    assert str(refusal.value) == (
        f"read the coverage: found {coverage!r}; allowed: a first and a last period, the path of a CSV table, or such "
        'a table as a DataFrame; write, for example, ("2018-01", "2020-12").'
    )


def test_a_long_coverage_of_another_kind_is_told_in_part():
    with pytest.raises(InputError, match=r"found \[1, 1, (1, )+1; allowed") as refusal:
        watched([1] * 100, INDEX, ["Diyala"])
    assert len(str(refusal.value).split("; allowed")[0]) == len("read the coverage: found ") + 80


def test_a_province_that_two_names_of_the_panel_could_be_is_told_with_both():
    table = pd.DataFrame({"first": ["2020"], "last": ["2020"], "province": ["IQ-NI"]})
    with pytest.raises(InputError) as refusal:
        watched(table, INDEX, ["Nineveh", "Ninawa", "Anbar"])
    assert str(refusal.value) == (
        "read the coverage, row 1: found the province 'IQ-NI', which names Nineveh and Ninawa; allowed: Nineveh, "
        "Ninawa; name one of these."
    )


def test_a_file_is_told_with_its_line_and_read_like_a_table(tmp_path):
    file = tmp_path / "watched.csv"
    file.write_text("first,last,province,exposure\n2020-01,2020-02,,\n2020-03,2020-03,Diyala,half\n")
    with pytest.raises(InputError) as refusal:
        watched(file, INDEX, ["Diyala"])
    assert str(refusal.value) == (
        f"read the coverage {file}, line 3: found the exposure 'half'; allowed: a share from 0 to 1; correct it."
    )
    file.write_text("first,last,province,exposure\n2020-01,2020-02,,\n2020-03,2020-03,Diyala,0.5\n")
    assert watched(str(file), INDEX, ["Diyala"])["Diyala"].tolist() == [1, 1, 0.5, 0]
    assert covered_span(file) == (pd.Timestamp("2020-01-01"), pd.Period("2020-03", "M").end_time)


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ({"first": ["2020-02"], "last": ["2020-01"]}, "row 1: found 2020-02 to 2020-01"),
        ({"first": ["2020"], "last": ["2020"], "exposure": [2]}, "row 1: found the exposure 2"),
        ({"first": ["2020"], "last": ["2020"], "province": ["Homs"]}, "row 1: found the province 'Homs'"),
        (
            {"first": ["2020-01", "2020-02"], "last": ["2020-02", "2020-03"]},
            "row 2: found days that another",
        ),
        ({"first": ["2020"]}, "read the coverage: found no column 'last'"),
        ({"first": [], "last": []}, "read the coverage: found no row"),
        ({"first": ["soon"], "last": ["2020"]}, "row 1: found 'soon'"),
        ({"first": ["2020"], "last": ["2020"], "who": ["us"]}, "read the coverage: found the column 'who'"),
    ],
)
def test_a_coverage_that_makes_no_sense_is_refused(table, found):
    with pytest.raises(InputError, match=found):
        watched(pd.DataFrame(table), INDEX, ["Diyala"])


def test_a_column_that_stands_twice_is_refused():
    table = pd.DataFrame([["2020", "2020", "2020"]], columns=["first", "last", "first"])
    with pytest.raises(InputError, match="read the coverage: found the column 'first'; allowed: first, last, province"):
        watched(table, INDEX, ["Diyala"])


def test_a_coverage_that_is_no_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="found no such file; allowed: a first and a last period such as"):
        watched(str(tmp_path / "none.csv"), INDEX, ["Diyala"])
