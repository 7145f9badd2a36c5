"""StyleGAN3s of others: rebuilt from their weights, and written as two ONNX files."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from PIL import Image
from torch import Tensor

from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.w_space import StyleRenderer
from explorer.training.networks import stylegan3_synthesis
from explorer.training.weight_import.layouts import stylegan2, stylegan3
from explorer.training.weight_import.pickles.nvidia import rebuild_pickle
from explorer.training.weight_import.stylegan import style_export
from explorer.training.weight_import.stylegan.style_export import export_style
from tests.stylegan import RATE, Filtered, filtered_picture, filtered_state, reference_w, write_nvidia_pickle

TOLERANCE = 1e-4
STYLES = {
    "T": Filtered(),
    "R": Filtered(radial=True),
    "conditional": Filtered(classes=3),
    "grey and clamped": Filtered(size=64, layers=6, colours=1, clamp=0.6),
    "unclamped": Filtered(clamp=None),
}


def noise(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(1))


def labels_of(style: Filtered, count: int) -> list[Tensor]:
    return [torch.arange(count) % style.classes] if style.classes else []


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_a_pickle_paints_as_the_formulas_do_in_torch_and_onnx(style: Filtered, tmp_path: Path) -> None:
    state = filtered_state(style)
    rebuilt = rebuild_pickle(write_nvidia_pickle(tmp_path / "cats.pkl", style, state))
    z, labels = noise(3, style.z_size), labels_of(style, 3)
    w = rebuilt.networks["mapping"](z, *labels)
    assert torch.allclose(w, reference_w(state, z, *labels), atol=TOLERANCE)
    ws = noise(5, style.styles, style.w_size)
    expected = filtered_picture(state, style, ws)
    picture = rebuilt.networks["generator"](ws)
    assert picture.shape == (5, style.colours, style.size, style.size)
    assert torch.allclose(picture, expected, atol=TOLERANCE)
    assert (rebuilt.layout, rebuilt.problems) == ("StyleGAN3", ())
    generator = export_style(rebuilt, tmp_path / "out")[0]
    session = onnxruntime.InferenceSession(generator, providers=["CPUExecutionProvider"])
    for count in (1, 2, 5):
        (drawn,) = session.run(None, {"w": ws[:count].numpy()})
        assert np.abs(drawn - expected[:count].numpy()).max() < TOLERANCE
    onnx.checker.check_model(onnx.load(generator), full_check=True)


def test_the_state_dict_alone_tells_as_much_where_it_was_built_as_usual() -> None:
    style = Filtered(size=64, layers=6)
    state = filtered_state(style)
    rebuilt = stylegan3.rebuild({f"G_ema.{name}": tensor for name, tensor in state.items()}, {})
    assert rebuilt is not None
    ws = noise(1, style.styles, style.w_size)
    assert torch.allclose(rebuilt.networks["generator"](ws), filtered_picture(state, style, ws), atol=TOLERANCE)
    card = rebuilt.card
    assert (card.latent_size, card.styles, card.style_size, card.height) == (10, 8, 8, 64)


def test_each_layout_leaves_the_other_alone() -> None:
    assert stylegan2.rebuild(filtered_state(Filtered()), {}) is None
    assert stylegan3.rebuild({"mapping.fc0.weight": noise(4, 4), "synthesis.b4.const": noise(4, 4, 4)}, {}) is None


def test_a_moved_picture_is_told() -> None:
    state = filtered_state(Filtered())
    state["synthesis.input.transform"][0, 2] = 0.5
    rebuilt = stylegan3.rebuild(state, {})
    assert rebuilt is not None
    assert any("moved" in said for said in rebuilt.problems)


@pytest.mark.parametrize(
    ("ending", "shape"),
    [("up_filter", (3,)), ("affine.weight", (12,)), ("magnitude_ema", (7,)), ("down_filter", (4, 4, 4))],
)
def test_parts_that_do_not_fit_are_refused(ending: str, shape: tuple[int, ...]) -> None:
    style = Filtered()
    state = filtered_state(style)
    state[f"synthesis.{style.layer(1)[0]}.{ending}"] = torch.ones(shape)
    with pytest.raises(Problem):
        stylegan3.rebuild(state, {})


def test_a_missing_part_is_named() -> None:
    state = filtered_state(Filtered())
    del state["synthesis.input.phases"]
    with pytest.raises(Problem, match=r"lacks its synthesis\.input\.phases"):
        stylegan3.rebuild(state, {})


def test_layers_that_are_larger_than_any_picture_are_refused() -> None:
    names = ("mapping.fc0.weight", "synthesis.input.freqs", "synthesis.L0_36_32.weight", "synthesis.L1_9000_32.weight")
    tensors = {name: torch.ones(2, 2) for name in names} | {"mapping.fc0.bias": torch.ones(2)}
    with pytest.raises(Problem, match="layers of 9000 pixels"):
        stylegan3.rebuild(tensors, {})


@pytest.mark.parametrize("style", [Filtered(size=64, layers=6), Filtered(size=64, layers=6, radial=True)], ids="TR")
def test_what_is_large_is_bent_share_by_share(style: Filtered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    most = 5 * 180**2
    monkeypatch.setattr(stylegan3_synthesis, "_MOST_FINE", most)
    rebuilt = stylegan3.rebuild(filtered_state(style), {}, {"synthesis.input.sampling_rate": 16.0})
    assert rebuilt is not None
    synthesis = rebuilt.networks["generator"]
    shares = [layer.shape.shares for layer in synthesis.layers]
    assert [5, 5, 2] in shares
    ws = noise(1, style.styles, style.w_size)
    picture = synthesis(ws)
    assert torch.allclose(picture, filtered_picture(filtered_state(style), style, ws), atol=TOLERANCE)
    generator = export_style(rebuilt, tmp_path / "out")[0]
    model = onnx.load(generator)
    inferred = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
    largest = max(np.prod([d.dim_value or 1 for d in v.type.tensor_type.shape.dim]) for v in inferred.value_info)
    assert largest < 1.3 * most, "the grid between two filters is a little larger"
    drawn = onnxruntime.InferenceSession(generator, providers=["CPUExecutionProvider"]).run(None, {"w": ws.numpy()})[0]
    assert np.abs(drawn - picture.numpy()).max() < TOLERANCE


def test_of_large_pictures_the_middle_is_compared_and_one_is_drawn_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    style = Filtered(size=128, layers=6)
    rebuilt = stylegan3.rebuild(filtered_state(style), {}, {"synthesis.input.sampling_rate": 16.0})
    assert rebuilt is not None
    sizes: list[tuple[int, ...]] = []
    run = style_export._Written.run

    def noting(self: style_export._Written, feeds: list[Tensor]) -> np.ndarray:
        drawn = run(self, feeds)
        sizes.append(drawn.shape)
        return drawn

    monkeypatch.setattr(style_export, "_LARGE", 127**2)
    monkeypatch.setattr(style_export._Written, "run", noting)
    export_style(rebuilt, tmp_path / "out")
    assert [shape for shape in sizes if len(shape) == 4] == [(n, 3, 64, 64) for n in (1, 2, 5)] + [(1, 3, 128, 128)]
    with Image.open(tmp_path / "out" / "preview.png") as preview:
        assert preview.size == (128, 128)


def test_the_middle_of_a_picture_is_what_the_whole_has_there() -> None:
    style = Filtered(size=128, layers=6)
    rebuilt = stylegan3.rebuild(filtered_state(style), {}, {"synthesis.input.sampling_rate": 16.0})
    assert rebuilt is not None
    whole, ws = rebuilt.networks["generator"], noise(1, style.styles, style.w_size)
    assert isinstance(whole, stylegan3_synthesis.FilteredSynthesis)
    wide = whole.middle(96)(ws)  # of which a third is far from its edges
    assert torch.allclose(wide[..., 40:56, 40:56], whole(ws)[..., 56:72, 56:72], atol=1e-3)


def test_a_wrong_weight_shows_in_the_middle() -> None:
    style = Filtered(size=128, layers=6)
    rebuilt = stylegan3.rebuild(filtered_state(style), {}, {"synthesis.input.sampling_rate": 16.0})
    assert rebuilt is not None
    whole, ws = rebuilt.networks["generator"], noise(1, style.styles, style.w_size)
    assert isinstance(whole, stylegan3_synthesis.FilteredSynthesis)
    before = whole.middle()(ws)
    for number in range(len(whole.layers)):
        other = whole.middle()
        other.layers[number].weight = torch.nn.Parameter(other.layers[number].weight * 1.5 + 0.1, requires_grad=False)
        assert (other(ws) - before).abs().max() > 0.01, number


# StyleGAN-XL: a StyleGAN3 whose classes are features of a classifier, grown by other layers at its end.


def grown_state(style: Filtered, classes: int, features: int = 7) -> OrderedDict[str, Tensor]:
    """The state dict of a StyleGAN-XL, random."""
    state = filtered_state(style)
    rng = torch.Generator().manual_seed(3)
    state["mapping.embed.weight"] = torch.randn((max(classes, 5), features), generator=rng)
    if classes:
        state["mapping.embed_proj.weight"] = torch.randn((style.z_size, features), generator=rng)
        state["mapping.embed_proj.bias"] = torch.randn(style.z_size, generator=rng)
        into = 2 * style.z_size
        state["mapping.fc0.weight"] = torch.randn((style.w_size, into), generator=rng) / RATE
        state["mapping.w_avg"] = torch.randn((classes, style.w_size), generator=rng)
    return state


def recounted(state: dict[str, Tensor], first: int) -> dict[str, Tensor]:
    """The same with layers counted on from one more, as those are that were put in place of the last ones."""

    def named(name: str) -> str:
        return re.sub(r"\.L(\d+)_", lambda m: f".L{int(m[1]) + (int(m[1]) >= first)}_", name)

    return {named(name): tensor for name, tensor in state.items()}


def grown_w(state: dict[str, Tensor], z: Tensor, label: Tensor) -> Tensor:
    """The authors' mapping, step by step."""
    y = state["mapping.embed.weight"][label] @ state["mapping.embed_proj.weight"].T / 7**0.5
    y = torch.nn.functional.leaky_relu(y + state["mapping.embed_proj.bias"], 0.2) * 2**0.5
    x = torch.cat([each * (each.square().mean(1, keepdim=True) + 1e-8).rsqrt() for each in (z, y)], 1)
    for number in range(2):
        weight = state[f"mapping.fc{number}.weight"] * RATE / state[f"mapping.fc{number}.weight"].shape[1] ** 0.5
        x = torch.nn.functional.leaky_relu(x @ weight.T + state[f"mapping.fc{number}.bias"] * RATE, 0.2) * 2**0.5
    return x


