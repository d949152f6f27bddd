import pytest

from trends.claims.claim import Event
from trends.claims.links.change import Change
from trends.claims.links.recorded import Recorded
from trends.claims.links.rivals import Rivals
from trends.claims.links.season import Season
from trends.claims.links.timing import Timing
from trends.claims.reading import read_claim
from trends.errors import StudyError

HEAD = """id = "attacks-rose"
says = "Attacks rose."
document = "paper"
speaker = "A speaker"
said_on = 2020-06-01
written = 2026-11-21
"""
WHOLE = (
    HEAD
    + """conflicts_with = ["other"]
[counts]
actor = "IS"
provinces = ["Diyala"]
first = "2018-01"
[event]
name = "drawdown"
window = ["2020-03", "2020-06"]
[asserts]
change = { direction = "rise", at_least = 1.25 }
timing = true
recorded = { at_least = 566 }
"""
)


@pytest.fixture
def claim(tmp_path):
    def write(text):
        (tmp_path / "claim.toml").write_text(text, encoding="utf-8")
        return read_claim(tmp_path / "claim.toml")

    return write


def test_a_claim_is_read_link_by_link(claim):
    found = claim(WHOLE)
    assert (found.id, found.said_on, found.written) == ("attacks-rose", "2020-06-01", "2026-11-21")
    assert found.asserts == {"change": Change("rise", 1.25), "timing": Timing(), "recorded": Recorded(at_least=566.0)}
    assert list(found.asserts) == ["change", "timing", "recorded"]
    assert found.counts.provinces == ("Diyala",)
    assert found.event == Event("drawdown", ("2020-03", "2020-06"))
    assert found.conflicts_with == ("other",)


def test_a_link_may_be_asserted_by_its_first_key_alone(claim):
    assert claim(HEAD + '[asserts]\nseason = "ramadan"').asserts == {"season": Season("ramadan")}


def test_a_list_alone_is_the_first_key_too_and_checks_are_read_apart(claim):
    found = claim(
        HEAD + '[asserts]\nrivals = ["ramadan"]\nchange = { direction = "rise", checks = ["no single province"] }\n'
        "timing = { checks = [] }"
    )
    assert found.asserts["rivals"] == Rivals(("ramadan",))
    assert found.asserts["change"] == Change("rise") and found.checks == {
        "change": ("no single province",),
        "timing": (),
    }
    assert found.path == "claim.toml"


@pytest.mark.parametrize(
    ("said_on", "written"), [("2020-06-01", "2020-06-01"), ('"2020-06"', "2020-06-01"), ('"2020"', "2020-01-01")]
)
def test_a_reading_may_be_of_the_day_or_the_month_of_the_sentence(claim, said_on, written):
    head = HEAD.replace("2020-06-01", said_on).replace("2026-11-21", written)
    assert claim(head + "[asserts]\ntiming = true").written == written


