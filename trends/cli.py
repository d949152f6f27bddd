"""The command line: verbs that are public functions.

Exit codes: 0 done (``UNTESTABLE`` is a verdict too), 2 bad input, told in one sentence; anything else is a bug.
"""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from trends import __version__
from trends.errors import InputError, StudyError, TrendsError


def main(argv: list[str] | None = None) -> int:
    """Run one verb of the command line and give back its exit code."""
    # A report needs no screen, and a figure window that cannot open would end it.
    os.environ.setdefault("MPLBACKEND", "Agg")
    arguments = _parser().parse_args(argv)
    try:
        return arguments.run(arguments) or 0
    except TrendsError as error:
        print(f"trends: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader of our output has gone (`trends ... | head`): nothing more to say, and nobody to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="trends",
        description="Statistical time-series analysis of incident counts: hold claims about violence against the data.",
        epilog="Exit codes: 0 done (UNTESTABLE is a verdict too), 2 bad input.",
    )
    parser.add_argument("--version", action="version", version=f"trends {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)

    report = _verb(verbs, "report", _report, "assess every claim of a study and write the report")
    report.add_argument("study", help="folder of the study")
    report.add_argument("--jobs", type=_positive, metavar="N", help="processes to share the work (default: one a core)")
    report.add_argument("--cluster", metavar="ADDRESS", help="Dask scheduler to assess on: tcp://127.0.0.1:8786")
    report.add_argument("--out", required=True, metavar="DIR", help="folder to write; an old report is replaced whole")
    report.add_argument("--json", action="store_true", help="print the rulings as JSON")

    assess = _verb(verbs, "assess", _assess, "assess one claim of a study and print the verdict")
    assess.add_argument("study", help="folder of the study")
    assess.add_argument("claim", help="id of the claim")
    assess.add_argument("--json", action="store_true", help="print the verdict as JSON")

    explain = _verb(verbs, "explain", _explain, "tell step by step how the ruling on a claim came about")
    explain.add_argument("study", help="folder of the study")
    explain.add_argument("claim", help="id of the claim")

    power = _verb(verbs, "power", _power, "how large a change would the test of a claim have found?")
    power.add_argument("study", help="folder of the study")
    power.add_argument("claim", help="id of a claim that asserts a change")
    power.add_argument(
        "--panels", type=_positive, default=500, metavar="N", help="simulated panels a size (default: 500)"
    )
    power.add_argument("--out", metavar="FILE", help="chart to write: .png, .pdf or .svg")
    power.add_argument("--json", action="store_true", help="print the curve as JSON")

    _count_options(_verb(verbs, "count", _count, "count the incidents of a file by province and period"))

    check = _verb(verbs, "check", _check, "is a study well formed, and what can it not answer?")
    check.add_argument("study", help="folder of the study")
    check.add_argument("--json", action="store_true", help="print the findings as JSON")

    new = _verb(verbs, "new", _new, "start a study in a new folder")
    new.add_argument("folder", help="folder to make")
    new.add_argument("--example", metavar="NAME", help="copy a study that comes with the package: iraq or syria")
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"found {text!r}; allowed: a whole number from 1 up")
    return int(text)


def _count_options(count: argparse.ArgumentParser) -> None:
    count.add_argument("file", help="CSV (plain or .gz), Parquet or Excel file of incidents")
    count.add_argument("--columns", default="ged", metavar="MAP", help="ged, acled, gtd or a TOML file (default: ged)")
    count.add_argument("--by", default="province,month", metavar="UNITS", help="default: province,month")
    count.add_argument("--first", metavar="PERIOD", help="first period of the table (default: of what was watched)")
    count.add_argument("--last", metavar="PERIOD", help="last period of the table")
    count.add_argument("--country", metavar="NAME", help="only this country")
    count.add_argument("--actor", metavar="NAME", help="only incidents with this actor on either side")
    count.add_argument("--kind", metavar="NAME", help="only incidents of this kind")
    count.add_argument("--located", metavar="LEVELS", help="only those located so: place,district")
    count.add_argument(
        "--coverage",
        metavar="WATCHED",
        help="what was watched: FIRST,LAST or a CSV table (default: from the first to the last event of the file)",
    )
    count.add_argument("--alias", action="append", default=[], metavar="SPELLING=CODE", help="a province's other name")
    count.add_argument(
        "--unresolved", default="refuse", choices=("refuse", "keep"), help="what becomes of a province not known"
    )
    count.add_argument("--encoding", default="utf-8", metavar="NAME", help="of a text file (default: utf-8)")
    count.add_argument("--measure", default="events", choices=("events", "deaths", "deaths_low", "deaths_high"))
    count.add_argument("--source", metavar="TEXT", help="where the counts come from, for the file written")
    count.add_argument("--out", required=True, metavar="FILE", help="CSV or Parquet file to write")
    count.add_argument("--json", action="store_true", help="print what was counted as JSON")


