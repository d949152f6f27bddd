import numpy as np
import pandas as pd

from trends import drawing
from trends.counts.outlines import Outlines
from trends.counts.panel import Panel
from trends.periods import span
from trends.reports.places import places

SQUARE = np.array([[0, 0], [2, 0], [2, 2], [0, 2], [0, 0.0]])
OUTLINES = Outlines(
    {"Anbar": (SQUARE,), "Diyala": (SQUARE + np.array([2, 0]),), "Wasit": (SQUARE + np.array([4, 0]),)}, "Outlines: us"
)


def panel(n=48):
    counts = pd.DataFrame({"Anbar": 2.0, "Diyala": 1.0, "Wasit": 0.0}, span("2015-01", "2020-12", "M")[:n])
    counts.loc["2017-01":, ["Anbar", "Diyala"]] = [1, 3]
    return Panel(counts)


def test_the_report_tells_where_and_where_it_changed():
    aspects, draw = places(panel(), OUTLINES, "A list")
    assert [aspect.heading for aspect in aspects] == ["Where", "Where it changed lately"]
    assert aspects[0].text == ("Most incidents of the whole span were counted in Diyala (57 %) and Anbar (43 %).",)
    assert aspects[1].text[0] == (
        "Of the 2 provinces with 10 incidents or more in these years, Diyala (24 to 72) had more in 2017–2018 than in "
        "2015–2016, and Anbar (48 to 24) had fewer."
    )
    assert [aspect.chart.name for aspect in aspects] == list(draw)
    for plot in draw.values():
        chart = plot()
        drawing.close(chart[0] if isinstance(chart, list) else chart)


def test_a_short_panel_has_no_latest_change():
    aspects, _ = places(panel(36), OUTLINES, "A list")
    assert [aspect.heading for aspect in aspects] == ["Where"]


def test_a_panel_of_zeros_has_no_map():
    empty = panel()
    assert places(Panel(empty.counts * 0), OUTLINES, "A list") == ((), {})
