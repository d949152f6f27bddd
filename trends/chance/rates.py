"""The error rates of a simulated test, and the smallest effect that it finds with a given power."""

from dataclasses import asdict, dataclass, replace

import numpy as np

from trends.chance.evidence import Evidence

_TARGET = 0.8
# Multiples of a rate, a count or of the odds of a share at which the power is simulated.
_SIZES = np.array([1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0])


@dataclass(frozen=True)
class Rates:
    """The error rates of one test, under the names that `trends.chance.evidence.Evidence` has for them."""

    false_alarms: float
    coverage: float
    power: float | None
    detectable: float
    runs: int

    @property
    def rejected(self) -> float:
        """The false-alarm rate, by the name that `trends.chance.calibration.Trials` has for it."""
        return self.false_alarms

    def error(self, rate: float) -> float:
        """The binomial standard error of a rate over these runs."""
        return float(np.sqrt(rate * (1 - rate) / self.runs))


def with_rates(evidence: Evidence, rates: Rates | None) -> Evidence:
    """Evidence with the error rates of its test, where there are any."""
    if rates is None:
        return evidence
    return replace(evidence, **asdict(rates))


def reached(found, sizes=_SIZES, target=_TARGET) -> float:
    """The size at which a rising power curve reaches the target, between those tried on a log scale; or infinity."""
    rising = np.maximum.accumulate(found)
    if rising[-1] < target:
        return np.inf
    after = int(np.argmax(rising >= target))
    low = (0.0, 0.0) if after == 0 else (rising[after - 1], np.log(sizes[after - 1]))
    share = (target - low[0]) / max(rising[after] - low[0], 1e-9)
    return float(np.exp(low[1] + share * (np.log(sizes[after]) - low[1])))
