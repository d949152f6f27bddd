"""Which records enter a figure, and how sure a ruling on it has to be."""

from dataclasses import replace
from itertools import pairwise
from math import exp, inf, log, nextafter
from types import SimpleNamespace

import pytest
from scipy.stats import norm

from trends.chance.drift import DriftProcess
from trends.chance.shares import chance_of_most, realised_share
from trends.claims.quantity import AskedFigure
from trends.claims.records import Record
from trends.claims.together import Weighing, entered_records
from trends.claims.verdict import Asserted
from trends.counts.sources import MeasurementBreak, Source


def weighing(form, claimed=(0.5, inf), unit="ratio", rules=()):
    asked = SimpleNamespace(form=form, stand=Asserted(claimed), unit=unit)
    sources = {name: SimpleNamespace(rule=rule) for name, rule in rules}
    return Weighing(asked, SimpleNamespace(sources=sources), None, 0.0)


def record(name, *counts, origin="", places=()):
    return Record(name, name.title(), counts, places, origin or name)


@pytest.mark.parametrize(
    ("claimed", "unit", "level"),
    [
        ((1.1, inf), "ratio", 0.90),
        ((0.0, 0.9), "ratio", 0.90),
        ((0.9, 1.1), "ratio", 0.95),
        ((0.5, 1.0), "share", 0.90),
        ((0.3, 0.4), "share", 0.95),
    ],
)
def test_what_is_claimed_on_one_side_is_ruled_on_that_side(claimed, unit, level):
    assert weighing("share", claimed, unit).level == level


def test_of_each_origin_the_largest_enters_and_one_that_counted_nothing_does_not():
    small, large, other, none = (
        record("a", 3.0, 10.0, origin="list"),
        record("b", 9.0, 30.0, origin="list"),
        record("c", 1.0, 4.0),
        record("d", 0.0, 0.0),
    )
    entered, left = entered_records([small, large, other, none], weighing("share", unit="share"), "a")
    assert entered == [large, other] and left == [none]


def test_places_are_compared_in_the_order_of_the_first():
    own = record("a", 5.0, 2.0, places=("Diyala", "Anbar"))
    wider = record("b", 1.0, 7.0, 9.0, places=("Kirkuk", "Anbar", "Diyala"))
    without = record("c", 4.0, 4.0, places=("Kirkuk", "Diyala"))
    entered, _ = entered_records([own, wider, without], weighing("first"), "a")
    assert [each.counts for each in entered] == [(5.0, 2.0), (9.0, 7.0)]


def test_a_level_is_held_against_counters_of_its_own_rule():
    records = [record("a", 5.0), record("b", 50.0), record("c", 8.0)]
    rules = (("a", "deaths"), ("b", "attacks"), ("c", "deaths"))
    entered, left = entered_records(records, weighing("level", rules=rules), "a")
    assert entered == [records[0], records[2]] and left == [records[1]]
    # Where none has it, what there is stands.
    alone, _ = entered_records(records[1:2], weighing("level", rules=rules), "a")
    assert alone == [records[1]]


# Counters that see the same share at all times: what is left is the chance of the counts.
STILL = DriftProcess(sigma=0.0, length=30.0, month=0.0, nu=inf, exponent=0.0, size=30.0)
YEARS = (("2018", "2018"), ("2019", "2019"), ("2020", "2020"))


def weighed(form, claimed, unit, spans=YEARS[:2], direction=None, breaks=(), common=0.0):
    asked = AskedFigure(form, spans, (), ("Diyala",), unit, Asserted(claimed), "so", "figure", "so", direction)
    sources = {
        name: Source(name, name.title(), "attacks", "IS", "file", "A file", breaks=breaks if name == "b" else ())
        for name in "abc"
    }
    return Weighing(asked, SimpleNamespace(sources=sources), STILL, common)


