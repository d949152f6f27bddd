import numpy as np
import pytest

from trends.errors import ModelError
from trends.fits.options import (
    alpha_of,
    checked_choice,
    checked_flag,
    checked_level,
    checked_number,
    checked_rng,
    checked_whole,
    shown,
)


def refused(call, *args, **options):
    with pytest.raises(ModelError) as error:
        call(*args, **options)
    return str(error.value)


def test_what_is_within_its_range_is_handed_on_as_a_plain_number():
    assert checked_level(np.float64(0.9), "test") == 0.9 and checked_number(3, "test", "x", above=0) == 3.0
    assert checked_whole(np.int64(7), "test", "draws", 1) == 7 and type(checked_whole(np.int64(7), "t", "n", 1)) is int
    assert checked_choice("a", "test", "kind", ("a", "b")) == "a"
    assert alpha_of(0.9, "test") == 0.1


def test_what_is_out_of_range_is_refused_with_its_range():
    assert refused(checked_level, 95, "test") == (
        "test: found level=95; allowed: a number between 0 and 1; take 0.95 for 95 %."
    )
    assert refused(checked_level, 10**400, "test").startswith("test: found level=1000")
    assert refused(checked_level, True, "test", "alpha").endswith("take 0.05 for 95 %.")
    assert refused(checked_number, float("nan"), "test", "x", above=0, below=1) == (
        "test: found x=nan; allowed: a finite number above 0 and below 1; choose such a number."
    )
    assert refused(checked_whole, 2.0, "test", "draws", 1, 9) == (
        "test: found draws=2.0; allowed: a whole number from 1 to 9; choose such a number."
    )
    assert refused(checked_choice, ["a"], "test", "kind", ("a", "b")) == (
        "test: found kind=['a']; allowed: a, b; name one of these."
    )


def test_a_seed_gives_the_same_numbers_and_no_seed_is_refused():
    generator = np.random.default_rng(3)
    assert checked_rng(generator, "test") is generator
    assert checked_rng(3, "test").random() == np.random.default_rng(3).random()
    assert refused(checked_rng, None, "test").startswith("test: found rng=None; allowed: a whole number from 0 up")


def test_a_long_value_is_cut_and_a_number_of_thousands_of_digits_named():
    assert len(shown("x" * 500)) == 60 and "\n" not in shown(np.arange(100))
    assert shown(10**5000) == "a number of thousands of digits"


def test_a_flag_is_no_word():
    assert checked_flag(np.True_, "ask", "on") is True
    for value in ("x", 1, None):
        with pytest.raises(ModelError, match=r"ask: found on=.*; allowed: True or False; choose one of the two"):
            checked_flag(value, "ask", "on")
