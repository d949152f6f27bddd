import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pypdf
import pytest

from tests.charts.made import made_study, made_verdicts
from trends.errors import InputError
from trends.reports.book import write_report
from trends.reports.typeset import inline_svg

ROOT = Path(__file__).parents[2]
WRITE = """
import sys
from tests.charts.made import made_study, made_verdicts
from trends.reports.book import write_report
write_report(made_verdicts(), sys.argv[1], study=made_study(), options={"seed": 7})
"""
KILLED = """
import os, signal, sys
from tests.charts.made import made_verdicts
from trends.reports.book import write_report
def die(done, total, label):
    if done == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
write_report(made_verdicts()[4:6], sys.argv[1], progress=die)
"""


@pytest.fixture(scope="module")
def steps():
    return []


@pytest.fixture(scope="module")
def report(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("book") / "report"
    told = write_report(
        made_verdicts(),
        folder,
        study=made_study(),
        options={"seed": 7},
        progress=lambda *step: steps.append(step),
    )
    assert told == folder
    return folder


@pytest.fixture(scope="module")
def pdf(report):
    return pypdf.PdfReader(report / "report.pdf")


@pytest.fixture(scope="module")
def page(report):
    return Page((report / "index.html").read_text(encoding="utf-8"))


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.links, self.fetched, self.words, self.text = [], [], [], [], [], text
        self.quiet = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        self.ids += [found["id"]] if "id" in found else []
        if tag == "a":
            self.links.append(found["href"])
        elif "href" in found:
            self.fetched.append(found["href"])
        self.fetched += [found[name] for name in ("src", "srcset", "data", "poster", "action") if name in found]
        self.quiet += tag == "style"

    def handle_endtag(self, tag):
        self.quiet -= tag == "style"

    def handle_data(self, data):
        self.words += [] if self.quiet else [data]

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def run(code, *arguments, **env):
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": os.environ.get("HOME", "/"), **env},
        cwd=env.pop("PWD", ROOT),
        capture_output=True,
        text=True,
    )


def everything(folder):
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def squeezed(text):
    return re.sub(r"\s+", " ", text)


def test_the_folder_holds_the_report_every_chart_and_the_tables(report):
    files = set(everything(report))
    assert {"report.pdf", "index.html", "verdicts.csv", "verdicts.json", "manifest.json"} <= files
    charts = {name for name in files if name.startswith("charts/")}
    assert len(charts) == 2 * (7 + 1 + 3 + 3)
    stems = {name.rsplit(".", 1)[0] for name in charts}
    assert {f"{stem}.{form}" for stem in stems for form in ("png", "pdf")} == charts
    assert {"charts/forest", "charts/counts-heat-map", "charts/course-regimes", "charts/evil-id-change"} <= stems
    assert files == charts | {"report.pdf", "index.html", "verdicts.csv", "verdicts.json", "manifest.json"}


def test_the_manifest_names_every_file_read_and_written(report):
    manifest = json.loads((report / "manifest.json").read_text())
    for name, content in everything(report).items():
        assert name == "manifest.json" or manifest["outputs"][name] == hashlib.sha256(content).hexdigest()
    assert manifest["inputs"] == dict(made_study().files)
    assert manifest["options"] == {"seed": 7}
    assert manifest["command"] == "trends report study --out report"
    assert len(manifest["claims"]) == 9


def test_the_same_inputs_give_the_same_bytes_elsewhere_at_another_time(report, tmp_path):
    env = {"PYTHONHASHSEED": "12345", "TZ": "Asia/Baghdad", "LC_ALL": "C", "PWD": str(tmp_path), "MPLBACKEND": "svg"}
    done = run(WRITE, tmp_path / "again", **env)
    assert done.returncode == 0, done.stderr
    ours, theirs = everything(report), everything(tmp_path / "again")
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_a_report_killed_halfway_leaves_the_old_one_whole_and_is_swept(tmp_path):
    write_report(made_verdicts()[5:7], tmp_path / "report")
    before = everything(tmp_path / "report")
    for step in (1, 3):
        assert run(KILLED, tmp_path / "report", step).returncode == -signal.SIGKILL
        assert everything(tmp_path / "report") == before
        assert len(list(tmp_path.iterdir())) == 2
    write_report(made_verdicts()[5:6], tmp_path / "report")
    assert [file.name for file in tmp_path.iterdir()] == ["report"]


