"""From a claim to its verdict: the weakest link, what cannot be tested, and the same by any number of processes."""

from dataclasses import replace

import pytest

from tests.claims.conftest import stepped
from trends.claims.assess import assess, assess_all
from trends.claims.effort import QUICK
from trends.claims.examples import example_studies
from trends.claims.registry import KINDS
from trends.claims.study import read_study
from trends.claims.verdict import Ruling
from trends.errors import InputError

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


RECORDED = 'recorded = { span = "2020", against = "2019", direction = "rise" }'


@pytest.mark.parametrize(
    ("claim", "study", "found"),
    [
        ("one", 3, "'one' and an object of type int"),
        ("x" * 40, "y" * 41, f"{'x' * 40!r} and a long text"),
        ("study", "claim", "the study first and the claim second"),
        ("claim", "claim", "a claim and a claim"),
        ("study", "study", "a study and a study"),
        ("claim", None, "a claim and an object of type NoneType"),
        (None, "study", "an object of type NoneType and a study"),
    ],
)
def test_a_claim_and_its_study_are_asked_for_in_this_order(study_folder, add_claim, claim, study, found):
    add_claim("it", f"[asserts]\n{RECORDED}")
    whole = read_study(study_folder)
    stands = {"claim": whole.claim("it"), "study": whole}
    with pytest.raises(InputError) as refused:
        assess(stands.get(claim, claim), stands.get(study, study))
    assert str(refused.value) == (
        f"assess a claim: found {found}; allowed: a claim and its study; write assess(study.claim(id), study)."
    )


def test_what_holds_is_told_with_what_could_not_be_tested(verdict):
    found = verdict(f'[asserts]\n{RECORDED}\nneeds = {{ measure = "leaflets", because = "nobody counts it" }}')
    held, lacking = found.findings
    assert found.ruling is Ruling.CANNOT_TELL and found.as_of == "" and found.citation == "A. Author, 2020, A paper"
    assert found.sentence == f"{held.sentence} But not all of it could be tested. {lacking.sentence}"
    assert lacking.sentence.startswith("Nobody counts it. ") and held.settles == ""


def test_of_what_holds_the_most_that_was_shown_is_told_first(planted):
    body = f'[counts]\nagainst = ["events"]\n[asserts]\n{RECORDED}\n'
    found = planted(stepped(6), body + "ordinary = true")
    assert [finding.ruling for finding in found.findings] == [Ruling.SUPPORTED] * 2
    assert found.sentence == found.findings[1].sentence


def test_a_verdict_cites_the_sources_of_the_claim_before_those_it_was_held_against(verdict):
    body = (
        '[counts]\nsource = "paper"\nagainst = ["again", "paper"]\n[asserts]\nrecorded = { span = "2019", about = 3 }'
    )
    titles = [title for title, _ in verdict(body).sources]
    assert titles == ["The paper", "Event file, again", "Event file"]
    assert verdict(f"[asserts]\n{RECORDED}").sources == (
        ("Event file", "Event file, 2021"), ("Event file, again", "Event file, 2022"),
    )  # fmt: skip


def test_what_nothing_more_exact_would_settle_is_settled_as_its_kind_says(planted):
    (finding,) = planted(stepped(1), '[asserts]\nseason = "ramadan"').findings
    assert finding.ruling is Ruling.CANNOT_TELL and finding.settles == KINDS["season"].settled_by == "More years."


def test_what_goes_on_from_a_change_survives_what_the_change_survives(planted):
    later = f'{EVENT}[asserts]\nlasting = {{ direction = "rise" }}'
    whole = later.replace("lasting", 'change = { direction = "rise" }\nlasting')
    (alone,) = planted(stepped(3), later).findings
    assert "the change itself" not in [check.name for check in alone.checks]
    change, lasting = planted(stepped(3), whole).findings
    assert [check.name for check in lasting.checks] == [*(check.name for check in alone.checks), "the change itself"]
    assert (lasting.ruling, lasting.sentence) == (alone.ruling, alone.sentence) and change.ruling is Ruling.SUPPORTED
    iraq = read_study(example_studies()["iraq"])
    claim = iraq.claim("safer-after-baghdadi")
    links = {name: claim.asserts[name] for name in ("change", "lasting")}
    change, lasting = assess(replace(claim, asserts=links), iraq, "quick").findings
    assert [check.outcome for check in change.checks] == ["passed", "failed", "failed"]
    assert (lasting.checks[-1].name, lasting.checks[-1].outcome) == ("the change itself", "cannot tell")


class Remembered(dict):
    """Verdicts by the id of their claim, with the efforts that they were asked for."""

    def recall(self, claim, effort):
        self.setdefault("asked", []).append(effort)
        return self.get(claim.id)

    def remember(self, verdict, effort):
        self[verdict.claim.id] = verdict


def test_verdicts_that_were_reached_before_are_not_reached_again(study_folder, add_claim):
    for name in ("a", "b", "c"):
        add_claim(name, f"[asserts]\n{RECORDED}")
    study, memory, seen = read_study(study_folder), Remembered(), []
    memory["b"] = known = replace(assess(study.claim("b"), study), sentence="It was known.")
    found = assess_all(study, 1, lambda *done: seen.append(done), effort="quick", memory=memory)
    assert [verdict.claim.id for verdict in found] == ["a", "b", "c"] and found[1] == known
    assert seen == [(1, 3, "a"), (2, 3, "b"), (3, 3, "c")]
    assert memory["asked"] == [QUICK] * 3 and memory["b"] is known and memory["c"] == found[2]
    assert assess_all(study, 1, effort="quick", memory=memory) == found == assess_all(study, 1, memory=memory)


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
