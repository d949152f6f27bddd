from math import inf
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from trends.chance.contrast import contrast
from trends.chance.error_rates import error_rates
from trends.claims.assess import assess
from trends.claims.links.dose import KIND, Dose, contrast_of, dose_schedule, find_province
from trends.claims.study import read_study
from trends.claims.verdict import Ruling
from trends.counts.panel import Panel
from trends.counts.panel_files import write_panel
from trends.counts.series import checked_series
from trends.errors import ModelError
from trends.periods import span

EVENTS = """event,first,last,precision,category,province,what,number,unit,seen,source,url,note
handover,2019-12-30,,day,troops,Anbar; Diyala,bases handed over,,,true,,,
handover,2020-03-05,,day,troops,Kirkuk,base handed over,,,true,,,
speech,2020-01-05,,day,politics,,a speech,,,true,,,
"""


@pytest.fixture
def verdict(study_folder, add_claim):
    """The verdict on a claim about nine provinces, of which three were reached and doubled from then on."""
    rng, index = np.random.default_rng(5), span("2017-01", "2020-12", "M")
    names = ["Anbar", "Diyala", "Kirkuk", "Baghdad", "Nineveh", "Babil", "Basra", "Wasit", "Erbil"]
    means = np.full((len(index), len(names)), 8.0) * np.exp(rng.normal(0, 0.2, (len(index), 1)))
    for column, first in ((0, "2020-01"), (1, "2020-01"), (2, "2020-03")):
        means[index >= pd.Period(first, "M"), column] *= 2.5
    write_panel(
        Panel(pd.DataFrame(rng.poisson(means), index=index, columns=names)), study_folder / "counts" / "events.csv"
    )
    (study_folder / "events.csv").write_text(EVENTS)

    def of(body):
        add_claim("it", body)
        study = read_study(study_folder)
        return assess(study.claim("it"), study, "quick")

    return of


def events_of(*rows):
    table = pd.DataFrame(rows, columns=["event", "first", "province"])
    return SimpleNamespace(events=table.assign(first=pd.to_datetime(table["first"])), country="IQ")


def panel_of(*names):
    counts = pd.DataFrame(3, index=span("2019-01", "2020-12", "M"), columns=list(names))
    return Panel(counts.astype(float))


def test_a_province_is_reached_in_the_first_whole_period_after_the_first_of_its_dates():
    study = events_of(
        ("handover", "2020-03-01", "Kirkuk"), ("handover", "2019-12-30", "Anbar; Diyala;"),
        ("handover", "2020-06-10", "Anbar; Nowhere"), ("speech", "2019-02-01", "Basra"),
    )  # fmt: skip
    schedule = dose_schedule(Dose("handover"), study, panel_of("Anbar", "Diyala", "Kirkuk", "Basra"))
    assert {name: str(first) for name, first in schedule.items()} == {
        "Anbar": "2020-01", "Diyala": "2020-01", "Kirkuk": "2020-03",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "event", "says", "lacks"),
    [
        (
            [("raid", "2020-01-01", "Mosul; Najaf")], "raid",
            "compare the provinces that 'raid' reached with the others: found it in Mosul and Najaf alone, which the "
            "counts have not; allowed: Anbar, Basra; take counts of it, or another event.",
            "The event reached Mosul and Najaf, where nothing was counted. Counts of it would settle it.",
        ),
        (
            [("raid", "2020-01-01", "Anbar"), ("speech", "2020-01-01", "")], "speech",
            "compare the provinces that 'speech' reached with the others: found no province in its rows; allowed: an "
            "event whose rows in events.csv name provinces: raid; name one of these, or add the provinces.",
            "Where the event reached is not recorded by province. A list of the provinces would settle it.",
        ),
        (
            [("speech", "2020-01-01", "")], "raid",
            "compare the provinces that 'raid' reached with the others: found no such event with a province; allowed: "
            "an event whose rows in events.csv name provinces; add the provinces that it reached.",
            "Where the event reached is not recorded by province. A list of the provinces would settle it.",
        ),
    ],
)  # fmt: skip
def test_an_event_that_reached_no_province_of_the_counts_is_refused(rows, event, says, lacks):
    with pytest.raises(ModelError) as refused:
        dose_schedule(Dose(event), events_of(*rows), panel_of("Anbar", "Basra"))
    assert (str(refused.value), refused.value.lacks) == (says, lacks)


def test_where_every_province_was_reached_there_is_none_to_compare_with():
    panel = panel_of("Anbar")
    with pytest.raises(ModelError) as refused:
        contrast_of(panel, {"Anbar": panel.index[12]}, events_of())
    assert str(refused.value) == (
        "compare the provinces that an event reached with the others: found no other province; allowed: provinces that "
        "it did not reach; add them to the counts."
    )
    assert refused.value.lacks == (
        "The event reached every province that was counted. Provinces that it did not reach would settle it."
    )
    assert find_province("Nowhere", panel) == "" and find_province("anbar", panel) == "Anbar"
    assert KIND.of_counts and not KIND.cites_rows


