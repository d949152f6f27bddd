"""The provinces of an event file: every spelling resolved, or told with its count and the nearest names."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pandas as pd

from trends.counts.countries import country_code, country_name, known_country, without_code
from trends.counts.gazetteer import Province
from trends.counts.provinces import country_of
from trends.counts.resolving import Resolved, resolve_spellings, told
from trends.counts.typed_events import DISTRICT_MARK
from trends.errors import InputError
from trends.nouns import plural

_MOST_TOLD = 10
# What sources write where they know no province: GTD its "Unknown".
_UNTOLD = frozenset(["unknown", "not known", "unspecified", "not specified", "n/a", "-", "?"])

Pair = tuple[str | None, str | None]
Labels = dict[Pair, tuple[Province | None, str]]


@dataclass(frozen=True)
class Placed:
    """The province of each pair of spellings of a province and its country.

    Parameters
    ----------
    labels : dict of (str or None, str or None) to (Province or None, str)
        By spelling and country as they are written: the province, where it is a known one, and its label.
    notes : tuple of str
        What was decided.
    """

    labels: Labels
    notes: tuple[str, ...] = ()


def country_only(country: str) -> str:
    """The label of the bucket for events located to a country and to no province of it.

    Examples
    --------
    >>> country_only("IQ")
    'Iraq, no province'
    """
    return f"{country_name(country)}, no province"


def placed(
    names: pd.DataFrame,
    *,
    country: str | None,
    level: str,
    aliases: Mapping[str, str] | None,
    unresolved: str,
    where: Path,
    country_aliases: Mapping[str, str] | None = None,
) -> Placed:
    """The province and its label for each pair of spellings of a province and its country.

    Parameters
    ----------
    names : pandas.DataFrame
        One row a pair: ``province, country`` (None where the cell is empty), ``keep`` (events kept) and ``n``. With
        the level "district" a province and a district stand in one cell, `DISTRICT_MARK` between them.
    country : str, optional
        The country where the file names none. Without it the one that knows the most of the names.
    level : {"province", "country", "district"}
        What the column of provinces holds.
    aliases, country_aliases : mapping, optional
        Spellings of one's own to the code or a known name of a province, or of a country; they go before all others.
    unresolved : {"refuse", "keep"}
        ``"keep"`` makes a spelling that cannot be resolved a province of its own, as it is written, by its country.
    where : path
        The file, for messages.

    Raises
    ------
    InputError
        Where a kept event is in a country or a province that no name answers to, listing all of them; or the country
        cannot be told.
    """
    rows = [(_none(row.province), _none(row.country), int(row.keep)) for row in names.itertuples()]
    spelt = [province if level == "country" else home for province, home, _ in rows]
    homes = _homes(spelt, [keep for *_, keep in rows], country_aliases, unresolved, where)
    if level == "country":
        shown = {each: country_name(home) if _is_code(home) else home for each, home in homes.items()}
        by_country: Labels = {(one, two): (None, shown.get(one, "no country")) for one, two, _ in rows}
        return Placed(by_country, _kept_countries(homes))
    default = country_code(country, country_aliases) if country else _told_country(rows, level, where, unresolved)
    cells = {(province, second): _split(province, level) for province, second, _ in rows}
    at_home = {pair: homes.get(pair[1]) or default or "" for pair in cells}
    asked = [(at_home[pair], name) for pair, (name, _) in cells.items() if name]
    # A country that is kept as it is written has no provinces to look in.
    known = resolve_spellings(((home, name) for home, name in asked if not home or _is_code(home)), aliases)
    found: dict[Pair, tuple[Province | None, str, str]] = {}
    failed: dict[tuple[str, str], int] = {}
    kept: dict[tuple[str, str], int] = {}
    for province, second, n in rows:
        name, home = cells[province, second][0], at_home[province, second]
        if name is None:
            found[province, second] = (None, _no_province(home), home)
            continue
        answer = known.get((home, name))
        if answer is not None and answer.place is not None:
            found[province, second] = (answer.place, answer.place.name, home)
        else:
            found[province, second] = (None, name, home)
            to = kept if unresolved == "keep" else failed
            to[home, name] = to.get((home, name), 0) + n
    if unresolved == "refuse" and any(failed.values()):
        _refuse({pair: n for pair, n in failed.items() if n}, known, where)
    labels = _districts(found, cells) if level == "district" else _distinct(found)
    return Placed(labels, (*_kept_countries(homes), *_kept(kept, known), *_chosen(known)))


def _none(value: object) -> str | None:
    return None if value is None or value != value else str(value)


def given_name(text: str) -> str | None:
    """A name as it is written, or None where it says that there is none.

    Examples
    --------
    >>> given_name(" Anbar "), given_name("Unknown")
    ('Anbar', None)
    """
    text = text.strip()
    return None if not text or text.casefold() in _UNTOLD else text


def _split(cell: str | None, level: str) -> tuple[str | None, str | None]:
    """The province and the district of a cell."""
    if cell is None or level != "district":
        return given_name(cell or ""), None
    province, _, district = cell.partition(DISTRICT_MARK)
    return given_name(province), given_name(district)


def _is_code(home: str) -> bool:
    return known_country(home) == home


def _no_province(home: str) -> str:
    if not home:
        return "no province"
    return country_only(home) if _is_code(home) else f"{home}, no province"


def _homes(
    spelt: list[str | None], keep: list[int], aliases: Mapping[str, str] | None, unresolved: str, where: Path
) -> dict[str | None, str]:
    """The code of each country as it is written; as it is written where it is not known and may be kept."""
    found: dict[str | None, str] = {}
    failed: dict[str, int] = {}
    for text, n in zip(spelt, keep, strict=True):
        if text and text.strip():
            code = known_country(text, aliases)
            found[text] = code or text.strip()
            if not code:
                failed[text] = failed.get(text, 0) + n
    failed = {text: n for text, n in failed.items() if n}
    if not failed or unresolved == "keep":
        return found
    most = sorted(failed.items(), key=lambda item: (-item[1], item[0]))
    more = f" and {len(most) - _MOST_TOLD} more" if len(most) > _MOST_TOLD else ""
    raise InputError(
        f"find the countries of {where}",
        found=", ".join(f"{text!r} ({_events(n)}{_old(text)})" for text, n in most[:_MOST_TOLD]) + more,
        allowed="ISO 3166 codes and names of countries",
        do='say what each is: country_aliases={"spelling": "code"}, or keep them as they are with '
        'unresolved="keep" (--country-alias SPELLING=CODE, --unresolved keep)',
    )


def _old(country: str) -> str:
    return f"; {old}" if (old := without_code(country)) else ""


def _events(n: int) -> str:
    return plural(n, "event")


def _told_country(
    rows: list[tuple[str | None, str | None, int]], level: str, where: Path, unresolved: str
) -> str | None:
    spellings = [name for province, second, _ in rows if not second and (name := _split(province, level)[0])]
    home = country_of(spellings)
    if spellings and home is None and unresolved == "refuse":
        raise InputError(
            f"find the provinces of {where}",
            found="no column of the country, and names such as " + ", ".join(map(repr, sorted(set(spellings))[:3])),
            allowed="provinces of one country that is named",
            do='name the country, for example country="Iraq"',
        )
    return home


def _refuse(failed: dict[tuple[str, str], int], known: dict[tuple[str, str], Resolved], where: Path) -> NoReturn:
    most = sorted(failed.items(), key=lambda item: (-item[1], item[0]))
    parts = []
    for (home, name), n in most[:_MOST_TOLD]:
        answer = known.get((home, name))
        near = answer.suggested() if answer else ()
        which = "which is" if answer and answer.candidates else "perhaps"
        told_near = f"; {which} {' or '.join(near)}" if near else ""
        parts.append(f"{name!r} ({_events(n)}{told_near})")
    more = f" and {len(most) - _MOST_TOLD} more" if len(most) > _MOST_TOLD else ""
    raise InputError(
        f"find the provinces of {where}",
        found=", ".join(parts) + more,
        allowed="names, usual transliterations and ISO 3166-2 codes",
        do='name each in aliases={"spelling": "code"}, or keep them as they are with unresolved="keep" '
        "(--alias SPELLING=CODE, --unresolved keep)",
    )


def _kept_countries(homes: dict[str | None, str]) -> tuple[str, ...]:
    unknown = sorted(text for text, home in homes.items() if text and not _is_code(home))
    listed = ", ".join(map(repr, unknown[:_MOST_TOLD]))
    return (f"kept as they are written, since no country is known by the name: {listed}",) if unknown else ()


def _kept(kept: dict[tuple[str, str], int], known: dict[tuple[str, str], Resolved]) -> tuple[str, ...]:
    """What was kept as it is written, for each why."""
    if not kept:
        return ()
    most = sorted(kept.items(), key=lambda item: (-item[1], item[0]))
    parts = []
    for (home, name), n in most[:_MOST_TOLD]:
        answer = known.get((home, name))
        fits = f", fits {' and '.join(map(told, answer.candidates))}" if answer and answer.candidates else ""
        parts.append(f"{name!r} ({home + ', ' if home else ''}{_events(n) if n else 'no event kept'}{fits})")
    more = f" and {len(most) - _MOST_TOLD} more" if len(most) > _MOST_TOLD else ""
    return ("kept as they are written, since no one province is known by the name: " + ", ".join(parts) + more,)


def _chosen(known: dict[tuple[str, str], Resolved]) -> tuple[str, ...]:
    return tuple(
        f"{each.spelling!r} is taken for {told(each.place)}, since {each.beside!r} is the other"
        for each in known.values()
        if each.beside and each.place is not None
    )


def _distinct(
    found: dict[Pair, tuple[Province | None, str, str]],
) -> Labels:
    """The same with a code beside a label that provinces share: the country's, or their own within a country."""
    homes: dict[str, set[str]] = {}
    codes: dict[tuple[str, str], set[str]] = {}
    for place, label, home in found.values():
        homes.setdefault(label, set()).add(home)
        if place is not None:
            codes.setdefault((home, label), set()).add(place.code)

    def distinct(place: Province | None, label: str, home: str) -> str:
        if place is not None and len(codes[home, label]) > 1:
            return f"{label} ({place.code})"
        return f"{label} ({place.country if place else home})" if home and len(homes[label]) > 1 else label

    return {pair: (place, distinct(place, label, home)) for pair, (place, label, home) in found.items()}


def _districts(
    found: dict[Pair, tuple[Province | None, str, str]], cells: dict[Pair, tuple[str | None, str | None]]
) -> Labels:
    """Districts by their names with that of the province, so that none is taken for a province or another district."""
    labels: Labels = {}
    for pair, (_, label) in _distinct(found).items():
        district = cells[pair][1]
        alone = cells[pair][0] is None
        labels[pair] = (None, label if alone and not district else f"{district or 'no district'}, {label}")
    return labels
