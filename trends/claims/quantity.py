"""The figure that a sentence names: a ratio of two spans, a level, a share, a first place, steps of one direction."""

from dataclasses import dataclass, replace
from math import inf, nextafter
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import pandas as pd

from trends import periods
from trends.claims.asked import break_of, places_of, span_of
from trends.claims.claim import Claim
from trends.claims.direction import BAR, Direction
from trends.claims.verdict import Asserted
from trends.claims.words import during, figure, span_in_words
from trends.errors import ModelError
from trends.nouns import listed, one

if TYPE_CHECKING:
    from trends.claims.study import Study

Form = Literal["ratio", "every", "level", "share", "first"]
# What "about" allows where the sentence does not say: shares of the number, and points of a share.
_ABOUT = {"count": 0.10, "ratio": 0.05, "share": 0.05}
# The keys of a table that belong together: where a rung names one of a group, it names all of it anew.
_WHEN = ("span", "against", "every")
_WHICH = ("share_of", "most")
_NUMBERS = ("about", "at_least", "at_most", "more_than", "less_than", "exactly")
_WHAT = ("direction", *_NUMBERS, "within")
_WORD_OF_STEP = {"week": "W", "month": "M", "quarter": "Q", "year": "Y"}


@dataclass(frozen=True)
class Quantity:
    """A figure in the words of a sentence.

    Parameters
    ----------
    span : str or (str, str)
        A period, or the first and the last one; those of ``[counts]`` where it is left out.
    against : str or (str, str)
        The earlier span that it is held against: then the figure is a ratio of rates.
    every : {"week", "month", "quarter", "year"}, optional
        The direction holds in every one of them.
    share_of : tuple of str
        The provinces whose share of the whole it is.
    most : str
        The province that had the most.
    direction : {"rise", "fall", "none", "no rise", "no fall"}, optional
        Which way it went. "none" is within a tenth.
    about, at_least, at_most, more_than, less_than, exactly : float, optional
        The number: of incidents, or a ratio where there is ``against``, or a share from 0 to 1.
    within : float, optional
        What "about" allows: a share of the number (0.10 for counts, 0.05 for ratios), or points of a share (0.05).
    of : str
        What is counted, as the source's ``measure`` has it.
    """

    span: str | tuple[str, str] = ""
    against: str | tuple[str, str] = ""
    every: Literal["week", "month", "quarter", "year"] | None = None
    share_of: tuple[str, ...] = ()
    most: str = ""
    direction: Direction | None = None
    about: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    more_than: float | None = None
    less_than: float | None = None
    exactly: float | None = None
    within: float | None = None
    of: str = ""

    def __post_init__(self) -> None:
        numbers = [name for name in _NUMBERS if getattr(self, name) is not None]
        of_part = bool(self.share_of) + bool(self.most)
        faults = (
            (of_part > 1, "both share_of and most", "one of the two"),
            (bool(of_part and (self.against or self.every)), "a share or a first place of two spans", "one span"),
            (bool(of_part and self.direction), "a share or a first place with a direction", "a number, or most"),
            (bool(self.most and numbers), f"most and {listed(numbers) if numbers else ''}", "most alone"),
            (bool(self.share_of and not numbers), "share_of without a number", "a number such as at_least = 0.5"),
            (bool(self.every and (self.against or not self.direction or numbers)), "every", "every with a direction"),
            (self.within is not None and self.about is None, "within without about", "within beside about"),
            (any((getattr(self, name) or 0) < 0 for name in (*_NUMBERS, "within")), "a number below 0", "0 and more"),
            (bool(self.share_of) and any((getattr(self, n) or 0) > 1 for n in numbers), "a share above 1", "0 to 1"),
        )
        for wrong, found, allowed in faults:
            if wrong:
                raise ModelError("read the figure of a claim", found=found, allowed=allowed, do="correct the table")
        if self.form != "first" and (numbers or self.direction) and self.claimed("count")[0] > self.claimed("count")[1]:
            raise ModelError(
                "read the figure of a claim",
                found=f"{', '.join(numbers)} and direction = {self.direction!r}, which no number fulfils",
                allowed="numbers and a direction that can hold together",
                do="correct the table",
            )

    @property
    def form(self) -> Form:
        """What kind of figure it is; a direction without ``against`` is a ratio whose spans the event gives."""
        if self.every:
            return "every"
        if self.share_of:
            return "share"
        if self.most:
            return "first"
        return "ratio" if self.against or self.direction else "level"

    @property
    def number(self) -> float | None:
        """The number of a level or a share; None where the figure is a ratio, or has none."""
        if self.form not in ("level", "share"):
            return None
        return next((value for name in _NUMBERS if (value := getattr(self, name)) is not None), None)

    def claimed(self, unit: str) -> tuple[float, float]:
        """The values, from and to, for which the sentence is true."""
        low, high = 0.0, 1.0 if unit == "share" else inf
        if self.about is not None:
            within = _ABOUT[unit] if self.within is None else self.within
            margin = (within if unit == "share" else within * self.about) + 1e-12
            low, high = max(low, self.about - margin), min(high, self.about + margin)
        for exact in (each for each in (self.exactly,) if each is not None):
            low, high = max(low, exact), min(high, exact)
        beyond = None if self.more_than is None else nextafter(self.more_than, inf)
        below = None if self.less_than is None else nextafter(self.less_than, -inf)
        directed = {
            "rise": (nextafter(1, inf), inf),
            "fall": (0.0, nextafter(1, 0)),
            "none": (1 / BAR, BAR),
            "no rise": (0.0, 1.0),
            "no fall": (1.0, inf),
            None: (0.0, inf),
        }[self.direction]
        lows = [each for each in (self.at_least, beyond, directed[0]) if each is not None]
        highs = [each for each in (self.at_most, below, directed[1]) if each is not None]
        return max(low, *lows), min(high, *highs)

    def in_words(self, unit: str) -> str:
        """The figure as the sentence has it: ``"a rise to about 1.13 times"``."""
        told = {"rise": "a rise", "fall": "a fall", "none": "no change beyond a tenth", None: ""}.get(
            self.direction, str(self.direction)
        )
        numbers = [
            f"{name.replace('_', ' ')} {figure(value, unit)}"
            for name in _NUMBERS
            if (value := getattr(self, name)) is not None
        ]
        if self.form == "ratio" and unit == "ratio" and len(numbers) == 1 and self.direction in ("rise", "fall"):
            return f"{told} to {numbers[0]} times"
        if self.form == "level" and not told and numbers in (["at most 0"], ["exactly 0"]):
            return "none"
        return ", ".join([*([told] if told else []), *numbers])


