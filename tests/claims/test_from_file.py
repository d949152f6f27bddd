"""One file becomes a study that can be reported at once, or nothing at all."""

import numpy as np
import openpyxl
import pandas as pd
import pytest

from trends.claims.from_file import write_study
from trends.claims.study import read_study
from trends.cli import main
from trends.counts.panel import Panel
from trends.errors import StudyError

INDEX = pd.period_range("2017-01", "2019-12", freq="M")


def panel(provinces=("Homs", "Hama"), index=INDEX, notes=(), scale=1):
    means = np.outer(np.where(np.arange(len(index)) < len(index) // 2, 1.0, 3.0), [8, 12])
    counts = np.random.default_rng(1).poisson(scale * means)
    return Panel(pd.DataFrame(counts, index, list(provinces)), notes=notes)


def test_a_workbook_of_monthly_counts_is_reported_in_two_commands(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    table = panel().counts
    table.set_axis([f"{when:%b %Y}" for when in table.index]).rename_axis("Month").reset_index().to_excel(
        "counts.xlsx", index=False, startrow=2
    )
    assert main(["new", "mine", "--from", "counts.xlsx"]) == 0
    assert main(["report", "mine", "--out", "report", "--jobs", "1"]) == 0
    assert "The claim is borne out." in capsys.readouterr().out
    assert (tmp_path / "report" / "report.pdf").is_file()
    study = read_study("mine")
    assert study.title == "Incidents in Syria, January 2017 to December 2019" and study.country == "SY"
    assert np.array_equal(study.panel().counts, table)
    assert study.sources["events"].caveats == (
        "skipped 2 rows above the header in line 3",
        "read as a wide table, periods down and provinces across",
    )


def test_an_export_brings_its_licence_and_whom_it_follows(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    rows = [f"{month},2017-{month:02}-05,2017-{month:02}-05,Diyala,Iraq,IS,PKK,1,2" for month in range(1, 13)]
    header = "id,date_start,date_end,adm_1,country,side_a,side_b,type_of_violence,best"
    (tmp_path / "ged.csv").write_text("\n".join([header, *rows]) + "\n")
    assert main(["new", "mine", "--from", "ged.csv", "--actor", "IS", "--actor", "PKK", "--quiet"]) == 0
    source = read_study("mine").sources["events"]
    assert (source.title, source.licence, source.actor) == ("UCDP GED", "CC BY 4.0", "IS or PKK")
    assert source.citation == "UCDP GED, ucdp.uu.se, download centre"


@pytest.mark.parametrize(
    ("held", "message"),
    [
        (panel(("Nowhere", "Elsewhere")), "found no country that knows the most of the provinces 'Nowhere', "
         "'Elsewhere'; allowed: provinces of one country, or a country that is named; name it: --country."),
        (panel(index=INDEX[:3]), "found 3 months; allowed: at least 4 periods; count by shorter ones (--by), or add "
         "the periods that lack."),
        (panel(scale=0), "found no incident; allowed: at least one; check the file and what was asked of it."),
    ],
)  # fmt: skip
def test_what_makes_no_study_leaves_nothing_behind(tmp_path, held, message):
    with pytest.raises(StudyError) as refused:
        write_study(held, tmp_path / "mine", file="counts.csv")
    assert str(refused.value) == f"start a study of counts.csv: {message}"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_counted_leaves_nothing_behind(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "counts.csv").write_text("month,Homs\n2018-01,x\n")
    assert main(["new", "mine", "--from", "counts.csv"]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["counts.csv"]
    assert main(["new", "mine", "--country", "Syria"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        "trends: start a study in mine: found --country and no file to count; allowed: options of counting together "
        "with --from FILE; add --from FILE, or leave the option out."
    )


def test_quotation_marks_and_line_ends_in_names_do_no_harm(tmp_path):
    held = panel(notes=('he said "no"\n[sources]', "a\\b"))
    study = read_study(write_study(held, tmp_path / "mine", file='a"b\n.csv'))
    assert study.sources["events"].caveats == ('he said "no" [sources]', "a\\b")


def test_a_table_as_offices_keep_it_becomes_a_report_in_six_commands(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    means = np.outer(np.where(np.arange(48) < 24, 1.0, 2.0), [40, 12, 8])
    counts = np.random.default_rng(5).poisson(means)
    book = openpyxl.Workbook()
    book.active.title = "ReadMe"
    for line in ("Incidents", "An empty cell: the office was closed"):
        book.active.append([line])
    sheet = book.create_sheet("By month")
    sheet.append(["Incidents by state and month"])
    sheet.append([])
    sheet.append(["Month", "Borno State", "Nassarawa", "FCT Abuja", "Total"])
    for when, row in zip(pd.period_range("2018-01", periods=48, freq="M"), counts.tolist(), strict=True):
        held = [row[0], None if str(when) in ("2019-04", "2019-05") else row[1], row[2]]
        sheet.append([f"{when:%b-%y}", *held, sum(each or 0 for each in held)])
    sheet.append(["Source: the field office"])
    book.save("office.xlsx")
    new, said = ["new", "mine", "--from", "office.xlsx"], []
    for more in ([], ["--sheet", "By month"], ["--drop", "Total"]):
        new += more
        assert main(new) == 2
        said.append(capsys.readouterr().err)
    for sentence, told in zip(said, ('--sheet "By month".', "(--drop Total).", "--absent unwatched)."), strict=True):
        assert sentence.endswith(f"{told}\n")
    assert main([*new, "--absent", "unwatched"]) == 0
    assert main(["check", "mine"]) == 0
    assert "2 periods have no total" in capsys.readouterr().out
    assert main(["report", "mine", "--out", "report", "--jobs", "1"]) == 0
    assert "The claim is borne out." in capsys.readouterr().out
    assert read_study("mine").panel().provinces == ["Borno", "Nasarawa", "Federal Capital Territory"]
