import numpy as np
import pandas as pd
import pytest

from trends.errors import InputError, ModelError
from trends.fits.design import baseline, effect_column, season_columns, trend_column
from trends.periods import span

MONTHS = span("2017-01", "2020-12", "M")
QUARTERS = span("2017Q1", "2022Q4", "Q")


@pytest.mark.parametrize("freq", ["D", "W", "M", "Q", "Y"])
def test_the_trend_rises_by_one_a_year_at_every_frequency(freq):
    index = span("2010", "2019", freq)
    column = trend_column(index)["trend"]
    assert column.mean() == pytest.approx(0, abs=1e-12)
    assert column.iloc[-1] - column.iloc[0] == pytest.approx(10, abs=1.01)


def test_seasons_follow_the_frequency_unless_they_are_named():
    assert list(season_columns(MONTHS)) == [
        *("february", "march", "april", "may", "june", "july"),
        *("august", "september", "october", "november", "december"),
    ]
    assert list(season_columns(QUARTERS)) == ["quarter 2", "quarter 3", "quarter 4"]
    assert list(season_columns(MONTHS, "quarter")) == list(season_columns(QUARTERS))
    assert season_columns(MONTHS, None).shape == (48, 0)
    assert season_columns(MONTHS)["april"].to_numpy().nonzero()[0].tolist() == [3, 15, 27, 39]


def test_a_week_belongs_to_the_month_of_its_thursday():
    week = span("2020-W14", "2020-W14", "W")
    assert season_columns(week)["april"].tolist() == [1.0]


@pytest.mark.parametrize("freq, most", [("D", 182), ("W", 25), ("M", 5), ("Q", 1)])
def test_waves_repeat_every_year_and_stop_where_the_periods_cannot_hold_them(freq, most):
    index = span("2017", "2020", freq)
    waves = season_columns(index, 1)
    assert list(waves) == ["sin 1", "cos 1"]
    assert np.abs(np.linalg.norm(waves, axis=1) - 1).max() < 1e-12
    with pytest.raises(ModelError, match=str(most)):
        season_columns(index, most + 1)


def test_a_full_set_of_waves_says_almost_what_the_months_say():
    months = np.column_stack([np.ones(48), season_columns(MONTHS)])
    waves = season_columns(MONTHS, 5).to_numpy()
    projected = months @ np.linalg.lstsq(months, waves, rcond=None)[0]
    assert np.abs(projected - waves).max() < 1e-12


def test_seasons_refuse_what_the_periods_are_too_coarse_for():
    with pytest.raises(ModelError) as refusal:
        season_columns(span("2010", "2020", "Y"))
    assert str(refusal.value) == (
        "give years a season: found seasons=True; allowed: None, because a year holds every season; leave the season "
        "out, or count by month or quarter."
    )
    with pytest.raises(ModelError) as refusal:
        season_columns(QUARTERS, "month")
    assert str(refusal.value) == (
        "give quarters a season: found seasons='month'; allowed: True, 'quarter', 1 or None; choose one of these."
    )
    with pytest.raises(ModelError) as refusal:
        season_columns(MONTHS, "weekly")
    assert str(refusal.value) == (
        "give months a season: found seasons='weekly'; allowed: True, 'month', 'quarter', a number of waves from 1 "
        "to 5, or None; choose one of these."
    )


def test_shapes_begin_in_the_first_period_of_the_new_regime():
    for shape, length in [("step", None), ("slope", None), ("pulse", 3), ("ramp", 4)]:
        column = effect_column(MONTHS, "2020-04", shape, length)[f"{shape} 2020-04"]
        assert column.index[column > 0][0] == pd.Period("2020-04", "M")
    assert effect_column(MONTHS, "2020-04", "pulse")["pulse 2020-04"].sum() == 1
    assert effect_column(MONTHS, "2020-04", "ramp", 4)["ramp 2020-04"].tolist()[-9:] == [0.25, 0.5, 0.75] + [1] * 6


def test_a_day_of_the_break_names_the_period_that_holds_it():
    assert list(effect_column(QUARTERS, "2020-04-10")) == ["step 2020Q2"]
    with pytest.raises(InputError, match="read a month"):
        effect_column(MONTHS, "2020")


@pytest.mark.parametrize(
    "shape, length, message",
    [
        ("jump", None, "give a break its shape: found shape='jump'; allowed: step, slope, pulse or ramp; name one of "),
        (pd.Series(dtype=float), None, "give a break its shape: found shape=Series([], dtype: float64); allowed: step"),
        ("step", 3, "give a step its length: found length=3; allowed: no length, because it does not end; leave "),
        ("ramp", None, "give a ramp its length: found length=None; allowed: a whole number of periods from 1 up; "),
        ("pulse", 1.5, "give a pulse its length: found length=1.5; allowed: a whole number of periods from 1 up; "),
        ("pulse", 0, "give a pulse its length: found length=0; allowed: a whole number of periods from 1 up; "),
    ],
)
def test_a_shape_without_sense_is_refused(shape, length, message):
    with pytest.raises(ModelError) as refusal:
        effect_column(MONTHS, "2020-04", shape, length)
    assert str(refusal.value).startswith(message)


def test_the_baseline_sets_the_parts_side_by_side():
    design = baseline(MONTHS, seasons=2, calendar={"ramadan": None, "curfew": [("2020-03-17", "2020-04-30")]})
    assert list(design) == ["const", "trend", "sin 1", "cos 1", "sin 2", "cos 2", "ramadan", "curfew"]
    assert design.shape == (48, 8) and design.index.equals(MONTHS) and design.notna().to_numpy().all()
    assert list(baseline(MONTHS, trend=False)) == ["const"]
