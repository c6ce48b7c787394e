"""Published state dicts load strictly, and our networks say what the published layouts say.

The references are written here from the descriptions of the layouts, as functions of a state dict, and share
no code with the networks under test.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from core.errors import ModelUnavailable
from core.recognition.backbones import build_backbone
from core.recognition.features import Backbone, Features
from core.recognition.foreign import build, recognise, translate_ir
from core.recognition.iresnet import IResNet
from core.recognition.mbf import InsightMobileFaceNet

State = dict[str, Tensor]
WIDTHS = (64, 128, 256, 512)
TINY = (1, 2, 1, 1)
EIGHTEEN = (2, 2, 2, 2)


class Maker:
    """Makes arrays with random entries, of a size that keeps activations near 1."""

    def __init__(self, seed: int) -> None:
        self.random = torch.Generator().manual_seed(seed)
        self.state: State = {}

    def convolution(self, name: str, inputs: int, outputs: int, kernel: int) -> None:
        shape = (outputs, inputs, kernel, kernel)
        self.state[f"{name}.weight"] = self._normal(*shape) * (2 / (inputs * kernel**2)) ** 0.5

    def norm(self, name: str, width: int, *, affine: bool = True) -> None:
        self.state[f"{name}.running_mean"] = self._normal(width) * 0.2
        self.state[f"{name}.running_var"] = torch.rand(width, generator=self.random) + 0.5
        self.state[f"{name}.num_batches_tracked"] = torch.tensor(7)
        if affine:
            self.state[f"{name}.weight"] = torch.rand(width, generator=self.random) + 0.5
            self.state[f"{name}.bias"] = self._normal(width) * 0.2

    def slopes(self, name: str, width: int) -> None:
        self.state[f"{name}.weight"] = torch.rand(width, generator=self.random) * 0.5

    def linear(self, name: str, inputs: int, outputs: int, *, bias: bool = True) -> None:
        self.state[f"{name}.weight"] = self._normal(outputs, inputs) * inputs**-0.5
        if bias:
            self.state[f"{name}.bias"] = self._normal(outputs) * 0.2

    def _normal(self, *shape: int) -> Tensor:
        return torch.randn(*shape, generator=self.random)


def normalise(state: State, name: str, x: Tensor) -> Tensor:
    mean, variance = state[f"{name}.running_mean"], state[f"{name}.running_var"]
    weight, bias = state.get(f"{name}.weight"), state.get(f"{name}.bias")
    return functional.batch_norm(x, mean, variance, weight, bias, eps=1e-5)


def units_of(counts: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """Input channels, output channels and stride of each unit in turn."""
    units, inputs = [], 64
    for width, count in zip(WIDTHS, counts, strict=True):
        for number in range(count):
            units.append((inputs, width, 2 if number == 0 else 1))
            inputs = width
    return units


def ir_state(counts: tuple[int, ...], seed: int = 0) -> State:
    """A state dict as AdaFace's `net.py` names it."""
    made = Maker(seed)
    made.convolution("input_layer.0", 3, 64, 3)
    made.norm("input_layer.1", 64)
    made.slopes("input_layer.2", 64)
    made.norm("output_layer.0", 512)
    made.linear("output_layer.3", 512 * 49, 512)
    made.norm("output_layer.4", 512, affine=False)
    for number, (inputs, outputs, _) in enumerate(units_of(counts)):
        body = f"body.{number}"
        if inputs != outputs:
            made.convolution(f"{body}.shortcut_layer.0", inputs, outputs, 1)
            made.norm(f"{body}.shortcut_layer.1", outputs)
        made.norm(f"{body}.res_layer.0", inputs)
        made.convolution(f"{body}.res_layer.1", inputs, outputs, 3)
        made.norm(f"{body}.res_layer.2", outputs)
        made.slopes(f"{body}.res_layer.3", outputs)
        made.convolution(f"{body}.res_layer.4", outputs, outputs, 3)
        made.norm(f"{body}.res_layer.5", outputs)
    return made.state