def of_counts(before, after, level):
    """The ends of a ratio of two large counts by a normal on the log scale, and its standard deviation."""
    sd = (1 / before + 1 / after) ** 0.5
    reach = norm.ppf((1 + level) / 2) * sd
    return after / before * exp(-reach), after / before, after / before * exp(reach), sd


def test_a_ratio_is_that_of_the_counts_with_their_chance_where_no_counter_drifts():
    found = weighed("ratio", (1.4, inf), "ratio").evidence([record("a", 400, 600)])
    low, middle, high, sd = of_counts(400, 600, 0.90)
    assert (found.lower, found.estimate, found.upper) == pytest.approx((low, middle, high), rel=1e-2)
    assert found.supported == pytest.approx(norm.cdf(log(1.5 / 1.4) / sd), abs=0.02)
    assert (found.quantity, found.unit, found.level, found.nobs, found.counted_in) == (
        "realised figure", "ratio", 0.90, 1, "source",
    )  # fmt: skip
    assert (found.null, found.alternative) == ("It was as the claim says.", "It was otherwise.")
    assert found.method == "Posterior over the counters, one of each origin, with chance and the drift of each."
    both = weighed("ratio", (1.4, 1.6), "ratio").evidence([record("a", 400, 600), record("c", 400, 600)])
    low, middle, high, _ = of_counts(800, 1200, 0.95)
    assert (both.lower, both.estimate, both.upper) == pytest.approx((low, middle, high), rel=1e-2)
    assert both.nobs == 2


@pytest.mark.parametrize(
    ("direction", "counts", "weakest"),
    [
        ("rise", (400, 600, 700), (600, 700)),
        ("rise", (400, 500, 800), (400, 500)),
        ("no fall", (400, 600, 700), (600, 700)),
        ("fall", (700, 600, 400), (700, 600)),
        ("no rise", (700, 500, 450), (500, 450)),
    ],
)
def test_of_every_step_the_weakest_is_told_with_its_share_of_the_doubt(direction, counts, weakest):
    falls = direction in ("fall", "no rise")
    claimed = (0.0, 0.8) if falls else (1.2, inf)
    found = weighed("every", claimed, "ratio", YEARS, direction).evidence([record("a", *counts)])
    low, middle, high, _ = of_counts(*weakest, 0.95)
    assert (found.lower, found.estimate, found.upper) == pytest.approx((low, middle, high), rel=1e-2)
    assert found.level == 0.90
    # What each step lacks of certainty is added up.
    chances = []
    for before, after in pairwise(counts):
        _, ratio, _, sd = of_counts(before, after, 0.9)
        chances.append(norm.cdf((log(ratio / 1.2) if not falls else log(0.8 / ratio)) / sd))
    assert found.supported == pytest.approx(max(0.0, sum(chances) - 1), abs=0.02)


def test_the_weakest_step_is_the_one_whose_interval_reaches_farthest_back():
    rising = weighed("every", (1.0, inf), "ratio", YEARS, "rise").evidence([record("a", 40, 60, 87)])
    assert rising.estimate == pytest.approx(60 / 40, rel=0.025)
    falling = weighed("every", (0.0, 1.0), "ratio", YEARS, "fall").evidence([record("a", 87, 60, 40)])
    assert falling.estimate == pytest.approx(40 / 60, rel=0.025)


def test_a_share_is_that_of_the_part_in_the_whole_over_all_counters():
    records = [record("a", 30, 100), record("b", 45, 90)]
    found = weighed("share", (0.3, 0.5), "share").evidence(records)
    posterior = realised_share({"A": (30, 100), "B": (45, 90)})
    assert (found.lower, found.estimate, found.upper) == posterior.interval(0.95)
    assert found.supported == posterior.between(0.3, 0.5) and (found.unit, found.nobs) == ("share", 2)
    assert found.method == (
        "Posterior over the counters, one of each origin, with chance and each counter's unequal view of provinces."
    )


