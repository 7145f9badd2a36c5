"""A generator gives pictures as bytes, whatever form its network has."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from onnx import helper
from PIL import Image

from explorer.core.inference.generator import Generator
from explorer.core.models import guard
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent, sample
from explorer.core.rendering.picture_files import save_png
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene
from tests.models import port, tiny_critic, tiny_generator, write_model

Z = np.stack([sample(seed, 4) for seed in range(21)])


def _open(path: Path) -> Generator:
    return Generator.open(path, "cpu", trusted=True)


def _reference(path: Path, z: Latent, value_range: tuple[float, float] = (-1.0, 1.0)) -> np.ndarray:
    """The network's own output, made into bytes by hand; still in its own layout."""
    session = ort.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    (values,) = session.run(None, {"z": z})
    low, high = value_range
    return np.clip(np.floor((values - low) / (high - low) * 255 + 0.5), 0, 255).astype(np.int16)


@pytest.mark.parametrize("value_range", [(-1.0, 1.0), (0.0, 1.0), (0.0, 255.0), (-3.0, 5.0)])
@pytest.mark.parametrize("opset", [9, 12, 17, 21])
def test_every_value_range_becomes_bytes(tmp_path: Path, value_range: tuple[float, float], opset: int) -> None:
    path = tiny_generator(tmp_path / "g.onnx", value_range=value_range, opset=opset)
    drawn = _open(path).pictures(Z)
    assert drawn.dtype == np.uint8
    assert np.abs(drawn - _reference(path, Z, value_range).transpose(0, 2, 3, 1)).max() <= 1
    assert len(np.unique(drawn)) > 50


@pytest.mark.parametrize("channels", [1, 3])
def test_every_layout_gives_height_width_channels(tmp_path: Path, channels: int) -> None:
    form = {"channels": channels, "size": 8}
    planes = _reference(tiny_generator(tmp_path / "p.onnx", layout="NCHW", **form), Z)
    flat = _open(tiny_generator(tmp_path / "f.onnx", layout="flat", **form)).pictures(Z)
    pixels = tiny_generator(tmp_path / "n.onnx", layout="NHWC", **form)
    assert flat.shape == (21, 8, 8, channels)
    assert np.abs(flat - planes.transpose(0, 2, 3, 1)).max() <= 1
    assert np.abs(_open(pixels).pictures(Z) - _reference(pixels, Z)).max() <= 1


@pytest.mark.parametrize("latent_axes", [1, 2, 4])
def test_every_form_of_latent_is_fed(tmp_path: Path, latent_axes: int) -> None:
    plain = _open(tiny_generator(tmp_path / "a.onnx"))
    other = _open(tiny_generator(tmp_path / "b.onnx", latent_axes=latent_axes, card=False))
    assert np.abs(plain.pictures(Z).astype(int) - other.pictures(Z)).max() <= 1


@pytest.mark.parametrize("channels", [2, 4])
@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("card", [True, False])
def test_alpha_is_kept_in_a_whole_picture_and_laid_over_white_elsewhere(
    tmp_path: Path, channels: int, layout: str, card: bool
) -> None:
    path = tiny_generator(tmp_path / "g.onnx", channels=channels, layout=layout, card=card, value_range=(0.0, 1.0))
    generator = _open(path)
    whole = generator.whole_picture(Z[0])
    raw = ort.InferenceSession(path).run(None, {"z": Z[:1]})[0][0]
    assert np.abs(whole - 255 * (raw if layout == "NHWC" else raw.transpose(1, 2, 0))).max() <= 1
    alpha = whole[:, :, -1:] / 255
    assert np.abs(generator.picture(Z[0]) - (whole[:, :, :-1] * alpha + 255 * (1 - alpha))).max() <= 0.51
    assert (generator.card.channels, generator.pictures(Z).shape[3]) == (channels - 1, channels - 1)
    assert "laid over white" in " ".join(generator.problems)
    drawn = Renderer(generator).render(Scene(z=Z[0]))
    assert (drawn.whole == whole).all()
    save_png(tmp_path / "it.png", drawn.whole)
    with Image.open(tmp_path / "it.png") as saved:
        assert saved.mode == ("LA" if channels == 2 else "RGBA")
        assert (np.asarray(saved) == whole).all()


