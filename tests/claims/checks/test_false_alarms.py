from dataclasses import replace
from math import nan
from types import SimpleNamespace

import pytest

from trends.chance.error_rates import error_rates
from trends.claims.checks.false_alarms import CHECK

RATES = replace(error_rates("effect", 36, 1.0, "M"), windows=400)


@pytest.mark.parametrize(
    ("rate", "windows", "outcome"),
    [
        (0.05, 400, "passed"),
        (0.065, 400, "passed"),
        # 6.5 % and a standard error of 400 windows are 7.8 %; twice the nominal rate never passes.
        (0.075, 400, "passed"),
        (0.085, 400, "failed"),
        (0.075, 4000, "failed"),
        (0.10, 120, "failed"),
        (0.01, 119, "cannot tell"),
    ],
)
def test_a_question_must_keep_its_error_rate_on_real_series(rate, windows, outcome):
    rates = replace(RATES, false_alarms=rate, windows=windows)
    check = CHECK.of(rates)
    assert check.outcome == outcome
    # The error rate is printed, with what it rests on.
    assert check.says.startswith(rates.sentence())
    assert check.says.startswith(f"Measured on {windows} windows of real series")
    assert f"false alarms in {100 * rate:.0f} of 100" in check.says


@pytest.mark.parametrize(("rate", "outcome"), [(0.065 + 0.01, "passed"), (0.0751, "failed")])
def test_the_highest_rate_that_is_borne_is_borne_itself(rate, outcome):
    rates = SimpleNamespace(false_alarms=rate, standard_error=0.01, windows=120, sentence=lambda: "Measured.")
    assert (CHECK.of(rates).outcome, CHECK.of(rates).says) == (outcome, "Measured.")
    rates.windows = 119
    assert CHECK.of(rates).says == "Measured. These are too few windows to tell its rate from twice as much."


def test_a_rate_that_was_not_measured_judges_nothing():
    check = CHECK.of(replace(RATES, false_alarms=nan))
    assert (check.outcome, check.says) == ("does not apply", "It was not measured for such series.")
