import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.known_truth import page
from benchmarks.known_truth.__main__ import chosen, default_folder, main, score
from benchmarks.known_truth.asking import Answer, ask, realised
from benchmarks.known_truth.cases import COLUMNS, read_cases
from benchmarks.known_truth.causes import why_not_dated, why_open
from benchmarks.known_truth.peers import Said, ask_peers
from benchmarks.known_truth.scoring import (
    Scored,
    compare,
    equal_threshold,
    score_case,
    signed,
    verdict_of,
)
from benchmarks.known_truth.shipped import basis_of, may_be_shipped, ship
from trends import drawing
from trends.errors import InputError

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "data" / "truth"


def row(**changed):
    values = {
        "id": "made", "kind": "real", "place": "Nowhere", "source": "made up", "freq": "M", "measure": "attacks",
        "question": "fall", "truth": "fall", "at": "2013-01", "window_first": "2012-11", "window_last": "2013-02",
        "ratio_lo": "0.1", "ratio_hi": "0.5", "lasting": "yes", "evident": "clear", "why": "", "truth_basis": "rule",
        "licence": "CC BY 4.0, shippable", "cls": "conflict", "file": "series/made.csv",
    }  # fmt: skip
    return values | changed


def folder_of(tmp_path, *rows, series=None):
    folder = tmp_path / "cases"
    (folder / "series").mkdir(parents=True)
    with (folder / "cases.csv").open("w", newline="") as opened:
        writer = csv.DictWriter(opened, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    (folder / "series" / "made.csv").write_text(series or months(40, 8))
    return folder


def months(before, after, at=36, n=60):
    index = pd.period_range("2010-01", periods=n, freq="M")
    noise = np.random.default_rng(3).poisson(np.where(np.arange(n) < at, before, after))
    return "period,count\n" + "".join(f"{when},{count}\n" for when, count in zip(index, noise, strict=True))


def test_a_case_is_read_with_its_date_and_its_window(tmp_path):
    [case] = read_cases(folder_of(tmp_path, row()))
    assert (str(case.at), *map(str, case.window)) == ("2013-01", "2012-11", "2013-02")
    assert len(case.counts) == 60 and case.exposure.eq(1).all()
    assert case.directions == ("fall",) and case.accepted == (0.1, 0.5)


def test_an_empty_count_is_a_hole_and_an_exposure_is_a_share_of_the_largest(tmp_path):
    series = "period,count,exposure\n2012-12,4,50\n2013-01,,100\n2013-02,2,100\n"
    [case] = read_cases(folder_of(tmp_path, row(window_first="2012-12"), series=series))
    assert case.counts.isna().tolist() == [False, True, False]
    assert case.exposure.tolist() == [0.5, 0.0, 1.0]


@pytest.mark.parametrize(
    "changed, said",
    [
        (
            {"window_first": ""},
            "found window_first = '', window_last = '2013-02'; allowed: the first and the last period in which the "
            "turn may begin, for a rise, a fall or a pulse; give the case its window.",
        ),
        (
            {"question": "guess"},
            "found question = 'guess'; allowed: rise, fall, pulse, season, trend, on/off, nodiff, placebo; give "
            "question one of these.",
        ),
        (
            {"at": "2016-01"},
            "found at = '2016-01' and counts from 2010-01 to 2014-12; allowed: counts on both sides of the date; "
            "correct the date, or give the case counts that reach it.",
        ),
        (
            {"window_last": "2019-01"},
            "found a window from 2012-11 to 2019-01; allowed: a window inside the counts, its first period not after "
            "its last; correct the window.",
        ),
        ({"at": "soon"}, "found at = 'soon'; allowed: a period of the frequency M; correct it."),
        ({"freq": "X"}, "found freq = 'X'; allowed: D, W, M, Q, Y; give freq one of these."),
        (
            {"ratio_lo": "2", "ratio_hi": "1"},
            "found ratio_lo = 2 and ratio_hi = 1; allowed: the smaller one first; swap them.",
        ),
        ({"ratio_lo": "few"}, "found ratio_lo = 'few'; allowed: a number; correct it."),
        (
            {"question": "on/off", "at": "limit"},
            "found at = 'limit'; allowed: a column of series/made.csv: period, count; name the column that is 1 where "
            "the measure was in force.",
        ),
    ],
)
def test_a_case_that_cannot_be_asked_is_one_sentence_and_exit_code_2(changed, said, tmp_path, capsys):
    folder = folder_of(tmp_path, row(**changed))
    assert main(["--cases", str(folder)]) == 2
    where = f"dev.py score: read the case 'made' in line 2 of {folder / 'cases.csv'}: "
    assert capsys.readouterr().err.strip() == where + said


def test_a_folder_without_cases_and_a_table_without_a_column_are_refused(tmp_path):
    with pytest.raises(InputError, match="found no such folder; allowed: a folder with"):
        read_cases(tmp_path / "nowhere")
    (tmp_path / "cases.csv").write_text("id,kind\nmade,real\n")
    with pytest.raises(InputError, match="found no column 'place'"):
        read_cases(tmp_path)
    with pytest.raises(InputError, match="found the id 'made' twice"):
        read_cases(folder_of(tmp_path, row(), row()))


def test_a_case_without_a_name_is_refused(tmp_path):
    said = "found no id; allowed: a name of its own for each case; name the case."
    with pytest.raises(InputError, match=said):
        read_cases(folder_of(tmp_path, row(id=" ")))


def test_a_plain_fall_is_right_and_its_row_has_every_key(tmp_path):
    [case] = read_cases(folder_of(tmp_path, row()))
    scored = score_case(case)
    found = scored.to_row()
    assert (found["verdict"], found["change"], found["realised_right"]) == ("right", "SUPPORTED", True)
    assert found["lower"] <= found["estimate"] <= found["upper"] < 1
    wanted = {"id", "realised", "change", "estimate", "lower", "upper", "in_window", "date", "verdict"}
    assert wanted <= set(found)
    assert scored.z < -3
    assert json.dumps(found)


def test_the_recorded_ratio_is_that_of_the_year_against_the_three_before(tmp_path):
    [case] = read_cases(folder_of(tmp_path, row(), series=months(40, 8).replace("2013-01,", "2013-01,1")))
    counts = case.counts
    assert realised(case) == pytest.approx(counts["2013-01":"2013-12"].mean() / counts["2010-01":"2012-12"].mean())


@pytest.mark.parametrize("freq, labels", [("Y", range(1950, 1990)), ("W", None), ("D", None)])
def test_years_weeks_and_days_are_asked_too(freq, labels, tmp_path):
    index = pd.period_range("2011-01-03", periods=40, freq={"Y": "Y", "W": "W", "D": "D"}[freq])
    names = [str(year) for year in labels] if labels else [str(when.start_time.date()) for when in index]
    counts = np.random.default_rng(1).poisson(np.where(np.arange(40) < 20, 30, 6))
    series = "period,count\n" + "".join(f"{name},{count}\n" for name, count in zip(names, counts, strict=True))
    changed = {"freq": freq, "at": names[20], "window_first": names[19], "window_last": names[21]}
    [case] = read_cases(folder_of(tmp_path, row(**changed), series=series))
    # What so short a series cannot answer is said; it is no error.
    answer = ask(case, "fall")
    assert answer.change in ("SUPPORTED", "CANNOT TELL", "UNTESTABLE") and answer.reason.endswith(".")
    assert ask_peers(case)["level only"].estimate == pytest.approx(counts[20:].mean() / counts[:20].mean())


def test_events_on_one_side_of_the_date_alone_are_asked(tmp_path):
    series = months(0, 20)
    changed = {"question": "rise", "truth": "rise", "ratio_lo": "5", "ratio_hi": "1000000"}
    [case] = read_cases(folder_of(tmp_path, row(**changed), series=series))
    assert case.counts[: case.at - 1].sum() == 0
    scored = score_case(case)
    assert scored.realised == np.inf and scored.realised_right
    assert scored.verdict in ("right", "cannot tell")
    assert scored.to_row()["realised"] is None


def answer(direction, change):
    return Answer(direction, change)


@pytest.mark.parametrize(("direction", "before", "after"), [("fall", 12.0, 0.0), ("rise", 0.0, 12.0)])
def test_an_end_to_zero_and_an_onset_from_zero_are_decided(direction, before, after, tmp_path):
    asked = {"question": direction, "truth": direction, "ratio_lo": "0.0", "ratio_hi": "1000000.0"}
    [case] = read_cases(folder_of(tmp_path, row(**asked), series=months(before, after)))
    assert case.counts[case.at :].sum() == 0 or case.counts[: case.at - 1].sum() == 0
    answer = ask(case, direction)
    assert answer.change == "SUPPORTED" and answer.lower < answer.estimate < answer.upper < np.inf
    assert (answer.upper < 0.2) if direction == "fall" else (answer.lower > 5)
    assert verdict_of(case, (answer,)) == "right"


def test_a_claim_of_a_season_is_asked_and_the_opposite_one_is_never_found(tmp_path):
    index = pd.period_range("2010-01", periods=96, freq="M")
    summer = np.isin(index.month, (6, 7, 8))
    counts = np.random.default_rng(5).poisson(np.where(summer, 60, 15))
    series = "period,count\n" + "".join(f"{when},{count}\n" for when, count in zip(index, counts, strict=True))
    asked = {
        "question": "season", "truth": "rise", "at": "summer", "window_first": "", "window_last": "", "ratio_lo": "3",
        "ratio_hi": "5", "lasting": "",
    }  # fmt: skip
    [case] = read_cases(folder_of(tmp_path, row(**asked), series=series))
    rises, falls = ask(case, "rise"), ask(case, "fall")
    assert rises.lower < 4 < rises.upper and rises.change in ("SUPPORTED", "CANNOT TELL")
    assert falls.change in ("CONTRADICTED", "CANNOT TELL") and np.isnan(rises.in_window)


@pytest.mark.parametrize(
    "kind, cls, fall, rise, verdict",
    [
        ("placebo", "conflict", "SUPPORTED", "CONTRADICTED", "wrong"),
        ("placebo", "conflict", "CONTRADICTED", "SUPPORTED", "wrong"),
        ("placebo", "conflict", "CANNOT TELL", "CONTRADICTED", "cannot tell"),
        ("placebo", "conflict", "NO MATERIAL CHANGE", "CONTRADICTED", "right"),
        ("nodiff", "conflict", "CONTRADICTED", "SUPPORTED", "right"),
        ("nodiff", "outside", "CONTRADICTED", "SUPPORTED", "wrong"),
        ("nodiff", "conflict", "SUPPORTED", "CONTRADICTED", "wrong"),
    ],
)
def test_where_nothing_happened_a_change_is_wrong(kind, cls, fall, rise, verdict, tmp_path):
    changed = {"kind": kind, "question": kind, "truth": "none", "cls": cls, "evident": ""}
    [case] = read_cases(folder_of(tmp_path, row(**changed)))
    assert verdict_of(case, (answer("fall", fall), answer("rise", rise))) == verdict


@pytest.mark.parametrize(
    "change, verdict",
    [("SUPPORTED", "right"), ("CANNOT TELL", "cannot tell"), ("UNTESTABLE", "cannot tell"), ("CONTRADICTED", "wrong")],
)
def test_a_turn_is_right_where_its_direction_is_supported(change, verdict, tmp_path):
    [case] = read_cases(folder_of(tmp_path, row()))
    assert verdict_of(case, (answer("fall", change),)) == verdict


def cases_of(tmp_path, n):
    placebo = {"kind": "placebo", "question": "placebo", "truth": "none", "evident": ""}
    rows = [row(id=f"turn-{place}") for place in range(2)]
    return read_cases(folder_of(tmp_path, *rows, *[row(id=f"quiet-{place}", **placebo) for place in range(n)]))


def test_at_equal_false_alarms_one_placebo_in_twenty_is_found(tmp_path):
    cases = cases_of(tmp_path, 40)
    pairs = list(zip(cases, [-4.0, 3.0, *np.linspace(0, 3.9, 40)], strict=True))
    threshold = equal_threshold(pairs)
    found = compare(pairs, threshold)
    assert found.false == 2 / 40
    # The rise of 3 is of the wrong sign, and lies below the threshold.
    assert (found.right, found.opposite) == (0.5, 0)
    assert compare(pairs, 1.96).opposite == 1


def test_peers_find_a_plain_fall_and_no_change_where_there_is_none(tmp_path):
    [plain] = read_cases(folder_of(tmp_path / "a", row()))
    [quiet] = read_cases(folder_of(tmp_path / "b", row(), series=months(20, 20)))
    for name in ("interrupted series", "level only", "CausalImpact"):
        said = ask_peers(plain)[name]
        assert said.z < -4 and said.lower < 0.2 < said.upper
        assert abs(ask_peers(quiet)[name].z) < 2


def made_up(case, verdict, z):
    """A case as if it had been scored, so that the page is tested and not the inference."""
    ruling = "SUPPORTED" if verdict == "right" else "CANNOT TELL"
    said = Answer("fall", ruling, 0.3, 0.2, 0.4, 0.99, 0.9, "2013-01", "SUPPORTED", "SUPPORTED", ruling, "It fell.")
    return Scored(case, (said,), 0.3, verdict, "right", z, {"CausalImpact": Said(0.3, 0.2, 0.4, z)})


def test_the_page_and_its_chart_tell_what_was_scored(tmp_path):
    outcomes = ["right", "cannot tell", "cannot tell", "cannot tell", "cannot tell"]
    sizes = [-4.0, -1.0, 1.0, -0.5, 0.2]
    cases = cases_of(tmp_path, 3)
    scored = [made_up(case, *one) for case, one in zip(cases, zip(outcomes, sizes, strict=True), strict=True)]
    told = page.write(scored, "Five cases.", "known-truth.png")
    assert "| clear turns | 2 | 1 | 1 | 0 | 2 of 2 | 2 of 2 |" in told
    assert "| placebo dates | 3 | 0 | 3 | 0 |" in told
    assert "SUPPORTED: 1 of 2, of the clear turns 1 of 2." in told
    assert "| turn-1 | clear | CANNOT TELL | " in told
    chart = page.draw(scored)
    labels = {line.get_label() for line in chart.lines}
    assert labels >= {"trends", "interrupted series", "level only", "CausalImpact"}
    marks = [line for line in chart.lines if line.get_marker() == "D"]
    assert (marks[0].get_xdata()[0], marks[0].get_ydata()[0]) == (0.0, 0.5)
    drawing.close(chart)


def open_turn(tmp_path, series, **changed):
    [case] = read_cases(folder_of(tmp_path, row(**changed), series=series))
    said = Answer("fall", "CANNOT TELL", 0.9, 0.5, 1.4, 0.6, 0.1, "2012-02", reason="Open.")
    return Scored(case, (said,), 0.9, "cannot tell", "cannot tell", -0.2)


def steps(*years):
    index = pd.period_range("2010-01", periods=12 * len(years), freq="M")
    counts = np.repeat(years, 12)
    return "period,count\n" + "".join(f"{when},{count}\n" for when, count in zip(index, counts, strict=True))


@pytest.mark.parametrize(
    "years, said",
    [
        ((0, 0, 1, 0), "Few incidents: 12 in the three years before the date and 0 in the year from it."),
        (
            (40, 40, 20, 10),
            "The move was under way: the year before the date had 0.50 times the rate of the two before it, and a "
            "level that moves so is expected to go on.",
        ),
        (
            (20, 20, 40, 10),
            "The level had just gone the other way: the year before the date had 2.00 times the rate of the two "
            "before it, and a level that moves so may well come back by itself.",
        ),
        (
            (20, 20, 22, 18),
            "It lies within what came before: quarters of the three years before have 20 to 22 a period, the 12 "
            "periods from the date 18.",
        ),
    ],
)
def test_why_a_turn_is_open_is_told_from_its_own_counts(years, said, tmp_path):
    assert why_open(open_turn(tmp_path, steps(*years))) == said


def test_where_a_date_went_is_told(tmp_path):
    found = open_turn(tmp_path, steps(40, 40, 20, 10))
    assert why_not_dated(found) == (
        "A likelier date lies 9 periods before the window: the year from 2012-02 has 0.50 times the rate of the year "
        "before."
    )


def test_the_page_names_what_falls_short_with_its_cause(tmp_path):
    told = page.write([open_turn(tmp_path, steps(40, 40, 20, 10))], "One case.", "known-truth.png")
    assert "| made | clear | CANNOT TELL | The move was under way: " in told
    assert "| made | clear | 2012-11 | 2013-02 | 10 % | A likelier date lies 9 periods before" in told


def test_the_number_of_processes_changes_nothing(tmp_path):
    cases = cases_of(tmp_path, 0)
    alone, shared = ([each.to_row() for each in score(cases, jobs)] for jobs in (1, 2))
    assert alone == shared


def test_what_nobody_looked_up_is_not_told_as_a_finding(tmp_path):
    cases = read_cases(folder_of(tmp_path, row(truth_basis="memory", why="A treaty."), row(id="b", why="A law.")))
    scored = [Scored(case, (answer("fall", "CANNOT TELL"),), 0.2, "cannot tell", "", np.nan) for case in cases]
    told = page.write(scored, "", "known-truth.png")
    assert "A treaty." not in told and "from memory, not looked up" in told and "A law." in told


def test_every_case_that_is_shipped_may_be_and_can_be_read():
    cases = read_cases(SHIPPED)
    assert len(cases) == 99
    assert all(may_be_shipped(case.row["licence"]) for case in cases)
    assert {case.row["kind"] for case in cases} == {"real", "nodiff", "placebo"}
    assert not [case.id for case in cases if case.row["truth_basis"] == "memory" and case.row["why"]]
    assert {case.row["file"] for case in cases} == {f"series/{file.name}" for file in (SHIPPED / "series").iterdir()}
    assert sum(file.stat().st_size for file in SHIPPED.rglob("*") if file.is_file()) < 300_000


def test_the_record_of_the_coalition_is_not_shipped_as_a_case():
    assert not may_be_shipped("figures with citation; ask before shipping the district file")
    assert basis_of("peers report (.87)") == "memory"


def test_the_shipped_cases_are_made_from_the_whole_collection(tmp_path):
    whole = ROOT.parent / "shared" / "truth"
    if not (whole / "cases.csv").is_file():
        pytest.skip("the whole collection is not at hand")
    assert default_folder() == whole
    assert ship(whole, tmp_path) == 99
    for file in SHIPPED.rglob("*.csv"):
        assert (tmp_path / file.relative_to(SHIPPED)).read_bytes() == file.read_bytes()


def test_one_case_can_be_chosen_and_an_unknown_one_is_refused(tmp_path):
    cases = cases_of(tmp_path, 1)
    assert [case.id for case in chosen(cases, ["turn-1"])] == ["turn-1"]
    with pytest.raises(InputError, match="found --only nothing; allowed: an id of"):
        chosen(cases, ["nothing"])


def test_the_command_writes_the_page_and_prints_a_row_a_case(tmp_path, capsys):
    folder = folder_of(tmp_path, row())
    assert main(["--cases", str(folder), "--out", str(tmp_path / "out"), "--json", "--jobs", "1"]) == 0
    [told] = json.loads(capsys.readouterr().out)
    assert told["id"] == "made"
    assert (tmp_path / "out" / "known-truth.md").read_text().startswith("# Known truth\n")
    assert (tmp_path / "out" / "known-truth.png").stat().st_size > 10_000


def test_the_signed_certainty_of_the_package_points_the_way_of_the_change(tmp_path):
    [case] = read_cases(folder_of(tmp_path, row()))
    assert signed([score_case(case)], None)[0][1] < -3
