"""Two releases of a source: what was revised, and which verdicts flip."""

import json

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from trends import cli
from trends.claims.study import read_study
from trends.claims.vintages import compare_vintages
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
