import pycountry
import pytest

from trends.counts.spelling import full_key, spelling_key, without_city, without_kind, words_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Şalāḩ ad Dīn province", "Salah ad-Din"),
        ("Al Anbār", "anbar governorate"),
        ("Jammu & Kashmir", "Jammu and Kashmīr"),
        ("Departamento de Antioquia", "Antioquia"),
        ("Республика Дагестан", "республика дагестан"),
        ("Lənkəran", "Lankaran"),
        ("آذربایجان شرقی", "آذربايجان شرقى"),
        ("مَازَندَران", "مازندران"),
        ("Kyiv\u200b oblast", "Kyiv Oblast"),
    ],
)
def test_spellings_that_differ_in_accents_articles_and_kind_are_one(one, other):
    assert spelling_key(one) == spelling_key(other)


def test_vowels_that_are_marks_are_letters():
    # Togo and Tonga; Bihar and Buhar; Thai and Burmese names of one row of consonants.
    for one, other in (("टोगो", "टोंगा"), ("बिहार", "बुहार"), ("กี", "กู"), ("မန", "မိန")):
        assert spelling_key(one) != spelling_key(other)


def test_a_word_for_the_kind_alone_is_a_name():
    assert without_kind(("province",)) == ("province",)
    assert without_city(("city",)) == ("city",)
    assert without_kind(words_of("Governorate of Diyala")) == ("diyala",)
    assert without_city(words_of("Ciudad de México")) == ("mexico",)


def test_the_kind_is_kept_where_it_tells_two_apart():
    assert full_key("Kyiv oblast") != full_key("Kyiv")
    assert spelling_key("Kyiv oblast") == spelling_key("Kyiv")


def test_no_country_of_the_world_loses_its_name():
    assert all(words_of(entry.name) and words_of(entry.alpha_3) for entry in pycountry.countries)