def test_a_stylegan_xl_maps_features_of_classes_and_paints_with_its_grown_layers(tmp_path: Path) -> None:
    style = Filtered(seed=2)
    state = grown_state(style, classes=3)
    rebuilt = stylegan3.rebuild(recounted(state, 3), {})
    assert rebuilt is not None
    pickled = rebuild_pickle(write_nvidia_pickle(tmp_path / "xl.pkl", style, state))
    assert pickled.layout == rebuilt.layout
    assert rebuilt.layout == "StyleGAN-XL"
    assert rebuilt.card.classes == ("0", "1", "2")
    z, labels = noise(3, style.z_size), torch.tensor([2, 0, 1])
    assert torch.allclose(rebuilt.networks["mapping"](z, labels), grown_w(state, z, labels), atol=TOLERANCE)
    ws = noise(2, style.styles, style.w_size)
    expected = filtered_picture(state, style, ws)
    assert torch.allclose(rebuilt.networks["generator"](ws), expected, atol=TOLERANCE)
    (mean,) = [tensor for name, tensor in rebuilt.networks["mapping"].named_buffers() if name == "w_mean"]
    assert torch.allclose(mean, state["mapping.w_avg"].mean(0))
    assert "a mean of W for each class" in rebuilt.problems[0]
    export_style(rebuilt, tmp_path / "out")


