"""Names that are no province of today: states written short, and regions with the provinces that they cover."""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from trends.counts.spelling import spelling_key


@cache
def _shipped() -> dict[str, Any]:
    return tomllib.loads(resources.files("trends.counts").joinpath("regions.toml").read_text(encoding="utf-8"))


@cache
def _states(country: str) -> dict[str, str]:
    """The code of each abbreviation of a country, by its letters."""
    return {
        spelling_key(text): f"{country}-{letters}"
        for letters, texts in _shipped()["abbreviated"].get(country, {}).items()
        for text in texts
    }


@cache
def _regions(country: str) -> dict[str, tuple[str, ...]]:
    return {spelling_key(name): tuple(codes) for name, codes in _shipped()["regions"].get(country, {}).items()}


def abbreviated(text: str, country: str) -> tuple[str, ...]:
    """The code of a state that is written short: by a table, or by the letters of its code with full stops.

    Examples
    --------
    >>> abbreviated("Tex.", "US"), abbreviated("N.Y.", "US"), abbreviated("Texas", "US")
    (('US-TX',), ('US-NY',), ())
    """
    states = _states(country)
    if code := states.get(spelling_key(text)):
        return (code,)
    letters = re.sub(r"[.\s]", "", text).upper()
    return (f"{country}-{letters}",) if states and "." in text and re.fullmatch("[A-Z]{2}", letters) else ()


def provinces_of_region(name: str, country: str) -> tuple[str, ...]:
    """The codes of the provinces of today that a region, or a province of the past, covers or lies in.

    Examples
    --------
    >>> provinces_of_region("Katanga province", "CD"), provinces_of_region("Haut-Katanga", "CD")
    (('CD-HK', 'CD-HL', 'CD-LU', 'CD-TA'), ())
    """
    return _regions(country).get(spelling_key(name), ())
