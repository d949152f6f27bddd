"""Error rates of the contrast of two places on real pairs: error_rates.csv of chance, and docs/real-contrasts.md.

Run ``python -m benchmarks.real_contrasts EVENTS`` on a file of incidents with a date, a country and coordinates. The
pairs are those of benchmarks/ratio_prior.py: parts of one country. The prior of the drift of their ratio is the shipped
one that was made without the country. Effects are put into the first of the two by thinning.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.real_nulls import HEAD, TABLE, by_half, markdown, rate_table
from benchmarks.real_trials import DATES, RATIOS, Trial
from benchmarks.real_windows import LEAST_MEAN, LEAST_SHARE, half_of, series_of_world, thinned
from trends.chance.contrast import contrast
from trends.chance.prior import ratio_prior
from trends.counts.series import checked_series

PAGE = Path(__file__).parents[1] / "docs" / "real-contrasts.md"
#: Lengths in months, and every how manieth window is asked: some two hundred of each.
LENGTHS = {24: 4, 36: 3, 60: 2, 96: 1}
#: Least factor that matters, as in a claim that names none.
_BAR = 1.10
#: Fewest incidents of each part before the date, and of both in all.
_LEAST_BEFORE, _LEAST = 3, 16


def pairs(file: str, n: int) -> list[tuple[str, np.ndarray]]:
    """Windows of ``n`` months of two parts of a country each, shape (2, n), with the country."""
    found = []
    for country, (whole, *cells) in series_of_world(file).items():
        parts = [(cells[0], whole - cells[0]), *zip(cells[1::2], cells[2::2], strict=False)]
        for pair in np.array(parts):
            for start in range(pair.shape[1] % n // 2, pair.shape[1] - n + 1, n // 2):
                window = pair[:, start : start + n]
                if (window.mean(1) >= LEAST_MEAN).all() and ((window > 0).mean(1) >= LEAST_SHARE).all():
                    found.append((country, window))
    return found


def told_apart(counts: np.ndarray, date: int) -> bool:
    """Whether a pair (2, n) has incidents enough for a contrast at a date."""
    # Months without an incident in either say nothing of their ratio.
    watched = (counts.sum(0) > 0).sum() >= _LEAST
    return bool(watched and counts.sum() >= _LEAST and counts[:, :date].sum(1).min() >= _LEAST_BEFORE)


def trials(file: str, n: int, every: int) -> list[Trial]:
    """Every pair at a date of no known event, with each ratio put in."""
    found = []
    for i, (country, window) in enumerate(pairs(file, n)[::every]):
        date = round(DATES[i % 3] * n)
        prior = ratio_prior(n, without=country)
        for k, ratio in enumerate(RATIOS[:4]):
            rate = np.log(ratio) * (np.arange(n) >= date)
            counts = thinned(window[0], rate, np.random.default_rng([n, i, k])), window[1]
            if not told_apart(np.array(counts), date):
                continue
            one, two = (checked_series(each, first="2001-01", freq="M") for each in counts)
            answer = contrast(one, two, one.index[date], prior=prior).ratio
            covered = answer.low <= ratio <= answer.high
            half_width = float(np.log(answer.high / answer.low) / 2)
            head = "M", n, country, half_of(country), float(window.sum(0).mean()), ratio
            found.append(Trial("contrast", *head, answer.pvalue < 0.05, covered, half_width))
            found.append(Trial("contrast, rise", *head, answer.at_least(_BAR) >= 0.95, covered, half_width))
    return found


def page(found: pd.DataFrame, every: dict[int, int]) -> str:
    """docs/real-contrasts.md; every how manieth window of each length was asked."""
    told = ", ".join(f"of {n} months one window of {step}" for n, step in every.items())
    return (
        "# Contrasts of places on real pairs\n\n"
        "Parts of one country (UCDP GED 21.1, CC BY 4.0) against each other, at dates of no known event; effects were "
        "put into one of the two by leaving incidents out at random. `contrast` is two-sided at .05, `contrast, rise` "
        "asks for a ratio of 1.10 or more with probability .95. Made by "
        f"`python -m benchmarks.real_contrasts EVENTS`: {told}.\n\n"
        f"{markdown(by_half(found))}\n"
    )


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events")
    parser.add_argument("--every", type=int, default=1, help="of these only every window of this number")
    chosen = parser.parse_args()
    found: list[Trial] = []
    taken = {n: step * chosen.every for n, step in LENGTHS.items()}
    for n, every in taken.items():
        found += trials(chosen.events, n, every)
        print(n, len(found), flush=True)
    frame = pd.DataFrame(found)
    kept = pd.read_csv(TABLE, comment="#")
    table = pd.concat([kept[~kept["question"].str.startswith("contrast")], rate_table(frame)], ignore_index=True)
    table = table.sort_values(["question", "freq", "periods", "mean_from"], ignore_index=True)
    TABLE.write_text(HEAD + table.to_csv(index=False, float_format="%.4g", lineterminator="\n"), encoding="utf-8")
    PAGE.write_text(page(frame, taken), encoding="utf-8")


if __name__ == "__main__":
    main()
