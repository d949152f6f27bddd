import numpy as np
import pandas as pd
import pytest

from trends.counts.panel import Panel
from trends.errors import ModelError
from trends.models.provinces.displacement import displacement
from trends.periods import span

NAMES = [f"Province {n}" for n in range(1, 11)]
RING = pd.DataFrame(0, index=NAMES, columns=NAMES)
for _n in range(10):
    RING.iloc[_n, (_n + 1) % 10] = RING.iloc[(_n + 1) % 10, _n] = 1
AT = 36


def operation(here=1.0, beside=1.0, rng=0, base=8.0):
    """Counts on a ring of ten provinces; an operation in the third multiplies its rate and that of its neighbours."""
    rng = np.random.default_rng(rng)
    counts = np.full((72, 10), base)
    for t in range(1, 72):
        mean = 0.7 * base + 0.3 * counts[t - 1]
        if t >= AT:
            mean = mean * np.array([1, beside, here, beside, *[1] * 6])
        counts[t] = rng.poisson(mean)
    return Panel(pd.DataFrame(counts, span("2015-01", "2020-12", "M"), NAMES))


def found(**options):
    return displacement(operation(**options), RING, "Province 3", "2018-01", draws=39, trend=2)


def test_a_fall_with_a_rise_next_door_is_told_as_displaced():
    result = found(here=0.5, beside=1.4)
    assert result.answer == "displaced" and result.neighbours == ["Province 2", "Province 4"]
    assert result.ratios.loc["here", "lower"] < 0.5 < result.ratios.loc["here", "upper"]
    assert result.ratios.loc["next door", "lower"] < 1.4 < result.ratios.loc["next door", "upper"]
    assert "not to be read as an effect" in str(result)


def test_a_fall_alone_is_not_told_as_displaced():
    assert found(here=0.5).answer == "cannot tell"


def test_a_fall_in_both_is_told_as_such():
    assert found(here=0.5, beside=0.6).answer == "fell together"


def test_without_a_fall_there_is_nothing_to_displace():
    result = found(beside=1.4)
    assert result.answer == "no fall" and "nothing that could have been displaced" in str(result)


def test_what_was_moved_adds_up_to_nothing():
    net = found(here=0.4, beside=1.3).changes.loc["sum"]
    # Given the month before: -0.6 of about 5.6 + 0.3 * 3 here, +0.3 of about 8 in each of two neighbours.
    assert net["lower"] < 0.9 < net["upper"] and net["upper"] - net["lower"] < 6


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"at": "2015-01"},
            "look for displacement: found 2015-01 to 2020-12; allowed: a span that begins after 2015-02",
        ),
        ({"at": "2018-01", "last": "2017-01"}, "found 2018-01 to 2017-01"),
        ({"neighbours": RING * 0, "at": "2018-01"}, "found no incident in any neighbour in any period before"),
    ],
)
def test_bad_input_is_refused_in_words(change, message):
    options = {"neighbours": RING, **change}
    with pytest.raises(ModelError) as error:
        displacement(operation(), options.pop("neighbours"), "Province 3", **options, relative=False)
    assert message in str(error.value)
