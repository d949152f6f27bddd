from trends.claims.checks.picked_span import CHECK, Picked


def test_a_picked_span_pays_for_all_that_it_was_picked_from():
    assert CHECK.of(Picked(0.01, 1)).outcome == "does not apply"
    assert CHECK.of(Picked(0.001, 12)).outcome == "passed"
    failed = CHECK.of(Picked(0.02, 12))
    assert failed.outcome == "failed" and "in 22 of 100 such series" in failed.says
