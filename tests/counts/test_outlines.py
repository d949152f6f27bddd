import json
from pathlib import Path

import numpy as np
import pytest

from trends.counts.outlines import Outlines, border_lengths, neighbours, read_outlines
from trends.errors import InputError

DATA = Path(__file__).parents[2] / "data"
SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


def written(folder, *, features=None, **members):
    """A GeoJSON file of features, or of one square named Diyala."""
    if features is None:
        features = [feature("Diyala")]
    table = {"type": "FeatureCollection", "attribution": "nobody", "features": features} | members
    file = folder / "outlines.geojson"
    file.write_text(json.dumps({key: value for key, value in table.items() if value is not ...}))
    return file


def feature(name, rings=None, kind="Polygon"):
    return {
        "type": "Feature",
        "properties": {"name": name},
        "geometry": {"type": kind, "coordinates": [SQUARE] if rings is None else rings},
    }


def squares(**corners):
    """Outlines of squares of one degree, by the corner nearest to the equator and Greenwich."""
    return Outlines({name: (np.array(SQUARE, float) + corner,) for name, corner in corners.items()}, "nobody")


def test_squares_border_on_each_other_along_a_side_and_not_in_a_point():
    table = neighbours(squares(a=(0, 0), b=(1, 0), c=(1, 1), far=(5, 5)))
    assert table.loc["a"].tolist() == [0, 1, 0, 0]
    assert table.loc["b"].tolist() == [1, 0, 1, 0]
    assert table.loc["far"].sum() == 0 and (table == table.T).all(axis=None)


def test_a_border_of_a_degree_is_as_long_as_a_degree():
    # A degree of latitude is 111.2 km; the corners add what lies within the tolerance.
    assert border_lengths(squares(a=(0, 0), b=(1, 0))).loc["a", "b"] == pytest.approx(111.2, abs=3)


def test_outlines_that_nearly_fit_are_neighbours():
    assert neighbours(squares(a=(0, 0), b=(1.005, 0))).loc["a", "b"] == 1
    assert neighbours(squares(a=(0, 0), b=(1.05, 0))).loc["a", "b"] == 0
    assert neighbours(squares(a=(0, 0), b=(1.05, 0)), tolerance=6).loc["a", "b"] == 1


def test_iraq_borders_as_it_is_known_to():
    table = neighbours(read_outlines(DATA / "iraq" / "outlines.geojson", "IQ"))
    known = {
        "Diyala": {"Sulaymaniyah", "Salah al-Din", "Baghdad", "Wasit"},
        "Baghdad": {"Anbar", "Babil", "Diyala", "Salah al-Din", "Wasit"},
        "Nineveh": {"Anbar", "Dohuk", "Erbil", "Salah al-Din"},
        "Basra": {"Dhi Qar", "Maysan", "Muthanna"},
    }
    assert {name: set(table.columns[table.loc[name] == 1]) for name in known} == known
    assert (table == table.T).all(axis=None) and not np.diag(table).any()


def test_syria_borders_as_it_is_known_to():
    table = neighbours(read_outlines(DATA / "syria" / "outlines.geojson", "SY"))
    known = {
        "Damascus": {"Rif Dimashq"},
        "Hasakah": {"Deir ez-Zor", "Raqqa"},
        "Idlib": {"Aleppo", "Hama", "Latakia"},
        "Deir ez-Zor": {"Hasakah", "Homs", "Raqqa"},
    }
    assert {name: set(table.columns[table.loc[name] == 1]) for name in known} == known


@pytest.mark.parametrize(("folder", "country", "other"), [("iraq", "IQ", "irq"), ("syria", "SY", "syr")])
def test_shipped_outlines_are_those_of_natural_earth(shared_data, folder, country, other):
    file = shared_data(f"{other}_adm1_naturalearth.geojson")
    ours = read_outlines(DATA / folder / "outlines.geojson", country)
    theirs = read_outlines(file, country, key="adm1", attribution="Natural Earth")
    assert set(ours.provinces) == set(theirs.provinces)
    for name, rings in ours.shapes.items():
        area = _area(rings)
        assert area == pytest.approx(_area(theirs.shapes[name]), rel=0.02)
    # Both are simplified, to 500 and to some 100 metres: a border follows its bends to a few kilometres.
    lengths = border_lengths(theirs).loc[ours.provinces, ours.provinces]
    assert np.abs(border_lengths(ours) - lengths).max(axis=None) < 8


def _area(rings):
    return sum(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2 for x, y in (ring.T for ring in rings))


def test_a_province_within_another_is_a_hole_in_it():
    outlines = read_outlines(DATA / "syria" / "outlines.geojson", "SY")
    outer, hole = outlines.shapes["Rif Dimashq"]
    assert _area([outer]) > 0 > _area([hole])
    assert -_area([hole]) == pytest.approx(_area(outlines.shapes["Damascus"]))


