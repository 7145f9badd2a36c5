"""StyleGAN2s of others: rebuilt from their weights, and written as two ONNX files."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor

from explorer.core.inference import previews
from explorer.core.inference.generator import Generator
from explorer.core.inference.mapping import W_MEAN_KEY
from explorer.core.models.card import CARD_KEY, ModelCard
from explorer.core.problem import Problem
from explorer.training.networks.style import MappingNetwork, Whole
from explorer.training.networks.stylegan2_synthesis import Synthesis, SynthesisShape, first_style, smoothing_filter
from explorer.training.runs import export
from explorer.training.weight_import.layouts.stylegan2 import rebuild
from explorer.training.weight_import.pickles.nvidia import rebuild_pickle
from explorer.training.weight_import.rebuilt import Rebuilt
from explorer.training.weight_import.stylegan.style_export import export_style, mean_of_w
from tests.stylegan import (
    RATE,
    Style,
    nvidia_state,
    reference_picture,
    reference_w,
    rosinality_picture,
    rosinality_state,
    rosinality_w,
    write_nvidia_pickle,
    write_tensorflow_pickle,
)

TOLERANCE = 1e-4
STYLES = {
    "skip": Style(),
    "resnet": Style(architecture="resnet"),
    "plain": Style(architecture="orig", colours=1, clamp=None),
    "clamped": Style(clamp=0.5, size=32),
    "conditional": Style(classes=5, size=32),
}


def rebuilt_from(state: dict[str, Tensor], **chosen: str) -> Rebuilt:
    rebuilt = rebuild(state, chosen)
    assert rebuilt is not None
    return rebuilt


def noise(*shape: int, seed: int = 1) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def labels_of(style: Style, count: int) -> list[Tensor]:
    return [torch.arange(count) % style.classes] if style.classes else []


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_a_pickle_of_nvidias_paints_as_the_formulas_do(style: Style, tmp_path: Path) -> None:
    state = nvidia_state(style)
    rebuilt = rebuild_pickle(write_nvidia_pickle(tmp_path / "cats.pkl", style, state))
    z, labels = noise(3, style.z_size), labels_of(style, 3)
    w = rebuilt.networks["mapping"](z, *labels)
    assert torch.allclose(w, reference_w(state, z, *labels), atol=TOLERANCE)
    ws = noise(2, style.styles, style.w_size)  # every layer its own style, as in style mixing
    picture = rebuilt.networks["generator"](ws)
    assert picture.shape == (2, style.colours, style.size, style.size)
    assert torch.allclose(picture, reference_picture(state, style, ws), atol=TOLERANCE)
    assert rebuilt.problems == ()


def test_rosinalitys_layout_paints_as_its_formulas_do() -> None:
    style = Style(z_size=16, w_size=16)
    state = rosinality_state(style)
    mean = noise(1, 16, seed=3)
    rebuilt = rebuilt_from({f"g_ema.{name}": t for name, t in state.items()} | {"latent_avg": mean})
    z = noise(3, 16)
    assert torch.allclose(rebuilt.networks["mapping"](z), rosinality_w(state, z), atol=TOLERANCE)
    ws = noise(2, style.styles, 16)
    expected = rosinality_picture(state, style, ws)
    assert torch.allclose(rebuilt.networks["generator"](ws), expected, atol=TOLERANCE)
    assert torch.equal(rebuilt.networks["mapping"].get_buffer("w_mean"), mean[0])


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_a_pickle_of_tensorflow_paints_as_the_formulas_do(style: Style, tmp_path: Path) -> None:
    style = replace(style, clamp=None)
    state = nvidia_state(style)
    rebuilt = rebuild_pickle(write_tensorflow_pickle(tmp_path / "cars.pkl", state))
    z, labels = noise(3, style.z_size), labels_of(style, 3)
    assert torch.allclose(rebuilt.networks["mapping"](z, *labels), reference_w(state, z, *labels), atol=TOLERANCE)
    ws = noise(1, style.styles, style.w_size)
    expected = reference_picture(state, style, ws)
    assert torch.allclose(rebuilt.networks["generator"](ws), expected, atol=TOLERANCE)
    assert torch.equal(rebuilt.networks["mapping"].get_buffer("w_mean"), state["mapping.w_avg"])
    assert rebuilt.problems == ()
    assert [choice.taken for choice in rebuilt.choices] == ["Gs", "0.01"]


def test_a_state_dict_of_nvidias_paints_as_its_pickle_does(tmp_path: Path) -> None:
    style = Style(size=32)
    state = nvidia_state(style)
    bare = rebuilt_from(state)
    pickled = rebuild_pickle(write_nvidia_pickle(tmp_path / "a.pkl", style, state))
    z, ws = noise(2, style.z_size), noise(1, style.styles, style.w_size)
    assert torch.equal(bare.networks["mapping"](z), pickled.networks["mapping"](z))
    assert torch.equal(bare.networks["generator"](ws), pickled.networks["generator"](ws))
    assert [choice.key for choice in bare.choices] == ["mapping_rate"]
    assert bare.choices[0].taken == "0.01"  # judged by the weights


def test_the_card_tells_of_z_and_of_w(tmp_path: Path) -> None:
    style = Style(classes=3, size=16)
    card = rebuild_pickle(write_nvidia_pickle(tmp_path / "seals.pkl", style, nvidia_state(style))).card
    assert (card.name, card.kind, card.data) == ("seals", "generator", "cats")
    assert (card.latent_size, card.styles, card.style_size) == (24, 6, 16)
    assert (card.height, card.width, card.channels) == (16, 16, 3)
    assert card.classes == ("0", "1", "2")


def test_the_average_is_taken_unless_another_copy_is_asked_for(tmp_path: Path) -> None:
    style = Style(size=16)
    average, last = nvidia_state(style), nvidia_state(Style(size=16, seed=9))
    path = write_nvidia_pickle(tmp_path / "a.pkl", style, average, last=last)
    ws = noise(1, style.styles, style.w_size)
    for chosen, state in (({}, average), ({"copy": "G"}, last)):
        rebuilt = rebuild_pickle(path, chosen)
        expected = reference_picture(state, style, ws)
        assert torch.allclose(rebuilt.networks["generator"](ws), expected, atol=TOLERANCE)
        assert rebuilt.choices[0].taken == ("G" if chosen else "G_ema")


def test_the_rate_of_the_mapping_can_be_chosen() -> None:
    state = nvidia_state(Style(size=16))
    lowered = rebuilt_from(state).networks["mapping"].get_parameter("layers.0.bias")
    plain = rebuilt_from(state, mapping_rate="1").networks["mapping"].get_parameter("layers.0.bias")
    assert torch.allclose(lowered, plain * RATE)


def test_half_precision_is_read(tmp_path: Path) -> None:
    style = Style(size=16)
    state = nvidia_state(style)
    rebuilt = rebuild_pickle(write_nvidia_pickle(tmp_path / "a.pkl", style, state, half=True))
    ws = noise(1, style.styles, style.w_size)
    picture = rebuilt.networks["generator"](ws)
    assert picture.dtype == torch.float32
    assert torch.allclose(picture, reference_picture(state, style, ws), atol=0.02)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_every_protocol_of_pickles_is_read(tmp_path: Path, protocol: int) -> None:
    style = Style(size=8)
    state = nvidia_state(style)
    rebuilt = rebuild_pickle(write_nvidia_pickle(tmp_path / "a.pkl", style, state, protocol=protocol))
    ws = noise(1, style.styles, style.w_size)
    expected = reference_picture(state, style, ws)
    assert torch.allclose(rebuilt.networks["generator"](ws), expected, atol=TOLERANCE)


def test_noise_that_the_file_lacks_is_drawn_once_and_told() -> None:
    style = Style(z_size=16, size=16)
    state = {name: t for name, t in rosinality_state(style).items() if "noises" not in name}
    first, second = rebuilt_from(state), rebuilt_from(state)
    ws = noise(1, style.styles, 16)
    assert torch.equal(first.networks["generator"](ws), second.networks["generator"](ws))
    assert any("noise" in sentence for sentence in first.problems)


def test_tensors_without_a_place_are_told() -> None:
    state = nvidia_state(Style(size=8))
    state["synthesis.b8.attention.weight"] = torch.zeros(3)
    assert any("synthesis.b8.attention.weight" in said for said in rebuilt_from(state).problems)


def test_weights_of_others_are_left_alone() -> None:
    assert rebuild({"main.0.weight": torch.zeros(100, 512, 4, 4)}, {}) is None


@pytest.mark.parametrize("missing", ["synthesis.b8.conv1.bias", "synthesis.b16.torgb.weight", "mapping.fc1.bias"])
def test_a_missing_part_is_named(missing: str) -> None:
    state = nvidia_state(Style(size=16))
    del state[missing]
    with pytest.raises(Problem, match=r"lacks its|do not fit"):
        rebuild(state, {})


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("synthesis.b8.conv0.weight", (7, 5, 3, 3)),
        ("synthesis.b8.conv0.affine.weight", (16,)),
        ("synthesis.b4.const", (32, 9000, 1)),
        ("mapping.fc0.weight", (16,)),
        ("mapping.fc2.weight", (12, 16)),
        ("synthesis.b16.conv0.noise_const", (3, 3)),
        ("synthesis.b8.conv0.resample_filter", (3, 3)),
    ],
)
def test_parts_that_do_not_fit_are_refused(name: str, shape: tuple[int, ...]) -> None:
    state = nvidia_state(Style(size=16))
    state[name] = torch.zeros(shape)
    with pytest.raises(Problem):
        rebuild(state, {})


def test_weights_that_are_no_numbers_are_refused() -> None:
    state = nvidia_state(Style(size=8))
    state["synthesis.b8.conv0.weight"][0, 0, 0, 0] = torch.nan
    with pytest.raises(Problem, match="not numbers"):
        rebuild(state, {})


def test_an_activation_that_is_not_known_is_named(tmp_path: Path) -> None:
    style = Style(size=8)
    settings = {"mapping.fc0.activation": "swish"}
    with pytest.raises(Problem, match="swish"):
        rebuild(nvidia_state(style), {}, settings)


def test_a_filter_without_a_middle_is_refused() -> None:
    with pytest.raises(ValueError, match="3 taps"):
        Synthesis(SynthesisShape(8, (4, 4), (8, 8), 3, taps=3))


def test_a_longer_filter_keeps_the_size() -> None:
    synthesis = Synthesis(SynthesisShape(8, (4, 4), (8, 8), 3, taps=6))
    for parameter in synthesis.parameters():
        torch.nn.init.normal_(parameter)
    assert synthesis(noise(1, 4, 8)).shape == (1, 3, 8, 8)


def test_a_conditional_mapping_asks_for_its_class() -> None:
    mapping = MappingNetwork(8, (8,), classes=2, class_size=8)
    with pytest.raises(ValueError, match="class"):
        mapping(noise(1, 8))


# As ONNX.


def ran(path: Path, **feeds: Tensor) -> np.ndarray:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    result: np.ndarray = session.run(None, {name: feed.numpy() for name, feed in feeds.items()})[0]
    return result


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_onnx_equals_torch_at_every_batch_size(style: Style, tmp_path: Path) -> None:
    rebuilt = rebuild_pickle(write_nvidia_pickle(tmp_path / "a.pkl", style, nvidia_state(style)))
    export_style(rebuilt, tmp_path / "out")
    for count in (1, 2, 5):
        z, labels = noise(count, style.z_size), labels_of(style, count)
        feeds = {"z": z} | ({"label": labels[0]} if labels else {})
        w = ran(tmp_path / "out" / "mapping.onnx", **feeds)
        assert np.abs(w - rebuilt.networks["mapping"](z, *labels).numpy()).max() < TOLERANCE
        ws = noise(count, style.styles, style.w_size)
        picture = ran(tmp_path / "out" / "generator.onnx", w=ws)
        assert np.abs(picture - rebuilt.networks["generator"](ws).numpy()).max() < TOLERANCE


def test_the_files_tell_what_they_are(tmp_path: Path) -> None:
    style = Style(size=16)
    state = nvidia_state(style)
    rebuilt = rebuild_pickle(write_nvidia_pickle(tmp_path / "a.pkl", style, state))
    files = export_style(rebuilt, tmp_path / "out")
    assert [file.name for file in files] == ["generator.onnx", "mapping.onnx", "preview.png"]
    assert sorted((tmp_path / "out").iterdir()) == list(files)
    generator, mapping = onnx.load(files[0]), onnx.load(files[1])
    onnx.checker.check_model(generator, full_check=True)
    onnx.checker.check_model(mapping, full_check=True)
    assert generator.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "N"
    assert mapping.graph.output[0].type.tensor_type.shape.dim[0].dim_param == "N"
    told = {entry.key: entry.value for entry in generator.metadata_props}
    card = ModelCard.from_json(told[CARD_KEY])
    assert (card.styles, card.style_size, card.latent_size) == (6, 16, 24)
    assert card.parity is not None
    assert card.parity < 0.1
    mean = {entry.key: entry.value for entry in mapping.metadata_props}[W_MEAN_KEY]
    assert np.array_equal(np.frombuffer(base64.b64decode(mean), "<f4"), state["mapping.w_avg"].numpy())


def test_truncation_by_the_mean_of_w_is_that_of_the_original(tmp_path: Path) -> None:
    style = Style(size=16)
    state = nvidia_state(style)
    rebuilt = rebuild_pickle(write_nvidia_pickle(tmp_path / "a.pkl", style, state))
    mapping, synthesis = rebuilt.networks["mapping"], rebuilt.networks["generator"]
    assert isinstance(mapping, MappingNetwork)
    assert isinstance(synthesis, Synthesis)
    z = noise(2, style.z_size)
    w = state["mapping.w_avg"].lerp(reference_w(state, z), 0.5)
    wanted = reference_picture(state, style, w[:, None].repeat(1, style.styles, 1))
    assert torch.allclose(Whole(mapping, synthesis, 0.5)(z), wanted, atol=TOLERANCE)
    assert torch.equal(mean_of_w(mapping), state["mapping.w_avg"])


def test_classes_of_tensorflows_first_kind_are_refused(tmp_path: Path) -> None:
    path = write_tensorflow_pickle(tmp_path / "a.pkl", nvidia_state(Style(size=8)))
    path.write_bytes(path.read_bytes().replace(b"Dense2/bias", b"LabelConcat"))
    with pytest.raises(Problem, match="classes"):
        rebuild_pickle(path)


def test_a_mean_that_is_not_told_is_measured_and_not_written(tmp_path: Path) -> None:
    state = nvidia_state(Style(size=8, classes=2))
    del state["mapping.w_avg"]
    rebuilt = rebuilt_from(state)
    mapping = rebuilt.networks["mapping"]
    assert isinstance(mapping, MappingNetwork)
    z = noise(4000, 24)
    assert torch.allclose(mean_of_w(mapping), mapping(z, torch.arange(4000) % 2).mean(0), atol=0.1)
    files = export_style(rebuilt, tmp_path)
    assert not onnx.load(files[1]).metadata_props


def test_an_export_that_differs_from_its_networks_leaves_nothing(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(export, "LARGEST_PARITY", -1.0)
    rebuilt = rebuilt_from(nvidia_state(Style(size=8)))
    with pytest.raises(Problem, match="exported mapping differs"):
        export_style(rebuilt, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_only_a_pair_of_networks_is_exported(tmp_path: Path) -> None:
    rebuilt = Rebuilt("DCGAN", {"generator": torch.nn.Identity(), "mapping": torch.nn.Identity()}, ModelCard())
    with pytest.raises(ValueError, match="mapping"):
        export_style(rebuilt, tmp_path)


def test_the_usual_filter_is_binomial() -> None:
    row = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    assert torch.allclose(smoothing_filter(4), torch.outer(row, row))
    assert torch.allclose(smoothing_filter(2), torch.full((2, 2), 0.25))
    assert smoothing_filter(6)[0].tolist() == pytest.approx([value / 1024 for value in (1, 5, 10, 10, 5, 1)])


def test_a_preview_is_what_has_been_painted_at_its_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "SIDES", (8,))
    style = Style(size=32)
    rebuilt = rebuilt_from(nvidia_state(style))
    synthesis = rebuilt.networks["generator"]
    assert isinstance(synthesis, Synthesis)
    export_style(rebuilt, tmp_path)
    generator = Generator.open(tmp_path / "generator.onnx", "cpu", trusted=True)
    assert generator.previews
    ws = noise(1, style.styles, style.w_size)
    x, painted = synthesis.start[None], None
    for number, block in enumerate(list(synthesis.blocks)[:2]):
        x, painted = block(x, painted, ws[:, first_style(number) :], synthesis.filter)
    assert painted is not None
    wanted = ((painted[0].permute(1, 2, 0) + 1) * 127.5).clamp(0, 255).numpy()
    preview = generator.preview(ws[0].numpy())
    assert preview.shape == (32, 32, 3)
    assert np.abs(preview[::4, ::4].astype(float) - wanted).max() <= 1
    assert (preview == preview[::4, ::4].repeat(4, axis=0).repeat(4, axis=1)).all()
    ws[:, -3:] += 1.0  # of layers that come later
    assert (generator.preview(ws[0].numpy()) == preview).all()
    generator.close()
    with pytest.raises(Problem, match="has been closed"):
        generator.preview(ws[0].numpy())


@pytest.mark.parametrize("style", [Style(size=16), Style(size=32, architecture="resnet")], ids=["small", "resnet"])
def test_what_paints_nothing_on_the_way_has_no_preview(
    style: Style, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "SIDES", (8,))
    export_style(rebuilt_from(nvidia_state(style)), tmp_path)
    generator = Generator.open(tmp_path / "generator.onnx", "cpu", trusted=True)
    assert not generator.previews
    generator.close()
