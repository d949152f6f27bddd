"""The names of provinces as a study shows them: those of its files, the package's, or a spelling of its own."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from trends.claims.claim import Claim
from trends.claims.naming import not_one_of
from trends.counts.gazetteer import LANGUAGES
from trends.counts.languages import name_in
from trends.counts.outlines import Outlines
from trends.counts.panel import Panel
from trends.counts.provinces import find_provinces, spelled_among
from trends.errors import InputError


def shown_panels(
    panels: Mapping[str, Panel], names: str, spellings: tuple[str, ...], country: str, asked: str
) -> dict[str, Panel]:
    """The panels of a study with their provinces named in one way.

    Parameters
    ----------
    panels : mapping of str to Panel
        The panel of each source, as its file has it.
    names : {"source", "en", "fr", "ar"}
        ``"source"`` keeps the names of the files; ``"en"`` takes those that ``trends count`` writes: the usual English
        one, or else the official one in Latin letters; a language the name in it, or that one where there is none.
    spellings : tuple of str
        The study's own spelling of its provinces, in any language; it goes before all.
    country : str
        ISO 3166-1 code of the study.
    asked : str
        What is being read, for the error.

    Raises
    ------
    StudyError
        Where a spelling stands for no province of any panel.

    Notes
    -----
    A name that the tables do not know, or know of two provinces, stays as it is, and so do two that would become one.

    Examples
    --------
    >>> import pandas as pd
    >>> from trends import periods
    >>> panel = Panel(pd.DataFrame({"Ninewa": [1], "Baghdad": [2]}, periods.span("2020-01", "2020-01", "M")))
    >>> shown_panels({"it": panel}, "en", (), "IQ", "read it")["it"].provinces
    ['Nineveh', 'Baghdad']
    >>> shown_panels({"it": panel}, "fr", (), "IQ", "read it")["it"].provinces
    ['Ninawa', 'Bagdad']
    >>> shown_panels({"it": panel}, "source", ("نينوى",), "IQ", "read it")["it"].provinces
    ['نينوى', 'Baghdad']
    """
    columns = list(dict.fromkeys(name for panel in panels.values() for name in panel.provinces))
    shown = {name: _shown(name, names, country) for name in columns}
    for spelling in spellings if columns else ():
        meant = [spelling] if spelling in columns else spelled_among(spelling, columns, country)
        if not meant:
            raise not_one_of(asked, "the province", spelling, columns)
        shown |= dict.fromkeys(_of_one_place(meant, columns, country), spelling)
    return {name: _renamed(panel, shown) for name, panel in panels.items()}


def shown_outlines(outlines: Outlines | None, panels: Iterable[Panel]) -> Outlines | None:
    """The outlines with their provinces named as the panels have them, so that maps say what other charts do."""
    if outlines is None:
        return None
    shown: dict[str, str] = {}
    for name in dict.fromkeys(name for panel in panels for name in panel.provinces):
        if (found := outlines.find(name)) is not None:
            shown.setdefault(found, name)
    named = {name: shown.get(name, name) for name in outlines.shapes}
    if len(set(named.values())) < len(named):
        return outlines
    corrected = tuple((named.get(one, one), named.get(other, other), told) for one, other, told in outlines.corrected)
    return replace(
        outlines, shapes={named[name]: rings for name, rings in outlines.shapes.items()}, corrected=corrected
    )


def shown_claim(claim: Claim, panel: Panel | None) -> Claim:
    """A claim whose provinces are named as the panel of its source has them, so that texts and charts agree."""
    if panel is None or claim.counts.provinces == "all":
        return claim
    named = tuple(_as_in(panel, name) for name in claim.counts.provinces)
    return replace(claim, counts=replace(claim.counts, provinces=named))


def not_named_in(language: str, panels: Iterable[Panel], country: str) -> list[str]:
    """The provinces that are shown by another name than that in a language, since there is none."""
    columns = dict.fromkeys(name for panel in panels for name in panel.provinces)
    known = {name: find_provinces(name, country) for name in columns}
    return [name for name, found in known.items() if len(found) == 1 and not name_in(language, name, country)]


def _shown(name: str, names: str, country: str) -> str:
    found = find_provinces(name, country)
    if names == "source" or len(found) != 1:
        return name
    return (name_in(names, name, country) if names in LANGUAGES else None) or found[0].name


def _of_one_place(meant: list[str], columns: list[str], country: str) -> list[str]:
    """The spellings of one province in all sources; none where two provinces are meant."""
    places = {find_provinces(name, country) for name in meant}
    if places == {()}:
        return meant if len(meant) == 1 else []
    return [name for name in columns if find_provinces(name, country) in places] if len(places) == 1 else []


def _renamed(panel: Panel, shown: Mapping[str, str]) -> Panel:
    times = Counter(shown[name] for name in panel.provinces)
    named = [shown[name] if times[shown[name]] == 1 else name for name in panel.provinces]
    if named == panel.provinces:
        return panel
    return replace(panel, counts=panel.counts.set_axis(named, axis=1), exposure=panel.exposure.set_axis(named, axis=1))


def _as_in(panel: Panel, name: str) -> str:
    try:
        return panel.province(name)
    except InputError:
        # Figures may be published for places that are no provinces.
        return name
