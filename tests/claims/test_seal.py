import hashlib
import os
import random
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fuzz.doors import write_study
from trends import cli
from trends.claims.examples import example_studies
from trends.claims.seal import (
    check_sealed,
    check_written,
    differences,
    planned,
    read_seals,
    seal_study,
    sealed_files,
    written_words,
)
from trends.claims.study import read_study
from trends.errors import StudyError, TrendsError

BODY = '[event]\nname = "drawdown"\n[asserts]\ntiming = true'


@pytest.fixture
def folder(study_folder, add_claim):
    add_claim("rose", BODY)
    return study_folder


def seal(folder, day, **how):
    return seal_study(folder, day, study=None if how.get("plan") else read_study(folder), **how)


def test_a_seal_holds_the_hash_of_every_file_that_a_verdict_rests_on(folder):
    (folder / "README.md").write_text("Not read.")
    made = seal(folder, "2026-11-21")
    assert [name for name, _ in made.files] == [
        "claims/rose.toml", "counts/again.csv", "counts/events.csv", "events.csv", "published.csv", "study.toml",
    ]  # fmt: skip
    assert read_seals(folder) == (made,)
    assert dict(made.files) == dict(read_study(folder).files) == sealed_files(folder)
    check_sealed(read_study(folder))


def test_a_seal_is_written_as_it_is_read(folder):
    (folder / "claims" / 'a "b".toml').write_text((folder / "claims" / "rose.toml").read_text().replace("rose", "a"))
    made = seal(folder, "2026-11-21")
    lines = (folder / "study.lock").read_text().splitlines()
    assert lines[:5] == ["[[seals]]", 'date = "2026-11-21"', 'kind = "study"', 'after = ""', "[seals.files]"]
    digest = hashlib.sha256((folder / "claims" / "rose.toml").read_bytes()).hexdigest()
    assert f'"claims/rose.toml" = "{digest}"' in lines and lines[5].startswith('"claims/a \\"b\\".toml" = "')
    assert read_seals(str(folder)) == (made,) and len(lines) == 5 + 7


def test_without_a_seal_there_is_nothing_to_differ_from(folder):
    assert read_seals(folder) == () and differences(read_study(folder)) == []
    with pytest.raises(StudyError) as refused:
        seal_study(folder, "2026-11-21")
    assert str(refused.value) == (
        f"seal the study {folder}: found no study that was read; allowed: a complete study, or a plan; read the study, "
        "or make a plan."
    )


FILES = '[seals.files]\n"study.toml" = "00"\n'
SEAL = f'[[seals]]\ndate = "2026-11-21"\nkind = "plan"\nafter = ""\n{FILES}'


def hash_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "no list of seals as trends seal writes it"),
        ("# 1\n" + SEAL, "no list of seals as trends seal writes it"),
        ("seals = 3\n", "no list of seals as trends seal writes it"),
        ('seals = [{ date = "2026-11-21", kind = "plan" }]\n', "no list of seals as trends seal writes it"),
        (SEAL + '[other]\na = "b"\n', "no list of seals as trends seal writes it"),
        (SEAL.replace(FILES, ""), "a seal without the hashes of its files"),
        (SEAL.replace('"study.toml" = "00"\n', ""), "a seal without the hashes of its files"),
        (SEAL.replace('"00"', "3"), "a seal without the hashes of its files"),
        (SEAL.replace('"plan"', '"draft"'), "the seal of 2026-11-21, which does not follow on what stands before it"),
        (SEAL.replace('after = ""', 'after = "0"'), "the seal of 2026-11-21, which does not follow on what stands "
         "before it"),
        (SEAL + SEAL, "the seal of 2026-11-21, which does not follow on what stands before it"),
        (SEAL + SEAL.replace('after = ""', f'after = "{hash_of(SEAL)}"').replace("11-21", "11-20"),
         "the seal of 2026-11-20 after that of 2026-11-21"),
    ],
)  # fmt: skip
def test_a_lock_that_was_not_written_so_is_refused(folder, text, found):
    (folder / "study.lock").write_text(text)
    with pytest.raises(StudyError) as refused:
        read_seals(folder)
    assert str(refused.value) == (
        f"read {folder / 'study.lock'}: found {found}; allowed: seals as they were written; restore the file."
    )


