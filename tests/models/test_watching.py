import json

import numpy as np
import pandas as pd
import pytest

from trends import drawing
from trends.cli import main
from trends.counts.panel import Panel
from trends.counts.simulate import simulate_series
from trends.errors import ModelError
from trends.models.watching import watch, watch_provinces


def months(values):
    return pd.Series(np.asarray(values, float), index=pd.period_range("2013-01", periods=len(values), freq="M"))


def test_an_outbreak_raises_an_alarm_and_the_usual_does_not():
    series = months(np.random.default_rng(1).poisson(15, 72))
    assert not watch(series).table["alarm"].any()
    series.iloc[-1] = 45
    found = watch(series)
    row = found.table.iloc[0]
    assert row["alarm"] and row["count"] == 45 >= row["threshold"] > row["expected"] and row["pvalue"] < 1 / 12
    assert found.nobs == 71 and found.alarms_per_year == 1


def test_a_quarter_of_a_watched_month_is_expected_to_show_a_quarter():
    series = months(np.random.default_rng(2).poisson(40, 48))
    exposure = np.ones(48)
    exposure[-1] = 0.25
    whole, part = (watch(series, exposure=each).table["expected"].iloc[0] for each in (None, exposure))
    assert part == pytest.approx(whole / 4, rel=0.1)


def test_alarms_without_a_change_come_no_more_often_than_asked_for():
    rng = np.random.default_rng(3)
    options = {"base": 8, "sd": 0.4, "autocorrelation": 0.4, "rng": rng}
    alarms = sum(watch(simulate_series(36, **options), alarms_per_year=1.2).table["alarm"].iloc[0] for _ in range(100))
    # At most 10 in 100 wanted: more than 19 have a probability of .002 then, and of .6 at twice the rate.
    assert alarms <= 19


def test_an_old_outbreak_does_not_hide_a_new_one():
    counts = np.random.default_rng(4).poisson(6.0, 60).astype(float)
    counts[20:22], counts[-1] = 40, 30
    assert watch(months(counts)).table["alarm"].iloc[0]


def test_periods_before_the_nearest_four_hundred_change_nothing():
    index = pd.period_range("1990-01-01", periods=900, freq="D")
    series = pd.Series(np.random.default_rng(5).poisson(4, 900), index=index)
    assert watch(series).table.equals(watch(series.iloc[400:]).table)


def test_the_newest_watched_periods_are_held_against_those_before_all_of_them():
    series = months(np.random.default_rng(6).poisson(9, 60))
    series.iloc[-2] = np.nan
    found = watch(series, newest=2)
    assert [str(when) for when in found.table.index] == ["2017-10", "2017-12"]
    ax = found.plot()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "counted", "expected, and up to where there is no alarm"
    ]  # fmt: skip
    drawing.close(ax)
    assert len(found.sentences()) == 2 and "2017-10 brought " in found.sentences()[0]


def test_the_false_alarms_of_a_panel_are_shared_out_and_the_quiet_are_not_expected_to_stir():
    counts = pd.DataFrame({"Anbar": months(np.random.default_rng(7).poisson(9, 48)), "Basra": months(np.zeros(48))})
    counts.iloc[-1] = [40, 2]
    found = watch_provinces(Panel(counts)).set_index("province")
    assert list(found.index) == ["Anbar", "Basra", "total"]
    assert found["alarm"].to_dict() == {"Anbar": True, "Basra": False, "total": True}
    assert np.isnan(found.loc["Basra", "threshold"]) and found.loc["Basra", "count"] == 2
    alone = watch(Panel(counts)["Anbar"], alarms_per_year=1 / 3).table
    assert found.loc["Anbar", "threshold"] == alone["threshold"].iloc[0]


def test_what_cannot_be_watched_is_refused():
    with pytest.raises(ModelError) as caught:
        watch(months(np.zeros(20)))
    assert str(caught.value) == (
        "watch the newest periods: found newest=1, and before it 19 watched periods with 0 incidents; allowed: 8 "
        "watched periods before the newest, with an incident; take a longer series."
    )
    with pytest.raises(ModelError, match=r"found 8.33e-06 false alarms a period for each series; allowed: from 0.0001"):
        watch(months(np.ones(20)), alarms_per_year=0.0001)
    with pytest.raises(ModelError, match="found a value of type Series; allowed: a Panel"):
        watch_provinces(months(np.ones(20)))


def test_the_verb_prints_alarms_and_what_it_allows(capsys):
    assert main(["watch", "data/iraq", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [*told] == ["source", "periods", "caveat"] and told["source"] == "ucdp"
    assert [row["province"] for row in told["periods"]][-1] == "total" and len(told["periods"]) == 19
    assert main(["watch", "data/iraq", "--source", "nobody"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("trends: find a source of the study: found the source 'nobody'; allowed: ")


def test_a_series_on_which_a_solver_gave_up_is_watched():
    digits = "7 3 3 2 6 2 2 5 8 0 7 4 8 7 4 6 11 4 9 8 9 9 5 4 2 6 2 8 7 3 9 8 6 7 4 5 4 4 4 2 5 6 3 3 3 6 2 5"
    counts = [int(each) for each in digits.split()]
    rows = watch(months(counts), newest=6).table
    assert len(rows) == 6 and not rows["alarm"].any() and rows["expected"].between(3, 6).all()
