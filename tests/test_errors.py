import pickle

import pytest

from trends.errors import InputError, ModelError, StudyError, TrendsError

PARTS = {"found": "by='X'", "allowed": "W or M", "do": "name one of these"}


@pytest.mark.parametrize("kind", [InputError, StudyError, ModelError])
def test_every_error_is_one_sentence_of_four_parts_and_a_value_error(kind):
    error = kind("count the events", **PARTS)
    assert str(error) == "count the events: found by='X'; allowed: W or M; name one of these."
    assert (error.asked, error.found, error.allowed, error.do) == ("count the events", *PARTS.values())
    assert isinstance(error, TrendsError) and isinstance(error, ValueError)


def test_errors_come_home_from_workers_with_all_their_parts():
    for error in (InputError("count", **PARTS), ModelError("fit", **PARTS, lacks="More months.")):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error) and vars(again) == vars(error) and str(again) == str(error)


def test_a_reader_is_told_what_a_series_lacks_even_where_the_model_does_not_say():
    assert ModelError("fit", **PARTS).lacks.endswith("A longer or a finer record would settle it.")


def test_a_word_of_a_million_letters_does_not_fill_the_screen():
    error = InputError("read a file", **PARTS | {"found": "x" * 1_000_000})
    assert "x" * 797 + "...; allowed" in str(error) and len(str(error)) < 1_000
    assert len(error.found) == 1_000_000


def test_a_million_blanks_cost_no_more_than_a_million_letters():
    blanks = " " * 1_000_000
    assert str(InputError("read", found=f"a{blanks}b", allowed="text", do="cut it")).startswith("read: found a   ")
    assert str(InputError("read", found=f"a{blanks}\r\n\n{blanks}b\n", allowed="text", do="cut it")) == (
        "read: found a b; allowed: text; cut it."
    )
