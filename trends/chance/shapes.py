"""Shapes that a change of a log rate can have, by the period in which it begins.

A date is the first period that differs. Columns are on the log scale: a coefficient of log 2 on a step is a doubling,
on a ramp a doubling reached after its length, on a hinge a doubling a year, on a pulse a doubling that passes.
"""

from dataclasses import dataclass

import numpy as np

#: Periods that must lie on either side of a date, so that both sides are seen.
EDGE = 3


@dataclass(frozen=True)
class Shape:
    """A shape with the sizes that it is expected to have.

    Parameters
    ----------
    name : str
        What the shape is called.
    kind : {"step", "ramp", "hinge", "pulse"}
        How the column runs.
    length : int
        Periods that a ramp takes or a pulse lasts; 0 for the others.
    sizes : tuple of (float, float)
        Standard deviation of the effect (log scale) and the prior share of a change that has this shape and size.
    """

    name: str
    kind: str
    length: int
    sizes: tuple[tuple[float, float], ...]

    @property
    def lasting(self) -> bool:
        """Whether the level stays where the change has brought it."""
        return self.kind != "pulse"


#: What a change of unknown date may look like. A single period that stands out is an outlier and no change of level.
SHAPES = (
    Shape("step", "step", 0, ((0.5, 0.16), (1.2, 0.16), (3.0, 0.08))),
    Shape("ramp of 3", "ramp", 3, ((0.8, 0.06), (2.0, 0.04))),
    Shape("ramp of 6", "ramp", 6, ((0.8, 0.06), (2.0, 0.04))),
    Shape("ramp of 12", "ramp", 12, ((0.8, 0.06), (2.0, 0.04))),
    Shape("hinge", "hinge", 0, ((1.0, 0.10),)),
    Shape("pulse of 3", "pulse", 3, ((1.2, 0.10),)),
    Shape("pulse of 6", "pulse", 6, ((1.2, 0.10),)),
)


def shape_column(n: int, shape: Shape, date: int, year: float = 12.0) -> np.ndarray:
    """The course of a change of this shape that begins at ``date``, for ``n`` periods.

    Examples
    --------
    >>> shape_column(6, Shape("ramp of 3", "ramp", 3, ()), 2).round(2).tolist()
    [0.0, 0.0, 0.33, 0.67, 1.0, 1.0]
    """
    since = np.arange(n) - float(date) + 1
    if shape.kind == "step":
        return (since > 0) * 1.0
    if shape.kind == "ramp":
        return np.clip(since / shape.length, 0.0, 1.0)
    if shape.kind == "hinge":
        return np.maximum(since, 0.0) / year
    return ((since > 0) & (since <= shape.length)) * 1.0


def possible_dates(n: int, shape: Shape) -> np.ndarray:
    """Dates at which a change of this shape can be told from none, in ``n`` periods."""
    last = {
        "step": n - EDGE,
        "ramp": n - shape.length // 2 - 2,
        "hinge": n - 5,
        "pulse": n - shape.length - 1,
    }[shape.kind]
    return np.arange(EDGE, max(last, EDGE) + 1)


@dataclass(frozen=True)
class Candidates:
    """Changes to be weighed: one for every shape, date and size.

    Attributes
    ----------
    n : int
        Periods of the series.
    shapes : tuple of Shape
        The shapes.
    columns : numpy.ndarray, shape (n, n_terms)
        The course of each term, a term being a shape at a date.
    shape, date : numpy.ndarray of int, shape (n_terms,)
        Which shape, and the first period that differs.
    term : numpy.ndarray of int, shape (n_candidates,)
        The term of each candidate.
    variance, log_prior : numpy.ndarray, shape (n_candidates,)
        Prior variance of the effect, and log prior probability given that there is a change.
    year : float
        Periods in a year, which a hinge is measured in.
    """

    n: int
    shapes: tuple[Shape, ...]
    columns: np.ndarray
    shape: np.ndarray
    date: np.ndarray
    term: np.ndarray
    variance: np.ndarray
    log_prior: np.ndarray
    year: float

    def only_steps(self) -> "Candidates":
        """The steps among them, or all where these are few."""
        steps = tuple(shape for shape in self.shapes if shape.kind == "step")
        if not steps or len(self.date) <= len(self.shapes):
            return self
        dates = np.unique(self.date[np.isin(self.shape, [self.shapes.index(shape) for shape in steps])])
        return candidates(self.n, steps, dates, self.year)


def candidates(
    n: int, shapes: tuple[Shape, ...] = SHAPES, dates: np.ndarray | None = None, year: float = 12.0
) -> Candidates:
    """Every shape at every date (or at ``dates``), dates of one shape being equally likely beforehand.

    Without shapes there is no candidate, and the level is weighed alone.
    """
    columns: list[np.ndarray] = []
    shape: list[int] = []
    date: list[int] = []
    term: list[int] = []
    variance: list[float] = []
    log_prior: list[float] = []
    total = sum(share for each in shapes for _, share in each.sizes)
    for i, each in enumerate(shapes):
        when = possible_dates(n, each) if dates is None else np.asarray(dates)
        first = len(date)
        columns += [shape_column(n, each, d, year) for d in when]
        shape += [i] * len(when)
        date += [int(d) for d in when]
        for size, share in each.sizes:
            term += range(first, first + len(when))
            variance += [size**2] * len(when)
            log_prior += [np.log(share / total / len(when))] * len(when)
    return Candidates(
        n,
        tuple(shapes),
        np.ascontiguousarray(np.array(columns, float).reshape(-1, n).T),
        np.array(shape, int),
        np.array(date, int),
        np.array(term, int),
        np.array(variance),
        np.array(log_prior),
        year,
    )


def columns_alone(columns: np.ndarray, variance: float = 1.0) -> Candidates:
    """Any columns as candidates, shape (n, n_terms), each with the prior variance of its coefficient."""
    n, terms = columns.shape
    none, each = np.zeros(terms, int), np.arange(terms)
    return Candidates(n, (), columns, none, none, each, np.full(terms, variance), np.zeros(terms), 1.0)
