"""Incidents counted into a panel: from a table in memory, or straight from a file of any size."""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trends import periods
from trends.arguments import PathLike, checked_arguments
from trends.counts.allocation import allocated, allocation_sql
from trends.counts.checking import CheckedEvents, typed_events
from trends.counts.columns import Columns
from trends.counts.coordinates import Points, placed_by_points
from trends.counts.coverage import Coverage, covered_span, watched
from trends.counts.incidents import file_span, key_of, labelled, occurring
from trends.counts.panel import Panel
from trends.counts.provinces import find_provinces, spelled_among
from trends.counts.recognition import named_columns
from trends.counts.releases import open_releases
from trends.counts.typed_events import Filters
from trends.errors import InputError

MEASURES = ("events", "deaths_low", "deaths", "deaths_high")


@checked_arguments
def count_incidents(
    incidents: pd.DataFrame,
    by: str = "M",
    *,
    first: Any = None,
    last: Any = None,
    coverage: Coverage | None = None,
    provinces: Iterable[str] | None = None,
    measure: str = "events",
    allocate: str = "majority",
    source: str | None = None,
) -> Panel:
    """The panel of counts of a table of incidents.

    Parameters
    ----------
    incidents : pandas.DataFrame
        What `trends.counts.incidents.read_incidents` gives, filtered further or not: filter first, count second.
    by : str
        D, W, M, Q or Y.
    first, last : str, optional
        First and last period of the panel, both included. Default: those of the coverage, or without one those of
        the first and the last event of the file.
    coverage : (first, last), DataFrame or path, optional
        What was watched; see `trends.counts.coverage.watched`. Default: the periods from the first to the last event
        of the whole file, whoever did it, in all provinces, which is said in ``notes``; periods of the panel outside
        of it are not watched (NaN), because nothing says that they were.
    provinces : iterable of str, optional
        The provinces to count, in this order and spelling. Default: all that occur in the file, so that one without
        an event that passed the filter is a column of zeros.
    measure : {"events", "deaths_low", "deaths", "deaths_high"}
        What to add up.
    allocate : {"majority", "first"}
        Where an event belongs that goes on past the end of a period. ``"majority"`` (the default): in the period
        that holds its middle day (the earlier of two) and at least half of its days; one that no period holds half
        of, such as an event dated to a year when counting by month, is left out. ``"first"``: in the period of its
        first day, always. How many there were is said in ``notes``.
    source : str, optional
        Where the counts come from. Default: the name of the file.

    Returns
    -------
    Panel
        Its ``notes`` say what had to be decided, with numbers.

    Raises
    ------
    InputError
        Where an event lies in a period that the coverage leaves out, or a province is not known.

    Notes
    -----
    Counts stay whole: an event is never divided over periods, because fractions of events have no count
    distribution. By first day, an event of a month that begins on the 28th counts before a break at the 1st, and all
    events of a year pile up in January, a season that nobody lived through; hence the majority.

    **Assumptions**: what was watched is what ``coverage`` says.

    Examples
    --------
    >>> first, last = pd.to_datetime(["2020-04-05", "2020-06-30"]), pd.to_datetime(["2020-04-05", "2020-07-03"])
    >>> incidents = pd.DataFrame({"date": first, "date_end": last, "province": ["Diyala", "Anbar"]})
    >>> panel = count_incidents(incidents, "M", coverage=("2020-04", "2020-07"))
    >>> panel.counts["Diyala"].tolist(), panel.counts["Anbar"].tolist()
    ([1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0])
    """
    letter = _checked(by, measure, allocate)
    if not len(incidents):
        raise InputError("count incidents", found="none", allowed="at least one", do="loosen the filter")
    _refuse_table(incidents, [] if measure == "events" else [measure])
    day, end = incidents["date"], incidents["date_end"]
    period, over = allocated(day, end, letter, allocate)
    value = incidents[measure] if measure != "events" else pd.Series(1.0, incidents.index)
    groups = (
        pd.DataFrame(
            {
                "label": incidents["province"],
                "period": period,
                "over": over,
                "day": day,
                "value": value,
                "known": value.notna(),
            }
        )
        .assign(year=day.dt.year)
        .groupby(["label", "period", "over", "year"], dropna=False, observed=True)
        .agg(
            n=("day", "size"),
            low_day=("day", "min"),
            high_day=("day", "max"),
            total=("value", "sum"),
            known=("known", "sum"),
        )
        .reset_index()
    )
    facts = incidents.attrs
    return _assembled(
        groups,
        letter,
        span=(facts.get("file_first", day.min()), facts.get("file_last", day.max())),
        occurring=facts.get("file_provinces", sorted(set(incidents["province"]))),
        where=facts.get("file", "the incidents"),
        notes=facts.get("file_notes", ()),
        options=(first, last, coverage, provinces, measure),
        source=source,
    )


