"""The labels of periods that tables of counts carry, read without guessing: a whole column has one form."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd

from trends import periods
from trends.counts.labelforms import KNOWN, days_at_ends, forms, is_year_after_year, plain_label, what_is_unread
from trends.counts.monthnames import MONTH_NUMBERS
from trends.errors import InputError

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_ZONED = re.compile(r"\d{4}-\d{2}-\d{2}[T ]([\d:.]+) ?(?:Z|[+-]\d{2}(?::?\d{2})?)")
_WORDS = {
    "short": "months", "two": "quarters", "fiscal": "fiscal quarters", "ends": "periods named by both ends",
    "numeric": "days",
}  # fmt: skip


@dataclass(frozen=True)
class ReadLabels:
    """The period of each label of a column, and what was decided in reading them."""

    periods: list[pd.Period]
    notes: tuple[str, ...]


def are_labels(texts: Iterable[object]) -> bool:
    """Whether some texts are all labels of periods in one form, whatever they name.

    Examples
    --------
    >>> are_labels(["Jan-18", "Feb-18"]), are_labels(["Homs", "2018"])
    (True, False)
    """
    distinct = _texts(texts)
    return bool(distinct) and any(all(form.fullmatch(text) for text in distinct) for _, form in forms())


def are_mostly_labels(texts: Iterable[object]) -> bool:
    """Whether two thirds of some texts or more are labels of periods: the others are then mistakes in a few.

    Examples
    --------
    >>> are_mostly_labels(["2018-01", "2018-02", "2018-13x"]), are_mostly_labels(["Homs", "2018"])
    (True, False)
    """
    distinct = _texts(texts)
    return bool(distinct) and 3 * sum(are_labels([text]) for text in distinct) >= 2 * len(distinct)


def _texts(labels: Iterable[object]) -> list[str]:
    return list(dict.fromkeys(plain_label(str(label)) for label in labels))


def read_labels(
    labels: Sequence[object],
    *,
    by: str | None = None,
    week: str = "Monday",
    fiscal: str | None = None,
    date_format: str | None = None,
    where: str = "the table",
    places: Sequence[str] | None = None,
) -> ReadLabels:
    """The period that each label of a column names.

    Parameters
    ----------
    labels : sequence
        Texts, days or pandas Periods, shape ``(n,)``.
    by : str, optional
        D, W, M, Q or Y. It is needed where days could stand for several lengths of a period.
    week : str
        The day of the week on which weeks begin that are named by a day.
    fiscal : str, optional
        The month in which a fiscal year begins, for labels such as FY2018 Q1; the year is named by the one it ends in.
    date_format : str, optional
        How days are written, as ``"%d/%m/%Y"``, where that has two readings.
    where, places : str, sequence of str
        The table and where each label stands in it, for messages.

    Raises
    ------
    InputError
        Where labels have no known form, several forms, two readings, or name no day that exists.

    Examples
    --------
    >>> read_labels(["Jan 2018", "Feb 2018"]).periods
    [Period('2018-01', 'M'), Period('2018-02', 'M')]
    """
    asked = f"read the periods of {where}"
    begins = _named(week, WEEKDAYS, "week")
    first_month = _named(fiscal, MONTHS, "fiscal") if fiscal else None
    if all(isinstance(label, pd.Period) for label in labels):
        index = periods.in_own_frequency(pd.PeriodIndex(labels))
        return ReadLabels(list(index), ())
    _refuse_moments(labels, asked, places)
    texts = [_text(label) for label in labels]
    distinct = list(dict.fromkeys(texts))
    if date_format:
        days = _written_as(date_format, distinct, texts, asked, places)
        days, notes = _of_days(days, by, begins, asked)
        return ReadLabels([days[text] for text in texts], tuple(notes))
    kind, form = _form(distinct, texts, asked, places)
    notes = []
    if kind == "fiscal":
        if first_month is None:
            raise InputError(
                asked, found="fiscal quarters", allowed="quarters of a year whose first month is known",
                do="say in which month the year begins, such as fiscal='October' (--fiscal October)",
            )  # fmt: skip
        notes.append(f"fiscal years begin in {MONTHS[first_month]} and are named by the year they end in")
    if kind in ("short", "two"):
        notes.append("two-digit years: 00 to 68 are taken as 2000 to 2068")
    order = _numeric_order(distinct, form, asked, texts, places, notes) if kind == "numeric" else ""
    parsed = {}
    for text in distinct:
        try:
            match = form.fullmatch(plain_label(text))
            found = None if match is None else _period(kind, match, order, first_month or 0)
        except (ValueError, InputError):
            found = None
        if found is None:
            place = _place(texts.index(text), places)
            raise _unread(kind, match, f"{place} reads {text!r}", asked)
        parsed[text] = found
    _check_lengths(parsed, texts, asked, places)
    zoned = form if kind == "day" and "zone" in form.groupindex else None
    zones = {match["zone"] for text in distinct if zoned and (match := zoned.fullmatch(plain_label(text)))}
    if len(zones) > 1:
        told = " and ".join(sorted(zone or "no time zone" for zone in zones))
        raise InputError(asked, found=f"the time zones {told}", allowed="one time zone", do="write the days in one")
    if kind in ("day", "numeric"):
        parsed, more = _of_days(parsed, by, begins, asked)
        notes += more
    return ReadLabels([parsed[text] for text in texts], tuple(notes))


def _unread(kind: str, match: re.Match[str] | None, reads: str, asked: str) -> InputError:
    """The error on a label that is written in a known form and names no period."""
    held = match.groupdict() if match else {}
    if held.get("d2") and not days_at_ends(held):
        return InputError(
            asked, found=f"{reads}, whose days lie in two years of which one is named",
            allowed="both years, as in 29 Dec 2017 - 4 Jan 2018", do="write the other one as well",
        )  # fmt: skip
    word = "week" if held.get("d2") else _singular(kind)
    return InputError(asked, found=f"{reads}, which is no {word}", allowed=KNOWN, do="correct the label")


def _check_lengths(parsed: dict[str, pd.Period], texts: list[str], asked: str, places: Sequence[str] | None) -> None:
    """Refuse periods named by both ends that are not all counted alike: weeks from one day, quarters from one month."""
    first, *others = parsed.items()
    for text, when in others:
        if when.freqstr != first[1].freqstr:
            raise InputError(
                asked,
                found=f"{_place(texts.index(text), places)} reads {text!r} beside {first[0]!r}, of another length, or "
                "counted from another day or month",
                allowed="weeks that begin on one day, or quarters with one month", do="correct the label",
            )  # fmt: skip


def _written_as(
    date_format: str, distinct: list[str], texts: list[str], asked: str, places: Sequence[str] | None
) -> dict[str, pd.Period]:
    """Days that are written in the one way that a person says."""
    days = {}
    for text in distinct:
        try:
            days[text] = pd.Period(pd.Timestamp(datetime.strptime(text, date_format).date()), "D")
        except ValueError as error:
            raise InputError(
                asked, found=f"{_place(texts.index(text), places)} reads {text!r}",
                allowed=f"days written as {date_format}, as in {date(2018, 1, 31):{date_format}}",
                do="correct the label, or date_format",
            ) from error  # fmt: skip
    return days


def _refuse_moments(labels: Sequence[object], asked: str, places: Sequence[str] | None) -> None:
    """Refuse moments of a zone that begin no day: the months of Baghdad begin on the day before in UTC."""
    for row, label in enumerate(labels):
        zoned = _ZONED.fullmatch(label.strip()) if isinstance(label, str) else None
        if (zoned and zoned[1].strip("0:.")) or (
            isinstance(label, pd.Timestamp) and label.tzinfo is not None and label != label.normalize()
        ):
            raise InputError(
                asked, found=f"{_place(row, places)} reads {str(label)!r}, which begins no day of its zone",
                allowed="days, or moments at which they begin", do="save the days as dates",
            )  # fmt: skip


def _text(label: object) -> str:
    if isinstance(label, pd.Period):
        return periods.label_of(label)
    if isinstance(label, pd.Timestamp | date):
        return f"{label:%Y-%m-%d}"
    text = str(label).strip()
    return text[:-2] if re.fullmatch(r"\d{4,6}\.0", text) else text


def _named(name: str, names: tuple[str, ...], option: str) -> int:
    found = [
        place for place, known in enumerate(names) if str(name).strip().lower() in (known.lower(), known[:3].lower())
    ]
    if not found:
        raise InputError(
            f"read the option {option}", found=repr(name), allowed=", ".join(names), do="choose one of these"
        )
    return found[0]


def _plural(kind: str) -> str:
    return _WORDS.get(kind, f"{kind}s")


def _singular(kind: str) -> str:
    return {"short": "month", "two": "quarter", "fiscal": "quarter", "ends": "period", "numeric": "day"}.get(kind, kind)


def _place(row: int, places: Sequence[str] | None) -> str:
    return places[row] if places is not None else f"row {row + 1}"


def _form(
    distinct: list[str], texts: list[str], asked: str, places: Sequence[str] | None
) -> tuple[str, re.Pattern[str]]:
    """The one form that all labels have."""
    plain = {text: plain_label(text) for text in distinct}
    if is_year_after_year(list(plain.values())):
        raise InputError(
            asked, found=f"{distinct[0]!r}, which has two readings: a month, or a year that ends in the next one",
            allowed=KNOWN, do="write months as 2018-Jan, or count such years by months or by quarters",
        )  # fmt: skip
    known = forms()
    fits = [sum(bool(form.fullmatch(text)) for text in plain.values()) for _, form in known]
    best = max(range(len(known)), key=lambda place: fits[place])
    if distinct and fits[best] == len(distinct):
        return known[best]
    if unread := what_is_unread(list(plain.values())):
        raise InputError(asked, found=f"{distinct[0]!r}, {unread[0]}", allowed=KNOWN, do=unread[1])
    if not distinct or not fits[best]:
        shown = ", ".join(map(repr, distinct[:2])) or "nothing"
        raise InputError(asked, found=shown, allowed=KNOWN, do="write the periods in one of these ways")
    other = next(text for text in distinct if not known[best][1].fullmatch(plain[text]))
    raise InputError(
        asked, found=f"{_place(texts.index(other), places)} reads {other!r}, the others are {_plural(known[best][0])}",
        allowed="one form in the whole column", do="write it like the others",
    )  # fmt: skip


def _numeric_order(
    distinct: list[str],
    form: re.Pattern[str],
    asked: str,
    texts: list[str],
    places: Sequence[str] | None,
    notes: list[str],
) -> str:
    matches = {text: form.fullmatch(plain_label(text)) for text in distinct}
    pairs = {text: (int(match["a"]), int(match["b"])) for text, match in matches.items() if match}
    for place, name in enumerate(("day", "month")):
        # A value above 12 in the first place makes it the day; in the second, the first is the month.
        high = [text for text in distinct if pairs[text][place] > 12]
        if high and not any(pair[1 - place] > 12 for pair in pairs.values()):
            notes.append(
                f"{name} first, since {pairs[high[0]][place]} stands {'first' if place == 0 else 'second'} in "
                f"{_place(texts.index(high[0]), places)}"
            )
            return "day" if place == 0 else "month"
    raise InputError(
        asked, found=f"{distinct[0]!r}, which has two readings",
        allowed="days written year first, or with a month in letters",
        do="say how the days are written, as in date_format='%d/%m/%Y' (--date-format %d/%m/%Y), or write 2018-01-05",
    )  # fmt: skip


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else int(text) + (2000 if int(text) <= 68 else 1900)


def _period(kind: str, match: re.Match[str], order: str, first_month: int) -> pd.Period | None:
    held = match.groupdict()
    if held.get("from"):
        return periods.period(f"{held['from']}/{held['to']}")
    year = _year(held["y"])
    if held.get("before") and int(held["before"]) + 1 != year:
        return None
    month = MONTH_NUMBERS[held["n"]] if held.get("n") else int(held.get("m") or 1)
    if held.get("d2"):
        days = days_at_ends(held)
        return periods.period(days) if days else None
    if kind == "ends":
        return periods.period(f"{year}-{month:02d}/{year}-{MONTH_NUMBERS[held['n2']]:02d}")
    if kind in ("month", "short"):
        return pd.Period(pd.Timestamp(year, month, 1), "M")
    if kind in ("quarter", "two"):
        return pd.Period(year=year, quarter=int(held["q"]), freq="Q-DEC")
    if kind == "fiscal":
        # Named by the year it ends in: the year 2018 that begins in October begins in 2017.
        months = 12 * (year - bool(first_month)) + first_month + 3 * (int(held["q"]) - 1)
        first = pd.Timestamp(months // 12, months % 12 + 1, 1)
        return first.to_period(("Q-DEC", "Q-JAN", "Q-FEB")[first_month % 3])
    if kind == "week":
        return pd.Period(pd.Timestamp(date.fromisocalendar(year, int(held["w"]), 1)), "W-SUN")
    if kind == "year":
        return pd.Period(year=year, freq="Y-DEC")
    if kind == "numeric":
        a, b = int(held["a"]), int(held["b"])
        day, month = (a, b) if order == "day" else (b, a)
        return pd.Period(pd.Timestamp(year, month, day), "D")
    return pd.Period(pd.Timestamp(year, month, int(held["d"])), "D")


def _of_days(
    parsed: dict[str, pd.Period], by: str | None, begins: int, asked: str
) -> tuple[dict[str, pd.Period], list[str]]:
    """Days as the periods that they stand for: months by their first or last days, weeks by one weekday, or days."""
    stamps = pd.DatetimeIndex([when.start_time for when in parsed.values()])
    ordered = stamps.unique().sort_values()
    letter = periods.frequency(by) if by else None
    starts, ends = bool((ordered.day == 1).all()), bool(ordered.is_month_end.all())
    gaps = {int(gap) for gap in (ordered[1:] - ordered[:-1]).days}
    notes: list[str] = []
    if letter == "D":
        return parsed, notes
    if starts or ends:
        months = (ordered.year * 12 + ordered.month - 1).to_numpy()
        steps = {int(step) for step in months[1:] - months[:-1]}
        found = "M"
        if len(ordered) >= 8 and letter is None:
            found = (
                "Y" if all(step % 12 == 0 for step in steps) else "Q" if all(step % 3 == 0 for step in steps) else "M"
            )
        found = letter if letter in ("M", "Q", "Y", "Q-JAN", "Q-FEB") else found
        if letter in (None, found):
            word = periods.frequency_name(found)
            notes.append(f"days taken as {word}s, since all are the {'first' if starts else 'last'} of a month")
            alias = periods.pandas_frequency(found)
            return {text: when.start_time.to_period(alias) for text, when in parsed.items()}, notes
    if len(ordered) > 1 and all(gap % 7 == 0 for gap in gaps) and letter in (None, "W"):
        weekday = ordered[0].weekday()
        if weekday != begins:
            raise InputError(
                asked, found=f"weeks from {WEEKDAYS[weekday]}", allowed=f"with week={WEEKDAYS[weekday]!r}",
                do=f"say so (--week {WEEKDAYS[weekday]}), since counts cannot be moved to other weeks",
            )  # fmt: skip
        alias = week_frequency(WEEKDAYS[weekday])
        notes.append(f"days seven apart taken as weeks from {WEEKDAYS[weekday]}")
        return {text: when.start_time.to_period(alias) for text, when in parsed.items()}, notes
    raise InputError(
        asked,
        found=f"days such as {ordered[0]:%Y-%m-%d}, which are neither the first or last of months nor seven days apart",
        allowed="days with by='D', or periods as long as they are named",
        do="give by='D' (--by province,day) if each is one day",
    )  # fmt: skip


def absent_told(held: Iterable[pd.Period]) -> str:
    """What to do where a period has no row; months that all lie years or quarters apart may name these by their days.

    Examples
    --------
    >>> absent_told(pd.PeriodIndex(["2018-01", "2019-01"], freq="M"))[:60]
    "give by='Y' (--by province,year) if each row is of a year; e"
    """
    kept = list(dict.fromkeys(held))
    apart = [abs((each - kept[0]).n) for each in kept[1:]] if kept[0].freqstr == "M" else []
    do = (
        "give absent='zero' if the source lists only periods with incidents, absent='unwatched' if not "
        "(--absent zero, --absent unwatched)"
    )
    for letter, n in (("Y", 12), ("Q", 3)):
        if apart and not any(step % n for step in apart):
            word = periods.frequency_name(letter)
            return f"give by={letter!r} (--by province,{word}) if each row is of a {word}; else {do}"
    return do


def week_frequency(week: str) -> str:
    """The pandas frequency of weeks that begin on a day: ``"W-FRI"`` for those from Saturday.

    Examples
    --------
    >>> week_frequency("Saturday"), week_frequency("Monday")
    ('W-FRI', 'W-SUN')
    """
    last = date(2024, 1, 1) + timedelta(days=_named(week, WEEKDAYS, "week") - 1)
    return f"W-{last:%a}".upper()
