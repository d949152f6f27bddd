"""Sentences that were read as something else than what was said, each with what is right."""

import re
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from trends.chance.evidence import Evidence
from trends.claims.assess import assess
from trends.claims.claim import Claim, Counts
from trends.claims.direction import stand_on_change
from trends.claims.examples import example_studies
from trends.claims.ladder import how_far, ladder
from trends.claims.links.ordinary import Ordinary
from trends.claims.links.realised import Realised
from trends.claims.links.recorded import Recorded
from trends.claims.quantity import Quantity, asked_figure
from trends.claims.rulings import Ruling
from trends.claims.rungs import Rung
from trends.claims.study import read_study
from trends.claims.verdict import Finding, Verdict
from trends.claims.words import claimed_in_words, interval
from trends.counts.panel import Panel
from trends.periods import span

STUDIES = {name: read_study(path) for name, path in example_studies().items()}
UPON_COUNTS = ("recorded", "realised", "ordinary")


def found(study, id, *links):
    """The findings of a shipped claim on what was recorded and realised."""
    claim = study.claim(id)
    kept = {link: claim.asserts[link] for link in links or UPON_COUNTS if link in claim.asserts}
    return {each.link: each for each in assess(replace(claim, asserts=kept), study).findings}


def said(study, asserts, **counts):
    """The verdict on a claim that is made here."""
    document = next(iter(study.documents))
    return assess(Claim("one", "So it was.", document, "A", "2020-06", "2020-07-01", asserts, Counts(**counts)), study)


def yearly(**years):
    """The study of Iraq, its panel one of years with these counts in Diyala and twenty in Anbar."""
    index = span(min(years)[1:], max(years)[1:], "Y")
    counts = pd.DataFrame({"Diyala": [years[f"y{when}"] for when in index], "Anbar": 20.0}, index=index, dtype=float)
    iraq = STUDIES["iraq"]
    return replace(
        iraq, panels=iraq.panels | {"ucdp": Panel(counts, source="made", unit="attacks")}, counters=("ucdp",)
    )


def test_fell_by_60_percent_is_answered_by_what_was_recorded():
    finding = found(STUDIES["iraq_surge"], "attacks-fell-60-percent-since-june")["recorded"]
    # It fell by 48 percent: a fall, and not the one that was named.
    assert finding.ruling is Ruling.CONTRADICTED
    assert "recorded 5,736 attacks in June 2007 and 2,958 in December 2007: 0.52 times as many" in finding.sentence


def test_13_percent_more_is_supported_as_recorded_and_open_whoever_counted():
    verdicts = found(STUDIES["iraq"], "attacks-rose-13-percent-in-2019")
    assert [verdicts[link].ruling for link in ("recorded", "realised")] == [Ruling.SUPPORTED, Ruling.CANNOT_TELL]


def test_more_than_half_is_answered_by_183_of_400():
    study = yearly(y2018=183.0, y2019=183.0)
    counts = study.panels["ucdp"].counts.assign(Anbar=217.0)
    study = replace(study, panels=study.panels | {"ucdp": replace(study.panels["ucdp"], counts=counts)})
    verdict = said(study, {"recorded": Recorded(span="2019", share_of=("Diyala",), more_than=0.5)}, source="ucdp")
    assert verdict.ruling is Ruling.CONTRADICTED and "183 of 400 fatal events in Diyala: 46 %" in verdict.sentence


def test_years_that_follow_each_other_are_compared_no_less_surely_than_years_apart():
    study = yearly(y2010=177.0, y2011=177.0, y2012=255.0)
    widths = []
    for before in ("2011", "2010"):
        link = Realised(span="2012", against=before, direction="rise")
        evidence = said(study, {"realised": link}, provinces=("Diyala",)).findings[0].evidence
        widths.append(np.log(evidence.upper / evidence.lower))
    assert widths[0] <= widths[1] + 1e-9


def test_a_rise_that_falls_short_of_its_trend_is_a_rise_on_the_record():
    """1,655 and 1,709 were counted: only against a trend carried on is that no rise, and the ladder says both."""
    recorded = said(
        yearly(y2018=1655.0, y2019=1709.0),
        {"recorded": Recorded(span="2019", against="2018", direction="rise")},
        provinces=("Diyala",),
    ).findings
    change = Finding("change", "?", Ruling.CONTRADICTED, "Against what was to be expected it fell.", rung=Rung.ORDINARY)
    verdict = Verdict(STUDIES["iraq"].claims[0], change.ruling, change.sentence, (*recorded, change), "", ())
    assert "1,655 fatal events in 2018 and 1,709 in 2019" in ladder(verdict)[0].sentence
    assert how_far(verdict) == "It was recorded. It fails by more than such series move by themselves."


