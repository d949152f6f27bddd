import pytest

from trends.errors import ModelError
from trends.fits.calendar import HIJRI, calendar_columns, calendar_windows
from trends.periods import ramadan_shares, span

MONTHS = span("2017-01", "2020-12", "M")


def test_every_built_in_name_has_a_window_in_every_hijri_year():
    for name, windows in calendar_windows(MONTHS, list(HIJRI)).items():
        assert len(windows) in (4, 5), name


def test_a_name_and_a_mapping_from_it_to_nothing_are_the_same_share_of_days():
    for calendar in (["ramadan"], {"ramadan": None}):
        column = calendar_columns(MONTHS, calendar_windows(MONTHS, calendar))["ramadan"]
        assert column.to_numpy() == pytest.approx(ramadan_shares(MONTHS))


def test_local_sighting_moves_a_window_by_a_day():
    (plain, *_), (moved, *_) = (calendar_windows(MONTHS, ["ashura"], shift)["ashura"] for shift in (0, 1))
    assert (moved[0] - plain[0]).days == 1


@pytest.mark.parametrize(
    ("calendar", "found"),
    [
        ("ramadan", "calendar='ramadan'"),
        ([3], "calendar=[3]"),
        (["harvest"], "the entry 'harvest' without dates"),
    ],
)
def test_a_calendar_that_is_none_is_refused(calendar, found):
    with pytest.raises(ModelError) as refusal:
        calendar_windows(MONTHS, calendar)
    assert str(refusal.value).startswith(f"read a calendar: found {found}; allowed: ")


def test_calendar_windows_are_shares_of_days():
    columns = calendar_columns(MONTHS, {"curfew": [("2020-03-17", "2020-04-30"), ("2020-07", "2020-08-02")]})
    assert columns["curfew"].iloc[-12:].round(4).tolist() == [0, 0, 0.4839, 1, 0, 0, 1, 0.0645, 0, 0, 0, 0]


@pytest.mark.parametrize(
    "pairs, found",
    [
        (("2020-03-17", "2020-04-30"), "('2020-03-17', '2020-04-30')"),
        ("2020-03", "'2020-03'"),
        ([("2020-05", "2020-04")], "('2020-05', '2020-04'), which ends before it begins"),
    ],
)
def test_a_calendar_entry_that_is_no_list_of_windows_is_refused(pairs, found):
    with pytest.raises(ModelError) as refusal:
        calendar_columns(MONTHS, {"curfew": pairs})
    assert str(refusal.value) == (
        f"read the calendar entry 'curfew': found {found}; allowed: a list of pairs (first day, last day), the first "
        'not later than the last; write it as [("2020-03-17", "2020-04-30")], a pair for each window.'
    )
