"""Names of provinces to ISO 3166-2 codes: exact after normalising, with suggestions and never a silent guess."""

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date

from trends.counts.countries import country_code
from trends.counts.gazetteer import (
    Gazetteer,
    Province,
    countries_with_provinces,
    gazetteer,
    names_in_any_order,
    place_codes,
    world_keys,
)
from trends.counts.regions import abbreviated, provinces_of_region
from trends.counts.spelling import (
    REGION_WORDS,
    full_key,
    joined,
    spelling_key,
    unordered_key,
    without_city,
    without_kind,
    words_of,
)

# Types of ISO 3166-2 that answer to another word for the kind of a division.
_ALSO_CALLED = {
    "oblast": ("region", "administrative region", "oblast"),
    "krai": ("administrative territory",),
    "kray": ("administrative territory",),
    "raion": ("rayon", "district", "raion"),
    "rayon": ("rayon", "district", "raion"),
    "okrug": ("autonomous district",),
    "provincia": ("province",),
    "provincie": ("province",),
    "provinz": ("province",),
    "departamento": ("department",),
    "departement": ("department", "metropolitan department", "overseas department"),
    "estado": ("state",),
    "regiao": ("region",),
    "область": ("region", "administrative region", "oblast"),
    "край": ("administrative territory",),
    "район": ("rayon", "district", "raion"),
}
# Where the letters of ISO 3166-2 are what people write for a state.
_ABBREVIATED = frozenset(["AU", "BR", "CA", "US"])


def find_provinces(name: str, country: str | None = None) -> tuple[Province, ...]:
    """All provinces that a spelling names exactly, in one country or in the whole world.

    Parameters
    ----------
    name : str
        A name in any usual spelling, or an ISO 3166-2 code.
    country : str, optional
        ISO 3166-1 code or name; without it several countries can answer.

    Notes
    -----
    Names that the package gives by hand go before all others. In Australia, Brazil, Canada and the United States the
    letters of a code alone are a name ("TX"), where the country is given. A word for the kind of a division tells a
    city from the region around it ("Kyiv oblast", "Minsk City"); without one, divisions next to the country go before
    those below them. Two that are left are both the answer. A region of several provinces ("Darfur") is none of them.

    Examples
    --------
    >>> [place.code for place in find_provinces("Salahaddin")]
    ['IQ-SD']
    >>> [place.code for place in find_provinces("Kyiv", "UA")]
    ['UA-30', 'UA-32']
    """
    text = str(name).strip()
    if country:
        return _found(text, gazetteer(country_code(country)))
    code = place_codes().get(text.upper(), text.upper()) if text[-1:].isdigit() else text.upper()
    if re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", code) and code[:2] in countries_with_provinces():
        if held := [place for place in gazetteer(code[:2]).places if place.code == code]:
            return tuple(held)
    bare = _before_bracket(text)
    keys = {spelling_key(each) for each in (text, bare)} | {full_key(each) for each in (text, bare)}
    keys.add(joined(without_kind(without_city(words_of(text)))))
    homes = dict.fromkeys(home for key in sorted(keys) for home in world_keys().get(key, ()))
    return tuple(place for home in sorted(homes) for place in _found(text, gazetteer(home)))


def _found(text: str, known: Gazetteer) -> tuple[Province, ...]:
    """The provinces of one country that a spelling names."""
    code, home = text.upper(), known.places[0].country if known.places else ""
    if provinces_of_region(text, home):
        return ()
    if home in _ABBREVIATED and text == code and re.fullmatch("[A-Z]{2,3}", text):
        code = f"{home}-{text}"
    if re.fullmatch(r"[A-Z]{2,3}\d{1,4}", code):
        code = place_codes().get(code, code)
    if held := [place for place in known.places if place.code and place.code == code]:
        return tuple(held)
    for each in dict.fromkeys((text, _before_bracket(text))):
        if each and (found := _named(each, known)):
            return found
    return _in_any_order(text, known)


def _in_any_order(text: str, known: Gazetteer) -> tuple[Province, ...]:
    """The provinces whose name has the words of a spelling in another order."""
    words = words_of(text)
    if not known.places or not (key := unordered_key(words)):
        return ()
    found = names_in_any_order(known.places[0].country).get(key, ())
    told = [word for word in words if word in REGION_WORDS]
    if without_city(words) != words:
        return tuple(place for place in found if known.is_city(place))
    return _upper(_of_kind(found, told, known) if told else found, known)


def _before_bracket(text: str) -> str:
    return re.split(r"[(\[]", text, maxsplit=1)[0].rstrip()


