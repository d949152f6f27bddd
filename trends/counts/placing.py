"""The provinces of an event file: every spelling resolved, or told with its count and the nearest names."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pycountry

from trends.counts.provinces import (
    Province,
    country_code,
    country_of,
    find_provinces,
    resolve_province,
    suggest_provinces,
)
from trends.errors import InputError


def country_only(country: str) -> str:
    """The label of the bucket for events located to a country and to no province of it.

    Examples
    --------
    >>> country_only("IQ")
    'Iraq, no province'
    """
    return f"{_country_name(country)}, no province"


def _country_name(code: str) -> str:
    entry = pycountry.countries.get(alpha_2=code)
    return getattr(entry, "common_name", entry.name)


def placed(
    names: pd.DataFrame,
    *,
    country: str | None,
    level: str,
    aliases: Mapping[str, str] | None,
    unresolved: str,
    where: Path,
) -> dict[tuple[str | None, str | None], tuple[Province | None, str]]:
    """The province and its label for each pair of spellings of a province and its country.

    Parameters
    ----------
    names : pandas.DataFrame
        One row a pair: ``province, country`` (None where the cell is empty), ``keep`` (events kept) and ``n``.
    country : str, optional
        The country where the file names none. Without it the one that knows the most of the names.
    level : {"province", "country"}
        What the column of provinces holds.
    aliases : mapping, optional
        See `trends.counts.provinces.resolve_province`.
    unresolved : {"refuse", "keep"}
        ``"keep"`` makes a spelling that cannot be resolved a province of its own, as it is written.
    where : path
        The file, for messages.

    Raises
    ------
    InputError
        Where a kept event is in a province that no name answers to, listing all of them; or the country cannot be
        told.
    """
    pairs = [(_none(row.province), _none(row.country), row) for row in names.itertuples()]
    if level == "country":
        return {
            (province, second): (None, _country_name(country_code(province)) if province else "no country")
            for province, second, _ in pairs
        }
    default = country_code(country) if country else _told_country(pairs, where, unresolved)
    found, failed = {}, {}
    for province, second, row in pairs:
        home = country_code(second) if second else default
        if province is None or not province.strip():
            found[province, second] = (None, country_only(home) if home else "no province")
            continue
        place = resolve_province(province, home, aliases=aliases)
        if place is not None:
            found[province, second] = (place, place.name)
        elif unresolved == "keep":
            found[province, second] = (None, province.strip())
        elif row.keep:
            failed[province, home] = failed.get((province, home), 0) + int(row.keep)
    if failed:
        _refuse(failed, where)
    return _distinct(found)


def _none(value) -> str | None:
    return None if value is None or value != value else str(value)


def _told_country(pairs, where, unresolved) -> str | None:
    spellings = [province for province, second, _ in pairs if province and not second]
    told = country_of(spellings)
    if spellings and told is None and unresolved == "refuse":
        raise InputError(
            f"find the provinces of {where}",
            found="no column of the country, and names such as " + ", ".join(map(repr, sorted(set(spellings))[:3])),
            allowed="provinces of one country that is named",
            do='name the country, for example country="Iraq"',
        )
    return told


def _refuse(failed: dict, where) -> None:
    most = sorted(failed.items(), key=lambda item: (-item[1], str(item[0])))
    told = []
    for (name, home), n in most[:10]:
        several = [place.name for place in find_provinces(name, home)] if home else []
        near = several or suggest_provinces(name, home)
        told.append(f"{name!r} ({n} event{'s' * (n > 1)}" + (f"; perhaps {' or '.join(near)})" if near else ")"))
    more = f" and {len(most) - 10} more" if len(most) > 10 else ""
    raise InputError(
        f"find the provinces of {where}",
        found=", ".join(told) + more,
        allowed="names, usual transliterations and ISO 3166-2 codes",
        do='name each in aliases={"spelling": "code"}, or keep them as they are with unresolved="keep" '
        "(--alias SPELLING=CODE, --unresolved keep)",
    )


def _distinct(found: dict) -> dict:
    """The same with the country's code beside a label that provinces of two countries share."""
    homes: dict[str, set[str]] = {}
    for place, label in found.values():
        homes.setdefault(label, set()).add(place.country if place else "")
    return {
        pair: (place, f"{label} ({place.country})" if place and len(homes[label]) > 1 else label)
        for pair, (place, label) in found.items()
    }
