"""Whether a change is larger than the same at other dates."""

from trends.claims.checks.judged import Judged
from trends.claims.checks.known import DOES_NOT_APPLY, KnownCheck

# Among the dates of three years the claimed one must be among the first two; fewer dates could not show it.
_PLACEBO, _FEWEST_DATES = 0.10, 9


def judge(subject: Judged) -> tuple:
    """How the claimed date ranks among all others at which the same change is looked for."""
    placebos = subject.curve.placebos if subject.curve else None
    if not subject.found:
        return DOES_NOT_APPLY, "No change is found at the claimed date that other dates could equal.", placebos
    if placebos is None or len(placebos.table) < _FEWEST_DATES:
        tried = 0 if placebos is None else len(placebos.table)
        return "cannot tell", f"Only {tried} other dates can be tried, of at least {_FEWEST_DATES}.", placebos
    outcome = "passed" if placebos.pvalue <= _PLACEBO else "failed"
    says = f"Of {len(placebos.table)} other dates, {placebos.rank - 1} show a change as large as the claimed one"
    return outcome, f"{says} (p {placebos.pvalue:.2f}).", placebos


CHECK = KnownCheck("placebo dates", "Is the change larger than the same at other dates?", judge)
