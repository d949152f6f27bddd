"""What all models and functions on a series hold to: odd input and options out of range refused, results alike."""

import inspect
import re
import tracemalloc
from datetime import date

import numpy as np
import pandas as pd
import pytest

import trends
from trends import drawing
from trends.chance.questions import forecast_total
from trends.counts.series import checked_series
from trends.errors import TrendsError
from trends.fits.design import baseline
from trends.models.results import Results
from trends.periods import span

MONTHS = span("2015-01", "2019-12", "M")
COUNTS = pd.Series(np.random.default_rng(0).poisson(np.where(np.arange(60) < 30, 12, 6)), index=MONTHS, name="attacks")
PANEL = trends.simulate_panel(8, 48, at="2018-01", rate_ratio=[0.5] + [1.0] * 7, base=20.0, rng=3)
RING = pd.DataFrame(
    [[float(abs(i - j) in (1, 7)) for i in range(8)] for j in range(8)], PANEL.provinces, PANEL.provinces
)
DESIGN = baseline(MONTHS)
QUICK = {"draws": 19}

MODELS = {
    "CountRegression": lambda s, **o: trends.CountRegression(s, **o).fit(),
    "InterruptionModel": lambda s, **o: trends.InterruptionModel(s, at="2017-07", **o).fit(),
    "EffectModel": lambda s, **o: trends.EffectModel(s, at="2017-07", **o).fit(),
    "SeasonalModel": lambda s, **o: trends.SeasonalModel(s, **o).fit(),
    "ChangepointModel": lambda s, **o: trends.ChangepointModel(s, **o).fit(),
    "JoinpointModel": lambda s, **o: trends.JoinpointModel(s, **{"max_joinpoints": 1, **QUICK, **o}).fit(),
}
FUNCTIONS = {
    "count_trend": lambda s, **o: trends.count_trend(s, **o),
    "mann_kendall": lambda s, **o: trends.mann_kendall(s, **o),
    "seasonal_kendall": lambda s, **o: trends.seasonal_kendall(s, **o),
    "trend_table": lambda s, **o: trends.trend_table(s, **o),
    "decompose": lambda s, **o: trends.decompose(s, **o),
    "watch": lambda s, **o: trends.watch(s, **o),
    "compare_joinpoints": lambda s, **o: trends.compare_joinpoints(s, COUNTS, **{"max_joinpoints": 1, **QUICK, **o}),
}
ALL = MODELS | FUNCTIONS


PUBLIC = {
    name: made
    for name in sorted(trends.__all__)
    if (made := getattr(trends, name)).__module__.startswith("trends.models.")
}
#: What may stand before the keywords, in this order; the rest of every signature is keyword-only.
LEADING = {
    "BreakPrior": "shape rate more",
    "EndemicModel": "panel neighbours",
    "StaggeredModel": "panel schedule",
    "SyntheticControl": "panel treated at",
    "displacement": "panel neighbours province at",
    "common_breaks": "panel",
    "watch_provinces": "panel",
    "compare_joinpoints": "first second",
    "match_incidents": "first second",
    "capture_recapture": "first second third",
    "nowcast": "triangle",
    "diagnose": "results",
}
#: Names that another name of the vocabulary has taken the place of.
RETIRED = {"ramadan", "season", "permutations", "replicates", "n_draws", "alpha", "conf_level", "seed", "random_state"}


@pytest.mark.parametrize("name", PUBLIC)
def test_a_series_comes_first_its_exog_second_and_all_else_by_keyword(name):
    signature = inspect.signature(PUBLIC[name])
    leading = [each.name for each in signature.parameters.values() if each.kind is each.POSITIONAL_OR_KEYWORD]
    if name in LEADING:
        assert leading == LEADING[name].split()
    else:
        assert leading == ["endog", "exog"][: 1 + ("exog" in signature.parameters)]


