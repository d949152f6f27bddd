"""Every defensible way to ask one question of a panel: which there are, and all of them fitted in a few batches."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import groupby, product

import numpy as np
import pandas as pd
from scipy.special import fdtrc

from trends import periods
from trends.counts.panel import Panel, exposure_of
from trends.errors import ModelError
from trends.fits.batch import fit_negbin, fit_poisson
from trends.fits.design import baseline, effect_column

#: The families that are fitted.
FAMILIES = ("quasi-Poisson", "NB2")
#: Watched periods that there must be on each side of a date, as in `InterruptionModel`.
SIDE = 3
#: A column of whose variation the others leave less than this share cannot be told apart from them.
OWN = 0.02
# Periods beyond the columns, to judge the noise by; with fewer an interval is a guess.
_SPARE = 5
# A season or a trend that the counts show so clearly is no longer left out by anybody.
_BEYOND_DOUBT = 0.01


@dataclass(frozen=True)
class Specification:
    """One way to ask whether the rate changed.

    Attributes
    ----------
    source : str
        Whose counts, or which kind of event, by its name.
    frequency : str
        M, Q, ... as in `trends.periods`.
    first : pandas.Period
        Start of the span.
    family : {"quasi-Poisson", "NB2"}
        How counts vary about their mean.
    season : None, "calendar" or int
        No season, an effect for every month (or quarter), or so many waves a year.
    ramadan, trend : bool
        Whether these are in the design.
    at : pandas.Period
        First period of the new regime.
    without : str
        A province left out; empty for none.
    """

    source: str
    frequency: str
    first: pd.Period
    family: str
    season: str | int | None
    ramadan: bool
    trend: bool
    at: pd.Period
    without: str = ""

    @property
    def design(self) -> tuple:
        """What specifications that share their design have in common."""
        return self.frequency, self.first.ordinal, str(self.season), self.ramadan, self.trend


def specifications_around(main: Specification, others: Mapping[str, tuple], limit: int) -> list[Specification]:
    """The specifications that depart from the claim's own in as many choices at once as ``limit`` has room for.

    Parameters
    ----------
    main : Specification
        The claim's own, which comes first.
    others : mapping of str to tuple
        By the name of a choice, what else could be chosen. A province is left out from the claim's own only.
    limit : int
        No more than so many. First one choice departs, then two together, then three, and so on: the last round that
        does not fit is left out whole, so that no combination is preferred to another.

    Examples
    --------
    >>> month = periods.period("2018-01")
    >>> own = Specification("ged", "M", month, "NB2", 2, False, True, month + 20)
    >>> found = specifications_around(own, {"trend": (False,), "ramadan": (True,), "without": ("Diyala",)}, 100)
    >>> [(each.trend, each.ramadan, each.without) for each in found]
    [(True, False, ''), (True, False, 'Diyala'), (True, True, ''), (False, False, ''), (False, True, '')]
    """
    names = [name for name in others if name != "without"]
    rounds = {}
    for values in product(*[(getattr(main, name), *others[name]) for name in names]):
        found = _dated(replace(main, **dict(zip(names, values, strict=True))))
        apart = sum(value != getattr(main, name) for name, value in zip(names, values, strict=True))
        rounds[found] = min(apart, rounds.get(found, apart))
    own = _dated(main)
    alone = [replace(own, without=name) for name in others.get("without", ())]
    fitting = [own, *alone]
    for apart in range(1, len(names) + 1):
        more = [each for each, number in rounds.items() if number == apart]
        if len(fitting) + len(more) > limit:
            break
        fitting += more
    return fitting


def _dated(spec: Specification) -> Specification:
    """A specification with date, span and waves as its own frequency has them, so that equal ones are equal."""
    letter = spec.frequency
    at, first = (_first(when, letter) for when in (spec.at, spec.first))
    waves = min(spec.season, int((periods.PER_YEAR[letter] - 1) // 2)) if isinstance(spec.season, int) else spec.season
    return replace(spec, at=at, first=first, season=waves)


@lru_cache(maxsize=1024)
def _first(when: pd.Period, letter: str) -> pd.Period:
    return periods.first_after(when.start_time.date(), letter)


@dataclass(frozen=True, eq=False)
class Ways:
    """The panels that a question can be put to, and the course of the effect that is asked about.

    Attributes
    ----------
    panels : dict of str to Panel
        By source, on one span and of one frequency, which is the finest that is used.
    shape, length : str, int or None
        As in `trends.fits.design.effect_column`.
    """

    panels: dict[str, Panel]
    shape: str = "step"
    length: int | None = None

    def __post_init__(self):
        object.__setattr__(self, "_kept", {})

    @property
    def index(self) -> pd.PeriodIndex:
        """The periods of the panels."""
        return next(iter(self.panels.values())).index

    def series(self, source: str, frequency: str, without: str = "") -> pd.Series:
        """The total of a source by a frequency, a province left out or not; a period watched in part is left out."""
        key = (source, frequency, without)
        if key not in self._kept:
            panel = self.panels[source]
            kept = [name for name in panel.provinces if name != without]
            part = panel.select(kept) if without else panel
            self._kept[key] = part.to(frequency, partial="missing").total(partial="missing")
        return self._kept[key]


@dataclass(frozen=True, eq=False)
class Fitted:
    """Fitted specifications.

    Attributes
    ----------
    specs : list of Specification
        In the order of the rows below.
    estimate, bse : numpy.ndarray, shape (S,)
        Log rate ratio and its standard error by the specification's family; NaN where it did not converge.
    df : numpy.ndarray, shape (S,)
        Degrees of freedom that are left.
    weights : numpy.ndarray, shape (S, n)
        Of the periods of the finest frequency, such that to first order the estimate is their sum against the counts
        less what was to be expected; 0 where it is not watched.
    score : numpy.ndarray, shape (S,)
        That sum for the counts at hand: the estimate after one step from no change, finite even where no event was
        seen after it.
    converged : numpy.ndarray of bool, shape (S,)
        Whether the fit has a finite maximum.
    refused : list of (Specification, str)
        What could not be asked at all, and why.
    """

    specs: list[Specification]
    estimate: np.ndarray
    bse: np.ndarray
    df: np.ndarray
    weights: np.ndarray
    score: np.ndarray
    converged: np.ndarray
    refused: list[tuple[Specification, str]]


def fit_all(ways: Ways, specs: list[Specification]) -> Fitted:
    """All specifications fitted, those of one design in one batch.

    Raises
    ------
    ModelError
        Where not one of them can be fitted.
    """
    place = {spec: number for number, spec in enumerate(specs)}
    rows, refused = [], []
    for _, members in groupby(sorted(specs, key=lambda spec: spec.design), key=lambda spec: spec.design):
        found, turned_away = _fit_design(ways, list(members))
        rows += found
        refused += turned_away
    if not rows:
        raise ModelError(
            "fit the specifications of a change",
            found=f"none that can be fitted ({refused[0][1]})" if refused else "none",
            allowed="one or more",
            do="take a longer series or a coarser question",
        )
    rows.sort(key=lambda row: place[row[0]])
    columns = [np.array(column) for column in list(zip(*rows, strict=True))[1:]]
    refused.sort(key=lambda pair: place[pair[0]])
    return Fitted([row[0] for row in rows], *columns, refused=refused)


def _fit_design(ways: Ways, specs: list[Specification]):
    """The rows of the specifications of one design, and those turned away with the reason."""
    spec = specs[0]
    whole = ways.series(spec.source, spec.frequency).index
    index = whole[whole >= spec.first]
    others = expected_design(index, spec)
    fitted, refused = [], []
    hidden = lru_cache(partial(_hidden_columns, others))
    for each in specs:
        series = ways.series(each.source, each.frequency, each.without).reindex(index)
        column = effect_column(index, each.at, ways.shape, ways.length).iloc[:, 0].to_numpy()
        reason = _reason(series.to_numpy(float), others.to_numpy(), column, ways.shape, hidden)
        if reason:
            refused.append((each, reason))
        else:
            fitted.append((each, series, column))
    rows = []
    for family in FAMILIES:
        some = [each for each in fitted if each[0].family == family]
        if some:
            rows += _fit_family(ways, some, others.to_numpy(), index, family)
    return rows, refused


def expected_design(index: pd.PeriodIndex, spec: Specification) -> pd.DataFrame:
    """The design of what a specification expects without the change."""
    season = True if spec.season == "calendar" else spec.season
    return baseline(index, trend=spec.trend, seasons=season, calendar=["ramadan"] if spec.ramadan else ())


def _reason(counts, others, column, shape, hidden) -> str:
    """Why a specification cannot be fitted, or nothing; ``hidden`` is `_hidden_columns` of its design."""
    watched = np.isfinite(counts)
    moved = watched & (column > 0)
    design = others[watched]
    if watched.sum() < design.shape[1] + 1 + _SPARE:
        return f"{watched.sum()} periods for {design.shape[1] + 1} columns"
    if moved.sum() < (1 if shape == "pulse" else SIDE) or (watched & (column == 0)).sum() < SIDE:
        return "too few periods on one side of the date"
    if not counts[watched].any():
        return "no event"
    if variation_left(column[watched], design) < OWN:
        return "the change cannot be told from the other columns"
    return hidden(watched.tobytes())


def _hidden_columns(others: pd.DataFrame, watched: bytes) -> str:
    """Which columns of a design the watched periods cannot tell apart, or nothing."""
    design = others[np.frombuffer(watched, dtype=bool)]
    for name in ("trend", "ramadan"):
        if name in design and variation_left(design[name].to_numpy(), design.drop(columns=name).to_numpy()) < OWN:
            return f"{name} cannot be told from the other columns"
    return "" if np.linalg.matrix_rank(design) == design.shape[1] else "columns that say the same"


def variation_left(column, others) -> float:
    """The share of a column's variation that the other columns leave."""
    centred = column - column.mean()
    rest = column - others @ np.linalg.lstsq(others, column, rcond=None)[0]
    return float(rest @ rest / max(centred @ centred, 1e-300))


