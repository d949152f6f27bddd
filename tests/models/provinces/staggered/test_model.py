import matplotlib
import numpy as np
import pandas as pd
import pytest

from trends.counts.panel import Panel
from trends.counts.simulate import simulate_panel
from trends.errors import InputError, ModelError
from trends.models.provinces.staggered import saturated
from trends.models.provinces.staggered.model import StaggeredModel
from trends.periods import span

matplotlib.use("Agg")
MONTHS = span("2015-01", "2018-12", "M")


def growing(rng):
    """Eight provinces reached in month 12, whose effect grows, eight in month 30 (.3), two never; and the truth."""
    first = np.repeat([12, 30, 99], [8, 8, 2])
    since = np.arange(48) - first[:, None]
    effect = np.where(since >= 0, np.where(first[:, None] == 12, 0.05 * (since + 1), 0.3), 0.0)
    plain = np.exp(rng.normal(2, 0.5, (18, 1)) + 0.3 * np.sin(np.arange(48) / 3))
    rate, names = plain * np.exp(effect), [f"P{place}" for place in range(18)]
    counts = rng.poisson(rate * rng.gamma(10, 0.1, rate.shape)).astype(float)
    schedule = {name: MONTHS[start] for name, start in zip(names, first, strict=True) if start < 48}
    truth = np.log(rate[since >= 0].sum() / plain[since >= 0].sum())
    return Panel(pd.DataFrame(counts.T, MONTHS, names)), schedule, truth


def stepped(rng=3, provinces=8, reached=3, ratio=2.0, **options):
    ratios = [ratio] * reached + [1.0] * (provinces - reached)
    panel = simulate_panel(provinces, 36, at="2017-01", rate_ratio=ratios, rng=rng, **options)
    return panel, {f"Province {place + 1}": "2017-01" for place in range(reached)}


@pytest.fixture(scope="module")
def results():
    return StaggeredModel(*stepped()).fit()


def test_effects_that_grow_are_recovered_where_the_twoway_fit_has_the_wrong_sign():
    found = []
    for seed in range(12):
        panel, schedule, truth = growing(np.random.default_rng(seed))
        found.append([truth, *StaggeredModel(panel, schedule, draws=19).fit().params])
    truth, imputation, saturated, twoway = np.mean(found, axis=0)
    assert truth == pytest.approx(0.88, abs=0.04)
    # 12 panels with a standard deviation of about .09: three standard errors are .08.
    assert imputation == pytest.approx(truth, abs=0.08) and saturated == pytest.approx(imputation, abs=1e-8)
    assert twoway < 0


def test_a_growing_effect_is_said_in_words_and_seen_in_the_event_study():
    panel, schedule, _ = growing(np.random.default_rng(7))
    fit = StaggeredModel(panel, schedule, draws=199).fit()
    assert any("has another sign than that by imputation" in sentence for sentence in fit.warnings)
    course = fit.event_study["coefficient"]
    assert course.loc[8:].mean() > course.loc[:3].mean() + 0.1 and fit.pretrends["pvalue"] > 0.05
    assert course.index.tolist() == list(range(-6, 13))


def test_a_step_of_two_is_recovered_with_its_interval(results):
    ratio = results.rate_ratio()
    assert ratio["lower"] < 2 < ratio["upper"] and ratio["ratio"] == pytest.approx(2, rel=0.15)
    assert results.n_schedules == 56 and results.experiment.schedules.exact
    assert results.pvalue == pytest.approx(2 / 56)


def test_with_one_date_and_no_gaps_all_estimates_are_the_ratio_of_ratios(results):
    counts = results.model.panel.counts
    table = np.array([[counts.iloc[rows, columns].to_numpy().sum() for rows in (slice(24), slice(24, 36))]
                      for columns in (slice(3), slice(3, 8))])  # fmt: skip
    plain = np.log(table[0, 1] / table[0, 0] / (table[1, 1] / table[1, 0]))
    np.testing.assert_allclose(results.params, plain, atol=1e-8)


def test_amounts_are_recovered_per_unit():
    panel, _ = stepped(reached=0, provinces=12, base=30.0)
    dose = pd.DataFrame(0.0, panel.index, panel.provinces)
    dose.iloc[18:, 0], dose.iloc[18:, 1], dose.iloc[24:, 2], dose.iloc[24:, 3] = 1, 2, 3, 1
    rng = np.random.default_rng(2)
    panel = Panel(panel.counts + rng.poisson(30 * np.expm1(0.3 * dose)))
    fit = StaggeredModel(panel, dose, draws=199).fit()
    assert fit.estimate == pytest.approx(0.3, abs=0.05) and fit.params["two-way"] == pytest.approx(0.3, abs=0.05)
    assert list(fit.params.index) == ["imputation", "two-way"] and "a unit of dose" in fit.sentences()[1]
    with pytest.raises(ModelError, match="found a schedule of amounts; allowed: a schedule of dates"):
        _ = fit.saturated


