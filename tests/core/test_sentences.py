"""Sentences: their words, the network that makes numbers of them, and scenes that say something."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.core.inference.text_network import TextNetwork
from explorer.core.models.card import ModelCard
from explorer.core.models.inspection import inspect
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from explorer.core.rendering.latents import between, lerp, norm_of, sample, slerp
from explorer.core.rendering.scene import Scene, scene_from_json, scene_to_json
from explorer.core.rendering.walks import neighbours
from explorer.core.text.vocabulary import Vocabulary, vocabulary_from, words_in
from explorer.core.traverse.axes import dimensions
from explorer.core.traverse.carried import TakenAlong
from tests.sentences import NOISE, SAID, TEXT, WORDS, tiny_sentence_model

CARD = ModelCard(kind="generator", latent_size=NOISE + SAID, dimensions=(TEXT,))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_sentence_model(tmp_path_factory.mktemp("sentences") / "tiny")


@pytest.fixture
def network(folder: Path) -> TextNetwork:
    return TextNetwork.open(folder / "text.onnx", (TEXT,), trusted=True)


@pytest.fixture
def scene() -> Scene:
    return Scene(model="m", model_name="tiny", z=sample(3, NOISE + SAID, CARD.prior), seed=3)


def test_words_lose_their_case_and_their_punctuation() -> None:
    assert words_in("A smiling man: “round-faced”, isn't he?") == (
        "a",
        "smiling",
        "man",
        "round",
        "faced",
        "isn't",
        "he",
    )
    assert words_in("… — !_ ") == ()


def test_words_that_were_never_learned_are_left_out_and_named() -> None:
    said = WORDS.tokens("A smiling ZEBRA, red Hat.")

    assert said.tolist() == [6, 5, 4, 0, 0, 0, 0, 0]
    assert WORDS.unknown_words("A smiling zebra in a red hat") == "It never learned: a, zebra, in."
    assert WORDS.unknown_words("one two three four five") == "It never learned: one, two, three and 2 more."
    assert WORDS.unknown_words("red hat") == ""


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("red " * 300, "The sentence has 300 words. This model takes up to 8"),
        ("привет, мир", "knows none of the words in “привет, мир”"),
        ("你好", "knows none of the words in “你好”"),
        ("!?", "knows none of the words"),
    ],
)
def test_sentences_that_say_nothing_to_it_are_refused_in_words(sentence: str, said: str) -> None:
    with pytest.raises(Problem) as refused:
        WORDS.tokens(sentence)

    assert said in f"{refused.value.what} {refused.value.hint}"


def test_a_card_keeps_its_vocabulary() -> None:
    card = ModelCard(name="words", kind="text", vocabulary=WORDS)

    assert ModelCard.from_json(card.to_json()).vocabulary == WORDS


@pytest.mark.parametrize(
    "told",
    [
        {"words": [], "longest": 8},
        {"words": ["red", "red"], "longest": 8},
        {"words": ["Red"], "longest": 8},
        {"words": ["red hat"], "longest": 8},
        {"words": ["a" * 41], "longest": 8},
        {"words": "red", "longest": 8},
        {"words": [3], "longest": 8},
        {"words": ["red"], "longest": 0},
        {"words": ["red"], "longest": True},
        {"words": ["red"]},
        ["red"],
    ],
)
def test_a_damaged_vocabulary_is_refused(told: object) -> None:
    with pytest.raises(ValueError, match="its "):
        vocabulary_from(told)


def test_a_sentence_fills_its_part_of_the_latent_alone(network: TextNetwork, scene: Scene) -> None:
    after = network.said(scene, "  smiling,\n red   hat ")

    assert after.sentence == "smiling, red hat"
    assert np.array_equal(after.z[:NOISE], scene.z[:NOISE])
    assert np.array_equal(after.z[NOISE:], network.condition("smiling red hat"))
    assert after.seed == scene.seed
    assert np.array_equal(network.said(after, "").z, scene.z)
    assert network.said(after, "").sentence == ""


def test_a_sample_says_nothing_and_a_walk_leaves_what_is_said(network: TextNetwork, scene: Scene) -> None:
    said = network.said(scene, "red hat")

    assert not scene.z[NOISE:].any()
    for near in neighbours(said.z, 1.0, 3, prior=CARD.prior):
        assert np.array_equal(near[NOISE:], said.z[NOISE:])
        assert not np.array_equal(near[:NOISE], said.z[:NOISE])
    assert np.array_equal(said.keeping_said(sample(9, NOISE + SAID, CARD.prior))[NOISE:], said.z[NOISE:])
    assert norm_of(said.z, CARD.prior) == pytest.approx(norm_of(scene.z, CARD.prior))


def test_a_scene_brings_its_sentence_along(network: TextNetwork, scene: Scene) -> None:
    said = network.said(scene, "smiling, in a red “hat”")

    again = scene_from_json(scene_to_json(said))

    assert again.sentence == said.sentence
    assert np.array_equal(again.z, said.z)
    assert scene_to_json(again) == scene_to_json(said)


def test_a_scene_that_says_nothing_is_the_text_that_it_always_was(network: TextNetwork, scene: Scene) -> None:
    silent = network.said(network.said(scene, "red hat"), "")

    assert scene_to_json(silent) == scene_to_json(scene)
    assert '"said"' not in scene_to_json(scene)
    assert '"version": 1' in scene_to_json(scene)


def test_a_latent_that_was_moved_no_longer_says_its_sentence(network: TextNetwork, scene: Scene) -> None:
    said = network.said(scene, "red hat")
    noisier, other = said.z.copy(), said.z.copy()
    noisier[0] += 1.0
    other[NOISE] += 1.0

    assert replace(said, z=noisier).sentence == "red hat"
    assert replace(said, z=other).sentence == ""
    assert '"said"' not in scene_to_json(replace(said, z=other))
    assert '"version": 1' in scene_to_json(replace(said, z=other))


@pytest.mark.parametrize(
    "told",
    [
        '{"sentence": "red", "start": 4, "size": 9}',
        '{"sentence": "red", "start": -1, "size": 3}',
        '{"sentence": "red", "start": 4, "size": 0}',
        '{"sentence": "", "start": 4, "size": 3}',
        '{"sentence": 5, "start": 4, "size": 3}',
        '{"start": 4, "size": 3}',
        '"red"',
    ],
)
def test_a_scene_with_a_damaged_sentence_is_refused(network: TextNetwork, scene: Scene, told: str) -> None:
    text = scene_to_json(network.said(scene, "red hat"))
    begins = text.index('{"sentence"') if '{"sentence"' in text else text.index("{", text.index('"said"'))

    with pytest.raises(Problem, match="This scene is damaged"):
        scene_from_json(text[:begins] + told + text[text.index("}", begins) + 1 :])


def test_between_two_sentences_conditions_go_straight_and_noise_turns(network: TextNetwork, scene: Scene) -> None:
    one = network.said(scene, "smiling red hat")
    two = network.said(replace(scene, z=sample(8, NOISE + SAID, CARD.prior)), "blue glasses")

    found = between(slerp, one.z, two.z, 0.3, CARD.prior)

    assert np.array_equal(found[NOISE:], lerp(one.z[NOISE:], two.z[NOISE:], 0.3))
    assert found[:NOISE] == pytest.approx(slerp(one.z[:NOISE], two.z[:NOISE], 0.3), abs=1e-6)


def test_what_lies_between_says_the_sentence_of_an_end_only_there(network: TextNetwork, scene: Scene) -> None:
    one, two = network.said(scene, "red hat"), network.said(scene, "blue glasses")
    ends = [TakenAlong(said=each.said) for each in (one, two)]

    def at(share: float) -> str:
        point = between(slerp, one.z, two.z, share, CARD.prior)
        return ends[0].toward(ends[1], share).put_into(scene.plainly_at(point)).sentence

    assert [at(0.0), at(0.4), at(0.6), at(1.0)] == ["red hat", "", "", "blue glasses"]


def test_a_network_of_sentences_is_told_from_other_parts(folder: Path) -> None:
    found = inspect(folder / "text.onnx")

    assert found.kind == "text"
    assert found.card.vocabulary == WORDS


def test_a_network_that_is_not_what_its_card_says_is_refused(tmp_path: Path) -> None:
    other = tiny_sentence_model(tmp_path / "longer", longest=WORDS.longest + 1)
    with pytest.raises(Problem, match="does not make numbers of sentences as its card says"):
        TextNetwork.open(other / "text.onnx", (TEXT,), trusted=True)
    wider = tiny_sentence_model(tmp_path / "wider", size=SAID + 1)
    with pytest.raises(Problem, match="makes 4 numbers from a sentence; its generator takes 3"):
        TextNetwork.open(wider / "text.onnx", (TEXT,), trusted=True)


def test_a_generator_is_no_network_of_sentences(folder: Path) -> None:
    with pytest.raises(Problem, match="is not a network of sentences"):
        TextNetwork.open(folder / "generator.onnx", (TEXT,), trusted=True)
    with pytest.raises(Problem, match="takes no sentence"):
        TextNetwork.open(folder / "text.onnx", (), trusted=True)
    assert read_model(folder / "text.onnx").inputs[0].dtype == "int64"


def test_words_are_offered_by_their_beginning() -> None:
    assert WORDS.completions("B") == ("beret", "blue")
    assert Vocabulary(("red",), 3).completions("x") == ()


def test_the_numbers_of_a_sentence_are_no_axes() -> None:
    assert [axis.index for axis in dimensions(range(NOISE + SAID), (TEXT,))] == list(range(NOISE))
    assert [axis.index for axis in dimensions([NOISE, 2, NOISE + 1, 0, 1], (TEXT,), 2)] == [2, 0]
