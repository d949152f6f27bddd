"""Nowcasts: the share reported of the newest periods, and how many incidents they will have."""

import csv
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from trends.counts.panel import Panel
from trends.errors import ModelError
from trends.models.completeness.nowcast import delay_drift, nowcast
from trends.models.regression import CountRegression
from trends.periods import span

REFERENCE = Path(__file__).parents[2] / "reference"
SHARES = np.array([0.35, 0.30, 0.15, 0.10, 0.06, 0.04])
INDEX = span("2018-01", "2020-12", "M")


def cut(full):
    """A table of all reports as it was known when its last period ended."""
    table = full.astype(float)
    table[np.add.outer(np.arange(len(full)), np.arange(full.shape[1])) >= len(full)] = np.nan
    return pd.DataFrame(table, span("2018-01", "2020-12", "M")[-len(full) :])


def negative_binomial(rng, mean=20.0, size=4.0, shares=SHARES):
    return rng.poisson(rng.gamma(size, mean * shares / size, (len(INDEX), len(shares))))


def test_the_share_reported_and_the_total_are_recovered():
    full = np.random.default_rng(2).poisson(400 * SHARES, (36, 6))
    found = nowcast(cut(full), rng=1)
    np.testing.assert_allclose(found.delays, np.cumsum(SHARES), atol=0.02)
    np.testing.assert_allclose(found.exposure.tail(6), np.cumsum(SHARES)[::-1], atol=0.02)
    np.testing.assert_allclose(found.table["nowcast"].tail(5), full.sum(axis=1)[-5:], rtol=0.12)
    assert (found.exposure.iloc[:-5] == 1).all()
    assert abs(found.dispersion - 1) < 0.2


@pytest.mark.parametrize("mean, size", [(5, 2), (20, 4), (80, 4)])
def test_intervals_cover_93_percent_of_negative_binomial_counts(mean, size):
    rng, inside = np.random.default_rng(4), []
    for _ in range(120):
        full = negative_binomial(rng, mean, size)
        newest = nowcast(cut(full), draws=499, rng=rng).table.iloc[-5:]
        inside.append((newest["lower"] <= full.sum(axis=1)[-5:]) & (full.sum(axis=1)[-5:] <= newest["upper"]))
    assert np.mean(inside) >= 0.93
    assert np.mean(inside, axis=0).min() >= 0.90


