"""The network: what a pass yields, exact gradients, known losses, clear errors."""

import math

import numpy as np
import pytest

from inkling.network import Layer, Network, Trace, cross_entropy, one_hot

SIZES = [(5, 4), (6, 5, 4), (7, 6, 5, 3), (784, 3, 10)]


def make_network(sizes, activation="relu", *, seed=1):
    """A float64 network whose biases are off zero: a ReLU fed exactly 0 has no single slope."""
    rng = np.random.default_rng(seed)
    network = Network(sizes, rng=rng, activation=activation, dtype=np.float64)
    for layer in network.layers:
        layer.bias[:] = rng.uniform(0.05, 0.3, layer.bias.shape)
    return network


def make_targets(kind, count, classes, rng):
    labels = rng.integers(0, classes, count)
    return labels if kind == "labels" else rng.dirichlet(np.ones(classes), count)


def measured_slopes(values, loss, places, h=1e-5):
    """Central differences of `loss()` by `values` at the given flat places."""
    slopes = []
    for place in places:
        kept = values.flat[place]
        values.flat[place] = kept + h
        above = loss()
        values.flat[place] = kept - h
        below = loss()
        values.flat[place] = kept
        slopes.append((above - below) / (2 * h))
    return np.array(slopes)


@pytest.mark.parametrize("kind", ["labels", "probabilities"])
@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: "-".join(map(str, sizes)))
def test_backward_matches_central_differences(sizes, activation, kind):
    rng = np.random.default_rng(4)
    network = make_network(sizes, activation)
    images = rng.uniform(0, 1, (9, sizes[0]))
    targets = make_targets(kind, 9, sizes[-1], rng)
    gradients = network.backward(network.forward(images), targets)

    def loss():
        return cross_entropy(network.forward(images), targets)

    assert len(gradients) == len(network.layers)
    for layer, gradient in zip(network.layers, gradients, strict=True):
        for values, computed in ((layer.weights, gradient.weights), (layer.bias, gradient.bias)):
            assert computed.shape == values.shape
            places = rng.permutation(values.size)[:60]
            measured = measured_slopes(values, loss, places)
            error = np.linalg.norm(computed.flat[places] - measured)
            assert error <= 1e-6 * np.linalg.norm(measured)


def test_labels_and_their_one_hot_probabilities_are_the_same_targets():
    rng = np.random.default_rng(5)
    network = make_network((6, 5, 4))
    trace = network.forward(rng.uniform(0, 1, (8, 6)))
    labels = rng.integers(0, 4, 8)
    hot = np.eye(4)[labels]
    assert cross_entropy(trace, labels) == cross_entropy(trace, hot)
    for by_label, by_hot in zip(
        network.backward(trace, labels), network.backward(trace, hot), strict=True
    ):
        assert (by_label.weights == by_hot.weights).all()
        assert (by_label.bias == by_hot.bias).all()


def test_gradient_is_the_mean_over_the_batch():
    rng = np.random.default_rng(6)
    network = make_network((6, 5, 4))
    images, labels = rng.uniform(0, 1, (3, 6)), np.array([0, 3, 1])
    whole = network.backward(network.forward(images), labels)[0].weights
    single = [
        network.backward(network.forward(images[i : i + 1]), labels[i : i + 1])[0].weights
        for i in range(3)
    ]
    np.testing.assert_allclose(whole, np.mean(single, axis=0), rtol=1e-12)


def test_forward_of_a_network_worked_by_hand():
    network = Network.from_layers(
        [
            Layer(np.array([[1.0, -1.0], [2.0, 0.0]]), np.array([0.5, 0.25])),
            Layer(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.0, math.log(3)])),
        ]
    )
    trace = network.forward(np.array([[1.0, 0.5]]))
    # z0 = (1·1 + 0.5·2 + 0.5, 1·-1 + 0.5·0 + 0.25) = (2.5, -0.75); ReLU leaves (2.5, 0).
    np.testing.assert_array_equal(trace.sums[0], [[2.5, -0.75]])
    np.testing.assert_array_equal(trace.activations[1], [[2.5, 0.0]])
    # z1 = (2.5, ln 3); probs = (e^2.5, 3) / (e^2.5 + 3)
    np.testing.assert_allclose(trace.logits, [[2.5, math.log(3)]])
    total = math.exp(2.5) + 3
    np.testing.assert_allclose(trace.probs, [[math.exp(2.5) / total, 3 / total]])


