"""Whether there was a change in level that can be dated."""

from trends.claims.checks.known import KnownCheck
from trends.models.changepoints.changedate import ChangeDate

#: Below this probability that there was a change at all, there is nothing to date.
A_CHANGE = 0.95


def judge(dated: ChangeDate) -> tuple[str, str]:
    """The probability that there was a change at all."""
    share = f"{100 * dated.probability:.0f} %"
    outcome = "passed" if dated.probability >= A_CHANGE else "cannot tell"
    return outcome, f"The probability that there was one is {share}, even odds before."


CHECK = KnownCheck("a change to date", "Was there a change in level at all?", judge)
