"""The report: every claim with its verdict, told in a PDF, in a page for the browser, and in tables."""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from joblib import Parallel, cpu_count, delayed
from joblib.externals.loky import get_reusable_executor
from matplotlib.axes import Axes

from trends import drawing
from trends.arguments import PathLike, checked_arguments
from trends.charts.forest import forest_sheets, plot_forest
from trends.charts.intervals import MARKS
from trends.charts.pictures import Pictures
from trends.charts.specifications import curve_of, plot_specifications
from trends.charts.verdicts import has_chart, plot_finding
from trends.claims.masthead import Masthead
from trends.claims.rulings import Ruling
from trends.claims.seal import written_words
from trends.claims.study import Study
from trends.claims.verdict import Verdict
from trends.errors import InputError
from trends.nouns import listed
from trends.reports.brief import Brief, brief, main_claims
from trends.reports.cache import Cache
from trends.reports.course import Aspect
from trends.reports.folder import folder_written_aside, versions, write_manifest
from trends.reports.methods import Section, error_rates, methods
from trends.reports.owncounts import charts_of_counts, course_of_counts
from trends.reports.page import Conflict, Page, anchors, claim_page, first_sentence, is_tested, who
from trends.reports.parts import Chart, Table
from trends.reports.sentences import NOT_DRAWN, as_for, shared, tally
from trends.reports.tables import verdicts_csv, verdicts_json
from trends.reports.typeset import chart_files, pdf, report_html
from trends.styling import Style, style

# So many lines of small print, with the scale below them, fill less than half a page, so that two stand on one.
_FOREST_LINES = 31
# A process takes as long to start as some charts to draw.
_CHARTS_WORTH_A_PROCESS = 12
# What is to be known of more claims than these stands once.
_FEW = 2
_CURVE = "The same question asked in other ways"
_INK = "#0b4f7d"


@dataclass(frozen=True)
class Book:
    """All that the report tells, in the order in which it is told.

    ``groups`` and ``others`` are the claims that share a page: those that have one in the book, and those that have one
    in its annex.
    """

    title: str
    about: str
    brief: Brief
    opening: str
    tally: tuple[tuple[Ruling, int], ...]
    forests: tuple[Chart, ...]
    pages: tuple[Page, ...]
    groups: tuple[tuple[int, ...], ...]
    others: tuple[tuple[int, ...], ...]
    common: tuple[tuple[str, str], ...]
    counts: tuple[Chart, ...]
    course: tuple[Aspect, ...]
    methods: tuple[Section, ...]
    rates: Table | None
    sources: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    licence: str
    cite: str
    command: str
    versions: Table


