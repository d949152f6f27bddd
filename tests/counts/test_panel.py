import numpy as np
import pandas as pd
import pytest

from trends import periods
from trends.counts.panel import Panel, exposure_of
from trends.errors import InputError


def months(first, last):
    return periods.span(first, last, "M")


@pytest.fixture
def panel():
    """Six months, two provinces; Anbar was watched for half of May and not at all in June."""
    index = months("2020-01", "2020-06")
    counts = pd.DataFrame({"Diyala": [1, 2, 3, 4, 5, 6], "Anbar": [0, 0, 1, 2, 2, np.nan]}, index=index)
    exposure = pd.DataFrame({"Diyala": [1.0] * 6, "Anbar": [1, 1, 1, 1, 0.5, 0]}, index=index)
    return Panel(counts, exposure, "a list", "incidents")


def test_zero_unwatched_and_partly_watched_stay_three_things(panel):
    anbar = panel["Anbar"]
    assert anbar.iloc[0] == 0 and np.isnan(anbar.iloc[5])
    assert anbar.attrs["exposure"] == {"2020-05": 0.5}
    assert exposure_of(anbar).tolist() == [1, 1, 1, 1, 0.5, 0]
    assert exposure_of(panel["Diyala"]).tolist() == [1] * 6


def test_exposure_survives_cutting_and_is_one_for_a_bare_series(panel):
    assert exposure_of(panel["Anbar"].iloc[4:]).tolist() == [0.5, 0]
    assert exposure_of(panel["Anbar"].iloc[:3]).tolist() == [1, 1, 1]
    assert exposure_of(pd.Series([1, 2], index=months("2020-01", "2020-02"))).tolist() == [1, 1]


@pytest.mark.parametrize("name", ["Diyala", "IQ-DI", "Diyālá province", "ديالى", "diala"])
def test_a_province_is_found_by_name_alias_or_code(panel, name):
    assert panel[name].name == "Diyala"


def test_codes_are_within_reach(panel):
    assert panel.codes == {"Diyala": "IQ-DI", "Anbar": "IQ-AN"}


def test_a_province_that_is_not_there_is_refused_with_the_columns(panel):
    with pytest.raises(InputError) as error:
        panel["Basra"]
    assert str(error.value) == (
        "find a province in the panel: found 'Basra', which is none of its columns; allowed: Diyala, Anbar; "
        "name one of these."
    )


def test_a_panel_cannot_be_written_to(panel):
    with pytest.raises(ValueError, match="read-only"):
        panel.counts.iloc[0, 0] = 7
    with pytest.raises(AttributeError):
        panel.source = "another"


def test_a_partly_watched_quarter_is_refused_unless_told(panel):
    with pytest.raises(InputError) as error:
        panel.to("Q")
    assert str(error.value) == (
        "count by the quarter: found 2020Q2, of which only 0.5 was watched in Anbar; allowed: a quarter watched from "
        'its first day to its last; cut the panel to whole ones with span(), or give partial="exposure" or '
        'partial="missing".'
    )
    kept = panel.to("Q", partial="exposure")
    assert kept.counts["Anbar"].tolist() == [1, 4]
    assert kept.exposure["Anbar"].tolist() == [1, pytest.approx((30 + 15.5) / 91)]
    assert kept.notes == ("Partly watched periods keep the sum of what was seen, with its exposure: 2020Q2.",)
    dropped = panel.to("Q", partial="missing")
    assert np.isnan(dropped.counts["Anbar"].iloc[1]) and dropped.counts["Diyala"].tolist() == [6, 15]


def test_a_span_that_begins_within_a_quarter_makes_it_partly_watched(panel):
    with pytest.raises(InputError, match=r"2020Q1, of which only 0\.659 was watched in Diyala"):
        panel.select(["Diyala"]).span("2020-02").to("Q")
    assert panel.select(["Diyala"]).to("Q").counts["Diyala"].tolist() == [6, 15]


def test_weeks_are_not_turned_into_months():
    weekly = Panel(pd.DataFrame({"Diyala": [1, 2]}, index=periods.span("2020-W01", "2020-W02", "W")))
    with pytest.raises(InputError, match="found a panel by the week"):
        weekly.to("M")
    with pytest.raises(InputError, match="found a panel by the quarter"):
        Panel(pd.DataFrame({"Diyala": [1]}, index=periods.span("2020Q1", "2020Q1", "Q"))).to("M")


def test_a_total_over_unevenly_watched_provinces_is_refused_unless_told(panel):
    with pytest.raises(InputError) as error:
        panel.total()
    assert str(error.value) == (
        "add up the provinces: found 2020-05, of which 0.5 was watched in Anbar and 1 in Diyala; allowed: provinces "
        'watched for the same share of each period; choose other provinces or periods, or give partial="missing" or '
        'partial="exposure".'
    )
    missing = panel.total(partial="missing")
    assert missing.iloc[:4].tolist() == [1, 2, 4, 6] and missing.iloc[4:].isna().all()
    kept = panel.total(partial="exposure")
    # Diyala 21 in 6 periods, Anbar 5 in 4.5: the weights of the two shares.
    weight = (5 / 4.5) / (5 / 4.5 + 21 / 6)
    assert kept.tolist() == [1, 2, 4, 6, 7, 6]
    assert exposure_of(kept).tolist() == pytest.approx([1, 1, 1, 1, 1 - weight / 2, 1 - weight])


