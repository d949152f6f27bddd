"""Names of provinces to ISO 3166-2 codes: exact after normalising, with suggestions and never a silent guess."""

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

import pycountry

from trends.errors import InputError

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʻʼʿʾʹ"))
_LETTERS = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe"})
_TYPES = frozenset(
    "province governorate governorates muhafazah muhafazat muhafaza mohafazah wilayah wilayat wilaya region state"
    " oblast department prefecture محافظة ولاية".split()
)
_ARTICLES = frozenset("al el an ar as ash at ad az ed es".split())
_CITIES = ("city", "municipality", "capital", "urban")


@dataclass(frozen=True, order=True)
class Province:
    """A first-level division of a country.

    Parameters
    ----------
    country : str
        ISO 3166-1 code, ``"IQ"``.
    name : str
        The name it goes by here: what is usual in English for the countries of ``provinces.toml``, elsewhere the
        official name.
    code : str
        ISO 3166-2 code, ``"IQ-DI"``; empty where the list has none (Halabja, the UNDOF zone).
    since, part_of : int or None, str
        The year from which it is a province of its own, and the code of the one it belonged to before.
    """

    country: str
    name: str
    code: str = ""
    since: int | None = None
    part_of: str = ""


def spelling_key(name: str) -> str:
    """What is left of a name once accents, apostrophes, articles, spaces and words such as "province" are gone.

    Examples
    --------
    >>> spelling_key("Şalāḩ ad Dīn province"), spelling_key("At-Ta'mim"), spelling_key("Al-Anbar Governorate")
    ('salahaddin', 'tamim', 'anbar')
    """
    words = _words(name)
    return "".join(_without_article(_without_type(words)))


def _words(name: str) -> list[str]:
    text = unicodedata.normalize("NFKD", str(name).casefold().translate(_APOSTROPHES).translate(_LETTERS))
    return re.sub(r"[\W_]+", " ", "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Lm"))).split()


def _without_type(words: list[str]) -> list[str]:
    kept = list(words)
    while len(kept) > 1 and kept[-1] in _TYPES:
        kept.pop()
    while len(kept) > 1 and kept[0] in _TYPES:
        kept.pop(0)
        if len(kept) > 1 and kept[0] == "of":
            kept.pop(0)
    return kept


def _without_article(words: list[str]) -> list[str]:
    return words[1:] if len(words) > 1 and words[0] in _ARTICLES else words


@cache
def _shipped() -> dict:
    return tomllib.loads(resources.files("trends.counts").joinpath("provinces.toml").read_text(encoding="utf-8"))


@cache
def _known() -> tuple[dict[str, tuple[Province, ...]], dict[str, Province], dict[str, str], frozenset[str]]:
    """Every province of the world by spelling key and by code; the type of each code; the codes below another one."""
    found: dict[str, dict[Province, None]] = {}
    coded, types = {}, {}
    for country, table in _shipped().items():
        if country == "countries":
            continue
        for name, facts in table.items():
            place = Province(country, name, facts.get("code", ""), facts.get("since"), facts.get("part_of", ""))
            coded[place.code] = place
            for text in (name, *facts.get("also", ())):
                found.setdefault(spelling_key(text), {})[place] = None
    for entry in sorted(pycountry.subdivisions, key=lambda entry: entry.code):
        official = re.sub(r"\s*\[.*?\]", "", entry.name)
        place = coded.setdefault(entry.code, Province(entry.country_code, official, entry.code))
        types[entry.code] = entry.type.casefold()
        found.setdefault(spelling_key(official), {})[place] = None
    coded.pop("", None)
    below = frozenset(entry.code for entry in pycountry.subdivisions if entry.parent_code)
    return {key: tuple(places) for key, places in found.items()}, coded, types, below


def find_provinces(name: str, country: str | None = None) -> tuple[Province, ...]:
    """All provinces that a spelling names exactly, in one country or in the whole world.

    Parameters
    ----------
    name : str
        A name in any usual spelling, or an ISO 3166-2 code.
    country : str, optional
        ISO 3166-1 code or name; without it several countries can answer.

    Examples
    --------
    >>> [place.code for place in find_provinces("Salahaddin")]
    ['IQ-SD']
    """
    spellings, coded, types, below = _known()
    where = country_code(country) if country else None
    if place := coded.get(str(name).strip().upper()):
        return (place,) if where in (None, place.country) else ()
    found = [place for place in spellings.get(spelling_key(name), ()) if where in (None, place.country)]
    words = _words(name)
    if len(found) > 1 and (literal := [place for place in found if words == _words(place.name)]):
        found = literal
    elif len(_without_type(words)) < len(words):
        # "Kyiv oblast" must not become the city of Kyiv because "oblast" was taken off.
        found = [place for place in found if not types.get(place.code, "").startswith(_CITIES)]
    if len(found) > 1 and len(upper := [place for place in found if place.code not in below]) == 1:
        found = upper
    return tuple(found)


