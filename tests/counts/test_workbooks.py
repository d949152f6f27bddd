import openpyxl
import pandas as pd
import pytest

from trends.counts.workbooks import read_sheet
from trends.errors import InputError

HEADER = ["event_id_cnty", "event_date", "admin1", "country", "fatalities"]


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "ReadMe"
    book.active.append(["Made by nobody"])
    sheet = book.create_sheet("Data")
    sheet.append(HEADER)
    sheet.append(["IRQ1", "2020-01-03", "Diyala", "Iraq", 2])
    book.save(tmp_path / "events.xlsx")
    return tmp_path / "events.xlsx"


def test_the_sheet_with_a_known_header_is_read_and_said(workbook):
    table, head = read_sheet(workbook, None, (("admin1", "province"), ("event_date",)))
    assert list(table.columns) == HEADER and table.iloc[0].tolist() == ["IRQ1", "2020-01-03", "Diyala", "Iraq", "2"]
    assert head.notes[0] == "read the sheet Data, the only one of 2 with a header that is known"


def test_a_sheet_is_taken_by_name_or_place_and_another_refused_with_the_names(workbook):
    for sheet in ("Data", 1, -1):
        assert len(read_sheet(workbook, sheet)[0]) == 1
    with pytest.raises(InputError, match="found no sheet 'Events'; allowed: ReadMe, Data; name one of these"):
        read_sheet(workbook, "Events")


def test_what_is_no_workbook_is_refused(tmp_path):
    (tmp_path / "events.xlsx").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(InputError, match="read the events of "):
        read_sheet(tmp_path / "events.xlsx", None)


def test_without_the_extra_it_is_said_how_to_have_it(workbook, monkeypatch):
    def missing(*_, **__):
        raise ImportError("Missing optional dependency 'openpyxl'.")

    monkeypatch.setattr(pd, "ExcelFile", missing)
    with pytest.raises(InputError) as refusal:
        read_sheet(workbook, None)
    assert str(refusal.value) == (
        f"read the events of {workbook}: found no package openpyxl; allowed: it for Excel workbooks; install it with "
        "pip install 'trends[excel]', or save the sheet as CSV."
    )


def test_cells_merged_down_a_column_hold_what_the_first_holds_and_a_title_across_stays_one(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["Attacks, by month", None, None, None], [None, "province", "month", "count"], [None, "Anbar", "2018-01", 4],
        [None, None, "2018-02", 2], [None, "Diyala", "2018-01", 1],
    ):  # fmt: skip
        book.active.append(row)
    book.active.merge_cells("A1:C1")
    book.active.merge_cells("B3:B4")
    book.save(tmp_path / "counts.xlsx")
    table, head = read_sheet(tmp_path / "counts.xlsx", None, (("province",), ("count",)))
    assert table["province"].tolist() == ["Anbar", "Anbar", "Diyala"] and head.unnamed == ("(column 1 without a name)",)


def test_a_table_need_not_begin_at_the_edge_of_its_sheet(tmp_path):
    book = openpyxl.Workbook()
    for row in ([], [None, "month", "Anbar"], [None, "2018-01", 4]):
        book.active.append(row)
    book.save(tmp_path / "counts.xlsx")
    table, head = read_sheet(tmp_path / "counts.xlsx", None)
    assert list(table.columns) == ["month", "Anbar"] and head.unnamed == ()
