"""Every defensible way of asking whether a claimed change came, on the counts of a study."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from trends import periods
from trends.chance.curve import SpecificationCurve, specification_curve
from trends.chance.specifications import FAMILIES, Specification, Ways
from trends.claims.asked import break_of, change_of, panel_of
from trends.claims.claim import Claim
from trends.claims.direction import stand_on_change
from trends.counts.panel import Panel
from trends.errors import InputError

if TYPE_CHECKING:
    from trends.claims.study import Study

# The start of the span is moved forward by half a year and by a year, where two years are left before the change.
_LATER, _LEFT = (0.5, 1.0), 1.25
# Waves a year, as a season that takes few columns.
_WAVES = 2


def specifications(claim: Claim, study: "Study", *, limit: int = 350, draws: int = 999, rng=0) -> SpecificationCurve:
    """Every defensible way of asking whether the change of a claim came, with the joint test over all of them.

    Parameters
    ----------
    claim : Claim
        A claim that asserts a ``change``.
    study : Study
        The counts that it is held against.
    limit : int
        Most specifications. Those that depart from the claim's own in one choice come first, then in two together,
        and so on as long as all of a kind have room; 350 is what a chart can show.
    draws : int
        Simulated panels of the joint test.
    rng : int or numpy.random.Generator
        Source of randomness.

    Returns
    -------
    SpecificationCurve
        ``table``, ``share``, ``median``, ``pvalue``, ``placebos`` and ``left_out``; draw it with
        `trends.plot_specifications`.

    Raises
    ------
    StudyError
        Where the claim asserts no change.
    ModelError
        Where its own specification cannot be fitted.

    Notes
    -----
    The choices: the sources of the study with a panel of the same actor, unit and places over the claim's span, among
    them its kinds of event; months or quarters; the start of the span, as claimed or up to a year later (never
    earlier: where a regime begins is the claim's to say); quasi-Poisson or NB2; a season by the month, by two waves or
    none; Ramadan or not; a trend or not; each date in the claim's window; and each province left out in turn. No
    season and no trend are choices only where the counts do not show one beyond doubt.

    References
    ----------
    Simonsohn, U., Simmons, J. P. and Nelson, L. D. (2020). Specification curve analysis. Nature Human Behaviour 4,
    1208-1214.
    """
    link = change_of(claim, "draw the specification curve")
    panels, aside = _comparable(claim, study)
    finest, own = next(iter(panels.values())).frequency, panel_of(claim, study).frequency
    ways = Ways(panels, link.shape, link.length)
    at = break_of(claim, study, own)
    main = Specification(
        source=next(iter(panels)),
        frequency=own,
        first=ways.index[0],
        family=FAMILIES[0],
        season=_season(link.seasons, own),
        ramadan=link.ramadan,
        trend=link.trend,
        at=periods.first_after(at.start_time.date(), finest),
    )
    window = tuple(periods.period(label, finest) for label in claim.event.window or ())
    stand = stand_on_change(link.direction, link.at_least)
    curve = specification_curve(
        ways,
        main,
        _others(ways, main, panels, window, link.shape),
        claimed=stand.claimed,
        immaterial=stand.immaterial,
        window=tuple(periods.first_after(when.start_time.date(), own) for when in window),
        limit=limit,
        draws=draws,
        rng=rng,
    )
    return replace(curve, aside=(*aside, *curve.aside))


def _season(seasons, frequency: str):
    if frequency == "Y" or seasons is None or seasons is False:
        return None
    return "calendar" if seasons is True else int(seasons)


def _comparable(claim: Claim, study: "Study") -> tuple[dict[str, Panel], list[str]]:
    """The panels of one actor and unit over the claim's span and places, its own first; and who is left out, and why.

    Months where the claim's own quarters are counted from months, so that both can be tried.
    """
    own = claim.counts.source or study.source
    mine = panel_of(claim, study)
    stored = study.panels[own]
    places = None if claim.counts.provinces == "all" else claim.counts.provinces
    first, last = mine.index[0].start_time.date(), mine.index[-1].end_time.date()
    frequency = "M" if {mine.frequency, stored.frequency} == {"M", "Q"} else mine.frequency
    panels, aside = {}, []
    for name in sorted(study.panels, key=lambda name: name != own):
        source, panel = study.sources[name], study.panels[name]
        if name != own and (source.actor, panel.unit) != (study.sources[own].actor, stored.unit):
            continue
        if panel.index[0].start_time.date() > first or panel.index[-1].end_time.date() < last:
            ends = " to ".join(periods.label_of(when) for when in panel.index[[0, -1]])
            aside.append(f"{source.title} is left out: it has {ends} only.")
            continue
        try:
            begin, end = periods.first_after(first, frequency), periods.period(last, frequency)
            panel = panel.to(frequency).span(periods.label_of(begin), periods.label_of(end))
            panels[name] = panel.select(places) if places else panel
        except InputError as error:
            aside.append(f"{source.title} is left out: {error.found}.")
    return panels, aside


def _others(ways: Ways, main: Specification, panels, window, shape) -> dict[str, tuple]:
    """What else could be chosen, by choice."""
    finest, years = periods.frequency_of(ways.index), periods.PER_YEAR
    frequencies = {"M": ("M", "Q"), "Q": ("M", "Q")} if finest == "M" else {}
    # The length of a pulse or of a ramp is in periods of the claim's own frequency.
    frequencies = frequencies.get(main.frequency, ()) if shape in ("step", "slope") else ()
    before = (main.at.start_time - ways.index[0].start_time).days / 365.25
    starts = [main.first + round(move * years[finest]) for move in _LATER if before - move >= _LEFT]
    dates = pd.period_range(*window) if window else []
    seasons = () if main.frequency == "Y" else (None, "calendar", _WAVES)
    calendar = main.frequency in ("D", "W", "M")
    provinces = ways.panels[main.source].provinces
    counted = ways.panels[main.source].counts.sum()
    return {
        "source": tuple(panels)[1:],
        "frequency": tuple(each for each in frequencies if each != main.frequency),
        "first": tuple(starts),
        "family": FAMILIES[1:],
        "season": tuple(each for each in seasons if each != main.season),
        "ramadan": (not main.ramadan,) if calendar or finest == "M" else (),
        "trend": (not main.trend,),
        "at": tuple(when for when in dates if when != main.at),
        "without": tuple(name for name in provinces if counted[name] > 0) if len(provinces) > 1 else (),
    }