@checked_arguments
def count_file(
    path: PathLike | Sequence[PathLike],
    columns: Columns = "auto",
    *,
    by: str = "M",
    first: Any = None,
    last: Any = None,
    coverage: Coverage | None = None,
    provinces: Iterable[str] | None = None,
    measure: str = "events",
    allocate: str = "majority",
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
    source: str | None = None,
) -> Panel:
    """The panel of counts of an event file, without loading it: the same as counting what `read_incidents` gives.

    Parameters
    ----------
    path, columns, country, actor, kind, located, where, aliases, country_aliases, level, place, unresolved
        As in `trends.counts.incidents.read_incidents`.
    encoding, sheet
        As in `trends.counts.incidents.read_incidents`.
    by, first, last, coverage, provinces, measure, allocate, source
        As in `count_incidents`.

    Raises
    ------
    InputError
        As both of these.

    Notes
    -----
    The file is filtered, checked and counted by DuckDB. Memory does not grow with the number of events, but for the
    ids, of which a part is held at a time.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> text = "id,date_start,adm_1,side_a,side_b\\n1,2020-04-05,Diyala,KDP,IS\\n2,2020-05-05,Anbar,KDP,PKK\\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "events.csv"
    ...     _ = file.write_text(text)
    ...     panel = count_file(file, "ged", actor="IS")
    >>> panel["Diyala"].tolist(), panel["Anbar"].tolist()
    ([1.0, 0.0], [0.0, 0.0])
    """
    letter = _checked(by, measure, allocate)
    columns, names = named_columns(columns)
    with open_releases(path, columns, encoding, sheet, names) as file:
        filters, wanted = Filters(actor, kind, located, where), _wanted(measure, place)
        events = typed_events(file, columns, filters, wanted, country, country_aliases, level)
        if measure != "events" and measure not in events.used:
            raise InputError(
                f"add up the {measure} of {path}", found="no column for it", allowed=", ".join(file.types),
                do=f'name it in the map of columns: {measure} = "..."',
            )  # fmt: skip
        period, over = allocation_sql(letter, allocate, _may_last(events))
        value = "1" if measure == "events" else measure
        points = placed_by_points(events, country, aliases, country_aliases) if place else Points(events)
        more = (
            f"CASE WHEN keep THEN {period} END AS period, keep AND {over} AS over, "
            f"sum({value}) AS total, count({value}) AS known,"
        )
        found = labelled(points.events, more, country, aliases, country_aliases, unresolved)
        tally, labels = found.tally, found.labels
        notes = (*events.notes(), *points.notes, *found.notes)
        named_file = str(path) if isinstance(path, str | os.PathLike) else str(file.path)
    groups = tally[tally["keep"]].reset_index(drop=True)
    keys = zip(groups["province"], groups["country"], groups["era"], strict=True)
    groups["label"] = [labels[key_of(province), key_of(home), int(era)] for province, home, era in keys]
    groups["period"] = pd.to_datetime(groups["period"])
    return _assembled(
        groups,
        letter,
        span=tuple(file_span(tally).values()),
        occurring=occurring(labels, tally),
        where=named_file,
        notes=notes,
        options=(first, last, coverage, provinces, measure),
        source=source,
    )


