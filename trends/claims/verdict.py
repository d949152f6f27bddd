"""How a claim is ruled upon: the one decision table, and the frozen verdict."""

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from math import inf

import pandas as pd

from trends.chance.evidence import Check, Evidence
from trends.claims.claim import Claim
from trends.claims.ladder import how_far, ladder, strip, strip_html
from trends.claims.rulings import Ruling
from trends.claims.rungs import Rung
from trends.claims.tabled import latex, markdown, verdict_table
from trends.claims.words import when_in_words


@dataclass(frozen=True)
class Asserted:
    """What a link says, as values of the quantity that is estimated.

    Parameters
    ----------
    claimed : (float, float)
        The values, from and to, for which the link is true.
    immaterial : (float, float), optional
        The values that would not matter to anybody: no change, for practical purposes.
    comparable : bool
        Whether evidence outside ``claimed`` speaks against the link; a count made by another rule does not.
    sure : float
        The posterior probability from which the link is taken to hold, where there is a posterior.
    """

    claimed: tuple[float, float]
    immaterial: tuple[float, float] | None = None
    comparable: bool = True
    sure: float = 0.95


@dataclass(frozen=True)
class Row:
    """One row of the decision table: when it applies, in words and as a function, and the ruling it gives."""

    when: str
    ruling: Ruling
    applies: Callable[[Evidence, Asserted, tuple[Check, ...]], bool] = field(repr=False)


# From this posterior probability on something is taken to hold, or its contrary to fail.
_SURE = 0.95


def _holds(evidence: Evidence, stand: Asserted) -> bool:
    if evidence.supported is not None:
        return evidence.supported >= stand.sure
    return _inside(evidence, stand.claimed)


def _would_not_matter(evidence: Evidence, stand: Asserted) -> bool:
    if evidence.immaterial is not None:
        return evidence.immaterial >= _SURE
    return stand.immaterial is not None and _inside(evidence, stand.immaterial)


def _fails(evidence: Evidence, stand: Asserted) -> bool:
    low, high = stand.claimed
    if evidence.supported is not None and (low <= 0 or high == inf):
        return evidence.supported <= 1 - _SURE
    # A narrow span of values always has little of the probability: it fails where the interval lies outside of it.
    return evidence.upper < low or evidence.lower > high


def _inside(evidence: Evidence, values: tuple[float, float]) -> bool:
    return values[0] <= evidence.lower and evidence.upper <= values[1]


#: The decision table, read from the top: the first row that applies gives the ruling.
DECISIONS = (
    Row("nothing could be estimated", Ruling.UNTESTABLE, lambda e, s, checks: bool(e.untestable)),
    Row(
        "a required check did not pass",
        Ruling.CANNOT_TELL,
        lambda e, s, checks: any(check.withholds for check in checks),
    ),
    Row(
        "what is claimed has a probability of 95 % or more, or the interval lies wholly in it",
        Ruling.SUPPORTED,
        lambda e, s, checks: _holds(e, s),
    ),
    Row(
        "values that would not matter have a probability of 95 % or more, or the interval lies wholly in them",
        Ruling.NO_MATERIAL_CHANGE,
        lambda e, s, checks: _would_not_matter(e, s),
    ),
    Row(
        "what is claimed has a probability of 5 % or less, or the interval lies outside it, by comparable counts",
        Ruling.CONTRADICTED,
        lambda e, s, checks: s.comparable and _fails(e, s),
    ),
    Row("anything else", Ruling.CANNOT_TELL, lambda e, s, checks: True),
)


def deciding_row(evidence: Evidence, stand: Asserted, checks: tuple[Check, ...] = ()) -> Row:
    """The row of the decision table that rules on a link.

    Parameters
    ----------
    evidence : Evidence
        What the data say.
    stand : Asserted
        What the link says.
    checks : tuple of Check
        What a certain ruling, for or against, must survive.
    """
    return next(row for row in DECISIONS if row.applies(evidence, stand, checks))


def rule(evidence: Evidence, stand: Asserted, checks: tuple[Check, ...] = ()) -> Ruling:
    """The ruling on one link, by `DECISIONS`; parameters are those of `deciding_row`."""
    return deciding_row(evidence, stand, checks).ruling


