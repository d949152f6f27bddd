import numpy as np
import pytest

from trends import drawing
from trends.chance.calibration import Trials
from trends.charts.calibration import plot_calibration


def test_p_values_are_drawn_against_what_they_should_be_with_the_share_found_and_its_error():
    pvalues = np.array([0.5, 0.03, np.nan, 0.2, 0.04])
    ax = plot_calibration(Trials(pvalues, np.array([True, True, True, False, True]), 0.95), title="A claim")
    steps = next(line for line in ax.lines if line.get_drawstyle() == "steps-post")
    assert steps.get_xdata().tolist() == [0, 0.03, 0.04, 0.2, 0.5, 1, 1]
    assert steps.get_ydata().tolist() == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1, 1])
    (bar,) = ax.containers
    assert bar[0].get_xydata().tolist() == [pytest.approx([0.05, 0.4])]
    low, high = bar[2][0].get_segments()[0][:, 1]
    # Twice 1.96 standard errors of two in five.
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(0.4 * 0.6 / 5))
    assert [text.get_text() for text in ax.texts] == ["found in 40.0 % at a nominal 5 %"]
    assert ax.get_title(loc="left") == "A claim"
    assert "5 simulated panels" in ax.get_xlabel() and "80.0\u00a0%" in ax.get_xlabel()
    drawing.close(ax)
