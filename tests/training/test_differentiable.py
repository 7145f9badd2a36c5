"""An ONNX network run by torch gives what onnxruntime gives, and gradients besides."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper
from torch import nn

from explorer.core.problem import Problem
from explorer.training.projection.onnx_network import OnnxNetwork


class Odd(nn.Module):
    """One of everything that convolutional networks are built from."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = nn.Linear(5, 32)
        self.stages = nn.Sequential(
            nn.BatchNorm2d(8),
            nn.ELU(),
            nn.ConvTranspose2d(8, 6, 4, 2, 1),
            nn.LeakyReLU(0.3),
            nn.Upsample(scale_factor=2, mode="bilinear"),
            nn.Conv2d(6, 6, 3, 2, 1, groups=2),
            nn.GELU(),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(6, 3, 3, padding=2, dilation=2),
        )

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        x = self.stages(self.dense(z).view(-1, 8, 2, 2))
        x = x - x.mean((2, 3), keepdim=True)
        x = x / (x.pow(2).mean(1, keepdim=True) + 1e-3).sqrt()
        return torch.cat([torch.sigmoid(x[:, :1]), torch.tanh(x[:, 1:]).clamp(-0.9, 0.9)], 1)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Odd, Path]:
    from explorer.training.runs.export import exported

    torch.manual_seed(0)
    module = Odd().eval()
    path = tmp_path_factory.mktemp("odd") / "odd.onnx"
    onnx.save(exported(module, {"z": torch.randn(2, 5)}, "picture"), path)
    return module, path


@pytest.mark.parametrize("count", [1, 3])
def test_pictures_equal_those_of_onnxruntime(odd: tuple[Odd, Path], count: int) -> None:
    z = np.random.RandomState(0).standard_normal((count, 5)).astype(np.float32)
    session = onnxruntime.InferenceSession(str(odd[1]), providers=["CPUExecutionProvider"])
    (wanted,) = session.run(None, {"z": z})
    given = OnnxNetwork.load(odd[1])(torch.from_numpy(z)).numpy()
    np.testing.assert_allclose(given, wanted, atol=2e-5)


def test_gradients_equal_those_of_the_torch_original(odd: tuple[Odd, Path]) -> None:
    ours, theirs = torch.randn(2, 5, requires_grad=True), None
    theirs = ours.detach().clone().requires_grad_(True)
    OnnxNetwork.load(odd[1])(ours).square().sum().backward()
    odd[0](theirs).square().sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad, rtol=1e-3, atol=1e-4)


def test_the_weights_do_not_learn(odd: tuple[Odd, Path]) -> None:
    assert list(OnnxNetwork.load(odd[1]).parameters()) == []


def test_an_unknown_operator_is_named(tmp_path: Path) -> None:
    value = helper.make_tensor_value_info("z", TensorProto.FLOAT, ["N", 4])
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 4])
    graph = helper.make_graph([helper.make_node("Erf", ["z"], ["y"])], "g", [value], [out])
    path = tmp_path / "erf.onnx"
    onnx.save(helper.make_model(graph), path)
    with pytest.raises(Problem, match="Erf"):
        OnnxNetwork.load(path)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"\x08\x0a\x12\xff\xff\xff")
    with pytest.raises(Problem, match=r"broken\.onnx"):
        OnnxNetwork.load(tmp_path / "broken.onnx")
