import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from trends import periods
from trends.claims.registry import KINDS
from trends.claims.study import read_study
from trends.cli import main

ROOT = Path(__file__).parents[1]
FOLDERS = sorted(file.parent for file in ROOT.glob("data/*/study.toml"))
# The raw event files, for whoever has them: the counts are then made again.
EVENT_FILES = {
    ("iraq", "ged211.csv"): "ged211_iraq_where12.csv",
    ("iraq", "ged191.csv"): "ged191_iraq_full.csv",
    ("syria", "ged211.csv.gz"): "ged211_syria_where12.csv.gz",
    ("afghanistan", "ged211.csv.gz"): "round2/ged211_afg_where12_province.csv.gz",
    ("iraq_surge", "ged211.csv"): "ged211_iraq_where12.csv",
    ("iraq_surge", "strikes.csv.gz"): "round2/iraq_airstrikes_2007_2008.csv.gz",
}
COUNTRIES = {"AF": "Afghanistan", "IQ": "Iraq", "SY": "Syria"}
# Months of which the record of attacks has holes.
HOLES = {"attacks": ["2004-09", "2004-10", "2005-12"]}
REGIONS = {"Kurdistan Region", "disputed areas", "northern Iraq", "Iraq and Syria, not told apart"}


@pytest.fixture(scope="module")
def iraq():
    return read_study(ROOT / "data" / "iraq")


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def study(request):
    return read_study(request.param)


def commands(folder):
    lines = (folder / "README.md").read_text(encoding="utf-8").splitlines()
    return [shlex.split(line) for line in lines if line.startswith("    trends count ")]


def test_there_are_four_studies():
    assert [folder.name for folder in FOLDERS] == ["afghanistan", "iraq", "iraq_surge", "syria"]


def test_the_quarters_of_2018_to_2020_are_the_known_ones(iraq):
    total = iraq.panel("ucdp").to("Q").span("2018Q1", "2020Q4").total()
    assert total.tolist() == [18, 42, 18, 29, 23, 10, 28, 15, 16, 38, 13, 21]


def test_the_months_and_provinces_of_spring_2020_are_the_known_ones(iraq):
    panel = iraq.panel("ucdp")
    assert panel.span("2020-04", "2020-06").total().tolist() == [14, 17, 7]
    quarters = panel.to("Q").span("2020Q1", "2020Q2")
    known = {
        "Diyala": [5, 16],
        "Kirkuk": [4, 8],
        "Salah al-Din": [2, 7],
        "Nineveh": [0, 2],
        "Baghdad": [2, 3],
        "Anbar": [1, 0],
    }
    assert {province: quarters[province].tolist() for province in known} == known


def test_clashes_and_attacks_on_civilians_are_parts_of_the_events(iraq):
    events, parts = iraq.panel("ucdp"), [iraq.panel("ucdp_state_based"), iraq.panel("ucdp_one_sided")]
    assert all(part.provinces == events.provinces and part.index.equals(events.index) for part in parts)
    rest = events.counts - parts[0].counts - parts[1].counts
    assert rest.min().min() == 0
    # Fighting between IS and other armed groups is the third kind.
    assert rest.sum().sum() == 5


def test_no_event_is_without_a_death(iraq):
    assert iraq.panel("ucdp_deaths").counts.sum().sum() > iraq.panel("ucdp").counts.sum().sum()
    assert iraq.panel("ucdp_deaths").unit == "deaths"