def ir_reference(state: State, counts: tuple[int, ...], x: Tensor) -> Tensor:
    """The raw embedding, before AdaFace divides it by its length."""
    x = functional.conv2d(x, state["input_layer.0.weight"], padding=1)
    x = functional.prelu(normalise(state, "input_layer.1", x), state["input_layer.2.weight"])
    for number, (inputs, outputs, stride) in enumerate(units_of(counts)):
        body = f"body.{number}"
        if inputs == outputs:
            kept = x[:, :, ::stride, ::stride]
        else:
            kept = functional.conv2d(x, state[f"{body}.shortcut_layer.0.weight"], stride=stride)
            kept = normalise(state, f"{body}.shortcut_layer.1", kept)
        y = normalise(state, f"{body}.res_layer.0", x)
        y = functional.conv2d(y, state[f"{body}.res_layer.1.weight"], padding=1)
        y = functional.prelu(normalise(state, f"{body}.res_layer.2", y), state[f"{body}.res_layer.3.weight"])
        y = functional.conv2d(y, state[f"{body}.res_layer.4.weight"], stride=stride, padding=1)
        x = kept + normalise(state, f"{body}.res_layer.5", y)
    x = normalise(state, "output_layer.0", x).reshape(len(x), -1)
    x = functional.linear(x, state["output_layer.3.weight"], state["output_layer.3.bias"])
    return normalise(state, "output_layer.4", x)


def arcface_state(counts: tuple[int, ...], seed: int = 0) -> State:
    """A state dict as arcface_torch's `iresnet.py` names it."""
    made = Maker(seed)
    made.convolution("conv1", 3, 64, 3)
    made.norm("bn1", 64)
    made.slopes("prelu", 64)
    made.norm("bn2", 512)
    made.linear("fc", 512 * 49, 512)
    made.norm("features", 512)
    inputs = 64
    for stage, (width, count) in enumerate(zip(WIDTHS, counts, strict=True), start=1):
        for number in range(count):
            unit = f"layer{stage}.{number}"
            made.norm(f"{unit}.bn1", inputs)
            made.convolution(f"{unit}.conv1", inputs, width, 3)
            made.norm(f"{unit}.bn2", width)
            made.slopes(f"{unit}.prelu", width)
            made.convolution(f"{unit}.conv2", width, width, 3)
            made.norm(f"{unit}.bn3", width)
            if number == 0:
                made.convolution(f"{unit}.downsample.0", inputs, width, 1)
                made.norm(f"{unit}.downsample.1", width)
            inputs = width
    return made.state


def arcface_reference(state: State, counts: tuple[int, ...], x: Tensor) -> Tensor:
    x = functional.conv2d(x, state["conv1.weight"], padding=1)
    x = functional.prelu(normalise(state, "bn1", x), state["prelu.weight"])
    for stage, count in enumerate(counts, start=1):
        for number in range(count):
            unit, stride = f"layer{stage}.{number}", 2 if number == 0 else 1
            kept = x
            if number == 0:
                kept = functional.conv2d(x, state[f"{unit}.downsample.0.weight"], stride=stride)
                kept = normalise(state, f"{unit}.downsample.1", kept)
            y = normalise(state, f"{unit}.bn1", x)
            y = functional.conv2d(y, state[f"{unit}.conv1.weight"], padding=1)
            y = functional.prelu(normalise(state, f"{unit}.bn2", y), state[f"{unit}.prelu.weight"])
            y = functional.conv2d(y, state[f"{unit}.conv2.weight"], stride=stride, padding=1)
            x = kept + normalise(state, f"{unit}.bn3", y)
    x = normalise(state, "bn2", x).reshape(len(x), -1)
    return normalise(state, "features", functional.linear(x, state["fc.weight"], state["fc.bias"]))


