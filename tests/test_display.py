"""What a reader sees who ends a cell, or a line at a prompt, with an object: a line of it, or a table."""

import re

import pytest

import trends
from trends.errors import InputError

STUDY = trends.read_study(trends.example_studies()["syria"])
COUNTS = trends.simulate_series(48, at="2017-01", rate_ratio=0.4, rng=1)
PANEL = trends.simulate_panel(["Diyala", "Anbar", "Kirkuk"], 48, at="2017-01", rate_ratio=0.4, rng=1)
SHOWN = {
    "Study": lambda: STUDY,
    "Claim": lambda: STUDY.claim("safer-after-baghdadi"),
    "Source": lambda: STUDY.sources["ucdp"],
    "Verdict": lambda: trends.assess(STUDY.claim("deir-ez-zor-had-most-operations"), STUDY),
    "SpecificationCurve": lambda: trends.specifications(STUDY.claim("safer-after-baghdadi"), STUDY, limit=9),
    "Outlines": lambda: STUDY.outlines,
    "Panel": lambda: PANEL,
    "ChangepointResults": lambda: trends.ChangepointModel(COUNTS).fit(),
    "EffectResults": lambda: trends.EffectModel(COUNTS, at="2017-01").fit(),
    "CommonBreaks": lambda: trends.common_breaks(PANEL.counts),
    "Alarm": lambda: trends.watch(COUNTS),
    "ColumnTest": lambda: trends.SeasonalModel(COUNTS).fit().season_test,
    "CountTrend": lambda: trends.count_trend(COUNTS),
    "RankTrend": lambda: trends.mann_kendall(COUNTS),
    "SeasonalResults": lambda: trends.SeasonalModel(COUNTS, calendar=["ramadan"]).fit(),
    "Decomposition": lambda: trends.decompose(COUNTS),
    "JoinpointResults": lambda: trends.JoinpointModel(COUNTS, max_joinpoints=1, draws=19).fit(),
}
TABLES = {"EffectResults", "CommonBreaks", "Alarm", "SeasonalResults", "JoinpointResults"}


@pytest.mark.parametrize("name", SHOWN)
def test_an_object_is_one_line_that_begins_with_what_it_is(name):
    shown = repr(SHOWN[name]())
    assert shown.startswith(f"{name}(") and shown.endswith(")")
    assert "\n" not in shown and len(shown) < 200, shown
    assert str(STUDY.path) not in shown


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_in_a_notebook_has_no_more_digits_than_it_knows(name):
    shown = SHOWN[name]()._repr_html_()
    assert "<table" in shown
    numbers = re.findall(r"<td>(-?[\d.]+(?:e-?\d+)?)</td>", shown)
    assert numbers and max(len(number.partition("e")[0].strip("-0.").replace(".", "")) for number in numbers) <= 6


def test_what_was_found_is_in_the_line():
    assert repr(trends.ChangepointModel(COUNTS).fit()) == "ChangepointResults(48 periods; breaks: 2017-01)"
    assert repr(STUDY) == "Study(Islamic State in Syria, 2013 to 2020: 3 sources, 7 events, 5 claims)"
    assert repr(STUDY.claims[0]).startswith("Claim(attacks-fell-early-2020: Attacks in Syria fell")
    alone = repr(PANEL[["Diyala"]].span("2015-01", "2015-01"))
    assert "1 province, 2015-01 to 2015-01 by the month" in alone


def test_a_panel_is_asked_for_its_provinces_as_a_table_for_its_columns():
    assert list(PANEL) == ["Diyala", "Anbar", "Kirkuk"] == PANEL._ipython_key_completions_()
    assert "Diyala" in PANEL and "IQ-DI" in PANEL and "Basra" not in PANEL
    assert PANEL[("Diyala", "Anbar")].provinces == ["Diyala", "Anbar"]


@pytest.mark.parametrize("asked", [slice(1, 3), 0, None])
def test_what_is_no_province_is_refused_with_the_way_to_cut_periods(asked):
    with pytest.raises(InputError) as refused:
        PANEL[asked]
    assert str(refused.value) == (
        f"take a province out of a panel: found {asked!r}; allowed: the name of a province, or a list of names; "
        "name provinces, and cut periods out with span()."
    )


def test_a_misspelt_province_is_answered_with_the_right_one():
    with pytest.raises(InputError, match="found 'Diayla', which is none of its columns; allowed: Diyala; name one"):
        PANEL["Diayla"]


def test_tab_completion_leads_to_what_is_public():
    assert [name for name in dir(trends) if not name.startswith("_")] == trends.__all__
    assert {"panel", "claims", "claim", "sources", "events", "published"} <= set(dir(STUDY))
