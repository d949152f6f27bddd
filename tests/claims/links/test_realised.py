from dataclasses import replace
from math import inf, nan

import pandas as pd
import pytest

from trends.chance.counter_checks import CounterCheck, overturning_common
from trends.chance.counters import Counter, realised
from trends.chance.drift import Span, learned_drift
from trends.claims.assess import assess
from trends.claims.claim import Claim, Counts
from trends.claims.examples import example_studies
from trends.claims.links.realised import KIND, Realised, RealisedFigure, overturned_in_words
from trends.claims.links.recorded import Recorded
from trends.claims.quantity import AskedFigure
from trends.claims.records import Record
from trends.claims.rulings import Ruling
from trends.claims.study import read_study
from trends.claims.together import Weighing
from trends.claims.verdict import Asserted, rule

NEIGHBOURS = {"span": "2020Q2", "against": "2020Q1", "direction": "rise"}
YEARS = {"span": "2019", "against": "2018", "direction": "rise"}


@pytest.fixture(scope="module")
def iraq():
    return read_study(example_studies()["iraq"])


@pytest.fixture(scope="module")
def surge():
    return read_study(example_studies()["iraq_surge"])


def found(study, link=None, recorded=None, **counts):
    asserts = {"recorded": recorded} if recorded else {}
    asserts["realised"] = link or Realised()
    claim = Claim("one", "It was so.", "paper", "A", "2020-06", "2020-07-01", asserts, Counts(**counts))
    return assess(replace(claim, document=next(iter(study.documents))), study).findings[-1]


@pytest.mark.parametrize(
    "more",
    [{}, {"direction": "fall"}, {"at_least": 1.1}, {"by": ("ctc_sigact",)}, {"by": ("ctc_sigact", "lig_oir")}],
)
def test_the_figures_are_those_of_all_counters_of_each_and_without_each(iraq, more):
    finding = found(iraq, Realised(**NEIGHBOURS | more), source="ctc_sigact")
    fit, evidence = finding.fit, finding.evidence
    weighing = Weighing(fit.asked, iraq, learned_drift(iraq.country), iraq.common)
    assert evidence == weighing.evidence(fit.records)
    alone = [(each.title, each.counts[1], weighing.evidence([each])) for each in fit.records]
    rows = [(title, count, one.estimate, one.lower, one.upper) for title, count, one in alone]
    together = [("together", nan, evidence.estimate, evidence.lower, evidence.upper)] if len(rows) > 1 else []
    known = pd.DataFrame([*together, *rows], columns=finding.table.columns)
    pd.testing.assert_frame_equal(finding.table.head(len(known)), known, check_dtype=False)
    others = {each.title: [other for other in fit.records if other is not each] for each in fit.records}
    assert fit.without == (
        {title: weighing.evidence(records) for title, records in others.items()} if len(rows) > 1 else {}
    )
    low, high = finding.stand.claimed
    bar = low if high == inf else high
    if finding.ruling is Ruling.CANNOT_TELL:
        assert fit.overturned_by is None and fit.overturning_common is None
        return
    assert fit.overturned_by == weighing.ratio(fit.records).overturned_by(bar, weighing.level)
    spans = Span(0, 3), Span(3, 3)
    counters = weighing.counters(fit.records)
    assert fit.overturning_common == overturning_common(
        counters, *spans, ratio=bar, process=weighing.process, common=0.3, level=weighing.level
    )


@pytest.mark.parametrize(
    ("keys", "start", "end"),
    [
        (NEIGHBOURS, "By 3 counters together, the ", ", wholly within what the claim says: above 1. It would "),
        (NEIGHBOURS | {"direction": "fall"}, "By 3 counters ", ", wholly outside what the claim says: below 1. It w"),
        (NEIGHBOURS | {"by": ("ucdp",)}, "By UCDP GED 21.1 alone, the realised rate of ", ""),
        (NEIGHBOURS | {"about": 1.4}, "By 3 counters together", "compatible with a rise to about 1.40 times"),
    ],
)
def test_a_ratio_is_told_with_its_counters_and_where_its_interval_lies(iraq, keys, start, end):
    finding = found(iraq, Realised(**keys), source="ctc_sigact")
    assert finding.sentence.startswith(start) and end in finding.sentence
    assert finding.question.endswith(", whoever counted?") and finding.stand.comparable


