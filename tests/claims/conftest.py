import numpy as np
import pandas as pd
import pytest

from trends.claims.assess import assess
from trends.claims.study import read_study
from trends.counts.panel import Panel
from trends.counts.panel_files import write_panel
from trends.errors import TrendsError
from trends.periods import span

STUDY = """title = "A small study"
country = "IQ"
first = "2017-01"
last = "2020-12"
source = "events"
[documents]
paper = "A. Author, 2020, A paper"
[sources.events]
title = "Event file"
counts = "counts/events.csv"
measure = "attacks"
actor = "IS"
rule = "file"
citation = "Event file, 2021"
[sources.again]
title = "Event file, again"
counts = "counts/again.csv"
measure = "attacks"
actor = "IS"
rule = "file"
citation = "Event file, 2022"
[sources.paper]
title = "The paper"
published = "published.csv"
series = "paper"
measure = "attacks"
actor = "IS"
rule = "paper"
citation = "A. Author, 2020"
"""
EVENTS = """event,first,last,precision,category,province,what,number,unit,seen,source,url,note
drawdown,2019-12-30,,day,troops,Anbar,first base handed over,,,true,,,
drawdown,2020-02-10,2020-02-12,day,troops,Diyala,second base handed over,,,true,,,
"""
MORE_EVENTS = """vote,2020-01-05,,day,politics,,parliament votes,,,false,a paper,,
strike,2020-01-03,,day,strike,,a strike,,,true,a paper,,
same_day,2020-01-03,,day,politics,,a speech,,,true,,,
some_time_in_january,2020-01-01,2020-01-31,month,politics,,a meeting,,,true,,,
troops,2020-01-01,2020-06-30,day,troops,,troops in the country,5200,US troops,true,another paper,,
"""
PUBLISHED = """id,series,value,unit,measure,actor,place,first,last,seen,derived,confidence,source,url,note
p1,paper,1200,count,attacks,IS,Iraq,2018-01-01,2018-12-31,true,false,high,A. Author,,
p2,paper,1500,count,attacks,IS,Iraq,2019-01-01,2019-12-31,true,false,high,A. Author,,
p3,paper,400,count,attacks,IS,Iraq,2020-01-01,2020-03-31,true,false,high,A. Author,,
p4,paper,120,count,attacks,IS,Diyala,2020-01-01,2020-03-31,true,false,high,A. Author,,
p5,paper,350,count,attacks,IS,Iraq,2020-04-01,2020-06-30,true,false,high,A. Author,,
p6,paper,33,percent,attacks,IS,Iraq,2020-07-01,2020-09-30,true,true,high,A. Author,,
"""
CLAIM = """id = "{id}"
says = "It was so."
document = "paper"
speaker = "A. Author"
said_on = "2020-06"
written = "2020-06-30"
{body}
"""


@pytest.fixture
def study_folder(tmp_path):
    """A small well-formed study on disk: a source in two files that agree, one with published figures, an event."""
    rng = np.random.default_rng(3)
    index = span("2017-01", "2020-12", "M")
    means = np.outer(np.where(index >= pd.Period("2020-01", "M"), 2.0, 1.0), [12, 6, 2])
    panel = Panel(pd.DataFrame(rng.poisson(means), index=index, columns=["Diyala", "Kirkuk", "Anbar"]), source="file")
    folder = tmp_path / "small"
    for sub in ("counts", "claims"):
        (folder / sub).mkdir(parents=True)
    write_panel(panel, folder / "counts" / "events.csv")
    write_panel(panel, folder / "counts" / "again.csv")
    (folder / "study.toml").write_text(STUDY)
    (folder / "events.csv").write_text(EVENTS)
    (folder / "published.csv").write_text(PUBLISHED)
    return folder


@pytest.fixture
def add_claim(study_folder):
    """A function that writes a claim into the study's folder."""

    def add(id, body):
        (study_folder / "claims" / f"{id}.toml").write_text(CLAIM.format(id=id, body=body))
        return study_folder

    return add


@pytest.fixture
def edit(study_folder):
    """A function that writes one text of a file of the study over another."""

    def rewrite(name, old, new, folder=study_folder):
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))

    return rewrite


@pytest.fixture
def refusal(study_folder):
    """A function that reads the study, which must be refused, and gives the sentence with ``{f}`` for the folder."""

    def of():
        with pytest.raises(TrendsError) as refused:
            read_study(study_folder)
        return str(refused.value).replace(str(study_folder), "{f}")

    return of


@pytest.fixture
def dated(study_folder, add_claim):
    """A function from a claim's links to its verdict, in a study with more events."""
    with (study_folder / "events.csv").open("a") as file:
        file.write(MORE_EVENTS)

    def of(body):
        study = read_study(add_claim("it", body))
        return assess(study.claim("it"), study, "quick")

    return of


@pytest.fixture
def planted(study_folder, add_claim):
    """A function from the means of 48 months and a claim's links to its verdict, the counts drawn around the means."""

    def of(means, body, shares=(0.6, 0.3, 0.1), seed=3, effort="quick"):
        index = span("2017-01", "2020-12", "M")
        counts = np.random.default_rng(seed).poisson(np.asarray(means)[:, None] * shares)
        panel = Panel(pd.DataFrame(counts, index=index, columns=["Diyala", "Kirkuk", "Anbar"]), source="file")
        for name in ("events", "again"):
            write_panel(panel, study_folder / "counts" / f"{name}.csv")
        add_claim("it", body)
        study = read_study(study_folder)
        return assess(study.claim("it"), study, effort)

    return of


def stepped(ratio, level=20.0):
    """The means of 48 months whose last twelve, from January 2020 on, are so many times as high."""
    return np.repeat([level, level * ratio], [36, 12])
