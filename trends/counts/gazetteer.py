"""The provinces of each country under all names that the shipped tables know, by the keys that spellings have."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import pycountry

from trends.counts.spelling import LEFT_OUT, joined, unordered_key, without_city, without_kind, words_of

#: A unit of ISO 3166-2 that is a group of islands or of provinces, and never a province.
_GROUPS = "geographical unit"
# How its types begin for divisions that are cities.
_Words = tuple[str, ...]
#: The languages beside English that provinces are shown in, by their ISO 639-1 codes.
LANGUAGES = ("fr", "ar")
_CITIES = ("city", "municipality", "capital", "urban", "autonomous city", "metropolitan c", "special city")


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
    since, part_of : datetime.date or None, str
        The day from which it is a province of its own, and the code of the one it belonged to before.
    """

    country: str
    name: str
    code: str = ""
    since: date | None = None
    part_of: str = ""


@dataclass(frozen=True)
class Gazetteer:
    """The provinces of one country.

    Parameters
    ----------
    places : tuple of Province
        All of them.
    by_hand : dict of str to tuple of Province
        By the full key of each name that ``provinces.toml`` gives: these go before all others.
    full, keys : dict of str to tuple of Province
        By the full key of each name, and by its key without words such as "province".
    kinds : dict of Province to str
        What ISO 3166-2 calls each, in small letters: "oblast", "city".
    levels : dict of Province to int
        How far below the country each stands; the lowest number is next to it.
    literal : dict of Province to frozenset of str
        The names given by hand, in small letters and with their accents.
    words : dict of Province to list of tuple of str
        The words of all names of each.
    """

    places: tuple[Province, ...] = ()
    by_hand: Mapping[str, tuple[Province, ...]] = field(default_factory=dict)
    full: Mapping[str, tuple[Province, ...]] = field(default_factory=dict)
    keys: Mapping[str, tuple[Province, ...]] = field(default_factory=dict)
    kinds: Mapping[Province, str] = field(default_factory=dict)
    levels: Mapping[Province, int] = field(default_factory=dict)
    literal: Mapping[Province, frozenset[str]] = field(default_factory=dict)
    words: Mapping[Province, list[_Words]] = field(default_factory=dict)

    def is_city(self, place: Province) -> bool:
        """Whether a division is a city, by what ISO 3166-2 calls it."""
        return self.kinds.get(place, "").startswith(_CITIES)


@cache
def shipped_spellings() -> dict[str, dict[str, Any]]:
    """What stands in ``provinces.toml``: by country, and under ``countries`` the names of countries."""
    return tomllib.loads(resources.files("trends.counts").joinpath("provinces.toml").read_text(encoding="utf-8"))


@cache
def _table() -> dict[str, list[tuple[str, int, list[_Words]]]]:
    """The rows of ``place_names.tsv`` by country: code, level, the words of each name beside the official one."""
    text = resources.files("trends.counts").joinpath("place_names.tsv").read_text(encoding="utf-8")
    found: dict[str, list[tuple[str, int, list[_Words]]]] = {}
    for line in text.splitlines()[1:]:
        code, level, names = line.split("\t")
        found.setdefault(code[:2], []).append(
            (code, int(level), [tuple(name.split(" ")) for name in names.split("|") if name])
        )
    return found


@cache
def place_languages() -> dict[str, dict[str, str]]:
    """The names that are shown of each ISO 3166-2 code, by language: what ``place_languages.tsv`` has."""
    text = resources.files("trends.counts").joinpath("place_languages.tsv").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = {}
    for line in text.splitlines()[1:]:
        code, *names = line.split("\t")
        found[code] = {language: name for language, name in zip(LANGUAGES, names, strict=True) if name}
    return found


