import io
import math
from dataclasses import replace
from importlib import resources

import pandas as pd
import pytest

from trends.chance import error_rates as module
from trends.chance.error_rates import CLASSES, ENOUGH, ErrorRates, error_rates, questions_measured
from trends.errors import ModelError


def test_every_question_has_rates_for_every_length_level_and_frequency():
    for question in questions_measured():
        for periods in (8, 36, 400):
            for mean in (0.0, 0.3, 7.0, 5000.0):
                for freq in "YQMWD":
                    found = error_rates(question, periods, mean, freq)
                    # So many that a doubled rate of false alarms lies beyond two standard errors.
                    assert found.windows >= 120
                    assert 0 <= found.false_alarms <= 1
                    assert 0.10 - 0.05 > 2 * math.sqrt(0.05 * 0.95 / found.windows)
                    assert not found.power[0] > found.power[2] + 0.2


def test_lengths_are_taken_together_where_one_has_too_few_windows():
    found = error_rates("date", 96, 8.0, "M")
    assert found.periods < found.periods_to == 96 and found.windows >= ENOUGH
    assert f"of {found.periods} to 96 months" in found.sentence()


def test_the_class_that_holds_the_mean_is_taken_with_its_neighbours_until_there_are_enough():
    for low, high in CLASSES[:4]:
        found = error_rates("effect", 36, 1.1 * low, "M")
        assert found.mean_from <= low and high <= found.mean_to and found.windows >= ENOUGH


def test_weeks_are_described_by_months_and_years_by_quarters_of_the_same_span():
    weekly, monthly = error_rates("effect", 156, 2.0, "W"), error_rates("effect", 36, 8.7, "M")
    assert repr(weekly) == repr(monthly)
    yearly, quarterly = error_rates("effect", 9, 32.0, "Y"), error_rates("effect", 36, 8.0, "Q")
    assert repr(yearly) == repr(quarterly)


TABLE = """
question,freq,periods,mean_from,mean_to,windows,false_alarms,coverage_1,coverage_2,coverage_3,power_1.5,power_2,power_3,power_5,detectable
rise,M,24,0.5,2,150,0.02,0.9,0.8,,0.1,0.4,,,
rise,M,24,2,5,50,0.10,0.94,0.9,,0.3,,,,4.0
rise,M,24,5,inf,300,0.50,0.5,0.5,0.5,0.5,0.5,0.5,0.5,2.0
rise,M,96,0.5,2,70,0.30,0.7,0.7,0.7,0.7,0.7,0.7,0.7,1.5
rise,M,96,2,5,80,0.20,0.8,0.8,0.8,0.8,0.8,0.8,0.8,1.6
rise,M,96,5,inf,40,0.00,0.6,0.6,0.6,0.6,0.6,0.6,0.6,1.7
rise,Q,24,2,5,500,0.25,0.75,0.75,0.75,0.75,0.75,0.75,0.75,3.0
fall,M,24,2,5,200,0.35,0.65,0.65,0.65,0.65,0.65,0.65,0.65,3.5
"""


@pytest.fixture
def table(monkeypatch):
    rows = pd.read_csv(io.StringIO(TABLE))
    monkeypatch.setattr(module, "_table", lambda: rows)


@pytest.mark.usefixtures("table")
def test_rates_are_averaged_over_windows_where_they_were_measured():
    found = error_rates("rise", 24, 1.0)
    # 150 and 50 windows are enough; what was measured on one class alone is that of its windows.
    assert found == replace(
        found, question="rise", freq="M", periods=24, periods_to=24, mean_from=0.5, mean_to=5.0, windows=200
    )
    assert found.false_alarms == pytest.approx((150 * 0.02 + 50 * 0.10) / 200)
    assert found.coverage[:2] == pytest.approx([(3 * 0.9 + 0.94) / 4, (3 * 0.8 + 0.9) / 4])
    assert found.power[:2] == pytest.approx([(3 * 0.1 + 0.3) / 4, 0.4]) and found.detectable == 4.0
    assert math.isnan(found.coverage[2]) and math.isnan(found.power[2])


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("periods", "mean", "freq", "rows"),
    [
        (24, 0.0, "M", [(24, 0.5, 150), (24, 2, 50)]),
        (24, 3.0, "M", [(24, 2, 50), (24, 0.5, 150)]),
        (24, 4.0, "M", [(24, 2, 50), (24, 5, 300)]),
        (24, 9.0, "M", [(24, 5, 300)]),
        # Half of the way from 24 to 96, by ratio, is 48.
        (47, 9.0, "M", [(24, 5, 300)]),
        (49, 9.0, "M", [(96, 5, 40), (96, 2, 80), (96, 0.5, 70), (24, 5, 300)]),
        (49, 1.0, "M", [(96, 0.5, 70), (96, 2, 80), (96, 5, 40), (24, 0.5, 150)]),
        # A week has the fraction of a month, a quarter three of them: four and a third weeks of one, 13 of the other.
        (104, 3.0 * 84 / 365.25, "W", [(24, 2, 50), (24, 0.5, 150)]),
        (730, 9.0 * 12 / 365.25, "D", [(24, 5, 300)]),
        (24, 9.0, "Q", [(24, 2, 500)]),
        (6, 9.0, "Y", [(24, 2, 500)]),
    ],
)
def test_the_nearest_classes_of_the_nearest_length_come_first(periods, mean, freq, rows):
    found = error_rates("rise", periods, mean, freq)
    of = pd.read_csv(io.StringIO(TABLE))
    of = of[(of["question"] == "rise") & (of["freq"] == ("Q" if freq in "QY" else "M"))]
    of = pd.concat([of[(of["periods"] == p) & (of["mean_from"] == low)] for p, low, _ in rows])
    assert of["windows"].tolist() == [windows for *_, windows in rows]
    assert found.windows == of["windows"].sum()
    assert found.false_alarms == pytest.approx((of["false_alarms"] * of["windows"]).sum() / of["windows"].sum())
    assert (found.periods, found.periods_to) == (of["periods"].min(), of["periods"].max())
    assert (found.mean_from, found.mean_to) == (of["mean_from"].min(), of["mean_to"].max())


