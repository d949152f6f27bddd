"""What a certain ruling on one column must survive: its provinces, and the checks of the change it goes on from."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from trends.chance.evidence import Check
from trends.claims import assess as assessing
from trends.claims.assess import assess
from trends.claims.registry import KINDS
from trends.claims.study import read_study
from trends.claims.verdict import Ruling
from trends.counts.panel import Panel
from trends.counts.panel_files import write_panel
from trends.counts.simulate import simulate_panel
from trends.periods import span

EVENT = '[event]\nat = "{}"\n[asserts]\n'


@pytest.fixture
def verdict(study_folder, add_claim):
    """The verdict on a claim that is held against other counts than the study's."""

    def of(panel, body):
        for name in ("events", "again"):
            write_panel(panel, study_folder / "counts" / f"{name}.csv")
        file = study_folder / "study.toml"
        first, last = (str(panel.index[place]) for place in (0, -1))
        text = file.read_text().replace('first = "2017-01"\nlast = "2020-12"', f'first = "{first}"\nlast = "{last}"')
        file.write_text(text)
        study = read_study(add_claim("it", body))
        return assess(study.claim("it"), study, "quick")

    return of


def test_a_rise_of_exactly_two_provinces_can_be_supported(verdict):
    panel = simulate_panel(
        ["Diyala", "Kirkuk"], 36, first="2018-01", base=20, at="2020-04", rate_ratio=2.2, dispersion=0.02, rng=1
    )
    found = verdict(panel, EVENT.format("2020-04") + 'change = { direction = "rise" }')
    assert found.ruling is Ruling.SUPPORTED
    outcomes = {check.name: check.outcome for check in found.findings[0].checks}
    assert outcomes.pop("provinces agree") == "does not apply"
    assert set(outcomes.values()) == {"passed"}


def led_by_one(course):
    """Five provinces of which one follows a course, and the others stay as they were."""
    index = span("2017-01", "2020-12", "M")
    means = np.column_stack([course, *(np.full(len(index), 6.0) for _ in range(4))])
    places = ["Diyala", "Kirkuk", "Anbar", "Nineveh", "Baghdad"]
    return Panel(pd.DataFrame(np.random.default_rng(5).poisson(means), index=index, columns=places), source="file")


STEP, GROWTH = np.repeat([8.0, 40.0], [36, 12]), np.geomspace(2, 200, 48)


@pytest.mark.parametrize(
    ("course", "link"),
    [
        (STEP, 'lasting = { direction = "rise", at_least = 1.2 }'),
        (GROWTH, 'trend = { direction = "rise", seasons = false, at_least = 1.2 }'),
        (STEP, 'forecast = { direction = "rise", at_least = 1.2, first = "2020-01", seasons = false, trend = false }'),
    ],
)
def test_what_one_province_does_is_not_told_as_that_of_all(course, link, verdict):
    (finding,) = verdict(led_by_one(course), EVENT.format("2020-01") + link).findings
    assert finding.evidence.lower > 1.2
    assert "no single province" in {check.name for check in finding.checks if check.withholds}
    assert finding.ruling is Ruling.CANNOT_TELL
    assert "No ruling rests on it" in finding.sentence


@pytest.mark.parametrize("key", ["lasting", "trend", "season", "forecast"])
def test_links_on_one_column_have_checks_of_their_own(key):
    assert {"false alarms", "no single province"} <= {check.name for check in KINDS[key].checks}


def test_a_change_that_did_not_survive_withholds_that_it_lasted(study_folder, add_claim):
    links = 'change = { direction = "fall", seasons = false }\nlasting = true'
    study = read_study(add_claim("it", '[event]\nname = "drawdown"\n[asserts]\n' + links))
    change, lasting = assess(study.claim("it"), study, "quick").findings
    assert lasting.ruling is Ruling.CONTRADICTED
    assert lasting.checks[-1].name == "the change itself" and lasting.checks[-1].outcome == "passed"
    failed = replace(change, checks=(*change.checks, Check("placebo dates", "Is it?", "failed", "It is not.")))
    alone = replace(lasting, checks=lasting.checks[:-1])
    withheld = assessing._survived(alone, {"change": failed, "lasting": alone})
    assert withheld.ruling is Ruling.CANNOT_TELL
    assert "because of the check 'the change itself' (cannot tell)" in withheld.sentence
    assert withheld.checks[-1].says == "The change itself did not survive: placebo dates (failed)."


def test_evidence_says_what_it_counts(study_folder, add_claim):
    spans = 'recorded = { span = "2020", against = "2019", direction = "rise" }'
    body = f'{EVENT.format("2020-01")}trend = {{ direction = "rise" }}\n{spans}\nrealised = true\nordinary = true'
    study = read_study(add_claim("it", body))
    findings = {f.link: f.evidence for f in assess(study.claim("it"), study, "quick").findings}
    assert {link: evidence.counted_in for link, evidence in findings.items()} == {
        "trend": "month",
        "recorded": "incident",
        "realised": "source",
        "ordinary": "incident",
    }
    assert findings["trend"].nobs == 48