def test_pictures_that_are_bytes_already_stay_as_they_are(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("MatMul", ["z", "w"], ["values"]),
        helper.make_node("Clip", ["values", "low", "high"], ["kept"]),
        helper.make_node("Cast", ["kept"], ["rows"], to=2),
        helper.make_node("Reshape", ["rows", "shape"], ["picture"]),
    ]
    weights = {"w": np.full((4, 64), 10, np.float32), "shape": np.array([-1, 8, 8, 1])}
    weights |= {"low": np.float32(0), "high": np.float32(255)}
    ports = [port("z", ["N", 4])], [port("picture", ["N", 8, 8, 1], "uint8")]
    generator = _open(write_model(tmp_path / "g.onnx", nodes, *ports, weights))
    assert (generator.picture(np.ones(4, np.float32)) == 40).all()
    assert (generator.picture(np.full(4, 9, np.float32)) == 255).all()


def test_values_outside_the_range_are_clipped_not_wrapped(tmp_path: Path) -> None:
    nodes = [helper.make_node("MatMul", ["z", "w"], ["picture"])]
    w = np.zeros((4, 64), np.float32)
    w[0, 0] = 1
    ports = [port("z", ["N", 4])], [port("picture", ["N", 64])]
    generator = _open(write_model(tmp_path / "g.onnx", nodes, *ports, {"w": w}))
    assert generator.card.value_range == (-1, 1)
    assert generator.picture(np.float32([90, 0, 0, 0]))[0, 0, 0] == 255
    assert generator.picture(np.float32([-90, 0, 0, 0]))[0, 0, 0] == 0


@pytest.mark.parametrize("batch", ["N", 1, 4, 32])
def test_one_picture_is_the_same_alone_and_among_many(tmp_path: Path, batch: int | str) -> None:
    generator = _open(tiny_generator(tmp_path / "g.onnx", batch=batch, card=False))
    many = generator.pictures(Z)
    alone = np.stack([generator.picture(z) for z in Z])
    assert np.abs(many.astype(int) - alone).max() <= 1


@pytest.mark.parametrize("one_hot", [False, True])
@pytest.mark.parametrize("batch", ["N", 4])
def test_a_class_changes_the_picture(tmp_path: Path, one_hot: bool, batch: int | str) -> None:
    path = tiny_generator(tmp_path / "g.onnx", classes=3, one_hot=one_hot, batch=batch)
    generator = _open(path)
    means = [generator.picture(Z[0], label).mean() for label in range(3)]
    assert means[0] < means[1] < means[2]
    many = generator.pictures(Z[:3], [2, None, 1])
    alone = [generator.picture(z, label) for z, label in zip(Z, (2, 0, 1), strict=False)]
    assert np.abs(many.astype(int) - alone).max() <= 1


def test_no_class_means_the_first(tmp_path: Path) -> None:
    generator = _open(tiny_generator(tmp_path / "g.onnx", classes=3))
    assert (generator.picture(Z[0]) == generator.picture(Z[0], 0)).all()


@pytest.mark.parametrize("label", [-1, 3])
def test_an_unknown_class_is_refused(tmp_path: Path, label: int) -> None:
    generator = _open(tiny_generator(tmp_path / "g.onnx", classes=3))
    with pytest.raises(Problem, match=f"has 3 classes; there is no class {label}"):
        generator.picture(Z[0], label)


def test_a_latent_of_another_size_is_refused(tmp_path: Path) -> None:
    generator = _open(tiny_generator(tmp_path / "g.onnx"))
    with pytest.raises(Problem, match="g takes latents of 4 numbers, not 5"):
        generator.picture(np.zeros(5, np.float32))


