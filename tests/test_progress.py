import io
import sys
import time
from argparse import Namespace

import pytest

from trends import progress
from trends.progress import Progress, Working

LOUD, QUIET = Namespace(quiet=False), Namespace(quiet=True)


class Terminal(io.StringIO):
    """What a terminal would have been sent."""

    def isatty(self):
        return True


def on_a_terminal(monkeypatch):
    """A terminal for the errors, set in the test itself: between its phases pytest sets its own."""
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(progress, "_TICK", 0.01)
    return sys.stderr


def test_the_seconds_gone_by_are_shown_once_some_have_and_wiped_at_the_end(monkeypatch):
    terminal = on_a_terminal(monkeypatch)
    monkeypatch.setattr(progress, "_QUIET", 0.0)
    with Working(LOUD, "counting"):
        time.sleep(0.05)
    *_, blank, end = terminal.getvalue().split("\r")
    assert blank.strip() == "" and len(blank) >= len("counting: 0 s") and end == ""


def test_what_is_soon_done_shows_nothing(monkeypatch):
    terminal = on_a_terminal(monkeypatch)
    with Working(LOUD, "counting"), Progress(LOUD, "drawing") as steps:
        steps(1, 2, "one")
        steps(2, 2, "two")
    assert terminal.getvalue().strip() == ""


def test_nothing_is_shown_where_nobody_looks(monkeypatch):
    terminal = on_a_terminal(monkeypatch)
    monkeypatch.setattr(progress, "_QUIET", 0.0)
    with Working(QUIET, "counting"), Progress(QUIET, "drawing") as steps:
        steps(1, 2, "one")
        time.sleep(0.03)
    monkeypatch.setattr(sys, "stderr", file := io.StringIO())
    with Working(LOUD, "counting"), Progress(LOUD, "drawing") as steps:
        steps(1, 2, "one")
        time.sleep(0.03)
    assert terminal.getvalue() == file.getvalue() == ""


def test_a_bar_shows_the_steps_and_the_one_just_done(monkeypatch):
    terminal = on_a_terminal(monkeypatch)
    monkeypatch.setattr(progress, "_QUIET", 0.0)
    with Progress(LOUD, "drawing") as steps:
        steps(1, 4, "forest")
        time.sleep(0.2)
        steps(3, 4, "a-name-of-more-letters-than-the-line-has-room-for")
        assert "drawing:" in terminal.getvalue() and "3/4" in terminal.getvalue()
        assert "a-name-of-more-letters-than-the-line-has" in terminal.getvalue()
        assert "room-for" not in terminal.getvalue()


def test_an_error_goes_through(monkeypatch):
    on_a_terminal(monkeypatch)
    monkeypatch.setattr(progress, "_QUIET", 0.0)
    with pytest.raises(KeyError, match="gone"), Working(LOUD, "counting"):
        raise KeyError("gone")