@pytest.mark.parametrize("name", PUBLIC)
def test_every_parameter_has_its_one_name_and_says_what_it_takes(name):
    signature = inspect.signature(PUBLIC[name])
    for each in signature.parameters.values():
        assert each.name not in RETIRED
        assert each.annotation is not each.empty, f"{name}({each.name}) has no type"
    options = signature.parameters
    if "level" in options:
        assert options["level"].default == 0.95
    if "draws" in options:
        assert "rng" in options and isinstance(options["draws"].default, int)
    if "rng" in options:
        assert options["rng"].default == 0


def _with(value):
    values = list(COUNTS)
    values[5] = value
    return pd.Series(values, index=MONTHS)


ODD = {
    "text": pd.Series(["many"] * 60, index=MONTHS),
    "a text among counts": _with("7"),
    "dates": pd.Series(pd.date_range("2020-01-01", periods=60), index=MONTHS),
    "booleans": pd.Series([True, False] * 30, index=MONTHS),
    "complex": COUNTS.astype(complex),
    "negative": COUNTS - 20,
    "fractional": COUNTS + 0.5,
    "infinite": COUNTS.astype(float).replace(COUNTS.iloc[0], np.inf),
    "out of order": COUNTS.iloc[::-1],
    "twice in part": pd.concat([COUNTS.iloc[:3], COUNTS.iloc[2:]]),
    "a hole": COUNTS.drop(MONTHS[7]),
    "two columns": pd.DataFrame({"a": COUNTS, "b": COUNTS}),
    "a panel of several provinces": PANEL,
    "empty": COUNTS.iloc[:0],
    "never watched": COUNTS * np.nan,
    "nothing counted": COUNTS * 0,
    "a method": COUNTS.tolist,
    "a type": list,
    "a number": 7,
    "a date": date(2020, 1, 1),
    "None": None,
    "the id of a claim": "attacks-1669-in-2019",
    "rows of rows": [[1, 2], [3, 4]],
}
#: A stack of rows is no series, but a regression takes it; and rank tests of an always quiet series find nothing.
TAKEN = {("CountRegression", "twice in part"), ("mann_kendall", "nothing counted")}


@pytest.mark.parametrize(("name", "odd"), [(name, odd) for name in ALL for odd in ODD if (name, odd) not in TAKEN])
def test_what_is_no_series_of_counts_is_refused_in_one_sentence(name, odd):
    with pytest.raises(TrendsError) as error:
        ALL[name](ODD[odd])
    assert "\n" not in str(error.value) and str(error.value).endswith(".")


BAD = {
    "level": (-1, 0, 1, 95, float("nan"), "x", None, True),
    "draws": (0, -1, 2.5, "many", None, float("nan")),
    "rng": ("x", -1, None, 1.5),
    "max_breaks": (0, -1, 10**9, 2.5, "all"),
    "penalty": (-1, 0, float("nan"), float("inf"), "aic"),
    "min_between": (-1, 2.5, 10**9, "x"),
    "max_joinpoints": (-1, 10**9, 1.5, "x"),
    "inflation": (-1, 0, float("nan"), "x"),
    "family": ("normal", 1, ["poisson"]),
    "newest": (0, -1, 10**9, 1.5, "x"),
    "alarms_per_year": (0, -1, 12, float("nan"), "x"),
    "country": ("Atlantis", 7),
    "margin": (0, -1, 10**9, "x"),
    "seasons": ("never", -1, 10**9, 1.5),
    "calendar": ("ramadan", ["easter"], 7, [3]),
    "shape": ("bump", 1),
    "length": (0, -1, "x"),
    "shift": (1.5, "x", 10**9),
    "exposure": ([1, 2], "x", np.full(60, -1.0), np.full(60, np.inf), pd.Series(1.0, index=MONTHS[:5])),
    "exog": (pd.DataFrame({"x": np.arange(60.0)}, index=MONTHS + 600), [1, 2], "x"),
    "dependence": ("none", 1),
    "errors": ("ma1", 1),
    "select": ("aic", 1),
    "trend": ("wild", 10**9, -1),
}
OPTIONS = {
    "CountRegression": "family exposure exog",
    "InterruptionModel": "family exposure seasons calendar shape length",
    "SeasonalModel": "level country seasons calendar shift exposure exog trend",
    "ChangepointModel": "max_breaks penalty min_between family inflation exposure seasons",
    "JoinpointModel": "level draws rng max_joinpoints min_between errors select exposure seasons",
    "count_trend": "level country exposure",
    "mann_kendall": "level dependence exposure",
    "seasonal_kendall": "level exposure",
    "trend_table": "level country exposure",
    "decompose": "seasons calendar exposure trend",
    "EffectModel": "exposure exog",
    "watch": "newest alarms_per_year exposure country",
    "compare_joinpoints": "draws rng max_joinpoints min_between",
}
CASES = [(name, option, value) for name in OPTIONS for option in OPTIONS[name].split() for value in BAD[option]]


