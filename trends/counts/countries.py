"""Names of countries to ISO 3166-1 codes, as people and sources write them; a name of several countries is refused."""

import difflib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import pycountry

from trends.counts.gazetteer import shipped_spellings
from trends.counts.spelling import words_of
from trends.errors import InputError

_UNTOLD = frozenset(["the", "of"])
#: Places in files of events that no code of today stands for, and what they are.
_NO_CODE = {
    "international": "no country",
    "sovietunion": "several countries today",
    "ussr": "several countries today",
    "yugoslavia": "several countries today",
    "czechoslovakia": "two countries today",
    "serbiamontenegro": "two countries today",
    "northyemen": "part of a country today",
    "southyemen": "part of a country today",
    "eastgermany": "part of a country today",
    "eastgermanygdr": "part of a country today",
    "westgermany": "part of a country today",
    "westgermanyfrg": "part of a country today",
    "southvietnam": "part of a country today",
    "northvietnam": "part of a country today",
    "akrotiridhekelia": "a base without a code of its own",
}


def country_code(name: str, aliases: Mapping[str, str] | None = None) -> str:
    """The ISO 3166-1 code of a country, from its code or its name.

    Parameters
    ----------
    name : str
        A code of two or three letters, or a name as sources write it: in English, French, Spanish, Portuguese,
        Arabic, Russian or German, and as ACLED, UCDP and GTD have it. Names such as ``"Yemen (North Yemen)"`` count
        by what stands before the bracket.
    aliases : mapping of str to str, optional
        Names of your own to a code or a known name; they go before all others.

    Raises
    ------
    InputError
        Where no country is known by this name, or several are.

    Notes
    -----
    Kosovo is ``"XK"``, the code in use for it, which ISO 3166-1 leaves to its users.

    Examples
    --------
    >>> country_code("Iraq"), country_code("SYR"), country_code("DR Congo (Zaire)")
    ('IQ', 'SY', 'CD')
    >>> country_code("Soviet Union", {"Soviet Union": "RU"})
    'RU'
    """
    found = known_country(str(name).strip(), aliases)
    if found:
        return found
    old = without_code(name)
    near = [] if old else difflib.get_close_matches(str(name).strip(), _shown_names(), n=3)
    raise InputError(
        "name a country",
        found=f"{str(name)!r}, which is {old}" if old else repr(name),
        allowed="an ISO 3166 code or a name of a country" + (f", such as {', '.join(near)}" if near else ""),
        do=f'say what it is: --country-alias "{name}=CODE" (country_aliases={{"{name}": "CODE"}})',
    )


def known_country(name: str, aliases: Mapping[str, str] | None = None) -> str:
    """The ISO 3166-1 code of a country, or nothing where no country is known by this name."""
    key = _key(name)
    for spelling, target in (aliases or {}).items():
        if _key(spelling) == key:
            return country_code(target)
    return _known(str(name).strip())


def without_code(name: str) -> str:
    """What a name is that no code of today stands for: "several countries today"; nothing for all other names.

    Examples
    --------
    >>> without_code("Czechoslovakia"), without_code("Iraq")
    ('two countries today', '')
    """
    return _NO_CODE.get(_key(name), "")


@cache
def _known(name: str) -> str:
    names = _names()
    # "Gambia, The" and "Congo, Democratic Republic of" are written so to be sorted.
    behind, comma, before = name.partition(",")
    turned = (f"{before} {behind}",) if comma else ()
    for text in dict.fromkeys((name, _without_brackets(name), *turned)):
        key = _key(text)
        if not key or key in _NO_CODE:
            return ""
        if code := names.get(key):
            return code
        entry = pycountry.countries.get(numeric=text) if text.isdecimal() and len(text) == 3 else None
        if entry is not None:
            return entry.alpha_2
    return ""


def _without_brackets(name: str) -> str:
    before, _, inside = name.partition("(")
    _, bracket, after = inside.rpartition(")")
    return f"{before.rstrip()}{after}" if bracket else name


@cache
def _names() -> dict[str, str]:
    """Every name of a country by its key: by hand before ISO before CLDR."""
    found = {_key(text): code for text, code in shipped_spellings()["countries"].items()}
    for entry in pycountry.countries:
        for name in ("alpha_2", "alpha_3", "name", "official_name", "common_name"):
            if text := getattr(entry, name, ""):
                found.setdefault(_key(text), entry.alpha_2)
    text = resources.files("trends.counts").joinpath("country_names.tsv").read_text(encoding="utf-8")
    for line in text.splitlines()[1:]:
        name, code = line.split("\t")
        found.setdefault(_key(name), code)
    return found


def _key(name: str) -> str:
    words = words_of(str(name))
    return "".join([word for word in words if word not in _UNTOLD] or words)


@cache
def _shown_names() -> tuple[str, ...]:
    every = [text for entry in pycountry.countries for text in (entry.name, getattr(entry, "common_name", ""))]
    return tuple(sorted({text for text in [*every, *shipped_spellings()["countries"]] if len(text) > 3}))


def country_name(code: str) -> str:
    """What a country is called in English, by its ISO 3166-1 code.

    Examples
    --------
    >>> country_name("IQ"), country_name("XK")
    ('Iraq', 'Kosovo')
    """
    entry = pycountry.countries.get(alpha_2=code)
    if entry is None:
        return next(text for text, held in shipped_spellings()["countries"].items() if held == code)
    return getattr(entry, "common_name", entry.name)