def _verb(verbs, name: str, run, tells: str) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=tells, description=tells[0].upper() + tells[1:] + "." * (tells[-1] != "?"))
    parser.add_argument("--quiet", action="store_true", help="no progress and no closing line")
    parser.set_defaults(run=run)
    return parser


def _say(arguments, text: str) -> None:
    if not arguments.quiet:
        print(text)


def _report(arguments) -> None:
    from trends.claims.assess import assess_all
    from trends.claims.study import read_study
    from trends.reports.book import write_report
    from trends.reports.folder import check_place

    study = read_study(arguments.study)
    check_place(arguments.out)
    with _progress(arguments, "assessing") as progress:
        verdicts = assess_all(study, jobs=arguments.jobs, progress=progress, cluster=arguments.cluster)
    with _progress(arguments, "drawing") as progress:
        written = write_report(verdicts, arguments.out, study=study, jobs=arguments.jobs, progress=progress)
    if arguments.json:
        rulings = {verdict.claim.id: str(verdict.ruling) for verdict in verdicts}
        print(json.dumps({"report": str(written), "rulings": rulings}, indent=2, ensure_ascii=False))
        return
    tally = {}
    for verdict in verdicts:
        tally[str(verdict.ruling)] = tally.get(str(verdict.ruling), 0) + 1
    _say(
        arguments,
        f"{len(verdicts)} claim{'s' * (len(verdicts) != 1)}: "
        + ", ".join(f"{n} {ruling}" for ruling, n in sorted(tally.items())),
    )
    _say(arguments, f"{Path(written) / 'report.pdf'}")


def _assess(arguments) -> None:
    from trends.claims.assess import assess
    from trends.claims.study import read_study
    from trends.reports.tables import verdict_record

    study = read_study(arguments.study)
    verdict = assess(study.claim(arguments.claim), study)
    print(json.dumps(verdict_record(verdict), indent=2, ensure_ascii=False) if arguments.json else verdict)


def _explain(arguments) -> None:
    from trends.claims.assess import assess
    from trends.claims.explain import explain
    from trends.claims.study import read_study

    study = read_study(arguments.study)
    print(explain(assess(study.claim(arguments.claim), study)))


def _power(arguments) -> None:
    from trends.claims.rates import power, power_table
    from trends.claims.study import read_study
    from trends.claims.words import figure

    study = read_study(arguments.study)
    claim = study.claim(arguments.claim)
    form = _form(arguments.out) if arguments.out else None
    curve = power(claim, study, panels=arguments.panels)
    if form:
        from trends.charts.power import plot_power
        from trends.counts.writing import written_aside
        from trends.drawing import render

        with written_aside(arguments.out) as aside:
            aside.write_bytes(render(plot_power(curve, title=claim.says), form))
    table = power_table(curve)
    if arguments.json:
        print(table.to_json(orient="records"))
        return
    print(table.to_string(index=False, float_format="{:.3g}".format))
    for word, ratio in (("rise", curve.detectable_rise), ("fall", curve.detectable_fall)):
        found = f"is to {figure(ratio, 'ratio')} times" if 0 < ratio < float("inf") else "is beyond the sizes tried"
        print(f"The smallest {word} found with {100 * curve.target:.0f} % power {found}.")


def _form(path: str) -> str:
    suffix = Path(path).suffix.lower()
    if suffix not in (".png", ".pdf", ".svg"):
        raise InputError(
            f"write the chart {path}",
            found=f"the suffix {suffix!r}",
            allowed=".png, .pdf or .svg",
            do="give the file such a name",
        )
    return suffix[1:]


