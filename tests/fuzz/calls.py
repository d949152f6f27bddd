"""A sound call of every public function, and calls of it with one argument turned into something odd."""

import contextlib
import datetime
import inspect
import io
import random
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd

import trends
from tests.fuzz import doors
from trends import drawing
from trends.fits.design import baseline
from trends.periods import span

matplotlib.use("Agg")

#: Records that functions give back: nobody makes one by hand but with what a function gave.
RECORDS = {"Claim", "Evidence", "Finding", "Ruling", "Step", "Study", "Verdict", "VerdictsOverTime"}


def sound_calls(folder: Path) -> dict[str, dict[str, Any]]:
    """The arguments of a sound call of every public function, by its name; those of every option are defaults."""
    months = span("2015-01", "2019-12", "M")
    counts = pd.Series(np.random.default_rng(0).poisson(9, 60), index=months, name="attacks")
    panel = trends.simulate_panel(["Diyala", "Anbar", "Nineveh", "Kirkuk", "Basra"], 48, at="2018-01", rng=3)
    study = trends.read_study(folder)
    claim, outlines = study.claims[0], study.outlines
    verdict = trends.assess(claim, study)
    near = pd.DataFrame(1.0 - np.eye(5), panel.provinces, panel.provinces)
    incidents = trends.read_incidents(folder / "incidents.csv", "ged")
    triangle = pd.DataFrame(np.random.default_rng(1).poisson(9, (12, 5)), index=months[:12], columns=range(5))
    triangle = triangle.where(np.add.outer(np.arange(12), np.arange(5)) < 12).astype(float)
    table = pd.DataFrame({"period": months.astype(str), "province": "Diyala", "n": counts.to_numpy()})
    series, few = {"endog": counts}, {"endog": counts, "draws": 19}
    told, held = {"verdicts": [verdict]}, {"claim": claim, "study": study}
    return {
        "BreakPrior": {"shape": 1.0}, "Effort": {"schedules": 99}, "Panel": {"counts": panel.counts},
        "ChangepointModel": series, "CountRegression": series | {"exog": baseline(months)},
        "EffectModel": series | {"at": "2017-07"}, "InterruptionModel": series | {"at": "2017-07"},
        "JoinpointModel": few | {"max_joinpoints": 1}, "SeasonalModel": series,
        "EndemicModel": {"panel": panel, "neighbours": near},
        "StaggeredModel": {"panel": panel, "schedule": {"Diyala": "2018-01", "Anbar": "2018-06"}, "draws": 19},
        "SyntheticControl": {"panel": panel, "treated": "Diyala", "at": "2018-01"},
        "adjust": told, "assess": held, "assess_over_time": held | {"first": "2020-06", "last": "2020-06"},
        "assess_all": {"study": study, "jobs": 1},
        "capture_recapture": {"first": incidents, "second": incidents, "origins": ("one", "two")},
        "check_study": {"study": study}, "common_breaks": {"panel": panel},
        "compare_joinpoints": {"first": counts, "second": counts[::1] + 1, "max_joinpoints": 1, "draws": 19},
        "compare_reports": {"before": folder, "after": folder},
        "compare_vintages": {"study": study, "old": "events", "new": "events"},
        "count_file": {"path": folder / "incidents.csv", "columns": "ged"}, "count_incidents": {"incidents": incidents},
        "count_trend": series, "decompose": series,
        "diagnose": {"results": trends.CountRegression(counts, baseline(months)).fit()},
        "displacement": {"panel": panel, "neighbours": near, "province": "Diyala", "at": "2018-01", "draws": 19},
        "example_studies": {}, "export_report": {"report": folder, "path": folder / "made.pptx"},
        "explain": {"verdict": verdict}, "how_far": {"verdict": verdict},
        "ladder": {"verdict": verdict}, "mann_kendall": series, "seasonal_kendall": series,
        "match_incidents": {"first": incidents, "second": incidents}, "neighbours": {"outlines": outlines},
        "nowcast": {"triangle": triangle, "draws": 99},
        "panel_from_table": {"table": table},
        "periods_needed": held | {"years": 1},
        "plot_change_map": {"panel": panel, "outlines": outlines, "before": ("2015-01", "2015-12"),
                            "after": ("2016-01", "2016-12")},
        "plot_counts": {"counts": counts},
        "plot_dose_maps": {"panel": panel, "outlines": outlines, "schedule": {"Diyala": months[12]}},
        "plot_finding": {"verdict": verdict, "finding": verdict.findings[0]}, "plot_forest": told,
        "plot_heat_map": {"panel": panel}, "plot_map": {"values": panel, "outlines": outlines},
        "plot_maps": {"panel": panel, "outlines": outlines}, "plot_power": {"curve": trends.power(claim, study)},
        "plot_over_time": {"found": trends.assess_over_time(claim, study, first="2020-06", last="2020-06")},
        "plot_provinces": {"panel": panel},
        "plot_specifications": {"curve": trends.specifications(claim, study, limit=20)},
        "power": held, "read_claim": {"path": folder / "claims/rose.toml"},
        "read_incidents": {"path": folder / "incidents.csv"},
        "read_outlines": {"path": folder / "outlines.geojson", "country": "IQ"},
        "read_panel": {"path": folder / "counts/events.csv"}, "read_study": {"path": folder},
        "reporting_triangle": {"incidents": incidents.assign(reported=incidents["date"] + pd.Timedelta(days=40))},
        "schema": {"of": "claim"}, "sums_by_rung": told,
        "simulate_panel": {"n": 24}, "simulate_series": {"n": 24}, "specifications": held | {"limit": 20},
        "style": {"accent": "#0b4f7d"}, "trend_table": series, "verdict_table": told, "watch": series,
        "watch_provinces": {"panel": panel},
        "write_archive": {"study": study, **told, "report": folder, "path": folder / "made.zip"},
        "write_panel": {"panel": panel, "path": folder / "made.csv"}, "write_report": told | {"path": folder / "made"},
        "write_script": {"verdict": verdict, "study": study, "path": folder / "made.py"},
    }  # fmt: skip


