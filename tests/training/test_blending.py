"""Layers of two StyleGANs in one: as if their state dicts had been joined, drawn by the formulas in torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch
from onnx import numpy_helper
from torch import Tensor

from explorer.core.inference.blending import Blend, blended, save_blend, switch_sides
from explorer.core.inference.generator import Generator
from explorer.core.models.graph import ModelFile
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from explorer.training.weight_import.layouts import stylegan2, stylegan3
from explorer.training.weight_import.stylegan.style_export import export_style
from tests.models import tiny_stylegan
from tests.stylegan import Filtered, Style, filtered_picture, filtered_state, nvidia_state, reference_picture

NAMES = ("A", "B")
PLAIN = [Style(size=32, seed=seed) for seed in (0, 5)]
FILTERED = [Filtered(seed=seed) for seed in (0, 5)]


def written(folder: Path, style: Style | Filtered, state: dict[str, Tensor]) -> ModelFile:
    layout = stylegan2 if isinstance(style, Style) else stylegan3
    rebuilt = layout.rebuild(state, {})
    assert rebuilt is not None
    export_style(rebuilt, folder)
    return read_model(folder / "generator.onnx")


def drawn(model: object, ws: Tensor) -> np.ndarray:
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])  # type: ignore[attr-defined]
    result: np.ndarray = session.run(None, {"w": ws.numpy()})[0]
    return result


def styles(style: Style | Filtered) -> Tensor:
    return torch.randn((2, style.styles, style.w_size), generator=torch.Generator().manual_seed(1))


def test_blocks_of_stylegan2_are_taken_from_the_second_from_a_side_on(tmp_path: Path) -> None:
    states = [nvidia_state(style) for style in PLAIN]
    files = [written(tmp_path / name, *each) for name, *each in zip(NAMES, PLAIN, states, strict=True)]
    assert switch_sides(files[0].proto, "A") == (8, 16, 32)
    made = blended(*files, Blend(16), NAMES)
    fine = ("synthesis.b16.", "synthesis.b32.")
    joined = {name: states[name.startswith(fine)][name] for name in states[0]}
    expected = reference_picture(joined, PLAIN[0], styles(PLAIN[0]))
    assert np.abs(drawn(made, styles(PLAIN[0])) - expected.numpy()).max() < 1e-3


def test_a_soft_change_joins_weights_and_keeps_unit_variance(tmp_path: Path) -> None:
    states = [nvidia_state(style) for style in PLAIN]
    for name in states[0]:
        if name.endswith("noise_const"):
            states[1][name] = states[0][name]  # of which only the product with its strength is kept
    files = [written(tmp_path / name, *each) for name, *each in zip(NAMES, PLAIN, states, strict=True)]
    blend = Blend(16, width=1.5)
    made = blended(*files, blend, NAMES)
    joined = {
        name: torch.lerp(value, states[1][name], blend.share(_side(name))) if value.dim() else value
        for name, value in states[0].items()
    }
    for name in joined:
        if name.endswith("noise_strength"):
            joined[name] = torch.lerp(states[0][name], states[1][name], blend.share(_side(name)))
    expected = reference_picture(joined, PLAIN[0], styles(PLAIN[0]))
    assert np.abs(drawn(made, styles(PLAIN[0])) - expected.numpy()).max() < 1e-3
    assert [round(blend.share(side), 2) for side in (4, 8, 16, 32)] == [0.27, 0.42, 0.58, 0.73]


def _side(name: str) -> int:
    return int(name.split(".")[1][1:]) if name.startswith("synthesis.b") else 4


def test_layers_of_stylegan3_bring_their_own_gains(tmp_path: Path) -> None:
    states = [filtered_state(style) for style in FILTERED]
    files = [written(tmp_path / name, *each) for name, *each in zip(NAMES, FILTERED, states, strict=True)]
    side = switch_sides(files[0].proto, "A")[0]
    made = blended(*files, Blend(side), NAMES)
    names = [name for name in states[0] if name.startswith("synthesis.L")]
    margins = FILTERED[0].margin * 2
    sides = {name: int(name.split(".")[1].split("_")[1]) for name in names}
    last = sorted({name.split(".")[1] for name in names}, key=lambda name: int(name[1:].split("_")[0]))[-2:]
    fine = {n for n in names if sides[n] - (0 if n.split(".")[1] in last else margins) >= side}
    assert 0 < len(fine) < len(names)
    joined = {name: states[name in fine][name] for name in states[0]}
    expected = filtered_picture(joined, FILTERED[0], styles(FILTERED[0]))
    assert np.abs(drawn(made, styles(FILTERED[0])) - expected.numpy()).max() < 1e-3


def test_a_blend_is_a_model_whose_card_says_what_it_is_made_of(tmp_path: Path) -> None:
    for name, style in zip(NAMES, PLAIN, strict=True):
        written(tmp_path / name, style, nvidia_state(style))
    first = (tmp_path / "A" / "generator.onnx", tmp_path / "A" / "mapping.onnx")
    save_blend(tmp_path / "new", first, tmp_path / "B" / "generator.onnx", Blend(16))
    generator = Generator.open(tmp_path / "new" / "generator.onnx", "cpu", trusted=True)
    assert generator.card.config["blend"]["from"] == 16
    assert "below 16 pixels" in generator.card.data
    assert generator.card.parity is None
    assert generator.card.name == "A + B"
    assert generator.mapping is not None
    assert (tmp_path / "new" / "preview.png").exists()
    generator.close()
    with pytest.raises(Problem, match="not empty"):
        save_blend(tmp_path / "new", first, tmp_path / "B" / "generator.onnx", Blend(16))


def test_what_does_not_go_together_is_said(tmp_path: Path) -> None:
    one = written(tmp_path / "A", PLAIN[0], nvidia_state(PLAIN[0]))
    larger = Style(size=64)
    other = written(tmp_path / "B", larger, nvidia_state(larger))
    narrow = Style(size=32, channel_max=16)
    third = written(tmp_path / "C", narrow, nvidia_state(narrow))
    foreign = read_model(tiny_stylegan(tmp_path / "D") / "generator.onnx")
    with pytest.raises(Problem, match="built differently"):
        blended(one, other, Blend(16), NAMES)
    with pytest.raises(Problem, match="A is a StyleGAN2, B a StyleGAN3"):
        blended(one, written(tmp_path / "E", Filtered(), filtered_state(Filtered())), Blend(16), NAMES)
    with pytest.raises(Problem, match="not have the same shape"):
        blended(one, third, Blend(16), NAMES)
    with pytest.raises(Problem, match="not a StyleGAN that this program"):
        blended(one, foreign, Blend(16), NAMES)
    with pytest.raises(Problem, match="at 4 pixels"):
        blended(one, one, Blend(4), NAMES)


def test_layers_keep_the_limits_of_their_own_model(tmp_path: Path) -> None:
    files = [
        written(tmp_path / name, style, nvidia_state(style))
        for name, style in zip(NAMES, (PLAIN[0], Style(size=32, seed=5)), strict=True)
    ]
    for node in files[1].proto.graph.node:  # as if it had been trained with other limits
        for place, name in enumerate(node.input):
            if name in ("number -256.0", "number 256.0"):
                node.input[place] = name.replace("256", "0")
    for tensor in files[1].proto.graph.initializer:
        if tensor.name in ("number -256.0", "number 256.0"):
            tensor.CopyFrom(numpy_helper.from_array(np.float32(0), tensor.name.replace("256", "0")))
    made = blended(*files, Blend(32), NAMES)
    coarse = drawn(files[0].proto, styles(PLAIN[0]))
    assert np.abs(drawn(made, styles(PLAIN[0])) - coarse).max() > 0.1
    clips = [node.input[2] for node in made.graph.node if node.op_type == "Clip"]
    assert clips == ["number 256.0"] * 8 + ["number 0.0"] * 3
