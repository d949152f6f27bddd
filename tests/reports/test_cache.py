import errno
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.fuzz.doors import CLAIM, write_study
from trends import cli
from trends.chance.evidence import Check, Evidence
from trends.claims import assess as assessing
from trends.claims.effort import FULL, QUICK
from trends.claims.rulings import Ruling
from trends.claims.rungs import Rung
from trends.claims.study import read_study
from trends.claims.verdict import Asserted, Finding, Verdict
from trends.counts.panel import Panel
from trends.counts.panel_files import write_panel
from trends.errors import InputError
from trends.periods import span
from trends.reports import cache as caching
from trends.reports import entries as entering
from trends.reports.book import ordered
from trends.reports.cache import Cache, cache_folder, cache_of
from trends.reports.entries import read_entry, write_entry
from trends.reports.tables import plain

FELL = (
    CLAIM.replace('"rose"', '"fell"').replace('"rise", at_least = 1.5', '"fall", at_least = 2').replace("rose", "fell")
)


def whole(folder):
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def entries(folder):
    return sorted(folder.rglob("*.json"))


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A study of two claims with the cache of its first report, and the report made without one."""
    home = tmp_path_factory.mktemp("first")
    write_study(home / "study")
    (home / "study/claims/fell.toml").write_text(FELL)
    counts = np.random.default_rng(0).poisson(9, (24, 2))
    index = span("2019-01", "2020-12", "M")
    write_panel(Panel(pd.DataFrame(counts, index, ["Diyala", "Anbar"])), home / "study/counts/events.csv")
    (home / "study/study.lock").unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRENDS_CACHE", str(home / "cache"))
        words = ["report", str(home / "study"), "--jobs", "1", "--quiet", "--out"]
        assert cli.main([*words, str(home / "without"), "--no-cache"]) == 0
        assert not (home / "cache").exists()
        assert cli.main([*words, str(home / "report")]) == 0
    return home


@pytest.fixture
def room(first, tmp_path, monkeypatch):
    """A copy of the study and of the cache, with a list that takes the claims that are assessed."""
    for name in ("study", "cache"):
        shutil.copytree(first / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRENDS_CACHE", str(tmp_path / "cache"))
    asked, assess = [], assessing.assess

    def heard(claim, study, effort):
        asked.append(claim.id)
        return assess(claim, study, effort)

    monkeypatch.setattr(assessing, "assess", heard)
    return asked


def report(*words):
    assert cli.main(["report", "study", "--out", "report", "--jobs", "1", "--quiet", *words]) == 0
    return whole(Path("report"))


def test_a_report_is_the_same_with_the_cache_without_it_and_from_it(first, room):
    made = whole(first / "without")
    assert whole(first / "report") == made
    assert report() == made and room == []
    kept = [json.loads(file.read_bytes().partition(b"\n")[2]) for file in entries(Path("cache"))]
    drawn = [name for entry in kept for name in entry.get("charts", entry)]
    told = {"change", "change-specifications", "counts-heat-map", "course-regimes", "forest"}
    assert told <= set(drawn) and len(kept) == 4
    assert all(f"charts/fell-{name}.png" in made for name in ("change", "change-specifications"))


def test_only_an_edited_claim_is_assessed_anew_and_no_cache_keeps_nothing(room):
    before, file = entries(Path("cache")), Path("study/claims/fell.toml")
    file.write_text(file.read_text().replace("at_least = 2", "at_least = 3"))
    made = report()
    assert room == ["fell"] and len(entries(Path("cache"))) == 6
    assert report("--no-cache") == made and room == ["fell", "fell", "rose"]
    assert set(before) < set(entries(Path("cache"))) and len(entries(Path("cache"))) == 6


@pytest.mark.parametrize("name", ["study.toml", "events.csv", "counts/events.csv", "published.csv", "outlines.geojson"])
def test_any_other_file_that_changes_makes_every_entry_another(first, tmp_path, name):
    shutil.copytree(first / "study", tmp_path / "study")
    before = cache_of(read_study(tmp_path / "study"), tmp_path / "cache")
    with (tmp_path / "study" / name).open("a") as file:
        file.write("\n")
    study = read_study(tmp_path / "study")
    after = cache_of(study, tmp_path / "cache")
    for claim in study.claims:
        assert before._entry(claim, FULL) != after._entry(claim, FULL) != after._entry(claim, QUICK)


@pytest.mark.parametrize("part", ["code_hash", "versions", "version_of", "platform.platform", "processor"])
def test_an_entry_of_another_program_or_machine_is_never_looked_at(first, monkeypatch, part):
    study = read_study(first / "study")
    assert cache_of(study, first / "cache").recall(study.claims[0], FULL) is not None
    another = {"versions": dict, "version_of": lambda name: f"another {name}"}.get(part, lambda: "another")
    monkeypatch.setattr(f"trends.reports.cache.{part}", another)
    assert cache_of(study, first / "cache").recall(study.claims[0], FULL) is None


def test_an_entry_that_was_altered_anywhere_or_is_no_file_is_made_anew(first, room):
    study = read_study("study")
    cache = cache_of(study, Path("cache"))
    for claim in study.claims:
        file = cache._entry(claim, FULL)
        content = file.read_bytes()
        for at in (0, 64, 65, len(content) // 2, len(content) - 1):
            file.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            assert cache.recall(claim, FULL) is None
        for other in (b"", content[:100], content + b" ", b"\xff" * 100):
            file.write_bytes(other)
            assert cache.recall(claim, FULL) is None
        file.unlink()
        (os.mkfifo if claim.id == "fell" else os.mkdir)(file)
        assert cache.recall(claim, FULL) is None
    assert report() == whole(first / "without") and room == ["fell", "rose"]


def test_what_is_told_of_the_study_is_made_anew_where_its_entry_was_altered_or_lacks_a_chart(first, room):
    cache = cache_of(read_study("study"), Path("cache"))
    file = cache._file(caching._OF_THE_STUDY)
    content, sound = file.read_bytes(), read_entry(file)
    file.write_bytes(content[:-1])
    assert report() == whole(first / "without") and room == [] and file.read_bytes() == content
    for body in (3, {}, sound | {"course": 3}, sound | {"charts": {}}, sound | {"course": [{"heading": "Where"}]}):
        write_entry(file, body)
        assert cache.recall_study() is None
    del sound["charts"]["course-regimes"]
    write_entry(file, sound)
    assert cache.recall_study() is None


def test_a_forest_is_drawn_anew_where_a_verdict_of_it_is_another_or_its_entry_was_altered(first, room):
    study = read_study("study")
    cache = cache_of(study, Path("cache"))
    shown = ordered(assessing.assess_all(study, 1, memory=cache))
    numbers = range(1, len(shown) + 1)
    assert cache.recall_forest("forest", shown, numbers) is not None
    assert cache.recall_forest("forest", shown, [7, 8]) is None
    other = replace(shown[0], findings=(replace(shown[0].findings[0], sentence="Another."),))
    assert cache.recall_forest("forest", [other, *shown[1:]], numbers) is None
    for file in entries(Path("cache")):
        content = json.loads(file.read_bytes().partition(b"\n")[2])
        if "forest" in content:
            file.write_bytes(file.read_bytes().replace(b"forest", b"Forest"))
    assert cache.recall_forest("forest", shown, numbers) is None
    assert report() == whole(first / "without") and room == []


def test_one_entry_in_the_place_of_another_is_none(first, room):
    study = read_study("study")
    cache = cache_of(study, Path("cache"))
    one, other = (cache._entry(claim, FULL) for claim in study.claims)
    # As a sound file of another claim, of another study or of another version would stand there.
    one.write_bytes(other.read_bytes())
    assert cache.recall(study.claims[0], FULL) is None and cache.recall(study.claims[1], FULL) is not None
    assert report() == whole(first / "without") and room == [study.claims[0].id]


def test_a_cache_that_came_with_the_study_is_not_looked_at(first, room, monkeypatch):
    shutil.copytree("cache", "study/.cache")
    for folder in ("study", "study/.cache"):
        monkeypatch.setenv("TRENDS_CACHE", str(Path(folder).absolute()))
        assert cache_of(read_study("study"), cache_folder()) is None
    os.symlink(Path("study/.cache").absolute(), "elsewhere")
    assert cache_of(read_study("study"), Path("elsewhere")) is None
    os.symlink("round", "round")
    assert cache_of(read_study("study"), Path("round")) is None
    assert report() == whole(first / "without") and room == ["fell", "rose"]


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="a system that knows no owners")
def test_a_cache_that_others_may_write_to_is_neither_read_nor_written(first, room, monkeypatch):
    shutil.rmtree("cache/" + entries(Path("cache"))[0].parent.name)
    left, study = entries(Path("cache")), read_study("study")
    for mode, trusted in ((0o770, False), (0o707, False), (0o755, True)):
        Path("cache").chmod(mode)
        assert (cache_of(study, Path("cache").absolute()) is not None) is trusted
    monkeypatch.setattr("trends.reports.entries.os.getuid", lambda: os.stat("cache").st_uid + 1)
    assert cache_of(study, Path("cache").absolute()) is None
    assert report() == whole(first / "without") and room == ["fell", "rose"] and entries(Path("cache")) == left


def test_a_cache_on_a_disk_that_is_full_or_can_only_be_read_is_done_without(first, room, monkeypatch):
    for file in entries(Path("cache"))[:2]:
        file.unlink()
    left = whole(Path("cache"))

    def refused(code):
        def refuse(*of):
            raise OSError(code, os.strerror(code))

        return refuse

    with monkeypatch.context() as full:
        full.setattr("trends.reports.entries.written_aside", refused(errno.ENOSPC))
        full.setattr("trends.reports.entries.os.utime", refused(errno.EROFS))
        assert report() == whole(first / "without")
    assert whole(Path("cache")) == left


def test_a_report_leaves_no_more_than_the_bound_and_is_the_same(first, room, monkeypatch):
    monkeypatch.setattr(caching, "sweep_entries", lambda folder: entering.sweep_entries(folder, 0))
    assert report() == whole(first / "without") and room == [] and entries(Path("cache")) == []


def test_an_entry_of_another_form_under_its_right_hash_is_made_anew(first):
    study = read_study(first / "study")
    cache, claim = cache_of(study, first / "cache"), study.claims[0]
    file = cache._entry(claim, FULL)
    content = file.read_bytes()
    sound = json.loads(content.partition(b"\n")[2])
    try:
        for body in ([], {}, {"verdict": 3, "charts": {}}, sound | {"charts": {"change": {}}}, sound | {"verdict": {}}):
            write_entry(file, body)
            assert cache.recall(claim, FULL) is None
    finally:
        file.write_bytes(content)


def test_a_cache_that_cannot_be_written_to_is_done_without(first, room):
    shutil.rmtree("cache")
    Path("cache").write_text("a file")
    assert report() == whole(first / "without") and Path("cache").read_text() == "a file"


def verdict_of(claim, table):
    evidence = Evidence(
        quantity="rate",
        estimate=np.float64(1) / 3,
        lower=float("nan"),
        upper=float("inf"),
        nobs=np.int64(7),
        pvalue=1e-300,
    )
    stand = Asserted((1.5, float("inf")), immaterial=(0.9, 1.1), comparable=bool(np.True_))
    checks = (Check("false alarms", "How often?", "passed", "Seldom."),)
    finding = Finding("change", "?", Ruling.SUPPORTED, "So.", evidence, stand, checks, ("A caveat.",), table, object())
    findings = (
        replace(finding, rung=Rung.ORDINARY, settles="More."),
        Finding("timing", "?", Ruling.UNTESTABLE, "None."),
    )
    return Verdict(claim, Ruling.SUPPORTED, "It is so.", findings, "A paper", (("A", "B"),), "2020-06")


@pytest.mark.parametrize(
    "table",
    [
        None,
        pd.DataFrame({"what": ["a", "b"], "estimate": [0.1, np.nan], "n": [1, 2], "yes": [True, False]}),
        pd.DataFrame({"estimate": [1 / 3]}, index=pd.Index(["a"], name="what")),
        pd.DataFrame({"mixed": pd.Series([1, "a", None], dtype=object)}),
    ],
)
def test_a_verdict_comes_back_to_the_last_digit(first, tmp_path, table):
    study = read_study(first / "study")
    cache, claim = Cache(tmp_path / "cache", study, "inputs"), study.claims[0]
    verdict = verdict_of(claim, table)
    cache.remember(verdict, FULL)
    cache.keep(claim, "anchor", {}, tmp_path)
    found = cache.recall(claim, FULL)
    assert plain(found) == plain(verdict) and found.findings[0].evidence.estimate == 1 / 3
    assert found.findings[0].fit is None and found.claim is claim and cache.fresh == {}
    assert (found.findings[0].table is None) if table is None else found.findings[0].table.equals(table)


def test_a_table_of_things_that_cannot_be_written_is_not_kept(first, tmp_path):
    study = read_study(first / "study")
    for cell in (pd.Period("2020-01", "M"), pd.Timestamp("2020-01-01"), {1}):
        cache = Cache(tmp_path / "cache", study, "inputs")
        cache.remember(verdict_of(study.claims[0], pd.DataFrame({"what": pd.Series([cell], dtype=object)})), FULL)
        assert cache.fresh == {}


def test_a_relative_path_is_refused_in_a_sentence(room, monkeypatch, capsys):
    monkeypatch.setenv("TRENDS_CACHE", "cache")
    assert cli.main(["report", "study", "--out", "report", "--quiet"]) == 2
    assert capsys.readouterr().err == (
        "trends: use the cache that TRENDS_CACHE names: found the relative path 'cache'; allowed: an absolute path, or "
        "nothing for no cache; write the whole path.\n"
    )
    assert not Path("report").exists() and room == []
    with pytest.raises(InputError):
        cache_folder({"TRENDS_CACHE": "../cache"})


def test_the_folder_is_that_of_the_variable_or_of_the_user(monkeypatch):
    assert cache_folder({"TRENDS_CACHE": "/here", "HOME": "/home/a"}) == Path("/here")
    assert cache_folder({"TRENDS_CACHE": "", "HOME": "/home/a"}) is None is cache_folder({})
    told = {"HOME": "/home/a", "LOCALAPPDATA": "/local"}
    mac = "/home/a/Library/Caches/trends"
    for system, folder in (("linux", "/home/a/.cache/trends"), ("darwin", mac), ("win32", "/local/trends")):
        monkeypatch.setattr(caching.sys, "platform", system)
        assert cache_folder(told) == Path(folder)
    monkeypatch.setattr(caching.sys, "platform", "linux")
    assert cache_folder(told | {"XDG_CACHE_HOME": "/x"}) == Path("/x/trends")
    assert cache_folder(told | {"XDG_CACHE_HOME": "x"}) == Path("/home/a/.cache/trends")
    assert cache_folder({"HOME": "a"}) is None
