import re

import numpy as np
import pandas as pd
import pytest

from trends import drawing, periods
from trends.charts.wording import pvalue
from trends.counts.panel import Panel
from trends.models.changepoints.model import ChangepointModel
from trends.models.joinpoints.model import JoinpointModel
from trends.models.seasonality import SeasonalModel
from trends.reports.course import _yearly, course
from trends.reports.season import p_in_words

MONTHS = periods.span("2013-01", "2020-12", "M")
HARVEST = [(f"{year}-04-01", f"{year}-06-30") for year in range(2013, 2021)]
FAST = {"permutations": 99}


def made_panel(rates, index=MONTHS, seed=0):
    rng = np.random.default_rng(seed)
    counts = {name: rng.poisson(np.broadcast_to(rate, len(index))) for name, rate in rates.items()}
    return Panel(pd.DataFrame(counts, index=index).astype(float), source="a made file", unit="attacks")


def told(panel, calendar=None, **options):
    aspects, draw = course(panel, "A made file", calendar, **(FAST | options))
    return {aspect.heading: aspect for aspect in aspects}, draw


@pytest.fixture(scope="module")
def stepped():
    """A fall to a third with January 2018 in two provinces of three, Ramadan half as much again, a summer peak."""
    common = np.exp(0.5 * periods.ramadan_shares(MONTHS) + 0.4 * np.cos(2 * np.pi * (MONTHS.month - 7) / 12))
    fall = np.where(MONTHS >= pd.Period("2018-01", "M"), 1 / 3, 1.0)
    rates = {"Diyala": 30 * common * fall, "Kirkuk": 20 * common * fall, "Anbar": 12 * common}
    return made_panel(rates)


@pytest.fixture(scope="module")
def of_stepped(stepped):
    return told(stepped, {"ramadan": None, "harvest": HARVEST})


def test_a_fall_of_the_level_is_told_with_its_date_its_rates_and_the_provinces(stepped, of_stepped):
    regimes = of_stepped[0]["Regimes"]
    fit = ChangepointModel(stepped.total(), seasons=True).fit()
    assert [periods.label_of(when) for when in fit.breaks] == ["2018-01"]
    rates = fit.segments["rate"]
    assert regimes.text[0].startswith(
        "The level changed once from January 2013 to December 2020. From January 2018 (95 %"
    )
    assert (
        f"there were {rates[1]:.1f} attacks a month, {rates[1] / rates[0]:.2f} times the {rates[0]:.1f} before."
        in (regimes.text[0])
    )
    assert regimes.text[0].endswith("The season told below is taken out.")
    assert [row[:2] for row in regimes.table.rows] == [("2013-01", "2017-12"), ("2018-01", "2020-12")]
    assert regimes.text[-1].endswith("The season is not taken out there, which can hide changes.")


def test_provinces_that_changed_together_are_named_with_the_size_of_the_change():
    fall = np.where(MONTHS >= pd.Period("2018-01", "M"), 1 / 3, 1.0)
    words = told(made_panel({"Diyala": 30 * fall, "Kirkuk": 20 * fall, "Anbar": 12.0}))[0]["Regimes"].text[-1]
    assert words.startswith("The provinces share 1 date of change (probability ")
    assert re.search(r"January 2018: Diyala \(0\.3\d times\) and Kirkuk \(0\.3\d times\)\.$", words)


def test_criteria_that_do_not_agree_are_named():
    level = np.where(MONTHS >= pd.Period("2018-01", "M"), 12.0, 12 * 1.3)
    words = told(made_panel({"Diyala": level}, seed=4))[0]["Regimes"].text[1]
    assert words.startswith(
        "The criteria do not agree on the number of changes (BIC 1, modified BIC 0, the calibrated penalty 1, the "
        "posterior 1): the calibrated penalty is followed"
    )


