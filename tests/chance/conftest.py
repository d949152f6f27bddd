import numpy as np
import pytest

from trends.chance.prior import LevelPrior


@pytest.fixture(scope="session")
def levels():
    """Sets of variances that a level may have, most of them calm and some that drift as wars do."""
    calm = [(white, fast, 0.0, 0.0) for white in (0.0, 0.05, 0.2) for fast in (0.0, 0.12, 0.4)]
    drift = [(0.05, 0.12, slow, 0.97) for slow in (0.1, 0.4, 1.2, 4.0)] + [
        (0.0, 0.0, slow, 0.97) for slow in (0.4, 4.0)
    ]
    theta = np.array(calm + drift)
    weight = np.concatenate([np.full(len(calm), 0.3 / len(calm)), np.full(len(drift), 0.7 / len(drift))])
    return {"prior": LevelPrior(theta, weight)}
