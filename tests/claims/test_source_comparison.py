import numpy as np
import pandas as pd
import pytest

from trends.claims.source_comparison import compare_sources
from trends.claims.study import read_study
from trends.counts.panel import Panel
from trends.counts.panel_files import write_panel
from trends.errors import StudyError
from trends.periods import span


@pytest.fixture
def study(study_folder):
    """A study whose second file keeps nine tenths of the first, and six from 2020 on; a paper with totals."""
    rng, index = np.random.default_rng(8), span("2017-01", "2020-12", "M")
    whole = rng.poisson(np.where(index >= pd.Period("2019-01", "M"), 90, 30))
    part = rng.binomial(whole, np.where(index >= pd.Period("2020-01", "M"), 0.6, 0.9))
    for name, counts in (("events", whole), ("again", part)):
        write_panel(Panel(pd.DataFrame({"Diyala": counts}, index=index)), study_folder / "counts" / f"{name}.csv")
    text = (study_folder / "study.toml").read_text().replace('rule = "file"\n', 'rule = "file"\norigin = "file"\n')
    what = '[[sources.again.breaks]]\nfirst = "2020-01"\nwhat = "it keeps fewer"\n'
    (study_folder / "study.toml").write_text(text.replace("[sources.paper]", f"{what}[sources.paper]"))
    return read_study(study_folder)


def test_a_part_of_the_same_list_its_break_and_common_turn_are_told(study):
    (pair,) = compare_sources(study, ["events", "again"]).pairs
    assert pair.same_origin and pair.level.nested and len(pair.counts) == 48
    ((title, when, what, step, inside),) = pair.breaks
    assert (title, str(when), what, inside) == ("Event file, again", "2020-01", "it keeps fewer", True)
    assert step[1] < 0.6 / 0.9 < step[2]
    assert {"2019-01"} <= set(pair.turns["at"].astype(str))
    assert pair.periods.share > pair.periods.chance and pair.periods.pvalue < 0.05
    told = " ".join(pair.sentences)
    assert "The one is a part of the other." in told
    assert "Event file, again counts otherwise from January 2020: it keeps fewer. Their ratio from then on is" in told


def test_published_totals_are_compared_over_their_own_span_only(study):
    (pair,) = compare_sources(study, ["events", "paper"]).pairs
    counted = study.panel("events").counts["Diyala"]
    assert pair.counts["first"].astype(str).tolist() == ["2018-01-01", "2019-01-01", "2020-01-01", "2020-04-01"]
    assert pair.counts["events"].tolist() == [counted[label].sum() for label in ("2018", "2019")] + [
        counted["2020-01":"2020-03"].sum(), counted["2020-04":"2020-06"].sum(),
    ]  # fmt: skip
    assert pair.turns is None and np.isnan(pair.level.drift[0]) and pair.uneven < 0.05
    assert "For independent incidents the ratio is not the same in all of them (p below 0.001)." in pair.sentences


def test_figures_of_one_rule_that_differ_are_told(study_folder):
    text = (study_folder / "study.toml").read_text().replace('rule = "paper"', 'rule = "file"')
    (study_folder / "study.toml").write_text(text)
    (pair,) = compare_sources(read_study(study_folder), ["events", "paper"]).pairs
    assert "They say that they count the same by the same rule, and differ in 4 of 4 spans." in pair.sentences


def test_the_reading_of_a_comparison_and_its_axes(study):
    found = compare_sources(study)
    assert list(found.summary().index) == ["again", "paper"]
    assert found.sentences[0] in found._repr_html_() and str(found).splitlines()[0] == found.sentences[0]
    axes = found.plot("paper")
    above = axes.figure.axes[0]
    assert above.get_yscale() == axes.get_yscale() == "log"
    assert [text.get_text() for text in above.get_legend().get_texts()] == ["Event file", "The paper"]
    drawn = [segment[0, 1] for segment in above.collections[1].get_segments()]
    assert drawn == pytest.approx(found.pairs[1].counts["paper"] / np.array([365, 365, 91, 91]) * 30)


def test_sources_without_a_span_in_common_are_named(study):
    found = compare_sources(study, ["events", "paper"], first="2017-01", last="2017-12")
    assert found.pairs == () and found.sentences == ("No span in common: The paper.",)
    with pytest.raises(StudyError, match="none: no two sources have a span in common"):
        found.plot()


def test_one_source_is_not_a_comparison(study):
    with pytest.raises(StudyError) as refusal:
        compare_sources(study, ["events"])
    assert str(refusal.value) == (
        f"compare the sources of {study.path}: found the sources events; allowed: two or more of events, again, paper; "
        "name another one."
    )
    with pytest.raises(StudyError, match="the source 'nobody'"):
        compare_sources(study, ["events", "nobody"])
