"""Pictures that mislead networks whose gradients are known, and the bundled ones."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import helper

from explorer.core.inside.attack import Attack
from explorer.core.models.card import ModelCard
from explorer.core.problem import Problem
from explorer.paths import models_folder
from explorer.training.families.readers.attributes import AttributeClassifier, Config
from explorer.training.inside.attacks import fooled
from explorer.training.inside.critic_limit import critic_limit
from explorer.training.inside.known_answers import known_answers
from explorer.training.inside.picture_network import PictureNetwork, as_bytes, as_tensor
from explorer.training.learning.attribute_columns import columns_of, facts_of
from explorer.training.learning.family import Batch, TrainingTask
from explorer.training.sources import open_pictures
from tests.models import tiny_classifier, tiny_encoder, tiny_generator
from tests.networks import convolving_critic, softmax_network, write_network

SHARED = Path(os.environ.get("LATENT_EXPLORER_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))
MNIST = SHARED / "mnist-t10k"
_GREY = np.full((1, 4, 4, 1), 128, np.uint8)


@pytest.fixture(scope="module")
def halves(tmp_path_factory) -> PictureNetwork:
    """Says whether the upper half of a picture is lighter than the lower one."""
    sign = np.repeat([1.0, -1.0], 8)[:, None]
    path = softmax_network(tmp_path_factory.mktemp("n") / "halves.onnx", np.hstack([sign, -sign]), names=("up", "down"))
    return PictureNetwork.open(path, trusted=True)


@pytest.fixture(scope="module")
def digits() -> PictureNetwork:
    return PictureNetwork.open(models_folder() / "digits" / "classifier.onnx")


def test_one_step_moves_every_value_by_epsilon_against_the_sign_of_its_weight(halves):
    picture = _GREY.copy()
    picture[:, :2] += 10  # "up"
    found = fooled(halves, picture, Attack(0.1))
    moved = found.after.pictures.astype(int) - picture
    assert (moved[0, :2] == -25).all()  # 0.1 of 255, in whole levels
    assert (moved[0, 2:] == 25).all()
    assert found.question.told(found.before.values).tolist() == [0]
    assert found.question.told(found.after.values).tolist() == [1]
    assert (found.errors(found.before), found.errors(found.after)) == (0.0, 1.0)


def test_nothing_leaves_the_range_that_is_shown(halves):
    black = np.zeros((1, 4, 4, 1), np.uint8)
    found = fooled(halves, black, Attack(0.5, steps=5))
    assert found.after.pictures[0, :2].max() == 0  # it cannot get darker
    assert found.after.pictures[0, 2:].min() == 127


def test_an_epsilon_of_less_than_a_level_changes_nothing(halves):
    found = fooled(halves, _GREY, Attack(0.003))
    assert (found.after.pictures == _GREY).all()
    assert (found.random.pictures == _GREY).all()


def test_random_signs_are_as_large_and_the_same_for_a_seed(halves):
    one, again, other = (fooled(halves, _GREY, Attack(0.1, seed=seed)).random.pictures for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).any()
    assert set(np.abs(one.astype(int) - 128).ravel()) == {25}


def test_a_target_is_reached_and_a_wrong_one_is_refused(halves):
    picture = _GREY.copy()
    picture[:, :2] -= 10  # "down"
    found = fooled(halves, picture, Attack(0.1, target="up"))
    assert found.reached(found.before) == 0.0
    assert found.reached(found.after) == 1.0
    with pytest.raises(Problem, match="left is not an answer"):
        fooled(halves, picture, Attack(0.1, target="left"))


def test_an_answer_that_is_certain_is_still_turned(tmp_path):
    sign = np.repeat([1.0, -1.0], 8)[:, None]
    path = softmax_network(tmp_path / "sure.onnx", np.hstack([sign, -sign]) * 200)  # the softmax is 1 to the last bit
    picture = np.concatenate([np.full((1, 2, 4, 1), 160, np.uint8), np.full((1, 2, 4, 1), 96, np.uint8)], axis=1)
    found = fooled(PictureNetwork.open(path, trusted=True), picture, Attack(0.3))
    assert found.errors(found.after) == 1.0


def test_one_of_several_sigmoids_is_turned_alone(tmp_path):
    network = PictureNetwork.open(tiny_classifier(tmp_path / "c.onnx", ("smiling", "hat")), trusted=True)
    picture = np.random.RandomState(0).randint(0, 256, (1, 8, 8, 3)).astype(np.uint8)
    found = fooled(network, picture, Attack(0.2, asked="hat"))
    assert found.question.name == "hat"
    assert found.errors(found.after) == 1.0


def test_many_small_steps_get_further_than_a_large_one(tmp_path):
    network = PictureNetwork.open(convolving_critic(tmp_path / "critic.onnx"), trusted=True)
    pictures = np.random.RandomState(1).randint(0, 256, (4, 16, 16, 3)).astype(np.uint8)
    one, many = (fooled(network, pictures, Attack(0.1, steps, target="real")) for steps in (1, 20))
    assert (many.after.values > one.after.values).all()
    assert (one.after.values > one.before.values).all()
    assert np.abs(many.after.pictures.astype(int) - pictures).max() <= 25


def test_after_each_step_what_went_too_far_is_brought_back(tmp_path):
    network = PictureNetwork.open(convolving_critic(tmp_path / "critic.onnx"), trusted=True)
    pictures = np.random.RandomState(4).randint(0, 256, (2, 16, 16, 3)).astype(np.uint8)
    epsilon, steps = 51 / 255, 6
    begun = as_tensor(pictures)
    moved = begun
    for _ in range(steps):
        given = moved.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(network.logits(given).sum(), given)
        moved = moved + 2.5 * epsilon / steps * gradient.sign()
        moved = begun + (moved - begun).clamp(-epsilon, epsilon)
        moved = moved.clamp(0, 1)
    found = fooled(network, pictures, Attack(epsilon, steps, target="real"))
    assert np.abs(found.after.pictures.astype(int) - as_bytes(moved)).max() <= 1


def test_values_are_those_that_onnxruntime_gives(tmp_path):
    path = convolving_critic(tmp_path / "critic.onnx")
    network = PictureNetwork.open(path, trusted=True)
    pictures = np.random.RandomState(2).randint(0, 256, (3, 16, 16, 3)).astype(np.uint8)
    with torch.no_grad():
        ours = network.values(network.questions[0], as_tensor(pictures)).numpy()
    shown = pictures.transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1.0
    theirs = onnxruntime.InferenceSession(str(path)).run(None, {"x": shown})[0]
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_a_foreign_classifier_with_pools_is_read_by_its_shapes_and_asked_which(tmp_path):
    rng = np.random.RandomState(0)
    nodes = [
        helper.make_node("Conv", ["x", "kernel"], ["seen"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["seen"], ["bent"]),
        helper.make_node("MaxPool", ["bent"], ["pooled"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("AveragePool", ["pooled"], ["mild"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("GlobalAveragePool", ["mild"], ["one"]),
        helper.make_node("Flatten", ["one"], ["row"]),
        helper.make_node("Gemm", ["row", "last"], ["logits"]),
        helper.make_node("LogSoftmax", ["logits"], ["y"]),
    ]
    weights = {"kernel": rng.randn(8, 3, 3, 3).astype("f4"), "last": 0.5 * rng.randn(8, 5).astype("f4")}
    path = write_network(tmp_path / "foreign.onnx", nodes, weights, ("N", 3, 24, 24), 5, None)
    network = PictureNetwork.open(path, trusted=True)
    pictures = rng.randint(0, 256, (3, 24, 24, 3)).astype(np.uint8)
    found = fooled(network, pictures, Attack(0.2, 10))
    assert found.question.answers == tuple(f"output {index}" for index in range(5))
    low, high = network.card.value_range
    shown = pictures.transpose(0, 3, 1, 2).astype("f4") / 255 * (high - low) + low
    theirs = onnxruntime.InferenceSession(str(path)).run(None, {"x": shown})[0]
    np.testing.assert_allclose(found.before.values, np.exp(theirs), atol=1e-4)
    assert found.errors(found.after) == 1.0


def test_a_critic_without_real_pictures_is_measured_by_its_own_samples(tmp_path):
    network = PictureNetwork.open(convolving_critic(tmp_path / "critic.onnx"), trusted=True)
    rng = np.random.RandomState(3)
    made, real = (rng.randint(0, high, (20, 16, 16, 3)).astype(np.uint8) for high in (256, 40))
    alone, fair = critic_limit(network, made), critic_limit(network, made, real)
    scores = fooled(network, made, Attack(0.0)).before.values[:, 0]
    assert (scores >= alone.score).sum() == 1  # one in twenty
    assert "48" not in fair.words
    assert "20 real pictures" in fair.words
    found = fooled(network, made[:4], Attack(0.2, 10, target="real"), limit=alone.score)
    assert found.reached(found.after) == 1.0


def test_the_bundled_critics_take_fakes_for_real():
    for name, epsilon in (("faces", 0.02), ("portraits-gan", 0.05), ("fashion", 0.1)):
        folder = models_folder() / name
        network = PictureNetwork.open(folder / "critic.onnx")
        made = _samples(folder, 6)
        limit = critic_limit(network, made).score
        found = fooled(network, made[:2], Attack(epsilon, 10, target="real"), limit=limit)
        assert found.reached(found.after) == 1.0, name


def _samples(folder, count):
    from explorer.core.inference.generator import Generator
    from explorer.core.traverse.layout import sample_points

    generator = Generator.open(folder / "generator.onnx", "cpu", trusted=True)
    scenes = sample_points(generator, count)
    parts = list(generator.stream(np.stack([s.z for s in scenes]), [s.label for s in scenes]))
    generator.close()
    return np.concatenate(parts)


def test_the_bundled_softmax_errs_on_nearly_all_drawn_digits_and_on_few_with_random_signs(digits):
    found = open_pictures("digits:200:9", size=28, channels=1)
    truth = known_answers(digits.questions[0], found)
    result = fooled(digits, found.pictures, Attack(0.25), truth)
    assert result.errors(result.before) < 0.05
    assert result.errors(result.after) > 0.99
    assert result.errors(result.random) < 0.1


@pytest.mark.skipif(not MNIST.is_dir(), reason="needs the shared data folder: set LATENT_EXPLORER_SHARED_DATA")
def test_a_softmax_of_mnist_errs_on_nearly_all_of_it_and_on_few_with_random_signs(tmp_path):
    found = open_pictures(str(MNIST), size=28, channels=1)
    weights, bias = _learned(found, 8000)
    path = softmax_network(tmp_path / "m.onnx", weights, 28, names=tuple(found.classes), bias=bias)
    network = PictureNetwork.open(path, trusted=True)
    truth = known_answers(network.questions[0], found)
    result = fooled(network, found.pictures[8000:], Attack(0.25), truth[8000:])
    assert result.errors(result.before) < 0.12
    assert result.errors(result.after) > 0.99
    assert result.errors(result.random) < 0.2


def _learned(found, count):
    """Weights (784, 10) and biases of the family's softmax, for pictures from 0 to 1, after a short lesson."""
    facts = facts_of(found)
    task = TrainingTask(28, 1, steps=400, columns=columns_of(facts, np.arange(count)))
    plain = {"movement": 0.0, "colour": 0.0, "blur": 0.0, "cut": 0.0, "dropout": 0.0}
    config = Config(exclusive=True, layers="none", batch_size=128, learning_rate=0.01, **plain)
    learner = AttributeClassifier(config, task, 0)
    shown, truth = as_tensor(found.pictures[:count]) * 2 - 1, torch.from_numpy(facts.values[:count])
    for step in range(task.steps):
        some = torch.arange(step * 128, step * 128 + 128) % count
        learner.step(Batch(shown[some], attributes=truth[some]))
        learner.done_steps += 1
    last = learner.network.last
    weights, bias = last.weight.detach().numpy(), last.bias.detach().numpy()
    return 2 * weights.T, bias - weights.sum(1)


