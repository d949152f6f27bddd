import numpy as np
import pandas as pd
import pytest

from trends.errors import ModelError
from trends.models.decomposition import decompose
from trends.periods import ramadan_shares, span

MONTHS = span("2013-01", "2020-12", "M")
TREND = 40 * np.exp(np.sin(np.arange(96) / 20))
SEASON = np.exp(0.4 * np.cos(2 * np.pi * np.asarray(MONTHS.month) / 12))


@pytest.fixture(scope="module")
def found():
    rate = TREND * SEASON * np.exp(0.5 * ramadan_shares(MONTHS))
    counts = pd.Series(np.random.default_rng(0).poisson(rate), index=MONTHS, name="attacks")
    return decompose(counts, calendar=["ramadan"])


def test_the_parts_multiply_to_the_counts(found):
    product = found.parts[["trend", "season", "calendar", "exposure", "remainder"]].prod(axis=1)
    assert product.to_numpy() == pytest.approx(found.parts["observed"].to_numpy())


def test_trend_and_season_are_recovered(found):
    assert np.corrcoef(np.log(found.parts["trend"]), np.log(TREND))[0, 1] > 0.97
    assert found.parts["season"].to_numpy() == pytest.approx(SEASON, rel=0.15)
    assert found.parts["remainder"].mean() == pytest.approx(1, abs=0.03)


def test_stl_beside_it_tells_the_same_story(found):
    other = found.stl()
    assert np.corrcoef(np.log(other["trend"]), np.log(found.parts["trend"]))[0, 1] > 0.95
    # Its season follows the last few years and the wandering holiday with them.
    assert np.corrcoef(np.log(other["season"]), np.log(found.parts["season"]))[0, 1] > 0.75


def test_the_equation_holds_its_numbers(found):
    assert (
        found.equation.startswith("expected count = ") and "events a month x exposure x trend(t) [4" in found.equation
    )
    assert "^(share of days in ramadan)" in found.equation
    assert found.equation.count("season(t) [11 coefficients]") == 1


def test_stl_refuses_a_series_with_a_hole():
    counts = pd.Series(np.random.default_rng(0).poisson(TREND), index=MONTHS).astype(float)
    counts.iloc[3] = np.nan
    holed = decompose(counts, seasons=1)
    assert holed.parts["remainder"].isna().sum() == 1 and holed.parts["trend"].notna().all()
    with pytest.raises(ModelError) as error:
        holed.stl()
    assert str(error.value) == (
        "decompose by STL: found 1 unwatched of 96 periods, 12 a year; "
        "allowed: two years or more, every period watched, two or more periods a year; "
        "use the model's own decomposition."
    )


def test_each_part_has_a_chart_of_its_own(found):
    axes = found.plot_parts()
    assert [ax.get_ylabel() for ax in axes] == ["events a month", "season", "calendar", "remainder"]
    assert axes[1].lines[1].get_ydata() == pytest.approx(found.parts["season"].to_numpy())
