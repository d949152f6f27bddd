"""The link of a date on planted data: a turn in the window is found, one elsewhere refutes it, none leaves it open."""

from dataclasses import replace

import numpy as np
import pytest

from tests.claims.conftest import stepped
from trends.chance.error_rates import error_rates
from trends.claims.asked import counts_of
from trends.claims.assess import assess
from trends.claims.effort import QUICK
from trends.claims.links import timing as link
from trends.claims.links.timing import Timing
from trends.claims.study import read_study
from trends.claims.verdict import Ruling
from trends.claims.words import chance
from trends.counts.series import checked_series
from trends.errors import ModelError


@pytest.fixture
def timing(planted):
    def of(means, window, change="", **more):
        body = (
            f'[event]\nname = "drawdown"\nwindow = ["{window[0]}", "{window[1]}"]\n[asserts]\ntiming = true\n{change}'
        )
        return planted(means, body, **more).findings[0]

    return of


def test_a_turn_in_its_window_is_supported_and_dated(timing):
    finding = timing(stepped(3), ("2019-12", "2020-03"))
    assert finding.ruling is Ruling.SUPPORTED
    assert finding.question == "Did the change begin between December 2019 and March 2020?"
    counts = finding.fit.counts
    held = round(100 * error_rates("date", len(counts), counts.mean()).coverage[1])
    assert finding.sentence == (
        "The largest turn of the level within a year of the window began with January 2020 (likely dates "
        f"December 2019 to January 2020, which hold the date of a true doubling in {held} of 100 such series): before "
        "the window with "
        "probability 2 %, in it 98 % (of the dates looked at 20 % lie there), after it less than 1 %. That a "
        "change began in the window, even odds beforehand as it was named, has a probability of more than 99 %."
    )
    assert (finding.evidence.unit, finding.evidence.estimate, finding.stand.sure) == ("date", 2020.0, 0.80)
    settled = finding.fit.would_settle(finding, finding.stand, None, None)
    assert settled.startswith("A sharper turn, or a finer count around it. In 48 months of such counts the date of a ")
    assert [check.outcome for check in finding.checks] == ["passed", "passed"]
    table = finding.table.set_index("the change began")["probability"]
    assert table.sum() == pytest.approx(1) and table["inside"] < finding.evidence.supported
    dated = finding.fit
    assert str(dated.at) == "2020-01" and dated.posterior.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("window", "start"),
    [(("2020-06", "2020-09"), "The change came first: it began with "),
     (("2019-01", "2019-04"), "The change came later: it began with ")],
)  # fmt: skip
def test_a_turn_elsewhere_contradicts_the_window(timing, window, start):
    finding = timing(stepped(4), window)
    assert finding.ruling is Ruling.CONTRADICTED
    assert finding.sentence.startswith(f"{start}January 2020")


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_no_date_is_confirmed_and_none_refuted_where_nothing_turned(timing, seed):
    finding = timing(stepped(1), ("2019-12", "2020-02"), seed=seed)
    assert finding.ruling is Ruling.CANNOT_TELL


def test_where_no_date_stands_out_that_is_said_and_no_ruling_made(timing):
    """A handful of attacks a year: the posterior of a date is flat."""
    finding = timing(stepped(1, level=0.3), ("2019-03", "2019-05"), seed=8)
    assert finding.ruling is Ruling.CANNOT_TELL
    outcomes = {check.name: check.outcome for check in finding.checks}
    assert outcomes["a date stands out"] == "cannot tell"
    assert finding.sentence.startswith(
        "No date stands out in these counts. If the level turned once, the turn began with "
    )


def test_only_a_turn_on_the_claimed_side_is_dated(timing):
    means = np.repeat([40.0, 10.0, 40.0], [24, 12, 12])
    rise, fall = (
        timing(means, ("2019-12", "2020-01"), f'change = {{ direction = "{direction}", checks = [] }}')
        for direction in ("rise", "fall")
    )
    assert rise.ruling is Ruling.SUPPORTED and str(rise.fit.at) == "2020-01"
    assert fall.ruling is not Ruling.SUPPORTED and fall.evidence.supported < 0.4
    assert fall.table.set_index("the change began")["probability"]["inside"] < 0.05


def test_a_larger_turn_elsewhere_leaves_a_window_open_of_which_the_counts_say_nothing(timing):
    """Few incidents, and most of them in another half year: the window might hold a change as well."""
    finding = timing(np.repeat([1.0, 4.0, 1.0], [12, 6, 30]), ("2017-09", "2017-11"), seed=5)
    inside = finding.table.set_index("the change began")["probability"]["inside"]
    assert finding.ruling is Ruling.CANNOT_TELL
    assert inside < 0.2 < finding.evidence.supported < 0.6
    assert finding.sentence.endswith(
        "That a change began in the window, even odds beforehand as it was named, has a probability of "
        f"{chance(finding.evidence.supported)}."
    )


