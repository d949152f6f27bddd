from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from tests.charts.made import rows, verdict
from trends import drawing
from trends.chance.evidence import Check, Evidence
from trends.charts.rivals import plot_rivals
from trends.charts.verdicts import has_chart, plot_finding
from trends.claims.entered import Rival
from trends.claims.links.change import Change
from trends.claims.links.realised import Realised
from trends.claims.links.rivals import RivalFits, Rivals
from trends.claims.verdict import Asserted, Finding, Ruling
from trends.errors import InputError
from trends.periods import period, span


@pytest.fixture
def made():
    """A verdict whose change has two rivals, one of which could not be entered."""
    index = span("2018-01", "2020-12", "M")
    counts = pd.Series(np.arange(36.0) % 7, index=index)
    spell = ((date(2020, 3, 17), date(2020, 5, 11)),)
    rivals = (
        Rival("curfew", "curfew", pd.DataFrame(index=index), spell),
        Rival("launch", "launch", pd.DataFrame(index=index), ((date(2019, 1, 1),) * 2,)),
        Rival("season", "the season", pd.DataFrame(index=index), recurs=True),
    )
    table = pd.DataFrame(
        {
            "what": ["no rival", "curfew", "launch", "all together"],
            "estimate": [1.8, 1.5, np.nan, 1.2],
            "lower": [0.9, 0.7, np.nan, 0.3],
            "upper": [3.2, 3.0, np.nan, 5.0],
        }
    )
    evidence = Evidence(quantity="change", estimate=1.2, lower=0.3, upper=5.0, nobs=36)
    finding = Finding(
        "rivals", "Is it told apart?", Ruling.CANNOT_TELL, "It is not.", evidence, Asserted((1.1, np.inf)), table=table,
        fit=RivalFits(counts, period("2020-04"), rivals),
    )  # fmt: skip
    return verdict("it", "It rose.", [finding], {"change": Change("rise"), "rivals": Rivals(("curfew",))})


def test_rivals_have_a_lane_each_and_an_estimate_each(made):
    (finding,) = made.findings
    assert has_chart(finding)
    ax = plot_finding(made, finding)
    above, lanes, below = ax.figure.axes
    assert ax is below
    assert [label.get_text() for label in lanes.get_yticklabels()] == ["curfew", "launch"]
    # The spell as a bar of its 56 days; the launch as a line that goes on to the end.
    assert lanes.patches[0].get_width() == 56
    rows = ["no rival entered", "with curfew", "with launch", "all entered"]
    assert [label.get_text() for label in below.get_yticklabels()] == rows
    assert any("1.20  (0.30 – 5.00)" in text.get_text() for text in below.texts)
    assert above.get_xlim() == lanes.get_xlim()
    drawing.close(ax)


def test_on_given_axes_only_the_estimates_are_drawn(made):
    given = drawing.axes()
    assert plot_finding(made, made.findings[0], given) is given
    assert len(given.figure.axes) == 1
    drawing.close(given)


def test_sources_of_the_same_origin_are_drawn_in_grey():
    table = rows(
        ("UCDP", 10, 1.5, 0.6, 3.0), ("Paper", 20, 1.4, 0.7, 3.1), ("UCDP, part (same origin)", 5, 1.6, 0.5, 4.0)
    )
    evidence = Evidence(quantity="change", estimate=1.4, lower=0.7, upper=3.1, nobs=20)
    finding = Finding(
        "realised", "Do others say so?", Ruling.CANNOT_TELL, "No.", evidence, Asserted((1.1, np.inf)), table=table
    )
    made = verdict("it", "It rose.", [finding], {"change": Change("rise"), "realised": Realised()})
    ax = plot_finding(made, finding)
    colours = [line.get_color() for line in ax.lines if line.get_marker() in ("D", "o")]
    assert colours == [drawing.COLOURS[name] for name in ("fit", "counts", "muted")]
    assert ax.get_xlabel().startswith("Source: as named in the rows.")
    drawing.close(ax)


def test_a_rival_that_could_not_be_entered_is_a_dash_and_no_copy_of_the_change(made):
    (finding,) = made.findings
    checks = (
        Check("curfew", "Does it hold?", "passed", "It does."),
        Check("launch", "Does it hold?", "cannot tell", "They begin together."),
    )
    ax = plot_finding(made, replace(finding, checks=checks))
    told = [text.get_text() for text in ax.texts]
    assert "–  cannot be separated" in told and not any("nan" in text for text in told)
    # A diamond or a dot for what was estimated, and none for what was not.
    assert sum(line.get_marker() in ("o", "D") for line in ax.lines) == 3
    drawing.close(ax)
    still = (checks[0], replace(checks[1], outcome="does not apply"))
    ax = plot_finding(made, replace(finding, checks=still))
    assert "–  does not vary here" in [text.get_text() for text in ax.texts]
    drawing.close(ax)


def test_a_finding_without_rivals_is_refused(made):
    finding = replace(made.findings[0], fit=None)
    with pytest.raises(InputError) as error:
        plot_rivals(made, finding)
    assert str(error.value) == (
        "draw the rivals of the claim 'it': found a finding without them (CANNOT TELL); allowed: a finding on rivals "
        "that were entered; draw another one."
    )
