from datetime import date

import numpy as np
import pandas as pd
import pytest

from trends.fits.batch import fit_poisson
from trends.fits.design import baseline, effect_column
from trends.models.rivals import CARRIED, carried_design, event_column, is_spell, starts
from trends.periods import period, span

MONTHS = span("2017-01", "2020-12", "M")


def test_a_spell_is_there_while_it_lasts_and_a_date_goes_on():
    campaign = event_column(MONTHS, [(date(2019, 4, 8), date(2019, 4, 14))], "campaign")["campaign"]
    assert campaign["2019-04"].item() == pytest.approx(7 / 30) and campaign.sum() == pytest.approx(7 / 30)
    launch = event_column(MONTHS, [(date(2019, 4, 8), date(2019, 4, 13))], "launch")["launch"]
    assert launch[:"2019-03"].eq(0).all() and launch["2019-04":].eq(1).all()
    assert not is_spell([(date(2019, 4, 8), date(2019, 4, 13))])


def test_a_row_begins_as_a_break_is_named():
    assert starts(MONTHS, [(date(2020, 3, 17),) * 2, (date(2020, 3, 10),) * 2]) == [
        period("2020-04"),
        period("2020-03"),
    ]


def test_what_is_carried_is_the_difference_that_entering_the_rival_makes():
    # The decomposition of a log-linear model is exact to first order: the rest is of the size of .05 squared.
    rng = np.random.default_rng(2)
    step = effect_column(MONTHS, "2019-06")
    design = baseline(MONTHS).join(step)
    rival = pd.DataFrame({"one": rng.normal(size=48) + 0.8 * step.iloc[:, 0], "two": rng.normal(size=48)}, index=MONTHS)
    means = np.exp(6 + 0.05 * rival["one"] + 0.02 * rival["two"] + 0.03 * step.iloc[:, 0])
    counts = rng.poisson(means)
    alone = fit_poisson(counts, design.to_numpy())
    weights = np.exp(design.to_numpy() @ alone.params[0])
    whole = fit_poisson(counts, design.join(rival).to_numpy())
    carried = carried_design(design, step.columns[0], rival, weights)
    fit = fit_poisson(counts, carried.to_numpy())
    place = list(carried.columns).index(CARRIED)
    effect = list(design.columns).index(step.columns[0])
    assert fit.params[0, place] == pytest.approx(alone.params[0, effect] - whole.params[0, effect], abs=4e-3)
    # The recombined columns span the same space.
    assert fit.deviance[0] == pytest.approx(whole.deviance[0], rel=1e-9)


def test_a_rival_that_did_not_move_with_the_effect_carries_nothing():
    step = effect_column(span("2020-01", "2020-08", "M"), "2020-05")
    design = pd.DataFrame({"const": 1.0}, index=step.index).join(step)
    even = pd.DataFrame({"even": [1.0, 0, 1, 0, 1, 0, 1, 0]}, index=step.index)
    assert carried_design(design, step.columns[0], even, np.ones(8)) is None