CHANGE_KEYS = "direction, at_least, last"
REFUSED = {
    HEAD + "[asserts]\nlevel = { number = 566 }": (
        "read [asserts] of {file}: found line 8: the key 'level'; allowed: recorded, realised and ordinary for what is "
        "said of counts; write it as recorded = {{ at_least = 566 }}."
    ),
    HEAD + "[asserts]\nsources = true": (
        "read [asserts] of {file}: found line 8: the key 'sources'; allowed: recorded, realised and ordinary for what "
        "is said of counts; write it as realised = true."
    ),
    HEAD + "[asserts]\nimagined = true": (
        "read [asserts] of {file}: found line 8: the key 'imagined'; allowed: the keys recorded, realised, ordinary, "
        "change, timing, lasting, dose, rivals, trend, season, forecast, dates, events, needs; correct the spelling or "
        "take the key out."
    ),
    HEAD + "[asserts]\nrecorded = { within = 0.1, at_least = 5 }": (
        "read [asserts.recorded] of {file}: found within without about; allowed: within beside about; correct the "
        "table."
    ),
    HEAD + '[asserts]\nchange = { direction = "up" }': (
        "read [asserts.change] of {file}: found line 8: direction = 'up'; "
        "allowed: 'rise' or 'fall' or 'none' or 'no rise' or 'no fall'; correct the value."
    ),
    HEAD + '[asserts]\nchange = { direction = "rise", at_leest = 1.1 }': (
        "read [asserts.change] of {file}: found line 8: the key 'at_leest'; "
        f"allowed: the keys {CHANGE_KEYS}; correct the spelling or take the key out."
    ),
    HEAD + '[asserts]\nchange = { direction = "rise", at_least = "much" }': (
        "read [asserts.change] of {file}: found line 8: at_least = 'much'; allowed: a number; correct the value."
    ),
    HEAD + "[asserts]\nchange = { at_least = 1.1 }": (
        "read [asserts.change] of {file}: found no key 'direction'; allowed: a table that has it; add 'direction'."
    ),
    HEAD + "[asserts]\nchange = 3": (
        "read [asserts.change] of {file}: found 3; "
        f"allowed: a table with the keys {CHANGE_KEYS}; write it as a table."
    ),
    HEAD: (
        "read the claim {file}: found no link under [asserts]; allowed: one or more of recorded, realised, ordinary, "
        "change, timing, lasting, dose, rivals, trend, season, forecast, dates, events, needs; say what the claim "
        "asserts."
    ),
    HEAD.replace('speaker = "A speaker"\n', "") + "[asserts]\ntiming = true": (
        "read {file}: found no key 'speaker'; allowed: a table that has it; add 'speaker'."
    ),
    HEAD + "colour = 3\n[asserts]\ntiming = true": (
        "read {file}: found line 7: the key 'colour'; allowed: the keys id, says, document, speaker, said_on, written, "
        "asserts, counts, event, conflicts_with, answers, note; correct the spelling or take the key out."
    ),
    HEAD + '[event]\nwindow = ["2020-03"]\n[asserts]\ntiming = true': (
        "read [event] of {file}: found line 8: window = ['2020-03']; allowed: a list of 2 text; correct the value."
    ),
    HEAD.replace("2020-06-01", '"circa 2020"') + "[asserts]\ntiming = true": (
        "read {file}: found line 5: said_on = 'circa 2020'; allowed: a label such as 2020, 2020Q1, 2020-03, 2020-W12 "
        "or 2020-03-17; correct the value."
    ),
    HEAD.replace("2026-11-21", '"soon"') + "[asserts]\ntiming = true": (
        "read {file}: found line 6: written = 'soon'; allowed: a label such as 2020, 2020Q1, 2020-03, 2020-W12 or "
        "2020-03-17; correct the value."
    ),
    HEAD.replace("2026-11-21", "2020-05-31") + "[asserts]\ntiming = true": (
        "read {file}: found line 6: a claim written down on 2020-05-31 and said on 2020-06-01; allowed: a claim that "
        "is written down once it was said; correct one of the two dates."
    ),
    HEAD + '[counts]\nfirst = "2018-13"\n[asserts]\ntiming = true': (
        "read [counts] of {file}: found line 8: first = '2018-13'; allowed: a label such as 2020, 2020Q1, 2020-03, "
        "2020-W12 or 2020-03-17; correct the value."
    ),
    HEAD + '[event]\nwindow = ["2020-03", "3000-01"]\n[asserts]\ntiming = true': (
        "read [event] of {file}: found line 8: window with '3000-01'; allowed: the years 1678 to 2261; correct the "
        "value."
    ),
    HEAD + '[asserts]\nrecorded = { span = ["2019-01", "0000-01"], at_least = 5 }': (
        "read [asserts.recorded] of {file}: found line 8: span with '0000-01'; allowed: a label such as 2020, 2020Q1, "
        "2020-03, 2020-W12 or 2020-03-17; correct the value."
    ),
    HEAD + '[counts]\nlast = "2019-12"\n[asserts.change]\ndirection = "rise"\nlast = "soon"': (
        "read [asserts.change] of {file}: found line 11: last = 'soon'; allowed: a label such as 2020, 2020Q1, "
        "2020-03, 2020-W12 or 2020-03-17; correct the value."
    ),
    HEAD + "id = 3": (
        "read {file}: found a fault in the TOML: Cannot overwrite a value (at end of document); "
        "allowed: a TOML file in UTF-8; mend the file, or name another."
    ),
}


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_a_faulty_claim_is_refused_with_the_line(claim, tmp_path, text):
    with pytest.raises(StudyError) as refused:
        claim(text)
    assert str(refused.value) == REFUSED[text].format(file=tmp_path / "claim.toml")


def test_a_missing_or_unreadable_file_is_refused(tmp_path):
    with pytest.raises(StudyError, match="found no such file; allowed: a file that can be read"):
        read_claim(tmp_path / "none.toml")
    (tmp_path / "deep.toml").write_text("a = " + "[" * 5000)
    with pytest.raises(StudyError, match="nested too deeply"):
        read_claim(tmp_path / "deep.toml")
    (tmp_path / "latin.toml").write_bytes(b'id = "\xe9"')
    with pytest.raises(StudyError, match="found the byte 0xe9; allowed: UTF-8"):
        read_claim(tmp_path / "latin.toml")
