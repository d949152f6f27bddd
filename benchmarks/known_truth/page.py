"""The page of the benchmark: tables and the chart, from the scored cases."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from benchmarks.known_truth.asking import Answer
from benchmarks.known_truth.cases import Case
from benchmarks.known_truth.causes import why_not_dated, why_open
from benchmarks.known_truth.peers import PEERS, has_ruptures
from benchmarks.known_truth.scoring import (
    DATED,
    FALSE_ALARMS,
    OPEN,
    OWN_Z,
    RIGHT,
    WRONG,
    Compared,
    Scored,
    compare,
    dates_found,
    equal_threshold,
    signed,
)
from benchmarks.known_truth.shipped import why_of
from trends import drawing
from trends.nouns import factor_of

#: The methods that say how large a change is, the package first.
_METHODS = {None: "trends", "interrupted series": "interrupted series", "level only": "level only",
            "CausalImpact": "CausalImpact"}  # fmt: skip
_LOOKS = {None: ("fit", "-"), "interrupted series": ("expected", "--"), "level only": ("window", "-."),
          "CausalImpact": ("event", ":")}  # fmt: skip
_GROUPS = (
    ("clear turns", "real", "clear"),
    ("moderate turns", "real", "moderate"),
    ("weak turns", "real", "weak"),
    ("events that made no difference", "nodiff", ""),
    ("placebo dates", "placebo", ""),
)


def own_rulings(scored: list[Scored]) -> Compared:
    """The package as it rules, which asks more than a z: its rulings on the links."""
    turns = [each for each in scored if each.case.real]
    clear = [each for each in turns if each.case.row["evident"] == "clear"]
    placebos = [each for each in scored if each.case.row["kind"] == "placebo"]
    return Compared(
        right=_mean([each.verdict == RIGHT for each in turns]),
        clear=_mean([each.verdict == RIGHT for each in clear]),
        false=_mean([each.verdict == WRONG for each in placebos]),
        opposite=sum(each.verdict == WRONG for each in turns),
    )


def draw(scored: list[Scored]) -> Axes:
    """Turns found against placebos in which a change was found: a curve a method, and a mark where it is used."""
    ax = drawing.axes(height=3.9)
    for name, label in _METHODS.items():
        colour, style = _LOOKS[name]
        pairs = signed(scored, name)
        sizes = sorted({abs(z) for _, z in pairs if np.isfinite(z)}, reverse=True)
        course = [compare(pairs, size) for size in sizes]
        shade = drawing.COLOURS[colour]
        ax.plot(
            [each.false for each in course], [each.right for each in course], style, color=shade, label=label, lw=1.3
        )
        used = own_rulings(scored) if name is None else compare(pairs, OWN_Z)
        ax.plot([used.false], [used.right], "D" if name is None else "o", color=shade, ms=8, mec="white", clip_on=False)
    ax.axvline(FALSE_ALARMS, color=drawing.COLOURS["muted"], lw=0.7)
    ax.set(xlim=(-0.01, 1), ylim=(0, 1.02))
    ax.set_xticks(np.arange(0, 1.01, 0.2), [f"{value:.0%}" for value in np.arange(0, 1.01, 0.2)])
    ax.set_yticks(np.arange(0, 1.01, 0.2), [f"{value:.0%}" for value in np.arange(0, 1.01, 0.2)])
    caption = (
        "Across: share of placebo dates at which a change is found. Marks: each method as it is used; curves: at "
        f"every other threshold. The upright line: {_percent(FALSE_ALARMS)}. Up and to the left is better."
    )
    return drawing.finish(ax, title="What is found, at what price", caption=caption, y_label="real turns found")


def write(scored: list[Scored], where: str, chart: str) -> str:
    """The page, as Markdown; ``where`` names the cases, ``chart`` the file of the chart."""
    parts = [
        "# Known truth",
        "",
        "Written by `python3 dev.py score`; do not edit. Each case is a series with a date of which the answer is "
        "known: a turn that experts agree on, an event that was said to matter and did not, or a date at which nothing "
        "is known to have happened. Each is asked as a user would: a study, a claim that the rate rose or fell at the "
        "date, where it lasted that it did, and its verdict. [How to add a case](how-to/add-a-case.md).",
        "",
        f"{where} Placebos are dates in real series that break elsewhere: read their rates against one another, not as "
        "exact size.",
        "",
        f"![Share of turns found against share of placebos in which a change is found, by method]({chart})",
        "",
        *_by_group(scored),
        *_by_method(scored),
        *_dates(scored),
        *_missed(scored),
        *_all_cases(scored),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _by_group(scored: list[Scored]) -> list[str]:
    rows = []
    for label, kind, evident in _GROUPS:
        group = [
            each for each in scored
            if each.case.row["kind"] == kind and (not evident or each.case.row["evident"] == evident)
        ]  # fmt: skip
        if not group:
            continue
        counted = [sum(each.verdict == verdict for each in group) for verdict in (RIGHT, OPEN, WRONG)]
        recorded = [each.realised_right for each in group if each.realised_right is not None]
        sizes = [each for each in group if np.isfinite(each.answers[0].estimate)]
        inside = sum(each.case.accepted[0] <= each.answers[0].estimate <= each.case.accepted[1] for each in sizes)
        rows.append(
            [label, str(len(group)), *map(str, counted), f"{sum(recorded)} of {len(recorded)}" if recorded else "",
             f"{inside} of {len(sizes)}"]
        )  # fmt: skip
    whole = [each for each in scored if each.whole]
    held = sum(each.answers[0].verdict == "SUPPORTED" for each in whole)
    clear = [each for each in whole if each.case.row["evident"] == "clear"]
    held_clear = sum(each.answers[0].verdict == "SUPPORTED" for each in clear)
    return [
        "## Right, cannot tell, wrong",
        "",
        "The ruling on the change. A turn is right where its direction is SUPPORTED, wrong where it is CONTRADICTED or "
        "ruled NO MATERIAL CHANGE. Where nothing happened it is the other way round; CANNOT TELL is allowed there. "
        "Recorded: the year from the date against the three before it lies on the known side of 1. Size: the estimate "
        "lies in the accepted range.",
        "",
        *_table(["", "cases", RIGHT, OPEN, WRONG, "recorded right", "size accepted"], rows),
        "",
        f"Whole claims (change, date, and that it lasted) SUPPORTED: {held} of {len(whole)}, of the clear turns "
        f"{held_clear} of {len(clear)}.",
        "",
    ]


def _by_method(scored: list[Scored]) -> list[str]:
    rows = []
    for name, label in _METHODS.items():
        pairs = signed(scored, name)
        own = own_rulings(scored) if name is None else compare(pairs, OWN_Z)
        equal = compare(pairs, equal_threshold(pairs))
        rows.append(
            [label, *map(_percent, (own.right, own.clear, own.false)), str(own.opposite),
             *map(_percent, (equal.right, equal.clear, equal.false)), f"{equal.threshold:.2f}"]
        )  # fmt: skip
    head = ["", "turns", "clear ones", "placebos", "wrong sign", "turns at equal", "clear at equal",
            "placebos at equal",
            "its z"]  # fmt: skip
    told = [f"- {name}: {what}." for name, what in PEERS.items() if name != "ruptures"]
    told.append(
        "- Difference in differences (pyfixest, diff-diff) is not asked: it needs units that the event did not reach, "
        "and a case is one series. With one unit and one date its regression is the interrupted series above."
    )
    return [
        "## Beside other methods",
        "",
        "The share of real turns whose direction is found, and of placebos at which a change is found: as each method "
        f"is used (the rulings of this package; |z| of {OWN_Z} or more for the others), then with the threshold at "
        f"which at most {_percent(FALSE_ALARMS)} of the placebos show a change.",
        "",
        *_table(head, rows),
        "",
        *told,
        "",
    ]


def _dates(scored: list[Scored]) -> list[str]:
    turns = [each for each in scored if each.case.real and each.case.window]
    rows = []
    for evident in ("clear", "moderate", "weak"):
        group = [each for each in turns if each.case.row["evident"] == evident]
        if group:
            counted = [sum(each.dated == verdict for each in group) for verdict in (RIGHT, OPEN, WRONG)]
            rows.append([f"{evident} turns", str(len(group)), *map(str, counted)])
    quiet = [each for each in scored if not each.case.real and each.case.at is not None]
    if quiet:
        sure = sum(each.dated == WRONG for each in quiet)
        rows.append(["placebos and events without effect", str(len(quiet)), str(len(quiet) - sure), "", str(sure)])
    parts = [
        "## Dates",
        "",
        f"A date is right where the change began in the accepted window with a probability of {_percent(DATED)} or "
        "more (even odds beforehand), wrong where that is 5 % or less; at a placebo wrong is 80 % or more.",
        "",
        *_table(["", "cases", RIGHT, OPEN, WRONG], rows),
        "",
    ]
    if has_ruptures():
        found, of, false, placebos = dates_found(scored, "ruptures")
        parts += [
            f"ruptures, which is asked where it is installed ({PEERS['ruptures']}), has a break in the window, widened "
            f"by a period, for {found} of {of} clear turns, and within a period of {false} of {placebos} placebos.",
            "",
        ]
    return parts


def _missed(scored: list[Scored]) -> list[str]:
    missed = [each for each in scored if each.verdict == WRONG or (each.case.real and each.verdict != RIGHT)]
    rows = [
        [each.case.id, each.case.row["evident"] or each.case.row["kind"], _ruled(each), _cause(each)] for each in missed
    ]
    undated = [each for each in scored if each.case.real and why_not_dated(each)]
    dates = [
        [each.case.id, each.case.row["evident"], each.case.row["window_first"], each.case.row["window_last"],
         _percent(each.answers[0].in_window), why_not_dated(each)]
        for each in undated
    ]  # fmt: skip
    open_ = [each for each in scored if each.case.row["kind"] == "nodiff" and each.verdict != RIGHT]
    quiet = [[each.case.id, _ruled(each), _cause(each)] for each in open_]
    parts = []
    if rows:
        parts += ["## What falls short", "", "Turns that are not decided, and what is wrong, with what in the counts "
                  "it stands with.", "", *_table(["case", "", "ruling", "why"], rows), ""]  # fmt: skip
    if dates:
        head = ["case", "", "window from", "to", "in it", "why"]
        parts += ["### Dates that are not found", "", *_table(head, dates), ""]
    if quiet:
        parts += ["### Events that made no difference, not refuted", "",
                  "That it fell is CONTRADICTED where a fall has a probability of 5 % or less, and NO MATERIAL CHANGE "
                  "is ruled where the whole interval lies within a tenth of 1.", "",
                  *_table(["case", "ruling", "why"], quiet), ""]  # fmt: skip
    return parts


def _ruled(each: Scored) -> str:
    return _wrong_answer(each).change


def _cause(each: Scored) -> str:
    # What was found where nothing is known to have been is told as it was said.
    return ((why_open(each) if each.verdict != WRONG else "") or _wrong_answer(each).reason).replace("|", "/")


def _wrong_answer(each: Scored) -> Answer:
    # A placebo may be wrong by the second of its two claims.
    return next((a for a in each.answers if a.change == "SUPPORTED" and not each.case.real), each.answers[0])


def _all_cases(scored: list[Scored]) -> list[str]:
    rows = []
    for each in scored:
        answer, row = each.answers[0], each.case.row
        interval = f"{_ratio(answer.estimate)} ({_ratio(answer.lower)} to {_ratio(answer.upper)})"
        accepted = f"{_ratio(each.case.accepted[0])} to {_ratio(each.case.accepted[1])}"
        interval = interval if np.isfinite(answer.estimate) else ""
        inside = "" if np.isnan(answer.in_window) else _percent(answer.in_window)
        rows.append(
            [row["id"], row["place"], row["at"], row["evident"] or row["kind"], accepted, _ratio(each.realised),
             interval, answer.change, each.verdict, answer.date, inside, _why(each.case)]
        )  # fmt: skip
    head = ["case", "place", "date", "how evident", "accepted ratio", "recorded", "estimate", "ruling", "",
            "likeliest date",
            "in the window", "what is known"]  # fmt: skip
    return ["## Every case", "", 'The claim of a placebo that is shown is "it fell".', "", *_table(head, rows), ""]


def _why(case: Case) -> str:
    """What happened, with its source, where somebody looked it up; a memory is not printed as a finding."""
    if case.row["kind"] == "placebo":
        return ""
    return why_of(case.row).replace("|", "/") or "from memory, not looked up"


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cells) + " |" for cells in lines]


def _ratio(value: float) -> str:
    if pd.isna(value):
        return ""
    return "no bound" if np.isinf(value) or value >= 1e6 else factor_of(value)


def _percent(value: float) -> str:
    return "" if np.isnan(value) else f"{100 * value:.0f} %"


def _mean(values: list[bool]) -> float:
    return float(np.mean(values)) if values else float("nan")
