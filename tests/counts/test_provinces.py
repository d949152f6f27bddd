from datetime import date

import pycountry
import pytest

from tests.counts.conftest import only_province
from trends.counts.gazetteer import gazetteer, place_codes
from trends.counts.provinces import (
    aliased,
    at_day,
    country_of,
    find_provinces,
    spelled_among,
    suggest_provinces,
)

# The spellings of UCDP GED 19.1 and 21.1, Natural Earth 10m, OCHA and the press.
SPELLINGS = {
    "IQ-AN": "Anbar;Al-Anbar;Al Anbār province;محافظة الأنبار",
    "IQ-AR": "Erbil;Arbil;Arbīl province;Irbil;Hewler;محافظة أربيل",
    "IQ-BA": "Basra;Al-Basrah;Al Başrah province;محافظة البصرة",
    "IQ-BB": "Babil;Babylon;Bābil province",
    "IQ-BG": "Baghdad;Baghdād province",
    "IQ-DA": "Duhok;Dohuk;Dihok;Dahūk province",
    "IQ-DI": "Diyala;Diyālá province;Muhafazat Diyala;Governorate of Diyala;iq-di",
    "IQ-DQ": "Dhi Qar;Thi-Qar;Dhī Qār province;Dhi-Qar;ذي قار",
    "IQ-KA": "Karbala;Kerbala;Karbala';Karbalā’ province",
    "IQ-KI": "Kirkuk;Kirkūk province;At-Ta'mim;At-Ta'mim province",
    "IQ-MA": "Maysan;Missan;Maysān province",
    "IQ-MU": "Muthanna;Al-Muthannia;Al Muthanná province",
    "IQ-NA": "Najaf;An-Najaf;An Najaf province",
    "IQ-NI": "Nineveh;Ninewa;Ninawa;Nīnawá province;Mosul province",
    "IQ-QA": "Qadisiyah;Qadisiya;Al-Qādisiyyah;Al Qādisīyah province;Diwaniyah",
    "IQ-SD": "Salah al-Din;Salahaddin;Saladin;Salah ad Din;Sala ad-Din;Şalāḩ ad Dīn province",
    "IQ-SU": "Sulaymaniyah;Sulaymaniya;As-Sulaymaniyah;As Sulaymānīyah province;Sulaimani",
    "IQ-WA": "Wasit;Wassit;Wāsiţ province",
    "SY-DI": "Damascus;Dimashq",
    "SY-DR": "Daraa;Dar`a;Dar'ā;Deraa",
    "SY-DY": "Deir ez-Zor;Dayr Az Zawr;Deir-ez-Zor",
    "SY-HA": "Hasakah;Al-Hasakeh;Hasaka (Al Haksa);Al Ḩasakah",
    "SY-HI": "Homs;Homs (Hims);Ḩimş",
    "SY-HL": "Aleppo;Halab;Ḩalab",
    "SY-HM": "Hama;Hamah",
    "SY-ID": "Idlib;Idleb",
    "SY-LA": "Latakia;Lattakia;Al Lādhiqīyah",
    "SY-QU": "Quneitra;Al Qunayţirah",
    "SY-RA": "Raqqa;Ar-Raqqa;Ar Raqqah",
    "SY-RD": "Rif Dimashq;Rural Damascus",
    "SY-SU": "Suwayda;As-Sweida;As Suwayda'",
    "SY-TA": "Tartus;Tartous;Ţarţūs",
}


@pytest.mark.parametrize(("code", "spellings"), SPELLINGS.items())
def test_what_people_write_resolves_with_and_without_the_country(code, spellings):
    for name in spellings.split(";"):
        assert only_province(name, code[:2]).code == code, name
        assert code in [place.code for place in find_provinces(name)], name


def test_near_is_not_a_match_but_a_suggestion():
    assert only_province("Ninawah", "IQ") is None
    assert suggest_provinces("Ninawah", "IQ")[0] == "Nineveh"
    assert only_province("Anbar", "Syria") is None
    assert suggest_provinces("zzzz", "IQ") == []


def test_halabja_belongs_to_sulaymaniyah_before_2014():
    halabja = only_province("Halabja", "IQ")
    assert (halabja.name, halabja.code) == ("Halabja", "")
    assert at_day(halabja, date(2013, 12, 31)).code == "IQ-SU"
    assert at_day(halabja, date(2014, 1, 1)) == at_day(halabja, None) == halabja
    assert aliased("Halabja", {"halabja": "IQ-SU"}) == "IQ-SU"


def test_a_city_is_not_taken_for_the_province_around_it():
    assert only_province("Kyiv City", "UA").code == "UA-30"
    assert [place.code for place in find_provinces("Kyiv", "UA")] == ["UA-30", "UA-32"]
    assert only_province("Kyiv oblast", "UA").code == "UA-32"
    assert only_province("Sana'a city", "YE").code == "YE-SA"
    assert only_province("Dhaka", "BD").code == "BD-C"


def provinces_in_iso():
    """All entries but groups of provinces, such as the islands of Maluku."""
    return [entry for entry in pycountry.subdivisions if entry.type != "Geographical unit"]


def test_every_code_of_the_world_resolves_to_itself():
    assert all(only_province(entry.code).code == entry.code for entry in provinces_in_iso())


def test_a_group_of_provinces_is_never_a_province():
    assert only_province("ID-PP") is None
    assert only_province("Papua", "ID").code == "ID-PA"
    assert only_province("Maluku", "Indonesia").code == "ID-MA"


