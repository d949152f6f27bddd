"""Cases of `doors_before`: calls of public functions that ended raw, went on without end, or passed in silence."""

from benchmarks.doors_cases import Case

SERIES = "tests/counts/test_series.py::"
KIND = "tests/test_arguments.py::test_a_public_function_says_what_it_takes"
COUNT, ORDER = SERIES + "test_what_is_no_count_is_refused_with_its_value_and_period", SERIES + (
    "test_rows_out_of_order_twice_or_missing_are_refused")  # fmt: skip
COLUMN = SERIES + "test_a_column_of_another_type_is_refused_as_a_whole"
FIGURES = "tests/counts/test_sources.py::test_overlapping_and_daily_figures_cost_no_more_than_their_number"
EITHER = ("done", "refused")
_TOTAL = """__import__('trends.counts.sources').counts.sources.published_total(pd.DataFrame([
    {{"value": 1.0, "unit": "count", "first": a.date(), "last": b.date()}} for a, b in {pairs}]),
    pd.Timestamp("2020-01-01").date(), pd.Timestamp("{last}").date())"""
_DAYS = 'pd.date_range("2020-01-01", periods={n})'
OVERLAPPING = _TOTAL.format(
    pairs=f"((a, b) for a in {_DAYS.format(n=35)} for b in {_DAYS.format(n=35)} if b >= a)", last="2020-03-01"
)
DAILY = _TOTAL.format(pairs=f"((a, a) for a in {_DAYS.format(n=1500)})", last="2024-02-08")
ODD = {
    "2.5": "Y.where(np.arange(60) != 7, 2.5)", "infinity": "Y.astype(float).where(np.arange(60) != 7, np.inf)",
}  # fmt: skip
DESIGNED = "__import__('trends.{}', fromlist=['x']).{}(Y.index)"
OLD_DESIGN = DESIGNED.format("models.design", "baseline")
FORECAST = (
    "pd.Series([7,3,3,2,6,2,2,5,8,0,7,4,8,7,4,6,11,4,9,8,9,9,5,4,2,6,2,8,7,3,9,8,6,7,4,5,4,4,4,2,5,6,3,3,3,6,2,5], "
    "index=pd.period_range('2013-01', periods=48, freq='M'))"
)
SEASONAL = f"__import__('trends.models.design', fromlist=['x']).baseline({FORECAST}.index, seasons=True)"
CALLS = (
    Case(
        "a forecast for which the solver gave up",
        "tests/models/test_watching.py::test_a_series_on_which_a_solver_gave_up_is_watched",
        call=f"trends.watch({FORECAST}, newest=6)",
        ends=("done",),
        before=f"trends.forecast({FORECAST}, {SEASONAL}, '2016-07')",
    ),
    *(
        Case(
            f"a count of {name}",
            COUNT,
            call=f"trends.watch({y})",
            before=f"trends.forecast({y}, {OLD_DESIGN}, '2019-01', draws=19)",
        )
        for name, y in ODD.items()
    ),
    Case(
        "a panel for common breaks",
        KIND,
        call="trends.common_breaks(trends.simulate_panel(['A', 'B'], 36, rng=1))",
        ends=EITHER,
    ),
    Case("a list for a trend", KIND, call="trends.count_trend([1, 2, 3])"),
    Case("a frame for a chart of counts", KIND, call="trends.plot_counts(pd.DataFrame({'a': Y, 'b': Y}))", ends=EITHER),
    Case("a text for a claim", KIND, call="trends.assess('rose', 'study')"),
    Case("a text for verdicts", KIND, call="trends.write_report('x', 'y')"),
    Case("rows out of order", ORDER, call="trends.count_trend(Y.sample(frac=1, random_state=1))"),
    Case("a series of texts", COLUMN, call="trends.ChangepointModel(Y.astype(str)).fit()"),
    Case("a series of booleans", COLUMN, call="trends.ChangepointModel(Y > 9).fit()"),
    Case(
        "a penalty of -1",
        "tests/models/changepoints/test_model.py::test_a_penalty_that_is_none_is_refused",
        call="trends.ChangepointModel(Y, penalty=-1).fit()",
    ),
    Case(
        "no permutation",
        "tests/fits/test_options.py::test_what_is_out_of_range_is_refused_with_its_range",
        call="trends.JoinpointModel(Y, draws=0).fit()",
        before="trends.JoinpointModel(Y, permutations=0).fit()",
    ),
    Case("35 published figures that overlap", FIGURES, call=OVERLAPPING, ends=("done",)),
    Case("1,500 published figures of a day", FIGURES, call=DAILY, ends=("done",)),
)
