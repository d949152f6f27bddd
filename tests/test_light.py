"""What a first import costs: the heavy libraries are loaded by those who use them, and not before."""

import json
import subprocess
import sys
from pathlib import Path

import trends

ROOT = Path(__file__).parents[1]
HEAVY = {"matplotlib", "statsmodels", "scipy", "duckdb", "numba", "jinja2", "typst", "joblib", "openpyxl"}


def heavy_after(program, heavy=HEAVY):
    """Those of some libraries that a program has loaded when it ends."""
    told = f"{program}\nimport json, sys\nprint(json.dumps(sorted(set(sys.modules) & {heavy!r})))"
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_importing_the_facade_loads_no_engine():
    assert heavy_after("import trends") == []


def test_every_name_of_the_facade_is_there():
    assert [name for name in trends.__all__ if getattr(trends, name).__name__ != name] == []
    assert set(trends.__all__) <= set(dir(trends))


def test_help_loads_not_even_pandas():
    program = "import sys\nsys.argv = ['trends', '--help']\nfrom trends.cli import main\n"
    called = "try:\n    main()\nexcept SystemExit:\n    pass"
    assert heavy_after(program + called, HEAVY | {"pandas", "numpy"}) == []


def test_a_check_of_a_study_loads_numpy_and_pandas_alone():
    program = "from trends.cli import main\nmain(['check', 'data/syria', '--quiet'])\nmain(['claims', 'data/iraq'])"
    assert heavy_after(program) == []


def test_a_verdict_loads_no_charts_and_of_scipy_what_loads_fast():
    program = "from trends.cli import main\nmain(['assess', 'data/syria', 'deir-ez-zor-had-most-operations'])"
    heavy = {"matplotlib", "statsmodels", "duckdb", "scipy.stats", "scipy.signal", "scipy.optimize"}
    assert heavy_after(program, heavy) == []


def test_a_report_loads_nothing_of_a_cluster_and_not_all_of_statsmodels():
    program = "import trends.claims.assess, trends.reports.book, trends.reports.cache"
    assert heavy_after(program, {"distributed", "dask", "statsmodels.api"}) == []


def test_a_heavy_import_would_be_seen():
    assert heavy_after("import matplotlib, duckdb") == ["duckdb", "matplotlib"]
