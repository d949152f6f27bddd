from datetime import date

import pytest

from trends.models.rivals import event_column, is_spell, starts
from trends.periods import period, span

MONTHS = span("2017-01", "2020-12", "M")


def test_a_spell_is_there_while_it_lasts_and_a_date_goes_on():
    campaign = event_column(MONTHS, [(date(2019, 4, 8), date(2019, 4, 14))], "campaign")["campaign"]
    assert campaign["2019-04"].item() == pytest.approx(7 / 30) and campaign.sum() == pytest.approx(7 / 30)
    launch = event_column(MONTHS, [(date(2019, 4, 8), date(2019, 4, 13))], "launch")["launch"]
    assert launch[:"2019-03"].eq(0).all() and launch["2019-04":].eq(1).all()
    assert not is_spell([(date(2019, 4, 8), date(2019, 4, 13))])


def test_a_row_begins_as_a_break_is_named():
    assert starts(MONTHS, [(date(2020, 3, 17),) * 2, (date(2020, 3, 10),) * 2]) == [
        period("2020-04"),
        period("2020-03"),
    ]
