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


def test_a_quarter_is_the_mean_of_its_months():
    theta = np.array([[0.3, 0.5, 2.0, 0.97, 0.0]])
    months = level_covariance(15, theta)[0]
    pool = np.kron(np.eye(5), np.full((1, 3), 1 / 3))
    quarters = level_covariance(5, theta, per_year=4.0)[0]
    np.testing.assert_allclose(pool @ months @ pool.T, quarters)
