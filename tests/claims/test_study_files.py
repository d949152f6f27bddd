import hashlib

import pytest

from trends.claims.study import read_study
from trends.claims.study_files import read_events
from trends.claims.study_files import study_folder as folder_of
from trends.errors import StudyError

REFUSED = [
    (
        "study.toml", "counts/again.csv", "counts/none.csv",
        "read the source 'again' of {f}/study.toml: found no file {f}/counts/none.csv; allowed: a file in the study's "
        "folder; write it with trends count --out {f}/counts/none.csv, or correct the name.",
    ),
    (
        "study.toml", 'series = "paper"', 'series = "papers"',
        "read the source 'paper' of {f}/study.toml: found the series 'papers'; allowed: paper; name one of these, the "
        "nearest being 'paper'.",
    ),
    (
        "study.toml", 'series = "paper"\n', "",
        "read [sources.paper] of {f}/study.toml: found counts = '', published = 'published.csv', series = ''; "
        "allowed: either counts, or published with series; name the one file that holds this source.",
    ),
    (
        "events.csv", "2019-12-30,,", "2019-13-30,,",
        "read {f}/events.csv: found line 2: first '2019-13-30', last '2019-13-30'; allowed: days such as 2020-03-17, "
        "the last not before the first, or an empty last; correct the dates.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "message"), REFUSED)
def test_a_file_that_does_not_fit_is_refused_in_a_sentence(file, old, new, message, edit, refusal):
    edit(file, old, new)
    assert refusal() == message


def test_a_file_that_was_altered_is_refused(study_folder, edit):
    edit("study.toml", 'counts = "counts/events.csv"', 'counts = "counts/events.csv"\nsha256 = "0"')
    with pytest.raises(StudyError, match="allowed: the one the study was written for, 0; restore the file"):
        read_study(study_folder)


def test_a_study_without_events_has_none_and_its_days_are_days(study_folder):
    files = {}
    dated = read_events(study_folder, files)
    assert dated["last"].dt.date.astype(str).tolist() == ["2019-12-30", "2020-02-12"]
    assert files == {"events.csv": hashlib.sha256((study_folder / "events.csv").read_bytes()).hexdigest()}
    (study_folder / "events.csv").unlink()
    assert list(read_events(study_folder, {}).columns) == list(dated.columns)


@pytest.mark.parametrize(("name", "found"), [("none", "no such folder"), ("claims", "no study.toml in it")])
def test_what_is_no_folder_of_a_study_is_refused(study_folder, name, found):
    with pytest.raises(StudyError) as refused:
        folder_of(study_folder / name)
    assert str(refused.value) == (
        f"read the study {study_folder / name}: found {found}; allowed: a folder that holds one; name the folder of a "
        "study, or start one with trends new."
    )
