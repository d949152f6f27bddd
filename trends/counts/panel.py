"""The table of counts that everything else stands on: how many, where, when, and how much of it was watched."""

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, overload

import numpy as np
import pandas as pd

from trends import periods
from trends.counts.provinces import country_of, find_provinces, spelled_among, suggest_provinces
from trends.counts.tidy import checked_axes, checked_numbers, locked_table, parsed_tidy
from trends.errors import InputError
from trends.nouns import plural


@dataclass(frozen=True, eq=False, repr=False)
class Panel:
    """Counts by period and province, with the share of each period that was watched.

    Parameters
    ----------
    counts : pandas.DataFrame
        Whole numbers, shape ``(n_periods, n_provinces)``, on a PeriodIndex without gaps, or on dates of one plain
        frequency (the first of each month); the columns are names of provinces. NaN where nobody watched; 0 is a
        period that was watched and quiet.
    exposure : pandas.DataFrame, optional
        Share of each period that was watched, 0 to 1, same shape. Default: 1 wherever there is a count.
    source : str
        Where the counts come from, in a few words.
    unit : str
        What is counted: ``"incidents"``, ``"deaths"``.
    notes : tuple of str
        What had to be decided while counting, a sentence each. They are for the reader at hand and do not go
        into files.

    Raises
    ------
    InputError
        Where a count is negative or fractional, a period is missing or given twice, an exposure is outside 0 to 1,
        or a count stands where nothing was watched.

    Notes
    -----
    Frozen: the tables refuse to be written to. To change one, copy it and build a new panel.

    Examples
    --------
    >>> index = periods.span("2020-01", "2020-03", "M")
    >>> panel = Panel(pd.DataFrame({"Diyala": [5, 0, np.nan], "Anbar": [1, 2, 3]}, index=index))
    >>> panel["IQ-DI"].tolist()
    [5.0, 0.0, nan]
    >>> panel.exposure["Diyala"].tolist()
    [1.0, 1.0, 0.0]
    """

    counts: pd.DataFrame
    # Never None once it is made: __post_init__ fills it.
    exposure: pd.DataFrame = None
    source: str = ""
    unit: str = "incidents"
    notes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        index, provinces = checked_axes(self.counts)
        counts, exposure = checked_numbers(self.counts, self.exposure, index, provinces)
        attrs = self.counts.attrs
        object.__setattr__(self, "counts", locked_table(counts, index, provinces))
        self.counts.attrs = attrs
        object.__setattr__(self, "exposure", locked_table(exposure, index, provinces))
        if isinstance(self.notes, str) or not isinstance(self.notes, Iterable):
            found, do = f"notes={self.notes!r:.80}", "give a list of sentences"
            raise InputError("build a panel", found=found, allowed="a list of texts", do=do)
        object.__setattr__(self, "notes", tuple(self.notes))

    @property
    def index(self) -> pd.PeriodIndex:
        """The periods."""
        return self.counts.index

    @property
    def provinces(self) -> list[str]:
        """The names of the provinces, in the order of the columns."""
        return list(self.counts.columns)

    @property
    def frequency(self) -> str:
        """The frequency letter: D, W, M, Q or Y."""
        return periods.frequency_of(self.index)

    @property
    def codes(self) -> dict[str, str]:
        """ISO 3166-2 code of each province, by its name here; empty where it has none or is not known."""
        country = country_of(self.provinces)
        found = {name: find_provinces(name, country) for name in self.provinces}
        return {name: places[0].code if len(places) == 1 else "" for name, places in found.items()}

    def province(self, name: str) -> str:
        """The column that a name, another spelling of it or an ISO 3166-2 code stands for.

        Raises
        ------
        InputError
            Where no column or more than one answers to it.
        """
        if name in self.counts.columns:
            return name
        found = spelled_among(name, self.provinces)
        if len(found) == 1:
            return found[0]
        near = [column for column in suggest_provinces(name) if column in self.counts.columns] or self.provinces
        raise InputError(
            "find a province in the panel",
            found=f"{name!r}, " + (f"which names {' and '.join(found)}" if found else "which is none of its columns"),
            allowed=", ".join(found or near),
            do="name one of these",
        )

    @overload
    def __getitem__(self, name: str) -> pd.Series: ...

    @overload
    def __getitem__(self, name: list[str] | tuple[str, ...]) -> "Panel": ...

    def __getitem__(self, name: Any) -> Any:
        """The counts of one province as a Series that carries its exposure; of a list of them, as a panel."""
        if isinstance(name, list | tuple):
            return self.select(name)
        if not isinstance(name, str):
            raise InputError(
                "take a province out of a panel",
                found=repr(name),
                allowed="the name of a province, or a list of names",
                do="name provinces, and cut periods out with span()",
            )
        column = self.province(name)
        return self._series(self.counts[column].to_numpy(), self.exposure[column].to_numpy(), column)

    def __iter__(self) -> Iterator[str]:
        """The names of the provinces, as a DataFrame gives those of its columns."""
        return iter(self.provinces)

    def __contains__(self, name: Any) -> bool:
        try:
            return bool(self.province(name))
        except InputError:
            return False

    def _series(self, counts: np.ndarray, exposure: np.ndarray, name: str) -> pd.Series:
        series = pd.Series(np.array(counts), index=self.index, name=name)
        partly = partly_watched(pd.Series(exposure, index=self.index))
        series.attrs = {"exposure": partly, "source": self.source, "unit": self.unit}
        return series

    def _ipython_key_completions_(self) -> list[str]:
        return self.provinces

    def select(self, provinces: Iterable[str]) -> "Panel":
        """The panel of some of its provinces, in the order given."""
        columns = [self.province(name) for name in provinces]
        return replace(self, counts=self.counts[columns], exposure=self.exposure[columns])

    def span(self, first: Any = None, last: Any = None) -> "Panel":
        """The panel from a first to a last period, both included; either may be left open.

        Raises
        ------
        InputError
            Where the span reaches outside the panel.
        """
        wanted = periods.span(
            self.index[0] if first is None else first, self.index[-1] if last is None else last, self.frequency
        )
        if wanted[0] < self.index[0] or wanted[-1] > self.index[-1]:
            raise InputError(
                "cut a span out of a panel",
                found=f"{periods.label_of(wanted[0])} to {periods.label_of(wanted[-1])}",
                allowed=f"{periods.label_of(self.index[0])} to {periods.label_of(self.index[-1])}",
                do="ask for periods that the panel has",
            )
        return replace(self, counts=self.counts.loc[wanted], exposure=self.exposure.loc[wanted])

    def to(self, freq: str, partial: str = "refuse") -> "Panel":
        """The panel counted by coarser periods.

        Parameters
        ----------
        freq : str
            D, W, M, Q or Y, not finer than the panel's own. Weeks are refused: they straddle months.
        partial : {"refuse", "exposure", "missing"}
            What becomes of a coarser period of which only a part was watched. ``"refuse"`` (the default) raises;
            ``"exposure"`` keeps the sum of what was seen with the share of its days that were watched, for a model
            to divide by; ``"missing"`` makes it not watched. What was done goes into ``notes``.

        Raises
        ------
        InputError
            Where the frequency is finer, the panel is weekly, or a coarser period is partly watched and ``partial``
            is ``"refuse"``.
        """
        letter = periods.frequency(freq)
        if letter == self.frequency:
            return self
        if periods.PER_YEAR[letter] > periods.PER_YEAR[self.frequency] or self.frequency[0] == "W":
            raise InputError(
                f"count by the {periods.frequency_name(letter)}",
                found=f"a panel by the {periods.frequency_name(self.frequency)}",
                allowed="coarser periods that hold the panel's own whole ones",
                do="count the incidents themselves by this period",
            )
        _one_of(partial, ("refuse", "exposure", "missing"), "partial")
        coarse = periods.to_frequency(self.index, letter)
        index = coarse.unique().rename("period")
        watched = self.exposure.mul(periods.days(self.index), axis=0).groupby(coarse).sum().to_numpy()
        # Rounding: day weights add up to 1 only within floating point, and 1 has to be 1.
        exposure = (watched / periods.days(index)[:, None]).round(12)
        counts = self.counts.groupby(coarse).sum(min_count=1).to_numpy(copy=True)
        partly = (exposure > 0) & (exposure < 1)
        word = periods.frequency_name(letter)
        if partial == "refuse" and partly.any():
            row, column = np.argwhere(partly)[0]
            raise InputError(
                f"count by the {word}",
                found=f"{periods.label_of(index[row])}, of which only {exposure[row, column]:.3g} was watched in "
                f"{self.provinces[column]}",
                allowed=f"a {word} watched from its first day to its last",
                do='cut the panel to whole ones with span(), or give partial="exposure" or partial="missing"',
            )
        if partial == "missing":
            counts[partly], exposure[partly] = np.nan, 0.0
        notes = self.notes + ((_partly_note(partly, index, partial),) if partly.any() else ())
        table, share = (pd.DataFrame(values, index, self.provinces) for values in (counts, exposure))
        return Panel(table, share, self.source, self.unit, notes)

    def total(self, provinces: Iterable[str] | None = None, partial: str = "refuse") -> pd.Series:
        """The counts of all provinces, or of some, added up: a Series that carries its exposure.

        Parameters
        ----------
        provinces : iterable of str, optional
            The provinces to add. Default: all.
        partial : {"refuse", "exposure", "missing"}
            What becomes of a period in which some were watched more than others. ``"refuse"`` (the default) raises,
            because a sum over fewer provinces looks like a fall; ``"missing"`` makes the period not watched;
            ``"exposure"`` keeps the sum.

        Notes
        -----
        Where all provinces were watched for the same share of a period, the total was watched for that share. Where
        they differ, ``"exposure"`` weighs each province's share by its mean rate over the panel: unseen days in a
        quiet province cost the total little. **Assumption**: the provinces keep their proportions.
        """
        _one_of(partial, ("refuse", "exposure", "missing"), "partial")
        part = self if provinces is None else self.select(provinces)
        counts, exposure = part.counts.to_numpy(), part.exposure.to_numpy()
        uneven = (exposure != exposure[:, :1]).any(axis=1)
        if partial == "refuse" and uneven.any():
            row = int(np.argmax(uneven))
            low, high = int(exposure[row].argmin()), int(exposure[row].argmax())
            raise InputError(
                "add up the provinces",
                found=f"{periods.label_of(self.index[row])}, of which {exposure[row, low]:.3g} was watched in "
                f"{part.provinces[low]} and {exposure[row, high]:.3g} in {part.provinces[high]}",
                allowed="provinces watched for the same share of each period",
                do='choose other provinces or periods, or give partial="missing" or partial="exposure"',
            )
        share = np.where(uneven, _share_of_total(counts, exposure), exposure[:, 0])
        if partial == "missing":
            share[uneven] = 0.0
        summed = np.where(share > 0, np.nansum(counts, axis=1), np.nan)
        name = "total" if provinces is None else " + ".join(part.provinces)
        return part._series(summed, share, name)

    def to_tidy(self) -> pd.DataFrame:
        """One row a period and province, columns ``period, province, count, exposure, source, unit``."""
        n_periods, n_provinces = self.counts.shape
        return pd.DataFrame(
            {
                "period": np.repeat(np.array(periods.labels(self.index), dtype=object), n_provinces),
                "province": np.tile(np.array(self.provinces, dtype=object), n_periods),
                "count": self.counts.to_numpy().ravel(),
                "exposure": self.exposure.to_numpy().ravel(),
                "source": self.source,
                "unit": self.unit,
            }
        )

    @classmethod
    def from_tidy(cls, table: pd.DataFrame, where: str = "the table", lines: Sequence[int] | None = None) -> "Panel":
        """The panel that a tidy table holds, the reverse of `to_tidy`.

        Parameters
        ----------
        table : pandas.DataFrame
            Columns ``period`` (labels or Periods), ``province`` and ``count``; optionally ``exposure`` (default: 1
            where there is a count), ``source`` and ``unit`` (one value each). Every province needs a row for every
            period: no row is not a zero.
        where, lines : str, sequence of int, optional
            The file and the line of each row, for messages.

        Raises
        ------
        InputError
            Where a column is missing, a row is there twice, a row is lacking or a value cannot be read.
        """
        return cls(**parsed_tidy(table.reset_index(drop=True), where, lines))

    def equals(self, other: "Panel") -> bool:
        """Whether another panel has the same counts, exposure, source and unit."""
        return (
            self.counts.equals(other.counts)
            and self.exposure.equals(other.exposure)
            and (self.source, self.unit) == (other.source, other.unit)
        )

    def __repr__(self) -> str:
        return f"Panel({self._described()})"

    def _described(self) -> str:
        watched, total = self.exposure.to_numpy().mean(), np.nansum(self.counts.to_numpy())
        return (
            f"{total:,.0f} {self.unit.removesuffix('s') if total == 1 else self.unit}, "
            f"{plural(len(self.provinces), 'province')}, "
            f"{periods.label_of(self.index[0])} to {periods.label_of(self.index[-1])} by the "
            f"{periods.frequency_name(self.frequency)}, {watched:.0%} watched"
            + (f"; {self.source}" if self.source else "")
        )

    def _repr_html_(self) -> str:
        shown = self.counts.tail(12)
        table = shown.set_axis(periods.labels(shown.index)).T.rename_axis(columns=None)
        body = table.to_html(na_rep="not watched", float_format="{:.0f}".format, border=0)
        return f"<div><p>{html.escape(self._described())}</p>{body}</div>"