def test_cells_not_watched_and_exposure_are_heeded():
    panel, schedule = stepped(base=40.0)
    counts, exposure = panel.counts.copy(), panel.exposure.copy()
    counts.iloc[5:9, 0], exposure.iloc[5:9, 0] = np.nan, 0
    half = np.random.default_rng(1).binomial(counts.iloc[24:, 1].to_numpy(int), 0.5)
    counts.iloc[24:, 1], exposure.iloc[24:, 1] = half, 0.5
    fit = StaggeredModel(Panel(counts, exposure), schedule).fit()
    assert fit.rate_ratio()["ratio"] == pytest.approx(2, rel=0.1)
    assert fit.twoway.nobs == 8 * 36 - 4 and fit.fittedvalues.iloc[5:9, 0].isna().all()


def test_a_saturated_fit_that_is_refused_is_told_and_spoils_nothing(monkeypatch):
    monkeypatch.setattr(saturated, "_CELLS", 1000)
    fit = StaggeredModel(*stepped()).fit()
    assert np.isnan(fit.params["saturated"]) and fit.summary().loc["imputation"].notna().all()
    assert any(sentence.startswith("There is no saturated estimate: fit an effect for") for sentence in fit.warnings)
    with pytest.raises(ModelError, match="allowed: at most 3"):
        _ = fit.saturated


def test_silent_provinces_drop_out_and_are_named():
    panel, schedule = stepped()
    wider = Panel(panel.counts.assign(Quiet=0.0, Calm=0.0))
    fit, plain = StaggeredModel(wider, schedule | {"Calm": "2017-01"}).fit(), StaggeredModel(panel, schedule).fit()
    assert fit.model.silent == ["Quiet", "Calm"]
    assert fit.pvalue == plain.pvalue and fit.params.equals(plain.params)
    assert "Nothing was counted in Quiet and Calm: they say nothing about ratios and took no part." in fit.warnings


def test_one_reached_province_of_nine_gets_no_interval_and_is_told_why():
    fit = StaggeredModel(*stepped(provinces=9, reached=1, ratio=5.0)).fit()
    assert fit.conf_int().loc["imputation"].tolist() == [-np.inf, np.inf] and fit.pvalue == pytest.approx(2 / 9)
    assert np.isnan(fit.bse["imputation"])
    assert fit.warnings[:2] == (
        "There are only 9 admissible schedules: no p-value can fall below 0.222.",
        "Only 1 province was reached: clustered standard errors are far too small for so few; read the interval by "
        "randomisation.",
    )
    assert fit.sentences()[2] == (
        "With 9 schedules no p-value can fall below 0.222: there is no 95 % interval: at this level any effect is "
        "compatible with these data."
    )


def test_nothing_counted_after_is_minus_infinity_without_a_crash():
    panel, schedule = stepped()
    counts = panel.counts.copy()
    counts.iloc[24:, :3] = 0
    fit = StaggeredModel(Panel(counts), schedule).fit()
    assert fit.estimate == -np.inf and fit.params["two-way"] == -np.inf and fit.pvalue < 0.05
    ratio = fit.rate_ratio()
    assert ratio["ratio"] == ratio["lower"] == 0 and 0 < ratio["upper"] < 0.2


def test_eligible_provinces_and_listed_alternatives_bound_the_schedules():
    panel, schedule = stepped()
    some = StaggeredModel(panel, schedule, eligible=[f"Province {i}" for i in range(1, 7)]).fit()
    assert some.n_schedules == 20
    dates = [{name: f"2016-{month:02d}" for name in schedule} for month in range(3, 13)]
    assert StaggeredModel(panel, schedule, alternatives=dates).fit().n_schedules == 11


def test_estimates_hang_together_over_left_out_provinces(results):
    table = results.leave_one_out
    assert list(table.index) == results.model.provinces and table["reached"].sum() == 3
    assert table["imputation"].between(0.4, 1).all()
    panel, schedule = stepped(provinces=6, reached=1)
    alone = StaggeredModel(panel, schedule).fit().leave_one_out
    assert np.isnan(alone.loc["Province 1", "imputation"]) and alone["imputation"].notna().sum() == 5


