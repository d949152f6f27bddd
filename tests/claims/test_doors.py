"""A study that a stranger sends is data: no text of it runs, no name leads out, and nothing is packed unasked."""

import ast
import hashlib
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from trends import cli
from trends.claims.assess import assess
from trends.claims.study import read_study
from trends.counts.panel import Panel
from trends.counts.panel_files import read_panel, write_panel
from trends.errors import InputError, StudyError
from trends.periods import span
from trends.reports.archive import write_archive
from trends.reports.folder import write_manifest
from trends.reports.script import verdict_script, write_script

ROOT = Path(__file__).parents[2]
LEVEL = '[event]\nname = "drawdown"\n[asserts]\ntiming = true'
TITLES = (
    'Small"""\nimport os; os.system("id > PWNED")\n"""',
    "C:\\Users",
    "ends in \\",
    'ends in "',
    'four """" and five """""',
    "{id!r} {0} %s %(x)s",
    "a\rb\u2028c\u200cd",
    "coding: utf-7 +AAA-",
)


@pytest.fixture
def judged(study_folder, add_claim):
    add_claim("rose", '[event]\nname = "drawdown"\n[asserts]\ntiming = true')
    study = read_study(study_folder)
    return study, assess(study.claim("rose"), study)


@pytest.mark.parametrize("title", TITLES)
def test_a_title_a_sentence_or_a_name_is_told_in_the_script_and_never_run(judged, title):
    study, verdict = judged
    plain = ast.parse(verdict_script(verdict, study, "the folder"))
    claim = replace(verdict.claim, says=title, speaker=title)
    odd = ast.parse(verdict_script(replace(verdict, claim=claim), replace(study, title=title), title, title))
    assert ast.dump(odd) != ast.dump(plain)
    told = ast.get_docstring(odd, clean=False)
    assert told.count(title) >= 3
    # Beside the docstring and the folder of the study, which is a literal, the two programs are one.
    for tree in (plain, odd):
        del tree.body[0]
    assert ast.dump(odd).replace(repr(title), "FOLDER") == ast.dump(plain).replace(repr("the folder"), "FOLDER")


def test_the_script_of_a_hostile_study_runs_and_leaves_nothing_behind(study_folder, add_claim, tmp_path, edit):
    add_claim("rose", '[event]\nname = "drawdown"\n[asserts]\ntiming = true')
    edit("study.toml", '"A small study"', "'''" + TITLES[0] + "'''")
    study = read_study(study_folder)
    script = write_script(assess(study.claim("rose"), study), study, tmp_path / "here" / "it.py")
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "PWNED").exists()


@pytest.mark.parametrize(
    "id", ["../../evil", "/tmp/evil", "a/b", "A", "a_b", "a b", "", ".a", "-a", "a" * 81, "é", "a\n"]
)
def test_a_claim_whose_id_is_no_plain_name_is_refused(study_folder, add_claim, id, edit):
    add_claim("rose", LEVEL)
    edit("claims/rose.toml", 'id = "rose"', f"id = {id!r}" if "\n" not in id else 'id = "a\\n"')
    with pytest.raises(StudyError) as refused:
        read_study(study_folder)
    assert str(refused.value) == (
        f"read the claim in {study_folder}/claims/rose.toml: found the id {id[:80]!r}; allowed: up to 80 of the "
        "letters a-z0-9-, no mark first; rename it."
    )


def test_a_claim_made_in_python_is_not_written_outside_either(judged, tmp_path):
    study, verdict = judged
    evil = replace(verdict, claim=replace(verdict.claim, id="../../evil"))
    with pytest.raises(StudyError, match=r"write the script of a claim: found the id '../../evil'"):
        write_script(evil, study, tmp_path / "a.py")
    with pytest.raises(StudyError, match=r"write the archive .*: found the id '../../evil'"):
        write_archive(study, [evil], tmp_path, tmp_path / "a.zip")


NAMES = ("../x.csv", "/etc/passwd", "counts/../../x.csv", "C:x.csv", "C:\\x.csv", "counts\\x.csv", "", ".env", "a/.env",
         "./x.csv", "counts//x.csv", "x" * 256 + ".csv", "a/" * 9 + "x.csv", "x\tb.csv")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("key", ["counts", "published", "outlines"])
def test_a_file_name_that_leads_out_is_refused_before_it_is_looked_at(study_folder, name, key, edit):
    old = {"counts": '"counts/again.csv"', "published": '"published.csv"', "outlines": 'country = "IQ"'}[key]
    written = '"' + name.replace("\\", "\\\\").replace("\t", "\\t") + '"'
    new = f'country = "IQ"\noutlines = {written}' if key == "outlines" else written
    (study_folder.parent / "x.csv").write_text("period,province,count\n2020-01,Diyala,1\n")
    edit("study.toml", old, new)
    if not name:
        return
    with pytest.raises(StudyError, match=r"found the file name .*; allowed: a plain name in the folder"):
        read_study(study_folder)


@pytest.mark.parametrize("name", ["counts/again.csv", "published.csv", "events.csv", "study.toml", "claims/rose.toml"])
@pytest.mark.parametrize("target", ["outside", "hidden", "/dev/zero", "/etc/passwd"])
def test_a_link_that_leads_out_or_to_a_hidden_file_is_refused(study_folder, add_claim, name, target):
    add_claim("rose", LEVEL)
    places = {"outside": study_folder.parent / "kept", "hidden": study_folder / ".env"}
    file = study_folder / name
    place = places.get(target, Path(target))
    if target in places:
        file.rename(place)
    else:
        file.unlink()
    file.symlink_to(place)
    with pytest.raises((StudyError, InputError), match="a link to what lies outside the folder or is hidden in it"):
        read_study(study_folder)


