"""The chart of a verdict over time tells rulings by shape and by word, and the same of the claim as of its rungs."""

from dataclasses import replace

import pandas as pd

from tests.charts.made import made_verdicts
from trends.charts.over_time import plot_over_time
from trends.claims.over_time import VerdictsOverTime


def found(rulings):
    index = pd.period_range("2020-01", periods=len(rulings), freq="M")
    verdict = made_verdicts()[0]
    return VerdictsOverTime(
        verdict.claim, (verdict,) * len(rulings), pd.DataFrame({"recorded": rulings, "the claim": rulings}, index)
    )


def test_each_ruling_has_its_shape_and_each_change_its_word():
    ax = plot_over_time(found(["UNTESTABLE", "CANNOT TELL", "CANNOT TELL", "SUPPORTED", "CONTRADICTED"]))
    marks = {line.get_marker(): len(line.get_xdata()) for line in ax.lines if line.get_marker() not in ("None", "")}
    assert marks == {"x": 1, "^": 2, "o": 1, "s": 1}
    assert [text.get_text() for text in ax.texts][:4] == ["untestable", "open", "holds", "fails"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["recorded", "the claim"]


def test_words_that_would_run_into_each_other_stand_above_and_below():
    ax = plot_over_time(found(["UNTESTABLE", "CANNOT TELL"] + ["SUPPORTED"] * 20))
    first, second = ax.texts[:2]
    assert first.xyann[1] > 0 > second.xyann[1]


def test_the_event_is_named_and_what_stands_in_is_said_below():
    rulings = found(["CANNOT TELL", "SUPPORTED", "SUPPORTED"])
    ax = plot_over_time(replace(rulings, notes=("The list came out later.",)))
    assert " ".join(ax.get_xlabel().split()).endswith("what became of it. The list came out later.")
