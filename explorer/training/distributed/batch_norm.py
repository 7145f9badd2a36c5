"""Batch norm whose batch is that of all processes, on processors and GPUs alike."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from explorer.training.distributed.reductions import averaged
from explorer.training.distributed.sharing import shares


class WholeBatchNorm(_BatchNorm):
    """`torch.nn.BatchNorm1d` and ``2d`` with the statistics of the whole batch; their state is the same.

    ``torch.nn.SyncBatchNorm`` does this on CUDA only.
    """

    def _check_input_dim(self, values: Tensor) -> None:
        """Any will do."""

    def forward(self, values: Tensor) -> Tensor:
        if not self.training:
            return super().forward(values)
        seen = values.float()
        mean, variance = _moments(seen)
        self._remember(mean.detach(), variance.detach(), whole=shares() * seen.numel() // len(mean))
        scale = (variance + self.eps).rsqrt()
        shape = (1, -1, *[1] * (seen.dim() - 2))
        if not self.affine:
            return ((seen - mean.view(shape)) * scale.view(shape)).to(values.dtype)
        found = (seen - mean.view(shape)) * (scale * self.weight).view(shape) + self.bias.view(shape)
        return found.to(values.dtype)

    @torch.no_grad()
    def _remember(self, mean: Tensor, variance: Tensor, whole: int) -> None:
        """Take the moments of ``whole`` values into the running ones."""
        assert self.running_mean is not None and self.running_var is not None
        assert self.num_batches_tracked is not None and self.momentum is not None
        self.num_batches_tracked.add_(1)
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance * (whole / max(1, whole - 1)), self.momentum)


def _moments(seen: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and variance of each channel (C,) over the rows of all processes.

    Second moments are averaged in double precision, where the difference with the squared mean loses nothing.
    """
    dims = [dim for dim in range(seen.dim()) if dim != 1]
    variance, mean = torch.var_mean(seen, dims, correction=0)
    variance, mean = variance.double(), mean.double()
    found = averaged(torch.stack([mean, variance + mean.square()]))
    return found[0].float(), (found[1] - found[0].square()).clamp(min=0).float()


def share_statistics(network: nn.Module) -> None:
    """Let the batch norms in ``network`` go by the batch of all processes.

    Parameters and buffers stay the very same tensors. A process that trains alone has no need of it: torch's own
    batch norm is faster.
    """
    for name, child in network.named_children():
        if isinstance(child, nn.BatchNorm1d | nn.BatchNorm2d):
            setattr(network, name, _whole(child))
        else:
            share_statistics(child)


def _whole(norm: nn.BatchNorm1d | nn.BatchNorm2d) -> WholeBatchNorm:
    found = WholeBatchNorm(norm.num_features, norm.eps, norm.momentum, norm.affine)
    found._parameters, found._buffers = norm._parameters, norm._buffers
    return found.train(norm.training)