def test_the_results_keep_the_contract(results):
    summary = results.summary()
    assert list(summary.index) == ["imputation", "saturated", "two-way"]
    assert list(summary) == ["coefficient", "se", "pvalue", "rate_ratio", "lower", "upper", "inference"]
    assert list(results.conf_int(0.1)) == ["lower", "upper"]
    wide, narrow = results.conf_int(0.05), results.conf_int(0.2)
    assert (wide["lower"] <= narrow["lower"]).all() and (wide["upper"] >= narrow["upper"]).all()
    assert results.pvalues.between(0, 1).all() and results.bse.gt(0).all()
    assert results.fittedvalues.shape == results.expected.shape == (36, 8)
    np.testing.assert_allclose(results.predict({}), results.expected)
    moved = results.predict({"Province 8": "2017-12"}) / results.expected
    assert moved.iloc[-1, 7] == pytest.approx(np.exp(results.estimate)) and moved.iloc[-2, 7] == 1
    for shown in (repr(results), results._repr_html_()):
        assert "3 of 8 provinces reached, 36 months from 2015-01 to 2017-12, incidents" in shown
    assert "<table" in results._repr_html_() and "Only 3 provinces were reached" in results._repr_html_()


def test_fitting_changes_nothing_and_repeats():
    panel, schedule = stepped(provinces=14, reached=6)
    kept = panel.counts.copy()
    first, again = (StaggeredModel(panel, schedule, draws=99, rng=4).fit() for _ in range(2))
    pd.testing.assert_frame_equal(first.summary(), again.summary())
    assert panel.counts.equals(kept) and not first.experiment.schedules.exact


def test_the_event_study_is_drawn_with_its_bounds(results):
    ax = results.plot_event_study()
    table = np.exp(results.event_study)
    marks = np.concatenate([line.get_xydata() for line in ax.get_lines() if line.get_marker() in "o^v"])
    assert sorted(marks[:, 0]) == table.index.tolist()
    assert ax.get_yscale() == "log" and ax.get_ylabel() == "incidents, ratio to expected"
    assert ax.get_xlabel().startswith("Months since a province was reached. 3 of 8 provinces reached")
    bounds = np.concatenate([path.vertices[:, 1] for path in ax.collections[0].get_paths()])
    assert bounds.min() == pytest.approx(max(table["lower"].min(), ax.get_ylim()[0]))
    other = ax.figure.add_subplot()
    assert results.plot_event_study(other) is other


ALIKE = "look at the total with InterruptionModel"


@pytest.mark.parametrize(
    ("change", "schedule", "options", "message"),
    [
        (
            lambda counts: counts,
            {f"Province {place}": "2017-01" for place in range(1, 9)},
            {},
            "found one and the same schedule for all of 'Province 1', 'Province 2', 'Province 3', 'Province 4', "
            "'Province 5', 'Province 6', 'Province 7' and 'Province 8'; allowed: provinces reached at different dates, "
            f"or never; {ALIKE}.",
        ),
        (
            lambda counts: counts.assign(**{"Province 1": 0.0}),
            {"Province 1": "2017-01"},
            {},
            "found that nothing was counted, or watched, wherever and whenever a province was reached; allowed: a "
            "reached province with incidents; take another panel, or another schedule.",
        ),
        (
            lambda counts: counts,
            {"Province 1": "2015-01"},
            {},
            "found no reached province that was watched before, beside one that was not reached; allowed: such "
            "provinces; take a longer panel or more provinces.",
        ),
        (
            lambda counts: counts,
            {"Province 1": "2015-02"},
            {},
            "found a reached province that was watched for 1 period before; allowed: at least 2; take a longer panel.",
        ),
        (
            lambda counts: counts,
            {"Province 1": "2017-01"},
            {"draws": 5},
            "found draws=5; allowed: a whole number from 19 to 10000000; choose such a number.",
        ),
        (
            lambda counts: counts,
            {"Province 1": "2017-01"},
            {"leads": 23},
            "found leads=23; allowed: a whole number from 0 to 22; choose such a number.",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(change, schedule, options, message):
    with pytest.raises(ModelError) as raised:
        StaggeredModel(Panel(change(stepped()[0].counts)), schedule, **options).fit()
    assert str(raised.value) == f"compare provinces by when they were reached: {message}"


def test_other_bad_input_is_refused_in_words(results):
    panel, schedule = stepped()
    with pytest.raises(InputError, match=r"^call StaggeredModel: found panel=[^;]*; allowed: a Panel; give that"):
        StaggeredModel(panel.counts, schedule)
    with pytest.raises(InputError, match="found eligible='Province 1'; allowed: a list of texts or None"):
        StaggeredModel(panel, schedule, eligible="Province 1")
    with pytest.raises(ModelError, match="give an interval: found alpha=2"):
        results.conf_int(2)
    with pytest.raises(
        ModelError, match="read a rate ratio: found 'step'; allowed: 'imputation', 'saturated' and 'two-way'"
    ):
        results.rate_ratio("step")
