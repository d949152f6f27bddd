"""Ask one case as a user would: a small study in a folder, a claim in a file, and its verdict.

This is the only file that knows how a study is written and what a verdict holds.
"""

import tempfile
from dataclasses import dataclass
from math import inf, nan
from pathlib import Path

import pandas as pd

from benchmarks.known_truth.cases import Case
from trends import periods
from trends.claims.assess import assess
from trends.claims.links.timing import DatedCounts
from trends.claims.study import read_study
from trends.claims.verdict import Finding, Ruling, Verdict
from trends.counts.countries import country_code
from trends.counts.panel import Panel
from trends.counts.panel_files import write_panel
from trends.errors import InputError

#: Periods of the spans whose recorded rates are compared: three years before the date, one year from it.
PERIODS_A_YEAR = {"Y": 12, "Q": 4, "M": 12, "W": 52, "D": 365}
_PLACE = "all"
# Places that are no country today are given one, which a study must name.
_COUNTRY_OF = {
    "Kosovo": "RS", "Bosnia": "BA", "Sicily": "IT", "Britain": "GB", "England and Wales": "GB", "Great Britain": "GB",
    "Chicago": "US", "Utah": "US", "Quebec north": "CA", "North Rhine-Westphalia": "DE", "Prussia": "DE",
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What the package says of one claim on one case.

    Parameters
    ----------
    direction : str
        What was claimed: ``rise`` or ``fall``.
    change : str
        The ruling on the change.
    estimate, lower, upper : float
        The ratio and its interval.
    certainty : float
        How sure the evidence is that the rate moved in the claimed direction at all, 0 to 1; NaN where nothing is said.
    in_window : float
        The probability that the change began in the window; NaN where it is not asked or not answered.
    date : str
        The likeliest first period of the new regime, as a label.
    lasting, timing, verdict : str
        The rulings on the links and on the whole claim; empty where they are not asked.
    reason : str
        The sentence of the change.
    """

    direction: str
    change: str
    estimate: float = nan
    lower: float = nan
    upper: float = nan
    certainty: float = nan
    in_window: float = nan
    date: str = ""
    timing: str = ""
    lasting: str = ""
    verdict: str = ""
    reason: str = ""


def realised(case: Case) -> float:
    """The recorded rate of the year from the date against that of the three years before it; NaN without a date.

    With on and off, the rate of the periods in force against that of the others.
    """
    if case.on is not None:
        later, earlier = case.on, ~case.on
    elif case.at is not None:
        year = PERIODS_A_YEAR[periods.frequency_of(case.counts.index)]
        later = pd.Series((case.counts.index >= case.at) & (case.counts.index < case.at + year), case.counts.index)
        earlier = pd.Series((case.counts.index < case.at) & (case.counts.index >= case.at - 3 * year), later.index)
    else:
        return nan
    before, after = (case.counts[span].sum() / case.exposure[span].sum() for span in (earlier, later))
    return float(after / before) if before else inf


def ask(case: Case, direction: str) -> Answer:
    """The verdict on the claim that the rate of a case rose, or fell, at its date."""
    with tempfile.TemporaryDirectory() as folder:
        study = read_study(_write(case, direction, Path(folder)))
        verdict = assess(study.claims[0], study)
    return _answer(case, direction, verdict)


def _write(case: Case, direction: str, folder: Path) -> Path:
    """The folder of a study with the case's counts, its event and the claim."""
    index = case.counts.index
    panel = Panel(case.counts.to_frame(_PLACE), case.exposure.to_frame(_PLACE), "known truth", "incidents")
    write_panel(panel, folder / "counts" / "counts.csv")
    first, last = periods.label_of(index[0]), periods.label_of(index[-1])
    study = {
        "title": case.row["place"], "country": _country(case.row["place"]), "first": first, "last": last,
        "source": "counts",
    }  # fmt: skip
    source = {
        "title": "Counts", "counts": "counts/counts.csv", "measure": case.row["measure"], "actor": "all",
        "rule": "as given", "citation": case.row["source"],
    }  # fmt: skip
    text = _keys(study) + "\n[documents]\n" + _keys({"known": "Known truth"}) + "\n[sources.counts]\n" + _keys(source)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    _write_events(case, folder / "events.csv")
    (folder / "claims").mkdir()
    (folder / "claims" / "claim.toml").write_text(_claim(case, direction), encoding="utf-8")
    return folder


def _claim(case: Case, direction: str) -> str:
    """The claim as it would have been made a year after the date."""
    index = case.counts.index
    year = PERIODS_A_YEAR[periods.frequency_of(index)]
    said = min(case.at + year - 1, index[-1]) if case.at is not None else index[-1]
    head = {
        "id": "claim", "says": f"The rate showed a {direction}.", "document": "known", "speaker": "Anybody",
        "said_on": str(said.end_time.date()), "written": str(said.end_time.date()),
    }  # fmt: skip
    if case.on is not None:
        return _keys(head) + f'\n[asserts]\nseason = {{ when = "in_force", direction = "{direction}" }}\n'
    if case.row["question"] == "season":
        return _keys(head) + f'\n[asserts]\nseason = {{ when = "{case.row["at"]}", direction = "{direction}" }}\n'
    if case.row["question"] == "trend":
        return _keys(head) + f'\n[asserts]\ntrend = {{ direction = "{direction}" }}\n'
    assert case.at is not None
    event = f'\n[event]\nname = "event"\nat = "{periods.label_of(case.at)}"\n'
    links = f'\n[asserts]\nchange = {{ direction = "{direction}" }}\ntiming = true\n'
    window = tuple(map(periods.label_of, _window(case)))
    event += f'window = ["{window[0]}", "{window[1]}"]\n'
    return _keys(head) + event + links + ("lasting = true\n" if case.row["lasting"].startswith("yes") else "")


def _window(case: Case) -> tuple[pd.Period, pd.Period]:
    """The window of a turn; that of a date at which nothing turned is the date, widened by a period either way."""
    index = case.counts.index
    assert case.at is not None
    return case.window or (max(case.at - 1, index[0]), min(case.at + 1, index[-1]))


def _write_events(case: Case, file: Path) -> None:
    columns = "event,first,last,precision,category,province,what,number,unit,seen,source,url,note\n"
    rows = []
    if case.at is not None:
        rows.append(f"event,{case.at.start_time.date()},,day,event,,what happened,,,true,known,,\n")
    if case.on is not None:
        # Runs of periods in force, each one row of an event that comes again.
        runs = (case.on != case.on.shift()).cumsum()[case.on]
        for _, run in runs.groupby(runs):
            first, last = run.index[0].start_time.date(), run.index[-1].end_time.date()
            rows.append(f"in_force,{first},{last},day,measure,,in force,,,true,known,,\n")
    file.write_text(columns + "".join(rows), encoding="utf-8")


def _answer(case: Case, direction: str, verdict: Verdict) -> Answer:
    found = {finding.link: finding for finding in verdict.findings}
    change = next(found[name] for name in ("change", "season", "trend") if name in found)
    evidence = change.evidence if change.evidence is not None and not change.evidence.untestable else None
    timing = found.get("timing")
    in_window, date = _dated(case, timing)
    return Answer(
        direction=direction,
        change=str(change.ruling),
        estimate=evidence.estimate if evidence else nan,
        lower=evidence.lower if evidence else nan,
        upper=evidence.upper if evidence else nan,
        certainty=evidence.supported if evidence and evidence.supported is not None else nan,
        in_window=in_window,
        date=date,
        timing=str(timing.ruling) if timing else "",
        lasting=str(found["lasting"].ruling) if "lasting" in found else "",
        verdict=str(verdict.ruling),
        reason=change.sentence,
    )


def _dated(case: Case, timing: Finding | None) -> tuple[float, str]:
    """The probability that the change began in the window, and the likeliest date, from the finding on the timing."""
    if (
        timing is None
        or timing.ruling is Ruling.UNTESTABLE
        or not isinstance(timing.fit, DatedCounts)
        or timing.evidence is None
        or timing.evidence.supported is None
    ):
        return nan, ""
    return timing.evidence.supported, periods.label_of(timing.fit.at)


def _country(place: str) -> str:
    plain = place.split(" (")[0]
    if plain in _COUNTRY_OF:
        return _COUNTRY_OF[plain]
    try:
        return country_code(place)
    except InputError:
        # The country serves to name provinces, of which such a study has none.
        return "GB"


def _keys(values: dict[str, str]) -> str:
    quoted = {key: text.replace("\\", "\\\\").replace('"', '\\"') for key, text in values.items()}
    return "".join(f'{key} = "{text}"\n' for key, text in quoted.items())
