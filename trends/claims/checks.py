"""The checks that a certain ruling must survive: what each asks, which links it belongs to, and how it is judged.

A check only ever withholds certainty: `trends.claims.verdict.rule` gives ``CANNOT TELL`` where a required one did not
pass. A claim names those that it requires under the link, ``checks = ["false alarms", "placebo dates"]``; without, all
that belong to the link are required.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, isfinite

from trends.chance.calibration import Trials
from trends.chance.curve import SpecificationCurve, reading
from trends.chance.differing import DifferingChanges
from trends.chance.evidence import Check, Evidence
from trends.chance.rates import Rates
from trends.claims.strict import Where
from trends.errors import ModelError, StudyError
from trends.models.changepoints.changedate import ChangeDate
from trends.models.provinces.staggered_results import StaggeredResults

# A test that rejects more often than this where nothing changed may not carry a ruling (nominal 5 %).
_MOST_FALSE_ALARMS = 0.065
#: Below this probability that there was a change at all, there is nothing to date.
A_CHANGE = 0.95
# Among the dates of three years the claimed one must be among the first two; fewer dates could not show it.
_PLACEBO, _FEWEST_DATES = 0.10, 9
# Four in five of the specifications must be on the side that the ruling takes, and chance must not explain the median.
_AGREE, _JOINT = 0.80, 0.05


@dataclass(frozen=True)
class Changed:
    """What the checks of a change are judged by: its evidence, its specification curve, and the changes by province.

    ``provinces`` is None where only one has incidents, and an error where they cannot be compared.
    """

    evidence: Evidence
    curve: SpecificationCurve
    provinces: DifferingChanges | ModelError | None = None

    @property
    def found(self) -> bool:
        """Whether the interval excludes 1."""
        return self.evidence.lower > 1 or self.evidence.upper < 1

    @property
    def reads(self) -> str:
        """The claim as the interval has it; see `trends.chance.curve.reading`."""
        return self.reading(self.evidence.lower, self.evidence.upper)

    def reading(self, lower, upper) -> str:
        """The claim as another interval has it."""
        return reading(lower, upper, self.curve.claimed, self.curve.immaterial)

    def holds(self, ratio) -> bool:
        """Whether an estimate alone would lead where the interval does."""
        low, high = self.curve.claimed
        if self.reads == "as claimed":
            return low <= ratio <= high
        if self.reads == "no material change":
            return self.curve.immaterial[0] <= ratio <= self.curve.immaterial[1]
        if self.reads == "otherwise":
            return not low <= ratio <= high
        return (ratio > 1) == (self.evidence.estimate > 1)


@dataclass(frozen=True)
class KnownCheck:
    """A check by its name: what it asks, the links it belongs to, and how it is judged.

    Parameters
    ----------
    name, asks : str
        As in `trends.chance.evidence.Check`.
    links : tuple of str
        The links whose ruling it can withhold.
    judge : callable
        From what the check rests on to outcome, sentence and, where there is one, what can be drawn.
    """

    name: str
    asks: str
    links: tuple[str, ...]
    judge: Callable

    def of(self, subject) -> Check:
        """The check on what it rests on; a `ModelError` in its place is a reason why nobody can tell."""
        if isinstance(subject, ModelError):
            return Check(self.name, self.asks, "cannot tell", f"Not tested: {subject.found}.")
        return Check(self.name, self.asks, *self.judge(subject))


def _false_alarms(alarms: Trials | Rates):
    rate, error = alarms.rejected, alarms.error(_MOST_FALSE_ALARMS)
    return (
        "passed" if rate <= _MOST_FALSE_ALARMS + 2 * error else "failed",
        f"Of {alarms.runs} simulated panels without a change it found one in {100 * rate:.1f} % (nominal 5 %).",
    )


def _placebo_dates(subject: Changed):
    placebos = subject.curve.placebos
    if placebos is None or len(placebos.table) < _FEWEST_DATES:
        tried = 0 if placebos is None else len(placebos.table)
        return "cannot tell", f"Only {tried} other dates can be tried, of at least {_FEWEST_DATES}.", placebos
    says = f"Of {len(placebos.table)} other dates, {placebos.rank - 1} show a change as large as the claimed one"
    if not subject.found:
        outcome = "cannot tell" if subject.reads == "open" else "passed"
        return outcome, f"{says}, at which no change is found.", placebos
    outcome = "passed" if placebos.pvalue <= _PLACEBO else "failed"
    return outcome, f"{says} (p {placebos.pvalue:.2f}).", placebos


def _no_single_province(subject: Changed):
    left = subject.curve.left_out
    if left.table.empty:
        return "passed", "Only one province has incidents, so that there is none to leave out."
    ratios, matters = left.table["ratio"], left.matters
    if not ratios.map(isfinite).all():
        empty = ", ".join(ratios.index[~ratios.map(isfinite)])
        return "cannot tell", f"Without {empty} there is no estimate.", left
    turned = [name for name, ratio in ratios.items() if not subject.holds(ratio)]
    says = f"It lies from {ratios.min():.2f} to {ratios.max():.2f}, furthest from {left.own:.2f} without {matters}."
    if not turned:
        return "passed", says, left
    return "failed", f"Without {', '.join(turned)} it is another. {says}", left


def _provinces_agree(subject: Changed):
    found = subject.provinces
    if found is None:
        return "passed", "Only one province has incidents, so that there is none to differ from it."
    if isinstance(found, ModelError):
        return "cannot tell", f"Not tested: {found.found}."
    mean = f"mean {found.mean:.2f}, 95 % interval {found.lower:.2f} to {found.upper:.2f}"
    if subject.reads == "open":
        return "cannot tell", f"The change of {len(found.table)} provinces: {mean}.", found
    if subject.reading(found.lower, found.upper) == subject.reads:
        says = f"The change of {len(found.table)} provinces leads where that of the total does ({mean})."
        return "passed", says, found
    if not found.between:
        return "cannot tell", f"The provinces show too little, one by one, to tell whether they agree ({mean}).", found
    low, high = found.table["ratio"].min(), found.table["ratio"].max()
    says = f"The change differs between provinces ({low:.2f} to {high:.2f}; {mean}): that of the total may be the"
    return "failed", f"{says} doing of a few.", found


def _specifications(subject: Changed):
    curve = subject.curve
    ratio = curve.fitted["ratio"]
    says = f"{len(ratio)} specifications, median {curve.median:.2f}"
    if subject.found:
        side = ((ratio > 1) == (subject.evidence.estimate > 1)) & ratio.notna()
        passed = side.mean() >= _AGREE and curve.pvalue <= _JOINT
        way = "above" if subject.evidence.estimate > 1 else "below"
        says = f"{says}, {100 * side.mean():.0f} % of them {way} 1"
    else:
        passed = subject.holds(curve.median) and curve.pvalue > _JOINT
    outcome = "cannot tell" if not subject.found and subject.reads == "open" else "passed" if passed else "failed"
    return outcome, f"{says}; p of no change in any of them {curve.pvalue:.2g}.", curve


def _a_change_to_date(dated: ChangeDate):
    share = f"{100 * dated.probability:.0f} %"
    outcome = "passed" if dated.probability >= A_CHANGE else "cannot tell"
    return outcome, f"The probability that there was one is {share}, even odds before."


def _alike_before(results: StaggeredResults):
    try:
        test = results.pretrends
    except ModelError as error:
        # Too few incidents to fit the months before: the question stays open, and with it the ruling.
        return "cannot tell", f"Not tested: {error.found}."
    if test["pvalue"] != test["pvalue"]:
        return "cannot tell", "There are too few periods before."
    says = f"Joint test of the {test['leads']:.0f} periods before, by randomisation: p {test['pvalue']:.2f}."
    return "passed" if test["pvalue"] >= 0.05 else "failed", says


def _same_direction(results: StaggeredResults):
    """Whether the sign of the estimate is the same without each province in turn."""
    estimates = results.leave_one_out["imputation"]
    other = estimates[estimates * results.estimate <= 0]
    if len(other):
        return "failed", f"Without {', '.join(other.index)} it turns."
    worst = estimates.loc[estimates.abs().idxmin()] if len(estimates) else 0.0
    return "passed", f"The weakest of them is {exp(worst):.2f}."


#: Every check there is, in the order in which a link lists them.
KNOWN = (
    KnownCheck(
        "false alarms",
        "Does the test keep its error rate on this very panel?",
        ("change", "timing", "lasting", "dose", "trend", "season", "between", "level", "share", "rank"),
        _false_alarms,
    ),
    KnownCheck("placebo dates", "Is the change larger than the same at other dates?", ("change",), _placebo_dates),
    KnownCheck(
        "no single province", "Does the answer hold without each province in turn?", ("change",), _no_single_province
    ),
    KnownCheck("provinces agree", "Is it the change of provinces in general?", ("change",), _provinces_agree),
    KnownCheck(
        "specifications", "Do other defensible ways of asking give the same answer?", ("change",), _specifications
    ),
    KnownCheck("a change to date", "Was there a change in level at all?", ("timing",), _a_change_to_date),
    KnownCheck(
        "alike before", "Did the provinces reached run with the others before they were?", ("dose",), _alike_before
    ),
    KnownCheck(
        "no single province", "Does the direction hold without each province in turn?", ("dose",), _same_direction
    ),
)


def checks_of(link: str) -> tuple[KnownCheck, ...]:
    """The checks that belong to a link.

    Examples
    --------
    >>> [check.name for check in checks_of("change")]
    ['false alarms', 'placebo dates', 'no single province', 'provinces agree', 'specifications']
    """
    return tuple(check for check in KNOWN if link in check.links)


def required_checks(link: str, named: tuple[str, ...] | None = None) -> tuple[KnownCheck, ...]:
    """The checks that a ruling on a link must survive: those named, or else all that belong to it.

    Whether the test keeps its error rate is asked of every test: no claim can leave that out.

    Examples
    --------
    >>> [check.name for check in required_checks("change", ("placebo dates",))]
    ['false alarms', 'placebo dates']
    """
    return tuple(c for c in checks_of(link) if named is None or c.name in named or c.name == "false alarms")


def read_checks(link: str, values: dict, where: Where) -> tuple[str, ...] | None:
    """The names under ``checks`` in the table of a link, which is taken out of it; None where there are none.

    Raises
    ------
    StudyError
        Where a name is not that of a check of this link.
    """
    if "checks" not in values:
        return None
    names, known = values.pop("checks"), [check.name for check in checks_of(link)]
    wrong = [names] if not isinstance(names, list) else [name for name in names if name not in known]
    if not wrong:
        return tuple(names)
    raise StudyError(
        f"read [asserts.{link}] of {where.file}",
        found=f"{where.line('checks')}checks with {wrong[0]!r}",
        allowed=f"a list of {', '.join(known)}" if known else "no checks: none belongs to this link",
        do="correct the name or take it out",
    )
