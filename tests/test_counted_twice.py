import pytest

from benchmarks.counted_twice import _compared

ENTRY = {
    "is": "events", "country": "Iraq", "province": "where", "date": {"first": "day", "last": "end"},
    "options": {"columns": {"id": "id", "date": "day", "date_end": "end", "province": "where"}, "country": "IQ"},
}  # fmt: skip


@pytest.fixture
def events(tmp_path):
    path = tmp_path / "events.csv"
    rows = ["id,day,end,where", "1,2020-01-05,2020-01-05,Anbar", "2,2020-01-30,2020-02-04,Al-Anbar"]
    path.write_text("\n".join([*rows, "3,2020-02-01,2020-02-01,Diyala"]) + "\n")
    return path


def test_two_counts_of_one_file_agree(events):
    found = _compared(events, ENTRY)
    assert (found.rows, found.cells, found.differ) == (3, 4, ())


def test_an_event_that_one_of_the_two_does_not_count_is_found(events):
    assert _compared(events, ENTRY | {"without": {"where": ["Diyala"]}}).differ == (
        "Diyala 2020-02: 1 by trends, 0 by hand",
    )
    # By its first day the second event would be one of January.
    assert _compared(events, ENTRY | {"date": {"first": "day"}}).differ == (
        "Anbar 2020-01: 1 by trends, 2 by hand", "Anbar 2020-02: 1 by trends, 0 by hand",
    )  # fmt: skip
