"""Two releases of a source: what was revised, and which verdicts flip."""

import json
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from trends import cli
from trends.claims.study import read_study
from trends.claims.vintages import compare_vintages, revised_cells
from trends.counts.panel import Panel
from trends.counts.panel_files import read_panel, write_panel
from trends.errors import StudyError

LEVEL = """[counts]
source = "events"
first = "2019-01"
last = "2019-12"
[asserts]
recorded = { at_least = 100 }
"""
LATER = """[counts]
first = "2020-07"
last = "2020-12"
[asserts]
recorded = { at_least = 10 }
"""


@pytest.fixture
def releases(add_claim):
    """The small study whose newer release ends earlier, has a column more, and in 2019 half of the events."""
    folder = add_claim("level", LEVEL)
    add_claim("later", LATER)
    add_claim("other", '[asserts]\nneeds = { measure = "leaflets", because = "Nobody counted leaflets." }\n')
    text = (folder / "study.toml").read_text().replace('rule = "file"', 'rule = "file"\norigin = "file"')
    (folder / "study.toml").write_text(text)
    panel = read_panel(folder / "counts" / "events.csv").span("2017-01", "2020-06")
    counts = panel.counts.copy()
    counts.loc["2019-01":"2019-12"] = (counts.loc["2019-01":"2019-12"] / 3).round()
    counts["Basra"] = np.where(panel.index.year == 2018, 1.0, 0.0)
    write_panel(Panel(counts, source="file"), folder / "counts" / "again.csv")
    return folder


INDEX = pd.period_range("2020-01", "2020-03", freq="M")


def cells(**columns):
    return Panel(pd.DataFrame(columns, INDEX, dtype=float), source="file")


def test_a_cell_that_one_release_did_not_watch_is_revised_and_an_empty_column_is_not():
    old = cells(Diyala=[5, 2, np.nan], Kirkuk=[1, np.nan, 3], Anbar=[0, 0, 4])
    new = cells(Kirkuk=[2, 7, 3], Diyala=[5, np.nan, np.nan], Basra=[0, 6, 0])
    table = revised_cells(old, new)
    assert table.columns.tolist() == ["period", "province", "old", "new", "change"]
    assert table.index.tolist() == [0, 1, 2, 3, 4]
    assert table.fillna(-1).to_numpy().tolist() == [
        ["2020-01", "Kirkuk", 1, 2, 1],
        ["2020-02", "Diyala", 2, -1, -1],
        ["2020-02", "Kirkuk", -1, 7, -1],
        ["2020-02", "Basra", -1, 6, -1],
        ["2020-03", "Anbar", 4, -1, -1],
    ]


def compared(study, **panels):
    """Two releases of a study without claims, compared."""
    panels = {name: panels.get(name, panel) for name, panel in study.panels.items()}
    return compare_vintages(replace(study, claims=(), panels=panels), "events", "again")


def test_releases_of_two_frequencies_are_compared_by_the_coarser(releases):
    study = read_study(releases)
    found = compared(study, events=study.panels["events"].to("Q"))
    assert (found.first, found.last) == ("2017Q1", "2020Q2")
    assert found.sentences[1].startswith("Of 42 cells, a quarter of a province, 0 went up and ")
    assert found.plot().get_ylabel() == "a quarter"


def test_releases_without_a_period_in_common_are_refused(releases):
    study = read_study(releases)
    with pytest.raises(StudyError) as told:
        compared(study, events=study.panels["events"].span("2020-08", "2020-12"))
    assert str(told.value) == (
        f"compare two releases of a source of {releases}: found 'events' for 2020-08 to 2020-12 and 'again' for "
        "2017-01 to 2020-06; allowed: releases with periods in common; name two that overlap."
    )
    with pytest.raises(StudyError, match=r"found 'again' .* and 'again' .*; allowed: two sources of one measure"):
        compare_vintages(study, "again", "again")
    for change, is_now in (
        ({"measure": "deaths"}, "deaths, IS, origin 'file'"),
        ({"actor": "others"}, "attacks, others, origin 'file'"),
        ({"origin": "list"}, "attacks, IS, origin 'list'"),
        ({"origin": ""}, "attacks, IS, origin 'again'"),
    ):
        other = replace(study, sources={**study.sources, "again": replace(study.sources["again"], **change)})
        with pytest.raises(StudyError) as told:
            compared(other)
        assert f"found 'events' (attacks, IS, origin 'file') and 'again' ({is_now}); allowed: two" in str(told.value)


def test_what_went_up_and_down_what_one_has_alone_and_another_rule_are_told(releases):
    study = read_study(releases)
    study = replace(study, sources={**study.sources, "again": replace(study.sources["again"], rule="list")})
    found = compared(
        study,
        events=cells(Diyala=[5, 2, 2], Kirkuk=[1, 1, 3], Anbar=[0, 0, 4]),
        again=cells(Diyala=[6, 3, 1], Kirkuk=[1, 1, 3]),
    )
    assert found.sentences == (
        "Over the first quarter of 2020, Event file, again has 15 attacks where Event file had 18.",
        "Of 9 cells, a month of a province, 2 went up and 1 went down.",
        "They do not count by the same rule (file, list): a difference may come of the rule as well as of a revision.",
        "Only Event file has Anbar, with 4 attacks.",
    )
    assert repr(found) == "Vintages(Event file and Event file, again, 2020-01 to 2020-03: 0 rulings differ)"
    assert str(found) == "\n".join(found.sentences)
    assert found.series.to_numpy().tolist() == [[6, 7], [3, 4], [9, 4]]
    assert found.totals.to_numpy().tolist() == [[18, 15, 15 / 18]]
    ax = found.plot()
    assert ax.get_ylabel() == "a month"