def _wanted(measure: str, place: bool) -> tuple[str, ...]:
    """The columns of the typed events that counting needs."""
    wanted = ("key", "day", "last", "province", "country", *([] if measure == "events" else [measure]))
    return (*wanted, "longitude", "latitude", "located") if place else wanted


def _may_last(events: CheckedEvents) -> bool:
    """Whether an event of the file can go on for more than a day."""
    told = bool({"date_end", "precision"} & set(events.used)) or bool(events.columns.date_parts)
    return told or events.file.types[events.used["date"]] == "VARCHAR"


def _checked(by: str, measure: str, allocate: str) -> str:
    for value, allowed, name in ((measure, MEASURES, "measure"), (allocate, ("majority", "first"), "allocate")):
        if value not in allowed:
            raise InputError(
                f"read the option {name}", found=repr(value), allowed=", ".join(allowed), do="choose one of these"
            )
    return periods.frequency(by)


def _refuse_table(incidents: pd.DataFrame, more: list[str]) -> None:
    """A table made or changed by hand has the columns that counting needs, and days in the two of dates."""
    for name in ("date", "date_end", "province", *more):
        if name not in incidents:
            raise InputError(
                "count incidents",
                found=f"no column {name!r}",
                allowed="a table as read_incidents gives it, with date, date_end, province",
                do="add it (date_end is date for an event of one day)",
            )
        if not name.startswith("date"):
            continue
        if not pd.api.types.is_datetime64_dtype(incidents[name]):
            raise InputError(
                "count incidents",
                found=f"the column {name!r} of the type {incidents[name].dtype}",
                allowed="days as pandas has them, without a time zone",
                do=f"convert it, for example with pandas.to_datetime(incidents[{name!r}])",
            )
        if incidents[name].isna().any():
            raise InputError(
                "count incidents",
                found=f"no {name} in row {int(incidents[name].isna().argmax()) + 1}",
                allowed="a day in every row",
                do="fill it, or leave the row out and say so",
            )


