"""The density of a normal, and a posterior that is a mixture of normals."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from trends.loading import later

ndtr = later("scipy.special.ndtr")

_ROOT = float(np.sqrt(2 * np.pi))


def log_density(values: np.ndarray, mean: float, sd: float) -> np.ndarray:
    """The log density of a normal.

    Examples
    --------
    >>> log_density(np.array([0.0, 2.0]), 0.0, 2.0).round(3).tolist()
    [-1.612, -2.112]
    """
    found: np.ndarray = -(((values - mean) / sd) ** 2) / 2.0 - np.log(_ROOT) - np.log(sd)
    return found


@dataclass(frozen=True)
class Mixture:
    """Normals on the log scale with their probabilities.

    Parameters
    ----------
    weight, mean, sd : numpy.ndarray, shape (n,)
        Probability, mean and standard deviation of each.

    Examples
    --------
    >>> half = Mixture(np.array([1.0]), np.array([0.0]), np.array([1.0]))
    >>> round(half.below(0.0), 3), round(half.quantile(0.975), 2)
    (0.5, 1.96)
    """

    weight: np.ndarray
    mean: np.ndarray
    sd: np.ndarray

    def below(self, value: float) -> float:
        """Probability of less than ``value``."""
        return float((self.weight * ndtr((value - self.mean) / self.sd)).sum() / self.weight.sum())

    def quantile(self, probability: float) -> float:
        """Value below which this probability lies."""
        low, high = float((self.mean - 10 * self.sd).min()), float((self.mean + 10 * self.sd).max())
        weight, value, step = self.weight / self.weight.sum(), (low + high) / 2, high - low
        for _ in range(120):
            u = (value - self.mean) / self.sd
            over = float((weight * ndtr(u)).sum()) - probability
            density = float((weight * np.exp(-0.5 * u**2) / self.sd).sum()) / _ROOT
            low, high = (value, high) if over < 0 else (low, value)
            # Newton's step where it stays inside and is at most half the one before, else to the middle.
            new = value - over / density if abs(over) < 0.5 * abs(step) * density else np.inf
            if not low <= new <= high:
                new = (low + high) / 2
            step, value = new - value, new
            if abs(step) <= 1e-15 * max(1.0, abs(value)):
                break
        return value

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Values between which the middle ``level`` of the probability lies."""
        return self.quantile(0.5 - level / 2), self.quantile(0.5 + level / 2)


def log_sum_exp(values: np.ndarray, axis: int | None = None) -> Any:
    """Log of the sum of exponentials; the engine asks for it so often that checks of its input would take longer.

    Examples
    --------
    >>> round(float(log_sum_exp(np.log([1.0, 2.0, 5.0]))), 3) == round(float(np.log(8.0)), 3)
    True
    """
    most = np.maximum(values.max(axis=axis, keepdims=True), -1e300)
    total = np.log(np.maximum(np.exp(values - most).sum(axis=axis, keepdims=True), 1e-300)) + most
    return total.squeeze(axis) if axis is not None else total.item()
