"""The sums by rung: every claim stands once in each row, under the weakest of its links there."""

import json

from tests.charts.made import made_verdicts
from trends.claims.ladder import ladder
from trends.claims.rulings import Ruling
from trends.claims.rungs import ASKS, Rung
from trends.claims.sums import SUMS, sums_by_rung, sums_in_words, sums_record
from trends.reports.tables import verdicts_json


def test_every_ruling_and_the_lack_of_one_is_summed_once():
    summed = [ruling for of in SUMS.values() for ruling in of]
    assert sorted(map(str, summed)) == sorted(map(str, [*Ruling, None]))


def test_each_row_adds_up_to_all_claims_and_agrees_with_their_ladders():
    verdicts = made_verdicts()
    sums = sums_by_rung(verdicts)
    assert list(sums.index) == [str(rung) for rung in Rung] and list(sums["asks"]) == list(ASKS.values())
    assert (sums[list(SUMS)].sum(axis=1) == len(verdicts)).all()
    for name, of in SUMS.items():
        for rung in Rung:
            steps = [step for verdict in verdicts for step in ladder(verdict) if step.rung is rung]
            assert sums.loc[str(rung), name] == sum(step.ruling in of for step in steps)
    assert sums["holds"].sum() and sums["open"].sum() and sums["not asserted"].sum()


def test_the_sums_are_the_same_in_json_and_on_a_terminal():
    verdicts = made_verdicts()
    rows = json.loads(verdicts_json(verdicts))["rungs"]
    assert rows == sums_record(verdicts)
    lines = sums_in_words((row["rung"], row) for row in rows).splitlines()
    assert len(lines) == 1 + len(Rung)
    counts = sums_by_rung(verdicts).loc["recorded", list(SUMS)].tolist()
    assert lines[1].split() == ["recorded", *map(str, counts)]


def test_no_claim_gives_rows_of_nothing():
    assert sums_by_rung([])[list(SUMS)].to_numpy().sum() == 0
