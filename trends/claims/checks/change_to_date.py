"""Whether any date of a change stands out."""

from trends.chance.answers import DateFound
from trends.claims.checks.known import KnownCheck
from trends.claims.words import span_in_words


def judge(found: DateFound) -> tuple[str, str]:
    """Whether the level turned, rather than not, and the interval of the date leaves at least half of all dates out."""
    says = f"The shortest run of dates that holds 95 % is {span_in_words(*found.turn_interval)}"
    if found.turn_stands_out:
        return "passed", f"{says}, less than half of those looked at."
    return "cannot tell", f"{says}, more than half of those looked at, or no one change tells what the level did."


CHECK = KnownCheck("a date stands out", "Does any date of a change stand out?", judge)
