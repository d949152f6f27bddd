import pytest

from trends.nouns import many, one, plural


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
