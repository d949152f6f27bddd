"""Verdicts made up for the tests of charts and reports: every kind of link and ruling, and texts that bite."""

from dataclasses import replace
from math import inf, nan

import numpy as np
import pandas as pd

from trends import periods
from trends.chance.evidence import Check, Evidence
from trends.claims.asked import Asked
from trends.claims.claim import Claim, Counts, Event
from trends.claims.examples import skeleton
from trends.claims.links.change import Change, ChangeFound
from trends.claims.links.recorded import Recorded
from trends.claims.registry import kind_of
from trends.claims.rulings import Ruling, weakest
from trends.claims.study import Study
from trends.claims.verdict import Asserted, Finding, Verdict
from trends.counts.panel import Panel
from trends.counts.series import checked_series
from trends.counts.sources import Source

SOURCE = ("ucdp", "UCDP Georeferenced Event Dataset 21.1 (Sundberg & Melander 2013)")
RATES = {"false_alarms": 0.048, "coverage": 0.946, "power": 0.31, "detectable": 2.4, "runs": 2000}
TESTED = {
    "null": "The rate is what it would have been.",
    "alternative": "The rate is another.",
    "method": "Quasi-Poisson regression, its p-value calibrated on simulated panels.",
}


def made_fit(seed=0):
    """Three years of months with a step of two in the third."""
    index, rng = periods.span("2018-01", "2020-12", "M"), np.random.default_rng(seed)
    at = periods.period("2020-04")
    expected = pd.Series(6 + 2 * np.sin(np.arange(36) / 12 * 2 * np.pi), index=index)
    fitted = expected.where(index < at, 2 * expected)
    counts = pd.Series(rng.poisson(fitted).astype(float), index=index, name="total")
    counts.iloc[3] = nan
    counts.attrs = {"unit": "attacks", "source": SOURCE[1]}
    course = pd.DataFrame({"fitted": fitted, "expected": expected, "lower": expected / 1.5, "upper": expected * 1.5})
    asked = Asked(counts, checked_series(counts), at, at, index[-1], "rise", None, "ucdp", "IQ")
    return ChangeFound(asked, asked.effect(), course)


def rows(*values):
    """The table of a finding on totals."""
    return pd.DataFrame(values, columns=["what", "count", "estimate", "lower", "upper"])


def verdict(id, says, findings, links, **kwargs):
    """A verdict on a claim with these links."""
    keys = ("counts", "event", "conflicts_with", "note", "speaker")
    claim = Claim(
        id=id,
        says=says,
        document="ft",
        said_on="2020-06",
        written="2026-11-21",
        asserts=links,
        **({"speaker": "Knights & Almeida"} | {key: kwargs[key] for key in keys if key in kwargs}),
    )
    findings = [replace(finding, rung=kind_of(finding.link).rung) for finding in findings]
    ruling = weakest(finding.ruling for finding in findings)
    words = kwargs.get("sentence", f"{findings[0].sentence}")
    return Verdict(claim, ruling, words, tuple(findings), 'Financial Times, June 2020, "Isis operations"', (SOURCE,))


