"""What a written report comes to: pages, gaps, what stands twice, what no reader would say, and numbers read back.

``python -m benchmarks.report_counts REPORT STUDY`` prints the counts of the folder that ``trends report STUDY`` wrote.
"""

import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pypdf

from trends.claims.study import Study, read_study
from trends.claims.words import figure

# A page holds text from 17 to 19 millimetres from its ends; points from its lower end.
_TOP, _BOTTOM = (297 - 17) * 72 / 25.4, 19 * 72 / 25.4
_PROGRAM = re.compile(r"found [^.;]*; allowed|\bNone\b(?! \w)|\bnan\b|\binf\b|\(\[\{|\b\w+_\w+\(")
_DECIMAL = re.compile(r"(?<![\d.,])\d+\.\d{2,}(?![\d.])")


class _Words(HTMLParser):
    """The words of a page, without its style and script."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"style", "script", "code"} & {*self.inside}:
            self.words.append(data)


def sheets(report: Path, name: str) -> list[pypdf.PageObject]:
    """The pages of a PDF of a report."""
    return [*pypdf.PdfReader(report / name).pages]


@cache
def texts(report: Path) -> dict[str, str]:
    """Brief, book and page in words, by the name of the file."""
    told = {name: " ".join(s.extract_text() for s in sheets(report, name)) for name in ("brief.pdf", "report.pdf")}
    page = _Words()
    page.feed((report / "index.html").read_text(encoding="utf-8"))
    return {name: squeezed(text) for name, text in (told | {"index.html": " ".join(page.words)}).items()}


def squeezed(text: str) -> str:
    """A text with one space between its words."""
    return " ".join(text.replace("\u00a0", " ").split())


def filled(sheet: pypdf.PageObject) -> float:
    """The share of a sheet above its lowest words, those of the foot left out."""
    heights: list[float] = []
    sheet.extract_text(visitor_text=lambda text, cm, tm, *_: heights.append(_height(cm, tm)) if text.strip() else None)
    return (_TOP - min(height for height in heights if height > _BOTTOM)) / (_TOP - _BOTTOM)


def _height(cm: list[float], tm: list[float]) -> float:
    return tm[4] * cm[1] + tm[5] * cm[3] + cm[5]


def thin(report: Path, name: str) -> list[int]:
    """The pages of a PDF that are under a third full, by number."""
    return [n for n, sheet in enumerate(sheets(report, name), 1) if filled(sheet) < 1 / 3]


def pages_before_the_annex(report: Path) -> int:
    """How many pages of the book stand before its annex begins, that on which it does among them."""
    book = pypdf.PdfReader(report / "report.pdf")
    annexes = [each for each in book.outline if not isinstance(each, list) and str(each.title).startswith("Annex")]
    starts = [book.get_destination_page_number(each) for each in annexes]
    return min([n + 1 for n in starts if n is not None], default=len(book.pages))


def repeated(report: Path, study: Study) -> list[str]:
    """The caveats of sources that the book prints more than once."""
    book = texts(report)["report.pdf"]
    known = {caveat for source in study.sources.values() for caveat in source.caveats}
    return sorted(caveat for caveat in known if book.count(squeezed(caveat)) > 1)


def unsayable(report: Path, study: Study) -> list[str]:
    """Identifiers and messages of the program that stand in what a reader is told, with the file they stand in."""
    ids = [claim.id for claim in study.claims if "-" in claim.id]
    ids += [name for name in [*study.sources, *study.events["event"].unique()] if "_" in name]
    found = []
    for name, text in texts(report).items():
        found += [f"{name}: {id}" for id in ids if re.search(rf"(?<![\w/]){re.escape(id)}(?![\w/.])", text)]
        found += [f"{name}: {hit[0]}" for hit in _PROGRAM.finditer(text)]
    return found


#: What no sentence of a report has: a name or value of the program, one of something in the plural, marks that clash.
FAULTS = re.compile(
    r"\w_\w|\b[a-z]+(?:-[a-z0-9]+){3,}\b|found .*; allowed|\bnan\b|\binf\b|\bNone\b(?! \w)"
    r"|(?<![\d.,-])\b1 (?:attacks|claims|counters|events|incidents|months|people|periods|are|were)\b"
    r"|  |\.\.|,,|, \.|\.;|\b(\w+) \1\b|\bat (?:least|most) 0(?![.,]\d)"
    r"|, [a-z ]+ record(?:ed)? (?:\d|a |no |at |about |exactly )"
)


def faulty_sentences(report: Path) -> list[str]:
    """The questions, sentences, checks and ways to settle of a report that have a fault, each once."""
    said = {}
    for verdict in verdicts(report):
        for finding in verdict["findings"]:
            told = [finding["question"], finding["sentence"], finding["settles"] or ""]
            told += [check["asks"] for check in finding["checks"]] + [check["says"] for check in finding["checks"]]
            said |= dict.fromkeys(text for text in told if FAULTS.search(text))
    return [*said]


def verdicts(report: Path) -> list[dict]:
    """The verdicts of a report as its tables have them."""
    return json.loads((report / "verdicts.json").read_text(encoding="utf-8"))["verdicts"]


def lost_numbers(report: Path, study: Study) -> list[str]:
    """Rulings and estimates of verdicts.json that book or page do not tell, or the brief of its main claims."""
    told, lost = texts(report), []
    for verdict in verdicts(report):
        wanted = [("report.pdf", each) for each in _figures(verdict)] + [("index.html", e) for e in _figures(verdict)]
        files = ["report.pdf", "index.html"]
        if verdict["claim"]["id"] in study.masthead.main:
            files.append("brief.pdf")
            wanted.append(("brief.pdf", squeezed(verdict["claim"]["says"])))
        wanted += [(name, verdict["ruling"]) for name in files]
        lost += [f"{name}: {each} of {verdict['claim']['id']}" for name, each in wanted if each not in told[name]]
    return lost


def _figures(verdict: dict) -> Iterator[str]:
    for finding in verdict["findings"]:
        evidence = finding["evidence"]
        if evidence and not evidence["untestable"] and evidence["unit"] in ("ratio", "count", "share"):
            for name in ("estimate", "lower", "upper"):
                if evidence[name] is not None and str(evidence[name]) not in ("inf", "Infinity"):
                    yield figure(float(evidence[name]), evidence["unit"])


def made_up_numbers(report: Path) -> list[str]:
    """Numbers with two decimals or more in the brief that verdicts.json has in no sentence and no estimate."""
    said = squeezed((report / "verdicts.json").read_text(encoding="utf-8"))
    known = {*_DECIMAL.findall(said)} | {each for verdict in verdicts(report) for each in _figures(verdict)}
    return sorted({*_DECIMAL.findall(texts(report)["brief.pdf"])} - known)


def counts(report: Path, study: Study) -> dict[str, object]:
    """All counts of a report by name; those of faults are empty lists where there is none."""
    book = len(sheets(report, "report.pdf"))
    main = pages_before_the_annex(report)
    return {
        "pages of the brief": len(sheets(report, "brief.pdf")),
        "pages of the book before its annex": main,
        "pages of the annex": book - main,
        "claims": len(verdicts(report)),
        "bytes of the page": (report / "index.html").stat().st_size,
        "pages under a third full": {name: thin(report, name) for name in ("brief.pdf", "report.pdf")},
        "caveats printed more than once": repeated(report, study),
        "identifiers and program messages": unsayable(report, study),
        "sentences with a fault": faulty_sentences(report),
        "numbers of verdicts.json not told": lost_numbers(report, study),
        "numbers of the brief not in verdicts.json": made_up_numbers(report),
    }


if __name__ == "__main__":
    print(json.dumps(counts(Path(sys.argv[1]), read_study(sys.argv[2])), indent=1, ensure_ascii=False))
