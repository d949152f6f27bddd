"""Whether a file holds counts or a row for each incident, by its shape, so that nobody counts the rows of a table."""

from trends.counts.frames import MISSING, TOTALS
from trends.counts.labels import are_labels
from trends.counts.opening import quoted
from trends.counts.scanning import EventFile, named
from trends.counts.tablecolumns import LONG_NAMES, year_and_part

_MOST_PERIODS = 20_000
# Whole numbers as `trends.counts.cellnumbers` reads them.
_WHOLE = r"[0-9]+([.]0+|,0+)?|[0-9]{1,3}(,[0-9]{3})+|[0-9]{1,3}([ \x{00A0}\x{202F}][0-9]{3})+"


def holds_counts(file: EventFile) -> bool:
    """Whether a file is a table of counts.

    Parameters
    ----------
    file : EventFile
        The file.

    Notes
    -----
    It is one where its columns are those of a long table; where several are named by periods; where a year stands
    down and its months across; or where the first (or a year and its part) names each period once and the others hold
    whole numbers.
    """
    names = list(file.types)
    held = {name.strip().casefold() for name in names}
    if all(held & set(each) for each in LONG_NAMES):
        return True
    if len(names) < 2:
        return False
    across = [name for name in names if are_labels([name])]
    if len(across) > 1 and are_labels(across):
        return True
    year, part = year_and_part(names)
    label = f"{_text(year)} || 'M' || {_text(part)}" if year and part else _text(names[0])
    counts = [_text(name) for name in names if name not in ((year, part) if year and part else names[:1])]
    empty = ", ".join(map(quoted, MISSING))
    sound = [
        f"coalesce({cell} IN ({empty}) OR regexp_full_match(trim({cell}), {quoted(_WHOLE)}), true)" for cell in counts
    ]
    # A footnote has no counts beside it.
    counted = " OR ".join(f"coalesce({cell} NOT IN ({empty}), false)" for cell in counts)
    if not counted:
        return False
    rows = f"FROM {file.relation} WHERE coalesce({label} NOT IN ({empty}), false) AND ({counted})"
    labels = [str(cell) for (cell,) in file.query(f"SELECT DISTINCT {label} {rows} LIMIT {_MOST_PERIODS}").fetchall()]
    # A row that adds up the others is told later, by its name.
    labels = [each for each in labels if each.strip().casefold() not in TOTALS]
    if not labels or len(labels) == _MOST_PERIODS or not are_labels(labels):
        return False
    return all(file.row(f"SELECT count({label}) <= {len(labels) + 1}, bool_and({' AND '.join(sound)}) {rows}"))


def _text(name: str | None) -> str:
    return f"CAST({named(name or '')} AS VARCHAR)"
