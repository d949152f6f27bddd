"""The simulated studies behind docs/reliability.md: the same by their number, resumed, and summed without a mistake."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import ladder_studies, ladder_worlds
from benchmarks.ladder_page import by_reporting, errors, intervals, page, reliability, reliability_chart, worlds_table
from benchmarks.ladder_studies import HEAD, run, simulated, went
from benchmarks.ladder_worlds import rows_of


def table(rows):
    return pd.DataFrame(rows, columns=list(HEAD))


def row(study, rung, ruling, true, probability=np.nan, ends=(np.nan, np.nan, 0.9), truth=np.nan):
    return (study, "Iraq", 2.0, "for good", "as learned", "rise", rung, ruling, probability, true, *ends, truth)


def test_a_study_is_the_same_by_its_number_and_the_record_is_never_wrong():
    rows = simulated(3)
    assert repr(rows) == repr(simulated(3))
    assert [each.rung for each in rows] == ["recorded", "realised", "ordinary", "change", "timing", "lasting"]
    assert (rows[0].ruling == "SUPPORTED") == (rows[0].true == 1)


def test_a_count_that_stayed_neither_rose_nor_fell():
    assert [went(3, 4, True), went(3, 4, False), went(3, 3, True), went(3, 3, False)] == [1, 0, 0, 0]


def test_a_run_goes_on_where_it_ended(tmp_path, monkeypatch):
    asked = []

    def counted(number):
        asked.append(number)
        return [ladder_studies.Row(*row(number, rung, "CANNOT TELL", 1.0)) for rung in ("change", "lasting")]

    monkeypatch.setattr(ladder_studies, "simulated", counted)
    file = tmp_path / "results.csv"
    assert len(run(file, range(2))) == 4
    # The second study was cut off in its last row.
    file.write_text(file.read_text()[:-9])
    assert len(run(file, range(5))) == 10
    assert asked == [0, 1, 1, 2, 3, 4]
    alone = tmp_path / "block.csv"
    run(alone, range(1, 3))
    lines = file.read_text().splitlines(keepends=True)
    assert alone.read_text() == "".join(lines[:1] + lines[3:7])


def test_certain_rulings_are_wrong_where_they_say_what_is_not_so():
    found = table(
        [
            row(0, "change", "SUPPORTED", 1.0),
            row(1, "change", "SUPPORTED", 0.0),
            row(2, "change", "CONTRADICTED", 1.0),
            row(3, "change", "CONTRADICTED", np.nan),
            row(4, "change", "CANNOT TELL", 0.0),
        ]
    )
    told = errors(found).iloc[0]
    assert (told["false claims"], told["true claims"], told["certain"]) == (3, 3, 4)
    assert [told[name].split(" (")[0] for name in ("supported", "contradicted", "wrong among these")] == [
        "33.3 %", "66.7 %", "75.0 %",
    ]  # fmt: skip


def test_a_scenario_that_breaks_the_assumption_is_told_apart():
    rows = [row(n, "realised", "SUPPORTED", 1.0) for n in range(3)]
    rows.append((3, "Iraq", 2.0, "for good", "bursts", *row(3, "realised", "SUPPORTED", 0.0)[5:]))
    told = by_reporting(table(rows)).set_index("reporting")["wrong among these"].str.split(" \\(").str[0]
    assert told.to_dict() == {
        "as the ruling assumes": "0.0 %", "as learned": "0.0 %", "bursts": "100.0 %", "all": "25.0 %",
    }  # fmt: skip


def test_words_and_intervals_are_held_against_the_truth():
    found = table(
        [
            row(0, "realised", "CANNOT TELL", 1.0, 0.7, (1.2, 3.0, 0.9), 2.0),
            row(1, "realised", "CANNOT TELL", 0.0, 0.6, (1.2, 3.0, 0.9), 0.8),
        ]
    )
    (said,) = reliability(found).itertuples()
    assert (said.words, said.n, said.true) == ("likely", 2, 0.5) and said.said == pytest.approx(0.65)
    every = intervals(found).iloc[-1]
    assert [every[name].split(" (")[0] for name in every.index[2:]] == ["50.0 %", "100.0 %", "50.0 %", "50.0 %"]
    worlds = pd.DataFrame(rows_of(2), columns=ladder_worlds.HEAD)
    told = page(found, worlds)
    assert told.startswith("# How often each rung is wrong") and "{" not in told
    drawn = reliability_chart(found, worlds).get_legend_handles_labels()[1]
    assert drawn == ["realised", "change, reporting as in the studies", "change, a constant share seen"]
    assert "| change | collapse | 1 |" in told and "1 series of the world's table" in told


def test_a_series_is_counted_in_worlds_one_step_apart_and_asked_what_was_put_in():
    rng = np.random.default_rng(1)
    own = ladder_worlds.thinned(np.full(48, 30.0), 0.5, 6, rng)
    assert own[:36].mean() == 30 == own[42:].mean() and own[36:42].mean() < 20
    seen = ladder_worlds.seen(own, "IQ", rng)
    assert list(seen) == ["as it is", "a constant share", "drift", "bursts", "collapse"]
    assert (seen["as it is"] == own).all()
    # Of four times as many a fourth is counted.
    assert 25 < seen["a constant share"][:36].mean() < 35
    assert rows_of(2) == rows_of(2)


def test_what_was_said_of_the_likelier_side_is_held_against_how_often_it_was_the_right_one():
    rows = [(n, "IQ", 2.0, True, "drift", "change", p, 1.0) for n, p in enumerate((0.9, 0.9, 0.1, 0.6))]
    row = worlds_table(pd.DataFrame(rows, columns=ladder_worlds.HEAD)).iloc[0]
    assert (row["n"], row["all: said"], row["likely: said"], row["almost certain: said"]) == (
        4,
        "82.5 %",
        "60.0 %",
        "–",
    )
    assert row["very likely: so"].startswith("66.7 %") and row["all: so"].startswith("75.0 %")
