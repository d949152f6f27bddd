"""A bounded run of the mutants; `python3 dev.py fuzz` runs for as long as one likes."""

import importlib
import sys
from pathlib import Path

FUZZ = Path(__file__).parent / "fuzz"
NUMBER = 400


def test_no_mutant_of_a_file_or_of_a_command_ends_raw(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(FUZZ))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    run = importlib.import_module("run")
    assert run.campaign(0, number=NUMBER) == (NUMBER, [])
    for name in ("run", "doors", "mutants"):
        sys.modules.pop(name, None)


def test_a_mutant_is_the_same_for_the_same_seed(monkeypatch):
    monkeypatch.syspath_prepend(str(FUZZ))
    mutants = importlib.import_module("mutants")
    content = (FUZZ / "doors.py").read_bytes()
    made = [mutants.mutant(content, seed) for seed in range(50)]
    assert made == [mutants.mutant(content, seed) for seed in range(50)]
    assert len(set(made)) > 35
