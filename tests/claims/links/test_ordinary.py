from dataclasses import replace

import pytest

from trends.claims.assess import assess
from trends.claims.claim import Claim, Counts
from trends.claims.examples import example_studies
from trends.claims.links.ordinary import Ordinary
from trends.claims.rulings import Ruling
from trends.claims.study import read_study
from trends.errors import ModelError


@pytest.fixture(scope="module")
def iraq():
    return read_study(example_studies()["iraq"])


def found(study, link, **counts):
    asserts = {"ordinary": link}
    claim = Claim("one", "It was so.", "paper", "A", "2020-06", "2020-07-01", asserts, Counts(**counts))
    return assess(replace(claim, document=next(iter(study.documents))), study).findings[-1]


def counted(study, name, months, value):
    """The study with other counts in some months of its panel."""
    panel = study.panels["ucdp"]
    counts = panel.counts.copy()
    counts.loc[months[0] : months[1]] = 0.0
    counts.loc[months[0] : months[1], name] = value
    return replace(study, panels=study.panels | {"ucdp": replace(panel, counts=counts)})


def test_a_rise_as_such_series_show_is_told_with_how_often_they_do(iraq):
    finding = found(iraq, Ordinary(span="2020Q2", against="2020Q1", direction="rise"))
    share = finding.fit.swing.rise
    assert finding.ruling is Ruling.CANNOT_TELL
    assert f"A rise this large is seen in {100 * share:.0f} of 100 such pairs of spans" in finding.sentence
    assert finding.sentence.endswith("Such series do this by themselves.")
    assert finding.fit.swing.own_pairs > 50 and "earlier pairs of its own" in finding.sentence


@pytest.mark.parametrize(
    ("value", "direction", "ruling"),
    [(150.0, "rise", "SUPPORTED"), (150.0, "fall", "CONTRADICTED"), (7.0, "rise", "CANNOT TELL")],
)
def test_what_is_beyond_nearly_all_like_pairs_is_more_than_ordinary(iraq, value, direction, ruling):
    study = counted(iraq, "Diyala", ("2020-04", "2020-06"), value)
    finding = found(study, Ordinary(span="2020Q2", against="2020Q1", direction=direction))
    assert finding.ruling == ruling


def test_a_span_that_was_picked_as_the_largest_pays_for_it(iraq):
    study = counted(iraq, "Diyala", ("2020-04", "2020-06"), 50.0)
    keys = {"span": "2020Q2", "against": "2020Q1", "direction": "rise"}
    assert found(study, Ordinary(**keys)).ruling is Ruling.SUPPORTED
    picked = found(study, Ordinary(**keys, picked_from=28))
    assert picked.ruling is Ruling.CANNOT_TELL
    assert "The largest of 28 changes is as large as this one in" in picked.sentence


def test_published_totals_are_placed_by_their_size_alone(iraq):
    finding = found(iraq, Ordinary(span="2019", against="2018", direction="rise"), source="ctc_sigact")
    assert finding.fit.swing.own_pairs == 0 and finding.ruling is Ruling.CANNOT_TELL


def test_the_studys_own_country_is_left_out_of_the_world(iraq):
    keys = {"span": "2020Q2", "against": "2020Q1", "direction": "rise"}
    own, other = (found(replace(iraq, country=code), Ordinary(**keys)).fit.swing for code in ("IQ", "FR"))
    assert own.rise != other.rise


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        (
            {"span": "2019", "at_least": 1.0},
            "Ask whether at least 1 fatal event in 2019 is more than ordinary: found a figure that is no change from "
            "one span to another; allowed: a figure with against, the earlier span; name it, or take the link out.",
        ),
        (
            {"span": ("2020-05-08", "2020-05-14"), "against": ("2020-05-01", "2020-05-07"), "direction": "rise"},
            "Ask whether a rise from 8 to 14 May 2020 against 1 to 7 May 2020 is more than ordinary: "
            "found spans that are not of whole months; allowed: whole months, which the world's series have; name "
            "such spans, or take the link out.",
        ),
    ],
)
def test_what_the_worlds_series_cannot_answer_is_untestable_in_one_sentence(iraq, keys, says):
    finding = found(iraq, Ordinary(**keys))
    assert (finding.ruling, finding.evidence.untestable) == (Ruling.UNTESTABLE, says)


@pytest.mark.parametrize("which", [{"at_least": 5.0}, {"most": "Diyala"}, {"share_of": ("Diyala",), "at_least": 0.5}])
def test_what_is_no_change_is_told_to_be_none(iraq, which):
    finding = found(iraq, Ordinary(span="2019", **which))
    assert finding.ruling is Ruling.UNTESTABLE
    assert finding.sentence.startswith(
        "What such series do by themselves is known of changes, and the sentence is about"
    )


def test_a_change_is_picked_from_one_span_at_least():
    with pytest.raises(ModelError, match="found picked_from=0; allowed: a whole number from 1 up; "):
        Ordinary(span="2019", against="2018", direction="rise", picked_from=0)
