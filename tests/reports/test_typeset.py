"""The two forms of the report: a chart as a file and as an element of a page, a text never read as markup."""

import io

import pypdf
from PIL import Image

from trends import drawing
from trends.reports.typeset import chart_files, inline_svg


def drawn():
    ax = drawing.axes(height=2.0)
    ax.plot([0, 1], [0, 1])
    ax.set_title("A Lion, 1.25 %")
    svg = drawing.render(ax, "svg", outlines=False).decode()
    drawing.close(ax)
    return svg


def test_a_chart_is_a_picture_of_200_dots_an_inch_and_a_page_whose_words_can_be_searched():
    files = chart_files(drawn())
    page = pypdf.PdfReader(io.BytesIO(files["pdf"])).pages[0]
    assert "A Lion, 1.25 %" in page.extract_text()
    picture = Image.open(io.BytesIO(files["png"]))
    assert abs(picture.width / float(page.mediabox.width) * 72 - 200) < 1
    assert not pypdf.PdfReader(io.BytesIO(files["pdf"])).metadata.get("/CreationDate")


def test_the_same_chart_gives_the_same_files():
    assert chart_files(drawn()) == chart_files(drawn())


def test_a_chart_within_a_page_has_the_colours_of_the_page_but_in_its_words():
    svg = '<svg width="1pt"><g style="fill: #ffffff; stroke: #000000"/><text>#ffffff</text></svg>'
    looks = {}
    assert "<text>#ffffff</text>" in inline_svg(svg, "a", looks)
    assert list(looks) == ["fill: var(--paper); stroke: var(--ink)"]


def test_ids_and_clip_paths_of_two_charts_in_one_page_are_kept_apart():
    svg = '<?xml?><svg width="1pt" viewBox="0 0 1 1"><!--x--><defs><path id="a" style="fill: #ffffff"/></defs>' \
        '<g id="idle" clip-path="url(#a)"><use xlink:href="#a" style="stroke: #d55e00"/></g></svg>'  # fmt: skip
    looks = {}
    assert inline_svg(svg, "one", looks) == (
        '<svg viewBox="0 0 1 1" aria-hidden="true" focusable="false">'
        '<defs><path id="one.0" class="s0"/></defs>'
        '<g clip-path="url(#one.0)"><use href="#one.0" class="s1"/></g></svg>'
    )
    assert list(looks) == ["fill: var(--paper)", "stroke: #d55e00"]
    looks = {}
    inline_svg(svg, "one", looks, light=True)
    assert "fill: #ffffff" in looks


def test_lines_of_one_look_become_one_path_and_areas_stay_apart():
    line, area = 'style="fill: none; stroke: #222222"', 'style="fill: #e69f00"'
    svg = f'<svg><g><path d="M 1.234 2 \nL 3 4 " {line}/><path d="M 5 6L 7 8.06" {line}/><path d="M 1 1z" {area}/>' \
        f'<path d="M 2 2z" {area}/></g><text x="1.25">A Lion 1.25 (0.61 – 2.05) url(#x)</text></svg>'  # fmt: skip
    assert inline_svg(svg, "n", {}) == (
        '<svg aria-hidden="true" focusable="false"><g><path d="M 1.2 2L 3 4M 5 6L 7 8.1" class="s0"/>'
        '<path d="M 1 1z" class="s1"/><path d="M 2 2z" class="s1"/></g>'
        '<text x="1.2">A Lion 1.25 (0.61 – 2.05) url(#x)</text></svg>'
    )
