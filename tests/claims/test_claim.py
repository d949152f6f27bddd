from dataclasses import FrozenInstanceError

import pytest

from trends.claims.claim import Claim, Counts, Event
from trends.claims.links.change import Change
from trends.claims.strict import keys_of


def made(**more):
    return Claim(
        "rise", "Attacks rose.", "report", "Author", "2020-06", "2020-07-01", {"change": Change("rise")}, **more
    )


def test_a_claim_that_names_no_counts_is_about_all_that_its_study_has():
    assert made().counts == Counts(source="", actor="", provinces="all", first="", last="", frequency="")
    assert made().event == Event(name="", window=None, at="")


def test_where_a_claim_was_read_from_and_how_its_event_is_called_do_not_make_it_another():
    assert made(path="a.toml", event=Event("drawdown", title="the drawdown")) == made(event=Event("drawdown"))
    assert made(event=Event("drawdown")) != made()


def test_what_the_study_and_the_reader_add_is_no_key_of_a_file():
    keys = {record: [entry.name for entry in keys_of(record)] for record in (Claim, Event, Counts)}
    assert keys[Claim] == [
        "id", "says", "document", "speaker", "said_on", "written", "asserts", "counts", "event", "conflicts_with",
        "answers", "note",
    ]  # fmt: skip
    assert keys[Event] == ["name", "window", "at"] and len(keys[Counts]) == 7


def test_a_claim_is_told_by_its_name_and_its_sentence_and_cannot_be_changed():
    assert repr(made()) == "Claim(rise: Attacks rose.)"
    with pytest.raises(FrozenInstanceError):
        made().says = "Attacks fell."