def test_a_chart_that_fails_fails_the_report_and_the_old_one_stays(tmp_path, monkeypatch):
    write_report(made_verdicts()[5:7], tmp_path / "report")
    before = everything(tmp_path / "report")

    def fail(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("trends.reports.book.plot_finding", fail)
    with pytest.raises(ZeroDivisionError):
        write_report(made_verdicts()[:1], tmp_path / "report")
    assert everything(tmp_path / "report") == before
    assert [file.name for file in tmp_path.iterdir()] == ["report"]


def test_progress_goes_from_one_to_all(report, steps):
    assert [done for done, _, _ in steps] == list(range(1, len(steps) + 1))
    assert {total for _, total, _ in steps} == {len(steps)}
    assert [label for _, _, label in steps][-3:] == ["report.pdf", "index.html", "tables"]


def test_no_verdict_is_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(InputError) as refused:
        write_report([], tmp_path / "report")
    assert str(refused.value) == (
        f"write the report to {tmp_path / 'report'}: found no verdict; allowed: at least one; assess a claim."
    )
    assert list(tmp_path.iterdir()) == []


def test_every_claim_verdict_and_chart_can_be_searched_in_the_pdf(pdf):
    text = squeezed(" ".join(page.extract_text() for page in pdf.pages))
    for verdict in made_verdicts():
        if "العراق" not in verdict.claim.says:
            assert squeezed(verdict.claim.says) in text
        assert squeezed(verdict.sentence) in text
    assert "Attacks *fell* in <b>Şalāḩ ad Dīn</b>" in text
    assert "expected, had nothing changed" in text
    assert "CTC SIGACT" in text


def test_every_font_of_the_pdf_is_embedded(pdf):
    fonts = {}
    for page in pdf.pages:
        for found in page["/Resources"].get("/Font", {}).values():
            font = found.get_object()
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            fonts[font["/BaseFont"]] = inner["/FontDescriptor"].get_object()
    assert len(fonts) >= 4
    for descriptor in fonts.values():
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)


def test_the_pdf_has_a_title_bookmarks_and_tags_and_no_date(pdf):
    assert pdf.metadata.title == "Iraq, 2018 to 2020"
    assert pdf.metadata.creation_date is None
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert pdf.trailer["/Root"]["/Lang"] == "en-GB"

    def titles(outline):
        return [t for each in outline for t in (titles(each) if isinstance(each, list) else [each.title])]

    found = titles(pdf.outline)
    assert {"All claims", "Methods and error rates", "Sources and licences", "How to reproduce"} <= set(found)
    for n, verdict in enumerate(
        sorted(made_verdicts(), key=lambda v: v.claim.id in ("at-least-566", "forecast-only")), 1
    ):
        assert f"{n}. {verdict.claim.says}" in found


def test_nothing_in_the_page_is_fetched_and_nothing_runs(page):
    assert [address for address in page.fetched if not address.startswith(("#", "data:"))] == []
    assert not page.all("script")
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert "@import" not in page.text
    assert re.findall(r"url\((?!#)", page.text) == []
    policy = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def test_every_link_of_the_page_leads_somewhere(page, report):
    assert len(set(page.ids)) == len(page.ids)
    for link in page.links:
        if link.startswith("#"):
            assert link[1:] in page.ids
        elif not link.startswith("https://"):
            assert (report / link).is_file()
    assert {"#attacks-2019", "#methods", "charts/forest.png"} <= set(page.links)
    used = re.findall(r"(?:url\(#|href=\"#)([\w.-]+)", page.text)
    assert set(used) <= set(page.ids)


