"""Incidents of two lists matched one to one."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linear_sum_assignment

from trends.errors import InputError, ModelError
from trends.models.completeness.matching import match_incidents


def listed(days, places="Diyala"):
    return pd.DataFrame(
        {"date": pd.Timestamp("2020-01-01") + pd.to_timedelta(list(days), unit="D"), "province": places}
    )


def test_every_incident_is_matched_once_and_as_many_as_can_be():
    # The closest pair first (2 with 2) would leave 0 and 4 alone.
    found = match_incidents(listed([0, 2]), listed([2, 4]), days=2)
    assert found[["first", "second"]].to_numpy().tolist() == [[0, 0], [1, 1]]
    assert found["days"].tolist() == [2, 2]


def test_of_equally_many_pairs_the_closest_are_taken():
    assert match_incidents(listed([5]), listed([3, 6, 9]), days=4).to_numpy().tolist() == [[0, 1, 1]]


def test_keys_must_be_equal():
    found = match_incidents(listed([0, 0], ["Diyala", "Anbar"]), listed([0, 0], ["Anbar", "Kirkuk"]), days=9)
    assert found.to_numpy().tolist() == [[1, 0, 0]]


def test_matching_in_stretches_equals_one_assignment_of_all():
    rng = np.random.default_rng(1)
    for _ in range(20):
        a, b = (np.sort(rng.integers(0, 120, 25)) for _ in range(2))
        found = match_incidents(listed(a), listed(b), days=3)
        apart = np.abs(a[:, None] - b)
        rows, columns = linear_sum_assignment(np.where(apart <= 3, apart, 1000))
        kept = apart[rows, columns] <= 3
        assert len(found) == kept.sum()
        assert found["days"].abs().sum() == apart[rows, columns][kept].sum()
        assert found["first"].is_unique and found["second"].is_unique


def test_lists_without_what_is_matched_on_are_refused():
    with pytest.raises(InputError) as told:
        match_incidents(listed([0]), listed([0]).drop(columns="province"))
    assert str(told.value) == (
        "match the second list of incidents: found no column 'province'; allowed: the columns date, province, filled "
        "in every row; add it, name other keys, or leave such rows out and say so."
    )
    with pytest.raises(InputError, match="found nothing in the column 'province' of a row"):
        match_incidents(listed([0], [None]), listed([0]))
    with pytest.raises(ModelError, match="found days=-1; allowed: a whole number from 0 to 366"):
        match_incidents(listed([0]), listed([0]), days=-1)
    with pytest.raises(InputError, match="the column 'date' of the type"):
        match_incidents(listed([0]).astype({"date": str}), listed([0]))
