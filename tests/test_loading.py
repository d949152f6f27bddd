"""What is loaded at its first use, and not before."""

import json
import subprocess
import sys
from copy import copy
from pathlib import Path

import pytest

from trends.loading import later

ROOT = Path(__file__).parents[1]


def test_a_module_is_loaded_at_its_first_use_and_not_when_it_is_named_or_looked_over():
    program = """
import json, sys
from trends.loading import later
colours = later("colorsys")
repr(colours), hasattr(colours, "__wrapped__")
before = "colorsys" in sys.modules
colours.rgb_to_hsv(1, 0, 0)
print(json.dumps([before, "colorsys" in sys.modules]))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [False, True]


def test_what_stands_for_a_function_or_class_is_called_like_it():
    assert later("math.comb")(5, 2) == 10
    assert later("fractions.Fraction")(numerator=1, denominator=2) == 0.5
    assert later("math").pi == later("math.pi").real


def test_what_is_not_there_is_told_as_python_tells_it():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        later("math").nothing()
    with pytest.raises(ModuleNotFoundError, match="no_such_package"):
        later("no_such_package.part").attribute()


def test_it_says_what_it_stands_for_and_can_be_copied():
    assert repr(copy(later("scipy.stats"))) == "later('scipy.stats')"
