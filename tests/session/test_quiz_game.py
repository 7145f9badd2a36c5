"""A quiz that is played without a window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.core.problem import Problem
from explorer.core.quiz.questions import Difficulty
from explorer.core.quiz.stimulus_files import picture_hash
from explorer.core.quiz.store import QuizStore
from explorer.session.models.opening import Opener
from explorer.session.notices import Notices
from explorer.session.quiz.deck import Deck, _seen_by, dealt
from explorer.session.quiz.quiz_game import QuizGame
from explorer.session.quiz.quiz_request import QuizRequest, unseen_portraits
from explorer.session.quiz.quiz_results import QuizResults
from tests.models import tiny_critic, tiny_generator
from tests.pictures import labelled_folder

Begin = Callable[[QuizRequest], QuizGame]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model with a critic."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx")
    tiny_critic(folder / "critic.onnx")
    return folder


@pytest.fixture
def quiz_request(tmp_path: Path, model: Path) -> QuizRequest:
    """Six pairs."""
    source = str(labelled_folder(tmp_path / "reals", 16))
    return QuizRequest("Ada", "pair", "pair", (model,), source, None, 6, Difficulty(), 3)


@pytest.fixture
def deal(tmp_path: Path) -> Iterator[Callable[[QuizRequest], Deck]]:
    """Opens decks, and closes them when the test ends."""
    decks = []

    def deal_one(quiz_request: QuizRequest) -> Deck:
        deck = dealt(quiz_request, Opener(tmp_path / "exports"), "cpu")
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

    def begin_one(quiz_request: QuizRequest) -> QuizGame:
        game = QuizGame(Opener(tmp_path / "exports"), results)
        games.append(game)
        with qtbot.waitSignal(game.asked, timeout=20_000):
            game.begin(quiz_request, "cpu")
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


def test_equal_wishes_give_equal_pictures(quiz_request: QuizRequest, deal: Callable[[QuizRequest], Deck]) -> None:
    one, other = deal(quiz_request), deal(quiz_request)
    for question in one.plan.questions:
        first, second = one.shown(question), other.shown(question)
        assert [picture_hash(p) for p in first.pictures] == [picture_hash(p) for p in second.pictures]
        assert first.facts == second.facts


def test_both_pictures_have_one_form(quiz_request: QuizRequest, deal: Callable[[QuizRequest], Deck]) -> None:
    deck = deal(replace(quiz_request, difficulty=Difficulty(size=32, blur=1.0)))
    shown = deck.shown(deck.plan.questions[0])
    assert {picture.shape for picture in (*shown.pictures, shown.mask)} == {(32, 32, 3)}


def test_the_mask_hides_what_was_there(quiz_request: QuizRequest, deal: Callable[[QuizRequest], Deck]) -> None:
    deck = deal(quiz_request)
    shown = deck.shown(deck.plan.questions[0])
    assert all(not np.array_equal(picture, shown.mask) for picture in shown.pictures)


@pytest.mark.parametrize("form", ["pair", "single"])
def test_the_critic_answers_in_the_words_of_the_question(
    quiz_request: QuizRequest, deal: Callable[[QuizRequest], Deck], form: str
) -> None:
    deck = deal(replace(quiz_request, mode="critic", form=form, count=4))
    words = {"pair": {"left", "right"}, "single": {"real", "made"}}[form]
    assert {deck.shown(question).critic for question in deck.plan.questions} <= words


def test_a_critic_is_asked_only_where_it_is_to_be_beaten(
    quiz_request: QuizRequest, deal: Callable[[QuizRequest], Deck]
) -> None:
    deck = deal(quiz_request)
    assert deck.shown(deck.plan.questions[0]).critic == ""


def test_a_lesson_shows_the_made_picture_and_a_real_one(
    quiz_request: QuizRequest, deal: Callable[[QuizRequest], Deck]
) -> None:
    deck = deal(quiz_request)
    question = deck.plan.questions[0]
    lesson = deck.lesson(question, asked=6)
    made = deck.shown(question).pictures[1 if question.truth == "left" else 0]
    np.testing.assert_array_equal(lesson.made, made)
    assert any(np.array_equal(lesson.real, real) for real in deck.reals.sets[8].pictures)
    assert lesson.compared == 16


def test_a_lesson_shows_no_real_picture_that_is_still_to_be_asked_about(
    quiz_request: QuizRequest, deal: Callable[[QuizRequest], Deck]
) -> None:
    deck = deal(replace(quiz_request, count=16))
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
    quiz_request: QuizRequest, deal: Callable[[QuizRequest], Deck]
) -> None:
    deck = deal(replace(quiz_request, mode="single", form="single", count=32))
    first = next(question for question in deck.plan.questions if question.truth == "made")
    with pytest.raises(Problem, match="still to come"):
        deck.lesson(first, asked=0)
    assert deck.lesson(first, asked=32).compared == 16


def test_a_model_without_a_critic_cannot_be_played_against(
    quiz_request: QuizRequest, model: Path, deal: Callable[[QuizRequest], Deck]
) -> None:
    (model / "critic.onnx").unlink()
    with pytest.raises(Problem, match="no critic"):
        deal(replace(quiz_request, mode="critic"))


def test_a_folder_without_pictures_is_told(
    quiz_request: QuizRequest, tmp_path: Path, deal: Callable[[QuizRequest], Deck]
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(Problem, match=r"(?i)no picture"):
        deal(replace(quiz_request, source=str(tmp_path / "empty")))


def test_too_few_pictures_are_told(quiz_request: QuizRequest, deal: Callable[[QuizRequest], Deck]) -> None:
    with pytest.raises(Problem, match="only 16"):
        deal(replace(quiz_request, count=40))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"player": " "}, "No player was named"),
        ({"models": ()}, "No model"),
        ({"source": ""}, "no real pictures"),
        ({"hold_out": 2.0}, "held out"),
    ],
)
def test_what_cannot_be_played_is_told_before_anything_is_opened(
    quiz_request: QuizRequest, change: dict[str, object], words: str
) -> None:
    with pytest.raises(Problem, match=words):
        replace(quiz_request, **change).check()


def test_portraits_come_from_a_seed_that_no_model_learned_from(quiz_request: QuizRequest) -> None:
    from explorer.core.models.card import ModelCard

    cards = [ModelCard(data=f"20,000 procedural portraits, seed {seed}") for seed in (0, 1)]
    assert unseen_portraits(cards, 10) == "portraits:240:2"
    assert unseen_portraits(cards[:1], 300) == "portraits:300:1"


def test_a_whole_game_is_kept(quiz_request: QuizRequest, begin: Begin, results: QuizResults, qtbot: QtBot) -> None:
    game = begin(quiz_request)
    _finish(game, qtbot, _truth)
    game.close()
    rows = results.store.rows()
    assert [row.answer.index for row in rows] == list(range(6))
    assert all(row.answer.correct for row in rows)
    assert rows[0].session.player_name == "Ada"
    assert results.store.sessions()[0].finished is not None


def test_the_next_question_is_made_before_it_is_asked_for(
    quiz_request: QuizRequest, begin: Begin, qtbot: QtBot
) -> None:
    game = begin(quiz_request)
    qtbot.waitUntil(lambda: not game.is_busy)
    game.answer("left", 500.0)
    asked = []
    game.asked.connect(asked.append)
    game.go_on()
    assert [shown.question.index for shown in asked] == [1]  # without waiting for anything


def test_answers_are_there_when_the_game_is_left_in_the_middle(
    quiz_request: QuizRequest, begin: Begin, tmp_path: Path
) -> None:
    game = begin(quiz_request)
    game.answer("left", 400.0)
    game.close()
    store = QuizStore(tmp_path / "data" / "quiz.sqlite")
    assert len(store.rows()) == 1
    assert store.sessions()[0].finished is None
    store.close()


def test_a_game_without_answers_leaves_no_session(
    quiz_request: QuizRequest, begin: Begin, results: QuizResults
) -> None:
    game = begin(quiz_request)
    game.stop()
    game.close()
    assert results.store.sessions() == ()


def test_a_flash_grows_shorter_while_answers_are_right(quiz_request: QuizRequest, begin: Begin, qtbot: QtBot) -> None:
    game = begin(replace(quiz_request, mode="flash", difficulty=Difficulty(exposure_ms=800.0)))
    assert game.exposure_ms == 800.0
    _finish(game, qtbot, _truth)
    assert game.staircase is not None
    assert game.staircase.level < 800.0


def test_an_answer_that_could_not_be_written_is_written_with_the_next(
    quiz_request: QuizRequest,
    begin: Begin,
    results: QuizResults,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    game = begin(quiz_request)
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


def test_a_new_game_forgets_the_one_before(quiz_request: QuizRequest, begin: Begin, qtbot: QtBot) -> None:
    game = begin(quiz_request)
    game.answer("left", 400.0)
    with qtbot.waitSignal(game.asked, timeout=20_000) as asked:
        game.begin(replace(quiz_request, seed=9), "cpu")
    assert asked.args[0].question.index == 0
    assert game.answers == []


def test_what_is_being_opened_can_be_cancelled(
    quiz_request: QuizRequest, tmp_path: Path, results: QuizResults, qtbot: QtBot
) -> None:
    game = QuizGame(Opener(tmp_path / "exports"), results)
    game.begin(quiz_request, "cpu")
    game.finder.cancel()
    qtbot.waitUntil(lambda: not game.finder.is_busy, timeout=20_000)
    assert game.deck is None
    game.close()


def test_a_damaged_file_of_results_is_told_and_kept(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "quiz.sqlite").write_bytes(b"no database at all, but long enough to look at " * 40)
    notices, told = Notices(), []
    notices.report(told.append)
    results = QuizResults(tmp_path, notices)
    assert results.store.players() == ()
    qtbot.waitUntil(lambda: len(told) == 1)
    assert "damaged" in told[0].what
    results.close()
    assert len(list(tmp_path.glob("quiz.damaged-*.sqlite"))) == 1


def test_a_game_keeps_no_more_than_the_pictures_that_were_seen_and_lets_go_of_them(
    quiz_request: QuizRequest, begin: Begin, qtbot: QtBot
) -> None:
    game = begin(quiz_request)
    _finish(game, qtbot, _truth)
    kept = {id(array): array.nbytes for shown, _ in game.answers for array in (*shown.pictures, shown.mask)}
    assert sum(kept.values()) == sum(p.nbytes for shown, _ in game.answers for p in shown.pictures)
    assert len(game._made) <= 1
    game.leave()
    assert game.answers == []


@pytest.mark.parametrize(("reals", "judged"), [(40, 24), (16, 8), (9, 2)])
def test_a_critics_limit_is_found_on_as_many_pictures_as_there_are(
    tmp_path: Path, quiz_request: QuizRequest, deal: Callable[[QuizRequest], Deck], reals: int, judged: int
) -> None:
    source = str(labelled_folder(tmp_path / "more", reals))
    deck = deal(replace(quiz_request, mode="critic", form="single", source=source, count=4))
    assert deck.plan.reals == 2
    assert len(deck.reals.names) == deck.plan.reals + judged
    others = {picture.tobytes() for picture in deck._others(0, judged)}
    assert len(others) == judged
    assert others.isdisjoint(deck.shown(question).pictures[0].tobytes() for question in deck.plan.questions)


@pytest.mark.parametrize(
    ("share", "is_refused"), [(None, False), (0.0, False), (1.0, False), (-0.1, True), (1.01, True)]
)
def test_shares_run_from_nothing_to_all(quiz_request: QuizRequest, share: float | None, is_refused: bool) -> None:
    with pytest.raises(Problem, match="cannot be held out") if is_refused else nullcontext():
        replace(quiz_request, hold_out=share).check()


@pytest.mark.parametrize(
    ("height", "channels", "shape"), [(0, 0, (12, 12, 3)), (6, 0, (6, 6, 3)), (0, 1, (12, 12, 1)), (8, 1, (8, 8, 1))]
)
def test_a_critic_is_shown_pictures_as_it_was_trained_to_see_them(
    height: int, channels: int, shape: tuple[int, int, int]
) -> None:
    critic = SimpleNamespace(card=SimpleNamespace(height=height, channels=channels))
    for sides in ((20, 12), (12, 20)):
        assert _seen_by(critic, np.zeros((*sides, 3), np.uint8)).shape == shape  # type: ignore[arg-type]
