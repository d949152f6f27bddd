"""A bounded run of the mutants; `python3 dev.py fuzz` runs for as long as one likes."""

import importlib
import sys
from pathlib import Path

import trends

FUZZ = Path(__file__).parent / "fuzz"
NUMBER = 600


def test_no_mutant_of_a_file_or_of_a_command_ends_raw(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(FUZZ))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    run = importlib.import_module("run")
    ends = list(run.campaign(0, number=NUMBER))
    assert [end for end in ends if end not in ("read", "refused")] == [] and len(ends) == NUMBER
    for name in ("run", "doors", "mutants", "calls"):
        sys.modules.pop(name, None)


def test_every_public_function_has_its_sound_call_and_it_goes_through(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(FUZZ))
    calls = importlib.import_module("calls")
    known = calls.doors_of(tmp_path / "study")
    made = {name: getattr(trends, name) for name in trends.__all__}
    errors = {name for name, one in made.items() if isinstance(one, type) and issubclass(one, Exception)}
    assert set(known) | calls.RECORDS | errors == set(made)
    for name in ("explain", "ladder", "plot_map", "nowcast", "displacement", "write_panel", "power"):
        calls.call(name, known[name])
    # Where an object lies in memory is told by its name, and is another every time.
    first, again = ([calls.odd_call(known, seed)[2].partition(" at 0x")[0] for seed in range(40)] for _ in range(2))
    assert first == again and len(set(first)) > 30


def test_a_mutant_is_the_same_for_the_same_seed(monkeypatch):
    monkeypatch.syspath_prepend(str(FUZZ))
    mutants = importlib.import_module("mutants")
    content = (FUZZ / "doors.py").read_bytes()
    made = [mutants.mutant(content, seed) for seed in range(50)]
    assert made == [mutants.mutant(content, seed) for seed in range(50)]
    assert len(set(made)) > 35