def test_the_same_ratio_stands_on_every_rung_that_tells_it():
    link = Recorded(span="2020Q2", against="2020Q1", direction="rise", by="ucdp")
    verdict = said(STUDIES["iraq"], {"recorded": link, "realised": Realised(by=("ucdp",)), "ordinary": Ordinary()})
    told = [finding.sentence for finding in verdict.findings]
    clause = "16 fatal events in the first quarter of 2020 and 38 in the second quarter of 2020: 2.38 times as many"
    assert clause in told[0] and clause in told[2]
    # By one counter alone the drift of what it sees draws the ratio towards 1, and the sentence says by whom.
    assert told[1].startswith("By UCDP GED 21.1 alone")


@pytest.mark.parametrize("name", sorted(STUDIES))
def test_opposite_claims_get_opposite_values(name):
    study = STUDIES[name]
    pairs = {tuple(sorted((claim.id, other))) for claim in study.claims for other in claim.conflicts_with}
    # They agree that the threat fell, and quarrel over what followed from it.
    pairs -= {("coalition-left-for-success-and-virus", "coalition-shrank-because-threat-fell")}
    for one, other in sorted(pairs):
        first, second = study.claim(one), study.claim(other)
        for link in set(first.asserts) & set(second.asserts):
            a, b = first.asserts[link], second.asserts[link]
            if isinstance(a, Quantity):
                asked = [asked_figure(each, claim, study) for each, claim in ((a, first), (b, second))]
                if asked[0].what != asked[1].what:
                    continue
                claimed = [each.stand.claimed for each in asked]
            elif link in ("change", "forecast") and (a.direction, b.direction) != (None, None):
                opposite = {"rise": {"no rise", "fall"}, "fall": {"no fall", "rise"}}
                assert b.direction in opposite.get(a.direction, ()) or a.direction in opposite.get(b.direction, ()), one
                continue
            else:
                continue
            low, high = sorted(claimed)
            # The two must not both be true of one number.
            assert low[1] < high[0], (one, other, link)


def test_no_two_statements_of_one_claim_exclude_each_other():
    for study in STUDIES.values():
        for claim in study.claims:
            claimed = [
                asked_figure(link, claim, study) for link in claim.asserts.values() if isinstance(link, Quantity)
            ]
            for one, other in combinations([each for each in claimed if each.form != "level"], 2):
                same = one.what == other.what
                assert not same or max(one.stand.claimed[0], other.stand.claimed[0]) <= min(
                    one.stand.claimed[1], other.stand.claimed[1]
                )


def test_a_first_place_is_read_off_the_counter_that_is_named_and_one_of_each_origin():
    """Not off whichever has the most incidents, where one contains the other."""
    iraq = STUDIES["iraq"]
    link = Recorded(span="2018", most="Diyala", by="ucdp")
    verdict = said(iraq, {"recorded": link, "realised": Realised(by=("ucdp", "ucdp_191"))})
    assert verdict.findings[0].sentence.startswith("UCDP GED 21.1 recorded ")
    assert verdict.findings[1].evidence.nobs == 1


def test_the_ministrys_own_counts_contradict_its_claim():
    finding = found(STUDIES["iraq"], "activity-rose-in-disputed-areas-2018-2019")["recorded"]
    assert finding.ruling is Ruling.CONTRADICTED
    assert "recorded 1,742 people killed, wounded or kidnapped in 2018 and 1,058 in 2019" in finding.sentence


def test_at_least_566_holds_by_its_own_rule_and_the_others_stand_beside_it():
    verdicts = found(STUDIES["iraq"], "attacks-566-first-quarter-2020")
    assert {finding.ruling for finding in verdicts.values()} == {Ruling.SUPPORTED}
    assert "16 by UCDP GED 21.1;" in verdicts["recorded"].sentence
    assert "250 by Lead Inspector General." in verdicts["recorded"].sentence


def test_a_third_of_attacks_in_diyala_is_80_of_250_on_the_record():
    finding = found(STUDIES["iraq"], "diyala-a-third-of-attacks")["recorded"]
    assert finding.ruling is Ruling.SUPPORTED and "80 of 250 attacks in Diyala: 32 %" in finding.sentence


