"""The course of a verdict: what the data of each month since the event would have ruled, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Literal

import pandas as pd

from trends import periods
from trends.arguments import checked_arguments
from trends.claims.as_of import end_of_data, event_of, released_after, start_of_data
from trends.claims.assess import assess, check_kinds
from trends.claims.claim import Claim
from trends.claims.effort import Effort
from trends.claims.ladder import MARKS, ladder
from trends.claims.rulings import Ruling
from trends.claims.study import Study
from trends.claims.verdict import Verdict
from trends.claims.words import when_in_words
from trends.errors import InputError
from trends.nouns import listed

#: The name that the ruling on the whole claim goes by, beside those of its rungs.
WHOLE = "the claim"
# With more of them neither a reader nor a processor has patience: coarser periods will do.
_MOST = 36


@dataclass(frozen=True, eq=False, repr=False)
class VerdictsOverTime:
    """The verdict on a claim by the data of each month since its event.

    Attributes
    ----------
    claim : Claim
        What was said.
    verdicts : tuple of Verdict
        One for each period, from what was known at its end; the last is that of all the data.
    rulings : pandas.DataFrame
        The rulings as texts, a row a period, a column for each rung that the claim asserts anything on, and the last,
        ``the claim``, on the whole.
    notes : tuple of str
        Which sources came out after these months, so that their counts stand in for what was known.

    Examples
    --------
    >>> from trends.claims.examples import example_studies
    >>> from trends.claims.study import read_study
    >>> study = read_study(example_studies()["iraq"])
    >>> found = assess_over_time(study.claim("attacks-566-first-quarter-2020"), study, first="2020-02", last="2020-04")
    >>> found
    VerdictsOverTime(attacks-566-first-quarter-2020: 3 periods)
    """

    claim: Claim
    verdicts: tuple[Verdict, ...]
    rulings: pd.DataFrame
    notes: tuple[str, ...] = ()

    def sentences(self) -> tuple[str, ...]:
        """What was ruled first, where it changed and what became of it, for each rung and the whole, and the notes."""
        return (*(_told(str(name), self.rulings[name]) for name in self.rulings), *self.notes)

    def to_frame(self) -> pd.DataFrame:
        """The rulings as a table."""
        return self.rulings.copy()

    def to_record(self) -> dict[str, object]:
        """The same as plain dictionaries, lists and texts, ready for JSON."""
        rows = zip(self.rulings.index, self.rulings.to_dict("records"), strict=True)
        rulings = [{"as of": periods.label_of(when), **row} for when, row in rows]
        return {"claim": self.claim.id, "rulings": rulings, "sentences": list(self.sentences())}

    def __str__(self) -> str:
        names = [str(name) for name in self.rulings]
        widths = [max(len(name), 12) for name in names]
        labels = [str(periods.label_of(when)) for when in self.rulings.index]
        first = max(map(len, [*labels, ""]))
        lines = [
            self.claim.says,
            f"{'':<{first}}  " + "  ".join(f"{n:<{w}}" for n, w in zip(names, widths, strict=True)),
        ]
        for label, row in zip(labels, self.rulings.to_numpy(), strict=True):
            cells = [" ".join(MARKS[Ruling(text)]) for text in row]
            told = "  ".join(f"{cell:<{w}}" for cell, w in zip(cells, widths, strict=True))
            lines.append(f"{label:<{first}}  {told}".rstrip())
        return "\n".join([*lines, *self.sentences()])

    def __repr__(self) -> str:
        return f"VerdictsOverTime({self.claim.id}: {len(self.verdicts)} periods)"

    def _repr_html_(self) -> str:
        cells = self.rulings.map(lambda text: " ".join(MARKS[Ruling(text)]))
        told = "".join(f"<li>{escape(sentence)}</li>" for sentence in self.sentences())
        return f"<p>{escape(self.claim.says)}</p>{cells.to_html(border=0)}<ul>{told}</ul>"


@checked_arguments
def assess_over_time(
    claim: Claim,
    study: Study,
    *,
    first: str | None = None,
    last: str | None = None,
    every: Literal["M", "Q", "Y"] | None = None,
    effort: Literal["quick", "full"] | Effort = "full",
    progress: Callable[[int, int, str], None] | None = None,
) -> VerdictsOverTime:
    """The ruling that the data would have given in each month since the event of a claim, and what it became.

    Parameters
    ----------
    claim, study, effort
        As in `trends.assess`.
    first, last : str, optional
        The first and the last month; by default that in which the event began, for a claim without one that in which it
        was made, and the last of the study.
    every : {"M", "Q", "Y"}, optional
        By months, quarters or years; by default the finest of which there are at most 36.
    progress : callable, optional
        Called with the periods done, their number and the label of the one just done.

    Raises
    ------
    InputError
        Where a month is no period, lies before the event or after the data, or the last one before the first.

    See Also
    --------
    trends.plot_over_time : the same as a chart.

    Examples
    --------
    >>> from trends.claims.examples import example_studies
    >>> from trends.claims.study import read_study
    >>> study = read_study(example_studies()["iraq"])
    >>> found = assess_over_time(study.claim("attacks-566-first-quarter-2020"), study, first="2020-02", last="2020-04")
    >>> list(found.rulings["the claim"])
    ['UNTESTABLE', 'SUPPORTED', 'SUPPORTED']
    """
    check_kinds(claim, study)
    steps = _steps(claim, study, first, last, every)
    verdicts = []
    for step in steps:
        verdicts.append(assess(claim, study, effort, as_of=periods.label_of(step)))
        if progress:
            progress(len(verdicts), len(steps), periods.label_of(step))
    rows = [{**{str(s.rung): str(s.ruling) for s in ladder(v) if s.ruling}, WHOLE: str(v.ruling)} for v in verdicts]
    rulings = pd.DataFrame(rows, index=steps.rename("as of"))
    return VerdictsOverTime(claim, tuple(verdicts), rulings, _stand_ins(verdicts, study, steps))


def _stand_ins(verdicts: list[Verdict], study: Study, steps: pd.PeriodIndex) -> tuple[str, ...]:
    """That what came out later stands in for what was known, where a verdict rests on such a source."""
    titles = {title for verdict in verdicts for title, _ in verdict.sources}
    names = [name for name, source in study.sources.items() if source.title in titles]
    late = released_after(study, names, steps[0].end_time.date())
    its = "its counts stand" if len(late) == 1 else "their counts stand"
    return (f"{listed(late)} came out later: {its} in for what was known at the end of each period.",) if late else ()


def _steps(claim: Claim, study: Study, first: str | None, last: str | None, every: str | None) -> pd.PeriodIndex:
    """The periods to ask at the end of, the finest that are few enough."""
    asked = f"follow the verdict on the claim {claim.id!r}"
    finish = periods.period(str(end_of_data(study))).end_time
    try:
        start = periods.period(first).start_time if first else _since(claim, study)
        end = min(periods.period(last or study.last).end_time, finish)
    except (InputError, TypeError, ValueError):
        found = f"{first!r} to {last!r}"
        raise InputError(asked, found=found, allowed="months such as 2020-06", do="write them so") from None
    if end < start:
        found = f"a last month, {last or str(end.date())}, before the first, {first or str(start.date())}"
        raise InputError(asked, found=found, allowed="a first month and a later one", do="exchange them")
    for letter in (every,) if every else ("M", "Q", "Y"):
        index = pd.period_range(start.to_period(letter), end.to_period(letter), freq=letter)
        # A period that the data do not reach to the end of is not over.
        over = index[index.end_time <= finish]
        index = over if len(over) else index[:1]
        if len(index) <= _MOST:
            break
    return index


def _since(claim: Claim, study: Study) -> pd.Timestamp:
    said = periods.period(claim.said_on).start_time.date()
    since = event_of(claim, study) or min(said, end_of_data(study))
    return pd.Timestamp(max(since, start_of_data(study)))


def _told(name: str, rulings: pd.Series) -> str:
    """What was ruled on one rung first, and from when on another."""
    changed = [0, *(n for n in range(1, len(rulings)) if rulings.iloc[n] != rulings.iloc[n - 1])]
    start = name[0].upper() + name[1:]
    if len(changed) == 1:
        return f"{start}: {rulings.iloc[0]} throughout."
    then = [f"{rulings.iloc[n]} from {when_in_words(rulings.index[n])} on" for n in changed[1:]]
    return f"{start}: {rulings.iloc[0]} at first, {listed(then)}."
