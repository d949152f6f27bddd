import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.font_manager import findfont, get_font

from trends import drawing
from trends.errors import InputError
from trends.styling import COLOURS, pale_to_dark, style


def test_a_style_holds_inside_its_context_and_leaves_matplotlib_alone():
    before, house = dict(mpl.rcParams), COLOURS["fit"]
    with style(font="DejaVu Serif", accent="#7a1f5c", width=5.0):
        ax = drawing.axes()
        assert ax.figure.get_size_inches()[0] == 5.0
        assert COLOURS["fit"] == "#7a1f5c"
        assert ax.xaxis.get_ticklabels()[0].get_fontfamily() == ["DejaVu Serif", "DejaVu Sans"]
        drawing.close(ax)
    assert COLOURS["fit"] == house and dict(mpl.rcParams) == before


def test_counts_from_few_to_many_go_from_pale_to_dark():
    light = pale_to_dark(64)[:, :3] @ [0.299, 0.587, 0.114]
    assert (np.diff(light) < 0).all() and light[0] > 0.8 and light[-1] < 0.3


def test_letters_that_one_font_lacks_come_from_another_and_those_of_none_are_told_once():
    with style(font="DejaVu Serif"):
        ax = drawing.axes()
        drawing.finish(ax, title="نينوى", caption="北京市")
        with pytest.warns(UserWarning) as told:
            drawing.render(ax, "png")
        assert [str(each.message) for each in told] == [
            "No font of charts has the letters 北京市: they are drawn as boxes; give the names in Latin letters."
        ]
        drawing.close(ax)


def test_arabic_is_set_from_right_to_left_and_its_letters_joined():
    # Joined, the letters of a word take less room than one by one; from the right, the tall letter that a word
    # begins with stands at its right end.
    font = get_font(findfont("DejaVu Sans"))
    font.set_size(20, 72)
    widths = []
    for text in ("بيت", "ب\u200cي\u200cت"):
        font.set_text(text)
        widths.append(font.get_width_height()[0])
    assert widths[0] < widths[1]
    font.set_text("ابب")
    font.draw_glyphs_to_bitmap(antialiased=False)
    ink = font.get_image()[:3].sum(axis=0)
    assert ink.argmax() > ink.size / 2


_ASKED = "draw charts in a style of one's own: found "
_FONTS = "; allowed: DejaVu Sans, DejaVu Serif, DejaVu Sans Mono, STIXGeneral; name one of these"
_INCHES = "; allowed: 4 to 12 inches; choose one of these, or take it out."


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"font": "Comic"}, f"the font 'Comic'{_FONTS}."),
        ({"font": "DejaVu Serf"}, f"the font 'DejaVu Serf'{_FONTS}, the nearest being 'DejaVu Serif'."),
        ({"font": ["DejaVu Sans"]}, f"the font ['DejaVu Sans']{_FONTS}."),
        ({"accent": "blue"}, "the accent 'blue'; allowed: a colour such as #0B4F7D; write it so."),
        ({"accent": 7}, "the accent 7; allowed: a colour such as #0B4F7D; write it so."),
        ({"width": 1e9}, f"the width 1e+09{_INCHES}"),
        ({"width": -5.0}, f"the width -5{_INCHES}"),
        ({"width": float("nan")}, f"the width nan{_INCHES}"),
        ({"width": "6"}, f"the width '6'{_INCHES}"),
    ],
)
def test_what_no_chart_can_look_like_is_refused_before_one_is_drawn(asked, told):
    with pytest.raises(InputError) as refused:
        style(**asked)
    assert str(refused.value) == _ASKED + told
