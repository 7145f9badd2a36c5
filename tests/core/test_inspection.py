"""What a model is shows in what goes in and out, whatever it is called."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper

from explorer.core.models import guard, inspection
from explorer.core.models.card import CARD_KEY, ModelCard
from explorer.core.models.graph import Port
from explorer.core.models.inputs import sources
from explorer.core.models.inspection import Inspection, examine, inspect
from explorer.core.models.policy import read_model
from explorer.core.models.ports.band_ports import BANDS
from explorer.core.models.probe import Trial, run_trial
from explorer.core.models.roles import frame, roles
from explorer.core.worlds.dream_ports import WORLDS
from tests.models import port, tiny_critic, tiny_encoder, tiny_generator, tiny_translator, write_model


def _look(path: Path) -> Inspection:
    return inspect(path, trusted=True)


def test_a_generator_with_a_card_is_what_its_card_says(tmp_path: Path) -> None:
    found = _look(tiny_generator(tmp_path / "g.onnx", classes=3, distribution="uniform"))
    assert (found.kind, found.batch, found.problems) == ("generator", "dynamic", ())
    assert found.card.distribution == "uniform"
    assert found.card.classes == ("class 0", "class 1", "class 2")


@pytest.mark.parametrize("layout", ["NCHW", "NHWC", "flat"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("latent_axes", [1, 2, 4])
def test_a_foreign_generator_is_recognised(tmp_path: Path, layout: str, channels: int, latent_axes: int) -> None:
    path = tiny_generator(tmp_path / "g.onnx", layout=layout, channels=channels, latent_axes=latent_axes, card=False)
    found = _look(path)
    card = found.card
    assert found.kind == "generator"
    assert (card.layout, card.height, card.width, card.channels) == (layout, 8, 8, channels)
    assert (card.name, card.latent_size) == ("g", 4)
    assert found.batch == (1 if latent_axes == 1 else "dynamic")


@pytest.mark.parametrize("value_range", [(-1.0, 1.0), (0.0, 1.0), (0.0, 255.0)])
def test_a_foreign_value_range_is_measured(tmp_path: Path, value_range: tuple[float, float]) -> None:
    found = _look(tiny_generator(tmp_path / "g.onnx", latent=16, card=False, value_range=value_range))
    assert found.card.value_range == value_range
    assert not any("test pictures" in said for said in found.problems)


def test_an_odd_value_range_is_taken_and_said(tmp_path: Path) -> None:
    found = _look(tiny_generator(tmp_path / "g.onnx", card=False, value_range=(-40, 90)))
    low, high = found.card.value_range
    assert -40 < low < -10
    assert 50 < high < 90
    assert any("are taken as black and white" in said for said in found.problems)


def test_values_a_little_outside_the_usual_range_are_clipped_and_said(tmp_path: Path) -> None:
    found = _look(tiny_generator(tmp_path / "g.onnx", card=False, value_range=(-1.4, 1.4)))
    assert found.card.value_range == (-1, 1)
    assert any("the rest is clipped" in said for said in found.problems)


@pytest.mark.parametrize("one_hot", [False, True])
def test_classes_are_counted(tmp_path: Path, one_hot: bool) -> None:
    found = _look(tiny_generator(tmp_path / "g.onnx", classes=5, card=False, one_hot=one_hot))
    assert found.card.classes == ("0", "1", "2", "3", "4")


def test_a_fixed_batch_is_found(tmp_path: Path) -> None:
    assert _look(tiny_generator(tmp_path / "g.onnx", batch=6, card=False)).batch == 6


def test_a_batch_that_is_only_said_to_be_open_is_found_out(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("MatMul", ["z", "w"], ["rows"]),
        helper.make_node("Reshape", ["rows", "one"], ["picture"]),
    ]
    weights = {"w": np.eye(4, 64, dtype=np.float32), "one": np.array([1, 1, 8, 8])}
    ports = [port("z", ["N", 4])], [port("picture", ["N", 1, 8, 8])]
    found = _look(write_model(tmp_path / "g.onnx", nodes, *ports, weights))
    assert (found.kind, found.batch) == ("generator", 1)
    assert any("one picture at a time" in said for said in found.problems)


def test_an_encoder_a_critic_and_a_translator_are_recognised(tmp_path: Path) -> None:
    encoder = _look(tiny_encoder(tmp_path / "e.onnx", card=False))
    assert (encoder.kind, encoder.card.latent_size, encoder.card.height) == ("encoder", 4, 8)
    assert _look(tiny_critic(tmp_path / "c.onnx", card=False)).kind == "critic"
    assert _look(tiny_translator(tmp_path / "t.onnx")).kind == "translator"


def test_anything_else_is_unknown_and_described(tmp_path: Path) -> None:
    nodes = [helper.make_node("Add", ["a", "b"], ["s"]), helper.make_node("Add", ["s", "c"], ["y"])]
    inputs = [port(name, ["N", 4]) for name in "abc"]
    found = _look(write_model(tmp_path / "m.onnx", nodes, inputs, [port("y", ["N", 4])]))
    assert found.kind == "unknown"
    assert found.problems == (
        "It takes a (N × 4 float32) and b (N × 4 float32) and c (N × 4 float32) and gives y (N × 4 float32).",
    )


def test_a_mapping_network_is_not_taken_for_a_generator(tmp_path: Path) -> None:
    node = helper.make_node("MatMul", ["z", "w"], ["style"])
    weights = {"w": np.ones((64, 512), np.float32)}
    path = tmp_path / "mapping.onnx"
    found = _look(write_model(path, [node], [port("z", ["N", 64])], [port("style", ["N", 512])], weights))
    assert found.kind == "unknown"


def test_a_model_that_draws_random_numbers_is_said_to(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("MatMul", ["z", "w"], ["rows"]),
        helper.make_node("RandomNormalLike", ["rows"], ["noise"], seed=1.0),
        helper.make_node("Add", ["rows", "noise"], ["picture"]),
    ]
    weights = {"w": np.ones((4, 64), np.float32)}
    found = _look(write_model(tmp_path / "g.onnx", nodes, [port("z", ["N", 4])], [port("picture", ["N", 64])], weights))
    assert any("random numbers of its own" in said for said in found.problems)


def test_a_model_with_a_card_says_that_its_values_are_no_finite_numbers(tmp_path: Path) -> None:
    model = onnx.load_model_from_string(tiny_generator(tmp_path / "g.onnx").read_bytes())
    model.graph.output[0].type.tensor_type.shape.dim[1].Clear()  # so that it is run to see
    path = tmp_path / "open.onnx"
    path.write_bytes(model.SerializeToString())
    assert not any("finite" in said for said in _look(path).problems)
    weight = next(each for each in model.graph.initializer if each.data_type == onnx.TensorProto.FLOAT)
    weight.CopyFrom(onnx.numpy_helper.from_array(np.full(weight.dims, np.nan, np.float32), weight.name))
    path.write_bytes(model.SerializeToString())
    assert any("not finite numbers" in said for said in _look(path).problems)


def test_a_card_that_contradicts_the_graph_is_corrected(tmp_path: Path) -> None:
    path = tiny_generator(tmp_path / "g.onnx")
    model = onnx.load_model_from_string(path.read_bytes())
    wrong = ModelCard("Mine", "generator", latent_size=7, height=8, width=9, channels=3, classes=("a",))
    helper.set_model_props(model, {CARD_KEY: wrong.to_json()})
    path.write_bytes(model.SerializeToString())
    found = _look(path)
    assert (found.card.name, found.card.latent_size, found.card.width, found.card.classes) == (
        "Mine",
        4,
        8,
        (),
    )
    assert "Its card says latent_size 7, its graph 4." in found.problems


def test_a_damaged_card_is_said_and_not_used(tmp_path: Path) -> None:
    path = tiny_generator(tmp_path / "g.onnx")
    model = onnx.load_model_from_string(path.read_bytes())
    helper.set_model_props(model, {CARD_KEY: '{"value_range": [1, 1]}'})
    path.write_bytes(model.SerializeToString())
    found = _look(path)
    assert found.kind == "generator"
    assert any("card is damaged" in said for said in found.problems)


def test_an_untrusted_file_gives_the_same_answer_through_the_child(tmp_path: Path) -> None:
    path = tiny_generator(tmp_path / "g.onnx", card=False)
    assert inspect(path) == _look(path)


@pytest.mark.parametrize("shape", [(), (1,), (1, -5), (1, 0), (1, 2, 3, 4, 5), (1, 7, 8, 9), (1, 3, 10**6, 8)])
def test_shapes_that_hold_no_picture(shape: tuple[int, ...]) -> None:
    assert frame(shape) is None


def test_a_class_is_told_from_the_latent_by_its_name() -> None:
    ports = (Port("y", "float32", ("N", 10)), Port("noise", "float32", ("N", 100)))
    found = sources(ports)
    assert found is not None
    assert (found.main.name, found.classes, found.width) == ("noise", 10, 100)
    whole = roles(found, (Port("x", "float32", (1, 3, 64, 64)),))
    assert whole is not None
    assert whole.kind == "generator"


def test_only_a_table_that_the_class_looks_up_counts_classes(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Gather", ["other", "zero"], ["fixed"]),
        helper.make_node("Identity", ["label"], ["which"]),
        helper.make_node("Gather", ["shades", "which"], ["shade"]),
        helper.make_node("MatMul", ["z", "w"], ["rows"]),
        helper.make_node("Add", ["rows", "shade"], ["shaded"]),
        helper.make_node("Add", ["shaded", "fixed"], ["picture"]),
    ]
    weights = {
        "other": np.ones((9, 64), np.float32),
        "zero": np.array([0]),
        "shades": np.ones((3, 64), np.float32),
        "w": np.ones((4, 64), np.float32),
    }
    inputs = [port("z", ["N", 4]), port("label", ["N"], "int64")]
    found = _look(write_model(tmp_path / "g.onnx", nodes, inputs, [port("picture", ["N", 64])], weights))
    assert found.card.classes == ("0", "1", "2")


def test_what_a_person_said_is_not_guessed(tmp_path: Path) -> None:
    path = tiny_generator(tmp_path / "g.onnx", classes=3, card=False, value_range=(-40, 90))
    file = read_model(path)
    guessed = examine(file, trusted=True, reading={})
    prior = "It does not say how its latents are distributed; standard normal is assumed."
    assert prior in guessed.problems
    assert prior not in guessed.doubts
    assert len(guessed.doubts) == 1
    told = {"distribution": "uniform", "value_range": [-40.0, 90.0], "classes": ["a", "b", "c"]}
    said = examine(file, trusted=True, reading=told)
    assert said.problems == ()
    assert (said.card.distribution, said.card.value_range) == ("uniform", (-40.0, 90.0))
    assert said.card.classes == ("a", "b", "c")


def test_classes_that_cannot_be_counted_are_told_unless_somebody_did(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("MatMul", ["z", "w"], ["rows"]),
        helper.make_node("Cast", ["label"], ["shade"], to=1),
        helper.make_node("Add", ["rows", "shade"], ["picture"]),
    ]
    inputs = [port("z", ["N", 4]), port("label", ["N", 1], "int64")]
    outputs, weights = [port("picture", ["N", 64])], {"w": np.ones((4, 64), np.float32)}
    file = read_model(write_model(tmp_path / "g.onnx", nodes, inputs, outputs, weights))
    for reading in ({}, {"classes": ["a", "b"]}):
        found = examine(file, trusted=True, reading=reading)
        assert any("only class 0 is drawn" in said for said in found.problems) == (reading == {})
        assert found.card.classes == tuple(reading.get("classes", ["0"]))


@pytest.mark.parametrize(
    ("trusted", "card", "declared", "tried"),
    [
        (False, True, True, "in a child"),
        (False, False, True, "in a child"),
        (False, True, False, "in a child"),
        (True, False, True, "here"),
        (True, True, False, "here"),
        (True, True, True, ""),
    ],
)
def test_a_model_is_tried_unless_it_is_trusted_and_tells_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool, card: bool, declared: bool, tried: str
) -> None:
    path = tiny_generator(tmp_path / "g.onnx", card=card)
    if not declared:
        model = onnx.load(path)
        model.graph.output[0].type.tensor_type.shape.dim[2].dim_param = "height"
        onnx.save(model, path)
    file, asked = read_model(path), list[str]()

    def note(how: str) -> Trial:
        asked.append(how)
        return run_trial(file)

    monkeypatch.setattr(guard, "run_trial", lambda _file: note("here"))
    monkeypatch.setattr(guard, "tried", lambda _file, styles: note("in a child"))
    assert examine(file, trusted=trusted).kind == "generator"
    assert "".join(asked) == tried


def test_every_kind_with_set_names_is_held_against_them() -> None:
    """The kinds are listed once more, for importing what knows them takes time at the start."""
    assert set(inspection._WITH_PORTS) == {"sampler", *BANDS, *WORLDS, "text"}
    assert len(inspection._WITH_PORTS) == len(set(inspection._WITH_PORTS))
    assert set(inspection._WITH_PORTS) <= inspection._IN_WORDS.keys()