def test_a_stylegan_xl_without_classes_leaves_its_features_aside() -> None:
    rebuilt = stylegan3.rebuild(grown_state(Filtered(), classes=0), {})
    assert rebuilt is not None
    assert (rebuilt.card.classes, rebuilt.problems) == ((), ())


# StyleSpace: the channels of its layers.


@pytest.mark.parametrize("style", [Filtered(), Filtered(radial=True, size=64, layers=5)], ids=["T", "R"])
def test_channels_of_every_layer_are_found_and_move_what_the_formulas_move(
    style: Filtered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.core.rendering.w_statistics.user_folder", lambda kind: tmp_path / kind)
    state = filtered_state(style)
    rebuilt = stylegan3.rebuild(state, {})
    assert rebuilt is not None
    export_style(rebuilt, tmp_path / "out")
    renderer = StyleRenderer(Generator.open(tmp_path / "out" / "generator.onnx", "cpu", trusted=True))
    layers = renderer.generator.style_layers
    assert [layer.channels for layer in layers] == [style.channels] * (style.layers + 1)
    assert [layer.paints for layer in layers] == [False] * style.layers + [True]
    assert [layer.side for layer in layers] == [style.layer(number)[1] for number in range(style.layers + 1)]
    scene = Scene(z=sample(4, style.z_size))
    ws = torch.from_numpy(renderer.drawn(scene))[None]
    still = renderer.render(scene).picture
    for number, channel in ((0, 3), (style.layers - 1, 5), (style.layers, 2)):
        place = layers[number].first + channel
        added = 6.0 * float(renderer.generator.channel_spread().deviation[place])
        name = f"synthesis.{style.layer(number)[0]}.affine.bias"
        moved = dict(state) | {name: state[name].clone()}
        moved[name][channel] += added
        painted = filtered_picture(moved, style, ws)[0].permute(1, 2, 0).numpy()
        expected = np.clip((painted + 1) * 127.5, 0, 255)
        drawn = renderer.render(replace(scene, directions=((f"s{number}:{channel}", 6.0),))).picture
        assert np.abs(drawn - expected).max() <= 0.6
        assert np.abs(drawn.astype(int) - still).max() > 2
    renderer.generator.close()