def test_the_evidence_is_the_contrast_of_the_provinces_reached_with_the_others(verdict, study_folder):
    (finding,) = verdict('[asserts]\ndose = { event = "handover", direction = "rise", at_least = 1.2 }').findings
    panel = read_study(study_folder).panels["events"]
    reached = {"Anbar": "2020-01", "Diyala": "2020-01", "Kirkuk": "2020-03"}
    schedule = {name: pd.Period(first, "M") for name, first in reached.items()}
    found = contrast_of(panel, schedule, events_of())
    one, two = (panel.total(names) for names in (list(reached), [p for p in panel.provinces if p not in reached]))
    known = contrast(
        checked_series(one), checked_series(two), schedule["Anbar"], since=schedule["Kirkuk"], without="IQ"
    )
    assert (found.ratio.low, found.ratio.high) == (known.ratio.low, known.ratio.high)
    assert known.ratio.estimate == finding.evidence.estimate
    assert (finding.evidence.lower, finding.evidence.upper) == (found.ratio.low, found.ratio.high)
    assert finding.evidence.nobs == 48 * 9 and finding.stand.claimed == (1.2, inf)
    counted = sum(panel[name].loc[first:].sum() for name, first in reached.items())
    assert finding.table["count"].iloc[0] == counted and finding.table["count"].iloc[1:].isna().all()
    rates = error_rates("contrast, rise", len(found.series.counts), panel.total().mean(), "M")
    assert (finding.evidence.false_alarms, finding.evidence.runs) == (rates.false_alarms, rates.windows)
    assert finding.question == "Was there more change in Anbar, Diyala and Kirkuk than where the event did not reach?"
    imputed, *without = finding.table["estimate"].iloc[1:]
    assert f" schedules: {imputed:.2f}, p " in finding.sentence
    assert finding.checks[2].says == f"With one left out at a time the weakest is {min(without):.2f}."


def test_more_where_the_cause_was_is_found_with_randomisation_beside(verdict):
    (finding,) = verdict('[asserts]\ndose = { event = "handover", direction = "rise" }').findings
    assert finding.ruling is Ruling.SUPPORTED
    assert finding.evidence.lower < 2.5 < finding.evidence.upper
    assert finding.evidence.pvalue < 0.05
    assert [check.name for check in finding.checks] == ["false alarms", "alike before", "no single province"]
    assert {check.outcome for check in finding.checks} == {"passed"}
    assert "Beside it, by randomisation over" in finding.sentence
    # What is counted are months of provinces, and not incidents.
    assert finding.evidence.counted_in == "province-month"
    assert finding.table["what"].tolist()[:3] == [
        "all provinces",
        "imputed, all provinces",
        "imputed, without Anbar",
    ]


def test_the_contrary_is_contradicted(verdict):
    (finding,) = verdict('[asserts]\ndose = { event = "handover", direction = "fall" }').findings
    assert finding.ruling is Ruling.CONTRADICTED


@pytest.mark.parametrize(
    ("asserts", "reason"),
    [
        ('dose = { event = "speech", direction = "rise" }', "found no province in its rows"),
        ('dose = { event = "drawdown", direction = "rise" }', "found no such event with a province"),
        ('dose = "handover"', "found neither a link 'change' nor a direction"),
    ],
)
def test_a_dose_that_cannot_be_compared_has_a_reason(verdict, asserts, reason):
    (finding,) = verdict(f"[asserts]\n{asserts}").findings
    assert finding.ruling is Ruling.UNTESTABLE
    assert reason in finding.evidence.untestable


def test_a_dose_that_reached_every_province_is_untestable(verdict, study_folder):
    names = "Anbar; Diyala; Kirkuk; Baghdad; Nineveh; Babil; Basra; Wasit; Erbil"
    events = study_folder / "events.csv"
    events.write_text(events.read_text().replace("Anbar; Diyala", names))
    (finding,) = verdict('[asserts]\ndose = { event = "handover", direction = "rise" }').findings
    assert finding.ruling is Ruling.UNTESTABLE
    assert "found no other province" in finding.evidence.untestable


def test_an_event_in_a_province_that_nobody_counted_is_told_and_one_more_of_them_left_out(verdict, study_folder):
    rows = EVENTS + "raid,2020-01-02,,day,troops,Najaf,a raid,,,true,,,\n"
    (study_folder / "events.csv").write_text(rows.replace("Anbar; Diyala", "Anbar; Najaf; Diyala"))
    (nowhere,) = verdict('[asserts]\ndose = { event = "raid", direction = "rise" }').findings
    assert nowhere.ruling is Ruling.UNTESTABLE
    assert nowhere.sentence == "The event reached Najaf, where nothing was counted. Counts of it would settle it."
    (finding,) = verdict('[asserts]\ndose = { event = "handover", direction = "rise" }').findings
    assert finding.ruling is Ruling.SUPPORTED
