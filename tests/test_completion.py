import shutil
import subprocess

import pytest

from trends import cli
from trends.cli import main
from trends.commandline import verbs_of
from trends.completion import SHELLS, completion

PARSER = cli._parser()
VERBS = verbs_of(PARSER)


@pytest.fixture
def home(tmp_path):
    """A folder with a study of two claims, and a file beside it."""
    (tmp_path / "iraq" / "claims").mkdir(parents=True)
    for name in ("attacks-rose", "attacks-fell"):
        (tmp_path / "iraq" / "claims" / f"{name}.toml").touch()
    (tmp_path / "events.csv").touch()
    (tmp_path / "trends.bash").write_text(completion(PARSER, "bash"))
    return tmp_path


def offered(home, *words):
    """What bash offers for the last of some words."""
    typed = " ".join(f"'{word}'" for word in words)
    program = f"""source ./trends.bash
COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}; _trends; printf '%s\\n' "${{COMPREPLY[@]}}" """
    done = subprocess.run(["bash", "-c", program], cwd=home, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return sorted(done.stdout.split())


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash")
@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["trends", "ass"], ["assess"]),
        (["trends", "assess", "iraq", "attacks-"], ["attacks-fell", "attacks-rose"]),
        (["trends", "assess", "iraq", "attacks-r"], ["attacks-rose"]),
        (["trends", "report", "iraq", "--cl"], ["--claims", "--cluster"]),
        (["trends", "report", "iraq", "--out", "build", "--claims", "attacks-f"], ["attacks-fell"]),
        (["trends", "report", "iraq", "--only", ""], ["main"]),
        (["trends", "count", "events.csv", "--measure", "deaths_"], ["deaths_high", "deaths_low"]),
        (["trends", "count", "ev"], ["events.csv"]),
        (["trends", "schema", ""], ["claim", "study"]),
        (["trends", "completion", "f"], ["fish"]),
        (["trends", "check", "ir"], ["iraq"]),
    ],
)
def test_bash_offers_verbs_options_values_files_and_the_claims_of_the_study(home, words, wanted):
    assert offered(home, *words) == wanted


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash")
def test_bash_offers_every_verb(home):
    assert set(offered(home, "trends", "")) == {*VERBS, "--help", "--version"}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_names_every_verb_with_every_option(shell, capsys):
    assert main(["completion", shell]) == 0
    lines = capsys.readouterr().out.splitlines()
    for name, verb in VERBS.items():
        options = {
            option[2:] for action in verb._actions for option in action.option_strings if option.startswith("--")
        }
        if shell == "fish":
            mine = [line for line in lines if f"__fish_seen_subcommand_from {name}'" in line]
            assert options <= {line.split(" -l ")[1].split()[0] for line in mine if " -l " in line}
        else:
            (mine,) = [line for line in lines if line.startswith(f"        {name}) words=")]
            assert {f"--{option}" for option in options} == set(mine.split('"')[1].split())


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_one_that_its_shell_can_read(shell, tmp_path):
    program = shutil.which(shell)
    if not program:
        pytest.skip(f"no {shell}")
    (tmp_path / "script").write_text(completion(PARSER, shell))
    done = subprocess.run([program, "-n", str(tmp_path / "script")], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
