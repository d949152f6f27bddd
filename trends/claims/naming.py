"""Refusals of a study or claim that names what the study does not have."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from trends import periods
from trends.claims.asked import places_of
from trends.claims.claim import Claim
from trends.claims.quantity import Quantity, ends_of
from trends.claims.registry import kind_of
from trends.claims.strict import Where
from trends.errors import InputError, StudyError, nearest
from trends.fits.calendar import HIJRI

#: Rivals that are neither events nor entries of a Hijri calendar.
OTHER_RIVALS = ("season", "peak_before")


def not_one_of(asked: str, what: str, found: str, known: list[str]) -> StudyError:
    """The error for a name that is not one of those known."""
    do = "name one of these" if known else "take the name out, or add it to the study"
    # Of many names the nearest is what a slip of the pen meant.
    if near := nearest(found, known):
        do = f"name one of these, the nearest being {near!r}"
    allowed = ", ".join(known) or "none: the study has none"
    return StudyError(asked, found=f"{what} {found!r}", allowed=allowed, do=do)


if TYPE_CHECKING:
    from trends.claims.study import Study


def check_calendar(study: "Study") -> None:
    """Refuse a calendar with an entry that neither the package nor the events of the study can date."""
    asked = f"read the calendar of {study.path / 'study.toml'}"
    years = study.events.groupby("event")["first"].agg(lambda first: first.dt.year.nunique())
    for name in study.calendar:
        if name not in years and name not in HIJRI:
            raise not_one_of(asked, "the entry", name, [*HIJRI, *years.index[years > 1]])
        if years.get(name, 2) < 2:
            raise StudyError(
                asked,
                found=f"the event {name!r}, whose rows are all of one year",
                allowed="events with a row for each of several years",
                do="add the other years to events.csv, or take the entry out",
            )


def check_common(common: float, where: Where) -> None:
    """Refuse a share of the drift in common that is none."""
    if not 0 <= common < 1:
        raise StudyError(
            f"read {where.file}",
            found=f"{where.line('common')}common = {common:g}",
            allowed="a share from 0 up to below 1",
            do="correct the value, or take it out for the default",
        )


def check_span(first: str, last: str, where: Where) -> None:
    """Refuse the ends of a study where they are no periods, or the last of them is over before the first begins."""
    where.check_label("first", first)
    where.check_label("last", last)
    if periods.period(first).start_time > periods.period(last).end_time:
        raise StudyError(
            f"read {where.file}",
            found=f"{where.line('first')}a span from {first} to {last}, which ends before it begins",
            allowed="the first period, then the last",
            do="exchange the two",
        )


def check_names(claim: Claim, study: "Study") -> None:
    """Refuse a claim that names a document, source, event, province or claim that the study does not have."""
    asked = f"read the claim {claim.id!r} in {study.path / 'claims' / claim.path}"
    if claim.document not in study.documents:
        raise not_one_of(asked, "the document", claim.document, list(study.documents))
    links = [kind_of(link).names(link) for link in claim.asserts.values()]
    for source in (claim.counts.source, *claim.counts.against, *(name for each in links for name in each.sources)):
        if source and source not in study.sources:
            raise not_one_of(asked, "the source", source, list(study.sources))
    known_events = sorted(study.events["event"].unique())
    if claim.event.name and claim.event.name not in known_events:
        raise not_one_of(asked, "the event", claim.event.name, known_events)
    categories = sorted(study.events["category"].unique())
    for rival in (name for each in links for name in each.rivals):
        if rival not in (*OTHER_RIVALS, *HIJRI, *known_events, *categories):
            raise not_one_of(asked, "the rival", rival, [*OTHER_RIVALS, *HIJRI, *known_events, *categories])
        if rival == claim.event.name:
            raise not_one_of(
                asked, "the claim's own event as a rival,", rival, [each for each in known_events if each != rival]
            )
    for event in (name for each in links for name in each.events):
        if event not in known_events:
            raise not_one_of(asked, "the event", event, known_events)
    ids = [each.id for each in study.claims]
    for other in claim.conflicts_with:
        if other not in ids:
            raise not_one_of(asked, "a conflict with the claim", other, ids)
        if claim.id not in study.claim(other).conflicts_with:
            raise StudyError(
                asked,
                found=f"a conflict with the claim {other!r}, which does not name this one",
                allowed="conflicts that both claims name",
                do=f"add {claim.id!r} to conflicts_with of {other!r}, or take this one out",
            )
    if ids.count(claim.id) > 1:
        raise StudyError(
            asked, found="an id that another claim has too", allowed="one id a claim", do="rename one of the two"
        )
    named = [] if claim.counts.provinces == "all" else list(claim.counts.provinces)
    named += [place for each in links for place in each.provinces]
    if named and study.panels:
        panel = study.panels.get(claim.counts.source) or next(iter(study.panels.values()))
        # Figures may be published for places that are no provinces, such as the disputed areas.
        published = {place for figures in study.figures.values() for place in figures["place"]}
        for province in named:
            if province not in published:
                known(asked, panel.province, province)
    for each in (link for link in claim.asserts.values() if isinstance(link, Quantity) and places_of(claim)):
        for part in (*each.share_of, *([each.most] if each.most else ())):
            if part not in claim.counts.provinces:
                raise not_one_of(asked, "a part of the whole,", part, list(claim.counts.provinces))
    _check_order(asked, claim)


def _check_order(asked: str, claim: Claim) -> None:
    """Refuse spans that end before they begin, and one that is held against a span that is not over by then."""
    figures = [link for link in claim.asserts.values() if isinstance(link, Quantity)]
    spans = [ends_of(span) for each in figures for span in (each.span, each.against) if span]
    spans += [claim.event.window] if claim.event.window else []
    spans += [(claim.counts.first, claim.counts.last)] if claim.counts.first and claim.counts.last else []
    for first, last in spans:
        if periods.period(first).start_time > periods.period(last).end_time:
            raise StudyError(
                asked,
                found=f"a span from {first} to {last}, which ends before it begins",
                allowed="the first period, then the last",
                do="exchange the two",
            )
    for each in figures:
        if each.span and each.against:
            earlier, later = ends_of(each.against), ends_of(each.span)
            if periods.period(earlier[1]).end_time >= periods.period(later[0]).start_time:
                raise StudyError(
                    asked,
                    found=f"against = {each.against!r}, which is not over when {later[0]} begins",
                    allowed="an earlier span under against",
                    do="exchange the two, or correct them",
                )


def known(asked: str, look: Callable[..., object], *what: object) -> None:
    """Look something up, and refuse the claim where it is not there."""
    try:
        look(*what)
    except InputError as error:
        raise StudyError(asked, found=error.found, allowed=error.allowed, do=error.do) from None