def test_a_steady_fall_is_told_a_year_with_its_interval():
    years = np.arange(96) / 12
    panel = made_panel({"Diyala": 60 * np.exp(-0.3 * years), "Kirkuk": 30 * np.exp(-0.3 * years)})
    fit = JoinpointModel(panel.total(), max_joinpoints=2).fit()
    trend, parting = (told(panel)[0][name] for name in ("Trend", "One province against the others"))
    words = trend.text[0].replace("\u00a0", " ")
    assert words == (
        f"Since January 2013 the counts have been falling by {-fit.apc['apc'][1]:.0f} % a year (95 % interval of the "
        f"yearly change −{-fit.apc['lower'][1]:.0f} to −{-fit.apc['upper'][1]:.0f} %)."
    )
    assert trend.text[1].startswith("No turn of the trend is beyond chance. At most 2 turns were looked for")
    assert fit.apc["lower"][1] < 100 * np.expm1(-0.3) < fit.apc["upper"][1]
    assert "is not shown to have parted from that of all others" in parting.text[0]


def test_a_growth_of_thousands_of_percent_is_told_as_a_factor():
    years = np.arange(96) / 12
    panel = made_panel({"Diyala": np.exp(2.6 * np.minimum(years, 3)), "Kirkuk": np.exp(2.6 * np.minimum(years, 3))})
    trend = told(panel)[0]["Trend"]
    assert trend.table.columns[3] == "Times a year" and trend.table.caption == "Change a year"
    assert float(trend.table.rows[0][3]) > 10 and trend.table.rows[1][3] == "1.00"
    row = pd.Series({"lower": 900.0, "upper": 31_881.0})
    assert _yearly(5_000.0, row, "rising", "falling") == (
        "rising 51.0 times a year (95 % interval of the yearly factor 10.0 to 320)"
    )
    row["lower"] = -50.0
    assert _yearly(5_000.0, row, "rising", "falling").startswith(
        "neither clearly rising nor falling: 51.0 times a year"
    )


def test_counts_without_a_change_are_told_as_such():
    aspects, _ = told(made_panel({"Diyala": 8.0, "Kirkuk": 5.0}))
    assert aspects["Regimes"].text[0].startswith("No change of level from January 2013 to December 2020 is beyond what")
    assert "The provinces share no date of change" in aspects["Regimes"].text[-1]
    assert "have been neither clearly rising nor falling: " in aspects["Trend"].text[0]
    assert aspects["Season"].text[0].startswith("That the months differ is not shown (joint test, p")


def test_the_season_and_ramadan_are_told_by_month_and_by_quarter(stepped, of_stepped):
    season = of_stepped[0]["Season"]
    fit = SeasonalModel(stepped.total(), calendar=["ramadan"], trend=4).fit()
    assert season.text[0].startswith(f"The months differ (joint test, {p_in_words(fit.season_test.pvalue)})")
    ratio = fit.calendar.loc["ramadan"]
    assert ratio["lower"] < np.exp(0.5) < ratio["upper"]
    assert (
        f"A month that is all Ramadan would have {ratio['ratio']:.2f} (95 % interval {ratio['lower']:.2f} to "
        f"{ratio['upper']:.2f}) times the rate of one without it" in season.text[1]
    )
    by_quarter = next(words for words in season.text if words.startswith("By quarters, one that is all Ramadan"))
    assert "Ramadan can hardly be told apart from quarter 2 in these counts." in by_quarter
    rows = {row[0]: row[1:] for row in season.table.rows}
    assert rows["Ramadan"] == (
        f"{ratio['ratio']:.2f}",
        f"{ratio['lower']:.2f} to {ratio['upper']:.2f}",
        pvalue(ratio["pvalue"]),
    )


def test_what_stands_for_whole_months_is_not_told_apart_from_them(of_stepped):
    season = of_stepped[0]["Season"]
    start = "Harvest cannot be told apart from April, May and June: it is made up of them."
    words = next(each for each in season.text if each.startswith(start))
    assert "If it were the only season, a month that is all harvest would have " in words
    assert "harvest" not in [row[0] for row in season.table.rows]


def test_a_province_that_rises_while_the_others_fall_has_parted():
    years = np.arange(96) / 12
    panel = made_panel({"Anbar": 40 * np.exp(-0.3 * years), "Diyala": 4 * np.exp(0.3 * years), "Wasit": 0.2})
    parting = told(panel)[0]["One province against the others"]
    assert parting.text[0].startswith("The trend of Diyala, which has the most attacks of the last 2 years (")
    assert "), parted from that of all others together" in parting.text[0]
    before, since = map(
        int, re.search(r"was (\d+)\u00a0% before and (\d+)\u00a0% since January 2019", parting.text[0]).groups()
    )
    assert since > before + 30


