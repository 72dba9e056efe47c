"""Hidden activations, their slopes, and a softmax that no logit can upset."""

import math
import warnings

import numpy as np
import pytest

from inkling.activations import ACTIVATIONS, log_softmax, softmax

EVERY = sorted(ACTIVATIONS)
KNOWN = {
    "relu": {-2.0: 0.0, 0.0: 0.0, 3.0: 3.0},
    "sigmoid": {0.0: 0.5, math.log(3): 0.75, -math.log(3): 0.25},
    "tanh": {0.0: 0.0, math.log(3) / 2: 0.5, -math.log(3) / 2: -0.5},
}


def test_the_offered_activations():
    assert EVERY == ["relu", "sigmoid", "tanh"]


@pytest.mark.parametrize("name", EVERY)
def test_known_values(name):
    for z, a in KNOWN[name].items():
        assert ACTIVATIONS[name].apply(np.array(z)) == pytest.approx(a, abs=1e-15)


@pytest.mark.parametrize("name", EVERY)
def test_slope_matches_central_differences(name):
    activation, h = ACTIVATIONS[name], 1e-5
    z = np.linspace(-4, 4, 80)  # an even number of points leaves out ReLU's kink at 0
    measured = (activation.apply(z + h) - activation.apply(z - h)) / (2 * h)
    np.testing.assert_allclose(activation.slope(activation.apply(z)), measured, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", EVERY)
def test_dtype_is_kept_and_large_sums_stay_finite(name, dtype):
    z = np.array([-1e4, -1.0, 0.0, 1.0, 1e4], dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        a = ACTIVATIONS[name].apply(z)
        slope = ACTIVATIONS[name].slope(a)
    assert a.dtype == slope.dtype == dtype
    assert np.isfinite(a).all() and np.isfinite(slope).all()


def test_softmax_of_known_logits():
    # e^0 : e^ln2 : e^ln5 = 1 : 2 : 5
    logits = np.log([[1.0, 2.0, 5.0], [1.0, 1.0, 2.0]])
    np.testing.assert_allclose(softmax(logits), [[0.125, 0.25, 0.625], [0.25, 0.25, 0.5]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_is_stable_for_huge_logits(dtype):
    logits = np.array([[1e4, -1e4, 0], [1e4, 1e4, -1e4], [-1e4, -1e4, -1e4]], dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        probs, log_probs = softmax(logits), log_softmax(logits)
    assert probs.dtype == log_probs.dtype == dtype
    np.testing.assert_allclose(probs, [[1, 0, 0], [0.5, 0.5, 0], [1 / 3] * 3], rtol=1e-6)
    assert np.isfinite(log_probs).all()
    # What probs round to 0, log_softmax still tells apart.
    np.testing.assert_allclose(log_probs[0], [0, -2e4, -1e4], rtol=1e-6)


def test_softmax_ignores_what_is_added_to_every_logit():
    logits = np.random.default_rng(1).normal(size=(20, 10))
    np.testing.assert_allclose(softmax(logits + 123.0), softmax(logits), rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_rows_sum_to_one_and_log_softmax_is_its_logarithm(dtype):
    logits = np.random.default_rng(2).normal(scale=5, size=(50, 10)).astype(dtype)
    probs = softmax(logits)
    np.testing.assert_allclose(probs.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(np.exp(log_softmax(logits)), probs, rtol=1e-5)
