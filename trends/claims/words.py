"""Rulings and figures in plain words."""

from collections.abc import Sequence
from math import inf, isclose, isfinite, isinf, isnan, nextafter
from typing import TYPE_CHECKING, Any

from trends.chance.evidence import Check, Evidence, likelihood_words
from trends.claims.rulings import Ruling
from trends.nouns import MOST_DECIMALS, decimals, listed
from trends.periods import frequency_name, label_of, period

if TYPE_CHECKING:
    from trends.claims.verdict import Asserted

_MONTHS = (
    "January February March April May June July August September October November December".split()
)  # fmt: skip


def when_in_words(label: Any) -> str:
    """A period as a reader says it: ``"April 2020"``, ``"the second quarter of 2020"``, ``"17 March 2020"``.

    Examples
    --------
    >>> [when_in_words(label) for label in ("2020-04", "2020Q2", "2019", "2020-W12", "2020-03-17")]
    ['April 2020', 'the second quarter of 2020', '2019', 'week 12 of 2020', '17 March 2020']
    """
    found = period(label)
    word = frequency_name(found.freqstr)
    if word == "month":
        return f"{_MONTHS[found.month - 1]} {found.year}"
    if word == "quarter":
        return f"the {('first', 'second', 'third', 'fourth')[found.quarter - 1]} quarter of {found.year}"
    if word == "week":
        year, week = label_of(found).split("-W")
        return f"week {int(week)} of {year}"
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}" if word == "day" else str(found)


def span_in_words(first: Any, last: Any) -> str:
    """A span as a reader says it; one period by its own name.

    Examples
    --------
    >>> span_in_words("2018-01", "2018-12"), span_in_words("2020-05-07", "2020-05-13")
    ('2018', '7 to 13 May 2020')
    >>> span_in_words("2020-01", "2020-06"), span_in_words("2019-11", "2020-05"), span_in_words("2020Q2", "2020Q3")
    ('January to June 2020', 'November 2019 to May 2020', 'April to September 2020')
    """
    start, end = period(first), period(last)
    if start == end:
        return when_in_words(first)
    for letter in ("Y", "Q", "M"):
        holder = start.start_time.to_period(letter)
        if holder.start_time == start.start_time and holder.end_time.date() == end.end_time.date():
            return when_in_words(holder)
    # Quarters have no name that a span could share.
    start = start.asfreq("M", "start") if frequency_name(start.freqstr) == "quarter" else start
    end = end.asfreq("M", "end") if frequency_name(end.freqstr) == "quarter" else end
    begun, ended = when_in_words(start), when_in_words(end)
    # What both have in common is said once: the year, and of days the month.
    shared = [a == b for a, b in zip(begun.split()[::-1], ended.split()[::-1], strict=False)]
    kept = begun.split()[: len(begun.split()) - (shared.index(False) if False in shared else 0)]
    return f"{' '.join(kept)} to {ended}"


def during(first: Any, last: Any) -> str:
    """When something was, as a sentence goes on: with the preposition that its span takes.

    Examples
    --------
    >>> during("2020-01", "2020-03"), during("2020-04", "2020-04"), during("2020-01-03", "2020-01-03")
    ('in the first quarter of 2020', 'in April 2020', 'on 3 January 2020')
    >>> during("2020-05-07", "2020-05-13"), during("2019-11", "2020-05")
    ('from 7 to 13 May 2020', 'from November 2019 to May 2020')
    """
    words = span_in_words(first, last)
    return f"{'from' if ' to ' in words else 'on' if words[0].isdigit() and ' ' in words else 'in'} {words}"


def between_in_words(first: Any, last: Any) -> str:
    """Within which span something began: ``"in April 2020"``, ``"between March and June 2020"``.

    Examples
    --------
    >>> between_in_words("2020-03", "2020-06"), between_in_words("2020-03", "2020-03")
    ('between March and June 2020', 'in March 2020')
    """
    words = span_in_words(first, last)
    return f"between {words.replace(' to ', ' and ')}" if " to " in words else f"in {words}"


def titled(title: str) -> str:
    """The title of a source as it stands in a sentence: a heading rather than a name is set off as that of a series.

    The article before what is no name is written small.

    Examples
    --------
    >>> print(titled("GTD"), titled("Ministry of Peshmerga, casualties"), sep="; ")
    GTD; the series “Ministry of Peshmerga, casualties”
    >>> print(titled("The paper"), titled("The Times"), sep="; ")
    the paper; The Times
    """
    if ", " in title:
        return f"the series “{title}”"
    article, _, rest = title.partition(" ")
    return f"{article.lower()} {rest}" if article in ("The", "A", "An") and rest[:1].islower() else title


def capital(text: str) -> str:
    """A text with a capital at its beginning.

    Examples
    --------
    >>> capital("the curfews")
    'The curfews'
    """
    return text[:1].upper() + text[1:]


def percent(value: float) -> str:
    """A share as a whole percent: ``"32 %"``."""
    return f"{100 * value:.0f} %"