def test_the_readme_states_what_a_located_file_keeps_of_the_full_one(iraq):
    text = (ROOT / "data" / "iraq" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (20\d\d) \| (\d+) \| (\d+) \| (0\.\d\d) \|$", text, flags=re.MULTILINE)
    full, located = (iraq.panel(name).span("2013-01", "2018-12").to("Y").total() for name in ("ucdp_191", "ucdp"))
    assert [year for year, *_ in rows] == [periods.label_of(when) for when in full.index]
    # Four events are dated too coarsely for a month.
    assert [int(every) - count for (_, every, _, _), count in zip(rows, full, strict=True)] == [0, 1, 1, 1, 1, 0]
    for (_, every, kept, share), newer in zip(rows, located, strict=True):
        assert f"{int(kept) / int(every):.2f}" == share
        # The two releases differ by an event or two a year.
        assert abs(int(kept) - newer) <= 1


def test_every_cell_of_the_panels_is_watched_but_for_the_holes_that_are_known(study):
    for name, panel in study.panels.items():
        unwatched = panel.index[(panel.exposure == 0).all(axis=1)]
        assert periods.labels(unwatched) == HOLES.get(name, [])
        assert (panel.exposure.drop(unwatched) == 1).all().all()
        assert panel.frequency == "M"


def test_the_panels_have_the_provinces_of_the_study(study):
    for name, panel in study.panels.items():
        extra = set(panel.provinces) - set(study.provinces)
        # No air strike was recorded in Dohuk.
        assert set(study.provinces) - set(panel.provinces) == ({"Dohuk"} if name == "air_strikes" else set())
        assert len(extra) == (1 if name == "ucdp_191" else 0), extra


def test_every_table_of_counts_is_held_by_a_hash_and_made_by_a_command(study):
    made = {command[command.index("--out") + 1] for command in commands(study.path)}
    text = (study.path / "README.md").read_text(encoding="utf-8")
    made |= set(re.findall(r"^    python docs/\w+\.py \S+ (\S+)$", text, flags=re.MULTILINE))
    assert made == {source.counts for source in study.sources.values() if source.counts}
    assert made == {f"counts/{file.name}" for file in (study.path / "counts").iterdir()}
    assert all(source.sha256 for source in study.sources.values() if source.counts)


@pytest.mark.parametrize(
    "folder, command",
    [
        pytest.param(folder, command, id=f"{folder.name} {command[-1]}")
        for folder in FOLDERS
        for command in commands(folder)
    ],
)
def test_the_command_makes_the_same_bytes_again(folder, command, tmp_path, shared_data):
    events = shared_data(EVENT_FILES[folder.name, command[2]])
    target = command[command.index("--out") + 1]
    # A map of columns lies in the folder of the study.
    rest = [str(folder / word) if word.endswith(".toml") else word for word in command[3:-1]]
    arguments = [*command[1:2], str(events), *rest, str(tmp_path / "counts.csv"), "--quiet"]
    assert main(arguments) == 0
    assert (tmp_path / "counts.csv").read_bytes() == (folder / target).read_bytes()


def test_every_published_figure_belongs_to_a_source_and_a_place(study):
    for figures in study.figures.values():
        places = {*study.provinces, COUNTRIES[study.country], *REGIONS}
        assert set(figures["place"]) <= places
        # A figure was read in its source, or else computed from others that were.
        assert (figures["seen"] != figures["derived"]).all()
        assert set(figures["seen"]) <= {"true", "false"}
        assert set(figures["confidence"]) <= {"high", "medium"}
        assert (figures["value"] >= 0).all() or set(figures["unit"][figures["value"] < 0]) == {"percent"}
        assert figures["source"].ne("").all()


def test_no_series_of_published_figures_is_without_a_source(study):
    if not study.figures:
        assert not (study.path / "published.csv").exists()
        return
    cited = {source.series for source in study.sources.values() if source.published}
    text = (study.path / "published.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert {line.split(",")[1] for line in text} == cited


def test_no_figure_is_published_twice_in_a_series(study):
    for figures in study.figures.values():
        assert not figures.duplicated(["measure", "unit", "place", "first", "last"]).any()


def test_the_figures_that_the_claims_name_are_the_published_ones(iraq):
    assert iraq.total("ctc_sigact", "2018", "2018") == 1470
    assert iraq.total("ctc_sigact", "2019", "2019") == 1669
    assert [iraq.total("ctc_sigact", quarter, quarter) for quarter in ("2020Q1", "2020Q2", "2020Q3")] == [566, 808, 510]
    assert iraq.total("lig_oir", "2020Q1", "2020Q1") == 250
    assert iraq.total("lig_oir", "2020Q1", "2020Q1", ["Diyala"]) == 80
    assert iraq.total("lig_oir", "2020Q2", "2020Q2") == 405
    assert iraq.total("is_claims_week", "2020-05-07", "2020-05-13") == 42


def test_the_events_are_in_order_and_in_the_study(study):
    events = study.events
    assert events["first"].is_monotonic_increasing
    assert (events["first"] >= periods.period(study.first).start_time).all()
    assert (events["last"] <= periods.period(study.last).end_time).all()
    assert events["event"].str.fullmatch(r"[a-z0-9_]+").all()
    assert set(events["precision"]) <= {"day", "month", "quarter"}
    assert set(events["seen"]) <= {"true", "false"}
    assert events["what"].ne("").all() and events["source"].ne("").all()
    assert events.loc[events["number"] != "", "number"].str.fullmatch(r"\d+").all()
    assert not events.duplicated(["event", "first", "province", "what"]).any()


def test_the_provinces_of_events_are_those_of_the_study(study):
    named = {province for cell in study.events["province"] for province in cell.split("; ") if province}
    assert named <= set(study.provinces)


def test_the_handovers_of_2020_have_a_province_and_a_day(iraq):
    handovers = iraq.event("coalition_drawdown")
    assert handovers["province"].tolist() == [
        "Anbar",
        "Nineveh",
        "Kirkuk",
        "Nineveh",
        "Anbar",
        "Baghdad",
        "Baghdad",
        "Baghdad",
    ]
    assert handovers["first"].dt.strftime("%m-%d").tolist()[:6] == [
        "03-17",
        "03-26",
        "03-29",
        "03-30",
        "04-04",
        "04-07",
    ]
    assert set(handovers["precision"]) == {"day"}


def test_a_claim_is_named_like_its_file_and_was_written_after_it_was_said(study):
    for claim in study.claims:
        assert claim.path == f"{claim.id}.toml"
        assert claim.said_on < claim.written
        assert claim.says.endswith(".") and claim.note[-1:] in ("", ".")


def test_every_claim_conflicts_with_those_that_conflict_with_it(study):
    for claim in study.claims:
        for other in claim.conflicts_with:
            assert claim.id in study.claim(other).conflicts_with


def test_every_document_is_the_source_of_a_claim(study):
    assert {claim.document for claim in study.claims} == set(study.documents)


def test_all_69_statements_of_the_register_are_answered(iraq):
    answered = [number for claim in iraq.claims for number in claim.answers]
    assert set(answered) == {f"C{number:02d}" for number in range(1, 70)}
    assert all(claim.answers for claim in iraq.claims)


def test_the_register_is_that_of_the_collection(iraq):
    collection = ROOT.parent / "shared" / "facts" / "claims.yaml"
    if not collection.is_file():
        pytest.skip("the collection is not at hand")
    said = re.findall(r"^- id: (C\d\d)\n  document: (\w+)", collection.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(said) == 69
    documents = {number: {claim.document for claim in iraq.claims if number in claim.answers} for number, _ in said}
    assert documents == {number: {document} for number, document in said}


def test_what_nobody_counts_is_untestable_for_a_reason_and_by_the_study_itself(iraq):
    needed = {claim.asserts["needs"].measure for claim in iraq.claims if "needs" in claim.asserts}
    assert {"fighters", "car bombs", "leaders killed", "coalition air strikes"} <= needed
    assert not needed & {source.measure for source in iraq.sources.values()}


def test_every_kind_of_link_occurs_in_iraq(iraq):
    asserted = {link for claim in iraq.claims for link in claim.asserts}
    # No sentence of Iraq speaks of growth from year to year, or of chance without a change that came of something.
    assert set(KINDS) - {"trend", "ordinary"} <= asserted
    assert len(iraq.claims) >= 20


def test_the_five_statements_that_the_study_is_about_are_there(iraq):
    assert iraq.claim("attacks-566-first-quarter-2020").asserts["recorded"].at_least == 566
    assert iraq.claim("attacks-1669-in-2019").asserts["recorded"].exactly == 1669
    assert iraq.claim("attacks-rose-13-percent-in-2019").asserts["recorded"].about == 1.13
    assert iraq.claim("attacks-250-first-quarter-2020").asserts["recorded"].exactly == 250
    assert iraq.claim("diyala-80-attacks-first-quarter-2020").counts.provinces == ("Diyala",)
    share = iraq.claim("diyala-a-third-of-attacks").asserts["recorded"]
    assert (share.share_of, share.about) == (("Diyala",), 0.33)


def test_the_drawdown_claim_asserts_all_that_its_headline_does(iraq):
    claim = iraq.claim("attacks-rose-after-drawdown")
    assert list(claim.asserts) == ["recorded", "realised", "change", "timing", "lasting", "dose", "rivals"]
    assert (claim.event.name, claim.event.window) == ("coalition_drawdown", ("2020-03", "2020-06"))


def test_nothing_of_iraq_is_in_the_study_of_syria():
    study = read_study(ROOT / "data" / "syria")
    assert study.country == "SY"
    assert not {"Iraq", "Anbar", "Diyala"} & {*study.provinces, *study.panel().provinces}
    assert study.panel().total().sum() == 11603


@pytest.fixture(scope="module")
def surge():
    return read_study(ROOT / "data" / "iraq_surge")


@pytest.fixture(scope="module")
def afghanistan():
    return read_study(ROOT / "data" / "afghanistan")


def test_the_attacks_of_the_surge_are_those_that_were_published(surge):
    total = surge.panel().total()
    assert total[["2007-01", "2007-06", "2007-12", "2009-02"]].tolist() == [5754, 5736, 2958, 725]
    assert total.sum() == 167_215
    assert surge.panel()["Anbar"][["2006-10", "2007-08"]].tolist() == [1499, 328]
    assert surge.panel("ucdp").total().sum() == 1967


def test_the_table_of_attacks_is_made_again(tmp_path, shared_data):
    table = shared_data("round2/iraq_sigact_governorate_month.csv")
    made = tmp_path / "attacks.csv"
    subprocess.run([sys.executable, ROOT / "docs" / "sigacts.py", table, made], check=True, cwd=ROOT)
    assert made.read_bytes() == (ROOT / "data" / "iraq_surge" / "counts" / "attacks.csv").read_bytes()


def test_five_brigades_came_from_january_to_may_2007(surge):
    brigades = surge.event("surge_brigades")
    assert brigades["number"].tolist() == ["1"] * 5
    assert brigades["first"].dt.strftime("%Y-%m").tolist() == ["2007-01", "2007-03", "2007-04", "2007-05", "2007-05"]


def test_the_claims_on_the_surge_have_one_untestable_for_each_thing_that_nobody_counts_here(surge):
    assert len(surge.claims) >= 12
    needed = [claim.asserts["needs"].measure for claim in surge.claims if "needs" in claim.asserts]
    assert len(needed) == len(set(needed)) == 5
    assert not set(needed) & {source.measure for source in surge.sources.values()}
    text = (surge.path / "README.md").read_text(encoding="utf-8")
    assert "Five cannot be tested" in text and "Eighteen, as they were made" in text and len(surge.claims) == 18


def test_afghanistan_is_counted_by_province_and_year(afghanistan):
    panel = afghanistan.panel()
    assert panel.total().sum() == 14_377
    assert len(panel.provinces) == 34
    assert panel.to("Y").total()[["2004", "2011", "2019", "2020"]].tolist() == [97, 946, 1798, 1717]
    assert panel.total()[["2019-03", "2019-04", "2020-03", "2020-04"]].tolist() == [136, 118, 155, 123]
    assert len(afghanistan.claims) == 13 and "Thirteen claims" in (afghanistan.path / "README.md").read_text()


def test_the_two_counts_of_the_attacks_after_the_agreement_differ_by_a_factor_of_eight(afghanistan):
    counted = [
        afghanistan.total(source, "2020-03-01", "2020-04-15") for source in ("reuters_attacks", "taliban_attacks")
    ]
    assert counted == [4500, 537]
