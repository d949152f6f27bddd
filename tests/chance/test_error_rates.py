import math

import pytest

from trends.chance.error_rates import CLASSES, ENOUGH, error_rates, questions_measured
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


def test_rates_of_more_windows_have_a_smaller_standard_error():
    found = error_rates("effect", 36, 8.0, "M")
    rate = (found.false_alarms * found.windows + 1) / (found.windows + 2)
    expected = math.sqrt(rate * (1 - rate) / found.windows)
    assert found.standard_error == pytest.approx(expected)


def test_the_sentence_names_length_level_and_windows():
    found = error_rates("effect", 36, 8.0, "M")
    text = found.sentence()
    assert text.startswith(f"Measured on {found.windows} windows of real series of 36 months with 2 to 15 incidents")
    assert f"of 100 (standard error {100 * found.standard_error:.0f}), a doubling found in" in text


def test_a_question_that_was_not_measured_is_refused():
    with pytest.raises(ModelError) as refused:
        error_rates("weather", 36, 8.0, "M")
    assert str(refused.value) == (
        "look up error rates: found the question 'weather'; allowed: "
        f"{'; '.join(questions_measured())}; name one of these."
    )


def test_no_period_and_an_impossible_mean_are_refused():
    for periods, mean in ((0, 3.0), (36, math.nan), (36, -1.0)):
        with pytest.raises(ModelError, match=r"found .* periods with a mean of"):
            error_rates("effect", periods, mean, "M")
