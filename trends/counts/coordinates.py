"""Events that no name of a province places, placed by their coordinates: precise points alone, never over a name."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pycountry

from trends.counts.checking import CheckedEvents
from trends.counts.countries import country_code, known_country
from trends.counts.gazetteer import gazetteer
from trends.counts.locating import ATTRIBUTION, located
from trends.counts.placing import given_name
from trends.counts.resolving import Resolved, resolve_spellings
from trends.errors import InputError
from trends.nouns import plural

#: Words of the maps of columns for a point that is that of the event.
PRECISE = ("place", "near a place")
_KEY = ("province", "country", "longitude", "latitude", "located")
_MOST_TOLD = 5


@dataclass(frozen=True)
class Points:
    """What the coordinates of events say.

    Parameters
    ----------
    events : CheckedEvents
        The events, whose table has the code of a province in the place of a name where the coordinates place one.
    codes : dict of tuple to str
        The code by province, country, longitude, latitude and precision as they are in the file.
    notes : tuple of str
        How many were placed, and how far names and coordinates agree.
    """

    events: CheckedEvents
    codes: dict[tuple[Any, ...], str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def province(self, key: tuple[Any, ...]) -> str | None:
        """The province as written, or the code of the one that the coordinates lie in."""
        return self.codes.get(tuple(map(_plain, key)), _plain(key[0]))


def _plain(value: Any) -> Any:
    return None if value is None or value != value else value


def placed_by_points(
    events: CheckedEvents,
    country: str | None,
    aliases: Mapping[str, str] | None,
    country_aliases: Mapping[str, str] | None,
) -> Points:
    """The events with those placed by their coordinates that have no usable name of a province.

    Parameters
    ----------
    events : CheckedEvents
        Typed with the columns ``longitude, latitude, located`` beside others.
    country : str, optional
        The country where the file names none.
    aliases, country_aliases : mapping, optional
        As in `trends.counts.placing.placed`.

    Raises
    ------
    InputError
        Where the file has no coordinates or no country is named, or events are placed in anything but provinces.

    Notes
    -----
    A name is usable where it is that of one province. A name of none or of several gives way to the coordinates, which
    is said. Coordinates count where the map of columns calls the place precise, or has no column for that.

    **Assumptions**: see `trends.counts.locating.located`.
    """
    _refuse(events, country)
    table = events.file.query(
        f"SELECT {', '.join(_KEY)}, count(*) FILTER (keep) AS n FROM {events.table} "
        "WHERE longitude IS NOT NULL AND latitude IS NOT NULL GROUP BY ALL ORDER BY ALL"
    ).df()
    exact = table["located"].isin(PRECISE) if "located" in events.used else pd.Series(True, table.index)
    table = table[exact].reset_index(drop=True)
    default = country_code(country, country_aliases) if country else ""
    homes = {
        text: known_country(text, country_aliases) if _plain(text) else default for text in table["country"].unique()
    }
    table["home"] = [homes[text] for text in table["country"]]
    table["name"] = [given_name(text or "") if _plain(text) else None for text in table["province"]]
    known = resolve_spellings(
        ((home, name) for home, name in zip(table["home"], table["name"], strict=True) if home and name), aliases
    )
    table["own"] = [_own(known, home, name) for home, name in zip(table["home"], table["name"], strict=True)]
    table["code"] = ""
    for home, part in table[table["home"] != ""].groupby("home"):
        codes = located(str(home), part["longitude"].to_numpy(float), part["latitude"].to_numpy(float))
        table.loc[part.index, "code"] = _at_level(codes, list(part["own"]), str(home))
    filled = table[(table["own"] == "") & (table["code"] != "")]
    found = {tuple(map(_plain, row[:5])): row[5] for row in filled[[*_KEY, "code"]].itertuples(index=False)}
    notes = _notes(filled, table[(table["own"] != "") & (table["code"] != "")])
    if not found:
        return Points(events, {}, notes)
    events.file.connection.register("points", filled[[*_KEY, "code"]])
    same = " AND ".join(f"events.{name} IS NOT DISTINCT FROM points.{name}" for name in _KEY)
    events.file.query(
        f"CREATE TEMP VIEW located AS SELECT events.* REPLACE (coalesce(points.code, events.province) AS province) "
        f"FROM {events.table} AS events LEFT JOIN points ON {same}"
    )
    return Points(replace(events, table="located"), found, notes)


def _refuse(events: CheckedEvents, country: str | None) -> None:
    asked = f"place the events of {events.file.path} by their coordinates"
    if events.columns.level != "province":
        raise InputError(
            asked, found=f"events counted by {events.columns.level}", allowed="provinces, which the outlines are of",
            do="count by province",
        )  # fmt: skip
    for name in ("longitude", "latitude"):
        if name not in events.used:
            raise InputError(
                asked, found=f"no column of the {name}", allowed=", ".join(events.file.types),
                do=f'name it in the map of columns: {name} = "..."',
            )  # fmt: skip
    if "country" not in events.used and not country:
        raise InputError(
            asked, found="no column of the country", allowed="points of a country that is named",
            do='name the country, for example country="Iraq"',
        )  # fmt: skip


def _own(known: dict[tuple[str, str], Resolved], home: str, name: str | None) -> str:
    """The code of the province that a name is that of; the name for one without a code."""
    place = known[home, name].place if home and name else None
    return "" if place is None else place.code or place.name


def _at_level(codes: list[str], own: list[str], home: str) -> list[str]:
    """The codes of outlines, or of the divisions above them where those are what the file names."""
    top = {code: _above(code, home) for code in set(codes)}
    pairs = set(zip(codes, own, strict=True))
    direct = sum(bool(code) and code == name for code, name in pairs)
    above = sum(code != name and top[code] == name for code, name in pairs)
    return [top[code] for code in codes] if above > direct else codes


def _above(code: str, home: str) -> str:
    """The code of the division next to the country that one lies in."""
    known = {place.code for place in gazetteer(home).places}
    entry = pycountry.subdivisions.get(code=code) if code else None
    parent = getattr(entry, "parent_code", None)
    return _above(parent, home) if parent in known else code


def _notes(filled: pd.DataFrame, both: pd.DataFrame) -> tuple[str, ...]:
    """How many events the coordinates place, which names gave way, and how far names and coordinates agree."""
    n, compared = int(filled["n"].sum()), int(both["n"].sum())
    told = f"{plural(n, 'event')} placed by their coordinates ({ATTRIBUTION})"
    if compared:
        same = int(both["n"][both["own"] == both["code"]].sum())
        share = np.floor(1000 * same / compared) / 10
        told += f"; where the file also names a province the two agree on {share:.1f} % of {compared:,}"
    by_name = filled[filled["name"].notna()].groupby("name")["n"].sum()
    by_name = by_name[by_name > 0].sort_index().sort_values(ascending=False, kind="stable")
    if not len(by_name):
        return (told,)
    listed = ", ".join(f"{name!r} ({count:,})" for name, count in by_name.head(_MOST_TOLD).items())
    more = f" and {len(by_name) - _MOST_TOLD} more" if len(by_name) > _MOST_TOLD else ""
    return (told, f"of these, some name what is no one province, which gave way: {listed}{more}")
