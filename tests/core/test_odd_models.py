"""Generators of any origin: whatever their inputs and outputs look like, the same latent paints the same picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from onnx import NodeProto, ValueInfoProto, helper

from explorer.core.inference.generator import Generator
from explorer.core.models.graph import parse_model
from explorer.core.models.inspection import inspect
from explorer.core.models.interpretations import Interpretations
from explorer.core.problem import Problem
from tests.models import port, write_model

_SIDE, _CLASSES = 6, 3


@dataclass(frozen=True)
class Odd:
    """A generator to build: the form of what goes in and comes out."""

    latent: str = "N,d"
    latent_dtype: str = "float32"
    label: str = ""
    label_dtype: str = "int64"
    extra: str = ""
    out: str = "N,C,H,W"
    out_dtype: str = "float32"
    low: float = -1.0
    high: float = 1.0
    channels: int = 3
    batch: int | str = "N"
    size: int = 5
    opset: int = 17
    declared: bool = True
    label_first: bool = False

    @property
    def painted(self) -> int:
        """Channels of the picture as it is shown."""
        return min(self.channels, 3)


def _waves(odd: Odd) -> np.ndarray:
    wider = 1 if "oblong" in odd.out else 2 if "," in odd.out else 0
    shape = (odd.size, _SIDE, _SIDE + wider, odd.channels)
    return np.random.RandomState(5).standard_normal(shape).astype(np.float32)


def _shades(odd: Odd) -> np.ndarray:
    return np.linspace(-1.5, 1.5, _CLASSES, dtype=np.float32)


def expected(odd: Odd, z: np.ndarray, label: int = 0) -> np.ndarray:
    """The picture, (H, W, C) uint8, by numpy."""
    sums = np.tensordot(z, _waves(odd), 1) + (_shades(odd)[label] if odd.label else 0.0)
    values = np.rint(255 / (1 + np.exp(-sums)))
    alpha = values[..., 3:] / 255 if odd.channels == 4 else 1.0
    return values[..., : odd.painted] * alpha + 255 * (1 - alpha)


def build(path: Path, odd: Odd) -> Path:
    """Writes the generator. Its latent may come in two parts of 2 and ``size`` - 2 numbers."""
    nodes: list[NodeProto] = []
    weights: dict[str, np.ndarray] = {}

    def add(kind: str, given: list[str], **attributes: object) -> str:
        nodes.append(helper.make_node(kind, given, [f"v{len(nodes)}"], **attributes))
        return f"v{len(nodes) - 1}"

    def constant(value: object, dtype: type) -> str:
        weights[f"w{len(weights)}"] = np.array(value, dtype)
        return f"w{len(weights) - 1}"

    def flat(name: str, count: int) -> str:
        cast = add("Cast", [name], to=1)
        return add("Reshape", [cast, constant([-1, count], np.int64)])

    inputs: list[ValueInfoProto] = []
    if odd.latent == "parts":
        sizes = (2, odd.size - 2)
        inputs += [port(n, [odd.batch, s], odd.latent_dtype) for n, s in zip(("z", "c_cont"), sizes, strict=True)]
        rows = add("Concat", [flat("z", 2), flat("c_cont", odd.size - 2)], axis=1)
    else:
        shape = [{"N": odd.batch, "d": odd.size}.get(axis, 1) for axis in odd.latent.split(",")]
        inputs.append(port("noise", shape, odd.latent_dtype))
        rows = flat("noise", odd.size)
    waves = (
        np.moveaxis(_waves(odd), -1, 1)
        if odd.out in ("N,C,H,W", "C,H,W", "flat", "N,H,W", "H,W", "row")
        else _waves(odd)
    )
    sums = add("MatMul", [rows, constant(waves.reshape(odd.size, -1), np.float32)])
    if odd.label:
        shape = [{"N": odd.batch, "k": _CLASSES}.get(axis, 1) for axis in odd.label.split(",") if axis]
        shape = [] if odd.label == "scalar" else shape
        label = port("y" if "k" in odd.label else "class", shape, odd.label_dtype)
        inputs = [label, *inputs] if odd.label_first else [*inputs, label]
        if "k" in odd.label:
            row = add("Cast", [label.name], to=1)
            shade = add("MatMul", [row, constant(_shades(odd)[:, None], np.float32)])
        else:
            index = add("Reshape", [add("Cast", [label.name], to=7), constant([-1], np.int64)])
            shade = add("Gather", [constant(_shades(odd)[:, None], np.float32), index])
        sums = add("Add", [sums, shade])
    for extra in odd.extra.split():
        name, dtype, sizes = extra.split(":")
        shape = [odd.batch if s == "N" else int(s) for s in sizes.split(",") if s]
        inputs.append(port(name, shape, dtype))
        used = add("Cast", [name], to=1)
        if len(shape) == 4:  # noise: its mean counts for nothing, but it must be fed
            used = add("Mul", [used, constant(0.0, np.float32)])
            used = add("Reshape", [used, constant([-1, int(np.prod(shape[1:]))], np.int64)])
            used = add("MatMul", [used, constant(np.ones((int(np.prod(shape[1:])), 1)), np.float32)])
            sums = add("Add", [sums, used])
        elif "psi" in name or "alpha" in name:
            factor = used if not shape else add("Reshape", [used, constant([-1, 1], np.int64)])
            sums = add("Mul", [sums, factor])
        else:
            zero = add("Mul", [add("Reshape", [used, constant([-1, 1], np.int64)]), constant(0.0, np.float32)])
            sums = add("Add", [sums, zero])
    value = add("Sigmoid", [sums])
    value = add("Add", [add("Mul", [value, constant(odd.high - odd.low, np.float32)]), constant(odd.low, np.float32)])
    if np.dtype(odd.out_dtype).kind in "iu":
        value = add("Add", [value, constant(0.5, np.float32)])
    height, width = _waves(odd).shape[1:3]
    sizes = {"N": odd.batch, "C": odd.channels, "H": height, "W": width}
    last = (
        [odd.batch, height * width * odd.channels]
        if odd.out.startswith("flat")
        else [height * width * odd.channels]
        if odd.out == "row"
        else [sizes[axis] for axis in odd.out.split(",")]
    )
    inner = [-1 if size == "N" else int(size) for size in last]
    value = add("Reshape", [value, constant(inner, np.int64)])
    nodes.append(
        helper.make_node("Cast", [value], ["out"], to=helper.np_dtype_to_tensor_dtype(np.dtype(odd.out_dtype)))
    )
    out = port("out", last if odd.declared else [f"s{i}" for i in range(len(last))], odd.out_dtype)
    return write_model(path, nodes, inputs, [out], weights, odd.opset)


_BYTES = {"low": 0.0, "high": 255.0}
ODD = {
    "latent (N, d)": Odd(),
    "latent (N, d, 1, 1)": Odd(latent="N,d,1,1"),
    "latent (N, 1, 1, d)": Odd(latent="N,1,1,d"),
    "latent (N, 1, d)": Odd(latent="N,1,d"),
    "latent (N, d, 1)": Odd(latent="N,d,1"),
    "latent (d,)": Odd(latent="d", out="C,H,W"),
    "latent (d,), row of numbers": Odd(latent="d", out="row", channels=1),
    "latent of two parts": Odd(latent="parts"),
    "latent of two parts and a class": Odd(latent="parts", label="N", label_first=True),
    "latent of half precision": Odd(latent_dtype="float16"),
    "latent of double precision": Odd(latent_dtype="float64"),
    "latent of one number": Odd(size=1),
    "class (N,) int64": Odd(label="N"),
    "class (N,) int32": Odd(label="N", label_dtype="int32"),
    "class (N, 1) int64": Odd(label="N,1"),
    "class without axes": Odd(label="scalar", batch=1),
    "class one-hot float": Odd(label="N,k", label_dtype="float32"),
    "class one-hot half": Odd(label="N,k", label_dtype="float16", label_first=True),
    "class one-hot integer": Odd(label="N,k", label_dtype="int64"),
    "class as a float": Odd(label="N", label_dtype="float32"),
    "class first": Odd(label="N", label_first=True),
    "truncation without axes": Odd(extra="truncation_psi:float32:"),
    "truncation (1,)": Odd(extra="psi:float32:1"),
    "truncation (N, 1)": Odd(extra="psi:float32:N,1"),
    "alpha of a growing generator": Odd(extra="alpha:float32:"),
    "noise that follows the batch": Odd(extra="noise_4:float32:N,1,4,4 noise_8:float32:N,1,8,8"),
    "noise for one picture": Odd(extra="noise_4:float32:1,1,4,4", batch=1),
    "noise of half precision": Odd(extra="noise_4:float16:N,1,4,4"),
    "seed": Odd(extra="seed:int64:"),
    "seed (1,)": Odd(extra="random_seed:int32:1"),
    "switch": Odd(extra="training:bool:"),
    "class, truncation and noise": Odd(label="N", extra="psi:float32: noise0:float32:N,1,4,4"),
    "NHWC": Odd(out="N,H,W,C"),
    "NHWC grey": Odd(out="N,H,W,C", channels=1),
    "NCHW grey": Odd(channels=1),
    "NHW grey": Odd(out="N,H,W", channels=1),
    "HW grey, one picture": Odd(out="H,W", channels=1, batch=1),
    "HWC, one picture": Odd(out="H,W,C", batch=1),
    "CHW, one picture": Odd(out="C,H,W", batch=1),
    "RGBA NCHW": Odd(channels=4),
    "RGBA NHWC bytes": Odd(out="N,H,W,C", channels=4, out_dtype="uint8", **_BYTES),
    "flat grey": Odd(out="flat", channels=1),
    "flat colour": Odd(out="flat"),
    "0 to 1": Odd(low=0.0),
    "0 to 255": Odd(**_BYTES),
    "raw": Odd(low=-7.0, high=12.0),
    "bytes": Odd(out_dtype="uint8", **_BYTES),
    "whole numbers": Odd(out_dtype="int32", **_BYTES),
    "half precision": Odd(out_dtype="float16", latent_dtype="float16"),
    "double precision": Odd(out_dtype="float64"),
    "four at a time": Odd(batch=4),
    "one at a time": Odd(batch=1),
    "sizes left open": Odd(declared=False),
    "sizes left open, NHWC": Odd(declared=False, out="N,H,W,C"),
    **{f"opset {number}": Odd(opset=number) for number in (7, 8, 9, 11, 13, 15, 21)},
    "opset 7 with noise": Odd(opset=7, extra="noise_map:float32:N,1,4,4"),
}


@pytest.fixture(autouse=True)
def _nothing_was_said_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_the_same_latent_paints_the_same_picture(odd: Odd, tmp_path: Path) -> None:
    generator = Generator.open(build(tmp_path / "odd.onnx", odd), "cpu", trusted=True)
    try:
        card = generator.card
        assert (card.latent_size, card.channels) == (odd.size, odd.painted)
        assert len(card.classes) == (_classes(odd))
        # A raw range can only be measured on a few pictures, so that its ends are a little off.
        near = 30 if odd.low == -7.0 else 4 if "16" in odd.out_dtype + odd.latent_dtype else 1
        draw = np.random.RandomState(2)
        z = (0.4 * draw.standard_normal((3, odd.size))).astype(np.float32)
        label = len(card.classes) - 1 if card.classes else None
        for row in z:
            found = generator.picture(row, label).astype(int)
            assert np.abs(found - expected(odd, row, label or 0)).max() <= near
        many = generator.pictures(z, [label] * 3).astype(int)
        assert np.abs(many - np.stack([expected(odd, row, label or 0) for row in z])).max() <= near
    finally:
        generator.close()


def _classes(odd: Odd) -> int:
    return _CLASSES if odd.label else 0


def test_there_are_enough_of_them() -> None:
    assert len(ODD) >= 40


def test_what_is_held_is_told(tmp_path: Path) -> None:
    path = build(tmp_path / "odd.onnx", Odd(extra="psi:float32: seed:int64: training:bool: noise_0:float32:N,1,4,4"))
    told = " ".join(inspect(path, trusted=True).problems)
    for name in ("psi is held at 1", "seed is held at 0", "training is off", "noise_0 is one fixed noise"):
        assert name in told


def test_flat_pictures_with_channels_last_are_right_once_that_is_said(tmp_path: Path) -> None:
    odd = Odd(out="flat-last")
    path = build(tmp_path / "odd.onnx", odd)
    file = parse_model(path)
    z = np.linspace(-0.5, 0.5, odd.size).astype(np.float32)
    wrong = _picture(path, z)
    assert np.abs(wrong - expected(odd, z)).max() > 20
    Interpretations().keep(file.hash, {"layout": "flat-last"})
    assert np.abs(_picture(path, z) - expected(odd, z)).max() <= 1


def test_a_range_that_is_said_goes_before_the_guess(tmp_path: Path) -> None:
    path = build(tmp_path / "odd.onnx", Odd(low=-0.5, high=1.5))
    before = inspect(path, trusted=True)
    assert before.doubts
    Interpretations().keep(parse_model(path).hash, {"value_range": (-0.5, 1.5), "distribution": "uniform"})
    after = inspect(path, trusted=True)
    assert after.card.value_range == (-0.5, 1.5)
    assert after.card.distribution == "uniform"
    assert not after.doubts
    z = np.linspace(-0.5, 0.5, 5).astype(np.float32)
    assert np.abs(_picture(path, z) - expected(Odd(), z)).max() <= 1


def test_rows_of_pixels_that_are_no_square_open_once_their_sides_are_said(tmp_path: Path) -> None:
    odd = Odd(out="flat,oblong", channels=1)
    path = build(tmp_path / "odd.onnx", odd)
    with pytest.raises(Problem, match="not a generator that is understood") as refused:
        _picture(path, np.zeros(5, np.float32))
    assert "--sides" in refused.value.hint
    Interpretations().keep(parse_model(path).hash, {"width": _SIDE + 1, "height": _SIDE})
    z = np.linspace(-0.5, 0.5, odd.size).astype(np.float32)
    assert np.abs(_picture(path, z) - expected(odd, z)).max() <= 1


def test_a_latent_whose_size_is_left_open_has_that_of_its_weights(tmp_path: Path) -> None:
    nodes = [helper.make_node("MatMul", ["z", "w"], ["flat"])]
    weights = {"w": np.random.RandomState(0).standard_normal((5, 64)).astype(np.float32)}
    ports = [port("z", ["N", "d"])], [port("flat", ["N", 64])]
    card = inspect(write_model(tmp_path / "odd.onnx", nodes, *ports, weights), trusted=True).card
    assert (card.latent_size, card.height, card.width) == (5, 8, 8)


def test_sides_that_cannot_be_are_told_and_not_used(tmp_path: Path) -> None:
    path = build(tmp_path / "odd.onnx", Odd(out="flat", channels=1))
    Interpretations().keep(parse_model(path).hash, {"height": 5, "width": 5})
    found = inspect(path, trusted=True)
    assert (found.card.height, found.card.width) == (_SIDE, _SIDE)
    assert any("5 x 5 pixels" in said for said in found.problems)


def test_a_dropout_left_on_is_noticed(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Dropout", ["z", "share", "on"], ["fewer"]),
        helper.make_node("MatMul", ["fewer", "w"], ["flat"]),
    ]
    weights = {
        "w": np.random.RandomState(0).standard_normal((16, 64)).astype(np.float32),
        "share": np.float32(0.5),
        "on": np.array(True),
    }
    path = write_model(tmp_path / "odd.onnx", nodes, [port("z", ["N", 16])], [port("flat", ["N", 64])], weights)
    assert any("different results twice" in said for said in inspect(path, trusted=True).problems)


def test_a_child_process_finds_the_same(tmp_path: Path) -> None:
    path = build(tmp_path / "odd.onnx", Odd(label="N", extra="psi:float32: noise0:float32:N,1,4,4"))
    assert inspect(path) == inspect(path, trusted=True)


def _picture(path: Path, z: np.ndarray) -> np.ndarray:
    generator = Generator.open(path, "cpu", trusted=True)
    try:
        return generator.picture(z).astype(int)
    finally:
        generator.close()
