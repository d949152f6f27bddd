"""How many incidents did nobody list? Capture and recapture with two lists, and with three by log-linear models."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log1p, sqrt

import numpy as np
import pandas as pd

from trends.arguments import checked_arguments
from trends.errors import ModelError
from trends.fits.options import checked_level, checked_whole
from trends.loading import later
from trends.models.completeness.capture_results import CaptureRecapture, LogLinear
from trends.models.completeness.matching import FARTHEST, match_incidents

stats = later("scipy.stats")
Poisson = later("statsmodels.genmod.families.Poisson")
GLM = later("statsmodels.genmod.generalized_linear_model.GLM")

# Of two lists: how many times as likely one that is on the one list is to be on the other as one that is not.
_ODDS = (0.5, 1.0, 2.0, 4.0)

_ASKED = "estimate how many incidents nobody listed"


@dataclass(frozen=True)
class Chapman:
    """The number of incidents by two independent lists, with its interval."""

    estimate: float
    error: float
    lower: float
    upper: float


def chapman(first: int, second: int, both: int, level: float = 0.95) -> Chapman:
    """The number of incidents by the sizes of two independent lists and of what is on both.

    Parameters
    ----------
    first, second, both : int
        Incidents on each list, and on both.
    level : float
        Of the interval.

    Notes
    -----
    Chapman's estimate, which is finite where nothing is on both and nearly without bias, with Seber's variance. The
    interval is that of the logit of Sadinle, which keeps its coverage where lists are short, and cannot end below what
    was listed.

    References
    ----------
    Chapman, D. G. (1951). Some properties of the hypergeometric distribution with applications to zoological sample
    censuses. University of California Publications in Statistics 1, 131-160.

    Seber, G. A. F. (1982). The estimation of animal abundance and related parameters. 2nd ed. Griffin.

    Sadinle, M. (2009). Transformed logit confidence intervals for small populations in single capture-recapture
    estimation. Communications in Statistics - Simulation and Computation 38(9), 1909-1924.

    Examples
    --------
    >>> round(chapman(15, 10, 5).estimate)
    28
    """
    if not 0 <= both <= min(first, second):
        raise ModelError(
            _ASKED,
            found=f"lists of {first} and {second} with {both} on both",
            allowed="whole numbers, of which not more are on both than on either",
            do="correct them",
        )
    estimate = (first + 1) * (second + 1) / (both + 1) - 1
    one, other = first - both, second - both
    variance = (first + 1) * (second + 1) * one * other / ((both + 1) ** 2 * (both + 2))
    m, a, b = both + 0.5, one + 0.5, other + 0.5
    spread = exp(stats.norm.ppf((1 + level) / 2) * sqrt(1 / m + 1 / a + 1 / b + m / (a * b)))
    listed = first + second - both
    ends = (max(listed - 0.5 + a * b / m / spread, listed), listed - 0.5 + a * b / m * spread)
    return Chapman(estimate, sqrt(variance), *ends)


def log_linear(histories: pd.Series, level: float = 0.95) -> LogLinear:
    """The number of incidents by three lists that may depend on each other, by all hierarchical log-linear models.

    Parameters
    ----------
    histories : pandas.Series
        Incidents by the lists that they are on: index ``"100", "010", "001", "110", "101", "011", "111"``.
    level : float
        Of the intervals, log-normal for what nobody listed.

    Notes
    -----
    Eight models: independence, one, two or three pairs of lists that depend on each other. What nobody can estimate is
    the dependence of all three at once, which every one of them takes to be none.

    References
    ----------
    Fienberg, S. E. (1972). The multiple recapture census for closed populations and incomplete 2^k contingency tables.
    Biometrika 59(3), 591-603.

    Examples
    --------
    >>> seen = pd.Series({"100": 69, "010": 55, "001": 63, "110": 21, "101": 17, "011": 18, "111": 28})
    >>> round(log_linear(seen).table["estimate"]["1, 2, 3"])
    388
    """
    cells = ("100", "010", "001", "110", "101", "011", "111")
    if sorted(map(str, histories.index)) != sorted(cells) or (histories < 0).any() or not histories.sum():
        raise ModelError(
            _ASKED,
            found=f"the cells {', '.join(map(str, histories.index))} with {histories.sum():g} incidents",
            allowed=f"a count for each of {', '.join(cells)}",
            do="add what is lacking, 0 where there was none",
        )
    counts = histories.loc[list(cells)].to_numpy(float)
    on = np.array([[int(digit) for digit in cell] for cell in cells], float)
    pairs = {"12": on[:, 0] * on[:, 1], "13": on[:, 0] * on[:, 2], "23": on[:, 1] * on[:, 2]}
    # A pair of lists with nothing in common has its term at minus infinity; half an incident a cell keeps it finite.
    padded = counts + 0.5 * any(counts @ both == 0 for both in pairs.values())
    rows = []
    for chosen in ((), ("12",), ("13",), ("23",), ("12", "13"), ("12", "23"), ("13", "23"), ("12", "13", "23")):
        design = np.column_stack([np.ones(7), on, *(pairs[name] for name in chosen)])
        fitted = _fitted(padded, design, counts.sum(), level)
        rows.append((_named(chosen), *fitted))
    columns = ["model", "unseen", "estimate", "lower", "upper", "deviance", "freedom", "aic"]
    table = pd.DataFrame(rows, columns=columns).set_index("model")
    return LogLinear(table, str(table["aic"].idxmin()), int(counts.sum()))


def _named(chosen: tuple[str, ...]) -> str:
    alone = [number for number in "123" if not any(number in pair for pair in chosen)]
    return ", ".join([*chosen, *alone])


def _fitted(counts: np.ndarray, design: np.ndarray, listed: float, level: float) -> tuple[float, ...]:
    """One model: what nobody listed with its interval, deviance, degrees of freedom and AIC."""
    freedom = len(counts) - design.shape[1]
    with warnings.catch_warnings():
        # With as many terms as cells the fit is perfect, as it should be, and the scale, over nothing, is not used.
        warnings.simplefilter("ignore")
        fit = GLM(counts, design, family=Poisson()).fit(tol=1e-12)
    unseen = exp(fit.params[0])
    variance = unseen + unseen**2 * float(fit.cov_params()[0, 0])
    spread = exp(stats.norm.ppf((1 + level) / 2) * sqrt(log1p(variance / unseen**2)))
    ends = listed + unseen / spread, listed + unseen * spread
    return unseen, listed + unseen, *ends, float(fit.deviance), freedom, float(fit.aic)


@checked_arguments
def capture_recapture(
    first: pd.DataFrame,
    second: pd.DataFrame,
    third: pd.DataFrame | None = None,
    *,
    origins: Sequence[str],
    keys: Sequence[str] = ("province",),
    days: int = 3,
    level: float = 0.95,
) -> CaptureRecapture:
    """How many incidents there were, by what two or three lists of them have in common.

    Parameters
    ----------
    first, second, third : pandas.DataFrame
        Lists of incidents as `read_incidents` gives them, an incident a row: of the same thing, places and span.
    origins : sequence of str
        For each list where its incidents were first written down. There is no default: lists that draw on the same
        reports have much in common for that reason, and the estimate would be far too low.
    keys : sequence of str
        Columns that must be equal for two rows to be the same incident.
    days : int
        Days by which the dates of one incident may differ.
    level : float
        Of the intervals.

    Returns
    -------
    CaptureRecapture

    Raises
    ------
    ModelError
        Where two lists have one origin, a list is empty, or nothing is on two lists.
    InputError
        Where a list lacks a column.

    Notes
    -----
    Two lists: Chapman's estimate. Three: log-linear models, the one with the lowest AIC with the range of those that
    are nearly as good. Rows are matched one to one, as many as can be, then by the closest dates; the third list is
    matched to the union of the first two. The interval of three lists does not pay for the choice of the model: read
    it with the range. ``by_days`` has the estimate for every tolerance from 0 to twice ``days``.

    **Assumptions**: the lists are of the same population; each incident stands once in a list; matches are right; two
    lists are independent (three: what they depend on each other by pairs is in the model); every incident had the same
    chance to be listed. Large attacks are in every list and small ones in none: for this reason alone the estimate
    tends to be too low. No claim is ruled upon by it.

    References
    ----------
    Fienberg, S. E. (1972). The multiple recapture census for closed populations and incomplete 2^k contingency tables.
    Biometrika 59(3), 591-603.

    Seber, G. A. F. (1982). The estimation of animal abundance and related parameters. 2nd ed. Griffin.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> day = pd.Timestamp("2018-01-01") + pd.to_timedelta(np.sort(rng.choice(9000, 400, replace=False)), unit="D")
    >>> truth = pd.DataFrame({"date": day, "province": "Diyala"})
    >>> one, other = (truth[rng.random(400) < share] for share in (0.5, 0.6))
    >>> found = capture_recapture(one, other, origins=("press", "army"), days=0)
    >>> found.lower < 400 < found.upper
    True
    """
    level = checked_level(level, _ASKED)
    days, origins = checked_whole(days, _ASKED, "days", 0, FARTHEST // 2), tuple(origins)
    lists = [first, second] + ([] if third is None else [third])
    _refuse_lists(lists, origins)
    widest = {wide: _histories(lists, keys, wide) for wide in range(2 * days + 1)}
    histories = widest[days]
    if not _common(histories):
        raise ModelError(
            _ASKED,
            found=f"no incident on two lists within {days} days",
            allowed="lists that have some in common",
            do="see whether dates and names of places are written alike, or allow for more days",
        )
    rows = [(wide, _common(seen), *_estimated(seen, level)[:3]) for wide, seen in widest.items()]
    estimate, lower, upper, models = _estimated(histories, level)
    return CaptureRecapture(
        estimate=estimate,
        lower=lower,
        upper=upper,
        level=level,
        histories=histories,
        days=days,
        by_days=pd.DataFrame(rows, columns=["days", "in_common", "estimate", "lower", "upper"]).set_index("days"),
        models=models,
        dependence=_dependence(histories) if models is None else None,
        origins=origins,
    )


def _refuse_lists(lists: list[pd.DataFrame], origins: tuple[str, ...]) -> None:
    if len(origins) != len(lists) or not all(origins):
        raise ModelError(
            _ASKED,
            found=f"origins={origins!r} for {len(lists)} lists",
            allowed="one name for each list",
            do="say where the incidents of each were first written down",
        )
    if len(set(origins)) < len(origins):
        raise ModelError(
            _ASKED,
            found=f"the origins {', '.join(origins)}",
            allowed="lists that do not draw on the same incidents",
            do="take lists that were collected apart: what two releases of one source have in common says nothing of "
            "what both have missed",
        )
    for place, table in enumerate(lists, 1):
        if not len(table):
            found = f"no incident in list {place}"
            raise ModelError(_ASKED, found=found, allowed="at least one", do="loosen its filter")


def _histories(lists: list[pd.DataFrame], keys: Sequence[str], days: int) -> pd.Series:
    """Incidents by the lists that they are on."""
    pairs = match_incidents(lists[0], lists[1], keys=keys, days=days)
    both, one, other = len(pairs), len(lists[0]) - len(pairs), len(lists[1]) - len(pairs)
    if len(lists) == 2:
        return pd.Series({"10": one, "01": other, "11": both}, name="incidents")
    on = np.zeros((len(lists[0]) + other, 3), bool)
    on[: len(lists[0]), 0] = True
    on[pairs["first"], 1] = on[len(lists[0]) :, 1] = True
    lone = lists[1].reset_index(drop=True).drop(pairs["second"])
    columns = ["date", *keys]
    union = pd.concat([lists[0][columns], lone[columns]], ignore_index=True)
    last = match_incidents(union, lists[2], keys=keys, days=days)
    on[last["first"], 2] = True
    seen = pd.Series(["".join("01"[each] for each in row.astype(int)) for row in on]).value_counts()
    seen["001"] = len(lists[2]) - len(last)
    cells = ["100", "010", "001", "110", "101", "011", "111"]
    return seen.reindex(cells, fill_value=0).rename("incidents").rename_axis(None)


def _common(histories: pd.Series) -> int:
    return int(histories[[cell for cell in histories.index if cell.count("1") > 1]].sum())


def _estimated(histories: pd.Series, level: float) -> tuple[float, float, float, LogLinear | None]:
    if len(histories) == 3:
        both = int(histories["11"])
        found = chapman(int(histories["10"]) + both, int(histories["01"]) + both, both, level)
        return found.estimate, found.lower, found.upper, None
    models = log_linear(histories, level)
    best = models.table.loc[models.best]
    return float(best["estimate"]), float(best["lower"]), float(best["upper"]), models


def _dependence(histories: pd.Series) -> pd.DataFrame:
    """The estimate were the lists dependent: for each odds ratio between being on the one and on the other."""
    both = max(float(histories["11"]), 0.5)
    unseen = [odds * histories["10"] * histories["01"] / both for odds in _ODDS]
    return pd.DataFrame({"estimate": histories.sum() + np.array(unseen)}, index=pd.Index(_ODDS, name="odds_ratio"))
