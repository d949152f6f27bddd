import numpy as np
import pytest

from trends.chance.evidence import Evidence, likelihood_words


def test_confidence_agrees_with_the_interval():
    evidence = Evidence(quantity="rate", estimate=1.5, lower=0.9, upper=4.0)
    assert evidence.confidence_in(0.9, 4.0) == pytest.approx(0.95)
    assert evidence.confidence_in(4.0, np.inf) == pytest.approx(0.025)
    assert evidence.confidence_in(0.0, 1.5) == pytest.approx(0.5)


def test_confidence_of_an_open_interval_is_all_on_the_closed_side():
    evidence = Evidence(quantity="rate", estimate=np.inf, lower=2.0, upper=np.inf)
    assert evidence.confidence_in(0, np.inf) == pytest.approx(1)


def test_shares_are_reasoned_about_on_the_logit_scale():
    evidence = Evidence(quantity="share", unit="share", estimate=0.5, lower=0.2, upper=0.8)
    assert evidence.confidence_in(0.0, 0.2) == pytest.approx(evidence.confidence_in(0.8, 1.0))
    assert evidence.confidence_in(0.0, 0.2) == pytest.approx(0.025)


def test_every_probability_has_a_word():
    words = [likelihood_words(p) for p in np.linspace(0, 1, 201)]
    assert words[0] == "almost no chance" and words[-1] == "almost certain"
    assert len(set(words)) == 7
