"""The countries whose series the priors, the drift of counters and the ordinary swings were learned from."""

from functools import cache
from importlib import resources

import pandas as pd

from trends.counts.countries import country_code


def world_country(name: str) -> str:
    """A country as the world's table spells it, which is as UCDP does; empty for one without a series in the table.

    What was learned from a country's own series must not be used on it. A name that nobody knows is refused: taken for
    a country without a series, it would bring back what was to be left out.

    Parameters
    ----------
    name : str
        An ISO 3166 code of two or three letters, a name, or UCDP's spelling.

    Raises
    ------
    trends.errors.InputError
        If no country is known by the name.

    Examples
    --------
    >>> world_country("IQ"), world_country("Yemen (North Yemen)"), world_country("Iceland")
    ('Iraq', 'Yemen (North Yemen)', '')
    """
    names = _spellings()
    plain = name.strip().casefold()
    return names[plain] if plain in names else names.get(country_code(name).casefold(), "")


def world_countries() -> tuple[str, ...]:
    """The countries of the world's table, in its order."""
    return tuple(dict.fromkeys(_spellings().values()))


@cache
def _spellings() -> dict[str, str]:
    file = resources.files("trends.chance").joinpath("countries.csv")
    with file.open(encoding="utf-8") as text:
        table = pd.read_csv(text, comment="#", dtype=str, keep_default_na=False)
    # Namibia's code is a word for nothing elsewhere: codes are read as the texts that they are.
    return {spelling.casefold(): row[-1] for row in table.to_numpy().tolist() for spelling in row}