@pytest.mark.parametrize(
    ("keys", "end"),
    [
        (
            {"at_least": 566.0},
            ": what was missed can only add to it, and the claim says at least 566. It would be "
            "overturned if 1 of these 566 was recorded wrongly.",
        ),
        (
            {"at_most": 565.0},
            ", which is more than the claim says: at most 565. It would be overturned if 1 of these 566 was recorded "
            "wrongly.",
        ),
        ({"exactly": 566.0}, "; how many were missed nobody counted, so that exactly 566 holds for the record alone."),
        ({"at_most": 566.0}, "; how many were missed nobody counted, so that at most 566 holds for the record alone."),
        ({"at_least": 567.0}, "; whether it was at least 567 depends on what was missed, which nobody counted."),
    ],
)
def test_a_level_is_told_with_what_an_undercount_leaves_open(iraq, keys, end):
    finding = found(iraq, Realised(span="2020Q1", **keys), source="ctc_sigact")
    assert finding.sentence == f"By Knights & Almeida (CTC) alone, the {finding.fit.asked.what} was 566 or more{end}"
    assert finding.checks == () and finding.fit.without == {} and finding.fit.overturned_by is None
    assert finding.table["what"].iloc[0] == "Knights & Almeida (CTC)" and "together" not in set(finding.table["what"])
    assert finding.table["count"].iloc[0] == 566 and not any(each.startswith("Assumed:") for each in finding.caveats)


def test_what_all_reporting_would_have_to_do_is_told_with_its_way():
    spans = (("2018", "2018"), ("2019", "2019"))
    asked = AskedFigure("ratio", spans, (), (), "ratio", Asserted((0.0, 1.0)), "a fall", "ratio", "a fall", "fall")
    fit = RealisedFigure(asked, (Record("a", "A", (90.0, 10.0)),), {}, 0.3)
    assert overturned_in_words(fit) == ""
    assert overturned_in_words(replace(fit, overturned_by=0.5)) == (
        "It would be overturned if all reporting had fallen by 50 % just then."
    )
    assert overturned_in_words(replace(fit, overturned_by=1.5, overturning_common=0.6)) == (
        "It would be overturned if all reporting had risen by 50 % just then, or if counters of a kind had 60 % or "
        "more of their drift in common."
    )


def test_what_was_realised_rests_on_counts_and_its_chart_names_them():
    assert KIND.of_counts and KIND.cites_rows
    assert KIND.names(Realised(**NEIGHBOURS, by=("ucdp", "gti"))).sources == ("ucdp", "gti")


@pytest.mark.parametrize("alike", [("CTC", "LIG"), ("LIG", "CTC"), ("CTC", "UCDP")])
def test_two_that_are_very_alike_are_taken_for_the_larger_of_them(iraq, monkeypatch, alike):
    titles = {"CTC": "Knights & Almeida (CTC)", "LIG": "Lead Inspector General", "UCDP": "UCDP GED 21.1"}
    pair = tuple(titles[each] for each in alike)
    together = CounterCheck((), (), (pair,), False)
    monkeypatch.setattr("trends.claims.links.realised.check_counters", lambda *args, **kwargs: together)
    finding = found(iraq, Realised(**NEIGHBOURS), source="ctc_sigact")
    weighing = Weighing(finding.fit.asked, iraq, learned_drift(iraq.country), iraq.common)
    smaller = titles["UCDP" if "UCDP" in alike else "LIG"]
    left = weighing.evidence([each for each in finding.fit.records if each.title != smaller])
    (check,) = (check for check in finding.checks if check.name == "counters apart")
    assert f": {pair[0]} and {pair[1]}. " in check.says
    assert (check.outcome == "failed") == (rule(left, finding.stand) is Ruling.CANNOT_TELL)


