import re

import pytest

from trends.claims.assess import assess
from trends.claims.study import read_study
from trends.claims.verdict import Ruling


@pytest.mark.parametrize("link", ['rank = { province = "Diyala" }', 'share = { provinces = ["Diyala"], number = 0.5 }'])
def test_months_that_were_not_watched_are_named_where_they_leave_no_total(link, study_folder, add_claim):
    """Three of forty-eight months have no counts."""
    for name in ("events", "again"):
        file = study_folder / "counts" / f"{name}.csv"
        lost = r"^((?:2018-03|2018-04|2019-11),[^,\n]*),.*$"
        lines, kept = file.read_text().splitlines(), []
        head = next(n for n, line in enumerate(lines) if not line.startswith("#"))
        for n, line in enumerate(lines):
            kept.append(line if n <= head or not re.match(lost, line) else _unwatched(line, lines[head]))
        file.write_text("\n".join(kept) + "\n")
    study = read_study(add_claim("it", f"[asserts]\n{link}"))
    (finding,) = assess(study.claim("it"), study, "quick").findings
    assert finding.ruling is Ruling.UNTESTABLE
    assert "3 of 48 months were not wholly watched in Event file: March 2018, April 2018 and November 2019" in (
        finding.sentence
    )


def _unwatched(line, head):
    cells = dict(zip(head.split(","), line.split(","), strict=True))
    return ",".join("" if name == "count" else "0" if name == "exposure" else cell for name, cell in cells.items())