def _check(arguments) -> None:
    from trends.claims.check import check_study
    from trends.claims.study import read_study

    study = read_study(arguments.study)
    limits = check_study(study)
    if arguments.json:
        print(json.dumps({"study": study.title, "cannot": limits}, indent=2, ensure_ascii=False))
        return
    parts = (("source", study.sources), ("event", study.events), ("claim", study.claims))
    print(f"{study.title}: " + ", ".join(f"{len(held)} {what}{'s' * (len(held) != 1)}" for what, held in parts) + ".")
    print("Well formed. What it cannot answer:" if limits else "Well formed.")
    for limit in limits:
        print(f"- {limit}")


def _count(arguments) -> None:
    from trends.counts.counting import count_file
    from trends.counts.panel_files import write_panel
    from trends.periods import frequency, label_of

    units = [unit.strip() for unit in arguments.by.split(",")]
    if len(units) != 2 or units[0] != "province":
        raise InputError(
            "count the incidents",
            found=f"--by {arguments.by}",
            allowed="province and one of day, week, month, quarter or year",
            do="write, for example, --by province,month",
        )
    panel = count_file(
        arguments.file,
        arguments.columns,
        by=frequency(units[1]),
        first=arguments.first,
        last=arguments.last,
        country=arguments.country,
        actor=arguments.actor,
        kind=arguments.kind,
        located=arguments.located and [level.strip() for level in arguments.located.split(",")],
        coverage=_coverage(arguments.coverage),
        aliases=_aliases(arguments.alias),
        unresolved=arguments.unresolved,
        encoding=arguments.encoding,
        measure=arguments.measure,
        source=arguments.source,
    )
    write_panel(panel, arguments.out)
    if arguments.json:
        shape = {"provinces": panel.provinces, "first": label_of(panel.index[0]), "last": label_of(panel.index[-1])}
        print(json.dumps({"counts": arguments.out, **shape, "notes": panel.notes}, indent=2, ensure_ascii=False))
        return
    for note in panel.notes:
        print(f"trends: {note}", file=sys.stderr)
    _say(arguments, f"{arguments.out}: {panel!r}")


def _coverage(text: str | None) -> str | tuple[str, ...] | None:
    ends = tuple(end.strip() for end in (text or "").split(","))
    return ends if len(ends) == 2 and not Path(text).exists() else text


def _aliases(pairs: list[str]) -> dict[str, str]:
    for pair in pairs:
        if not all(part.strip() for part in pair.partition("=")):
            raise InputError(
                "read the aliases of provinces",
                found=f"--alias {pair}",
                allowed="a spelling and a code or a known name",
                do='write, for example, --alias "Mosul governorate=IQ-NI"',
            )
    return {spelling.strip(): code.strip() for spelling, _, code in (pair.rpartition("=") for pair in pairs)}


def _new(arguments) -> None:
    from trends.claims.examples import example_studies, skeleton

    folder = Path(arguments.folder)
    if folder.exists():
        raise StudyError(
            f"start a study in {folder}",
            found="something of that name",
            allowed="a folder that does not exist yet",
            do="choose another name",
        )
    studies = example_studies() | {None: skeleton()}
    if arguments.example not in studies:
        raise StudyError(
            "copy an example study",
            found=repr(arguments.example),
            allowed=", ".join(sorted(name for name in studies if name)),
            do="name one of these",
        )
    try:
        shutil.copytree(studies[arguments.example], folder)
    except OSError as error:
        raise StudyError(
            f"start a study in {folder}",
            found=f"a place that cannot be written to ({error.strerror or 'not every file could be copied'})",
            allowed="a folder that may be made",
            do="name another folder",
        ) from None
    _say(arguments, f"{folder}: next, trends check {folder} and trends report {folder} --out build/report")


class _progress:
    """A progress bar for what takes longer than two seconds, on a terminal only."""

    def __init__(self, arguments, label: str):
        self.quiet, self.label, self.bar = arguments.quiet or not sys.stderr.isatty(), label, None

    def __enter__(self):
        return self.show

    def show(self, done: int, total: int, label: str = "") -> None:
        """Move the bar to so many steps done of a total."""
        if self.quiet:
            return
        from tqdm import tqdm

        if self.bar is None:
            self.bar = tqdm(total=total, desc=self.label, delay=2, leave=False, file=sys.stderr)
        self.bar.set_postfix_str(label[:40], refresh=False)
        self.bar.update(done - self.bar.n)

    def __exit__(self, *failure):
        if self.bar is not None:
            self.bar.close()
