"""Periods of a table of counts that look like holes in the record rather than quiet."""

import numpy as np

from trends import periods
from trends.counts.panel import Panel

# A total below a fifth of what its neighbours hold, where chance alone would not bring it so low.
_FRACTION, _FEWEST, _NEIGHBOURS = 0.2, 20.0, 3


def possible_holes(panel: Panel) -> list[tuple[str, float, float]]:
    """The periods whose total is a fraction of that of their neighbours: label, total, and the neighbours' median.

    Parameters
    ----------
    panel : Panel
        The counts. A period counts where all provinces were watched throughout.

    Notes
    -----
    A period is named where its total is below a fifth of the median of the three periods before it and the three after
    it, and that median is 20 or more. The last three and the first three periods have fewer neighbours on one side.

    **Assumptions**: none on the distribution; what is named is for a person to judge.

    Examples
    --------
    >>> import pandas as pd
    >>> index = periods.span("2018-01", "2018-07", "M")
    >>> possible_holes(Panel(pd.DataFrame({"Homs": [40, 44, 38, 5, 41, 39, 42]}, index)))
    [('2018-04', 5.0, 40.5)]
    """
    total = np.where((panel.exposure.to_numpy() == 1).all(axis=1), panel.counts.to_numpy().sum(axis=1), np.nan)
    found = []
    for place, held in enumerate(total):
        around = np.r_[total[max(place - _NEIGHBOURS, 0) : place], total[place + 1 : place + 1 + _NEIGHBOURS]]
        around = around[~np.isnan(around)]
        if np.isnan(held) or len(around) < _NEIGHBOURS:
            continue
        middle = float(np.median(around))
        if middle >= _FEWEST and held < _FRACTION * middle:
            found.append((periods.label_of(panel.index[place]), float(held), middle))
    return found
