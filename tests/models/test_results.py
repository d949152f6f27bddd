import pandas as pd
import pytest

from trends.models.results import Results


def test_results_that_lack_a_part_of_the_contract_cannot_be_made():
    class Half(Results):
        def summary(self):
            return pd.DataFrame()

    with pytest.raises(TypeError, match="plot"):
        Half()


def test_the_frame_is_the_summary_where_nothing_else_is_said():
    class Whole(Results):
        def summary(self):
            return pd.DataFrame({"ratio": [2.0]})

        def plot(self, ax=None):
            return ax

        def sentences(self):
            return ("Twice.",)

    assert Whole().to_frame().equals(Whole().summary())
