"""How the command line reads what was typed, one sentence where it cannot; and an example of each verb for its help."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from trends.errors import InputError, nearest

#: A command for each verb, for its help. It can be typed where this repository, or what ``trends new`` made, lies.
EXAMPLES = {
    "report": "trends report data/iraq --out build/iraq --only main",
    "claims": "trends claims data/iraq --report build/iraq",
    "vintages": "trends vintages data/iraq ucdp_191 ucdp",
    "archive": "trends archive data/syria --out syria.zip",
    "check": "trends check data/iraq",
    "seal": "trends seal mystudy --date 2026-11-21",
    "watch": "trends watch data/syria --newest 3",
    "assess": "trends assess data/iraq attacks-rose-after-drawdown",
    "explain": "trends explain data/iraq attacks-rose-after-drawdown",
    "script": "trends script data/iraq attacks-rose-13-percent-in-2019 --out again.py",
    "power": "trends power data/iraq attacks-rose-after-drawdown --ratio 1.5 --out power.png",
    "specifications": "trends specifications data/iraq attacks-rose-after-drawdown --out curve.csv",
    "count": "trends count events.csv --by province,month --coverage 2013-01,2020-12 --out counts.csv",
    "sources": "trends sources",
    "places": "trends places --country Iraq Ninawa Salahaddin",
    "new": "trends new mystudy --example syria",
    "compare": "trends compare build/spring build/summer --markdown",
    "export": "trends export build/iraq --out iraq.pptx --claims attacks-rose-after-drawdown",
    "schema": "trends schema claim --out claim.json",
    "completion": "trends completion bash > ~/.local/share/bash-completion/completions/trends",
}


class Parser(argparse.ArgumentParser):
    """A parser that tells what it cannot read in one sentence of four parts, and ends no program."""

    def error(self, message: str) -> NoReturn:
        """Refuse what was typed; argparse says why."""
        usage = " ".join(self.format_usage().split()).removeprefix("usage: ")
        # A verb has many options; what is wanting is seen best in a command that has it.
        wanting = message.removeprefix("the following arguments are required: ")
        raise InputError(
            f"read the command {self.prog}",
            found=message if wanting == message else f"no {wanting.replace(', ', ' and no ')}",
            allowed=usage if wanting == message else EXAMPLES[self.prog.split()[-1]],
            do=f"see {self.prog} --help",
        )

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print help or version, and fail where they cannot be written."""
        print(message, end="", file=file or sys.stderr, flush=True)


def read_command(parser: argparse.ArgumentParser, typed: Sequence[str]) -> argparse.Namespace:
    """What was typed, as the parser reads it.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        With the verbs as its subparsers.
    typed : sequence of str
        What follows the name of the program.

    Raises
    ------
    InputError
        Where a verb, an option or a value is none, with the nearest that is.
    """
    verbs = verbs_of(parser)
    first = next((word for word in typed if not word.startswith("-")), None)
    if first is not None and first not in verbs and typed[0] == first:
        raise _no_such("trends", f"the verb {first!r}", first, sorted(verbs))
    arguments, left = parser.parse_known_args(typed)
    if left:
        verb = verbs[arguments.verb] if arguments.verb else parser
        options = [name for action in verb._actions for name in action.option_strings if name.startswith("--")]
        what = "the option" if left[0].startswith("-") else "the word"
        raise _no_such(verb.prog, f"{what} {left[0]!r}", left[0], sorted(options))
    return arguments


def verbs_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The parser of each verb, by its name."""
    group = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    choices: Any = group.choices
    return dict(choices)


def _no_such(program: str, found: str, word: str, known: Iterable[str]) -> InputError:
    near = nearest(word, known)
    return InputError(
        f"read the command {program}",
        found=found,
        allowed=", ".join(known),
        do=f"use one of these, the nearest being {near!r}" if near else f"see {program} --help",
    )
