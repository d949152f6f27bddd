"""A study that runs, made from one event file or table of counts: its counts, its source, and a first claim to edit."""

import json
import re
from pathlib import Path

import pycountry

from trends import periods
from trends.arguments import PathLike
from trends.claims.examples import skeleton
from trends.claims.schema import write_schemas
from trends.claims.study import read_study
from trends.claims.study_files import EVENT_COLUMNS
from trends.claims.words import when_in_words
from trends.counts.countries import country_code
from trends.counts.known_sources import KnownSource
from trends.counts.panel import Panel
from trends.counts.panel_files import write_panel
from trends.counts.provinces import country_of
from trends.counts.writing import folder_made_aside
from trends.errors import StudyError
from trends.nouns import plural

# The claim asks of the second half of the span against the first; fewer periods than these cannot answer anything.
_FEWEST = 4


def write_study(
    panel: Panel,
    folder: PathLike,
    *,
    file: str,
    country: str | None = None,
    actor: str = "all",
    known: KnownSource | None = None,
) -> Path:
    """The folder of a new study of one panel, which can be reported at once.

    Parameters
    ----------
    panel : Panel
        The counts; their notes become caveats of the source.
    folder : str or path-like
        The folder to make, where nothing is yet. It is made whole or not at all.
    file : str
        The file that the counts come from, for titles.
    country : str, optional
        The country, where the names of the provinces do not tell it.
    actor : str
        Whose incidents they are.
    known : KnownSource, optional
        The known source that the file is from, for title, licence and citation.

    Raises
    ------
    StudyError
        Where the country cannot be told, or the panel has fewer than four periods.

    Notes
    -----
    **Assumptions**: what the panel says was watched was. The claim that is written, of a rise from the middle of the
    span, is there to be replaced: it is nobody's.

    Examples
    --------
    >>> import tempfile
    >>> from trends.counts.simulate import simulate_panel
    >>> panel = simulate_panel(["Diyala", "Anbar"], 24, first="2018-01", rng=1)
    >>> with tempfile.TemporaryDirectory() as place:
    ...     made = write_study(panel, Path(place) / "mine", file="counts.xlsx")
    ...     read_study(made).claims[0].id
    'incidents-rose-from-2019-01'
    """
    asked = f"start a study of {file}"
    home = country_code(country) if country else country_of(panel.provinces)
    if not home:
        raise StudyError(
            asked,
            found="no country that knows the most of the provinces " + ", ".join(map(repr, panel.provinces[:3])),
            allowed="provinces of one country, or a country that is named",
            do="name it: --country",
        )
    if len(panel.index) < _FEWEST:
        raise StudyError(
            asked,
            found=plural(len(panel.index), periods.frequency_name(panel.frequency)),
            allowed=f"at least {_FEWEST} periods",
            do="count by shorter ones (--by), or add the periods that lack",
        )
    if not (panel.counts > 0).to_numpy().any():
        raise StudyError(
            asked, found="no incident", allowed="at least one", do="check the file and what was asked of it"
        )
    at = periods.label_of(panel.index[len(panel.index) // 2])
    name = re.sub("[^a-z0-9]+", "-", at.lower()).strip("-")
    with folder_made_aside(folder) as aside:
        (aside / "counts").mkdir()
        (aside / "claims").mkdir()
        write_panel(panel, aside / "counts" / "events.csv")
        (aside / "study.toml").write_text(_study(panel, file, home, actor, known), encoding="utf-8")
        (aside / "events.csv").write_text(",".join(EVENT_COLUMNS) + "\n", encoding="utf-8")
        (aside / "README.md").write_text((skeleton() / "README.md").read_text(encoding="utf-8"), encoding="utf-8")
        claim = aside / "claims" / f"incidents-rose-from-{name}.toml"
        claim.write_text(_claim(claim.stem, at, panel), encoding="utf-8")
        write_schemas(aside)
        # A study that could not be read back is not made.
        read_study(aside)
    return Path(folder)


def _text(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps("".join(letter if letter.isprintable() else " " for letter in text), ensure_ascii=False)


def _study(panel: Panel, file: str, country: str, actor: str, known: KnownSource | None) -> str:
    first, last = (periods.label_of(panel.index[place]) for place in (0, -1))
    entry = pycountry.countries.get(alpha_2=country)
    land = getattr(entry, "common_name", getattr(entry, "name", country))
    title = known.title if known else f"Counts of {Path(file).name}"
    licence = known.licence if known else ""
    citation = f"{known.title}, {known.page}" if known else f"{Path(file).name}: whom to cite is to be filled in"
    caveats = "".join(f"    {_text(note)},\n" for note in panel.notes)
    return f"""#:schema schema/study.json
# A study: its counts, its events, and the claims to be held against them.
title   = {_text(f"{panel.unit.capitalize()} in {land}, {when_in_words(first)} to {when_in_words(last)}")}
about   = "What is counted here, by whom, and why: to be filled in."
country = {_text(country)}
first   = {_text(first)}
last    = {_text(last)}
source  = "events"
calendar = []                # what recurs every year: "ramadan", or events with a row for each of several years
licence = {_text(licence)}
cite    = {_text(citation)}

[documents]                  # where claims were made: a short name and a citation each
document = "Author, year, title: to be filled in"

[sources.events]
title    = {_text(title)}
counts   = "counts/events.csv"
measure  = {_text(panel.unit)}             # what one count is of
actor    = {_text(actor)}             # whose incidents
rule     = "rule_of_the_file"             # a short name of the counting rule
citation = {_text(citation)}
licence  = {_text(licence)}
caveats  = [
{caveats}]
"""


def _claim(id: str, at: str, panel: Panel) -> str:
    last = panel.index[-1].end_time.date()
    return f"""#:schema ../schema/claim.json
# A first claim, to be edited: it is nobody's, and holds the second half of the counts against the first.
id       = {_text(id)}
says     = {_text(f"{panel.unit.capitalize()} rose from {when_in_words(at)} on.")}
document = "document"        # a name under [documents] of study.toml
speaker  = "to be filled in"
said_on  = {_text(str(last))}      # a change is asked of the time from its event to this day
written  = {last}           # the day on which you write it down; here the last day of the counts

[event]
at = {_text(at)}

[asserts]
change = {{ direction = "rise" }}
"""
