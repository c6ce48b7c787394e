"""Milliseconds of the detector from pixels to faces, beside the straightforward way, on the same network.

The straightforward way is that of the published packages, written anew: the network as it was trained, priors
by nested loops for every picture, all of them decoded, and suppression one box at a time in numpy. Both see
the same picture and threshold, by turns, in one process; what they find is compared. Time of the processor is
shown beside that of the clock because it is what remains comparable on a machine that has other work to do.
With onnxruntime and onnxscript installed, the network alone is timed against them too.

Usage: python tests/benchmarks/detector_speed.py [--name DETECTOR] [--backbone resnet50] [--sides 640 1280]
Without a name, the network has random weights, and the threshold lets about 300 priors through.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from itertools import product
from math import ceil
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from skimage import data
from torch.nn import functional

from core.detection.cards import read_detector_card
from core.detection.retinaface.detector import RetinaFace
from core.detection.retinaface.folding import folded
from core.detection.retinaface.network import RetinaFaceNet
from core.detection.retinaface.weights import load_retinaface
from core.types.detectors import RetinaFaceConfig

NMS_IOU = 0.4
CANDIDATES = 300


def prepared(pixels: NDArray[np.uint8], config: RetinaFaceConfig) -> torch.Tensor:
    """Return the network's input."""
    channels = pixels if config.channel_order == "RGB" else pixels[..., ::-1]
    values = (np.float32(channels) - np.float32(config.mean)) / np.float32(config.std)
    return torch.from_numpy(np.ascontiguousarray(values.transpose(2, 0, 1)[None]))


