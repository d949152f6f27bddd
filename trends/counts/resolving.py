"""The spellings of one column resolved together: what fits two provinces is the one that no other spelling names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from trends.counts.gazetteer import Province
from trends.counts.provinces import aliased, find_provinces, suggest_provinces
from trends.counts.regions import provinces_of_region
from trends.nouns import listed


@dataclass(frozen=True)
class Resolved:
    """What a spelling stands for.

    Parameters
    ----------
    country : str
        ISO 3166-1 code by which it was looked for; empty where it was looked for in the whole world.
    spelling : str
        As it was written.
    place : Province or None
        The province, where it is one.
    candidates : tuple of Province
        All that it fits by itself: none, the one, or several.
    beside : str
        The other spelling of the column by which one of several was chosen; empty where none was needed.
    """

    country: str
    spelling: str
    place: Province | None
    candidates: tuple[Province, ...] = ()
    beside: str = ""

    def suggested(self) -> tuple[str, ...]:
        """What it may be, where it is not known: the provinces that it fits, with codes, or the nearest names."""
        if self.candidates:
            return tuple(told(place) for place in self.candidates)
        return tuple(suggest_provinces(self.spelling, self.country or None))

    def row(self) -> dict[str, str | list[str]]:
        """The same as texts: ``country, spelling, code, name``, and ``candidates`` where it is not known."""
        return {
            "country": self.country,
            "spelling": self.spelling,
            "code": self.place.code if self.place else "",
            "name": self.place.name if self.place else "",
            "candidates": [] if self.place else list(self.suggested()),
        }

    def sentence(self) -> str:
        """What it stands for, or what it may be.

        Examples
        --------
        >>> found = resolve_spellings([("UA", "Kyiv"), ("UA", "Lviv")])
        >>> found["UA", "Kyiv"].sentence(), found["UA", "Lviv"].sentence()
        ('either Kyiv City (UA-30) or Kyiv oblast (UA-32)', 'UA-46  Lviv')
        >>> print(*(each.sentence() for each in resolve_spellings([("SS", "Equatoria")]).values()))
        no province of today, but ground of Central Equatoria, Eastern Equatoria and Western Equatoria
        """
        if self.place is not None:
            beside = f", since {self.beside!r} is the other" if self.beside else ""
            return f"{self.place.code or 'no code'}  {self.place.name}{beside}"
        if self.country and not self.candidates and provinces_of_region(self.spelling, self.country):
            return f"no province of today, but ground of {listed(self.suggested())}"
        near = " or ".join(self.suggested())
        if self.candidates:
            return f"either {near}"
        return f"not known; perhaps {near}" if near else "not known"


def told(place: Province) -> str:
    """A province by its name and code.

    Examples
    --------
    >>> told(Province("IQ", "Diyala", "IQ-DI"))
    'Diyala (IQ-DI)'
    """
    return f"{place.name} ({place.code})" if place.code else place.name


def resolve_spellings(
    spellings: Iterable[tuple[str, str]], aliases: Mapping[str, str] | None = None
) -> dict[tuple[str, str], Resolved]:
    """What each spelling of a column stands for, by the pair of its country and itself.

    Parameters
    ----------
    spellings : iterable of (str, str)
        ISO 3166-1 code of the country, or "" for the whole world, and the spelling.
    aliases : mapping of str to str, optional
        Spellings of one's own to a code or a known name; they go before all others. ``{"Halabja": "IQ-SU"}`` keeps
        Halabja in Sulaymaniyah throughout.

    Notes
    -----
    Each spelling is looked up by itself first. One that fits several provinces of its country then takes the only one
    that no other spelling of the column names: beside "Kyiv City", "Kyiv" is the oblast. Where none or two are left it
    stays unresolved.

    **Assumptions**: a column names each province in one way, so that two spellings are two provinces.

    Examples
    --------
    >>> found = resolve_spellings([("UA", "Kyiv"), ("UA", "Kyiv City")])
    >>> found["UA", "Kyiv"].place.code, found["UA", "Kyiv"].beside
    ('UA-32', 'Kyiv City')
    >>> resolve_spellings([("UA", "Kyiv")])["UA", "Kyiv"].place is None
    True
    """
    found: dict[tuple[str, str], Resolved] = {}
    for country, spelling in dict.fromkeys(spellings):
        candidates = find_provinces(aliased(spelling, aliases), country or None)
        place = candidates[0] if len(candidates) == 1 else None
        found[country, spelling] = Resolved(country, spelling, place, candidates)
    taken = {(country, each.place): each.spelling for (country, _), each in found.items() if each.place}
    open_ones = [pair for pair, each in found.items() if pair[0] and len(each.candidates) > 1]
    while True:
        chosen = {}
        for pair in open_ones:
            each = found[pair]
            left = [place for place in each.candidates if (pair[0], place) not in taken]
            if len(left) == 1:
                other = next(place for place in each.candidates if place != left[0])
                chosen[pair] = replace(each, place=left[0], beside=taken[pair[0], other])
        # Two spellings that would take the same one say nothing of it.
        claims = [(pair[0], each.place) for pair, each in chosen.items()]
        chosen = {pair: each for pair, each in chosen.items() if claims.count((pair[0], each.place)) == 1}
        if not chosen:
            return found
        found |= chosen
        taken |= {(pair[0], each.place): pair[1] for pair, each in chosen.items() if each.place}
        open_ones = [pair for pair in open_ones if pair not in chosen]
