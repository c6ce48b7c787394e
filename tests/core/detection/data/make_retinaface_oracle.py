"""Make retinaface_oracle.npz, beside this file, with the packages that published the weights.

They do not belong to this project's environment. In a scratch one, with torch and numpy:

    pip install --no-deps retinaface-pytorch==0.0.8 facexlib==0.3.0 torchvision
    python make_retinaface_oracle.py

retinaface-pytorch is ternaus/retinaface, facexlib carries the network and the detection of
biubug6/Pytorch_Retinaface; both take ResNet-50 from torchvision. Stood in for are albumentations, which the
first needs for resizing and normalising (the picture already has the wanted size), and the compiled part of
torchvision, whose wheel for CUDA does not load beside a torch for processors: of it only nms is used, and
here written out. The answers of the first are rounded to six decimals.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import torch

SEED = 20200720
MIN_CONFIDENCE = 0.55
NMS_IOU = 0.4
SIZE = (128, 160)


def weights(shapes: dict[str, tuple[int, ...]], seed: int, input_scale: float) -> dict[str, np.ndarray]:
    """Draw weights and statistics of batch normalisation, in order of name, with activations of about 1."""
    rng = np.random.default_rng(seed)
    drawn = {}
    for name, shape in sorted(shapes.items()):
        if name.endswith("num_batches_tracked"):
            value = np.zeros(shape, np.int64)
        elif name.endswith("running_var"):
            value = rng.uniform(0.5, 1.5, shape).astype(np.float32)
        elif len(shape) == 4:
            spread = np.sqrt(2 / np.prod(shape[1:])) / (input_scale if shape[1] == 3 else 1)
            spread *= 0.1 if "Head" in name else 1
            value = rng.standard_normal(shape, np.float32) * np.float32(spread)
        elif name.endswith("weight"):
            value = rng.uniform(0.5, 1.5, shape).astype(np.float32)
        else:
            value = rng.standard_normal(shape, np.float32) * np.float32(0.1)
        drawn[name] = value * np.float32(0.2) if name.endswith("bn3.weight") else value
    return drawn


def picture(seed: int) -> np.ndarray:
    """Draw a picture of coloured noise, uint8 RGB."""
    coarse = np.random.default_rng(seed).integers(0, 256, (SIZE[0] // 8, SIZE[1] // 8, 3)).astype(np.uint8)
    return coarse.repeat(8, axis=0).repeat(8, axis=1)


def main() -> None:
    """Write the file."""
    stand_in: Any = ModuleType("albumentations")
    stand_in.LongestMaxSize = lambda **_: None
    stand_in.Normalize = lambda **_: None
    mean, std = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    stand_in.Compose = lambda _: lambda image: {"image": ((image / 255 - mean) / std).astype(np.float32)}
    stand_in.BasicTransform = stand_in.DualTransform = object
    sys.modules["albumentations"] = stand_in
    for name in ("albumentations.core", "albumentations.core.serialization"):
        sys.modules[name] = ModuleType(name)
    sys.modules["albumentations.core.serialization"].from_dict = SimpleNamespace  # type: ignore[attr-defined]

    torch.library.register_fake = lambda *_, **__: lambda function: function  # type: ignore[assignment]
    import facexlib.detection.retinaface as of_biubug6
    import retinaface.predict_single as of_ternaus
    import torchvision

    frozen: dict[str, np.ndarray] = {}
    image = picture(SEED)
    of_ternaus.ROUNDING_DIGITS = 6
    of_ternaus.nms = torchvision.ops.nms = nms
    model = of_ternaus.Model(max_size=max(SIZE))
    fill(model.model, SEED, 1.0)
    model.eval()
    faces = model.predict_jsons(image, MIN_CONFIDENCE, NMS_IOU)
    frozen["ternaus_resnet50"] = np.array(
        [[*face["bbox"], face["score"], *np.ravel(face["landmarks"])] for face in faces]
    )
    for key, name in (("biubug6_mobilenet", "mobile0.25"), ("biubug6_resnet50", "resnet50")):
        network = of_biubug6.RetinaFace(name, device=torch.device("cpu"))
        fill(network, SEED + 1, 64.0)
        with torch.inference_mode():
            bgr = image[..., ::-1].astype(np.float32) - np.array([104, 117, 123], np.float32)
            raw = network(torch.from_numpy(bgr.transpose(2, 0, 1)[None].copy()))
            frozen[key] = network.detect_faces(image[..., ::-1].copy(), MIN_CONFIDENCE, NMS_IOU)
        frozen[key + "_raw"] = np.concatenate([values[0].numpy() for values in raw], axis=1)[::7]
    np.savez_compressed(Path(__file__).with_name("retinaface_oracle.npz"), **frozen)
    for key, value in frozen.items():
        print(key, value.shape, value.dtype, np.abs(value).max())


def nms(boxes: torch.Tensor, scores: torch.Tensor, iou_threshold: float) -> torch.Tensor:
    """Keep boxes one by one, as torchvision.ops.nms does."""
    kept: list[int] = []
    for number in torch.argsort(scores, descending=True).tolist():
        x1, y1, x2, y2 = boxes[number].tolist()
        for a1, b1, a2, b2 in boxes[kept].tolist():
            shared = max(0.0, min(x2, a2) - max(x1, a1)) * max(0.0, min(y2, b2) - max(y1, b1))
            if shared / ((x2 - x1) * (y2 - y1) + (a2 - a1) * (b2 - b1) - shared) > iou_threshold:
                break
        else:
            kept.append(number)
    return torch.tensor(kept, dtype=torch.long)


def fill(network: torch.nn.Module, seed: int, input_scale: float) -> None:
    """Load drawn weights."""
    shapes = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    drawn = weights(shapes, seed, input_scale)
    network.load_state_dict({name: torch.from_numpy(np.asarray(value)) for name, value in drawn.items()})


if __name__ == "__main__":
    main()
