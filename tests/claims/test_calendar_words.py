import pandas as pd

from trends.claims.calendar_words import dates_from


def rows(*cells):
    return pd.DataFrame(cells, columns=["what", "source", "seen"])


def test_where_dates_come_from_is_said_once_however_many_rows_it_dates():
    each = ("withdrawal announced", "A. Author, 2020", "true")
    assert dates_from(rows(each, each)) == ("Withdrawal announced: A. Author, 2020.",)


def test_what_was_dated_from_memory_is_said():
    told = dates_from(rows(("first base handed over", "", "false"), ("curfew", "B, 2021", "false")))
    assert told == ("Curfew: B, 2021.", "Dated from memory, not from a source: first base handed over and curfew.")


def test_nothing_is_said_where_there_is_nothing_to_say():
    assert dates_from(rows(("curfew", "", "true"))) == ()
