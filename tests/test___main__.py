import subprocess
import sys
from pathlib import Path

import pytest

import trends

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("typed", "code", "out", "err"),
    [
        (["--version"], 0, f"trends {trends.__version__}\n", ""),
        (
            ["schema", "nothing"],
            2,
            "",
            "trends: read the command trends schema: found argument",
        ),
    ],
)
def test_the_module_runs_the_command_line_and_ends_in_its_code(typed, code, out, err):
    done = subprocess.run([sys.executable, "-m", "trends", *typed], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (code, out)
    assert done.stderr.startswith(err) and "Traceback" not in done.stderr
