import numpy as np
import pandas as pd
import pytest

from trends.counts.panel import Panel
from trends.errors import InputError, ModelError
from trends.models.provinces.staggered.schedules import arrangements, read_schedule, rearranged
from trends.periods import span

PANEL = Panel(pd.DataFrame(1.0, span("2020-01", "2020-06", "M"), ["Anbar", "Diyala", "Kirkuk"]))


def test_dates_periods_and_other_spellings_are_read():
    read = read_schedule(PANEL, {"IQ-AN": "2020-03-17", "Diyala": pd.Timestamp("2020-03-10"), "Kirkuk": None})
    assert read.dose.T.to_numpy().tolist() == [[0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 1, 1], [0] * 6]
    assert {name: str(when) for name, when in read.first.items()} == {
        "Anbar": "2020-04",
        "Diyala": "2020-03",
        "Kirkuk": "None",
    }
    series = pd.Series({"Anbar": pd.Period("2020-04", "M"), "Diyala": np.nan})
    assert read_schedule(PANEL, series).dose["Anbar"].tolist() == [0, 0, 0, 1, 1, 1]


def test_amounts_are_laid_out_as_the_panel():
    table = pd.DataFrame({"Kirkuk": [0, 0, 1, 2, 2, 2, 2]}, index=[f"2020-0{month}" for month in range(1, 8)])
    read = read_schedule(PANEL, table)
    assert read.amounts and read.dose["Kirkuk"].tolist() == [0, 0, 1, 2, 2, 2] and not read.dose["Anbar"].any()


AMOUNTS = pd.DataFrame({"Anbar": [0.0, 0, 1, 1, 2, 2]}, index=PANEL.index)


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        (
            ["Anbar"],
            "read the schedule: found a list; allowed: a mapping or Series from province to first period, or a "
            "DataFrame of amounts, periods down; hand over one of these.",
        ),
        (
            {"Anbar": "2021-01"},
            "read the schedule: found no province that is reached by 2020-06, where the panel ends; allowed: at least "
            "one province reached within the panel; take a longer panel, or correct the dates.",
        ),
        (
            {"Anbar": "2020-02", "Al-Anbar": "2020-03"},
            "read the schedule: found 'Anbar' and 'Al-Anbar', both Anbar; allowed: each province once; leave one "
            "of them out.",
        ),
        (
            AMOUNTS.iloc[:5],
            "read the schedule: found no amounts for 2020-06; allowed: a row for each month from 2020-01 to 2020-06, "
            "once; add the rows; 0 where nothing had been done yet.",
        ),
        (
            AMOUNTS.astype(object).replace(2.0, "many"),
            "read the schedule: found the amount 'many' for Anbar in 2020-05; allowed: numbers from 0 up, 0 where a "
            "province was not reached; correct it; an amount that falls, such as bases left, is given as what has "
            "gone.",
        ),
        (
            -AMOUNTS,
            "read the schedule: found the amount -1 for Anbar in 2020-03; allowed: numbers from 0 up, 0 where a "
            "province was not reached; correct it; an amount that falls, such as bases left, is given as what has "
            "gone.",
        ),
    ],
)
def test_a_schedule_that_cannot_be_read_is_refused_in_words(schedule, message):
    with pytest.raises(ModelError) as raised:
        read_schedule(PANEL, schedule)
    assert str(raised.value) == message


def test_an_unknown_province_is_refused():
    with pytest.raises(InputError, match="find a province in the panel: found 'Atlantis'"):
        read_schedule(PANEL, {"Atlantis": "2020-02"})


def test_all_rearrangements_are_listed_once():
    dose = (np.arange(4) >= np.array([1, 1, 2, 9, 9, 9])[:, None]) * 1.0
    found = rearranged(dose, np.full(6, True), 60, np.random.default_rng(0))
    assert found.exact and len(found) == 60 == len({tuple(row) for row in found.assignments.tolist()})
    assert (found.rows[found.assignments[0]] == dose).all()
    assert (np.sort(found.assignments, axis=1) == np.sort(found.assignments[0])).all()


def test_provinces_that_are_not_eligible_keep_their_course():
    dose = (np.arange(4) >= np.array([1, 2, 9, 9])[:, None]) * 1.0
    found = rearranged(dose, np.array([False, True, True, True]), 99, np.random.default_rng(0))
    assert len(found) == 3 and (found.assignments[:, 0] == found.assignments[0, 0]).all()


def test_too_many_schedules_are_drawn_and_draws_repeat():
    dose = (np.arange(4) >= np.array([1, 1, 2, 9, 9, 9])[:, None]) * 1.0
    first, again = (rearranged(dose, np.full(6, True), 30, np.random.default_rng(5)) for _ in range(2))
    assert not first.exact and len(first) == 31
    assert (first.assignments == again.assignments).all()


def test_listed_schedules_count_once():
    dose = np.array([[0, 1.0], [0, 0]])
    found = arrangements([dose, dose[::-1], dose, dose[::-1]])
    assert len(found) == 2 and (found.rows[found.assignments[1]] == dose[::-1]).all()
