import matplotlib
import pandas as pd

from trends.models.completeness.capture_results import CaptureRecapture, LogLinear

matplotlib.use("Agg")
BY_DAYS = pd.DataFrame(
    {"in_common": [4, 5, 6], "estimate": [34.2, 28.3, 24.1], "lower": [24.0, 21.0, 19.0], "upper": [60.0, 47.0, 38.0]},
    index=pd.RangeIndex(3, name="days"),
)
MODELS = pd.DataFrame(
    {"unseen": [9.0, 12.0, 90.0], "estimate": [29.0, 32.0, 110.0], "lower": 25.0, "upper": 60.0, "deviance": 1.0,
     "freedom": 1, "aic": [30.0, 30.5, 60.0]},
    index=["12, 3", "1, 23", "1, 2, 3"],
)  # fmt: skip


def two_lists(**more):
    """What two lists of 15 and 10 incidents, 5 of them on both, give."""
    known = {
        "estimate": 28.3, "lower": 21.0, "upper": 47.0, "level": 0.95,
        "histories": pd.Series({"10": 10, "01": 5, "11": 5}), "days": 1, "by_days": BY_DAYS, "models": None,
        "dependence": pd.DataFrame({"estimate": [24.0, 37.0]}, index=pd.Index([0.5, 2.0], name="odds_ratio")),
        "origins": ("press", "army"),
    }  # fmt: skip
    return CaptureRecapture(**known | more)


def test_incidents_are_counted_once_however_many_lists_have_them():
    found = two_lists()
    assert found.listed == found.nobs == 20
    assert repr(found) == "CaptureRecapture(28 incidents, 21 to 47)"


def test_the_sentences_say_what_it_rests_on_and_how_far_it_moves():
    first, *others = two_lists().sentences()
    assert first == (
        "20 incidents are on at least one of 2 lists, 5 on more than one; that makes 28 in all (95 % interval 21 to "
        "47), if "
        "the lists are what is assumed of them."
    )
    assert others[0] == (
        "Were the dates of one incident allowed to differ by 0 to 2 days and not by 1, it would be 24 to 34."
    )
    assert any("37" in sentence and "24" in sentence for sentence in others[1:])
    assert str(two_lists()).splitlines()[0] == first


def test_two_lists_are_summed_up_by_days_and_three_by_their_models():
    assert two_lists().summary() is BY_DAYS
    models = LogLinear(MODELS, "12, 3", 20)
    found = two_lists(models=models, dependence=None, origins=("press", "army", "police"))
    assert found.summary() is MODELS
    assert list(models.near.index) == ["12, 3", "1, 23"]
    assert any("29 to 32" in sentence for sentence in found.sentences())


def test_the_picture_shows_each_tolerance_with_its_interval():
    ax = two_lists().plot()
    assert [tuple(segment[:, 1]) for segment in ax.collections[0].get_segments()] == [(24, 60), (21, 47), (19, 38)]
    assert ax.get_ylim()[0] == 0 and list(ax.get_xticks()) == [0, 1, 2]
