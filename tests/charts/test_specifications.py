import numpy as np
import pytest
from tests.chance.test_specifications import curve_of, made_panels

from trends import drawing
from trends.charts.specifications import plot_specifications


@pytest.fixture(scope="module")
def curve():
    return curve_of(made_panels(np.random.default_rng(1), n=48, ratio=2.0))


def drawn(curve, **kwargs):
    above, below = drawing.stacked(2, heights=(1, 1))
    assert plot_specifications(curve, (above, below), **kwargs) is above
    return above, below


def test_each_specification_has_one_marker_and_they_rise(curve):
    above, _ = drawn(curve)
    named = {line.get_label(): line for line in above.lines}
    markers = [line for label, line in named.items() if label.startswith("interval")]
    places = np.concatenate([line.get_xdata() for line in markers])
    ratios = np.concatenate([line.get_ydata() for line in markers])[np.argsort(places)]
    assert sorted(places) == list(range(int(curve.fitted["ratio"].notna().sum())))
    assert (np.diff(ratios) >= 0).all()
    assert named["the claim’s own"].get_ydata() == pytest.approx([curve.table.loc[0, "ratio"]])
    assert named["median"].get_ydata()[0] == curve.median


def test_the_board_marks_each_choice_once_for_each_specification(curve):
    _, below = drawn(curve, names={"all": "All events"})
    rows = [label.get_text() for label in below.get_yticklabels()]
    assert rows[0] == "source: All events" and "counted by: months" in rows and "quarters" in rows
    marks = [len(each.get_segments()) for each in below.collections]
    shown = int(curve.fitted["ratio"].notna().sum())
    assert len(marks) == len(rows) and sum(marks[:3]) == shown


def test_the_caption_has_n_the_shares_and_what_is_not_shown(curve):
    _, below = drawn(curve)
    caption = below.get_xlabel().replace("\n", " ").replace("\u00a0", " ")
    assert caption.startswith(f"n = {int(curve.fitted['ratio'].notna().sum())} specifications")
    assert "p of no change in any" in caption and "simulated panels" in caption
    assert f"{curve.refused} could not be fitted" in caption