@cache
def place_codes() -> dict[str, str]:
    """The ISO 3166-2 code of each P-code of ``place_codes.tsv``, by which humanitarian tables name a division."""
    text = resources.files("trends.counts").joinpath("place_codes.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in text.splitlines()[1:])


@cache
def _official() -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for entry in pycountry.subdivisions:
        if entry.type.casefold() != _GROUPS:
            found.setdefault(entry.country_code, []).append(entry)
    return {country: sorted(entries, key=lambda entry: entry.code) for country, entries in sorted(found.items())}


@cache
def gazetteer(country: str) -> Gazetteer:
    """The provinces of a country, by its ISO 3166-1 code; none where the tables have none of it."""
    hand = _by_hand(country)
    literal = {place: frozenset(text.casefold() for text in texts) for place, texts in hand.items()}
    names = {place: [words_of(text) for text in texts] for place, texts in hand.items()}
    by_hand = _indexed((joined(words), place) for place, texts in names.items() for words in texts)
    coded = {place.code: place for place in names if place.code}
    kinds: dict[Province, str] = {}
    levels = dict.fromkeys(names, 1)
    for entry in _official().get(country, []):
        place = coded.setdefault(entry.code, Province(country, _official_name(entry), entry.code))
        names.setdefault(place, []).append(words_of(_official_name(entry)))
        kinds[place], levels[place] = entry.type.casefold(), 1
    for code, level, also in _table().get(country, []):
        if code in coded:
            names[coded[code]] += also
            levels[coded[code]] = level
    for code, place in coded.items():
        names[place] += [words_of(text) for text in _shown(code)]
    _hand_up(names, levels)
    full = _indexed((joined(words), place) for place, texts in names.items() for words in texts)
    keys = _indexed(
        (key, place)
        for place, texts in names.items()
        for words in texts
        for key in _keys(words, kinds.get(place, "").startswith(_CITIES))
    )
    return Gazetteer(tuple(sorted(names, key=_order)), by_hand, full, keys, kinds, levels, literal, names)


@cache
def names_in_any_order(country: str) -> dict[str, tuple[Province, ...]]:
    """The provinces of a country by their names of several words, whichever of these comes first."""
    names = gazetteer(country).words
    return _indexed((unordered_key(words), place) for place, texts in names.items() for words in texts)


def _shown(code: str) -> Iterable[str]:
    return place_languages().get(code, {}).values()


def _official_name(entry: Any) -> str:
    return re.sub(r"\s*\[.*?\]", "", entry.name)


def _by_hand(country: str) -> dict[Province, list[str]]:
    """The provinces of a country that ``provinces.toml`` has, each with its names."""
    return {
        Province(country, name, facts.get("code", ""), facts.get("since"), facts.get("part_of", "")): [
            name, *facts.get("also", ()),
        ]
        for name, facts in shipped_spellings().get(country, {}).items()
    }  # fmt: skip


def _keys(words: _Words, is_city: bool) -> Iterator[str]:
    """The keys of a name; a city is also called so without the word that says so."""
    yield joined(without_kind(words))
    if is_city:
        yield joined(without_kind(without_city(words)))


def _order(place: Province) -> tuple[str, str]:
    return place.name, place.code


def _hand_up(names: dict[Province, list[_Words]], levels: dict[Province, int]) -> None:
    """Give the names of a lower unit to the upper one of the same name: Barisal is the division, not its district."""
    held: dict[str, set[Province]] = {}
    for place, texts in names.items():
        for words in texts:
            held.setdefault(joined(without_kind(words)), set()).add(place)
    for place, texts in list(names.items()):
        own = joined(without_kind(words_of(place.name)))
        above = [other for other in held[own] if levels[other] < levels[place]]
        if len(above) == 1:
            names[above[0]] += [words for words in texts if words not in names[above[0]]]


def _indexed(pairs: Iterable[tuple[str, Province]]) -> dict[str, tuple[Province, ...]]:
    found: dict[str, dict[Province, None]] = {}
    for key, place in pairs:
        if key:
            found.setdefault(key, {})[place] = None
    return {key: tuple(places) for key, places in found.items()}


@cache
def countries_with_provinces() -> tuple[str, ...]:
    """The ISO 3166-1 codes of all countries of which the tables know a province."""
    return tuple(sorted({*_official(), *shipped_spellings()} - {"countries"}))


@cache
def world_keys() -> dict[str, tuple[str, ...]]:
    """The countries in which each key of a name occurs."""
    found: dict[str, tuple[str, ...]] = {}
    for country in countries_with_provinces():
        names = [words_of(text) for texts in _by_hand(country).values() for text in texts]
        names += [words_of(_official_name(entry)) for entry in _official().get(country, [])]
        names += [words for *_, also in _table().get(country, []) for words in also]
        names += [words_of(text) for entry in _official().get(country, []) for text in _shown(entry.code)]
        for words in names:
            # Most of these tens of thousands have nothing to leave out, and so but one key.
            bare = not words or (words[0] not in LEFT_OUT and words[-1] not in LEFT_OUT)
            for key in ("".join(words),) if bare else (joined(words), *_keys(words, True)):
                homes = found.get(key, ())
                if country not in homes:
                    found[key] = (*homes, country)
    return found
