"""What a network can be asked, which parts it has, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.core.inside.attack import Attack, enlarged_noise, times_enlarged
from explorer.core.inside.dream import DreamSettings
from explorer.core.inside.layers import checked_channel, dreaming_layer, inner_layers, logits_of
from explorer.core.inside.network_files import network_at, networks_in
from explorer.core.inside.questions import NetworkQuestion, question_called, questions_of
from explorer.core.models.attribute import Attribute
from explorer.core.models.card import ModelCard
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from explorer.paths import models_folder
from tests.models import tiny_classifier
from tests.networks import convolving_critic, softmax_network


def _card(*names, kind="classifier"):
    return ModelCard(kind=kind, attributes=tuple(Attribute(name) for name in names))


def test_a_softmax_is_asked_which_and_sigmoids_are_asked_one_by_one_first():
    softmax = questions_of(_card("cat", "dog"), "softmax")
    assert [question.name for question in softmax] == ["which"]
    assert softmax[0].answers == ("cat", "dog")
    sigmoids = questions_of(_card("smiling", "hat"), "sigmoid")
    assert [question.name for question in sigmoids] == ["smiling", "hat", "which"]


def test_attributes_that_exclude_each_other_are_one_question():
    questions = questions_of(_card("hair=black", "smiling", "hair=fair"), "sigmoid")
    hair = question_called("hair", questions, "it")
    assert hair.outputs == (0, 2)
    assert hair.answers == ("black", "fair")


def test_a_critic_is_asked_what_is_real_and_an_encoder_nothing():
    (real,) = questions_of(_card(kind="critic"), "")
    assert real.with_limit(0.5).told(np.array([[0.4], [0.5]], np.float32)).tolist() == [0, 1]
    assert questions_of(_card(kind="encoder"), "") == ()
    with pytest.raises(Problem, match="gives no answer"):
        question_called("", (), "it")


def test_the_largest_of_several_outputs_is_the_answer():
    question = NetworkQuestion("which", (0, 1, 2), ("a", "b", "c"))
    assert question.told(np.array([[0.1, 0.7, 0.2]], np.float32)).tolist() == [1]
    with pytest.raises(Problem, match="d is not an answer") as refused:
        question.place_of("d")
    assert refused.value.hint == "The answers are: a, b, c."


@pytest.mark.parametrize("epsilon", [2.0, -0.1, math.nan, math.inf])
def test_an_epsilon_beyond_black_and_white_is_refused(epsilon):
    with pytest.raises(Problem, match="is out of range"):
        Attack(epsilon)


@pytest.mark.parametrize("wrong", [{"octaves": 0}, {"rate": math.nan}, {"size": 5000}, {"jitter": -1}, {"seed": -1}])
def test_settings_of_a_dream_that_cannot_be_are_refused(wrong):
    with pytest.raises(Problem) as refused:
        DreamSettings(**wrong)
    assert refused.value.hint.startswith(f"The {next(iter(wrong))} runs from")


def test_enlarged_noise_is_grey_where_nothing_moved_and_strongest_at_the_largest_move():
    before = np.full((2, 2, 1), 100, np.uint8)
    after = before.copy()
    after[0, 0], after[1, 1] = 105, 95
    shown = enlarged_noise(before, after)
    assert shown[:, :, 0].tolist() == [[255, 128], [128, 0]]
    assert times_enlarged(before, after) == 25.5


def test_layers_are_what_convolutions_and_dense_ones_give(tmp_path):
    proto = read_model(convolving_critic(tmp_path / "critic.onnx")).proto
    layers = inner_layers(proto)
    assert [layer.words for layer in layers] == ["0: 4 of 8 px", "1: 6 of 4 px", "2: 1 numbers"]
    assert dreaming_layer("", layers, "it").number == 1
    with pytest.raises(Problem, match="has no layer 7"):
        dreaming_layer("7", layers, "it")
    with pytest.raises(Problem, match="has no channel 4"):
        checked_channel(4, layers[0])


def test_the_numbers_behind_a_softmax_and_a_sigmoid_are_found(tmp_path):
    softmax = read_model(softmax_network(tmp_path / "a.onnx", np.zeros((16, 3)))).proto
    assert logits_of(softmax, "y") == ("logits", "softmax")
    sigmoid = read_model(tiny_classifier(tmp_path / "b.onnx")).proto
    assert logits_of(sigmoid, "chances") == ("logits", "sigmoid")
    ours = read_model(models_folder() / "faces" / "classifier.onnx").proto  # chances in one place, numbers in another
    assert logits_of(ours, "attributes") == ("index_select", "sigmoid")
    assert logits_of(read_model(convolving_critic(tmp_path / "c.onnx")).proto, "y") == ("y", "")


def test_the_network_of_a_folder_is_its_classifier_first(tmp_path):
    for name in ("critic", "classifier"):
        convolving_critic(tmp_path / f"{name}.onnx")
    assert [file.stem for file in networks_in(tmp_path)] == ["classifier", "critic"]
    assert network_at(tmp_path).stem == "classifier"
    assert network_at(tmp_path, "critic").stem == "critic"
    with pytest.raises(Problem, match="has no encoder"):
        network_at(tmp_path, "encoder")
