import numpy as np
import pandas as pd
import pytest

from trends.errors import ModelError
from trends.models.provinces.synthetic.predictors import (
    choose_importance,
    predictor_table,
    predictor_weights,
    scaled_predictors,
)

OUTCOME = pd.DataFrame({"A": [1.0, 3.0], "B": [2.0, np.nan], "C": [0.0, 1.0]}, index=[1960, 1961])


def test_a_specification_is_read_as_means_over_spans_without_holes():
    other = pd.DataFrame({"C": [5.0, 7.0], "B": [1.0, 1.0], "A": [2.0, 2.0], "D": [9.0, 9.0]}, index=[1960, 1961])
    table = predictor_table({"own": (None, 1960, 1961), "other": (other, 1961, 1961)}, OUTCOME)
    assert table.loc["own"].tolist() == [2, 2, 0.5] and table.loc["other"].tolist() == [2, 1, 7]


def test_years_are_found_on_a_period_index():
    outcome = OUTCOME.set_axis(pd.PeriodIndex(["1960", "1961"], freq="Y"))
    assert predictor_table({"own": (None, 1961, "1961")}, outcome.fillna(2)).loc["own"].tolist() == [3, 2, 1]


@pytest.mark.parametrize(
    ("predictors", "message"),
    [
        (
            pd.DataFrame([[1, 2]], columns=["A", "A"]),
            "read the predictors of a synthetic control: found 'A' twice; allowed: each predictor and unit once; leave "
            "one of the two out.",
        ),
        (
            pd.DataFrame([[1, 2], [3, 4]], index=["x", "x"], columns=["A", "B"]),
            "read the predictors of a synthetic control: found 'x' twice; allowed: each predictor and unit once; leave "
            "one of the two out.",
        ),
        (
            {"own": (None, 1990, 1991)},
            "read the predictors of a synthetic control: found no period of 'own' from 1990 to 1991; allowed: "
            "(table, first, last): periods by units, and periods in it; write 'own' like that.",
        ),
        (
            {"own": 3},
            "read the predictors of a synthetic control: found 'own' as int; allowed: (table, first, last): periods by "
            "units, and periods in it; write 'own' like that.",
        ),
        (
            [1, 2],
            "read the predictors of a synthetic control: found a list; allowed: a DataFrame (predictors, units), or "
            "(table, first, last) by name; give one of these, or leave predictors out.",
        ),
        (
            pd.DataFrame({"A": [1.0], "B": [np.nan], "C": [2.0]}, index=["income"]),
            "read the predictors of a synthetic control: found no value of 'income' for 'B'; allowed: a finite number "
            "of every predictor for every unit; leave these units or this predictor out.",
        ),
        (
            pd.DataFrame({"A": [1.0], "B": [1.0]}, index=["income"]),
            "read the predictors of a synthetic control: found no column for 'C'; allowed: a finite number of every "
            "predictor for every unit; leave these units or this predictor out.",
        ),
        (
            pd.DataFrame({"A": [1.0], "B": [1.0], "C": [1.0]}, index=["income"]),
            "read the predictors of a synthetic control: found 'income' with the same value for all units; allowed: "
            "predictors that differ between units; leave it out.",
        ),
    ],
)
def test_predictors_that_cannot_be_read_are_refused(predictors, message):
    with pytest.raises(ModelError) as refused:
        predictor_table(predictors, OUTCOME)
    assert str(refused.value) == message


def test_the_importance_chosen_fits_the_outcome_and_that_of_noise_alone_does_not():
    rng = np.random.default_rng(5)
    driver, noise = rng.normal(size=12), rng.normal(size=12)
    outcome = np.outer(np.linspace(1, 3, 20), driver) + 0.01 * rng.normal(size=(20, 12))
    # A unit in the middle, which a mean of others can match in what drives it.
    unit, table = int(np.argsort(driver)[6]), scaled_predictors(np.vstack([noise, driver]))
    chosen = choose_importance(table, outcome, unit)
    assert chosen.values.sum() == pytest.approx(1) and chosen.values[1] > 0.1
    of_noise = outcome[:, unit] - outcome @ predictor_weights(table, unit, np.array([1.0, 0.0]))
    # Noise of standard deviation .01 on both sides, against what the wrong predictor leaves.
    assert chosen.mspe < 3e-4 < 1e-2 < (of_noise**2).mean()
    assert len(chosen.starts) == 4 and chosen.mspe <= min(mspe for _, mspe, _ in chosen.starts) * (1 + 1e-6)


def test_a_predictor_that_no_longer_differs_counts_for_nothing():
    # As where the one unit that made it differ is left out.
    assert scaled_predictors(np.array([[1.0, 3.0], [2.0, 2.0]])) == pytest.approx(
        np.array([[2**-0.5, 3 * 2**-0.5], [2, 2]])
    )


def test_the_span_of_a_predictor_is_cut_by_period_and_not_by_place():
    index = pd.period_range("2018-01", periods=24, freq="M")
    table = pd.DataFrame({"A": np.arange(24.0), "B": np.ones(24)}, index=index)
    assert predictor_table({"year": (table, "2018", "2018")}, table).loc["year"].tolist() == [5.5, 1.0]
    with pytest.raises(ModelError, match="read the predictors of a synthetic control: found 2019-11 after 2019-12"):
        predictor_table({"year": (table.iloc[::-1], "2018", "2018")}, table)
    numbered = table.set_axis(range(24))
    assert predictor_table({"part": (numbered.iloc[::-1], 0, 3)}, table).loc["part"].tolist() == [1.5, 1.0]
    with pytest.raises(ModelError, match="found '2018' to '2018' in a table on a RangeIndex"):
        predictor_table({"part": (numbered, "2018", "2018")}, table)
