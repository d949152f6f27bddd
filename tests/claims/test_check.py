from trends.claims.check import check_study
from trends.claims.study import read_study

EVENT = '[event]\nname = "drawdown"\n[asserts]\nchange = { direction = "rise" }'


def limits(folder):
    return check_study(read_study(folder))


def test_what_quarters_cannot_tell_apart_is_said_with_the_number(study_folder, add_claim):
    add_claim("it", '[counts]\nfirst = "2018-01"\n' + EVENT)
    (said,) = [limit for limit in limits(study_folder) if "2018Q1 to 2020Q4" in limit]
    assert said.startswith("'quarter 2' and 'ramadan' can hardly be told apart in the 12 quarters")
    assert "correlation 1.000" in said


def test_a_claim_that_the_counts_cannot_answer_is_named(study_folder, add_claim):
    add_claim("late", EVENT.replace('name = "drawdown"', 'at = "2021-03"'))
    (said,) = [limit for limit in limits(study_folder) if limit.startswith("Claim late: ")]
    assert "found counts from 2017-01 to 2020-12" in said


def test_a_country_that_is_not_that_of_the_counts_is_named(study_folder):
    file = study_folder / "study.toml"
    file.write_text(file.read_text().replace('"IQ"', '"SY"'))
    (said, _) = [limit for limit in limits(study_folder) if "lie in" in limit]
    assert said.startswith("Source events: its provinces lie in IQ, and study.toml says country = 'SY'; one of the two")


def test_what_was_not_watched_is_no_zero(study_folder):
    file = study_folder / "counts" / "again.csv"
    lines = file.read_text().splitlines()
    period, province, _, _, *rest = lines[1].split(",")
    lines[1] = ",".join([period, province, "", "0.0", *rest])
    file.write_text("\n".join(lines) + "\n")
    assert "Source again: of 144 cells, 1 were not watched and 0 in part; they are not zeros." in limits(study_folder)
