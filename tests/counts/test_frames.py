"""The cells of a table are the same whichever library holds them."""

import numpy as np
import pandas as pd

from trends.counts.frames import is_missing, missing_cells, read_cells, without_footnotes


def test_a_cell_is_empty_to_one_as_to_all():
    cells = ["", " ", "NA", None, np.nan, pd.NaT, pd.NA, "0", 0, "nan", "Nan District"]
    column = pd.Series(cells, dtype=object)
    assert missing_cells(column).tolist() == [is_missing(cell) for cell in cells]
    assert missing_cells(pd.Series([1.0, np.nan])).tolist() == [False, True]


def test_empty_rows_are_left_out_and_told_and_the_others_keep_their_places():
    cells = read_cells(pd.DataFrame({"month": ["2018-01", None, "2018-02"], "Diyala": [1, np.nan, 2]}))
    assert cells.places == ["row 1", "row 3"] and cells.notes == ("skipped 1 empty row",)


def test_an_index_that_numbers_the_rows_is_no_column_and_one_of_years_is():
    table = pd.DataFrame({"Diyala": [1, 2, 3]})
    assert list(read_cells(table.iloc[[2, 0]]).frame) == ["Diyala"]
    assert list(read_cells(table.set_axis([2018, 2019, 2020])).frame) == ["period", "Diyala"]
    assert list(read_cells(table.set_axis(["a", "b", "c"])).frame) == ["province", "Diyala"]


def test_what_stands_below_a_table_is_left_out_and_told():
    months = ["2018-01", "2018-02", "2018-03"]
    below = pd.DataFrame({"Month": [*months, "Total", "Source: us"], "Homs": [1, None, 2, None, None]})
    cells = without_footnotes(read_cells(below), "Month")
    assert list(cells.frame["Month"]) == months and cells.notes == ("skipped 2 rows below the table in row 4",)
    # A month without a count is no footnote, nor is a province in a table that has its periods across.
    assert len(without_footnotes(read_cells(below[:3].assign(Homs=None)), "Month").frame) == 3
    turned = pd.DataFrame({"Province": ["Homs", "Hama"], "2018-01": [1, None], "2018-02": [2, None]})
    assert len(without_footnotes(read_cells(turned), "Province").frame) == 2
