import numpy as np
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

    def of(*names, at=AT):
        return named_rivals(names, study.claim("rose"), study, counts, at)

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


def test_ramadan_is_dated_by_the_package_and_an_event_by_the_study(entered):
    ramadan, troops = entered("ramadan", "troops")
    assert ramadan.recurs and len(ramadan.windows) == 4
    assert not troops.recurs and [str(first) for first, _ in troops.windows] == ["2019-12-30", "2020-02-10"]
    # Dates without a spell go on: half of it from the first, all of it from the second.
    assert troops.columns["troops"]["2020-01":"2020-03"].tolist() == [0.5, 1.0, 1.0]
    assert [str(first) for first in troops.starts] == ["2020-01", "2020-02"]


def test_a_break_in_measurement_is_entered_unnamed_where_it_lies_within_the_counts(entered):
    source = entered.study.sources["events"]
    object.__setattr__(
        source, "breaks", tuple(MeasurementBreak(first, "other wires") for first in ("2016-01", "2019-06"))
    )
    (only,) = entered()
    assert only.title == "the change in counting of June 2019"
    assert only.note == "From June 2019 Event file does not count as before: other wires."
    assert only.columns.iloc[:, 0].sum() == 19
