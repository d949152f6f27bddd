import tomllib
from importlib import resources

import pytest

from trends.counts.gazetteer import gazetteer
from trends.counts.provinces import find_provinces, suggest_provinces
from trends.counts.regions import abbreviated, provinces_of_region
from trends.counts.resolving import resolve_spellings

SHIPPED = tomllib.loads(resources.files("trends.counts").joinpath("regions.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("Tex.", "TX"), ("tex", "TX"), ("Miss.", "MS"), ("Mo.", "MO"), ("N.Y.", "NY"), ("N. Y.", "NY"), ("Pa.", "PA"),
        ("D.C.", "DC"), ("W.Va.", "WV"), ("N. Carolina", "NC"), ("S. Dak.", "SD"), ("Wash.", "WA"), ("Ga.", "GA"),
    ],
)  # fmt: skip
def test_a_state_written_short_is_suggested_in_its_country_alone(spelling, code):
    (known,) = [place.name for place in gazetteer("US").places if place.code == f"US-{code}"]
    (found,) = resolve_spellings([("US", spelling)]).values()
    if spelling != "D.C.":
        assert (found.place, found.sentence()) == (None, f"not known; perhaps {known}")
    assert abbreviated(spelling, "US") == (f"US-{code}",) and abbreviated(spelling, "IQ") == ()


@pytest.mark.parametrize("spelling", ["Carolina", "Dak.", "N.", "S. Carol", "Virg.", "N.S.W."])
def test_what_is_short_for_no_one_state_has_no_code(spelling):
    assert abbreviated(spelling, "US") == ()


def test_every_region_covers_provinces_that_are_known_and_is_none_of_them():
    for country, regions in SHIPPED["regions"].items():
        known = {place.code for place in gazetteer(country).places}
        for name, codes in regions.items():
            assert set(codes) <= known and provinces_of_region(name, country) == tuple(codes)
            assert find_provinces(name, country) == ()
            assert all(
                find_provinces(place.name, country) for place in gazetteer(country).places if place.code in codes
            )


def test_every_state_written_short_is_that_of_its_code():
    for country, states in SHIPPED["abbreviated"].items():
        for letters, texts in states.items():
            for text in texts:
                code = f"{country}-{letters}"
                assert abbreviated(text, country) == (code,)
                assert code in {place.code for place in gazetteer(country).places}


@pytest.mark.parametrize(
    ("country", "name", "says"),
    [
        ("CD", "Katanga", "no province of today, but ground of Haut-Katanga, Haut-Lomami, Lualaba and Tanganyika"),
        ("PK", "Federally Administered Tribal Areas", "no province of today, but ground of Khyber Pakhtunkhwa"),
        ("MM", "Shan-North", "no province of today, but ground of Shan"),
        ("PK", "Khyber", "no province of today, but ground of Khyber Pakhtunkhwa"),
    ],
)
def test_a_region_stays_unknown_and_its_ground_is_told(country, name, says):
    (found,) = resolve_spellings([(country, name)]).values()
    assert (found.place, found.sentence()) == (None, says)
    assert all(each in says for each in suggest_provinces(name, country))


def test_a_region_beside_its_parts_is_not_taken_for_the_last_of_them():
    names = ["Katanga", "Haut-Katanga", "Haut-Lomami", "Lualaba"]
    assert resolve_spellings(("CD", name) for name in names)["CD", "Katanga"].place is None
