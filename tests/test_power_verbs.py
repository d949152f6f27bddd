"""The verbs that tell what the test of a claim is worth."""

import json

import pytest

from trends.claims.examples import example_studies
from trends.cli import main

CLAIM = "attacks-rose-after-drawdown"


@pytest.fixture(scope="module")
def iraq():
    return str(example_studies()["iraq"])


def test_power_tells_how_long_to_wait(iraq, capsys):
    assert main(["power", iraq, CLAIM, "--panels", "40", "--ratio", "5"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("find a rise to 5.00 times with 80 % power.")
    assert main(["power", iraq, CLAIM, "--panels", "40", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"curve", "target", "detectable_rise", "detectable_fall", "periods_needed"}
    assert len(told["curve"]) == 11 and told["periods_needed"] is None


def test_calibrate_tells_false_alarms_and_coverage_and_draws_them(iraq, tmp_path, capsys):
    chart = tmp_path / "rates.png"
    assert main(["calibrate", iraq, CLAIM, "--panels", "40", "--out", str(chart)]) == 0
    found, held = capsys.readouterr().out.splitlines()
    assert found.startswith("Of 40 simulated panels with no change, the test finds one in ")
    assert held.startswith("Its 95 % interval holds the truth in ")
    assert chart.read_bytes().startswith(b"\x89PNG")
    assert main(["calibrate", iraq, CLAIM, "--panels", "40", "--ratio", "3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["panels"], told["refused"], told["ratio"]) == (40, 0, 3.0)
    assert told["coverage"] > 0.8


@pytest.mark.parametrize("ratio", ["0", "-1", "much", "inf", "nan"])
def test_a_ratio_that_is_none_is_refused(iraq, ratio, capsys):
    with pytest.raises(SystemExit) as left:
        main(["calibrate", iraq, CLAIM, f"--ratio={ratio}"])
    assert left.value.code == 2
    assert f"found {ratio!r}; allowed: a rate ratio above 0, such as 1.5" in capsys.readouterr().err
