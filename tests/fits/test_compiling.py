import numpy as np

from trends.fits import compiling
from trends.fits.compiling import Compiled


def total(values):
    found = 0.0
    for each in values:
        found += each
    return found


def test_a_compiled_function_finds_what_its_lines_find_and_is_kept_on_disk():
    fast = Compiled(total)
    assert fast(np.array([1.0, 2.0, 4.0])) == fast.py_func(np.array([1.0, 2.0, 4.0])) == 7.0
    assert fast.ready.stats.cache_path is not None


def test_where_no_folder_can_be_written_it_is_compiled_each_time(monkeypatch):
    real = compiling.njit

    def without_folder(*function, cache=False, **options):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return real(*function, **options)

    monkeypatch.setattr(compiling, "njit", without_folder)
    fast = Compiled(total)
    assert fast(np.array([1.0, 2.0])) == 3.0
    assert fast.ready.stats.cache_path is None


def test_a_division_by_zero_is_that_of_arrays():
    fast = Compiled(lambda x: 1.0 / x)
    assert fast(0.0) == np.inf
