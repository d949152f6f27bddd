"""Where counts come from: what a source counts, by whose rule, and the figures that were published from it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import pandas as pd

from trends.arguments import PathLike
from trends.counts.textfiles import read_texts
from trends.errors import InputError

_COLUMNS = (
    "id", "series", "value", "unit", "measure", "actor", "place", "first", "last",
    "seen", "derived", "confidence", "source", "url", "note",
)  # fmt: skip


@dataclass(frozen=True)
class MeasurementBreak:
    """A date from which a source no longer counts as it did.

    Parameters
    ----------
    first : str
        The first period that is counted in the new way, as any break is named.
    what : str
        What changed, as a clause with the figures that are known: ``"it keeps 61 percent of events, after 90"``.
    kept : tuple of float
        The lowest and the highest share of incidents that it may keep since, where that is known: ``(0.61, 0.61)``.
    kept_before : tuple of float
        The same of the time before, for the first of several breaks.
    """

    first: str
    what: str
    kept: tuple[float, ...] = ()
    kept_before: tuple[float, ...] = ()


@dataclass(frozen=True)
class Source:
    """What one source counts, by whose rule, and where its figures are.

    Parameters
    ----------
    name, title : str
        Its name in the study and the one that a reader sees.
    measure : str
        What one count is of: ``"attacks"``, ``"fatal events"``, ``"deaths"``.
    actor : str
        Whose incidents.
    rule : str
        A short name of the counting rule. Sources of one measure by different rules are compared, never merged, and
        the one does not contradict the level of the other.
    citation, licence, url : str
        Whom to thank, on what terms, and where.
    counts : str
        The file of a panel, from the study's folder; or else
    published, series : str
        a file of published figures and the series in it.
    sha256 : str
        The hash that the file must have; empty where it is not held fast.
    counts_as : str
        One sentence on what makes an incident one count.
    caveats : tuple of str
        What its reader must know.
    origin : str
        Where its incidents were first written down, where other sources of the study draw on the same: two sources of
        one origin do not confirm each other. Empty, the source is its own.
    breaks : tuple of MeasurementBreak
        From when on it counted in another way, as far as is known.
    kind : {"media", "military", "insurgent", "government"}
        Who counts. Counters of one kind may miss incidents for the same reason at the same time.
    released : str
        When this release of it came out: a day, month or year.
    delay : str
        For how long after they happened its events are known to come in, such as ``"3M"`` or ``"2W"``. The periods that
        were younger than this when it was released may be incomplete, and every finding on them says so.
    """

    name: str
    title: str
    measure: str
    actor: str
    rule: str
    citation: str
    licence: str = ""
    url: str = ""
    counts: str = ""
    published: str = ""
    series: str = ""
    sha256: str = ""
    counts_as: str = ""
    caveats: tuple[str, ...] = ()
    origin: str = ""
    breaks: tuple[MeasurementBreak, ...] = ()
    kind: Literal["media", "military", "insurgent", "government"] = "media"
    released: str = ""
    delay: str = ""

    def __repr__(self) -> str:
        return f"Source({self.name}: {self.title}, {self.measure})"


def delay_before(day: date, delay: str) -> date:
    """The day that lies a delay, a whole number up to 999 with D, W, M, Q or Y, before another.

    Raises
    ------
    InputError
        Where the delay cannot be read.

    Examples
    --------
    >>> delay_before(date(2020, 12, 31), "3M"), delay_before(date(2020, 12, 31), "2W")
    (datetime.date(2020, 9, 30), datetime.date(2020, 12, 17))
    """
    form = re.fullmatch(r"([1-9]\d{0,2})([DWMQY])", delay)
    if not form:
        raise InputError(
            "read a delay",
            found=repr(delay),
            allowed="a whole number up to 999 and D, W, M, Q or Y, such as 3M",
            do="write it in this way",
        )
    number, unit = int(form[1]), form[2]
    if unit in "DW":
        return day - timedelta(days=number * (7 if unit == "W" else 1))
    # The end of a month stays one.
    months = number * {"M": 1, "Q": 3, "Y": 12}[unit]
    return (pd.Timestamp(day) + timedelta(days=1) - pd.DateOffset(months=months)).date() - timedelta(days=1)


def read_published(path: PathLike) -> pd.DataFrame:
    """The table of published figures in a CSV file, one row a figure.

    Returns
    -------
    pandas.DataFrame
        ``id, series, value, unit, measure, actor, place, first, last, seen, derived, confidence, source, url, note``:
        a ``value`` of ``unit`` for the days ``first`` to ``last``, both included. Only figures whose unit is
        ``"count"`` can be added up.

    Raises
    ------
    InputError
        Where a column is missing, a date or a number cannot be read, or an id stands twice.
    """
    table = read_texts(path, f"read the published figures in {path}")
    missing = [column for column in _COLUMNS if column not in table]
    if missing:
        raise InputError(
            f"read the published figures in {path}",
            found=f"no column {missing[0]!r}",
            allowed=f"the columns {', '.join(_COLUMNS)}",
            do="add it, empty where nothing is known",
        )
    for column, read, form in (
        ("value", _number, "a number"),
        ("first", date.fromisoformat, "a day such as 2020-03-17"),
        ("last", date.fromisoformat, "a day such as 2020-03-17"),
    ):
        table[column] = [_read(read, text, form, path, line, column) for line, text in table[column].items()]
    below = table.index[(table["unit"] == "count") & (table["value"] < 0)]
    if len(below):
        raise InputError(
            f"read the published figures in {path}",
            found=f"line {below[0]}: value {table.loc[below[0], 'value']:g}",
            allowed="counts of 0 and more",
            do="correct the cell",
        )
    wrong = table.index[(table["first"] > table["last"]) | table["id"].duplicated()]
    if len(wrong):
        row = table.loc[wrong[0]]
        raise InputError(
            f"read the published figures in {path}",
            found=f"line {wrong[0]}: id {row['id']!r}, {row['first']} to {row['last']}",
            allowed="an id of its own and a first day that is not after the last",
            do="correct the line",
        )
    return table.loc[:, list(_COLUMNS)].reset_index(drop=True)


def _number(text: str) -> float:
    # Python takes nan, infinity, 1_000 and the digits of other scripts for numbers too.
    return float(text) if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", text) else float(f"no number: {text}")


def _read(read: Callable[[str], Any], text: str, form: str, path: PathLike, line: int, column: str) -> Any:
    try:
        return read(text)
    except ValueError:
        raise InputError(
            f"read the published figures in {path}",
            found=f"line {line}: {column} {text!r}",
            allowed=form,
            do="correct the cell",
        ) from None


def published_total(figures: pd.DataFrame, first: date, last: date) -> float:
    """The count that published figures give for a span of days: one figure for it, or several that tile it exactly.

    Nothing is invented below the grain of what was published: a span that no figures tile has no total (NaN).

    Parameters
    ----------
    figures : pandas.DataFrame
        Rows of `read_published` for one series, measure and place.
    first, last : datetime.date
        The span, both days included.

    Examples
    --------
    >>> quarters = pd.DataFrame({"value": [808.0, 510.0], "unit": "count",
    ...     "first": [date(2020, 4, 1), date(2020, 7, 1)], "last": [date(2020, 6, 30), date(2020, 9, 30)]})
    >>> published_total(quarters, date(2020, 4, 1), date(2020, 9, 30))
    1318.0
    """
    told = zip(*(figures[name].tolist() for name in ("first", "last", "value", "unit")), strict=True)
    counted = [row for row in told if row[3] == "count" and row[0] >= first and row[1] <= last]
    # The longest figure first: a published total outranks the sum of its parts. From the last day back, so that each
    # day is asked once, however many figures overlap.
    rows = sorted(sorted(counted, key=lambda row: row[1], reverse=True), key=lambda row: row[0], reverse=True)
    tiled = {last + timedelta(days=1): 0.0}
    for start, end, value, _ in rows:
        rest = tiled.get(end + timedelta(days=1))
        if start not in tiled and rest is not None:
            tiled[start] = float(value) + rest
    return tiled.get(first, float("nan"))
