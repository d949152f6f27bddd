"""Lists of spellings of provinces, from a file or from a person, each with the country it belongs to."""

from collections.abc import Iterable, Mapping

from trends.counts.countries import country_code
from trends.counts.textfiles import read_texts
from trends.errors import InputError

_COLUMNS = ("country", "spelling")


def spellings_of(
    names: Iterable[str], country: str | None, country_aliases: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """Names of provinces, each with the ISO 3166-1 code of their country, or "" where none is given.

    Raises
    ------
    InputError
        Where nothing is named, or the country is not known.

    Examples
    --------
    >>> spellings_of(["Kyiv", "Lviv"], "Ukraine")
    [('UA', 'Kyiv'), ('UA', 'Lviv')]
    """
    home = country_code(country, country_aliases) if country else ""
    found = [(home, name.strip()) for name in names if name.strip()]
    if not found:
        raise InputError("look up names of provinces", found="no name", allowed="at least one", do="name one")
    return found


def read_spellings(
    path: str, country: str | None = None, country_aliases: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """The spellings in a CSV or TSV file with the columns ``country, spelling``: one column of a file of incidents.

    Parameters
    ----------
    path : str
        The file; with a name in ``.tsv`` its columns are parted by tabs. Other columns are passed over.
    country : str, optional
        The country of rows that name none; without it the file needs the column.
    country_aliases : mapping of str to str, optional
        See `trends.counts.countries.country_code`.

    Raises
    ------
    InputError
        Where a column is missing, a row names no province or an unknown country.
    """
    asked = f"read {path}"
    table = read_texts(path, asked, separator="\t" if path.lower().endswith(".tsv") else ",")
    needed = _COLUMNS[country is not None :]
    missing = [name for name in needed if name not in table]
    if missing:
        found = f"no column {missing[0]!r} among {', '.join(map(str, table))}"
        raise InputError(asked, found=found, allowed=", ".join(_COLUMNS), do="name the columns like this")
    rows: list[tuple[str, str]] = []
    for line, row in table.iterrows():
        home = str(row.get("country", "")) or country or ""
        for text, what in ((row["spelling"], "province"), (home, "country")):
            if not text:
                raise InputError(
                    f"{asked}, line {line}", found=f"no {what}", allowed=f"a {what} in every row", do="fill it"
                )
        try:
            rows.append((country_code(home, country_aliases), str(row["spelling"])))
        except InputError as error:
            raise InputError(f"{asked}, line {line}", found=error.found, allowed=error.allowed, do=error.do) from error
    if not rows:
        raise InputError(asked, found="no row", allowed="at least one", do="check the file")
    return rows
