"""What in a table of counts looks like a fault of the record rather than like quiet: for a person to judge."""

import numpy as np

from trends import periods
from trends.counts.panel import Panel

# A total below a fifth of what its neighbours hold, where chance alone would not bring it so low.
_FRACTION, _FEWEST, _NEIGHBOURS = 0.2, 20.0, 3
_UNUSUAL, _LEAST_USUAL = 3.5, 0.25
#: Periods that the ends of a table and of a province are held against.
_BEFORE = 6
#: A first or last period is taken for a part of one below this share of the next ones.
_PART = 0.65
#: A province that stops held at least so many a period, and would have held so many since.
_LIVELY, _MISSED = 3.0, 30.0
#: All provinces at once by a factor of at least this, each within so much of the others on the log scale.
_JUMP, _ALIKE, _FEWEST_PROVINCES = 1.5, 0.35, 4
_YEAR = 12


def possible_holes(panel: Panel) -> list[tuple[str, float, float]]:
    """The periods whose total is a fraction of that of their neighbours: label, total, and the neighbours' median.

    Parameters
    ----------
    panel : Panel
        The counts. A period counts where all provinces were watched throughout.

    Notes
    -----
    A period is named where its total is below a fifth of the median of the three periods before it and the three after
    it, that median is 20 or more, and its distance from it, on the log scale, is 3.5 times what is usual in this panel
    (1.4826 times the median distance, and 0.25 at least): deaths fall to a fifth where attacks do not. The last three
    and the first three periods have fewer neighbours on one side.

    **Assumptions**: none on the distribution; what is named is for a person to judge.

    Examples
    --------
    >>> import pandas as pd
    >>> index = periods.span("2018-01", "2018-07", "M")
    >>> possible_holes(Panel(pd.DataFrame({"Homs": [40, 44, 38, 5, 41, 39, 42]}, index)))
    [('2018-04', 5.0, 40.5)]
    """
    total = _totals(panel)
    middles = np.full(len(total), np.nan)
    for place in range(len(total)):
        around = np.r_[total[max(place - _NEIGHBOURS, 0) : place], total[place + 1 : place + 1 + _NEIGHBOURS]]
        around = around[~np.isnan(around)]
        if len(around) >= _NEIGHBOURS:
            middles[place] = np.median(around)
    known = ~np.isnan(total) & ~np.isnan(middles)
    if not known.any():
        return []
    steps = np.log((total + 0.5) / (middles + 0.5))
    usual = max(1.4826 * float(np.median(np.abs(steps[known]))), _LEAST_USUAL)
    held_low = known & (middles >= _FEWEST) & (total < _FRACTION * middles) & (steps < -_UNUSUAL * usual)
    return [
        (periods.label_of(panel.index[place]), float(total[place]), float(middles[place]))
        for place in np.flatnonzero(held_low)
    ]


def early_end(panel: Panel) -> tuple[str, int, float] | None:
    """The first of the empty periods that a table ends in, how many they are and what those before held.

    Parameters
    ----------
    panel : Panel
        The counts. A period counts where all provinces were watched throughout.

    Notes
    -----
    It is told where the last periods hold nothing anywhere, the six before them 5 or more each by their median, and at
    that pace the empty ones would hold 20 or more.

    Examples
    --------
    >>> import pandas as pd
    >>> index = periods.span("2018-01", "2018-08", "M")
    >>> early_end(Panel(pd.DataFrame({"Homs": [40, 44, 38, 45, 41, 39, 0, 0]}, index)))
    ('2018-07', 2, 40.5)
    """
    total = _totals(panel)
    empty = _run_of_zeros(total)
    before = total[max(len(total) - empty - _BEFORE, 0) : len(total) - empty]
    before = before[~np.isnan(before)]
    if not empty or len(before) < _NEIGHBOURS:
        return None
    middle = float(np.median(before))
    if middle < 5 or empty * middle < _FEWEST:
        return None
    return periods.label_of(panel.index[len(total) - empty]), empty, middle


def partial_ends(panel: Panel) -> list[tuple[str, str, float, float]]:
    """A first or last period that may be a part of one: "first" or "last", label, total, and the median next to it.

    Parameters
    ----------
    panel : Panel
        The counts. A period counts where all provinces were watched throughout.

    Notes
    -----
    An end is named where its total is below 0.65 times the median of the six periods next to it, below the least of
    them and more than two of their standard deviations below their mean, and the median is 20 or more. One that holds
    a fifth or less is named by `possible_holes`.

    Examples
    --------
    >>> import pandas as pd
    >>> index = periods.span("2018-01", "2018-07", "M")
    >>> partial_ends(Panel(pd.DataFrame({"Homs": [21, 44, 38, 42, 41, 39, 42]}, index)))
    [('first', '2018-01', 21.0, 41.5)]
    """
    total, found = _totals(panel), []
    for word, ordered, at in (("first", total, panel.index[0]), ("last", total[::-1], panel.index[-1])):
        held, near = float(ordered[0]), ordered[1 : 1 + _BEFORE]
        near = near[~np.isnan(near)]
        if np.isnan(held) or len(near) < _BEFORE:
            continue
        middle, spread = float(np.median(near)), float(near.std(ddof=1))
        low = min(_PART * middle, float(near.min()), float(near.mean()) - 2 * spread)
        if middle >= _FEWEST and _FRACTION * middle <= held < low:
            found.append((word, periods.label_of(at), held, middle))
    return found


