import pytest

from trends.counts.known_sources import KNOWN_SOURCES, known_source
from trends.counts.recognition import EXPORTS


def test_each_known_source_says_where_what_under_which_licence_and_what_reads_it():
    for each in KNOWN_SOURCES:
        assert all((each.title, each.page, each.file, each.holds, each.licence, each.note)), each
        assert each.read_by.startswith("trends count FILE"), each


def test_every_export_that_is_recognised_belongs_to_one_known_source():
    held = [key for each in KNOWN_SOURCES for key in each.exports]
    assert len(held) == len(set(held))
    assert {export.key for export in EXPORTS} <= set(held)


@pytest.mark.parametrize(
    "header, title",
    [
        ("WEEK,COUNTRY,ADMIN1,EVENT_TYPE,EVENTS", "ACLED's weekly aggregates"),
        ("eventid,iyear,imonth,iday,country_txt,provstate,gname", "Global Terrorism Database"),
        ("when,where,how_many", None),
    ],
)
def test_a_source_is_told_by_its_columns_alone(header, title):
    found = known_source(header.split(","))
    assert (found and found.title) == title
