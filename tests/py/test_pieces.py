"""Connected pieces of a picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from inkling.pieces import find_pieces

masks = arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12))


def drawn(*rows):
    return np.array([[mark == "#" for mark in row] for row in rows])


def flooded(mask):
    """The same numbering, pixel by pixel."""
    labels = np.zeros(mask.shape, np.int32)
    for seed in zip(*np.nonzero(mask), strict=True):
        number, waiting = labels.max() + 1, [seed]
        while waiting:
            row, column = waiting.pop()
            inside = 0 <= row < mask.shape[0] and 0 <= column < mask.shape[1]
            if inside and mask[row, column] and (labels[row, column] == 0):
                labels[row, column] = number
                waiting += [(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    return labels


@given(masks)
def test_pieces_are_those_a_flood_finds(mask):
    assert np.array_equal(find_pieces(mask).labels, flooded(mask))


@given(masks, st.data())
def test_boxes_and_areas_are_those_of_the_labels(mask, data):
    labels, boxes, areas = find_pieces(mask)
    assert len(boxes) == len(areas) == labels.max()
    if len(areas):
        number = data.draw(st.integers(1, len(areas)))
        rows, columns = np.nonzero(labels == number)
        box = [rows.min(), columns.min(), rows.max() + 1, columns.max() + 1]
        assert boxes[number - 1].tolist() == box
        assert areas[number - 1] == len(rows)


def test_corners_join_and_a_gap_parts():
    assert find_pieces(drawn("#..", ".#.", "..#")).areas.tolist() == [3]
    assert find_pieces(drawn("#.#", "#.#")).areas.tolist() == [2, 2]


def test_the_end_of_a_row_does_not_touch_the_start_of_the_next():
    assert find_pieces(drawn("...#", "....", "#...")).areas.tolist() == [1, 1]
    assert find_pieces(drawn("..##", "##..")).areas.tolist() == [4]
    assert find_pieces(drawn("...#", "#...")).areas.tolist() == [1, 1]


def test_a_long_way_round_is_one_piece():
    snake = np.zeros((201, 101), bool)
    snake[::2] = True
    snake[1::4, -1] = True
    snake[3::4, 0] = True
    labels, boxes, areas = find_pieces(snake)
    assert boxes.tolist() == [[0, 0, 201, 101]]
    assert areas.tolist() == [snake.sum()]
    assert labels.dtype == np.int32


def test_nothing_has_no_pieces():
    labels, boxes, areas = find_pieces(np.zeros((3, 4), bool))
    assert not labels.any()
    assert boxes.shape == (0, 4) and areas.shape == (0,)


@pytest.mark.parametrize(
    "mask", [np.zeros((2, 2)), np.zeros(4, bool), np.zeros((0, 3), bool)], ids=str
)
def test_only_pictures_of_booleans_have_pieces(mask):
    with pytest.raises(ValueError, match="picture of booleans"):
        find_pieces(mask)
