from dataclasses import replace

import pandas as pd
import pytest

from trends import periods
from trends.claims.asked import counts_of
from trends.claims.assess import assess
from trends.claims.check import check_study
from trends.claims.study import read_study
from trends.claims.verdict import Ruling
from trends.claims.words import when_in_words
from trends.counts.panel import Panel
from trends.counts.panel_files import write_panel
from trends.counts.sources import MeasurementBreak

EVENT = '[event]\nname = "drawdown"\n[asserts]\nchange = { direction = "rise" }'


def limits(folder):
    return check_study(read_study(folder))


def test_what_quarters_cannot_tell_apart_is_said_with_the_number(study_folder, add_claim):
    add_claim("it", '[counts]\nfirst = "2018-01"\n' + EVENT)
    # Where Ramadan is not of the study's calendar nobody is warned of it.
    assert not [limit for limit in limits(study_folder) if "'ramadan'" in limit]
    file = study_folder / "study.toml"
    file.write_text(f'calendar = ["ramadan"]\n{file.read_text()}')
    (said,) = [limit for limit in limits(study_folder) if "2018Q1 to 2020Q4" in limit]
    assert said.startswith("'quarter 2' and 'ramadan' can hardly be told apart in the 12 quarters")
    assert "correlation 1.000" in said


def test_what_is_still_to_be_filled_in_is_named(study_folder):
    file = study_folder / "study.toml"
    file.write_text(f'about = "What is counted: to be filled in."\n{file.read_text()}')
    assert limits(study_folder)[0] == "It is not filled in yet: about."
    study = read_study(study_folder)
    unknown = "Whom to cite: to be filled in"
    sources = {**study.sources, "again": replace(study.sources["again"], citation=unknown)}
    left = replace(study, about="", cite=unknown, documents={"paper": unknown}, sources=sources)
    assert check_study(left)[0] == "It is not filled in yet: cite, documents.paper and sources.again.citation."


def test_a_speaker_that_is_still_to_be_named_is_told_by_his_claim(study_folder, add_claim, edit):
    add_claim("it", EVENT)
    edit("claims/it.toml", '"A. Author"', '"to be filled in"')
    assert limits(study_folder)[0] == "It is not filled in yet: speaker of the claim it."


@pytest.fixture
def with_panel(study_folder):
    """A function from changes of the first panel to what the study then cannot answer of it."""
    study = read_study(study_folder)

    def of(share=None, span=(None, None), **changes):
        panel = replace(study.panel(), counts=study.panel().counts * 0 + [20, 10, 5])
        if share is not None:
            exposure = panel.exposure.copy()
            for (label, province), value in share.items():
                exposure.loc[label, province] = value
            panel = replace(panel, exposure=exposure, counts=panel.counts.where(exposure > 0))
        panel = replace(panel.span(*span), **changes)
        told = check_study(replace(study, panels={"events": panel}))
        return [limit.removeprefix("Source events: ") for limit in told if limit.startswith("Source events: ")]

    return of


LESS = "since some provinces were watched less than others in them; claims on some provinces alone may have one."


def test_what_was_watched_in_part_and_not_at_all_is_counted_apart(with_panel):
    assert with_panel() == []
    assert with_panel({("2018-05", "Anbar"): 0.5}) == [
        "of 144 cells, 0 were not watched and 1 in part; they are not zeros.", f"1 period has no total, {LESS}",
    ]  # fmt: skip
    shares = {("2018-05", "Anbar"): 0.0, ("2018-06", "Kirkuk"): 0.25, ("2018-06", "Anbar"): 0.25}
    assert with_panel(shares) == [
        "of 144 cells, 1 were not watched and 2 in part; they are not zeros.", f"2 periods have no total, {LESS}",
    ]  # fmt: skip
    # Where nobody was watched there is no total to be had, and none is expected.
    nobody = {("2018-05", name): 0.0 for name in ("Anbar", "Diyala", "Kirkuk")}
    assert with_panel(nobody) == ["of 144 cells, 3 were not watched and 0 in part; they are not zeros."]


@pytest.mark.parametrize(
    ("span", "covers"),
    [
        (("2017-02", None), "2017-02 to 2020-12"), ((None, "2020-11"), "2017-01 to 2020-11"),
        (("2017-02", "2020-11"), "2017-02 to 2020-11"), ((None, None), ""),
    ],
)  # fmt: skip
def test_a_source_that_covers_less_than_the_study_says_what_it_covers(with_panel, span, covers):
    told = [f"it covers {covers}, not the whole of 2017-01 to 2020-12."] if covers else []
    assert with_panel(span=span) == told