def made_verdicts():
    """Nine claims, one of each sort."""
    change = Finding(
        "change",
        "Did the rate change in April 2020?",
        Ruling.CANNOT_TELL,
        "The rate from April 2020, against what was to be expected, is 1.62 (95 % interval 0.91 to 2.88).",
        Evidence(
            quantity="rate from April 2020, against what was to be expected,",
            estimate=1.62, lower=0.91, upper=2.88, pvalue=0.093, pvalue_analytic=0.021, nobs=35, **TESTED, **RATES,
        ),
        Asserted((1.1, inf), (1 / 1.1, 1.1)),
        (
            Check("placebo dates", "Is the change larger than at dates without an event?", "passed", "3 of 20 are."),
            Check("false alarms", "Does the test hold its size?", "cannot tell", "Too few runs."),
        ),
        ("UCDP counts only events with a death.", "Ramadan falls into the window."),
        pd.DataFrame({"rate ratio": [1.62, 0.993], "lower": [0.91, 0.97], "upper": [2.88, inf]},
                     index=pd.Index(["step", "trend"], name="term")),
        made_fit(),
    )  # fmt: skip
    timing = Finding("timing", "Did it begin in the window?", Ruling.NOT_ASSESSED, "This version does not assess it.")
    level = Finding(
        "recorded",
        "Do other sources count about 1,669 in 2019?",
        Ruling.CONTRADICTED,
        "UCDP counts 76. The count by other sources is 76 (95 % interval 60 to 95), wholly outside what is claimed.",
        Evidence(quantity="count by other sources", unit="count", estimate=76, lower=60, upper=95, nobs=76),
        stand=Asserted((0.9 * 1669, 1.1 * 1669)),
        table=rows(("CTC SIGACT", 1669, 1669, 1589.9, 1751.0), ("UCDP GED", 76, 76.0, 59.9, 95.1)),
    )
    share = Finding(
        "recorded",
        "Was the share of Diyala about 45 %?",
        Ruling.SUPPORTED,
        "80 of 250 attacks. The share of Diyala is 43 %, wholly within what the claim says.",
        Evidence(quantity="share of Diyala", unit="share", estimate=0.43, lower=0.41, upper=0.49, nobs=250, **TESTED),
        stand=Asserted((0.4, 0.5)),
        table=rows(("Inspector General", 80, 0.43, 0.41, 0.49), ("UCDP", 5, 0.31, 0.11, 0.59)),
    )
    rank = Finding(
        "recorded",
        "Had Diyala the most incidents?",
        Ruling.SUPPORTED,
        "The incidents in Diyala to those in Kirkuk, the next, are 2.0 times (1.1 or more).",
        Evidence(quantity="incidents in Diyala to those in Kirkuk, the next", estimate=2.0, lower=1.1, upper=inf,
                 pvalue=0.0004, nobs=120),
        stand=Asserted((1.0, inf)),
        table=rows(("UCDP", 120, 2.0, 1.1, inf)),
    )  # fmt: skip
    between = Finding(
        "recorded",
        "Was the rate of 2019 other than that of 2018?",
        Ruling.NO_MATERIAL_CHANGE,
        "The rate of 2019, against that of 2018, is 1.02 (95 % interval 0.95 to 1.08).",
        Evidence(quantity="rate of 2019, against that of 2018,", estimate=1.02, lower=0.95, upper=1.08, nobs=3139),
        stand=Asserted((1.1, inf), (1 / 1.1, 1.1), 1.13),
        table=rows(("CTC", 1669, 1.135, 1.06, 1.21), ("UCDP", 76, 0.71, nan, nan), ("GTD", 0, 0.2, 0.0, 0.9)),
    )
    untestable = Finding(
        "recorded",
        "Do other sources count at least 566?",
        Ruling.UNTESTABLE,
        "No source of the study but the speaker’s own counts this in the first quarter of 2020.",
        Evidence(quantity="count by other sources", unit="count", untestable="No other source counts this."),
    )
    hostile = Finding(
        "change",
        "Is <script>alert(1)</script> text?",
        Ruling.CONTRADICTED,
        "=cmd|' /C calc'!A0 is #panic[\"no\"] and *not* _markup_ <b>here</b>.",
        Evidence(quantity="rate of <i>x</i> & #y", estimate=0.2, lower=0.0, upper=0.6, pvalue=0.2, nobs=36, **TESTED),
        stand=Asserted((0.0, 1 / 1.1)),
        fit=made_fit(1),
    )
    rise = Change(direction="rise")
    iraq = Counts(source="ucdp", actor="IS", first="2018-01", last="2020-12")
    drawdown = Event(name="coalition_drawdown", window=("2020-03", "2020-06"))
    return (
        verdict("attacks-rose-after-drawdown", "Attacks rose as the coalition pared back its presence.",
                [change, timing], {"change": rise, "timing": None}, counts=iraq, event=drawdown,
                conflicts_with=("fell-as-threat-fell",), note="The 566 attacks came almost wholly before it."),
        verdict("attacks-2019", "There were 1,669 attacks in 2019.", [level], {"recorded": Recorded(about=1669.0)}),
        verdict("diyala-share", "Almost half of the attacks in the first quarter of 2020 were in Diyala, more than in "
                "any other province and by a margin that nobody who counts incidents there had expected to see.",
                [share], {"recorded": Recorded(share_of=("Diyala",), about=0.45)}, speaker="Inspector General"),
        verdict("diyala-first", "Diyala saw the most attacks.", [rank], {"recorded": Recorded(most="Diyala")}),
        verdict("year-on-year", "2019 was 13 per cent above 2018.", [between],
                {"recorded": Recorded("2019", "2018", direction="rise", about=1.13)}),
        verdict("at-least-566", "At least 566 attacks in Iraq in the first quarter of 2020.", [untestable],
                {"recorded": Recorded(at_least=566.0)}),
        verdict("forecast-only", "It will not be a comeback.",
                [replace(timing, link="forecast", question="Was it to be expected?")], {"forecast": None}),
        verdict("../evil id", "Attacks *fell* in <b>Şalāḩ ad Dīn</b> (العراق) by #eval(1) & $x^2$ @all \\ `code`.",
                [hostile], {"change": Change(direction="fall")}, speaker="+HYPERLINK(1) <img src=x>"),
        verdict("fell-as-threat-fell", "The coalition shrinks because the threat fell.",
                [replace(level, stand=Asserted((0.0, 70.0)))],
                {"recorded": Recorded(at_most=70.0)}, conflicts_with=("attacks-rose-after-drawdown",)),
    )  # fmt: skip


