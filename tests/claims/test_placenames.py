import numpy as np
import pandas as pd
import pytest

from trends import periods
from trends.claims.check import check_study
from trends.claims.placenames import shown_outlines, shown_panels
from trends.claims.study import read_study
from trends.counts.outlines import Outlines
from trends.counts.panel import Panel
from trends.errors import StudyError


@pytest.fixture
def spelled(study_folder, edit):
    """The small study with the files' own spellings: Arabic in one source, another transliteration in the other."""
    edit("counts/events.csv", "Anbar", "الأنبار")
    edit("counts/again.csv", "Diyala", "Diyālá")
    return study_folder


def names(folder):
    return {name: panel.provinces for name, panel in read_study(folder).panels.items()}


def test_provinces_are_named_as_their_files_have_them_where_nothing_is_said(spelled):
    asked = {"events": ["Diyala", "Kirkuk", "الأنبار"], "again": ["Diyālá", "Kirkuk", "Anbar"]}
    assert names(spelled) == asked
    file = spelled / "study.toml"
    file.write_text(f'names = "source"\n{file.read_text()}')
    assert names(spelled) == asked


def test_provinces_of_all_sources_have_the_names_of_the_package_where_that_is_asked(spelled, add_claim):
    add_claim(
        "it", '[counts]\nprovinces = ["الانبار"]\n[event]\nat = "2020-01"\n[asserts]\nchange = { direction = "rise" }'
    )
    before = read_study(spelled).panel().counts["الأنبار"].tolist()
    file = spelled / "study.toml"
    file.write_text(f'names = "en"\n{file.read_text()}')
    study = read_study(spelled)
    assert names(spelled) == {each: ["Diyala", "Kirkuk", "Anbar"] for each in ("events", "again")}
    assert study.claim("it").counts.provinces == ("Anbar",) and study.panel().counts["Anbar"].tolist() == before


def test_the_spelling_of_the_study_goes_before_all_in_any_language(spelled):
    file = spelled / "study.toml"
    file.write_text(f'names = "en"\nprovinces = ["Al-Anbâr", "ديالى"]\n{file.read_text()}')
    assert names(spelled) == {each: ["ديالى", "Kirkuk", "Al-Anbâr"] for each in ("events", "again")}


def test_two_columns_are_never_given_one_name():
    # The city and the district around it have one name in the tables.
    panel = Panel(
        pd.DataFrame({"AZ-LA": [1], "AZ-LAN": [2], "AZ-GA": [3]}, index=periods.span("2020-01", "2020-01", "M"))
    )
    assert shown_panels({"it": panel}, "en", (), "AZ", "read it")["it"].provinces == ["AZ-LA", "AZ-LAN", "Gəncə"]


def test_provinces_are_shown_in_french_and_in_arabic(spelled, add_claim):
    add_claim(
        "it", '[counts]\nprovinces = ["Anbar"]\n[event]\nat = "2020-01"\n[asserts]\nchange = { direction = "rise" }'
    )
    file = spelled / "study.toml"
    text = file.read_text()
    for language, shown in (("fr", ["Diyala", "Kirkuk", "Al-Anbar"]), ("ar", ["ديالى", "كركوك", "الأنبار"])):
        file.write_text(f'names = "{language}"\n{text}')
        study = read_study(spelled)
        assert names(spelled) == {each: shown for each in ("events", "again")}
        assert study.claim("it").counts.provinces == (shown[-1],)
        assert not any("no such name" in limit for limit in check_study(study))


def test_maps_name_provinces_as_the_other_charts_do():
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0.0]])
    outlines = Outlines({"Nineveh": (square,), "Anbar": (square + 1,)}, "nobody", "IQ", (("Nineveh", "Anbar", True),))
    counts = pd.DataFrame({"نينوى": [1], "Baghdad": [2]}, periods.span("2020-01", "2020-01", "M"))
    shown = shown_outlines(outlines, [Panel(counts)])
    assert shown.provinces == ["نينوى", "Anbar"] and shown.corrected == (("نينوى", "Anbar", True),)
    assert shown_outlines(None, [Panel(counts)]) is None


def test_a_province_without_a_name_in_the_language_keeps_the_official_one_and_that_is_said_once(study_folder, edit):
    for counts in ("counts/events.csv", "counts/again.csv"):
        edit(counts, "Kirkuk", "Halabja")
    file = study_folder / "study.toml"
    file.write_text(f'names = "fr"\n{file.read_text()}')
    study = read_study(study_folder)
    assert study.panels["events"].provinces == ["Diyala", "Halabja", "Al-Anbar"]
    assert [limit for limit in check_study(study) if "no such name" in limit] == [
        "names = 'fr': no such name is known of Halabja; the official one stands there, unless provinces = [...] in "
        "study.toml gives another."
    ]


def test_a_language_without_a_table_and_a_province_of_no_panel_are_refused(study_folder, edit):
    file = study_folder / "study.toml"
    text = file.read_text()
    file.write_text(f'names = "tlh"\n{text}')
    with pytest.raises(StudyError) as refused:
        read_study(study_folder)
    assert str(refused.value) == (
        f"read {file}: found line 1: names = 'tlh'; allowed: 'source' or 'en' or 'fr' or 'ar'; correct the value."
    )
    file.write_text(f'provinces = ["Diyala", "Basra"]\n{text}')
    with pytest.raises(StudyError) as refused:
        read_study(study_folder)
    assert str(refused.value) == (
        f"read {file}: found the province 'Basra'; allowed: Diyala, Kirkuk, Anbar; name one of these."
    )


def test_names_that_no_font_can_write_are_told(study_folder, edit):
    edit("counts/events.csv", "Kirkuk", "北京市")
    assert (
        'Source events: no font of charts has the letters of 北京市; write names = "en" in study.toml, or provinces = '
        "[...] in other letters." in check_study(read_study(study_folder))
    )
