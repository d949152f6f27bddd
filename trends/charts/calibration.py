"""The chart of a calibration: what the p-values of a test look like where nothing changed."""

import numpy as np
from matplotlib.axes import Axes

from trends import drawing
from trends.chance.calibration import Trials
from trends.claims.words import percent


def plot_calibration(trials: Trials, ax: Axes | None = None, *, title: str | None = None) -> Axes:
    """Axes with the p-values of simulated panels against what they should be, and the share below the nominal level.

    Parameters
    ----------
    trials : Trials
        From `trends.calibrate`. P-values of panels without a change lie on the diagonal where the test keeps its level
        whatever that is; above it the test finds too much, below it too little.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new Axes by default.
    title : str, optional
        What stands above.

    Notes
    -----
    A panel that the test refused counts as a p-value of 1.
    """
    ax = drawing.axes(ax, height=3.2)
    pvalues = np.sort(np.nan_to_num(trials.pvalues, nan=1.0))
    share, nominal = np.arange(1, len(pvalues) + 1) / len(pvalues), 1 - trials.level
    grid = np.linspace(0, 1, 201)
    reach = 1.96 * np.sqrt(grid * (1 - grid) / len(pvalues))
    ax.fill_between(grid, grid - reach, grid + reach, color=drawing.COLOURS["faint"], linewidth=0, zorder=0)
    ax.plot([0, 1], [0, 1], color=drawing.COLOURS["muted"], linewidth=0.8, linestyle=(0, (4, 2)))
    ax.step(np.r_[0, pvalues, 1], np.r_[0, share, 1], where="post", color=drawing.COLOURS["fit"], linewidth=1.5)
    ax.axvline(nominal, color=drawing.COLOURS["muted"], linewidth=0.8)
    found, error = trials.rejected, trials.error(trials.rejected)
    ax.errorbar(
        [nominal], [found], yerr=[1.96 * error], color=drawing.COLOURS["expected"], marker="D", markersize=6, capsize=3
    )
    label = f"found in {100 * found:.1f} % at a nominal {100 * nominal:g} %"
    ax.annotate(
        label, (nominal, found), xytext=(12, -3), textcoords="offset points", ha="left", va="center", fontsize=8
    )
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.02)
    ticks = [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    ax.set_yticks(ticks, [percent(tick) for tick in ticks])
    ax.set_xticks(ticks)
    caption = (
        f"P-values of {trials.runs:,} simulated panels: the share with one as small as each. Dashed: a test that keeps "
        f"every level, shaded what chance makes of it. Its {percent(trials.level)} interval holds the truth in "
        f"{100 * trials.coverage:.1f} % (standard error {100 * trials.error(trials.coverage):.1f})."
    )
    return drawing.finish(ax, title=title, caption=caption.replace(" %", "\u00a0%"), y_label="share of panels")
