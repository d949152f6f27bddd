"""What probability a claimed window of dates deserves, on simulated studies other than those of docs/reliability.md.

    nice python -m benchmarks.claimed_windows [--studies 300]

Of each study with an effect the true window is asked, and one fourteen months earlier, in the direction of the effect.
Printed are the mean log score of what is said (see `trends.chance.turning.probability_begun`), of its odds taken to
other powers and of the dates without even odds, and what was said against what was true.
"""

import argparse
from math import log

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from benchmarks.ladder_studies import AT, MONTHS, STUDIED, drawn
from benchmarks.scan_turns import head, row
from trends.chance.evidence import likelihood_words
from trends.chance.questions import date_of_change
from trends.counts.series import checked_series

#: Another than that of the studies behind the page.
SEED = 777
EARLIER = 14
POWERS = (1.5, 1.25, 1.0, 0.8, 0.6, 0.4, 0.0)


def windows(studies: int) -> pd.DataFrame:
    """``turned``, ``began`` and ``true`` of two windows of each study with an effect."""
    index = pd.period_range(STUDIED, periods=MONTHS, freq="M")
    rows = []
    for number in range(studies):
        study = drawn(number, SEED)
        if study.ratio == 1:
            continue
        series = checked_series(pd.Series(study.seen["one"].sum(1), index=index))
        direction = 1 if study.ratio > 1 else -1
        for at in (AT, AT - EARLIER):
            window = index[at - 1], index[at + 1]
            found = date_of_change(series, window, direction=direction, without=study.country)
            assert found.turned and found.began is not None
            rows.append((found.turned[0], found.began, float(at == AT)))
    return pd.DataFrame(rows, columns=["turned", "began", "true"])


def probability(found: pd.DataFrame, power: float) -> pd.Series:
    """What is said of each window with its odds taken to a power."""
    return pd.Series(expit(power * logit(found["began"].clip(1e-9, 1 - 1e-9))), index=found.index)


def log_score(said: pd.Series, true: pd.Series) -> float:
    """Mean log probability that was given to what is so."""
    given = np.clip(np.where(true == 1, said, 1 - said), 1e-6, 1.0)
    return float(np.log(given).mean())


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=300)
    chosen = parser.parse_args()
    found = windows(chosen.studies)
    head("power", "mean log score")
    for power in POWERS:
        row(power, log_score(probability(found, power), found["true"]))
    row("the dates without even odds", log_score(found["turned"], found["true"]))
    row("even odds", -log(2))
    said = found["began"]
    head("words", "windows", "said", "true")
    for words, part in found.groupby(said.map(likelihood_words)):
        row(words, len(part), float(said[part.index].mean()), float(part["true"].mean()))


if __name__ == "__main__":
    main()