def test_answers_are_matched_by_name_and_unknown_ones_left_out(digits):
    found = open_pictures("digits:12:9", size=28, channels=1)
    truth = known_answers(digits.questions[0], found)
    assert [digits.questions[0].answers[place] for place in truth] == [found.classes[label] for label in found.labels]
    assert known_answers(digits.questions[0], open_pictures("portraits:4", size=32, channels=1)) is None


def test_pictures_of_another_size_are_refused(halves):
    with pytest.raises(Problem, match="looks at pictures of 4 × 4 × 1, not 8 × 8 × 3"):
        fooled(halves, np.zeros((1, 8, 8, 3), np.uint8), Attack())


def test_what_does_not_look_at_pictures_is_refused(tmp_path):
    with pytest.raises(Problem, match="does not look at pictures"):
        PictureNetwork.open(tiny_generator(tmp_path / "generator.onnx"), trusted=True)
    encoder = PictureNetwork.open(tiny_encoder(tmp_path / "encoder.onnx"), trusted=True)
    with pytest.raises(Problem, match="gives no answer"):
        fooled(encoder, np.zeros((1, 8, 8, 3), np.uint8), Attack())


def test_a_network_without_gradients_or_with_damaged_weights_is_refused(tmp_path):
    card = ModelCard(name="odd", kind="critic", height=4, width=4, channels=1)
    nodes = [helper.make_node("Flatten", ["x"], ["rows"]), helper.make_node("ArgMax", ["rows"], ["place"], axis=1)]
    nodes.append(helper.make_node("Cast", ["place"], ["y"], to=onnx.TensorProto.FLOAT))
    with pytest.raises(Problem, match="no gradients"):
        PictureNetwork.open(write_network(tmp_path / "a.onnx", nodes, {}, ("N", 1, 4, 4), 1, card), trusted=True)
    damaged = softmax_network(tmp_path / "b.onnx", np.full((16, 2), np.nan))
    with pytest.raises(Problem, match="not finite numbers"):
        PictureNetwork.open(damaged, trusted=True)


def test_a_photo_of_any_size_is_cut_to_what_the_network_takes(digits):
    photo = np.random.RandomState(0).randint(0, 256, (60, 90, 3)).astype(np.uint8)
    assert digits.fitted(photo).shape == (28, 28, 1)
    shown = digits.fitted(photo)[None]
    assert (as_bytes(as_tensor(shown)) == shown).all()
