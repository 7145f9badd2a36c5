"""A quiz that is being played: the next question is ready before it is asked for, and every answer is kept at once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from explorer.core.problem import Problem
from explorer.session.jobs.job import JobRunner
from explorer.session.models.opening import Opener
from explorer.session.quiz.quiz_results import QuizResults
from explorer.session.settings import Device

if TYPE_CHECKING:
    from explorer.core.quiz.answers import Answer
    from explorer.core.quiz.questions import Question
    from explorer.core.quiz.staircase import Staircase
    from explorer.session.quiz.deck import Deck, Shown
    from explorer.session.quiz.quiz_request import QuizRequest


class QuizGame(QObject):
    """Deals questions and takes answers; a new game ends the one before.

    Attributes
    ----------
    finder : JobRunner
        Opens models and pictures; says how far it is.
    deck : Deck or None
        None where nothing is being played.
    answers : list of (Shown, Answer)
        Of this game.
    staircase : Staircase or None
        How the exposure changes, where it does.
    is_over : bool
        Whether nothing is asked any more; the deck is still there to learn from.

    Signals
    -------
    begun(wish)
        Everything is open; the first question is being made.
    asked(Shown)
        The next question, to be shown now.
    taught(Shown, Lesson)
        What was asked of `learn`.
    ended()
        There is no question left, or the player stopped.
    failed(error)
        The game could not begin.
    broke(error)
        A question could not be made, or a lesson be given.
    unsaved(error)
        An answer could not be written; it is tried again with the next one, and at the end.
    """

    begun = Signal(object)
    asked = Signal(object)
    taught = Signal(object, object)
    ended = Signal()
    failed = Signal(object)
    broke = Signal(object)
    unsaved = Signal(object)

    def __init__(self, opener: Opener, results: QuizResults, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.deck: Deck | None = None
        self.request: QuizRequest | None = None
        self.answers: list[tuple[Shown, Answer]] = []
        self.staircase: Staircase | None = None
        self._opener, self._results = opener, results
        self._place = 0
        self._made: dict[int, Shown] = {}
        self._waits = False
        self.is_over = False
        self._sheet = _Sheet(results)
        self.finder = JobRunner(self)
        self.finder.failed.connect(self.failed)
        self._dealer = JobRunner(self, overtakes="nothing", name="quiz")
        self._dealer.failed.connect(self.broke)
        self._teacher = JobRunner(self, overtakes="waiting", name="quiz-lesson")
        self._teacher.failed.connect(self.broke)
        self._writer = JobRunner(self, overtakes="nothing", name="quiz-answers")
        self._writer.failed.connect(self.unsaved)

    @property
    def is_busy(self) -> bool:
        """Whether something is being opened or made."""
        return self.finder.is_busy or self._dealer.is_busy or self._teacher.is_busy

    @property
    def question(self) -> Question | None:
        """What is asked now; None where nothing is being played."""
        return None if self.deck is None else self.deck.plan.questions[self._place]

    @property
    def exposure_ms(self) -> float:
        """How long the pictures of this question are to be seen; 0 until the answer."""
        if self.staircase is not None:
            return self.staircase.level
        return 0.0 if self.deck is None else self.deck.plan.difficulty.exposure_ms

    @property
    def is_last(self) -> bool:
        """Whether nothing follows what has been answered."""
        deck = self.deck
        done = self.staircase is not None and self.staircase.done
        return deck is None or self.is_over or done or self._place + 1 >= len(deck.plan.questions)

    def begin(self, request: QuizRequest, device: Device) -> None:
        """Open what it takes, then ask the first question."""
        self._end()
        opener = self._opener

        def open_all(report: Any, cancelled: Any) -> Deck | None:
            from explorer.session.quiz.deck import dealt

            self._results.store  # noqa: B018 - what is wrong with the file is told before anybody plays
            return dealt(request, opener, device, report, cancelled)

        self.finder.begin(open_all, partial(self._begin, request))

    def answer(
        self,
        said: str,
        response_ms: float,
        confidence: int | None = None,
        exposure_ms: float | None = None,
    ) -> Answer:
        """Take an answer to what was asked, and keep it."""
        from explorer.core.quiz.answers import Answer

        assert self.deck is not None
        shown = self._made[self._place]
        truth = shown.question.truth
        found = Answer(
            self._place,
            truth,
            said,
            response_ms,
            confidence,
            exposure_ms,
            critic=shown.critic,
            **shown.facts,
        )
        seen = replace(shown, mask=shown.pictures[0])  # to be looked at again; noise weighs as much as a picture
        self.answers.append((seen, found))
        if self.staircase is not None:
            self.staircase.answer(found.correct)
        self._write(found, self.is_last)
        return found

    def go_on(self) -> None:
        """Ask the next question, or end where there is none."""
        if self.is_last:
            self.stop()
            return
        self._made.pop(self._place, None)
        self._place += 1
        self._waits = True
        self._ask()

    def learn(self, shown: Shown) -> None:
        """Find out where its made picture errs."""
        deck = self.deck
        if deck is not None:
            asked = len(deck.plan.questions) if self.is_over else self._place + 1
            self._teacher.begin(lambda *_: deck.lesson(shown.question, asked), partial(self.taught.emit, shown))

    def save_again(self) -> None:
        """Try to write again what could not be."""
        self._write(None, False)

    def stop(self) -> None:
        """End the game; the answers so far are kept."""
        if self.deck is not None:
            if self._sheet.unsaved:
                self.save_again()
            self._waits, self.is_over = False, True
            self.ended.emit()

    def leave(self) -> None:
        """Let everything go that the game has open."""
        self._end()

    def close(self) -> None:
        """Stop, and wait until every answer is on the disk and everything has stopped."""
        self.finder.close()
        self._dealer.close()
        self._teacher.close()
        self._writer.finish()
        if self.deck is not None:
            self.deck.close()
            self.deck = None

    def _begin(self, request: QuizRequest, deck: Deck) -> None:
        from explorer.core.quiz.staircase import Staircase

        self.request, self.deck, self._place = request, deck, 0
        self._sheet = _Sheet(self._results, request.player, deck.plan, deck.source)
        ladder = deck.plan.ladder
        self.staircase = None if ladder is None else Staircase(ladder)
        self._waits, self.is_over = True, False
        self.begun.emit(request)
        self._deal(0)

    def _end(self) -> None:
        self.finder.cancel()
        self._dealer.cancel()
        self._teacher.cancel()
        if self.deck is not None:
            deck, self.deck = self.deck, None
            self._dealer.begin(lambda *_: deck.close())  # closed behind what is still being made with it
        self.answers, self._made, self.staircase, self._waits = [], {}, None, False

    def _deal(self, place: int) -> None:
        deck = self.deck
        if deck is not None and place < len(deck.plan.questions):
            self._dealer.begin(lambda *_: deck.shown(deck.plan.questions[place]), self._on_dealt)

    def _write(self, answer: Answer | None, is_last: bool) -> None:
        sheet = self._sheet
        self._writer.begin(lambda *_: sheet.write(answer, is_last))

    def _ask(self) -> None:
        if self._waits and self._place in self._made:
            self._waits = False
            self.asked.emit(self._made[self._place])
            self._deal(self._place + 1)

    def _on_dealt(self, shown: Shown) -> None:
        self._made[shown.question.index] = shown
        self._ask()


class _Sheet:
    """Where the answers of one game go; begun in the store with the first of them."""

    def __init__(self, results: QuizResults, player: str = "", plan: Any = None, source: str = "") -> None:
        self.results, self.player, self.plan, self.source = results, player, plan, source
        self.session: int | None = None
        self.unsaved: list[Answer] = []

    def write(self, answer: Answer | None, is_last: bool) -> None:
        """Write an answer, and those before it that could not be written."""
        if answer is not None:
            self.unsaved.append(answer)
        if not self.unsaved:
            return
        store = self.results.store
        if self.session is None:
            self.session = store.begin(store.player(self.player), self.plan, self.source)
        while self.unsaved:
            try:
                store.record(self.session, self.unsaved[0])
            except Problem as problem:
                if "answered already" not in problem.what:
                    raise
            self.unsaved.pop(0)
        if is_last:
            store.finish(self.session)