def test_two_seals_of_one_day_follow_on_each_other(folder):
    second = SEAL.replace('after = ""', f'after = "{hash_of(SEAL)}"')
    third = second.replace(hash_of(SEAL), hash_of(SEAL + second)).replace('"plan"', '"study"')
    (folder / "study.lock").write_text(SEAL + second + third)
    assert [(each.kind, each.after) for each in read_seals(folder)] == [
        ("plan", ""), ("plan", hash_of(SEAL)), ("study", hash_of(SEAL + second)),
    ]  # fmt: skip
    made = seal(folder, "2026-11-21")
    assert made.after == hash_of(SEAL + second + third) and len(read_seals(folder)) == 4


@pytest.mark.parametrize(
    ("written", "sealed", "fits"),
    [
        ("2026-11-21", "2026-11-21", True), ("2026-11-22", "2026-11-21", False), ("2026-11", "2026-11-21", True),
        ("2026-12", "2026-11-21", False), ("2026", "2026-11-21", True), ("2027", "2026-11-21", False),
        ("2020-06-30", "2026-11-21", True),
    ],
)  # fmt: skip
def test_a_claim_is_written_down_by_the_day_it_is_sealed_on(folder, written, sealed, fits):
    claim = replace(read_study(folder).claim("rose"), written=written)
    if fits:
        check_written(claim, sealed, "seal it")
        return
    with pytest.raises(StudyError) as refused:
        check_written(claim, sealed, "seal it")
    assert str(refused.value) == (
        f"seal it: found the claim 'rose', written down on {written}, and a seal of {sealed}; allowed: claims written "
        "down by then; correct one of the two dates."
    )


def test_a_study_that_differs_or_was_only_planned_is_not_held_to_be_sealed(folder, add_claim):
    asked = f"hold the study {folder} against its seal: found"
    (folder / "published.csv").rename(folder / "kept")
    seal(folder, "2026-11-20", plan=True)
    (folder / "kept").rename(folder / "published.csv")
    with pytest.raises(StudyError) as planned_only:
        check_sealed(read_study(folder))
    assert str(planned_only.value) == (
        f"{asked} no seal of the whole study; allowed: a study as it was sealed; seal it with trends seal, or leave "
        "--sealed out."
    )
    seal(folder, "2026-11-21")
    study = read_study(folder)
    check_sealed(study)
    late = replace(study, claims=(replace(study.claim("rose"), written="2026-11-22"),))
    with pytest.raises(
        StudyError, match="found the claim 'rose', written down on 2026-11-22, and a seal of 2026-11-21"
    ):
        check_sealed(late)
    do = "allowed: a study as it was sealed; restore the files, or seal the study anew where the change is meant."
    for name, more in (("fell", ""), ("gone", " and 1 more"), ("here", " and 2 more")):
        add_claim(name, BODY)
        with pytest.raises(StudyError) as differs:
            check_sealed(read_study(folder))
        assert str(differs.value) == (f"{asked} claims/fell.toml was added after the seal of 2026-11-21{more}; {do}")


def test_a_claim_on_published_figures_is_planned_where_they_were_not_there(folder, add_claim):
    add_claim("rose", f'[counts]\nsource = "paper"\n{BODY}')
    (folder / "published.csv").rename(folder / "kept")
    seal(folder, "2026-01-05", plan=True)
    (folder / "kept").rename(folder / "published.csv")
    study, seals = read_study(folder), read_seals(folder)
    assert planned(study.claim("rose"), study, seals) == "2026-01-05"
    assert planned(replace(study.claim("rose"), path="other.toml"), study, seals) == ""
    assert planned(study.claim("rose"), replace(study, source="events"), ()) == ""
    # What an earlier seal held was known, whether the newer one has it or not.
    held = (replace(seals[0], files=(("published.csv", "00"),)), seals[0])
    assert planned(study.claim("rose"), study, held) == ""
    assert planned(study.claim("rose"), study, held[::-1]) == "2026-01-05"


def test_without_a_study_a_claim_has_its_own_account_alone(folder):
    claim = read_study(folder).claim("rose")
    assert written_words(None)(claim) == "30 June 2020, by the study's own account; not sealed"
    seal(folder, "2026-01-05", plan=True)
    words = written_words(read_study(folder))
    assert words(claim) == "30 June 2020, by the study's own account; not as it was sealed"


