"""The schemas that editors read, against the readers of the package."""

import json
import tomllib
from datetime import date

import jsonschema
import pytest

from trends.claims.claim import Counts
from trends.claims.examples import example_studies, skeleton
from trends.claims.reading import read_claim
from trends.claims.registry import KINDS
from trends.claims.schema import SCHEMAS, meanings, schema, schema_text, write_schemas
from trends.claims.strict import keys_of
from trends.claims.study import read_study
from trends.counts.sources import Source
from trends.errors import InputError, StudyError
from trends.styling import FONTS

CHECKERS = {of: jsonschema.Draft202012Validator(schema(of)) for of in SCHEMAS}
STUDIES = sorted({**example_studies(), "skeleton": skeleton()}.items())
CLAIM = """id = "rose"
says = "Attacks rose."
document = "paper"
speaker = "A. Author"
said_on = "2020-06"
written = 2020-07-01
[asserts]
change = { direction = "rise" }
"""
STUDY = """title = "A study"
country = "IQ"
first = "2018-01"
last = "2020-12"
source = "figures"
[documents]
paper = "A paper"
[sources.figures]
title = "Figures"
published = "published.csv"
series = "one"
measure = "attacks"
actor = "IS"
rule = "file"
citation = "A file"
"""
FIGURES = """id,series,value,unit,measure,actor,place,first,last,seen,derived,confidence,source,url,note
p1,one,1200,count,attacks,IS,Iraq,2018-01-01,2018-12-31,true,false,high,A. Author,,
"""


TEXT = {"type": ["string", "integer"]}
TEXTS = {"type": "array", "items": TEXT}
CHECKS = "The checks that a certain ruling must survive, in place of all that belong to the link."


def test_a_claim_is_described_key_by_key_as_its_records_are():
    made = schema("claim")
    keys = made.pop("properties")
    assert made == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A claim of a study",
        "type": "object",
        "description": "Something that was said about violence, link by link.",
        "required": ["id", "says", "document", "speaker", "said_on", "written", "asserts"],
        "additionalProperties": False,
    }
    assert keys["id"] == {"type": "string", "pattern": "^(?![_-])[a-z0-9-]{1,80}$"}
    assert keys["note"] == TEXT | {"default": "", "description": "What a reader should know besides."}
    assert keys["conflicts_with"] == TEXTS | {
        "default": [], "description": "Claims that say otherwise; each of them must say so too.",
    }  # fmt: skip
    assert keys["event"] == {
        "type": "object",
        "description": "What the change is tied to: a name in the study's events, the window it must begin in, and the "
        "break to test.",
        "properties": {
            "name": TEXT | {"default": ""},
            "window": TEXTS | {"minItems": 2, "maxItems": 2},
            "at": TEXT | {"default": ""},
        },
        "required": [],
        "additionalProperties": False,
    }
    provinces = {"anyOf": [{"enum": ["all"]}, TEXTS], "default": "all"}
    assert keys["counts"]["properties"]["provinces"] == provinces
    asserts = keys["asserts"]
    assert (asserts["minProperties"], asserts["additionalProperties"]) == (1, False)
    assert list(asserts["properties"]) == list(KINDS)
    assert asserts["properties"]["change"] == {
        "description": "The rate changed at the event, beyond what such series do by themselves: `direction`, by "
        "`at_least`.",
        "anyOf": [
            {
                "type": "object",
                "properties": {
                    "direction": {"enum": ["rise", "fall", "none", "no rise", "no fall"]},
                    "at_least": {"type": "number"},
                    "last": TEXT | {"default": ""},
                    "checks": {
                        "type": "array",
                        "items": {"enum": ["false alarms", "no single province", "specifications"]},
                        "description": CHECKS,
                    },
                },
                "required": ["direction"],
                "additionalProperties": False,
            },
            {"type": ["string", "array"], "allOf": [{"enum": ["rise", "fall", "none", "no rise", "no fall"]}]},
        ],
    }
    links = asserts["properties"]
    assert links["timing"]["anyOf"][1:] == [{"const": True}] and len(links["needs"]["anyOf"]) == 1
    assert links["rivals"]["anyOf"][1:] == [{"const": True}, {"type": ["string", "array"], "allOf": [TEXTS]}]


def test_a_study_is_described_key_by_key_as_its_records_are():
    made = schema("study")
    keys = made.pop("properties")
    assert made == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "study.toml of a study",
        "type": "object",
        "description": "The keys of a study.toml.",
        "required": ["title", "country", "first", "last", "source"],
        "additionalProperties": False,
    }
    named = {"type": "object", "propertyNames": {"pattern": "^(?![_-])[A-Za-z0-9_-]{1,80}$"}}
    assert keys["documents"] == named | {
        "additionalProperties": {"type": "string"}, "description": "Citations of documents.",
    }  # fmt: skip
    source = keys["sources"].pop("additionalProperties")
    assert keys["sources"] == named | {"description": "What counts there are."}
    assert source["required"] == ["title", "measure", "actor", "rule", "citation"] and source["type"] == "object"
    assert source["properties"]["kind"] == {
        "enum": ["media", "military", "insurgent", "government"],
        "default": "media",
        "description": "Who counts. Counters of one kind may miss incidents for the same reason at the same time.",
    }
    breaks = source["properties"]["breaks"]
    assert breaks["items"]["description"] == "A date from which a source no longer counts as it did."
    assert breaks["items"]["properties"]["kept_before"] == {
        "type": "array",
        "items": {"type": "number"},
        "default": [],
        "description": "The same of the time before, for the first of several breaks.",
    }
    assert keys["common"] == {"type": "number", "default": 0.3} and keys["calendar"] == TEXTS | {"default": []}
    assert keys["style"]["properties"]["font"]["enum"] == ["", *FONTS]


