"""Whether any date of a change stands out."""

from trends.chance.answers import DateFound
from trends.claims.checks.known import KnownCheck
from trends.claims.words import span_in_words


def judge(found: DateFound) -> tuple[str, str]:
    """Whether the level turned, rather than not, and four fifths of the probability leave half of all dates out."""
    says = f"The shortest run of dates that holds 95 % is {span_in_words(*found.turn_interval)}"
    if found.turn_stands_out:
        return "passed", f"{says}, and less than half of those looked at hold 80 %."
    return (
        "cannot tell",
        f"{says}, and 80 % take more than half of those looked at, or no one change tells what it did.",
    )


CHECK = KnownCheck("a date stands out", "Does any date of a change stand out?", judge)
