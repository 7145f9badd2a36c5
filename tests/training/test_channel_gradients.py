"""Channels of a real StyleGAN2: their layers, and gradients that tell what moving them by hand tells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.core.directions.region import Region
from explorer.core.inference.generator import Generator
from explorer.core.inference.style_space import channel_at
from explorer.core.rendering.conditions import Noise
from explorer.core.rendering.latents import sample
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.w_space import StyleRenderer
from explorer.training.projection.channel_gradients import channel_gradients
from explorer.training.weight_import.layouts.stylegan2 import rebuild
from explorer.training.weight_import.stylegan.style_export import export_style
from tests.stylegan import Style, nvidia_state

STYLE = Style(size=16, channel_base=64, channel_max=6, z_size=6, w_size=5)


@pytest.fixture
def generator(tmp_path: Path) -> Generator:
    rebuilt = rebuild(nvidia_state(STYLE), {})
    assert rebuilt is not None
    export_style(rebuilt, tmp_path / "sg")
    return Generator.open(tmp_path / "sg" / "generator.onnx", "cpu", trusted=True)


def test_the_layers_of_a_converted_stylegan2_are_those_of_the_paper(generator: Generator) -> None:
    layers = generator.style_layers
    assert [layer.paints for layer in layers] == [False, True, *[False, False, True] * 2]
    assert [layer.side for layer in layers] == [4, 4, 8, 8, 8, 16, 16, 16]
    assert generator.row_size == STYLE.styles * STYLE.w_size + sum(layer.channels for layer in layers)


def test_gradients_tell_what_small_steps_by_hand_tell(generator: Generator) -> None:
    torch.set_num_threads(1)
    renderer, region = StyleRenderer(generator), Region(2, 3, 6, 5)
    row = np.zeros(generator.row_size, np.float32)
    styles = STYLE.styles * STYLE.w_size
    row[:styles] = renderer.drawn(Scene(z=sample(0, 6))).reshape(-1)
    found = channel_gradients(generator, np.repeat(row[None], 8, axis=0), None, region)
    assert found is not None
    inside, elsewhere = found
    by_hand = []
    for place in range(len(inside)):
        name = channel_at(place, generator.style_layers).name
        ends = [renderer.render(replace(Scene(z=sample(0, 6)), directions=((name, a),))).picture for a in (-0.5, 0.5)]
        by_hand.append(np.square(ends[1].astype(float) - ends[0]).mean(axis=-1))
    squares, mask = np.array(by_hand), region.mask(16, 16)
    assert np.corrcoef(inside, np.sqrt(squares[:, mask].mean(axis=1)))[0, 1] > 0.9
    assert np.corrcoef(elsewhere, np.sqrt(squares[:, ~mask].mean(axis=1)))[0, 1] > 0.9
    assert channel_gradients(generator, row[None], None, region, cancelled=lambda: True) is None


def test_a_moved_channel_is_drawn_under_the_noise_of_the_scene(generator: Generator) -> None:
    renderer = StyleRenderer(generator)
    moved = Scene(z=sample(0, 6), directions=((channel_at(0, generator.style_layers).name, 2.0),))
    quiet = replace(moved, noise=Noise(strength=0.0))
    one, other = (renderer.render(scene).picture.astype(int) for scene in (moved, quiet))
    still = renderer.render(replace(quiet, directions=())).picture
    assert np.abs(one - other).max() > 3
    assert np.abs(other - still).max() > 3
    row = np.stack([renderer.drawn(quiet)])
    assert np.abs(generator.pictures(row, under=quiet.conditions)[0].astype(int) - other).max() <= 1