@pytest.mark.parametrize("sources", ['"x"', "[1, 2]", "{ events = 3 }", "{ events = { counts = 7 } }"])
def test_a_plan_of_a_study_whose_tables_are_none_is_sealed_by_what_it_names(folder, sources):
    (folder / "study.toml").write_text(f"sources = {sources}\nstyle = 3\noutlines = 4\n")
    assert set(sealed_files(folder)) == {"study.toml", "events.csv", "claims/rose.toml"}


def test_a_file_added_or_taken_out_is_said(folder, add_claim):
    seal(folder, "2026-11-21")
    add_claim("fell", BODY)
    (folder / "claims" / "rose.toml").unlink()
    assert differences(read_study(folder)) == [
        "claims/fell.toml was added after the seal of 2026-11-21.",
        "claims/rose.toml is missing, but is in the seal of 2026-11-21.",
    ]


def test_a_claim_sealed_before_its_counts_was_planned_and_one_sealed_with_them_was_not(folder, add_claim):
    counts = (folder / "counts" / "events.csv").read_bytes()
    (folder / "counts" / "events.csv").unlink()
    plan = seal(folder, "2026-01-05", plan=True)
    (folder / "counts" / "events.csv").write_bytes(counts)
    add_claim("fell", BODY)
    whole = seal(folder, "2026-06-01")
    text = (folder / "study.lock").read_text()
    before = text[: text.index("[[seals]]", 1)]
    assert whole.after == hashlib.sha256(before.encode()).hexdigest() and plan.after == ""
    study = read_study(folder)
    assert [planned(study.claim(id), study, read_seals(folder)) for id in ("rose", "fell")] == ["2026-01-05", ""]
    words = written_words(study)
    assert words(study.claim("rose")) == (
        "30 June 2020, by the study's own account; sealed on 5 January 2026, before its counts were in the study"
    )
    assert words(study.claim("fell")).endswith("; sealed with its counts on 1 June 2026")
    # A claim written anew after the counts is another claim.
    add_claim("rose", f'note = "now we know"\n{BODY}')
    study = read_study(folder)
    assert words(study.claim("fell")) and planned(study.claim("rose"), study, read_seals(folder)) == ""
    assert written_words(study)(study.claim("rose")).endswith("; not as it was sealed")


def test_without_a_seal_the_words_claim_nothing(folder):
    study = read_study(folder)
    assert written_words(study)(study.claims[0]) == "30 June 2020, by the study's own account; not sealed"


@pytest.mark.parametrize(
    "part", ['date = "2026-01-05"', "plan", "[seals.files]", "events.csv", 'after = ""', "[[seals]]"]
)
def test_a_chain_in_which_one_byte_was_changed_is_refused(folder, part):
    (folder / "counts" / "events.csv").rename(folder / "kept")
    seal(folder, "2026-01-05", plan=True)
    (folder / "kept").rename(folder / "counts" / "events.csv")
    seal(folder, "2026-06-01")
    text = (folder / "study.lock").read_text()
    assert part in text
    (folder / "study.lock").write_text(text.replace(part, part[:-1] + "x" * (part[-1] != "x"), 1))
    with pytest.raises(StudyError, match=r"study\.lock"):
        read_seals(folder)


def test_a_date_that_cannot_be_is_refused(folder, add_claim):
    seal(folder, "2026-11-21")
    add_claim("fell", BODY)
    with pytest.raises(StudyError, match="found the date 2026-11-20, before the seal of 2026-11-21; allowed: that day"):
        seal(folder, "2026-11-20")
    with pytest.raises(StudyError, match="found the date 'today'; allowed: a day such as 2026-11-21"):
        seal(folder, "today")
    file = folder / "claims" / "fell.toml"
    file.write_text(file.read_text().replace('written = "2020-06-30"', "written = 2099-01-01"))
    with pytest.raises(StudyError, match="the claim 'fell', written down on 2099-01-01, and a seal of 2026-11-22"):
        seal(folder, "2026-11-22")


