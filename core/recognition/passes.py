"""Forward passes of one fixed size."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from core.recognition.features import Backbone
from core.types import Preprocessing

_log = logging.getLogger(__name__)

Raw = NDArray[np.float32]
FeatureMaps = NDArray[np.float32]


class FixedPasses:
    """A backbone that is always fed the same number of crops.

    torch picks other kernels, which round otherwise, for other batch sizes. Every pass therefore holds
    exactly `batch_size` crops, the last one filled up with zeros, and on one device the result of a crop
    depends to the bit neither on the other crops nor on their number or order.

    Parameters
    ----------
    backbone : Backbone
        Moved to the device.
    preprocessing : Preprocessing
        From its card.
    device : torch.device
        Where to run.
    batch_size : int
        Crops per pass; halved, for good, whenever the memory of a GPU does not suffice.
    """

    def __init__(
        self, backbone: Backbone, preprocessing: Preprocessing, device: torch.device, batch_size: int
    ) -> None:
        self.device = device
        self.batch_size = batch_size
        self._preprocessing = preprocessing
        # On a processor channels_last runs 1.3 to 2 times as many crops a second.
        self._backbone = backbone.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def run(self, crops: NDArray[np.uint8]) -> Iterator[tuple[Raw, FeatureMaps]]:
        """Run the network over crops.

        Parameters
        ----------
        crops : ndarray of uint8, shape (n, size, size, 3)
            RGB.

        Yields
        ------
        tuple of ndarray
            Pass by pass, in order: raw embeddings (m, dim) and last feature maps
            (m, channels, rows, columns).
        """
        start = 0
        while start < len(crops):
            batch = crops[start : start + self.batch_size]
            try:
                result = self._forward(batch)
            except torch.cuda.OutOfMemoryError:
                if self.batch_size == 1:
                    raise
                self.batch_size = (self.batch_size + 1) // 2
                torch.cuda.empty_cache()
                _log.warning("The memory of the GPU does not suffice: %d crops per pass.", self.batch_size)
                continue
            yield result
            start += len(batch)

    @torch.inference_mode()
    def _forward(self, batch: NDArray[np.uint8]) -> tuple[Raw, FeatureMaps]:
        how = self._preprocessing
        full = np.zeros((self.batch_size, *batch.shape[1:]), np.uint8)
        full[: len(batch)] = batch if how.channel_order == "RGB" else batch[..., ::-1]
        # Seen as (n, channels, rows, columns) these bytes already are channels_last: nothing is copied.
        pixels = torch.from_numpy(full).to(self.device).permute(0, 3, 1, 2)
        features = self._backbone((pixels.float() - how.mean) / how.std)
        n = len(batch)
        return features.embedding[:n].cpu().numpy(), features.feature_map[:n].cpu().numpy()


def choose_device(wanted: str) -> torch.device:
    """Find the device to run on.

    Parameters
    ----------
    wanted : str
        "auto", "cpu" or "cuda".

    Returns
    -------
    torch.device
        What was wanted, or the processor when it is not there, which is logged.
    """
    available = torch.cuda.is_available()
    if wanted == "cpu" or not available:
        if wanted not in ("cpu", "auto"):
            _log.warning("The device %r is not available: the network runs on the processor.", wanted)
        return torch.device("cpu")
    # TF32 keeps 10 bits of each factor: too few for similarities that are ranked.
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.deterministic = True
    return torch.device("cuda")
