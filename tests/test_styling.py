import matplotlib as mpl
import numpy as np

from trends import drawing
from trends.styling import COLOURS, pale_to_dark, style


def test_a_style_holds_inside_its_context_and_leaves_matplotlib_alone():
    before, house = dict(mpl.rcParams), COLOURS["fit"]
    with style(font="DejaVu Serif", accent="#7a1f5c", width=5.0):
        ax = drawing.axes()
        assert ax.figure.get_size_inches()[0] == 5.0
        assert COLOURS["fit"] == "#7a1f5c"
        assert ax.xaxis.get_ticklabels()[0].get_fontfamily() == ["DejaVu Serif"]
        drawing.close(ax)
    assert COLOURS["fit"] == house and dict(mpl.rcParams) == before


def test_counts_from_few_to_many_go_from_pale_to_dark():
    light = pale_to_dark(64)[:, :3] @ [0.299, 0.587, 0.114]
    assert (np.diff(light) < 0).all() and light[0] > 0.8 and light[-1] < 0.3
