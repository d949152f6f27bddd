import hashlib

import pytest

from tests.claims.conftest import CLAIM
from trends.claims.study import read_study
from trends.errors import StudyError

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def headed(study_folder, top="", style=""):
    """The study with more keys at the top and a table [style] at the end."""
    file = study_folder / "study.toml"
    file.write_text(f"{top}\n{file.read_text()}\n{f'[style]{chr(10)}{style}' if style else ''}\n")
    return file


def test_who_stands_for_a_study_is_read_and_none_of_it_is_required(study_folder):
    assert read_study(study_folder).masthead.analyst == ""
    top = 'question = "Did it rise?"\nanalyst = "A. Nalyst"\ninstitution = "An institute"\ndoi = "10.5281/zenodo.1"'
    (study_folder / "logo.png").write_bytes(PNG)
    headed(study_folder, top, 'font = "DejaVu Serif"\naccent = "#7A1F5C"\nwidth = 6.0\nlogo = "logo.png"')
    study = read_study(study_folder)
    head = study.masthead
    assert (head.question, head.analyst, head.institution) == ("Did it rise?", "A. Nalyst", "An institute")
    assert (head.style.font, head.style.accent, head.style.width) == ("DejaVu Serif", "#7a1f5c", 6.0)
    assert (head.logo, head.form) == (PNG, "png") and "logo.png" in dict(study.files)


@pytest.mark.parametrize(
    ("top", "style", "message"),
    [
        ("", 'font = "Comic"', "read [style] of {file}: found the font 'Comic'; allowed: DejaVu Sans, DejaVu Serif, "
         "DejaVu Sans Mono, STIXGeneral; name one of these."),
        ("", 'accent = "blue"', "read [style] of {file}: found the accent 'blue'; allowed: a colour such as #0B4F7D; "
         "write it so."),
        ("", "width = 99.0", "read [style] of {file}: found the width 99; allowed: 4 to 12 inches; choose one of "
         "these, or take it out."),
        ("", 'logo = "none.png"', "read [style] of {file}: found no file none.png; allowed: a PNG or JPEG picture; "
         "name a picture in the folder of the study."),
        ("", 'logo = "events.csv"', "read [style] of {file}: found events.csv, which is no picture; allowed: a PNG or "
         "JPEG picture; name a picture in the folder of the study."),
        ("", "width = 3.9", "read [style] of {file}: found the width 3.9; allowed: 4 to 12 inches; choose one of "
         "these, or take it out."),
        ("", "width = 12.1", "read [style] of {file}: found the width 12.1; allowed: 4 to 12 inches; choose one of "
         "these, or take it out."),
        ("", 'accent = "#0B4F7"', "read [style] of {file}: found the accent '#0B4F7'; allowed: a colour such as "
         "#0B4F7D; write it so."),
        ('doi = "10.123/x"', "", "read {file}: found doi = '10.123/x'; allowed: a DOI such as 10.5281/zenodo.1234567; "
         "write it without an address before it."),
        ('doi = "https://doi.org/1"', "", "read {file}: found doi = 'https://doi.org/1'; allowed: a DOI such as "
         "10.5281/zenodo.1234567; write it without an address before it."),
    ],
)  # fmt: skip
def test_what_cannot_stand_there_is_refused_in_a_sentence(study_folder, top, style, message):
    file = headed(study_folder, top, style)
    with pytest.raises(StudyError) as refused:
        read_study(study_folder)
    assert str(refused.value) == message.format(file=file)


@pytest.mark.parametrize("style", ["width = 4.0", "width = 12", "width = 0", 'accent = ""'])
def test_the_bounds_of_what_can_stand_there_are_taken(study_folder, style):
    headed(study_folder, 'main = ["rose"]\ndated = "2026-11-01"', style)
    claim = study_folder / "claims" / "rose.toml"
    claim.write_text(CLAIM.format(id="rose", body='[event]\nat = "2020-01"\n[asserts]\ntiming = true'))
    head = read_study(study_folder).masthead
    assert (head.main, head.dated, head.logo, head.form) == (("rose",), "2026-11-01", b"", "")
    assert head.style.width in (0.0, 4.0, 12.0) and head.style.accent == ""


def test_a_logo_is_a_picture_of_one_of_two_forms_and_no_poster(study_folder):
    headed(study_folder, "", 'logo = "logo"')
    whole = b"\xff\xd8\xff" + b"\0" * (500_000 - 3)
    (study_folder / "logo").write_bytes(whole)
    study = read_study(study_folder)
    assert (study.masthead.logo, study.masthead.form) == (whole, "jpg")
    assert dict(study.files)["logo"] == hashlib.sha256(whole).hexdigest() and "logo=" not in repr(study.masthead)
    (study_folder / "logo").write_bytes(whole + b"\0")
    with pytest.raises(StudyError, match="found 500,001 bytes"):
        read_study(study_folder)


def test_an_unknown_key_of_the_style_lists_the_known_ones(study_folder):
    headed(study_folder, "", 'colour = "red"')
    with pytest.raises(StudyError, match="the key 'colour'; allowed: the keys font, accent, width, logo"):
        read_study(study_folder)


def test_a_main_claim_that_is_not_there_is_refused(study_folder):
    headed(study_folder, 'main = ["nothing"]')
    with pytest.raises(StudyError, match=r"read the main claims of .*: found the claim 'nothing'"):
        read_study(study_folder)


def test_an_event_is_named_by_its_title_or_by_its_name_as_words(study_folder):
    assert read_study(study_folder).event_title("drawdown") == "drawdown"
    file = study_folder / "events.csv"
    lines = file.read_text().splitlines()
    file.write_text(
        "\n".join([f"{lines[0]},title", f"{lines[1]},the handover of bases", *(f"{x}," for x in lines[2:])])
    )
    study = read_study(study_folder)
    assert study.event_title("drawdown") == "the handover of bases"
    assert study.event_title("covid_curfew") == "covid curfew"
