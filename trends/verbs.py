"""What each verb of the command line does: read the arguments, call public functions, say what came of it.

Each verb loads what it needs when it is called, so that ``trends --help`` stays light.
"""

import json
import shutil
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from trends.errors import InputError, StudyError
from trends.nouns import plural
from trends.progress import Progress, Working

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from trends.claims.claim import Claim
    from trends.claims.study import Study


def _say(arguments: Namespace, text: str) -> None:
    if not arguments.quiet:
        print(text)


def report(arguments: Namespace) -> None:
    """Assess every claim of a study and write the report."""
    from trends.claims.assess import assess_all
    from trends.claims.study import read_study
    from trends.claims.sums import sums_by_rung, sums_in_words, sums_record
    from trends.reports.book import write_report
    from trends.reports.cache import cache_folder, cache_of
    from trends.reports.folder import check_place
    from trends.reports.sentences import tally

    study = _sealed(read_study(arguments.study), arguments)
    check_place(arguments.out)
    _check_claims(study)
    chosen = _chosen(study, arguments)
    cache = None if arguments.no_cache else cache_of(study, cache_folder())
    jobs, cluster = arguments.jobs, arguments.cluster
    with Progress(arguments, "assessing") as progress:
        verdicts = assess_all(chosen, jobs, progress, cluster, memory=cache)
    with Progress(arguments, "drawing") as progress:
        written = write_report(verdicts, arguments.out, study=study, jobs=jobs, progress=progress, cache=cache)
    if arguments.json:
        rulings = {verdict.claim.id: str(verdict.ruling) for verdict in verdicts}
        told = {"report": str(written), "rulings": rulings, "rungs": sums_record(verdicts)}
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return
    _say(arguments, tally([verdict.ruling for verdict in verdicts]))
    _say(arguments, sums_in_words(sums_by_rung(verdicts).to_dict("index").items()))
    _say(arguments, f"{Path(written) / 'brief.pdf'}, {Path(written) / 'report.pdf'}, {Path(written) / 'index.html'}")


def _chosen(study: "Study", arguments: Namespace) -> "Study":
    """The study with the claims that a report is to be made of, all of them where none are named."""
    from dataclasses import replace

    ids = [study.claim(id).id for id in arguments.claims]
    if arguments.only == "main":
        if not study.masthead.main:
            raise StudyError(
                f"report on the main claims of {study.path}",
                found="no key main in study.toml",
                allowed="a study that names its main claims",
                do='add main = ["id of a claim"], or name the claims with --claims',
            )
        ids += study.masthead.main
    return replace(study, claims=tuple(claim for claim in study.claims if claim.id in ids)) if ids else study


def claims(arguments: Namespace) -> None:
    """List the claims of a study, with what a report ruled on them."""
    from trends.claims.study import read_study
    from trends.reports.folder import rulings_of

    study = read_study(arguments.study)
    ruled, sums = rulings_of(arguments.report) if arguments.report else ({}, "")
    rows = [{"id": claim.id, "says": claim.says, "ruling": ruled.get(claim.id)} for claim in study.claims]
    if arguments.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        print("\n    ".join(filter(None, [row["id"], row["says"], row["ruling"]])))
    if sums:
        print(f"\n{sums}")


def assess(arguments: Namespace) -> None:
    """Assess one claim and print the verdict."""
    from trends.claims.assess import assess
    from trends.claims.study import read_study
    from trends.reports.tables import verdict_record

    study = _sealed(read_study(arguments.study), arguments)
    claim = study.claim(arguments.claim)
    if arguments.over_time is not None:
        return _over_time(claim, study, arguments)
    with Working(arguments, "assessing"):
        verdict = assess(claim, study, as_of=arguments.as_of)
    print(json.dumps(verdict_record(verdict), indent=2, ensure_ascii=False) if arguments.json else verdict)


