import pandas as pd
import pytest

from trends.counts.tablecolumns import LONG_NAMES, parted_columns, period_labels, year_and_part


@pytest.mark.parametrize(
    ("column", "part", "label"),
    [
        ("month", "3", "2018M3"),
        ("Month", "March", "March 2018"),
        ("mois", "mars", "mars 2018"),
        ("quarter", "Q2", "2018Q2"),
        ("week", "7.0", "2018-W07"),
        ("month", "13", "13 2018"),
    ],
)
def test_a_year_and_its_part_are_one_label(column, part, label):
    frame = pd.DataFrame({"year": ["2018.0"], column: [part]})
    assert period_labels(frame, column, True) == ([label], (f"took each period from the columns year and {column}",))


def test_a_part_that_names_its_year_or_is_none_stays_as_it_is():
    frame = pd.DataFrame({"year": [2018], "month": ["2018-03"]})
    assert parted_columns(frame, "month") is None and period_labels(frame, "month", False) == (["2018-03"], ())
    odd = pd.DataFrame({"year": [2018], "month": ["soon"]})
    assert period_labels(odd, "month", False) == (["soon"], ())


def test_the_columns_are_found_in_other_languages_and_one_alone_is_no_pair():
    assert year_and_part(["Año", "Mes", "Provincia"]) == ("Año", "Mes")
    assert year_and_part(["mois", "Gao"]) == (None, "mois") and "المحافظة" in LONG_NAMES[1]