@pytest.mark.parametrize(
    ("first", "told"), [("2017-01", False), ("2017-02", True), ("2020-12", True), ("2021-01", False)]
)
def test_a_break_within_the_span_of_the_study_is_told(study_folder, first, told):
    study = read_study(study_folder)
    broken = replace(study.sources["paper"], breaks=(MeasurementBreak(first, "it counts more"),))
    limit = (
        f"Source paper: from {when_in_words(first)} it does not count as before: it counts more. A change at that time "
        "may be one of counting."
    )
    assert (limit in check_study(replace(study, sources={**study.sources, "paper": broken}))) is told


@pytest.mark.parametrize(("first", "declared"), [("2019-04-03", True), ("2019-04-04", False), ("2018-10-01", True),
                                                  ("2018-09-30", False)])  # fmt: skip
def test_a_jump_is_declared_by_a_break_within_three_months_of_it(study_folder, first, declared):
    rewrite(study_folder, {name: [9] * 24 + [27] * 24 for name in ("Diyala", "Anbar", "Kirkuk", "Babil")})
    study = read_study(study_folder)
    broken = replace(study.sources["events"], breaks=(MeasurementBreak(first, "it counts more"),))
    told = check_study(replace(study, sources={**study.sources, "events": broken}))
    jumps = [limit for limit in told if limit.startswith("Source events: from January 2019 the counts of all 4")]
    assert len(jumps) == (not declared)


def test_letters_that_no_chart_can_write_and_names_that_a_language_lacks_are_told(study_folder):
    study = read_study(study_folder)
    panel = study.panel()
    named = panel.counts.set_axis(["ᠮᠣᠩᠭᠣᠯ", "Kirkuk", "Anbar"], axis=1)
    odd = replace(study, panels={"events": Panel(named, source="file")})
    assert (
        'Source events: no font of charts has the letters of ᠮᠣᠩᠭᠣᠯ; write names = "en" in study.toml, or provinces = '
        "[...] in other letters."
    ) in check_study(odd)
    assert not any("no font" in limit for limit in check_study(study))
    halabja = Panel(panel.counts.set_axis(["Halabja", "Kirkuk", "Anbar"], axis=1), source="file")
    french = replace(study, panels={"events": halabja}, names="fr")
    assert [limit for limit in check_study(french) if "no such name" in limit] == [
        "names = 'fr': no such name is known of Halabja; the official one stands there, unless provinces = [...] in "
        "study.toml gives another."
    ]
    for named in (replace(french, names="source"), replace(study, names="fr")):
        assert not any("no such name" in limit for limit in check_study(named))


def test_seasons_are_weighed_in_eight_periods_or_more(study_folder, add_claim):
    file = study_folder / "study.toml"
    file.write_text(f'calendar = ["ramadan"]\n{file.read_text()}')
    for name, last in (("short", "2019-09"), ("long", "2019-12")):
        add_claim(name, f'[counts]\nfirst = "2018-01"\nlast = "{last}"\n[event]\nat = "2019-01"\n[asserts]\n'
                        'change = { direction = "rise" }')  # fmt: skip
    told = [limit for limit in limits(study_folder) if "'ramadan'" in limit and "quarters" in limit]
    assert any("8 quarters" in limit for limit in told) and not any("7 quarters" in limit for limit in told)


def test_a_claim_that_the_counts_cannot_answer_is_named(study_folder, add_claim):
    add_claim("late", EVENT.replace('name = "drawdown"', 'at = "2021-03"'))
    (said,) = [limit for limit in limits(study_folder) if limit.startswith("Claim late: ")]
    assert "found counts in January 2017 to December 2020 and a change in 2021-03" in said


def test_a_country_that_is_not_that_of_the_counts_is_named(study_folder):
    file = study_folder / "study.toml"
    file.write_text(file.read_text().replace('"IQ"', '"SY"'))
    (said, _) = [limit for limit in limits(study_folder) if "lie in" in limit]
    assert said.startswith("Source events: its provinces lie in IQ, and study.toml says country = 'SY'; one of the two")


def test_what_was_not_watched_is_no_zero(study_folder):
    file = study_folder / "counts" / "again.csv"
    lines = file.read_text().splitlines()
    period, province, _, _, *rest = lines[1].split(",")
    lines[1] = ",".join([period, province, "", "0.0", *rest])
    file.write_text("\n".join(lines) + "\n")
    assert "Source again: of 144 cells, 1 were not watched and 0 in part; they are not zeros." in limits(study_folder)


