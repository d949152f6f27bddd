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


def test_a_notebook_shows_the_table_to_three_digits_and_the_sentences_and_runs_no_name():
    class Named(Results):
        def summary(self):
            return pd.DataFrame({"rate": [1234.56, 0.0123456, float("nan")]}, index=["<b>", "b", "c"])

        def plot(self, ax=None):
            return ax

        def sentences(self):
            return ("The rate of <script> rose.", "That is all.")

    shown = Named()._repr_html_()
    assert [shown.count(f"<td>{cell}</td>") for cell in ("1,235", "0.0123", "")] == [1, 1, 1]
    assert "<th>&lt;b&gt;</th>" in shown
    assert shown.endswith("<ul><li>The rate of &lt;script&gt; rose.</li><li>That is all.</li></ul>")
