"""The names of provinces in the languages that a study may be shown in."""

from trends.counts.gazetteer import place_languages
from trends.counts.provinces import find_provinces


def name_in(language: str, name: str, country: str) -> str | None:
    """The name of a province in a language, or None where the table has none or the spelling is not of one province.

    Parameters
    ----------
    language : {"fr", "ar"}
        ISO 639-1 code.
    name : str
        The province in any spelling that `find_provinces` knows.
    country : str
        ISO 3166-1 code or name.

    Examples
    --------
    >>> name_in("fr", "Aleppo", "SY"), name_in("ar", "Nineveh", "IQ"), name_in("fr", "Atlantis", "SY")
    ('Alep', 'نينوى', None)
    """
    found = find_provinces(name, country)
    return place_languages().get(found[0].code, {}).get(language) if len(found) == 1 else None
