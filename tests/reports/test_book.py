import base64
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import pypdf
import pytest

from tests.charts.made import made_study, made_verdicts
from trends.claims.masthead import Masthead
from trends.claims.words import figure
from trends.errors import InputError
from trends.reports.book import alike, once, ordered, write_report
from trends.reports.page import claim_page
from trends.styling import Style

ROOT = Path(__file__).parents[2]
WRITE = """
import sys
from tests.charts.made import made_study, made_verdicts
from trends.reports.book import write_report
write_report(made_verdicts(), sys.argv[1], study=made_study(), options={"seed": 7}, jobs=2)
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
def report(made_report):
    return made_report[0]


@pytest.fixture(scope="module")
def steps(made_report):
    return made_report[1]


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
        self.quiet += tag in ("style", "script")

    def handle_endtag(self, tag):
        self.quiet -= tag in ("style", "script")

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
    assert {"brief.pdf", "report.pdf", "index.html", "verdicts.csv", "verdicts.json", "manifest.json"} <= files
    charts = {name for name in files if name.startswith("charts/")}
    assert len(charts) == 2 * (7 + 1 + 3 + 3)
    stems = {name.rsplit(".", 1)[0] for name in charts}
    assert {f"{stem}.{form}" for stem in stems for form in ("png", "pdf")} == charts
    assert {"charts/forest", "charts/counts-heat-map", "charts/course-regimes", "charts/evil-id-change"} <= stems
    assert files == charts | {"brief.pdf", "report.pdf", "index.html", "verdicts.csv", "verdicts.json", "manifest.json"}


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
    assert [label for _, _, label in steps][-4:] == ["brief.pdf", "report.pdf", "index.html", "tables"]


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
    assert {
        "All claims that could be tested",
        "How the rulings are made",
        "Annex: sources and licences",
        "How to reproduce",
    } <= set(found)
    tested = [verdict for verdict in made_verdicts() if verdict.claim.id not in ("at-least-566", "forecast-only")]
    claims = [f"{n}. {verdict.claim.says}" for n, verdict in enumerate(ordered(tested), 1)]
    # Claims that ask the same share a page, that of the first of them.
    assert sorted(claims) == sorted(title for title in found if title[:1].isdigit())


def test_nothing_in_the_page_is_fetched_and_only_its_own_script_runs(page):
    assert [address for address in page.fetched if not address.startswith(("#", "data:"))] == []
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert "@import" not in page.text
    assert re.findall(r"url\((?!#)", page.text) == []
    [policy] = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    script = page.text[page.text.index("<script>") + 8 : page.text.index("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy == (f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'")
    assert len(page.all("script")) == 1


def test_claims_are_folded_and_can_be_chosen_by_ruling_without_a_script(page):
    claims = [attrs for attrs in page.all("details") if attrs.get("class", "").startswith("claim ")]
    assert len(claims) == 9 and not any("open" in attrs for attrs in claims)
    for attrs in claims:
        ruling = attrs["class"].split("is-")[1]
        assert f"body:has(#show-{ruling}:checked) details.claim:not(.is-{ruling})" in page.text
        assert f"show-{ruling}" in page.ids


def test_the_page_opens_with_the_brief(page):
    words = squeezed("".join(page.words))
    assert words.index("Attacks rose as the coalition pared back its presence” cannot be decided") < words.index(
        "How to read the words"
    )
    assert words.index("How to read the words") < words.index("All claims", words.index("How to read the words"))


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
    # One of them stands twice: in the brief and with its claim.
    assert len(charts) == 15
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
    bad = replace(source, url="javascript:alert(1)")
    study = replace(study, sources={"ucdp": bad}, panels={})
    write_report(made_verdicts()[5:6], tmp_path / "report", study=study)
    assert Page((tmp_path / "report" / "index.html").read_text()).links.count("javascript:alert(1)") == 0


def test_light_and_dark_are_both_looked_after(page):
    assert "prefers-color-scheme: dark" in page.text
    assert "@media print" in page.text
    assert "var(--ink)" in page.text[: page.text.index("</style>")]
    looks = dict(re.findall(r"\.(s\d+)\{([^}]*)\}", page.text))
    light = page.text[page.text.index('class="chart light"') :]
    used = set(re.findall(r'class="(s\d+)"', light[: light.index("</svg>")]))
    assert used and not any("var(--" in looks[name] for name in used)


def test_rulings_stand_in_words_wherever_they_stand(page):
    words = squeezed("".join(page.words)).replace("\u00a0", " ")
    for ruling in ("● SUPPORTED", "■ CONTRADICTED", "◆ NO MATERIAL CHANGE", "△ CANNOT TELL", "× UNTESTABLE"):
        assert ruling in words


def test_conflicting_claims_lead_to_each_other(page):
    text = page.text
    first, second = text.index('id="attacks-rose-after-drawdown"'), text.index('id="fell-as-threat-fell"')
    assert first < text.index('<a href="#fell-as-threat-fell">Claim 2: ') < second
    assert second < text.index('<a href="#attacks-rose-after-drawdown">Claim 1: ')


def test_claims_that_ask_the_same_of_the_same_data_share_a_page():
    one, other = made_verdicts()[1:3]
    again = replace(one, claim=replace(one.claim, id="again", says="1,669 it was."))
    assert alike([one, other, again]) == ((0, 2), (1,))
    assert alike(made_verdicts()[5:7]) == ()


def test_what_is_to_be_known_of_many_claims_stands_once():
    page = claim_page(made_verdicts()[0], 1, "a", (), {})
    pages = [replace(page, number=n, caveats=("All.", f"Own {n}.")) for n in range(1, 5)]
    own, common = once(pages)
    assert [each.caveats for each in own] == [(f"Own {n}.",) for n in range(1, 5)]
    assert common == (("All claims that could be tested", "All."),)


def test_brief_book_and_page_tell_the_numbers_of_the_verdicts(report, pdf, page):
    kept = json.loads((report / "verdicts.json").read_text())["verdicts"]
    texts = [squeezed(" ".join(sheet.extract_text() for sheet in pdf.pages)), squeezed("".join(page.words))]
    brief = squeezed(" ".join(sheet.extract_text() for sheet in pypdf.PdfReader(report / "brief.pdf").pages))
    for verdict in kept:
        evidence = verdict["findings"][0]["evidence"]
        if evidence and not evidence["untestable"]:
            told = figure(evidence["estimate"], evidence["unit"])
            assert all(told.replace(" ", "\u00a0") in text or told in text for text in texts), told
    lead = kept[0]["findings"][0]["evidence"]
    assert all(figure(lead[end], "ratio") in brief for end in ("estimate", "lower", "upper"))


def test_a_style_of_ones_own_reaches_every_chart_and_no_setting_of_matplotlib(tmp_path):
    before = dict(mpl.rcParams)
    study = made_study()
    look = Masthead(style=Style("DejaVu Serif", "#7a1f5c", 6.0), question="What then?", institution="An institute")
    write_report(made_verdicts()[:1], tmp_path / "report", study=replace(study, masthead=look), jobs=1)
    text = (tmp_path / "report" / "index.html").read_text()
    assert "DejaVu Serif" in text and "#7a1f5c" in text and "What then?" in text and "An institute" in text
    assert dict(mpl.rcParams) == before
