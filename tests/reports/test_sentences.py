"""Every sentence that a report adds, printed over all kinds of link, rulings and units."""

import itertools
import re
from dataclasses import replace
from math import inf, nan

import pytest

from tests.charts.made import made_verdicts
from trends.chance.evidence import Check, Evidence
from trends.claims.direction import stand_on_change, stand_on_number
from trends.claims.ladder import how_far
from trends.claims.registry import KINDS
from trends.claims.rulings import Ruling
from trends.claims.words import detectable_in_words, needed_in_words, ruling_in_words
from trends.errors import ModelError
from trends.reports import sentences

VERDICT = made_verdicts()[0]
UNITS = ("ratio", "count", "share", "date", "days")
SIZES = (None, inf, 0.0, nan, 0.31, 2.4, 640.0)


def evidences(kind):
    """What any link could have found, in each unit, with each power and each form of interval."""
    for unit in UNITS:
        for detectable in SIZES:
            ends = ((0.5, 1.0), (1.0, 1.0)) if unit == "share" else ((0.5, 2.0), (0.5, inf), (1.0, 1.0), (0.0, 1.0))
            for lower, upper in ends:
                yield Evidence(
                    quantity=f"{kind.heading.lower()} of 2019, against that of 2018,", unit=unit, estimate=1.0,
                    lower=lower, upper=upper, detectable=detectable, nobs=3, counted_in="attack",
                )  # fmt: skip


def of_rulings():
    """What a ruling and its figures are told as: every ruling, unit, side that a claim is on, and open check."""
    sides = [stand_on_change(way, 1.1) for way in ("rise", "fall", "none", "no rise", "no fall")]
    numbers = [stand_on_number(12.0, said, 3.0) for said in ("at least", "at most", "about")]
    sides += [replace(stand, comparable=rule) for stand in numbers for rule in (True, False)]
    checks = ((), (Check("false alarms", "Does it?", "failed", "It does not."),))
    for ruling, unit, stand, open_ones in itertools.product(Ruling, ("ratio", "count", "share"), sides, checks):
        for supported, (lower, upper) in itertools.product((None, 0.02, 0.5, 0.97), ((0.5, 2.0), (1.2, inf))):
            half = 0.5 if unit == "share" else 1.0
            evidence = Evidence(
                quantity="rate of 2019, against that of 2018,", unit=unit, estimate=1.5 * half, lower=lower * half,
                upper=min(upper * half, 1.0) if unit == "share" else upper, supported=supported, immaterial=supported,
            )  # fmt: skip
            yield ruling_in_words(ruling, evidence, stand, open_ones)
    for unit, detectable, sought in itertools.product(("ratio", "count", "share"), SIZES, ("change", "lead")):
        evidence = Evidence(quantity="rate", unit=unit, detectable=detectable)
        yield detectable_in_words(evidence, sought, "the rate before")
    for needed, ratio in itertools.product((None, 0, 1, 14), (0.67, 1.5)):
        yield needed_in_words(needed, ratio, word="month")


def printed():
    """All sentences, each once."""
    told = {sentences.INTERVAL, sentences.LADDER, sentences.NOT_DRAWN, sentences.agree(), *sentences.MEANS.values()}
    told |= {sentences.picked(n, named=named) for n in (1, 5) for named in (True, False)}
    told |= {sentences.as_for("GTD"), sentences.rule_differs("UCDP", "January 2019", "it keeps less")}
    for ruling in Ruling:
        told |= {sentences.tally([ruling] * n) for n in (1, 2)} | {sentences.tally(list(Ruling) * 2)}
        verdict = replace(VERDICT, ruling=ruling)
        told |= set(sentences.answer(verdict, VERDICT.findings[0].evidence)) | {how_far(verdict)}
    for most, least in ((1669.0, 350.0), (1.0, 0.0), (2.0, 1.0)):
        for measure in ("attacks", "people killed", "casualties"):
            told.add(sentences.differ("2019", measure, ("One", most), ("Other", least)))
    for kind in KINDS.values():
        for evidence in evidences(kind):
            told |= {sentences.reach(evidence, kind.sought, kind.multiple_of), sentences.found(evidence)}
    for outcome in ("passed", "failed", "cannot tell", "does not apply"):
        for word, named in sentences.survived([("placebo dates", outcome, "3 of 20 are.")] * 2):
            told.add(f"{word}: {named}")
    for names in ((), ("April",), ("April", "the harvest"), ("April", "May", "Ramadan")):
        told |= {sentences.inseparable(names, exact=exact) for exact in (True, False)}
    told.add(ModelError("a", found="b", allowed="c", do="d").lacks)
    told |= set(of_rulings())
    return sorted(told - {""})


@pytest.mark.parametrize("text", printed())
def test_no_sentence_names_a_thing_of_the_program_or_counts_one_in_the_plural(text):
    assert re.match(r"[A-Z“]", text) and text.endswith((".", "?")), text
    assert not re.search(r"\w_\w|\b[a-z]+(?:-[a-z0-9]+){2,}\b|found .*; allowed|\bnan\b|\binf\b|None|'", text), text
    assert not re.search(r"\b1 (?:attacks|claims|people|casualties|are|were)\b|\s\s|\.\.|,,|, \.", text), text
    assert not re.search(r"\d\.\d{3,}", text), text


def test_a_claim_that_could_not_be_tested_tells_no_program_message():
    found = ModelError("test the coefficient 'pulse'", found="35 periods", allowed="8 or more", do="wait")
    assert "pulse" not in found.lacks and "allowed" not in found.lacks
