from dataclasses import replace

import pytest
from matplotlib.colors import to_hex

from trends import drawing
from trends.charts.verdicts import plot_finding
from trends.claims.assess import assess
from trends.claims.claim import Claim, Counts
from trends.claims.examples import example_studies
from trends.claims.links.ordinary import Ordinary
from trends.claims.links.realised import Realised
from trends.claims.links.recorded import Recorded
from trends.claims.study import read_study


@pytest.fixture(scope="module")
def verdict():
    study = read_study(example_studies()["iraq"])
    asserts = {
        "recorded": Recorded(span="2020Q2", against="2020Q1", direction="rise"),
        "realised": Realised(),
        "ordinary": Ordinary(by="ucdp"),
    }
    claim = Claim("rose", "Attacks rose.", next(iter(study.documents)), "A", "2020-06", "2020-07-01", asserts)
    return assess(replace(claim, counts=Counts(source="ctc_sigact")), study)


def drawn(verdict, link):
    finding = next(each for each in verdict.findings if each.link == link)
    return plot_finding(verdict, finding), finding


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_every_counter_has_a_row_with_what_it_recorded(verdict):
    ax, finding = drawn(verdict, "recorded")
    assert [label.get_text() for label in ax.get_yticklabels()] == list(finding.table["what"])
    assert words(ax) == ["1.43  (n 808)", "2.38  (n 38)", "1.62  (n 405)"]
    markers = {(line.get_marker(), to_hex(line.get_color())) for line in ax.lines if line.get_marker() in ("D", "o")}
    # The counter that decides differs by shape and by colour.
    assert markers == {("D", to_hex(drawing.COLOURS["fit"])), ("o", to_hex(drawing.COLOURS["counts"]))}


def test_all_counters_together_stand_above_each_by_itself_with_its_interval(verdict):
    ax, finding = drawn(verdict, "realised")
    first = finding.table.iloc[0]
    assert first["what"] == "together"
    assert words(ax)[0] == f"{first['estimate']:.2f}  ({first['lower']:.2f} – {first['upper']:.2f})"
    spans = [line.get_xdata() for line in ax.lines if len(line.get_xdata()) == 2 and line.get_ydata()[0] == 0]
    assert any(tuple(span) == pytest.approx((first["lower"], first["upper"])) for span in spans)
    (window,) = [patch for patch in ax.patches if patch.get_label() == "as claimed"]
    assert window.get_x() == pytest.approx(1.0)


def test_a_change_stands_on_the_curve_of_the_worlds_pairs_where_its_share_is(verdict):
    ax, finding = drawn(verdict, "ordinary")
    swing = finding.fit.swing
    curve, mark = ax.lines[0], ax.lines[1]
    assert list(curve.get_ydata()) == sorted(curve.get_ydata(), reverse=True)
    assert mark.get_xdata()[0] == pytest.approx(38 / 16) and mark.get_ydata()[0] == pytest.approx(swing.rise)
    assert "recorded: 2.38 times" in [text.get_text() for text in ax.get_legend().get_texts()]
    assert "UCDP" in ax.get_xlabel() or "Sundberg" in ax.get_xlabel()
