import numpy as np
import pandas as pd

from tests.models.provinces.endemic.test_neighbourtest import NAMES, RING, fitted
from trends.counts.panel import Panel
from trends.models.provinces.endemic.model import EndemicModel
from trends.models.provinces.endemic.words import caveats, described
from trends.periods import span

ALWAYS = (
    "What passes between provinces within one period, or by a cause that reaches neighbours one after the other, "
    "cannot be "
    "told from what passes in the next period."
)
MONTHS = span("2010-01", "2017-12", "M")


def fit_to(counts, exposure=None, borders=RING):
    panel = Panel(pd.DataFrame(counts, MONTHS, list(borders)), exposure)
    return EndemicModel(panel, borders, trend=False, relative=False).fit()


def plain(rng=1):
    return np.random.default_rng(rng).poisson(6.0, (96, 6)).astype(float)


def test_the_line_says_how_many_cells_of_what_were_fitted():
    results = fitted(0.2)
    assert described(results) == (
        f"570 cells of 6 provinces, 2010-01 to 2017-12 by the month, incidents, log likelihood {results.llf:.2f}"
    )


def test_a_fit_without_faults_has_the_one_caveat_that_all_have():
    assert [told for told in caveats(fitted(0.2)) if not told.startswith("The counts vary")] == [ALWAYS]


def test_a_silent_province_and_one_without_neighbours_are_named():
    counts, alone = plain(), RING.copy()
    counts[:, 0] = 0
    alone.loc["Wasit"] = alone["Wasit"] = 0
    told = caveats(fit_to(counts, borders=alone))
    assert "No incident was counted in Anbar: they took no part as provinces that react." in told
    assert "No neighbour of Wasit is in the panel." in told


def test_a_province_that_was_not_watched_is_left_out_with_its_weight_and_said():
    counts = plain()
    counts[40:50, 0] = np.nan
    told = caveats(fit_to(counts))
    # Its own eleventh month and nothing else lacks its own past; two neighbours lack it for ten months.
    assert any(sentence.startswith("In 20 cells a neighbour was not watched the period before") for sentence in told)
    assert any(sentence.startswith("1 watched cells are no responses") for sentence in told)


def test_partly_watched_periods_are_said():
    exposure = pd.DataFrame(1.0, MONTHS, NAMES)
    exposure.iloc[10, 2] = 0.5
    assert (
        "Counts of partly watched periods are scaled up where they are the past of others, with their noise."
        in caveats(fit_to(plain(), exposure))
    )
    assert not any("partly watched" in sentence for sentence in caveats(fit_to(plain())))


def test_counts_that_feed_on_themselves_without_end_are_said():
    rng, counts = np.random.default_rng(0), np.full((96, 6), 4.0)
    for t in range(1, 96):
        counts[t] = rng.poisson(0.1 + 1.03 * counts[t - 1])
    told = caveats(fit_to(counts))
    assert told[0].startswith("Taken at its word the model lets counts feed on themselves without end (growth 1.")