def stopped_provinces(panel: Panel) -> list[tuple[str, str, int, float]]:
    """The provinces that stop while the others go on: name, first empty period, how many, and the mean before.

    Parameters
    ----------
    panel : Panel
        The counts; periods that were not watched throughout are left out.

    Notes
    -----
    A province is named where its last six periods or more are empty, it held 3 or more in each of the twelve before
    by their mean and half of that in the last three, would have held 30 or more since, and the others together still
    hold half of what they did.

    Examples
    --------
    >>> import pandas as pd
    >>> index = periods.span("2018-01", "2019-12", "M")
    >>> counts = {"Homs": [6] * 14 + [0] * 10, "Hama": [9] * 24}
    >>> stopped_provinces(Panel(pd.DataFrame(counts, index)))
    [('Homs', '2019-03', 10, 6.0)]
    """
    counts, found = _watched_counts(panel), []
    for place, name in enumerate(panel.provinces):
        own, others = counts[:, place], np.delete(counts, place, axis=1)
        empty = _run_of_zeros(own)
        before = own[max(len(own) - empty - _YEAR, 0) : len(own) - empty]
        if empty < _BEFORE or len(before) < _BEFORE or np.isnan(before).any() or not others.shape[1]:
            continue
        pace = float(before.mean())
        abrupt = before[-_NEIGHBOURS:].mean() >= pace / 2
        since, until = others[len(own) - empty :], others[max(len(own) - empty - _YEAR, 0) : len(own) - empty]
        go_on = np.nansum(since, axis=1).mean() >= np.nansum(until, axis=1).mean() / 2
        if pace >= _LIVELY and pace * empty >= _MISSED and abrupt and go_on:
            found.append((name, periods.label_of(panel.index[len(own) - empty]), empty, pace))
    return found


def common_jump(panel: Panel) -> tuple[str, float, int] | None:
    """The period from which all provinces hold alike more or less than before: label, factor, and provinces.

    Parameters
    ----------
    panel : Panel
        The counts; periods that were not watched throughout are left out.

    Notes
    -----
    A war rarely changes every province by one factor in one period; a source that changes its rules does. For each
    period with six others or more on both sides, and twelve at most, the totals of both sides are compared in each
    province that holds 20 or more on the larger of the two. A period is named where four provinces or more do and all
    change in one direction by factors of 1.5 or more with a standard deviation of 0.35 or less of their logarithms, the
    three periods on both sides showing it too. Of several the largest jump next to its neighbours is named.

    Examples
    --------
    >>> import pandas as pd
    >>> index = periods.span("2018-01", "2019-12", "M")
    >>> names = ["Homs", "Hama", "Idlib", "Aleppo"]
    >>> counts = {name: [9 + place] * 12 + [3 * (9 + place)] * 12 for place, name in enumerate(names)}
    >>> common_jump(Panel(pd.DataFrame(counts, index)))
    ('2019-01', 3.0, 4)
    """
    counts, best, found = _watched_counts(panel), 0.0, None
    for at in range(_BEFORE, len(counts) - _BEFORE + 1):
        width = min(at, len(counts) - at, _YEAR)
        sides = [counts[at - width : at].sum(axis=0), counts[at : at + width].sum(axis=0)]
        near = [counts[at - _NEIGHBOURS : at].sum(), counts[at : at + _NEIGHBOURS].sum()]
        used = np.maximum(*sides) >= _FEWEST
        if np.isnan(np.r_[sides[0], sides[1]]).any() or used.sum() < _FEWEST_PROVINCES:
            continue
        steps = np.log((sides[1][used] + 0.5) / (sides[0][used] + 0.5))
        step = float(np.log((near[1] + 0.5) / (near[0] + 0.5)))
        alike = (np.sign(steps) == np.sign(step)).all() and steps.std(ddof=1) <= _ALIKE
        if alike and min(abs(steps).min(), abs(step)) >= np.log(_JUMP) and abs(step) > best:
            best = abs(step)
            factor = float(sides[1][used].sum() / sides[0][used].sum())
            found = (periods.label_of(panel.index[at]), factor, int(used.sum()))
    return found


def _watched_counts(panel: Panel) -> np.ndarray:
    """The counts, shape ``(periods, provinces)``, NaN where a cell was not watched throughout."""
    return np.where(panel.exposure.to_numpy() == 1, panel.counts.to_numpy(), np.nan)


def _totals(panel: Panel) -> np.ndarray:
    """The total of each period, NaN where not all of it was watched throughout."""
    return _watched_counts(panel).sum(axis=1)


def _run_of_zeros(values: np.ndarray) -> int:
    """How many zeros a series ends in."""
    other = np.flatnonzero(values != 0)
    return len(values) - int(other[-1]) - 1 if len(other) else 0
