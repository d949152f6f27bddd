import numpy as np
import pandas as pd
import pytest

from trends.chance.questions import effect
from trends.claims.assess import assess
from trends.claims.check import check_study
from trends.claims.kinds import Named
from trends.claims.links.rivals import KIND, Rivals
from trends.claims.study import read_study
from trends.claims.verdict import Ruling
from trends.counts.panel import Panel
from trends.counts.panel_files import write_panel
from trends.counts.series import checked_series
from trends.errors import StudyError
from trends.periods import ramadan_shares, span

EVENTS = """event,first,last,precision,category,province,what,number,unit,seen,source,url,note
drawdown,2019-12-30,,day,troops,Anbar,first base handed over,,,true,,,
curfew,2019-12-28,2020-02-20,day,covid,,a curfew,,,true,,,
launch,2018-06-01,,day,isf_operation,,an operation,,,true,,,
again,2018-09-01,,day,isf_operation,,another one,,,true,,,
long_ago,2015-06-01,,day,politics,,before the counts,,,true,,,
lockstep,2019-12-14,2020-12-31,day,covid,,as good as the change,,,true,,,
"""
BREAK = '[[sources.events.breaks]]\nfirst = "{}"\nwhat = "it keeps half of the events"\n'
CHANGE = '[event]\nname = "drawdown"\n[asserts]\nchange = { direction = "rise" }\n'


def write(folder, means):
    rng = np.random.default_rng(3)
    index = span("2017-01", "2020-12", "M")
    panel = Panel(
        pd.DataFrame({"Diyala": rng.poisson(means), "Anbar": rng.poisson(means / 5)}, index=index), source="file"
    )
    for name in ("events", "again"):
        write_panel(panel, folder / "counts" / f"{name}.csv")
    (folder / "events.csv").write_text(EVENTS)


@pytest.fixture
def finding(study_folder, add_claim):
    """The finding on the rivals of a change by a factor of three, on a series without season."""
    index = span("2017-01", "2020-12", "M")
    write(study_folder, np.where(index >= pd.Period("2020-01", "M"), 60.0, 20.0))

    def of(rivals, body=CHANGE, breaks=""):
        if breaks:
            text = (study_folder / "study.toml").read_text()
            (study_folder / "study.toml").write_text(text.replace("[sources.again]", f"{breaks}[sources.again]"))
        add_claim("it", f"{body}rivals = {rivals}")
        study = read_study(study_folder)
        found = assess(study.claim("it"), study, "quick").findings[-1]
        assert found.link == "rivals"
        return found

    return of


def outcomes(found):
    return {check.name: check.outcome for check in found.checks}


SPAN = (pd.Period("2020-01", "M"), pd.Period("2020-06", "M"))


def ratio_with(found, *rivals):
    """The change with some rivals entered, each column with the variance that it has beforehand."""
    known = tuple(
        (rival.columns[name].to_numpy(float), 0.35**2 if rival.recurs else 1.0)
        for rival in rivals
        for name in rival.columns
    )
    series = checked_series(found.fit.counts)
    return effect(series, SPAN[0], SPAN[1], since=SPAN[0], known=known, without="IQ").ratio


def test_each_rival_is_entered_alone_and_all_of_them_together(finding):
    found = finding('["ramadan", "isf_operation"]')
    ramadan, operation = found.fit.rivals
    assert ramadan.recurs and not operation.recurs and found.fit.at == SPAN[0]
    ratios = [ratio_with(found, *names) for names in ((), (ramadan,), (operation,), (ramadan, operation))]
    table = found.table
    assert table["what"].tolist() == ["no rival", ramadan.title, operation.title, "all together"]
    for column, end in (("estimate", "estimate"), ("lower", "low"), ("upper", "high")):
        assert table[column].tolist() == [getattr(ratio, end) for ratio in ratios]
    taken = [1 - np.log(ratio.estimate) / np.log(ratios[0].estimate) for ratio in ratios[1:]]
    assert np.isnan(table["share of the change"].iloc[0])
    assert table["share of the change"].tolist()[1:] == pytest.approx(taken)
    evidence = found.evidence
    assert (evidence.estimate, evidence.lower, evidence.upper) == (
        ratios[3].estimate, ratios[3].low, ratios[3].high,
    )  # fmt: skip
    assert evidence.quantity.endswith("with all rivals entered,") and found.ruling is Ruling.SUPPORTED
    low, high = sorted(f"{ratio.estimate:.2f}" for ratio in ratios[1:3])
    assert found.sentence.startswith(
        f"Without any rival the rate from January to June 2020, against what was to be expected, is "
        f"{ratios[0].estimate:.2f}; with one of them at a time it lies between {low} and {high}. "
    )
    first = ratios[1]
    assert found.checks[0].says == f"With it the change is {first.estimate:.2f} ({first.low:.2f} to {first.high:.2f})."


def test_a_rival_alone_is_told_as_one_and_a_small_part_is_not_told(finding):
    found = finding('["ramadan"]')
    assert found.evidence.quantity.endswith("with the rival entered,")
    assert f"with one of them at a time it is {found.table['estimate'][1]:.2f}. " in found.sentence
    assert abs(found.table["share of the change"][1]) < 0.05 and "No rival takes more" not in found.sentence
    assert found.question == f"Is the change told apart from {found.fit.rivals[0].title}?"


