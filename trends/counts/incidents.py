"""Event files read into a table of incidents, one row an incident."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from trends.arguments import PathLike, checked_arguments
from trends.counts.checking import WANTED, CheckedEvents, check_rows, typed_events
from trends.counts.columns import Columns
from trends.counts.coordinates import Points, placed_by_points
from trends.counts.placing import placed
from trends.counts.provinces import at_day
from trends.counts.recognition import named_columns
from trends.counts.releases import open_releases
from trends.counts.typed_events import Filters

_COLUMNS = [
    "id", "date", "date_end", "province", "actor", "kind", "deaths_low", "deaths", "deaths_high", "source", "located",
]  # fmt: skip


@checked_arguments
def read_incidents(
    path: PathLike | Sequence[PathLike],
    columns: Columns = "auto",
    *,
    country: str | None = None,
    actor: str | Iterable[str] | None = None,
    kind: str | Iterable[str] | None = None,
    located: str | Iterable[str] | None = None,
    where: Mapping[str, Any] | None = None,
    aliases: Mapping[str, str] | None = None,
    country_aliases: Mapping[str, str] | None = None,
    level: str | None = None,
    place: bool = False,
    unresolved: str = "refuse",
    encoding: str = "utf-8",
    sheet: str | int | None = None,
) -> pd.DataFrame:
    """The incidents of an event file, one row an incident.

    Parameters
    ----------
    path : str or pathlib.Path, or a list of these
        CSV (plain or .gz), Parquet or Excel. An event that stands in several files counts once, as the newest
        release has it, told by their names.
    columns : str, path, mapping
        What its columns mean: ``"auto"`` (the default) knows the exports of UCDP, ACLED and GTD by their
        headers; otherwise ``"ged"``, ``"acled"``, ``"gtd"``, a TOML file or a mapping; see
        `trends.counts.columns.read_columns`.
    country : str, optional
        Only this country, where the file has a column of countries; the country that the provinces belong to, where
        it has none. Without it and without the column it is the one that knows the most of the names.
    actor : str or sequence of str, optional
        Only events with one of these names on either side, alone or in a list of allies.
    kind, located : str or sequence of str, optional
        Only these kinds (for GED ``state-based``, ``non-state``, ``one-sided``) and precisions of place (for GED
        ``place``, ``near a place``, ``district``, ``province``, ``area``, ``country``).
    where : mapping, optional
        Only rows that have these values: ``{"is_involved": 1}``.
    aliases, country_aliases : mapping, optional
        Spellings of provinces and of countries of your own, to a code or a known name.
    level : {"province", "country", "district"}, optional
        What the column of provinces holds; by default what the map of columns says.
    place : bool
        Whether events without a usable name of a province are placed by their coordinates.
    unresolved : {"refuse", "keep"}
        What becomes of a province that is not known. ``"refuse"`` (the default) raises with the list of them, their
        counts and the nearest names; ``"keep"`` makes each a province as it is written.
    encoding, sheet : str, str or int
        Of a text file and of a workbook.

    Returns
    -------
    pandas.DataFrame
        ``id, date, date_end, province, actor, kind, deaths_low, deaths, deaths_high, source, located``, in the order
        of the file, and ``reported`` where the map of columns names it. An event dated only to a month or a year has
        its first and last day in ``date`` and ``date_end``.
        ``province`` is the name that `trends.counts.provinces` knows it by; events located to a country and no
        province of it are in one called ``"Iraq, no province"``. ``attrs`` carries the days and provinces of the
        whole file (``file_first, file_last, file_provinces``), notes on it and its name, so that
        `count_incidents` can tell quiet from absent.

    Raises
    ------
    InputError
        With the file, the line and the value: see `trends.counts.checking.check_rows`.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> text = "id,date_start,adm_1,side_a,side_b,best\\n1,2020-04-05,Diyala,Government of Iraq,IS,2\\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "events.csv"
    ...     _ = file.write_text(text)
    ...     incidents = read_incidents(file, "ged", actor="IS")
    >>> incidents[["date", "province", "actor", "deaths"]]
            date province                    actor  deaths
    0 2020-04-05   Diyala  Government of Iraq | IS     2.0
    """
    filters = Filters(actor, kind, located, where)
    columns, names = named_columns(columns)
    with open_releases(path, columns, encoding, sheet, names) as file:
        wanted = (*WANTED, "longitude", "latitude") if place else WANTED
        events = typed_events(file, columns, filters, wanted, country, country_aliases, level)
        points = placed_by_points(events, country, aliases, country_aliases) if place else Points(events)
        found = labelled(points.events, "", country, aliases, country_aliases, unresolved)
        tally, labels = found.tally, found.labels
        notes = (*events.notes(), *points.notes, *found.notes)
        named_file = str(path) if isinstance(path, str | os.PathLike) else str(file.path)
        reported = ["reported"] if "reported" in events.used else []
        table = file.query(
            "SELECT id, day AS date, last AS date_end, province, country, actor, kind, "
            f"{', '.join(['deaths_low', *reported, *wanted[len(WANTED) :]])}, deaths, deaths_high, source, located "
            f"FROM {events.table} WHERE keep"
        ).df()
    if points.codes:
        keys = table[["province", "country", "longitude", "latitude", "located"]].itertuples(index=False, name=None)
        table["province"] = [points.province(key) for key in keys]
    for name in ("date", "date_end", *reported):
        table[name] = table[name].astype("datetime64[us]")
    eras = np.searchsorted(np.array(found.days, dtype="datetime64[us]"), table["date"].to_numpy(), side="right")
    pairs = zip(table["province"], table["country"], eras, strict=True)
    table["province"] = [found.at(key_of(province), key_of(second), int(era)) for province, second, era in pairs]
    table = table[[*_COLUMNS, *reported]]
    table.attrs = {
        **file_span(tally),
        "file_provinces": occurring(labels, tally),
        "file": named_file,
        "file_notes": notes,
    }
    return table


def key_of(value: Any) -> str | None:
    """The value of a cell, None where it is empty."""
    return None if value is None or value != value else value


@dataclass(frozen=True)
class Labelled:
    """The provinces of the events of a file.

    Parameters
    ----------
    tally : pandas.DataFrame
        What `trends.counts.checking.CheckedEvents.tally` gives, by era where a province of the file was made out of
        another one.
    labels : dict of (str or None, str or None, int) to str
        The label by spelling, country and era.
    days : tuple of datetime.date
        The days that part the eras, in order.
    notes : tuple of str
        What was decided.
    """

    tally: pd.DataFrame
    labels: dict[tuple[str | None, str | None, int], str]
    days: tuple[date, ...]
    notes: tuple[str, ...]

    def at(self, spelling: str | None, country: str | None, era: int) -> str:
        """The label of an event; of a province without a date of its own the eras are one."""
        pair = (spelling, country)
        return self.labels[(*pair, era)] if (*pair, era) in self.labels else self.labels[(*pair, 0)]


def labelled(
    events: CheckedEvents,
    more: str,
    country: str | None,
    aliases: Mapping[str, str] | None,
    country_aliases: Mapping[str, str] | None,
    unresolved: str,
) -> Labelled:
    """The events of a file counted in groups, each with the label of its province, once every row is checked.

    An event before the day on which its province was made out of another one (Halabja) belongs to that other one.
    """
    tally = events.tally(more)
    check_rows(events, tally)
    kept = {key_of(home) for home in tally.loc[tally["keep"], "country"]}
    near = tally[[key_of(home) in kept for home in tally["country"]]]
    names = near.assign(keep=near["n"].where(near["keep"], 0)).groupby(
        ["province", "country"], dropna=False, sort=False
    )
    found = placed(
        names[["keep", "n"]].sum().reset_index(),
        country=country,
        level=events.columns.level,
        aliases=aliases,
        country_aliases=country_aliases,
        unresolved=unresolved,
        where=events.file.path,
    )
    dated = {pair: place for pair, (place, _) in found.labels.items() if place is not None and place.since}
    days = tuple(sorted({place.since for place in dated.values() if place.since}))
    if days:
        # Only these few spellings are looked at a second time, by the day.
        spellings = sorted({spelling for spelling, _ in dated if spelling})
        again = events.tally(more, days, spellings)
        tally = pd.concat([tally[~tally["province"].isin(spellings)], again], ignore_index=True)
    labels, notes = {}, list(found.notes)
    for row in tally[["province", "country", "era"]].drop_duplicates().itertuples(index=False):
        pair, era = (key_of(row.province), key_of(row.country)), int(row.era)
        if pair not in found.labels:
            continue
        place, label = found.labels[pair]
        owner = at_day(dated[pair], days[era - 1] if era else date.min) if pair in dated else place
        labels[(*pair, era)] = label if owner is None or owner == place else owner.name
    for pair, place in dated.items():
        before = [labels[(*pair, era)] for era in range(1 + days.index(place.since)) if (*pair, era) in labels]
        if before:
            notes.append(
                f"{found.labels[pair][1]} is a province of its own from {place.since} on: its events before count in "
                f"{before[-1]}; to count both together throughout, give the alias {pair[0]}={place.part_of}"
            )
    return Labelled(tally, labels, days, tuple(dict.fromkeys(notes)))


def file_span(tally: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """The first and the last day with an event in the whole file, whoever did it."""
    return {"file_first": pd.Timestamp(tally["low_day"].min()), "file_last": pd.Timestamp(tally["high_day"].max())}


def occurring(labels: dict[tuple[str | None, str | None, int], str], tally: pd.DataFrame) -> list[str]:
    """The provinces that occur in the countries of the kept events, in the order of their names, buckets last.

    A province without a kept event was as much watched as the others, and is a column of zeros.
    """
    counted = {
        labels[key_of(row.province), key_of(row.country), int(row.era)] for row in tally[tally["keep"]].itertuples()
    }
    buckets = {label for label in labels.values() if label.endswith("no province") and label not in counted}
    return sorted(set(labels.values()) - buckets, key=lambda label: (label.endswith("no province"), label))
