from trends.claims.checks.picked_span import CHECK, Picked


def test_a_picked_span_pays_for_all_that_it_was_picked_from():
    assert CHECK.of(Picked(0.01, 1)).says == "The span was not picked for its change."
    assert CHECK.of(Picked(0.01, 1)).outcome == "does not apply"
    assert CHECK.of(Picked(0.001, 12)).outcome == "passed"
    pair = CHECK.of(Picked(0.01, 2))
    assert (pair.outcome, pair.says) == (
        "passed", "The largest of 2 changes is as large as this one in 2 of 100 such series.",
    )  # fmt: skip
    assert [CHECK.of(Picked(share, 2)).outcome for share in (0.0253, 0.0254)] == ["passed", "failed"]
    assert "in 75 of 100" in CHECK.of(Picked(0.5, 2)).says
    failed = CHECK.of(Picked(0.02, 12))
    assert failed.outcome == "failed" and "in 22 of 100 such series" in failed.says
