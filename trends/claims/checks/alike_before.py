"""Parallel trends: whether the provinces that an event reached moved with the others before it did."""

from trends.claims.checks.known import KnownCheck
from trends.errors import ModelError
from trends.models.provinces.staggered.results import StaggeredResults


def judge(results: StaggeredResults) -> tuple[str, str]:
    """The randomisation test that all leads (the effects in the periods before) are zero."""
    try:
        test = results.pretrends
    except ModelError as error:
        # Too few incidents to fit the months before: the question stays open, and with it the ruling.
        return "cannot tell", f"Not tested. {error.lacks}"
    if test["pvalue"] != test["pvalue"]:
        return "cannot tell", "There are too few periods before."
    says = f"Joint test of the {test['leads']:.0f} periods before, by randomisation: p = {test['pvalue']:.2f}."
    return "passed" if test["pvalue"] >= 0.05 else "failed", says


CHECK = KnownCheck("alike before", "Did the provinces reached run with the others before they were?", judge)