def test_charts_name_their_source_n_and_unit(of_stepped):
    aspects, draw = of_stepped
    assert list(draw) == ["course-regimes", "course-trend", "course-season"]
    assert [aspect.chart and aspect.chart.name for aspect in aspects.values()] == [*draw, None]
    for name, plot in draw.items():
        ax = plot()
        assert ax.get_title(loc="left").endswith(", A made file")
        assert ax.get_xlabel().startswith("Source: a made file. n = 96 months, ")
        assert ax.get_ylabel() == ("rate, the average being 1" if name == "course-season" else "attacks a month")
        drawing.close(ax)


def test_what_cannot_be_fitted_is_said_and_not_raised():
    aspects, draw = told(made_panel({"Diyala": 5.0}, index=MONTHS[:6]))
    assert not draw
    assert aspects["Regimes"].text[0].startswith("The counts are too few, or of another kind")
    assert not any("Found" in text for aspect in aspects.values() for text in aspect.text)
    assert aspects["One province against the others"].text[0].startswith("No province has incidents enough of late")


def test_a_parting_is_held_against_the_choice_of_the_province():
    parting = told(made_panel({f"province {n}": 3.0 for n in range(18)}, seed=5))[0]["One province against the others"]
    p = float(re.search(r"own, has p = ([\d.]+)", parting.text[0])[1])
    corrected = re.search(r"chosen out of 18 .* has p = ([\d.]+)\.$", parting.text[1])[1]
    assert 0.01 < p < 1 and float(corrected) == pytest.approx(min(1.0, 18 * p), abs=0.1)
    assert ("is not shown to have parted" in parting.text[0]) == (float(corrected) >= 0.05)


def test_counts_of_a_few_events_are_told_without_a_warning():
    aspects, draw = told(made_panel({"Diyala": 0.02, "Kirkuk": 0.02}), {"ramadan": None})
    assert "That the months differ is not shown" in aspects["Season"].text[0]
    for plot in draw.values():
        drawing.close(plot())


def test_a_total_that_was_never_watched_alike_has_no_course():
    counts = made_panel({"Diyala": 5.0, "Kirkuk": 5.0}).counts.copy()
    counts.iloc[:, 0] = np.nan
    aspects, draw = told(Panel(counts))
    assert list(aspects) == ["All provinces together"] and not draw


def test_no_trend_is_told_of_less_than_two_years():
    trend = told(made_panel({"Diyala": 5.0, "Kirkuk": 5.0}, index=MONTHS[:23]))[0]["Trend"]
    assert trend.text == ("The counts span less than two years, which is too short to tell a trend from.",)


def test_years_have_no_season_and_quarters_are_not_told_twice():
    yearly, _ = told(made_panel({"Diyala": 5.0, "Kirkuk": 9.0}, index=periods.span("1990", "2020", "Y")))
    assert yearly["Season"].text[0].startswith("The counts are too few, or of another kind")
    quarters = periods.span("2000Q1", "2020Q4", "Q")
    aspects, _ = told(made_panel({"Diyala": 5.0, "Kirkuk": 9.0}, index=quarters), {"ramadan": None})
    assert aspects["Season"].text[0].startswith("That the quarters differ is not shown")
    assert not [words for words in aspects["Season"].text if words.startswith("By quarters")]


def test_periods_watched_unevenly_are_left_out_of_the_total(stepped):
    counts = stepped.counts.copy()
    counts.iloc[:6, 0] = np.nan
    aspects, draw = told(Panel(counts, source="a made file", unit="attacks"))
    assert "The level changed once from July 2013 to December 2020" in aspects["Regimes"].text[0]
    assert not [words for words in aspects["Regimes"].text if "provinces share" in words]
    ax = draw["course-regimes"]()
    assert "6 months not watched" in ax.get_xlabel().replace("\n", " ")
    drawing.close(ax)


def test_days_are_counted_by_month():
    days = periods.span("2018-01-01", "2020-12-31", "D")
    aspects, _ = told(made_panel({"Diyala": 0.3, "Kirkuk": 0.2}, index=days))
    assert "attacks a month" in aspects["Regimes"].text[0]


def test_the_same_counts_are_told_in_the_same_words(stepped, of_stepped):
    assert tuple(told(stepped, {"ramadan": None, "harvest": HARVEST})[0].values()) == tuple(of_stepped[0].values())
