"""What is said of a probability, what evidence is before anything is known, and what a check withholds."""

from math import isnan

import numpy as np
import pytest

from trends.chance.evidence import Check, Evidence, likelihood_words
from trends.errors import InputError

# Intelligence Community Directive 203 (2015), section D.6.e.(2).(a), column by column.
SCALE = {
    "almost no chance": 0.05,
    "very unlikely": 0.20,
    "unlikely": 0.45,
    "roughly even chance": 0.55,
    "likely": 0.80,
    "very likely": 0.95,
    "almost certain": 1.00,
}


def test_every_probability_has_a_word():
    words = [likelihood_words(p) for p in np.linspace(0, 1, 201)]
    assert list(dict.fromkeys(words)) == list(SCALE)


def test_a_word_reaches_up_to_its_highest_probability_and_no_further():
    words = list(SCALE)
    for place, (word, highest) in enumerate(SCALE.items()):
        assert likelihood_words(highest) == likelihood_words(highest - 0.01) == word
        assert highest == 1 or likelihood_words(highest + 1e-9) == words[place + 1]


def test_evidence_of_nothing_yet_claims_nothing():
    found = Evidence(quantity="rate")
    assert (found.unit, found.level, found.nobs, found.runs) == ("ratio", 0.95, 0, 0)
    assert isnan(found.estimate) and isnan(found.lower) and isnan(found.upper)
    assert {found.null, found.alternative, found.method, found.counted_in, found.untestable} == {""}
    numbers = "pvalue pvalue_analytic pvalue_discovery pvalue_family false_alarms coverage power detectable supported"
    assert all(getattr(found, name) is None for name in [*numbers.split(), "immaterial"])


@pytest.mark.parametrize(
    ("outcome", "withheld"), [("passed", False), ("failed", True), ("cannot tell", True), ("does not apply", False)]
)
def test_a_check_withholds_certainty_where_it_failed_or_cannot_tell(outcome, withheld):
    assert Check("outliers", "Is it one month?", outcome, "None.").withholds is withheld


def test_what_a_check_rests_on_is_drawn_and_takes_no_part_in_its_name_or_likeness():
    class Fit:
        def plot(self, ax):
            return ["drawn on", ax]

    drawn, bare = (Check("outliers", "Is it one month?", "passed", "None.", *fit) for fit in ((Fit(),), ()))
    assert drawn.plot("axes") == ["drawn on", "axes"] and drawn.plot() == ["drawn on", None]
    assert drawn == bare and repr(drawn) == repr(bare) and "Fit" not in repr(drawn)


def test_a_check_with_nothing_to_draw_says_so():
    with pytest.raises(InputError) as refused:
        Check("false alarms", "Are they few?", "passed", "2 of 100.").plot()
    assert str(refused.value) == (
        "draw the check 'false alarms': found one that rests on a figure alone; allowed: a check with a fit; read what "
        "it says."
    )
