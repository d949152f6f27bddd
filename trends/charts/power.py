"""The chart of a power curve: how large a change would have been found."""

from math import isfinite

import numpy as np
from matplotlib.axes import Axes

from trends import drawing
from trends.arguments import checked_arguments
from trends.claims.rates import PowerCurve
from trends.claims.words import figure, percent


@checked_arguments
def plot_power(curve: PowerCurve, ax: Axes | None = None, *, title: str | None = None) -> Axes:
    """Axes with how often a change is found by its size, with the smallest rise and fall that reach the target.

    Parameters
    ----------
    curve : PowerCurve
        From `trends.power`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new Axes by default.
    title : str, optional
        What stands above.

    Examples
    --------
    >>> import trends
    >>> study = trends.read_study(trends.example_studies()["syria"])
    >>> curve = trends.power(study.claim("safer-after-baghdadi"), study)
    >>> [float(bound) for bound in plot_power(curve).get_ylim()]
    [0.0, 1.05]
    """
    ax = drawing.axes(ax, height=2.8)
    places = np.log(curve.ratios)
    ax.plot(places, curve.power, color=drawing.COLOURS["fit"], marker="o", markersize=3.5, linewidth=1.5)
    ax.axhline(curve.target, color=drawing.COLOURS["muted"], linewidth=0.8, linestyle=(0, (4, 2)))
    ax.axvline(0, color=drawing.COLOURS["faint"], linewidth=0.8, zorder=0)
    reached = [ratio for ratio in (curve.detectable_fall, curve.detectable_rise) if isfinite(ratio) and ratio > 0]
    for ratio in reached:
        ax.plot(np.log(ratio), curve.target, marker="D", markersize=6, color=drawing.COLOURS["expected"])
        label = f"×{figure(ratio, 'ratio')}"
        ax.annotate(label, (np.log(ratio), curve.target), xytext=(0, 6), textcoords="offset points", ha="center")
    ax.set_ylim(0, 1.05)
    low, high = places.min() - 1e-9, places.max() + 1e-9
    ticks = [ratio for ratio in (0.1, 0.2, 1 / 3, 0.5, 1, 2, 3, 5, 10) if low <= np.log(ratio) <= high]
    ax.set_xticks(np.log(ticks), [f"×{figure(ratio, 'ratio')}" for ratio in ticks])
    ax.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1.0], [percent(level) for level in (0, 0.2, 0.4, 0.6, 0.8, 1.0)])
    caption = f"How often a change is found, by the true rate ratio; dashed: {percent(curve.target)} power"
    caption += "." if reached else ", which no size that was tried reaches."
    return drawing.finish(ax, title=title, caption=caption.replace(" %", "\u00a0%"), y_label="how often it is found")
