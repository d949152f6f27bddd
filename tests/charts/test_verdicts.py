from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_hex

from tests.charts.made import made_verdicts
from trends import drawing, periods
from trends.charts.intervals import MARKS
from trends.charts.verdicts import has_chart, plot_finding
from trends.claims.verdict import Ruling
from trends.errors import InputError

VERDICTS = {verdict.claim.id: verdict for verdict in made_verdicts()}


def drawn(id):
    verdict = VERDICTS[id]
    return verdict.findings[0], plot_finding(verdict, verdict.findings[0])


def labelled(ax):
    handles, labels = ax.get_legend_handles_labels()
    return dict(zip(labels, handles, strict=True))


def test_a_change_shows_counts_fit_what_was_expected_the_event_and_its_window():
    finding, ax = drawn("attacks-rose-after-drawdown")
    fit, parts = finding.fit, labelled(ax)
    np.testing.assert_array_equal(parts["counted"].get_ydata(), fit.asked.counts)
    np.testing.assert_array_equal(parts["fitted"].get_ydata(), fit.course["fitted"])
    after = fit.course.loc["2020-04":]
    np.testing.assert_array_equal(parts["expected, had nothing changed"].get_ydata(), after["expected"])
    np.testing.assert_array_equal(
        parts["expected, had nothing changed"].get_xdata(), drawing.positions(fit.asked.counts.index)[-9:]
    )
    assert {"its 95 % interval", "claimed window", "not watched"} <= set(parts)
    sides = parts["claimed window"].get_extents().transformed(ax.transData.inverted())
    window = drawing.edges(periods.span("2020-03", "2020-06", "M"))
    np.testing.assert_allclose([sides.x0, sides.x1], [window[0], window[-1]])
    assert "coalition drawdown" in [text.get_text() for text in ax.texts]
    assert "n = 35 months" in ax.get_xlabel()
    assert "UCDP" in ax.get_xlabel()


def test_totals_are_drawn_as_a_dot_with_its_interval_over_the_claimed_values():
    _, ax = drawn("attacks-2019")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["CTC SIGACT", "UCDP GED"]
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_marker() in ("D", "o")]
    assert dots == [1669, 76]
    whiskers = [
        list(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2 and line.get_marker() == "None"
    ]
    assert [1589.9, 1751.0] in whiskers
    assert [59.9, 95.1] in whiskers
    box = labelled(ax)["as claimed"].get_extents().transformed(ax.transData.inverted())
    np.testing.assert_allclose([box.x0, box.x1], [0.9 * 1669, 1.1 * 1669])
    assert labelled(ax)["as stated"].get_xdata() == [1669, 1669]
    assert "76  (60 – 95)" in [text.get_text() for text in ax.texts]


def test_an_open_interval_ends_in_an_arrow_and_ratios_stand_on_a_log_scale():
    _, ax = drawn("diyala-first")
    assert ax.get_xscale() == "log"
    arrows = [line for line in ax.lines if line.get_marker() == ">"]
    assert [line.get_xdata()[0] for line in arrows] == [ax.get_xlim()[1]]
    assert not [line for line in ax.lines if line.get_marker() == "<"]


def test_a_share_is_drawn_in_percent():
    _, ax = drawn("diyala-share")
    ax.figure.draw_without_rendering()
    assert "40 %" in [label.get_text() for label in ax.get_xticklabels()]
    assert ax.get_xlim()[0] == 0


def test_given_axes_are_drawn_on():
    verdict = VERDICTS["attacks-2019"]
    given = drawing.axes()
    assert plot_finding(verdict, verdict.findings[0], given) is given


@pytest.mark.parametrize("id", list(VERDICTS))
def test_every_word_of_every_chart_stays_inside_the_figure(id):
    for finding in VERDICTS[id].findings:
        if has_chart(finding):
            figure = plot_finding(VERDICTS[id], finding).figure
            drawing.render(figure, "svg")
            box, page = figure.get_tightbbox(), figure.bbox_inches
            assert page.x0 - 0.01 <= box.x0
            assert box.x1 <= page.x1 + 0.01
            assert page.y0 - 0.01 <= box.y0
            assert box.y1 <= page.y1 + 0.01


def test_a_finding_without_figures_has_no_chart_and_says_so():
    verdict = VERDICTS["forecast-only"]
    assert not has_chart(verdict.findings[0])
    with pytest.raises(InputError) as refused:
        plot_finding(verdict, verdict.findings[0])
    assert str(refused.value) == (
        "draw the link 'forecast' of the claim 'forecast-only': found a finding without a fit or a table "
        "(NOT ASSESSED); allowed: a finding that rests on figures; draw another one."
    )


def test_a_table_without_any_finite_estimate_has_no_chart():
    finding = VERDICTS["attacks-2019"].findings[0]
    assert has_chart(finding)
    assert not has_chart(replace(finding, table=finding.table.assign(estimate=np.nan)))


def test_without_a_stand_nothing_is_shaded():
    verdict = VERDICTS["attacks-2019"]
    ax = plot_finding(verdict, replace(verdict.findings[0], stand=None))
    assert set(labelled(ax)) == {"as stated"}


def test_every_ruling_has_a_marker_and_a_sign_of_its_own_and_colours_are_only_shared_by_those_that_do_not_decide():
    assert set(MARKS) == set(Ruling)
    assert len({marker for _, marker, _ in MARKS.values()}) == len(Ruling)
    assert len({sign for _, _, sign in MARKS.values()}) == len(Ruling)
    decided = [to_hex(drawing.COLOURS[MARKS[ruling][0]]) for ruling in list(Ruling)[:3]]
    assert len(set(decided)) == 3
