"""An ONNX network run by torch gives what onnxruntime gives, and gradients besides."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from explorer.core.models.model import model_files
from explorer.core.problem import Problem
from explorer.training.projection import onnx_network
from explorer.training.projection.differentiable_generator import Painter
from explorer.training.projection.onnx_network import OnnxNetwork
from explorer.training.projection.onnx_operators import OPERATORS
from tests.steps import raster_step


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


def test_gradients_are_the_same_where_memory_is_short(odd: tuple[Odd, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    network, leaf = OnnxNetwork.load(odd[1]), torch.randn(2, 5, requires_grad=True)
    (kept,) = torch.autograd.grad(network(leaf).square().sum(), leaf)
    again: list[int] = []
    run_again = onnx_network._run_again
    monkeypatch.setattr(onnx_network, "_LARGE", 0)
    monkeypatch.setattr(onnx_network, "_run_again", lambda *given: again.append(1) or run_again(*given))
    network(leaf)  # tells how large it is
    (spared,) = torch.autograd.grad(network(leaf).square().sum(), leaf)
    assert again
    torch.testing.assert_close(spared, kept)


def test_the_weights_do_not_learn(odd: tuple[Odd, Path]) -> None:
    assert list(OnnxNetwork.load(odd[1]).parameters()) == []


def test_an_unknown_operator_is_named(tmp_path: Path) -> None:
    value = helper.make_tensor_value_info("z", TensorProto.FLOAT, ["N", 4])
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 4])
    graph = helper.make_graph([helper.make_node("Det", ["z"], ["y"])], "g", [value], [out])
    path = tmp_path / "det.onnx"
    onnx.save(helper.make_model(graph), path)
    with pytest.raises(Problem, match="Det"):
        OnnxNetwork.load(path)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"\x08\x0a\x12\xff\xff\xff")
    with pytest.raises(Problem, match=r"broken\.onnx"):
        OnnxNetwork.load(tmp_path / "broken.onnx")


X = np.random.RandomState(1).standard_normal((2, 4, 6, 5)).astype(np.float32)
ROW = X[:, :, 0, 0]
KERNEL = np.random.RandomState(2).standard_normal((4, 2, 3, 2)).astype(np.float32)
BIAS = np.float32([1.0, -2.0, 0.5, 3.0])
WHOLE = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
CORNERS = {"mode": "linear", "coordinate_transformation_mode": "align_corners"}
TWO = np.float32([1, 1, 2, 2])


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


@pytest.mark.parametrize(
    ("kind", "given", "attributes", "opset"),
    [
        ("Add", [X, X[:1]], {}, 17),
        ("Sub", [X, X[:1]], {}, 17),
        ("Mul", [X, X[:1]], {}, 17),
        ("Div", [X, np.abs(X) + 1], {}, 17),
        ("Pow", [np.abs(X), np.float32(1.5)], {}, 17),
        ("MatMul", [X, X.swapaxes(2, 3)], {}, 17),
        ("Neg", [X], {}, 17),
        ("Exp", [X], {}, 17),
        ("Sqrt", [np.abs(X)], {}, 17),
        ("Relu", [X], {}, 17),
        ("Elu", [X], {"alpha": 0.7}, 17),
        ("Elu", [X], {}, 17),
        ("LeakyRelu", [X], {}, 17),
        ("LeakyRelu", [X], {"alpha": 0.4}, 17),
        ("Softplus", [X], {}, 17),
        ("Abs", [X], {}, 17),
        ("Cos", [X], {}, 17),
        ("Sin", [X], {}, 17),
        ("Log", [np.abs(X) + 1], {}, 17),
        ("Erf", [X], {}, 17),
        ("Selu", [X], {}, 17),
        ("Mish", [X], {}, 18),
        ("Softsign", [X], {}, 17),
        ("HardSigmoid", [X], {}, 17),
        ("HardSwish", [X], {}, 17),
        ("Softmax", [X], {"axis": 1}, 17),
        ("Softmax", [X], {}, 17),
        ("PRelu", [X, np.float32([[[0.1]], [[0.2]], [[0.3]], [[0.4]]])], {}, 17),
        ("Max", [X, -X], {}, 17),
        ("Min", [X, -X], {}, 17),
        ("InstanceNormalization", [X, BIAS, 2 * BIAS], {"epsilon": 0.1}, 17),
        ("DepthToSpace", [X, ], {"blocksize": 2}, 17),
        ("DepthToSpace", [np.concatenate([X, 2 * X], 1)], {"blocksize": 2}, 17),
        ("DepthToSpace", [np.concatenate([X, 2 * X], 1)], {"blocksize": 2, "mode": "CRD"}, 17),
        ("Pad", [X, ints(0, 0, 1, 2, 0, 0, 3, 0)], {}, 17),
        ("Pad", [X, ints(0, 0, 1, 2, 0, 0, 3, 0), np.float32(0.5)], {}, 17),
        ("Pad", [X, ints(0, 0, 1, 2, 0, 0, 3, 1)], {"mode": "reflect"}, 17),
        ("Pad", [X, ints(0, 0, 1, 2, 0, 0, 3, 1)], {"mode": "edge"}, 17),
        ("Gelu", [X], {}, 20),
        ("Gelu", [X], {"approximate": "tanh"}, 20),
        ("Identity", [X], {}, 17),
        ("Cast", [X], {"to": 6}, 17),
        ("Clip", [X], {}, 17),
        ("Clip", [X, np.float32(-0.5)], {}, 17),
        ("Clip", [X, np.float32(-0.5), np.float32(0.25)], {}, 17),
        ("Clip", [X], {"min": -0.5, "max": 0.25}, 10),
        ("Flatten", [X], {}, 17),
        ("Flatten", [X], {"axis": 0}, 17),
        ("Flatten", [X], {"axis": 3}, 17),
        ("Flatten", [X], {"axis": -1}, 17),
        ("Transpose", [X], {}, 17),
        ("Transpose", [X], {"perm": [0, 2, 3, 1]}, 17),
        ("Concat", [X, X], {"axis": 1}, 17),
        ("Reshape", [X, ints(0, -1, 5)], {}, 17),
        ("Reshape", [X, ints(-1, 0, 10)], {}, 17),
        ("Squeeze", [X[:, :1, :1]], {}, 17),
        ("Squeeze", [X[:, :1, :1], ints(2)], {}, 17),
        ("Squeeze", [X[:, :1, :1]], {"axes": [1]}, 11),
        ("Unsqueeze", [ROW, ints(1, 3)], {}, 17),
        ("Unsqueeze", [ROW], {"axes": [0, 2]}, 11),
        ("ReduceMean", [X], {}, 17),
        ("ReduceMean", [X], {"axes": [2, 3], "keepdims": 0}, 17),
        ("ReduceMean", [X, ints(1)], {}, 18),
        ("Slice", [X, ints(1), ints(3), ints(2)], {}, 17),
        ("Slice", [X, ints(0, 1), ints(1, 4)], {}, 17),
        ("Slice", [X, ints(5, 4), ints(0, -6), ints(2, 3), ints(-2, -1)], {}, 17),
        ("Slice", [X, ints(-3), ints(1000), ints(2), ints(2)], {}, 17),
        ("Gather", [X, ints(1, -1)], {"axis": 2}, 17),
        ("Gather", [X, np.array([[0, 1], [1, 0]])], {}, 17),
        ("Gather", [X, np.array(3)], {"axis": -1}, 17),
        ("Gemm", [ROW, KERNEL[:, 0, :, 0]], {}, 17),
        ("Gemm", [ROW, KERNEL[:, 0, :, 0], np.float32([1, 2, 3])], {"alpha": 0.5, "beta": 2.0}, 17),
        ("Gemm", [ROW.T, KERNEL[:, 0, :, 0].T], {"transA": 1, "transB": 1}, 17),
        ("BatchNormalization", [X, BIAS, 2 * BIAS, BIAS - 1, np.abs(BIAS)], {"epsilon": 0.1}, 17),
        ("BatchNormalization", [X, BIAS, 2 * BIAS, BIAS - 1, np.abs(BIAS)], {}, 17),
        ("Conv", [X, KERNEL, BIAS], {"group": 2, "pads": [1, 0, 2, 1], "strides": [2, 1]}, 17),
        ("Conv", [X, KERNEL], {"group": 2, "dilations": [1, 2]}, 17),
        ("Conv", [X[:, :, 0], KERNEL[:, :, 0], BIAS], {"group": 2, "pads": [1, 0]}, 17),
        ("ConvTranspose", [X, KERNEL, BIAS[:2]], {"strides": [2, 1], "pads": [1] * 4, "output_padding": [1, 0]}, 17),
        ("ConvTranspose", [X, KERNEL], {"dilations": [2, 1], "group": 2}, 17),
        ("ConvTranspose", [X, KERNEL], {"pads": [1, 0, 0, 2], "strides": [2, 2]}, 17),
        ("Reciprocal", [np.abs(X) + 1], {}, 17),
        ("ReduceL2", [X], {"axes": [1]}, 17),
        ("Resize", [X, None, np.float32([1, 1, 2, 3])], WHOLE, 17),
        ("Resize", [X, None, None, ints(2, 4, 12, 10)], WHOLE, 17),
        ("Resize", [X, None, TWO], {"mode": "linear"}, 17),
        ("Resize", [X, None, TWO], CORNERS, 17),
        ("Resize", [X, None, TWO], {"mode": "cubic"}, 17),
        ("Upsample", [X, np.float32([1, 1, 2, 3])], {}, 9),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_each_operator_is_onnxruntimes(
    tmp_path: Path, kind: str, given: list[np.ndarray | None], attributes: dict[str, object], opset: int
) -> None:
    names = ["" if value is None else f"i{place}" for place, value in enumerate(given)]
    node = helper.make_node(kind, names, ["y"], **attributes)
    fed = {"i0": given[0]}
    kept = [
        numpy_helper.from_array(np.asarray(value), f"i{place}")
        for place, value in enumerate(given)
        if place and value is not None
    ]
    ins = [helper.make_tensor_value_info("i0", TensorProto.FLOAT, list(given[0].shape))]
    out = helper.make_tensor_value_info("y", TensorProto.INT32 if kind == "Cast" else TensorProto.FLOAT, None)
    graph = helper.make_graph([node], "g", ins, [out], kept)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    (wanted,) = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]).run(
        None, fed
    )
    found = OnnxNetwork(model)(torch.from_numpy(np.ascontiguousarray(given[0]))).numpy()
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found, wanted, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize(
    ("kind", "given", "attributes"),
    [
        ("Conv", [X, KERNEL], {"group": 2, "auto_pad": "SAME_UPPER"}),
        ("Resize", [X, None, np.float32([1, 1, 1.5, 2])], {}),
        ("Resize", [X, None, TWO], {"mode": "linear", "antialias": 1}),
        ("Cast", [X], {"to": 8}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_done_alike_is_refused(
    kind: str, given: list[np.ndarray | None], attributes: dict[str, object]
) -> None:
    known, function = {**attributes}, OPERATORS[kind]
    for name in ("auto_pad", "mode"):
        if name in known:
            known[name] = str(known[name]).encode()
    with pytest.raises(Problem, match="This network"):
        function(known, *(None if value is None else torch.from_numpy(np.asarray(value)) for value in given))


def test_a_model_that_paints_in_steps_has_no_gradients_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="paints in steps, through which no gradients"):
        Painter.open(model_files(raster_step(tmp_path / "pixels")), trusted=True)
