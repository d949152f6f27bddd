import pytest

from trends.counts.countfiles import holds_counts
from trends.counts.scanning import open_events


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("month,Diyala,Anbar\n2018-01,5,1\n2018-02,0,2\n", True),
        ('month,Diyala,Anbar\n2018-01,"1,205",1\n2018-02,0,"5,0"\n', True),
        ("code,province,2018-01,2018-02\nIQ-DI,Diyala,5,0\n", True),
        ("year,month,Diyala\n2018,1,5\n2018,2,0\n", True),
        ("Year,Jan,Feb\n2018,1,5\n2019,2,0\n", True),
        ("mois,province,nombre\njanvier 2018,Diyala,5\n", True),
        ("month,Diyala,Anbar\n2018-01,5,1\n2018-02,0,2\nTotal,5,3\n", True),
        # Several rows of one day, and texts, are incidents.
        ("day,place\n2018-01-01,Homs\n2018-01-01,Homs\n2018-01-02,Hama\n", False),
        ("year,month,what\n2018,1,bomb\n2018,1,raid\n", False),
        ("id,where\n1,Homs\n2,Hama\n", False),
        ("month\n2018-01\n", False),
    ],
)
def test_a_table_of_counts_is_told_from_incidents_by_its_shape(text, answer, file):
    with open_events(file(text)) as opened:
        assert holds_counts(opened) is answer
