import pytest

from trends.nouns import by_how_much, factor_of, many, one, plural, than


@pytest.mark.parametrize(
    ("singular", "several"),
    [
        ("month", "months"), ("casualty", "casualties"), ("day", "days"), ("clash", "clashes"), ("person", "people"),
        ("event with a death", "events with a death"), ("civilian killed", "civilians killed"),
        ("fatal event", "fatal events"),
    ],
)  # fmt: skip
def test_a_noun_and_its_plural_lead_to_each_other(singular, several):
    assert (many(singular), one(several)) == (several, singular)


def test_one_alone_takes_the_singular_and_thousands_are_parted():
    assert [plural(n, "row") for n in (0, 1, 2, 12_345)] == ["0 rows", "1 row", "2 rows", "12,345 rows"]


def test_a_change_of_fourfold_and_more_is_told_as_a_factor_and_no_longer_in_percents():
    assert [by_how_much(factor) for factor in (0.7, 3.99, 4.0, 1200.0)] == [
        "30 %",
        "299 %",
        "a factor of 4.0",
        "a factor of 1,200",
    ]
    assert than(3.5, "elsewhere") == "250 % more than elsewhere"
    assert than(12.25, "elsewhere") == "12.2 times as much as elsewhere"


def test_a_ratio_below_a_tenth_is_told_with_two_digits_and_only_none_as_zero():
    ratios = (0.1, 0.0949, 0.00996, 0.004, 0.000012, 1e-7, 0.0)
    assert [factor_of(ratio) for ratio in ratios] == [
        "0.10", "0.095", "0.010", "0.0040", "0.000012", "less than 0.000001", "0.00"
    ]  # fmt: skip
