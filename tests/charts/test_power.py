import numpy as np

from trends import drawing
from trends.charts.power import plot_power
from trends.claims.rates import PowerCurve


def test_the_curve_and_what_it_reaches_are_drawn():
    curve = PowerCurve(np.array([0.5, 1.0, 2.0]), np.array([0.6, 0.05, 0.9]), 1.8, 0.0)
    ax = plot_power(curve, title="A claim")
    drawn, target, *_ = ax.lines
    assert drawn.get_ydata().tolist() == [0.6, 0.05, 0.9]
    assert target.get_ydata() == [0.8, 0.8]
    assert [text.get_text() for text in ax.texts] == ["×1.80"]
    assert ax.get_title(loc="left") == "A claim"
    assert "dashed: 80\u00a0% power." in ax.get_xlabel()
    drawing.close(ax)
