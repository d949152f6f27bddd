"""The forms in which tables of counts write a period, those that have no one reading, and what is said of these."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from trends.counts.monthnames import MONTH_NUMBERS, plain_letters

#: What is said of the forms that are read.
KNOWN = "months, quarters, weeks, years or days, such as 2018-01, Jan 2018, 2018Q1, 2018-W01, 2018 or 2018-01-31"
# Years of other calendars are no Gregorian ones of long ago: 1439 is a year of Hijra, 1396 one of Iran.
_YEAR = r"(?P<y>(?:1[7-9]|20|21)\d{2})"
_NAME = "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True))
_BETWEEN = r"(?:[ ,./'-]| de | del ){0,3}"
_CLOCK = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?P<zone>Z|[+-]\d{2}(?::?\d{2})?))?)?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )?"
_QUARTER = r"(?:q|qtr|quarter|t|trim|trimestre|tr)"
_NTH = r"(?:st|nd|rd|th|er|re|e|o|a|º|ª)?"
_WEEK = r"(?:w|wk|week|kw|semaine|sem|semana)"
_TO = r"(?: ?-{1,2} ?| to )"
_DAY = r"\d{4}-\d{2}(?:-\d{2})?"
#: Each form of a label: what it names and how it is written. The first that fits every label of a column is its form.
_FORMS = (
    ("month", rf"x?{_YEAR}[-/. ](?P<m>\d{{1,2}})"),
    ("month", rf"{_YEAR}[ -]?M(?P<m>\d{{1,2}})"),
    ("month", rf"M(?P<m>\d{{1,2}})[ /-]{_YEAR}"),
    ("month", r"(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])"),
    ("month", rf"(?P<m>\d{{1,2}})[/. -]{_YEAR}"),
    ("month", rf"{_YEAR}年(?P<m>\d{{1,2}})月"),
    ("month", rf"(?P<n>{_NAME}){_BETWEEN}{_YEAR}"),
    ("month", rf"{_YEAR}{_BETWEEN}(?P<n>{_NAME})\.?"),
    ("short", rf"(?P<n>{_NAME})[ ./'-]{{0,3}}(?P<y>\d{{2}})"),
    ("quarter", rf"x?{_YEAR}[ ./:-]?{_QUARTER} ?(?P<q>[1-4])"),
    ("quarter", rf"{_QUARTER} ?(?P<q>[1-4])[ ,/-]{{0,2}}{_YEAR}"),
    ("quarter", rf"(?P<q>[1-4]){_NTH}[ -]?{_QUARTER}{_BETWEEN}{_YEAR}"),
    ("two", rf"{_QUARTER}(?P<q>[1-4])[ /'-]{{0,2}}(?P<y>\d{{2}})"),
    ("two", r"(?P<q>[1-4])[qt](?P<y>\d{2})"),
    ("fiscal", r"FY ?(?P<y>\d{4}|\d{2})[ -]?Q(?P<q>[1-4])"),
    ("fiscal", r"Q(?P<q>[1-4])[ -]?FY ?(?P<y>\d{4}|\d{2})"),
    ("fiscal", r"FY ?(?P<before>\d{4})[/-](?P<y>\d{4}|\d{2})[ -]?Q(?P<q>[1-4])"),
    ("fiscal", r"Q(?P<q>[1-4])[ -]?FY ?(?P<before>\d{4})[/-](?P<y>\d{4}|\d{2})"),
    ("week", rf"{_YEAR}[ -]?{_WEEK} ?(?P<w>\d{{1,2}})"),
    ("week", rf"{_WEEK}[ /-]?{_YEAR}[ -](?P<w>\d{{1,2}})"),
    ("week", rf"{_WEEK}[ -]?(?P<w>\d{{1,2}})[ ,/-]{{1,2}}{_YEAR}"),
    ("year", rf"(?:x|cy ?|y|year )?{_YEAR}(?:\.0)?"),
    ("ends", rf"(?P<from>{_DAY})(?:/| - | to |-{{1,2}})(?P<to>{_DAY})"),
    ("ends", rf"(?P<n>{_NAME})\.?(?: ?- ?| to )(?P<n2>{_NAME})\.? {_YEAR}"),
    (
        "ends",
        rf"(?P<d>\d{{1,2}})\.?{_NTH}(?: ?(?P<n>{_NAME})\.?)?(?:,? (?P<y1>\d{{4}}))?{_TO}"
        rf"(?P<d2>\d{{1,2}})\.?{_NTH} ?(?P<n2>{_NAME})\.?,? {_YEAR}",
    ),
    (
        "ends",
        rf"(?P<n>{_NAME})\.? ?(?P<d>\d{{1,2}}){_NTH}(?:,? (?P<y1>\d{{4}}))?{_TO}"
        rf"(?:(?P<n2>{_NAME})\.? ?)?(?P<d2>\d{{1,2}}){_NTH},? {_YEAR}",
    ),
    ("day", rf"x?{_YEAR}[-/. ](?P<m>\d{{1,2}})[-/. ](?P<d>\d{{1,2}}){_CLOCK}"),
    ("day", r"(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])"),
    ("day", rf"{_WEEKDAY}(?P<d>\d{{1,2}}){_NTH}{_BETWEEN}(?P<n>{_NAME}){_BETWEEN}{_YEAR}"),
    ("day", rf"{_WEEKDAY}(?P<n>{_NAME})\.? (?P<d>\d{{1,2}}){_NTH},? {_YEAR}"),
    ("day", rf"{_YEAR}-(?P<n>{_NAME})-(?P<d>\d{{1,2}})"),
    ("day", rf"(?P<d>\d{{1,2}})[ -](?P<n>{_NAME})[ -](?P<y>\d{{2}})"),
    ("numeric", rf"(?P<a>\d{{1,2}})[/.-](?P<b>\d{{1,2}})[/.-]{_YEAR}"),
)
_SIX_DIGITS = re.compile(r"(?:19|20)\d{4}")
_WEEK_DIGITS = re.compile(r"\d{4}(?:1[3-9]|[2-4]\d|5[0-3])")
#: What no column is read as: how it is written, what it looks like and what to do.
_UNREAD = (
    (r"[2-6]\d{4}(?:\.0)?", "which looks like Excel's day number", "save the cells as dates"),
    (r"[01]?\d{9}(?:\d{3})?", "which looks like seconds since 1970", "write the days as dates"),
    (r"FY ?(?:\d{4}|\d{2})(?:[/-]\d{2,4})?|(?:19|20)\d{2}[/-](?:19|20)\d{2}",
     "which is a year that begins in another month than January", "count it by months or by quarters"),
    (r"(?:1[34]|2[45])\d{2}(?:[-/. ]\d{1,2}){0,2}", "which is of another calendar than the Gregorian one",
     "write Gregorian years"),
    (r"\d{4}[ -]?[hs][12]|[hs][12][ /-]?\d{4}", "which is a half of a year", "count it by quarters or by years"),
    (r"\d{4}[ -]?s\d{1,2}|s\d{1,2}[ /-]?\d{4}", "which is a week or a half of a year", "write weeks as 2018-W07"),
    (rf"\d{{1,2}}[ -](?:{_NAME})", "which has two readings: a day of a month, or a month of a year",
     "write the year in four digits"),
    (rf"\d{{1,2}} ?- ?\d{{1,2}} (?:{_NAME})\.?|(?:{_NAME})\.? \d{{1,2}} ?- ?\d{{1,2}}", "which names no year",
     "write the year beside it"),
    (rf"(?:{_NAME})\.?|m\d{{1,2}}|{_QUARTER}[1-4]|{_WEEK} ?\d{{1,2}}", "which names no year",
     "write the year beside it"),
    (r"\d{1,2}[/.-]\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2}", "which has its year in two digits",
     "write the year in four digits"),
)  # fmt: skip


@cache
def forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What each form of a label names, and how it is written; a table that is known by its header never asks."""
    return tuple((kind, re.compile(form, re.IGNORECASE)) for kind, form in _FORMS)


