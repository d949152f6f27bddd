"""What a fit says of a finding; its sentences in full, and the rulings behind them, are held in test_settling.py."""

from math import inf
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from trends.chance.evidence import Evidence
from trends.claims.fitted import Fitted, by_a_sharper_turn, by_counts, figure_overturned
from trends.claims.links.change import ChangeFound
from trends.claims.links.realised import RealisedFigure
from trends.claims.links.timing import DatedCounts
from trends.claims.quantity import AskedFigure
from trends.claims.verdict import Asserted


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
        ("level", ("count", 566.0, 566.0, inf), (0.0, inf), ""),
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
    assert by_a_sharper_turn(counts).startswith(
        "A sharper turn, or a finer count around it. In 36 months of such counts the date of a true doubling is "
    )


def test_counts_that_a_check_withholds_are_not_settled_by_more_of_them():
    finding = SimpleNamespace(checks=[SimpleNamespace(name="other ways", withholds=True)])
    made = SimpleNamespace(counts=pd.Series([1.0], pd.period_range("2018-01", periods=1, freq="M")), stand=None)
    assert by_counts(finding, made, None) == "Counts that pass the check “other ways”."
