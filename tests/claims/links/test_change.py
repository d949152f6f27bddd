"""The link of a change on planted data: what is there is found, with what such series do by themselves beside it."""

from dataclasses import replace
from math import exp, inf
from types import SimpleNamespace

import numpy as np
import pytest

from tests.claims.conftest import stepped
from trends.claims.assess import assess
from trends.claims.links.change import KIND, Change, ChangeFound, shape_in_words, shapes_in_words
from trends.claims.study import read_study
from trends.claims.verdict import Asserted, Ruling
from trends.counts.panel_files import write_panel
from trends.counts.simulate import simulate_panel
from trends.periods import span

EVENT = '[event]\nat = "2020-01"\n[asserts]\n'


@pytest.fixture
def change(planted):
    def of(means, keys, event=EVENT, **more):
        (finding,) = planted(means, f"{event}change = {{ {keys} }}", **more).findings
        return finding

    return of


def found_with(shapes, outliers=(), ratio=None):
    index = span("2019", "2020", "M")
    series = SimpleNamespace(index=index)
    return SimpleNamespace(series=series, shapes=shapes, ratio=ratio, outliers=[(index[i], 0.9) for i in outliers])


@pytest.mark.parametrize(
    ("shapes", "outliers", "ruling", "words"),
    [
        ((("step", 0.7), ("hinge", 0.1), ("pulse of 3", 0.0999)), (), Ruling.SUPPORTED,
         "Its shape was a step (70 %) or a change that grew steadily (10 %)."),
        ((("ramp of 6", 0.5),), (2,), Ruling.CONTRADICTED,
         "Its shape was a change over 6 months (50 %). March 2019 stands out alone."),
        ((("pulse of 1", 0.5),), (2, 4), Ruling.CANNOT_TELL,
         "If there was a change, its shape was a change that passed after 1 month (50 %). March 2019 and May 2019 "
         "stand out alone."),
        ((("step", 0.05),), (), Ruling.NO_MATERIAL_CHANGE, ""),
    ],
)  # fmt: skip
def test_the_shapes_of_a_change_are_told_from_one_in_ten_on(shapes, outliers, ruling, words):
    assert shapes_in_words(found_with(shapes, outliers), ruling) == words


@pytest.mark.parametrize(("sure", "up", "place"), [(0.95, True, 0.05), (0.95, False, 0.95), (0.8, True, 0.2)])
def test_the_certain_end_is_the_ratio_that_a_ruling_would_just_bear(sure, up, place):
    log_ratio = SimpleNamespace(quantile=lambda p: p)
    fit = ChangeFound(None, found_with((), ratio=SimpleNamespace(log_ratio=log_ratio)), None)
    assert fit.certain_end(replace(Asserted((1.0, inf)), sure=sure), up) == pytest.approx(exp(place))


def test_the_evidence_is_the_effect_over_the_span_with_the_counts_of_it_beside(change):
    finding = change(stepped(3), 'direction = "rise", at_least = 1.2, last = "2020-03", checks = []')
    asked, evidence = finding.fit.asked, finding.evidence
    known = asked.effect()
    assert (evidence.estimate, evidence.lower, evidence.upper) == (
        known.ratio.estimate, known.ratio.low, known.ratio.high,
    )  # fmt: skip
    row = ["estimated", asked.counts.loc["2020-01":"2020-03"].sum(), evidence.estimate, evidence.lower, evidence.upper]
    assert finding.table.iloc[0].tolist() == row and len(finding.table) == 1
    assert finding.question == "Did the rate change in January 2020, beyond what such series do by themselves?"
    # Where the claim asks for no other way of asking, none is tried; its error rate is always judged.
    assert [check.name for check in finding.checks] == ["false alarms"]
    assert finding.fit.course.index.equals(known.series.index)
    assert KIND.of_counts and not KIND.cites_rows and KIND.names(Change("rise", last="2020")).periods == ("2020",)


def test_a_tripling_is_supported_and_told_with_its_probability(change):
    finding = change(stepped(3), 'direction = "rise"')
    assert finding.ruling is Ruling.SUPPORTED
    evidence = finding.evidence
    assert 2 < evidence.lower < 3 < evidence.upper < 4.5
    assert evidence.supported > 0.999 and evidence.immaterial < 0.001
    # The claim was made in June 2020: later counts within the year are looked at, but are not of its span.
    assert evidence.quantity == "rate from January to June 2020, against what was to be expected,"
    assert (evidence.nobs, evidence.counted_in) == (42, "month")
    assert [(check.name, check.outcome) for check in finding.checks] == [
        ("false alarms", "passed"),
        ("no single province", "passed"),
        ("specifications", "passed"),
    ]
    low, high = evidence.lower, evidence.upper
    assert finding.sentence.startswith(
        f"The rate from January to June 2020, against what was to be expected, is {evidence.estimate:.2f} (95 % "
        f"interval {low:.2f} to {high:.2f}). That it is above 1 has a probability of more than 99 %. Its "
        "shape was a step ("
    )


