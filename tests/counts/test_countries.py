import pytest

from trends.counts.countries import country_code, country_name, known_country
from trends.errors import InputError

# As ACLED, UCDP, GTD, HDX and the press write them.
NAMES = {
    "CD": "Democratic Republic of the Congo;Democratic Republic of Congo;DR Congo (Zaire);DRC;Zaire;COD;"
    "Congo, The Democratic Republic of the;République démocratique du Congo",
    "CG": "Republic of Congo;Republic of the Congo;Congo;Congo, Rep.;People's Republic of the Congo",
    "PS": "Palestine;West Bank and Gaza Strip;PSE;Palestinian Territories",
    "XK": "Kosovo;XKX;XK;Косово",
    "GB": "UK;United Kingdom;GBR;Royaume-Uni;Britain;Great Britain",
    "AE": "UAE;United Arab Emirates;الإمارات العربية المتحدة",
    "US": "United States;United States of America;USA;US",
    "YE": "Yemen (North Yemen);Yemen",
    "BA": "Bosnia-Herzegovina;Bosnia and Herzegovina;Bosnia;BiH",
    "MM": "Myanmar (Burma);Burma",
    "GM": "Gambia;The Gambia;Gambia, The",
    "AD": "AND;Andorra",
    "NA": "NA;Namibia",
    "CI": "Ivory Coast;Cote d'Ivoire;Côte d’Ivoire",
    "IQ": "Irak;IRQ;368;العراق",
    "TR": "Turkey;Türkiye;Turkiye",
    "KR": "Korea, Rep.;South Korea;Republic of Korea;ROK;S. Korea;Korea (South)",
    "KP": "North Korea;DPRK;N. Korea;Korea (North);Korea, North",
    "NL": "Netherlands;The Netherlands;Holland",
    "TT": "Trinidad;Trinidad & Tobago",
    "ZA": "South Africa;S. Africa;RSA",
    "EG": "Egypt, Arab Rep.;Egypt",
    "CF": "Central African Rep.;CAR;République centrafricaine",
    "VA": "Vatican;Holy See;Vatican City",
}


@pytest.mark.parametrize(("code", "names"), NAMES.items())
def test_countries_are_known_by_the_names_that_sources_use(code, names):
    assert [known_country(name) for name in names.split(";")] == [code] * len(names.split(";"))


def test_togo_is_not_tonga_where_vowels_are_marks():
    assert known_country("टोगो") == known_country("टोंगा") == ""


def test_a_country_that_nobody_knows_is_refused_with_the_nearest_names():
    with pytest.raises(InputError) as error:
        country_code("Iraqq")
    assert str(error.value) == (
        "name a country: found 'Iraqq'; allowed: an ISO 3166 code or a name of a country, such as Iraq, Iran; "
        'say what it is: --country-alias "Iraqq=CODE" (country_aliases={"Iraqq": "CODE"}).'
    )


@pytest.mark.parametrize(
    "name", ["International", "Soviet Union", "Yugoslavia", "Czechoslovakia", "Serbia-Montenegro", "North Yemen",
             "South Yemen", "East Germany (GDR)", "West Germany (FRG)", "South Vietnam", "Akrotiri and Dhekelia"],
)  # fmt: skip
def test_a_name_that_no_code_of_today_stands_for_is_refused_by_name(name):
    assert known_country(name) == ""
    with pytest.raises(InputError, match=r"which is (several|two|no|part|a base)"):
        country_code(name)


@pytest.mark.parametrize("name", ["Korea", "Timor", "America", "Virgin Islands", "Guyanas", "New Guinea", "Somaliland"])
def test_a_name_of_several_countries_or_of_part_of_one_is_not_guessed(name):
    assert known_country(name) == ""


def test_a_country_may_be_named_by_an_alias():
    assert country_code("Soviet Union", {"soviet union": "Russia"}) == "RU"
    assert known_country("Iraq", {"Soviet Union": "RU"}) == "IQ"


def test_kosovo_has_a_name_though_iso_gives_it_none():
    assert [country_name(code) for code in ("XK", "IQ", "TW")] == ["Kosovo", "Iraq", "Taiwan"]


def test_what_stands_in_brackets_is_left_out_and_a_name_of_a_million_blanks_is_refused_at_once():
    assert country_code("Iraq (Republic of) ") == country_code("Iraq  (a (b) c)") == "IQ"
    for name in ("Iraq (Republic of", f"a{' ' * 1_000_000}b", "(" * 1_000_000 + ")b"):
        with pytest.raises(InputError, match="found "):
            country_code(name)