def test_the_delay_distribution_is_that_of_the_package_surveillance():
    with open(REFERENCE / "nowcast_hus.csv", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    days = pd.PeriodIndex([row[0] for row in rows[:-1]], freq="D")
    triangle = pd.DataFrame([[float(cell or "nan") for cell in row[1:]] for row in rows[:-1]], days)
    # tests/reference/nowcast.R; both are products of the same ratios, so only rounding differs.
    np.testing.assert_allclose(nowcast(triangle, draws=99).delays, [float(x) for x in rows[-1][1:]], rtol=1e-12)


def test_a_day_of_which_nothing_can_be_known_is_not_watched():
    full = np.random.default_rng(5).poisson([0, 8, 5], (20, 3))
    found = nowcast(cut(full))
    assert found.exposure.iloc[-1] == 0 and found.table[["nowcast", "lower", "upper"]].iloc[-1].isna().all()
    assert "Nothing of 2020-12 can have been reported yet: it is not watched." in found.sentences()


def test_a_period_without_reports_may_still_have_had_incidents():
    full = np.random.default_rng(6).poisson(3 * SHARES, (36, 6))
    full[-1, 0] = 0
    row = nowcast(cut(full)).table.iloc[-1]
    assert row["nowcast"] == row["lower"] == 0 < row["upper"]


def test_reports_that_come_later_than_they_did_are_told():
    rng = np.random.default_rng(7)
    slow = SHARES[::-1]
    full = np.vstack([rng.poisson(40 * SHARES, (18, 6)), rng.poisson(40 * slow, (18, 6))])
    found = nowcast(cut(full))
    assert found.drift[0] > 3
    assert any(
        sentence.startswith("The newer half of the periods was reported later") for sentence in found.sentences()
    )
    newest = nowcast(cut(full), newest=18)
    np.testing.assert_allclose(newest.delays, np.cumsum(slow), atol=0.06)
    assert newest.exposure.iloc[-1] < found.exposure.iloc[-1]


def test_the_test_of_drift_holds_its_size():
    rng = np.random.default_rng(8)
    pvalues = [delay_drift(cut(rng.poisson(15 * SHARES, (36, 6))).to_numpy(), 1.0)[1] for _ in range(400)]
    assert 0.025 < np.mean(np.array(pvalues) < 0.05) < 0.08


def test_a_corrected_panel_brings_the_rate_back_without_touching_the_counts():
    full = np.random.default_rng(9).poisson(100 * SHARES, (36, 6))
    triangle = cut(full)
    panel = Panel(pd.DataFrame({"Diyala": triangle.sum(axis=1)}, index=triangle.index))
    fixed = nowcast(triangle).corrected(panel)
    assert fixed.counts.equals(panel.counts)
    newest = pd.DataFrame({"newest": (INDEX >= "2020-08") * 1.0}, index=INDEX)
    assert CountRegression(panel["Diyala"], newest).fit().rate_ratio("newest")["upper"] < 0.9
    known = CountRegression(fixed["Diyala"], newest).fit().rate_ratio("newest")
    assert known["lower"] < 1 < known["upper"]
    assert fixed.notes[-1].startswith("Exposure of 2020-08, 2020-09")


def test_a_panel_that_goes_on_after_the_triangle_is_refused():
    found = nowcast(cut(negative_binomial(np.random.default_rng(1))), draws=99)
    panel = Panel(pd.DataFrame({"Diyala": [1, 2]}, index=span("2020-12", "2021-01", "M")))
    with pytest.raises(ModelError) as told:
        found.corrected(panel)
    assert str(told.value) == (
        "correct a panel for what has not been reported yet: found a panel by the month to 2021-01; allowed: one by "
        "the month that ends by 2020-12; cut it with span(), or build the triangle by the panel’s periods."
    )


GOOD = cut(negative_binomial(np.random.default_rng(1)))
SHAPE = "allowed: whole numbers by period and by the delays 0, 1, ..., in each row known up to some delay"


@pytest.mark.parametrize(
    "triangle, options, message",
    [
        (GOOD.to_numpy(), {}, "found ndarray; allowed: a table of periods by delays"),
        (GOOD.iloc[:1], {}, f"found fewer than two periods; {SHAPE}"),
        (GOOD.rename(columns={0: "now"}), {}, f"found the columns now, 1, 2, 3, 4, 5; {SHAPE}"),
        (
            pd.DataFrame({delay: GOOD[delay] if delay != 1 else np.nan for delay in GOOD}),
            {},
            f"found 2018-01 with a gap among its delays; {SHAPE}",
        ),
    ],
)
def test_a_table_that_is_no_triangle_is_refused(triangle, options, message):
    with pytest.raises(ModelError) as told:
        nowcast(triangle, **options)
    assert str(told.value) == f"nowcast the newest periods: {message}; build it with reporting_triangle()."


@pytest.mark.parametrize(
    "triangle, options, message",
    [
        (
            GOOD,
            {"newest": 3},
            "found newest=3; allowed: a whole number from 6 to 36; choose such a number.",
        ),
        (
            GOOD,
            {"level": 95},
            "found level=95; allowed: a number between 0 and 1; take 0.95 for 95 %.",
        ),
        (
            GOOD.iloc[::2],
            {},
            "found no period between 2018-01 and 2018-03; allowed: every period from the first to the last, each once, "
            "in order; reindex the series; a period that was not watched is NaN.",
        ),
        (
            GOOD.replace({GOOD.iloc[0, 0]: -1.0}),
            {},
            "found the count -1 in 2018-01; allowed: whole numbers from 0 up, and NaN where nothing was watched; "
            "correct the value, or make it NaN where the period was not watched.",
        ),
        (
            GOOD * 0,
            {},
            "found 36 periods and 6 delays with 0 incidents, from which no delay can be learnt; allowed: every delay "
            "seen in one period at least, and more cells with incidents than periods and delays; take more periods, or "
            "build the triangle with a shorter longest=.",
        ),
    ],
)
def test_what_cannot_be_learnt_is_refused(triangle, options, message):
    with pytest.raises(ModelError) as told:
        nowcast(triangle, **options)
    assert str(told.value) == f"nowcast the newest periods: {message}"


def test_the_same_seed_gives_the_same_nowcast_and_nothing_is_changed():
    before = GOOD.copy()
    pd.testing.assert_frame_equal(nowcast(GOOD, rng=3).table, nowcast(GOOD, rng=3).table)
    pd.testing.assert_frame_equal(GOOD, before)


def test_the_chart_shows_what_is_reported_and_what_is_expected():
    found = nowcast(GOOD)
    ax = found.plot()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "95 % interval",
        "expected in the end",
        "reported so far",
    ]
    shown = ax.get_lines()[0].get_ydata()
    np.testing.assert_allclose(shown, found.table["nowcast"].tail(6))
    plt.close(ax.figure)
