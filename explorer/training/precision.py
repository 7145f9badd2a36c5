"""Half precision where it pays: bfloat16 on a GPU, never on the CPU."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch


def in_bf16(device: torch.device) -> AbstractContextManager[object]:
    """Run what follows in bfloat16 autocast on a CUDA device that has it; elsewhere change nothing."""
    if device.type == "cuda" and torch.cuda.is_bf16_supported():
        return torch.autocast("cuda", torch.bfloat16)
    return nullcontext()
