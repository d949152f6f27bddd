"""The season of the counts, told: whether months differ, what recurs by the calendar, and what no count can part."""

import numpy as np
import pandas as pd
import pytest

from trends import drawing, periods
from trends.counts.panel import Panel
from trends.reports.season import has_season, p_in_words, season_told

MONTHS = periods.span("2013-01", "2020-12", "M")
HARVEST = [(f"{year}-04-01", f"{year}-06-30") for year in range(2013, 2021)]


def panel(rate, index=MONTHS, seed=1):
    counts = np.random.default_rng(seed).poisson(np.broadcast_to(rate, len(index)))
    return Panel(pd.DataFrame({"Diyala": counts.astype(float)}, index=index), source="a made file", unit="attacks")


def told(made, calendar=None):
    return season_told(made, made.total(), calendar)


def test_a_season_is_found_where_there_is_one_and_not_where_there_is_none():
    summer = panel(40 * np.exp(0.5 * np.cos(2 * np.pi * (MONTHS.month - 7) / 12)))
    text, table, chart = told(summer)
    assert text[0].startswith("The months differ (joint test, p")
    assert "in July" in text[0] or "in August" in text[0] or "in June" in text[0]
    assert table.rows[0][0].startswith("Season, ") and table.rows[0][2] == "–"
    drawing.close(chart())
    assert has_season(summer.total(), None)
    flat = panel(40)
    assert told(flat)[0][0].startswith("That the months differ is not shown") and not has_season(flat.total(), None)


def test_an_entry_made_of_whole_months_is_told_as_the_only_season_or_not_at_all():
    text, table, _ = told(panel(30), {"harvest": HARVEST})
    words = next(each for each in text if each.startswith("Harvest cannot be told apart from April, May and June"))
    assert "If it were the only season, a month that is all harvest would have " in words
    assert [row[0] for row in table.rows][1:] == ["harvest, as the only season"]


def test_an_entry_that_fills_no_month_says_that_it_extrapolates():
    ramadan = periods.ramadan_shares(MONTHS)
    text, _, _ = told(panel(40 * np.exp(0.6 * ramadan)), {"ramadan": None})
    assert "A month that is all Ramadan would have " in text[1]
    assert "This extrapolates: at most " in text[1] or ramadan.max() >= 1


def test_a_calendar_is_told_by_quarters_too_and_by_months_alone_where_the_counts_are_of_quarters():
    months = panel(40)
    assert [row[0] for row in told(months, {"ramadan": None})[1].rows][1:] == ["Ramadan", "Ramadan, by quarters"]
    quarters = months.to("Q")
    assert [row[0] for row in told(quarters, {"ramadan": None})[1].rows][1:] == ["Ramadan"]


@pytest.mark.parametrize("value, words", [(0.234, "p = 0.23"), (0.0123, "p = 0.012"), (1e-9, "p below 0.001")])
def test_a_pvalue_stands_in_a_sentence(value, words):
    assert p_in_words(value) == words
