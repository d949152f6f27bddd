"""A posterior that is a mixture of normals."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr


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
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if self.below(middle) < probability else (low, middle)
        return (low + high) / 2

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
