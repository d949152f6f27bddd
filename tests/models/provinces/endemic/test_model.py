import numpy as np
import pandas as pd
import pytest

from trends import drawing
from trends.counts.panel import Panel
from trends.errors import InputError, ModelError
from trends.models.provinces.endemic.model import EndemicModel
from trends.periods import span

NAMES = ["Anbar", "Babil", "Diyala", "Kirkuk", "Nineveh", "Wasit"]
RING = pd.DataFrame(0, index=NAMES, columns=NAMES)
for _n in range(6):
    RING.iloc[_n, (_n + 1) % 6] = RING.iloc[(_n + 1) % 6, _n] = 1
PLAIN = {"trend": False, "relative": False}


def ring_panel(own=0.4, near=0.15, endemic=2.0, n=120, rng=0, dispersion=0.0):
    """Counts on a ring of six provinces whose weights are known."""
    rng = np.random.default_rng(rng)
    counts = np.full((n, 6), 5.0)
    for t in range(1, n):
        mean = endemic + own * counts[t - 1] + near * counts[t - 1] @ RING.to_numpy()
        counts[t] = rng.poisson(rng.gamma(1 / dispersion, dispersion * mean) if dispersion else mean)
    return Panel(pd.DataFrame(counts, span("2010-01", "2030-12", "M")[:n], NAMES))


@pytest.fixture(scope="module")
def fitted():
    return EndemicModel(ring_panel(), RING, **PLAIN).fit()


@pytest.fixture(scope="module")
def measles(reference):
    """Measles in the Weser-Ems region, 2001 and 2002, as in the vignette hhh4_spacetime of R's surveillance."""
    counts = pd.read_csv(reference("measles_weserems_counts.csv"), index_col="week").astype(float)
    order = pd.read_csv(reference("measles_weserems_nborder.csv"), index_col="unit")
    units = pd.read_csv(reference("measles_weserems_units.csv"), dtype={"unit": str}).set_index("unit")
    order.index = order.columns = units.index
    counts.index, weeks = span("2001-W01", "2003-W52", "W")[: len(counts)], np.arange(len(counts))
    waves = {"t": weeks, "sin": np.sin(2 * np.pi * weeks / 52), "cos": np.cos(2 * np.pi * weeks / 52)}
    return EndemicModel(
        Panel(counts),
        (order == 1).astype(float),
        trend=False,
        relative=False,
        intercepts=False,
        exog=pd.DataFrame(waves, counts.index),
        population=units["popfrac"],
    ).fit()


def test_the_published_fit_of_measles_is_matched(measles):
    # tests/reference/endemic.R: its search stops at a gradient of 1e-6 or so, ours at one of rounding.
    assert measles.llf == pytest.approx(-971.7208958, abs=1e-6)
    ratios = [measles.rate_ratio(term)["ratio"] for term in ("own past", "neighbours", "const")]
    assert ratios == pytest.approx([0.64540319996, 0.01580512383, 1.08024776913], rel=1e-6)
    assert measles.params[["t", "sin", "cos"]].to_numpy() == pytest.approx(
        [0.001184455153, 0.937730753600, -0.689996010456], rel=1e-6
    )
    assert measles.overdispersion == pytest.approx(2.01383902776, rel=1e-6)


def test_the_published_standard_errors_of_measles_are_matched(measles):
    # R takes them from the Hessian at its own stopping point.
    published = [0.12282321, 0.26575951, 0.25812492, 0.00425884853, 0.19105471, 0.17815270, 0.28544111]
    assert measles.bse.to_numpy() == pytest.approx(published, rel=1e-5)


def test_known_weights_are_recovered(fitted):
    own, near = fitted.rate_ratio("own past"), fitted.rate_ratio("neighbours")
    assert own["lower"] < 0.4 < own["upper"]
    assert near["lower"] < 0.15 < near["upper"]


def test_intervals_cover_the_weights():
    held = []
    for seed in range(40):
        results = EndemicModel(ring_panel(n=60, rng=seed, dispersion=0.2), RING, intercepts=False, **PLAIN).fit()
        bounds = np.exp(results.conf_int().loc[["own past", "neighbours"]])
        held += [_holds(bounds.loc["own past"], 0.4)]
        held += [_holds(bounds.loc["neighbours"], 0.15)]
    # 80 intervals at 95 %: fewer than 70 come by chance in one of 300 such tests.
    assert sum(held) >= 70


def _holds(bounds, value):
    return bounds["lower"] <= value <= bounds["upper"]


def test_negative_binomial_counts_show_their_overdispersion():
    results = EndemicModel(ring_panel(dispersion=0.5, rng=3), RING, **PLAIN).fit()
    lower, upper = results.conf_int().loc["overdispersion"]
    assert lower < 0.5 < upper