def _over_time(claim: "Claim", study: "Study", arguments: Namespace) -> None:
    from trends.charts.over_time import plot_over_time
    from trends.claims.over_time import assess_over_time

    form = _form(arguments.over_time)
    with Progress(arguments, "assessing") as progress:
        found = assess_over_time(claim, study, progress=progress)
    if form:
        _write_chart(plot_over_time(found, study), arguments.over_time, form)
    print(json.dumps(found.to_record(), indent=2, ensure_ascii=False) if arguments.json else found)


def _sealed(study: "Study", arguments: Namespace) -> "Study":
    """A study, once it is said how it differs from its seal, or refused for it."""
    from trends.claims.seal import check_sealed, differences

    if arguments.sealed:
        check_sealed(study)
    for difference in differences(study):
        print(f"trends: {difference}", file=sys.stderr)
    return study


def seal(arguments: Namespace) -> None:
    """Write down the hash of every file that the verdicts of a study rest on."""
    from trends.claims.seal import LOCK, seal_study
    from trends.claims.study import read_study
    from trends.claims.study_files import hash_of

    study = None if arguments.plan else read_study(arguments.study)
    made = seal_study(arguments.study, arguments.date, plan=arguments.plan, study=study)
    lock = Path(arguments.study) / LOCK
    _say(arguments, f"{lock}: {len(made.files)} files, {made.date}. Its SHA-256, to be left with somebody else today:")
    _say(arguments, hash_of(lock))


def explain(arguments: Namespace) -> None:
    """Tell step by step how a ruling came about."""
    from trends.claims.assess import assess
    from trends.claims.explain import explain
    from trends.claims.study import read_study

    study = read_study(arguments.study)
    claim = study.claim(arguments.claim)
    with Working(arguments, "assessing"):
        verdict = assess(claim, study)
    print(explain(verdict))


def script(arguments: Namespace) -> None:
    """Write the script that repeats a verdict."""
    from trends.claims.assess import assess
    from trends.claims.study import read_study
    from trends.counts.writing import check_writable
    from trends.reports.script import write_script

    study = read_study(arguments.study)
    claim = study.claim(arguments.claim)
    out = arguments.out or f"{claim.id}.py"
    check_writable(out)
    with Working(arguments, "assessing"):
        verdict = assess(claim, study)
    _say(arguments, f"{write_script(verdict, study, out)}: next, python {out}")


def archive(arguments: Namespace) -> None:
    """Bundle a study, its report and what repeats them."""
    from trends.claims.assess import assess_all
    from trends.claims.study import read_study
    from trends.counts.writing import check_writable, working_folder
    from trends.reports.archive import check_archive, write_archive
    from trends.reports.book import write_report

    check_archive(arguments.out)
    check_writable(arguments.out)
    study = read_study(arguments.study)
    _check_claims(study)
    with Progress(arguments, "assessing") as progress:
        verdicts = assess_all(study, jobs=arguments.jobs, progress=progress, cluster=arguments.cluster)
    with working_folder() as folder:
        report = folder / "report"
        with Progress(arguments, "drawing") as progress:
            write_report(verdicts, report, study=study, jobs=arguments.jobs, progress=progress)
        with Working(arguments, "packing"):
            write_archive(study, verdicts, report, arguments.out)
    _say(arguments, arguments.out)


def _check_claims(study: "Study") -> None:
    if not study.claims:
        raise StudyError(
            f"report on the study {study.path}",
            found="no claim",
            allowed="at least one",
            do=f"write one as a file in {study.path / 'claims'}, in the manner of the one that trends new makes",
        )