def test_names_are_resolved_and_found_in_any_spelling(tmp_path):
    outlines = read_outlines(written(tmp_path, features=[feature("Ninewa"), feature("Thi-Qar")]), "Iraq")
    assert outlines.provinces == ["Nineveh", "Dhi Qar"]
    assert outlines.find("IQ-NI") == "Nineveh" and outlines.find("Diyala") is None


def test_without_a_country_names_stand_as_written(tmp_path):
    assert read_outlines(written(tmp_path, features=[feature("District 9")])).provinces == ["District 9"]


def test_corrections_override_the_outlines(tmp_path):
    shifted = [[x + 1, y] for x, y in SQUARE]
    far = [[x + 5, y] for x, y in SQUARE]
    features = [feature("Diyala"), feature("Wasit", [shifted]), feature("Anbar", [far])]
    pairs = {"neighbours": [["Wasit", "Anbar"]], "not_neighbours": [["Wasit", "Diyala"]]}
    table = neighbours(read_outlines(written(tmp_path, features=features, **pairs), "IQ"))
    assert table.loc["Wasit"].to_dict() == {"Diyala": 0, "Wasit": 0, "Anbar": 1}


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"attribution": ...}, 'found nobody named as their source; allowed: a member "attribution" beside "features"'),
        ({"type": "Feature"}, "found the type 'Feature'; allowed: a GeoJSON FeatureCollection"),
        ({"features": []}, "found the type 'FeatureCollection' without features"),
        ({"features": [feature("")]}, "found no text under 'name' in feature 1 (name); allowed: a name for every"),
        ({"features": [feature("Dijla")]}, "found 'Dijla' in feature 1, which names no province of IQ; allowed:"),
        ({"features": [feature("Diyala")] * 2}, "found 'Diyala' twice, the second as feature 2; allowed: one feature"),
        ({"features": [feature("Diyala", kind="Point")]}, "feature 1 (Diyala): found the geometry 'Point'; allowed: a"),
        ({"features": [feature("Diyala", [SQUARE[:4]])]}, "found a ring of 4 points that does not end where it began"),
        ({"features": [feature("Diyala", [[[0, 0], [1]]])]}, "found a ring of 0 points; allowed: four or more points"),
        ({"features": [feature("Diyala", [])]}, "found no coordinates; allowed: rings of points"),
        (
            {"features": [feature("Diyala", [[[0, 0], [400000, 0], [1, 1], [0, 0]]])]},
            "found the point 400000, 0; allowed: degrees east from -180 to 180 and north from -90 to 90; export it in",
        ),
        ({"neighbours": [["Diyala", "Wasit"]]}, "found ['Diyala', 'Wasit'] among its neighbours; allowed: pairs of"),
        ({"not_neighbours": "Wasit"}, "found not_neighbours = 'Wasit'; allowed: a list of pairs of provinces"),
    ],
)  # fmt: skip
def test_bad_outlines_are_refused_in_words(tmp_path, members, message):
    file = written(tmp_path, **members)
    with pytest.raises(InputError) as error:
        read_outlines(file, "IQ")
    assert str(error.value).startswith(f"read the outlines in {file}") and message in str(error.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "found line 1: Expecting property name enclosed in double quotes; allowed: JSON"),
        (b"\xff\xfe", "found the byte 0xff; allowed: UTF-8"),
        (b"[" * 100_000, "found lists nested beyond all reason; allowed: GeoJSON"),
        (b"[1]", "found a list without features; allowed: a GeoJSON FeatureCollection"),
        (b'{"features": NaN}', "NaN, which is no number; allowed: JSON"),
    ],
)
def test_a_damaged_file_is_refused_in_words(tmp_path, content, message):
    file = tmp_path / "outlines.geojson"
    file.write_bytes(content)
    with pytest.raises(InputError) as error:
        read_outlines(file, "IQ")
    assert message in str(error.value)


def test_a_missing_file_is_refused_in_full(tmp_path):
    with pytest.raises(InputError) as error:
        read_outlines(tmp_path / "none.geojson", "IQ")
    assert str(error.value) == (
        f"read the outlines in {tmp_path / 'none.geojson'}: found no such file; "
        "allowed: a file that can be read; check its name."
    )


@pytest.mark.parametrize("tolerance", [0, -1, 1e-320, 0.09, float("nan")])
def test_a_tolerance_that_makes_millions_of_points_of_a_border_is_refused(tolerance):
    with pytest.raises(InputError) as error:
        neighbours(squares(a=(0, 0)), tolerance=tolerance)
    assert f"found tolerance={tolerance}; allowed: kilometres from 0.1 up; give one such as 1." in str(error.value)