@pytest.mark.parametrize("name, option, value", CASES)
def test_an_option_out_of_range_is_refused_in_one_sentence(name, option, value):
    with pytest.raises(TrendsError) as error:
        ALL[name](COUNTS, **{option: value})
    assert "\n" not in str(error.value) and str(error.value).endswith(".")


TWO_LISTS = [
    pd.DataFrame({"date": pd.date_range("2020-01-01", periods=40, freq="5D")[start:stop], "province": "Diyala"})
    for start, stop in ((0, 30), (10, 40))
]
TRIANGLE = pd.DataFrame(
    np.where(np.add.outer(np.arange(24), np.arange(3)) < 24, np.array([20.0, 10.0, 5.0]), np.nan),
    index=pd.period_range("2018-01", periods=24, freq="M"),
)
LISTS = {"origins": ("press", "hospitals")}
#: Wrong kinds of things and options out of range, for what takes panels, lists and tables.
CALLS = {
    "nowcast of a text": lambda: trends.nowcast("x"),
    "nowcast of nothing": lambda: trends.nowcast(pd.DataFrame()),
    "nowcast, level": lambda: trends.nowcast(TRIANGLE, level=-1),
    "nowcast, draws": lambda: trends.nowcast(TRIANGLE, draws=0),
    "nowcast, newest": lambda: trends.nowcast(TRIANGLE, newest=0),
    "nowcast, rng": lambda: trends.nowcast(TRIANGLE, rng="x"),
    "matching texts": lambda: trends.match_incidents("a", "b"),
    "matching, days": lambda: trends.match_incidents(*TWO_LISTS, days=10**9),
    "matching, keys": lambda: trends.match_incidents(*TWO_LISTS, keys=3),
    "capture of nothing": lambda: trends.capture_recapture(None, None, **LISTS),
    "capture, origins": lambda: trends.capture_recapture(*TWO_LISTS, origins=3),
    "capture, days": lambda: trends.capture_recapture(*TWO_LISTS, days="x", **LISTS),
    "capture, many days": lambda: trends.capture_recapture(*TWO_LISTS, days=10**9, **LISTS),
    "capture, keys": lambda: trends.capture_recapture(*TWO_LISTS, keys=("zz",), **LISTS),
    "diagnose of a series": lambda: trends.diagnose(COUNTS),
    "diagnose of a stack": lambda: trends.diagnose(trends.CountRegression(pd.concat([COUNTS, COUNTS])).fit()),
    "staggered of a series": lambda: trends.StaggeredModel(COUNTS, {}),
    "staggered, eligible": lambda: trends.StaggeredModel(PANEL, {"Province 1": "2018-01"}, eligible=3),
    "staggered, alternatives": lambda: trends.StaggeredModel(PANEL, {"Province 1": "2018-01"}, alternatives=7),
    "staggered, draws": lambda: trends.StaggeredModel(PANEL, {"Province 1": "2018-01"}, draws=0),
    "control of a series": lambda: trends.SyntheticControl(COUNTS, "a", "2018"),
    "control, donors": lambda: trends.SyntheticControl(PANEL, "Province 1", "2018-01", donors=3),
    "control, judged": lambda: trends.SyntheticControl(PANEL, "Province 1", "2018-01", judged=(1,)),
    "control, method": lambda: trends.SyntheticControl(PANEL, "Province 1", "2018-01", method="x"),
    "control, at": lambda: trends.SyntheticControl(PANEL, "Province 1", None),
    "endemic, neighbours": lambda: trends.EndemicModel(PANEL, "x"),
    "endemic, steps": lambda: trends.EndemicModel(PANEL, RING, steps=3),
    "endemic, relative": lambda: trends.EndemicModel(PANEL, RING, relative="x"),
    "endemic, trend": lambda: trends.EndemicModel(PANEL, RING, trend=-1),
    "displacement, neighbours": lambda: trends.displacement(PANEL, None, "Province 1", "2018-01"),
    "displacement, last": lambda: trends.displacement(PANEL, RING, "Province 1", "2018-01", last="x"),
    "common breaks of a text": lambda: trends.common_breaks("x"),
    "common breaks, more": lambda: trends.common_breaks(PANEL, more=-1),
    "breaks, prior": lambda: trends.ChangepointModel(COUNTS, prior="x"),
    "breaks, outliers": lambda: trends.ChangepointModel(COUNTS, outliers="x"),
    "a prior": lambda: trends.BreakPrior(-1),
    "season, evolving": lambda: trends.SeasonalModel(COUNTS, evolving="x"),
    "regression, constant": lambda: trends.CountRegression(COUNTS, constant="x"),
    "regression, groups": lambda: trends.CountRegression(COUNTS, cov="cluster", groups="x"),
    "regression, maxlags": lambda: trends.CountRegression(COUNTS, cov="hac", maxlags="x"),
    "interruption, at": lambda: trends.InterruptionModel(COUNTS, at=["2017-01", 7.5]),
    "interruption, trend": lambda: trends.InterruptionModel(COUNTS, at="2017-01", trend="x"),
    "effect, at": lambda: trends.EffectModel(COUNTS, at=None),
    "effect, last": lambda: trends.EffectModel(COUNTS, at="2017-05", last=7.5),
    "effect, country": lambda: trends.EffectModel(COUNTS, at="2017-05", country="Nowhereland").fit(),
    "joinpoints, se": lambda: trends.JoinpointModel(COUNTS, se=[1, 2]),
    "two series, se": lambda: trends.compare_joinpoints(COUNTS, COUNTS, se=3),
    "assess by id": lambda: trends.assess("attacks-1669-in-2019", trends.read_study("data/iraq")),
    "assess, swapped": lambda: trends.assess(trends.read_study("data/iraq"), trends.read_study("data/iraq").claims),
}


