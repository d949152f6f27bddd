"""What the results of every model have in common: a table, a main picture, sentences, and one line at a prompt."""

from abc import ABC, abstractmethod

import pandas as pd
from matplotlib.axes import Axes


class Results(ABC):
    """The results of a model: ``nobs``, ``summary()``, ``plot()``, ``to_frame()`` and ``sentences()``."""

    @abstractmethod
    def summary(self) -> pd.DataFrame:
        """The estimates with their intervals, a row each, for reading."""

    @abstractmethod
    def plot(self, ax: Axes | None = None) -> Axes:
        """The main picture, as Axes."""

    @abstractmethod
    def sentences(self) -> tuple[str, ...]:
        """What was found, and what a reader must know of it, a sentence each."""

    def to_frame(self) -> pd.DataFrame:
        """The estimates with their intervals, a row each, for further use."""
        return self.summary()
