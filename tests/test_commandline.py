"""What was typed and cannot be read, and the examples in the help."""

import shlex

import pytest

from trends import cli
from trends.cli import main
from trends.commandline import EXAMPLES, read_command, verbs_of

VERBS = verbs_of(cli._parser())


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (
            ["asess", "data/iraq", "x"],
            f"read the command trends: found the verb 'asess'; allowed: {', '.join(sorted(VERBS))}; use one of these, "
            f"the "
            "nearest being 'assess'",
        ),
        (
            ["claims", "data/iraq", "--jsn"],
            "read the command trends claims: found the option '--jsn'; allowed: --help, --json, --quiet, --report; "
            "use one "
            "of these, the nearest being '--json'",
        ),
        (
            ["claims", "data/iraq", "more"],
            "read the command trends claims: found the word 'more'; allowed: --help, --json, --quiet, --report; see "
            "trends "
            "claims --help",
        ),
        (
            ["assess", "data/iraq"],
            "read the command trends assess: found no claim; allowed: trends assess data/iraq "
            "attacks-rose-after-drawdown; see trends assess --help",
        ),
        (
            ["count"],
            "read the command trends count: found no file and no --out; allowed: trends count events.csv --by "
            "province,month --coverage 2013-01,2020-12 --out counts.csv; see trends count --help",
        ),
        (
            ["watch", "data/iraq", "--newest", "0"],
            "read the command trends watch: found argument --newest: '0', which is no whole number from 1 up; allowed: "
            "trends watch [-h] [--quiet] [--source NAME] [--newest N] [--alarms N] [--all] [--json] study; see trends "
            "watch "
            "--help",
        ),
    ],
)
def test_what_cannot_be_read_is_one_sentence_and_exit_two(typed, message, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    assert main(typed) == 2
    assert capsys.readouterr() == ("", f"trends: {message}.\n")


def test_a_study_that_is_not_there_is_told_the_nearest(tmp_path, capsys):
    (tmp_path / "iraq").mkdir()
    (tmp_path / "iraq" / "study.toml").touch()
    assert main(["check", str(tmp_path / "irak")]) == 2
    assert capsys.readouterr().err == (
        f"trends: read the study {tmp_path / 'irak'}: found no such folder; allowed: a folder that holds one; name the "
        f"folder of a study, such as {tmp_path / 'iraq'}, or start one with trends new.\n"
    )


def test_nothing_typed_shows_the_help(capsys):
    assert main([]) == 0
    out = capsys.readouterr().out
    assert out.startswith("usage: trends") and set(VERBS) <= {
        line.split()[0] for line in out.splitlines() if line.startswith("    ")
    }


@pytest.mark.parametrize("verb", VERBS)
def test_every_help_ends_in_an_example_that_can_be_read(verb, capsys):
    with pytest.raises(SystemExit) as left:
        main([verb, "--help"])
    assert left.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert shown.endswith(f"Example: {EXAMPLES[verb]}")
    program, *typed = shlex.split(EXAMPLES[verb].split(" > ")[0])
    assert program == "trends" and read_command(cli._parser(), typed).verb == verb


def test_no_example_is_of_a_verb_that_has_gone():
    assert sorted(EXAMPLES) == sorted(VERBS)