@dataclass(frozen=True)
class Finding:
    """The ruling on one link of a claim, with what it rests on.

    Parameters
    ----------
    link : str
        The link's key: ``"change"``.
    question : str
        What was asked of the data, as a question.
    ruling : Ruling
        How it came out.
    sentence : str
        The ruling in plain words, with the interval.
    evidence : Evidence, optional
        What the data say; None for a link that was not assessed.
    stand : Asserted, optional
        What the link says, as values of what was estimated.
    checks : tuple of Check
        What the ruling had to survive.
    caveats : tuple of str
        What a reader must know beside it, one sentence each.
    table : pandas.DataFrame, optional
        The figures behind it, as a reader would want them printed.
    fit : object, optional
        The fitted model behind it, for the chart.
    rung : Rung, optional
        The rung of the claim's ladder that it answers.
    settles : str
        What would settle it where it is open, the cheapest first.

    Examples
    --------
    >>> Finding("change", "Did the rate change?", Ruling.SUPPORTED, "It rose.").ruling.value
    'SUPPORTED'
    """

    link: str
    question: str
    ruling: Ruling
    sentence: str
    evidence: Evidence | None = None
    stand: Asserted | None = None
    checks: tuple[Check, ...] = ()
    caveats: tuple[str, ...] = ()
    table: pd.DataFrame | None = field(default=None, compare=False, repr=False)
    fit: object | None = field(default=None, compare=False, repr=False)
    rung: Rung | None = None
    settles: str = ""


@dataclass(frozen=True)
class Verdict:
    """What became of a claim: the ruling on the whole, which is that of its weakest link, and each link's finding.

    Parameters
    ----------
    claim : Claim
        What was said.
    ruling : Ruling
        How it came out.
    sentence : str
        The verdict in plain words.
    findings : tuple of Finding
        One for each link that the claim asserts, in its order.
    citation : str
        The document the claim stands in.
    sources : tuple of (str, str)
        Name and citation of each source of counts that was used.
    as_of : str
        The month that nothing later was seen of; empty for all there is.

    Examples
    --------
    >>> from trends.claims.links.change import Change
    >>> claim = Claim("rise", "Attacks rose.", "report", "Author", "2020-06", "2020-07-01", {"change": Change("rise")})
    >>> finding = Finding("change", "Did the rate change?", Ruling.SUPPORTED, "It rose.", rung=Rung.ORDINARY)
    >>> print(Verdict(claim, Ruling.SUPPORTED, "It rose.", (finding,), "Report of June 2020", ()))
    Attacks rose.
      SUPPORTED. It holds beyond what such series do by themselves. That is all that the claim says.
      recorded ·   realised ·   ordinary ● holds   timing ·   lasting ·   dose ·   rivals ·
      - change: SUPPORTED. It rose.
    """

    claim: Claim
    ruling: Ruling
    sentence: str
    findings: tuple[Finding, ...]
    citation: str
    sources: tuple[tuple[str, str], ...]
    as_of: str = ""

    def to_frame(self) -> pd.DataFrame:
        """The verdict as a table, a row for each link; see `trends.verdict_table`."""
        return verdict_table([self])

    def to_markdown(self) -> str:
        """The verdict as a table in Markdown."""
        return markdown([self])

    def to_latex(self) -> str:
        """The verdict as a tabular of LaTeX, which takes the package booktabs."""
        return latex([self])

    def __str__(self) -> str:
        known = f"As of {when_in_words(self.as_of)}, " if self.as_of else ""
        rungs, far = strip(ladder(self)), how_far(self)
        lines = [f"{self.claim.says}", f"  {known}{self.ruling}. {far if rungs else self.sentence}"]
        if rungs:
            lines.append(f"  {rungs}")
        for finding in self.findings:
            if finding.sentence in far:
                continue  # What nobody counts, which is told already.
            settles = f" What would settle it: {finding.settles}" if finding.settles else ""
            lines.append(f"  - {finding.link}: {finding.ruling}. {finding.sentence}{settles}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"Verdict({self.claim.id}: {self.ruling})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(f.link)}</td><td><b>{escape(f.ruling)}</b></td><td style='text-align:left'>"
            f"{escape(f.sentence)}</td></tr>"
            for f in self.findings
        )
        said = f"{escape(self.claim.says)} <i>{escape(self.claim.speaker)}, {escape(self.claim.said_on)}</i>"
        rungs = strip_html(ladder(self))
        far = f"{rungs}<p>{escape(how_far(self))}</p>" if rungs else ""
        return f"<p>{said}</p><p><b>{escape(self.ruling)}</b></p>{far}<table>{rows}</table>"