@pytest.mark.usefixtures("table")
def test_quarters_are_described_by_months_where_a_question_was_measured_on_these_alone():
    """Of the same time: eight quarters of nine incidents are 24 months of three."""
    for periods, mean, freq in ((8, 9.0, "Q"), (2, 36.0, "Y")):
        found = error_rates("fall", periods, mean, freq)
        assert (found.freq, found.windows, found.false_alarms) == ("M", 200, 0.35)


def test_the_classes_are_those_of_the_table():
    with (resources.files("trends.chance") / "error_rates.csv").open(encoding="utf-8") as file:
        shipped = pd.read_csv(file, comment="#")
    assert list(dict.fromkeys(zip(shipped["mean_from"], shipped["mean_to"], strict=True))) == list(CLASSES)
    assert questions_measured() == tuple(dict.fromkeys(shipped["question"])) and ENOUGH == 200


RATES = ErrorRates("rise", "M", 36, 36, 2.0, 15.0, 98, 0.04, (0.95,) * 3, (0.2, 0.406, 0.81), 3.0)


def test_a_rate_is_told_with_one_window_more_of_each_outcome_to_know_how_sure_it_is():
    assert RATES.standard_error == pytest.approx(math.sqrt(0.0492 * 0.9508 / 98), rel=1e-4)
    assert replace(RATES, false_alarms=0.0).standard_error == pytest.approx(math.sqrt(0.01 * 0.99 / 98))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {},
            "Measured on 98 windows of real series of 36 months with 2 to 15 incidents in each: false alarms in 4 of "
            "100 (standard error 2), a doubling found in 41, a tripling found in 81.",
        ),
        (
            {"freq": "Q", "periods": 24, "mean_to": math.inf, "power": (0.2, math.nan, 0.81)},
            "Measured on 98 windows of real series of 24 to 36 quarters with 2 or more incidents in each: false alarms "
            "in 4 of 100 (standard error 2), a tripling found in 81.",
        ),
        (
            {"mean_from": 0.5, "power": (math.nan,) * 3, "false_alarms": 0.9, "windows": 2},
            "Measured on 2 windows of real series of 36 months with 0.5 to 15 incidents in each: false alarms in 90 of "
            "100 (standard error 32).",
        ),
    ],
)
def test_the_sentence_says_what_was_measured_and_leaves_out_what_was_not(changed, said):
    assert replace(RATES, **changed).sentence() == said


def test_a_question_that_was_not_measured_is_refused():
    with pytest.raises(ModelError) as refused:
        error_rates("weather", 36, 8.0, "M")
    assert str(refused.value) == (
        "look up error rates: found the question 'weather'; allowed: "
        f"{'; '.join(questions_measured())}; name one of these."
    )


@pytest.mark.parametrize(("periods", "mean"), [(0, 3.0), (36, math.nan), (36, -1.0), (36, math.inf)])
def test_no_period_and_an_impossible_mean_are_refused(periods, mean):
    with pytest.raises(ModelError) as refused:
        error_rates("effect", periods, mean, "M")
    assert str(refused.value) == (
        f"look up error rates: found {periods} periods with a mean of {mean:g}; allowed: one period or more, and a "
        "finite mean of 0 or more; give the length and the mean of the series."
    )


def test_one_period_without_an_incident_is_like_the_shortest_and_quietest():
    assert error_rates("effect", 1, 0.0).windows == error_rates("effect", 24, 0.5).windows
