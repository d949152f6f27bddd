from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from trends.claims.entered import named_rivals
from trends.claims.study import read_study
from trends.counts.sources import MeasurementBreak
from trends.periods import period

AT = period("2020-01")


@pytest.fixture
def entered(study_folder, add_claim):
    add_claim("rose", '[event]\nname = "drawdown"\n[asserts]\nchange = { direction = "rise" }')
    study = read_study(study_folder)
    counts = study.panel().total()

    def of(*names, at=AT, counts=counts, **changes):
        return named_rivals(names, study.claim("rose"), replace(study, **changes), counts, at)

    of.study = study
    return of


def test_a_season_is_a_column_for_all_but_one_part_of_the_year(entered):
    (season,) = entered("season")
    assert season.recurs and season.windows == () and season.title == "the season"
    assert np.linalg.matrix_rank(season.columns.to_numpy()) == season.columns.shape[1]


def test_a_peak_before_is_the_three_periods_before_the_change(entered):
    (peak,) = entered("peak_before")
    assert [str(when) for when in peak.columns.index[peak.columns["peak_before"] == 1]] == [
        "2019-10",
        "2019-11",
        "2019-12",
    ]
    assert entered("peak_before", at=None) == []
    assert (peak.title, peak.windows, [str(when) for when in peak.starts], peak.recurs, peak.note) == (
        "the 3 months before it", ((date(2019, 10, 1), date(2019, 12, 31)),), ["2019-10"], False, "",
    )  # fmt: skip
    quarterly = pd.Series(1.0, pd.period_range("2018Q1", periods=12, freq="Q"))
    (peak,) = entered("peak_before", at=period("2020Q1"), counts=quarterly)
    assert peak.title == "the 3 quarters before it" and peak.columns["peak_before"].sum() == 3


def test_ramadan_is_dated_by_the_package_and_an_event_by_the_study(entered):
    ramadan, troops = entered("ramadan", "troops")
    assert ramadan.recurs and len(ramadan.windows) == 4 and ramadan.title == "Ramadan"
    assert not troops.recurs and [str(first) for first, _ in troops.windows] == ["2019-12-30", "2020-02-10"]
    # Dates without a spell go on: half of it from the first, all of it from the second.
    assert troops.columns["troops"]["2020-01":"2020-03"].tolist() == [0.5, 1.0, 1.0]
    assert [str(first) for first in troops.starts] == ["2020-01", "2020-02"]
    assert (troops.name, troops.title) == ("troops", entered.study.event_title("troops"))
    # The rows of one event, or of all events of a category.
    assert entered("drawdown")[0].windows == troops.windows


def test_an_event_of_the_study_s_calendar_recurs_and_one_of_its_own_dates_ramadan(entered):
    (drawdown,) = entered("drawdown", calendar=("drawdown",))
    assert drawdown.recurs
    own = entered.study.events.assign(event="ramadan")
    (ramadan,) = entered("ramadan", events=own)
    assert not ramadan.recurs and [str(first) for first, _ in ramadan.windows] == ["2019-12-30", "2020-02-10"]


def test_an_event_that_had_not_happened_yet_is_no_rival(entered):
    assert entered("drawdown", events=entered.study.events.iloc[:0], as_of="2019-06") == []


def test_a_break_in_measurement_is_entered_unnamed_where_it_lies_within_the_counts(entered):
    source = entered.study.sources["events"]
    object.__setattr__(
        source, "breaks", tuple(MeasurementBreak(first, "other wires") for first in ("2016-01", "2019-06"))
    )
    (only,) = entered()
    assert only.title == "the change in counting of June 2019"
    assert only.note == "From June 2019 Event file does not count as before: other wires."
    assert only.columns.iloc[:, 0].sum() == 19
    assert only.name == "measurement 2019-06" and [*only.columns] == ["measurement step 2019-06"]
    assert only.windows == ((date(2019, 6, 1),) * 2,) and [str(when) for when in only.starts] == ["2019-06"]
    assert not only.recurs


@pytest.mark.parametrize(("first", "enters"), [("2017-01", 0), ("2017-02", 1), ("2020-12", 1), ("2021-01", 0)])
def test_a_break_at_the_first_period_or_after_the_last_divides_no_counts(entered, first, enters):
    sources = entered.study.sources
    broken = replace(sources["events"], breaks=(MeasurementBreak(first, "other wires"),))
    assert len(entered(sources=sources | {"events": broken})) == enters
