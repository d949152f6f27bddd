"""The verb that tells how large a change counts could have shown."""

import json

import pytest

from trends.claims.examples import example_studies
from trends.cli import main

CLAIM = "attacks-rose-after-drawdown"


@pytest.fixture(scope="module")
def iraq():
    return str(example_studies()["iraq"])


def test_power_tells_how_long_to_wait(iraq, capsys):
    assert main(["power", iraq, CLAIM, "--ratio", "5"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("find a rise to 5.00 times with 80 % power.")
    assert main(["power", iraq, CLAIM, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"curve", "target", "detectable_rise", "detectable_fall", "periods_needed"}
    assert len(told["curve"]) == 17 and told["detectable_rise"] > 1


@pytest.mark.parametrize("ratio", ["0", "-1", "much", "inf", "nan"])
def test_a_ratio_that_is_none_is_refused(iraq, ratio, capsys):
    assert main(["power", iraq, CLAIM, f"--ratio={ratio}"]) == 2
    assert capsys.readouterr() == (
        "",
        f"trends: read the command trends power: found argument --ratio: {ratio!r}, which is no rate ratio above 0, "
        f"such as "
        "1.5; allowed: trends power [-h] [--quiet] [--ratio R] [--out FILE] [--json] study claim; see trends power "
        "--help.\n",
    )
