"""Outlines of provinces: read from GeoJSON, resolved by name, and who borders on whom."""

import json
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from trends.arguments import PathLike, checked_arguments
from trends.counts.opening import read_bytes, text_of
from trends.counts.provinces import find_provinces, spelled_among, suggest_provinces
from trends.errors import InputError
from trends.loading import later

cKDTree = later("scipy.spatial.cKDTree")

#: No file of outlines that a page can show is larger.
_MOST_BYTES = 20_000_000
_FINEST = 0.1
_KM_A_DEGREE = 111.2


@dataclass(frozen=True, eq=False, repr=False)
class Outlines:
    """The outlines of provinces.

    Parameters
    ----------
    shapes : dict of str to tuple of numpy.ndarray
        The rings of each province, each of shape ``(n, 2)``: degrees east and north, the last point equal to the
        first; outer ones run against the clock and holes with it.
    attribution : str
        Whom a map made from them has to name.
    country : str
        ISO 3166-1 code by which the names were resolved; empty where they stand as they were written.
    corrected : tuple of (str, str, bool)
        Pairs of provinces of which it is known that they are, or are not, neighbours, whatever the outlines say.

    Examples
    --------
    >>> square = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0.0]])
    >>> outlines = Outlines({"West": (square,), "East": (square + [1, 0],)}, "nobody")
    >>> outlines
    Outlines(2 provinces; nobody)
    >>> int(neighbours(outlines).loc["West", "East"])
    1
    """

    shapes: dict[str, tuple[np.ndarray, ...]]
    attribution: str
    country: str = ""
    corrected: tuple[tuple[str, str, bool], ...] = ()

    @property
    def provinces(self) -> list[str]:
        """The names, in the order of the file."""
        return list(self.shapes)

    def find(self, name: str) -> str | None:
        """The province here that a name, in any spelling, stands for; None where there is none."""
        if name in self.shapes:
            return name
        found = spelled_among(name, self.shapes, self.country or None)
        return found[0] if len(found) == 1 else None

    def __repr__(self) -> str:
        return f"Outlines({len(self.shapes)} provinces; {self.attribution})"


@checked_arguments
def read_outlines(
    path: PathLike, country: str | None = None, *, key: str = "name", attribution: str | None = None
) -> Outlines:
    """The outlines of provinces in a GeoJSON file, in degrees (RFC 7946).

    Parameters
    ----------
    path : str or path-like
        A FeatureCollection of Polygons and MultiPolygons. Beside its features it may have ``attribution``, and pairs
        of provinces under ``neighbours`` and ``not_neighbours``, for outlines that are known to be wrong somewhere.
    country : str, optional
        ISO 3166-1 code or name, by which the names of provinces are resolved. Without it they stand as written.
    key : str
        The property that holds the name.
    attribution : str, optional
        Whom a map has to name; by default what the member ``attribution`` of the file says.

    Raises
    ------
    InputError
        Where the file cannot be read, is no such collection, a ring is not closed or leaves the globe, a province has
        no name, an unknown one or stands twice, or nobody is named.

    Examples
    --------
    >>> import trends
    >>> outlines = read_outlines(trends.example_studies()["syria"] / "outlines.geojson", "SY")
    >>> len(outlines.shapes)
    15
    """
    file, asked = Path(path), f"read the outlines in {path}"
    table = _parsed(file, asked)
    features = table.get("features") if isinstance(table, dict) else None
    if not isinstance(features, list) or not features or table.get("type") != "FeatureCollection":
        found = f"the type {table.get('type')!r}" if isinstance(table, dict) else f"a {type(table).__name__}"
        found += " without features" if features in (None, []) else ""
        raise _refused(asked, found, "a GeoJSON FeatureCollection with a feature a province", "export it as one")
    named = attribution or table.get("attribution")
    if not isinstance(named, str) or not named.strip():
        allowed = 'a member "attribution" beside "features", or the argument attribution'
        raise _refused(asked, "nobody named as their source", allowed, "say whom a map has to name")
    shapes: dict[str, tuple[np.ndarray, ...]] = {}
    for n, feature in enumerate(features, 1):
        name = _name(feature, key, n, country, asked)
        if name in shapes:
            allowed = "one feature a province; several parts make a MultiPolygon"
            raise _refused(asked, f"{name!r} twice, the second as feature {n}", allowed, "join the two")
        shapes[name] = _rings(feature.get("geometry"), f"{asked}, feature {n} ({name})")
    outlines = Outlines(shapes, named.strip(), country or "")
    pairs = [
        (*_pair(outlines, pair, member, asked), yes)
        for member, yes in (("neighbours", True), ("not_neighbours", False))
        for pair in _listed(table.get(member, []), member, asked)
    ]
    return replace(outlines, corrected=tuple(pairs))


