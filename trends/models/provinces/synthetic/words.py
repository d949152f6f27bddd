"""What a reader of a synthetic control must know, in sentences with the number behind each."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from trends.errors import ModelError
from trends.fits.options import alpha_of
from trends.models.provinces.synthetic.methods import Match
from trends.nouns import listed
from trends.periods import frequency_name, frequency_of, label_of

if TYPE_CHECKING:
    from trends.models.provinces.synthetic.model import SyntheticControl
    from trends.models.provinces.synthetic.results import SyntheticResults

_MATCHED_ON = {
    "poisson": "counts relative to their own mean before, periods weighted by Poisson noise",
    "scaled": "counts relative to their own mean before",
    "classic": "levels",
    "demeaned": "differences from their own mean before",
    "augmented": "the course before, corrected by a ridge regression",
}
# Two starts of the search that fit equally well but give a donor weights this far apart do not identify them.
_APART = 0.01


def described(results: "SyntheticResults") -> str:
    """What was compared, in a line."""
    model, index = results.model, results.model.values.index
    on = _MATCHED_ON[model.method] if model.predictors is None else f"{len(model.predictors)} predictors"
    return (
        f"{model.treated} from {label_of(model.at)} on against {len(model.donors)} donors, "
        f"{int((index < model.at).sum())} {_word(model)}s before and {int((index >= model.at).sum())} after, "
        f"{model.outcome}; matched on {on}"
    )


def _word(model: "SyntheticControl") -> str:
    return frequency_name(frequency_of(model.values.index))


def refusal(model: "SyntheticControl", matched: Match) -> ModelError:
    """The error that says why no mean of the donors can stand in."""
    asked = f"make a synthetic {model.treated} of {len(model.donors)} donors"
    if matched.off_level:
        side = "above" if matched.mean_gap > 0 else "below"
        return ModelError(
            asked,
            found=f"that it lies {side} every mean of them that follows it: by {abs(matched.mean_gap):.0%} on average "
            f"before {label_of(model.at)}, a constant that makes up {matched.constant:.0%} of the mean squared "
            "prediction error",
            allowed="a unit within the reach of its donors",
            do=f"give method={'poisson' if model.counts else 'demeaned'!r}, which compares courses and not levels, or "
            "other donors",
        )
    return ModelError(
        asked,
        found=f"a prediction error (RMSPE) of {matched.rmspe:.3g} a {_word(model)} before {label_of(model.at)}, where "
        f"a flat line at its own mean has one of {matched.flat:.3g}"
        + (f" and Poisson noise one of {matched.noise:.3g}" if model.counts else ""),
        allowed="donors that follow it better than a flat line does",
        do="choose donors that moved with it, or hold it against its own past"
        + (" with InterruptionModel" if model.counts else ""),
    )


def caveats(results: "SyntheticResults") -> tuple[str, ...]:
    """The sentences that belong to the estimates, most damaging first."""
    return tuple(sentence for sentence in _sentences(results) if sentence)


def _sentences(results: "SyntheticResults") -> Iterator[str]:
    model = results.model
    yield _smallest(results)
    yield _disagreement(results)
    yield _parted(results)
    yield _level(results)
    yield _fit(results)
    yield _identified(results)
    yield _leaning(results)
    weights = results.weights
    if (weights < -1e-3).any():
        yield (
            f"The correction gives negative weights to {listed(weights.index[weights < -1e-3])}: the counterpart "
            "reaches beyond the donors."
        )
    if model.excluded:
        by: dict[str, list[str]] = {}
        for name, why in model.excluded.items():
            by.setdefault(why, []).append(name)
        yield "Left out: " + "; ".join(f"{', '.join(names)} ({why})" for why, names in by.items()) + "."


def _smallest(results: "SyntheticResults") -> str:
    units = len(results.model.donors) + 1
    return (
        f"With {len(results.model.donors)} donors the p-value over provinces cannot fall below {1 / units:.3f}: "
        "however large the effect, the comparison with other provinces is no stronger evidence than that."
    )


def _disagreement(results: "SyntheticResults") -> str:
    if results.importance is not None:
        return "There is no test over dates with predictors: they cannot be fitted to the periods after."
    places, dates = results.pvalue_provinces, results.pvalue_dates
    if min(places, dates) <= 0.1 < max(places, dates):
        smaller, larger = ("dates", "provinces") if dates < places else ("provinces", "dates")
        return (
            f"It stands out over {smaller} (p = {min(places, dates):.3f}) but not over {larger} "
            f"(p = {max(places, dates):.3f})."
        )
    return ""


def _parted(results: "SyntheticResults") -> str:
    model, table = results.model, results.placebo_dates
    if model.predictors is not None:
        return ""
    sizes = table["effect"].abs().dropna()
    if sizes.empty:
        return "There are too few periods before the event to see what earlier dates would have shown."
    larger = int((sizes >= abs(results.estimate)).sum())
    if larger == 0:
        return ""
    first, worst = label_of(sizes.idxmax()), table["effect"][sizes.idxmax()]
    of = "a rate ratio of" if model.counts else "a difference of"
    shown = [f"{np.exp(value) if model.counts else value:.3g}" for value in (worst, results.estimate)]
    length = f"{int(model.data.after.sum())} {_word(model)}s"
    return (
        f"Of {len(table)} earlier dates, with {length} that all lie before the event, {larger} "
        f"{'shows' if larger == 1 else 'show'} as much: {first} {of} {shown[0]}, where "
        f"{label_of(model.at)} shows {shown[1]}."
    )


def _level(results: "SyntheticResults") -> str:
    gap = results.match.mean_gap
    if abs(gap) <= 0.05:
        return ""
    other = "poisson" if results.model.counts else "demeaned"
    return (
        f"Before, it lay {'above' if gap > 0 else 'below'} its counterpart by {abs(gap):.0%} on average, which the "
        f"effect carries on; method={other!r} compares courses and not levels."
    )


def _fit(results: "SyntheticResults") -> str:
    model, matched = results.model, results.match
    before = int((model.values.index < model.at).sum())
    sentence = f"Before, it differs from its counterpart by {matched.rmspe:.3g} a {_word(model)} (RMSPE)"
    if matched.rmspe >= matched.flat:
        sentence += f", more than a flat line does ({matched.flat:.3g}), which Poisson noise can explain"
    elif matched.rmspe > 0.5 * matched.flat:
        sentence += f", {matched.rmspe / matched.flat:.0%} of what a flat line does"
    elif before > len(model.donors):
        return ""
    if before <= len(model.donors):
        sentence += f"; with {before} periods and {len(model.donors)} donors a close fit is partly chance"
    return sentence + "."


def _identified(results: "SyntheticResults") -> str:
    importance, model = results.importance, results.model
    if importance is None:
        return ""
    sentence = ""
    starts = [values for _, mspe, values in importance.starts if mspe <= importance.mspe * (1 + 1e-4)]
    apart = np.ptp([model.weights_with(values) for values in starts], axis=0)
    if apart.max() > _APART:
        name = model.values.columns[apart.argmax()]
        sentence = (
            f"The importance of the predictors is not settled by the data: equally good ones move the weight of {name} "
            f"by {apart.max():.3f}. "
        )
    return sentence + (
        f"Any weights at all could bring the RMSPE before down to {results.smallest_rmspe:.3g}; these leave "
        f"{results.match.rmspe:.3g}."
    )


def _leaning(results: "SyntheticResults") -> str:
    table = results.leave_one_out
    turned = table.index[np.sign(table["effect"]) == -np.sign(results.estimate)]
    return f"Without {listed(turned)} the effect changes sign." if len(turned) else ""


def interval_sentence(results: "SyntheticResults", level: float, over: str) -> str:
    """Why there is no interval, or nothing."""
    alpha = alpha_of(level, "give an interval")
    number = len(results.model.donors) + 1 if over == "provinces" else len(results.model.values)
    if results.importance is not None and over == "dates":
        return "There is no interval over dates with predictors."
    if 1 / number > alpha:
        return (
            f"{number} {over} are too few for an interval at {100 * level:g} %: no p-value over them can fall "
            f"below {1 / number:.3f}, so that no effect can be rejected."
        )
    if results.conf_int(alpha).loc[over].isna().any():
        return f"No effect that is the same in all periods agrees with these data over {over}."
    return ""
