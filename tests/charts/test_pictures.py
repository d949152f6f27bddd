from trends.chance.evidence import Check
from trends.charts.pictures import Pictures
from trends.charts.specifications import curve_of
from trends.claims.rulings import Ruling
from trends.claims.verdict import Finding


def test_a_chart_that_was_drawn_before_stands_for_what_it_was_drawn_from():
    made = Pictures("<svg/>", b"png", b"pdf")
    assert made.files() == {"png": b"png", "pdf": b"pdf"}
    checks = (Check("other", "?", "passed", "."), Check("specifications", "?", "passed", ".", made))
    assert curve_of(Finding("change", "?", Ruling.SUPPORTED, ".", checks=checks)) is made