def mbf_state(seed: int = 0) -> State:
    """A state dict as arcface_torch's `mobilefacenet.py` names it, of the network "mbf"."""
    made = Maker(seed)

    def block(name: str, inputs: int, outputs: int, kernel: int, groups: int = 1, prelu: bool = True) -> None:
        made.convolution(f"{name}.layers.0", inputs // groups, outputs, kernel)
        made.norm(f"{name}.layers.1", outputs)
        if prelu:
            made.slopes(f"{name}.layers.2", outputs)

    def bottleneck(name: str, inputs: int, inner: int, outputs: int) -> None:
        block(f"{name}.layers.0", inputs, inner, 1)
        block(f"{name}.layers.1", inner, inner, 3, inner)
        block(f"{name}.layers.2", inner, outputs, 1, prelu=False)

    block("layers.0", 3, 128, 3)
    block("layers.1", 128, 128, 3, groups=64)
    for number, count, inputs, inner, outputs in MBF_BOTTLENECKS:
        if count:
            for inside in range(count):
                bottleneck(f"layers.{number}.layers.{inside}", inputs, inner, outputs)
        else:
            bottleneck(f"layers.{number}", inputs, inner, outputs)
    block("conv_sep", 256, 512, 1)
    block("features.layers.0", 512, 512, 7, groups=512, prelu=False)
    made.linear("features.layers.2", 512, 512, bias=False)
    made.norm("features.layers.3", 512)
    return made.state


# Number of the layer, repetitions (0: one that halves the resolution), channels before, inside and after.
MBF_BOTTLENECKS = (
    (2, 0, 128, 128, 128),
    (3, 4, 128, 128, 128),
    (4, 0, 128, 256, 256),
    (5, 6, 256, 256, 256),
    (6, 0, 256, 512, 256),
    (7, 2, 256, 256, 256),
)


def mbf_reference(state: State, x: Tensor) -> Tensor:
    def block(name: str, x: Tensor, stride: int = 1, padding: int = 0, groups: int = 1) -> Tensor:
        x = functional.conv2d(
            x, state[f"{name}.layers.0.weight"], stride=stride, padding=padding, groups=groups
        )
        x = normalise(state, f"{name}.layers.1", x)
        slopes = state.get(f"{name}.layers.2.weight")
        return x if slopes is None else functional.prelu(x, slopes)

    def bottleneck(name: str, x: Tensor, stride: int) -> Tensor:
        x = block(f"{name}.layers.0", x)
        x = block(f"{name}.layers.1", x, stride, 1, x.shape[1])
        return block(f"{name}.layers.2", x)

    x = block("layers.0", x, 2, 1)
    x = block("layers.1", x, 1, 1, 64)
    for number, count, *_ in MBF_BOTTLENECKS:
        for inside in range(count):
            x = x + bottleneck(f"layers.{number}.layers.{inside}", x, 1)
        if not count:
            x = bottleneck(f"layers.{number}", x, 2)
    x = block("features.layers.0", block("conv_sep", x), groups=512).flatten(1)
    return normalise(state, "features.layers.3", functional.linear(x, state["features.layers.2.weight"]))


@pytest.fixture(scope="module")
def x() -> Tensor:
    """Two inputs of the full size."""
    return torch.rand(2, 3, 112, 112, generator=torch.Generator().manual_seed(9)) * 2 - 1


def assert_agrees(network: Backbone, x: Tensor, expected: Tensor) -> None:
    with torch.inference_mode():
        features = network.eval()(x)
    assert isinstance(features, Features)
    assert features.feature_map.shape == (len(x), 512, 7, 7)
    assert features.embedding.shape == expected.shape
    scale = float(expected.abs().max())
    assert float((features.embedding - expected).abs().max()) < 1e-5 * scale


@torch.inference_mode()
def test_the_variant_of_adaface_says_what_its_layout_says(x: Tensor) -> None:
    state = ir_state(TINY)
    network = IResNet(TINY, ir=True)
    network.load_state_dict(translate_ir(state))
    assert_agrees(network, x, ir_reference(state, TINY, x))


@torch.inference_mode()
def test_the_variant_of_insightface_says_what_its_layout_says(x: Tensor) -> None:
    state = arcface_state(TINY)
    network = IResNet(TINY)
    network.load_state_dict(state)
    assert_agrees(network, x, arcface_reference(state, TINY, x))


def test_the_first_unit_of_adaface_has_no_convolution_as_shortcut_and_that_of_insightface_has_one() -> None:
    assert not [
        name for name in IResNet(TINY, ir=True).state_dict() if name.startswith("layer1.0.downsample")
    ]
    assert "layer1.0.downsample.0.weight" in IResNet(TINY).state_dict()


@torch.inference_mode()
def test_the_mobilefacenet_of_insightface_says_what_its_layout_says(x: Tensor) -> None:
    state = mbf_state()
    found = recognise(state, "backbone.pth")
    assert found is not None
    assert (found.publisher, found.architecture, found.channel_order) == (
        "insightface arcface_torch",
        "mbf",
        "RGB",
    )
    assert_agrees(build(found, "backbone.pth"), x, mbf_reference(state, x))


def behind(prefix: str, state: State) -> State:
    return {prefix + name: value for name, value in state.items()}


PUBLISHED: dict[str, tuple[Callable[[State], State], str, tuple[str, str, str | None]]] = {
    "arcface_torch": (dict, "arcface", ("insightface arcface_torch", "iresnet-18", "RGB")),
    "AdaFace": (
        lambda state: (
            behind("model.", state)
            | {
                "head.kernel": torch.zeros(512, 10),
                "head.t": torch.zeros(1),
                "head.batch_mean": torch.zeros(1),
            }
        ),
        "ir",
        ("AdaFace", "ir-18", "BGR"),
    ),
    "CVLface, file": (lambda state: behind("net.", state), "ir", ("CVLface", "ir-18", "RGB")),
    "CVLface, hub": (lambda state: behind("model.net.", state), "ir", ("CVLface", "ir-18", "RGB")),
    "CVLface, insightface's": (
        lambda state: behind("net.", state),
        "arcface",
        ("CVLface", "iresnet-18", "RGB"),
    ),
    "no prefix": (dict, "ir", ("AdaFace or CVLface", "ir-18", None)),
}


@pytest.fixture(scope="module")
def eighteen() -> dict[str, State]:
    """State dicts of 18 layers in the naming of both publishers."""
    return {"arcface": arcface_state(EIGHTEEN), "ir": ir_state(EIGHTEEN)}


@pytest.mark.parametrize("published", PUBLISHED)
def test_a_published_state_dict_is_known_by_its_names(published: str, eighteen: dict[str, State]) -> None:
    write, naming, expected = PUBLISHED[published]
    found = recognise(write(eighteen[naming]), "weights.pth")
    assert found is not None
    assert (found.publisher, found.architecture, found.channel_order) == expected
    assert found.dim == 512
    plain = eighteen["arcface"] if naming == "arcface" else translate_ir(eighteen["ir"])
    assert found.state.keys() == {name for name in plain if not name.endswith("num_batches_tracked")}
    assert all(torch.equal(value, plain[name]) for name, value in found.state.items())


@pytest.mark.parametrize("published", ["arcface_torch", "AdaFace"])
def test_a_published_state_dict_of_18_layers_loads_strictly(
    published: str, eighteen: dict[str, State], x: Tensor
) -> None:
    write, naming, _ = PUBLISHED[published]
    found = recognise(write(eighteen[naming]), "weights.pth")
    assert found is not None
    network = build(found, "weights.pth")
    reference = arcface_reference if naming == "arcface" else ir_reference
    with torch.inference_mode():
        wanted = reference(eighteen[naming], EIGHTEEN, x[:1])
    assert_agrees(network, x[:1], wanted)


@pytest.mark.parametrize(
    ("architecture", "convolutions"),
    [
        # Two convolutions a unit, the stem, and a shortcut in each stage (IR: in three of them).
        ("iresnet-34", 2 * 16 + 1 + 4),
        ("iresnet-50", 2 * 24 + 1 + 4),
        ("iresnet-100", 2 * 49 + 1 + 4),
        ("ir-34", 2 * 16 + 1 + 3),
        ("ir-50", 2 * 24 + 1 + 3),
        ("ir-101", 2 * 49 + 1 + 3),
    ],
)
def test_a_deeper_network_has_as_many_convolutions_as_its_name_promises(
    architecture: str, convolutions: int
) -> None:
    with torch.device("meta"):
        network = build_backbone(architecture, 512)
    assert sum(isinstance(module, torch.nn.Conv2d) for module in network.modules()) == convolutions


def test_a_network_of_50_layers_is_known_by_its_units() -> None:
    with torch.device("meta"):
        state = build_backbone("iresnet-50", 512).state_dict()
    found = recognise(state, "weights.pth")
    assert found is not None
    assert found.architecture == "iresnet-50"


def test_names_of_no_known_network_are_not_recognized() -> None:
    assert recognise({"body.conv1.weight": torch.zeros(1)}, "weights.pth") is None


def test_a_depth_that_is_not_built_is_named() -> None:
    with pytest.raises(ModelUnavailable, match="residual network of 1-2-1-1 units"):
        recognise(arcface_state(TINY), "weights.pth")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"conv1.weight": None}, r"lacks conv1.weight\."),
        ({"fc.bias": None}, r"lacks fc.bias\."),
        ({"layer1.0.se_block.fc1.weight": torch.zeros(1)}, r"also holds layer1.0.se_block.fc1.weight\."),
        ({"fc.bias": torch.zeros(10**8)}, r"has another shape for fc.weight and 4 more\."),
        ({"bn2.weight": torch.zeros(3)}, r"has another shape for bn2.weight\."),
        ({"bn2.weight": torch.full((512,), torch.nan)}, r"is damaged in bn2.weight\."),
    ],
    ids=["missing", "no last layer", "left over", "endless", "shape", "not a number"],
)
def test_weights_that_do_not_fit_are_refused_by_name(
    change: dict[str, Tensor | None], sentence: str, eighteen: dict[str, State]
) -> None:
    changed = eighteen["arcface"] | change
    state = {name: value for name, value in changed.items() if value is not None}
    found = recognise(state, "weights.pth")
    assert found is not None
    with pytest.raises(ModelUnavailable, match=sentence):
        build(found, "weights.pth")


@pytest.mark.parametrize(
    "network", [IResNet(TINY), IResNet(TINY, ir=True), InsightMobileFaceNet()], ids=["iresnet", "ir", "mbf"]
)
def test_normalisation_keeps_its_statistics_while_a_network_is_trained_further(network: Backbone) -> None:
    network = copy.deepcopy(network).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    network(torch.rand(1, 3, 112, 112)).embedding.sum().backward()
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name])
    assert network.training
