import pytest

from trends.claims.rulings import Ruling, weakest


@pytest.mark.parametrize(
    ("rulings", "whole"),
    [
        ("SUPPORTED", "SUPPORTED"),
        ("SUPPORTED SUPPORTED", "SUPPORTED"),
        ("SUPPORTED CONTRADICTED", "CONTRADICTED"),
        ("NO_MATERIAL_CHANGE CONTRADICTED", "CONTRADICTED"),
        ("NO_MATERIAL_CHANGE CANNOT_TELL", "NO MATERIAL CHANGE"),
        ("SUPPORTED CANNOT_TELL UNTESTABLE", "CANNOT TELL"),
        ("SUPPORTED UNTESTABLE", "CANNOT TELL"),
        ("SUPPORTED NOT_ASSESSED", "CANNOT TELL"),
        ("UNTESTABLE NOT_ASSESSED", "UNTESTABLE"),
        ("NOT_ASSESSED", "NOT ASSESSED"),
    ],
)
def test_a_chain_is_no_better_than_its_weakest_link(rulings, whole):
    assert weakest([Ruling[name] for name in rulings.split()]) == whole
