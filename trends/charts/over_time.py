"""The chart of a verdict over time: rung by rung, the ruling that the data of each month would have given."""

import numpy as np
from matplotlib.axes import Axes

from trends import drawing, periods
from trends.arguments import checked_arguments
from trends.charts.intervals import MARKS, SMALL
from trends.claims.as_of import event_of
from trends.claims.ladder import MARKS as WORDS
from trends.claims.over_time import WHOLE, VerdictsOverTime
from trends.claims.rulings import Ruling
from trends.claims.study import Study

_ROW, _AROUND = 0.42, 1.2
# Points between the marks of a chart of this many, and of a letter of a word.
_WIDE, _LETTER = 420, 4.3


@checked_arguments
def plot_over_time(found: VerdictsOverTime, study: Study | None = None, ax: Axes | None = None) -> Axes:
    """Axes with a row for each rung and one for the whole claim, a mark a month, and a word where the ruling changes.

    Parameters
    ----------
    found : VerdictsOverTime
        From `trends.assess_over_time`.
    study : Study, optional
        The study, for the day of the event.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new Axes by default.

    Examples
    --------
    >>> import trends
    >>> study = trends.read_study(trends.example_studies()["iraq"])
    >>> claim = study.claim("attacks-566-first-quarter-2020")
    >>> found = trends.assess_over_time(claim, study, first="2020-02", last="2020-05")
    >>> [label.get_text() for label in plot_over_time(found).get_yticklabels()]
    ['recorded', 'realised', 'the claim']
    """
    names, index = [str(name) for name in found.rulings], found.rulings.index
    ax = drawing.axes(ax, height=_AROUND + _ROW * len(names))
    places = drawing.positions(index)
    for row, name in enumerate(names):
        rulings = [Ruling(text) for text in found.rulings[name]]
        ax.axhline(row, color=drawing.COLOURS["faint"], linewidth=0.6, zorder=0)
        _marks(ax, places, row, rulings)
        _words(ax, places, row, rulings)
    drawing.time_axis(ax, index)
    ax.set_ylim(len(names) - 0.4, -0.75)
    ax.set_yticks(range(len(names)), names)
    for label, name in zip(ax.get_yticklabels(), names, strict=True):
        label.set_fontweight("bold" if name == WHOLE else "normal")
    ax.tick_params(axis="y", length=0)
    begun = event_of(found.claim, study) if study else None
    first, last = index[0].start_time.date(), index[-1].end_time.date()
    if begun and first <= begun <= last:
        drawing.event_mark(ax, begun, "the event")
    word = periods.frequency_name(periods.frequency_of(index))
    caption = f"What the data known at the end of each {word} would have ruled; the last is what became of it."
    caption = " ".join([caption, *found.notes])
    return drawing.finish(ax, title=found.claim.says, caption=caption)


def _marks(ax: Axes, places: np.ndarray, row: int, rulings: list[Ruling]) -> None:
    for ruling in dict.fromkeys(rulings):
        name, marker, _ = MARKS[ruling]
        colour = drawing.COLOURS[name]
        at = places[[each is ruling for each in rulings]]
        ax.plot(
            at, np.full(len(at), row), linestyle="none", marker=marker, markersize=6, color=colour,
            markerfacecolor="white" if ruling is Ruling.CANNOT_TELL else colour,
        )  # fmt: skip


def _words(ax: Axes, places: np.ndarray, row: int, rulings: list[Ruling]) -> None:
    """The word of each run of one ruling at its first mark: above it, or below where another would run into it."""
    apart, ends = _WIDE / len(places), {5: -np.inf, -13: -np.inf}
    for n, ruling in enumerate(rulings):
        if n and ruling is rulings[n - 1]:
            continue
        word, start = WORDS[ruling][1], n * apart
        offset = next((each for each, end in ends.items() if end < start), None)
        if offset is None:
            continue
        ends[offset] = start + _LETTER * (len(word) + 1)
        ax.annotate(
            word, (places[n], row), xytext=(-3, offset), textcoords="offset points", fontsize=SMALL,
            color=drawing.COLOURS["ink"],
        )  # fmt: skip
