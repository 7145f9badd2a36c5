"""Which networks can be looked into, and what comes of asking them in a worker."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.inside.attack import Attack
from explorer.core.inside.dream import DreamSettings
from explorer.core.problem import Problem
from explorer.session.inside.attacks import DIGITS, AttackRequest, Attacks, drawn_digit
from explorer.session.inside.dreaming import Dreaming, DreamRequest
from explorer.session.inside.networks_at_hand import Meetings, OpenNetworks, answering, networks_at_hand
from explorer.session.models.catalog import Catalog
from explorer.session.settings import Settings
from tests.models import tiny_generator
from tests.networks import convolving_critic, softmax_network

NAMES = tuple("0123456789")
pytestmark = pytest.mark.usefixtures("remembered_trials")


@pytest.fixture
def catalog(tmp_path) -> Catalog:
    folder = tmp_path / "models"
    for name in ("faces", "fashion"):
        convolving_critic(folder / name / "critic.onnx")
        tiny_generator(folder / name / "generator.onnx")
    softmax_network(folder / "digits" / "classifier.onnx", np.random.RandomState(0).randn(784, 10), 28, names=NAMES)
    return Catalog(folder, tmp_path / "previews", Settings(tmp_path / "settings.ini"))


def test_a_classifier_alone_is_at_hand_but_no_model_to_open(catalog, tmp_path):
    titles = [network.title for network in networks_at_hand(catalog, None)]
    assert titles == ["digits: classifier", "faces: critic", "fashion: critic"]
    assert [entry.name for entry in catalog.bundled()] == ["faces", "fashion"]


def test_those_of_the_open_model_come_first_and_a_foreign_critic_is_not_asked(catalog, tmp_path):
    here = tmp_path / "models" / "fashion"
    brought = tmp_path / "mine.onnx"
    found = networks_at_hand(catalog, here, [brought])
    assert found[0].title == "fashion: critic"
    assert [each.title for each in answering(found, here)] == ["fashion: critic", "digits: classifier", "mine.onnx"]


def test_a_network_is_opened_once_and_one_that_cannot_be_is_refused_in_words(qtbot, tmp_path):
    networks = OpenNetworks()
    path = convolving_critic(tmp_path / "critic.onnx")
    meetings = Meetings(networks)
    try:
        with qtbot.waitSignal(meetings.met, timeout=20_000) as met:
            meetings.meet(path)
        assert met.args[0] == path
        assert networks.of(path) is met.args[1]
        generator = tiny_generator(tmp_path / "generator.onnx")
        with qtbot.waitSignal(meetings.refused, timeout=20_000) as refused:
            meetings.meet(generator)
        assert isinstance(refused.args[1], Problem)
    finally:
        meetings.close()


def test_a_digit_is_attacked_and_errors_on_many_are_counted(qtbot, tmp_path):
    weights = np.random.RandomState(0).randn(784, 10)
    path = softmax_network(tmp_path / "classifier.onnx", weights, 28, names=NAMES)
    attacks = Attacks(OpenNetworks())
    request = AttackRequest(path, Attack(0.25), digit=3)
    try:
        with qtbot.waitSignal(attacks.fooled, timeout=20_000) as one:
            attacks.ask(request)
        found = one.args[0].fooled
        assert (found.before.pictures[0] == drawn_digit(3, 28)).all()
        assert found.errors(found.after) == 1.0
        with qtbot.waitSignal(attacks.counted_errors, timeout=20_000) as many:
            attacks.count(request, DIGITS, 20)
        assert many.args[0].is_known
        assert len(many.args[0].fooled.truth) == 20
    finally:
        attacks.close()


def test_the_newest_dream_alone_is_shown_whole(qtbot, tmp_path):
    path = convolving_critic(tmp_path / "critic.onnx")
    dreaming = Dreaming(OpenNetworks())
    came = []
    dreaming.came.connect(came.append)
    small = {"octaves": 1, "steps": 3, "size": 32}
    try:
        dreaming.begin_dream(DreamRequest(path, DreamSettings("0", 0, **small)))
        with qtbot.waitSignal(dreaming.idle, timeout=20_000):
            dreaming.begin_dream(DreamRequest(path, DreamSettings("1", 2, **small, seed=3)))
        qtbot.waitUntil(lambda: bool(came) and len(came[-1]) == 4, timeout=20_000)
    finally:
        dreaming.close()
    from explorer.training.inside.dreams import dream_states
    from explorer.training.inside.picture_network import PictureNetwork

    expected = list(dream_states(PictureNetwork.open(path, trusted=True), DreamSettings("1", 2, **small, seed=3)))
    assert (came[-1][-1].canvas == expected[-1].canvas).all()
