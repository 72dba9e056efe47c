"""What runs learn from: who is learnt from and who is not, and how drawings are made."""

from dataclasses import replace

import numpy as np
import pytest

from data import load_mnist
from inkling.preprocess import prepare_all
from pen_digits import PenDigits
from recipes import (
    PRESETS,
    TEST_WRITERS,
    VALIDATION_WRITERS,
    Settings,
    draw_pen_digits,
    gather,
    generate,
    unseen_pen_digits,
    vary,
)

SLASH = np.array([[300.0, 100.0], [200.0, 300.0]])
LITTLE = Settings(pen_copies=2, generated=7, mnist_copies=2)


def write(*writers):
    """A slash by each writer, all labelled 1."""
    count = len(writers)
    return PenDigits(
        [[SLASH.copy()] for _ in writers],
        np.ones(count, np.uint8),
        np.array(writers, np.uint8),
        sha256="",
    )


@pytest.fixture(scope="module")
def mnist(digits_folder):
    return load_mnist(digits_folder)


def test_the_writers_of_the_splits_are_not_the_same():
    assert not set(VALIDATION_WRITERS) & set(TEST_WRITERS)
    assert set(VALIDATION_WRITERS) | set(TEST_WRITERS) <= set(range(1, 31))


def test_nobody_who_validates_or_tests_is_learnt_from(mnist):
    everybody = write(*range(1, 31))
    training, validation = gather(LITTLE, mnist, everybody)
    learnt = 30 - len(VALIDATION_WRITERS) - len(TEST_WRITERS)
    # 600 training images, of which a sixth validates.
    assert len(training.images) == 2 * 500 + 2 * learnt + 7
    assert len(validation["mnist"].images) == 100
    assert len(validation["pen"].images) == 3 * len(VALIDATION_WRITERS)
    assert len(unseen_pen_digits(everybody).images) == len(TEST_WRITERS)
    only_unseen = write(*VALIDATION_WRITERS, *TEST_WRITERS, 1)
    assert len(gather(LITTLE, mnist, only_unseen)[0].images) == 2 * 500 + 2 * 1 + 7


def test_the_last_images_validate_and_keep_their_labels(mnist):
    training, validation = gather(replace(LITTLE, generated=0), mnist, None)
    assert len(training.images) == 1000
    np.testing.assert_array_equal(training.labels[:500], mnist.train_labels[:500])
    np.testing.assert_array_equal(validation["mnist"].labels, mnist.train_labels[500:])
    expected = prepare_all(mnist.train_images[500:510]) * 255
    np.testing.assert_allclose(validation["mnist"].images[:10], expected, atol=0.51)
    assert list(validation) == ["mnist"]


def test_the_same_arguments_give_the_same_material(mnist):
    first, second = (gather(LITTLE, mnist, write(1, 2, 25))[0] for _ in range(2))
    np.testing.assert_array_equal(first.images, second.images)
    np.testing.assert_array_equal(first.labels, second.labels)


def test_copies_of_a_pen_digit_are_drawn_differently():
    drawn = draw_pen_digits(write(1), 5, seed=3)
    assert drawn.images.shape == (5, 784)
    assert drawn.labels.tolist() == [1] * 5
    assert len(np.unique(drawn.images, axis=0)) == 5


def test_strokes_keep_their_shape_unless_they_are_to_vary():
    rng = np.random.default_rng(1)
    still = vary([SLASH, SLASH + 50], rng=rng, loose=0)
    # The two slashes are 250 high together; everything is measured by that.
    np.testing.assert_allclose(np.diff(still[0], axis=0), np.diff(SLASH, axis=0) / 250)
    assert [len(stroke) for stroke in still] == [2, 2]
    loose = vary([SLASH, SLASH + 50], rng=rng, loose=1)
    assert not np.allclose(loose[0], still[0])


def test_made_up_digits_have_every_label():
    made = generate(300)
    assert made.images.shape == (300, 784)
    assert set(made.labels) == set(range(10))


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_stored(name):
    assert PRESETS[name].storage in ("float32", "float16")
    assert PRESETS[name].hidden
