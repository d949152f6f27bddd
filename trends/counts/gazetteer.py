"""The provinces of each country under all names that the shipped tables know, by the keys that spellings have."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources

import pycountry

from trends.counts.spelling import full_key, spelling_key

#: A unit of ISO 3166-2 that is a group of islands or of provinces, and never a province.
_GROUPS = "geographical unit"


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
        How far below the country each stands; 1 is next to it.
    """

    places: tuple[Province, ...] = ()
    by_hand: Mapping[str, tuple[Province, ...]] = field(default_factory=dict)
    full: Mapping[str, tuple[Province, ...]] = field(default_factory=dict)
    keys: Mapping[str, tuple[Province, ...]] = field(default_factory=dict)
    kinds: Mapping[Province, str] = field(default_factory=dict)
    levels: Mapping[Province, int] = field(default_factory=dict)


@cache
def shipped_spellings() -> dict[str, dict]:
    """What stands in ``provinces.toml``: by country, and under ``countries`` the names of countries."""
    return tomllib.loads(resources.files("trends.counts").joinpath("provinces.toml").read_text(encoding="utf-8"))


@cache
def _table() -> dict[str, list[tuple[str, int, tuple[str, ...]]]]:
    """The rows of ``place_names.tsv`` by country: code, level, names beside the official one."""
    text = resources.files("trends.counts").joinpath("place_names.tsv").read_text(encoding="utf-8")
    found: dict[str, list[tuple[str, int, tuple[str, ...]]]] = {}
    for line in text.splitlines()[1:]:
        code, level, names = line.split("\t")
        found.setdefault(code[:2], []).append((code, int(level), tuple(names.split("|")) if names else ()))
    return found


@cache
def _official() -> dict[str, list]:
    found: dict[str, list] = {}
    for entry in pycountry.subdivisions:
        if entry.type.casefold() != _GROUPS:
            found.setdefault(entry.country_code, []).append(entry)
    return {country: sorted(entries, key=lambda entry: entry.code) for country, entries in sorted(found.items())}


@cache
def gazetteer(country: str) -> Gazetteer:
    """The provinces of a country, by its ISO 3166-1 code; none where the tables have none of it."""
    coded: dict[str, Province] = {}
    names: dict[Province, list[str]] = {}
    by_hand: dict[str, dict[Province, None]] = {}
    for name, facts in shipped_spellings().get(country, {}).items():
        place = Province(country, name, facts.get("code", ""), facts.get("since"), facts.get("part_of", ""))
        names[place] = [name, *facts.get("also", ())]
        if place.code:
            coded[place.code] = place
        for text in names[place]:
            by_hand.setdefault(full_key(text), {})[place] = None
    kinds: dict[Province, str] = {}
    levels = dict.fromkeys(names, 1)
    for entry in _official().get(country, []):
        official = re.sub(r"\s*\[.*?\]", "", entry.name)
        place = coded.setdefault(entry.code, Province(country, official, entry.code))
        names.setdefault(place, []).append(official)
        kinds[place] = entry.type.casefold()
        levels[place] = 1
    for code, level, also in _table().get(country, []):
        if place := coded.get(code):  # type: ignore[assignment]
            names[place] += also
            levels[place] = level
    _hand_up(names, levels)
    full = _indexed((full_key(text), place) for place, texts in names.items() for text in texts)
    keys = _indexed((spelling_key(text), place) for place, texts in names.items() for text in texts)
    hand = {key: tuple(places) for key, places in by_hand.items()}
    return Gazetteer(tuple(sorted(names, key=_order)), hand, full, keys, kinds, levels)


def _order(place: Province) -> tuple[str, str]:
    return place.name, place.code


def _hand_up(names: dict[Province, list[str]], levels: dict[Province, int]) -> None:
    """Give the names of a lower unit to the upper one of the same name: Barisal is the division, not its district."""
    upper: dict[str, set[Province]] = {}
    for place, texts in names.items():
        for text in texts:
            upper.setdefault(spelling_key(text), set()).add(place)
    for place, texts in list(names.items()):
        above = [other for other in upper[spelling_key(place.name)] if levels[other] < levels[place]]
        if len(above) == 1:
            names[above[0]] += [text for text in texts if text not in names[above[0]]]


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
    found: dict[str, dict[str, None]] = {}
    for country in countries_with_provinces():
        known = gazetteer(country)
        for key in (*known.keys, *known.full):
            found.setdefault(key, {})[country] = None
    return {key: tuple(countries) for key, countries in found.items()}


@cache
def boundary_days() -> tuple[date, ...]:
    """The days on which a province was made out of another one, in order."""
    tables = [table for country, table in shipped_spellings().items() if country != "countries"]
    return tuple(sorted({facts["since"] for table in tables for facts in table.values() if "since" in facts}))
