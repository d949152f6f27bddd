"""A bounded run of real kills; `python3 dev.py kills --number 1000` makes more, over reports and archives too."""

import importlib
import random
from pathlib import Path

import pytest


@pytest.mark.parametrize("verb", ["count", "new", "seal"])
def test_a_kill_at_any_moment_tears_nothing_and_leaves_nothing(verb, monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "fuzz"))
    assert importlib.import_module("kills").faults_of(verb, 2, random.Random(1), tmp_path) == []