def chance(value: float) -> str:
    """A probability in whole percents, never certain.

    Examples
    --------
    >>> chance(0.9534), chance(0.9999), chance(0.0001)
    ('95 %', 'more than 99 %', 'less than 1 %')
    """
    if value > 0.99:
        return "more than 99 %"
    return "less than 1 %" if value < 0.01 else percent(value)


def figure(value: float, unit: str, apart_from: Sequence[float] = ()) -> str:
    """A number with the digits that it deserves: ratios two decimals, shares whole percents, counts whole.

    It has more of them where two digits would not show, so that only a ratio or a share of none reads as zero, and
    where rounding would make it equal to another that stands in the same sentence.

    Examples
    --------
    >>> figure(1.6043, "ratio"), figure(0.317, "share"), figure(1669.0, "count")
    ('1.60', '32 %', '1,669')
    >>> figure(0.004, "ratio"), figure(0.004, "share"), figure(0.998, "share"), figure(0.0, "ratio")
    ('0.0040', '0.4 %', '99.8 %', '0.00')
    >>> figure(0.6702, "ratio", apart_from=[2 / 3]), figure(2 / 3, "ratio", apart_from=[0.6702])
    ('0.670', '0.667')
    >>> figure(0.9999999999999993, "ratio", apart_from=[1.0])
    '1.00'
    """
    if isnan(value):
        return "not known"
    if isinf(value):
        return "no limit"
    share, whole = unit == "share", unit in ("count", "days")
    value, others = (100 * value, [100 * other for other in apart_from]) if share else (value, apart_from)
    digits = 0 if whole else _decimals_of_percent(value) if share else decimals(value)
    others = [other for other in others if isfinite(other) and not isclose(other, value)]
    while digits < MOST_DECIMALS and any(round(other, digits) == round(value, digits) for other in others):
        digits += 1
    if not whole and value and round(value, digits) == 0:
        return f"less than {10.0**-digits:.{digits}f}{' %' * share}"
    if share and value < 100 and round(value, digits) == 100 and not isclose(value, 100):
        return f"more than {100 - 10.0**-digits:.{digits}f} %"
    return f"{value:,.{digits}f}{' %' * share}"


def _decimals_of_percent(value: float) -> int:
    apart = min(abs(value), abs(100 - value))
    return 0 if round(apart) or isclose(value, 100) or not value else 1 if round(apart, 1) else 2


def interval(evidence: Evidence, apart_from: Sequence[float] = ()) -> str:
    """An estimate with its interval, as it stands in a sentence; a number that is known has none.

    Examples
    --------
    >>> interval(Evidence(quantity="attacks", unit="count", estimate=7500.0, lower=7500.0, upper=7500.0, level=1.0))
    '7,500'
    """
    if evidence.level == 1 and evidence.lower == evidence.estimate == evidence.upper:
        return figure(evidence.estimate, evidence.unit, apart_from)
    low, high = (figure(end, evidence.unit, apart_from) for end in (evidence.lower, evidence.upper))
    bounds = f"{low} or more" if evidence.upper == inf else f"{low} to {high}"
    how = "for certain" if evidence.level == 1 else f"{percent(evidence.level)} interval"
    return f"{figure(evidence.estimate, evidence.unit, apart_from)} ({how} {bounds})"


def claimed_in_words(stand: "Asserted", unit: str, apart_from: Sequence[float] = ()) -> str:
    """The values for which a link holds: ``"1.10 or more"``."""
    low, high = stand.claimed
    # An end that a float away from a round number is left out itself: a rise is more than 1.
    if unit == "ratio" and high == inf and low == nextafter(round(low, 6), inf):
        return "above 1" if round(low, 6) == 1 else f"more than {figure(round(low, 6), unit, apart_from)}"
    if unit == "ratio" and low <= 0 and high == nextafter(round(high, 6), 0):
        return "below 1" if round(high, 6) == 1 else f"less than {figure(round(high, 6), unit, apart_from)}"
    if unit == "ratio" and stand.claimed == (1.0, inf):
        return "above 1"
    if unit == "ratio" and stand.claimed == (0.0, 1.0):
        return "below 1"
    least, most = (figure(end, unit, apart_from) for end in (low, high))
    if high == inf or (unit == "share" and high >= 1):
        return f"{least} or more"
    return f"{most} or less" if low <= 0 else f"{least} to {most}"


