import matplotlib
import numpy as np
import pandas as pd
import pytest

from trends.counts.panel import Panel
from trends.errors import ModelError
from trends.models.completeness.nowcast import nowcast
from trends.periods import span

matplotlib.use("Agg")
MONTHS = span("2018-01", "2019-12", "M")


def triangle(rng=1, rate=60):
    """Two years of which half is reported at once, .3 a month later and .2 after two."""
    counts = np.random.default_rng(rng).poisson(rate * np.array([0.5, 0.3, 0.2]), (24, 3)).astype(float)
    counts[23, 1:] = counts[22, 2] = np.nan
    return pd.DataFrame(counts, MONTHS)


@pytest.fixture(scope="module")
def found():
    return nowcast(triangle())


def test_the_exposure_is_the_share_reported_so_far(found):
    assert found.exposure.iloc[:-2].eq(1).all() and found.nobs == 24
    assert found.exposure.iloc[-2] == pytest.approx(0.8, abs=0.05)
    assert found.exposure.iloc[-1] == pytest.approx(0.5, abs=0.06)
    assert list(found.summary().index.astype(str)) == ["2019-11", "2019-12"]
    assert found.to_frame() is found.table


def test_a_panel_is_corrected_in_its_newest_periods_alone_and_says_so(found):
    panel = Panel(pd.DataFrame({"Diyala": 5.0, "Anbar": 2.0}, index=MONTHS))
    corrected = found.corrected(panel)
    assert corrected.counts.equals(panel.counts)
    assert corrected.exposure["Anbar"].tolist() == pytest.approx(found.exposure.tolist())
    assert corrected.notes == (*panel.notes, "Exposure of 2019-11, 2019-12 multiplied by the share reported so far.")


def test_a_panel_of_other_periods_is_refused(found):
    panel = Panel(pd.DataFrame({"Diyala": 5.0}, index=span("2018-01", "2020-01", "M")))
    with pytest.raises(ModelError) as refusal:
        found.corrected(panel)
    assert str(refusal.value) == (
        "correct a panel for what has not been reported yet: found a panel by the month to 2020-01; allowed: one by "
        "the "
        "month that ends by 2019-12; cut it with span(), or build the triangle by the panel’s periods."
    )


def test_each_waiting_period_has_its_sentence_with_the_numbers_of_the_table(found):
    row = found.table.iloc[-1]
    assert any(
        sentence.startswith(f"Of the incidents of 2019-12, {100 * row['share']:.0f} % (")
        and f"{row['reported']:,.0f} so far, {row['nowcast']:,.0f} (" in sentence
        for sentence in found.sentences()
    )
    assert found.sentences()[-1] == "What is reported more than 2 months later is in none of this."
    assert repr(found) == f"Nowcast(24 periods; {100 * row['share']:.0f} % of 2019-12 reported)"


def test_the_picture_shows_what_is_reported_and_what_is_expected(found):
    ax = found.plot()
    _, labels = ax.get_legend_handles_labels()
    assert {"expected in the end", "reported so far", "95 % interval"} <= set(labels)