def test_of_a_year_of_none_there_is_no_ratio(releases):
    found = compared(read_study(releases), events=cells(Diyala=[0, 0, 0]), again=cells(Diyala=[0, 1, 0]))
    assert found.totals["new"].tolist() == [1] and found.totals["ratio"].isna().all()
    one = compared(read_study(releases), events=cells(Diyala=[0, 1, 0]), again=cells(Diyala=[2, 1, 0]))
    assert one.totals["ratio"].tolist() == [3]


def level(number, last="2019-12", source="events", more=""):
    counts = f'[counts]\nsource = "{source}"\nfirst = "2019-01"\nlast = "{last}"\n'
    return f"{counts}[asserts]\nrecorded = {{ at_least = {number}{more} }}"


def test_the_rulings_of_all_claims_are_told_with_those_that_changed(releases, add_claim):
    add_claim("all-of-it", level(150))
    add_claim("few", level(1, "2020-12", "again"))
    add_claim("by-the-paper", level(1, more=', span = "2018-05", by = "paper"'))
    study, seen = read_study(releases), []
    found = compare_vintages(study, "events", "again", lambda *done: seen.append(done))
    assert seen == [(1, 4, "all-of-it"), (2, 4, "by-the-paper"), (3, 4, "few"), (4, 4, "level")]
    assert found.flipped == ["all-of-it", "level"]
    assert found.sentences[-5:] == (
        "Of 3 claims held against both, 2 get another ruling: all-of-it (SUPPORTED before, CONTRADICTED now); and "
        "level (SUPPORTED before, CONTRADICTED now).",
        "1 claim cannot be tested by either within the common span.",
        "1 of these claims goes on after June 2020 and is held against what comes before: that is not the ruling on "
        "it.",
        "1 claim is about other times.",
        "1 claim rests on no counts.",
    )
    rows = found.rulings.set_index(["claim", "link"])
    few = rows.loc[("few", "recorded")]
    assert (few["unit"], few["flipped"], few["ruling_new"]) == ("count", False, "SUPPORTED")
    # What names either release is held against each in turn.
    old, new = (study.total(name, "2019-01", "2020-06") for name in ("events", "again"))
    assert (few["estimate_old"], few["estimate_new"]) == (old, new) and old > new
    assert rows.loc[("by-the-paper", "claim"), "unit"] == ""
    page = found._repr_html_()
    assert page.startswith("<ul><li>Over January 2017 to June 2020, Event file, again has ")
    assert page.count("<tr>") == 4 and '<table class="dataframe">' in page


def test_a_claim_that_names_a_release_in_its_links_is_held_against_each_in_turn(releases, add_claim):
    add_claim("by", '[counts]\nagainst = ["again", "events"]\nfirst = "2019-01"\nlast = "2019-12"\n[asserts]\n'
                    'recorded = { at_least = 1, by = "again" }')  # fmt: skip
    study = read_study(releases)
    found = compare_vintages(replace(study, claims=(study.claim("by"),)), "events", "again")
    row = found.rulings.set_index("link").loc["recorded"]
    assert [row["estimate_old"], row["estimate_new"]] == [
        study.total(name, "2019-01", "2019-12") for name in ("events", "again")
    ]
    assert row["ruling_old"] == row["ruling_new"] == "SUPPORTED"


def test_a_claim_without_a_span_is_held_against_all_that_both_releases_have(releases, add_claim):
    add_claim("ever", "[asserts]\nrecorded = { at_least = 1 }")
    study = read_study(releases)
    found = compare_vintages(replace(study, claims=(study.claim("ever"),)), "events", "again")
    row = found.rulings.set_index("link").loc["recorded"]
    assert [row["estimate_old"], row["estimate_new"]] == [
        study.total(name, "2017-01", "2020-06") for name in ("events", "again")
    ]


def test_a_release_that_alone_can_tell_gives_another_ruling_than_one_that_cannot(releases, add_claim):
    add_claim("basra", level(5, "2018-12", "again").replace("2019-01", "2018-01").replace(
        "[asserts]", 'provinces = ["Basra"]\n[asserts]'))  # fmt: skip
    study = read_study(releases)
    study = replace(study, claims=(study.claim("basra"),))
    found = compare_vintages(study, "events", "again")
    assert found.flipped == ["basra"]
    assert found.rulings[["link", "ruling_old", "ruling_new"]].to_numpy().tolist() == [
        ["claim", "UNTESTABLE", "SUPPORTED"],
    ]  # fmt: skip
    assert found.sentences[-1] == (
        "Of 1 claim held against both, 1 gets another ruling: basra (UNTESTABLE before, SUPPORTED now)."
    )


