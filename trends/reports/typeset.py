"""The two forms of the report: a PDF set by Typst, and one page for the browser filled by Jinja."""

import json
import re
from functools import cache
from pathlib import Path

import jinja2
import matplotlib
import typst
from markupsafe import Markup

from trends import drawing

#: Where the templates and the prose stand.
TEMPLATES = Path(__file__).parent / "templates"

# In a dark page these colours of a chart give way to those of the page.
_OF_THE_PAGE = {
    "#ffffff": "--paper",
    "#000000": "--ink",
    drawing.COLOURS["ink"].lower(): "--ink",
    drawing.COLOURS["counts"].lower(): "--soft",
    drawing.COLOURS["muted"].lower(): "--muted",
    drawing.COLOURS["faint"].lower(): "--rule",
    drawing.COLOURS["fit"].lower(): "--blue",
}


def report_pdf(book: dict, pictures: dict[str, str]) -> bytes:
    """The PDF of a book: tagged, searchable, with bookmarks, to the accessibility standard PDF/UA-1.

    Parameters
    ----------
    book : dict
        What is told. Texts are handed over as data and are never read as markup.
    pictures : dict of str to str
        The SVG of each chart, by name, its words as text.
    """
    told = {"book": json.dumps(book, ensure_ascii=False), "pictures": json.dumps(pictures, ensure_ascii=False)}
    return _typeset((TEMPLATES / "report.typ").read_bytes(), told, ["ua-1"])


def chart_files(svg: str) -> dict[str, bytes]:
    """The PNG (200 dots an inch) and the PDF of one chart, from its SVG with words as text.

    Matplotlib takes ten times as long for the two.
    """
    template = (
        b"#set document(date: none)\n#set page(width: auto, height: auto, margin: 0pt)\n"
        b'#image(bytes(sys.inputs.svg), format: "svg")'
    )
    return {form: _typeset(template, {"svg": svg}, form=form) for form in ("png", "pdf")}


def _typeset(template: bytes, told: dict[str, str], standards: list[str] | None = None, form: str = "pdf") -> bytes:
    """A file with no date in it and no font of the machine: those that Typst carries and those of matplotlib."""
    return typst.compile(
        template,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=told,
        format=form,
        ppi=200,
        pdf_standards=standards or [],
    )


@cache
def _fonts() -> typst.Fonts:
    of_matplotlib = str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[of_matplotlib])


def report_html(book: dict, pictures: dict[str, str]) -> str:
    """The page of a book, with everything in it: no script, and nothing is fetched.

    Parameters
    ----------
    book : dict
        What is told.
    pictures : dict of str to str
        The SVG of each chart, by name.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    charts = [*book["counts"], *(aspect["chart"] for aspect in book["course"])]
    charts += [part["where"] for page in book["pages"] for part in page["parts"]]
    light = {chart["name"] for chart in charts if chart and chart["light"]}
    inline = {name: Markup(inline_svg(svg, name, light=name in light)) for name, svg in pictures.items()}
    template = environment.get_template("report.html.jinja")
    style = Markup((TEMPLATES / "report.css").read_text(encoding="utf-8"))
    return template.render(book=book, pictures=inline, style=style)


def inline_svg(svg: str, name: str, *, light: bool = False) -> str:
    """An SVG file as an element of a page: its ids its own, its colours those of the page, its size free.

    Parameters
    ----------
    svg : str
        The file, as `trends.drawing.render` makes it, with words as text.
    name : str
        A prefix for its ids, or two charts in one page would share clip paths and glyphs.
    light : bool
        Whether the colours stay as they are, on white.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="', f'id="{name}.', svg)
    svg = re.sub(r'(?:xlink:)?href="#', f'href="#{name}.', svg)
    svg = svg.replace("url(#", f"url(#{name}.")
    svg = svg.replace("'DejaVu Sans'", "'DejaVu Sans', Verdana, sans-serif")
    head, body = svg.split(">", 1)
    head = re.sub(r' (?:width|height|version|xmlns:xlink|xmlns)="[^"]*"', "", head)
    if not light:
        body = re.sub(r"(?<=[ :])#[0-9a-fA-F]{6}\b(?=[;\"])", lambda hit: _page_colour(hit[0]), body)
    return f'{head} aria-hidden="true" focusable="false">' + re.sub(r">\s+<", "><", body).strip()


def _page_colour(colour: str) -> str:
    name = _OF_THE_PAGE.get(colour.lower())
    return f"var({name})" if name else colour