def test_without_the_smaller_of_two_that_are_alike_the_larger_may_bear_the_ruling_alone(iraq, monkeypatch):
    pair = ("Knights & Almeida (CTC)", "UCDP GED 21.1")
    together = CounterCheck((), (), (pair,), False)
    monkeypatch.setattr("trends.claims.links.realised.check_counters", lambda *args, **kwargs: together)
    finding = found(replace(iraq, common=0.0), Realised(**NEIGHBOURS), source="ctc_sigact")
    (check,) = (check for check in finding.checks if check.name == "counters apart")
    assert finding.ruling is Ruling.SUPPORTED and check.outcome == "passed"


def test_a_level_that_other_rules_count_otherwise_is_not_said_to_have_changed_between_spans(iraq):
    finding = found(iraq, Realised(span=("2017", "2019"), at_least=5.0), source="gti")
    assert "UCDP GED 21.1" in set(finding.table["what"]) and not any("left out" in each for each in finding.caveats)


def test_the_second_quarter_of_2020_was_above_the_first_whoever_counted(iraq):
    finding = found(iraq, Realised(**NEIGHBOURS), source="ctc_sigact")
    assert finding.ruling is Ruling.SUPPORTED
    # The counts and their process as they are, put together without the study.
    counters = [
        Counter("UCDP", 16, 38, origin="ucdp"),
        Counter("CTC", 566, 808, kind="military"),
        Counter("LIG", 250, 405, kind="military"),
    ]
    known = realised(counters, Span(0, 3), Span(3, 3), process=learned_drift("Iraq"), common=0.3)
    assert (finding.evidence.lower, finding.evidence.estimate, finding.evidence.upper) == known.interval(0.90)
    assert finding.evidence.supported == pytest.approx(known.above(1.0), abs=0.005)
    assert "It would be overturned if all reporting had risen by 5 % just then" in finding.sentence


def test_the_counters_of_2018_and_2019_disagree_on_the_sign_and_nobody_can_tell(iraq):
    finding = found(iraq, Realised(about=1.13, **YEARS), source="ctc_sigact")
    assert finding.ruling is Ruling.CANNOT_TELL
    assert finding.evidence.lower == pytest.approx(0.37, abs=0.02)
    assert finding.evidence.upper == pytest.approx(1.51, abs=0.02)
    assert "compatible with a rise to about 1.13 times, and with anything from 0.37 to 1.51" in finding.sentence
    alone = finding.table.set_index("what")["estimate"]
    assert alone["Knights & Almeida (CTC)"] > 1 > alone["UCDP GED 21.1"] > alone["Global Terrorism Index"]
    agree = next(check for check in finding.checks if check.name == "counters agree")
    assert "Alone, UCDP GED 21.1 and Global Terrorism Index would say otherwise." in agree.says


def test_june_2008_was_below_june_2007_whoever_counted(surge):
    finding = found(surge, Realised(span="2008-06", against="2007-06", direction="fall"))
    assert finding.ruling is Ruling.SUPPORTED
    assert finding.evidence.estimate == pytest.approx(0.33, abs=0.04)
    assert ", wholly within what the claim says: below 1. It would " in finding.sentence
    rise = found(surge, Realised(span="2008-06", against="2007-06", direction="rise"))
    assert rise.ruling is Ruling.CONTRADICTED
    assert ", wholly outside what the claim says: above 1. It would " in rise.sentence
    assert "It would be overturned if all reporting had fallen by" in finding.sentence


def test_which_single_counter_a_ruling_needs_is_told_beside_it(surge):
    finding = found(surge, Realised(span="2008-06", against="2007-06", direction="fall"))
    (check,) = (check for check in finding.checks if check.name == "without each counter")
    assert "without SIGACTs and UCDP GED 21.1 it would be open" in check.says
    opened = [title for title, each in finding.fit.without.items() if each.upper > 1]
    assert opened == ["SIGACTs", "UCDP GED 21.1"]


