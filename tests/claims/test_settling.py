"""What would settle an open ruling and what would overturn a certain one, each held against the ruling itself."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from tests.claims.conftest import stepped
from trends.chance.evidence import Evidence
from trends.claims.assess import assess
from trends.claims.effort import QUICK
from trends.claims.examples import example_studies
from trends.claims.fitted import Fitted
from trends.claims.links.realised import Realised, RealisedFigure
from trends.claims.quantity import AskedFigure
from trends.claims.rates import periods_needed
from trends.claims.rulings import Ruling
from trends.claims.settling import overturned_by, overturned_in_words, what_would_settle
from trends.claims.study import read_study
from trends.claims.verdict import Asserted, Finding

STUDIES = {name: read_study(path) for name, path in example_studies().items()}
BODY = '[event]\nname = "drawdown"\n[asserts]\nchange = { direction = "rise" }'


def finding_of(id, link, asserts=None, study="iraq", **counts):
    claim = STUDIES[study].claim(id)
    kept = {name: claim.asserts[name] for name in ("recorded", "change", link) if name in claim.asserts}
    claim = replace(claim, asserts=asserts or kept, counts=replace(claim.counts, **counts))
    return next(f for f in assess(claim, STUDIES[study], QUICK).findings if f.link == link)


def certain(link, low, high, claimed, unit="ratio", fit=None, supported=None):
    evidence = Evidence(
        quantity="rate",
        unit=unit,
        estimate=(low * min(high, 4 * low)) ** 0.5,
        lower=low,
        upper=high,
        supported=supported,
    )
    return Finding(link, "?", Ruling.SUPPORTED, "So it is.", evidence, Asserted(claimed), fit=fit)


@pytest.mark.parametrize(
    ("finding", "told"),
    [
        (certain("ordinary", 1.2, 3.0, (1.0, inf)), "all reporting had risen by 20 % just then"),
        (certain("ordinary", 0.2, 0.5, (0.0, 1.0)), "all reporting had fallen by 50 % just then"),
        (certain("dose", 1.5, 3.0, (1.0, inf)), "reporting had risen by 50 % where the cause was and not elsewhere"),
        (certain("trend", 3.0, 9.0, (1.5, inf)), "all reporting had risen by 100 % a year"),
    ],
)
def test_the_bound_for_bias_is_the_end_of_the_interval_over_the_bar(finding, told):
    assert overturned_in_words(finding) == f"It would be overturned if {told}."


def test_a_probability_is_overturned_sooner_than_its_interval_of_both_sides():
    plain, sure = certain("trend", 1.2, 4.8, (1.1, inf)), certain("trend", 1.2, 4.8, (1.1, inf), supported=0.97)
    assert overturned_by(plain) == pytest.approx(1.2 / 1.1)
    # From the middle at 2.4 down to the end of the interval it is one halving, of which one side takes 84 %.
    assert overturned_by(sure) == pytest.approx(2.4 * 0.5 ** (1.6449 / 1.96) / 1.1)
    falls = certain("trend", 0.125, 0.5, (0.0, 0.8), supported=0.97)
    assert overturned_by(falls) == pytest.approx(0.25 * 2 ** (1.6449 / 1.96) / 0.8)


@pytest.mark.parametrize(
    "finding",
    [
        certain("change", 0.95, 1.05, (0.9, 1.1)),
        certain("recorded", 1.2, 1.2, (1.0, inf)),
        certain("ordinary", 1.2, 3.0, (0.0, inf)),
        certain("ordinary", 0.0, 3.0, (1.0, inf)),
        certain("ordinary", 0.1, inf, (0.0, 1.0)),
        certain("ordinary", 1.004, 3.0, (1.0, inf)),
        certain("ordinary", 0.2, 0.996, (0.0, 1.0)),
        certain("ordinary", 0.2, 0.9, (0.5, 1.0), "share"),
        replace(certain("ordinary", 1.2, 3.0, (1.0, inf)), stand=None),
        replace(certain("ordinary", 1.2, 3.0, (1.0, inf)), evidence=None),
        replace(certain("ordinary", 1.2, 3.0, (1.0, inf)), ruling=Ruling.CANNOT_TELL),
    ],
)
def test_where_no_bound_is_to_be_had_none_is_told(finding):
    assert overturned_in_words(finding) == ""


def test_half_a_percent_is_told_and_less_is_not():
    told = overturned_in_words(certain("ordinary", 1.006, 3.0, (1.0, inf)))
    assert told == "It would be overturned if all reporting had risen by 1 % just then."


class Knowing(Fitted):
    """A fit that knows what would settle and what would overturn."""

    def would_settle(self, finding, stand, study, wait):
        return f"{finding.link} of {study}, {stand.claimed[0]}: {'nothing to wait for' if wait is None else 'wait'}"

    def certain_end(self, stand, up):
        return 3.0 if up else 0.25


def test_a_fit_that_knows_the_sure_end_is_asked_for_it():
    assert overturned_by(certain("dose", 1.2, 4.8, (1.5, inf), fit=Knowing())) == 2.0
    assert overturned_by(certain("dose", 0.2, 0.4, (0.0, 0.5), fit=Knowing())) == 0.5


def test_an_open_finding_is_settled_as_its_fit_says_and_waits_only_for_a_change():
    finding = replace(certain("dose", 1.2, 4.8, (1.5, inf), fit=Knowing()), ruling=Ruling.CANNOT_TELL)
    claim = STUDIES["iraq"].claim("attacks-rose-after-drawdown")
    assert "change" in claim.asserts
    assert what_would_settle(finding, claim, "Iraq") == "dose of Iraq, 1.5: wait"
    alone = replace(claim, asserts={"dose": None})
    assert what_would_settle(finding, alone, "Iraq") == "dose of Iraq, 1.5: nothing to wait for"
    assert what_would_settle(replace(finding, stand=None), alone, "Iraq") == ""
    assert what_would_settle(replace(finding, fit="another"), alone, "Iraq") == ""


def of_form(form, part=("Diyala",)):
    spans = (("2020", "2020"),)
    asked = AskedFigure(form, spans, (), part, "count", Asserted((0.0, inf)), "so", "number", "so", None)
    return RealisedFigure(asked, (), {}, 0.3)


def test_levels_shares_and_first_places_have_bounds_of_their_own():
    level = replace(certain("realised", 566.0, inf, (566.0, inf), "count", of_form("level")))
    level = replace(level, evidence=replace(level.evidence, estimate=566.0))
    assert overturned_in_words(level) == "It would be overturned if 1 of these 566 was recorded wrongly."
    share = certain("realised", 0.6, 0.9, (0.5, 1.0), "share", of_form("share"))
    assert overturned_in_words(share) == (
        "It would be overturned if incidents there were reported 50 % more than elsewhere."
    )
    first = certain("realised", 1.4, 3.0, (np.nextafter(1, 2), inf), "ratio", of_form("first"))
    assert overturned_in_words(first) == (
        "It would be overturned if incidents in Diyala were reported 40 % more than in the next."
    )


def test_the_counters_that_would_settle_a_figure_are_counted_and_none_fewer_would():
    link = Realised(span="2008-06", against="2007-06", direction="fall", by=("attacks",))
    finding = finding_of("attacks-fell-60-percent-since-june", "realised", {"realised": link}, "iraq_surge")
    assert finding.ruling is Ruling.CANNOT_TELL
    assert finding.settles.startswith("One more counter that recorded what SIGACTs did: it would leave 0.")
    hopeless = finding_of("attacks-rose-13-percent-in-2019", "realised", None)
    assert hopeless.settles.endswith(", and five of them would not settle it.")


def test_a_level_is_settled_by_a_complete_list():
    finding = finding_of("attack-near-najaf-in-may-2020", "realised", None)
    assert finding.settles == "A list of May 2020 by the same rule that is known to be complete."


def test_an_open_change_is_settled_by_a_fuller_count_or_by_the_wait_that_the_power_tells(planted):
    verdict = planted(stepped(1.2), BODY)
    (finding,) = verdict.findings
    assert finding.ruling is Ruling.CANNOT_TELL and finding.settles
    told = f"{verdict}"
    assert f"What would settle it: {finding.settles}" in told
    claim, study = STUDIES["iraq"].claim("drawdown-tension-and-virus-exploited"), STUDIES["iraq"]
    asked = finding_of(claim.id, "change", None)
    assert periods_needed(claim, study) is None
    assert "Not even ten more years would find a rise to 1.50 times with 80 % power." in asked.settles


def test_what_a_check_withholds_is_not_settled_by_more_of_the_same():
    finding = finding_of("safer-after-baghdadi", "change", None)
    assert finding.settles == "Counts that pass the check “no single province”."


def test_a_date_that_is_open_says_how_often_a_true_one_is_confirmed():
    finding = finding_of("attacks-rose-after-drawdown", "timing", None)
    assert finding.settles.startswith("A sharper turn, or a finer count around it. In 36 months of such counts ")


def test_certain_rulings_need_no_settling(planted):
    (finding,) = planted(stepped(4), BODY).findings
    assert finding.ruling is Ruling.SUPPORTED and finding.settles == ""
    assert what_would_settle(finding, None, None) == ""


def test_reporting_that_rose_by_the_bound_leaves_the_change_at_its_certainty(planted):
    (finding,) = planted(stepped(4), BODY).findings
    factor = overturned_by(finding)
    assert factor > 1
    ratio = finding.fit.found.ratio
    assert ratio.at_least(factor) == pytest.approx(0.95, abs=1e-3)
    assert (
        f"It would be overturned if all reporting had risen by {100 * (factor - 1):.0f} % just then."
        in finding.sentence
    )


def test_a_fall_is_overturned_by_reporting_that_fell(planted):
    (finding,) = planted(stepped(0.2), BODY.replace("rise", "fall")).findings
    assert finding.ruling is Ruling.SUPPORTED and 0 < overturned_by(finding) < 1
    assert "if all reporting had fallen by " in finding.sentence