def _fit_family(ways, members, others, index, family):
    specs, series, columns = zip(*members, strict=True)
    counts = np.array([each.to_numpy(float) for each in series])
    shares = np.array([exposure_of(each).to_numpy(float) for each in series])
    fit_one = fit_poisson if family == "quasi-Poisson" else fit_negbin
    fit = fit_one(counts, others, exposure=shares, columns=np.array(columns))
    bse = fit.bse[:, -1]
    if family == "quasi-Poisson":
        bse = bse * np.sqrt(np.maximum(fit.dispersion, 1.0))
    # The fits without the change are the same for every date.
    keys = [(spec.source, spec.without) for spec in specs]
    first = {key: keys.index(key) for key in keys}
    unique = list(first.values())
    plain = fit_poisson(counts[unique], others, exposure=shares[unique])
    estimate = np.where(fit.converged, fit.params[:, -1], np.nan)
    rows = []
    for number, (spec, column) in enumerate(zip(specs, columns, strict=True)):
        params = plain.params[unique.index(first[keys[number]])]
        mean = shares[number] * np.exp(np.clip(others @ params, -30, 30))
        weights = _score_weights(mean, others, column, fit.alpha[number])
        score = weights @ np.nan_to_num(counts[number] - mean)
        weights = _spread(ways.index, index, weights)
        rows.append((spec, estimate[number], bse[number], fit.df_resid[number], weights, score, fit.converged[number]))
    return rows