def _listed(pairs: Any, member: str, asked: str) -> list[Any]:
    if isinstance(pairs, list):
        return pairs
    raise _refused(asked, f"{member} = {pairs!r}", "a list of pairs of provinces", "make it one")


def _pair(outlines: Outlines, pair: Any, member: str, asked: str) -> tuple[str, str]:
    names = [outlines.find(name) for name in pair] if isinstance(pair, list) and _texts(pair) else []
    one, other = names if len(names) == 2 else (None, None)
    if one is not None and other is not None and one != other:
        return one, other
    allowed = "pairs of two of " + ", ".join(outlines.provinces)
    raise _refused(asked, f"{pair!r} among its {member}", allowed, "correct the pair")


def _texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _refused(asked: str, found: str, allowed: str, do: str) -> InputError:
    return InputError(asked, found=found, allowed=allowed, do=do)


def _parsed(file: Path, asked: str) -> Any:
    text = text_of(read_bytes(file, asked, most=_MOST_BYTES), asked)
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        found = f"line {error.lineno}: {error.msg}"
        raise _refused(asked, found, "JSON", "correct the file, or export it again") from error
    except ValueError as error:
        raise _refused(asked, "a number of thousands of digits", "degrees", "export it again") from error
    except RecursionError as error:
        raise _refused(asked, "lists nested beyond all reason", "GeoJSON", "export it again") from error


def _no_number(text: str) -> NoReturn:
    raise json.JSONDecodeError(f"{text}, which is no number", "", 0)


def _name(feature: Any, key: str, n: int, country: str | None, asked: str) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    name = properties.get(key) if isinstance(properties, dict) else None
    if not isinstance(name, str) or not name.strip():
        known = ", ".join(map(str, properties)) if isinstance(properties, dict) and properties else "no properties"
        found = f"no text under {key!r} in feature {n} ({known})"
        raise _refused(asked, found, "a name for every province", "name the property that has it with key=")
    if not country:
        return name.strip()
    places = find_provinces(name, country)
    if len(places) == 1:
        return places[0].name
    near = suggest_provinces(name, country)
    found = f"{name!r} in feature {n}, which names {'several provinces' if places else 'no province'} of {country}"
    raise _refused(asked, found, ", ".join(near) or "a known name or ISO 3166-2 code", "write one of these")


def _rings(geometry: Any, asked: str) -> tuple[np.ndarray, ...]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise _refused(asked, f"the geometry {kind!r}", "a Polygon or a MultiPolygon", "leave the feature out")
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons or not all(isinstance(each, list) and each for each in polygons):
        raise _refused(asked, "no coordinates", "rings of points", "export the file again")
    return tuple(_turned(_ring(ring, asked), against=not n) for polygon in polygons for n, ring in enumerate(polygon))


def _turned(ring: np.ndarray, *, against: bool) -> np.ndarray:
    """A ring that runs against the clock, or with it."""
    x, y = ring.T
    area = np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])
    return ring if (area > 0) == against else ring[::-1]


def _ring(ring: Any, asked: str) -> np.ndarray:
    try:
        points = np.array([point[:2] for point in ring], float)
    except (TypeError, ValueError, OverflowError):
        points = np.empty((0, 2))
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 4 or (points[0] != points[-1]).any():
        found = f"a ring of {len(points)} points" + (" that does not end where it began" if len(points) > 3 else "")
        allowed = "four or more points of two numbers, the last equal to the first"
        raise _refused(asked, found, allowed, "close it, or export the file again")
    if (np.abs(points) > [180, 90]).any():
        worst = points[(np.abs(points) > [180, 90]).any(axis=1)][0]
        found, do = f"the point {worst[0]:g}, {worst[1]:g}", "export it in degrees (WGS 84)"
        raise _refused(asked, found, "degrees east from -180 to 180 and north from -90 to 90", do)
    return points


