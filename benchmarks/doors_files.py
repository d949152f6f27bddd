"""Cases of `doors_before`: files of studies, tables and workbooks, and places that may not be written to."""

import shutil
from collections.abc import Callable
from pathlib import Path

from benchmarks.doors_cases import (
    ARCHIVE,
    CHECK,
    CODE,
    COUNT,
    OUTLINES,
    SCRIPT,
    Case,
    altered,
    events,
    far_cell,
    kept,
    linked,
    outside,
    pipe,
    pwned,
    secret,
    shut,
    study,
    then,
    two_tables,
)

DOORS = "tests/claims/test_doors.py::"
TOLD = DOORS + "test_a_title_a_sentence_or_a_name_is_told_in_the_script_and_never_run"
ID = DOORS + "test_a_claim_whose_id_is_no_plain_name_is_refused"
OUT = DOORS + "test_a_file_name_that_leads_out_is_refused_before_it_is_looked_at"
LINK = DOORS + "test_a_link_that_leads_out_or_to_a_hidden_file_is_refused"
PACKED = DOORS + "test_an_archive_packs_what_the_study_and_the_report_name_and_nothing_else"
PIPE = DOORS + "test_a_pipe_among_the_files_is_refused_and_not_waited_for"
TOML = "tests/claims/test_strict.py::test_what_would_cost_time_or_fail_where_it_is_printed_is_refused"
FIGURES = "tests/counts/test_sources.py::"
ALTERED = "tests/claims/test_seal.py::test_no_altered_byte_of_any_sealed_file_is_accepted"
LONG = "tests/test_output.py::test_a_name_that_is_too_long_is_refused_wherever_it_is_given"
DISK = "tests/test_output.py::test_a_disk_that_is_full_is_told_before_the_work_and_nothing_is_left"
DARK = "tests/test_output.py::test_a_folder_without_permission_is_told_in_a_sentence"
KILLS = "tests/test_kills.py::test_a_kill_at_any_moment_tears_nothing_and_leaves_nothing"
NUL = "tests/test_security.py::test_a_name_that_no_file_can_have_is_refused_in_a_sentence"
ONCE = "tests/test_security.py::test_one_province_under_two_names_is_not_counted_twice"
RUN = ["python", "it.py"]
# Kills itself when it is about to write a file, or to remove a folder, and says so.
KILLED = """import os, sys
from trends.cli import main
def watch(event, of):
    if event == {event!r} and {part!r} in str(of[0]) and (event != "open" or of[2] & 3):
        os.write(2, b"killed on purpose")
        os.kill(os.getpid(), 9)
sys.addaudithook(watch)
sys.exit(main({words!r}))
"""


def killed(words: list[str], event: str, part: str) -> Callable[[Path], object]:
    """Write the program that is killed as ``in/killed.py``."""
    return lambda folder: (
        (folder / "in/killed.py").write_text(KILLED.format(words=words, event=event, part=part)) and None
    )


def left(folder: Path, told: str) -> str:
    """What a killed run left, after the next one."""
    if "killed on purpose" not in told:
        return "was not killed"
    strays = [entry.name for entry in (folder / "in/temporary").iterdir() if "numba" not in entry.name]
    return "left for ever" if strays or any(name.name.startswith(".") for name in folder.iterdir()) else ""


def unsealed(folder: Path, told: str) -> str:
    """That a version has no seals, and says nothing of what was altered."""
    return "accepted" if "unrecognized arguments: --sealed" in told and "ell formed" in told else ""


def hidden(names: dict[str, str]) -> Callable[[Path], None]:
    """Rename files of the study to hidden ones, and leave links to them in their place."""

    def make(folder: Path) -> None:
        for name, target in names.items():
            shutil.move(folder / "s" / name, folder / "s" / target)
            (folder / "s" / name).symlink_to(target)

    return make


def edit(file: str, old: str, new: str) -> Callable[[Path], None]:
    return study((file, old, new))


