import csv
import io
import json
from dataclasses import replace
from math import inf

import numpy as np

from tests.charts.made import made_verdicts
from trends.reports.tables import verdict_record, verdicts_csv, verdicts_json

VERDICTS = made_verdicts()


def test_every_verdict_is_told_whole_and_without_its_fitted_model():
    record = verdict_record(VERDICTS[0])
    assert record["ruling"] == "CANNOT TELL"
    assert record["claim"]["asserts"]["change"]["direction"] == "rise"
    assert record["claim"]["asserts"]["timing"] is None
    change = record["findings"][0]
    assert change["evidence"]["pvalue"] == 0.093
    assert change["table"][0] == {"term": "step", "rate ratio": 1.62, "lower": 0.91, "upper": 2.88}
    assert change["table"][1]["upper"] == "inf"
    assert "fit" not in change


def test_numbers_have_ten_digits_and_json_is_strict():
    finding = VERDICTS[1].findings[0]
    evidence = replace(finding.evidence, estimate=np.float64(100) / 3, lower=float("nan"), upper=inf, nobs=np.int64(3))
    verdict = replace(VERDICTS[1], findings=(replace(finding, evidence=evidence),))
    read = json.loads(verdicts_json([verdict]), parse_constant=lambda text: (_ for _ in ()).throw(ValueError(text)))
    assert read["rungs"][0]["rung"] == "recorded"
    told = read["verdicts"][0]["findings"][0]["evidence"]
    assert (told["estimate"], told["lower"], told["upper"], told["nobs"]) == (33.33333333, None, "inf", 3)


def test_the_csv_has_a_row_for_each_link():
    rows = list(csv.DictReader(io.StringIO(verdicts_csv(VERDICTS))))
    assert len(rows) == sum(len(verdict.findings) for verdict in VERDICTS)
    assert [row["link"] for row in rows[:2]] == ["change", "timing"]
    assert rows[0]["estimate"] == "1.62"
    assert rows[0]["checks"] == "placebo dates: passed; false alarms: cannot tell"
    assert rows[1]["estimate"] == rows[1]["quantity"] == ""


def test_no_cell_of_the_csv_is_a_formula():
    rows = list(csv.reader(io.StringIO(verdicts_csv(VERDICTS))))
    cells = [cell for row in rows for cell in row]
    assert "'+HYPERLINK(1) <img src=x>" in cells
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t") or (cell[:1] == "-" and cell != "-")]
