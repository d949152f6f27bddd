import numpy as np
import pandas as pd
import pytest

from tests.counts.conftest import only_province
from trends.counts.gazetteer import gazetteer
from trends.counts.locating import _crossed, located

# Cities well inside of their provinces, as any atlas has them.
CITIES = {
    ("IQ", 43.13, 36.34): "IQ-NI",
    ("IQ", 44.36, 33.31): "IQ-BG",
    ("UA", 24.03, 49.84): "UA-46",
    ("UA", 30.52, 50.45): "UA-30",
    ("AF", 69.23, 33.6): "AF-PIA",
    ("AF", 68.8, 32.9): "AF-PKA",
    ("NG", 13.15, 11.83): "NG-BO",
    ("SY", 37.16, 36.2): "SY-HL",
    ("CD", 29.22, -1.67): "CD-NK",
    ("IR", 46.29, 38.08): "IR-03",
}


def test_a_city_lies_in_its_province():
    for (country, east, north), code in CITIES.items():
        assert located(country, np.array([east]), np.array([north])) == [code]


def test_a_point_off_the_coast_goes_to_the_nearest_and_one_far_off_to_none():
    # Al-Faw, and the open Gulf; nowhere; a point of another country.
    told = located("IQ", np.array([48.55, 51.0, np.nan, 13.4]), np.array([29.8, 27.0, 33.0, 52.5]))
    assert told == ["IQ-BA", "", "", ""]
    assert located("AQ", np.array([0.0]), np.array([-80.0])) == [""]


def test_points_come_back_in_their_order_however_often_they_stand():
    east, north = np.array([44.36, 43.13, 44.36]), np.array([33.31, 36.34, 33.31])
    assert located("IQ", east, north) == ["IQ-BG", "IQ-NI", "IQ-BG"]


def test_a_hole_is_outside():
    square = np.array([[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], float)
    points = np.array([[1.0, 2.0], [5.0, 2.0], [-1.0, 2.0]])
    assert _crossed(square, points).tolist() == [True, False, False]
    hole = square / 2 + 1
    inside = np.array([[0.5, 0.5], [2.0, 2.0]])
    assert (_crossed(square, inside) ^ _crossed(hole, inside)).tolist() == [True, False]


@pytest.mark.parametrize("country", ["IQ", "UA", "SD", "IN", "PK", "ET", "NG"])
def test_the_middle_of_each_outline_is_told_by_a_code_of_the_country(country):
    codes = {place.code for place in gazetteer(country).places}
    grid = np.array([(east, north) for east in np.arange(-20, 100, 0.7) for north in np.arange(-35, 55, 0.7)])
    found = set(located(country, grid[:, 0], grid[:, 1])) - {""}
    assert len(found) > 5 and found <= codes


def test_events_of_iraq_agree_with_the_names_that_the_file_gives_them(shared_data):
    # The outline of Baghdad lacks Abu Ghraib, Taji and Mahmudiya, which makes nearly all of the rest.
    table = pd.read_csv(shared_data("ged191_iraq_full.csv"))
    table = table[table["where_prec"].isin([1, 2]) & table["adm_1"].notna()]
    codes = {name: only_province(name, "IQ").code for name in table["adm_1"].unique()}
    own = table["adm_1"].map(codes).to_numpy()
    found = np.array(located("IQ", table["longitude"].to_numpy(), table["latitude"].to_numpy()))
    assert (len(table), int((own != found).sum())) == (6287, 254)