@pytest.mark.parametrize(
    ("keys", "ruling"),
    [
        ({"at_least": 566.0}, "SUPPORTED"),
        ({"at_least": 600.0}, "CANNOT TELL"),
        ({"about": 566.0}, "CANNOT TELL"),
        ({"at_most": 500.0}, "CONTRADICTED"),
        ({"at_most": 600.0}, "CANNOT TELL"),
        ({"about": 400.0}, "CONTRADICTED"),
    ],
)
def test_an_undercount_can_only_be_added_to(iraq, keys, ruling):
    finding = found(iraq, Realised(span="2020Q1", **keys), source="ctc_sigact")
    assert finding.ruling == ruling
    assert (finding.evidence.lower, finding.evidence.upper) == (566, inf)


def test_levels_of_other_rules_stand_in_the_table_and_do_not_rule(iraq):
    table = found(iraq, Realised(span="2020Q1", at_least=566.0), source="ctc_sigact").table
    rows = table.set_index("what")["estimate"]
    assert rows["Lead Inspector General"] == 250 and rows["UCDP GED 21.1"] == 16


def test_a_third_in_diyala_is_compatible_with_what_was_realised(iraq):
    finding = found(iraq, Realised(span="2020Q1", share_of=("Diyala",), about=0.32), source="lig_oir")
    assert finding.ruling is Ruling.CANNOT_TELL
    assert finding.evidence.estimate == pytest.approx(0.32, abs=0.03)
    assert "compatible with about 32 %" in finding.sentence


def test_that_baghdad_had_the_most_is_not_settled_by_one_counter(iraq):
    finding = found(iraq, Realised(span=("2013-01", "2015-12"), most="Baghdad"))
    assert finding.ruling is Ruling.CANNOT_TELL and 0.2 < finding.evidence.supported < 0.8


def test_every_step_at_once_is_surer_than_none_of_them(iraq):
    rising = Realised(span=("2020-01", "2020-06"), every="quarter", direction="rise")
    two = found(iraq, rising, source="ctc_sigact")
    one = found(iraq, Realised(**NEIGHBOURS), source="ctc_sigact")
    assert two.evidence.supported == pytest.approx(one.evidence.supported)
    three = found(iraq, replace(rising, span=("2020-01", "2020-09")), source="ctc_sigact")
    assert three.evidence.supported < two.evidence.supported and three.evidence.lower < 1


def test_counters_of_one_origin_count_once_and_the_page_says_so(iraq):
    keys = {"span": "2018", "against": "2017", "direction": "fall", "by": ("ucdp", "ucdp_191")}
    both, alone = found(iraq, Realised(**keys)), found(iraq, Realised(**keys | {"by": ("ucdp_191",)}))
    assert both.evidence.nobs == 1
    assert any("goes back to the same list as" in caveat for caveat in both.caveats)
    assert both.table["what"].str.contains("same origin").sum() == 1
    assert (both.evidence.estimate, both.evidence.upper) == (alone.evidence.estimate, alone.evidence.upper)


def test_a_declared_break_moves_the_ratio_by_what_is_known_of_it(iraq):
    keys = {"span": "2018", "against": "2017", "direction": "fall", "by": ("ucdp",)}
    broken = found(iraq, Realised(**keys))
    source = replace(iraq.sources["ucdp"], breaks=())
    whole = found(replace(iraq, sources=iraq.sources | {"ucdp": source}), Realised(**keys))
    # It kept .82 to .92 of the events, then .61: what it recorded fell by more than what was realised.
    assert broken.evidence.estimate > 1.2 * whole.evidence.estimate


def test_a_counter_that_changed_by_nobody_knows_how_much_is_left_out_and_said_so(iraq):
    keys = {"span": "2019", "against": "2017", "direction": "fall", "by": ("accord_acled",)}
    finding = found(iraq, Realised(**keys))
    assert finding.ruling is Ruling.UNTESTABLE
    assert finding.sentence == (
        "Between the spans it changed how the series “ACCORD, from ACLED” counts, and by how much is not known."
    )
    more = found(iraq, Realised(**keys | {"by": ("accord_acled", "gti")}))
    assert more.evidence.nobs == 1
    assert any(
        caveat.startswith("The series “ACCORD, from ACLED” is left out: between the spans") for caveat in more.caveats
    )