def ruling_in_words(ruling: Ruling, evidence: Evidence, stand: "Asserted", checks: tuple[Check, ...] = ()) -> str:
    """Why a ruling is what it is, as one sentence with the interval and, where nothing is certain, the likelihood."""
    claimed = claimed_in_words(stand, evidence.unit, (evidence.lower, evidence.upper))
    start = f"The {evidence.quantity} is {interval(evidence, stand.claimed)}"
    if ruling is Ruling.SUPPORTED:
        if evidence.supported is not None:
            return f"{start}. That it is {claimed} has a probability of {chance(evidence.supported)}."
        return f"{start}, wholly within what the claim says: {claimed}."
    if ruling is Ruling.NO_MATERIAL_CHANGE and stand.immaterial is not None:
        low, high = stand.immaterial
        if evidence.immaterial is not None:
            between = f"{figure(low, 'ratio')} and {figure(high, 'ratio')}, which would not matter,"
            return f"{start}. That it lies between {between} has a probability of {chance(evidence.immaterial)}."
        return f"{start}, wholly within the {figure(low, 'ratio')} to {figure(high, 'ratio')} that would not matter."
    if ruling is Ruling.CONTRADICTED:
        if evidence.supported is not None:
            return f"{start}. That it is {claimed} has a probability of {chance(evidence.supported)}."
        return f"{start}, wholly outside what the claim says: {claimed}."
    open_checks = [check for check in checks if check.withholds]
    if open_checks:
        named = listed([f"{check.name} ({check.outcome})" for check in open_checks])
        return f"{start}. What the claim says is {claimed}. No ruling rests on it, because of the check {named}."
    if not stand.comparable and not (evidence.lower <= stand.claimed[1] and evidence.upper >= stand.claimed[0]):
        return (
            f"{start}, outside what the claim says ({claimed}), but it was counted by another rule, "
            "so that it does not contradict the claim."
        )
    return f"{start}. {leaning_in_words(evidence, stand, claimed)}"


def leaning_in_words(evidence: Evidence, stand: "Asserted", claimed: str) -> str:
    """Which way open evidence leans: with its probability where there is a calibrated one, and only then.

    An interval is no probability: of a claim without one it is said whether the data are compatible with it, and with
    what else they are. So it is of a claim of a narrow span of values, which weak data can never make likely.

    Examples
    --------
    >>> from trends.claims.verdict import Asserted
    >>> share = Evidence(quantity="share", unit="share", estimate=0.31, lower=0.03, upper=0.8)
    >>> leaning_in_words(share, Asserted((0.27, 0.37)), "27 % to 37 %")
    'The data are compatible with 27 % to 37 %, and with anything from 3 % to 80 %: no ruling.'
    """
    low, high = stand.claimed
    one_sided = low <= 0 or high == inf or (evidence.unit == "share" and high >= 1)
    if evidence.supported is not None and one_sided:
        likely = likelihood_words(evidence.supported)
        if likely.endswith("chance"):
            likely = f"has {'a ' * likely.startswith('roughly')}{likely}"
        else:
            likely = f"is {likely}"
        bars = [bar for bar in (stand.sure, 1 - stand.sure) if bar != evidence.supported]
        return f"That it is {claimed} {likely} ({figure(evidence.supported, 'share', bars)}): no ruling."
    least, most = (figure(end, evidence.unit, stand.claimed) for end in (evidence.lower, evidence.upper))
    ends = f"{least} or more" if evidence.upper == inf else f"anything from {least} to {most}"
    if not one_sided:
        return f"The data are compatible with {claimed}, and with {ends}: no ruling."
    way = "towards" if low <= evidence.estimate <= high else "away from"
    return f"The data lean {way} {claimed}, and are compatible with {ends}: no ruling."


def needed_in_words(needed: int | None, ratio: float, target: float = 0.8, word: str = "period") -> str:
    """How long to wait before a change of some size would be found.

    Examples
    --------
    >>> needed_in_words(14, 1.5)
    'About 14 more periods would have to be watched to find a rise to 1.50 times with 80 % power.'
    """
    what = f"find a {'rise' if ratio > 1 else 'fall'} to {figure(ratio, 'ratio')} times with {percent(target)} power"
    if needed is None:
        return f"Not even ten more years would {what}."
    if needed == 0:
        return f"The {word}s watched suffice to {what}."
    return f"About {needed} more {word}{'s' * (needed > 1)} would have to be watched to {what}."


def detectable_in_words(
    evidence: Evidence, sought: str = "change", multiple_of: str = "what was to be expected"
) -> str:
    """What the data could have shown, for a verdict that cannot tell.

    Examples
    --------
    >>> lead = Evidence(quantity="first place", detectable=1.4)
    >>> detectable_in_words(lead, "lead", "the next")
    'The smallest lead that these data would show with 80 % power is one of 1.40 times the next.'
    """
    if evidence.detectable is None:
        return ""
    if isinf(evidence.detectable) or isnan(evidence.detectable) or evidence.detectable == 0:
        what = "difference" if evidence.unit in ("count", "share") else sought
        return f"With these data no {what} of a plausible size would be found with 80 % power."
    if evidence.unit in ("count", "share"):
        return (
            f"The nearest {evidence.unit} that these data would tell from the stated one with 80 % power is "
            f"{figure(evidence.detectable, evidence.unit)}."
        )
    side = "one of" if sought != "change" else "a rise to" if evidence.detectable > 1 else "a fall to"
    return (
        f"The smallest {sought} that these data would show with 80 % power is {side} "
        f"{figure(evidence.detectable, 'ratio')} times {multiple_of}."
    )
