"""What a fit says of a finding; its sentences in full, and the rulings behind them, are held in test_settling.py."""

from dataclasses import dataclass
from math import inf, log, nextafter
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from trends.chance.answers import ratio_found
from trends.chance.error_rates import error_rates
from trends.chance.evidence import Evidence
from trends.chance.normals import Mixture
from trends.claims.fitted import Fitted, by_a_sharper_turn, by_counters, by_counts, figure_overturned
from trends.claims.links.change import ChangeFound
from trends.claims.links.realised import RealisedFigure
from trends.claims.links.timing import DatedCounts
from trends.claims.quantity import AskedFigure
from trends.claims.records import Record
from trends.claims.verdict import Asserted
from trends.counts.sources import Source


def evidence(unit, estimate, lower, upper):
    return Evidence(quantity="rate", unit=unit, estimate=estimate, lower=lower, upper=upper)


def asked(form):
    return AskedFigure(form, (("2020", "2020"),), (), ("Diyala",), "count", Asserted((0.0, inf)), "so", "n", "so", None)


def test_a_fit_without_more_to_say_leaves_it_to_its_kind_of_link():
    fit, stand = Fitted(), Asserted((1.0, inf))
    assert fit.would_settle(None, stand, None, None) == "" and fit.certain_end(stand, True) is None
    assert fit.would_overturn(stand, evidence("ratio", 2.0, 1.5, 3.0)) is None


@pytest.mark.parametrize("kind", [ChangeFound, RealisedFigure, DatedCounts])
def test_the_fits_that_know_more_say_it_themselves(kind):
    assert issubclass(kind, Fitted) and kind.would_settle is not Fitted.would_settle


@pytest.mark.parametrize(
    ("form", "found", "claimed", "told"),
    [
        ("level", ("count", 566.0, 566.0, inf), (560.0, inf), "if 7 of these 566 were recorded wrongly."),
        ("level", ("count", 566.0, 566.0, inf), (566.0, inf), "if 1 of these 566 was recorded wrongly."),
        ("level", ("count", 1566.0, 1566.0, inf), (565.5, inf), "if 1,001 of these 1,566 were recorded wrongly."),
        ("level", ("count", 3.0, 3.0, inf), (2.0, inf), "if 2 of these 3 were recorded wrongly."),
        ("level", ("count", 3.0, 3.0, inf), (1.0, inf), "only if every one of them was recorded wrongly."),
        ("level", ("count", 1.0, 1.0, inf), (1.0, inf), "only if every one of them was recorded wrongly."),
        ("level", ("count", 566.0, 566.0, inf), (0.0, inf), ""),
        # Above what is claimed, so that it contradicts.
        ("level", ("count", 566.0, 566.0, inf), (0.0, 565.0), "if 1 of these 566 was recorded wrongly."),
        ("level", ("count", 566.0, 566.0, inf), (0.0, nextafter(560.0, 0.0)), "if 7 of these 566 were recorded wrong"),
        ("level", ("count", 566.0, 566.0, inf), (450.0, 550.0), "if 16 of these 566 were recorded wrongly."),
        ("level", ("count", 566.0, 566.0, inf), (0.0, 0.0), "only if every one of them was recorded wrongly."),
        ("share", ("share", 0.3, 0.2, 0.4), (0.0, 0.5), "if incidents there were reported 33 % less than elsewhere."),
        ("share", ("share", 0.8, 0.6, 0.9), (0.5, 0.95), ""),
        ("share", ("share", 0.8, 0.6, 1.0), (0.0, 0.95), ""),
        ("share", ("share", 0.1, 0.0, 0.2), (0.05, 1.0), ""),
        ("share", ("share", 0.8, 0.6, 0.9), (1.0, 1.0), ""),
        ("share", ("share", 0.8, 0.6, 0.9), (0.0, 1.0), ""),
        ("share", ("share", 0.8, 0.6, 0.9), (0.5, 1.0), "if incidents there were reported 50 % more than elsewhere."),
        ("first", ("ratio", 2.0, 1.25, 3.0), (1.0, inf), "if incidents in Diyala were reported 25 % more than in the"),
        ("ratio", ("ratio", 2.0, 1.25, 3.0), (1.0, inf), ""),
    ],
)
def test_each_form_of_a_figure_has_a_bound_of_its_own(form, found, claimed, told):
    says = figure_overturned(asked(form), Asserted(claimed), evidence(*found))
    assert says.startswith(f"It would be overturned {told}") if told else says == ""


def test_a_date_tells_how_often_a_true_turn_is_confirmed():
    counts = pd.Series(np.full(36, 20.0), pd.period_range("2018-01", periods=36, freq="M"))
    twice, thrice = (round(100 * share) for share in error_rates("date", 36, 20.0, "M").power[1:])
    assert by_a_sharper_turn(counts) == (
        "A sharper turn, or a finer count around it. In 36 months of such counts the date of a true doubling is "
        f"confirmed in {twice} of 100 series, and that of a tripling in {thrice}."
    )
    assert twice != thrice


