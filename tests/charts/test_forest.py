from dataclasses import replace

import numpy as np
import pytest

from tests.charts.made import made_verdicts
from trends import drawing
from trends.charts.forest import forest_sheets, plot_forest
from trends.charts.intervals import MARKS
from trends.charts.wording import plain
from trends.claims.verdict import Ruling
from trends.errors import InputError


@pytest.fixture
def forest():
    ax = plot_forest(made_verdicts())
    yield ax
    drawing.close(ax)


def at(ax, start):
    """The height of the row whose label begins so: its ruling stands a line below the label."""
    return next(text.xy[1] + 0.5 for text in ax.texts if text.get_text().startswith(start))


def marks(ax, y, marker):
    """Where the marker stands in a row, on the axis of ratios."""
    inside = [line for line in ax.lines if line.get_transform() == ax.transData and line.get_ydata()[0] == y]
    return [line.get_xdata()[0] for line in inside if line.get_marker() == marker]


def test_changes_numbers_shares_and_ranks_stand_on_one_log_scale_of_ratios(forest):
    assert forest.get_xscale() == "log"
    assert marks(forest, at(forest, "1. "), MARKS[Ruling.CANNOT_TELL][1]) == [1.62]
    assert marks(forest, at(forest, "3. "), MARKS[Ruling.SUPPORTED][1]) == pytest.approx([0.43 / 0.45])
    assert marks(forest, at(forest, "4. "), MARKS[Ruling.SUPPORTED][1]) == [2.0]
    assert marks(forest, at(forest, "9. "), MARKS[Ruling.CONTRADICTED][1]) == pytest.approx([76 / 70])


def test_intervals_that_are_open_or_leave_the_axis_end_in_arrows(forest):
    low, high = forest.get_xlim()
    assert marks(forest, at(forest, "4. "), ">") == [high]
    assert marks(forest, at(forest, "8. "), "<") == pytest.approx([low])
    assert marks(forest, at(forest, "2. "), "<") == pytest.approx([low])
    assert marks(forest, at(forest, "1. "), "<") == marks(forest, at(forest, "1. "), ">") == []


def test_claims_without_figures_are_listed_last_and_get_no_mark(forest):
    untestable, not_assessed = at(forest, "6. "), at(forest, "7. ")
    assert min(untestable, not_assessed) > max(at(forest, f"{n}. ") for n in (1, 2, 3, 4, 5, 8, 9))
    for y in (untestable, not_assessed):
        assert not [line for line in forest.lines if line.get_transform() == forest.transData and y in line.get_ydata()]


def test_every_row_says_its_ruling_in_words_below_its_claim(forest):
    words = [text.get_text() for text in forest.texts]
    for ruling in Ruling:
        assert f"{MARKS[ruling][2]} {ruling}" in words
    beside_the_label = {text.xy[0] for text in forest.texts if text.get_text().startswith(("1. ", "× CONTRADICTED"))}
    assert len(beside_the_label) == 1


def test_claims_stand_in_full(forest):
    words = " ".join(text.get_text().replace("\n", " ") for text in forest.texts)
    assert all(plain(verdict.claim.says) in words for verdict in made_verdicts())
    assert "…" not in words


def test_a_forest_is_as_high_as_its_lines():
    one, two = (plot_forest(made_verdicts()[2 : 3 + n]).figure.get_size_inches()[1] for n in range(2))
    assert two > one


def test_sheets_hold_every_claim_once_each_kind_together_and_are_alike():
    verdicts = made_verdicts() * 4
    whole = forest_sheets(verdicts, 1e9)
    assert len(whole) == 1 and sorted(whole[0]) == [*range(len(verdicts))]
    sheets = forest_sheets(verdicts, 30.0)
    assert [n for sheet in sheets for n in sheet] == whole[0]
    heights = [plot_forest([verdicts[n] for n in sheet], each="claim").figure.get_size_inches()[1] for sheet in sheets]
    assert len(sheets) > 2 and max(heights) < 1.5 * min(heights) and max(heights) < 30 * 0.125 + 0.8


def test_claims_can_keep_the_numbers_that_they_have_elsewhere():
    ax = plot_forest(made_verdicts()[:2], numbers=[12, 40])
    assert {text.get_text().split(". ")[0] for text in ax.texts} >= {"12", "40"}
    drawing.close(ax)
    with pytest.raises(InputError, match=r"found 1 number for 2 verdicts; allowed: a number for each verdict"):
        plot_forest(made_verdicts()[:2], numbers=[12])


def test_the_claimed_values_are_shaded_in_each_row(forest):
    sides = sorted(tuple(np.round(patch.get_paths()[0].get_extents().intervalx, 3)) for patch in forest.collections)
    low, high = np.round(forest.get_xlim(), 3)
    assert (1.1, high) in sides
    assert (0.9, 1.1) in sides
    assert (low, 1.0) in sides


def test_a_ruling_on_the_whole_that_differs_from_the_link_is_said_beside_it():
    verdict = made_verdicts()[2]
    ax = plot_forest([replace(verdict, ruling=Ruling.CANNOT_TELL)])
    assert f"{MARKS[Ruling.SUPPORTED][2]} SUPPORTED; the claim as a whole: CANNOT TELL" in [
        text.get_text() for text in ax.texts
    ]
    drawing.close(ax)


def test_a_date_is_no_ratio_and_is_not_drawn():
    verdict = made_verdicts()[0]
    change = verdict.findings[0]
    dated = replace(change, link="timing", evidence=replace(change.evidence, unit="date", estimate=603.0))
    ax = plot_forest([replace(verdict, findings=(dated,))])
    assert ax.texts[0].get_text().startswith("Ruled upon, and no ratio")
    untestable = replace(dated, ruling=Ruling.UNTESTABLE)
    ax = plot_forest([replace(verdict, ruling=Ruling.UNTESTABLE, findings=(untestable,))])
    assert ax.texts[0].get_text().startswith("Nothing to draw")
    ax = plot_forest([replace(verdict, findings=(change, replace(change, link="lasting"), dated))])
    said = [text.get_text().replace("\n", " ") for text in ax.texts if text.get_text().startswith("1. ")]
    assert [text.rsplit(". ", 1)[1] for text in said] == ["Change at the event.", "Lasting."]


def test_no_word_of_the_forest_leaves_the_figure(forest):
    drawing.render(forest, "svg")
    box, page = forest.figure.get_tightbbox(), forest.figure.bbox_inches
    assert page.x0 - 0.01 <= box.x0 <= box.x1 <= page.x1 + 0.01
    assert page.y0 - 0.01 <= box.y0 <= box.y1 <= page.y1 + 0.01


def test_a_forest_of_claims_that_could_not_be_tested_can_be_drawn():
    ax = plot_forest(made_verdicts()[5:7])
    assert ax.texts[0].get_text().startswith("Nothing to draw")
    drawing.close(ax)


def test_no_verdict_is_refused():
    with pytest.raises(InputError, match="draw the forest of claims: found no verdict"):
        plot_forest([])
