"""Every kind of link there is: the one table of them."""

from typing import Any

from trends.claims.kinds import Kind
from trends.claims.links import (
    change,
    dates,
    dose,
    events,
    forecast,
    lasting,
    needs,
    ordinary,
    realised,
    recorded,
    rivals,
    season,
    timing,
    trend,
)

_FILES = (
    recorded, realised, ordinary, change, timing, lasting, dose, rivals, trend, season, forecast,
    dates, events, needs,
)  # fmt: skip
#: The kinds of link, by the key that asserts them.
KINDS: dict[str, Kind] = {kind.key: kind for kind in (file.KIND for file in _FILES)}


def kind_of(link: Any) -> Kind:
    """The kind of a link: of its record, or of its key.

    Examples
    --------
    >>> kind_of("dose").heading
    'Dose'
    """
    return KINDS[link] if isinstance(link, str) else next(kind for kind in KINDS.values() if kind.record is type(link))
