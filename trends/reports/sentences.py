"""Every sentence that a report adds to those of the findings: one place, so that one test can print them all."""

from collections.abc import Sequence
from math import inf, isfinite, sqrt

from trends.chance.evidence import Evidence
from trends.claims.ladder import MARKS, far
from trends.claims.rulings import Ruling
from trends.claims.verdict import Verdict
from trends.claims.words import figure
from trends.nouns import decimals, listed, one, plural

# Estimates that are dates or days, which a sentence on sizes does not tell.
_DATED = ("date", "days")

#: How to read the words of a ruling.
MEANS = {
    Ruling.SUPPORTED: "The claim is 95 % probable (a date 80 %), or its whole interval lies there; no check failed.",
    Ruling.CONTRADICTED: "That it is false is as probable, or the whole interval lies there, by like counts.",
    Ruling.NO_MATERIAL_CHANGE: "A change that would matter to nobody is as probable, or the whole interval lies there.",
    Ruling.CANNOT_TELL: "The data fit the claim and fit its opposite as well. Nothing follows for either.",
    Ruling.UNTESTABLE: "Nothing in these data bears on it. The report says what would.",
    Ruling.NOT_ASSESSED: "It could be tested and was not. It never counts as passed.",
}
#: What the tally says of claims of each ruling: of one, and of several.
_TALLIED = {
    Ruling.SUPPORTED: ("is borne out", "are borne out"),
    Ruling.CONTRADICTED: ("is contradicted", "are contradicted"),
    Ruling.NO_MATERIAL_CHANGE: ("is of a change too small to matter", "are of changes too small to matter"),
    Ruling.CANNOT_TELL: ("cannot be decided with these data", "cannot be decided with these data"),
    Ruling.UNTESTABLE: ("cannot be tested with them", "cannot be tested with them"),
    Ruling.NOT_ASSESSED: ("was not assessed", "were not assessed"),
}
#: What the answer says of the claim that a study is about: where none of its rungs holds, and where one does.
_ANSWERED = {
    Ruling.SUPPORTED: ("is borne out", "is borne out"),
    Ruling.CONTRADICTED: ("is contradicted", "is contradicted"),
    Ruling.NO_MATERIAL_CHANGE: ("is not borne out", "is borne out in part"),
    Ruling.CANNOT_TELL: ("cannot be decided with these data", "is borne out in part"),
    Ruling.UNTESTABLE: ("cannot be tested with these data", "is borne out in part"),
    Ruling.NOT_ASSESSED: ("was not assessed", "was assessed in part"),
}
INTERVAL = (
    "An interval in brackets holds the true value in as many of 100 such cases as it says. Whatever lies in it is "
    "compatible with the data, and no value in it is singled out."
)
LADDER = (
    "A claim is a chain of questions, from what was recorded to what can have caused it. Each rung is ruled on alone, "
    "and a claim holds as far up as every rung below it does."
)
SUMMED = "How many claims hold on each rung"
FURTHER = "What else happened about that time:"
NOT_DRAWN = "These claims cannot be tested with what the study holds. Each row says why, and what would settle it."


def tally(rulings: Sequence[Ruling]) -> str:
    """How many claims there are and what became of them.

    Examples
    --------
    >>> tally([Ruling.SUPPORTED, Ruling.CANNOT_TELL, Ruling.CANNOT_TELL])
    'Of 3 claims 1 is borne out and 2 cannot be decided with these data.'
    """
    if len(rulings) == 1:
        return f"The claim {_TALLIED[rulings[0]][0]}."
    counted = [(ruling, list(rulings).count(ruling)) for ruling in Ruling if ruling in rulings]
    parts = [f"{n} {_TALLIED[ruling][n > 1]}" for ruling, n in counted]
    return f"Of {plural(len(rulings), 'claim')} {listed(parts)}."


def answer(verdict: Verdict, evidence: Evidence | None) -> tuple[str, ...]:
    """The answer to the question of a study in three sentences, from the claim that it is about.

    Parameters
    ----------
    verdict : Verdict
        That on the claim.
    evidence : Evidence, optional
        The estimate that carries it.
    """
    first, *others = far(verdict)
    held = any(finding.ruling is Ruling.SUPPORTED for finding in verdict.findings)
    told = _ANSWERED[verdict.ruling][held]
    said = f"“{verdict.claim.says.rstrip('.')}” {told}: {first[:1].lower()}{first[1:]}"
    return tuple(filter(None, (said, " ".join(others), found(evidence))))


def found(evidence: Evidence | None) -> str:
    """What was found, as the values that the data leave open; empty where nothing was.

    Examples
    --------
    >>> found(Evidence(quantity="rate of 2019 to 2018", estimate=1.137, lower=0.504, upper=2.588))
    'The rate of 2019 to 2018 comes out at 1.14 times, and anything from 0.50 to 2.59 times fits the data.'
    """
    if evidence is None or evidence.untestable or not isfinite(evidence.estimate) or evidence.unit in _DATED:
        return ""
    ratio, quantity = evidence.unit == "ratio", evidence.quantity
    told = [figure(value, evidence.unit) for value in (evidence.estimate, evidence.lower, evidence.upper)]
    times = " times" if ratio else ""
    if evidence.lower == evidence.upper:
        return f"The figure for the {quantity.rstrip(',')} is {told[0]}{times}."
    span = f"{told[1]}{times} or more" if evidence.upper == inf else f"anything from {told[1]} to {told[2]}{times}"
    return f"The {quantity} comes out at {told[0]}{times}, and {span} fits the data."


