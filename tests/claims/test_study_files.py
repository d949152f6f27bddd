import hashlib
import json
from dataclasses import replace

import pytest

from tests.fuzz.doors import OUTLINES
from trends.claims.study import read_study
from trends.claims.study_files import read_counts, read_events, read_study_outlines
from trends.claims.study_files import study_folder as folder_of
from trends.counts.panel import Panel
from trends.errors import StudyError, TrendsError

REFUSED = [
    (
        "study.toml", "counts/again.csv", "counts/none.csv",
        "read the source 'again' of {f}/study.toml: found no file {f}/counts/none.csv; allowed: a file in the study's "
        "folder; write it with trends count --out {f}/counts/none.csv, or correct the name.",
    ),
    (
        "study.toml", 'series = "paper"', 'series = "papers"',
        "read the source 'paper' of {f}/study.toml: found the series 'papers'; allowed: paper; name one of these, the "
        "nearest being 'paper'.",
    ),
    (
        "study.toml", 'series = "paper"\n', "",
        "read [sources.paper] of {f}/study.toml: found counts = '', published = 'published.csv', series = ''; "
        "allowed: either counts, or published with series; name the one file that holds this source.",
    ),
    (
        "events.csv", "2019-12-30,,", "2019-13-30,,",
        "read {f}/events.csv: found line 2: first '2019-13-30', last '2019-13-30'; allowed: days such as 2020-03-17, "
        "the last not before the first, or an empty last; correct the dates.",
    ),
    (
        "events.csv", "2020-02-10,2020-02-12", "2020-02-10,2020-02-09",
        "read {f}/events.csv: found line 3: first '2020-02-10', last '2020-02-09'; allowed: days such as 2020-03-17, "
        "the last not before the first, or an empty last; correct the dates.",
    ),
    (
        "events.csv", "precision,category", "precision,kind",
        "read {f}/events.csv: found no column 'category'; allowed: the columns event, first, last, precision, "
        "category, province, what, number, unit, seen, source, url, note; add it, empty where nothing is known.",
    ),
    (
        "study.toml", 'counts = "counts/again.csv"', 'published = "none.csv"\nseries = "paper"',
        "read the source 'again' of {f}/study.toml: found no file {f}/none.csv; allowed: a file in the study's folder; "
        "put it there, or correct the name.",
    ),
    (
        "study.toml", 'counts = "counts/again.csv"', "",
        "read [sources.again] of {f}/study.toml: found counts = '', published = '', series = ''; allowed: either "
        "counts, or published with series; name the one file that holds this source.",
    ),
    (
        "study.toml", 'counts = "counts/again.csv"', 'counts = "counts/again.csv"\npublished = "published.csv"\n'
        'series = "paper"',
        "read [sources.again] of {f}/study.toml: found counts = 'counts/again.csv', published = 'published.csv', "
        "series = 'paper'; allowed: either counts, or published with series; name the one file that holds this source.",
    ),
    (
        "study.toml", 'counts = "counts/again.csv"', 'counts = "counts/again.csv"\nseries = "paper"',
        "read [sources.again] of {f}/study.toml: found counts = 'counts/again.csv', published = '', series = 'paper'; "
        "allowed: either counts, or published with series; name the one file that holds this source.",
    ),
    (
        "study.toml", "[sources.again]", '[sources."a gain"]',
        "read [sources] of {f}/study.toml: found the id 'a gain'; allowed: up to 80 of the letters A-Za-z0-9_-, no "
        "mark first; rename it.",
    ),
    (
        "study.toml", 'paper = "A. Author, 2020, A paper"', "paper = true",
        "read [documents] of {f}/study.toml: found line 7: paper = True; allowed: text; write its citation in quotes.",
    ),
    (
        "study.toml", '[documents]\npaper = "A. Author, 2020, A paper"', "documents = 3",
        "read [documents] of {f}/study.toml: found 3; allowed: a table; write it as a table.",
    ),
    (
        "counts/again.csv", "Kirkuk", "Kir\x7fkuk",
        "read the source 'again' of {f}/study.toml: found the control character '\\x7f' in {f}/counts/again.csv; "
        "allowed: names that are text; take it out.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "message"), REFUSED)
def test_a_file_that_does_not_fit_is_refused_in_a_sentence(file, old, new, message, edit, refusal):
    edit(file, old, new)
    assert refusal() == message


BROKEN = """
[[sources.again.breaks]]
first = "{}"
what = "it counts otherwise"
kept{} = {}
[sources.paper]"""
SHARES = (
    "allowed: the lowest and the highest share, above 0 and up to 1; write two shares, the same twice where it is "
    "known."
)


@pytest.mark.parametrize("which", ["", "_before"])
@pytest.mark.parametrize(
    ("kept", "fits"),
    [
        ("[]", True), ("[0.61, 0.61]", True), ("[0.001, 1.0]", True), ("[0.5]", False), ("[0.0, 0.5]", False),
        ("[0.6, 0.5]", False), ("[0.5, 1.1]", False), ("[0.1, 0.2, 0.3]", False),
    ],
)  # fmt: skip
def test_what_a_source_keeps_lies_between_two_shares(study_folder, edit, refusal, which, kept, fits):
    edit("study.toml", "\n[sources.paper]", BROKEN.format("2019", which, kept))
    if fits:
        (found,) = read_study(study_folder).sources["again"].breaks
        assert list(found.kept_before if which else found.kept) == json.loads(kept)
    else:
        shares = [float(share) for share in kept.strip("[]").split(",")]
        assert refusal() == (
            f"read [[sources.again.breaks]] of {{f}}/study.toml: found shares kept of {shares}; {SHARES}"
        )


@pytest.mark.parametrize(
    ("delay", "fits"), [("1D", True), ("999Y", True), ("1000Y", False), ("0M", False), ("M", False)]
)
def test_a_delay_is_a_number_of_periods_that_the_calendar_has(study_folder, edit, refusal, delay, fits):
    edit("study.toml", 'counts = "counts/again.csv"', f'counts = "counts/again.csv"\ndelay = "{delay}"')
    if fits:
        assert read_study(study_folder).sources["again"].delay == delay
    else:
        assert refusal() == (
            f"read [sources.again] of {{f}}/study.toml: found {delay!r}; allowed: a whole number up to 999 and D, W, "
            "M, Q or Y, such as 3M; write it in this way."
        )


def test_a_break_in_no_period_is_refused(edit, refusal):
    edit("study.toml", "\n[sources.paper]", BROKEN.format("May", "", "[]"))
    assert refusal().startswith(
        "read [sources.again.breaks] of {f}/study.toml: found line 23: first = 'May'; allowed: a label such as"
    )


def test_counts_of_a_file_are_of_what_the_study_says_and_their_hash_is_that_of_the_file(study_folder, edit):
    files = {}
    digest = hashlib.sha256((study_folder / "counts" / "again.csv").read_bytes()).hexdigest()
    edit("study.toml", 'counts = "counts/again.csv"', f'counts = "counts/again.csv"\nsha256 = "{digest}"')
    study = read_study(study_folder)
    assert study.panels["again"].unit == "attacks" and dict(study.files)["counts/again.csv"] == digest
    again = study.sources["again"]
    assert read_counts(study_folder, replace(again, measure=""), files, {}).unit == Panel.unit
    assert files == {"counts/again.csv": digest}
    figures = read_counts(study_folder, study.sources["paper"], files, {})
    assert list(figures["id"]) == ["p1", "p2", "p3", "p4", "p5", "p6"] and len(files) == 2


def test_an_event_may_have_a_title_and_one_day(study_folder, edit):
    assert read_events(study_folder, {})["title"].tolist() == ["", ""]
    text = (study_folder / "events.csv").read_text().splitlines()
    titled = [f"{text[0]},title", *(f"{line},the drawdown" for line in text[1:])]
    (study_folder / "events.csv").write_text("\n".join(titled).replace("2020-02-12", "2020-02-10"))
    found = read_events(study_folder, {})
    assert found["title"].tolist() == ["the drawdown"] * 2 and found.columns[-1] == "title"
    assert (found["first"] == found["last"]).all() and found.index.tolist() == [0, 1]


def test_a_claim_has_an_id_of_plain_letters(add_claim, refusal):
    add_claim("It_", "[asserts]\ntiming = true")
    assert refusal() == (
        "read the claim in {f}/claims/It_.toml: found the id 'It_'; allowed: up to 80 of the letters a-z0-9-, no mark "
        "first; rename it."
    )


def test_outlines_are_read_where_they_are_named(study_folder):
    assert read_study_outlines(study_folder, "", "IQ", {}) is None
    with pytest.raises(TrendsError, match=r"none\.geojson"):
        read_study_outlines(study_folder, "none.geojson", "IQ", {})
    (study_folder / "it.geojson").write_text(OUTLINES)
    files = {}
    assert read_study_outlines(study_folder, "it.geojson", "IQ", files).provinces == ["Diyala", "Anbar"]
    assert files == {"it.geojson": hashlib.sha256(OUTLINES.encode()).hexdigest()}


def test_the_study_that_was_meant_is_named(study_folder):
    with pytest.raises(StudyError) as refused:
        folder_of(study_folder.parent / "smal")
    assert str(refused.value).endswith(
        f"name the folder of a study, such as {study_folder}, or start one with trends new."
    )
    assert folder_of(str(study_folder)) == study_folder
    for name in ("a\0b", "a" * 300):
        with pytest.raises(StudyError, match="allowed: a folder that holds one; name the folder of a study, or start"):
            folder_of(study_folder / name)


def test_a_file_that_was_altered_is_refused(study_folder, edit):
    edit("study.toml", 'counts = "counts/events.csv"', 'counts = "counts/events.csv"\nsha256 = "0"')
    with pytest.raises(StudyError, match="allowed: the one the study was written for, 0; restore the file"):
        read_study(study_folder)


def test_a_study_without_events_has_none_and_its_days_are_days(study_folder):
    files = {}
    dated = read_events(study_folder, files)
    assert dated["last"].dt.date.astype(str).tolist() == ["2019-12-30", "2020-02-12"]
    assert files == {"events.csv": hashlib.sha256((study_folder / "events.csv").read_bytes()).hexdigest()}
    (study_folder / "events.csv").unlink()
    assert list(read_events(study_folder, {}).columns) == list(dated.columns)


@pytest.mark.parametrize(("name", "found"), [("none", "no such folder"), ("claims", "no study.toml in it")])
def test_what_is_no_folder_of_a_study_is_refused(study_folder, name, found):
    with pytest.raises(StudyError) as refused:
        folder_of(study_folder / name)
    assert str(refused.value) == (
        f"read the study {study_folder / name}: found {found}; allowed: a folder that holds one; name the folder of a "
        "study, or start one with trends new."
    )
