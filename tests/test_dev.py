"""The script that makes the environment, and the lock it makes it from."""

import configparser
import re
import shutil
import sys
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).parents[1]


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
            Path(command[-1]).mkdir(exist_ok=True)

    monkeypatch.setattr(dev, "_must", run)
    return steps


def test_a_second_call_runs_nothing(checkout, steps):
    python = dev.environment(checkout)
    assert len(steps) == 3
    assert dev.environment(checkout) == python
    assert len(steps) == 3


@pytest.mark.parametrize("name", [dev.LOCK, "setup.cfg", "pyproject.toml"])
def test_a_change_of_lock_or_settings_makes_the_environment_anew(name, checkout, steps):
    dev.environment(checkout)
    with (checkout / name).open("a") as file:
        file.write("# changed\n")
    dev.environment(checkout)
    assert len(steps) == 6


def test_another_place_or_interpreter_makes_the_environment_anew(checkout, monkeypatch):
    here = dev.fingerprint(checkout)
    shutil.copytree(checkout, checkout / "moved")
    assert dev.fingerprint(checkout / "moved") != here
    monkeypatch.setattr(sys, "version", "3.99.0")
    assert dev.fingerprint(checkout) != here


@pytest.mark.parametrize("step", [1, 2, 3])
def test_what_was_killed_half_way_is_made_anew(step, checkout, steps):
    dev.environment(checkout)
    (checkout / "setup.cfg").write_text("# changed\n")
    steps.clear()
    steps.fails = step
    with pytest.raises(SystemExit):
        dev.environment(checkout)
    # Back to the settings that the old stamp was for: it must not vouch for what is left of that environment.
    shutil.copy(ROOT / "setup.cfg", checkout)
    steps.clear()
    steps.fails = None
    dev.environment(checkout)
    assert len(steps) == 3


def test_every_package_is_installed_by_hash_from_wheels_alone(checkout, steps):
    dev.environment(checkout)
    (locked,) = [step for step in steps if "-r" in step]
    assert {"--require-hashes", "--no-deps", "--only-binary"} <= set(locked)
    assert "--no-index" in steps[-1] and "--no-build-isolation" in steps[-1]


def test_without_ensurepip_the_systems_pip_is_used_and_without_either_the_way_out_is_told(steps, tmp_path, monkeypatch):
    there = {"pip"}
    monkeypatch.setattr(dev.importlib.util, "find_spec", lambda name: name in there or None)
    command = dev.make_venv(tmp_path / ".venv", tmp_path / "python")
    assert "--without-pip" in steps[0]
    assert command == [sys.executable, "-I", "-m", "pip", "--python", str(tmp_path / "python")]
    there.clear()
    with pytest.raises(SystemExit, match="neither ensurepip nor pip: install one of them"):
        dev.make_venv(tmp_path / ".venv", tmp_path / "python")


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
    wanted = settings["options"]["install_requires"] + settings["options.extras_require"]["test"]
    names = re.findall(r"^[A-Za-z0-9._-]+", wanted, flags=re.MULTILINE)
    locked = re.findall(r"^([a-z0-9.-]+)==", (ROOT / dev.LOCK).read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(names) > 10
    assert set(names) <= set(locked)


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["build"], 2), (["run", "fast"], 2), (["--help"], 0)])
def test_anything_but_the_verbs_is_answered_with_how_to_use_it(arguments, code, capsys):
    assert dev.main(arguments) == code
    assert "python3 dev.py test" in capsys.readouterr().out


@pytest.mark.parametrize("codes", [(1, 0, 0), (0, 1, 0), (0, 0, 2), (0, 0, -9)])
def test_lint_format_and_tests_all_run_and_each_can_fail_the_whole(codes, monkeypatch):
    left = list(codes)
    monkeypatch.setattr(dev, "environment", lambda root: Path("python"))
    monkeypatch.setattr(dev, "_call", lambda python, *arguments: left.pop(0))
    assert dev.main(["test"]) == next(code for code in codes if code)
    assert left == []
