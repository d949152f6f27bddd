"""Where the known sources of incidents are had, what they hold, under which licence, and what reads them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from trends.counts.recognition import recognised, release


@dataclass(frozen=True)
class KnownSource:
    """A source of incidents or of counts, as a person gets it; the package itself never asks the network.

    Parameters
    ----------
    title, page, file, holds, licence : str
        Its name, where it is had, what the file is called, what stands in it and on what terms.
    read_by : str
        The command that reads it.
    note : str
        What a reader of it should know.
    exports : tuple of str
        The keys of its `trends.counts.recognition.Export`.
    """

    title: str
    page: str
    file: str
    holds: str
    licence: str
    read_by: str
    note: str
    exports: tuple[str, ...] = ()


KNOWN_SOURCES = (
    KnownSource(
        "UCDP GED",
        "ucdp.uu.se, download centre",
        "ged261-csv.zip, with GEDEvent_v26_1.csv in it",
        "events of organised violence with at least one death, from 1989 on",
        "CC BY 4.0",
        "trends count FILE (--columns ged)",
        "where_prec 6 and 7 are no places within a country",
        ("ged",),
    ),
    KnownSource(
        "UCDP GED Candidate",
        "ucdp.uu.se, download centre",
        "GEDEvent_v26_0_8.csv, one a month",
        "events of the last months, not yet reviewed",
        "CC BY 4.0",
        "trends count FILE (--columns ged)",
        "many events are not yet clear (code_status), and ids come again in later files",
        ("ged-candidate",),
    ),
    KnownSource(
        "ACLED",
        "acleddata.com, with an account",
        "the export's own name",
        "events of political violence and protest, with actors and deaths",
        "ACLED's terms of use",
        "trends count FILE (--columns acled)",
        "older exports have other columns; both are read",
        ("acled", "acled-no-id"),
    ),
    KnownSource(
        "ACLED's weekly aggregates",
        "acleddata.com, with an account",
        "one file a region",
        "counts by week, first-level unit and kind",
        "ACLED's terms of use",
        "trends count FILE --counts EVENTS --absent zero",
        "weeks begin on Saturday, and weeks without an event have no row",
        ("acled-weekly",),
    ),
    KnownSource(
        "ACLED's monthly tables on HDX",
        "data.humdata.org",
        "*_political_violence_events_and_fatalities_by_month-year_as-of-*.xlsx",
        "counts by month and district",
        "ACLED's terms of use",
        "trends count FILE --counts Events",
        "the counts stand on the second sheet",
        ("hdx-monthly",),
    ),
    KnownSource(
        "HDX HAPI conflict events",
        "data.humdata.org",
        "hdx_hapi_conflict_event_*.csv",
        "counts by month and administrative unit, taken from ACLED",
        "that of ACLED",
        "trends count FILE --counts events",
        "rows of several levels hold the same events: only the first level is counted",
        ("hapi",),
    ),
    KnownSource(
        "Global Terrorism Database",
        "start.umd.edu/gtd, with a form",
        "globalterrorismdb_*.xlsx",
        "terrorist attacks from 1970 on; 1993 is not in it",
        "START's terms of use",
        "trends count FILE (--columns gtd)",
        "a day or a month of 0 is not known; deaths of linked attacks are split between them",
        ("gtd",),
    ),
)


def known_source(names: Iterable[str], path: Path | str = "") -> KnownSource | None:
    """The known source whose export has these columns; None where there is none.

    Parameters
    ----------
    names : iterable of str
        The names of the columns.
    path : path
        The file, whose name tells a Candidate release of UCDP.

    Examples
    --------
    >>> known_source(["WEEK", "COUNTRY", "ADMIN1", "EVENT_TYPE", "EVENTS"]).title
    "ACLED's weekly aggregates"
    """
    names = list(names)
    export = recognised(names)
    if export is None:
        return None
    key = "ged-candidate" if "Candidate" in release(export, names, path) else export.key
    return next((source for source in KNOWN_SOURCES if key in source.exports), None)
