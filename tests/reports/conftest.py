import pytest

from tests.charts.made import made_study, made_verdicts
from trends.reports.book import write_report


@pytest.fixture(scope="session")
def made_report(tmp_path_factory):
    """The folder of a report on made verdicts, which nobody may change, and the steps that were told of it."""
    steps, folder = [], tmp_path_factory.mktemp("book") / "report"
    told = write_report(
        made_verdicts(),
        folder,
        study=made_study(),
        options={"seed": 7},
        jobs=1,
        progress=lambda *step: steps.append(step),
    )
    assert told == folder
    return folder, steps
