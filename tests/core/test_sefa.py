"""Closed-form factorisation gives the eigenvectors of the weights, however a graph lays them out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import NodeProto
from onnx.helper import make_node

from explorer.core.directions.unsupervised.sefa import first_layers, sefa_directions
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from explorer.paths import models_folder
from tests.models import port, tiny_generator, write_model

D, OUT = 6, 12  # a picture of 2 x 2 x 3 is made of them
DRAW = np.random.RandomState(3)
A = (DRAW.standard_normal((OUT, D)) * np.linspace(3, 0.5, D)).astype(np.float32)


def eigen(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues, falling, and eigenvectors (rows) whose largest component is positive."""
    values, columns = np.linalg.eigh(matrix.T.astype(np.float64) @ matrix)
    rows = columns.T[::-1]
    signs = np.sign(rows[np.arange(len(rows)), np.abs(rows).argmax(1)])
    return values[::-1], rows * signs[:, None]


def check(path: Path, matrix: np.ndarray) -> None:
    found = sefa_directions(read_model(path), D)
    values, rows = eigen(matrix)
    assert [d.name for d in found] == [f"sefa {rank}" for rank in range(1, D + 1)]
    assert np.stack([d.vector for d in found]) == pytest.approx(rows, abs=1e-4)
    assert [d.details["eigenvalue"] for d in found] == pytest.approx(values, rel=1e-4)
    assert sum(d.details["share"] for d in found) == pytest.approx(1)
    assert all(d.method == "sefa" and d.source for d in found)


def model(
    path: Path,
    nodes: Sequence[NodeProto],
    weights: dict[str, Any],
    latent: Sequence[int | str] = ("N", D),
    more: Sequence[Any] = (),
    opset: int = 17,
) -> Path:
    """A graph whose last result, ``y``, is bent and laid out as a picture of 2 x 2."""
    end = [make_node("Tanh", ["y"], ["bent"]), make_node("Reshape", ["bent", "sides"], ["picture"])]
    own = weights | {"sides": np.array([-1, 3, 2, 2], np.int64)}
    inputs = [port("z", latent), *more]
    return write_model(path, [*nodes, *end], inputs, [port("picture", ["N", 3, 2, 2])], own, opset)


