"""Forward passes over pictures of one size."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from core.detection.retinaface.network import RawDetections
from core.types.detectors import RetinaFaceConfig

_log = logging.getLogger(__name__)

GPU_PIXELS = 4_194_304
"""Pixels of a pass on a GPU: ten pictures of 640 x 640 px."""


class Passes:
    """A network that is always fed as many pictures of a size.

    torch picks other kernels, which round otherwise, for other numbers of pictures. On a processor a pass
    holds one picture, and on a GPU as many as `pixels` allows, the last one filled up with zeros; either
    way the result of a picture does not depend on the others that are examined with it.

    Parameters
    ----------
    network : nn.Module
        Gives RawDetections; moved to the device.
    config : RetinaFaceConfig
        How to feed it.
    device : torch.device
        Where to run.
    pixels : int, optional
        Pixels of a pass; halved, for good, whenever the memory does not suffice, and when it does not
        suffice for one picture, the network moves to the processor.
    """

    def __init__(
        self, network: nn.Module, config: RetinaFaceConfig, device: torch.device, pixels: int | None = None
    ) -> None:
        self.device = device
        self.pixels = pixels if pixels is not None else (0 if device.type == "cpu" else GPU_PIXELS)
        self._config = config
        self._ground = np.rint(config.mean).astype(np.uint8)
        self._network = network
        self._move(device)

    def run(self, pictures: Sequence[NDArray[np.uint8]], size: tuple[int, int]) -> Iterator[RawDetections]:
        """Run the network over pictures.

        Parameters
        ----------
        pictures : sequence of ndarray of uint8, shape (height, width, 3)
            RGB, no larger than `size`; filled up on the right and below with the mean of the configuration.
        size : tuple of int
            Height and width of the network's input in px.

        Yields
        ------
        RawDetections
            Of one picture, in order, without the dimension of the batch.
        """
        start = 0
        while start < len(pictures):
            count = max(1, self.pixels // (size[0] * size[1]))
            batch = pictures[start : start + count]
            try:
                raw = self._forward(batch, count, size)
            except torch.cuda.OutOfMemoryError:
                self._retreat(count)
                continue
            for number in range(len(batch)):
                yield RawDetections(*(values[number] for values in raw))
            start += len(batch)

    @torch.inference_mode()
    def _forward(
        self, batch: Sequence[NDArray[np.uint8]], count: int, size: tuple[int, int]
    ) -> RawDetections:
        in_order = slice(None, None, 1 if self._config.channel_order == "RGB" else -1)
        full = np.empty((count, *size, 3), np.uint8)
        for image, pixels in zip(full, batch, strict=False):
            height, width = pixels.shape[:2]
            image[:height, :width] = pixels[..., in_order]
            image[height:] = self._ground
            image[:height, width:] = self._ground
        full[len(batch) :] = 0
        # Whole rows, and means as long as they are: to broadcast three values takes four times as long.
        rows = torch.from_numpy(full).to(self.device).view(count * size[0], size[1] * 3).float()
        rows = rows.sub_(self._mean.repeat(size[1])).div_(self._std.repeat(size[1]))
        # Seen as (n, channels, rows, columns) these values already are channels_last: nothing is copied.
        result: RawDetections = self._network(rows.view(count, *size, 3).permute(0, 3, 1, 2))
        return result

    def _retreat(self, count: int) -> None:
        if count > 1:
            self.pixels //= 2
            _log.warning("The memory of the GPU does not suffice: passes of %d px.", self.pixels)
        elif self.device.type != "cpu":
            self.pixels = 0
            self._move(torch.device("cpu"))
            _log.warning("The memory of the GPU does not suffice: the detector runs on the processor.")
        else:
            raise MemoryError("the memory does not suffice for one picture")
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _move(self, device: torch.device) -> None:
        self.device = device
        # On a processor channels_last runs 1.3 to 2 times as many pictures a second.
        self._network = self._network.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._mean = torch.tensor(self._config.mean, device=device)
        self._std = torch.tensor(self._config.std, device=device)
