"""Attention maps as pictures."""

from __future__ import annotations

import numpy as np
import pytest

from core.imaging.overlay import NEGATIVE_COLOUR, POSITIVE_COLOUR, attention_overlay, attention_rgba


def test_the_scale_is_symmetric_about_zero() -> None:
    shares = np.random.default_rng(0).normal(size=(7, 7)).astype(np.float32)
    layer, mirrored = attention_rgba(shares, 112), attention_rgba(-shares, 112)
    np.testing.assert_array_equal(layer[..., 3], mirrored[..., 3])
    strong = layer[..., 3] > 0
    assert (layer[strong][:, :3] != mirrored[strong][:, :3]).any(axis=1).all()


def test_the_largest_share_is_opaque_and_has_the_colour_of_its_sign() -> None:
    shares = np.zeros((7, 7), np.float32)
    shares[1, 5], shares[5, 1] = 0.8, -0.8
    layer = attention_rgba(shares, 112)
    # The centre of region (row, column) lies at px 16 * index + 7.5 of 112.
    assert tuple(layer[23, 87, :3]) == POSITIVE_COLOUR
    assert tuple(layer[87, 23, :3]) == NEGATIVE_COLOUR
    assert layer[23, 87, 3] > 230
    assert layer[55, 55, 3] == 0


@pytest.mark.parametrize("shares", [np.zeros((7, 7), np.float32), np.zeros((1, 1), np.float32)])
def test_no_shares_leave_the_grey_picture(shares: np.ndarray) -> None:
    crop = np.random.default_rng(1).integers(0, 256, (112, 112, 3)).astype(np.uint8)
    overlay = attention_overlay(crop, shares)
    assert (overlay == overlay[..., :1]).all()
    assert np.abs(overlay[..., 0] - crop @ (0.299, 0.587, 0.114)).max() <= 0.5 + 1e-9


def test_opacity_goes_from_the_grey_picture_to_the_colour() -> None:
    crop = np.full((112, 112, 3), 200, np.uint8)
    shares = np.ones((7, 7), np.float32)
    np.testing.assert_array_equal(attention_overlay(crop, shares, 0.0), crop)
    assert tuple(attention_overlay(crop, shares, 1.0)[50, 50]) == POSITIVE_COLOUR
    half = attention_overlay(crop, shares, 0.5)[50, 50]
    np.testing.assert_allclose(half, (200 + np.array(POSITIVE_COLOUR)) / 2, atol=0.5)
