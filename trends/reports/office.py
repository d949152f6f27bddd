"""A report in the forms of an office: its charts as slides, a slide each, and its verdicts as a table for Word."""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from trends.arguments import checked_arguments
from trends.claims.ladder import how_far, ladder, strip
from trends.claims.naming import not_one_of
from trends.claims.registry import kind_of
from trends.claims.verdict import Finding, Verdict
from trends.claims.words import when_in_words
from trends.counts.opening import is_missing, plain_member, read_bytes
from trends.counts.writing import check_writable, written_aside
from trends.errors import InputError
from trends.reports.page import anchors
from trends.reports.written import WrittenReport, read_report

# Both come with the extra `office`; who has it not is told so when a file is to be written.
try:
    import docx
    import docx.enum.section
    import docx.oxml
    import docx.oxml.ns
    import docx.shared
    import pptx
    import pptx.enum.text
    import pptx.util

    _INSTALLED = True
except ImportError:
    _INSTALLED = False

# What an office document must have as its days, where no clock is read: the first that a zip file can bear.
_NEVER = datetime(1980, 1, 1)
# Inches: a slide of 16 to 9, its margin, and the room that its heading and its ruling take.
_WIDE, _HIGH, _MARGIN, _TOP, _FOOT = 13.333, 7.5, 0.6, 1.9, 0.55
_HEADS = ("Claim", "Who said it", "Ruling", "How far it holds", "What the data say")


@dataclass(frozen=True)
class _Slide:
    """A chart with the words about it: above, below, in its place for who cannot see it, and for who speaks."""

    heading: str
    ruling: str
    picture: Path
    alt: str
    foot: str
    notes: str


