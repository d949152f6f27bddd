from datetime import date, timedelta

import pandas as pd
import pytest

from trends.counts.sources import published_total, read_published
from trends.errors import InputError

HEAD = "id,series,value,unit,measure,actor,place,first,last,seen,derived,confidence,source,url,note\n"


def figures(rows):
    first, last, value = zip(*rows, strict=True)
    return pd.DataFrame({"value": map(float, value), "unit": "count", "first": first, "last": last})


def day(n):
    return date(2020, 1, 1) + timedelta(days=n)


def test_overlapping_and_daily_figures_cost_no_more_than_their_number():
    overlapping = figures([(day(a), day(b), 1) for a in range(35) for b in range(a, 35)][::-1])
    assert published_total(overlapping, day(0), day(34)) == 1
    assert published_total(overlapping, day(0), day(40)) != published_total(overlapping, day(0), day(40))
    assert published_total(figures([(day(n), day(n), n) for n in range(1500)]), day(0), day(1499)) == 1499 * 750


def test_the_longest_figure_that_can_be_completed_outranks_its_parts():
    table = figures([(day(0), day(5), 60), (day(0), day(2), 3), (day(3), day(9), 7), (day(0), day(2), 4)])
    assert published_total(table, day(0), day(9)) == 10


@pytest.mark.parametrize("value", ["nan", "inf", "1_000", "٣", "1e3", "", " 5"])
def test_a_value_that_is_not_written_in_digits_is_refused(tmp_path, value):
    (tmp_path / "p.csv").write_text(f"{HEAD}p1,s,{value},count,a,IS,Iraq,2020-01-01,2020-01-31,,,,,,\n")
    with pytest.raises(InputError, match=r"line 2: value .*; allowed: a number"):
        read_published(tmp_path / "p.csv")


def test_a_count_below_nothing_is_refused_and_a_change_below_nothing_is_read(tmp_path):
    line = "p1,s,-5,{unit},a,IS,Iraq,2020-01-01,2020-01-31,,,,,,\n"
    (tmp_path / "p.csv").write_text(HEAD + line.format(unit="count"))
    with pytest.raises(InputError, match="found line 2: value -5; allowed: counts of 0 and more"):
        read_published(tmp_path / "p.csv")
    (tmp_path / "p.csv").write_text(HEAD + line.format(unit="percent"))
    assert read_published(tmp_path / "p.csv")["value"].tolist() == [-5]
