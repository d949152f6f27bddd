"""How Sphinx builds the site: Markdown, the notebooks as they were saved, and the reference from docstrings."""

import os
import re
import shutil
import sys
from pathlib import Path

from sphinx.errors import ExtensionError

DOCS = Path(__file__).parent
ROOT = DOCS.parent
sys.path.insert(0, str(DOCS))

from tables import filled  # noqa: E402 (it stands beside this file, which is on no path before the line above)

import trends  # noqa: E402

project = "trends"
author = copyright = "the trends developers"
release = version = trends.__version__
extensions = [
    "matplotlib.sphinxext.plot_directive",
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
]
exclude_patterns = ["reference/names/*.md"]
templates_path = ["templates"]
# A name in single back-quotes is a link where the reference has it, and code where it has not.
default_role = "autolink"
autosummary_generate = True
autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_numpy_docstring = True
napoleon_google_docstring = False
napoleon_use_rtype = False
nb_execution_mode = "off"
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
plot_formats = [("png", 144)]
plot_html_show_formats = plot_html_show_source_link = False
plot_include_source = True
plot_working_directory = str(ROOT)
# The help of the command line, the same whatever terminal the site is built in.
os.environ |= {"COLUMNS": "100", "NO_COLOR": "1"}

html_theme = "pydata_sphinx_theme"
html_title = "trends"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_sidebars = {"tutorial": [], "gallery": [], "about": []}
html_copy_source = html_show_sourcelink = False
html_theme_options = {
    "footer_start": ["copyright"],
    "footer_end": [],
    "navigation_with_keys": False,
    "show_prev_next": True,
    "navbar_align": "left",
    "header_links_before_dropdown": 7,
    "secondary_sidebar_items": ["page-toc"],
}


def setup(app) -> None:
    """Bring the notebooks to where Sphinx looks for pages, fill in the tables that the code has, and check the end."""
    shutil.rmtree(DOCS / "notebooks", ignore_errors=True)
    (DOCS / "notebooks").mkdir()
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        # A link to a page of the site leads to its file where the notebook lies, and to the page where it is shown.
        text = notebook.read_text(encoding="utf-8").replace("](../docs/", "](../")
        (DOCS / "notebooks" / notebook.name).write_text(text, encoding="utf-8")
    app.connect("source-read", lambda app, name, text: text.__setitem__(0, filled(text[0])))
    app.connect("build-finished", add_thumbnails)
    app.connect("build-finished", refuse_what_is_fetched)


def add_thumbnails(app, failure) -> None:
    """Put every chart of the gallery at its top, small, each leading to itself with the lines that draw it."""
    page = Path(app.outdir) / "gallery.html"
    if failure or not page.is_file():
        return
    image = re.compile(r'<img alt="([^"]*)" class="plot-directive" src="([^"]*)" />')
    text, small = page.read_text(encoding="utf-8"), []

    def named(match: re.Match) -> str:
        small.append(f'<a href="#chart-{len(small)}"><img alt="{match[1]}" src="{match[2]}"></a>')
        return match[0].replace("<img ", f'<img id="chart-{len(small) - 1}" ')

    text = image.sub(named, text)
    head, section, rest = text.partition('<section id="counts">')
    if not section or not small:
        raise ExtensionError("The gallery has no charts to show at its top.")
    page.write_text(f'{head}<p class="thumbnails">{"".join(small)}</p>{section}{rest}', encoding="utf-8")


def refuse_what_is_fetched(app, failure) -> None:
    """Fail where a page would ask another machine for a script, a style, a font or a picture."""
    fetched = re.compile(
        r"<(?:script|img|iframe|source)\b[^>]*\bsrc=.(?:https?:)?//|<link\b[^>]*\bhref=.(?:https?:)?//"
    )
    pages = [] if failure else Path(app.outdir).rglob("*.html")
    found = [str(page.relative_to(app.outdir)) for page in pages if fetched.search(page.read_text(encoding="utf-8"))]
    if found:
        raise ExtensionError(f"These pages would fetch something from another machine: {', '.join(sorted(found))}.")
