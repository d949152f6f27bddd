"""The province that a point lies in, by the outlines of the world: for events that no name of a province places."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from trends.loading import later

cKDTree = later("scipy.spatial.cKDTree")

#: Steps of the grid of the outlines in a degree.
_STEPS = 100.0
#: A point this near an outline, in degrees, and in none, is in it: coasts are coarser than harbours.
_NEAR = 0.25
#: Whom a map or a count made with the outlines has to name.
ATTRIBUTION = "Natural Earth 10m"


@dataclass(frozen=True)
class _Ring:
    """One ring of an outline: the place of the outline in the table, and its points, shape ``(n, 2)``."""

    owner: int
    points: np.ndarray
    low: np.ndarray
    high: np.ndarray


@cache
def _table() -> dict[str, np.ndarray]:
    with resources.files("trends.counts").joinpath("world_outlines.npz").open("rb") as file:
        held = np.load(file, allow_pickle=False)
        return {name: held[name] for name in held.files}


@cache
def _rings(country: str) -> tuple[_Ring, ...]:
    """The rings of all outlines of a country."""
    table = _table()
    ends = np.cumsum(table["length"])
    wanted = np.flatnonzero(table["country"][table["owner"]] == country)
    found = []
    for ring in wanted:
        part = slice(int(ends[ring] - table["length"][ring]), int(ends[ring]))
        steps = np.column_stack([table["east"][part], table["north"][part]]).astype(np.int64)
        points = np.cumsum(steps, axis=0) / _STEPS
        found.append(_Ring(int(table["owner"][ring]), points, points.min(axis=0), points.max(axis=0)))
    return tuple(found)


def located(country: str, longitude: np.ndarray, latitude: np.ndarray) -> list[str]:
    """The ISO 3166-2 code of the outline that each point lies in, or "" where there is none.

    Parameters
    ----------
    country : str
        ISO 3166-1 code; only its outlines are looked through.
    longitude, latitude : numpy.ndarray
        Degrees east and north, shape ``(n_points,)``; NaN is nowhere.

    Notes
    -----
    Outlines are those of Natural Earth's 10m admin-1 (public domain) on a grid of a hundredth of a degree, about a
    kilometre. A point in no outline of the country goes to the nearest within a quarter of a degree.

    **Assumptions**: coordinates are those of the place itself, not of the middle of its province; the borders are those
    of the outlines, which lag behind some reforms.

    Examples
    --------
    >>> located("IQ", np.array([43.13, 44.36, 0.0]), np.array([36.34, 33.31, 0.0]))
    ['IQ-NI', 'IQ-BG', '']
    """
    points = np.column_stack([longitude, latitude]).astype(float)
    distinct, back = np.unique(points, axis=0, return_inverse=True)
    owners = np.full(len(distinct), -1)
    inside: dict[int, np.ndarray] = {}
    for ring in _rings(country):
        rows = np.flatnonzero(((distinct >= ring.low) & (distinct <= ring.high)).all(axis=1))
        if len(rows):
            odd = inside.setdefault(ring.owner, np.zeros(len(distinct), dtype=bool))
            odd[rows] ^= _crossed(ring.points, distinct[rows])
    for owner, odd in inside.items():
        owners[odd & (owners < 0)] = owner
    _nearest(country, distinct, owners)
    codes = _table()["code"]
    told = ["" if owner < 0 else str(codes[owner]) for owner in owners]
    return [told[row] for row in back.ravel()]


def _crossed(ring: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Whether a line eastwards from each point crosses a ring an odd number of times, shape ``(n_points,)``."""
    (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
    odd = np.zeros(len(points), dtype=bool)
    # Some points at a time, to bound the memory.
    for start in range(0, len(points), 512):
        x, y = points[start : start + 512, :1], points[start : start + 512, 1:]
        spans = (y0 > y) != (y1 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            cuts = x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)
        odd[start : start + 512] = (spans & cuts).sum(axis=1) % 2 == 1
    return odd


def _nearest(country: str, points: np.ndarray, owners: np.ndarray) -> None:
    """Give each point that is in no outline the nearest one, where it is near."""
    rows = np.flatnonzero((owners < 0) & np.isfinite(points).all(axis=1))
    rings = _rings(country)
    if not len(rows) or not rings:
        return
    tree = cKDTree(np.vstack([ring.points for ring in rings]))
    apart, place = tree.query(points[rows], distance_upper_bound=_NEAR)
    of_points = np.repeat([ring.owner for ring in rings], [len(ring.points) for ring in rings])
    near = np.isfinite(apart)
    owners[rows[near]] = of_points[place[near]]
