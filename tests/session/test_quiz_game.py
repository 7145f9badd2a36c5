"""A quiz that is played without a window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.core.problem import Problem
from explorer.core.quiz.stimulus_files import picture_hash
from explorer.core.quiz.questions import Difficulty
from explorer.core.quiz.store import QuizStore
from explorer.session.notices import Notices
from explorer.session.models.opening import Opener
from explorer.session.quiz.quiz_game import QuizGame
from explorer.session.quiz.deck import Deck, dealt
from explorer.session.quiz.quiz_results import QuizResults
from explorer.session.quiz.quiz_request import QuizWish, unseen_portraits
from tests.models import tiny_critic, tiny_generator
from tests.pictures import labelled_folder

Begin = Callable[[QuizWish], QuizGame]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model with a critic."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx")
    tiny_critic(folder / "critic.onnx")
    return folder


@pytest.fixture
def wish(tmp_path: Path, model: Path) -> QuizWish:
    """Six pairs."""
    source = str(labelled_folder(tmp_path / "reals", 16))
    return QuizWish("Ada", "pair", "pair", (model,), source, None, 6, Difficulty(), 3)


@pytest.fixture
def deal(tmp_path: Path) -> Iterator[Callable[[QuizWish], Deck]]:
    """Opens decks, and closes them when the test ends."""
    decks = []

    def deal_one(wish: QuizWish) -> Deck:
        deck = dealt(wish, Opener(tmp_path / "exports"), "cpu")
        assert deck is not None
        decks.append(deck)
        return deck

    yield deal_one
    for deck in decks:
        deck.close()


@pytest.fixture
def results(tmp_path: Path) -> Iterator[QuizResults]:
    found = QuizResults(tmp_path / "data", Notices())
    yield found
    found.close()


@pytest.fixture
def begin(tmp_path: Path, results: QuizResults, qtbot: QtBot) -> Iterator[Begin]:
    """Begins games, and closes them when the test ends."""
    games = []

    def begin_one(wish: QuizWish) -> QuizGame:
        game = QuizGame(Opener(tmp_path / "exports"), results)
        games.append(game)
        with qtbot.waitSignal(game.asked, timeout=20_000):
            game.begin(wish, "cpu")
        return game

    yield begin_one
    for game in games:
        game.close()


def _finish(game: QuizGame, qtbot: QtBot, answer: Callable[[QuizGame], str]) -> None:
    while not game.is_over:
        game.answer(answer(game), 500.0)
        if game.is_last:
            game.go_on()
        else:
            with qtbot.waitSignal(game.asked, timeout=10_000):
                game.go_on()


def _truth(game: QuizGame) -> str:
    assert game.question is not None
    return game.question.truth


def test_equal_wishes_give_equal_pictures(wish: QuizWish, deal: Callable[[QuizWish], Deck]) -> None:
    one, other = deal(wish), deal(wish)
    for question in one.plan.questions:
        first, second = one.shown(question), other.shown(question)
        assert [picture_hash(p) for p in first.pictures] == [picture_hash(p) for p in second.pictures]
        assert first.facts == second.facts


def test_both_pictures_have_one_form(wish: QuizWish, deal: Callable[[QuizWish], Deck]) -> None:
    deck = deal(replace(wish, difficulty=Difficulty(size=32, blur=1.0)))
    shown = deck.shown(deck.plan.questions[0])
    assert {picture.shape for picture in (*shown.pictures, shown.mask)} == {(32, 32, 3)}


def test_the_mask_hides_what_was_there(wish: QuizWish, deal: Callable[[QuizWish], Deck]) -> None:
    deck = deal(wish)
    shown = deck.shown(deck.plan.questions[0])
    assert all(not np.array_equal(picture, shown.mask) for picture in shown.pictures)


@pytest.mark.parametrize("form", ["pair", "single"])
def test_the_critic_answers_in_the_words_of_the_question(
    wish: QuizWish, deal: Callable[[QuizWish], Deck], form: str
) -> None:
    deck = deal(replace(wish, mode="critic", form=form, count=4))
    words = {"pair": {"left", "right"}, "single": {"real", "made"}}[form]
    assert {deck.shown(question).critic for question in deck.plan.questions} <= words


def test_a_critic_is_asked_only_where_it_is_to_be_beaten(
    wish: QuizWish, deal: Callable[[QuizWish], Deck]
) -> None:
    deck = deal(wish)
    assert deck.shown(deck.plan.questions[0]).critic == ""


def test_a_lesson_shows_the_made_picture_and_a_real_one(
    wish: QuizWish, deal: Callable[[QuizWish], Deck]
) -> None:
    deck = deal(wish)
    question = deck.plan.questions[0]
    lesson = deck.lesson(question, asked=6)
    made = deck.shown(question).pictures[1 if question.truth == "left" else 0]
    np.testing.assert_array_equal(lesson.made, made)
    assert any(np.array_equal(lesson.real, real) for real in deck.reals.sets[8].pictures)
    assert lesson.compared == 16


def test_a_lesson_shows_no_real_picture_that_is_still_to_be_asked_about(
    wish: QuizWish, deal: Callable[[QuizWish], Deck]
) -> None:
    deck = deal(replace(wish, count=16))
    for question in deck.plan.questions:
        lesson = deck.lesson(question, asked=question.index + 1)
        assert question.real is not None
        known = {deck.reals.names[place] for place in range(question.real + 1)}
        found = deck.reals.sets[8]
        near = [
            name
            for name, picture in zip(found.names, found.pictures, strict=True)
            if np.array_equal(picture, lesson.real)
        ]
        assert near
        assert set(near) <= known
        assert lesson.compared == question.index + 1


def test_a_lesson_waits_where_every_real_picture_is_still_to_come(
    wish: QuizWish, deal: Callable[[QuizWish], Deck]
) -> None:
    deck = deal(replace(wish, mode="single", form="single", count=32))
    first = next(question for question in deck.plan.questions if question.truth == "made")
    with pytest.raises(Problem, match="still to be asked"):
        deck.lesson(first, asked=0)
    assert deck.lesson(first, asked=32).compared == 16


def test_a_model_without_a_critic_cannot_be_played_against(
    wish: QuizWish, model: Path, deal: Callable[[QuizWish], Deck]
) -> None:
    (model / "critic.onnx").unlink()
    with pytest.raises(Problem, match="no critic"):
        deal(replace(wish, mode="critic"))


def test_a_folder_without_pictures_is_told(
    wish: QuizWish, tmp_path: Path, deal: Callable[[QuizWish], Deck]
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(Problem, match=r"(?i)no picture"):
        deal(replace(wish, source=str(tmp_path / "empty")))


def test_too_few_pictures_are_told(wish: QuizWish, deal: Callable[[QuizWish], Deck]) -> None:
    with pytest.raises(Problem, match="only 16"):
        deal(replace(wish, count=40))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"player": " "}, "Nobody"),
        ({"models": ()}, "No model"),
        ({"source": ""}, "no real pictures"),
        ({"hold_out": 2.0}, "held out"),
    ],
)
def test_what_cannot_be_played_is_told_before_anything_is_opened(
    wish: QuizWish, change: dict[str, object], words: str
) -> None:
    with pytest.raises(Problem, match=words):
        replace(wish, **change).check()


def test_portraits_come_from_a_seed_that_no_model_learned_from(wish: QuizWish) -> None:
    from explorer.core.models.card import ModelCard

    cards = [ModelCard(data=f"20,000 procedural portraits, seed {seed}") for seed in (0, 1)]
    assert unseen_portraits(cards, 10) == "portraits:240:2"
    assert unseen_portraits(cards[:1], 300) == "portraits:300:1"


def test_a_whole_game_is_kept(wish: QuizWish, begin: Begin, results: QuizResults, qtbot: QtBot) -> None:
    game = begin(wish)
    _finish(game, qtbot, _truth)
    game.close()
    rows = results.store.rows()
    assert [row.answer.index for row in rows] == list(range(6))
    assert all(row.answer.correct for row in rows)
    assert rows[0].session.player_name == "Ada"
    assert results.store.sessions()[0].finished is not None


def test_the_next_question_is_made_before_it_is_asked_for(wish: QuizWish, begin: Begin, qtbot: QtBot) -> None:
    game = begin(wish)
    qtbot.waitUntil(lambda: not game.is_busy)
    game.answer("left", 500.0)
    asked = []
    game.asked.connect(asked.append)
    game.go_on()
    assert [shown.question.index for shown in asked] == [1]  # without waiting for anything


def test_answers_are_there_when_the_game_is_left_in_the_middle(
    wish: QuizWish, begin: Begin, tmp_path: Path
) -> None:
    game = begin(wish)
    game.answer("left", 400.0)
    game.close()
    store = QuizStore(tmp_path / "data" / "quiz.sqlite")
    assert len(store.rows()) == 1
    assert store.sessions()[0].finished is None
    store.close()


def test_a_game_without_answers_leaves_no_session(wish: QuizWish, begin: Begin, results: QuizResults) -> None:
    game = begin(wish)
    game.stop()
    game.close()
    assert results.store.sessions() == ()


def test_a_flash_grows_shorter_while_answers_are_right(wish: QuizWish, begin: Begin, qtbot: QtBot) -> None:
    game = begin(replace(wish, mode="flash", difficulty=Difficulty(exposure_ms=800.0)))
    assert game.exposure_ms == 800.0
    _finish(game, qtbot, _truth)
    assert game.staircase is not None
    assert game.staircase.level < 800.0


def test_an_answer_that_could_not_be_written_is_written_with_the_next(
    wish: QuizWish, begin: Begin, results: QuizResults, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = begin(wish)
    with monkeypatch.context() as patch:

        def refuse(self: QuizStore, session: int, answer: object) -> None:
            raise Problem("The disk is full.", "Make room.")

        patch.setattr(QuizStore, "record", refuse)
        with qtbot.waitSignal(game.unsaved, timeout=10_000):
            game.answer("left", 400.0)
    with qtbot.waitSignal(game.asked, timeout=10_000):
        game.go_on()
    game.answer("right", 400.0)
    game.close()
    assert [row.answer.index for row in results.store.rows()] == [0, 1]


def test_a_new_game_forgets_the_one_before(wish: QuizWish, begin: Begin, qtbot: QtBot) -> None:
    game = begin(wish)
    game.answer("left", 400.0)
    with qtbot.waitSignal(game.asked, timeout=20_000) as asked:
        game.begin(replace(wish, seed=9), "cpu")
    assert asked.args[0].question.index == 0
    assert game.answers == []


def test_what_is_being_opened_can_be_cancelled(
    wish: QuizWish, tmp_path: Path, results: QuizResults, qtbot: QtBot
) -> None:
    game = QuizGame(Opener(tmp_path / "exports"), results)
    game.begin(wish, "cpu")
    game.finder.cancel()
    qtbot.waitUntil(lambda: not game.finder.is_busy, timeout=20_000)
    assert game.deck is None
    game.close()


def test_a_damaged_file_of_results_is_told_and_kept(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "quiz.sqlite").write_bytes(b"no database at all, but long enough to look at " * 40)
    notices, told = Notices(), []
    notices.tell(told.append)
    results = QuizResults(tmp_path, notices)
    assert results.store.players() == ()
    qtbot.waitUntil(lambda: len(told) == 1)
    assert "damaged" in told[0].what
    results.close()
    assert len(list(tmp_path.glob("quiz.damaged-*.sqlite"))) == 1
