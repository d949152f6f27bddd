from dataclasses import replace
from math import inf, nan

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from trends.claims.specifications import SpecificationCurve, reading, specifications
from trends.claims.study import read_study
from trends.errors import ModelError

CHANGE = """[event]
name = "drawdown"
window = ["2019-12", "2020-03"]
[asserts]
change = { direction = "rise" }
"""


@pytest.fixture
def study(study_folder, add_claim):
    add_claim("rose", CHANGE)
    add_claim("diyala", '[counts]\nprovinces = ["Diyala"]\n' + CHANGE)
    add_claim("level", "[asserts]\nrecorded = { about = 3 }")
    return read_study(study_folder)


def test_every_choice_that_the_study_allows_is_made(study):
    curve = specifications(study.claim("rose"), study)
    made = {name: set(curve.table[name]) for name in ("source", "frequency", "first", "without")}
    assert made["source"] == {"events", "again"}
    assert made["frequency"] == {"M", "Q"}
    assert {"2017-01", "2017-07", "2018-01"} <= made["first"]
    assert made["without"] == {"", "Diyala", "Kirkuk", "Anbar"}
    assert not curve.refused and curve.share["direction"] == 1.0
    assert curve.summary().loc["specifications", "value"] == len(curve.table)


def test_the_claims_own_row_comes_first_and_is_what_its_link_asks_for(study):
    row = specifications(study.claim("rose"), study, limit=4).table.iloc[0]
    assert tuple(row[["source", "frequency", "first", "without"]]) == ("events", "M", "2017-01", "")
    assert row["lower"] < 2 < row["upper"] and row["reads"] == "as claimed"


def test_a_round_that_does_not_fit_is_left_out_whole(study):
    own_and_provinces = specifications(study.claim("rose"), study, limit=5).table
    assert set(own_and_provinces["source"]) == {"events"} and len(own_and_provinces) == 4


def test_a_claim_on_one_province_leaves_none_out(study):
    curve = specifications(study.claim("diyala"), study)
    assert set(curve.table["without"]) == {""}
    assert "lowest without a province" not in curve.summary().index


def curve(*rows, claimed=(1.0, inf), aside=()):
    """A curve of given rows: ratio, lower, upper, what is left out, how it reads, why it was refused."""
    table = pd.DataFrame(rows, columns=["ratio", "lower", "upper", "without", "reads", "refused"])
    table = table.assign(source="events", frequency="M", first="2017-01")
    return SpecificationCurve(table, claimed, None, aside)


ROWS = (
    (2.0, 1.5, 3.0, "", "as claimed", ""),
    (1.2, 0.9, 1.6, "Anbar", "open", ""),
    (1.4, 1.1, 1.8, "Diyala", "as claimed", ""),
    (0.9, 0.5, 1.4, "", "open", ""),
    (nan, nan, nan, "", "", "too few"),
)


@pytest.mark.parametrize(
    ("claimed", "direction", "bar"),
    [((1.0, inf), 0.75, 0.75), ((1.3, inf), 0.75, 0.5), ((0.0, 1.0), 0.25, 0.25), ((0.0, 0.8), 0.25, 0.0),
     ((0.9, 1.2), 0.5, 0.5)],
)  # fmt: skip
def test_the_shares_that_agree_are_those_of_the_specifications_that_were_asked(claimed, direction, bar):
    share = curve(*ROWS, claimed=claimed).share
    assert share.to_dict() == {"direction": direction, "bar": bar, "own": 0.5} and share.name == "share"


def test_a_curve_tells_its_middle_its_ends_and_what_each_province_does():
    made = curve(*ROWS, aside=("GTD is left out.",))
    assert (made.refused, len(made.fitted), made.median) == (1, 4, pytest.approx(1.3))
    assert made.left_out.to_dict("index") == {
        "Anbar": {"ratio": 1.2, "lower": 0.9, "upper": 1.6}, "Diyala": {"ratio": 1.4, "lower": 1.1, "upper": 1.8},
    }  # fmt: skip
    assert made.left_out.index.name == "province"
    told = made.summary()["value"].to_dict()
    assert told == {
        "specifications": 4,
        "refused": 1,
        "rate ratio, the claim's own": 2.0,
        "rate ratio, median": pytest.approx(1.3),
        "rate ratio, 5th percentile": pytest.approx(0.945),
        "rate ratio, 95th percentile": pytest.approx(1.91),
        "share in the claimed direction": 0.75,
        "share beyond the bar": 0.75,
        "share that reads as the claim's own": 0.5,
        "lowest without a province": 1.2,
        "highest without a province": 1.4,
    }
    assert repr(made) == "SpecificationCurve(4 specifications, median rate ratio 1.3)"
    page = made._repr_html_()
    assert page.startswith('<table class="dataframe">') and page.endswith("<p>GTD is left out.</p>")
    assert "<td>0.945</td>" in page and "<td>4</td>" in page


