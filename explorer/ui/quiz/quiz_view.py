"""The view Play: set up, play, and see how it went."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from explorer.core.digits import whole_number
from explorer.core.files import path_in
from explorer.core.models.model import GENERATOR
from explorer.core.problem import Problem
from explorer.core.rendering.latents import LARGEST_SEED
from explorer.core.rendering.scene import Scene
from explorer.session.quiz.quiz_game import QuizGame
from explorer.session.quiz.quiz_sources import QuizMaterial, QuizSources, mismatch, proposed_source
from explorer.session.traverse.map_pictures import PORTRAITS
from explorer.ui.quiz.end_page import EndPage
from explorer.ui.quiz.play import Play
from explorer.ui.quiz.question_stage import QuizStage
from explorer.ui.quiz.setup import SetUp
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.view import View
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.parts import STRETCH, column_of, fill, pages_of, push_button

if TYPE_CHECKING:
    from explorer.session.quiz.quiz_request import QuizRequest

_PLAYER, _SEED = "quiz_player", "quiz_seed"


class QuizView(View):
    """Plays a quiz from its settings to its end.

    Signals
    -------
    results_wanted()
        The results of all quizzes.
    """

    results_wanted = Signal()
    shows_scene: ClassVar[bool] = False

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.game = QuizGame(studio.models.opener, studio.quiz_results, self)
        self.set_up, self.stage, self.end = SetUp(), QuizStage(), EndPage()
        self.play = Play(self.game, self.stage)
        self.bar = QProgressBar(maximum=1000, textVisible=False)
        self.sources = QuizSources(studio.models.opener, self)
        self._source_of: frozenset[Path] = frozenset()  # the models that the real pictures were chosen for
        self._is_mismatched = False
        self._opening = self._opening_page()
        self._pages = pages_of(self.set_up, self._opening, self.stage, self.end)
        self._reviews = False
        column_of(self._pages, on=self, spacing=None)
        self._connect()
        self.set_up.seed.show_value(self._next_seed())

    @property
    def is_busy(self) -> bool:
        return self.game.is_busy or self.sources.is_busy

    @property
    def page(self) -> QWidget | None:
        """The page in sight."""
        return self._pages.currentWidget()

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Offer the models there are; the picture of the window is no part of the quiz."""
        if before is None or before.model is not after.model:
            self._show_models()
        if before is None and self.page is self.set_up:
            self._show_players()

    def rest(self) -> None:
        """Let the quiz wait while nobody looks."""
        self.play.pause()

    def close_work(self) -> None:
        self.sources.close()
        self.game.close()

    def ask_about(self, source: str) -> None:
        """Have the real pictures of the next quiz come from a source; one that is played goes on."""
        if self.page is self.end:
            self._change()
        self._on_source(source)

    def begin(self) -> None:
        """Start as it is set up; say what stands in the way where something does."""
        request = self.set_up.request()
        if not request.source and request.models:
            self.set_up.show_problem("There are no real pictures yet.", "Choose a folder or a file of them.")
            self.set_up.source.setFocus()
            return
        try:
            request.check()
        except Problem as problem:
            self.set_up.show_problem(problem.what, problem.hint)
            return
        self.begin_wish(request)

    def begin_wish(self, request: QuizRequest) -> None:
        """Open what it takes, and play it."""
        settings = self.studio.settings
        settings.remember_choice(_PLAYER, request.player)
        settings.remember_choice(_SEED, str(request.seed))
        settings.remember_choice(_source_key(request.models[0]), request.source)
        self.set_up.show_problem("")
        self._reviews = False
        self.bar.setValue(0)
        self._pages.setCurrentWidget(self._opening)
        self.game.begin(request, settings.device)

    def _connect(self) -> None:
        game = self.game
        self.sources.told.connect(self._on_sources)
        self.sources.failed.connect(self.studio.notices.show_error)
        self.set_up.start.clicked.connect(self.begin)
        self.set_up.model_chosen.connect(self._show_source)
        self.set_up.source_chosen.connect(self._on_source)
        game.finder.progressed.connect(lambda share: self.bar.setValue(round(1000 * share)))
        game.begun.connect(self._on_begun)
        game.ended.connect(self._on_ended)
        game.failed.connect(self._on_failed)
        game.broke.connect(self._on_broken)
        game.unsaved.connect(self._on_unsaved)
        self.stage.full.clicked.connect(self.presentation_wanted)
        self.end.buttons["again"].clicked.connect(self.begin)
        self.end.buttons["change"].clicked.connect(self._change)
        self.end.buttons["results"].clicked.connect(self.results_wanted)
        self.end.review.picked.connect(self._review)

    def _opening_page(self) -> QWidget:
        stop = push_button("Cancel", clicked=self._cancel)
        self.bar.setAccessibleName("Progress of the preparation")
        self.bar.setFixedWidth(40 * UNIT)
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        words = EmptyState("quiz", "Preparing the quiz", "Models and real pictures are being opened.", [stop])
        fill(column, words, (self.bar, 0, Qt.AlignmentFlag.AlignHCenter), STRETCH)
        return page

    def _cancel(self) -> None:
        self.game.finder.cancel()
        self._pages.setCurrentWidget(self.set_up)

    def _on_begun(self, _request: object) -> None:
        self._pages.setCurrentWidget(self.stage)
        self.stage.board.smooth = self.stage.lesson.smooth = self.studio.settings.smooth
        self.play.wait()
        self.stage.setFocus()

    def _on_ended(self) -> None:
        deck = self.game.deck
        assert deck is not None
        if not self._reviews:
            self.end.show_end(self.game.answers, self.game.staircase, deck.unseen)
            self.set_up.seed.show_value(self._next_seed())
        self._reviews = True
        self._pages.setCurrentWidget(self.end)
        self.end.buttons["again"].setFocus()

    def _on_failed(self, error: Exception) -> None:
        self._pages.setCurrentWidget(self.set_up)
        if isinstance(error, Problem):
            self.set_up.show_problem(error.what, error.hint)
        else:
            self.studio.notices.show_error(error)

    def _on_broken(self, error: Exception) -> None:
        self.studio.notices.show_error(error)
        if self.play.phase == "wait":
            self.game.stop()
        else:
            self.play.tell_again()

    def _on_unsaved(self, error: Exception) -> None:
        self.studio.notices.show_error(error)
        self.play.pause()

    def _change(self) -> None:
        self.game.leave()
        self._show_players()
        self._pages.setCurrentWidget(self.set_up)
        self.set_up.start.setFocus()

    def _review(self, index: int) -> None:
        """Look at a question again; on from there leads back to the end."""
        self._pages.setCurrentWidget(self.stage)
        self.stage.setFocus()
        shown, answer = self.game.answers[index]
        self.stage.board.load(shown.pictures, shown.mask)
        self.stage.show_progress(index + 1, len(self.game.answers), False)
        self.play.show_told(shown, answer)

    def _on_source(self, source: str) -> None:
        models = self.set_up.chosen_models()
        if models:
            self.studio.settings.remember_choice(_source_key(models[0]), source)
        self._source_of = frozenset(models)
        self.set_up.show_problem("")
        self.set_up.show_source(source, _about(source))
        self.sources.ask(models)

    def _show_models(self) -> None:
        entries = [(entry.name, entry.path) for entry in self.studio.catalog.entries()]
        model = self.studio.models.current
        here = None if model is None else model.path
        if model is not None:
            same = [path for _, path in entries if here in (path, path / GENERATOR)]
            if not same:
                entries.insert(0, (model.name, model.path))
            here = same[0] if same else here
        self.set_up.show_models(entries, here)
        self._show_source()

    def _show_source(self) -> None:
        """Keep the pictures that were chosen while a model takes part that they were chosen for; else find others."""
        models, source = self.set_up.chosen_models(), str(self.set_up.source.source)
        if not source or not self._source_of & set(models):
            source = self.studio.settings.choice(_source_key(models[0])) if models else ""
            source = source if source == PORTRAITS or _is_there(source) else ""
            self._source_of = frozenset(models[:1])
            self.set_up.show_source(source, _about(source))
        self.sources.ask(models)

    def _on_sources(self, models: tuple[Path, ...], materials: tuple[QuizMaterial, ...]) -> None:
        """Propose the pictures that go with the first of the models, and name those that do not."""
        if models != self.set_up.chosen_models():
            return
        source = str(self.set_up.source.source)
        if not source and (source := proposed_source(materials, _is_there)):
            self.set_up.show_source(source, _about(source))
        found = mismatch(source, materials)
        if found is not None:
            self.set_up.show_problem(found.what, found.hint)
        elif self._is_mismatched:  # what else stands in the way is not for this to take away
            self.set_up.show_problem("")
        self._is_mismatched = found is not None

    def _show_players(self) -> None:
        last = self.studio.settings.choice(_PLAYER) or "Player 1"
        try:
            names = [player.name for player in self.studio.quiz_results.store.players()]
        except Problem as problem:
            self.studio.notices.show_error_once(problem)
            names = []
        self.set_up.show_players(names, last)

    def _next_seed(self) -> int:
        last = whole_number(self.studio.settings.choice(_SEED)) or 0
        return (last + 1) % (LARGEST_SEED + 1)


def _is_there(source: str) -> bool:
    path = path_in(source.partition("#")[0])
    return path is not None and path.exists()


def _source_key(model: Path) -> str:
    return f"quiz_source_{hashlib.sha256(str(model).encode()).hexdigest()[:16]}"


def _about(source: str) -> str:
    if not source:
        return "Choose pictures of the kind that the model learned from: a folder, a zip, IDX or npz file."
    if source == PORTRAITS:
        return "Drawn by the program with a seed that no model was trained with."
    return "Say how many were held out from training, if you know; otherwise what the run says is used."