def made_study():
    """A small study with two sources and a panel that has holes."""
    rng, index = np.random.default_rng(3), periods.span("2018-01", "2020-12", "M")
    means = {"Anbar": 1, "Diyala": 6, "Kirkuk": 3, "Nineveh": 0.3}
    counts = pd.DataFrame({name: rng.poisson(mean, 36) for name, mean in means.items()}, index=index).astype(float)
    counts.iloc[:4] = nan
    panel = Panel(counts, source="UCDP GED 21.1, events with IS as a side", unit="attacks")
    sources = {
        "ucdp": Source("ucdp", "UCDP GED 21.1", "fatal events", "IS", "ucdp", SOURCE[1], "CC BY 4.0", "https://ucdp.uu.se",
                       counts="counts.csv", counts_as="An event with at least one death.", caveats=("Deaths only.",)),
        "ctc": Source("ctc", "CTC SIGACT", "attacks", "IS", "sigact", "Knights & Almeida 2020", published="p.csv"),
    }  # fmt: skip
    events = pd.DataFrame(
        {
            "event": ["coalition_drawdown"],
            "first": pd.to_datetime(["2020-03-17"]),
            "last": pd.to_datetime(["2020-04-07"]),
            "province": ["Anbar"],
            "what": ["Handover of a base"],
            "category": ["handover"],
            "source": ["CJTF-OIR"],
        }
    )
    return Study(
        # A study on disk that was never sealed.
        path=skeleton(),
        title="Iraq, 2018 to 2020",
        about="Attacks of IS in Iraq.",
        country="IQ",
        first="2018-01",
        last="2020-12",
        source="ucdp",
        licence="CC BY 4.0",
        cite="Cite the sources.",
        documents={"ft": "Financial Times"},
        sources=sources,
        events=events,
        claims=tuple(each.claim for each in made_verdicts()),
        files=(("study.toml", "ab" * 32), ("counts.csv", "cd" * 32)),
        panels={"ucdp": panel},
    )
