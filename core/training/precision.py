"""Which numbers the network is trained with."""

from __future__ import annotations

import torch

FLOAT32, BFLOAT16 = "float32", "bfloat16"


def choose_precision(wanted: str) -> str:
    """Choose the precision of the forward and backward pass.

    Parameters
    ----------
    wanted : str
        "auto", "float32" or "bfloat16".

    Returns
    -------
    str
        "float32" or "bfloat16". "auto" takes bfloat16 only where the processor multiplies it in hardware;
        elsewhere it is emulated and 12 to 33 times slower.
    """
    if wanted != "auto":
        return wanted
    return BFLOAT16 if multiplies_bfloat16() else FLOAT32


def multiplies_bfloat16() -> bool:
    """Return whether this processor has AVX512-BF16 or AMX-BF16."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
