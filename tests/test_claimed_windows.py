"""The benchmark behind the probability of a claimed window: two windows a study, the true one and another."""

import pandas as pd
import pytest

from benchmarks.claimed_windows import log_score, probability, windows


def test_two_windows_are_asked_of_each_study_with_an_effect():
    found = windows(3)
    assert len(found) % 2 == 0 and found["true"].tolist() == [1.0, 0.0] * (len(found) // 2)
    assert found[["turned", "began"]].stack().between(0, 1).all()


def test_a_power_of_0_says_even_odds_and_one_of_1_what_is_told():
    found = pd.DataFrame({"turned": [0.1, 0.6], "began": [0.2, 0.9], "true": [0.0, 1.0]})
    assert probability(found, 0.0).tolist() == [0.5, 0.5]
    assert probability(found, 1.0).tolist() == pytest.approx([0.2, 0.9])
    assert log_score(probability(found, 1.0), found["true"]) > log_score(probability(found, 0.0), found["true"])