def power(arguments: Namespace) -> None:
    """Print how large a change the test of a claim would have found."""
    from trends.claims.rates import periods_needed, power, power_table, ratio_wanted
    from trends.claims.study import read_study
    from trends.claims.words import figure, needed_in_words

    study = read_study(arguments.study)
    claim = study.claim(arguments.claim)
    form = _form(arguments.out)
    with Working(arguments, "simulating"):
        curve = power(claim, study)
        needed = periods_needed(claim, study, ratio=arguments.ratio)
    if form:
        from trends.charts.power import plot_power

        _write_chart(plot_power(curve, title=claim.says), arguments.out, form)
    table = power_table(curve)
    if arguments.json:
        reach = {"detectable_rise": curve.detectable_rise, "detectable_fall": curve.detectable_fall}
        told = {name: ratio if 0 < ratio < float("inf") else None for name, ratio in reach.items()}
        rows = table.to_dict("records")
        print(json.dumps({"curve": rows, "target": curve.target, **told, "periods_needed": needed}, indent=2))
        return
    print(table.to_string(index=False, float_format="{:.3g}".format))
    for word, ratio in (("rise", curve.detectable_rise), ("fall", curve.detectable_fall)):
        found = f"is to {figure(ratio, 'ratio')} times" if 0 < ratio < float("inf") else "is beyond the sizes tried"
        print(f"The smallest {word} found with {100 * curve.target:.0f} % power {found}.")
    bar = claim.asserts["change"]
    ratio = arguments.ratio or ratio_wanted(bar.direction, bar.at_least)
    print(needed_in_words(needed, ratio, curve.target))


def specifications(arguments: Namespace) -> None:
    """Print how a change fares under every defensible choice."""
    from trends.claims.specifications import specifications
    from trends.claims.study import read_study
    from trends.counts.writing import check_writable, written_aside
    from trends.reports.tables import curve_csv, curve_record

    study = read_study(arguments.study)
    claim = study.claim(arguments.claim)
    as_table = Path(arguments.out or "").suffix.lower() == ".csv"
    form = "" if as_table else _form(arguments.out)
    if as_table:
        check_writable(arguments.out)
    with Working(arguments, "asking in other ways"):
        curve = specifications(claim, study)
    if arguments.out:
        from trends.charts.specifications import plot_specifications

        names = {name: source.title for name, source in study.sources.items()}
        if as_table:
            with written_aside(arguments.out) as aside:
                aside.write_bytes(curve_csv(curve).encode())
        else:
            _write_chart(plot_specifications(curve, title=claim.says, names=names), arguments.out, form)
    if arguments.json:
        print(json.dumps(curve_record(curve), indent=2, ensure_ascii=False))
        return
    for what, value in curve.summary()["value"].items():
        print(f"{what:<36}{value:.3g}" if isinstance(value, float) else f"{what:<36}{value}")
    for note in curve.aside:
        print(note)


def _write_chart(chart: "Axes", path: str, form: str) -> None:
    from trends.counts.writing import written_aside
    from trends.drawing import render

    with written_aside(path) as aside:
        aside.write_bytes(render(chart, form))


def _form(path: str | None) -> str:
    """The form of a chart; what cannot be written is refused before the work of minutes."""
    from trends.counts.writing import check_writable

    suffix = Path(path or "").suffix.lower()
    if path and suffix not in (".png", ".pdf", ".svg"):
        asked, do = f"write the chart {path}", "give the file such a name"
        raise InputError(asked, found=f"the suffix {suffix!r}", allowed=".png, .pdf or .svg", do=do)
    if path:
        check_writable(path)
    return suffix[1:]


def check(arguments: Namespace) -> None:
    """Print what a study cannot answer."""
    from trends.claims.check import check_study
    from trends.claims.study import read_study

    study = _sealed(read_study(arguments.study), arguments)
    with Working(arguments, "checking"):
        limits = check_study(study)
    if arguments.json:
        print(json.dumps({"study": study.title, "cannot": limits}, indent=2, ensure_ascii=False))
        return
    parts = (("source", study.sources), ("event", study.events), ("claim", study.claims))
    print(f"{study.title}: " + ", ".join(plural(len(held), what) for what, held in parts) + ".")
    print("Well formed. What it cannot answer:" if limits else "Well formed.")
    for limit in limits:
        print(f"- {limit}")


