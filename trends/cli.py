"""The command line: verbs that are public functions.

Exit codes: 0 done (``UNTESTABLE`` is a verdict too), 2 bad input, told in one sentence, 130 stopped by Ctrl-C; anything
else is a bug.
"""

import argparse
import gc
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from trends import __version__, countverbs, reportverbs, verbs
from trends.commandline import EXAMPLES, Parser, read_command
from trends.completion import SHELLS, completion
from trends.errors import InputError, TrendsError


def main(argv: list[str] | None = None) -> int:
    """Run one verb of the command line and give back its exit code."""
    # A report needs no screen, and a figure window that cannot open would end it.
    os.environ.setdefault("MPLBACKEND", "Agg")
    # Matrices are small here: threads of linear algebra would wait for each other for longer than one takes alone, and
    # how many there are could be seen in last digits.
    for library in ("OPENBLAS", "MKL", "OMP"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    # A console of few letters shows the others by their numbers.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    with _without_warnings(), _with_few_collections():
        return _carried_out(sys.argv[1:] if argv is None else argv)


def _carried_out(typed: Sequence[str]) -> int:
    doing = "trends"
    try:
        parser = _parser()
        arguments = read_command(parser, typed)
        if not arguments.verb:
            parser.print_help()
            return 0
        doing = f"trends {arguments.verb}"
        _check_texts(arguments)
        code = arguments.run(arguments) or 0
        sys.stdout.flush()
        return code
    except TrendsError as error:
        print(f"trends: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("trends: stopped; what was there before is as it was.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output has gone (`trends ... | head`): nothing more to say, and nobody to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        # What no function could foresee: a disk that filled up, a folder that went away, an output that takes no more.
        where = f" {error.filename}" if error.filename else ""
        reason = (error.strerror or error.__class__.__name__).lower()
        told = InputError(
            f"carry out {doing}",
            found=f"{reason}{where}",
            allowed="files that can be read, and places with room to write",
            do="see to it and try again",
        )
        print(f"trends: {told}", file=sys.stderr)
        if not error.filename and sys.__stdout__:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())
        return 2


@contextmanager
def _without_warnings() -> Iterator[None]:
    """What libraries say of their own workings does not reach a screen, from the processes that share the work either.

    What a reader must know of a model stands beside its result. Who asks Python for warnings gets them.
    """
    if sys.warnoptions:
        yield
        return
    before = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = "ignore"
    try:
        with warnings.catch_warnings():
            warnings.showwarning = lambda *_, **__: None
            yield
    finally:
        del os.environ["PYTHONWARNINGS"]
        if before is not None:
            os.environ["PYTHONWARNINGS"] = before


@contextmanager
def _with_few_collections() -> Iterator[None]:
    """Unused cycles are looked for a hundred times less often: all that is loaded is gone through each time."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _check_texts(arguments: argparse.Namespace) -> None:
    """Refuse an option that no file, name or label can be."""
    for name, value in vars(arguments).items():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and re.search(r"[\x00\ud800-\udfff]", text):
                raise InputError(
                    f"read the option {name}", found=repr(text[:80]), allowed="UTF-8 without NUL", do="write it anew"
                )


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="trends",
        description="Statistical time-series analysis of incident counts: hold claims about violence against the data.",
        epilog="Exit codes: 0 done (UNTESTABLE is a verdict too), 2 bad input, 130 stopped by Ctrl-C.",
    )
    parser.add_argument("--version", action="version", version=f"trends {__version__}")
    verb = partial(_verb, parser.add_subparsers(title="verbs", metavar="VERB", dest="verb"))
    _study_options(verb)
    _claim_options(verb)
    count = verb("count", countverbs.count, "count the incidents of a file by province and period")
    count.add_argument("file", nargs="+", help="CSV (plain or .gz), Parquet or Excel file of incidents or of counts")
    _count_options(count)
    count.add_argument("--out", required=True, metavar="FILE", help="CSV or Parquet file to write")
    count.add_argument("--json", action="store_true", help="print what was counted as JSON")
    known = verb(
        "sources", countverbs.sources, "where is each known source had, under which licence, and what reads it?"
    )
    known.add_argument("--json", action="store_true", help="print the sources as JSON")
    names = verb("places", countverbs.places, "what do names of provinces stand for?")
    names.add_argument("name", nargs="+", help="names, or one .tsv or .csv file with the columns country, spelling")
    names.add_argument("--country", metavar="NAME", help="the country they belong to (default: any)")
    _alias_options(names)
    names.add_argument("--json", action="store_true", help="print what they stand for as JSON")
    new = verb("new", verbs.new, "start a study in a new folder")
    new.add_argument("folder", help="folder to make")
    start = new.add_mutually_exclusive_group()
    start.add_argument("--example", metavar="NAME", help="copy a study that comes with the package: iraq or syria")
    start.add_argument(
        "--from",
        dest="file",
        nargs="+",
        metavar="FILE",
        help="count a file, as trends count does, and make a study of it",
    )
    _count_options(new.add_argument_group("how to count the file"))
    _report_options(verb)
    shells = verb("completion", lambda told: print(completion(parser, told.shell), end=""), _COMPLETES)
    shells.add_argument("shell", choices=SHELLS, help="the shell that is to complete")
    return parser


_COMPLETES = "print the script by which a shell completes verbs, options and claims"


def _report_options(verb: Callable[..., argparse.ArgumentParser]) -> None:
    """The verbs that take reports into other work."""
    compare = verb("compare", reportverbs.compare, "what changed between two reports on one study?")
    compare.add_argument("before", help="folder of the earlier report")
    compare.add_argument("after", help="folder of the later report")
    form = compare.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="print what changed as a table in Markdown")
    form.add_argument("--json", action="store_true", help="print what changed as JSON")
    export = verb("export", reportverbs.export, "write the charts of a report as slides, or its verdicts for Word")
    export.add_argument("report", help="folder of the report")
    export.add_argument("--out", required=True, metavar="FILE", help="slides (.pptx) or table (.docx) to write")
    export.add_argument("--claims", nargs="+", default=[], metavar="ID", help="only these claims")
    schema = verb("schema", reportverbs.schema, "print the JSON Schema of study.toml or of a claim, for editors")
    schema.add_argument("of", choices=("study", "claim"), help="which file it is of")
    schema.add_argument("--out", metavar="FILE", help="file to write (default: print it)")


def _study_options(verb: Callable[..., argparse.ArgumentParser]) -> None:
    """The verbs that take a study."""
    report = verb("report", verbs.report, "assess every claim of a study and write the report")
    report.add_argument("--claims", nargs="+", default=[], metavar="ID", help="only these claims")
    report.add_argument("--only", choices=("main",), help="only the main claims that the study names")
    report.add_argument("--no-cache", action="store_true", help="assess and draw all anew, and keep nothing")
    claims = verb("claims", verbs.claims, "list the claims of a study, with what a report ruled on them")
    claims.add_argument("--report", metavar="DIR", help="folder of a report, for its rulings")
    vintages = verb("vintages", verbs.vintages, "what did a newer release of a source revise, and which rulings flip?")
    archive = verb("archive", verbs.archive, "bundle a study, its report and what repeats them, for reviewers")
    check = verb("check", verbs.check, "is a study well formed, and what can it not answer?")
    seal = verb("seal", verbs.seal, "write down the hash of every file that the verdicts of a study rest on")
    watch = verb("watch", verbs.watch, "which provinces had more in the newest periods than was to be expected?")
    watch.add_argument("study", help="folder of the study")
    watch.add_argument("--source", metavar="NAME", help="source to watch (default: the study's own)")
    watch.add_argument("--newest", type=_positive, default=1, metavar="N", help="newest periods of each (default: 1)")
    watch.add_argument(
        "--alarms", type=_ratio, default=1.0, metavar="N", help="false alarms a year, over all provinces (default: 1)"
    )
    watch.add_argument("--all", action="store_true", help="print the provinces without an alarm too")
    watch.add_argument("--json", action="store_true", help="print every period watched as JSON")
    seal.add_argument("--date", required=True, metavar="DAY", help="the day of the seal, such as 2026-11-21")
    seal.add_argument("--plan", action="store_true", help="seal claims before their counts are in the study")
    for each in (report, check):
        each.add_argument("--sealed", action="store_true", help="refuse a study that is not as it was sealed")
    for each in (report, archive, check, claims, vintages, seal):
        each.add_argument("study", help="folder of the study")
    vintages.add_argument("old", help="source that is the older release")
    vintages.add_argument("new", help="source that is the newer release")
    for each in (report, archive):
        each.add_argument("--jobs", type=_positive, metavar="N", help="processes (default: one a core)")
        each.add_argument("--cluster", metavar="ADDRESS", help="Dask scheduler to assess on: tcp://127.0.0.1:8786")
    report.add_argument("--out", required=True, metavar="DIR", help="folder to write; an old report is replaced whole")
    archive.add_argument("--out", required=True, metavar="FILE", help="zip file to write")
    for each, what in (
        (report, "rulings"),
        (check, "findings"),
        (claims, "claims"),
        (vintages, "rulings and revisions"),
    ):
        each.add_argument("--json", action="store_true", help=f"print the {what} as JSON")


def _claim_options(verb: Callable[..., argparse.ArgumentParser]) -> None:
    """The verbs that take a study and one of its claims."""
    assess = verb("assess", verbs.assess, "assess one claim of a study and print the verdict")
    explain = verb("explain", verbs.explain, "tell step by step how the ruling on a claim came about")
    script = verb("script", verbs.script, "write a Python script that repeats the verdict on a claim")
    power = verb("power", verbs.power, "how large a change would the counts of a claim have shown?")
    curve = verb("specifications", verbs.specifications, "would other ways of asking find the change of a claim?")
    for each in (assess, explain, script, power, curve):
        each.add_argument("study", help="folder of the study")
        each.add_argument("claim", help="id of the claim")
    when = assess.add_mutually_exclusive_group()
    when.add_argument("--as-of", dest="as_of", metavar="MONTH", help="by what was known at its end, such as 2020-06")
    told = "the verdict by each month since the event, and its chart where a .png, .pdf or .svg is named"
    when.add_argument("--over-time", nargs="?", const="", metavar="FILE", help=told)
    assess.add_argument("--sealed", action="store_true", help="refuse a study that is not as it was sealed")
    script.add_argument("--out", metavar="FILE", help="script to write (default: the claim's id with .py)")
    power.add_argument(
        "--ratio", type=_ratio, metavar="R", help="change to wait for (default: the claim's bar, or by half)"
    )
    power.add_argument("--out", metavar="FILE", help="chart to write: .png, .pdf or .svg")
    curve.add_argument("--out", metavar="FILE", help="chart (.png, .pdf or .svg) or table (.csv) to write")
    what_of = {assess: "verdict", power: "curve", curve: "summary and every specification"}
    for each, what in what_of.items():
        each.add_argument("--json", action="store_true", help=f"print the {what} as JSON")


def _ratio(text: str) -> float:
    try:
        ratio = float(text)
    except ValueError:
        ratio = 0.0
    if not 0 < ratio < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r}, which is no rate ratio above 0, such as 1.5")
    return ratio


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}, which is no whole number from 1 up")
    return int(text)


def _count_options(count: argparse._ActionsContainer) -> None:
    """How a file is read and counted."""
    count.add_argument("--columns", default="auto", metavar="MAP", help="auto, ged, acled, gtd or a TOML file (auto)")
    count.add_argument("--by", metavar="UNITS", help="such as district,week (default: province,month)")
    count.add_argument("--first", metavar="PERIOD", help="first period of the table (default: of what was watched)")
    count.add_argument("--last", metavar="PERIOD", help="last period of the table")
    count.add_argument("--country", metavar="NAME", help="only this country")
    count.add_argument(
        "--actor",
        action="append",
        metavar="NAME",
        help="only incidents with this actor on either side; may be repeated",
    )
    count.add_argument("--kind", action="append", metavar="NAME", help="only incidents of this kind; may be repeated")
    count.add_argument("--located", metavar="LEVELS", help="only those located so: place,district")
    count.add_argument(
        "--coverage",
        metavar="WATCHED",
        help="what was watched: FIRST,LAST or a CSV table (default: from the first to the last event of the file)",
    )
    _alias_options(count)
    count.add_argument(
        "--unresolved", default="refuse", choices=("refuse", "keep"), help="what becomes of a place not known"
    )
    count.add_argument(
        "--place", action="store_true", help="place events without a known province by their coordinates"
    )
    _table_options(count)
    count.add_argument("--sheet", metavar="NAME", help="of a workbook (default: the only one with a known header)")
    count.add_argument("--encoding", default="utf-8", metavar="NAME", help="of a text file (default: utf-8)")
    count.add_argument("--measure", default="events", choices=("events", "deaths", "deaths_low", "deaths_high"))
    count.add_argument("--source", metavar="TEXT", help="where the counts come from, for the file written")


def _alias_options(verb: argparse._ActionsContainer) -> None:
    """Names of one's own for places."""
    verb.add_argument("--alias", action="append", default=[], metavar="SPELLING=CODE", help="a province's other name")
    verb.add_argument(
        "--country-alias", action="append", default=[], metavar="SPELLING=CODE", help="a country's other name"
    )


def _table_options(count: argparse._ActionsContainer) -> None:
    """What a table of counts needs beside a file of incidents."""
    count.add_argument("--counts", metavar="COLUMN", help="the rows hold counts, in this column")
    count.add_argument("--period", metavar="COLUMN", help="column of the periods of a table of counts")
    count.add_argument("--province", metavar="COLUMN", help="column of the provinces of a table of counts")
    count.add_argument("--parts", metavar="COLUMN", help="column of kinds whose counts are added up")
    count.add_argument("--week", default="Monday", metavar="DAY", help="day on which the weeks of a table begin")
    count.add_argument("--fiscal", default="January", metavar="MONTH", help="month in which fiscal years begin")
    count.add_argument("--date-format", metavar="FORMAT", help="how days of a table are written, such as %%d/%%m/%%Y")
    count.add_argument(
        "--drop", action="append", default=[], metavar="NAME", help="row or column of a table to leave out"
    )
    count.add_argument(
        "--absent", default="refuse", choices=("refuse", "zero", "unwatched"), help="what a period without a row is"
    )


def _verb(subparsers: Any, name: str, run: Callable[[argparse.Namespace], None], tells: str) -> argparse.ArgumentParser:
    told = tells[0].upper() + tells[1:] + "." * (tells[-1] != "?")
    parser = subparsers.add_parser(
        name,
        help=tells,
        description=told,
        epilog=f"Example: {EXAMPLES.get(name, '')}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quiet", action="store_true", help="no progress and no closing line")
    parser.set_defaults(run=run, verb=name)
    return parser