@checked_arguments
def write_report(
    verdicts: Sequence[Verdict],
    path: PathLike,
    *,
    study: Study | None = None,
    options: dict | None = None,
    jobs: int | None = None,
    progress: Callable[[int, int, str], None] | None = None,
    cache: Cache | None = None,
) -> Path:
    """The folder of a report: brief.pdf, report.pdf, index.html, every chart, the verdicts as tables, and a manifest.

    Parameters
    ----------
    verdicts : sequence of Verdict
        What is told. The main claims come first, then those that could be tested, then the others, each in the order
        given.
    path : str or path-like
        The folder to write. An earlier report there is replaced, and stays whole until the new one is complete.
    study : Study, optional
        What the verdicts were held against, for its counts, sources, licences and the hashes of its files.
    options : dict, optional
        What else a reader needs to do it again, such as a seed; it goes into the manifest as it is.
    jobs : int, optional
        Processes to share the drawing; by default one a core where there are many charts.
    progress : callable, optional
        Called with the steps done, their number and the one just done.
    cache : Cache, optional
        Takes the charts of the verdicts that it took from `trends.assess_all`. The report does not depend on it.

    Raises
    ------
    InputError
        Where there is no verdict, or the path is a file, a folder with other files in it, or cannot be written to.

    Notes
    -----
    The same verdicts and study give the same bytes, under the same versions of the packages that the manifest names.
    A chart that cannot be drawn fails the report.

    Examples
    --------
    >>> import tempfile, trends
    >>> study = trends.read_study(trends.example_studies()["syria"])
    >>> verdict = trends.assess(study.claim("deir-ez-zor-had-most-operations"), study)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = write_report([verdict], f"{folder}/report", jobs=1)
    ...     sorted(file.name for file in made.iterdir())
    ['brief.pdf', 'charts', 'index.html', 'manifest.json', 'report.pdf', 'verdicts.csv', 'verdicts.json']
    """
    if not verdicts:
        raise InputError(f"write the report to {path}", found="no verdict", allowed="at least one", do="assess a claim")
    head = study.masthead if study else Masthead()
    verdicts = ordered(verdicts, head.main)
    book, draw, own = _book(verdicts, study, cache)
    steps = _Steps(progress, len(draw) + 4)
    with folder_written_aside(path) as folder:
        (folder / "charts").mkdir()
        pictures = {}
        charts = (delayed(_write_chart)(plot, folder / "charts" / name, head.style) for name, plot in draw.items())
        jobs = jobs or min(cpu_count(), 1 + len(draw) // _CHARTS_WORTH_A_PROCESS)
        for name, svg in zip(draw, Parallel(n_jobs=jobs, return_as="generator")(charts), strict=True):
            pictures[name] = svg
            steps.next(name)
        # Idle workers would hold half of the memory that is used while the pages are set.
        get_reusable_executor().shutdown(wait=True)
        if cache:
            for verdict, page in zip(verdicts, book.pages, strict=True):
                cache.keep(verdict.claim, page.anchor, pictures, folder / "charts")
            if own:
                cache.keep_study(book.course, own, pictures, folder / "charts")
            cache.keep_forests(pictures, folder / "charts")
        data = as_data(book, head)
        (folder / "brief.pdf").write_bytes(pdf("brief.typ", data, pictures))
        steps.next("brief.pdf")
        (folder / "report.pdf").write_bytes(pdf("report.typ", data, pictures))
        steps.next("report.pdf")
        (folder / "index.html").write_bytes(report_html(data, pictures).encode())
        steps.next("index.html")
        (folder / "verdicts.csv").write_bytes(verdicts_csv(verdicts).encode())
        (folder / "verdicts.json").write_bytes(verdicts_json(verdicts).encode())
        write_manifest(folder, _manifest(book, study, options))
    steps.next("tables")
    return Path(path)


class _Steps:
    """Steps of a long job, told to whoever asked."""

    def __init__(self, tell: Callable[[int, int, str], None] | None, total: int):
        self.tell, self.total, self.done = tell, total, 0

    def next(self, label: str) -> None:
        """Tell what is done."""
        self.done += 1
        if self.tell:
            self.tell(self.done, self.total, label)


def _write_chart(plot: Callable[[], Axes | list[Axes]] | Pictures, stem: Path, look: Style) -> str:
    """Draw a chart that is not drawn yet, write it as PNG and PDF, and give back its SVG with words as text."""
    if isinstance(plot, Pictures):
        _write_files(plot.files(), stem)
        return plot.svg
    with style(font=look.font, accent=look.accent, width=look.width):
        drawn = plot()
        chart = drawn[0] if isinstance(drawn, list) else drawn
        svg = drawing.render(chart, "svg", outlines=False).decode()
        drawing.close(chart)
    _write_files(chart_files(svg), stem)
    return svg


def _write_files(files: dict[str, bytes], stem: Path) -> None:
    for form, content in files.items():
        stem.with_name(f"{stem.name}.{form}").write_bytes(content)


def _manifest(book: Book, study: Study | None, options: dict | None) -> dict:
    return {
        "title": book.title,
        "claims": [page.id for page in book.pages],
        "command": book.command,
        "options": options or {},
        "seed": "none: every random draw is seeded by the claim and the series it is made for",
        "inputs": dict(study.files) if study else {},
    }


def as_data(book: Book, head: Masthead) -> dict:
    """A book as dictionaries, lists, texts and numbers, for a template; rulings come with their sign and class."""
    data = _unbroken(json.loads(json.dumps(asdict(book), default=str)))
    data["signs"] = {str(ruling): sign for ruling, (_, _, sign) in MARKS.items()}
    data["classes"] = {str(ruling): ruling.name.lower().replace("_", "-") for ruling in MARKS}
    with style(accent=head.style.accent):
        data["colours"] = {str(ruling): drawing.COLOURS[colour] for ruling, (colour, _, _) in MARKS.items()}
        data["accent"] = head.style.accent or _INK
    data["not-tested"] = NOT_DRAWN
    data["logo"] = {"content": list(head.logo), "form": head.form, "address": _address(head)} if head.logo else None
    return data


def _address(head: Masthead) -> str:
    """A picture as an address that holds it, so that a page fetches nothing."""
    return f"data:image/{'jpeg' if head.form == 'jpg' else head.form};base64,{b64encode(head.logo).decode()}"


def _unbroken(value: Any) -> Any:
    """The same data, a percent sign never parted from its number by the end of a line."""
    if isinstance(value, dict):
        return {key: _unbroken(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_unbroken(each) for each in value]
    return re.sub(r"(?<=\d) (?=%)", "\u00a0", value) if isinstance(value, str) else value


def _book(verdicts: Sequence[Verdict], study: Study | None, cache: Cache | None) -> tuple[Book, dict, list[str]]:
    """What is told, how to draw each of its charts, by name, and which of these a cache lacks of the study's counts."""
    draw: dict[str, Callable | Pictures] = {}
    pages, common = once(_pages(verdicts, study))
    for verdict, page in zip(verdicts, pages, strict=True):
        for finding in verdict.findings:
            name, made = f"{page.anchor}-{finding.link}", finding.fit
            if has_chart(finding):
                draw[name] = made if isinstance(made, Pictures) else partial(plot_finding, verdict, finding)
            if curve := curve_of(finding):
                again = partial(plot_specifications, title=_CURVE, names=_titles(study))
                drawn = curve if isinstance(curve, Pictures) else partial(again, curve)
                draw[f"{name}-specifications"] = drawn
    forests, (counts, of_counts) = _forests(verdicts, draw, cache), charts_of_counts(study)
    known = cache.recall_study() if cache else None
    aspects, of_course = known or course_of_counts(study)
    draw.update(of_counts)
    draw.update(of_course)
    rulings, together = [verdict.ruling for verdict in verdicts], alike(verdicts)
    main = set(main_claims(verdicts, study.masthead.main if study else ()))
    book = Book(
        title=study.title if study else "Claims and verdicts",
        about=study.about if study else "",
        brief=brief(verdicts, pages, study),
        opening=tally(rulings),
        tally=tuple((ruling, rulings.count(ruling)) for ruling in Ruling if ruling in rulings),
        forests=forests,
        pages=pages,
        groups=tuple(group for group in together if main & {*group}),
        others=tuple(group for group in together if not main & {*group}),
        common=common,
        counts=counts,
        course=aspects,
        methods=methods(),
        rates=error_rates(verdicts),
        sources=_sources(verdicts, study),
        licence=study.licence if study else "",
        cite=study.cite if study else "",
        command="trends report study --out report" if study else "trends.write_report(verdicts, 'report')",
        versions=Table("Versions", ("Part", "Version"), tuple(versions().items()), (False, False)),
    )
    return book, draw, [] if known else [*of_counts, *of_course]


def ordered(verdicts: Sequence[Verdict], named: Sequence[str] = ()) -> list[Verdict]:
    """The verdicts as a report numbers them: the main claims, what else could be tested, and the rest."""
    verdicts = sorted(verdicts, key=lambda verdict: not is_tested(verdict))
    first = [verdicts[n] for n in main_claims(verdicts, named) if is_tested(verdicts[n])]
    return first + [verdict for verdict in verdicts if all(verdict is not each for each in first)]


def once(pages: Sequence[Page]) -> tuple[tuple[Page, ...], tuple[tuple[str, str], ...]]:
    """The pages without what is to be known of many claims, and that once, with the claims of which it holds."""
    where: dict[str, list[int]] = {}
    for page in pages:
        for caveat in page.caveats:
            where.setdefault(caveat, []).append(page.number)
    tested = [page.number for page in pages if page.tested]
    many = {caveat: numbers for caveat, numbers in where.items() if len(numbers) > _FEW}
    own = tuple(replace(page, caveats=tuple(c for c in page.caveats if c not in many)) for page in pages)
    return own, tuple((shared(numbers, numbers == tested), caveat) for caveat, numbers in many.items())


def alike(verdicts: Sequence[Verdict]) -> tuple[tuple[int, ...], ...]:
    """The places of the tested verdicts, those together that ask the same of the same data and so share a page."""
    groups: dict[object, list[int]] = {}
    for n, verdict in enumerate(verdicts):
        if is_tested(verdict):
            asked = [(f.link, f.question, f.evidence, f.stand, f.ruling) for f in verdict.findings]
            groups.setdefault(next((key for key in groups if key == tuple(asked)), tuple(asked)), []).append(n)
    return tuple(map(tuple, groups.values()))


def _titles(study: Study | None) -> dict[str, str]:
    return {name: source.title for name, source in study.sources.items()} if study else {}


def _pages(verdicts: Sequence[Verdict], study: Study | None) -> tuple[Page, ...]:
    names = anchors(verdicts)
    place = {verdict.claim.id: n for n, verdict in enumerate(verdicts, 1)}
    others = {verdict.claim.id: set(verdict.claim.conflicts_with) for verdict in verdicts}
    for verdict in verdicts:
        for other in verdict.claim.conflicts_with:
            others.setdefault(other, set()).add(verdict.claim.id)
    pages, written = [], written_words(study)
    said = {claim.id: claim.says for claim in study.claims} if study else {}
    for n, (verdict, name) in enumerate(zip(verdicts, names, strict=True), 1):
        conflicts = []
        for id in sorted(others[verdict.claim.id], key=lambda id: (place.get(id, len(place) + 1), id)):
            if id in place:
                rival = verdicts[place[id] - 1]
                told = (rival.claim.says, rival.ruling, who(rival.claim), first_sentence(rival.sentence))
                conflicts.append(Conflict(place[id], names[place[id] - 1], *told))
            else:
                conflicts.append(Conflict(0, "", said.get(id, "Another claim"), "not in this report"))
        pages.append(claim_page(verdict, n, name, conflicts, study.sources if study else {}, written(verdict.claim)))
    return tuple(pages)


def _forests(verdicts: Sequence[Verdict], draw: dict, cache: Cache | None) -> tuple[Chart, ...]:
    """The forest of all tested claims, in as many charts as a page each can hold."""
    tested = [(n, verdict) for n, verdict in enumerate(verdicts, 1) if is_tested(verdict)]
    if not tested:
        return ()
    sheets, charts = forest_sheets([verdict for _, verdict in tested], _FOREST_LINES), []
    for sheet, held in enumerate(sheets, 1):
        name = "forest" if len(sheets) == 1 else f"forest-{sheet}"
        numbers, shown = zip(*(tested[place] for place in held), strict=True)
        known = cache.recall_forest(name, shown, numbers) if cache else None
        draw[name] = known or partial(plot_forest, shown, numbers=numbers, each="claim")
        words = "What was claimed and what the data say" + (f", {sheet} of {len(sheets)}" if len(sheets) > 1 else "")
        rulings = "; ".join(f"{n}: {verdict.ruling}" for n, verdict in zip(numbers, shown, strict=True))
        charts.append(Chart(name, f"Forest of claims. {words}. {rulings}.", words))
    return tuple(charts)


def _sources(verdicts: Sequence[Verdict], study: Study | None) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Each source with what is known of it, as pairs of texts."""
    if study is None:
        cited = dict(pair for verdict in verdicts for pair in verdict.sources)
        return tuple((title, (("Cite as", citation),)) for title, citation in cited.items())
    told, first = [], dict[str, str]()
    for source in study.sources.values():
        pairs = [("Counts", source.counts_as or source.measure), ("Cite as", source.citation)]
        pairs += [("Licence", source.licence), ("Address", source.url), *(("Caveat", each) for each in source.caveats)]
        # What was said of a source before is not said again, but for whom to cite and on what terms.
        known = dict.fromkeys(first[text] for name, text in pairs if name == "Caveat" and text in first)
        pairs = [pair for pair in pairs if pair[1] and (pair[0] != "Caveat" or pair[1] not in first)]
        pairs += [("Caveat", as_for(listed(known)))] if known else []
        first |= {text: source.title for text in source.caveats if text not in first}
        told.append((source.title, tuple(pairs)))
    return tuple(told)