@pytest.mark.parametrize(
    ("ratio", "keys", "ruling"),
    [
        (3, 'direction = "rise", at_least = 1.5', Ruling.SUPPORTED),
        (3, 'direction = "rise", at_least = 6.0', Ruling.CONTRADICTED),
        (3, 'direction = "fall"', Ruling.CONTRADICTED),
        (3, 'direction = "no rise"', Ruling.CONTRADICTED),
        (3, 'direction = "no fall"', Ruling.SUPPORTED),
        (3, 'direction = "none"', Ruling.CONTRADICTED),
        (1, 'direction = "rise"', Ruling.CANNOT_TELL),
        (1, 'direction = "fall"', Ruling.CANNOT_TELL),
        (1, 'direction = "rise", at_least = 2.0', Ruling.CONTRADICTED),
        (1, 'direction = "none", at_least = 1.5', Ruling.SUPPORTED),
        (0.25, 'direction = "rise"', Ruling.CONTRADICTED),
        (0.25, 'direction = "fall", at_least = 2.0', Ruling.SUPPORTED),
    ],
)
def test_each_direction_is_ruled_by_what_was_planted(change, ratio, keys, ruling):
    assert change(stepped(ratio, level=40.0), keys).ruling is ruling


def test_a_gradual_fall_is_supported_and_not_read_as_the_jump_of_one_month(change):
    """To an eighth over half a year, in a series that drifts: a step of one month sees next to nothing of it."""
    means = np.interp(np.arange(48), [29, 35], [400, 50])
    finding = change(means, 'direction = "fall", at_least = 2.0', event='[event]\nat = "2019-07"\n[asserts]\n')
    assert finding.ruling is Ruling.SUPPORTED
    assert finding.evidence.lower < 1 / 4 < finding.evidence.upper or finding.evidence.upper < 1 / 3
    assert "a change over" in finding.sentence


def test_an_onset_is_supported_with_an_end_that_the_counts_bear_out(change):
    """Six attacks in 33 months, then 624 in 15."""
    means = np.repeat([6 / 33, 624 / 15], [33, 15])
    event = '[event]\nat = "2019-10"\n[asserts]\n'
    finding = change(means, 'direction = "rise", at_least = 2.0', event=event, shares=(0.5, 0.5, 0.0))
    assert finding.ruling is Ruling.SUPPORTED
    assert finding.evidence.upper < 50 * finding.evidence.estimate


@pytest.mark.parametrize(
    "means",
    [
        np.repeat([49.0, 273.0, 0.0, 1.0], [1, 13, 33, 1]),
        np.repeat([3.0, 0.0], [36, 12]),
        np.repeat([0.0, 5.0], [36, 12]),
    ],
)
def test_no_interval_is_without_an_end_and_no_estimate_at_its_edge(change, means):
    evidence = change(means, 'direction = "rise"').evidence
    assert 0 < evidence.lower < evidence.estimate < evidence.upper < 1e6
    # Neither end lies within a hundredth of the interval's width from the estimate.
    below, above = np.log(evidence.estimate / evidence.lower), np.log(evidence.upper / evidence.estimate)
    assert min(below, above) > 0.01 * (below + above)


def test_a_period_that_stands_out_alone_is_named_and_does_not_make_the_change(change):
    means = np.full(48, 8.0)
    means[32] = 90.0
    finding = change(means, 'direction = "rise"')
    assert finding.ruling is not Ruling.SUPPORTED
    assert "September 2019 stands out alone." in finding.sentence


def test_a_rise_of_exactly_two_provinces_can_be_supported(study_folder, planted):
    panel = simulate_panel(
        ["Diyala", "Kirkuk"], 36, first="2018-01", base=20, at="2020-04", rate_ratio=2.2, dispersion=0.02, rng=1
    )
    body = '[event]\nat = "2020-04"\n[asserts]\nchange = { direction = "rise" }'
    planted(np.full(48, 20.0), body)
    for name in ("events", "again"):
        write_panel(panel, study_folder / "counts" / f"{name}.csv")
    file = study_folder / "study.toml"
    file.write_text(file.read_text().replace('first = "2017-01"', 'first = "2018-01"'))
    study = read_study(study_folder)
    found = assess(study.claim("it"), study, "quick")
    outcomes = {check.name: check.outcome for check in found.findings[0].checks}
    assert outcomes["no single province"] == outcomes["specifications"] == "passed"
    assert found.ruling is Ruling.SUPPORTED


def test_the_span_ends_where_it_is_told_to_or_goes_to_the_end_where_the_change_was_foretold(change):
    told = change(stepped(3), 'direction = "rise", last = "2020-03"')
    assert told.evidence.quantity == "rate in the first quarter of 2020, against what was to be expected,"
    event = '[event]\nat = "2020-08"\n[asserts]\n'
    foretold = change(stepped(3), 'direction = "rise"', event=event)
    assert "from August to December 2020" in foretold.evidence.quantity


@pytest.mark.parametrize(
    ("name", "noun", "said"),
    [
        ("step", "week", "a step"),
        ("hinge", "month", "a change that grew steadily"),
        ("ramp of 6", "month", "a change over 6 months"),
        ("pulse of 1", "quarter", "a change that passed after 1 quarter"),
        ("pulse of 3", "quarter", "a change that passed after 3 quarters"),
    ],
)
def test_a_shape_is_said_with_its_periods(name, noun, said):
    assert shape_in_words(name, noun) == said


def test_a_single_month_that_is_meant_is_not_taken_for_an_outlier(change):
    means = np.full(48, 20.0)
    means[36] = 120.0
    finding = change(means, 'direction = "rise", last = "2020-01"')
    assert finding.ruling is Ruling.SUPPORTED
    assert finding.evidence.quantity == "rate in January 2020, against what was to be expected,"