LAYOUTS: dict[str, tuple[list[NodeProto], dict[str, Any]]] = {
    "Gemm": ([make_node("Gemm", ["z", "w", "b"], ["y"])], {"w": A.T, "b": np.ones(OUT, np.float32)}),
    "Gemm transB": ([make_node("Gemm", ["z", "w"], ["y"], transB=1)], {"w": A}),
    "Gemm alpha": ([make_node("Gemm", ["z", "w"], ["y"], transB=1, alpha=2.0)], {"w": A / 2}),
    "Gemm transA": (
        [make_node("Transpose", ["z"], ["t"]), make_node("Gemm", ["t", "w"], ["y"], transA=1)],
        {"w": A.T},
    ),
    "Gemm from the right": (
        [make_node("Gemm", ["w", "z"], ["t"], transB=1), make_node("Transpose", ["t"], ["y"])],
        {"w": A},
    ),
    "MatMul": ([make_node("MatMul", ["z", "w"], ["y"])], {"w": A.T}),
    "MatMul, Add": (
        [make_node("MatMul", ["z", "w"], ["t"]), make_node("Add", ["t", "b"], ["y"])],
        {"w": A.T, "b": np.ones(OUT, np.float32)},
    ),
    "MatMul of a transposed weight": (
        [make_node("Transpose", ["w"], ["turned"]), make_node("MatMul", ["z", "turned"], ["y"])],
        {"w": A},
    ),
    "MatMul of a scaled weight": (
        [make_node("Mul", ["w", "gain"], ["wide"]), make_node("MatMul", ["z", "wide"], ["y"])],
        {"w": A.T / 5, "gain": np.float32(5)},
    ),
    "MatMul from the left": (
        [make_node("Unsqueeze", ["z", "last"], ["column"]), make_node("MatMul", ["w", "column"], ["y"])],
        {"w": A, "last": np.array([2], np.int64)},
    ),
    "scaled latent": (
        [make_node("Mul", ["z", "s"], ["t"]), make_node("Gemm", ["t", "w"], ["y"], transB=1)],
        {"w": A / np.arange(1, D + 1, dtype=np.float32), "s": np.arange(1, D + 1, dtype=np.float32)},
    ),
    "shifted, halved latent": (
        [
            make_node("Sub", ["z", "mean"], ["t"]),
            make_node("Div", ["t", "two"], ["u"]),
            make_node("Gemm", ["u", "w"], ["y"], transB=1),
        ],
        {"w": A * 2, "mean": np.ones((1, D), np.float32), "two": np.float32(2)},
    ),
    "order of the numbers turned": (
        [make_node("Gather", ["z", "turned"], ["t"], axis=1), make_node("Gemm", ["t", "w"], ["y"], transB=1)],
        {"w": A[:, ::-1].copy(), "turned": np.arange(D)[::-1].copy()},
    ),
    "PixelNorm": (
        [
            make_node("Mul", ["z", "z"], ["squares"]),
            make_node("ReduceMean", ["squares"], ["mean"], axes=[1], keepdims=1),
            make_node("Add", ["mean", "tiny"], ["more"]),
            make_node("Sqrt", ["more"], ["length"]),
            make_node("Reciprocal", ["length"], ["inverse"]),
            make_node("Mul", ["z", "inverse"], ["t"]),
            make_node("Gemm", ["t", "w"], ["y"], transB=1),
        ],
        {"w": A, "tiny": np.float32(1e-8)},
    ),
    "unit length": (
        [
            make_node("ReduceL2", ["z"], ["length"], axes=[1], keepdims=1),
            make_node("Div", ["z", "length"], ["t"]),
            make_node("Gemm", ["t", "w"], ["y"], transB=1),
        ],
        {"w": A},
    ),
    "1 x 1 convolution": (
        [make_node("Reshape", ["z", "map"], ["t"]), make_node("Conv", ["t", "w"], ["y"])],
        {"w": A[:, :, None, None], "map": np.array([-1, D, 1, 1], np.int64)},
    ),
    "transposed convolution": (
        [make_node("Reshape", ["z", "map"], ["t"]), make_node("ConvTranspose", ["t", "w"], ["y"])],
        {"w": A.T.reshape(D, 3, 2, 2), "map": np.array([-1, D, 1, 1], np.int64)},
    ),
    "shape taken from the latent": (
        [
            make_node("Shape", ["z"], ["shape"]),
            make_node("Gather", ["shape", "zero"], ["first"]),
            make_node("Unsqueeze", ["first", "zeros"], ["batch"]),
            make_node("Concat", ["batch", "rest"], ["target"], axis=0),
            make_node("Reshape", ["z", "target"], ["t"]),
            make_node("Flatten", ["t"], ["u"]),
            make_node("Gemm", ["u", "w"], ["y"], transB=1),
        ],
        {
            "w": A,
            "zero": np.array(0, np.int64),
            "zeros": np.array([0], np.int64),
            "rest": np.array([D, 1, 1], np.int64),
        },
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_directions_are_eigenvectors_of_the_weight_in_every_layout(tmp_path: Path, layout: str) -> None:
    nodes, weights = LAYOUTS[layout]
    check(model(tmp_path / "g.onnx", nodes, weights), A)


def test_latents_of_other_shapes_are_followed(tmp_path: Path) -> None:
    kernel = A.T.reshape(D, 3, 2, 2)
    straight = [make_node("ConvTranspose", ["z", "w"], ["y"])]
    check(model(tmp_path / "map.onnx", straight, {"w": kernel}, ["N", D, 1, 1]), A)
    check(model(tmp_path / "bare.onnx", [make_node("MatMul", ["z", "w"], ["y"])], {"w": A.T}, [D]), A)


def test_padding_and_groups_of_a_convolution_count(tmp_path: Path) -> None:
    """Of a 3 x 3 kernel on one padded pixel only the middle is used; two groups see half the latent each."""
    kernel = DRAW.standard_normal((OUT, D, 3, 3)).astype(np.float32)
    node = make_node("Conv", ["z", "w"], ["y"], pads=[1, 1, 1, 1])
    check(model(tmp_path / "padded.onnx", [node], {"w": kernel}, ["N", D, 1, 1]), kernel[:, :, 1, 1])
    halves = DRAW.standard_normal((OUT, D // 2, 1, 1)).astype(np.float32)
    matrix = np.zeros((OUT, D), np.float32)
    matrix[: OUT // 2, : D // 2], matrix[OUT // 2 :, D // 2 :] = (
        halves[: OUT // 2, :, 0, 0],
        halves[OUT // 2 :, :, 0, 0],
    )
    node = make_node("Conv", ["z", "w"], ["y"], group=2)
    check(model(tmp_path / "groups.onnx", [node], {"w": halves}, ["N", D, 1, 1]), matrix)


def test_of_a_latent_beside_a_class_only_its_own_rows_count(tmp_path: Path) -> None:
    table = DRAW.standard_normal((5, 4)).astype(np.float32)
    joined = np.concatenate([DRAW.standard_normal((4, OUT)).astype(np.float32), A.T])
    nodes = [
        make_node("Gather", ["table", "label"], ["row"]),
        make_node("Concat", ["row", "z"], ["both"], axis=1),
        make_node("MatMul", ["both", "w"], ["y"]),
    ]
    path = model(tmp_path / "g.onnx", nodes, {"table": table, "w": joined}, more=[port("label", ["N"], "int64")])
    check(path, A)
    nodes = [make_node("Concat", ["z", "label"], ["both"], axis=1), make_node("MatMul", ["both", "w"], ["y"])]
    behind = np.concatenate([A.T, joined[:4]])
    check(model(tmp_path / "hot.onnx", nodes, {"w": behind}, more=[port("label", ["N", 4])]), A)


def test_layers_side_by_side_are_stacked(tmp_path: Path) -> None:
    """As in style-based synthesis: the latent is repeated for every layer, and each takes its own row."""
    halves = A[: OUT // 2], A[OUT // 2 :]
    nodes = [
        make_node("Unsqueeze", ["z", "one"], ["row"]),
        make_node("Tile", ["row", "twice"], ["styles"]),
        make_node("Gather", ["styles", "zero"], ["first"], axis=1),
        make_node("Gather", ["styles", "first_index"], ["second"], axis=1),
        make_node("Gemm", ["first", "upper"], ["a"], transB=1),
        make_node("Gemm", ["second", "lower"], ["b"], transB=1),
        make_node("Concat", ["a", "b"], ["y"], axis=1),
    ]
    weights = {
        "one": np.array([1], np.int64),
        "twice": np.array([1, 2, 1], np.int64),
        "zero": np.array(0, np.int64),
        "first_index": np.array(1, np.int64),
        "upper": halves[0],
        "lower": halves[1],
    }
    path = model(tmp_path / "g.onnx", nodes, weights)
    check(path, A)
    assert len(first_layers(read_model(path))) == 2


def test_split_latents_each_count_for_their_part(tmp_path: Path) -> None:
    nodes = [
        make_node("Split", ["z", "sizes"], ["head", "tail"], axis=1),
        make_node("MatMul", ["head", "p"], ["a"]),
        make_node("MatMul", ["tail", "q"], ["b"]),
        make_node("Add", ["a", "b"], ["y"]),
    ]
    weights = {"sizes": np.array([2, D - 2], np.int64), "p": A.T[:2].copy(), "q": A.T[2:].copy()}
    found = sefa_directions(read_model(model(tmp_path / "g.onnx", nodes, weights)), D)
    parts = np.zeros((2 * OUT, D))
    parts[:OUT, :2], parts[OUT:, 2:] = A[:, :2], A[:, 2:]
    assert np.stack([d.vector for d in found]) == pytest.approx(eigen(parts)[1], abs=1e-4)


def test_what_stands_before_the_first_layer_is_told(tmp_path: Path) -> None:
    nodes = [make_node("Relu", ["z"], ["t"]), make_node("Gemm", ["t", "w"], ["y"], transB=1)]
    with pytest.raises(Problem, match=r"g\.onnx puts its latent through Relu before any affine layer"):
        sefa_directions(read_model(model(tmp_path / "g.onnx", nodes, {"w": A})))
    gated = [
        make_node("Gather", ["table", "label"], ["row"]),
        make_node("Mul", ["z", "row"], ["t"]),
        make_node("Gemm", ["t", "w"], ["y"], transB=1),
    ]
    weights = {"w": A, "table": np.ones((5, D), np.float32)}
    path = model(tmp_path / "h.onnx", gated, weights, more=[port("label", ["N"], "int64")])
    with pytest.raises(Problem, match="puts its latent through Mul"):
        sefa_directions(read_model(path))


def test_weights_that_say_nothing_are_a_problem(tmp_path: Path) -> None:
    node = make_node("Gemm", ["z", "w"], ["y"], transB=1)
    for value in (0.0, np.nan):
        path = model(tmp_path / "g.onnx", [node], {"w": np.full((OUT, D), value, np.float32)})
        with pytest.raises(Problem, match="not finite or all zero"):
            sefa_directions(read_model(path))


def test_models_that_take_no_latent_are_a_problem() -> None:
    with pytest.raises(Problem, match="takes no latent but picture"):
        sefa_directions(read_model(models_folder() / "faces" / "encoder.onnx"))


@pytest.mark.parametrize("name", ["faces", "faces-vae", "portraits", "portraits-gan"])
def test_the_bundled_models_have_directions(name: str) -> None:
    file = read_model(models_folder() / name / "generator.onnx")
    weight = next(t for t in file.proto.graph.initializer if t.name == "dense.weight")
    from onnx.numpy_helper import to_array

    found = sefa_directions(file, 5)
    values, rows = eigen(to_array(weight))
    assert np.stack([d.vector for d in found]) == pytest.approx(rows[:5], abs=1e-3)
    assert [d.details["eigenvalue"] for d in found] == pytest.approx(values[:5], rel=1e-4)


def test_a_bundled_model_with_classes_has_directions() -> None:
    file = read_model(models_folder() / "fashion" / "generator.onnx")
    found = np.stack([direction.vector for direction in sefa_directions(file, 5)])
    assert found.shape == (5, 64)
    assert found @ found.T == pytest.approx(np.eye(5), abs=1e-4)


@pytest.mark.parametrize("classes", [0, 3])
@pytest.mark.parametrize("axes", [1, 2, 4])
def test_the_tests_own_models_have_directions_too(tmp_path: Path, axes: int, classes: int) -> None:
    path = tiny_generator(tmp_path / "g.onnx", latent_axes=axes, classes=classes)
    assert len(sefa_directions(read_model(path))) == 4