_Q = TypeVar("_Q", bound=Quantity)


def filled(link: _Q, claim: Claim) -> _Q:
    """The figure of a link, what it does not say taken from the claim's link ``recorded``, or else from ``change``.

    `realised = true` is the same figure, whoever counted.
    """
    base = claim.asserts.get("recorded")
    change = claim.asserts.get("change")
    if base is None and change and link.form == "level" and link.number is None:
        return replace(link, direction=change.direction, **_bar(change.direction, change.at_least))
    if not isinstance(base, Quantity) or base is link:
        return link
    taken: dict[str, Any] = {}
    for group in (_WHEN, _WHICH, _WHAT, ("of",)):
        # A first place says how much by itself; a number of 0 is one.
        says = (*group, "most") if group is _WHAT else group
        if all(getattr(link, name) in (None, "", ()) for name in says):
            taken |= {name: getattr(base, name) for name in group}
    return replace(link, **taken)


def _bar(direction: str, factor: float | None) -> dict[str, Any]:
    """The number of a ratio that a change by at least this factor asserts."""
    if factor is None or direction not in ("rise", "fall"):
        return {}
    return {"at_least": factor} if direction == "rise" else {"at_most": 1 / factor}


@dataclass(frozen=True)
class AskedFigure:
    """A figure with its spans, places and claimed values, as it can be put to any counter.

    Attributes
    ----------
    form : str
        As `Quantity.form`.
    spans : tuple of (str, str)
        First and last period of each span, the earliest first: one, or two of a ratio, or every step.
    places : tuple of str
        The provinces of the whole; empty for all.
    part : tuple of str
        Those whose share or place it is.
    unit : {"ratio", "count", "share"}
        Of the figure.
    stand : Asserted
        What is claimed of it.
    said : str
        The same in words.
    what : str
        The figure as a noun phrase.
    statement : str
        What is claimed with its spans and places: ``"a rise in 2019 against 2018"``.
    direction : str or None
        As in `Quantity`.
    counted : str
        What is counted, in the plural.
    """

    form: Form
    spans: tuple[tuple[str, str], ...]
    places: tuple[str, ...]
    part: tuple[str, ...]
    unit: str
    stand: Asserted
    said: str
    what: str
    statement: str
    direction: Direction | None
    counted: str = "incidents"

    @property
    def question(self) -> str:
        """Whether it is so, as a question without its mark: ``"Was there a rise in 2019 against 2018"``."""
        if self.form == "level":
            return f"{'Was' if self.said.endswith(' 1') else 'Were'} there {self.statement}"
        if self.form == "share":
            return f"Did {listed(self.part)} have {self.said} of the {self.counted} {during(*self.spans[-1])}"
        if self.form == "first":
            return f"Did {listed(self.part)} have the most {self.counted} {during(*self.spans[-1])}"
        return f"Was there {self.statement}"

    @property
    def in_places(self) -> str:
        """Where it was, as a sentence goes on: ``" in Anbar"``; empty for the whole country."""
        return f" in {listed(self.places)}" if self.places else ""

    @property
    def whole(self) -> list[str] | None:
        """The places of the whole, as `Study.total` takes them."""
        return list(self.places) or None

    @property
    def lengths(self) -> tuple[int, ...]:
        """How long each span is: in months where all are whole months, or else in days."""
        months = tuple(number for span in self.spans if (number := months_of(span)))
        return months if len(months) == len(self.spans) else tuple(days_of(span) for span in self.spans)


