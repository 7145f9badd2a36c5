"""What layers see: found in any generator's graph, and equal to the tensors there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import helper

from explorer.core.inference import features
from explorer.core.inference.features import FeatureLayer, FeatureMaps, layer_called
from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.renderer import renderer_of
from explorer.core.rendering.scene import Scene
from explorer.paths import models_folder
from tests.models import tiny_generator, tiny_stylegan

FACES = models_folder() / "faces" / "generator.onnx"


@pytest.fixture(scope="module")
def faces():
    generator = Generator.open(FACES, "cpu", trusted=True)
    yield generator
    generator.close()


def test_a_layer_gives_what_the_unchanged_graph_computes_there(faces: Generator) -> None:
    z = sample(3, faces.card.latent_size)
    model = onnx.load(FACES)
    layer = faces.layers[2]
    model.graph.output.append(helper.make_tensor_value_info(layer.tensor, 1, None))
    whole = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    expected = whole.run([layer.tensor], {model.graph.input[0].name: z[None]})[0][0]
    assert (layer.channels, layer.height, layer.width) == expected.shape
    assert np.allclose(faces.features(layer, z), expected, atol=1e-4)


def test_activations_are_those_after_the_bend_and_in_order(faces: Generator) -> None:
    assert [(layer.channels, layer.height) for layer in faces.layers] == [
        (256, 4),
        (192, 8),
        (128, 16),
        (64, 32),
        (40, 64),
    ]
    assert [layer.number for layer in faces.layers] == [0, 1, 2, 3, 4]
    assert faces.features(faces.layers[4], sample(0, 64)).min() == 0.0  # behind a ReLU


def test_large_layers_are_averaged_down(faces: Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    z, layer = sample(1, 64), faces.layers[3]
    whole = faces.features(layer, z)
    monkeypatch.setattr(features, "LARGEST_SIDE", 16)
    faces.features(faces.layers[0], z)  # takes the place of the session that stops there
    assert np.allclose(faces.features(layer, z), whole.reshape(64, 16, 2, 16, 2).mean((2, 4)), atol=1e-5)


def test_style_based_models_show_theirs_moved_channels_and_all(tmp_path: Path) -> None:
    renderer = renderer_of(Generator.open(tiny_stylegan(tmp_path / "sg") / "generator.onnx", "cpu", trusted=True))
    scene, layer = Scene(z=sample(1, 4)), renderer.generator.layers[-1]
    moved = replace(scene, directions=(("s0:1", 5.0),))
    before, after = (renderer.features(each, layer).values for each in (scene, moved))
    assert before.shape == (layer.channels, layer.height, layer.width)
    assert np.abs(after - before).max() > 1e-3
    renderer.generator.close()


def test_a_model_without_convolutions_says_so(tmp_path: Path) -> None:
    generator = Generator.open(tiny_generator(tmp_path / "g.onnx"), "cpu", trusted=True)
    with pytest.raises(Problem, match="no layers"):
        layer_called("0", generator.layers, "g")
    generator.close()


def test_channels_are_ordered_by_how_much_they_vary_and_stretched_to_grey() -> None:
    values = np.zeros((3, 2, 2), np.float32)
    values[1], values[2] = [[0, 4], [0, 4]], [[-1, 0], [0, 1]]
    maps = FeatureMaps(FeatureLayer(0, "x", 3, 2, 2), values)
    assert maps.strongest(2) == (1, 2)
    assert maps.picture(2)[:, :, 0].tolist() == [[0, 128], [128, 255]]
    assert maps.picture(0)[:, :, 0].tolist() == [[128, 128], [128, 128]]
    assert np.allclose(maps.map(None), values.mean(0))