def test_trace_holds_every_number_of_the_pass():
    network = Network((784, 64, 32, 10), rng=np.random.default_rng(1))
    images = np.random.default_rng(2).uniform(0, 1, (5, 784)).astype(np.float32)
    trace = network.forward(images)
    assert [z.shape for z in trace.sums] == [(5, 64), (5, 32), (5, 10)]
    assert [a.shape for a in trace.activations] == [(5, 784), (5, 64), (5, 32)]
    assert trace.probs.shape == (5, 10)
    assert trace.logits is trace.sums[-1]
    np.testing.assert_array_equal(trace.activations[0], images)
    np.testing.assert_array_equal(trace.activations[1], np.maximum(trace.sums[0], 0))
    np.testing.assert_allclose(trace.probs.sum(axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_dtype_throughout(dtype):
    network = Network((6, 5, 4), rng=np.random.default_rng(1), dtype=dtype)
    trace = network.forward(np.ones((3, 6), np.float64))
    gradients = network.backward(trace, np.array([0, 1, 2]))
    everything = [*trace.sums, *trace.activations, trace.probs]
    everything += [part for layer in gradients for part in (layer.weights, layer.bias)]
    assert {part.dtype for part in everything} == {network.dtype} == {np.dtype(dtype)}


def test_forward_and_backward_change_nothing():
    network = make_network((6, 5, 4))
    before = network.copy()
    images = np.random.default_rng(3).uniform(0, 1, (4, 6))
    kept = images.copy()
    trace = network.forward(images)
    probs = trace.probs.copy()
    network.backward(trace, np.array([0, 1, 2, 3]))
    np.testing.assert_array_equal(images, kept)
    np.testing.assert_array_equal(trace.probs, probs)
    for layer, old in zip(network.layers, before.layers, strict=True):
        np.testing.assert_array_equal(layer.weights, old.weights)
        np.testing.assert_array_equal(layer.bias, old.bias)


def test_fresh_networks_follow_the_generator_and_start_without_bias():
    first, again, other = (
        Network((6, 5, 4), rng=np.random.default_rng(seed)).layers for seed in (1, 1, 2)
    )
    for a, b, c in zip(first, again, other, strict=True):
        assert (a.weights == b.weights).all()
        assert not (a.weights == c.weights).any()
        assert not a.bias.any()


def test_the_default_network_has_the_stated_number_of_weights():
    network = Network((784, 64, 10), rng=np.random.default_rng(1))
    assert network.sizes == (784, 64, 10)
    assert sum(layer.weights.size + layer.bias.size for layer in network.layers) == 50_890


def test_a_copy_shares_no_numbers():
    network = make_network((6, 5, 4), "tanh")
    copy = network.copy()
    copy.layers[0].weights[:] = 0
    copy.layers[0].bias[:] = 0
    assert copy.activation is network.activation
    assert network.layers[0].weights.all() and network.layers[0].bias.all()


def logits_only(logits):
    logits = np.asarray(logits)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return Trace((logits,), (), powers / powers.sum(axis=1, keepdims=True))


def test_cross_entropy_of_known_probabilities():
    trace = logits_only(np.log([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]]))
    # -ln 0.25 and -ln 0.8, averaged
    expected = (math.log(4) + math.log(1.25)) / 2
    assert cross_entropy(trace, np.array([1, 2])) == pytest.approx(expected)


def test_cross_entropy_of_soft_targets():
    trace = logits_only(np.log([[0.5, 0.25, 0.25]]))
    # -(0.5 ln 0.5 + 0.5 ln 0.25) = 1.5 ln 2
    soft = np.array([[0.5, 0.5, 0.0]])
    assert cross_entropy(trace, soft) == pytest.approx(1.5 * math.log(2))


def test_cross_entropy_of_guessing_is_the_logarithm_of_the_classes():
    assert cross_entropy(logits_only(np.zeros((7, 10))), np.arange(7)) == pytest.approx(
        math.log(10)
    )


def test_cross_entropy_is_finite_where_a_probability_rounds_to_zero():
    trace = logits_only(np.array([[2000.0, 0.0]], np.float32))
    assert trace.probs[0, 1] == 0
    assert cross_entropy(trace, np.array([1])) == pytest.approx(2000)


def test_one_hot_rows():
    rows = one_hot(np.array([2, 0], np.uint8), np.empty((2, 3), np.float32))
    np.testing.assert_array_equal(rows, [[0, 0, 1], [1, 0, 0]])
    assert rows.dtype == np.float32


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (np.array([0, 1]), r"\(3,\) integer labels or \(3, 4\) probabilities, got \(2,\)"),
        (np.array([0.0, 1.0, 2.0]), "got .* float64"),
        (np.array([0, 1, 4]), r"labels must lie in 0\.\.3, got 0\.\.4"),
        (np.array([-1, 1, 3]), r"labels must lie in 0\.\.3, got -1\.\.3"),
        (np.zeros((3, 5)), r"got \(3, 5\)"),
    ],
)
def test_wrong_targets_are_named(targets, message):
    network = make_network((6, 5, 4))
    trace = network.forward(np.zeros((3, 6)))
    with pytest.raises(ValueError, match=message):
        network.backward(trace, targets)
    with pytest.raises(ValueError, match=message):
        cross_entropy(trace, targets)


@pytest.mark.parametrize("shape", [(28, 28), (784,), (2, 783), (1, 28, 28)])
def test_wrong_images_are_named(shape):
    network = Network((784, 64, 10), rng=np.random.default_rng(1))
    with pytest.raises(ValueError, match=r"images must have shape \(n, 784\), got \("):
        network.forward(np.zeros(shape, np.float32))


@pytest.mark.parametrize(
    ("sizes", "options", "message"),
    [
        ((784,), {}, r"sizes must be at least two numbers of at least 1, got \[784\]"),
        ((784, 0, 10), {}, "sizes must be"),
        ((4, 2), {"activation": "step"}, "activation must be one of .* got 'step'"),
        ((4, 2), {"initialiser": "ones"}, "initialiser must be one of .* got 'ones'"),
    ],
)
def test_impossible_networks_are_named(sizes, options, message):
    with pytest.raises(ValueError, match=message):
        Network(sizes, rng=np.random.default_rng(1), **options)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], "at least one layer"),
        ([Layer(np.zeros((4, 3)), np.zeros(2))], r"layer 0 must have weights \(4, 2\)"),
        (
            [Layer(np.zeros((4, 3)), np.zeros(3)), Layer(np.zeros((2, 5)), np.zeros(5))],
            r"layer 1 must have weights \(3, 5\) and a flat bias, got \(2, 5\) and \(5,\)",
        ),
        ([Layer(np.zeros((4, 3)), np.zeros((1, 3)))], "flat bias"),
    ],
)
def test_layers_that_do_not_fit_together_are_named(layers, message):
    with pytest.raises(ValueError, match=message):
        Network.from_layers(layers)
