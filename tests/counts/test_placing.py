import pandas as pd
import pytest

from trends.counts.placing import country_only, placed
from trends.counts.typed_events import DISTRICT_MARK
from trends.errors import InputError


def place(rows, **options):
    """The labels of rows ``(province, country, events kept)``, in their order, and the notes."""
    names = pd.DataFrame(rows, columns=["province", "country", "keep"]).assign(n=1)
    given = {"country": None, "level": "province", "aliases": None, "unresolved": "refuse", "where": "a.csv"}
    found = placed(names, **(given | options))
    return [found.labels[province, home][1] for province, home, _ in rows], found.notes


def refusal(rows, **options):
    with pytest.raises(InputError) as error:
        place(rows, **options)
    return str(error.value)


def test_the_country_decides_before_the_name():
    labels, _ = place([("Punjab", "India", 1), ("Punjab", "Pakistan", 1), ("Sindh", "Pakistan", 1)])
    assert labels == ["Punjab (IN)", "Punjab (PK)", "Sindh"]


def test_a_city_and_the_province_around_it_of_the_same_name_stay_two():
    labels, notes = place([("Maputo", "Mozambique", 1), ("Maputo City", "Mozambique", 1), ("Gaza", "Mozambique", 1)])
    assert labels == ["Maputo (MZ-L)", "Maputo (MZ-MPM)", "Gaza"]
    assert notes == ("'Maputo' is taken for Maputo (MZ-L), since 'Maputo City' is the other",)


def test_what_is_kept_is_kept_by_country_and_said():
    rows = [("Nowhere", "India", 2), ("Nowhere", "Pakistan", 1), ("Kyiv", "Ukraine", 3), ("Elsewhere", "India", 0)]
    labels, notes = place(rows, unresolved="keep")
    assert labels == ["Nowhere (IN)", "Nowhere (PK)", "Kyiv", "Elsewhere"]
    assert notes == (
        "kept as they are written, since no one province is known by the name: 'Kyiv' (UA, 3 events, fits Kyiv City "
        "(UA-30) and Kyiv oblast (UA-32)), 'Nowhere' (IN, 2 events), 'Nowhere' (PK, 1 event), "
        "'Elsewhere' (IN, no event kept)",
    )


def test_a_name_of_two_provinces_is_refused_with_both_named():
    assert refusal([("Kyiv", "Ukraine", 12), ("Lviv", "Ukraine", 1)]) == (
        "find the provinces of a.csv: found 'Kyiv' (12 events; which is Kyiv City (UA-30) or Kyiv oblast (UA-32)); "
        "allowed: names, usual transliterations and ISO 3166-2 codes; name each in "
        'aliases={"spelling": "code"}, or keep them as they are with unresolved="keep" '
        "(--alias SPELLING=CODE, --unresolved keep)."
    )


def test_beside_the_city_it_is_the_oblast_and_that_is_said():
    labels, notes = place([("Kyiv", "Ukraine", 1), ("Kyiv City", "Ukraine", 1)])
    assert labels == ["Kyiv oblast", "Kyiv City"]
    assert notes == ("'Kyiv' is taken for Kyiv oblast (UA-32), since 'Kyiv City' is the other",)


def test_a_country_that_nobody_knows_is_refused_with_its_events_named_or_kept():
    rows = [("Omsk", "Soviet Union", 2), ("Anbar", "Iraq", 1), ("Osh", "Atlantis", 1), ("Tver", "USSR", 0)]
    assert refusal(rows) == (
        "find the countries of a.csv: found 'Soviet Union' (2 events; several countries today), 'Atlantis' (1 event); "
        'allowed: ISO 3166 codes and names of countries; say what each is: country_aliases={"spelling": "code"}, or '
        'keep them as they are with unresolved="keep" (--country-alias SPELLING=CODE, --unresolved keep).'
    )
    labels, notes = place(rows[:3], unresolved="keep")
    assert labels == ["Omsk", "Anbar", "Osh"]
    assert "no country is known by the name: 'Atlantis', 'Soviet Union'" in notes[0]
    labels, notes = place(rows[:2], country_aliases={"Soviet Union": "RU"})
    assert labels == ["Omskaya oblast'", "Anbar"] and notes == ()


def test_by_country_every_name_that_sources_use_is_one():
    rows = [("DR Congo (Zaire)", None, 1), ("Democratic Republic of Congo", None, 1), ("Kosovo", None, 1)]
    labels, _ = place(rows, level="country")
    assert labels[0] == labels[1] != labels[2] == "Kosovo"
    labels, notes = place([("Atlantis", None, 1), (None, None, 1)], level="country", unresolved="keep")
    assert labels == ["Atlantis", "no country"] and len(notes) == 1


def test_what_sources_write_where_they_know_no_province_is_none():
    rows = [("Unknown", "Iraq", 1), ("", "Iraq", 1), ("-", "Iraq", 1), (None, "Iraq", 1)]
    assert place(rows)[0] == ["Iraq, no province"] * 4
    assert country_only("XK") == "Kosovo, no province"
    assert place([(None, "Atlantis", 1)], unresolved="keep")[0] == ["Atlantis, no province"]


def test_a_district_goes_by_its_name_and_that_of_its_province():
    rows = [
        ("Nineveh", "Mosul"),
        ("Ninewa", "Mosul"),
        ("Anbar", ""),
        ("", ""),
        ("Erbil", "Centre"),
        ("Anbar", "Centre"),
    ]
    cells = [(DISTRICT_MARK.join(row), "Iraq", 1) for row in rows]
    assert place(cells, level="district")[0] == [
        "Mosul, Nineveh", "Mosul, Nineveh", "no district, Anbar", "Iraq, no province", "Centre, Erbil", "Centre, Anbar",
    ]  # fmt: skip


def test_without_a_country_names_of_one_are_needed():
    assert place([("Anbar", None, 1), ("Diyala", None, 1)])[0] == ["Anbar", "Diyala"]
    assert refusal([("nowhere", None, 1)]).startswith(
        "find the provinces of a.csv: found no column of the country, and names such as 'nowhere'"
    )