def test_the_chart_has_the_specifications_in_order_and_the_claims_own_marked():
    ax = curve(*ROWS).plot()
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert lines["a specification"].get_ydata().tolist() == [0.9, 1.2, 1.4, 2.0]
    assert lines["the claim's own"].get_xdata().tolist() == [3] and lines["the claim's own"].get_ydata().tolist() == [2]
    assert ax.get_ylabel() == "rate ratio" and list(ax.get_xticks()) == []
    plt.close(ax.figure)


def test_another_source_is_asked_only_of_the_same_actor_unit_and_span(study):
    names = {"events", "again"}

    def asked(**changes):
        source = replace(study.sources["again"], **changes.pop("source", {}))
        panel = changes.pop("panel", study.panels["again"])
        other = replace(study, sources={**study.sources, "again": source}, panels={**study.panels, "again": panel})
        made = specifications(study.claim("rose"), other, limit=12)
        return set(made.table["source"]), made.aside

    assert asked() == (names, ())
    assert asked(source={"actor": "others"}) == ({"events"}, ())
    panel = study.panels["again"]
    assert asked(panel=replace(panel, unit="deaths")) == ({"events"}, ())
    assert asked(panel=panel.span("2017-02", None)) == (
        {"events"}, ("Event file, again is left out: it has 2017-02 to 2020-12 only.",),
    )  # fmt: skip
    assert asked(panel=panel.span(None, "2020-05")) == (
        {"events"}, ("Event file, again is left out: it has 2017-01 to 2020-05 only.",),
    )  # fmt: skip


def test_counts_of_quarters_are_asked_in_quarters_and_in_months_where_there_are_months(study, add_claim):
    add_claim("quarters", '[counts]\nfrequency = "Q"\n' + CHANGE)
    whole = read_study(study.path)
    made = specifications(whole.claim("quarters"), whole, limit=30).table
    assert made["frequency"].iloc[0] == "Q" and set(made["frequency"]) == {"M", "Q"}
    stored = replace(whole, panels={name: panel.to("Q") for name, panel in whole.panels.items()})
    assert set(specifications(whole.claim("quarters"), stored, limit=30).table["frequency"]) == {"Q"}


def test_counts_begin_later_only_where_two_years_are_left_before_the_change(study, add_claim):
    for name, first in (("a", "2017-07"), ("b", "2018-01"), ("c", "2018-02")):
        add_claim(name, f'[counts]\nfirst = "{first}"\nprovinces = ["Diyala"]\n' + CHANGE)
    whole = read_study(study.path)

    def starts(name):
        table = specifications(whole.claim(name), whole, limit=30).table
        return sorted(set(table.loc[table["frequency"] == "M", "first"]))

    assert [starts(name) for name in "abc"] == [["2017-07", "2018-01"], ["2018-01"], ["2018-02"]]


def test_the_ends_of_what_is_claimed_and_would_not_matter_belong_to_it():
    claimed, immaterial = (1.0, 2.0), (0.9, 1.1)
    ends = ((1.0, 2.0), (0.9, 1.1), (0.5, 0.99), (2.01, 3.0), (0.5, 1.0), (2.0, 3.0))
    assert [reading(*each, claimed, immaterial) for each in ends] == [
        "as claimed", "no material change", "otherwise", "otherwise", "open", "open",
    ]  # fmt: skip
    assert reading(0.95, 1.05, claimed, None) == "open"


def test_an_interval_reads_as_the_decision_table_has_it():
    claimed, immaterial = (1.0, inf), (1 / 1.1, 1.1)
    read = [reading(low, high, claimed, immaterial) for low, high in ((1.2, 3), (0.95, 1.05), (0.3, 0.8), (0.7, 1.6))]
    assert read == ["as claimed", "no material change", "otherwise", "open"]


def test_a_claim_without_a_change_has_no_curve(study):
    with pytest.raises(ModelError) as refused:
        specifications(study.claim("level"), study)
    assert str(refused.value) == (
        "draw the specification curve of the claim 'level': found the links recorded; allowed: a claim that asserts a "
        "change; choose such a claim."
    )


def test_a_specification_that_cannot_be_asked_is_kept_with_the_reason_and_the_claims_own_is_refused(study):
    panel = study.panels["again"]
    broken = {name: replace(panel, counts=panel.counts * 0) for name in ("again", "events")}
    made = specifications(study.claim("rose"), replace(study, panels={**study.panels, "again": broken["again"]}))
    refused = made.table[made.table["source"] == "again"]
    assert made.refused == len(refused) > 0 and refused["ratio"].isna().all() and set(refused["reads"]) == {""}
    assert set(refused["refused"]) == {"no incident in any period"}
    with pytest.raises(ModelError, match="found no incident in any period"):
        specifications(study.claim("rose"), replace(study, panels=broken))


def test_a_source_without_the_places_of_a_claim_is_left_out_with_the_reason(study):
    other = study.panels["again"].select(["Kirkuk", "Anbar"])
    made = specifications(study.claim("diyala"), replace(study, panels={**study.panels, "again": other}))
    assert set(made.table["source"]) == {"events"} and made.aside == (
        "Event file, again is left out: 'Diyala', which is none of its columns.",
    )
