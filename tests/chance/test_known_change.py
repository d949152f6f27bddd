from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from trends.chance.calibration import Calibration, Widening
from trends.chance.known_change import KNOWN_SHAPES, known_candidates, known_change
from trends.chance.normals import Mixture
from trends.chance.prior import LevelPrior
from trends.chance.shapes import Shape, candidates, shape_column
from trends.errors import ModelError

CALM = LevelPrior(np.zeros((1, 4)), np.ones(1))
STEP, PULSE = (
    Shape(kind, kind, length, ((1.0, share),)) for kind, length, share in (("step", 0, 0.8), ("pulse", 3, 0.2))
)


def counts_with(rate, seed=1):
    return np.random.default_rng(seed).poisson(rate).astype(float)


def test_a_step_at_a_known_date_is_measured(levels):
    found = known_change(counts_with(np.where(np.arange(60) < 40, 10, 40)), 40, **levels)
    low, high = found.log_ratio.interval()
    assert 0 < low < np.log(4) < high < np.log(12)
    assert found.pvalue < 0.05
    assert found.at_least(1.1) > 0.95 > 0.05 > found.at_most(1 / 1.1)


def test_a_fall_by_and_by_is_a_fall(levels):
    rate = 40 * 0.08 ** np.clip((np.arange(60) - 35) / 12, 0, 1)
    found = known_change(counts_with(rate), 36, **levels)
    assert found.at_most(1.0) > 0.95
    assert found.shapes[0][0] in ("ramp of 12", "hinge", "ramp of 6")


def test_what_passes_is_told_from_what_lasts(levels):
    rate = np.full(60, 8.0)
    rate[30:33] = 60
    passing = known_change(counts_with(rate), 30, (30, 32), **levels)
    rate[30:] = 60
    lasting = known_change(counts_with(rate), 30, (30, 32), **levels)
    assert passing.lasting(40, 59) < 0.2 < 0.8 < lasting.lasting(40, 59)


def test_a_claimed_single_period_is_not_taken_for_an_outlier(levels):
    rate = np.full(48, 6.0)
    rate[30] = 60
    found = known_change(counts_with(rate), 30, (30, 30), **levels)
    assert found.outliers == ()
    assert found.at_least(1.0) > 0.95
    assert found.shapes[0][0] == "pulse of 1"


def test_months_of_the_claimed_span_are_not_taken_for_outliers():
    # A year of which two months stand out is a year of more: set apart, they would be no part of it.
    rate = np.full(60, 400.0)
    rate[48:], rate[[49, 50]] = 440, 1200
    found = known_change(counts_with(rate), 48, (48, 59))
    assert found.outliers == () and np.exp(found.log_ratio.interval()[0]) > 1.12
    rate[20] = 4000
    assert [t for t, _ in known_change(counts_with(rate), 48, (48, 59)).outliers] == [20]


def test_an_onset_has_an_interval_that_the_counts_bear_out(levels):
    counts = np.concatenate([np.zeros(33), counts_with(np.full(38, 16.0))])
    counts[[3, 9, 14, 20, 25, 31]] = 1
    low, high = np.exp(known_change(counts, 33, **levels).log_ratio.interval())
    assert 10 < low < 16 / (6 / 33) < high < 1000


BESIDE = (
    "found 20 periods, of which none lies on one side of it; allowed: a place from 1 to 19; name a period within the "
)
OUTSIDE = (
    "found a span that is not within the series and after the change; allowed: first and last place from 10 to 19; "
)


@pytest.mark.parametrize(
    ("date", "span", "message"),
    [
        (0, (0, 9), f"{BESIDE}series, or give a longer series."),
        (20, (20, 20), f"{BESIDE}series, or give a longer series."),
        *(
            (10, span, f"{OUTSIDE}name a span that begins with the change or later.")
            for span in ((9, 12), (12, 20), (14, 13))
        ),
    ],
)
def test_places_outside_the_series_are_refused(date, span, message):
    with pytest.raises(ModelError) as error:
        known_change(np.ones(20), date, span, prior=CALM)
    assert str(error.value) == f"weigh a change at place {date} over places {span[0]} to {span[1]}: {message}"


def test_a_change_of_one_period_at_either_end_is_weighed_and_by_default_up_to_the_end():
    counts = counts_with(np.full(20, 9.0))
    for date, span in ((1, None), (19, (19, 19)), (10, (10, 10)), (10, (12, 12))):
        found = known_change(counts, date, span, prior=CALM)
        assert (found.date, found.span, found.nobs) == (date, span or (date, 19), 20)
        assert sum(share for _, share in found.shapes) == pytest.approx(1)
        assert [share for _, share in found.shapes] == sorted((share for _, share in found.shapes), reverse=True)


