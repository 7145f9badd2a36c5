"""Noise and movement of converted StyleGANs: by NVIDIA's formulas, and nothing changed where nothing is asked for."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from explorer.core.inference.adjustable import Adjustable
from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.conditions import Conditions, Noise, Placement
from explorer.core.rendering.renderer import renderer_of
from explorer.core.rendering.scene import Scene
from explorer.training.weight_import.layouts import stylegan2, stylegan3
from explorer.training.weight_import.stylegan.style_export import export_style
from tests.stylegan import Filtered, Style, filtered_picture, filtered_state, nvidia_state, reference_picture

NOISY, MOVING = Style(size=64), Filtered()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for name, layout, state in (
        ("noisy", stylegan2, nvidia_state(NOISY)),
        ("moving", stylegan3, filtered_state(MOVING)),
    ):
        rebuilt = layout.rebuild(state, {})
        assert rebuilt is not None
        made[name] = tmp_path_factory.mktemp(name)
        export_style(rebuilt, made[name])
    return made


def opened(folder: Path) -> Generator:
    return Generator.open(folder / "generator.onnx", "cpu", trusted=True)


def styles_of(style: Style | Filtered) -> torch.Tensor:
    return torch.randn((1, style.styles, style.w_size), generator=torch.Generator().manual_seed(3))


def as_bytes(picture: torch.Tensor) -> np.ndarray:
    return np.clip(np.rint((picture[0].numpy().transpose(1, 2, 0) + 1) * 127.5), 0, 255)


def apart(picture: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.abs(picture.astype(float) - wanted).max())


@pytest.mark.parametrize(("name", "style"), [("noisy", NOISY), ("moving", MOVING)], ids=["StyleGAN2", "StyleGAN3"])
def test_usual_pictures_are_to_the_bit_what_the_file_paints(
    folders: dict[str, Path], name: str, style: Style | Filtered
) -> None:
    ws = styles_of(style).numpy()
    session = onnxruntime.InferenceSession(folders[name] / "generator.onnx", providers=["CPUExecutionProvider"])
    (plain,) = session.run(None, {"w": ws})
    wanted = np.clip(np.rint((plain[0].transpose(1, 2, 0) + 1) * np.float32(127.5)), 0, 255)
    generator = opened(folders[name])
    shown = generator.picture(ws[0])
    assert apart(shown, wanted) == 0.0
    other = Conditions(Noise(5, 1.5)) if name == "noisy" else Conditions(placement=Placement(0.3, 0.1, 20.0))
    assert apart(generator.picture(ws[0], under=other), wanted) > 8
    assert (generator.picture(ws[0]) == shown).all()


@pytest.mark.parametrize("strength", [0.0, 0.5, 2.0])
def test_the_own_noise_is_scaled_in_every_layer(folders: dict[str, Path], strength: float) -> None:
    state, ws = nvidia_state(NOISY), styles_of(NOISY)
    for name in state:
        if name.endswith("noise_strength"):
            state[name] = state[name] * strength
    shown = opened(folders["noisy"]).picture(ws[0].numpy(), under=Conditions(Noise(strength=strength)))
    assert apart(shown, as_bytes(reference_picture(state, NOISY, ws))) <= 1


def test_free_noise_is_drawn_layer_by_layer_as_strong_as_the_own(folders: dict[str, Path]) -> None:
    state, ws, drawn = nvidia_state(NOISY), styles_of(NOISY), np.random.RandomState(7)
    for name in [name for name in state if name.endswith("noise_const")]:
        own = state[name].double()
        noise = drawn.standard_normal(own.shape) * float(own.square().mean().sqrt())
        state[name] = torch.from_numpy(noise).float() * math.copysign(1, state[f"{name[:-5]}strength"])
    generator = opened(folders["noisy"])
    shown = generator.picture(ws[0].numpy(), under=Conditions(Noise(7)))
    assert apart(shown, as_bytes(reference_picture(state, NOISY, ws))) <= 1
    assert (shown != generator.picture(ws[0].numpy(), under=Conditions(Noise(8)))).any()


def test_a_sheet_and_a_preview_have_the_noise_of_the_picture(folders: dict[str, Path]) -> None:
    generator = opened(folders["noisy"])
    ws, under = np.repeat(styles_of(NOISY).numpy(), 3, axis=0), Conditions(Noise(7))
    for picture in generator.pictures(ws, under=under):
        assert apart(picture, generator.picture(ws[0], under=under).astype(float)) <= 1


def test_a_preview_takes_the_noise_of_its_own_layers(tmp_path: Path) -> None:
    rebuilt = stylegan2.rebuild(nvidia_state(Style(size=256, channel_max=4, channel_base=256)), {})
    assert rebuilt is not None
    export_style(rebuilt, tmp_path)
    generator, ws = opened(tmp_path), np.zeros((14, 16), np.float32)
    assert generator.previews
    assert (generator.preview(ws, Conditions(Noise(3, 2.0))) != generator.preview(ws)).any()


@pytest.mark.parametrize(
    "place",
    [Placement(0.25, 0, 0), Placement(0, -0.1, 0), Placement(0, 0, 90), Placement(0.2, 0.1, -30), Placement(3, 2, 180)],
)
def test_a_movement_is_that_of_nvidias_transform(folders: dict[str, Path], place: Placement) -> None:
    turn = math.radians(place.degrees)
    # As gen_images.py makes it, and takes the inverse of it.
    moved = np.eye(3)
    moved[0, :] = math.cos(turn), math.sin(turn), place.x
    moved[1, :] = -math.sin(turn), math.cos(turn), place.y
    state, ws = filtered_state(MOVING), styles_of(MOVING)
    state["synthesis.input.transform"] = torch.from_numpy(np.linalg.inv(moved)).float()
    shown = opened(folders["moving"]).picture(ws[0].numpy(), under=Conditions(placement=place))
    assert apart(shown, as_bytes(filtered_picture(state, MOVING, ws))) <= 1


def test_content_goes_where_it_is_moved_to(folders: dict[str, Path]) -> None:
    generator, w = opened(folders["moving"]), styles_of(MOVING)[0].numpy()
    plain = generator.picture(w).astype(float)
    right = generator.picture(w, under=Conditions(placement=Placement(8 / 32, 0.0))).astype(float)
    down = generator.picture(w, under=Conditions(placement=Placement(0.0, 8 / 32))).astype(float)
    inner = slice(6, 18)
    assert apart(right[inner, 14:26], plain[inner, inner]) < apart(right[inner, inner], plain[inner, inner]) / 2
    assert apart(down[14:26, inner], plain[inner, inner]) < apart(down[inner, inner], plain[inner, inner]) / 2


def test_what_a_model_lacks_is_refused(folders: dict[str, Path]) -> None:
    noisy, moving = opened(folders["noisy"]), opened(folders["moving"])
    assert (noisy.adjustable.has_noise, noisy.adjustable.moves) == (True, False)
    assert (moving.adjustable.has_noise, moving.adjustable.moves) == (False, True)
    z = np.zeros(10, np.float32)
    with pytest.raises(Problem, match="no noise"):
        renderer_of(moving).check(Scene(z=z, noise=Noise(3)))
    with pytest.raises(Problem, match="cannot be moved"):
        noisy.picture(np.zeros(24, np.float32), under=Conditions(placement=Placement(0.1)))


def test_a_graph_of_others_has_nothing_that_is_called_alike(folders: dict[str, Path]) -> None:
    model = onnx.load(folders["noisy"] / "generator.onnx")
    assert Adjustable(model, (), 1).has_noise
    model.producer_name = "pytorch"
    assert not Adjustable(model, (), 1).has_noise
