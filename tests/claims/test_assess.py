"""From a claim to its verdict: the weakest link, what cannot be tested, and the same by any number of processes."""

import pytest

from tests.claims.conftest import stepped
from trends.claims.assess import assess, assess_all
from trends.claims.registry import KINDS
from trends.claims.study import read_study
from trends.claims.verdict import Ruling

EVENT = '[event]\nname = "drawdown"\nwindow = ["2019-12", "2020-03"]\n'


@pytest.fixture
def verdict(study_folder, add_claim):
    def of(body):
        add_claim("it", body)
        study = read_study(study_folder)
        return assess(study.claim("it"), study, effort="quick")

    return of


def only(verdict):
    (finding,) = verdict.findings
    assert verdict.ruling is finding.ruling
    return finding


def test_a_claim_is_as_good_as_its_weakest_link(planted):
    body = EVENT + '[asserts]\nchange = { direction = "rise" }\ntiming = true\nlasting = true'
    found = planted(stepped(3), body)
    assert [finding.ruling for finding in found.findings] == [Ruling.SUPPORTED] * 3
    assert found.ruling is Ruling.SUPPORTED
    late = planted(stepped(3), body.replace('["2019-12", "2020-03"]', '["2020-08", "2020-10"]'))
    assert [finding.ruling for finding in late.findings] == [Ruling.SUPPORTED, Ruling.CONTRADICTED, Ruling.SUPPORTED]
    assert late.ruling is Ruling.CONTRADICTED and late.sentence == late.findings[1].sentence


def test_what_is_not_assessed_never_counts_as_passed(planted):
    # What the study has come to count since: the claim wants a link, and has none.
    needs = 'needs = { measure = "attacks", because = "nobody counts it" }'
    found = planted(stepped(3), EVENT + f'[asserts]\nchange = {{ direction = "rise" }}\n{needs}')
    assert [finding.ruling for finding in found.findings] == [Ruling.SUPPORTED, Ruling.NOT_ASSESSED]
    assert found.ruling is Ruling.CANNOT_TELL
    assert found.sentence.endswith("Not assessed: needs.")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            '[event]\nat = "2021-06"\n[asserts]\nchange = { direction = "rise" }',
            "Hold the change of the claim 'it' against its counts: found counts in January 2017 to December 2020 and a "
            "change in 2021-06; allowed: counts before the change and after it; give the claim a longer span under "
            "[counts], or another date under [event].",
        ),
        (
            '[asserts]\nchange = { direction = "rise" }',
            "Date the change of the claim 'it': found neither a name nor a period under [event]; allowed: an event of "
            "the study, or at = the first period of the new regime; add one of the two.",
        ),
        (
            "[asserts]\ntiming = true",
            "Hold the timing of the claim 'it' against its window: found no window under [event]; allowed: window = "
            '["first period", "last period"] in which the change is said to have begun; add the window.',
        ),
        (
            '[event]\nat = "2020-01"\n[asserts]\nlasting = true',
            "Rule on the claim 'it': found neither a link 'change' nor a direction; allowed: rise, fall or none; give "
            'the link a direction = "rise".',
        ),
        (
            '[event]\nat = "2020-11"\n[asserts]\nlasting = { direction = "rise" }',
            "Rule on whether the change of November 2020 lasted: found counts in January 2017 to December 2020; "
            "allowed: counts before it and beyond February 2021; wait for later periods, or ask after fewer.",
        ),
        (
            '[event]\nat = "2020-01"\n[asserts]\nrivals = ["ramadan"]',
            "Enter the rivals of the claim 'it': found the links rivals; allowed: a claim that asserts a change; "
            "choose such a claim.",
        ),
        (
            '[asserts]\nseason = "harvest"',
            "Find the season of the claim 'it': found 'harvest'; allowed: ramadan, ashura, arbaeen, eid_al_fitr, "
            "eid_al_adha, a month, winter, spring, summer, autumn, or an event of the study: drawdown; name one of "
            "these, or add its dates to events.csv.",
        ),
        (
            '[counts]\nsource = "paper"\n[asserts]\ntrend = { direction = "rise" }',
            "Follow the counts over time: found published figures of The paper, which are totals and not a series; "
            "allowed: a source with a panel: events, again; add such a source, or name one of these.",
        ),
    ],
)
def test_data_that_cannot_answer_give_a_reason_and_no_error(verdict, body, reason):
    finding = only(verdict(body))
    assert finding.ruling is Ruling.UNTESTABLE
    assert finding.evidence.untestable == reason
    # What a reader is told is no message of the program.
    assert "allowed:" not in finding.sentence and finding.sentence.endswith(".")


def test_progress_is_told_claim_by_claim(study_folder, add_claim):
    add_claim("one", EVENT + '[asserts]\nchange = { direction = "rise" }')
    add_claim("two", EVENT + "[asserts]\ntiming = true")
    study, seen = read_study(study_folder), []
    assess_all(study, 1, lambda *done: seen.append(done), effort="quick")
    assert seen == [(1, 2, "one"), (2, 2, "two")]


def test_evidence_says_what_it_counts(study_folder, add_claim):
    spans = 'recorded = { span = "2020", against = "2019", direction = "rise" }'
    body = f'{EVENT}[asserts]\ntrend = {{ direction = "rise" }}\n{spans}\nrealised = true\nordinary = true'
    study = read_study(add_claim("it", body))
    findings = {f.link: f.evidence for f in assess(study.claim("it"), study, "quick").findings}
    assert {link: evidence.counted_in for link, evidence in findings.items()} == {
        "trend": "month",
        "recorded": "attack",
        "realised": "source",
        "ordinary": "attack",
    }
    assert findings["trend"].nobs == 48


def test_every_link_that_can_be_asserted_is_assessed():
    counted = {"recorded", "realised", "ordinary", "change", "timing", "lasting", "dose", "trend", "season"}
    assert counted | {"rivals", "forecast", "dates", "events", "needs"} == set(KINDS)