def reach(evidence: Evidence | None, sought: str, multiple_of: str) -> str:
    """What the data could have shown, and what they could not; empty where that is not known.

    Examples
    --------
    >>> reach(Evidence(quantity="rate", detectable=2.36), "change", "the rate before")
    'These data would show a rise to 2.4 times the rate before in four cases of five, and a smaller one less often.'
    """
    if evidence is None or evidence.untestable or evidence.unit in _DATED:
        return ""
    if evidence.detectable is None:
        return _width(evidence)
    nearest, unit = evidence.detectable, evidence.unit
    if not isfinite(nearest) or nearest <= 0:
        what = "difference" if unit in ("count", "share") else sought
        return f"No {what} of a plausible size would show in these data: that none is found says nothing."
    if unit in ("count", "share"):
        what = "number" if unit == "count" else "share"
        return f"The nearest {what} that these data would tell from the one that was said is {figure(nearest, unit)}."
    side = f"a {sought} of" if sought != "change" else "a rise to" if nearest > 1 else "a fall to"
    return (
        f"These data would show {side} {coarse(nearest)} times {multiple_of} in four cases of five, and a smaller one "
        "less often."
    )


def _width(evidence: Evidence) -> str:
    """How large a change of a ratio would have been told from none, by the width of its interval alone."""
    low, high = evidence.lower, evidence.upper
    if evidence.unit != "ratio" or not 0 < low < high < inf:
        return ""
    return (
        f"These data leave a factor of {coarse(sqrt(high / low))} open to either side: a smaller change could not have "
        "been told from none."
    )


def coarse(ratio: float) -> str:
    """A ratio with the two digits that a limit of detection bears.

    Examples
    --------
    >>> [coarse(ratio) for ratio in (2.359, 0.2773, 0.004, 12.3, 130.0, 0.5)]
    ['2.4', '0.28', '0.0040', '12', '130', '0.50']
    """
    if not isfinite(ratio) or ratio >= 10:
        return f"{float(f'{ratio:.2g}'):,.0f}"
    return f"{ratio:.{decimals(ratio)}f}" if ratio < 0.995 else f"{ratio:.1f}"


def picked(n: int, *, named: bool) -> str:
    """By what rule the main claims were chosen."""
    if named:
        return "The study names these as its main claims." if n > 1 else "The study names this as its main claim."
    return (
        "Chosen by a rule: first the claims that were tested on the most rungs, of these first the disputed ones, then "
        "in the order of the report."
    )


def differ(span: str, measure: str, high: tuple[str, float], low: tuple[str, float]) -> str:
    """By how much two counters of one thing differ.

    Examples
    --------
    >>> differ("2019", "attacks", ("Knights", 1669.0), ("GTD", 350.0))
    'For 2019 Knights has 1,669 attacks and GTD 350: 4.8 times as many by the one rule as by the other.'
    """
    (title, most), (other, least) = high, low
    counted = plural(most, one(measure))
    if least <= 0:
        return f"For {span} {title} has {counted} and {other} none."
    times = f"{coarse(most / least)} times as many by the one rule as by the other"
    return f"For {span} {title} has {counted} and {other} {figure(least, 'count')}: {times}."


def agree() -> str:
    """That no two counters of one thing can be compared."""
    return "No two sources of this study count the same thing for the same time, so that none checks another."


def as_for(titles: str) -> str:
    """That what is to be known of some sources is to be known of another too."""
    return f"What is to be known of {titles} holds here too."


def rule_differs(title: str, since: str, what: str) -> str:
    """That a source changed how it counts."""
    return f"From {since} {title} does not count as before: {what}."


def legend() -> tuple[tuple[str, str, str], ...]:
    """The sign of each ruling on the ladder, its word there, and what it means."""
    return tuple((MARKS[ruling][0], f"{ruling} ({MARKS[ruling][1]})", means) for ruling, means in MEANS.items())


def survived(checks: Sequence[tuple[str, str, str]]) -> tuple[tuple[str, str], ...]:
    """The checks that a ruling had to survive by what came of them; of what failed the figures are told too.

    Examples
    --------
    >>> survived([("picked span", "passed", "3 of 20 are."), ("specifications", "failed", "2 of 9 do.")])
    (('Failed', 'specifications (2 of 9 do).'), ('Passed', 'picked span.'))
    """
    told = []
    for outcome, word in (("failed", "Failed"), ("cannot tell", "Open"), ("passed", "Passed")):
        rows = dict.fromkeys(
            (name, says if outcome == "failed" else "") for name, found, says in checks if found == outcome
        )
        if rows:
            named = [f"{name} ({says.rstrip('.')})" if says else name for name, says in rows]
            told.append((word, f"{'; '.join(named)}."))
    return tuple(told)


def shared(numbers: Sequence[int], everywhere: bool) -> str:
    """Of which claims something holds, to stand before it.

    Examples
    --------
    >>> shared([1, 4, 7, 9], False), shared([1, 2], True)
    ('Claims 1, 4, 7 and 9', 'All claims that could be tested')
    """
    if everywhere:
        return "All claims that could be tested"
    return f"Claims {listed([str(number) for number in numbers])}"


def inseparable(names: Sequence[str], *, exact: bool) -> str:
    """That some parts of a season or calendar cannot be told apart, the last of them from the others.

    Examples
    --------
    >>> inseparable(["April", "May", "the harvest"], exact=True)
    'The harvest cannot be told apart from April and May: it is made up of them.'
    """
    *others, last = names or ("what recurs",)
    said = f"{last[:1].upper()}{last[1:]}"
    if not others:
        return f"{said} does not vary enough in these counts to have an effect of its own."
    if exact:
        return f"{said} cannot be told apart from {listed(others)}: it is made up of them."
    return f"{said} can hardly be told apart from {listed(others)} in these counts."
