import numpy as np
import pandas as pd
import pytest

from trends.claims.assess import assess
from trends.claims.study import read_study
from trends.claims.verdict import Ruling
from trends.counts.panel import Panel
from trends.counts.panel_files import write_panel
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
