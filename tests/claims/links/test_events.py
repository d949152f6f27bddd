import pytest

from trends.claims.verdict import Ruling


@pytest.fixture
def finding(dated):
    return lambda body: dated(body).findings[0]


@pytest.mark.parametrize(
    "keys, ruling",
    [
        ('name = "drawdown", number = 2', Ruling.SUPPORTED),
        ('name = "drawdown", number = 3', Ruling.CANNOT_TELL),
        ('name = "drawdown", number = 1, comparison = "at most"', Ruling.CONTRADICTED),
        ('name = "troops", number = 5000, comparison = "about", unit = "US troops"', Ruling.SUPPORTED),
        ('name = "troops", number = 4000, comparison = "at most", unit = "US troops"', Ruling.CONTRADICTED),
        ('name = "troops", number = 4000, unit = "tanks"', Ruling.UNTESTABLE),
    ],
)
def test_a_list_of_events_supports_what_it_holds_and_leaves_open_what_it_may_lack(finding, keys, ruling):
    assert finding(f"[asserts]\nevents = {{ {keys} }}").ruling is ruling


def test_events_out_of_the_span_are_not_counted(finding):
    counts = '[counts]\nfirst = "2020-02"\nlast = "2020-03"\n'
    found = finding(counts + '[asserts]\nevents = { name = "drawdown", number = 1, comparison = "at least" }')
    assert found.evidence.estimate == 1
    assert found.sentence == (
        "The calendar has 1 date of drawdown for February to March 2020: second base handed over."
    )
