import pandas as pd

from tests.charts.made import made_verdicts
from trends.claims.tabled import latex, markdown, verdict_table


def test_a_table_has_a_row_for_each_link_with_the_figures_of_its_evidence():
    verdicts = made_verdicts()
    table = verdict_table(verdicts)
    assert len(table) == sum(len(verdict.findings) for verdict in verdicts)
    first = table.iloc[0]
    assert (first["claim"], first["ruling"], first["estimate"]) == ("attacks-rose-after-drawdown", "CANNOT TELL", 1.62)
    untested = table[table["claim"] == "at-least-566"].iloc[0]
    assert untested["link_ruling"] == "UNTESTABLE" and pd.isna(untested["estimate"])
    assert verdicts[0].to_frame().equals(table[: len(verdicts[0].findings)].reset_index(drop=True))


def test_a_table_for_a_text_has_the_digits_that_the_figures_bear():
    lines = made_verdicts()[0].to_markdown().splitlines()
    assert lines[0] == "| Claim | Rung | Ruling | Estimate | Interval |"
    assert lines[2].startswith(
        "| Attacks rose as the coalition pared back its presence. CANNOT TELL. | ordinary | CANNOT "
    )
    assert lines[2].endswith("| 1.62 | 0.91 to 2.88 |") and lines[3].startswith("|  | timing | NOT ASSESSED | – | – |")


def test_no_text_of_a_claim_is_read_as_markup():
    hostile = next(verdict for verdict in made_verdicts() if verdict.claim.id == "../evil id")
    told = latex([hostile])
    assert r"\#eval(1) \& \$x\textasciicircum{}2\$ @all \textbackslash{} `code`" in told
    assert told.startswith(r"\begin{tabular}{lllrr}") and told.endswith("\\end{tabular}\n")
    assert all(line.count("|") - line.count(r"\|") == 6 for line in markdown(made_verdicts()).splitlines())


def test_a_list_of_none_is_a_table_without_rows():
    assert "<" not in "".join(markdown(made_verdicts())).replace("&lt;", "")
    assert verdict_table([]).empty and markdown([]).count("\n") == 2