def test_poisson_counts_fall_back_to_no_overdispersion():
    results = EndemicModel(ring_panel(rng=5), RING, family="poisson", **PLAIN).fit()
    assert results.overdispersion == 0 and np.isnan(results.bse["overdispersion"])


def test_shares_add_up_and_are_those_of_the_truth(fitted):
    table = fitted.shares()
    assert table[["own past", "neighbours", "endemic"]].sum(axis=1).to_numpy() == pytest.approx(1)
    # In balance own past makes 0.4 and two neighbours 0.3 of what is expected; standard errors are about 0.04.
    assert table.loc["all", "own past"] == pytest.approx(0.4, abs=0.12)
    assert table.loc["all", "neighbours"] == pytest.approx(0.3, abs=0.12)


def test_fitted_values_are_the_sum_of_the_parts_and_balance_the_counts(fitted):
    total = fitted.fittedvalues.to_numpy()
    assert np.isnan(total[0]).all()
    # The score of an intercept: a Poisson-like fit reproduces totals, up to the weights of overdispersion.
    assert np.nansum(total) == pytest.approx(fitted.model.panel.counts.to_numpy()[1:].sum(), rel=0.01)


def test_an_unwatched_cell_is_neither_response_nor_past():
    panel = ring_panel()
    counts = panel.counts.copy()
    counts.iloc[50, 2] = np.nan
    results = EndemicModel(Panel(counts), RING, **PLAIN).fit()
    used = results.model.used
    assert not used[50, 2] and not used[51, 2]
    # Its neighbours stay responses: the one that was watched stands for both.
    assert used[51, 1] and results.model.past.near[51, 1] == 2 * counts.iloc[50, 0]
    said = " ".join(results.warnings)
    assert "1 watched cells are no responses" in said and "In 2 cells a neighbour was not watched" in said


def test_a_cell_whose_neighbours_were_all_unwatched_is_no_response():
    counts = ring_panel().counts.copy()
    counts.iloc[50, [0, 2]] = np.nan
    assert not EndemicModel(Panel(counts), RING, **PLAIN).used[51, 1]


def test_half_watched_periods_do_not_move_the_weights():
    panel = ring_panel(n=240, endemic=8.0)
    rng = np.random.default_rng(1)
    exposure = pd.DataFrame(1.0, panel.index, NAMES)
    exposure.iloc[100:200:10] = 0.5
    counts = panel.counts.where(exposure == 1, rng.binomial(panel.counts.astype(int), 0.5))
    whole, part = (EndemicModel(each, RING, **PLAIN).fit() for each in (panel, Panel(counts, exposure)))
    assert part.rate_ratio("own past")["ratio"] == pytest.approx(whole.rate_ratio("own past")["ratio"], abs=0.08)


def test_a_common_course_is_not_taken_for_contagion():
    index = span("2013-01", "2020-12", "M")
    rng = np.random.default_rng(8)
    course = np.exp(1 + 1.2 * np.sin(np.arange(96) / 12))[:, None] * np.array([1, 2, 0.5, 1, 3, 1.0])
    panel = Panel(pd.DataFrame(rng.poisson(course) * 1.0, index, NAMES))
    stiff = EndemicModel(panel, RING, trend=True).fit().neighbour_test("simulation", draws=39)
    bent = EndemicModel(panel, RING).fit()
    assert stiff.pvalue <= 0.025
    assert all(bent.neighbour_test(against, draws=39).pvalue > 0.05 for against in ("simulation", "maps"))


def test_neighbours_that_matter_are_found_by_both_tests(fitted):
    simulated, maps = fitted.neighbour_test("simulation", draws=39), fitted.neighbour_test("maps", draws=39)
    assert simulated.pvalue <= 0.025 and maps.pvalue <= 0.1
    assert simulated.statistic == maps.statistic > 5
    assert str(simulated).startswith("Null: Neighbours add nothing")


def test_the_simulated_test_keeps_its_size():
    rejected = sum(
        EndemicModel(ring_panel(near=0.0, n=40, rng=seed), RING, intercepts=False, **PLAIN)
        .fit()
        .neighbour_test("simulation", draws=19, rng=seed)
        .pvalue
        <= 0.05
        for seed in range(40)
    )
    # Nominal: 2 of 40; more than 6 come by chance in one of 290 such tests.
    assert rejected <= 6


def test_predictions_hold_the_next_counts_as_often_as_they_say(fitted):
    table = fitted.predict()
    last = fitted.model.panel.counts.iloc[-1]
    own, near = np.exp(fitted.params[["own past", "neighbours"]])
    levels = np.exp(fitted.params[NAMES])
    assert table["mean"].to_numpy() == pytest.approx((own * last + near * last @ RING + levels).to_numpy())
    held = 0
    for seed in range(30):
        panel = ring_panel(n=61, rng=100 + seed)
        bounds = EndemicModel(panel.span(None, panel.index[59]), RING, **PLAIN).fit().predict(draws=299)
        held += int(panel.counts.iloc[60].between(bounds["lower"], bounds["upper"]).sum())
    assert 0.9 * 180 <= held <= 180


