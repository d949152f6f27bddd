"""The newest periods of a source may be incomplete, and findings and checks say so."""

import pytest

from trends.claims.assess import assess
from trends.claims.check import check_study
from trends.claims.study import read_study
from trends.errors import StudyError

CHANGE = """[event]
at = "2020-01"
[asserts]
change = { direction = "rise" }
"""


@pytest.fixture
def study_with(study_folder):
    """The small study with more keys for one of its sources."""

    def read(keys, source="events"):
        text = (study_folder / "study.toml").read_text()
        mark = f"[sources.{source}]\n"
        (study_folder / "study.toml").write_text(text.replace(mark, mark + keys + "\n"))
        return read_study(study_folder)

    return read


def test_periods_younger_than_the_delay_at_the_release_are_named(study_with):
    told = check_study(study_with('released = "2021-01"\ndelay = "2M"'))
    assert (
        "The last 2 months of Event file (from November 2020 on) may still be incomplete: events come in for 2 months "
        "after they happened, and it was released in January 2021."
    ) in told


def test_without_a_release_the_panel_is_taken_as_seen_at_its_end(study_with):
    told = check_study(study_with('delay = "1M"'))
    assert (
        "The last month of Event file (December 2020) may still be incomplete: events come in for 1 month after they "
        "happened."
    ) in told


def test_a_release_long_after_the_last_period_leaves_nothing_open(study_with):
    assert not any("incomplete" in limit for limit in check_study(study_with('released = "2021-06"\ndelay = "3M"')))


def test_a_release_without_a_known_delay_is_told_and_nothing_is_invented(study_with):
    told = check_study(study_with('released = "2021"'))
    assert (
        "Source events: released in 2021; for how long events come in after they happened is not known, so that "
        "nothing is said on whether the newest periods are complete."
    ) in told


def test_a_finding_on_the_newest_periods_carries_the_caveat_and_an_older_one_does_not(add_claim, study_with):
    add_claim("to-the-end", CHANGE)
    add_claim("older", '[counts]\nlast = "2020-09"\n' + CHANGE)
    study = study_with('released = "2021-01"\ndelay = "2M"')
    assert sum("incomplete" in text for text in assess(study.claim("to-the-end"), study).findings[0].caveats) == 1
    assert not any("incomplete" in text for text in assess(study.claim("older"), study).findings[0].caveats)


@pytest.mark.parametrize(
    "keys, source, message",
    [
        ('delay = "3 months"', "events",
         "found '3 months'; allowed: a whole number and D, W, M, Q or Y, such as 3M; write it in this way."),
        ('released = "mid-2021"', "events",
         "found 'mid-2021'; allowed: a label such as 2020, 2020Q1, 2020-03, 2020-W12 or 2020-03-17; write it in this "
         "way."),
        ('delay = "3M"', "paper",
         "found delay = '3M' and no key 'released'; allowed: a delay of published figures together with the time of "
         "their release; add released, or take the delay out."),
    ],
)  # fmt: skip
def test_a_release_or_delay_that_cannot_be_read_is_refused(study_with, study_folder, keys, source, message):
    with pytest.raises(StudyError) as told:
        study_with(keys, source)
    assert str(told.value) == f"read [sources.{source}] of {study_folder / 'study.toml'}: {message}"


def test_published_figures_are_open_from_their_release_back(study_with):
    told = check_study(study_with('released = "2020-11"\ndelay = "1M"', "paper"))
    assert any(limit.startswith("The last 3 months of The paper (from October 2020 on)") for limit in told)