def test_several_fields_share_a_meaning_and_a_record_that_lists_none_has_none():
    told = meanings(Source)
    assert told["name"] == told["title"] == "Its name in the study and the one that a reader sees."
    assert told["measure"] == 'What one count is of: `"attacks"`, `"fatal events"`, `"deaths"`.'
    assert meanings(Counts) == {}


def test_the_schemas_are_written_beside_a_new_study(tmp_path):
    write_schemas(tmp_path)
    for of in SCHEMAS:
        text = (tmp_path / "schema" / f"{of}.json").read_text(encoding="utf-8")
        assert text == schema_text(of) and json.loads(text) == schema(of)
        assert text.startswith('{\n  "$schema": ') and text.endswith("\n}\n")


def faults(of, text):
    """What a schema finds wrong with a text, days being texts as editors have them."""
    table = json.loads(
        json.dumps(tomllib.loads(text), default=lambda day: day.isoformat() if isinstance(day, date) else 0)
    )
    return [error.message for error in CHECKERS[of].iter_errors(table)]


@pytest.mark.parametrize("of", SCHEMAS)
def test_a_schema_is_one_and_has_no_key_without_its_kind(of):
    jsonschema.Draft202012Validator.check_schema(schema(of))
    assert [key for key, value in schema(of)["properties"].items() if not set(value) & {"type", "enum", "anyOf"}] == []


@pytest.mark.parametrize("folder", [folder for _, folder in STUDIES], ids=[name for name, _ in STUDIES])
def test_no_schema_finds_fault_with_a_shipped_study(folder):
    assert faults("study", (folder / "study.toml").read_text(encoding="utf-8")) == []
    claims = sorted((folder / "claims").glob("*.toml"))
    assert claims
    assert {file.name: found for file in claims if (found := faults("claim", file.read_text(encoding="utf-8")))} == {}


def mistakes(text):
    """A text with each of its keys misspelt, taken out, or given a value of another kind, one at a time."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        key, found, value = line.partition(" = ")
        if not found or line.startswith("#"):
            continue
        for wrong in (f"{key}x = {value}", "", f"{key} = true", f"{key} = 1.5", f"{key} = []", f"{key} = {{ a = 1 }}"):
            if wrong != line:
                yield "\n".join([*lines[:number], wrong, *lines[number + 1 :]]) + "\n"


def refused(read, path):
    try:
        read(path)
    except StudyError:
        return True
    return False


def test_schema_and_reader_refuse_the_same_mistakes_in_a_claim(tmp_path):
    file, seen = tmp_path / "rose.toml", []
    more = '[counts]\nsource = "one"\nprovinces = ["Anbar"]\n[event]\nat = "2020-01"\nwindow = ["2020-01", "2020-03"]\n'
    for text in mistakes(CLAIM + 'timing = true\nrivals = ["season"]\nseason = "ramadan"\n' + more):
        file.write_text(text, encoding="utf-8")
        by_reader, by_schema = refused(read_claim, file), bool(faults("claim", text))
        # What must fit together, such as a date that is one, only the reader knows.
        assert by_reader >= by_schema, text
        seen.append((by_reader, by_schema))
    assert seen.count((True, True)) > 60 and seen.count((True, False)) <= 6


def test_schema_and_reader_refuse_the_same_mistakes_in_a_study(tmp_path):
    (tmp_path / "published.csv").write_text(FIGURES, encoding="utf-8")
    (tmp_path / "claims").mkdir()
    seen = []
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    assert read_study(tmp_path).sources and faults("study", STUDY) == []
    for text in mistakes(STUDY):
        (tmp_path / "study.toml").write_text(text, encoding="utf-8")
        by_reader, by_schema = refused(read_study, tmp_path), bool(faults("study", text))
        assert by_reader >= by_schema, text
        seen.append((by_reader, by_schema))
    assert seen.count((True, True)) > 60 and seen.count((True, False)) <= 6


@pytest.mark.parametrize("key", KINDS)
def test_each_kind_of_link_has_its_keys_its_checks_and_its_short_forms(key):
    table, *short = schema("claim")["properties"]["asserts"]["properties"][key]["anyOf"]
    assert set(table["properties"]) == {entry.name for entry in keys_of(KINDS[key].record)} | {"checks"}
    names = [check.name for check in KINDS[key].checks]
    assert table["properties"]["checks"]["items"] == ({"enum": names} if names else False)
    assert ({"const": True} in short) is not bool(table["required"])


def test_a_schema_of_something_else_is_refused():
    with pytest.raises(InputError) as refusal:
        schema("report")
    assert str(refusal.value) == (
        "make a JSON Schema: found of='report'; allowed: 'study' or 'claim'; name one of these."
    )


def test_a_citation_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "study.toml").write_text(STUDY.replace('"A paper"', "1999"), encoding="utf-8")
    with pytest.raises(StudyError) as refusal:
        read_study(tmp_path)
    assert str(refusal.value) == (
        f"read [documents] of {tmp_path / 'study.toml'}: found line 7: paper = 1999; allowed: text; write its "
        f"citation in "
        "quotes."
    )


def test_a_claim_may_not_say_which_file_it_stands_in(tmp_path):
    (tmp_path / "rose.toml").write_text('path = "x"\n' + CLAIM, encoding="utf-8")
    with pytest.raises(StudyError) as refusal:
        read_claim(tmp_path / "rose.toml")
    assert str(refusal.value) == (
        f"read {tmp_path / 'rose.toml'}: found line 1: the key 'path'; allowed: the keys id, says, document, speaker, "
        "said_on, written, asserts, counts, event, conflicts_with, answers, note; correct the spelling or take the "
        "key out."
    )
