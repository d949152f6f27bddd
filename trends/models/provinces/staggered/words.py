"""What a reader of a staggered comparison must know, in sentences with the number behind each."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from trends.fits.options import alpha_of
from trends.nouns import listed
from trends.periods import frequency_name, label_of

if TYPE_CHECKING:
    from trends.models.provinces.staggered.results import StaggeredResults

# Below this clustered errors are known to be far too small (MacKinnon & Webb 2018).
_FEW = 8


def described(results: "StaggeredResults") -> str:
    """What was compared, in a line."""
    model = results.model
    reached = reached_provinces(results)
    word = frequency_name(model.panel.frequency)
    return (
        f"{len(reached)} of {len(model.provinces)} provinces reached, {len(model.panel.index)} {word}s from "
        f"{label_of(model.panel.index[0])} to {label_of(model.panel.index[-1])}, {model.outcome}"
    )


def reached_provinces(results: "StaggeredResults") -> list[str]:
    """The provinces with dose that take part in the comparison."""
    exposure, dose = results.experiment.exposure, results.experiment.dose
    known = np.isfinite(results.expected.to_numpy().T) & (dose > 0) & (exposure > 0)
    return [name for name, used in zip(results.model.provinces, known.any(axis=1), strict=True) if used]


def method_sentence(results: "StaggeredResults") -> str:
    """How the estimate and its p-value came about."""
    schedules = results.experiment.schedules
    unit = "a unit of dose" if results.model.schedule.amounts else "being reached"
    dealt = (
        f"all {len(schedules):,} admissible schedules"
        if schedules.exact
        else f"{len(schedules):,} schedules, the actual one and others drawn at random"
    )
    return (
        f"The rate ratio of {unit} holds the counts of the reached provinces against what the others and their own "
        f"past imply (Poisson imputation); its p-value holds the studentised difference against that under {dealt}."
    )


def interval_sentence(results: "StaggeredResults", level: float) -> str:
    """How the interval came about, or why there is none."""
    number, percent = results.n_schedules, f"{100 * level:g} %"
    if 2 / number > alpha_of(level, "give an interval"):
        return (
            f"With {number} schedules no p-value can fall below {2 / number:.3f}: there is no {percent} interval: at "
            "this level any effect is compatible with these data."
        )
    found = f"The {percent} interval holds the effects that this test does not reject, each entered as a known factor"
    spans = [f"{np.exp(low):.2g} to {np.exp(high):.2g}" for low, high in results.holes]
    return f"{found}; within it, it rejects ratios of {listed(spans)}." if spans else f"{found}."


def caveats(results: "StaggeredResults") -> tuple[str, ...]:
    """The sentences that belong to the estimates, most damaging first."""
    return tuple(sentence for sentence in _sentences(results) if sentence)


def _sentences(results: "StaggeredResults") -> Iterator[str]:
    model, reached = results.model, reached_provinces(results)
    params = results.params
    yield _smallest(results)
    yield _pretrend(results)
    yield _one_province(results, reached)
    if len(reached) < _FEW:
        were = "province was" if len(reached) == 1 else "provinces were"
        yield (
            f"Only {len(reached)} {were} reached: clustered standard "
            "errors are far too small for so few; read the interval by randomisation."
        )
    if np.sign(params["imputation"]) != np.sign(params["two-way"]):
        yield (
            f"The two-way estimate ({params['two-way']:.3g}) has another sign than that by imputation "
            f"({params['imputation']:.3g}): effects differ between provinces or grow, and it takes reached ones for a "
            "yardstick."
        )
    if np.isnan(params.get("saturated", 0.0)):
        yield f"There is no saturated estimate: {results.saturated_or_why_not}"
    lost = [name for name, row in zip(model.provinces, results.experiment.dose > 0, strict=True) if row.any()]
    lost = [name for name in lost if name not in reached]
    if lost:
        yield f"{listed(lost)} had no period, or nothing beside it, to be compared with, and took no part."
    if model.silent:
        yield f"Nothing was counted in {listed(model.silent)}: they say nothing about ratios and took no part."


def _smallest(results: "StaggeredResults") -> str:
    number = results.n_schedules
    if number < 40:
        return f"There are only {number} admissible schedules: no p-value can fall below {2 / number:.3f}."
    return ""


def _pretrend(results: "StaggeredResults") -> str:
    test = results.pretrends
    if np.isnan(test["pvalue"]):
        return "There are too few periods before the first date to test for different trends."
    if test["pvalue"] < 0.1:
        return (
            f"Reached provinces already differed before they were reached (p = {test['pvalue']:.3f} over "
            f"{test['leads']:.0f} {frequency_name(results.model.panel.frequency)}s): the estimate may carry that on."
        )
    return ""


def _one_province(results: "StaggeredResults", reached: list[str]) -> str:
    table = results.leave_one_out["imputation"]
    turned = [name for name in table.index if np.sign(table[name]) == -np.sign(results.estimate)]
    if not turned or len(reached) < 2:
        return ""
    return f"Without {listed(turned)} the estimate has another sign ({', '.join(f'{table[n]:.3g}' for n in turned)})."