def test_the_page_can_be_read_by_ear_and_by_keyboard(page):
    assert page.all("html")[0]["lang"] == "en-GB"
    charts = [attrs for attrs in page.all("div") if attrs.get("role") == "img"]
    assert len(charts) == 14
    assert all(len(chart["aria-label"]) > 20 and chart["tabindex"] == "0" for chart in charts)
    assert len(page.all("caption")) == len(page.all("table"))
    assert page.all("a")[0] == {"class": "skip", "href": "#main"}
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_texts_of_a_study_are_never_markup(page):
    words = squeezed("".join(page.words))
    assert "Attacks *fell* in <b>Şalāḩ ad Dīn</b> (العراق) by #eval(1) & $x^2$ @all \\ `code`." in words
    assert "Is <script>alert(1)</script> text?" in words or "alert(1)" in page.text
    assert "<b>here" not in page.text
    assert not page.all("img")


def test_an_address_that_is_no_web_address_is_no_link(tmp_path):
    study = made_study()
    source = study.sources["ucdp"]
    bad = type(source)(**(vars(source) | {"url": "javascript:alert(1)"}))
    study = type(study)(**(vars(study) | {"sources": {"ucdp": bad}, "panels": {}}))
    write_report(made_verdicts()[5:6], tmp_path / "report", study=study)
    assert Page((tmp_path / "report" / "index.html").read_text()).links.count("javascript:alert(1)") == 0


def test_light_and_dark_are_both_looked_after(page):
    assert "prefers-color-scheme: dark" in page.text
    assert "@media print" in page.text
    drawn = page.text[page.text.index('id="forest.') :]
    assert "var(--ink)" in drawn[: drawn.index("</svg>")]
    light = page.text[page.text.index('id="counts-heat-map.') :]
    assert "var(--" not in light[: light.index("</svg>")]


def test_rulings_stand_in_words_wherever_they_stand(page):
    words = squeezed("".join(page.words)).replace("\u00a0", " ")
    for ruling in ("● SUPPORTED", "■ CONTRADICTED", "◆ NO MATERIAL CHANGE", "△ CANNOT TELL", "× UNTESTABLE"):
        assert ruling in words


def test_conflicting_claims_lead_to_each_other(page):
    text = page.text
    first, second = text.index('id="attacks-rose-after-drawdown"'), text.index('id="fell-as-threat-fell"')
    assert first < text.index('<a href="#fell-as-threat-fell">Claim 7: ') < second
    # And they stand side by side in the summary.
    pair = text[text.index('id="disputes"') : text.index('id="forest-of-claims"')]
    assert '<a href="#attacks-rose-after-drawdown">' in pair and '<a href="#fell-as-threat-fell">' in pair
    assert second < text.index('<a href="#attacks-rose-after-drawdown">Claim 1: ')


def test_what_to_take_away_is_chosen_by_rule_one_of_each_certain_ruling(page):
    text = squeezed("".join(page.words)).replace("\u00a0", " ")
    text = text[text.index("What to take away") : text.index("The forest of claims")]
    text = text[: text.index("Said, and said otherwise")]
    places = [text.index(word) for word in ("SUPPORTED", "CONTRADICTED", "CANNOT TELL")]
    assert places == sorted(places)
    # Of the claims that are contradicted, and of those that cannot be told, the disputed one comes first.
    assert text.count("Claim 7.") == text.count("Claim 1.") == 1


def test_ids_and_clip_paths_of_two_charts_in_one_page_are_kept_apart():
    svg = '<?xml?><svg width="1pt" viewBox="0 0 1 1"><!--x--><defs><path id="a" style="fill: #ffffff"/></defs>' \
        '<g clip-path="url(#a)"><use xlink:href="#a" style="stroke: #d55e00"/></g></svg>'  # fmt: skip
    assert inline_svg(svg, "one") == (
        '<svg viewBox="0 0 1 1" aria-hidden="true" focusable="false">'
        '<defs><path id="one.a" style="fill: var(--paper)"/></defs>'
        '<g clip-path="url(#one.a)"><use href="#one.a" style="stroke: #d55e00"/></g></svg>'
    )
    assert "#ffffff" in inline_svg(svg, "one", light=True)