@checked_arguments
def export_report(report: str | Path, path: str | Path, *, claims: Sequence[str] = ()) -> Path:
    """Write a report as slides with its charts, or as a table of its verdicts for Word.

    Parameters
    ----------
    report : str or path-like
        The folder of a report that `trends.write_report` wrote.
    path : str or path-like
        The file to write: ``.pptx`` for slides, ``.docx`` for the table.
    claims : sequence of str
        The ids of the claims to take; by default all.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    InputError
        Where the folder holds no report or lacks a chart of it, a claim is not in it, the file has another suffix, or
        the library that writes it is not installed (``pip install 'trends[office]'``).
    StudyError
        Where a claim is not in the report.

    Notes
    -----
    The same report gives the same bytes. Slides have the charts of the claims in the order of the report, those of all
    claims together first where no claim is named; each has the finding as its alternative text and in its notes.

    Examples
    --------
    >>> export_report("build/iraq", "iraq.odp")
    Traceback (most recent call last):
    ...
    trends.errors.InputError: write iraq.odp: found the suffix '.odp'; allowed: .pptx for slides or .docx for a table; \
give the file such a name.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in (".pptx", ".docx"):
        raise InputError(
            f"write {path}",
            found=f"the suffix {suffix!r}",
            allowed=".pptx for slides or .docx for a table",
            do="give the file such a name",
        )
    if not _INSTALLED:
        raise InputError(
            f"write {path}",
            found="no packages python-pptx and python-docx, which write such files",
            allowed="an environment that has them",
            do="install them: pip install 'trends[office]'",
        )
    found = read_report(report)
    for id in claims:
        known = [verdict.claim.id for verdict in found.verdicts]
        if id not in known:
            raise not_one_of(f"export the report {report}", "the claim", id, known)
    check_writable(path)
    content = _deck(found, claims) if suffix == ".pptx" else _table(found, claims)
    with written_aside(path) as aside:
        aside.write_bytes(_repacked(content))
    return Path(path)


def _slides(report: WrittenReport, claims: Sequence[str]) -> Iterator[_Slide]:
    """The charts of a report in its order, as far as it has them."""
    charts = [name for name in report.outputs if name.startswith("charts/") and name.endswith(".png")]
    for name in ("forest", "counts") if not claims else ():
        told = {"forest": "What was claimed and what the data say", "counts": "The counts"}[name]
        # A claim may have such an id, and its charts stand with it.
        of_claims = tuple(f"charts/{anchor}-" for anchor in anchors(report.verdicts))
        shown = [each for each in charts if each.startswith(f"charts/{name}") and not each.startswith(of_claims)]
        for n, chart in enumerate(sorted(shown), 1):
            heading = told if len(shown) == 1 else f"{told}, {n} of {len(shown)}"
            yield _Slide(heading, "", _picture(report, chart), f"{heading}.", report.title, "")
    for verdict, anchor in zip(report.verdicts, anchors(report.verdicts), strict=True):
        for finding in verdict.findings if not claims or verdict.claim.id in claims else ():
            chart = f"charts/{anchor}-{finding.link}.png"
            if chart in charts:
                yield _of_finding(verdict, finding, _picture(report, chart))


def _of_finding(verdict: Verdict, finding: Finding, picture: Path) -> _Slide:
    cited = "; ".join(title for title, _ in verdict.sources)
    return _Slide(
        heading=verdict.claim.says,
        ruling=f"{kind_of(finding.link).heading}: {finding.ruling}",
        picture=picture,
        alt=f"Chart. {finding.sentence}",
        foot=f"{_who(verdict)}. Counts: {cited}" if cited else _who(verdict),
        notes="\n".join([finding.sentence, how_far(verdict), *finding.caveats]),
    )


def _who(verdict: Verdict) -> str:
    return f"{verdict.claim.speaker}, {when_in_words(verdict.claim.said_on)}"


def _picture(report: WrittenReport, name: str) -> Path:
    """A chart of a report, as it was written."""
    asked = f"export the report {report.path}"
    file = plain_member(report.path, name, asked)
    if is_missing(file) or hashlib.sha256(read_bytes(file, asked)).hexdigest() != report.outputs[name]:
        raise InputError(
            asked,
            found=f"no chart {name} as the report wrote it",
            allowed="a report as it was written",
            do="write the report anew",
        )
    return file


def _deck(report: WrittenReport, claims: Sequence[str]) -> bytes:
    """The slides as a file: a title, then a slide a chart."""
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = pptx.util.Inches(_WIDE), pptx.util.Inches(_HIGH)
    title_only = next(layout for layout in deck.slide_layouts if layout.name == "Title Only")
    verdicts = [each for each in report.verdicts if not claims or each.claim.id in claims]
    first = deck.slides.add_slide(title_only)
    _place(first.shapes.title, 2.2, 1.6, report.title, 40)
    _text(first, 4.0, 2.4, _tally(verdicts), 20)
    for slide in _slides(report, claims):
        page = deck.slides.add_slide(title_only)
        _place(page.shapes.title, 0.35, 0.95, slide.heading, 24)
        if slide.ruling:
            _text(page, 1.3, 0.5, slide.ruling, 18)
        _text(page, _HIGH - _FOOT, 0.4, slide.foot, 11)
        _fitted(page, slide)
        if slide.notes:
            page.notes_slide.notes_text_frame.text = slide.notes
    return _saved(deck, report.title)


def _tally(verdicts: Sequence[Verdict]) -> str:
    rulings = [str(verdict.ruling) for verdict in verdicts]
    return "\n".join(f"{rulings.count(ruling)} {ruling}" for ruling in dict.fromkeys(rulings))


def _place(shape: Any, top: float, height: float, words: str, size: int) -> None:
    shape.left, shape.top = pptx.util.Inches(_MARGIN), pptx.util.Inches(top)
    shape.width, shape.height = pptx.util.Inches(_WIDE - 2 * _MARGIN), pptx.util.Inches(height)
    shape.text_frame.word_wrap = True
    shape.text_frame.text = words
    for paragraph in shape.text_frame.paragraphs:
        paragraph.alignment = pptx.enum.text.PP_ALIGN.LEFT
        paragraph.font.size = pptx.util.Pt(size)


def _text(page: Any, top: float, height: float, words: str, size: int) -> None:
    _place(page.shapes.add_textbox(0, 0, 0, 0), top, height, words, size)


def _fitted(page: Any, slide: _Slide) -> None:
    """The chart as large as its room takes it, in the middle."""
    picture = page.shapes.add_picture(str(slide.picture), 0, 0)
    wide, high = pptx.util.Inches(_WIDE - 2 * _MARGIN), pptx.util.Inches(_HIGH - _TOP - _FOOT - 0.1)
    scale = min(wide / picture.width, high / picture.height)
    picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)
    picture.left, picture.top = int((pptx.util.Inches(_WIDE) - picture.width) / 2), pptx.util.Inches(_TOP)
    picture._element.nvPicPr.cNvPr.set("descr", slide.alt)
    picture.name = slide.picture.stem


def _table(report: WrittenReport, claims: Sequence[str]) -> bytes:
    """The verdicts as a table of a document that lies on its side."""
    document = docx.Document()
    section = document.sections[0]
    section.orientation = docx.enum.section.WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    document.add_heading(report.title, level=1)
    table = document.add_table(rows=1, cols=len(_HEADS))
    table.style = "Table Grid"
    for cell, head in zip(table.rows[0].cells, _HEADS, strict=True):
        cell.paragraphs[0].add_run(head).bold = True
    # The heads stand again on every page.
    mark = docx.oxml.OxmlElement("w:tblHeader")
    mark.set(docx.oxml.ns.qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    for verdict in report.verdicts:
        if not claims or verdict.claim.id in claims:
            rungs = "\n".join(part for part in strip(ladder(verdict)).split("   ") if not part.endswith("·"))
            row = (verdict.claim.says, _who(verdict), str(verdict.ruling), rungs, verdict.sentence)
            for cell, words in zip(table.add_row().cells, row, strict=True):
                cell.text = words
    for row in table.rows:
        for cell in row.cells:
            for run in (run for paragraph in cell.paragraphs for run in paragraph.runs):
                run.font.size = docx.shared.Pt(9)
    return _saved(document, report.title)


def _saved(document: Any, title: str) -> bytes:
    """A document with nobody's name and no day of its own, as bytes."""
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = title, "", ""
    properties.comments, properties.revision = "", 1
    properties.created = properties.modified = properties.last_printed = _NEVER
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _repacked(content: bytes) -> bytes:
    """The same parts in a zip file that bears no day of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return out.getvalue()