def test_rivals_that_begin_together_with_the_change_are_named_in_one_sentence(finding, study_folder):
    with (study_folder / "events.csv").open("a") as file:
        file.write("parade,2020-01-09,2020-01-30,day,politics,,a parade,,,true,,,\n")
    found = finding('["curfew", "parade", "lockstep", "ramadan"]')
    assert found.ruling is Ruling.CANNOT_TELL
    assert found.sentence.startswith(
        "These data cannot tell the change apart from curfew and parade: all count from January 2020 on. Lockstep and "
        "the change can hardly be told apart: with it the variance is "
    )
    table = found.table.set_index("what")
    # What cannot be told from the change has no estimate of its own.
    assert table.loc[["curfew", "parade", "lockstep"], "estimate"].isna().all()
    assert table["estimate"].notna().sum() == 3


def test_without_a_rival_there_is_nothing_to_tell_the_change_apart_from(finding):
    found = finding("true")
    assert found.sentence == (
        "No rival is named, and no break in measurement is known in these periods. A rival with its dates would make "
        "it one to test."
    )
    assert KIND.of_counts and not KIND.cites_rows
    assert KIND.names(Rivals(("season", "curfew"))) == Named(rivals=("season", "curfew"))


def test_a_change_that_stands_with_every_rival_is_supported(finding):
    found = finding('["ramadan", "launch", "isf_operation"]')
    assert found.ruling is Ruling.SUPPORTED
    assert set(outcomes(found).values()) == {"passed"}
    assert found.table["what"].tolist() == [
        "no rival", "Ramadan", "launch", "isf operation", "all together",
    ]  # fmt: skip
    true = 3.0
    assert (found.table["lower"] < true).all() and (found.table["upper"] > true).all()
    assert found.evidence.false_alarms is not None


def test_a_rival_that_begins_in_the_same_period_bars_any_support(finding):
    found = finding('["curfew", "ramadan"]')
    assert found.ruling is Ruling.CANNOT_TELL
    assert found.sentence.startswith(
        "These data cannot tell the change apart from curfew: both count from January 2020 on. Without any rival the "
        "rate from January to June 2020, against what was to be expected, is "
    )
    assert outcomes(found)["curfew"] == "cannot tell" and outcomes(found)["Ramadan"] == "passed"


def test_a_break_in_measurement_enters_without_being_named(finding):
    found = finding("true", breaks=BREAK.format("2020-01"))
    assert found.ruling is Ruling.CANNOT_TELL
    assert found.sentence.startswith(
        "These data cannot tell the change apart from the change in counting of January 2020: both count from January"
    )
    assert "From January 2020 Event file does not count as before: it keeps half of the events." in found.caveats


def test_breaks_outside_of_the_counts_are_no_rivals(finding):
    found = finding("true", breaks=BREAK.format("2016-01"))
    assert found.ruling is Ruling.UNTESTABLE
    assert "found none: the link names none, and its source has no break in measurement" in found.evidence.untestable


def test_what_does_not_vary_in_the_counts_cannot_account_for_the_change(finding):
    found = finding('["long_ago", "ramadan"]')
    assert found.ruling is Ruling.SUPPORTED
    assert "does not vary in these periods" in found.checks[0].says


def test_a_column_that_is_nearly_the_change_is_named(finding):
    found = finding('["lockstep"]')
    assert found.ruling is Ruling.CANNOT_TELL
    assert found.sentence.startswith("Lockstep and the change can hardly be told apart: with it the variance is ")


def test_a_rise_that_ramadan_made_is_no_longer_there_with_it(study_folder, add_claim):
    index = span("2017-01", "2020-12", "M")
    write(study_folder, 10 * np.exp(1.5 * ramadan_shares(index)))
    change = 'change = { direction = "rise", last = "2020-06" }'
    body = f'[event]\nat = "2020-04"\n[asserts]\n{change}\n'
    add_claim("it", f'{body}rivals = ["ramadan"]')
    study = read_study(study_folder)
    found = assess(study.claim("it"), study, "quick").findings[-1]
    alone, with_it = found.table["estimate"][:2]
    assert alone > with_it and found.ruling is not Ruling.SUPPORTED


@pytest.mark.parametrize(
    ("rivals", "found"),
    [('["drawdown"]', "the claim's own event as a rival, 'drawdown'"), ('["ramadam"]', "the rival 'ramadam'")],
)
def test_a_rival_that_cannot_be_is_refused(finding, rivals, found):
    with pytest.raises(StudyError, match="read the claim 'it'") as refusal:
        finding(rivals)
    assert found in refusal.value.found


def test_a_link_without_a_change_has_a_reason(finding):
    found = finding('["ramadan"]', body='[asserts]\nrecorded = { most = "Diyala" }\n')
    assert found.ruling is Ruling.UNTESTABLE
    assert "found the links recorded, rivals" in found.evidence.untestable


def test_a_malformed_break_is_refused_with_its_line(study_folder):
    text = (study_folder / "study.toml").read_text()
    (study_folder / "study.toml").write_text(text + BREAK.replace("what", "why").format("2020"))
    with pytest.raises(StudyError) as refusal:
        read_study(study_folder)
    assert str(refusal.value) == (
        f"read [sources.events.breaks] of {study_folder}/study.toml: found line 32: the key 'why'; allowed: the keys "
        "first, what, kept, kept_before; correct the spelling or take the key out."
    )
    (study_folder / "study.toml").write_text(text + BREAK.format("spring"))
    with pytest.raises(StudyError, match=r"first = .spring.; allowed"):
        read_study(study_folder)


def test_a_study_says_when_its_sources_began_to_count_otherwise(study_folder):
    text = (study_folder / "study.toml").read_text()
    (study_folder / "study.toml").write_text(text + BREAK.format("2020"))
    assert (
        "Source events: from 2020 it does not count as before: it keeps half of the events. A change at that time may "
        "be one of counting."
    ) in check_study(read_study(study_folder))
