"""The report: every claim with its verdict, told in a PDF, in a page for the browser, and in tables."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from math import inf, log
from pathlib import Path

from joblib import Parallel, cpu_count, delayed
from joblib.externals.loky import get_reusable_executor

from trends import drawing
from trends.charts.forest import has_ratio, plot_forest
from trends.charts.intervals import MARKS
from trends.charts.panels import plot_counts, plot_heat_map, plot_provinces
from trends.charts.specifications import curve_of, plot_specifications
from trends.charts.verdicts import has_chart, plot_finding
from trends.claims.seal import written_words
from trends.claims.study import Study
from trends.claims.verdict import Ruling, Verdict
from trends.claims.words import plural
from trends.errors import InputError
from trends.reports.course import Aspect, course
from trends.reports.folder import folder_written_aside, versions, write_manifest
from trends.reports.methods import Section, error_rates, methods
from trends.reports.page import Chart, Conflict, Page, Table, anchors, claim_page, first_sentence, is_tested, who
from trends.reports.places import dose_mapped, places
from trends.reports.tables import verdicts_csv, verdicts_json
from trends.reports.typeset import chart_files, report_html, report_pdf

# So many rows of a forest fill a page.
_FOREST_ROWS = 34
# A process takes as long to start as some charts to draw.
_CHARTS_WORTH_A_PROCESS = 12
_TAKE_AWAYS = 3


@dataclass(frozen=True)
class Book:
    """All that the report tells, in the order in which it is told."""

    title: str
    about: str
    opening: str
    tally: tuple[tuple[Ruling, int], ...]
    take_aways: tuple[Page, ...]
    disputes: tuple[tuple[Conflict, Conflict], ...]
    forests: tuple[Chart, ...]
    pages: tuple[Page, ...]
    counts: tuple[Chart, ...]
    course: tuple[Aspect, ...]
    methods: tuple[Section, ...]
    rates: Table | None
    sources: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    licence: str
    cite: str
    command: str
    versions: Table
    inputs: Table | None


def write_report(
    verdicts: Sequence[Verdict],
    path,
    *,
    study: Study | None = None,
    options: dict | None = None,
    jobs: int | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Path:
    """The folder of a report: report.pdf, index.html, every chart, the verdicts as tables, and a manifest.

    Parameters
    ----------
    verdicts : sequence of Verdict
        What is told. Claims that could be tested come first, each group in the order given.
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

    Raises
    ------
    InputError
        Where there is no verdict, or the path is a file, a folder with other files in it, or cannot be written to.

    Notes
    -----
    The same verdicts and study give the same bytes, under the same versions of the packages that the manifest names.
    A chart that cannot be drawn fails the report.
    """
    if not verdicts:
        raise InputError(f"write the report to {path}", found="no verdict", allowed="at least one", do="assess a claim")
    verdicts = sorted(verdicts, key=lambda verdict: not is_tested(verdict))
    book, draw = _book(verdicts, study)
    steps = _Steps(progress, len(draw) + 3)
    with folder_written_aside(path) as folder:
        (folder / "charts").mkdir()
        pictures = {}
        charts = (delayed(_write_chart)(plot, folder / "charts" / name) for name, plot in draw.items())
        jobs = jobs or min(cpu_count(), 1 + len(draw) // _CHARTS_WORTH_A_PROCESS)
        for name, svg in zip(draw, Parallel(n_jobs=jobs, return_as="generator")(charts), strict=True):
            pictures[name] = svg
            steps.next(name)
        # Idle workers would hold half of the memory that is used while the pages are set.
        get_reusable_executor().shutdown(wait=True)
        (folder / "report.pdf").write_bytes(report_pdf(as_data(book), pictures))
        steps.next("report.pdf")
        (folder / "index.html").write_bytes(report_html(as_data(book), pictures).encode())
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


def _write_chart(plot, stem: Path) -> str:
    """Draw a chart, write it as PNG and PDF, and give back its SVG with words as text."""
    chart = plot()
    chart = chart[0] if isinstance(chart, list) else chart
    svg = drawing.render(chart, "svg", outlines=False).decode()
    drawing.close(chart)
    for form, content in chart_files(svg).items():
        stem.with_name(f"{stem.name}.{form}").write_bytes(content)
    return svg


def _manifest(book: Book, study: Study | None, options: dict | None) -> dict:
    return {
        "title": book.title,
        "claims": [page.id for page in book.pages],
        "command": book.command,
        "options": options or {},
        "seed": "none: every random draw is seeded by the claim and the series it is made for",
        "inputs": dict(study.files) if study else {},
    }


def as_data(book: Book) -> dict:
    """A book as dictionaries, lists, texts and numbers, for a template; rulings come with their sign and class."""
    data = json.loads(json.dumps(asdict(book), default=str))
    data["signs"] = {str(ruling): sign for ruling, (_, _, sign) in MARKS.items()}
    data["classes"] = {str(ruling): ruling.name.lower().replace("_", "-") for ruling in MARKS}
    data["colours"] = {str(ruling): drawing.COLOURS[colour] for ruling, (colour, _, _) in MARKS.items()}
    return data


def _book(verdicts: Sequence[Verdict], study: Study | None) -> tuple[Book, dict]:
    """What is told, and how to draw each of its charts, by name."""
    draw = {}
    pages = _with_maps(_pages(verdicts, study), verdicts, study, draw)
    for verdict, page in zip(verdicts, pages, strict=True):
        for finding in verdict.findings:
            if has_chart(finding):
                draw[f"{page.anchor}-{finding.link}"] = partial(plot_finding, verdict, finding)
            if curve := curve_of(finding):
                told = {"title": "The same question asked in other ways", "names": _titles(study)}
                draw[f"{page.anchor}-{finding.link}-specifications"] = partial(plot_specifications, curve, **told)
    forests, counts, told = _forests(verdicts, draw), _counts(study, draw), _course(study, draw)
    rulings = [verdict.ruling for verdict in verdicts]
    book = Book(
        title=study.title if study else "Claims and verdicts",
        about=study.about if study else "",
        opening=_opening(verdicts),
        tally=tuple((ruling, rulings.count(ruling)) for ruling in Ruling if ruling in rulings),
        take_aways=_take_aways(verdicts, pages),
        disputes=_disputes(pages),
        forests=forests,
        pages=pages,
        counts=counts,
        course=told,
        methods=methods(),
        rates=error_rates(verdicts),
        sources=_sources(verdicts, study),
        licence=study.licence if study else "",
        cite=study.cite if study else "",
        command="trends report study --out report" if study else "trends.write_report(verdicts, 'report')",
        versions=Table("Versions", ("Part", "Version"), tuple(versions().items()), (False, False)),
        inputs=Table("Files of the study, as they were read", ("File", "SHA-256"), study.files, (False, False))
        if study and study.files
        else None,
    )
    return book, draw


def _with_maps(pages, verdicts: Sequence[Verdict], study: Study | None, draw: dict) -> tuple[Page, ...]:
    """The pages, those of claims with a dose with its map."""
    told = []
    for page, verdict in zip(pages, verdicts, strict=True):
        page, charts = dose_mapped(page, verdict, study) if study else (page, {})
        draw |= charts
        told.append(page)
    return tuple(told)


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
    for n, (verdict, name) in enumerate(zip(verdicts, names, strict=True), 1):
        conflicts = []
        for id in sorted(others[verdict.claim.id], key=lambda id: (place.get(id, len(place) + 1), id)):
            if id in place:
                other = verdicts[place[id] - 1]
                brief = first_sentence(other.sentence)
                conflicts.append(
                    Conflict(place[id], names[place[id] - 1], other.claim.says, other.ruling, who(other.claim), brief)
                )
            else:
                conflicts.append(Conflict(0, "", id, "not in this report"))
        pages.append(claim_page(verdict, n, name, conflicts, study.sources if study else {}, written(verdict.claim)))
    return tuple(pages)


def _opening(verdicts: Sequence[Verdict]) -> str:
    """How many claims, how many of them tested, and how many links were left open."""
    tested, n = sum(map(is_tested, verdicts)), len(verdicts)
    links = [finding.ruling for verdict in verdicts for finding in verdict.findings]
    left = links.count(Ruling.NOT_ASSESSED)
    words = f"{plural(n, 'claim')} {'was' if n == 1 else 'were'} held against the counts; {tested} could be tested. "
    words += f"Together they assert {plural(len(links), 'link')}"
    return words + (f", of which {left} {'is' if left == 1 else 'are'} not assessed." if left else ".")


def _disputes(pages: tuple[Page, ...]) -> tuple[tuple[Conflict, Conflict], ...]:
    """The pairs of claims that say the opposite of each other, each pair once."""
    pairs = []
    for page in pages:
        own = Conflict(page.number, page.anchor, page.says, page.ruling, page.who, page.in_brief)
        pairs += [(own, other) for other in page.conflicts if other.number > page.number]
    return tuple(pairs)


def _take_aways(verdicts: Sequence[Verdict], pages: tuple[Page, ...]) -> tuple[Page, ...]:
    """What stands, what falls and what stays open, one of each first; by rule, not by taste.

    Of each ruling comes first what others dispute, then what asserts most, then what lies furthest from its bar.
    """
    queues = []
    for ruling in (Ruling.SUPPORTED, Ruling.CONTRADICTED, Ruling.CANNOT_TELL, Ruling.NO_MATERIAL_CHANGE):
        found = []
        for verdict, page in zip(verdicts, pages, strict=True):
            if verdict.ruling is ruling and page.tested:
                links = sum(finding.ruling is not Ruling.UNTESTABLE for finding in verdict.findings)
                found.append((not page.conflicts, -links, -_distance(verdict), page.number, page))
        queues.append([page for *_, page in sorted(found, key=lambda row: row[:-1])])
    ordered = [queue[turn] for turn in range(len(verdicts)) for queue in queues if turn < len(queue)]
    return tuple(ordered[:_TAKE_AWAYS])


def _distance(verdict: Verdict) -> float:
    """How far the interval of the deciding link lies from the bar, in logs; nothing where there is no interval."""
    for finding in verdict.findings:
        evidence, stand = finding.evidence, finding.stand
        if finding.ruling is not verdict.ruling or not stand or evidence.level >= 1 or evidence.lower <= 0:
            continue
        low, high = stand.claimed
        gaps = (evidence.lower / low if low > 0 else inf, high / evidence.upper)
        outside = (low / evidence.upper, evidence.lower / high if high > 0 else inf)
        best = max(outside) if finding.ruling is Ruling.CONTRADICTED else min(gaps)
        return log(best) if 0 < best < inf else 0.0
    return 0.0


def _forests(verdicts: Sequence[Verdict], draw: dict) -> tuple[Chart, ...]:
    """The forest of all tested claims, in as many charts as a page each can hold."""
    tested = [verdict for verdict in verdicts if is_tested(verdict)]
    # A claim takes a row for each link that has an estimate, and one where none has.
    rows = [max(1, sum(has_ratio(finding.evidence) for finding in verdict.findings)) for verdict in tested]
    charts, first, sheets = [], 0, []
    for last in range(1, len(tested) + 1):
        if last == len(tested) or sum(rows[first : last + 1]) > _FOREST_ROWS:
            sheets.append((first, last))
            first = last
    for number, (first, last) in enumerate(sheets, 1):
        name = "forest" if len(sheets) == 1 else f"forest-{number}"
        draw[name] = partial(plot_forest, tested[first:last], first=first + 1)
        which = f"claims {first + 1} to {last}" if last > first + 1 else f"claim {last}"
        words = f"What was claimed and what the data say, {which}"
        rulings = "; ".join(f"{n}: {v.ruling}" for n, v in enumerate(tested[first:last], first + 1))
        charts.append(Chart(name, f"Forest of claims. {words}. {rulings}.", words))
    return tuple(charts)


def _counts(study: Study | None, draw: dict) -> tuple[Chart, ...]:
    """Charts of the study's own panel."""
    if study is None or study.source not in study.panels:
        return ()
    panel, title = study.panel(), study.sources[study.source].title
    whole = (panel.exposure.nunique(axis=1) == 1).all()
    drawn = {
        "counts-total": (lambda: plot_counts(panel, title=title), "All provinces together", False),
        "counts-provinces": (lambda: plot_provinces(panel), "Each province", False),
        "counts-heat-map": (lambda: plot_heat_map(panel), "Every province and period", True),
    }
    charts = []
    for name, (plot, words, light) in drawn.items():
        if name != "counts-total" or whole:
            draw[name] = plot
            charts.append(Chart(name, f"Chart. {words}, {title}.", f"{words}, {title}", light))
    return tuple(charts)


def _course(study: Study | None, draw: dict) -> tuple[Aspect, ...]:
    """The course of the study's own counts, whatever was claimed."""
    if study is None or study.source not in study.panels:
        return ()
    panel, title = study.panel(), study.sources[study.source].title
    aspects, charts = course(panel, title, study.windows())
    where, maps = places(panel, study.outlines, title) if study.outlines else ((), {})
    draw |= charts | maps
    return aspects + where


def _sources(verdicts: Sequence[Verdict], study: Study | None):
    """Each source with what is known of it, as pairs of texts."""
    if study is None:
        cited = dict(pair for verdict in verdicts for pair in verdict.sources)
        return tuple((title, (("Cite as", citation),)) for title, citation in cited.items())
    told = []
    for source in study.sources.values():
        pairs = [
            ("Counts", source.counts_as or source.measure),
            ("Cite as", source.citation),
            ("Licence", source.licence),
            ("Address", source.url),
            *(("Mind", caveat) for caveat in source.caveats),
        ]
        told.append((source.title, tuple(pair for pair in pairs if pair[1])))
    return tuple(told)
