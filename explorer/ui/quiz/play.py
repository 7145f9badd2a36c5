"""The course of a question: shown, answered, told; with times that are measured from what was painted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer

from explorer.session.quiz.flash_timing import Flash, Later
from explorer.session.quiz.quiz_game import QuizGame
from explorer.ui.quiz.lesson_board import words_of
from explorer.ui.quiz.question_board import BLANK, CROSS, MASK, PICTURES, Caption
from explorer.ui.quiz.question_stage import BAD, GOOD, QuizStage, sides, sureness

if TYPE_CHECKING:
    from explorer.core.quiz.answers import Answer
    from explorer.session.quiz.deck import Lesson, Shown

CROSS_MS = 500
WAIT, FIXATE, ASK, SURE, TOLD, LEARN = "wait", "fixate", "ask", "sure", "told", "learn"
_TITLES = {"pair": "Which one is real?", "single": "Is it real?"}


class Play(QObject):
    """Leads a game over a stage.

    Parameters
    ----------
    game : QuizGame
    stage : QuizStage
    now_ms, later : callable, optional
        A clock, and what does something after so many milliseconds; for tests.

    Attributes
    ----------
    phase : str
        ``wait`` (the pictures are being made), ``fixate``, ``ask``, ``sure``, ``told`` or ``learn``.

    """

    def __init__(
        self,
        game: QuizGame,
        stage: QuizStage,
        now_ms: Callable[[], float] | None = None,
        later: Later | None = None,
    ) -> None:
        super().__init__(stage)
        self.game, self.stage = game, stage
        self.phase = WAIT
        self._clock = QElapsedTimer()
        self._clock.start()
        self.now_ms = now_ms or (lambda: self._clock.nsecsElapsed() / 1e6)
        self.later: Later = later or self._after
        self.flash = Flash(lambda: self.now_ms(), lambda ms, do: self.later(ms, do), self._mask)
        self._shown: Shown | None = None
        self._answer: Answer | None = None
        self._said = ""
        self._response_ms = 0.0
        self._seen_ms: float | None = None  # since when it can be answered; None while it cannot
        self._earlier_ms = 0.0  # the same, before a pause
        self._turn = 0
        game.asked.connect(self._on_asked)
        game.taught.connect(self._on_taught)
        stage.acted.connect(self.act)
        stage.hidden.connect(self.pause)
        stage.board.painted.connect(self._on_painted)

    def wait(self) -> None:
        """Show that the first question is coming."""
        self.phase = WAIT
        self._shown = self._answer = None
        self.stage.show_board()
        self.stage.board.show_state(BLANK)
        self.stage.say("Get ready …")
        self.stage.offer(())

    def act(self, what: str) -> None:
        """Do what the player wants, where it means something now."""
        if self.game.deck is None:
            return
        if self.stage.is_paused:
            self._act_paused(what)
        elif what == "pause" and self.game.is_over:
            self.game.stop()
        elif what == "pause":
            self.pause()
        elif self.phase == ASK and what in ("left", "right"):
            self._take(what)
        elif self.phase == SURE and what in ("1", "2", "3", "4", "5"):
            self._commit(int(what))
        elif self.phase in (TOLD, LEARN) and what == "next":
            self._go_on()
        elif what == "learn":
            self._learn()

    def pause(self) -> None:
        """Hide everything and wait; the time stands still."""
        if self.game.deck is None or self.game.is_over or self.stage.is_paused or self._shown is None:
            return
        if self._seen_ms is not None:
            self._earlier_ms += self.now_ms() - self._seen_ms
            self._seen_ms = None
        if self.phase == ASK and self.game.exposure_ms:
            self.flash.ended()  # what has been seen of a short exposure has been seen
        count = len(self.game.answers)
        self.stage.show_pause(f"{count} answered, and kept." if count else "Nothing has been answered yet.")

    def _act_paused(self, what: str) -> None:
        if what == "stop":
            self.stage.show_board()
            self.stage.board.show_state(BLANK)
            self.game.stop()
        elif what in ("resume", "next", "pause"):
            self._resume()

    def _resume(self) -> None:
        self.stage.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.phase == LEARN:
            self.stage.show_lesson()
            return
        self.stage.show_board()
        if self.phase == FIXATE:
            self._fixate()
        elif self.phase == ASK:
            self.stage.board.show_state(MASK if self.game.exposure_ms else PICTURES)
        else:
            self.stage.board.update()

    def _on_asked(self, shown: Shown) -> None:
        self._shown, self._answer = shown, None
        self._seen_ms, self._earlier_ms = None, 0.0
        stage, deck = self.stage, self.game.deck
        assert deck is not None
        self.flash.forget()
        stage.board.load(shown.pictures, shown.mask)
        stage.show_progress(shown.question.index + 1, deck.plan.count, deck.plan.mode == "flash")
        stage.say(_TITLES[shown.question.form], self._hint())
        stage.offer(sides(shown.question.form))
        if not stage.is_paused:
            stage.show_board()
        if self.game.exposure_ms:
            self._fixate()
        else:
            self.phase = ASK
            stage.board.show_state(PICTURES)

    def _hint(self) -> str:
        if not self.game.exposure_ms:
            return ""
        return f"Look at the cross: the pictures are there for {_seconds(self.game.exposure_ms)}."

    def _fixate(self) -> None:
        self.phase = FIXATE
        self.stage.board.show_state(CROSS)
        self._turn += 1
        turn = self._turn
        self.later(CROSS_MS, lambda: self._expose(turn))

    def _expose(self, turn: int) -> None:
        if turn == self._turn and self.phase == FIXATE and not self.stage.is_paused:
            self.phase = ASK
            self.stage.board.show_state(PICTURES)

    def _mask(self) -> None:
        if self.phase == ASK and not self.stage.is_paused:
            self.stage.board.show_state(MASK)
            self.stage.board.repaint()

    def _on_painted(self, state: str) -> None:
        if self.phase != ASK:
            return
        if state in (PICTURES, MASK) and self._seen_ms is None:
            self._seen_ms = self.now_ms()
        if state == PICTURES and self.game.exposure_ms:
            self.flash.begin(self.game.exposure_ms, self.stage.board.frame_ms)
        elif state == MASK:
            self.flash.ended()

    def _take(self, what: str) -> None:
        if self._seen_ms is None or self._shown is None:
            return  # nobody answers what has not been painted yet
        self._response_ms = self._earlier_ms + self.now_ms() - self._seen_ms
        self._seen_ms = None
        if self.game.exposure_ms:
            self.flash.ended()
        form = self._shown.question.form
        self._said = what if form == "pair" else ("real" if what == "left" else "made")
        deck = self.game.deck
        if deck is not None and deck.plan.mode == "single":
            self.phase = SURE
            self.stage.say(f"{self._said.capitalize()} — how sure are you?")
            self.stage.offer(sureness())
        else:
            self._commit(None)

    def _commit(self, confidence: int | None) -> None:
        shown, request = self._shown, self.game.request
        assert shown is not None and request is not None
        exposure_ms = self.flash.took_ms if self.game.exposure_ms else None
        self._answer = self.game.answer(self._said, self._response_ms, confidence, exposure_ms)
        if request.tells:
            self.show_told(shown, self._answer)
        else:
            self._go_on()

    def show_told(self, shown: Shown, answer: Answer) -> None:
        """Tell whether an answer was right, and what the pictures are."""
        self.phase, self._shown, self._answer = TOLD, shown, answer
        self.stage.show_board()
        mark = "✓ Right" if answer.correct else "✗ Wrong"
        self.stage.say(mark, _told(answer), GOOD if answer.correct else BAD)
        self.stage.board.show_captions(_captions(shown, answer))
        offers = [("next", "Results" if self.game.is_last else "Next", "Space")]
        if answer.shows_made:
            offers.insert(0, ("learn", "Look closer", "L"))
        self.stage.offer(offers, "next")

    def tell_again(self) -> None:
        """Tell of the last answer once more, where it was just told; after a lesson that could not be given."""
        if self.phase == TOLD and self._shown is not None and self._answer is not None:
            self.show_told(self._shown, self._answer)

    def _learn(self) -> None:
        shown, answer = self._shown, self._answer
        if shown is None or answer is None:
            return
        if self.phase == LEARN:
            self.show_told(shown, answer)
        elif self.phase == TOLD and answer.shows_made:
            self.stage.say("Looking closer …")
            self.game.learn(shown)

    def _on_taught(self, shown: Shown, lesson: Lesson) -> None:
        if shown is not self._shown or self.phase != TOLD:
            return
        self.phase = LEARN
        self.stage.lesson.show_lesson(lesson)
        self.stage.say("What to look at", words_of(lesson))
        self.stage.offer(
            [("learn", "Back", "L"), ("next", "Results" if self.game.is_last else "Next", "Space")], "next"
        )
        if not self.stage.is_paused:
            self.stage.show_lesson()

    def _go_on(self) -> None:
        self.phase = WAIT
        self.stage.show_board()
        self.game.go_on()
        if self.phase == WAIT:  # the next pictures are still being made
            self.stage.board.show_state(BLANK)

    def _after(self, wait_ms: int, do: Callable[[], None]) -> None:
        timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(do)
        timer.timeout.connect(timer.deleteLater)
        timer.start(wait_ms)


def _captions(shown: Shown, answer: Answer) -> list[Caption]:
    words = []
    for place in range(len(shown.pictures)):
        if answer.form == "pair":
            real, chosen = (answer.truth == "left") == (place == 0), (answer.said == "left") == (place == 0)
        else:
            real, chosen = answer.truth == "real", answer.said == "real"
        said = "Real" if real else f"Made by {answer.model_name}"
        if answer.form == "pair" and chosen:
            said += " · your choice"
        words.append(Caption(said, real, chosen))
    return words


def _told(answer: Answer) -> str:
    """The truth in words, and the critic's verdict where it was asked."""
    truth = f"The {answer.truth} one is real." if answer.form == "pair" else f"This picture is {answer.truth}."
    if not answer.critic:
        return truth
    chose = f"chose the {answer.critic} one" if answer.form == "pair" else f"said {answer.critic}"
    return f"{truth} The critic {chose}: {'✓ correct' if answer.critic_correct else '✗ mistaken'}."


def _seconds(exposure_ms: float) -> str:
    return f"{exposure_ms / 1000:.1f} s" if exposure_ms >= 1000 else f"{exposure_ms:.0f} ms"
