import numpy as np
import pandas as pd
import pytest

from trends.counts.cellnumbers import counts_of
from trends.errors import InputError


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("1,205", 1205),
        ("1 205", 1205),
        ("1\u00a0205", 1205),
        ("1’205", 1205),
        ("12,345,678", 12345678),
        ("5,0", 5),
        ("5.0", 5),
        ("1e2", 100),
        (" 7 ", 7),
    ],
)
def test_a_whole_number_is_read_however_its_thousands_are_marked(text, count):
    assert counts_of(pd.Series([text, "", None]), str, "it").tolist()[0] == count


@pytest.mark.parametrize(
    "text", ["5,5", "1.205", "1,20", "12,05", "-2", "5%", "<5", "5*", "1_000", "inf", "True", "1 20"]
)
def test_what_is_no_whole_number_is_refused(text):
    with pytest.raises(InputError, match="allowed: whole numbers from 0 up, or nothing; correct the cell") as refused:
        counts_of(pd.Series([text if text != "True" else True], dtype=object), lambda row: f"line {row}", "it")
    # A point before three digits is a decimal point in most programs; nobody counts 1.205 incidents.
    assert f"read the counts of it, line 0: found {text!r}" in str(refused.value)


@pytest.mark.parametrize("text", ["-", "..", "…", "n/a", "x"])
def test_a_sign_that_stands_for_none_or_for_not_known_is_asked_about(text):
    with pytest.raises(InputError, match="write 0 where there were none, and nothing where it is not known"):
        counts_of(pd.Series([text]), str, "it")


def test_empty_cells_have_no_number():
    assert np.isnan(counts_of(pd.Series(["NA", "", None, "nan"]), str, "it")).all()
