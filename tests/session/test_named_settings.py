"""What named dimensions are set to is shown and kept, by samples, maps and quizzes alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.core.inference.generator import Generator
from explorer.core.inference.perception import Classifier
from explorer.core.quiz.preparation import made_scene
from explorer.core.quiz.questions import Difficulty
from explorer.core.rendering.latents import sample
from explorer.paths import models_folder
from explorer.session.models.opening import Opener
from explorer.session.quiz.deck import dealt
from explorer.session.quiz.quiz_request import QuizRequest
from explorer.session.traverse.map_pictures import PORTRAITS, sampled_pictures
from tests.named import DIMENSIONS, tiny_named_generator
from tests.pictures import labelled_folder

FACTORS = models_folder() / "portraits-factors"


def wished(model: Path, source: str, count: int) -> QuizRequest:
    """A quiz of single pictures that are truncated."""
    return QuizRequest("Ada", "single", "single", (model,), source, None, count, Difficulty(psi=0.3), 3)


def test_samples_of_a_map_are_known_by_what_their_named_dimensions_were_set_to(tmp_path: Path) -> None:
    generator = Generator.open(tiny_named_generator(tmp_path / "named.onnx"), "cpu", trusted=True)

    found = sampled_pictures(generator, 40, 0)
    generator.close()

    assert found is not None
    facts = {fact.name: fact for fact in found.facts}
    assert list(facts) == ["age", "hat", "hat_style"]
    for number, scene in enumerate(found.scenes):
        assert [facts[one.name].told(number) for one in DIMENSIONS[1:]] == [one.said(scene.z) for one in DIMENSIONS[1:]]
        assert float(facts["age"].told(number)) == pytest.approx(float(scene.z[0]), rel=0.05)


def test_a_quiz_draws_whole_choices_and_truncates_only_the_rest(tmp_path: Path) -> None:
    model = tiny_named_generator(tmp_path / "named.onnx")
    deck = dealt(wished(model, str(labelled_folder(tmp_path / "reals", 16)), 8), Opener(tmp_path / "exports"), "cpu")
    assert deck is not None
    generator = deck.models[0].generator
    made = [question for question in deck.plan.questions if question.seed is not None]

    for question in made:
        z = sample(question.seed or 0, 6, generator.card.prior)
        z[4:] *= 0.3
        assert set(z[1:4]) <= {0.0, 1.0}
        assert 20.0 <= z[0] <= 70.0
        assert np.array_equal(deck.shown(question).pictures[0], generator.pictures(z[None])[0])
    deck.close()
    assert len(made) == 4


def test_what_a_quiz_shows_of_portraits_wears_what_their_latents_say(tmp_path: Path) -> None:
    deck = dealt(wished(FACTORS, PORTRAITS, 24), Opener(tmp_path / "exports"), "cpu")
    assert deck is not None
    judge = Classifier.open(FACTORS / "classifier.onnx", "cpu", trusted=True)
    generator = deck.models[0].generator
    made = [question for question in deck.plan.questions if question.seed is not None]

    read = judge.read(np.stack([deck.shown(question).pictures[0] for question in made]))
    judge.close()
    deck.close()

    scenes = [made_scene(question, deck.plan.difficulty, generator) for question in made]
    for name in ("hat", "eyeglasses"):
        (known,) = (one for one in generator.card.dimensions if one.name == name)
        (column,) = (at for at, attribute in enumerate(judge.attributes) if attribute.name == name)
        asked = [known.said(scene.z) == "yes" for scene in scenes]
        assert 0 < sum(asked) < len(made)
        assert np.equal(read[:, column] > 0.5, asked).sum() >= len(made) - 1
