"""What else happened, as columns beside a change, and how much of the change it carries."""

from datetime import date

import numpy as np
import pandas as pd
from scipy.linalg import null_space

from trends.periods import day_shares, first_after, frequency_of

# An event shorter than this many days is a date from which something was other, and not a spell that passed.
_SPELL_DAYS = 7
#: Name of the column whose coefficient is what the rival carries, in a design of `carried_design`.
CARRIED = "carried"


def is_spell(windows: list[tuple[date, date]]) -> bool:
    """Whether an event lasted for spells that passed (a week or more each), rather than beginning on dates."""
    return any((last - first).days + 1 >= _SPELL_DAYS for first, last in windows)


def event_column(index: pd.PeriodIndex, windows: list[tuple[date, date]], name: str) -> pd.DataFrame:
    """The column of an event: the share of the days of its spells, or a level that is reached by equal steps.

    Parameters
    ----------
    index : pandas.PeriodIndex
        The periods, shape ``(n_periods,)``.
    windows : list of (date, date)
        First and last day of each row of the event.
    name : str
        Of the column.

    Notes
    -----
    An event that has a spell of a week or more is there while it lasts. One that has only dates (an operation that
    begins, a leader who dies) goes on: each date raises the column by an equal part, and after the last it is 1.

    Examples
    --------
    >>> from trends.periods import span
    >>> months = span("2020-02", "2020-06", "M")
    >>> curfew, begun = [(date(2020, 3, 17), date(2020, 5, 11))], [(date(2020, 3, 1),) * 2, (date(2020, 5, 2),) * 2]
    >>> event_column(months, curfew, "curfew")["curfew"].round(2).tolist()
    [0.0, 0.48, 1.0, 0.35, 0.0]
    >>> event_column(months, begun, "operations")["operations"].tolist()
    [0.0, 0.5, 0.5, 1.0, 1.0]
    """
    if is_spell(windows):
        return pd.DataFrame({name: day_shares(index, windows)}, index=index)
    begun = [index >= start for start in starts(index, windows)]
    return pd.DataFrame({name: np.mean(begun, axis=0)}, index=index)


def starts(index: pd.PeriodIndex, windows: list[tuple[date, date]]) -> list[pd.Period]:
    """The first period of each row of an event, as a break is named."""
    letter = frequency_of(index)
    return [first_after(first, letter) for first, _ in windows]


def carried_design(design: pd.DataFrame, effect: str, rival: pd.DataFrame, weights) -> pd.DataFrame | None:
    """A design in which one coefficient is the part of an effect that a rival carries.

    Parameters
    ----------
    design : pandas.DataFrame
        The design without the rival, shape ``(n_periods, n_columns)``.
    effect : str
        The column of the change in it.
    rival : pandas.DataFrame
        The columns of the rival, shape ``(n_periods, k)``; they must not be a combination of those of the design.
    weights : array_like, shape (n_periods,)
        Fitted means, 0 for a period that is not to count.

    Returns
    -------
    pandas.DataFrame or None
        The design with the rival, its columns recombined so that the coefficient of the column ``carried`` is the log
        change that is taken from the effect when the rival is entered. None where the rival's columns did not move
        with the effect: then it carries nothing, whatever its own effect.

    Notes
    -----
    What a column that is left out adds to the coefficient of another is its own coefficient times the slope of its
    regression on that other, the rest of the design held fixed. For a log-linear model this holds to first order,
    with the fitted means as weights.

    References
    ----------
    Gelbach, J. B. (2016). When do covariates matter? And which ones, and how much? Journal of Labor Economics 34,
    509-543.

    Examples
    --------
    >>> from trends.fits.design import constant_column, effect_column
    >>> from trends.periods import span
    >>> index = span("2020-01", "2020-08", "M")
    >>> design = pd.concat([constant_column(index), effect_column(index, "2020-05")], axis=1)
    >>> rival = pd.DataFrame({"curfew": [0, 0, 0, 0, 1, 1, 0, 0.0]}, index=index)
    >>> carried_design(design, "step 2020-05", rival, np.ones(8))["carried"].round(6).tolist()
    [0.0, 0.0, 0.0, 0.0, 2.0, 2.0, 0.0, 0.0]
    """
    root = np.sqrt(np.asarray(weights, float))[:, None]
    slopes = np.linalg.lstsq(root * design.to_numpy(float), root * rival.to_numpy(float), rcond=None)[0]
    moved = slopes[list(design.columns).index(effect)]
    # A shift of less than a thousandth of the rival's own reach is rounding, or nothing to speak of.
    if np.linalg.norm(moved) < 1e-3 * np.ptp(rival.to_numpy(float), axis=0).max():
        return None
    columns = {CARRIED: rival.to_numpy(float) @ (moved / (moved @ moved))}
    rest = rival.to_numpy(float) @ null_space(moved[None, :])
    columns |= {f"rest {number}": column for number, column in enumerate(rest.T, 1)}
    return design.join(pd.DataFrame(columns, index=design.index))
