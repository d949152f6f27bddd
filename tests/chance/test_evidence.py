import numpy as np

from trends.chance.evidence import likelihood_words


def test_every_probability_has_a_word():
    words = [likelihood_words(p) for p in np.linspace(0, 1, 201)]
    assert words[0] == "almost no chance" and words[-1] == "almost certain"
    assert len(set(words)) == 7
