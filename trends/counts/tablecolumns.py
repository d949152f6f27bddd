"""The names that the columns of tables of counts go by, and periods that stand in two columns, a year and its part."""

import re
from collections.abc import Iterable

import pandas as pd

from trends.counts.frames import is_missing
from trends.counts.labelforms import plain_label
from trends.counts.labels import are_labels
from trends.counts.recognition import COUNT_NAMES

# In English, French, Spanish, Portuguese and Arabic.
PERIOD_NAMES = (
    "period", "month", "week", "quarter", "year", "date", "day", "time", "mois", "semaine", "trimestre", "année",
    "annee", "mes", "semana", "año", "ano", "mês", "fecha", "data", "الشهر", "السنة", "التاريخ",
)  # fmt: skip
PROVINCE_NAMES = (
    "province", "admin1", "adm_1", "adm1", "governorate", "state", "region", "district", "admin1_name", "gouvernorat",
    "wilaya", "région", "département", "departement", "provincia", "departamento", "estado", "région administrative",
    "المحافظة", "الولاية",
)  # fmt: skip
LONG_COUNT_NAMES = (
    "count", "counts", *COUNT_NAMES, "attacks", "nombre", "effectif", "número", "numero", "casos", "cantidad", "العدد",
)  # fmt: skip
#: The names that the three columns of a long table go by.
LONG_NAMES = (PERIOD_NAMES, PROVINCE_NAMES, LONG_COUNT_NAMES)
_YEARS = ("year", "année", "annee", "año", "ano", "anio", "السنة")
# A part of a year that stands in a column beside it, and how the two are written as one label.
_PARTS = {
    "month": ("M", 12), "mois": ("M", 12), "mes": ("M", 12), "mês": ("M", 12), "الشهر": ("M", 12),
    "quarter": ("Q", 4), "trimestre": ("Q", 4), "week": ("W", 53), "semaine": ("W", 53), "semana": ("W", 53),
}  # fmt: skip


def year_and_part(names: Iterable[str]) -> tuple[str | None, str | None]:
    """The columns of a year and of its month, quarter or week, by their names; None for what is not there.

    Examples
    --------
    >>> year_and_part(["Year", "Month", "Anbar"]), year_and_part(["month", "Anbar"])
    (('Year', 'Month'), (None, 'month'))
    """
    folded = {name.strip().casefold(): name for name in names}
    year = next((folded[name] for name in _YEARS if name in folded), None)
    return year, next((folded[name] for name in _PARTS if name in folded), None)


def period_labels(frame: pd.DataFrame, period: str, is_named: bool) -> tuple[list[object], tuple[str, ...]]:
    """The labels of a column, with the year of another one where they are parts of a year; and what was decided.

    ``is_named`` says that a person named the column: its labels are then told as they are, where they are none.
    """
    if (columns := parted_columns(frame, period)) is None:
        return list(frame[period]), ()
    year, part = columns
    letter, most = _PARTS[part.strip().casefold()]
    labels: list[object] = [
        None if is_missing(y) or is_missing(p) else _joined(y, p, letter, most)
        for y, p in zip(frame[year], frame[part], strict=True)
    ]
    if not is_named and not are_labels([each for each in labels if each is not None]):
        return list(frame[period]), ()
    return labels, (f"took each period from the columns {year} and {part}",)


def parted_columns(frame: pd.DataFrame, period: str) -> tuple[str, str] | None:
    """The columns of a year and its part, where the one of the periods is one of the two and the part has no year."""
    year, part = year_and_part(frame.columns)
    if year is None or part is None or period not in (year, part):
        return None
    # A column called month that names its year itself needs no other one.
    return None if are_labels([cell for cell in frame[part] if not is_missing(cell)]) else (year, part)


def _joined(year: object, part: object, letter: str, most: int) -> str:
    """A year and its part as a label: 2018 and 3 are 2018M3; what is no part of a year stays as it is written."""
    text, of = plain_label(str(part)).removesuffix(".0"), str(year).strip().removesuffix(".0")
    number = re.fullmatch(rf"(?:{letter.lower()} ?)?(\d{{1,2}})", text)
    if number and 1 <= int(number[1]) <= most:
        return f"{of}{letter}{int(number[1])}" if letter != "W" else f"{of}-W{int(number[1]):02d}"
    return f"{part} {of}"