def _score_weights(mean, others, column, alpha):
    """The weights of one Newton step of the change from a fit without it, the other columns refitted."""
    root = np.sqrt(mean / (1 + alpha * mean))
    seen = root > 1e-6
    scaled = others[seen] * root[seen, None]
    own = column[seen] * root[seen]
    across = own - scaled @ np.linalg.lstsq(scaled, own, rcond=None)[0]
    weights, information = np.zeros(len(mean)), across @ own
    # Where the periods that are expected to have an event do not tell of the change, the counts have no say in it.
    if information > 0:
        # One more root: counts over their working variance, times the working weight, less its mean.
        weights[seen] = across / information * root[seen] / mean[seen]
    return weights


def _spread(finest, index, weights):
    """The weights of the periods of a design on the finest periods that they hold."""
    place = index.get_indexer(periods.to_frequency(finest, periods.frequency_of(index)))
    return np.where(place >= 0, weights[place], 0.0)


def shown_beyond_doubt(ways: Ways, main: Specification) -> tuple[str, ...]:
    """Which of season and trend the counts show so clearly, beside the change, that nobody would leave them out.

    By the quasi-likelihood F test of the columns in the claim's own specification, at 1 %.
    """
    series = ways.series(main.source, main.frequency, main.without)
    series = series[series.index >= main.first]
    column = effect_column(series.index, main.at, ways.shape, ways.length).to_numpy().T
    found = []
    for name, less in (("season", replace(main, season=None)), ("trend", replace(main, trend=False))):
        if not getattr(main, name):
            continue
        full, bare = (
            fit_poisson(
                series.to_numpy(float),
                expected_design(series.index, spec).to_numpy(),
                exposure=exposure_of(series).to_numpy(float),
                columns=column,
            )
            for spec in (main, less)
        )
        extra, left = float(bare.df_resid[0] - full.df_resid[0]), float(full.df_resid[0])
        ratio = (bare.deviance[0] - full.deviance[0]) / extra / max(full.dispersion[0], 1e-12)
        if fdtrc(extra, left, max(ratio, 0.0)) < _BEYOND_DOUBT:
            found.append(name)
    return tuple(found)