def reach_of(found, shape, span):
    place = found.shapes.index(shape)
    return found.columns[span[0] : span[1] + 1, found.shape == place].mean()


def test_every_shape_has_the_same_prior_for_its_mean_effect_over_the_span():
    """Three on the log scale; one that hardly touches the span cannot be as large as that takes."""
    found = known_candidates(60, 30, (30, 59))
    assert [(shape.name, shape.sizes[0][1]) for shape in found.shapes] == [(s.name, share) for s, share in KNOWN_SHAPES]
    assert np.exp(found.log_prior).sum() == pytest.approx(1) and set(found.date) == {30}
    for shape, variance in zip(found.shapes, found.variance, strict=True):
        assert variance**0.5 == pytest.approx(3.0 / max(reach_of(found, shape, (30, 59)), 0.05))
    # Of thirty periods a pulse of one reaches a thirtieth.
    assert reach_of(found, found.shapes[5], (30, 59)) == pytest.approx(1 / 30) and found.variance[5] == pytest.approx(
        60.0**2
    )
    # A hinge rises by the year, of which four periods make one.
    years = known_candidates(60, 30, (30, 59), year=4.0)
    assert reach_of(years, years.shapes[4], (30, 59)) == pytest.approx(15.5 / 4) and years.year == 4.0


def test_a_span_that_ends_before_the_series_is_mostly_a_pulse_of_its_length():
    found = known_candidates(60, 30, (30, 34))
    shares = {shape.name: np.exp(found.log_prior[i]) for i, shape in enumerate(found.shapes)}
    assert shares["pulse of 5"] == pytest.approx(0.9) and shares["step"] == pytest.approx(0.1 * 0.7)
    assert len(shares) == 9 and sum(shares.values()) == pytest.approx(1)
    # One that is among the shapes is not there twice; up to the end of the series none is added.
    three = known_candidates(60, 30, (30, 32))
    names = [shape.name for shape in three.shapes]
    assert names.count("pulse of 3") == 1 and len(names) == 8
    assert np.exp(three.log_prior[names.index("pulse of 3")]) == pytest.approx(0.9)
    assert [shape.name for shape in known_candidates(60, 57, (57, 59)).shapes] == [s.name for s, _ in KNOWN_SHAPES]
    # What is over when the span begins is no change over it.
    late = known_candidates(60, 30, (40, 45))
    assert [shape.name for shape in late.shapes if shape.kind == "pulse"] == ["pulse of 16"]
    np.testing.assert_array_equal(late.columns[:, -1], shape_column(60, late.shapes[-1], 30))


def test_the_shares_of_the_shapes_are_those_of_a_new_level_in_seven_of_ten():
    kinds = {}
    for shape, share in KNOWN_SHAPES:
        kinds.setdefault(shape.kind, {})[shape.length] = share
        assert shape.name.split(" of ") == [shape.kind, str(shape.length)][: 1 + (shape.length > 0)]
    assert kinds == {
        "step": {0: 0.7},
        "ramp": {3: 0.09, 6: 0.06, 12: 0.05},
        "hinge": {0: 0.05},
        "pulse": {1: 0.01, 3: 0.02, 6: 0.02},
    }
    assert sum(share for _, share in KNOWN_SHAPES) == pytest.approx(1)


@pytest.fixture(scope="module")
def made():
    """A change at the sixteenth of 24 places over three of them, whose posterior is given by the tests."""
    return known_change(counts_with(np.full(24, 9.0)), 15, (15, 17), prior=CALM)


def test_probabilities_and_the_p_value_are_tails_of_the_posterior(made):
    for mean in (0.3, -0.3):
        found = replace(made, log_ratio=Mixture(np.ones(1), np.array([mean]), np.array([0.2])))
        assert found.pvalue == pytest.approx(2 * norm.sf(1.5))
        assert found.at_least(1.2) == pytest.approx(norm.sf(np.log(1.2), mean, 0.2))
        assert found.at_most(1.2) == pytest.approx(norm.cdf(np.log(1.2), mean, 0.2))