def plain_label(text: str) -> str:
    """A label in the letters and signs that its forms are written in.

    Examples
    --------
    >>> plain_label("Févr.\\u00a02018"), plain_label("2018_Q1"), plain_label("2018-01-01 – 2018-01-07")
    ('fevr. 2018', '2018-q1', '2018-01-01 - 2018-01-07')
    """
    text = re.sub(r"[\u2010-\u2015\u2212_]", "-", plain_letters(text))
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"(?<=\d)\. (?=\d)", ".", text)


def what_is_unread(labels: Sequence[str]) -> tuple[str, str] | None:
    """What labels of no form that is read look like, and what to do; None where nothing is known of them.

    Examples
    --------
    >>> what_is_unread(["43105", "43136"])
    ("which looks like Excel's day number", 'save the cells as dates')
    """
    for form, found, do in _UNREAD:
        if all(re.fullmatch(form, label, re.IGNORECASE) for label in labels):
            return found, do
    if all(_SIX_DIGITS.fullmatch(label) for label in labels) and any(_WEEK_DIGITS.fullmatch(label) for label in labels):
        return "which looks like a week", "write weeks as 2018-W13"
    return None


def days_at_ends(held: Mapping[str, str | None]) -> str:
    """The first and the last day of a period that is named by both, in digits; empty where they lie in two years.

    The year that stands behind both is then that of the one or of the other.

    Examples
    --------
    >>> days_at_ends({"d": "29", "n": "jan", "y1": None, "d2": "4", "n2": "feb", "y": "2018"})
    '2018-01-29/2018-02-04'
    >>> days_at_ends({"d": "1", "n": None, "y1": None, "d2": "7", "n2": "jan", "y": "2018"})
    '2018-01-01/2018-01-07'
    """
    first, last = (MONTH_NUMBERS[held[one] or held[other] or ""] for one, other in (("n", "n2"), ("n2", "n")))
    if first > last and not held["y1"]:
        return ""
    begin = f"{held['y1'] or held['y']}-{first:02d}-{int(held['d'] or 0):02d}"
    return f"{begin}/{held['y']}-{last:02d}-{int(held['d2'] or 0):02d}"


def is_year_after_year(labels: Sequence[str]) -> bool:
    """Whether labels could be years that begin in one and end in the next: 2009/10 and 2010/11 are no months then.

    Examples
    --------
    >>> is_year_after_year(["2009/10", "2010/11"]), is_year_after_year(["2009-10", "2009-11"])
    (True, False)
    """
    parts = [re.fullmatch(r"x?(\d{4})[-/. ](\d{2})", label) for label in labels]
    return len(labels) > 1 and all(part is not None and (int(part[1]) + 1) % 100 == int(part[2]) for part in parts)
