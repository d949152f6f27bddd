"""The script that makes the environment, and the lock it makes it from."""

import configparser
import re
import shutil
import sys
from pathlib import Path

import pytest

import dev
import trends

ROOT = Path(__file__).parents[1]


def change(file):
    file.write_bytes(file.read_bytes() + b"# changed\n")


@pytest.fixture
def checkout(tmp_path):
    for name in (dev.LOCK, "setup.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


@pytest.fixture
def steps(monkeypatch):
    """The commands that were to be run; the one whose number is in ``fails`` ends like a killed one."""

    class Steps(list):
        fails = None

    steps = Steps()

    def run(command):
        steps.append(command)
        if len(steps) == steps.fails:
            sys.exit(1)
        if "venv" in command:
            Path(command[-1]).mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(dev, "_must", run)
    monkeypatch.setattr(dev.importlib.util, "find_spec", lambda name: True)
    return steps


def test_a_second_call_runs_nothing(checkout, steps):
    python = dev.environment(checkout)
    assert len(steps) == 3
    assert dev.environment(checkout) == python
    assert len(steps) == 3


def test_a_change_of_the_lock_makes_the_environment_anew(checkout, steps):
    dev.environment(checkout)
    change(checkout / dev.LOCK)
    dev.environment(checkout)
    assert len(steps) == 6


@pytest.mark.parametrize("name", ["setup.cfg", "pyproject.toml"])
def test_a_change_of_settings_installs_the_package_again_without_the_network(name, checkout, steps):
    dev.environment(checkout)
    change(checkout / name)
    dev.environment(checkout)
    assert len(steps) == 4
    assert {"--no-index", "--no-build-isolation", "--editable"} <= set(steps[-1])


def test_another_place_or_interpreter_makes_the_environment_anew(checkout, monkeypatch):
    here, settings = dev.fingerprints(checkout)
    shutil.copytree(checkout, checkout / "moved")
    monkeypatch.setattr(sys, "version", "3.99.0")
    elsewhere = dev.fingerprints(checkout / "moved")
    assert elsewhere[0] not in (here, dev.fingerprints(checkout)[0])
    assert elsewhere[1] == settings
    assert dev.fingerprints(checkout)[0] != here


@pytest.mark.parametrize("step", [1, 2, 3])
def test_what_was_killed_half_way_is_made_anew(step, checkout, steps):
    dev.environment(checkout)
    locked = (checkout / dev.LOCK).read_bytes()
    change(checkout / dev.LOCK)
    steps.clear()
    steps.fails = step
    with pytest.raises(SystemExit):
        dev.environment(checkout)
    # Back to the lock that the old stamp was for: it must not vouch for what is left of that environment.
    (checkout / dev.LOCK).write_bytes(locked)
    steps.clear()
    steps.fails = None
    dev.environment(checkout)
    assert len(steps) == 3


def test_every_package_is_installed_by_hash_from_wheels_alone(checkout, steps):
    dev.environment(checkout)
    (locked,) = [step for step in steps if "-r" in step]
    assert {"--require-hashes", "--no-deps", "--only-binary"} <= set(locked)
    assert {"--no-index", "--no-deps", "--no-build-isolation"} <= set(steps[-1])


def test_without_ensurepip_the_systems_pip_is_used_and_without_either_the_way_out_is_told(steps, tmp_path, monkeypatch):
    there = {"pip"}
    monkeypatch.setattr(dev.importlib.util, "find_spec", lambda name: name in there or None)
    dev.make_venv(tmp_path / ".venv")
    assert "--without-pip" in steps[0]
    assert dev.pip_of(tmp_path / "python") == [sys.executable, "-I", "-m", "pip", "--python", str(tmp_path / "python")]
    there.clear()
    with pytest.raises(SystemExit, match="neither ensurepip nor pip: install one of them"):
        dev.pip_of(tmp_path / "python")


def test_the_lock_names_versions_and_hashes_and_no_place():
    text = (ROOT / dev.LOCK).read_text(encoding="utf-8")
    assert "://" not in text
    assert [line for line in text.splitlines() if line.startswith("-")] == []
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(packages) > 20
    assert [package for package in packages if not re.match(r"[a-z0-9.-]+==\S+.*\n +--hash=sha256:", package)] == []


def test_the_lock_holds_every_dependency_of_the_package():
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    extras = settings["options.extras_require"]
    wanted = settings["options"]["install_requires"] + extras["test"] + extras["docs"]
    names = re.findall(r"^[A-Za-z0-9._-]+", wanted, flags=re.MULTILINE)
    locked = re.findall(r"^([a-z0-9.-]+)==", (ROOT / dev.LOCK).read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(names) > 10
    assert set(names) <= set(locked)


def test_the_lowest_versions_are_tested_and_a_python_that_is_not_here_is_said(steps, monkeypatch, capsys):
    called = []
    monkeypatch.setattr(
        dev, "_call", lambda python, *arguments, **_: called.append((python.parents[1].name, arguments)) or 0
    )
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)
    monkeypatch.delenv("PYTHON_NEWEST", raising=False)
    assert dev.main(["versions", "tests/fits"]) == 0
    assert capsys.readouterr().out.startswith(f"Python {dev.NEWEST}: none here, so nothing was run on it.")
    assert [name for name, _ in called] == ["uv", "lowest"]
    assert "lowest-direct" in called[0][1] and "tests/fits" in called[1][1]


def test_the_newest_python_is_tested_with_the_lock_where_there_is_one(steps, monkeypatch):
    called = []
    monkeypatch.setattr(dev, "_call", lambda python, *_, **__: called.append(python.parents[1].name) or 0)
    monkeypatch.setattr(dev, "interpreter_of", lambda version: "/usr/bin/some-python")
    assert dev.main(["versions"]) == 0
    assert called == [f"python{dev.NEWEST}", "uv", "lowest"]
    assert "/usr/bin/some-python" == steps[0][0] and any("--require-hashes" in step for step in steps)


def test_an_interpreter_of_another_version_is_none(monkeypatch):
    monkeypatch.setenv("PYTHON_NEWEST", sys.executable)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert dev.interpreter_of(version) == sys.executable
    monkeypatch.setattr(dev.shutil, "which", lambda name: sys.executable)
    assert dev.interpreter_of("2.7") is None


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["build"], 2), (["run", "fast"], 2), (["--help"], 0)])
def test_anything_but_the_verbs_is_answered_with_how_to_use_it(arguments, code, capsys):
    assert dev.main(arguments) == code
    assert "python3 dev.py test" in capsys.readouterr().out


@pytest.mark.parametrize("codes", [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 2), (0, 0, 0, -9)])
def test_lint_format_types_and_tests_all_run_and_each_can_fail_the_whole(codes, monkeypatch):
    left = list(codes)
    monkeypatch.setattr(dev, "environment", lambda root: Path("python"))
    monkeypatch.setattr(dev, "_call", lambda python, *arguments: left.pop(0))
    assert dev.main(["test"]) == next(code for code in codes if code)
    assert left == []


def test_the_version_stands_in_one_place_and_the_citation_agrees_with_it():
    assert "version = attr: trends.__version__" in (ROOT / "setup.cfg").read_text(encoding="utf-8")
    assert f"\nversion: {trends.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