def test_no_official_name_resolves_to_a_province_it_does_not_name():
    # Homonyms within a country (town and county) and names changed since are refused or lead to the upper level.
    wrong = []
    for entry in provinces_in_iso():
        place = only_province(entry.name, entry.country_code)
        if place is not None and place.code != entry.code:
            levels = gazetteer(entry.country_code).levels
            below = {each.code: level for each, level in levels.items()}
            wrong += [(entry.code, place.code)] * (below[place.code] >= below[entry.code])
    assert wrong == []


def test_the_shipped_table_names_each_code_of_its_countries_once():
    for country in ("IQ", "SY"):
        official = {entry.code for entry in pycountry.subdivisions.get(country_code=country)}
        codes = [place.code for place in gazetteer(country).places if place.code]
        assert sorted(codes) == sorted(official)


def test_the_country_of_some_names_is_told_only_when_one_knows_most():
    assert country_of(["Anbar", "Diyala", "nowhere"]) == "IQ"
    assert country_of(["Aleppo", "Anbar"]) is None
    assert country_of(["nowhere"]) is None


@pytest.mark.parametrize(
    ("name", "names", "found"),
    [
        ("Kyiv", ["Kyiv City", "Kyiv oblast"], ["Kyiv City", "Kyiv oblast"]),
        ("UA-30", ["Kyiv City", "Kyiv oblast"], ["Kyiv City"]),
        ("Kiev oblast", ["Kyiv City", "Kyiv oblast"], ["Kyiv oblast"]),
        ("UA-30", ["Kyiv", "Kyiv City"], ["Kyiv City"]),
        ("IQ-NI", ["Anbar", "Nīnawá province"], ["Nīnawá province"]),
        ("Punjab", ["Punjab (IN)", "Punjab (PK)"], ["Punjab (IN)", "Punjab (PK)"]),
        ("north zone", ["North Zone", "South Zone"], ["North Zone"]),
        ("nowhere", ["Anbar"], []),
    ],
)
def test_a_name_is_found_among_others_and_two_that_it_fits_are_both_told(name, names, found):
    assert spelled_among(name, names) == found


@pytest.mark.parametrize(
    "code, spelling", [("UA-30", "UA80"), ("UA-32", "UA32"), ("SY-ID", "SY07"), ("IQ-AN", "IQG01"), ("BF-01", "bf46")]
)
def test_a_humanitarian_code_stands_for_its_province_and_never_for_one_whose_own_code_looks_like_it(code, spelling):
    assert [place.code for place in find_provinces(spelling, code[:2])] == [code]
    assert [place.code for place in find_provinces(spelling)] == [code]
    assert not find_provinces("UA30", "UA") and not find_provinces(spelling, "FR")


def test_each_humanitarian_code_stands_for_one_province_that_no_other_stands_for():
    codes = place_codes()
    assert len(set(codes.values())) == len(codes) > 2_000
    assert all(find_provinces(code, code[:2]) for code in set(codes.values()))


#: As ACLED, UCDP, GTD and the press write them.
SOURCES = {
    "AF": {"Hirat": "HER", "Nangrahar": "NAN"},
    "BD": {"Chittagong": "B", "Barisal": "A"},
    "CD": {"North Kivu": "NK", "Nord-Kivu": "NK"},
    "CM": {"Extreme-Nord": "EN", "Nord-Ouest": "NW", "Sud-Ouest": "SW", "Adamaoua": "AD"},
    "CO": {"Bogota": "DC", "Bogotá, D.C.": "DC", "Valle del Cauca": "VAC"},
    "EG": {"North Sinai": "SIN", "Shamal Sina": "SIN"},
    "IL": {"Jerusalem": "JM", "HaZafon": "Z", "Northern District": "Z", "Southern": "D", "Tel Aviv": "TA"},
    "IN": {"Orissa": "OD", "Chattisgarh": "CG", "NCT of Delhi": "DL"},
    "IQ": {"Dhi Quar": "DQ", "Thi Qar": "DQ", "Babylon": "BB"},
    "LB": {"South": "JA", "Nabatieh": "NA", "Bekaa": "BI", "Baalbek-Hermel": "BH", "Mount Lebanon": "JL"},
    "LY": {"Benghazi": "BA", "Tripoli": "TB"},
    "NG": {"Nassarawa": "NA", "Federal Capital Territory": "FC"},
    "PH": {"Region XII": "12", "Bicol": "05", "BARMM": "14", "National Capital Region": "00"},
    "PK": {"NWFP": "KP", "Baluchistan": "BA"},
    "RU": {
        "Dagestan": "DA", "Chechnya": "CE", "Moscow City": "MOW", "Moscow Oblast": "MOS", "Belgorod": "BEL",
        "North Ossetia": "SE", "Kabardino-Balkaria": "KB", "Saint Petersburg": "SPE",
    },
    "UA": {"Lviv": "46", "Donetsk": "14", "Zaporizhzhia": "23", "Kyiv City": "30", "Odesa": "51"},
    "US": {"TX": "TX", "DC": "DC"},
}  # fmt: skip


@pytest.mark.parametrize("country", SOURCES)
def test_provinces_are_known_by_the_names_that_sources_use(country):
    found = {name: [place.code for place in find_provinces(name, country)] for name in SOURCES[country]}
    assert found == {name: [f"{country}-{code}"] for name, code in SOURCES[country].items()}


@pytest.mark.parametrize(("country", "name"), [("PK", "FATA"), ("CD", "Orientale"), ("KE", "North Eastern")])
def test_what_is_no_province_any_more_is_none(country, name):
    assert find_provinces(name, country) == ()