def test_baghdad_had_the_most_as_recorded_and_nobody_knows_whoever_counted():
    link = Recorded(span=("2013-01", "2015-12"), most="Baghdad")
    verdict = said(STUDIES["iraq"], {"recorded": link, "realised": Realised()})
    assert [finding.ruling for finding in verdict.findings] == [Ruling.SUPPORTED, Ruling.CANNOT_TELL]


def test_attacks_rose_in_the_spring_of_2020_whoever_counted():
    verdicts = found(STUDIES["iraq"], "attacks-rose-after-drawdown")
    assert [each.ruling for each in verdicts.values()] == [Ruling.SUPPORTED, Ruling.SUPPORTED]


@pytest.mark.parametrize("name", sorted(STUDIES))
def test_a_record_that_the_speaker_has_is_never_open(name):
    study = STUDIES[name]
    for claim in study.claims:
        link = claim.asserts.get("recorded")
        if link and (link.by or claim.counts.source):
            (finding,) = found(study, claim.id, "recorded").values()
            assert finding.ruling is not Ruling.CANNOT_TELL, claim.id


@pytest.mark.parametrize("name", sorted(STUDIES))
def test_a_certain_ruling_that_one_counter_less_would_open_says_so(name):
    study = STUDIES[name]
    for claim in study.claims:
        if "realised" not in claim.asserts:
            continue
        finding = found(study, claim.id)["realised"]
        if finding.ruling in (Ruling.SUPPORTED, Ruling.CONTRADICTED):
            for title, each in getattr(finding.fit, "without", {}).items():
                low, high = finding.stand.claimed
                if not (low <= each.lower and each.upper <= high) and each.upper >= low and each.lower <= high:
                    (check,) = (check for check in finding.checks if check.name == "without each counter")
                    assert title in check.says and "it would be open" in check.says


@pytest.fixture(scope="module")
def verdicts():
    """The verdicts on the main claims on Iraq, and on a few that are narrow or open."""
    iraq = STUDIES["iraq"]
    more = ("safer-after-baghdadi", "operations-keep-is-from-using-the-virus", "strike-prevents-resurgence")
    return [assess(iraq.claim(id), iraq, "quick") for id in (*iraq.masthead.main, *more)]


def test_no_probability_stands_beside_what_has_no_posterior_or_claims_a_narrow_span(verdicts):
    words = [f" {words} (" for words in ("almost no chance", "unlikely", "likely", "very likely", "almost certain")]
    for finding in (each for verdict in verdicts for each in verdict.findings):
        evidence, stand = finding.evidence, finding.stand
        if evidence is None or evidence.untestable or stand is None:
            continue
        low, high = stand.claimed
        narrow = 0 < low and high < (1 if evidence.unit == "share" else np.inf)
        if evidence.supported is None or (narrow and evidence.unit != "date"):
            assert not any(word in finding.sentence for word in words), finding.sentence


def test_the_change_without_any_rival_is_the_change(verdicts):
    told = 0
    for verdict in verdicts:
        found = {each.link: each for each in verdict.findings}
        if {"change", "rivals"} <= set(found):
            alone = found["rivals"].table.iloc[0]
            change = found["change"].evidence
            assert (alone["estimate"], alone["lower"], alone["upper"]) == (change.estimate, change.lower, change.upper)
            told += 1
    assert told >= 2


def test_a_rival_that_begins_with_the_change_has_no_estimate(verdicts):
    drawdown = next(each for each in verdicts if each.claim.id == "attacks-rose-after-drawdown")
    rivals = next(each for each in drawdown.findings if each.link == "rivals")
    barred = [check.name for check in rivals.checks if "cannot tell the change apart" in check.says]
    assert barred
    estimates = rivals.table["estimate"].iloc[1:-1].isna()
    assert [bool(each) for each in estimates] == [check.name in barred for check in rivals.checks[: len(estimates)]]


@pytest.mark.parametrize(("one", "other"), [("rise", "no rise"), ("fall", "no fall"), ("rise", "fall")])
def test_of_opposite_claims_one_is_supported_where_the_other_fails(one, other):
    found = [stand_on_change(direction).claimed for direction in (one, other)]
    low, high = sorted(found)
    assert low[1] <= high[0]
    asked = [Quantity(span="2019", against="2018", direction=direction).claimed("ratio") for direction in (one, other)]
    low, high = sorted(asked)
    assert low[1] < high[0]


