import pytest

from trends.counts.resolving import resolve_spellings


def codes(country, *spellings, aliases=None):
    found = resolve_spellings(((country, each) for each in spellings), aliases)
    return [each.place.code if each.place else None for each in found.values()]


@pytest.mark.parametrize(
    ("country", "spelling", "beside", "code"),
    [
        ("UA", "Kyiv", "Kyiv City", "UA-32"),
        ("UA", "Kyiv", "Kyiv Oblast", "UA-30"),
        ("KZ", "Almaty", "Almaty City", "KZ-19"),
        ("BY", "Minsk", "Minsk City", "BY-MI"),
        ("RU", "Moscow", "Moscow Oblast", "RU-MOW"),
        ("US", "Washington", "District of Columbia", "US-WA"),
        ("PE", "Lima", "Lima Province", "PE-LMA"),
        ("AR", "Buenos Aires", "Ciudad de Buenos Aires", "AR-B"),
    ],
)
def test_a_name_of_two_provinces_is_the_one_that_no_other_spelling_of_the_column_names(country, spelling, beside, code):
    if country == "PE":
        # ISO's Lima Province is the city; the other spelling takes it.
        code = "PE-LIM"
    assert codes(country, spelling, beside)[0] == code
    assert codes(country, beside, spelling)[1] == code


def test_alone_it_stays_open_with_both_named():
    (found,) = resolve_spellings([("UA", "Kyiv")]).values()
    assert (found.place, found.beside) == (None, "")
    assert found.suggested() == ("Kyiv City (UA-30)", "Kyiv oblast (UA-32)")
    assert found.sentence() == "either Kyiv City (UA-30) or Kyiv oblast (UA-32)"
    assert found.row() == {
        "country": "UA", "spelling": "Kyiv", "code": "", "name": "",
        "candidates": ["Kyiv City (UA-30)", "Kyiv oblast (UA-32)"],
    }  # fmt: skip


def test_two_open_spellings_say_nothing_of_each_other():
    assert codes("UA", "Kyiv", "Kiev") == [None, None]
    assert codes("UA", "Kyiv", "Kiev", "Kyiv City") == [None, None, "UA-30"]


def test_another_country_and_an_alias_do_not_decide_but_by_what_they_name():
    found = resolve_spellings([("UA", "Kyiv"), ("RU", "Kyiv City")])
    assert found["UA", "Kyiv"].place is None
    assert codes("UA", "Kyiv", "Capital", aliases={"Capital": "UA-30"}) == ["UA-32", "UA-30"]
    assert codes("UA", "Kyiv", aliases={"Kyiv": "UA-32"}) == ["UA-32"]


def test_an_alias_of_a_name_says_nothing_of_the_name_with_its_kind():
    assert codes("UA", "Kyiv", "Kyiv City", aliases={"Kyiv": "UA-32"}) == ["UA-32", "UA-30"]


def test_without_a_country_a_name_of_two_countries_is_not_decided_by_others():
    found = resolve_spellings([("", "Punjab"), ("", "IN-PB")])
    assert found["", "Punjab"].place is None
    assert found["", "Punjab"].suggested() == ("Punjab (IN-PB)", "Punjab (PK-PB)")


def test_what_nobody_knows_is_told_with_the_nearest_names():
    (found,) = resolve_spellings([("IQ", "Ninawah")]).values()
    assert found.sentence().startswith("not known; perhaps Nineveh")
    (found,) = resolve_spellings([("IQ", "zzzzzz")]).values()
    assert found.sentence() == "not known"
