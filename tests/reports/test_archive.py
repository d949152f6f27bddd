import json
import os
import subprocess
import sys
import zipfile

import pytest

from trends.claims.assess import assess
from trends.claims.examples import example_studies
from trends.claims.study import read_study
from trends.errors import InputError
from trends.reports.archive import requirements, write_archive
from trends.reports.book import write_report


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A study, one verdict on it, and its report."""
    study = read_study(example_studies()["syria"])
    verdicts = [assess(study.claim("attacks-went-on-after-baghuz"), study)]
    return study, verdicts, write_report(verdicts, tmp_path_factory.mktemp("made") / "report", study=study)


@pytest.fixture(scope="module")
def unpacked(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    zipfile.ZipFile(write_archive(*made, folder / "syria.zip")).extractall(folder)
    return folder


def test_the_archive_holds_study_report_scripts_program_and_versions(made, unpacked):
    study, verdicts, report = made
    for name, _ in study.files:
        assert (unpacked / "study" / name).read_bytes() == (study.path / name).read_bytes()
    for name in json.loads((report / "manifest.json").read_text())["outputs"]:
        assert (unpacked / "report" / name).read_bytes() == (report / name).read_bytes()
    assert (unpacked / "study" / "README.md").is_file()
    assert verdicts[0].claim.id in (unpacked / "README.txt").read_text()
    assert (unpacked / "requirements.txt").read_text().splitlines() == requirements()


def test_the_program_in_the_archive_repeats_the_verdict(unpacked):
    script = unpacked / "scripts" / "attacks-went-on-after-baghuz.py"
    # -P and a bare environment: no trends but that of the archive.
    done = subprocess.run(
        [sys.executable, "-P", str(script)],
        cwd=unpacked,
        env={"PYTHONPATH": str(unpacked / "package"), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("The verdict is as recorded.\n")


def test_a_report_on_the_study_in_the_archive_is_the_one_in_the_archive(made, unpacked, tmp_path):
    study = read_study(unpacked / "study")
    verdicts = [assess(study.claim("attacks-went-on-after-baghuz"), study)]
    again = write_report(verdicts, tmp_path / "again", study=study)
    names = json.loads((again / "manifest.json").read_text())["outputs"]
    for name in (*names, "manifest.json"):
        assert (again / name).read_bytes() == (unpacked / "report" / name).read_bytes(), name


def test_the_archive_has_the_same_bytes_twice(made, unpacked, tmp_path):
    again = write_archive(*made, tmp_path / "again.zip")
    assert again.read_bytes() == (unpacked / "syria.zip").read_bytes()


def test_the_versions_are_exact_and_of_all_that_is_needed():
    names = {line.split("==")[0] for line in requirements()}
    assert {"numpy", "pandas", "statsmodels", "typst", "python-dateutil"} <= names
    assert "trends" not in names and "pytest" not in names


@pytest.mark.parametrize(
    ("report", "path", "message"),
    [
        (
            "nowhere",
            "a.zip",
            "archive the report in nowhere: found no manifest.json there; "
            "allowed: a folder that a report was written to; write the report first.",
        ),
        ("nowhere", "a.tar", "write the archive a.tar: found the suffix '.tar'; allowed: .zip; give it such a name."),
    ],
)
def test_what_is_no_report_and_no_archive_is_refused(made, tmp_path, monkeypatch, report, path, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as refused:
        write_archive(made[0], made[1], report, path)
    assert str(refused.value) == message
    assert list(tmp_path.iterdir()) == []
