"""What a reader of an endemic-epidemic model must know, in sentences with the number behind each."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from trends.periods import frequency_name, label_of

if TYPE_CHECKING:
    from trends.models.provinces.endemic.model import EndemicModel
    from trends.models.provinces.endemic.results import EndemicResults


def described(results: "EndemicResults") -> str:
    """What was fitted, in a line."""
    model = results.model
    index = model.panel.index
    return (
        f"{results.nobs:,} cells of {int(model.used.any(axis=0).sum())} provinces, {label_of(index[0])} to "
        f"{label_of(index[-1])} by the {frequency_name(model.panel.frequency)}, {model.panel.unit}, "
        f"log likelihood {results.llf:.2f}"
    )


def caveats(results: "EndemicResults") -> tuple[str, ...]:
    """The sentences that belong to the estimates, most damaging first."""
    return tuple(sentence for sentence in _sentences(results) if sentence)


def _sentences(results: "EndemicResults") -> Iterator[str]:
    model, fit = results.model, results.fit
    yield _growth(results)
    for place, what in ((0, "a province's own past"), (1, "the neighbours' past")):
        if not fit.free[place]:
            yield f"The weight of {what} is estimated at 0, the edge of what is possible: it has no usual interval."
    yield (
        "What passes between provinces within one period, or by a cause that reaches neighbours one after the other, "
        "cannot be told from what passes in the next period."
    )
    yield from _unwatched(model)
    if model.silent:
        yield f"No incident was counted in {', '.join(model.silent)}: they took no part as provinces that react."
    if model.outside:
        yield f"What came from {', '.join(model.outside)}, which the panel does not hold, is not seen."
    alone = [n for n, weight in zip(model.panel.provinces, model.borders.sum(axis=0), strict=True) if weight == 0]
    if alone:
        yield f"No neighbour of {', '.join(alone)} is in the panel."
    if model.family == "negbin" and not fit.free[-1]:
        yield "The counts vary no more than independent ones would: the overdispersion is estimated at 0."


def _growth(results: "EndemicResults") -> str:
    params = results.fit.params
    matrix = params[0] * np.eye(len(results.model.weights)) + params[1] * results.model.weights
    growth = float(np.abs(np.linalg.eigvals(matrix)).max())
    if growth < 1:
        return ""
    return (
        f"Taken at its word the model lets counts feed on themselves without end (growth {growth:.2f} a period): its "
        "simulations and predictions are good for few periods."
    )


def _unwatched(model: "EndemicModel") -> Iterator[str]:
    watched = np.isfinite(model.panel.counts.to_numpy())
    dropped = int((watched[1:] & ~model.past.used[1:]).sum())
    if dropped:
        yield (
            f"{dropped:,} watched cells are no responses, because their own past or that of all their neighbours was "
            "not watched."
        )
    filled = int((model.used & (model.past.scale > 1)).sum())
    if filled:
        yield (
            f"In {filled:,} cells a neighbour was not watched the period before: it is left out with its weight, and "
            "the others' mean stands for it."
        )
    partly = model.panel.exposure.to_numpy()
    if ((partly > 0) & (partly < 1)).any():
        yield "Counts of partly watched periods are scaled up where they are the past of others, with their noise."