def _named(text: str, known: Gazetteer) -> tuple[Province, ...]:
    full = full_key(text)
    if held := known.by_hand.get(full):
        # Shanxi and Shǎnxī are two provinces, set apart by an accent alone.
        literal = tuple(place for place in held if text.casefold() in known.literal.get(place, ()))
        return literal if len(held) > 1 and literal else held
    words = words_of(text)
    plain = without_city(words)
    told = [word for word in words if word in REGION_WORDS]
    if exact := known.full.get(full, ()):
        if told:
            return _upper(_of_kind(exact, told, known) or exact, known)
        if plain != words:
            return _upper(exact, known)
        return _upper(known.keys.get(spelling_key(text), exact), known)
    found = known.keys.get(joined(without_kind(words)), ())
    if told and found:
        return _upper(_of_kind(found, told, known), known)
    if not found and plain != words:
        found = known.keys.get(joined(without_kind(plain)), ())
        return tuple(place for place in found if known.is_city(place))
    return _upper(found, known)


def _of_kind(found: tuple[Province, ...], told: list[str], known: Gazetteer) -> tuple[Province, ...]:
    """Those of the kind that the words say: "Kyiv oblast" must not become the city because "oblast" was taken off."""
    kinds = {kind for word in told for kind in (word, *_ALSO_CALLED.get(word, ()))}
    of_kind = {place: {known.kinds.get(place, ""), *known.kinds.get(place, "").split()} for place in found}
    if same := tuple(place for place in found if of_kind[place] & kinds):
        return same
    return tuple(place for place in found if not known.is_city(place))


def _upper(found: tuple[Province, ...], known: Gazetteer) -> tuple[Province, ...]:
    """Those next to the country, where others are below."""
    top = min((known.levels[place] for place in found), default=1)
    return tuple(place for place in found if known.levels[place] == top)


def aliased(name: str, aliases: Mapping[str, str] | None) -> str:
    """What a spelling of one's own stands for; the spelling itself where nobody said.

    The full spelling goes first: ``{"Kyiv": "UA-32"}`` says nothing of "Kyiv city".
    """
    for key in (full_key, spelling_key):
        for spelling, target in (aliases or {}).items():
            if key(spelling) == key(name):
                return target
    return name


def at_day(place: Province, on: date | None) -> Province:
    """The province to which the ground of another one belonged on a day.

    Examples
    --------
    >>> (telangana,) = find_provinces("Telangana", "IN")
    >>> at_day(telangana, date(2013, 1, 1)).name
    'Andhra Pradesh'
    """
    while on is not None and place.since and on < place.since:
        (place,) = find_provinces(place.part_of)
    return place


def spelled_among(name: str, names: Iterable[str], country: str | None = None) -> list[str]:
    """Those of some names that a spelling stands for: none, the one, or several that it does not tell apart.

    Parameters
    ----------
    name : str
        A name in any usual spelling, or an ISO 3166-2 code.
    names : iterable of str
        Names to look among, such as the columns of a panel.
    country : str, optional
        ISO 3166-1 code or name of the country of all of them.

    Examples
    --------
    >>> spelled_among("Ninewa", ["Anbar", "Nineveh"]), spelled_among("Kyiv", ["Kyiv City", "Kyiv oblast"])
    (['Nineveh'], ['Kyiv City', 'Kyiv oblast'])
    """
    names = list(names)
    if same := [each for each in names if full_key(each) == full_key(name)]:
        return same
    asked = set(find_provinces(name, country))
    places = {each: set(find_provinces(each, country)) for each in names} if asked else {}
    if found := [each for each in names if asked & places.get(each, set())]:
        # "UA-30" is "Kyiv City", though "Kyiv" beside it may be the city too.
        return [each for each in found if len(places[each]) == 1] or found if len(found) > 1 else found
    return [each for each in names if not asked and spelling_key(each) == spelling_key(name)]


def suggest_provinces(name: str, country: str | None = None) -> list[str]:
    """The known names nearest to a spelling, best first: for a message, never for a match.

    Of a state written short ("Tex.") its name, of a region or a province of the past those of the provinces that it
    covers today.

    Examples
    --------
    >>> suggest_provinces("Ninawah", "IQ")[0]
    'Nineveh'
    """
    homes = (country_code(country),) if country else countries_with_provinces()
    if country and (codes := provinces_of_region(name, homes[0]) or abbreviated(name, homes[0])):
        return [place.name for place in gazetteer(homes[0]).places if place.code in codes]
    keys: dict[str, list[str]] = {}
    for home in homes:
        for key, places in gazetteer(home).keys.items():
            keys.setdefault(key, []).extend(place.name for place in places)
    near = difflib.get_close_matches(spelling_key(name), sorted(keys), n=9, cutoff=0.6)
    return list(dict.fromkeys(found for key in near for found in keys[key]))[:3]


def country_of(names: Iterable[str]) -> str | None:
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
