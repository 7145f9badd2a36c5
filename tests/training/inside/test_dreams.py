"""Dreams please what they are to please, and are the same for the same settings."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.core.inside.dream import DreamSettings
from explorer.core.problem import Problem
from explorer.training.inside.dreams import dream_states
from explorer.training.inside.picture_network import PictureNetwork
from tests.networks import convolving_critic, softmax_network

_SMALL = {"octaves": 2, "steps": 4, "size": 32, "jitter": 2}


@pytest.fixture(scope="module")
def critic(tmp_path_factory) -> PictureNetwork:
    return PictureNetwork.open(convolving_critic(tmp_path_factory.mktemp("n") / "critic.onnx"), trusted=True)


@pytest.mark.parametrize(("layer", "channel"), [("0", 1), ("1", None), ("1", 3)])
def test_what_is_to_be_pleased_is_pleased_more_at_the_end(critic, layer, channel):
    states = list(dream_states(critic, DreamSettings(layer, channel, **_SMALL)))
    assert [state.step for state in states] == list(range(9))
    assert states[-1].pleased > states[0].pleased
    assert states[-1].canvas.std() > states[0].canvas.std()


def test_a_layer_of_convolutions_dreams_larger_than_its_network_looks(critic):
    assert critic.side == 16
    states = list(dream_states(critic, DreamSettings("1", 0, **_SMALL)))
    assert {state.canvas.shape for state in states} == {(32, 32, 3)}


def test_a_dense_layer_dreams_at_its_own_size(critic):
    states = list(dream_states(critic, DreamSettings("2", 0, **_SMALL)))
    assert states[-1].canvas.shape == (16, 16, 3)
    assert states[-1].pleased > states[0].pleased


def test_the_same_settings_give_the_same_bytes_whatever_torch_is_allowed(critic):
    dream = DreamSettings("1", 2, **_SMALL, seed=5)
    last = [list(dream_states(critic, dream))[-1].canvas]
    torch.set_num_threads(2)
    last.append(list(dream_states(critic, dream))[-1].canvas)
    assert (last[0] == last[1]).all()
    other = list(dream_states(critic, DreamSettings("1", 2, **_SMALL, seed=6)))[-1].canvas
    assert (other != last[0]).any()


def test_a_dream_begins_with_the_picture_and_keeps_its_shape(critic):
    picture = np.zeros((10, 20, 1), np.uint8)
    picture[:, 10:] = 200
    states = list(dream_states(critic, DreamSettings("0", 0, **_SMALL), picture))
    assert states[0].canvas.shape == (16, 32, 3)
    assert states[0].canvas[:, :12].max() < 60 < 140 < states[0].canvas[:, 20:].min()


def test_a_softmax_dreams_of_its_weights(tmp_path):
    weights = np.random.RandomState(0).standard_normal((64, 2))
    network = PictureNetwork.open(softmax_network(tmp_path / "s.onnx", weights, 8), trusted=True)
    last = list(dream_states(network, DreamSettings("", 1, octaves=1, steps=10, jitter=0)))[-1].canvas
    along = np.corrcoef(last.ravel(), weights[:, 1])[0, 1]
    assert along > 0.6


def test_a_layer_or_channel_that_is_not_there_is_refused(critic):
    with pytest.raises(Problem, match="has no layer 9"):
        next(dream_states(critic, DreamSettings("9")))
    with pytest.raises(Problem, match="has no channel 6"):
        next(dream_states(critic, DreamSettings("1", 6)))