def test_a_first_place_is_held_against_the_next_by_the_counters_shares():
    # By the number of incidents the second place is the next, by the counters' shares the third.
    small, large = record("a", 50, 10, 40), record("b", 500, 300, 200)
    found = weighed("first", (nextafter(1, inf), inf), "ratio").evidence([small, large])
    low, middle, high = realised_share({"A": (50, 90), "B": (500, 700)}).interval(0.90)
    odds = (low / (1 - low), middle / (1 - middle), high / (1 - high))
    assert (found.lower, found.estimate, found.upper) == pytest.approx(odds)
    assert found.supported == chance_of_most({"A": small.counts, "B": large.counts})[0]
    assert found.method.endswith("each counter's unequal view of provinces.")
    # A counter that has neither of the two tells nothing of them.
    other = weighed("first", (nextafter(1, inf), inf), "ratio").evidence([small, record("b", 0, 7, 0)])
    assert other.estimate < realised_share({"A": (50, 90)}).interval(0.90)[1] / 0.4


def test_a_level_is_at_least_what_the_largest_counter_recorded():
    found = weighed("level", (500.0, inf), "count").evidence([record("a", 480), record("b", 566)])
    assert (found.estimate, found.lower, found.upper, found.level, found.supported) == (566, 566, inf, 1.0, None)
    assert found.method == (
        "An undercount can only be added to, false entries aside: what was recorded is the least that happened."
    )
    assert found.nobs == 2


UNKNOWN = (MeasurementBreak("2019-07", "it counts otherwise"),)


def test_a_counter_that_changed_how_it_counts_enters_no_ratio_across_the_change():
    plain, broken = record("a", 10, 20, 30), record("b", 20, 40, 60)
    assert entered_records([plain, broken], weighed("ratio", (1, inf), "ratio", breaks=UNKNOWN), "a") == (
        [plain], [broken],
    )  # fmt: skip
    across = weighed("ratio", (1, inf), "ratio", breaks=UNKNOWN)
    assert [each.name for each in across.counters([plain, broken])] == ["A"]
    steps = weighed("every", (1, inf), "ratio", YEARS, "rise", UNKNOWN)
    assert [each.name for each in steps.counters([plain, broken], 1, 2)] == ["A"]
    assert entered_records([plain, broken], steps, "a") == ([plain], [broken])
    for first in ("2018-07", "2020-07"):
        one_step = weighed("every", (1, inf), "ratio", YEARS, "rise", (replace(UNKNOWN[0], first=first),))
        assert entered_records([plain, broken], one_step, "a") == ([plain], [broken])
    told = {each: weighed(each, (0, inf), "count", breaks=UNKNOWN) for each in ("share", "level")}
    assert all(entered_records([plain, broken], each, "a") == ([plain, broken], []) for each in told.values())


@pytest.mark.parametrize(
    ("form", "counts", "enters"),
    [
        ("ratio", (0, 0), False),
        ("ratio", (0, 1), True),
        ("share", (0, 0), False),
        ("share", (0, 1), True),
        ("first", (0, 0), False),
        ("first", (0, 1), True),
        ("first", (1, 0), True),
        ("level", (0,), True),
        ("every", (0, 0, 0), True),
    ],
)
def test_what_recorded_nothing_at_all_tells_only_levels_and_steps(form, counts, enters):
    asked = weighed(form, (1, inf), "ratio", YEARS[: len(counts)])
    empty = record("a", *counts, places=("Diyala", "Anbar") if form == "first" else ())
    assert entered_records([empty], asked, "a") == (([empty], []) if enters else ([], [empty]))


def test_of_two_records_of_one_origin_that_are_as_large_the_first_enters():
    one, other = record("a", 3.0, origin="list"), record("b", 3.0, origin="list")
    assert entered_records([one, other], weighed("level", (0, inf), "count"), "a") == ([one], [])
    larger = replace(other, counts=(4.0,))
    assert entered_records([one, larger], weighed("level", (0, inf), "count"), "a") == ([larger], [])
