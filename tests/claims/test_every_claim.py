"""Every claim of every shipped study: opposite claims have opposite bands, probabilities their posterior, and what is
open says which way it leans and what would settle it."""

import re

import numpy as np
import pytest

from trends.claims.assess import assess
from trends.claims.direction import stand_on_change
from trends.claims.examples import example_studies
from trends.claims.links.realised import Realised
from trends.claims.quantity import Quantity, asked_figure, filled
from trends.claims.registry import KINDS
from trends.claims.rulings import Ruling
from trends.claims.study import read_study

STUDIES = sorted(example_studies())
#: Links whose probabilities are posterior ones: those of the engine, and that of the counters together.
POSTERIOR = {"realised", "change", "timing", "lasting", "dose", "rivals", "trend", "season", "forecast"}
OPPOSITE = {"rise": "no rise", "fall": "no fall", "no rise": "rise", "no fall": "fall"}
WORDS = re.compile(r"\b(almost no chance|unlikely|likely|roughly even chance|almost certain)\b")
#: How a sentence says which way open data lean: a probability, an interval beside what is claimed, or why none counts.
LEANS = re.compile(
    r"has a probability of|its probability is|with probability|likely \(|chance \(|The data lean|compatible with"
    r"|No ruling rests on it|holds for the record alone|depends on what was missed|Such series do this by themselves"
    r"|counted by another rule"
)


@pytest.fixture(scope="module", params=STUDIES)
def study(request):
    return read_study(example_studies()[request.param])


@pytest.fixture(scope="module")
def verdicts(study):
    return [assess(claim, study, "quick") for claim in study.claims]


@pytest.fixture(scope="module")
def estimated(verdicts):
    """The findings that rest on an estimate."""
    every = [finding for verdict in verdicts for finding in verdict.findings]
    return [each for each in every if each.evidence and not each.evidence.untestable and each.stand]


def test_probabilities_come_from_the_engine_and_from_what_was_realised_alone(estimated):
    for finding in estimated:
        evidence, (low, high) = finding.evidence, finding.stand.claimed
        if evidence.supported is not None:
            assert finding.link in POSTERIOR and 0 <= evidence.supported <= 1, finding
        narrow = 0 < low and high < (1 if evidence.unit == "share" else np.inf)
        if evidence.supported is None or (narrow and evidence.unit != "date"):
            assert not WORDS.search(finding.sentence), finding.sentence


def test_an_open_ruling_says_which_way_it_leans_what_would_be_found_and_what_would_settle_it(estimated):
    for finding in (each for each in estimated if each.ruling is Ruling.CANNOT_TELL):
        assert LEANS.search(finding.sentence), finding.sentence
        assert finding.settles.endswith("."), finding
        if finding.evidence.detectable is not None and not any(check.withholds for check in finding.checks):
            assert "80 % power" in finding.sentence, finding.sentence


def test_what_cannot_be_tested_says_so_in_sentences_for_readers(verdicts):
    for finding in (each for verdict in verdicts for each in verdict.findings if each.ruling is Ruling.UNTESTABLE):
        assert finding.sentence.endswith(".") and "allowed:" not in finding.sentence
        assert not finding.sentence.startswith("The counts are too few, or of another kind"), finding


def test_the_opposite_of_a_claim_has_the_opposite_band(study):
    for claim in study.claims:
        for key, link in claim.asserts.items():
            for one, other in _bands(key, link, claim, study):
                low, high = sorted((one, other))
                assert low[1] <= high[0] and low[0] == 0 and high[1] == np.inf, (claim.id, key)
                # Nothing but the bar itself lies between them.
                assert high[0] - low[1] < 1e-12, (claim.id, key)


def _bands(key, link, claim, study):
    """What a link claims beside what its opposite does; nothing where it has none."""
    figure = filled(link, claim) if isinstance(link, Quantity) else link
    direction = getattr(figure, "direction", None)
    if direction not in OPPOSITE or key == "timing":
        return
    opposite = OPPOSITE[direction]
    if not isinstance(figure, Quantity):
        size = getattr(figure, "at_least", None)
        yield stand_on_change(direction, size).claimed, stand_on_change(opposite, size).claimed
    elif figure.against:
        asked = [asked_figure(Realised(span=figure.span, against=figure.against, direction=each), claim, study)
                 for each in (direction, opposite)]  # fmt: skip
        yield tuple(each.stand.claimed for each in asked)


def test_of_claims_that_deny_each_other_none_is_supported_by_the_band_of_the_other(verdicts):
    told = {verdict.claim.id: verdict for verdict in verdicts}
    for verdict in verdicts:
        for other in verdict.claim.conflicts_with:
            for one in verdict.findings:
                for two in told[other].findings:
                    # What each counter recorded by a rule of its own is no contradiction.
                    alike = one.link == two.link in POSTERIOR and one.evidence and two.evidence
                    if alike and one.stand and two.stand and one.evidence.quantity == two.evidence.quantity:
                        assert (one.ruling, two.ruling) != (Ruling.SUPPORTED, Ruling.SUPPORTED) or (
                            one.stand.claimed == two.stand.claimed
                        ), (verdict.claim.id, other)


def test_every_kind_but_that_of_what_nobody_counts_says_what_would_settle_it():
    assert [key for key, kind in KINDS.items() if not kind.settled_by] == ["needs"]
    assert all(kind.settled_by.endswith(".") for kind in KINDS.values() if kind.settled_by)