def test_latents_and_classes_must_be_as_many(tmp_path: Path) -> None:
    generator = _open(tiny_generator(tmp_path / "g.onnx", classes=3))
    with pytest.raises(Problem, match="21 latents but 2 classes"):
        generator.pictures(Z, [0, 1])


def test_no_latents_give_no_pictures(tmp_path: Path) -> None:
    generator = _open(tiny_generator(tmp_path / "g.onnx"))
    assert generator.pictures(np.zeros((0, 4), np.float32)).shape == (0, 8, 8, 3)


def test_a_cancelled_batch_gives_what_is_finished(tmp_path: Path) -> None:
    generator = _open(tiny_generator(tmp_path / "g.onnx"))
    asked = iter([False, True])
    drawn = generator.pictures(Z, cancelled=lambda: next(asked))
    assert 0 < len(drawn) < len(Z)
    assert (drawn == generator.pictures(Z)[: len(drawn)]).all()


def test_pictures_are_the_same_in_every_run(tmp_path: Path) -> None:
    path = tiny_generator(tmp_path / "g.onnx")
    first, second = _open(path), _open(path)
    assert (first.picture(Z[0]) == second.picture(Z[0])).all()
    assert first.hash == second.hash


def test_the_provider_is_the_one_in_use(tmp_path: Path) -> None:
    generator = _open(tiny_generator(tmp_path / "g.onnx"))
    assert (generator.provider, generator.provider_reason) == ("CPU", "")


def test_a_closed_generator_says_so(tmp_path: Path) -> None:
    generator = _open(tiny_generator(tmp_path / "g.onnx"))
    generator.close()
    generator.close()
    for draw in (lambda: generator.picture(Z[0]), lambda: generator.pictures(Z)):
        with pytest.raises(Problem, match=r"g\.onnx has been closed"):
            draw()


def test_closing_waits_for_what_is_being_drawn(tmp_path: Path) -> None:
    generator = _open(tiny_generator(tmp_path / "g.onnx", size=128))
    ends: list[Exception] = []
    running = threading.Barrier(4)

    def draw() -> None:
        running.wait()
        try:
            while True:
                assert generator.pictures(Z[:2]).shape == (2, 128, 128, 3)
                assert generator.picture(Z[0]).shape == (128, 128, 3)
        except Exception as error:  # noqa: BLE001
            ends.append(error)

    threads = [threading.Thread(target=draw) for _ in range(3)]
    for thread in threads:
        thread.start()
    running.wait()
    generator.close()
    for thread in threads:
        thread.join()
    assert [type(error) for error in ends] == [Problem] * 3


def test_a_critic_is_no_generator(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"critic\.onnx is a critic .*, not a generator"):
        _open(tiny_critic(tmp_path / "critic.onnx"))


def test_a_file_from_outside_is_tried_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "cache_file", lambda: tmp_path / "passed.json")
    path = tiny_generator(tmp_path / "g.onnx")
    assert Generator.open(path, "cpu").picture(Z[0]).shape == (8, 8, 3)
    assert guard.cache_file().exists()


def test_a_model_that_onnxruntime_refuses_is_refused_in_words(tmp_path: Path) -> None:
    node = helper.make_node("MatMul", ["z", "w"], ["picture"])
    weights = {"w": np.ones((5, 64), np.float32)}
    ports = [port("z", ["N", 4])], [port("picture", ["N", 64])]
    with pytest.raises(Problem, match="onnxruntime cannot load this model"):
        _open(write_model(tmp_path / "g.onnx", [node], *ports, weights))


def test_a_large_picture_may_take_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tiny_generator(tmp_path / "g.onnx", size=16)
    usual = Generator.open(path, "cpu", trusted=True)._one._longest_s
    monkeypatch.setattr("explorer.core.inference.generator._USUAL_PIXELS", 8**2)
    assert Generator.open(path, "cpu", trusted=True)._one._longest_s == 4 * usual