@pytest.mark.parametrize("untold", [0.0, 0.24])
def test_what_lasts_is_weighed_at_even_odds_of_what_does_and_what_does_not(made, untold):
    """Evidence of four to one for a pulse, by its share beforehand one to one: sixteen to one."""
    terms = candidates(24, (STEP, PULSE), np.array([15]))
    weighed = replace(made.weighed, candidates=terms, log_change=np.log([[0.2, 0.8]]) - 900)
    found = replace(made, weighed=weighed, widening=Widening(untold=untold))
    for later, chance in (((18, 20), 1 / 17), ((15, 17), 1.0), ((16, 17), 1.0), ((16, 18), 1.0), ((17, 20), 1 / 17)):
        assert found.lasting(*later) == pytest.approx((1 - untold) * chance + untold / 2)
    none = replace(
        found,
        weighed=replace(weighed, candidates=candidates(24, (PULSE,), np.array([15])), log_change=np.zeros((1, 1))),
    )
    assert none.lasting(20, 22) == pytest.approx(untold / 2)


def test_half_of_an_effect_is_enough_to_last(made):
    """A pulse of six is there in half of the six places from its fourth on, and in less of seven."""
    weighed = replace(
        made.weighed,
        candidates=candidates(24, (Shape("pulse of 6", "pulse", 6, ((1.0, 1.0),)),), np.array([15])),
        log_change=np.zeros((1, 1)),
    )
    found = replace(made, weighed=weighed, widening=Widening())
    assert (found.lasting(18, 23), found.lasting(19, 23)) == (1.0, 0.0)


@pytest.mark.parametrize(("span", "question"), [((24, 28), "short"), ((24, 29), "long"), ((24, 47), "long")])
def test_an_effect_is_widened_by_what_was_learned_of_its_length_and_of_counts_so_many(span, question):
    rows = [(False, "short", 48, 1.5, 0.3), (False, "long", 48, 1.2, 0.1), (True, "long", 48, 9.0, 9.0)]
    counts = counts_with(np.full(48, 3.0))
    counts[4] = np.nan
    table = Calibration(tuple(rows))
    told, bare = (known_change(counts, 24, span, prior=replace(CALM, calibration=each)) for each in (table, None))
    assert told.widening == table.widening(question, 48, 12.0, np.nanmean(counts)) != bare.widening == Widening()
    assert told.log_ratio.interval() == pytest.approx(told.widening.of(bare.log_ratio).interval())
    trials = np.full(48, 6.0)
    part = known_change(np.minimum(counts, 6), 24, span, prior=replace(CALM, calibration=table), trials=trials)
    assert part.widening == table.widening(question, 48, 12.0, 6.0)


@pytest.mark.parametrize("few", [slice(12, 24), slice(0, 12)])
@pytest.mark.parametrize("rest", [None, 9.0, 60.0])
def test_of_fewer_than_forty_incidents_on_a_side_the_posterior_is_skewed(few, rest):
    """Forty are as many as a normal takes, whether they are all that was counted or a part."""
    for number, skewed in ((40, False), (39, True)):
        counts = np.full(24, 20.0)
        counts[few] = np.r_[np.full(11, 3.0), number - 33.0]
        found = known_change(counts, 12, prior=CALM, trials=None if rest is None else counts + rest)
        assert (len(found.log_ratio.mean) > 100) is skewed


def test_of_a_part_its_rest_is_counted_too():
    for number, skewed in ((40, False), (39, True)):
        trials = 20.0 + np.r_[np.full(12, 9.0), np.full(11, 3.0), number - 33.0]
        found = known_change(np.full(24, 20.0), 12, prior=CALM, trials=trials)
        assert (len(found.log_ratio.mean) > 100) is skewed


def test_a_series_is_taken_at_its_exposure_and_place_in_the_year_with_what_is_known():
    counts, size, column = counts_with(np.full(24, 9.0)), np.linspace(0.5, 1, 24), np.arange(24) % 2 * 1.0
    found = known_change(
        counts,
        12,
        prior=CALM,
        exposure=size,
        known=((column, 0.1),),
        first_month=2,
        per_year=4.0,
        shapes=((STEP, 1.0),),
    )
    level = found.level
    np.testing.assert_allclose(np.exp(level.log_exposure), size)
    assert (level.first_month, level.per_year, level.known[0][1]) == (2, 4.0, 0.1)
    assert found.shapes == (("step", pytest.approx(1.0)),) and found.weighed.candidates.year == 4.0


def test_an_answer_does_not_depend_on_what_is_asked_beside_it():
    rng = np.random.default_rng(8)
    several = [rng.poisson(mean, n).astype(float) for mean, n in ((6, 36), (0.5, 60), (90, 24))]
    alone = [known_change(counts, 16).log_ratio.interval() for counts in several]
    assert [known_change(counts, 16).log_ratio.interval() for counts in reversed(several)] == alone[::-1]