@pytest.mark.parametrize("what", CALLS)
def test_a_wrong_kind_of_thing_is_refused_in_one_sentence(what):
    with pytest.raises(TrendsError) as error:
        CALLS[what]()
    assert "\n" not in str(error.value) and str(error.value).endswith(".")


@pytest.mark.parametrize("name", ["CountRegression", "SeasonalModel", "EffectModel"])
def test_a_design_is_taken_by_its_labels_and_not_by_its_place(name):
    exog = pd.DataFrame({"heat": np.sin(np.arange(60.0))}, index=MONTHS)
    found = [ALL[name](COUNTS, exog=each).summary() for each in (exog, exog.iloc[::-1])]
    assert found[0].equals(found[1])


def test_counts_of_a_million_among_zeros_are_diagnosed_at_once():
    lonely = COUNTS * 0
    lonely.iloc[7] = 10**6
    for counts in (lonely, COUNTS * 10**12):
        assert trends.diagnose(trends.CountRegression(counts).fit()).nobs == 60


def test_a_series_whose_fit_once_failed_is_forecast():
    text = "7,3,3,2,6,2,2,5,8,0,7,4,8,7,4,6,11,4,9,8,9,9,5,4,2,6,2,8,7,3,9,8,6,7,4,5,4,4,4,2,5,6,3,3,3,6,2,5"
    counts = pd.Series([float(each) for each in text.split(",")], index=span("2013-01", "2016-12", "M"))
    low, high = forecast_total(checked_series(counts.loc[:"2016-06"]), 6).interval()
    assert 0 <= low < 22 < high < 120
    assert trends.watch(counts, newest=6).nobs == 42


