import numpy as np

from trends.chance.kernels import CONSTANT, FAST, MONTHS, SLOPE, level_covariance


def test_each_variance_enters_where_it_belongs():
    theta = np.array([[0.3, 0.0, 0.0, 0.0], [0.0, 0.5, 0.0, 0.0], [0.0, 0.0, 2.0, 0.9]])
    bare = level_covariance(5, np.zeros((1, 4)), per_year=1.0)[0]
    months = level_covariance(26, np.zeros((1, 4)))[0]
    white, fast, slow = level_covariance(5, theta, per_year=12.0) - level_covariance(5, np.zeros((1, 4)))
    np.testing.assert_allclose(white, 0.3 * np.eye(5), atol=1e-12)
    np.testing.assert_allclose(fast[0], 0.5 * FAST ** np.arange(5), atol=1e-12)
    np.testing.assert_allclose(slow[0], 2.0 * 0.9 ** np.arange(5), atol=1e-12)
    assert np.isclose(bare[0, 4], CONSTANT - 4 * SLOPE**2)
    assert np.isclose(months[0, 12] - months[0, 13], MONTHS + SLOPE**2 * 12.5 / 144)


def test_a_quarter_is_three_months_apart():
    theta = np.array([[0.0, 0.5, 2.0, 0.97]])
    months, quarters = (level_covariance(13, theta, per_year=p, months=0.0)[0] for p in (12.0, 4.0))
    slope = [SLOPE**2 * np.outer(t, t) for t in ((np.arange(13) - 6) / 12, (np.arange(13) - 6) / 4)]
    np.testing.assert_allclose((months - slope[0])[0, 3::3], (quarters - slope[1])[0, 1:5])
