"""Calibration: the scale that is put in, and an error worked by hand."""

import numpy as np
import pytest

from inkling.calibration import calibrate, calibration_error
from inkling.network import Layer, Network


def chance(count=4000, *, boast):
    """A network whose logits are `boast` times what would be honest, with inputs and labels."""
    rng = np.random.default_rng(5)
    logits = rng.normal(0, 2, (count, 10))
    powers = np.exp(logits)
    shares = (powers / powers.sum(axis=1, keepdims=True)).cumsum(axis=1)
    labels = (rng.random((count, 1)) > shares).sum(axis=1).clip(0, 9)
    layer = Layer(np.eye(10) * boast, np.zeros(10))
    return Network.from_layers([layer]), logits, labels


@pytest.mark.parametrize("boast", [0.4, 1.0, 3.0])
def test_boasting_and_modest_networks_become_honest(boast):
    network, inputs, labels = chance(boast=boast)
    honest = calibrate(network, inputs, labels)
    np.testing.assert_allclose(honest.layers[0].weights, np.eye(10), atol=0.08)
    before, after = (
        calibration_error(probs.max(axis=1), probs.argmax(axis=1) == labels)
        for probs in (network.forward(inputs).probs, honest.forward(inputs).probs)
    )
    assert after < 0.03
    assert boast == 1.0 or before > 0.1


def test_calibrating_changes_no_answer_and_not_the_network_itself():
    network, inputs, labels = chance(boast=3.0)
    honest = calibrate(network, inputs, labels)
    assert network.layers[0].weights[0, 0] == 3.0
    np.testing.assert_array_equal(
        network.forward(inputs).probs.argmax(axis=1), honest.forward(inputs).probs.argmax(axis=1)
    )


def test_the_calibration_error_of_four_answers():
    # Bin of 0.9: two answers, one right: |0.5 - 0.9| · 2. Bin of 0.6: two, both right: 0.4 · 2.
    confidences = np.array([0.9, 0.9, 0.6, 0.6])
    right = np.array([True, False, True, True])
    assert calibration_error(confidences, right, bins=10) == pytest.approx((0.8 + 0.8) / 4)


def test_full_confidence_lies_in_the_last_bin():
    assert calibration_error(np.array([1.0]), np.array([True])) == 0
