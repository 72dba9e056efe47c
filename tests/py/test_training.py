"""An epoch of mini-batches, and how a network is scored."""

import math

import numpy as np
import pytest

from inkling.network import Layer, Network, cross_entropy
from inkling.optim import SGD, constant
from inkling.training import count_correct, evaluate, minibatches, train_epoch


def make_task(count=103, *, seed=1):
    """Images of ten values whose largest one is the label, and labels."""
    rng = np.random.default_rng(seed)
    images = rng.uniform(0, 0.6, (count, 10)).astype(np.float32)
    labels = rng.integers(0, 10, count)
    images[np.arange(count), labels] = 1
    return images, labels


def make_run(*, seed=1):
    network = Network((10, 16, 10), rng=np.random.default_rng(seed))
    return network, SGD(network, momentum=0.9, nesterov=True)


def epoch_of(network, optimiser, images, labels, **options):
    defaults = {
        "batch_size": 10,
        "schedule": constant(0.1),
        "epoch": 0,
        "epochs": 1,
        "rng": np.random.default_rng(2),
    }
    return train_epoch(network, optimiser, images, labels, **{**defaults, **options})


@pytest.mark.parametrize(("count", "size"), [(10, 3), (12, 4), (1, 5), (7, 7), (0, 3)])
def test_minibatches_are_a_permutation_in_parts(count, size):
    batches = list(minibatches(count, size, np.random.default_rng(1)))
    assert sorted(np.concatenate([*batches, []])) == list(range(count))
    assert all(len(batch) == size for batch in batches[:-1])
    assert all(1 <= len(batch) <= size for batch in batches)


def test_minibatches_are_shuffled_anew_by_the_generator():
    rng = np.random.default_rng(1)
    first, second = (np.concatenate(list(minibatches(100, 10, rng))) for _ in range(2))
    again = np.concatenate(list(minibatches(100, 10, np.random.default_rng(1))))
    assert (first == again).all()
    assert not (first == second).all()
    assert not (first == np.arange(100)).all()


@pytest.mark.parametrize("size", [0, -1])
def test_a_batch_needs_an_image(size):
    with pytest.raises(ValueError, match=f"batch size must be at least 1, got {size}"):
        next(minibatches(10, size, np.random.default_rng(1)))


def test_an_epoch_shows_every_image_once():
    images, labels = make_task()
    images[:, 0] = np.arange(len(images)) / len(images)  # tells the images apart
    shown = []

    def note(batch, labels, _rng):
        shown.extend(batch[:, 0])
        return batch, labels

    steps = list(epoch_of(*make_run(), images, labels, augment=note))
    assert sorted(shown) == sorted(images[:, 0])
    assert [step.count for step in steps] == [10] * 10 + [3]
    assert all(0 <= step.correct <= step.count for step in steps)


def test_a_step_reports_what_the_network_knew_before_it():
    images, labels = make_task(10)
    network, optimiser = make_run()
    before = network.copy().forward(images)
    step = next(epoch_of(network, optimiser, images, labels))
    assert step.loss == pytest.approx(cross_entropy(before, labels), rel=1e-6)
    assert step.correct == (before.probs.argmax(axis=1) == labels).sum()


def test_a_step_is_the_optimisers_step_along_the_networks_gradient():
    images, labels = make_task(10)
    network, optimiser = make_run()
    twin, twin_optimiser = make_run()
    next(epoch_of(network, optimiser, images, labels, schedule=constant(0.03)))
    gradients = twin.backward(twin.forward(images), labels)
    twin_optimiser.step(twin, gradients, rate=0.03)
    for layer, expected in zip(network.layers, twin.layers, strict=True):
        # The batch is the same in another order, so sums differ in their last digits.
        np.testing.assert_allclose(layer.weights, expected.weights, atol=1e-6)


def test_it_learns_from_labels_and_from_probabilities():
    images, labels = make_task(400)
    for targets in (labels, np.eye(10, dtype=np.float32)[labels]):
        network, optimiser = make_run()
        rng = np.random.default_rng(3)
        for epoch in range(15):
            list(epoch_of(network, optimiser, images, targets, epoch=epoch, epochs=15, rng=rng))
        score = evaluate(network, *make_task(200, seed=9))
        assert score.accuracy > 0.95
        assert score.loss < 0.3


