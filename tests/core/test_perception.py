"""Encoders, critics and classifiers look at pictures as bytes, whatever form their networks have."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper

from explorer.core.files import hash_of
from explorer.core.inference import perception
from explorer.core.inference.batching import chunks, largest_chunk, told_batches
from explorer.core.inference.perception import Classifier, Critic, Encoder
from explorer.core.models.attribute import Attribute
from explorer.core.models.card import CARD_KEY, ModelCard
from explorer.core.models.inspection import inspect
from explorer.core.models.interpretations import Interpretations
from explorer.core.problem import Problem
from tests.models import port, tiny_critic, tiny_encoder, tiny_generator, write_model

PICTURES = np.random.RandomState(0).randint(0, 256, (11, 8, 8, 3)).astype(np.uint8)


@pytest.mark.parametrize("layout", ["NCHW", "NHWC", "flat"])
@pytest.mark.parametrize("batch", ["N", 4])
def test_a_critic_sees_the_values_that_its_network_expects(tmp_path: Path, layout: str, batch: int | str) -> None:
    path = tiny_critic(tmp_path / "c.onnx", layout=layout, batch=batch, value_range=(-1.0, 1.0))
    scores = Critic.open(path, "cpu", trusted=True).scores(PICTURES)
    wanted = PICTURES.reshape(11, -1).mean(axis=1) / 255 * 2 - 1
    assert scores.shape == (11,)
    assert scores == pytest.approx(wanted, abs=1e-5)


def test_an_encoder_sees_channels_in_the_order_of_its_network(tmp_path: Path) -> None:
    path = tiny_encoder(tmp_path / "e.onnx", value_range=(0.0, 1.0))
    encoder = Encoder.open(path, "cpu", trusted=True)
    red, blue = np.zeros((2, 1, 8, 8, 3), np.uint8)
    red[..., 0], blue[..., 2] = 255, 255
    both, whole = red | blue, encoder.latents(red) + encoder.latents(blue)
    assert encoder.latents(both) == pytest.approx(whole, abs=1e-5)
    assert np.abs(encoder.latents(red) - encoder.latents(blue)).max() > 1e-3


@pytest.mark.parametrize("batch", ["N", 1, 5])
def test_latents_are_the_same_alone_and_among_many(tmp_path: Path, batch: int | str) -> None:
    encoder = Encoder.open(tiny_encoder(tmp_path / "e.onnx", batch=batch), "cpu", trusted=True)
    many = encoder.latents(PICTURES)
    assert many.shape == (11, 4)
    assert many.dtype == np.float32
    alone = np.concatenate([encoder.latents(picture[None]) for picture in PICTURES])
    assert many == pytest.approx(alone, abs=1e-5)


def test_pictures_of_another_size_are_refused(tmp_path: Path) -> None:
    encoder = Encoder.open(tiny_encoder(tmp_path / "e.onnx"), "cpu", trusted=True)
    with pytest.raises(Problem, match="e looks at pictures of 8 × 8 × 3, not 16 × 16 × 3"):
        encoder.latents(np.zeros((1, 16, 16, 3), np.uint8))


def test_no_pictures_give_no_latents(tmp_path: Path) -> None:
    encoder = Encoder.open(tiny_encoder(tmp_path / "e.onnx"), "cpu", trusted=True)
    assert encoder.latents(PICTURES[:0]).shape == (0, 4)


def test_a_generator_is_no_encoder(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="not an encoder"):
        Encoder.open(tiny_generator(tmp_path / "g.onnx"), trusted=True)


def test_a_closed_encoder_says_so(tmp_path: Path) -> None:
    encoder = Encoder.open(tiny_encoder(tmp_path / "e.onnx"), "cpu", trusted=True)
    encoder.close()
    with pytest.raises(Problem, match="has been closed"):
        encoder.latents(PICTURES)


def _classifier(path: Path, *, outputs: int = 2, named: int = 2, squashed: str = "", card: bool = True) -> Path:
    """A classifier of 8 x 8 pictures: sums of red, of green, of blue …, perhaps squashed."""
    matrix = np.zeros((3 * 64, outputs), np.float32)
    for output in range(outputs):
        matrix[64 * (output % 3) : 64 * (output % 3 + 1), output] = (output + 1) / 64
    nodes = [
        helper.make_node("Reshape", ["x", "flat"], ["rows"]),
        helper.make_node("MatMul", ["rows", "w"], ["sums"]),
    ]
    nodes += [
        helper.make_node(squashed or "Identity", ["sums"], ["told"]),
        helper.make_node("Identity", ["told"], ["y"]),
    ]
    ports = [port("x", ["N", 3, 8, 8])], [port("y", ["N", outputs])]
    write_model(path, nodes, *ports, {"flat": np.array([-1, 192], np.int64), "w": matrix})
    if card:
        names = tuple(Attribute(f"attribute {n}", "number", -1.0, 1.0) for n in range(named))
        model = onnx.load_model_from_string(path.read_bytes())
        helper.set_model_props(model, {CARD_KEY: ModelCard("c", "classifier", attributes=names).to_json()})
        path.write_bytes(model.SerializeToString())
    return path


@pytest.mark.parametrize("outputs", [1, 2])
def test_a_classifier_tells_the_attributes_on_its_card(tmp_path: Path, outputs: int) -> None:
    path = _classifier(tmp_path / "c.onnx", outputs=outputs, named=outputs)
    assert inspect(path, trusted=True).kind == "classifier"
    classifier = Classifier.open(path, "cpu", trusted=True)
    told = classifier.read(PICTURES)
    classifier.close()
    wanted = (PICTURES.mean(axis=(1, 2)) / 127.5 - 1) * (1, 2, 3)
    assert [attribute.name for attribute in classifier.attributes] == [f"attribute {n}" for n in range(outputs)]
    assert told.dtype == np.float32
    assert told == pytest.approx(wanted[:, :outputs], abs=1e-5)


def test_no_pictures_give_no_attributes(tmp_path: Path) -> None:
    classifier = Classifier.open(_classifier(tmp_path / "c.onnx"), "cpu", trusted=True)
    assert classifier.read(PICTURES[:0]).shape == (0, 2)


def test_a_card_that_names_too_few_attributes_is_corrected_and_said(tmp_path: Path) -> None:
    found = inspect(_classifier(tmp_path / "c.onnx", outputs=3, named=2), trusted=True)
    assert found.kind == "classifier"
    assert [attribute.name for attribute in found.card.attributes] == ["output 0", "output 1", "output 2"]
    assert "Its card names 2 attributes, its graph gives 3." in found.problems


@pytest.mark.parametrize(("squashed", "kind"), [("", "number"), ("Sigmoid", "yes/no"), ("Softmax", "yes/no")])
def test_a_foreign_classifier_is_opened_as_one_by_who_knows_better(tmp_path: Path, squashed: str, kind: str) -> None:
    path = _classifier(tmp_path / "c.onnx", squashed=squashed, card=False)
    assert inspect(path, trusted=True).kind == ("classifier" if squashed else "encoder")
    classifier = Classifier.open(path, "cpu", trusted=True)
    names = [(attribute.name, attribute.kind) for attribute in classifier.attributes]
    assert names == [("output 0", kind), ("output 1", kind)]
    assert any("called by number" in problem for problem in classifier.problems)
    assert classifier.read(PICTURES).shape == (11, 2)


def test_what_a_foreign_classifier_tells_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = _classifier(tmp_path / "c.onnx", card=False)
    Interpretations().keep(hash_of(path), {"classes": ("cat", "dog")})
    classifier = Classifier.open(path, "cpu", trusted=True)
    classifier.close()
    assert [attribute.name for attribute in classifier.attributes] == ["cat", "dog"]
    assert not any("called by number" in problem for problem in classifier.problems)


@pytest.mark.parametrize("name", ["encoder.onnx", "my_encoder.onnx"])
def test_what_is_called_an_encoder_is_one_whatever_its_numbers_end_in(tmp_path: Path, name: str) -> None:
    assert inspect(_classifier(tmp_path / name, squashed="Sigmoid", card=False), trusted=True).kind == "encoder"


def test_an_encoder_with_a_card_is_no_classifier(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"is an encoder .* not a classifier"):
        Classifier.open(tiny_encoder(tmp_path / "e.onnx"), trusted=True)
    with pytest.raises(Problem, match="not a classifier"):
        Classifier.open(tiny_generator(tmp_path / "g.onnx", card=False), trusted=True)
    with pytest.raises(Problem, match=r"is a classifier .* not an encoder"):
        Encoder.open(_classifier(tmp_path / "c.onnx"), trusted=True)


def test_large_pictures_are_looked_at_a_few_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    critic = Critic.open(tiny_critic(tmp_path / "c.onnx"), "cpu", trusted=True)
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(
        perception, "largest_chunk", lambda height, width, _provider: asked.append((height, width)) or 4
    )
    assert critic.scores(PICTURES).shape == (11,)
    assert asked == [(8, 8)]


@pytest.mark.parametrize(
    ("height", "width", "provider", "most"),
    [
        (8, 8, "CPU", 8),
        (56, 56, "CPU", 8),
        (56, 57, "CPU", 4),
        (112, 112, "CPU", 2),
        (512, 512, "CPU", 1),
        (0, 0, "CPU", 8),
        (128, 128, "CUDA", 64),
        (128, 129, "CUDA", 32),
        (1024, 1024, "CUDA", 1),
    ],
)
def test_how_many_pictures_are_run_at_once_depends_on_their_size(
    height: int, width: int, provider: str, most: int
) -> None:
    assert largest_chunk(height, width, provider) == most


@pytest.mark.parametrize(
    ("count", "batch", "sizes"),
    [(11, "N", [8, 2, 1]), (8, "N", [8]), (7, "N", [4, 2, 1]), (0, "N", []), (11, 4, [4, 4, 3]), (17, "N", [8, 8, 1])],
)
def test_runs_are_of_few_sizes(count: int, batch: int | str, sizes: list[int]) -> None:
    found = list(chunks(count, batch, 8))
    assert [part.stop - part.start for part in found] == sizes
    assert [row for part in found for row in range(part.start, part.stop)] == list(range(count))


def test_batches_are_told_and_can_be_stopped() -> None:
    told: list[tuple[int, int]] = []
    assert [part.stop for part in told_batches(7, 3, lambda done, total: told.append((done, total)))] == [3, 6, 7]
    assert told == [(3, 7), (6, 7), (7, 7)]
    answers = iter([False, True])
    assert [part.stop for part in told_batches(7, 3, None, lambda: next(answers))] == [3]