#: What any argument may be by mistake.
ODD: tuple[Callable[[], Any], ...] = (
    lambda: None, lambda: True, lambda: -1, lambda: 0, lambda: 1, lambda: 10**9, lambda: 10**400, lambda: 1.5,
    lambda: float("nan"), lambda: float("inf"), lambda: 1e-320, lambda: 2j, lambda: np.float64(3), lambda: "",
    lambda: "x", lambda: "2020-13", lambda: "2017-07", lambda: "9999-12", lambda: "\x00", lambda: "a" * 300,
    lambda: b"x", lambda: [], lambda: [1, "a"], lambda: ["x"], lambda: (), lambda: (1, 2, 3), lambda: {},
    lambda: {"x": 1}, lambda: {1: None}, lambda: {3}, lambda: object(), lambda: int, lambda: iter([1, 2]),
    lambda: Path("nowhere"), lambda: datetime.date(2020, 2, 3), lambda: pd.Period("2017-07"), lambda: pd.NaT,
    lambda: np.zeros((2, 2, 2)), lambda: np.array([]), lambda: pd.Series(dtype=float), lambda: pd.Series(["a", "b"]),
    lambda: pd.DataFrame(), lambda: pd.DataFrame({"a": [1]}), lambda: pd.DataFrame([[1, 2]], columns=["a", "a"]),
    lambda: np.random.default_rng(0), lambda: pd.period_range("2015-01", "2019-12", freq="M"),
)  # fmt: skip


def spoilt(value: Any, rng: random.Random) -> Any:
    """A sound table or series with a fault that such things have; anything else as it is."""
    if isinstance(value, trends.Panel):
        return spoilt(value.counts, rng)
    if not isinstance(value, pd.Series | pd.DataFrame) or not len(value):
        return value
    kind, at = rng.randrange(8), rng.randrange(len(value))
    if kind == 0:
        return value.iloc[::-1]
    if kind == 1:
        return value.drop(value.index[at])
    if kind == 2:
        return pd.concat([value, value.iloc[at : at + 1]])
    if kind == 3:
        return value.reset_index(drop=True)
    if kind == 4:
        return value.iloc[:at]
    if kind == 5:
        odd = rng.choice(("many", None, np.inf, -3, 1e300, 2.5))
        changed = value.astype(object)
        changed.iloc[at] = odd
        return changed
    if kind == 6:
        return value * 0 if isinstance(value, pd.Series) else value.iloc[:, :0]
    return value.set_axis([f"row {n}" for n in range(len(value))])


def options_of(name: str) -> list[str]:
    """The parameters of a public function that may be given by name."""
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [each.name for each in inspect.signature(getattr(trends, name)).parameters.values() if each.kind in kinds]


def odd_call(calls: dict[str, dict[str, Any]], seed: int) -> tuple[str, dict[str, Any], str]:
    """A call of a public function with one argument turned, the same for the same seed, and its description."""
    rng = random.Random(seed)
    name = rng.choice(sorted(name for name in calls if calls[name]))
    arguments, option = dict(calls[name]), rng.choice(options_of(name))
    before = arguments.get(option)
    if isinstance(before, pd.Series | pd.DataFrame | trends.Panel) and rng.random() < 0.6:
        arguments[option] = spoilt(before, rng)
    else:
        arguments[option] = rng.choice(ODD)()
    return name, arguments, f"{name}({option}={arguments[option]!r:.60})"


def call(name: str, arguments: dict[str, Any]) -> None:
    """Make a call, and what follows it: models are fitted, results tabled; what is printed or drawn goes."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            found = getattr(trends, name)(**arguments)
            if (hasattr(found, "fit") and name.endswith("Model")) or name == "CountRegression":
                found = found.fit()
            if hasattr(found, "summary"):
                found.summary()
            if name == "style":
                with found:
                    pass
        finally:
            drawing.plt.close("all")


def doors_of(folder: Path) -> dict[str, dict[str, Any]]:
    """The sound calls over the files of a folder that is made for them."""
    doors.write_everything(folder)
    return sound_calls(folder)
