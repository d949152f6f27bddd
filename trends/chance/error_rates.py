"""How often the engine is wrong, and how often it sees what is there, on real series like the one that was asked."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import inf, isfinite, isnan, log, nan

import numpy as np
import pandas as pd

from trends.errors import ModelError
from trends.periods import PER_YEAR, frequency

#: Classes of the mean number of incidents a period, each from its first number to below its second.
CLASSES = ((0.5, 2.0), (2.0, 5.0), (5.0, 15.0), (15.0, 50.0), (50.0, inf))
#: Windows that a rate is told from: classes of the mean, then lengths, are taken together until there are as many, so
#: that twice the nominal rate is told from it.
ENOUGH = 200


@dataclass(frozen=True)
class ErrorRates:
    """Error rates of a question on windows of real series at dates of no known event.

    Effects were put in by leaving incidents out at random. A rate that was not measured is NaN.

    Attributes
    ----------
    question : str
        What was asked, one of :func:`questions_measured`.
    freq : str
        Frequency of the windows.
    periods, periods_to : int
        Their least and largest length.
    mean_from, mean_to : float
        Least and largest mean number of incidents a period.
    windows : int
        Windows behind the rates.
    false_alarms : float
        Share of the windows in which something was found though nothing had been put in.
    coverage : tuple of float
        Share in which the 95 % interval held the ratio put in: 1, 2 and 3.
    power : tuple of float
        Share in which something was found, by the ratio put in: 1.5, 2 and 3.
    detectable : float
        Ratio that is found in 80 of 100; NaN where five times as many are found less often.
    """

    question: str
    freq: str
    periods: int
    periods_to: int
    mean_from: float
    mean_to: float
    windows: int
    false_alarms: float
    coverage: tuple[float, float, float]
    power: tuple[float, float, float]
    detectable: float

    @property
    def standard_error(self) -> float:
        """Standard error of the rate of false alarms, the windows being taken for independent."""
        # One more of each: no alarm in few windows does not make the rate known (Agresti & Coull 1998).
        rate = (self.false_alarms * self.windows + 1) / (self.windows + 2)
        return float((rate * (1 - rate) / self.windows) ** 0.5)

    def sentence(self) -> str:
        """The rates in words.

        Examples
        --------
        >>> error_rates("effect", 36, 8.0, "M").sentence().startswith("Measured on ")
        True
        """
        units = {"M": "months", "Q": "quarters"}[self.freq]
        level = f"{self.mean_from:g} or more" if self.mean_to == inf else f"{self.mean_from:g} to {self.mean_to:g}"
        length = f"{self.periods}" if self.periods == self.periods_to else f"{self.periods} to {self.periods_to}"
        text = (
            f"Measured on {self.windows} windows of real series of {length} {units} with {level} incidents in "
            f"each: false alarms in {100 * self.false_alarms:.0f} of 100 (standard error "
            f"{100 * self.standard_error:.0f})"
        )
        for power, size in zip(self.power[1:], ("doubling", "tripling"), strict=True):
            text += "" if isnan(power) else f", a {size} found in {100 * power:.0f}"
        return text + "."


def _mean(values: pd.Series, windows: pd.Series) -> float:
    """The mean over windows of what was measured; NaN where nothing was."""
    known = values.notna()
    return float((values[known] * windows[known]).sum() / windows[known].sum()) if known.any() else nan


@cache
def _table() -> pd.DataFrame:
    with (resources.files("trends.chance") / "error_rates.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, comment="#")


def questions_measured() -> tuple[str, ...]:
    """The questions that error rates were measured for.

    Examples
    --------
    >>> "effect" in questions_measured(), "date" in questions_measured()
    (True, True)
    """
    return tuple(_table()["question"].unique())


def error_rates(question: str, periods: int, mean: float, freq: str = "M") -> ErrorRates:
    """Error rates of a question on real series of like length and level.

    Parameters
    ----------
    question : str
        One of :func:`questions_measured`: ``effect`` (mean effect of a change at a known date, to the end of the
        series), ``quarter`` (the same over a quarter of a year only), either with ``, rise`` for the one-sided
        probability of a rise from .95 on, ``change at all``, ``date`` (a claimed window of three dates), ``trend``
        (growth beyond drift; the ratio is that of end to beginning), ``season``, ``forecast, quarter`` and
        ``forecast, year`` (an alarm at .05), ``contrast`` (of two places, the mean being that of both together) and
        ``contrast, rise`` (by 1.10 or more, with probability .95).
    periods : int
        Periods of the series.
    mean : float
        Mean number of incidents a period.
    freq : str
        Frequency of the series: Y, Q, M, W or D.

    Returns
    -------
    ErrorRates

    Raises
    ------
    trends.errors.ModelError
        If the question was not measured, there is no period, or the mean is no finite number of 0 or more.

    Notes
    -----
    The nearest classes of the mean of the nearest length, by ratio, then those of the next, as many as make up 200
    windows, are taken. Weeks
    and days are described by months, years by quarters of the same span of time, and quarters too where a question was
    measured on months alone.

    Examples
    --------
    >>> like = error_rates("effect", 40, 8.0, "M")
    >>> like.periods, like.mean_from, like.mean_to
    (36, 2.0, 15.0)
    """
    asked = "look up error rates"
    table = _table()
    if question not in questions_measured():
        raise ModelError(
            asked,
            found=f"the question {question!r}",
            allowed="; ".join(questions_measured()),
            do="name one of these",
        )
    if periods < 1 or not isfinite(mean) or mean < 0:
        raise ModelError(
            asked,
            found=f"{periods} periods with a mean of {mean:g}",
            allowed="one period or more, and a finite mean of 0 or more",
            do="give the length and the mean of the series",
        )
    own = frequency(freq)
    of_question = table[table["question"] == question]
    taken = {"Y": "Q", "Q": "Q"}.get(own, "M")
    taken = taken if (of_question["freq"] == taken).any() else "M"
    scale = PER_YEAR[taken] / PER_YEAR[own]
    like = of_question[of_question["freq"] == taken]
    # How far the mean lies from a class: 0 within it, else by ratio to the nearer edge. Classes of the nearest length
    # are taken first, then those of the next, as many as make up enough windows to tell a rate from.
    size = max(mean / scale, 1e-6)
    off = [
        max(log(a / size), 0.0) + log(max(size / b, 1.0))
        for a, b in zip(like["mean_from"], like["mean_to"], strict=True)
    ]
    away = np.abs(np.log(like["periods"] / (periods * scale)))
    near = like.iloc[np.lexsort((off, away))]
    near = near[near["windows"].cumsum() - near["windows"] < ENOUGH]
    row = {name: _mean(near[name], near["windows"]) for name in near.columns[6:]}
    row |= {"mean_from": near["mean_from"].min(), "mean_to": near["mean_to"].max(), "windows": near["windows"].sum()}
    return ErrorRates(
        question,
        taken,
        int(near["periods"].min()),
        int(near["periods"].max()),
        float(row["mean_from"]),
        float(row["mean_to"]),
        int(row["windows"]),
        float(row["false_alarms"]),
        (float(row["coverage_1"]), float(row["coverage_2"]), float(row["coverage_3"])),
        (float(row["power_1.5"]), float(row["power_2"]), float(row["power_3"])),
        float(row["detectable"]),
    )
