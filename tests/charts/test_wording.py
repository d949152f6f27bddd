"""Numbers and captions of charts, beside the figures of a verdict."""

from dataclasses import replace

import pandas as pd
import pytest

from tests.charts.made import made_verdicts
from trends.charts.wording import counts_caption, finding_caption, percent, plain, pvalue, sentence
from trends.claims.rulings import Ruling
from trends.periods import span

VERDICT = made_verdicts()[0]


@pytest.mark.parametrize(
    "value, told", [(0.0005, "below 0.001"), (0.0949, "0.095"), (0.095, "0.10"), (1.0, "1.00"), (float("nan"), "none")]
)
def test_a_pvalue_has_two_digits_and_is_never_zero(value, told):
    assert pvalue(value) == told


def test_a_percent_sign_stays_with_its_number():
    assert percent(0.5, 0) == "50\u00a0%" and percent(float("nan")) == "not known"


def test_a_text_has_one_full_stop_and_a_capital():
    assert [sentence(text) for text in ("it rose", "It rose.", " why? ", "")] == ["It rose.", "It rose.", "Why?", ""]


def test_a_dollar_sign_begins_no_formula():
    assert plain("$5") == "\\$5"


def test_the_caption_of_counts_tells_source_n_sum_and_what_was_not_watched():
    counts = pd.Series([1.0, 2.0, float("nan")], span("2020-01", "2020-03", "M"))
    counts.attrs |= {"source": "a list", "unit": "attacks"}
    assert counts_caption(counts) == "Source: a list. n = 2 months, 3 attacks; 1 month not watched."
    counts = counts.dropna()
    counts.attrs.clear()
    assert counts_caption(counts) == "n = 2 months, 3 incidents."


def test_the_caption_of_a_finding_cites_its_rows_and_tells_where_the_claim_as_a_whole_stands_elsewhere():
    finding = replace(VERDICT.findings[0], ruling=Ruling.SUPPORTED)
    made = replace(VERDICT, ruling=Ruling.CANNOT_TELL, sources=(("One", "Author, A."), ("Other", "Author, B")))
    told = "n = 36 months. Ruling: SUPPORTED; the claim as a whole: CANNOT TELL."
    assert finding_caption(made, finding, "n = 36 months") == f"Source: Author, A. {told}"
    assert finding_caption(made, finding, "n = 36 months", ["Other"]) == f"Source: Author, B. {told}"
    assert finding_caption(made, finding, "n = 36 months", ["One", "Other"]).startswith(
        "Source: Author, A; Author, B. "
    )
    assert finding_caption(replace(made, sources=(), ruling=Ruling.SUPPORTED), finding, "n") == "n. Ruling: SUPPORTED."
