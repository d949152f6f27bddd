import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from trends import drawing
from trends.charts.maps import plot_map, plot_maps
from trends.counts.outlines import Outlines
from trends.counts.panel import Panel
from trends.errors import InputError, ModelError
from trends.periods import span

SQUARE = np.array([[0, 0], [2, 0], [2, 2], [0, 2], [0, 0.0]])
OUTLINES = Outlines(
    {n: (SQUARE + np.array([2 * i, 0]),) for i, n in enumerate(("Anbar", "Diyala", "Wasit"))}, "Outlines: us"
)


@pytest.fixture
def chart():
    """A function that draws and is cleaned up after."""
    drawn = []

    def draw(plot, *args, **options):
        found = plot(*args, **options)
        drawn.append(found[0] if isinstance(found, list) else found)
        return found

    yield draw
    for each in drawn:
        drawing.close(each)


def colours(ax):
    """The face of each province, from west to east."""
    found = {}
    for shapes in ax.collections:
        for path in shapes.get_paths():
            found[path.vertices[:, 0].min()] = tuple(shapes.get_facecolor()[0])
    return [found[west] for west in sorted(found)]


def hatches(ax):
    return {shapes.get_hatch() for shapes in ax.collections}


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def three(values):
    return pd.Series(dict(zip(OUTLINES.provinces, values, strict=True)))


def test_more_is_darker_and_none_is_white(chart):
    ax = chart(plot_map, three([0, 5, 50]), OUTLINES)
    none, few, many = colours(ax)
    assert none == (1, 1, 1, 1) and sum(few[:3]) > sum(many[:3])
    assert [text.get_text() for text in ax.texts] == ["Anbar\n0", "Diyala\n5", "Wasit\n50"]


def test_what_was_not_watched_is_hatched_and_named_and_never_zero(chart):
    ax = chart(plot_map, three([0, np.nan, 50]), OUTLINES)
    assert colours(ax)[1] == to_rgba(drawing.COLOURS["faint"]) and hatches(ax) == {None, "/////"}
    assert legend(ax) == ["not watched"]
    assert ax.texts[1].get_text() == "Diyala"


def test_a_panel_is_added_up_with_its_source_and_its_partly_watched_provinces(chart):
    counts = pd.DataFrame(
        {"Anbar": [1, 2.0], "Diyala": [3, np.nan], "Wasit": [np.nan, np.nan]}, span("2020", "2021", "Y")
    )
    ax = chart(plot_map, Panel(counts, source="a list"), OUTLINES)
    assert set(legend(ax)) == {"watched in part", "not watched"}
    assert ax.get_xlabel().startswith("Source: a list. n = 6 incidents, 2020 to 2021.")
    assert ax.get_xlabel().endswith("Outlines: us.")


def test_a_half_and_a_double_are_as_far_from_white(chart):
    ax = chart(plot_map, three([0.5, 1, 2]), OUTLINES, kind="ratio")
    half, same, double = (np.array(each[:3]) for each in colours(ax))
    assert same.min() > 0.95 and half[2] > half[0] and double[0] > double[2]
    bar = ax.child_axes[0]
    assert [label.get_text() for label in bar.get_yticklabels()] == ["×0.25", "×0.5", "×1", "×2", "×4"]


def test_values_without_an_outline_are_told(chart):
    ax = chart(plot_map, pd.Series({"Anbar": 1, "Basra": 7}), OUTLINES)
    assert "Without an outline, so not on the map: Basra (7)." in ax.get_xlabel().replace("\n", " ")
    assert legend(ax) == ["no count"]


def test_a_label_without_room_goes_into_the_caption(chart):
    small = Outlines({"Anbar": (SQUARE * 20,), "Diyala": (SQUARE / 5 - 1,)}, "us")
    ax = chart(plot_map, pd.Series({"Anbar": 1, "Diyala": 7}), small)
    assert [text.get_text() for text in ax.texts] == ["Anbar\n1"] and "No room for: Diyala 7." in ax.get_xlabel()


def test_a_dollar_sign_in_a_name_begins_no_formula(chart):
    ax = chart(plot_map, pd.Series({"A$B$": 1}), Outlines({"A$B$": (SQUARE,)}, "us"))
    assert ax.texts[0].get_text() == "A\\$B\\$\n1"


def test_maps_of_years_share_one_scale(chart):
    counts = pd.DataFrame({"Anbar": [1.0] * 12 + [9] * 12, "Diyala": [9.0] * 24}, span("2020-01", "2021-12", "M"))
    charts = chart(plot_maps, Panel(counts), OUTLINES)
    assert [ax.get_title(loc="left") for ax in charts] == ["2020: 120", "2021: 216"]
    assert colours(charts[1])[0] == colours(charts[0])[1] == colours(charts[1])[1]


def test_another_kind_is_refused_in_full():
    with pytest.raises(InputError) as error:
        plot_map(three([1, 2, 3]), OUTLINES, kind="heat")
    assert str(error.value) == "draw a map: found kind='heat'; allowed: level, ratio, reached; name one of these."


@pytest.mark.parametrize("kind", ["level", "ratio", "reached"])
@pytest.mark.parametrize("value", ["a", "3", -1, -np.inf, 1 + 2j, [1], 10**400])
def test_a_value_that_is_no_number_from_0_up_is_refused(kind, value):
    for name in ("Diyala", "Basra"):
        with pytest.raises(InputError) as error:
            plot_map(pd.Series({"Anbar": 1, name: value}, dtype=object), OUTLINES, kind=kind)
        assert str(error.value).startswith(f"draw a map: found {name}=") and str(error.value).endswith(
            "; allowed: a number from 0 up for each province, NaN where nobody watched; correct it."
        )


@pytest.mark.parametrize("most", [np.nan, np.inf, 0, -1])
def test_a_scale_that_ends_nowhere_is_refused(most):
    with pytest.raises(ModelError) as error:
        plot_map(three([1, 2, 3]), OUTLINES, most=most)
    assert str(error.value) == (
        f"draw a map: found most={most!r}; allowed: a finite number above 0; choose such a number."
    )


@pytest.mark.parametrize(
    ("value", "watched"), [(None, False), (np.nan, False), (pd.NA, False), (True, True), (np.inf, True)]
)
def test_what_stands_for_nothing_and_what_is_endless_is_drawn(chart, value, watched):
    ax = chart(plot_map, pd.Series(dict(zip(OUTLINES.provinces, [1, 2, value], strict=True)), dtype=object), OUTLINES)
    assert ("/////" in hatches(ax)) is not watched


def test_a_map_without_a_province_is_refused():
    with pytest.raises(InputError) as error:
        plot_map(pd.Series({"Basra": 1.0}), OUTLINES)
    assert "found values for Basra; allowed: provinces with outlines: Anbar, Diyala, Wasit" in str(error.value)


def test_the_same_map_gives_the_same_bytes(chart):
    first, second = (drawing.render(chart(plot_map, three([1, np.nan, 3]), OUTLINES), "svg") for _ in "ab")
    assert first == second
