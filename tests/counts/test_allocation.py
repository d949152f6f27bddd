import duckdb
import numpy as np
import pandas as pd
import pytest

from trends.counts.allocation import allocated, allocation_sql


def days(*texts):
    return pd.Series(pd.to_datetime(list(texts)))


def test_an_event_belongs_to_the_period_that_has_at_least_half_of_its_days():
    starts, over = allocated(
        days("2020-01-30", "2020-01-31", "2020-01-05"), days("2020-02-04", "2020-02-01", "2020-01-09"), "M"
    )
    assert starts.dt.strftime("%Y-%m").tolist() == ["2020-02", "2020-01", "2020-01"]
    assert over.tolist() == [True, True, False]


def test_an_event_of_three_months_belongs_to_none_of_them_and_to_its_first_where_that_is_the_rule():
    starts, over = allocated(days("2020-01-01"), days("2020-03-31"), "M")
    assert starts.isna().all() and over.all()
    assert allocated(days("2020-01-01"), days("2020-03-31"), "M", "first")[0].iloc[0] == pd.Timestamp("2020-01-01")


@pytest.mark.parametrize("letter", ["D", "W", "M", "Q", "Y"])
@pytest.mark.parametrize("allocate", ["majority", "first"])
def test_sql_and_pandas_have_one_rule(letter, allocate):
    rng = np.random.default_rng(1)
    day = pd.Series(pd.Timestamp("2019-01-01") + pd.to_timedelta(rng.integers(0, 900, 400), "D"))
    end = day + pd.to_timedelta(rng.choice([0, 1, 5, 40, 200], 400), "D")
    starts, over = allocated(day, end, letter, allocate)
    period, goes_on = allocation_sql(letter, allocate, lasting=True)
    table = pd.DataFrame({"day": day.dt.date, "last": end.dt.date})
    with duckdb.connect() as base:
        base.register("given", table)
        rows = "SELECT CAST(day AS DATE) AS day, CAST(last AS DATE) AS last FROM given"
        found = base.execute(f"SELECT CAST({period} AS DATE) AS p, {goes_on} AS o FROM ({rows})").fetchall()
    assert [None if pd.isna(each) else each.date() for each in starts] == [each for each, _ in found]
    assert over.tolist() == [each for _, each in found]


def test_events_of_a_day_need_no_rule():
    assert allocation_sql("M", "majority", lasting=False) == ("CAST(date_trunc('month', day) AS DATE)", "false")