def test_a_larger_share_in_common_makes_the_answer_less_sure_and_is_told_at_which_it_opens(iraq):
    sure = found(iraq, Realised(**NEIGHBOURS), source="ctc_sigact")
    loose = found(replace(iraq, common=0.9), Realised(**NEIGHBOURS), source="ctc_sigact")
    assert loose.ruling is Ruling.CANNOT_TELL and loose.evidence.lower < sure.evidence.lower
    assert 0.3 < sure.fit.overturning_common < 0.9
    assert any("have 30 % of the drift in what they see in common" in caveat for caveat in sure.caveats)
    assert "or if counters of a kind had" in sure.sentence and "no larger share" not in sure.sentence


def test_where_no_larger_share_in_common_would_overturn_it_that_is_said():
    records = (Record("a", "A", (10.0, 90.0)), Record("b", "B", (12.0, 100.0)))
    spans = (("2018", "2018"), ("2019", "2019"))
    asked = AskedFigure("ratio", spans, (), (), "ratio", Asserted((1.0, inf)), "a rise", "ratio", "a rise", "rise")
    told = overturned_in_words(RealisedFigure(asked, records, {}, 0.3, overturned_by=2.0))
    assert told == (
        "It would be overturned if all reporting had risen by 100 % just then; no larger share of drift in common "
        "would do it."
    )


def test_no_counter_at_all_is_one_sentence(iraq):
    finding = found(iraq, Realised(span="2011", against="2010", direction="rise"))
    assert (finding.ruling, finding.sentence) == (
        Ruling.UNTESTABLE,
        "No counter of the study has a figure for the rate of 2011, against that of 2010.",
    )


def test_an_open_direction_says_which_way_the_data_lean_and_how_likely_it_is(iraq):
    finding = found(iraq, Realised(**YEARS), source="ctc_sigact")
    assert finding.ruling is Ruling.CANNOT_TELL
    assert f"({100 * finding.evidence.supported:.0f} %): no ruling." in finding.sentence


def test_true_is_the_figure_of_the_record(iraq):
    recorded = Recorded(**NEIGHBOURS)
    assert found(iraq, None, recorded, source="ctc_sigact") == found(iraq, Realised(**NEIGHBOURS), source="ctc_sigact")


def test_counters_that_recorded_nothing_in_either_span_are_not_said_to_have_changed(iraq):
    finding = found(iraq, Realised(**YEARS, by=("ucdp",)), provinces=("Najaf",))
    assert finding.ruling is Ruling.UNTESTABLE
    assert finding.sentence == "UCDP GED 21.1 recorded nothing of it at all, so that no rate can be told."


@pytest.mark.parametrize("which", [{"share_of": ("Diyala",), "at_least": 0.5}, {"most": "Diyala"}])
def test_the_share_of_the_only_place_that_is_counted_is_no_finding(iraq, which):
    panel = iraq.panels["ucdp"].select(["Diyala"])
    alone = replace(iraq, panels={"ucdp": panel}, counters=("ucdp",))
    finding = found(alone, Realised(span="2019", **which, by=("ucdp",)))
    assert finding.ruling is Ruling.UNTESTABLE
    assert finding.sentence == (
        "UCDP GED 21.1 counts no other place than Diyala, so that it tells nothing of its share or rank."
    )


def test_where_the_probability_decides_it_is_told_and_no_interval_that_holds_what_is_claimed(iraq):
    """Every year a rise: that each of three steps was one is far less likely than that the weakest was."""
    finding = found(iraq, Realised(span=("2015", "2019"), every="year", direction="rise", by=("ucdp",)))
    evidence, (low, high) = finding.evidence, finding.stand.claimed
    assert finding.ruling is Ruling.CONTRADICTED and evidence.supported <= 0.05
    outside = evidence.upper < low or evidence.lower > high
    assert ("wholly outside" in finding.sentence) == outside
    assert ("That what the claim says is so, above 1, has a probability of" in finding.sentence) != outside