def test_a_folder_of_claims_that_is_a_link_is_refused(study_folder, add_claim):
    add_claim("rose", LEVEL)
    (study_folder / "claims").rename(study_folder.parent / "elsewhere")
    (study_folder / "claims").symlink_to(study_folder.parent / "elsewhere")
    with pytest.raises(StudyError, match="a link to what lies outside the folder"):
        read_study(study_folder)


def test_a_link_inside_the_folder_and_a_folder_that_is_itself_a_link_are_read(study_folder):
    (study_folder / "counts" / "again.csv").rename(study_folder / "counts" / "kept.csv")
    (study_folder / "counts" / "again.csv").symlink_to("kept.csv")
    (study_folder.parent / "link").symlink_to(study_folder)
    assert read_study(study_folder.parent / "link").panel("again").equals(read_study(study_folder).panel("again"))


def test_a_file_whose_name_looks_like_a_pattern_is_itself_and_no_other(tmp_path):
    for name, count in (("c[1].parquet", 1.0), ("c1.parquet", 2.0), ("c?.parquet", 3.0), ("c*.parquet", 4.0)):
        panel = Panel(pd.DataFrame({"Diyala": [count]}, index=span("2020-01", "2020-01", "M")))
        write_panel(panel, tmp_path / name)
        assert read_panel(tmp_path / name).counts.iloc[0, 0] == count, name
    (tmp_path / "c[1].parquet").unlink()
    with pytest.raises(InputError, match="no such file"):
        read_panel(tmp_path / "c[1].parquet")


def a_report(folder):
    folder.mkdir()
    (folder / "index.html").write_text("<p>It was so.")
    write_manifest(folder, {})
    return folder


def packed(made, report, tmp_path):
    study, verdict = made
    return zipfile.ZipFile(write_archive(study, [verdict], report, tmp_path / "a.zip")).namelist()


def test_an_archive_packs_what_the_study_and_the_report_name_and_nothing_else(judged, tmp_path):
    study, _ = judged
    for name in (".env", "id_rsa", "notes.txt", "Makefile", "claims/id_rsa", "counts/.env", "draft.md"):
        (study.path / name).write_text("SECRET")
    (study.path / "README.md").write_text("What this is.")
    report = a_report(tmp_path / "report")
    (report / "id_rsa").write_text("SECRET")
    names = [name for name in packed(judged, report, tmp_path) if not name.startswith("package/trends/")]
    assert sorted(names) == [
        "README.txt", "report/index.html", "report/manifest.json", "requirements.txt", "scripts/rose.py",
        "study/README.md", "study/claims/rose.toml", "study/counts/again.csv", "study/counts/events.csv",
        "study/events.csv", "study/published.csv", "study/study.toml",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "counts/again.csv"])
def test_an_archive_follows_no_link_that_leads_out(judged, tmp_path, name):
    study, _ = judged
    (study.path / name).unlink(missing_ok=True)
    (tmp_path / "id_rsa").write_text("SECRET")
    (study.path / name).symlink_to(tmp_path / "id_rsa")
    with pytest.raises(StudyError, match="a link to what lies outside the folder"):
        packed(judged, a_report(tmp_path / "report"), tmp_path)
    assert not (tmp_path / "a.zip").exists()


def test_an_archive_holds_the_files_that_were_read_or_is_refused(judged, tmp_path, edit):
    study, _ = judged
    report = a_report(tmp_path / "report")
    (report / "index.html").write_text("<p>It was not so.")
    with pytest.raises(InputError, match=r"index.html, altered since it was written"):
        packed(judged, report, tmp_path)
    edit("events.csv", "first base", "last base", study.path)
    with pytest.raises(StudyError, match=r"events.csv, altered since it was read"):
        packed(judged, report, tmp_path)


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", ".env"])
def test_a_manifest_that_names_what_is_not_the_report_s_is_refused(judged, tmp_path, name, edit):
    report = a_report(tmp_path / "report")
    edit("manifest.json", '"index.html"', f'"{name}"', report)
    with pytest.raises(InputError, match="found the file name"):
        packed(judged, report, tmp_path)


def test_a_text_with_a_control_character_is_refused(study_folder, edit):
    edit("study.toml", '"A small study"', '"A \\u001b]0;small\\u0007 study"')
    with pytest.raises(StudyError, match=r"the control character .* in a text"):
        read_study(study_folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("name", ["counts/again.csv", "published.csv", "events.csv", "study.toml", "claims/rose.toml"])
def test_a_pipe_among_the_files_is_refused_and_not_waited_for(study_folder, name, capsys):
    (study_folder / name).unlink(missing_ok=True)
    os.mkfifo(study_folder / name)
    assert cli.main(["check", str(study_folder)]) == 2
    assert "found a pipe; allowed: a file that can be read" in capsys.readouterr().err


def test_the_hash_of_a_file_is_that_of_what_was_read(study_folder):
    for name, recorded in read_study(study_folder).files:
        assert recorded == hashlib.sha256((study_folder / name).read_bytes()).hexdigest()
