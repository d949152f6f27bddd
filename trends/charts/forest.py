"""The forest of claims: every tested link on one scale of ratios."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np
from matplotlib.axes import Axes

from trends import drawing
from trends.arguments import checked_arguments
from trends.chance.evidence import Evidence
from trends.charts.intervals import MARKS, beside, from_the_left, quantity_axis, reach, rows_axes, whisker
from trends.claims.claim import Claim
from trends.claims.kinds import Group
from trends.claims.registry import kind_of
from trends.claims.rulings import Ruling
from trends.claims.verdict import Finding, Verdict
from trends.claims.words import figure
from trends.errors import InputError
from trends.nouns import plural


@dataclass(frozen=True)
class _Row:
    """One line of the forest: a link with its figures on the ratio scale, or a claim that has none."""

    label: str
    ruling: Ruling
    whole: Ruling
    figures: tuple[float, float, float] | None = None
    claimed: tuple[float, float] | None = None

    @property
    def wrapped(self) -> list[str]:
        """The label in lines, whole."""
        return textwrap.wrap(self.label, _LETTERS)

    @property
    def lines(self) -> int:
        """The lines that it takes, with that of the ruling."""
        return len(self.wrapped) + 1


_NO_MARK = "Nothing to draw: not testable with these data, or not assessed"
_NO_RATIO = "Ruled upon, and no ratio: dates, orders and numbers without one that was said"
# Inches: a line of small print, the column of the claims, and that of the figures; letters of a line of a claim.
_LINE, _LEFT, _RIGHT, _LETTERS, _SMALL = 0.125, 3.45, 1.25, 62, 7.0
# Lines that a heading takes, and that part a row from the next.
_HEADING, _GAP = 1.7, 0.55


@checked_arguments
def plot_forest(
    verdicts: Sequence[Verdict],
    ax: Axes | None = None,
    *,
    numbers: Sequence[int] | None = None,
    each: Literal["link", "claim"] = "link",
) -> Axes:
    """The forest of claims: one row a tested link, with what the claim asserts shaded and what the data say marked.

    All rows share one log scale of ratios: a change against no change, a number against the number that was said, a
    rank against the next place. Each ruling has a colour, a marker and a word; an interval that is open, or reaches
    beyond the axis, ends in an arrow. Claims without any figure are listed last, without a mark.

    Parameters
    ----------
    verdicts : sequence of Verdict
        What is drawn, by what it is a ratio of, and of one kind in the order given.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new Axes, as tall as the rows need, by default.
    numbers : sequence of int, optional
        The number of each claim; by default 1, 2, 3 and on.
    each : {"link", "claim"}
        What a row is: every tested link, or of each claim the one that decides.

    Raises
    ------
    InputError
        Without any verdict, or where there are not as many numbers as verdicts.

    Examples
    --------
    >>> import trends
    >>> study = trends.read_study(trends.example_studies()["syria"])
    >>> verdict = trends.assess(study.claim("deir-ez-zor-had-most-operations"), study)
    >>> plot_forest([verdict]).get_xscale()
    'log'
    """
    groups = _forest_rows(verdicts, _numbered(verdicts, numbers), each)
    placed: list[tuple[float, _Row]] = []
    headings, at = {}, 0.0
    for heading, rows in groups.items():
        headings[at + 0.5] = heading
        at += _HEADING
        for row in rows:
            placed.append((at, row))
            at += row.lines + _GAP
    ax = rows_axes(ax, at, left=_LEFT, right=_RIGHT, labels={}, row=_LINE)
    known = [value for _, row in placed for value in row.figures or () if isfinite(value)]
    low, high = reach(np.clip(known, 1 / 16, 16), "ratio")
    quantity_axis(ax, low, high, "ratio")
    start = -(_LEFT - 0.05) / (ax.get_position().width * drawing.figure_of(ax).get_size_inches()[0])
    for y, heading in headings.items():
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        beside(ax, start, y, heading, fontweight="bold", fontsize=8, bbox=box)
    for top, row in placed:
        _forest_row(ax, top, row, (low, high), start)
    caption = (
        "Shaded: the values for which the claim is true. Line: the interval around the estimate, with an arrow where "
        "it goes on. The scale is logarithmic."
    )
    return from_the_left(ax, _LEFT, caption=caption)


def _numbered(verdicts: Sequence[Verdict], numbers: Sequence[int] | None) -> Sequence[int]:
    if numbers is None:
        return range(1, len(verdicts) + 1)
    if len(numbers) != len(verdicts):
        raise InputError(
            "draw the forest of claims",
            found=f"{plural(len(numbers), 'number')} for {plural(len(verdicts), 'verdict')}",
            allowed="a number for each verdict",
            do="name as many, or leave them out",
        )
    return numbers


def forest_sheets(verdicts: Sequence[Verdict], lines: float) -> list[list[int]]:
    """The places of verdicts in as few forests as ``lines`` of small print allow each, all about as high.

    Parameters
    ----------
    verdicts : sequence of Verdict
        A row each, in `plot_forest` with ``each="claim"``.
    lines : float
        What a forest may take, its headings among them; a single row that takes more has one for itself.

    Returns
    -------
    list of list of int
        The forests, kind by kind, so that each kind stands together.
    """
    order = [
        (heading, int(row.label.split(".")[0]), row.lines + _GAP)
        for heading, rows in _forest_rows(verdicts, range(len(verdicts)), "claim").items()
        for row in rows
    ]
    fewest = _filled(order, lines)
    # The lowest ceiling that needs no more sheets makes them alike.
    low, high = 0.0, lines
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (low, middle) if len(_filled(order, middle)) == len(fewest) else (middle, high)
    return _filled(order, high)


def _filled(order: Sequence[tuple[str, int, float]], lines: float) -> list[list[int]]:
    sheets, room, last = list[list[int]](), 0.0, ""
    for heading, n, taken in order:
        if not sheets or room < taken + _HEADING * (heading != last):
            sheets.append([])
            room, last = lines, ""
        sheets[-1].append(n)
        room -= taken + _HEADING * (heading != last)
        last = heading
    return sheets


def _forest_row(ax: Axes, top: float, row: _Row, reach: tuple[float, float], start: float) -> None:
    """A claim in full, its ruling below it where a narrow window shows it too, and its figures on the scale."""
    colour, marker, _ = MARKS[row.ruling]
    tint, middle = drawing.COLOURS[colour], top + (row.lines - 1) / 2
    beside(ax, start, middle - 0.5, "\n".join(row.wrapped), fontsize=_SMALL, linespacing=1.22)
    ruled = f"{MARKS[row.ruling][2]} {row.ruling}"
    ruled += f"; the claim as a whole: {row.whole}" if row.whole is not row.ruling else ""
    beside(ax, start, top + row.lines - 1, ruled, fontsize=_SMALL - 0.5, color=tint, fontweight="bold")
    if row.claimed:
        low, high = max(row.claimed[0], reach[0]), min(row.claimed[1], reach[1])
        half = row.lines / 2
        ax.fill_between(
            [low, high], middle - half, middle + half, color=drawing.COLOURS["window"], alpha=0.25, linewidth=0
        )
    if row.figures:
        whisker(ax, middle, *row.figures, tint, marker)
        beside(ax, 1.06, middle, _figures(row.figures), fontsize=_SMALL)


def _figures(figures: tuple[float, float, float]) -> str:
    if figures[1] == figures[2]:
        return figure(figures[0], "ratio")
    estimate, low, high = (figure(value, "ratio") if isfinite(value) else "∞" for value in figures)
    return f"{estimate}  ({low} – {high})"


def _forest_rows(verdicts: Sequence[Verdict], numbers: Sequence[int], each: str) -> dict[str, list[_Row]]:
    groups: dict[str, list[_Row]] = {str(heading): [] for heading in (*Group, _NO_RATIO, _NO_MARK)}
    for n, verdict in zip(numbers, verdicts, strict=True):
        label = f"{n}. {verdict.claim.says}"
        tested = [finding for finding in verdict.findings if _on_the_scale(finding, verdict.claim)]
        if each == "claim":
            # The link that decides stands for the claim, whatever its other links could show.
            tested = [f for f in tested if f.ruling is verdict.ruling][:1] or tested[:1]
        for finding in tested:
            figures, claimed = _as_ratio(finding, verdict.claim)
            heading = str(kind_of(finding.link).group)
            # A claim of several links has a row for each, which says what it asks.
            named = label if len(tested) == 1 else f"{label} {kind_of(finding.link).heading}."
            groups[heading].append(_Row(named, finding.ruling, verdict.ruling, figures, claimed))
        if not tested:
            ruled = verdict.ruling not in (Ruling.UNTESTABLE, Ruling.NOT_ASSESSED)
            groups[_NO_RATIO if ruled else _NO_MARK].append(_Row(label, verdict.ruling, verdict.ruling))
    if not any(groups.values()):
        raise InputError(
            "draw the forest of claims", found="no verdict", allowed="at least one", do="assess a claim first"
        )
    return {heading: rows for heading, rows in groups.items() if rows}


def _number_said(finding: Finding, claim: Claim) -> float | None:
    """The number that a link states; None where it states none."""
    links = [claim.asserts.get(finding.link)]
    if finding.link == "realised":
        # What was realised is the number recorded, where the link names no other.
        links.append(claim.asserts.get("recorded"))
    return next((said for link in links if (said := getattr(link, "number", None))), None)


def _on_the_scale(finding: Finding, claim: Claim) -> bool:
    """Whether a finding is a ratio, or can be made one by the number that was said."""
    known, said = finding.evidence, _number_said(finding, claim)
    return known is not None and has_ratio(known) and (known.unit == "ratio" or bool(said))


def has_ratio(evidence: Evidence | None) -> bool:
    """Whether evidence can stand on a scale of ratios: something was estimated, and it is no date."""
    if evidence is None or evidence.untestable or evidence.unit not in ("ratio", "count", "share"):
        return False
    return isfinite(evidence.estimate)


def _as_ratio(finding: Finding, claim: Claim) -> tuple[tuple[float, float, float], tuple[float, float] | None]:
    """Estimate and interval, and the claimed values, over the number that was said (over 1 for a ratio)."""
    evidence, by = finding.evidence, _number_said(finding, claim) or 1.0
    assert evidence is not None
    claimed = (finding.stand.claimed[0] / by, finding.stand.claimed[1] / by) if finding.stand else None
    return (evidence.estimate / by, evidence.lower / by, evidence.upper / by), claimed
