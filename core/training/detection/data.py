"""The faces and backgrounds of a recipe, divided into those to learn from and those to measure on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import UsageError
from core.evaluation.protocols.mosaic_data import read_list
from core.imaging.mosaics.sources import MosaicSources, read_backgrounds, read_frames
from core.settings import ImagingSettings
from core.training.detection.recipe import DetectionDataRecipe
from core.training.labelled_faces import split_of


def load_sources(
    recipe: DetectionDataRecipe,
    uncertain: Callable[[str, NDArray[np.uint8]], NDArray[np.float32]],
    limits: ImagingSettings,
) -> tuple[MosaicSources, MosaicSources]:
    """Read the pictures of a recipe.

    Parameters
    ----------
    recipe : DetectionDataRecipe
        Where they are, and how they are divided.
    uncertain : callable
        From name and pixels of a background that may show people to the boxes (n, 4) that may be faces.
    limits : ImagingSettings
        Limits for the decoder.

    Returns
    -------
    train, validation : MosaicSources
        No person and no background is in both.

    Raises
    ------
    UsageError
        If the data are not there, or leave a part empty.
    """
    root, backgrounds = Path(recipe.root), Path(recipe.backgrounds)
    listed = read_list(Path(recipe.backgrounds_with_people)) if recipe.backgrounds_with_people else None

    def places(name: str, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return uncertain(name, pixels) if listed is None or name in listed else np.zeros((0, 4), np.float32)

    for path in (root, backgrounds):
        if not path.is_dir():
            raise UsageError(f"The training data {path} are not there.")

    def sources(people: tuple[int, ...], pictures: tuple[int, ...]) -> MosaicSources:
        return MosaicSources(
            read_frames(root, lambda name: split_of(name) in people, recipe.certain_confidence),
            read_backgrounds(backgrounds, lambda name: split_of(name) in pictures, places, limits),
        )

    return (
        sources(recipe.train, recipe.train_backgrounds),
        sources(recipe.validation, recipe.validation_backgrounds),
    )