def test_a_total_of_fully_watched_provinces_is_fully_watched(panel):
    total = panel.span("2020-01", "2020-04").total()
    assert total.tolist() == [1, 2, 4, 6] and total.attrs["exposure"] == {} and total.name == "total"
    assert panel.total(["IQ-DI"]).tolist() == [1, 2, 3, 4, 5, 6]


def test_a_span_outside_the_panel_is_refused(panel):
    assert panel.span("2020Q2", "2020Q2").counts.shape == (3, 2)
    with pytest.raises(InputError, match="found 2019-12 to 2020-06; allowed: 2020-01 to 2020-06"):
        panel.span("2019-12")


@pytest.mark.parametrize(
    ("values", "exposure", "message"),
    [
        ([1, -2], None, "found a count -2 in Diyala 2020-02"),
        ([1, 1.5], None, "found a count 1.5 in Diyala 2020-02"),
        ([1, np.inf], None, "found a count inf in Diyala 2020-02"),
        ([1, 2], [1, 1.2], "found an exposure 1.2 in Diyala 2020-02"),
        ([1, 2], [1, 0], "found a count where the exposure is 0, 2 in Diyala 2020-02"),
        ([1, np.nan], [1, 0.5], "found a count of NaN with an exposure of 0.5 in Diyala 2020-02"),
    ],
)
def test_impossible_numbers_are_refused(values, exposure, message):
    index = months("2020-01", "2020-02")
    shares = None if exposure is None else pd.DataFrame({"Diyala": exposure}, index=index)
    with pytest.raises(InputError) as error:
        Panel(pd.DataFrame({"Diyala": values}, index=index), shares)
    assert message in str(error.value)


def test_gaps_doubles_and_other_indices_are_refused():
    index = months("2020-01", "2020-03")
    with pytest.raises(InputError, match="no period between 2020-01 and 2020-03"):
        Panel(pd.DataFrame({"Diyala": [1, 2]}, index=index[[0, 2]]))
    with pytest.raises(InputError, match="2020-01 twice"):
        Panel(pd.DataFrame({"Diyala": [1, 2]}, index=index[[0, 0]]))
    with pytest.raises(InputError, match="on a RangeIndex"):
        Panel(pd.DataFrame({"Diyala": [1, 2]}))
    with pytest.raises(InputError, match="the column 'Diyala'"):
        Panel(pd.DataFrame([[1, 2]], index=index[:1], columns=["Diyala", "Diyala"]))
    with pytest.raises(InputError, match="a count that is no number"):
        Panel(pd.DataFrame({"Diyala": ["many"]}, index=index[:1]))


def test_a_tidy_table_needs_a_row_for_every_period_and_province(panel):
    tidy = panel.to_tidy()
    assert tidy.columns.tolist() == ["period", "province", "count", "exposure", "source", "unit"]
    assert Panel.from_tidy(tidy.sample(frac=1, random_state=1)[tidy.columns]).counts["Diyala"].tolist() == [
        1, 2, 3, 4, 5, 6,
    ]  # fmt: skip
    with pytest.raises(InputError, match="no row for Anbar 2020-02"):
        Panel.from_tidy(tidy.drop(3))
    with pytest.raises(InputError, match="row 13: found Diyala 2020-01 a second time"):
        Panel.from_tidy(pd.concat([tidy, tidy.head(1)]))
    with pytest.raises(InputError, match="row 12: found the count 'many'"):
        Panel.from_tidy(tidy.astype({"count": object}).assign(count=[*tidy["count"][:-1], "many"]))
    with pytest.raises(InputError, match="found '2020Q1' among months"):
        Panel.from_tidy(tidy.assign(period=[*tidy["period"][:-1], "2020Q1"]))
    with pytest.raises(InputError, match="no column 'count'"):
        Panel.from_tidy(tidy.drop(columns="count"))


def test_the_rich_display_says_what_was_not_watched_and_escapes_names():
    index = months("2020-01", "2020-02")
    shown = Panel(pd.DataFrame({"<b>": [1, np.nan]}, index=index), source="<script>")._repr_html_()
    assert "not watched" in shown and "<script>" not in shown and "<b>" not in shown
    assert "1 incident, 1 province, 2020-01 to 2020-02 by the month, 50% watched" in shown


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_dates_of_one_plain_frequency_are_taken_as_periods(panel, zone):
    watched = panel.select(["Diyala"])
    dates = watched.index.to_timestamp().tz_localize(zone)
    counts, exposure = watched.counts.set_axis(dates), watched.exposure.set_axis(dates)
    assert Panel(counts).counts.equals(watched.counts)
    assert Panel(counts, exposure).exposure.equals(watched.exposure)
    with pytest.raises(InputError) as refused:
        Panel(counts.drop(dates[2]))
    assert str(refused.value) == (
        "build a panel: found dates of frequency none; allowed: a date for each day, week from Monday to Sunday, "
        'month, quarter or year, without a hole; give the series periods, for example series.index.to_period("M"), '
        "and every period a row."
    )
    with pytest.raises(InputError) as refused:
        Panel(pd.DataFrame({"Diyala": [1, 2]}))
    assert str(refused.value) == (
        "build a panel: found a table of 2 by 1 on a RangeIndex; allowed: at least one period and one province, on a "
        "PeriodIndex or regular dates; make the index with trends.periods.span, or read the table with "
        "trends.panel_from_table."
    )