def test_a_gap_of_one_province_costs_its_periods_and_not_the_study(study_folder, add_claim):
    file = study_folder / "counts" / "events.csv"
    lines = file.read_text().splitlines()
    lines = [
        line
        if not line.startswith(("2018-05,Kirkuk", "2018-06,Kirkuk"))
        else ",".join([*line.split(",")[:2], "", "0.0", *line.split(",")[4:]])
        for line in lines
    ]
    file.write_text("\n".join(lines) + "\n")
    add_claim("it", EVENT)
    said = limits(study_folder)
    assert (
        "Source events: 2 periods have no total, since some provinces were watched less than others in them; claims on "
        "some provinces alone may have one." in said
    )
    study = read_study(study_folder)
    assert counts_of(study.claim("it"), study).isna().sum() == 2
    assert assess(study.claim("it"), study, "quick").ruling is Ruling.SUPPORTED


def rewrite(study_folder, counts):
    """Other counts for the first source of a study, and for the same in another file."""
    index = periods.span("2017-01", "2020-12", "M")
    for name in ("events", "again"):
        write_panel(Panel(pd.DataFrame(counts, index)), study_folder / "counts" / f"{name}.csv")


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (
            {"Diyala": [40] * 20 + [4] + [40] * 27},
            "Source again: 2018-09 holds 4 attacks and its neighbours 40 each; if that is a hole in the record, "
            "leave its counts empty and write 0 as its exposure.",
        ),
        (
            {"Diyala": [40] * 45 + [0] * 3},
            "Source again: from 2020-10 to its end it holds no attacks, 3 periods after such with 40 each; if the "
            "record ends there, leave their counts empty and write 0 as their exposure.",
        ),
        (
            {"Diyala": [20] + [40] * 47},
            "Source again: its first period, 2017-01, holds 20 attacks and the six next to it 40 each; if it was "
            "counted in part, write the share of it that was watched as its exposure, or leave it out.",
        ),
        (
            {"Diyala": [6] * 38 + [0] * 10, "Anbar": [9] * 48},
            "Source again: Diyala holds no attacks from 2020-03 on, 10 periods after such with 6 each, and the "
            "others go on; if nobody counted there, leave their counts empty and write 0 as their exposure.",
        ),
        (
            {name: [9] * 24 + [27] * 24 for name in ("Diyala", "Anbar", "Kirkuk", "Babil")},
            "Source again: from January 2019 the counts of all 4 provinces that can be compared change alike, to 3 "
            "times what they were; if it counts by another rule since, say so: [[sources.again.breaks]] with first = "
            '"2019-01" and what.',
        ),
    ],
)
def test_what_looks_like_a_fault_of_the_record_is_told_with_what_to_write(study_folder, counts, said):
    before = limits(study_folder)
    rewrite(study_folder, counts)
    assert [limit for limit in limits(study_folder) if limit not in before] == [said.replace("again", "events"), said]


def test_a_jump_that_the_source_declares_is_told_once(study_folder):
    rewrite(study_folder, {name: [9] * 24 + [27] * 24 for name in ("Diyala", "Anbar", "Kirkuk", "Babil")})
    file = study_folder / "study.toml"
    file.write_text(file.read_text() + '\n[[sources.events.breaks]]\nfirst = "2019-01"\nwhat = "it counts more"\n')
    told = [limit for limit in limits(study_folder) if limit.startswith("Source events")]
    assert [limit for limit in told if "2019" in limit] == [
        "Source events: from January 2019 it does not count as before: it counts more. A change at that time may be "
        "one of counting."
    ]


@pytest.mark.parametrize(("written", "told"), [("2099-01-01", True), ("2032", True), ("2026-11-21", False)])
def test_a_claim_written_down_long_after_all_else_is_named(study_folder, add_claim, written, told):
    add_claim("late", '[asserts]\nrecorded = { span = "2019", at_least = 1 }')
    study = read_study(study_folder)
    late = replace(study, claims=tuple(replace(claim, written=written) for claim in study.claims))
    said = [limit for limit in check_study(late) if "written down" in limit]
    assert bool(said) == told
    if written == "2099-01-01":
        assert said == [
            "Claim late: it was written down on 1 January 2099, more than 10 years after all else that the study has a "
            "date for, which ends in 2020."
        ]