def two_names(other: str) -> Callable[[Path], object]:
    """A table in which Diyala stands under another name too."""
    rows = f"period,province,count\n2020-01,Diyala,3\n2020-01,{other},4\n"
    return lambda folder: (folder / "c.csv").write_text(rows)


TITLE = '"A small study"'
NEW, KILL = ["new", "mine"], ["python", "in/killed.py"]
SEAL = ["seal", "s", "--date", "2026-11-22"]
FILES = (
    Case("code in a title", TOLD, edit("study.toml", TITLE, f'"Small{CODE}"'), (SCRIPT, RUN), ("done",), pwned),
    Case("a backslash in a title", TOLD, edit("study.toml", TITLE, "'C:\\Users'"), (SCRIPT, RUN), ("done",), pwned),
    Case("code in the id of a claim", ID, edit("claims/rose.toml", '"rose"', f'"rose{CODE}"'), (CHECK,)),
    Case(
        "the id ../../evil",
        ID,
        edit("claims/rose.toml", '"rose"', '"../../evil"'),
        (["script", "s", "../../evil"],),
        harm=outside,
    ),
    Case("the id ../evil in an archive", ID, edit("claims/rose.toml", '"rose"', '"../evil"'), (ARCHIVE,), harm=outside),
    Case("the id a/b", ID, edit("claims/rose.toml", '"rose"', '"a/b"'), (CHECK,)),
    Case(
        "counts above the folder",
        OUT,
        then(
            edit("study.toml", '"counts.csv"', '"../x.csv"'),
            lambda folder: shutil.copy(folder / "s/counts.csv", folder / "x.csv"),
        ),
        (CHECK,),
    ),
    Case(
        "outlines above the folder",
        OUT,
        then(
            edit("study.toml", 'country = "IQ"', 'country = "IQ"\noutlines = "../o.json"'),
            kept("o.json", text=OUTLINES),
        ),
        (ARCHIVE,),
        harm=secret,
    ),
    Case(
        "published figures by an absolute path",
        OUT,
        lambda folder: (
            study(("study.toml", '"published.csv"', f'"{folder}/p.csv"'))(folder)
            or (shutil.copy(folder / "s/published.csv", folder / "p.csv") and None)
        ),
        (CHECK,),
    ),
    Case(
        "keys and hidden files in an archive",
        PACKED,
        then(study(), kept("s/.env", "s/id_rsa", "s/claims/.ssh/key")),
        (ARCHIVE,),
        ("done",),
        secret,
    ),
    Case(
        "a link that leads out in an archive",
        DOORS + "test_an_archive_follows_no_link_that_leads_out",
        then(study(), kept("in/id_rsa"), linked("s/README.md", "../in/id_rsa")),
        (ARCHIVE,),
        harm=secret,
    ),
    Case("counts that are a link to a hidden file", LINK, then(study(), hidden({"counts.csv": ".env"})), (CHECK,)),
    Case(
        "a folder of claims that is a link",
        DOORS + "test_a_folder_of_claims_that_is_a_link_is_refused",
        then(
            study(),
            lambda folder: shutil.move(folder / "s/claims", folder / "in/claims"),
            linked("s/claims", "../in/claims"),
        ),
        (CHECK,),
    ),
    Case(
        "c[1].parquet beside c1.parquet",
        DOORS + "test_a_file_whose_name_looks_like_a_pattern_is_itself_and_no_other",
        then(study(), two_tables),
        call="'counts of', int(trends.read_panel('s/c[1].parquet').counts.to_numpy().max())",
        ends=("done",),
        harm=lambda folder, told: "read c1.parquet" * ("counts of 3" in told),
    ),
    Case(
        "a workbook with a cell at XFD1048576",
        "tests/counts/test_opening.py::test_a_workbook_with_a_cell_in_its_last_corner_is_refused",
        then(events, far_cell),
        (["count", "e.xlsx", *COUNT[2:]],),
    ),
    Case("a pipe among the claims", PIPE, then(study(), pipe("s/claims/rose.toml")), (CHECK,)),
    Case("/dev/zero among the claims", LINK, then(study(), linked("s/claims/rose.toml", "/dev/zero")), (CHECK,)),
    Case(
        "a line of 50,000 blanks",
        "tests/claims/test_strict.py::test_the_line_of_a_key_is_found_beside_lines_of_a_million_blanks",
        edit("study.toml", f"title = {TITLE}", " " * 50_000 + f"\ntitle = {TITLE}\nunknown = 1"),
        (CHECK,),
    ),
    *(
        Case(
            f"{name} altered after it was sealed",
            ALTERED,
            study(),
            (SEAL, altered(name, old, new), CHECK, [*CHECK, "--sealed"]),
            harm=unsealed,
        )
        for name, old, new in (
            ("events.csv", "first base", "last base"),
            ("published.csv", ",600,", ",900,"),
            ("counts.csv", ",8\n", ",9\n"),
            ("claims/rose.toml", "It was so.", "It was not so."),
        )
    ),
    Case(
        "a whole number of 5,000 digits",
        TOML,
        edit("study.toml", 'country = "IQ"', 'country = "IQ"\nx = ' + "9" * 5000),
        (CHECK,),
    ),
    Case(
        "a key of 1,000 parts",
        TOML,
        edit("study.toml", f"title = {TITLE}", f"title.{'.'.join('a' * 1000)} = {TITLE}"),
        (CHECK,),
    ),
    Case("a name of 256 letters to read", LONG, steps=(["count", "x" * 256 + ".csv", *COUNT[2:]],)),
    Case("a study of 256 letters", LONG, steps=(["check", "x" * 256],)),
    Case("a study that may not be read", DARK, then(study(), shut("s", 0o000)), (CHECK,), unprivileged=True),
    Case(
        "claims that may not be read",
        "tests/counts/test_opening.py::test_a_folder_that_cannot_be_listed_is_not_an_empty_one",
        then(study(), shut("s/claims", 0o000)),
        (CHECK,),
        unprivileged=True,
    ),
    Case("a disk that is full, for a script", DISK, study(), (SCRIPT,), largest=10),
    Case(
        "a screen that takes no more",
        "tests/test_output.py::test_a_screen_that_takes_no_more_is_no_success",
        lambda folder: (
            (folder / "in/call.py").write_text(
                "import os, sys\nos.dup2(os.open('/dev/full', os.O_WRONLY), 1)\n"
                "os.execv(sys.executable, [sys.executable, '-m', 'trends', '--help'])"
            )
            and None
        ),
        (["python", "in/call.py"],),
    ),
    Case(
        "NUL in the name of a file",
        NUL,
        events,
        call="sys.exit(main(['count', 'events.csv', '--out', 'c' + chr(0) + '.csv']))",
    ),
    Case("NUL in the name of a folder", NUL, call="sys.exit(main(['new', 'a' + chr(0)]))"),
    Case(
        "what a killed count left",
        KILLS,
        then(events, killed(COUNT, "shutil.rmtree", "trends-")),
        (KILL, COUNT),
        ("done",),
        left,
    ),
    Case(
        "what a killed archive left",
        KILLS,
        then(study(), killed(ARCHIVE, "open", "index.html")),
        (KILL, ARCHIVE),
        ("done",),
        left,
    ),
    Case("half a study of a killed new", KILLS, killed(NEW, "open", "study.toml"), (KILL, NEW), ("done",), left),
    *(
        Case(
            f"Diyala and {other!r} in one table",
            ONCE,
            two_names(other),
            call="trends.read_panel('c.csv').counts",
        )
        for other in ("IQ-DI", "diyala", "Diyala ")
    ),
    *(
        Case(
            f"a published figure of {value}",
            FIGURES + "test_a_value_that_is_not_written_in_digits_is_refused"
            if value != "-5"
            else FIGURES + "test_a_count_below_nothing_is_refused_and_a_change_below_nothing_is_read",
            edit("published.csv", ",600,", f",{value},"),
            (CHECK,),
        )
        for value in ("nan", "-5", "1_000")
    ),
)
