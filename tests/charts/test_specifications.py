import numpy as np
import pandas as pd
import pytest

from trends import drawing
from trends.charts.specifications import plot_specifications
from trends.claims.specifications import CHOICES, SpecificationCurve

ROWS = [
    ("all", "M", "2017-01", "", 2.1, 1.4, 3.0, "as claimed", ""),
    ("all", "M", "2017-01", "Diyala", 1.6, 0.8, 2.9, "open", ""),
    ("all", "M", "2017-01", "Anbar", 2.3, 1.3, 3.3, "as claimed", ""),
    ("other", "M", "2017-01", "", 0.6, 0.4, 0.8, "otherwise", ""),
    ("all", "Q", "2017Q1", "", 1.9, 0.9, 3.5, "open", ""),
    ("all", "M", "2018-01", "", np.nan, np.nan, np.nan, "", "3 watched periods"),
]


@pytest.fixture(scope="module")
def curve():
    columns = [*CHOICES, "ratio", "lower", "upper", "reads", "refused"]
    return SpecificationCurve(pd.DataFrame(ROWS, columns=columns), (1.0, np.inf), (1 / 1.1, 1.1))


def drawn(curve, **kwargs):
    above, below = drawing.stacked(2, heights=(1, 1))
    assert plot_specifications(curve, (above, below), **kwargs) is above
    return above, below


def test_each_specification_has_one_marker_and_they_rise(curve):
    above, _ = drawn(curve)
    named = {line.get_label(): line for line in above.lines}
    markers = [line for label, line in named.items() if label.startswith("answer: ")]
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
    assert len(marks) == len(rows) and sum(marks[:2]) == sum(marks[2:4]) == shown


def test_the_caption_has_n_the_shares_and_what_is_not_shown(curve):
    _, below = drawn(curve)
    caption = below.get_xlabel().replace("\n", " ").replace("\u00a0", " ")
    assert caption == (
        "n = 5 specifications, sorted by their rate ratio, each with its 95 % interval. Median 1.90; 80 % on the "
        "claimed side of 1, 40 % with the answer of the claim’s own. Not shown: 1 that could not be asked. Leaving out "
        "one province moves the claim’s own from 1.60 to 2.30."
    )