@checked_arguments
def neighbours(outlines: Outlines, *, at_least: float = 5.0, tolerance: float = 1.0) -> pd.DataFrame:
    """Which provinces share a border: a table of 0 and 1, provinces by provinces, 0 on the diagonal.

    Parameters
    ----------
    outlines : Outlines
        The outlines.
    at_least : float
        Kilometres that a border needs; 5 leaves out provinces that only meet in a point.
    tolerance : float
        Kilometres that two outlines may lie apart and still be one border, because files differ in how exactly their
        outlines fit; 1 is what simplified ones need.

    Returns
    -------
    pandas.DataFrame
        Shape ``(n_provinces, n_provinces)``, symmetric, whole numbers; with what the file corrects.

    See Also
    --------
    border_lengths : the lengths themselves.

    Examples
    --------
    >>> import trends
    >>> outlines = read_outlines(trends.example_studies()["syria"] / "outlines.geojson", "SY")
    >>> neighbours(outlines).loc["Raqqa", "Deir ez-Zor"].item()
    1
    """
    table = (border_lengths(outlines, tolerance=tolerance) >= at_least).astype(int)
    for one, other, yes in outlines.corrected:
        table.loc[one, other] = table.loc[other, one] = int(yes)
    return table


def border_lengths(outlines: Outlines, *, tolerance: float = 1.0) -> pd.DataFrame:
    """The kilometres of border that provinces share, provinces by provinces, 0 on the diagonal.

    Parameters
    ----------
    outlines, tolerance
        As in `neighbours`.

    Notes
    -----
    Points are set along every outline half a tolerance apart; those that have a point of the other province within
    the tolerance count, each for the length it stands for. Lengths are good to a few kilometres, and are measured on a
    plane through the middle latitude: for borders, not for surveying.

    Raises
    ------
    InputError
        Where the tolerance is below 0.1.
    """
    if not tolerance >= _FINEST:
        # Each border would be as many points as it has halves of the tolerance.
        found, do = f"tolerance={tolerance!r}", "give one such as 1"
        raise _refused("measure the borders of provinces", found, f"kilometres from {_FINEST} up", do)
    middle = np.mean([ring[:, 1].mean() for rings in outlines.shapes.values() for ring in rings])
    scale = _KM_A_DEGREE * np.array([np.cos(np.radians(middle)), 1.0])
    spread = [_spread([ring * scale for ring in rings], tolerance / 2) for rings in outlines.shapes.values()]
    trees = [cKDTree(points) for points, _ in spread]
    table = np.zeros((len(spread), len(spread)))
    for i, (points, lengths) in enumerate(spread):
        for j in range(len(spread)):
            if i != j and _near(spread[i][0], spread[j][0], tolerance):
                apart, _ = trees[j].query(points, distance_upper_bound=tolerance)
                table[i, j] = lengths[np.isfinite(apart)].sum()
    return pd.DataFrame((table + table.T) / 2, outlines.provinces, outlines.provinces)


def _spread(rings: list[np.ndarray], step: float) -> tuple[np.ndarray, np.ndarray]:
    """Points along rings, at most a step apart, and the length that each stands for."""
    points, lengths = [], []
    for ring in rings:
        for start, end in pairwise(ring):
            length = float(np.hypot(*(end - start)))
            pieces = max(1, int(np.ceil(length / step)))
            middles = (np.arange(pieces) + 0.5)[:, None] / pieces
            points.append(start + middles * (end - start))
            lengths.append(np.full(pieces, length / pieces))
    return np.vstack(points), np.concatenate(lengths)


def _near(one: np.ndarray, other: np.ndarray, tolerance: float) -> bool:
    """Whether the boxes around two sets of points come within a tolerance of each other."""
    return bool(
        (one.min(axis=0) <= other.max(axis=0) + tolerance).all()
        and (other.min(axis=0) <= one.max(axis=0) + tolerance).all()
    )
