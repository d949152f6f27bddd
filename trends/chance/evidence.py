"""What the data say about one quantity: an estimate with its interval, its test, and the error rates of that test."""

from dataclasses import dataclass, field
from math import isclose
from numbers import Real
from typing import TYPE_CHECKING, Any

from trends.errors import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: The words of ICD 203 (US Director of National Intelligence, 2015), by the highest probability each is used for.
_LIKELIHOOD = (
    (0.05, "almost no chance"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "roughly even chance"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (1.00, "almost certain"),
)

_ROUNDING = 1e-9
_UNITS = ("ratio", "count", "share", "date", "days")
_PROBABILITIES = (
    "level", "pvalue", "pvalue_analytic", "pvalue_discovery", "pvalue_family", "false_alarms", "coverage", "power",
    "supported", "immaterial",
)  # fmt: skip


def likelihood_words(probability: float) -> str:
    """The words that analysts use for a probability, by the scale of ICD 203.

    Raises
    ------
    InputError
        Where it is no number from 0 to 1.

    Examples
    --------
    >>> [likelihood_words(p) for p in (0.03, 0.5, 0.93, 0.99)]
    ['almost no chance', 'roughly even chance', 'very likely', 'almost certain']
    """
    # A sum of probabilities may miss 0 and 1 by its rounding.
    a_number = isinstance(probability, Real) and not isinstance(probability, bool)
    if not a_number or not -_ROUNDING <= probability <= 1 + _ROUNDING:
        raise InputError(
            "say a probability in words",
            found=f"probability={probability!r:.60}",
            allowed="a number from 0 to 1",
            do="give it as a share, 0.97 for 97 %",
        )
    return next((words for highest, words in _LIKELIHOOD if probability <= highest), _LIKELIHOOD[-1][1])


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the data say about one quantity.

    Parameters
    ----------
    quantity : str
        What was estimated, as a noun phrase: ``"rate from April 2020, against what was to be expected"``.
    unit : {"ratio", "count", "share", "date", "days"}
        The scale of ``estimate``, ``lower`` and ``upper``. Ratios and counts are reasoned about on the log scale,
        shares on the logit scale; dates are decimal years, the start of a period; days are counted from one to another.
    estimate, lower, upper : float
        The estimate and its interval; a bound may be infinite, or 0 for a ratio. NaN stands for none. An estimate lies
        within its interval, but for a date: the likeliest may lie outside the shortest run that holds 95 %.
    level : float
        The nominal coverage of the interval.
    pvalue, pvalue_analytic : float, optional
        The p-value that a ruling may rest on, and the textbook one beside it.
    pvalue_discovery, pvalue_family : float, optional
        The p-value adjusted for all tests of a report, by Benjamini and Hochberg and by Holm; see `trends.adjust`.
    null, alternative : str
        What the p-value is about, as two sentences.
    method : str
        How interval and p-value were obtained, as a sentence.
    nobs : int
        How many of ``counted_in`` the estimate rests on.
    counted_in : str
        What they are, in the singular: ``"month"``, ``"incident"``, ``"province-month"``.
    false_alarms, coverage, power : float, optional
        Of the same question on like series: how often a change is found where nothing is known to have changed, how
        often the interval holds the truth, and how often a doubling is found.
    detectable : float, optional
        The smallest change in the claimed direction that would be found with 80 % power.
    runs : int
        Series behind these rates.
    untestable : str
        Why nothing could be estimated; empty where something was.
    supported : float, optional
        Posterior probability that what the link claims holds; None where there is no posterior.
    immaterial : float, optional
        Posterior probability of a value that would not matter.

    Raises
    ------
    InputError
        Where it has no quantity or another unit, where a number is none or not of its unit, where the estimate lies
        outside its interval, or where what is a probability is not from 0 to 1.

    Examples
    --------
    >>> Evidence(quantity="rate", unit="ratio", estimate=1.55, lower=0.63, upper=3.86, nobs=36).level
    0.95
    """

    quantity: str
    unit: str = "ratio"
    estimate: float = float("nan")
    lower: float = float("nan")
    upper: float = float("nan")
    level: float = 0.95
    pvalue: float | None = None
    pvalue_analytic: float | None = None
    pvalue_discovery: float | None = None
    pvalue_family: float | None = None
    null: str = ""
    alternative: str = ""
    method: str = ""
    nobs: int = 0
    counted_in: str = ""
    false_alarms: float | None = None
    coverage: float | None = None
    power: float | None = None
    detectable: float | None = None
    runs: int = 0
    untestable: str = ""
    supported: float | None = None
    immaterial: float | None = None

    def __post_init__(self) -> None:
        asked = "state what the data say of one quantity"
        if not isinstance(self.quantity, str) or not self.quantity.strip():
            found, allowed = f"quantity={self.quantity!r:.60}", "a noun phrase, such as 'rate of 2020 to that of 2019'"
            raise InputError(asked, found=found, allowed=allowed, do="name what was estimated")
        asked = f"state what the data say of the {self.quantity}"
        if self.unit not in _UNITS:
            found = f"unit={self.unit!r:.60}"
            raise InputError(asked, found=found, allowed=", ".join(_UNITS), do="name one of these")
        for name in ("estimate", "lower", "upper", "detectable", *_PROBABILITIES):
            self._check(asked, name)
        ordered = (("lower", "upper"), ("lower", "estimate"), ("estimate", "upper"))
        for less, more in ordered[: 1 if self.unit == "date" else 3]:
            low, high = getattr(self, less), getattr(self, more)
            if low > high and not isclose(low, high, rel_tol=1e-6, abs_tol=_ROUNDING):
                raise InputError(
                    asked,
                    found=f"{less}={low:g} above {more}={high:g}",
                    allowed="lower, estimate and upper in this order",
                    do="give the estimate with its own interval",
                )

    def _check(self, asked: str, name: str) -> None:
        value, given = getattr(self, name), f"{name}={getattr(self, name)!r:.60}"
        if value is None and name not in ("estimate", "lower", "upper", "level"):
            return
        if not isinstance(value, Real) or isinstance(value, bool):
            raise InputError(asked, found=given, allowed="a number", do="give one, or leave it out")
        number = float(value)
        dated = self.unit in ("date", "days") and name in ("estimate", "lower", "upper")
        share = name in _PROBABILITIES or (self.unit == "share" and name != "detectable")
        if not dated and (number < -_ROUNDING or (share and number > 1 + _ROUNDING)):
            allowed = "a number from 0 to 1" if share else f"0 or more, as a {self.unit} is"
            raise InputError(asked, found=given, allowed=allowed, do="give it on that scale")


@dataclass(frozen=True)
class Check:
    """One condition that a certain ruling must survive, and how it came out.

    Parameters
    ----------
    name : str
        A short name: ``"false alarms"``.
    asks : str
        The question, as a sentence.
    outcome : {"passed", "failed", "cannot tell", "does not apply"}
        How it came out; a check does not apply where it has nothing to ask of these counts.
    says : str
        The figures behind the outcome, as a sentence.
    fit : object, optional
        What the outcome rests on, where it can draw itself by a method ``plot(ax=None)``.
    """

    name: str
    asks: str
    outcome: str
    says: str
    fit: Any = field(default=None, compare=False, repr=False)

    @property
    def withholds(self) -> bool:
        """Whether the check, failed or undecided, keeps a ruling from being certain."""
        return self.outcome in ("failed", "cannot tell")

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The chart of what the outcome rests on, as Axes.

        Raises
        ------
        InputError
            Where there is nothing to draw: ``check.fit`` is None.
        """
        if self.fit is None:
            raise InputError(
                f"draw the check {self.name!r}",
                found="one that rests on a figure alone",
                allowed="a check with a fit",
                do="read what it says",
            )
        axes: Axes = self.fit.plot(ax)
        return axes