def test_what_one_release_did_not_watch_has_the_estimate_of_the_other(releases):
    study = read_study(releases)
    panel = study.panels["again"]
    exposure = panel.exposure.copy()
    exposure.loc["2019-05"] = 0.0
    unwatched = replace(panel, exposure=exposure, counts=panel.counts.where(exposure > 0))
    study = replace(study, claims=(study.claim("level"),), panels={**study.panels, "again": unwatched})
    for pair, other, number in ((("events", "again"), "new", "old"), (("again", "events"), "old", "new")):
        row = compare_vintages(study, *pair).rulings.set_index("link").loc["recorded"]
        assert row[f"ruling_{other}"] == "UNTESTABLE" and np.isnan(row[f"estimate_{other}"])
        assert row[f"estimate_{number}"] == study.total("events", "2019-01", "2019-12") and row["unit"] == "count"
        assert row["flipped"]


def test_more_than_one_claim_is_told_in_the_plural(releases, add_claim):
    add_claim("later-still", LATER)
    add_claim("nobody", '[asserts]\nneeds = { measure = "leaflets", because = "Nobody counted them." }')
    for name in ("one", "two"):
        add_claim(name, level(1, "2020-12"))
    assert compare_vintages(read_study(releases), "events", "again").sentences[-3:] == (
        "2 of these claims go on after June 2020 and are held against what comes before: that is not the ruling on "
        "them.",
        "2 claims are about other times.",
        "2 claims rest on no counts.",
    )


def test_a_ruling_that_rests_on_what_was_revised_flips(releases):
    found = compare_vintages(read_study(releases), "events", "again")
    assert (found.first, found.last) == ("2017-01", "2020-06")
    assert found.flipped == ["level"]
    link = found.rulings[found.rulings["link"] == "recorded"].iloc[0]
    assert link["estimate_old"] > 2 * link["estimate_new"]
    assert found.aside == {"later": "is about other times", "other": "rests on no counts"}


def test_the_revisions_are_the_cells_that_differ(releases):
    study = read_study(releases)
    found = compare_vintages(study, "events", "again")
    both = found.revisions.dropna(subset="change")
    assert set(both["period"].str[:4]) == {"2019"} and (both["change"] < 0).all()
    old = study.panel("events")["Diyala"]["2019-05"]
    row = both[(both["period"] == "2019-05") & (both["province"] == "Diyala")].iloc[0]
    assert (row["old"], row["change"]) == (old, round(old / 3) - old)
    lone = found.revisions[found.revisions["change"].isna()]
    assert lone["province"].unique().tolist() == ["Basra"] and lone["new"].sum() == 12
    assert found.totals.loc[pd.Period("2017"), "ratio"] == 1
    assert found.totals.loc[pd.Period("2018"), "new"] == found.totals.loc[pd.Period("2018"), "old"] + 12


def test_the_sentences_say_what_was_revised_and_what_flipped(releases):
    told = compare_vintages(read_study(releases), "events", "again").sentences
    assert told[0].startswith("Over January 2017 to June 2020, Event file, again has ")
    assert "Only Event file, again has Basra, with 12 attacks." in told
    assert any(sentence.startswith("Of 1 claim held against both, 1 gets another ruling: level (") for sentence in told)
    assert told[-2:] == ("1 claim is about other times.", "1 claim rests on no counts.")


def test_a_release_against_an_equal_one_changes_nothing(add_claim):
    folder = add_claim("level", LEVEL)
    text = (folder / "study.toml").read_text().replace('rule = "file"', 'rule = "file"\norigin = "file"')
    (folder / "study.toml").write_text(text)
    found = compare_vintages(read_study(folder), "again", "events")
    assert found.flipped == [] and found.revisions.empty
    assert "Of 1 claim held against both, none gets another ruling." in found.sentences


def test_sources_that_are_not_releases_of_one_thing_are_refused(study_folder):
    study = read_study(study_folder)
    with pytest.raises(StudyError) as told:
        compare_vintages(study, "events", "again")
    assert str(told.value) == (
        f"compare two releases of a source of {study_folder}: found 'events' (attacks, IS, origin 'events') and "
        "'again' (attacks, IS, origin 'again'); allowed: two sources of one measure, actor and origin; name two "
        "releases; what different sources say together is what a claim asserts as realised."
    )


def test_the_verb_prints_sentences_or_json(releases, capsys):
    assert cli.main(["vintages", str(releases), "events", "again", "--quiet"]) == 0
    assert "another ruling: level" in capsys.readouterr().out
    assert cli.main(["vintages", str(releases), "events", "again", "--quiet", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["rulings"][0]["claim"] == "level" and printed["rulings"][0]["flipped"] is True


def test_the_chart_has_a_course_for_each_release(releases):
    found = compare_vintages(read_study(releases), "events", "again")
    ax = found.plot()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["Event file", "Event file, again"]
    np.testing.assert_array_equal(ax.get_lines()[-1].get_ydata(), found.series["new"])
    plt.close(ax.figure)
