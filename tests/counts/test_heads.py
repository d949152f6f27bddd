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