def partly_watched(exposure: pd.Series) -> dict[str, float]:
    """The labels and shares of the periods that were watched in part, as a series carries them in its attrs."""
    partly = exposure[(exposure > 0) & (exposure < 1)]
    return {periods.label_of(when): float(share) for when, share in partly.items()}


def exposure_of(series: pd.Series) -> pd.Series:
    """The share of each period of a series that was watched, 0 to 1, on the index of the series.

    Parameters
    ----------
    series : pandas.Series
        Counts by period, shape ``(n_periods,)``. One taken out of a `Panel` carries the shares of its partly watched
        periods in ``series.attrs["exposure"]``; without them every count was watched in full. NaN was not watched.

    Raises
    ------
    InputError
        Where a share is not between 0 and 1, or belongs to no period at all.

    Examples
    --------
    >>> series = pd.Series([3, np.nan, 4], index=periods.span("2020-01", "2020-03", "M"))
    >>> series.attrs["exposure"] = {"2020-03": 0.5}
    >>> exposure_of(series).tolist()
    [1.0, 0.0, 0.5]
    """
    shares = pd.Series(np.where(series.isna(), 0.0, 1.0), index=series.index, name="exposure")
    for label, share in series.attrs.get("exposure", {}).items():
        if not 0 < float(share) < 1:
            raise InputError(
                "read the exposure of a series",
                found=f"{share!r} for {label}",
                allowed="a share between 0 and 1",
                do="leave out the periods that were watched in full, and make the others NaN",
            )
        when = periods.period(label, periods.frequency_of(series.index))
        # A series that was cut keeps the attrs of the whole one.
        if when in shares.index and shares[when] > 0:
            shares[when] = float(share)
    return shares


def _share_of_total(counts: np.ndarray, exposure: np.ndarray) -> np.ndarray:
    """The watched share of a total, each province weighed by its mean rate, shape ``(n_periods,)``."""
    watched = exposure.sum(axis=0)
    rate = np.divide(np.nansum(counts, axis=0), watched, out=np.zeros(len(watched)), where=watched > 0)
    weights = rate / rate.sum() if rate.sum() > 0 else np.full(len(rate), 1 / len(rate))
    return np.minimum(exposure @ weights, 1.0)


def _partly_note(partly: np.ndarray, index: pd.PeriodIndex, partial: str) -> str:
    which = ", ".join(periods.labels(index[partly.any(axis=1)]))
    kept = "keep the sum of what was seen, with its exposure" if partial == "exposure" else "were made not watched"
    return f"Partly watched periods {kept}: {which}."


def _one_of(value: str, allowed: tuple[str, ...], name: str) -> None:
    if value not in allowed:
        raise InputError(
            f"read the option {name}", found=repr(value), allowed=", ".join(allowed), do="choose one of these"
        )
