import pytest

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
        ('doi = "https://doi.org/1"', "", "read {file}: found doi = 'https://doi.org/1'; allowed: a DOI such as "
         "10.5281/zenodo.1234567; write it without an address before it."),
    ],
)  # fmt: skip
def test_what_cannot_stand_there_is_refused_in_a_sentence(study_folder, top, style, message):
    file = headed(study_folder, top, style)
    with pytest.raises(StudyError) as refused:
        read_study(study_folder)
    assert str(refused.value) == message.format(file=file)


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
