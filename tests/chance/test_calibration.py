"""How much wider the posterior of an effect is told: learned from real series, never with the country's own."""

from dataclasses import FrozenInstanceError, replace
from importlib import resources

import numpy as np
import pandas as pd
import pytest

from trends.chance.calibration import UNTOLD, Calibration, Widening, calibration, date_power, is_short, sparseness
from trends.chance.counterfactual import counterfactual
from trends.chance.known_change import known_change
from trends.chance.normals import Mixture
from trends.chance.prior import FOLDS, fold_of, level_prior, ratio_prior
from trends.chance.questions import effect
from trends.counts.series import checked_series

WAVE = np.array([4, 6, 5, 7, 3, 5] * 4 + [10, 12, 9, 11, 10, 12], float)
SKEWED = Mixture(np.array([3.0, 1.0]), np.array([0.0, 1.0]), np.array([0.2, 0.5]))


def _moments(posterior: Mixture) -> tuple[float, float]:
    share = posterior.weight / posterior.weight.sum()
    mean = float(share @ posterior.mean)
    return mean, float(np.sqrt(share @ (posterior.sd**2 + (posterior.mean - mean) ** 2)))


def test_a_posterior_is_stretched_about_its_mean_and_moved_by_its_standard_deviation():
    mean, sd = _moments(SKEWED)
    wider = Widening(1.3, 0.2).of(SKEWED)
    assert _moments(wider) == pytest.approx((mean + 0.2 * sd, 1.3 * sd))
    # Every quantile lies 1.3 times as far out.
    for p in (0.025, 0.5, 0.95):
        assert wider.quantile(p) == pytest.approx(mean + 0.2 * sd + 1.3 * (SKEWED.quantile(p) - mean), abs=1e-9)
    assert Widening().of(SKEWED) is SKEWED
    assert _moments(Widening(1.0, 0.2).of(SKEWED)) == pytest.approx((mean + 0.2 * sd, sd))
    with pytest.raises(FrozenInstanceError):
        Widening().scale = 2.0


def test_an_effect_is_told_wider_than_the_model_says_by_what_the_table_has():
    prior = level_prior(30)
    bare = known_change(WAVE, 24, prior=replace(prior, calibration=None)).log_ratio
    told = known_change(WAVE, 24, prior=prior)
    expected = prior.calibration.widening("long", 30, 12.0, WAVE.mean())
    assert told.widening == expected and expected.scale > 1.05
    (_, sd), (_, wider) = _moments(bare), _moments(told.log_ratio)
    assert wider == pytest.approx(expected.scale * sd)
    # The same where no prior is named.
    assert _moments(known_change(WAVE, 24).log_ratio) == pytest.approx(_moments(told.log_ratio))


def test_the_chart_of_an_effect_has_the_widened_interval():
    counts = checked_series(WAVE.astype(int).tolist(), first="2019-01", freq="M")
    found = effect(counts, "2021-01")
    assert found.change.widening.scale > 1.05
    bare = replace(found, change=replace(found.change, widening=Widening()))
    wide, narrow = (counterfactual(each).iloc[-1] for each in (found, bare))
    reach = np.log(wide["upper"] / wide["lower"]) / np.log(narrow["upper"] / narrow["lower"])
    assert reach == pytest.approx(found.change.widening.scale, rel=1e-3)


