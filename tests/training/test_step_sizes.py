"""What leaves a step, by its shape alone, is what leaves its module."""

from __future__ import annotations

import pytest
import torch

from explorer.training.weight_import.architecture import Step
from explorer.training.weight_import.assembly import module_of
from explorer.training.weight_import.layers import WeightLayer
from explorer.training.weight_import.step_sizes import size_after

LAYERS = {
    "dense": WeightLayer("dense", "dense", torch.zeros(48, 6)),
    "conv": WeightLayer("conv", "conv", torch.zeros(5, 12, 3, 3)),
    "up": WeightLayer("up", "conv", torch.zeros(12, 5, 4, 4)),
    "norm": WeightLayer("norm", "batch_norm", *[torch.ones(12)] * 4),
    "affine": WeightLayer("affine", "affine", torch.ones(12), torch.ones(12)),
    "slope": WeightLayer("slope", "slope", torch.ones(12)),
}
SIZES = [(6,), (12,), (48,), (12, 4, 5), (12, 1, 1), (6, 4, 4)]
STEPS = [
    *(Step(op, op, kind="group-4") for op in LAYERS),
    *(Step("conv", "conv", stride=stride, padding=padding) for stride in (1, 2, 3) for padding in (0, 1, 2)),
    *(Step("up", "up", stride=s, padding=p, more=m) for s in (1, 2, 3) for p in (0, 1, 3) for m in (0, 1, 2)),
    *(Step("view", size=size) for size in ((12, 2, 2), (3, 2, 2), (6, 1, 1))),
    *(Step("enlarge", kind="bilinear", factor=3), Step("shuffle"), Step("crop", size=(3, 9)), Step("act", kind="elu")),
]


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_the_size_after_a_step_is_that_of_its_module(step):
    for size in SIZES:
        try:
            got = size_after(step, LAYERS[step.layer].weight.shape if step.layer else (), size)
        except ValueError:
            got = None
        try:
            module = module_of(step, LAYERS, len(size) == 1).eval()
            wanted = tuple(module(torch.zeros(2, *size)).shape[1:])
        except (RuntimeError, ValueError, IndexError):
            wanted = None
        wanted = None if wanted and 0 in wanted else wanted
        if wanted is not None and len(wanted) not in (1, 3):
            continue  # a view of pictures, and a dense layer of their rows, which nobody means
        if step.op in ("dense", "view") and len(size) == 3:
            continue
        assert got == wanted, size
