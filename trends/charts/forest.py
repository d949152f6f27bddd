"""The forest of claims: every tested link on one scale of ratios."""

import textwrap
from dataclasses import dataclass
from math import isfinite

import numpy as np
from matplotlib.axes import Axes

from trends import drawing
from trends.chance.evidence import Evidence
from trends.charts.intervals import MARKS, beside, from_the_left, quantity_axis, reach, rows_axes, whisker
from trends.claims.claim import Claim
from trends.claims.kinds import Group
from trends.claims.registry import kind_of
from trends.claims.verdict import Finding, Ruling
from trends.errors import InputError


@dataclass(frozen=True)
class _Row:
    """One line of the forest: a link with its figures on the ratio scale, or a claim that has none."""

    label: str
    ruling: Ruling
    whole: Ruling
    figures: tuple[float, float, float] | None = None
    claimed: tuple[float, float] | None = None


# Up to so many lines a row is two lines high; beyond, one.
_ROOMY = 16
_NO_MARK = "Nothing to draw: not testable with these data, or not assessed"
_NO_RATIO = "Ruled upon, and no ratio: dates, orders and numbers without one that was said"


def plot_forest(verdicts, ax: Axes | None = None, *, first: int = 1) -> Axes:
    """The forest of claims: one row a tested link, with what the claim asserts shaded and what the data say marked.

    All rows share one log scale of ratios: a change against no change, a number against the number that was said, a
    rank against the next place. Each ruling has a colour, a marker and a word; an interval that is open, or reaches
    beyond the axis, ends in an arrow. Claims without any figure are listed last, without a mark.

    Parameters
    ----------
    verdicts : sequence of Verdict
        Numbered in the order given, beginning with ``first``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new Axes, as tall as the rows need, by default.

    Raises
    ------
    InputError
        Without any verdict.

    Examples
    --------
    >>> import trends
    >>> study = trends.read_study(trends.example_studies()["syria"])
    >>> verdict = trends.assess(study.claim("deir-ez-zor-had-most-operations"), study)
    >>> plot_forest([verdict]).get_xscale()
    'log'
    """
    groups = _forest_rows(verdicts, first)
    placed, headings, at = {}, {}, 0
    for heading, rows in groups.items():
        headings[at] = heading
        placed |= dict(enumerate(rows, at + 1))
        at += len(rows) + 1
    roomy = at <= _ROOMY
    left, row_height = (2.75, 0.34) if roomy else (3.35, 0.2)
    labels = {y: _short(row.label, *((47, 2) if roomy else (62, 1))) for y, row in placed.items()}
    ax = rows_axes(ax, at, left=left, right=1.5, labels=labels, row=row_height)
    known = [value for row in placed.values() for value in row.figures or () if isfinite(value)]
    low, high = reach(np.clip(known, 1 / 16, 16), "ratio")
    quantity_axis(ax, low, high, "ratio")
    start = -(left - 0.05) / (ax.get_position().width * ax.figure.get_size_inches()[0])
    for y, heading in headings.items():
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        beside(ax, start, y + 0.12, heading, fontweight="bold", fontsize=8, bbox=box)
    for y, row in placed.items():
        _forest_row(ax, y, row, (low, high), gap="\n" if roomy else "; ")
    caption = (
        "Shaded: the values for which the claim is true. Line: the interval around the estimate, with an arrow where "
        "it goes on. The scale is logarithmic."
    )
    return from_the_left(ax, left, caption=caption)


def _forest_row(ax: Axes, y: float, row: _Row, reach: tuple[float, float], gap: str) -> None:
    colour, marker, _ = MARKS[row.ruling]
    if row.claimed:
        low, high = max(row.claimed[0], reach[0]), min(row.claimed[1], reach[1])
        ax.fill_between([low, high], y - 0.36, y + 0.36, color=drawing.COLOURS["window"], alpha=0.25, linewidth=0)
    if row.figures:
        whisker(ax, y, *row.figures, drawing.COLOURS[colour], marker)
    ax.plot([1.05], [y], marker=marker, color=drawing.COLOURS[colour], markersize=5, linestyle="none", clip_on=False,
            transform=ax.get_yaxis_transform())  # fmt: skip
    differs = row.whole is not row.ruling
    beside(ax, 1.09, y, f"{row.ruling}{gap}claim: {row.whole}" if differs else str(row.ruling), fontsize=7)


def _forest_rows(verdicts, first: int) -> dict[str, list[_Row]]:
    groups = {str(heading): [] for heading in Group} | {_NO_RATIO: [], _NO_MARK: []}
    for n, verdict in enumerate(verdicts, first):
        label = f"{n}. {verdict.claim.says}"
        tested = [finding for finding in verdict.findings if _on_the_scale(finding, verdict.claim)]
        for finding in tested:
            figures, claimed = _as_ratio(finding, verdict.claim)
            heading = str(kind_of(finding.link).group)
            # The link goes first: a long claim is cut at its end.
            named = label if len(tested) == 1 else f"{n}, {finding.link}: {verdict.claim.says}"
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
    return has_ratio(known) and (known.unit == "ratio" or bool(said))


def has_ratio(evidence: Evidence | None) -> bool:
    """Whether evidence can stand on a scale of ratios: something was estimated, and it is no date."""
    known = evidence is not None and not evidence.untestable and evidence.unit in ("ratio", "count", "share")
    return known and isfinite(evidence.estimate)


def _as_ratio(finding: Finding, claim: Claim) -> tuple[tuple[float, float, float], tuple[float, float] | None]:
    """Estimate and interval, and the claimed values, over the number that was said (over 1 for a ratio)."""
    evidence, by = finding.evidence, _number_said(finding, claim) or 1.0
    claimed = tuple(value / by for value in finding.stand.claimed) if finding.stand else None
    return (evidence.estimate / by, evidence.lower / by, evidence.upper / by), claimed


def _short(text: str, letters: int, lines: int) -> str:
    wrapped = textwrap.wrap(text, letters)
    if len(wrapped) <= lines:
        return "\n".join(wrapped)
    rest = textwrap.shorten(" ".join(wrapped[lines - 1 :]), letters, placeholder=" …")
    return "\n".join([*wrapped[: lines - 1], rest])
