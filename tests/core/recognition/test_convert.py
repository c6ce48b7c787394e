"""The shipped weights against the published arrays."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.errors import ModelUnavailable
from core.recognition.convert import convert_mobilefacenet
from core.recognition.weights import Network

PUBLISHED = Path(__file__).parents[3] / "../shared/weights"


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="needs the published weights beside the checkout")
def test_the_shipped_backbone_holds_the_published_arrays_to_the_bit(network: Network) -> None:
    converted = convert_mobilefacenet(PUBLISHED)
    shipped = network.backbone.state_dict()
    assert converted.keys() == shipped.keys()
    for name, value in converted.items():
        np.testing.assert_array_equal(shipped[name].numpy(), value)


def test_arrays_of_another_network_are_refused(tmp_path: Path) -> None:
    operations = [{"op": "conv", "out": "001.Conv"}, {"op": "add", "out": "002.Add"}]
    description = {"embedding": 192, "ops": operations}
    (tmp_path / "mobilefacenet_ms1m.json").write_text(json.dumps(description))
    np.savez(
        tmp_path / "mobilefacenet_ms1m.npz",
        **{"001.Conv.weight": np.zeros((4, 3, 3, 3)), "001.Conv.bias": np.zeros(4)},
    )
    with pytest.raises(ModelUnavailable, match="not those of a MobileFaceNet"):
        convert_mobilefacenet(tmp_path)
