"""First weights: as wide as their sources say, and drawn from the generator handed in."""

import numpy as np
import pytest

from inkling.initialise import INITIALISERS, he_normal, xavier_uniform

FAN_IN, FAN_OUT = 400, 250  # 100,000 draws: the measured variance is good to about 1%


def test_he_has_variance_two_over_fan_in():
    weights = he_normal(FAN_IN, FAN_OUT, np.random.default_rng(1))
    assert weights.var() == pytest.approx(2 / FAN_IN, rel=0.03)
    assert abs(weights.mean()) < 0.001
    # A normal distribution has 31.7% of its draws beyond one standard deviation.
    beyond = (np.abs(weights) > np.sqrt(2 / FAN_IN)).mean()
    assert beyond == pytest.approx(0.317, abs=0.01)


def test_xavier_has_variance_two_over_both_fans_and_fills_its_limits():
    weights = xavier_uniform(FAN_IN, FAN_OUT, np.random.default_rng(1))
    limit = np.sqrt(6 / (FAN_IN + FAN_OUT))
    assert weights.var() == pytest.approx(2 / (FAN_IN + FAN_OUT), rel=0.03)
    assert abs(weights.mean()) < 0.001
    assert 0.999 * limit < np.abs(weights).max() <= limit


@pytest.mark.parametrize("name", sorted(INITIALISERS))
def test_shape_and_source_of_randomness(name):
    draw = INITIALISERS[name]
    first, again = (draw(7, 3, np.random.default_rng(5)) for _ in range(2))
    other = draw(7, 3, np.random.default_rng(6))
    assert first.shape == (7, 3)
    assert (first == again).all()
    assert not (first == other).any()


def test_he_keeps_the_scale_of_signals_through_relu_layers():
    rng = np.random.default_rng(3)
    signals = rng.normal(size=(500, 300))
    before = (signals**2).mean()
    for _ in range(6):
        signals = np.maximum(signals @ he_normal(300, 300, rng), 0)
    # ReLU drops half of the power, the factor 2 in the variance brings it back.
    assert (signals**2).mean() == pytest.approx(before, rel=0.5)
