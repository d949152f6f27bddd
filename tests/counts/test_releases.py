"""Several files count as one, and an event in two of them once."""

import pytest

from trends.counts.counting import count_file
from trends.counts.incidents import read_incidents
from trends.counts.releases import release_of
from trends.errors import InputError

HEADER = "id,date_start,date_end,adm_1,country,side_a,side_b,type_of_violence,best\n"


def row(name, day, best=2):
    return f"{name},{day},{day},Diyala,Iraq,Government of Iraq,IS,1,{best}\n"


@pytest.fixture
def file(tmp_path):
    def write(name, *rows):
        (tmp_path / name).write_text(HEADER + "".join(rows))
        return tmp_path / name

    return write


def test_the_newest_release_by_its_name_wins_whatever_the_order(file):
    old = file("GEDEvent_v26_0_7.csv", row(1, "2026-07-05"), row(2, "2026-07-06"))
    new = file("GEDEvent_v26_0_8.csv", row(2, "2026-08-06"), row(3, "2026-08-07"))
    for files in ([old, new], [new, old]):
        panel = count_file(files)
        assert panel["Diyala"].tolist() == [1, 2]
        assert panel.notes[0] == (
            "1 event in several files, counted as the newest by its name has it: GEDEvent_v26_0_8.csv before "
            "GEDEvent_v26_0_7.csv"
        )
    assert read_incidents([old, new])["id"].tolist() == ["1", "2", "3"]


def test_rows_that_are_alike_count_once_whatever_the_names(file):
    panel = count_file([file("a.csv", row(1, "2026-07-05")), file("b.csv", row(1, "2026-07-05"), row(2, "2026-07-06"))])
    assert panel["Diyala"].tolist() == [2]
    assert panel.notes[0] == "1 event in several files alike, counted once"


def test_files_that_disagree_and_tell_no_release_are_refused(file):
    first, second = file("a.csv", row(1, "2026-07-05")), file("b.csv", row(1, "2026-08-05"))
    with pytest.raises(InputError) as refused:
        count_file([first, second])
    assert str(refused.value) == (
        f"count {first} and {second} together: found 1 id in several of them, such as 1, not all with the same row; "
        "allowed: files whose names tell their release, such as GEDEvent_v26_0_8.csv or a day, 2026-09-30; name them "
        "so, or leave the older one out."
    )


def test_a_fault_is_told_with_the_file_and_the_line_it_stands_in(file):
    bad = file("b.csv", row(2, "2026-07-05"), row(3, "2026-13-05"))
    with pytest.raises(InputError, match=r"b\.csv, line 3: found '2026-13-05'; allowed: days such as"):
        count_file([file("a.csv", row(1, "2026-07-05")), bad])


def test_files_of_other_columns_are_refused(file, tmp_path):
    acled = tmp_path / "acled.csv"
    acled.write_text("event_id_cnty,event_date,event_type,admin1,actor1,country\nA1,2026-01-01,Battles,Diyala,X,Iraq\n")
    with pytest.raises(InputError, match="found the id in the column 'id' of the one and 'event_id_cnty' of the other"):
        count_file([file("a.csv", row(1, "2026-07-05")), acled])
    with pytest.raises(InputError, match="read event files: found none; allowed: at least one; name one"):
        count_file([])


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("GEDEvent_v26_0_7.csv", "GEDEvent_v26_0_8.csv"),
        ("GEDEvent_v26_0_12.csv", "GEDEvent_v26_1.csv"),
        ("GEDEvent_v26_01_26_06.csv", "GEDEvent_v26_0_7.csv"),
        ("ged251.csv", "GEDEvent_v26_0_1.csv"),
        ("globalterrorismdb_0718dist.csv", "globalterrorismdb_0221dist.csv"),
        ("2019-01-01-2020-05-01-Iraq.csv", "2018-01-01-2021-05-01-Iraq.csv"),
    ],
)
def test_releases_are_ordered_by_their_names(older, newer):
    (kind, before), (same, after) = release_of(older), release_of(newer)
    assert kind == same and before < after