def resolve_province(
    name: str, country: str | None = None, *, on: date | None = None, aliases: Mapping[str, str] | None = None
) -> Province | None:
    """The one province that a spelling names, or None where none or several answer to it.

    Parameters
    ----------
    name : str
        A name in any usual spelling, or an ISO 3166-2 code.
    country : str, optional
        ISO 3166-1 code or name. Without it the name must be unique in the world.
    on : datetime.date, optional
        The day the name is used of. A province that was made out of another one counts as that other one in the
        years before: Halabja is part of Sulaymaniyah before 2014 and itself, without an ISO code, from 2014 on.
        Without a day it is itself.
    aliases : mapping of str to str, optional
        Spellings of your own to a code or a known name; they go before all others. ``{"Halabja": "IQ-SU"}`` keeps
        Halabja in Sulaymaniyah throughout.

    Notes
    -----
    A match is exact once both spellings are normalised by `spelling_key`; what is merely near is for
    `suggest_provinces` to say and for a person to decide.

    Examples
    --------
    >>> resolve_province("Ninewa", "Iraq").code
    'IQ-NI'
    >>> resolve_province("Halabja", "IQ", on=date(2013, 5, 1)).name
    'Sulaymaniyah'
    >>> resolve_province("Ninawah", "IQ") is None
    True
    """
    key = spelling_key(name)
    for spelling, target in (aliases or {}).items():
        if spelling_key(spelling) == key:
            name = target
            break
    found = find_provinces(name, country)
    if len(found) != 1:
        return None
    place = found[0]
    if on is not None and place.since and on.year < place.since:
        (place,) = find_provinces(place.part_of)
    return place


def suggest_provinces(name: str, country: str | None = None, n: int = 3) -> list[str]:
    """The known names nearest to a spelling, best first: for a message, never for a match.

    Examples
    --------
    >>> suggest_provinces("Ninawah", "IQ")[0]
    'Nineveh'
    """
    where = country_code(country) if country else None
    keys = {
        key: [place.name for place in places if where in (None, place.country)] for key, places in _known()[0].items()
    }
    keys = {key: names for key, names in keys.items() if names}
    near = difflib.get_close_matches(spelling_key(name), sorted(keys), n=3 * n, cutoff=0.6)
    return list(dict.fromkeys(found for key in near for found in keys[key]))[:n]


def provinces_of(country: str) -> tuple[Province, ...]:
    """All provinces of a country that the tables know, by name.

    Examples
    --------
    >>> len(provinces_of("Syria"))
    15
    """
    where = country_code(country)
    return tuple(
        sorted(
            {place for places in _known()[0].values() for place in places if place.country == where},
            key=lambda place: place.name,
        )
    )


def country_code(name: str) -> str:
    """The ISO 3166-1 code of a country, from its code or its name.

    Names such as ``"Yemen (North Yemen)"`` count by what stands before the bracket.

    Raises
    ------
    InputError
        Where no country is known by this name.

    Examples
    --------
    >>> country_code("Iraq"), country_code("SYR"), country_code("DR Congo (Zaire)")
    ('IQ', 'SY', 'CD')
    """
    found = known_country(str(name).strip())
    if not found:
        every = [text for entry in pycountry.countries for text in (entry.name, getattr(entry, "common_name", ""))]
        near = difflib.get_close_matches(str(name), sorted({text for text in every if text}), n=3)
        raise InputError(
            "name a country",
            found=repr(name),
            allowed="an ISO 3166 code or an English name" + (f", such as {', '.join(near)}" if near else ""),
            do="write it in one of these ways",
        )
    return found


@cache
def known_country(name: str) -> str:
    """The ISO 3166-1 code of a country, or nothing where no country is known by this name."""
    also = {"".join(_words(text)): code for text, code in _shipped()["countries"].items()}
    for text in (name, re.sub(r"\s*\(.*\)", "", name)):
        if code := also.get("".join(_words(text))):
            return code
        try:
            return pycountry.countries.lookup(text).alpha_2
        except LookupError:
            continue
    return ""


def country_of(names) -> str | None:
    """The one country that knows the most of some province names, or None where two know as many or none knows any.

    Examples
    --------
    >>> country_of(["Anbar", "Diyala", "Ninewa"])
    'IQ'
    """
    tally: dict[str, int] = {}
    for name in dict.fromkeys(names):
        for country in {place.country for place in find_provinces(name)}:
            tally[country] = tally.get(country, 0) + 1
    best = sorted(tally, key=lambda country: (-tally[country], country))
    if not best or (len(best) > 1 and tally[best[0]] == tally[best[1]]):
        return None
    return best[0]