DISPUTED = {"span": ("2020-01", "2020-05"), "share_of": ("Diyala", "Kirkuk", "Nineveh", "Salah al-Din")}
FIRST_QUARTER = {"span": "2020Q1"}
SECOND_ON_FIRST = {"span": "2020Q2", "against": "2020Q1"}


@pytest.mark.parametrize(
    ("figure", "one", "other"),
    [
        (DISPUTED, {"more_than": 0.5}, {"at_most": 0.5}),
        (DISPUTED, {"at_least": 0.4}, {"less_than": 0.4}),
        (FIRST_QUARTER, {"at_least": 566.0}, {"less_than": 566.0}),
        (SECOND_ON_FIRST, {"direction": "rise"}, {"direction": "no rise"}),
        (SECOND_ON_FIRST, {"at_least": 0.9}, {"less_than": 0.9}),
    ],
)
def test_of_opposite_figures_realised_supports_one_and_contradicts_the_other(figure, one, other):
    counters = ("ucdp",) if "share_of" in figure else ("ctc_sigact",) if figure is FIRST_QUARTER else ()
    found = [
        said(STUDIES["iraq"], {"realised": Realised(**figure, **each, by=counters)}, source="ucdp").findings[0]
        for each in (one, other)
    ]
    assert [each.ruling for each in found] == [Ruling.SUPPORTED, Ruling.CONTRADICTED]
    if found[0].evidence.supported is not None:
        assert found[0].evidence.supported + found[1].evidence.supported == pytest.approx(1.0)


def holed(study, *months):
    """The study with months of its own source that nobody watched."""
    panel = study.panels["ucdp"]
    exposure, counts = panel.exposure.copy(), panel.counts.copy()
    for month in months:
        exposure.loc[month], counts.loc[month] = 0.0, np.nan
    return replace(study, panels=study.panels | {"ucdp": replace(panel, counts=counts, exposure=exposure)})


@pytest.mark.parametrize(
    "keys",
    [
        {"span": ("2014-01", "2019-01"), "most": "Nineveh"},
        {"span": ("2014-01", "2019-01"), "share_of": ("Nineveh",), "at_least": 0.5},
        {"span": ("2014-01", "2019-01"), "at_least": 100.0},
        {"span": ("2016-09", "2019-01"), "against": ("2014-01", "2016-08"), "direction": "rise"},
    ],
)
@pytest.mark.parametrize("kind", [Recorded, Realised])
def test_three_unwatched_months_of_61_are_named_whatever_is_asked(keys, kind):
    study = holed(STUDIES["iraq"], "2014-03", "2015-07", "2018-12")
    by = "ucdp" if kind is Recorded else ("ucdp",)
    link = kind(**keys, by=by)
    (finding,) = said(study, {"realised" if kind is Realised else "recorded": link}, source="ucdp").findings
    assert finding.ruling is Ruling.UNTESTABLE
    assert "3 of 61 months were not wholly watched in UCDP GED 21.1: " in finding.sentence
    assert finding.sentence.endswith("March 2014, July 2015 and December 2018.")


@pytest.mark.parametrize("direction", ["rise", "fall", "none", "no rise", "no fall"])
@pytest.mark.parametrize("bar", [1.5, 2.0, 3.0, 1.1])
def test_no_printed_end_says_otherwise_than_the_ruling(direction, bar):
    """Whatever the digits: an end outside of what is claimed never reads as if it were inside, or at its edge."""
    stand, rng = stand_on_change(direction, bar), np.random.default_rng(7)
    for _ in range(300):
        edge = rng.choice([end for end in stand.claimed if 0 < end < np.inf])
        ends = sorted(np.exp(np.log(edge) + rng.normal(0, 0.004, 2)))
        evidence = Evidence(quantity="rate", estimate=float(np.sqrt(ends[0] * ends[1])), lower=ends[0], upper=ends[1])
        claimed = claimed_in_words(stand, "ratio", (evidence.lower, evidence.upper))
        printed = interval(evidence, stand.claimed)
        low, high = (float(each) for each in printed.split("interval ")[1].rstrip(")").split(" to "))
        for number in map(float, re.findall(r"\d+\.\d+", claimed)):
            bound = min(stand.claimed, key=lambda end, number=number: abs(end - number))
            assert (low > number) == (ends[0] > bound) and (high < number) == (ends[1] < bound), (printed, claimed)
