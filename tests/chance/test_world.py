import numpy as np
import pytest

from trends.chance.drift import Span, learned_drift
from trends.chance.swings import ordinary_swing_of_figures, world_months
from trends.chance.world import world_countries, world_country
from trends.errors import InputError


def test_the_countries_are_the_columns_of_the_world_in_their_order():
    assert list(world_countries()) == list(world_months().columns)


def test_every_country_is_found_by_the_spelling_of_the_table():
    assert len(set(world_countries())) == len(world_countries()) == 121
    assert all(world_country(f" {name.upper()} ") == name for name in world_countries())
    assert world_countries()[:3] == ("Afghanistan", "Albania", "Algeria")


def test_a_code_a_name_and_the_spelling_of_the_table_are_one_country():
    for names, country in ((("IQ", "irq", "Iraq "), "Iraq"), (("NA", "Namibia"), "Namibia"), (("Iceland", "IS"), "")):
        assert {world_country(name) for name in names} == {country}


def test_a_country_that_nobody_knows_is_refused_since_it_would_bring_its_series_back():
    for ask in (world_country, learned_drift, lambda name: swing(name)):
        with pytest.raises(InputError) as error:
            ask("Iraqq")
        assert str(error.value).startswith(
            "name a country: found 'Iraqq'; allowed: an ISO 3166 code or a name of a country"
        )


def swing(without):
    return ordinary_swing_of_figures(566, 808, Span(0, 3), Span(3, 3), without=without)


def test_what_is_left_out_of_drift_and_swings_does_not_depend_on_how_the_country_is_named():
    assert learned_drift("IQ") == learned_drift("Iraq") != learned_drift()
    assert np.isclose(swing("IQ").rise, swing("Iraq").rise) and not np.isclose(swing("IQ").rise, swing(None).rise)