def test_a_country_meets_what_was_learned_without_its_own_series():
    for name in ("IQ", "Colombia", "PH"):
        fold = fold_of(name)
        assert 0 <= fold < FOLDS
        assert level_prior(36, without=name).calibration == calibration("level", fold)
        assert ratio_prior(36, without=name).calibration == calibration("ratio", fold)
        assert level_prior(36, without=name).calibration != level_prior(36).calibration
    with (resources.files("trends.chance") / "calibration.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, comment="#")
    by = table.pivot_table(index=["of", "freq", "question", "periods"], columns="fold", values="windows")
    # Each window is left out of one fold, and some are left out of every fold.
    assert (by[list(range(FOLDS))].sum(axis=1) == (FOLDS - 1) * by[-1]).all()
    assert (by[list(range(FOLDS))].lt(by[-1], axis=0)).all().all()
    assert (by[-1] >= 150).all()


def test_lengths_between_those_learned_lie_between_them_and_none_is_narrower():
    rows = ((False, "long", 24, 1.2, 0.1), (False, "long", 96, 1.1, 0.1), (False, "short", 24, 1.05, 0.1))
    table = Calibration(rows)
    assert table.widening("long", 48, 12.0, 9.0) == Widening(pytest.approx(np.sqrt(1.2 * 1.1)), 0.0, UNTOLD)
    assert table.widening("long", 400, 12.0, 9.0).scale == pytest.approx(1.1)
    assert table.widening("short", 24, 12.0, 9.0).scale == pytest.approx(1.05)
    # Weeks are months of the same time, quarters the nearest there is.
    assert table.widening("long", 104, 52.0, 9.0).scale == pytest.approx(1.2)
    assert table.widening("long", 96, 4.0, 9.0).scale == pytest.approx(1.1)
    for of in ("level", "ratio"):
        for fold in range(-1, FOLDS):
            assert min(row[3] for row in calibration(of, fold).rows) >= 1


def test_quarters_and_months_have_rows_of_their_own_in_whatever_order_they_stand():
    rows = (
        (True, "long", 24, 1.5, 0.4),
        (False, "long", 96, 1.1, 0.3),
        (True, "long", 8, 1.7, 0.4),
        (False, "long", 24, 1.2, 0.1),
    )
    table = Calibration(rows)
    assert table.widening("long", 24, 4.0, 9.0) == Widening(pytest.approx(1.5), 0.0, UNTOLD)
    assert table.widening("long", 8, 4.0, 9.0).scale == pytest.approx(1.7)
    # Four a year are quarters, and a year is four of them.
    assert table.widening("long", 2, 1.0, 99.0).scale == pytest.approx(1.7)
    assert table.widening("long", 24, 12.0, 9.0).scale == pytest.approx(1.2)
    with pytest.raises(FrozenInstanceError):
        table.rows = ()


def test_the_move_is_by_how_much_the_incidents_of_a_month_or_a_quarter_fall_short():
    table = Calibration(((False, "long", 24, 1.2, 0.1), (False, "long", 96, 1.2, 0.3), (True, "long", 24, 1.2, 0.2)))
    assert table.widening("long", 24, 12.0, 2.0).shift == pytest.approx(0.1 * np.log(5 / 2))
    assert table.widening("long", 48, 12.0, 2.0).shift == pytest.approx(0.2 * np.log(5 / 2))
    # One a week is 4.33 a month; two a year are half of one a quarter, and no less than that is learned from.
    assert table.widening("long", 104, 52.0, 1.0).shift == pytest.approx(0.1 * np.log(5 / (52 / 12)))
    assert table.widening("long", 6, 1.0, 2.0).shift == pytest.approx(0.2 * np.log(10))
    assert sparseness(2.0) == pytest.approx(np.log(2.5)) and sparseness(5.0) == sparseness(9.0) == 0


def test_the_table_that_is_shipped_is_read_as_it_stands():
    with (resources.files("trends.chance") / "calibration.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, comment="#")
    own = table[(table["of"] == "level") & (table["fold"] == 2)]
    assert len(own) == len(calibration("level", 2).rows)
    for row in own.itertuples():
        assert (row.freq == "Q", row.question, row.periods, row.scale, row.shift) in calibration("level", 2).rows


def test_growth_has_widenings_of_its_own_which_do_not_move_it():
    shipped = calibration("level", -1)
    for periods, per_year in ((24, 12.0), (96, 12.0), (24, 4.0), (36, 4.0)):
        found = shipped.widening("trend", periods, per_year, 0.5)
        assert found.scale > 1.1 and found.shift == 0
    assert shipped.widening("trend", 24, 12.0, 9.0) != shipped.widening("long", 24, 12.0, 9.0)


def test_what_was_not_learned_of_short_spans_is_taken_from_long_ones():
    table = calibration("ratio", -1)
    assert table.widening("short", 60, 12.0, 9.0) == table.widening("long", 60, 12.0, 9.0)


def test_sparse_counts_move_the_posterior_up_and_dense_ones_do_not():
    shipped = calibration("level", -1)
    assert shipped.widening("long", 36, 12.0, 5.0).shift == 0
    assert 0 < shipped.widening("long", 36, 12.0, 2.0).shift < shipped.widening("long", 36, 12.0, 0.5).shift
    assert sparseness(0.0) == sparseness(0.5)


def test_up_to_a_third_of_a_year_is_a_short_span():
    assert is_short(5, 12.0) and not is_short(6, 12.0)
    assert is_short(2, 4.0) and not is_short(3, 4.0)


def test_that_a_change_lasts_is_no_surer_than_real_series_bear_out():
    counts = np.random.default_rng(3).poisson(np.repeat([20.0, 90.0], [36, 24])).astype(float)
    shipped = level_prior(60, "M")
    told = known_change(counts, 36, (36, 38), prior=shipped).lasting(39, 50)
    sure = known_change(counts, 36, (36, 38), prior=replace(shipped, calibration=None)).lasting(39, 50)
    assert sure > 0.99
    assert told == pytest.approx((1 - UNTOLD) * sure + UNTOLD / 2)
    assert Widening(untold=UNTOLD).shape(0.5) == 0.5


def test_dates_are_told_as_sharply_as_countries_other_than_their_own_bear_out():
    assert date_power(12.0) == date_power(52.0) == date_power(365.25) != date_power(4.0) == date_power(1.0)
    for per_year in (12.0, 4.0):
        assert len({date_power(per_year, fold) for fold in (-1, *range(FOLDS))}) > 1
        assert all(0.3 < date_power(per_year, fold) < 0.7 for fold in (-1, *range(FOLDS)))