def asked_figure(link: Quantity, claim: Claim, study: "Study", counted: str = "incidents") -> AskedFigure:
    """The figure of a link as it is put to the counters of a study, which counts what ``counted`` says.

    Raises
    ------
    ModelError
        Where it says neither a number nor a direction, has no span to be held against, or one that is not earlier.
    """
    link = filled(link, claim)
    form, where = link.form, places_of(claim) or []
    in_places = f" in {listed(where)}" if where else ""
    spans = _spans(link, claim, study)
    last, then = span_in_words(*spans[-1]), during(*spans[-1])
    if form == "ratio":
        unit, what = (
            "ratio",
            f"rate of {last}, against that of {span_in_words(*spans[0])},{in_places}{',' * bool(where)}",
        )
    elif form == "every":
        word = f"{link.every}s"
        unit, what = "ratio", f"weakest step of the {len(spans)} {word} from {span_in_words(*spans[0])} on{in_places}"
    elif form == "share":
        unit, what = "share", f"share of {listed(link.share_of)} {then}"
    elif form == "first":
        unit, what = "ratio", f"ratio of {link.most} to the next {then}"
    else:
        unit, what = "count", f"number of {counted} {then}{in_places}"
    if form == "first":
        claimed, said = (nextafter(1, inf), inf), "the most"
    else:
        claimed, said = link.claimed(unit), link.in_words(unit)
        if not said:
            raise ModelError(
                f"read the figure of the claim {claim.id!r}",
                found="neither a number nor a direction",
                allowed="about, at_least, at_most, more_than, less_than, exactly, direction or most",
                do="say what the sentence says",
                lacks="The claim names neither a number nor a direction. A number that was meant would settle it.",
            )
    part = (link.most,) if link.most else link.share_of
    number = "no" if said == "none" else said
    statement = {
        "ratio": f"{said} {then} against {span_in_words(*spans[0])}{in_places}",
        "every": f"{said} in every {link.every} from {span_in_words(*spans[0])} to {last}{in_places}",
        "share": f"{said} of the {counted} in {listed(part) if part else ''} {then}",
        "first": f"the most {counted} in {link.most} {then}",
        "level": f"{number} {one(counted) if link.number == 1 else counted} {then}{in_places}",
    }[form]
    stand = Asserted(claimed)
    return AskedFigure(form, spans, tuple(where), part, unit, stand, said, what, statement, link.direction, counted)


