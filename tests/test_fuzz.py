"""A bounded run of the mutants; `python3 dev.py fuzz` runs for as long as one likes."""

import importlib
from pathlib import Path

import pytest

import trends

FUZZ = Path(__file__).parent / "fuzz"
NUMBER = 600
CALLED = ("explain", "ladder", "plot_map", "nowcast", "displacement", "write_panel", "power")


@pytest.fixture(scope="module")
def fuzz():
    """The modules of the fuzz, which are scripts beside each other, by their names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FUZZ))
        yield {name: importlib.import_module(name) for name in ("calls", "mutants", "run")}


@pytest.fixture(scope="module")
def known(fuzz, tmp_path_factory):
    """The arguments of a sound call of every public function."""
    return fuzz["calls"].doors_of(tmp_path_factory.mktemp("called") / "study")


def test_no_mutant_of_a_file_or_of_a_command_ends_raw(fuzz, known, monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(fuzz["calls"], "doors_of", lambda folder: known)
    ends = list(fuzz["run"].campaign(0, number=NUMBER))
    assert [end for end in ends if end not in ("read", "refused")] == [] and len(ends) == NUMBER


def test_every_public_function_has_its_sound_call_and_it_goes_through(fuzz, known):
    calls = fuzz["calls"]
    made = {name: getattr(trends, name) for name in trends.__all__}
    errors = {name for name, one in made.items() if isinstance(one, type) and issubclass(one, Exception)}
    assert set(known) | calls.RECORDS | errors == set(made)
    for name in CALLED:
        calls.call(name, known[name])
    # Where an object lies in memory is told by its name, and is another every time.
    first, again = ([calls.odd_call(known, seed)[2].partition(" at 0x")[0] for seed in range(40)] for _ in range(2))
    assert first == again and len(set(first)) > 30


def test_a_path_that_no_file_can_have_is_refused_wherever_one_is_taken(fuzz, known, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    taken = [(name, option) for name in known for option, value in known[name].items() if isinstance(value, Path)]
    assert len(taken) > 10
    for name, option in taken:
        for path in ("\0", "a\0b.csv", "a\0b/c.pptx", "\ud800.zip", "a" * 300 + ".csv", "/dev/full"):
            with pytest.raises(trends.TrendsError):
                fuzz["calls"].call(name, known[name] | {option: path})
    assert list(tmp_path.iterdir()) == []


def test_a_mutant_is_the_same_for_the_same_seed(fuzz):
    content = (FUZZ / "doors.py").read_bytes()
    made = [fuzz["mutants"].mutant(content, seed) for seed in range(50)]
    assert made == [fuzz["mutants"].mutant(content, seed) for seed in range(50)]
    assert len(set(made)) > 35
