"""What the results of every model have in common: a table, a main picture, sentences, and one line at a prompt."""

from abc import ABC, abstractmethod
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Results(ABC):
    """The results of a model: ``nobs``, ``summary()``, ``plot()``, ``to_frame()`` and ``sentences()``."""

    @abstractmethod
    def summary(self) -> pd.DataFrame:
        """The estimates with their intervals, a row each, for reading."""

    @abstractmethod
    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The main picture, as Axes."""

    @abstractmethod
    def sentences(self) -> tuple[str, ...]:
        """What was found, and what a reader must know of it, a sentence each."""

    def to_frame(self) -> pd.DataFrame:
        """The estimates with their intervals, a row each, for further use."""
        return self.summary()

    def _repr_html_(self) -> str:
        """The table, and the sentences below it, as a notebook shows them."""
        told = "".join(f"<li>{escape(each, quote=False)}</li>" for each in self.sentences())
        return f"{table_in_html(self.summary())}<ul>{told}</ul>"


def table_in_html(table: pd.DataFrame) -> str:
    """A table as a notebook shows it, to three digits; thousands whole."""
    return str(table.to_html(border=0, na_rep="", float_format=_cell))


def _cell(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