RISE = Asserted((nextafter(1, inf), inf))


def counters_for(*counts, form="ratio", common=0.0, stand=RISE):
    spans = (("2019", "2019"), ("2020", "2020"))
    figure = AskedFigure(form, spans, (), (), "ratio", stand, "so", "n", "so", "rise")
    sources = {name: Source(name, name, "attacks", "IS", "file", "A") for name in "ab"}
    study = SimpleNamespace(country="IQ", sources=sources)
    records = tuple(
        Record(name, title, pair, (), name)
        for name, title, pair in zip("ab", ("The list", "a wire"), counts, strict=False)
    )
    return by_counters(figure, records, common, stand, study)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((300.0, 700.0), "One more counter that recorded what the list did: it would leave "),
        ((300.0, 420.0), "Two more counters that recorded what the list did: they would leave "),
        ((300.0, 368.0), "Five more counters that recorded what the list did: they would leave "),
        ((300.0, 378.0), "Four more counters that recorded what the list did: they would leave "),
        ((300.0, 390.0), "Three more counters that recorded what the list did: they would leave "),
        ((300.0, 340.0), "Nothing within reach. One more counter that recorded what the list did would leave "),
    ],
)
def test_counters_like_the_largest_are_added_until_they_settle_it(counts, told):
    says = counters_for(counts, (8.0, 12.0))
    assert says.startswith(told)
    if told.startswith("Nothing"):
        assert says.endswith(", and five of them would not settle it.")
    else:
        low, high = says.removeprefix(told).removesuffix(".").split(" to ")
        assert 1 < float(low) < counts[1] / counts[0] < float(high)
    # What none of a kind would show, none of them together will.
    assert counters_for(counts, common=0.8).endswith("five of them would not settle it.")


def test_the_largest_counter_is_named_whichever_stands_first():
    assert " what a wire did" in counters_for((8.0, 12.0), (300.0, 700.0))
    assert counters_for((8.0,), form="level") == "A list of 2020 by the same rule that is known to be complete."


@dataclass(frozen=True)
class Counts:
    """A checked series of which only the counts matter."""

    counts: np.ndarray


@dataclass(frozen=True)
class Question:
    """An effect that is known the better the more was counted: the error of a log ratio over the root of the sum."""

    counts: pd.Series
    series: Counts
    stand: Asserted
    ratio: float

    def effect(self):
        width = np.array([1 / self.series.counts.sum() ** 0.5])
        return SimpleNamespace(ratio=ratio_found(Mixture(np.array([1.0]), np.array([log(self.ratio)]), width)))


def question(ratio, total, freq="M"):
    counts = pd.Series(np.full(4, total / 4), pd.period_range("2018-01", periods=4, freq=freq))
    return Question(counts, Counts(counts.to_numpy()), RISE, ratio)


OPEN = SimpleNamespace(checks=[])
NOT = "A counter that recorded twice as many in the same course would not settle it."


@pytest.mark.parametrize(
    ("ratio", "total", "settles"),
    # Twice as many have an error of 1 / 14.1 in place of 1 / 10; 1.645 errors make it sure.
    [(1.15, 100, True), (1.11, 100, False), (1 / 1.15, 100, True), (1 / 1.11, 100, False), (1.15, 60, False)],
)
def test_a_fuller_count_of_the_same_course_settles_it_where_its_error_is_small_enough(ratio, total, settles):
    told = by_counts(OPEN, question(ratio, total), None)
    if not settles:
        assert told == NOT
        return
    low, high = (ratio * np.exp(z * 1.96 / (2 * total) ** 0.5) for z in (-1, 1))
    assert told == (
        f"A counter that recorded twice as many in the same course: it would leave {low:.2f} to {high:.2f}."
    )


def test_where_a_fuller_count_would_not_a_wait_may_settle_it():
    asked = []

    def wait(needed):
        return lambda noun: asked.append(noun) or (needed, "So many more.")

    assert by_counts(OPEN, question(1.11, 100), wait(7)) == f"So many more. {NOT}"
    assert by_counts(OPEN, question(1.11, 100), wait(0)) == f"So many more. {NOT}"
    assert by_counts(OPEN, question(1.11, 100, "Q"), wait(None)) == f"Nothing within reach. {NOT} So many more."
    assert asked == ["month", "month", "quarter"]
    # Nobody waits for what a fuller count settles.
    assert "twice as many in the same course:" in by_counts(OPEN, question(1.15, 100), wait(7)) and len(asked) == 3


def test_counts_that_a_check_withholds_are_not_settled_by_more_of_them():
    checks = [SimpleNamespace(name=name, withholds=name != "size") for name in ("size", "other ways", "third")]
    finding = SimpleNamespace(checks=checks)
    made = SimpleNamespace(counts=pd.Series([1.0], pd.period_range("2018-01", periods=1, freq="M")), stand=None)
    assert by_counts(finding, made, None) == "Counts that pass the check “other ways”."
