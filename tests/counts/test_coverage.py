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


def test_a_coverage_that_is_no_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="found no such file; allowed: a first and a last period such as"):
        watched(str(tmp_path / "none.csv"), INDEX, ["Diyala"])
