"""The two forms of the report: a PDF set by Typst, and one page for the browser filled by Jinja."""

import hashlib
import json
import re
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Literal

import jinja2
import matplotlib
import typst
from markupsafe import Markup

from trends import drawing

#: Where the templates and the prose stand.
TEMPLATES = Path(__file__).parent / "templates"

_FORMS: tuple[Literal["png"], Literal["pdf"]] = ("png", "pdf")
_LONG_NUMBER = re.compile(r"(?<=[\s\"(,])-?\d+\.\d{2,}(?=[\s\",)])")
_REFERENCE = re.compile(r"(?:href=\"#|url\(#)([^\")]+)")
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


def pdf(template: str, book: dict, pictures: dict[str, str]) -> bytes:
    """A PDF of a book: tagged, searchable, with bookmarks, to the accessibility standard PDF/UA-1.

    Parameters
    ----------
    template : {"brief.typ", "report.typ"}
        Which one.
    book : dict
        What is told. Texts are handed over as data and are never read as markup.
    pictures : dict of str to str
        The SVG of each chart, by name, its words as text.
    """
    told = {"book": json.dumps(book, ensure_ascii=False), "pictures": json.dumps(pictures, ensure_ascii=False)}
    parts = [(TEMPLATES / name).read_bytes() for name in ("layout.typ", template)]
    return _typeset(b"\n".join(parts), told, ["ua-1"])


def chart_files(svg: str) -> dict[str, bytes]:
    """The PNG (200 dots an inch) and the PDF of one chart, from its SVG with words as text.

    Matplotlib takes ten times as long for the two.
    """
    template = (
        b"#set document(date: none)\n#set page(width: auto, height: auto, margin: 0pt)\n"
        b'#image(bytes(sys.inputs.svg), format: "svg")'
    )
    return {form: _typeset(template, {"svg": svg}, form=form) for form in _FORMS}


def _typeset(
    template: bytes,
    told: dict[str, str],
    standards: list[Literal["ua-1"]] | None = None,
    form: Literal["pdf", "png"] = "pdf",
) -> bytes:
    """A file with no date in it and no font of the machine: those that Typst carries and those of matplotlib."""
    return typst.compile(
        template,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=told,
        format=form,
        ppi=200,
        pdf_standards=[*standards] if standards else None,
    )


@cache
def _fonts() -> typst.Fonts:
    of_matplotlib = str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[of_matplotlib])


def report_html(book: dict, pictures: dict[str, str]) -> str:
    """The page of a book, with everything in it: nothing is fetched, and its one script only searches and unfolds.

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
    light = {chart["name"] for chart in charts if chart and chart["light"]}
    looks: dict[str, str] = {}
    inline = {
        name: Markup(inline_svg(svg, f"g{n}", looks, light=name in light))
        for n, (name, svg) in enumerate(pictures.items())
    }
    if book["brief"]["chart"]:
        name = book["brief"]["chart"]["name"]
        inline[f"brief.{name}"] = Markup(inline_svg(pictures[name], "b", looks))
    read = {name: (TEMPLATES / f"report.{name}").read_text(encoding="utf-8") for name in ("css", "js")}
    digest = b64encode(hashlib.sha256(read["js"].encode()).digest()).decode()
    return environment.get_template("report.html.jinja").render(
        book=book,
        pictures=inline,
        style=Markup(read["css"]),
        looks=Markup("\n".join(f".{name}{{{look}}}" for look, name in looks.items()) + "\n"),
        script=Markup(read["js"]),
        script_hash=Markup(f"sha256-{digest}"),
    )


def inline_svg(svg: str, name: str, looks: dict[str, str], *, light: bool = False) -> str:
    """An SVG file as an element of a page: its ids its own, its colours those of the page, its size free.

    What takes room and shows nothing goes: ids that nothing refers to, digits beyond a tenth of a point, and looks
    that stand a thousand times in one file.

    Parameters
    ----------
    svg : str
        The file, as `trends.drawing.render` makes it, with words as text.
    name : str
        A prefix for its ids, or two charts in one page would share clip paths and glyphs.
    looks : dict of str to str
        Takes each look, with the name of the class that it becomes.
    light : bool
        Whether the colours stay as they are, on white.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    used = dict.fromkeys(id for tag in re.findall(r"<[^>]*>", svg) for id in _REFERENCE.findall(tag))
    short = {id: f"{name}.{n}" for n, id in enumerate(used)}

    def slim(hit: re.Match[str]) -> str:
        # Of tags alone: what a chart says in words is nobody's to change.
        tag = re.sub(r' id="([^"]*)"', lambda id: f' id="{short[id[1]]}"' if id[1] in short else "", hit[0])
        tag = _REFERENCE.sub(lambda id: id[0].replace(id[1], short[id[1]]), tag).replace("xlink:href", "href")
        tag = tag.replace("'DejaVu Sans'", "'DejaVu Sans', Verdana, sans-serif")
        tag = re.sub(r' transform="rotate\(-?0 [^"]*"', "", _LONG_NUMBER.sub(_tenths, tag))
        if not light:
            tag = re.sub(r"(?<=[ :])#[0-9a-fA-F]{6}\b(?=[;\"])", lambda colour: _page_colour(colour[0]), tag)
        tag = re.sub(r' style="([^"]*)"', lambda look: f' class="{looks.setdefault(look[1], f"s{len(looks)}")}"', tag)
        return re.sub(r'(?<= d=")[^"]*', lambda path: re.sub(r"\s+(?=[LMCQz]|$)", "", path[0]), tag)

    head, body = svg.split(">", 1)
    head = re.sub(r' (?:width|height|version|xmlns:xlink|xmlns)="[^"]*"', "", head)
    body = re.sub(r"<[^>]*>", slim, body)
    body = re.sub(r">\s+<", "><", body).strip()
    body = _joined(body, {name for look, name in looks.items() if "fill: none" in look})
    return f'{head} aria-hidden="true" focusable="false">{body}'


def _tenths(hit: re.Match[str]) -> str:
    return f"{float(hit[0]):.1f}".removesuffix(".0")


def _joined(body: str, lines: set[str]) -> str:
    """Runs of lines of one look as one path each: a chart may have thousands."""
    parts, run, last = [], "", ""
    for part in re.split(r"(?<=/>)(?=<path d=)|(?<=/>)(?=<)|(?<=>)(?=<path d=)", body):
        found = re.fullmatch(r'<path d="([^"]*)"( clip-path="[^"]*")? class="([^"]*)"/>', part)
        look = f'{found[2] or ""} class="{found[3]}"' if found and found[3] in lines else ""
        if run and look != last:
            parts.append(f'<path d="{run}"{last}/>')
            run = ""
        run, last = (run + found[1], look) if found and look else (run, look)
        if not look:
            parts.append(part)
    return "".join([*parts, f'<path d="{run}"{last}/>' if run else ""])


def _page_colour(colour: str) -> str:
    name = _OF_THE_PAGE.get(colour.lower())
    return f"var({name})" if name else colour
