import hashlib
import io
import shutil
import zipfile

import pytest

from tests.charts.made import made_study, made_verdicts
from trends.cli import main
from trends.errors import InputError, StudyError
from trends.reports import office
from trends.reports.book import write_report
from trends.reports.office import export_report

VERDICTS = made_verdicts()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A report on claims of every sort."""
    return write_report(VERDICTS, tmp_path_factory.mktemp("office") / "report", study=made_study(), jobs=1)


@pytest.fixture
def libraries():
    """The extra, without which nothing is written."""
    return pytest.importorskip("pptx"), pytest.importorskip("docx")


def test_every_chart_of_a_claim_has_a_slide_with_its_words(report, tmp_path, libraries):
    pptx, _ = libraries
    export_report(report, tmp_path / "a.pptx")
    first, *slides = pptx.Presentation(str(tmp_path / "a.pptx")).slides
    assert first.shapes.title.text == made_study().title
    drawn = {path.stem: path for path in (report / "charts").glob("*.png")}
    counts = [each.shapes.title.text for each in slides if each.shapes.title.text.startswith("The counts")]
    assert counts == [f"The counts, {n} of {len(counts)}" for n in range(1, len(counts) + 1)] and len(counts) > 1
    shown = {}
    for slide in slides:
        pictures = [shape for shape in slide.shapes if hasattr(shape, "image")]
        assert len(pictures) == 1
        shown[pictures[0].name] = (slide, pictures[0])
    assert (
        hashlib.sha256(drawn["forest"].read_bytes()).hexdigest()
        == hashlib.sha256(shown["forest"][1].image.blob).hexdigest()
    )
    for verdict in VERDICTS:
        for finding in verdict.findings:
            name = f"{verdict.claim.id}-{finding.link}"
            assert (name in shown) == (name in drawn), name
            if name in shown:
                slide, picture = shown[name]
                assert slide.shapes.title.text == verdict.claim.says
                assert picture._element.nvPicPr.cNvPr.get("descr") == f"Chart. {finding.sentence}"
                assert slide.notes_slide.notes_text_frame.text.startswith(finding.sentence)


def test_no_picture_leaves_its_slide_or_loses_its_shape(report, tmp_path, libraries):
    pptx, _ = libraries
    deck = pptx.Presentation(str(export_report(report, tmp_path / "a.pptx")))
    for slide in deck.slides:
        for shape in slide.shapes:
            assert 0 <= shape.left and shape.left + shape.width <= deck.slide_width
            assert 0 <= shape.top and shape.top + shape.height <= deck.slide_height
            if hasattr(shape, "image"):
                wide, high = shape.image.size
                assert shape.width / shape.height == pytest.approx(wide / high, rel=0.01)


def test_the_table_has_a_row_for_each_claim_in_the_order_of_the_report(report, tmp_path, libraries):
    _, docx = libraries
    document = docx.Document(str(export_report(report, tmp_path / "a.docx")))
    heads, *rows = ([cell.text for cell in row.cells] for row in document.tables[0].rows)
    assert heads == ["Claim", "Who said it", "Ruling", "How far it holds", "What the data say"]
    assert sorted(row[0] for row in rows) == sorted(verdict.claim.says for verdict in VERDICTS)
    told = {verdict.claim.says: (str(verdict.ruling), verdict.sentence) for verdict in VERDICTS}
    assert {row[0]: (row[2], row[4]) for row in rows} == told


@pytest.mark.parametrize("name", ["a.pptx", "a.docx"])
def test_the_same_report_gives_the_same_bytes_without_a_day_or_a_name(report, tmp_path, libraries, name):
    once = export_report(report, tmp_path / name).read_bytes()
    assert export_report(report, tmp_path / f"again-{name}").read_bytes() == once
    with zipfile.ZipFile(io.BytesIO(once)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = parts.read("docProps/core.xml").decode()
    assert "1980-01-01" in core and "python" not in core and "20" not in core.split("dcterms:created")[1].split("<")[0]


def test_some_claims_alone_are_taken(report, tmp_path, libraries, capsys):
    pptx, docx = libraries
    id = VERDICTS[0].claim.id
    for name in ("a.pptx", "a.docx"):
        assert main(["export", str(report), "--out", str(tmp_path / name), "--claims", id]) == 0
        assert capsys.readouterr().out == f"{tmp_path / name}\n"
    _, *slides = pptx.Presentation(str(tmp_path / "a.pptx")).slides
    assert {slide.shapes.title.text for slide in slides} == {VERDICTS[0].claim.says}
    assert len(docx.Document(str(tmp_path / "a.docx")).tables[0].rows) == 2
    with pytest.raises(StudyError, match=r"found the claim 'nowhere'; allowed: .*; name one of these\.$"):
        export_report(report, tmp_path / "b.pptx", claims=["nowhere"])


def test_a_manifest_that_leads_out_of_the_report_is_refused(report, tmp_path, libraries):
    copy = shutil.copytree(report, tmp_path / "copy")
    (tmp_path / "secret.png").write_bytes(b"mine")
    told = (copy / "manifest.json").read_text()
    out = f'"outputs": {{"charts/forest/../../../secret.png": "{hashlib.sha256(b"mine").hexdigest()}",'
    (copy / "manifest.json").write_text(told.replace('"outputs": {', out, 1))
    with pytest.raises(InputError, match=r"found the file name 'charts/forest/../../../secret.png'"):
        export_report(copy, tmp_path / "a.pptx")


def test_a_chart_that_is_not_as_it_was_written_is_refused(report, tmp_path, libraries):
    copy = shutil.copytree(report, tmp_path / "copy")
    chart = next((copy / "charts").glob("forest*.png"))
    chart.write_bytes(b"another")
    with pytest.raises(InputError) as refused:
        export_report(copy, tmp_path / "a.pptx")
    assert str(refused.value) == (
        f"export the report {copy}: found no chart charts/{chart.name} as the report wrote it; allowed: a report as "
        f"it was "
        "written; write the report anew."
    )
    assert not (tmp_path / "a.pptx").exists()


def test_whoever_lacks_the_libraries_is_told_what_to_install(report, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(office, "_INSTALLED", False)
    file = tmp_path / "a.pptx"
    assert main(["export", str(report), "--out", str(file)]) == 2
    assert capsys.readouterr().err == (
        f"trends: write {file}: found no packages python-pptx and python-docx, which write such files; allowed: an "
        "environment that has them; install them: pip install 'trends[office]'.\n"
    )