def vintages(arguments: Namespace) -> None:
    """Print what a newer release revised, and which rulings flip."""
    from trends.claims.study import read_study
    from trends.claims.vintages import compare_vintages

    study = read_study(arguments.study)
    with Progress(arguments, "assessing") as progress:
        found = compare_vintages(study, arguments.old, arguments.new, progress=progress)
    if arguments.json:
        tables = {name: json.loads(getattr(found, name).to_json(orient="records")) for name in ("rulings", "revisions")}
        print(json.dumps({"sentences": found.sentences, **tables, "aside": found.aside}, indent=2, ensure_ascii=False))
        return
    print(found)


def watch(arguments: Namespace) -> None:
    """Print whether the newest periods of each province are out of the ordinary."""
    from trends.claims.newest import newest_caveat
    from trends.claims.study import read_study
    from trends.models.watching import watch_provinces
    from trends.periods import label_of

    study = read_study(arguments.study)
    source = arguments.source or study.source
    panel = study.panel(source)
    with Working(arguments, "watching"):
        found = watch_provinces(panel, newest=arguments.newest, alarms_per_year=arguments.alarms, country=study.country)
    caveat = newest_caveat(study, source, label_of(panel.index[0]), label_of(panel.index[-1]))
    if arguments.json:
        rows = json.loads(found.assign(period=found["period"].map(label_of)).to_json(orient="records"))
        print(json.dumps({"source": source, "periods": rows, "caveat": caveat}, indent=2, ensure_ascii=False))
        return
    for row in (found if arguments.all else found[found["alarm"]]).to_dict("records"):
        told = f"{label_of(row['period'])}  {row['province']}: {row['count']:g} counted"
        if row["pvalue"] == row["pvalue"]:
            told += f", {row['expected']:g} expected, an alarm from {row['threshold']:g}, p {row['pvalue']:.2g}"
        print(f"{'ALARM' if row['alarm'] else '':<7}{told}")
    if not found["alarm"].any():
        print("No alarm.")
    _say(arguments, f"False alarms a year that this allows, over all provinces and the total: {arguments.alarms:g}.")
    if caveat:
        print(caveat)


def new(arguments: Namespace) -> None:
    """Start a study in a new folder."""
    from trends.claims.examples import example_studies, skeleton
    from trends.claims.naming import not_one_of
    from trends.claims.schema import write_schemas
    from trends.counts.opening import is_missing
    from trends.counts.writing import folder_made_aside
    from trends.countverbs import new_from, refuse_without_file

    folder = Path(arguments.folder)
    if not is_missing(folder):
        allowed, do = "a folder that does not exist yet", "choose another name"
        raise StudyError(f"start a study in {folder}", found="something of that name", allowed=allowed, do=do)
    if arguments.file:
        try:
            made = new_from(arguments, folder)
        except OSError as error:
            raise _unwritable(folder, error) from None
        _say(arguments, f"{made}: next, trends check {folder} and trends report {folder} --out build/report")
        return
    refuse_without_file(arguments)
    studies = example_studies() | {None: skeleton()}
    if arguments.example not in studies:
        raise not_one_of("copy an example study", "the study", arguments.example, sorted(filter(None, studies)))
    try:
        with folder_made_aside(folder) as aside:
            shutil.copytree(studies[arguments.example], aside, dirs_exist_ok=True)
            if not arguments.example:
                write_schemas(aside)
    except OSError as error:
        raise _unwritable(folder, error) from None
    steps = f"trends check {folder} and trends report {folder} --out build/report"
    # An empty study has no counts yet: both would only say so.
    _say(arguments, f"{folder}: next, {steps if arguments.example else f'the four steps in {folder}/README.md'}")


def _unwritable(folder: Path, error: OSError) -> StudyError:
    # Where a folder is copied, each file has its own reason, and the last is as good as any.
    reason = error.strerror or str(error.args[0][-1][-1]).rpartition("] ")[2].partition(":")[0]
    return StudyError(
        f"start a study in {folder}",
        found=f"a place that cannot be written to ({reason})",
        allowed="a folder that may be made",
        do="name another folder",
    )
