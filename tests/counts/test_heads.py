"""The row that names the columns is found, and no row of data is taken for it."""

import pytest

from trends.counts.heads import read_head


def head(*rows, wanted=()):
    return read_head([row.split(",") for row in rows], "read it", lambda row: f"line {row + 1}", wanted)


def test_the_header_that_a_map_names_is_found_under_whatever_stands_above():
    found = head(
        "made by,us,x", "a,b,", "when,where,what", "2018-01-01,Diyala,x", wanted=[("When",), ("place", "where")]
    )
    assert (found.names, found.offset, found.known) == (("when", "where", "what"), 3, True)


@pytest.mark.parametrize(
    ("rows", "offset"),
    [
        (("Title", "", "Month,Diyala", "2018-01,5"), 3),
        (("Title,,", "Province,2018,2019", "Diyala,5,1"), 2),
        (("Month,Diyala", "2018-01,5"), 1),
        (("Month", "2018-01"), 1),
        # A number that names no period belongs to the data.
        (("Title", "2018-01,5"), 1),
        (("Title,,", "a,a,b"), 1),
    ],
)
def test_titles_are_told_from_headers_by_their_cells(rows, offset):
    assert head(*rows).offset == offset


def test_the_names_of_rows_that_r_writes_without_a_header_are_a_column_without_a_name():
    found = head("id,date,adm_1", "1,7,2020-01-01,Anbar", "2,8,2020-01-02,Anbar")
    assert found.names == ("(column 1 without a name)", "id", "date", "adm_1")
    assert found.unnamed == ("(column 1 without a name)",)
    # A delimiter at the end of each row is something else.
    assert head("id,date,adm_1", "7,2020-01-01,Anbar,", "8,2020-01-02,Anbar,").unnamed == ()
    assert head("id,date,adm_1", "1,7,2020-01-01,Anbar", "8,2020-01-02,Anbar").unnamed == ()
