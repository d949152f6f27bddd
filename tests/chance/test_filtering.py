import numpy as np

from tests.chance.test_solving import level
from trends.chance import factoring, filtering, solving
from trends.chance.shapes import candidates


def test_compiled_lines_find_what_the_same_lines_of_python_find(monkeypatch):
    made = level(n=14, gaps=(3,), outliers=(6,))
    terms = candidates(14, dates=np.array([6]))
    keep = np.ones((2, len(made.theta)), bool)
    arguments = [{"few": True, "keep": keep}, {"few": True, "alone": True}, {"few": False}]
    compiled = [solving.solved(made, terms, **each) for each in arguments]
    plain = {}
    for module in (factoring, filtering):
        own = {name: each.py_func for name, each in vars(module).items() if hasattr(each, "py_func")}
        for name, function in own.items():
            monkeypatch.setattr(module, name, function)
        plain |= own
    monkeypatch.setattr(solving, "factorise", plain["factorise"])
    monkeypatch.setattr(solving, "sweep", plain["sweep"])
    for one, each in zip(compiled, arguments, strict=True):
        two = solving.solved(made, terms, **each)
        for name in one.__dataclass_fields__:
            if getattr(one, name) is None:
                assert getattr(two, name) is None
                continue
            # The two take logarithms from different libraries: the last digit may differ.
            np.testing.assert_allclose(getattr(two, name), getattr(one, name), rtol=1e-10, atol=1e-12)
    assert len(plain) > 10
