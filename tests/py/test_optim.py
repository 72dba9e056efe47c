"""Steps worked by hand, and the learning rate's course."""

import numpy as np
import pytest

from inkling.network import Layer, Network
from inkling.optim import SCHEDULES, SGD, Average, constant, one_cycle


def one_weight(value=1.0):
    """A network of a single weight and a single bias, both of the given value."""
    return Network.from_layers([Layer(np.array([[value]]), np.array([value]))])


def slope(value, bias=None):
    return [Layer(np.array([[value]]), np.array([value if bias is None else bias]))]


def after_steps(slopes, *, rate=0.1, **options):
    """Weight and bias, both 1 at first, after a step for each of the slopes."""
    network = one_weight()
    optimiser = SGD(network, **options)
    for value in slopes:
        optimiser.step(network, slope(value), rate=rate)
    return network.layers[0].weights.item(), network.layers[0].bias.item()


def test_without_momentum_it_walks_down_the_slope():
    # 1 - 0.1·2 = 0.8;  0.8 - 0.1·4 = 0.4
    assert after_steps([2.0, 4.0], momentum=0.0) == pytest.approx((0.4, 0.4))


def test_plain_momentum_by_hand():
    # v = -0.1·2              = -0.2    w = 1   - 0.2 = 0.8
    # v = 0.5·-0.2 - 0.1·4    = -0.5    w = 0.8 - 0.5 = 0.3
    # v = 0.5·-0.5 - 0.1·-1   = -0.15   w = 0.3 - 0.15 = 0.15
    assert after_steps([2.0, 4.0, -1.0], momentum=0.5) == pytest.approx((0.15, 0.15))


def test_nesterov_momentum_by_hand():
    # v = -0.1·2              = -0.2    w = 1    + 0.5·-0.2  - 0.1·2  = 0.7
    # v = 0.5·-0.2 - 0.1·4    = -0.5    w = 0.7  + 0.5·-0.5  - 0.1·4  = 0.05
    # v = 0.5·-0.5 - 0.1·-1   = -0.15   w = 0.05 + 0.5·-0.15 - 0.1·-1 = 0.075
    steps = after_steps([2.0, 4.0, -1.0], momentum=0.5, nesterov=True)
    assert steps == pytest.approx((0.075, 0.075))


def test_weight_decay_by_hand_spares_the_bias():
    # g = 2 + 0.5·1    = 2.5     v = -0.25                       w = 0.75
    # g = 4 + 0.5·0.75 = 4.375   v = 0.5·-0.25 - 0.4375 = -0.5625   w = 0.1875
    # The bias goes as without decay: 0.8, then 0.3.
    steps = after_steps([2.0, 4.0], momentum=0.5, weight_decay=0.5)
    assert steps == pytest.approx((0.1875, 0.3))


def test_nesterov_follows_the_textbook_at_the_looked_ahead_point():
    # Textbook: v <- m·v - r·g(w + m·v), w <- w + v. On f(w) = 3w²/2 the slope is 3w.
    rate, momentum = 0.05, 0.9
    w, v = 1.0, 0.0
    network = one_weight()
    optimiser = SGD(network, momentum=momentum, nesterov=True)
    for _ in range(10):
        optimiser.step(network, slope(3 * network.layers[0].weights.item()), rate=rate)
        v = momentum * v - rate * 3 * (w + momentum * v)
        w += v
        assert network.layers[0].weights.item() == pytest.approx(w + momentum * v, rel=1e-12)


def test_a_rate_may_change_from_step_to_step():
    network = one_weight()
    optimiser = SGD(network, momentum=0.5)
    # v = -0.1·2 = -0.2, w = 0.8;  v = 0.5·-0.2 - 0.01·2 = -0.12, w = 0.68
    optimiser.step(network, slope(2.0), rate=0.1)
    optimiser.step(network, slope(2.0), rate=0.01)
    assert network.layers[0].weights.item() == pytest.approx(0.68)