def straightforward(
    pixels: NDArray[np.uint8], network: RetinaFaceNet, least: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Find faces in the way of the published packages: boxes with confidence (n, 5), landmarks (n, 10)."""
    config = network.config
    height, width = pixels.shape[:2]
    with torch.no_grad():
        boxes, logits, points = (values[0] for values in network(prepared(pixels, config)))
        scores = functional.softmax(logits, dim=-1)[:, 1].numpy()
    anchors: list[float] = []
    for step, sides in zip(config.steps, config.min_sizes, strict=True):
        for row, column in product(range(ceil(height / step)), range(ceil(width / step))):
            for side in sides:
                anchors += [(column + 0.5) * step / width, (row + 0.5) * step / height]
                anchors += [side / width, side / height]
    prior = torch.Tensor(anchors).view(-1, 4)
    first, second = config.variances
    centre = prior[:, :2] + boxes[:, :2] * first * prior[:, 2:]
    size = prior[:, 2:] * torch.exp(boxes[:, 2:] * second)
    corners = torch.cat([centre - size / 2, centre + size / 2], dim=1) * torch.tensor([width, height] * 2)
    marks = [prior[:, :2] + points[:, place : place + 2] * first * prior[:, 2:] for place in range(0, 10, 2)]
    landmarks = (torch.cat(marks, dim=1) * torch.tensor([width, height] * 5)).numpy()
    found = np.hstack([corners.numpy(), scores[:, None]])
    chosen = np.where(scores >= least)[0]
    chosen = chosen[scores[chosen].argsort()[::-1]]
    found, landmarks = found[chosen], landmarks[chosen]
    kept = one_by_one(found)
    return found[kept], landmarks[kept]


def one_by_one(found: NDArray[np.float32]) -> list[int]:
    """Suppress boxes one survivor at a time."""
    x1, y1, x2, y2 = found[:, :4].T
    areas = (x2 - x1) * (y2 - y1)
    order, kept = np.arange(len(found)), []
    while order.size:
        best, rest = order[0], order[1:]
        kept.append(int(best))
        shared_x = np.maximum(0, np.minimum(x2[best], x2[rest]) - np.maximum(x1[best], x1[rest]))
        shared_y = np.maximum(0, np.minimum(y2[best], y2[rest]) - np.maximum(y1[best], y1[rest]))
        shared = shared_x * shared_y
        order = rest[shared / (areas[best] + areas[rest] - shared) <= NMS_IOU]
    return kept


def by_turns(ways: dict[str, Callable[[], object]], repeats: int) -> dict[str, tuple[float, float]]:
    """Return the median milliseconds of clock and processor of each way."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for turn in range(repeats + 2):
        for name, way in ways.items():
            clock, processor = time.perf_counter(), time.process_time()
            way()
            spent = (time.perf_counter() - clock, time.process_time() - processor)
            if turn >= 2:
                taken[name].append(spent)
    medians = {name: np.median(np.array(values), axis=0) * 1000 for name, values in taken.items()}
    return {name: (float(clock), float(processor)) for name, (clock, processor) in medians.items()}


def onnx_session(network: RetinaFaceNet, x: torch.Tensor) -> Callable[[], object] | None:
    """Return the same network in onnxruntime, or None where that is not installed."""
    if find_spec("onnxruntime") is None or find_spec("onnxscript") is None:
        return None
    import onnxruntime

    file = Path(tempfile.mkdtemp()) / "network.onnx"
    torch.onnx.export(network, (x,), file, dynamo=True, input_names=["x"])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    answers = session.run(None, {"x": x.numpy()})
    with torch.inference_mode():
        gap = max(
            float((torch.from_numpy(a) - b).abs().max()) for a, b in zip(answers, network(x), strict=True)
        )
    print(f"  onnxruntime differs by at most {gap:.1e}")
    return lambda: session.run(None, {"x": x.numpy()})


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name")
    parser.add_argument("--directory", type=Path)
    parser.add_argument("--backbone", default="mobilenet0.25")
    parser.add_argument("--sides", type=int, nargs="+", default=[640, 1280])
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--threads", type=int, default=0)
    given = parser.parse_args()
    if given.threads:
        torch.set_num_threads(given.threads)
    if given.name:
        card = read_detector_card(given.name, given.directory)
        if card is None:
            parser.error(f"there is no detector {given.name}")
        network, _ = load_retinaface(card, given.directory)
    else:
        torch.manual_seed(0)
        config = RetinaFaceConfig(given.backbone, 64 if given.backbone == "mobilenet0.25" else 256)
        network = RetinaFaceNet(config).eval()
        # torch's own choice lets the activations fade until nothing depends on the picture.
        for module in network.modules():
            if isinstance(module, torch.nn.Conv2d):
                torch.nn.init.kaiming_normal_(module.weight)
        for head in network.BboxHead:
            torch.nn.init.normal_(head.conv1x1.weight, std=0.01)
    lean = folded(network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    print(f"{network.config.backbone}, torch {torch.__version__}, {torch.get_num_threads()} threads")
    for side in given.sides:
        noise = np.random.default_rng(0).integers(-20, 21, (side, side, 3))
        pixels = np.clip(cv2.resize(data.astronaut(), (side, side)) + noise, 0, 255).astype(np.uint8)
        least = 0.6
        x = prepared(pixels, network.config)
        lasting = x.contiguous(memory_format=torch.channels_last)
        with torch.inference_mode():
            scores = functional.softmax(network(x).logits[0], dim=-1)[:, 1]
        if not given.name:
            least = float(scores.sort(descending=True).values[CANDIDATES])
        detector = RetinaFace(
            network, "benchmark", min_confidence=least, nms_iou=NMS_IOU, device=torch.device("cpu")
        )
        ours, (boxes, _) = detector.detect(pixels), straightforward(pixels, network, least)
        passing = int((scores >= least).sum())
        print(f"{side} px: {passing} priors pass, we find {len(ours)} faces, the reference {len(boxes)}")
        with torch.inference_mode():
            ways: dict[str, Callable[[], object]] = {
                "ours, end to end": lambda p=pixels, d=detector: d.detect(p),
                "straightforward": lambda p=pixels, t=least: straightforward(p, network, t),
                "our network alone": lambda y=lasting: lean(y),
            }
            session = onnx_session(lean, x)
            if session is not None:
                ways["onnxruntime, network alone"] = session
            taken = by_turns(ways, given.repeats)
        for name, (clock, processor) in taken.items():
            print(f"  {name:28s} {clock:8.1f} ms of the clock {processor:8.1f} ms of the processor")
        for kind, place in (("clock", 0), ("processor", 1)):
            ratio = taken["straightforward"][place] / taken["ours, end to end"][place]
            print(f"  straightforward / ours, {kind}: {ratio:.2f} (goal >= 2)")
            if session is not None:
                ratio = taken["our network alone"][place] / taken["onnxruntime, network alone"][place]
                print(f"  our network / onnxruntime, {kind}: {ratio:.2f} (goal <= 1.7)")


if __name__ == "__main__":
    main()
