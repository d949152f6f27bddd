from trends.counts.gazetteer import LANGUAGES, gazetteer, place_languages
from trends.counts.languages import name_in
from trends.counts.provinces import find_provinces


def test_every_name_that_is_shown_stands_for_its_province_or_is_open_between_a_city_and_the_region_around_it():
    read = {
        (code, name): [place.code for place in find_provinces(name, code[:2])]
        for code, names in place_languages().items()
        for name in names.values()
    }
    assert {name: codes for (code, name), codes in read.items() if codes != [code]} == {
        "Moscou": ["RU-MOW", "RU-MOS"],
        "موسكو": ["RU-MOW", "RU-MOS"],
        "Tachkent": ["UZ-TK", "UZ-TO"],
        "طشقند": ["UZ-TK", "UZ-TO"],
    }


def test_provinces_that_were_numbered_anew_have_their_own_names_and_not_those_of_their_numbers():
    # Old codes of Iran: 10 was Khuzestan, 07 Tehran.
    assert name_in("fr", "Khuzestan", "IR") == "Khuzestan" and name_in("fr", "Esfahan", "IR") == "Ispahan"
    assert name_in("fr", "Tehran", "IR") == "Téhéran" and name_in("ar", "Fars", "IR") == "فارس"


def test_a_city_and_the_region_around_it_are_never_shown_by_one_name():
    assert name_in("fr", "Kyiv Oblast", "UA") == "Oblast de Kyiv"
    assert name_in("fr", "Kyiv City", "UA") is None
    assert name_in("fr", "Moscow Oblast", "RU") != name_in("fr", "Moscow City", "RU")


def test_words_for_the_kind_are_left_out_where_the_name_stands_well_without():
    shown = {name: name_in("fr", name, country) for name, country in (("Aden", "YE"), ("Borno", "NG"), ("Cairo", "EG"))}
    assert shown == {"Aden": "Aden", "Borno": "Borno", "Cairo": "Gouvernorat du Caire"}
    assert name_in("ar", "Aleppo", "SY") == "حلب"


def test_nearly_all_provinces_of_the_countries_that_sources_count_have_a_name():
    for country in ("IQ", "SY", "AF", "YE", "NG", "LY", "UA", "ML"):
        places = [each for each in gazetteer(country).places if each.code and gazetteer(country).levels[each] == 1]
        for language in LANGUAGES:
            missing = [each.name for each in places if not name_in(language, each.name, country)]
            assert len(missing) <= 2, (country, language, missing)
