"""Distortion: images stay images, and go no further than asked."""

import numpy as np
import pytest

from inkling.distort import Distorter, Strength
from inkling.preprocess import centre_of_mass, prepare_all, slant
from tests.made_up import draw_digits

STILL = Strength(turn=0, scale=0, shear=0, shift=0, bend=0, width=0)


@pytest.fixture(scope="module")
def images():
    return prepare_all(draw_digits(100, seed=1)[0])


def distort(images, strength=None, *, seed=1):
    rng = np.random.default_rng(seed)
    return Distorter(rng=rng, strength=strength, bank=50)(images, rng)


def test_images_stay_images_of_about_as_much_ink(images):
    kept = images.copy()
    distorted = distort(images)
    assert distorted.shape == images.shape
    assert distorted.dtype == np.float32
    assert distorted.min() >= 0 and distorted.max() <= 1
    assert distorted.sum() == pytest.approx(images.sum(), rel=0.35)
    np.testing.assert_array_equal(images, kept)


def test_no_strength_is_no_distortion(images):
    np.testing.assert_allclose(distort(images, STILL), images, atol=2e-3)


def test_one_seed_distorts_alike_and_another_otherwise(images):
    np.testing.assert_array_equal(distort(images), distort(images))
    assert np.abs(distort(images) - distort(images, seed=2)).mean() > 0.01


@pytest.mark.parametrize(
    ("kind", "measure"),
    [
        ("shift", lambda image: centre_of_mass(image)[0]),
        ("shear", slant),
        ("turn", slant),
        ("width", np.sum),
        ("scale", np.sum),
    ],
)
def test_each_kind_changes_what_it_should(images, kind, measure):
    only = Strength(**{**vars(STILL), kind: getattr(Strength(), kind)})
    before, after = (
        [measure(image.reshape(28, 28)) for image in stack]
        for stack in (images, distort(images, only))
    )
    assert np.std(np.subtract(after, before)) > 0.005 * max(1, np.abs(before).max())


def test_twice_the_strength_is_twice_as_far_but_no_share_above_one():
    twice = Strength().times(2)
    assert twice.turn == 2 * Strength().turn
    assert twice.width == 1.0


def test_a_single_image_can_be_distorted(images):
    assert distort(images[:1]).shape == (1, 784)