@pytest.mark.parametrize(
    ("window", "told"),
    [
        (("2022-01", "2022-02"), "The counts are those of January 2017 to December 2020, and the change is said to "
         "have begun in January to February 2022. Counts of that time would settle it."),
        (("2017-01", "2020-12"), "The window of January 2017 to December 2020 holds every date that these "
         "counts can tell, so that none could speak against it. Longer counts would settle it."),
        (("2020-12", "2021-03"), "The window of December 2020 holds no date that these counts can tell, so that none "
         "could speak for it. Longer counts would settle it."),
    ],
)  # fmt: skip
def test_a_window_that_no_count_could_speak_for_or_against_is_told_so(timing, window, told):
    finding = timing(stepped(3), window)
    assert finding.ruling is Ruling.UNTESTABLE and finding.sentence == told


def test_a_window_in_longer_periods_than_the_counts_is_that_of_all_of_them(timing):
    months, quarter = (timing(stepped(3), window) for window in (("2020-01", "2020-03"), ("2020Q1", "2020Q1")))
    assert months.sentence == quarter.sentence and months.ruling is Ruling.SUPPORTED


def test_a_gradual_change_is_dated_by_its_beginning(timing):
    means = np.interp(np.arange(48), [29, 35], [400, 50])
    finding = timing(means, ("2019-06", "2019-08"))
    assert finding.ruling is not Ruling.CONTRADICTED
    assert "2019-04" <= str(finding.fit.at) <= "2019-11"


@pytest.fixture
def dated_by_hand(study_folder, add_claim, monkeypatch):
    """The finding on a window from December 2019 to March 2020 with some of what the model found set by hand."""
    study = read_study(
        add_claim("it", '[event]\nname = "drawdown"\nwindow = ["2019-12", "2020-03"]\n[asserts]\ntiming = true')
    )
    series = checked_series(counts_of(study.claim("it"), study))
    found = link.date_of_change(series, ("2019-12", "2020-03"))

    def of(turned=0.95, **given):
        hand = replace(found, turning=replace(found.turning, turned=turned), turn_stands_out=True, **given)
        monkeypatch.setattr(link, "date_of_change", lambda *_, **__: hand)
        return assess(study.claim("it"), study, "quick").findings[0]

    return of


@pytest.mark.parametrize(
    ("began", "elsewhere", "ruling"),
    [
        (0.80, False, Ruling.SUPPORTED), (0.80, True, Ruling.SUPPORTED), (0.79, False, Ruling.CANNOT_TELL),
        (0.21, True, Ruling.CANNOT_TELL), (0.19, True, Ruling.CONTRADICTED), (0.19, False, Ruling.CANNOT_TELL),
        (0.0, True, Ruling.CONTRADICTED),
    ],
)  # fmt: skip
def test_four_fifths_confirm_and_a_fifth_refutes_where_a_change_was_elsewhere(dated_by_hand, began, elsewhere, ruling):
    dates = {"turn": "2018-01", "turn_interval": ("2017-12", "2018-02")}
    finding = dated_by_hand(began=began, elsewhere=elsewhere, **dates)
    assert (finding.ruling, finding.evidence.supported) == (ruling, began)


def test_that_no_one_change_tells_the_level_is_said_from_a_tenth_on(dated_by_hand):
    told = {turned: dated_by_hand(turned, began=0.5, elsewhere=False).sentence for turned in (0.91, 0.90, 0.4)}
    said = " That no one change tells what the level did within a year of the window has a probability of "
    assert said not in told[0.91] and f"{said}10 %." in told[0.90] and f"{said}60 %." in told[0.4]


@pytest.mark.parametrize(
    ("window", "first"), [(("2016-10", "2017-01"), "January 2017"), (("2020-12", "2021-03"), "December 2020")]
)
def test_a_window_that_touches_the_counts_is_that_of_what_they_reach(timing, window, first):
    assert timing(stepped(3), window).sentence.startswith(f"The window of {first} holds ")


def test_what_cannot_be_dated_is_refused_in_one_sentence(study_folder, add_claim):
    body = '[event]\nname = "drawdown"\nwindow = ["2016-10", "2016-12"]\n[asserts]\ntiming = true'
    study = read_study(add_claim("it", body))
    claim = study.claim("it")
    for event, told in (
        (claim.event, "date a change in the fourth quarter of 2016: found counts in January 2017 to December 2020; "
         "allowed: a window within them; correct the window, or give other counts."),
        (replace(claim.event, window=("2020-12", "2021-03")), "hold the timing of the claim 'it' against its window: "
         "found a window that holds no date that these counts can tell; allowed: a window that holds some of them; "
         "name another window, or give longer counts."),
        (replace(claim.event, window=()), "hold the timing of the claim 'it' against its window: found no window under "
         '[event]; allowed: window = ["first period", "last period"] in which the change is said to have begun; add '
         "the window."),
    ):  # fmt: skip
        with pytest.raises(ModelError) as refused:
            link.find(Timing(), replace(claim, event=event), study, QUICK)
        assert str(refused.value) == told


def test_a_probability_that_stands_in_the_sentence_already_is_not_told_again(dated_by_hand):
    inside = dated_by_hand(began=0.5, elsewhere=False).table.set_index("the change began")["probability"]["inside"]
    told = dated_by_hand(began=inside, elsewhere=False).sentence
    assert told.startswith("The largest turn of the level within a year of the window began with ")
    assert f"in it {chance(inside)} (" in told and "even odds" not in told