def _spans(link: Quantity, claim: Claim, study: "Study") -> tuple[tuple[str, str], ...]:
    if link.form == "ratio" and not link.against:
        return _around_event(link, claim, study)
    span = ends_of(link.span) if link.span else span_of(claim, study)
    if link.every:
        steps = periods.span(*span, _WORD_OF_STEP[link.every])
        if len(steps) < 2:
            raise ModelError(
                f"follow every {link.every} of {span_in_words(*span)}",
                found=f"{len(steps)} of them",
                allowed="two or more",
                do="name a longer span",
                lacks=f"Nothing repeats from {link.every} to {link.every} in so short a span. A longer one would do.",
            )
        return tuple((periods.label_of(step),) * 2 for step in steps)
    if not link.against:
        return (span,)
    earlier = ends_of(link.against)
    if periods.period(earlier[1]).end_time >= periods.period(span[0]).start_time:
        raise ModelError(
            f"hold {span_in_words(*span)} against {span_in_words(*earlier)}",
            found="a span that is not over when the other begins",
            allowed="an earlier span under against",
            do="exchange the two, or correct them",
            lacks="The claim is held against a span that is not over when its own begins. An earlier one would do.",
        )
    return earlier, span


def _around_event(link: Quantity, claim: Claim, study: "Study") -> tuple[tuple[str, str], ...]:
    """From the first whole period after the event to what the speaker could know, and as long a span before."""
    freq = claim.counts.frequency or (study.panel().frequency if study.panels else "M")
    if not (claim.event.at or claim.event.name):
        raise ModelError(
            f"find the spans of the claim {claim.id!r}",
            found=f"direction = {link.direction!r}, neither against nor an event",
            allowed="an earlier span, or an [event] that the change followed",
            do='add against = "2018"',
            lacks="The claim does not say against when it holds. An earlier span would make it one to test.",
        )
    first = break_of(claim, study, freq)
    said = periods.period(claim.said_on)
    last = said.end_time.to_period(first.freq)
    if last.end_time > said.end_time:
        last -= 1
    limit = periods.period(claim.counts.last, freq) if claim.counts.last else last
    last = min(last, limit)
    if last < first:
        raise ModelError(
            f"find the spans of the claim {claim.id!r}",
            found=f"an event of {periods.label_of(first)} and a sentence of {claim.said_on}",
            allowed="a whole period between the two",
            do="name span and against",
            lacks="No whole period lies between the event and the claim. Counts by finer periods would settle it.",
        )
    length = (last - first).n + 1
    ends = ((first - length, first - 1), (first, last))
    return tuple((periods.label_of(one), periods.label_of(other)) for one, other in ends)


def ends_of(span: str | tuple[str, str]) -> tuple[str, str]:
    """First and last period of a span, of one period the same twice."""
    return (span, span) if isinstance(span, str) else span


def bounds_of(span: tuple[str, str]) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of a span."""
    return periods.period(span[0]).start_time.normalize(), periods.period(span[1]).end_time.normalize()


def days_of(span: tuple[str, str]) -> int:
    """The days of a span, both ends included."""
    first, last = bounds_of(span)
    return (last - first).days + 1


def months_of(span: tuple[str, str]) -> int | None:
    """The months of a span; None where it is not one of whole months."""
    first, last = bounds_of(span)
    if first.day != 1 or not last.is_month_end:
        return None
    return 12 * (last.year - first.year) + last.month - first.month + 1


def named_periods(link: Quantity) -> tuple[str, ...]:
    """The labels of periods that a figure names."""
    return tuple(label for span in (link.span, link.against) if span for label in ends_of(span))
