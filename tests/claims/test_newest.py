"""The newest periods of a source may be incomplete, and findings and checks say so."""

from dataclasses import replace
from datetime import date

import pytest

from trends.claims.assess import assess
from trends.claims.check import check_study
from trends.claims.newest import newest_caveat, newest_caveats, newest_limits, settled
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


def changed(study, **sources):
    """A study whose sources of a name are changed so."""
    made = {name: replace(study.sources[name], **change) for name, change in sources.items()}
    return replace(study, sources={**study.sources, **made})


@pytest.mark.parametrize(
    ("keys", "until"),
    [
        ({}, None),
        ({"released": "2021"}, None),
        ({"delay": "1M"}, date(2020, 11, 30)),
        ({"delay": "2W"}, date(2020, 12, 17)),
        # A release known to a month is of its first day: the last that it has seen is the day before.
        ({"delay": "1M", "released": "2020-12"}, date(2020, 10, 31)),
        ({"delay": "10D", "released": "2020-12-15"}, date(2020, 12, 4)),
    ],
)
def test_what_has_settled_is_a_delay_older_than_the_release_or_the_last_period(study_with, keys, until):
    assert settled(changed(study_with(""), events=keys), "events") == until


@pytest.mark.parametrize(
    ("keys", "span", "says"),
    [
        ({"delay": "31D"}, (), "The last month of Event file (December 2020) may still be incomplete: events come in "
         "for 31 days after they happened."),
        # The day on which the last period ended has settled, and the period with it.
        ({"delay": "1M", "released": "2021-02"}, (), ""),
        ({"delay": "32D", "released": "2021-02"}, (), "The last month of Event file (December 2020) may still be "
         "incomplete: events come in for 32 days after they happened, and it was released in February 2021."),
        ({"delay": "3M"}, ("2020-01", "2020-11"), "The last 2 months of Event file (from October 2020 on) may still be "
         "incomplete: events come in for 3 months after they happened."),
        ({"delay": "3M"}, ("2020-12", None), "The last month of Event file (December 2020) may still be incomplete: "
         "events come in for 3 months after they happened."),
        ({"delay": "3M"}, ("2019", "2020"), "The last 3 months of Event file (from October 2020 on) may still be "
         "incomplete: events come in for 3 months after they happened."),
        ({"delay": "3M"}, ("2020-01", "2020-09"), ""),
        ({"delay": "3M"}, ("2020-11-15", "2020-11-20"), "The last month of Event file (November 2020) may still be "
         "incomplete: events come in for 3 months after they happened."),
        ({}, (), ""),
    ],
)  # fmt: skip
def test_the_periods_of_a_span_that_have_not_settled_are_named(study_with, keys, span, says):
    assert newest_caveat(changed(study_with(""), events=keys), "events", *span) == says


@pytest.mark.parametrize(
    ("last", "says"),
    [
        ("2020-09", ""),
        ("2020-10", "The last month of The paper (October 2020) may still be incomplete: events come in for 1 month "
         "after they happened, and it was released in November 2020."),
        ("2020-11", "The last 2 months of The paper (from October 2020 on) may still be incomplete: events come in for "
         "1 month after they happened, and it was released in November 2020."),
    ],
)  # fmt: skip
def test_figures_published_are_open_by_the_month(study_with, last, says):
    study = changed(study_with(""), paper={"delay": "1M", "released": "2020-11"})
    assert newest_caveat(study, "paper", "2020-01", last) == says


def test_a_claim_carries_the_sentence_on_each_of_its_sources_once(add_claim, study_with):
    add_claim("it", '[counts]\nagainst = ["again", "events"]\nlast = "2020-12"\n[asserts]\nrecorded = { about = 3 }')
    study = changed(study_with(""), events={"delay": "1M"}, again={"delay": "2M"})
    told = newest_caveats(study.claim("it"), study)
    assert [sentence.split(" (")[0] for sentence in told] == [
        "The last month of Event file", "The last 2 months of Event file, again",
    ]  # fmt: skip
    older = study.claim("it")
    assert newest_caveats(replace(older, counts=replace(older.counts, last="2020-10")), study) == ()
    other = replace(older, counts=replace(older.counts, source="again", against=()))
    assert len(newest_caveats(other, study)) == 1


def test_releases_of_one_time_without_a_delay_are_told_together(study_with):
    study = changed(study_with(""), events={"released": "2021"}, again={"released": "2021"}, paper={"released": "2022"})
    rest = (
        "; for how long events come in after they happened is not known, so that nothing is said on whether the newest "
        "periods are complete."
    )
    assert newest_limits(study) == [
        f"Sources events and again: released in 2021{rest}", f"Source paper: released in 2022{rest}",
    ]  # fmt: skip
    assert (
        newest_limits(
            changed(study, events={"released": ""}, again={"released": "2022", "delay": "1D"}, paper={"released": ""})
        )
        == []
    )


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
         "found '3 months'; allowed: a whole number up to 999 and D, W, M, Q or Y, such as 3M; write it in this "
         "way."),
        ('released = "mid-2021"', "events",
         "found line 9: released = 'mid-2021'; allowed: a label such as 2020, 2020Q1, 2020-03, 2020-W12 or 2020-03-17; "
         "correct the value."),
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