def test_the_schedule_hears_the_share_of_all_epochs_that_is_done():
    images, labels = make_task(100)
    heard = []

    def schedule(done):
        heard.append(done)
        return 0.1

    for epoch in range(2):
        list(epoch_of(*make_run(), images, labels, schedule=schedule, epoch=epoch, epochs=2))
    np.testing.assert_allclose(heard, np.arange(20) / 20)


def test_stopping_between_two_steps_leaves_a_whole_network():
    images, labels = make_task()
    network, optimiser = make_run()
    steps = epoch_of(network, optimiser, images, labels)
    next(steps)
    steps.close()
    stopped = network.copy()
    twin, twin_optimiser = make_run()
    next(epoch_of(twin, twin_optimiser, images, labels))
    for layer, expected in zip(stopped.layers, twin.layers, strict=True):
        assert (layer.weights == expected.weights).all()


def test_augmenting_changes_what_is_learnt_and_not_the_images():
    images, labels = make_task()
    kept = images.copy()
    network, optimiser = make_run()
    plain, plain_optimiser = make_run()
    list(
        epoch_of(
            network,
            optimiser,
            images,
            labels,
            augment=lambda batch, labels, rng: (batch * 0.5, labels),
        )
    )
    list(epoch_of(plain, plain_optimiser, images, labels))
    np.testing.assert_array_equal(images, kept)
    assert not (network.layers[0].weights == plain.layers[0].weights).all()


def copycat():
    """A network that answers with the place of its largest input."""
    return Network.from_layers([Layer(np.eye(10, dtype=np.float32) * 4, np.zeros(10, np.float32))])


def test_score_of_known_answers():
    answers, labels = np.array([0, 1, 1, 7, 7, 9]), np.array([0, 1, 2, 7, 7, 0])
    score = evaluate(copycat(), np.eye(10, dtype=np.float32)[answers], labels)
    expected = np.zeros((10, 10), int)
    for label, answer in zip(labels, answers, strict=True):
        expected[label, answer] += 1
    np.testing.assert_array_equal(score.confusion, expected)
    assert score.accuracy == pytest.approx(4 / 6)
    # Logits are 4 at the answer and 0 elsewhere: Z = e^4 + 9.
    total = math.log(math.exp(4) + 9)
    assert score.loss == pytest.approx((4 * (total - 4) + 2 * total) / 6, rel=1e-6)


@pytest.mark.parametrize("chunk", [1, 7, 103, 1000])
def test_a_score_does_not_depend_on_the_chunks(chunk):
    network, _ = make_run()
    images, labels = make_task()
    whole, parts = evaluate(network, images, labels), evaluate(network, images, labels, chunk=chunk)
    assert parts.accuracy == whole.accuracy
    assert parts.loss == pytest.approx(whole.loss, rel=1e-6)
    np.testing.assert_array_equal(parts.confusion, whole.confusion)


@pytest.mark.parametrize("labels", [np.arange(2), np.zeros((3, 10))])
def test_images_without_a_label_each_cannot_be_scored(labels):
    with pytest.raises(ValueError, match="expected n >= 1 images and n labels, got 3"):
        evaluate(copycat(), np.zeros((3, 10), np.float32), labels)


def test_no_images_cannot_be_scored():
    with pytest.raises(ValueError, match="expected n >= 1 images"):
        evaluate(copycat(), np.zeros((0, 10), np.float32), np.zeros(0, int))


def test_correct_answers_are_counted_against_labels_and_probabilities():
    probs = np.array([[0.7, 0.2, 0.1], [0.1, 0.5, 0.4], [0.3, 0.3, 0.4]])
    assert count_correct(probs, np.array([0, 2, 2])) == 2
    assert count_correct(probs, np.array([[1, 0, 0], [0, 0.9, 0.1], [0.6, 0, 0.4]])) == 2