def test_simulated_panels_look_like_what_they_were_made_from(fitted):
    drawn = fitted.drawn(fitted.fit.params, 50, np.random.default_rng(1))
    assert drawn.shape == (50, 120, 6)
    assert drawn.mean() == pytest.approx(fitted.model.panel.counts.to_numpy().mean(), rel=0.1)
    again = fitted.simulate(rng=1)
    assert again.counts.equals(fitted.simulate(rng=1).counts) and again.provinces == NAMES


def test_steps_multiply_all_parts():
    panel = ring_panel(own=0.2, near=0.05, endemic=10.0)
    halved = panel.counts.copy()
    halved.iloc[60:, 2] = np.random.default_rng(2).binomial(halved.iloc[60:, 2].astype(int), 0.5)
    table = pd.DataFrame(0.0, panel.index, ["Diyala"])
    table.iloc[60:] = 1
    results = EndemicModel(Panel(halved), RING, steps={"operation": table}, **PLAIN).fit()
    ratio = results.rate_ratio("operation")
    # Own past falls with the counts, so that the step given the past is less than a half away.
    assert ratio["lower"] < 0.56 < ratio["upper"] and ratio["upper"] < 1


def test_charts_show_parts_and_shares(fitted):
    bars = fitted.plot_shares()
    assert [label.get_text() for label in bars.get_legend().get_texts()] == ["own past", "neighbours", "endemic"]
    assert sum(bar.get_width() for bar in bars.patches) == pytest.approx(6)
    drawing.close(bars)
    course = fitted.plot_fit("Diyala")
    assert course.get_title(loc="left") == "Diyala" and len(course.collections) == 3
    drawing.close(course)


def test_the_contract_is_kept(fitted):
    assert list(fitted.params.index) == list(fitted.bse.index) == fitted.model.terms
    assert list(fitted.conf_int().columns) == ["lower", "upper"]
    assert list(fitted.summary().columns) == ["params", "bse", "ratio", "lower", "upper"]
    assert "log likelihood" in fitted._repr_html_() and "EndemicResults(" in repr(fitted)
    assert fitted.pvalues["own past"] != fitted.pvalues["own past"]


def test_the_names_of_neighbours_may_be_spelt_in_other_ways():
    other = RING.rename(index={"Nineveh": "Ninewa"}, columns={"Nineveh": "Ninewa"})
    assert (EndemicModel(ring_panel(), other, **PLAIN).weights == RING.to_numpy()).all()


def test_a_neighbour_outside_the_panel_is_told():
    model = EndemicModel(ring_panel().select(NAMES[:5]), RING, **PLAIN)
    assert model.outside == ["Wasit"] and "Wasit, which the panel does not hold" in " ".join(model.fit().warnings)


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"neighbours": RING.iloc[:5, :5]}, InputError, "read the neighbours of the provinces: found no row for Wasit"),
        ({"neighbours": RING - 1}, InputError, "found a weight that is below 0, or missing, or of a"),
        ({"neighbours": RING.iloc[:5]}, InputError, "found a DataFrame whose rows and columns differ"),
        ({"family": "normal"}, ModelError, "found family='normal'; allowed: negbin, poisson; name one of these."),
        ({"trend": 77}, ModelError, "found trend=77; allowed: \"smooth\", True, False, or a number of pieces"),
        ({"exog": pd.DataFrame({"a": [1]})}, ModelError, "read exog: found a column without periods"),
        ({"population": pd.Series({"Anbar": 1.0})}, InputError, "found no number for Babil"),
        ({"steps": {"s": pd.DataFrame()}}, ModelError, "read the step 's': found an empty table"),
        ({"neighbours": RING * 0}, ModelError, "found no incident in any neighbour in any period before"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_words(change, kind, message):
    options = {"neighbours": RING, "panel": ring_panel(n=40), **change}
    with pytest.raises(kind) as error:
        EndemicModel(options.pop("panel"), options.pop("neighbours"), **options)
    assert message in str(error.value)


def test_a_bare_table_is_refused():
    with pytest.raises(InputError, match=r"^call EndemicModel: found panel=.*; allowed: a Panel; give that\.$"):
        EndemicModel(ring_panel().counts, RING)


def test_a_panel_that_is_too_short_is_refused():
    with pytest.raises(ModelError) as error:
        EndemicModel(ring_panel(n=4), RING, trend=1)
    assert "found 18 cells; allowed: more than two cells for each of the 10 parameters" in str(error.value)


def test_columns_that_follow_from_others_are_refused():
    panel = ring_panel(n=40)
    with pytest.raises(ModelError) as error:
        EndemicModel(panel, RING, exog=pd.DataFrame({"one": 1.0}, panel.index))
    assert "found 'one', which follow from the other columns" in str(error.value)