def test_a_seal_that_would_say_nothing_new_is_refused(folder):
    seal(folder, "2026-11-21")
    with pytest.raises(StudyError, match="found nothing that differs from the seal of 2026-11-21"):
        seal(folder, "2026-11-22")


def test_no_altered_byte_of_any_sealed_file_is_accepted(folder):
    made = seal(folder, "2026-11-21")
    for name, _ in made.files:
        whole = (folder / name).read_bytes()
        # A blank at the end, which no reader minds.
        (folder / name).write_bytes(whole + b"\n")
        assert differences(read_study(folder)) == [f"{name} is not the file of the seal of 2026-11-21."]
        with pytest.raises(StudyError, match=rf"found {name} is not the file of the seal of 2026-11-21; allowed"):
            check_sealed(read_study(folder))
        rng = random.Random(name)
        for _ in range(12):
            spoilt = bytearray(whole)
            spoilt[rng.randrange(len(whole))] ^= 1 << rng.randrange(8)
            (folder / name).write_bytes(spoilt)
            # Read in another sense, or not at all; never as what was sealed.
            with pytest.raises(TrendsError):
                check_sealed(read_study(folder))
        (folder / name).write_bytes(whole)
    assert differences(read_study(folder)) == []


@pytest.fixture(scope="module", params=["small", *example_studies()])
def sealed(request, tmp_path_factory):
    """A study as it was read and sealed: a small one with outlines and a logo, and those of the package."""
    home = tmp_path_factory.mktemp(request.param) / "study"
    if request.param == "small":
        write_study(home)
        (home / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
        text = (home / "study.toml").read_text()
        (home / "study.toml").write_text(f'{text}[style]\nlogo = "logo.png"\n')
        (home / "study.lock").unlink()
    else:
        shutil.copytree(example_studies()[request.param], home)
    study = read_study(home)
    seal_study(home, "2099-01-01", study=study)
    return study


def test_every_file_that_is_opened_when_a_study_is_read_is_in_its_seal(sealed, tmp_path):
    opened = set()

    def hear(event, arguments):
        if event == "open" and isinstance(arguments[0], str | Path) and listening:
            opened.add(os.path.realpath(arguments[0]))

    listening = True
    # It cannot be taken off again, and so hears nothing from then on.
    sys.addaudithook(hear)
    read_study(sealed.path)
    listening = False
    home = Path(os.path.realpath(sealed.path))
    inside = {Path(file).relative_to(home).as_posix() for file in opened if home in Path(file).parents}
    assert inside == set(sealed_files(sealed.path)) == set(dict(read_seals(sealed.path)[-1].files))


def test_a_bit_that_is_turned_anywhere_in_any_file_of_a_study_is_told(sealed):
    assert differences(sealed) == []
    for name in sealed_files(sealed.path):
        file, rng = sealed.path / name, random.Random(name)
        whole = file.read_bytes()
        for at in {0, rng.randrange(len(whole)), len(whole) - 1}:
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << rng.randrange(8)]) + whole[at + 1 :])
            try:
                told = differences(sealed)
            except StudyError:
                # A study.toml that is no TOML any more.
                told = ["refused"] if name == "study.toml" else []
            assert told, f"the byte {at} of {name}"
        file.write_bytes(whole)
    assert differences(sealed) == []


def test_the_command_seals_says_what_differs_and_refuses_where_it_is_told_to(folder, capsys):
    assert cli.main(["check", str(folder), "--sealed"]) == 2
    assert "found no seal of the whole study" in capsys.readouterr().err
    assert cli.main(["seal", str(folder), "--date", "2026-11-21"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[-1] == hashlib.sha256((folder / "study.lock").read_bytes()).hexdigest()
    assert cli.main(["check", str(folder), "--sealed"]) == 0
    (folder / "events.csv").write_text((folder / "events.csv").read_text() + "\n")
    capsys.readouterr()
    assert cli.main(["check", str(folder)]) == 0
    assert capsys.readouterr().err == "trends: events.csv is not the file of the seal of 2026-11-21.\n"
    for verb in (["check"], ["assess", "rose"], ["report", "--out", "nowhere"]):
        assert cli.main([verb[0], str(folder), *verb[1:], "--sealed"]) == 2
    assert "events.csv is not the file of the seal" in capsys.readouterr().err