def _assembled(
    groups: pd.DataFrame,
    letter: str,
    *,
    span: tuple[pd.Timestamp, ...],
    occurring: Iterable[str],
    where: str,
    notes: Iterable[str],
    options: tuple[Any, Any, Coverage | None, Iterable[str] | None, str],
    source: str | None,
) -> Panel:
    """The panel of groups of events: ``label, period, over, n, total, known, low_day, high_day``."""
    first, last, coverage, provinces, measure = options
    begun, ended = span if coverage is None else covered_span(coverage)
    whole = periods.span(begun, ended, letter)
    index = periods.span(first if first is not None else whole[0], last if last is not None else whole[-1], letter)
    word = periods.frequency_name(letter)
    notes = list(notes)
    begin, stop = index[0].start_time, index[-1].end_time
    undated = groups["period"].isna() & (groups["high_day"] >= begin) & (groups["low_day"] <= stop)
    groups = groups.assign(row=index.start_time.get_indexer(pd.DatetimeIndex(groups["period"]).as_unit("ns")))
    inside = groups[groups["row"] >= 0]
    over, n = int(inside.loc[inside["over"], "n"].sum()), int(inside["n"].sum())
    if over:
        notes.append(
            f"{over} of {n} events go on past the end of a {word}; each counts whole in one by the rule given."
        )
    if undated.any():
        left = int(groups.loc[undated, "n"].sum())
        last, are = ("s last", "are") if left > 1 else (" lasts", "is")
        notes.append(f"{left} event{last} too long or {are} dated too coarsely for any one {word}, and {are} in none.")
    names, labels = _columns(provinces, occurring, groups, where)
    others = inside[~inside["label"].isin(list(labels))]
    if len(others):
        notes.append(f"{int(others['n'].sum())} events are in other provinces than those asked for.")
    inside = inside[inside["label"].isin(list(labels))]
    column = inside["label"].map(labels).to_numpy(dtype=int)
    counts = np.zeros((len(index), len(names)))
    np.add.at(counts, (inside["row"].to_numpy(), column), inside["n" if measure == "events" else "total"].fillna(0))
    lacking = int(inside["n"].sum() - inside["known"].sum())
    if measure != "events" and lacking:
        notes.append(f"{lacking} of {int(inside['n'].sum())} events give no figure of {measure} and add none.")
    if coverage is None:
        coverage = (whole[0].start_time.date(), whole[-1].end_time.date())
        ends = f"{periods.label_of(whole[0])} to {periods.label_of(whole[-1])}"
        notes.append(
            f"No coverage was given: taken as watched is {ends}, from the first to the last event of the file."
        )
    if n := int((counts != np.floor(counts)).sum()):
        # Deaths of linked attacks are split between them; a count is a whole number.
        held = "1 cell holds" if n == 1 else f"{n:,} cells hold"
        notes.append(f"{held} fractions of {measure}, rounded to whole numbers.")
        counts = np.floor(counts + 0.5)
    exposure = _exposure(coverage, index, names, inside.assign(column=column), where)
    counts[exposure == 0] = np.nan
    unit = "incidents" if measure == "events" else measure.replace("_", ", ")
    source = Path(where).name if source is None else source
    return Panel(pd.DataFrame(counts, index, names), pd.DataFrame(exposure, index, names), source, unit, tuple(notes))


def _columns(
    provinces: Iterable[str] | None, occurring: Iterable[str], groups: pd.DataFrame, where: str
) -> tuple[list[str], dict[str, int]]:
    """The names of the columns, and the column that each label of a province goes to."""
    every = list(dict.fromkeys([*occurring, *groups["label"]]))
    if provinces is None:
        return every, {label: place for place, label in enumerate(every)}
    names = list(provinces)
    labels: dict[str, int] = {}
    for place, name in enumerate(names):
        found = [name] if name in every else spelled_among(name, every)
        if len(found) > 1 or not (found or find_provinces(name)):
            two = f", which names {' and '.join(found)}" if found else ""
            raise InputError(
                f"count the provinces of {where}", found=f"{name!r}{two}", allowed=", ".join(found or every),
                do="name one of these",
            )  # fmt: skip
        labels |= dict.fromkeys(found, place)
    return names, labels


def _exposure(
    coverage: Coverage, index: pd.PeriodIndex, names: list[str], inside: pd.DataFrame, where: str
) -> np.ndarray:
    """The exposure of each cell, once every event is known to lie where somebody watched."""
    exposure = watched(coverage, index, names).to_numpy(copy=True)
    for place, name in enumerate(names):
        found = find_provinces(name)
        if len(found) == 1 and found[0].since:
            exposure[:, place] *= _share_from(found[0].since, index)
    unseen = exposure[inside["row"].to_numpy(), inside["column"].to_numpy()] == 0
    if unseen.any():
        worst = inside[unseen].iloc[0]
        raise InputError(
            f"count the events of {where}",
            found=f"{worst['n']:.0f} in {worst['label']} {periods.label_of(index[worst['row']])}, which nobody watched",
            allowed="events within the coverage",
            do="correct the coverage, or narrow first and last",
        )
    return exposure


def _share_from(since: date, index: pd.PeriodIndex) -> np.ndarray:
    """The share of each period that lies on or after a day, shape ``(n_periods,)``."""
    after = (index.end_time.normalize() - pd.Timestamp(since)).days.to_numpy() + 1
    return np.clip(after / periods.days(index), 0.0, 1.0)
