from trends.chance.evidence import Check
from trends.claims.checks.change_itself import CHECK
from trends.claims.verdict import Finding, Ruling


def change(*outcomes):
    checks = tuple(Check(f"check {i}", "Is it?", outcome, "So it is.") for i, outcome in enumerate(outcomes))
    return Finding("change", "Did it change?", Ruling.CANNOT_TELL, "It did.", checks=checks)


def test_what_goes_on_from_a_change_survives_where_the_change_did():
    check = CHECK.of(change("passed", "does not apply"))
    assert (check.outcome, check.says) == ("passed", "The change itself survived all its checks.")


def test_what_the_change_did_not_survive_is_named():
    check = CHECK.of(change("passed", "failed", "cannot tell"))
    assert check.outcome == "cannot tell" and check.withholds
    assert check.says == "The change itself did not survive: check 1 (failed), check 2 (cannot tell)."
