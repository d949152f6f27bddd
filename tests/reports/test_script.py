import ast
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from trends.claims.assess import assess
from trends.claims.examples import example_studies
from trends.claims.study import read_study
from trends.claims.verdict import Ruling
from trends.reports.script import verdict_script, write_script

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def study():
    return read_study(example_studies()["iraq"])


@pytest.fixture(scope="module")
def verdict(study):
    return assess(study.claim("attacks-1669-in-2019"), study)


def run(script):
    return subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}, timeout=120
    )


def test_the_script_repeats_the_verdict_from_any_folder(study, verdict, tmp_path):
    done = run(write_script(verdict, study, tmp_path / "deep" / "attacks.py"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{verdict.claim.says}\n")
    assert done.stdout.endswith("\n\nThe verdict is as recorded.\n")


def test_the_script_of_a_change_that_cannot_be_tested_repeats_that_it_cannot(tmp_path):
    folder = tmp_path / "iraq"
    shutil.copytree(example_studies()["iraq"], folder)
    claim = folder / "claims" / "attacks-rose-after-drawdown.toml"
    text = claim.read_text(encoding="utf-8").replace('first = "2018-01"', 'first = "2020-06"')
    claim.write_text(text.partition("[asserts]")[0] + '[asserts]\nchange = { direction = "rise" }\n', encoding="utf-8")
    study = read_study(folder)
    verdict = assess(study.claim("attacks-rose-after-drawdown"), study, "quick")
    assert [finding.ruling for finding in verdict.findings] == [Ruling.UNTESTABLE]
    done = run(write_script(verdict, study, tmp_path / "attacks.py"))
    assert (done.returncode, done.stderr) == (0, "")


def test_another_result_or_another_file_is_said(study, verdict, tmp_path):
    other = replace(
        verdict.findings[0], evidence=replace(verdict.findings[0].evidence, estimate=1.0, lower=1.0, upper=1.0)
    )
    changed = replace(study, files=tuple((name, "0" * 64) for name, _ in study.files))
    script = tmp_path / "attacks.py"
    write_script(replace(verdict, findings=(other,)), changed, script)
    done = run(script)
    assert done.returncode == 1
    assert done.stdout.endswith("\n\nNot as recorded: recorded.\n")
    assert "published.csv is not the file that the verdict was recorded on." in done.stdout


def test_the_script_names_the_files_that_its_verdict_rests_on_and_no_other_claim(study, verdict):
    text = verdict_script(verdict, study)
    compile(text, "script", "exec")
    assert "'claims/" in text and text.count("claims/") == 1


def test_no_text_of_a_claim_is_run_as_code(study, verdict):
    said = 'Attacks \\" rose """ + print("x") + """ by {half}.'
    text = verdict_script(replace(verdict, claim=replace(verdict.claim, says=said)), study)
    names = compile(text, "script", "exec").co_names
    assert ast.get_docstring(ast.parse(text)).count(said) == 1 and "half" not in names
