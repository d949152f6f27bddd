"""Known exports are told by their headers, and nothing else is taken for one."""

import csv

import pytest

from trends.counts.columns import read_columns
from trends.counts.recognition import EXPORTS, columns_of, headerless, recognised, release
from trends.errors import InputError

HEADERS = {
    "acled": "event_id_cnty,event_date,year,disorder_type,event_type,actor1,admin1,fatalities",
    "acled-weekly": "WEEK,REGION,COUNTRY,ADMIN1,EVENT_TYPE,SUB_EVENT_TYPE,EVENTS,FATALITIES",
    "acled-no-id": "event_date,event_type,sub_event_type,actor1,admin1,fatalities",
    "hapi": "location_code,admin1_name,admin2_name,admin_level,event_type,events,reference_period_start",
    "hdx-monthly": "Country,Admin1,Admin2,ISO3,Admin2 Pcode,Admin1 Pcode,Month,Year,Events",
    "ged": "id,year,active_year,type_of_violence,side_a,side_b,adm_1,country,date_start,date_end,low,best,high",
    "gtd": "eventid,iyear,imonth,iday,country_txt,provstate,gname,nkill",
}


@pytest.mark.parametrize("key", HEADERS)
def test_each_kind_of_export_is_recognised_in_any_case(key):
    for header in (HEADERS[key], HEADERS[key].upper()):
        assert recognised(header.split(",")).key == key
    assert set(HEADERS) == {export.key for export in EXPORTS}


def test_the_real_headers_are_recognised_as_a_person_would(name_tables):
    for row in csv.DictReader(name_tables("headers.csv").read_text(encoding="utf-8").splitlines()):
        export = recognised(next(csv.reader([row["header"]])))
        expected = row["expected_answer"]
        if expected.startswith(("none", "refuse")):
            assert export is None, row["variant"]
        else:
            kind = "acled-no-id" if "no id" in expected else expected.split(",")[0].split(" ")[0]
            assert export.key == kind, row["variant"]
            assert export.is_table == ("table of counts" in expected)


def test_a_release_is_told_by_its_columns():
    ged = next(export for export in EXPORTS if export.key == "ged")
    assert release(ged, [], "GEDEvent_v26_0_8.csv") == "UCDP GED Candidate"
    assert release(ged, [], "GEDEvent_v26_1.csv") == "UCDP GED"


def test_a_release_without_a_header_is_told_by_its_49_cells():
    row = ["1"] * 49
    assert headerless(row) == []
    row[2], row[5], row[38] = "2024", "1", "2024-01-05 00:00:00.000"
    assert headerless(row)[38] == "date_start"


def test_a_map_that_is_named_is_taken_as_it_is(tmp_path):
    assert columns_of("ged", ["x"], tmp_path) == (read_columns("ged"), ())


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (
            "eventid,country_txt,nkill",
            "found an extract of GTD without iyear, imonth, iday; allowed: the columns iyear,",
        ),
        (
            HEADERS["acled-weekly"],
            "found ACLED's weekly aggregate, whose counts stand in EVENTS; allowed: a file with a",
        ),
        ("day,place", "found no header of a known export in the first 20 lines, but day, place; allowed: UCDP GED,"),
    ],
)
def test_a_file_that_cannot_be_counted_by_row_is_refused(tmp_path, header, message):
    with pytest.raises(InputError) as refused:
        columns_of("auto", header.split(","), tmp_path)
    assert message in str(refused.value)


def test_exports_of_acled_with_an_id_of_the_row_are_dated_to_2022_at_the_latest():
    # A file of December 2020 has data_id still.
    assert release(EXPORTS[4], ["data_id", "event_id_cnty"]) == "ACLED, export to 2022"
    assert release(EXPORTS[4], ["event_id_cnty", "disorder_type"]) == "ACLED, export of 2022 on"