@pytest.mark.parametrize("nesterov", [False, True])
def test_a_step_writes_in_place_and_leaves_the_gradients_alone(nesterov):
    rng = np.random.default_rng(1)
    network = Network((6, 5, 4), rng=rng)
    arrays = [(layer.weights, layer.bias) for layer in network.layers]
    gradients = [
        Layer(rng.normal(size=w.shape).astype(w.dtype), rng.normal(size=b.shape).astype(b.dtype))
        for w, b in arrays
    ]
    kept = [layer.weights.copy() for layer in gradients]
    optimiser = SGD(network, nesterov=nesterov, weight_decay=0.1)
    optimiser.step(network, gradients, rate=0.1)
    for layer, (weights, bias) in zip(network.layers, arrays, strict=True):
        assert layer.weights is weights and layer.bias is bias
        assert weights.dtype == bias.dtype == np.float32
    for layer, before in zip(gradients, kept, strict=True):
        np.testing.assert_array_equal(layer.weights, before)


def test_gradients_of_another_network_are_refused():
    network = Network((6, 5, 4), rng=np.random.default_rng(1))
    with pytest.raises(ValueError):
        SGD(network).step(network, slope(1.0), rate=0.1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"momentum": 1.0}, r"momentum must lie in \[0, 1\), got 1.0"),
        ({"momentum": -0.1}, "momentum must lie in"),
        ({"momentum": float("nan")}, "momentum must lie in"),
        ({"weight_decay": -1.0}, "weight_decay must be at least 0, got -1.0"),
        ({"weight_decay": float("nan")}, "weight_decay must be at least 0"),
    ],
)
def test_settings_out_of_range_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        SGD(one_weight(), **options)


def test_a_constant_rate_is_constant():
    rate = constant(0.02)
    assert {rate(done) for done in (0.0, 0.3, 1.0)} == {0.02}


def test_one_cycle_ends_and_peak():
    rate = one_cycle(0.5, warm_up=0.25, start=0.1)
    assert rate(0.0) == pytest.approx(0.05)
    assert rate(0.25) == pytest.approx(0.5)
    assert rate(1.0) == pytest.approx(0.0, abs=1e-12)
    assert rate(1.5) == pytest.approx(0.0, abs=1e-12)
    # Half-way along a cosine is the mean of its ends.
    assert rate(0.125) == pytest.approx((0.05 + 0.5) / 2)
    assert rate(0.625) == pytest.approx(0.25)


def test_one_cycle_rises_to_its_peak_and_falls_without_a_jump():
    rates = np.array([one_cycle(0.1)(done) for done in np.linspace(0, 1, 1001)])
    peak = rates.argmax()
    assert rates.max() == pytest.approx(0.1)
    assert (np.diff(rates[: peak + 1]) > 0).all()
    assert (np.diff(rates[peak:]) < 0).all()
    assert np.abs(np.diff(rates)).max() < 0.001


def test_every_schedule_takes_the_highest_rate():
    for make in SCHEDULES.values():
        rates = [make(0.3)(done) for done in np.linspace(0, 1, 101)]
        assert max(rates) == pytest.approx(0.3)


def test_the_average_is_the_mean_at_first_and_forgets_in_time():
    network = one_weight(0.0)
    average = Average(network, decay=0.9)
    for step in range(1, 2 * Average.EVERY + 1):
        network.layers[0].weights[:] = step
        average.follow(network)
    # Samples are taken at steps 10 and 20, with decay 0.9^10 between them.
    kept = 0.9**10
    expected = (20 + kept * 10) / (1 + kept)
    assert average.network.layers[0].weights[0, 0] == pytest.approx(expected)
    assert network.layers[0].weights[0, 0] == 20


@pytest.mark.parametrize("decay", [-0.1, 1.0, float("nan")])
def test_a_decay_out_of_range_is_an_error(decay):
    with pytest.raises(ValueError, match=r"decay must lie in \[0, 1\)"):
        Average(one_weight(0.0), decay=decay)