MADE = {name: lambda fit=fit: fit(COUNTS) for name, fit in MODELS.items()} | {
    "StaggeredModel": lambda: trends.StaggeredModel(PANEL, {"Province 1": "2018-01"}, draws=19).fit(),
    "SyntheticControl": lambda: trends.SyntheticControl(PANEL, "Province 1", "2018-01").fit(),
    "EndemicModel": lambda: trends.EndemicModel(PANEL, RING, trend=False).fit(),
    "decompose": lambda: FUNCTIONS["decompose"](COUNTS),
    "diagnose": lambda: trends.diagnose(trends.CountRegression(COUNTS).fit()),
    "common_breaks": lambda: trends.common_breaks(
        trends.simulate_panel(4, 60, at="2017-07", rate_ratio=0.3, base=20.0, rng=1)
    ),
    "watch": lambda: trends.watch(COUNTS),
    "displacement": lambda: trends.displacement(PANEL, RING, "Province 1", "2018-01", draws=9, trend=False),
    "capture_recapture": lambda: trends.capture_recapture(*TWO_LISTS, origins=("press", "hospitals")),
    "nowcast": lambda: trends.nowcast(TRIANGLE, draws=99),
}


@pytest.mark.parametrize("name", MADE)
def test_results_are_alike(name):
    found = MADE[name]()
    assert isinstance(found, Results) and isinstance(found.nobs, int) and found.nobs > 0
    assert len(found.summary()) and len(found.to_frame())
    told = found.sentences()
    assert told and all(isinstance(each, str) and each.endswith(".") and "\n" not in each for each in told)
    shown = repr(found)
    assert shown.startswith(f"{type(found).__name__}(") and "\n" not in shown and len(shown) < 250
    assert not re.search(r"[1-9]\d*\.\d{5}|0\.0*[1-9]\d{4}", shown), "a number is not rounded"
    assert "<table" in found._repr_html_()
    ax = found.plot()
    assert ax.has_data()
    drawing.close(ax)


def test_every_model_and_every_function_with_results_is_looked_at():
    tables = {"compare_joinpoints", "trend_table", "watch_provinces", "match_incidents"}
    tests = {"count_trend", "mann_kendall", "seasonal_kendall"}
    assert set(MADE) | tables | tests | {"BreakPrior"} == set(PUBLIC)


def test_a_panel_of_one_province_is_a_series():
    one = PANEL.select(["Province 1"])
    for name in ("ChangepointModel", "CountRegression"):
        alone = MODELS[name](PANEL["Province 1"])
        assert MODELS[name](one).summary().equals(alone.summary())


LONG = pd.Series(
    np.random.default_rng(1).poisson(3, 10_000), index=pd.period_range("1990-01-01", periods=10_000, freq="D")
)


@pytest.mark.parametrize(
    "fit",
    [
        lambda: trends.CountRegression(LONG).fit(),
        lambda: trends.InterruptionModel(LONG, at="2000-01-01").fit(),
        lambda: trends.diagnose(trends.CountRegression(LONG).fit()),
        lambda: trends.ChangepointModel(LONG).fit(),
        lambda: trends.EffectModel(LONG, at="1999-12-01", last="2000-02-01").fit(),
        lambda: trends.EffectModel(LONG, at="2017-01-01").fit(),
        lambda: trends.watch(LONG),
    ],
)
def test_ten_thousand_periods_fit_into_little_memory(fit):
    tracemalloc.start()
    fit()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 200e6, f"{most / 1e6:.0f} MB"


@pytest.mark.parametrize("name", ["JoinpointModel", "compare_joinpoints"])
def test_what_grows_with_the_square_refuses_ten_thousand_periods(name):
    fits = ALL | {
        "compare_joinpoints": lambda s: trends.compare_joinpoints(s, s, max_joinpoints=1),
    }
    with pytest.raises(TrendsError, match=r"found 10000 watched periods; allowed: at most [12]000"):
        fits[name](LONG)
