"""The box for what is said to a model that takes sentences: it paints while one writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.core.text.vocabulary import sentence_of
from explorer.session.explore.sentence_judge import SentenceJudge
from explorer.ui.explore.sentence_edit import SentenceEdit
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.widgets.gestures import new_gesture
from explorer.ui.widgets.parts import STRETCH, column_of, line, named, row_of, text_label, titled, tool_button

if TYPE_CHECKING:
    from explorer.core.rendering.renderer import Rendering

_TIP = "Say what to paint. Return ends the sentence; undo takes back all of it.\nThe model knows {} words: {}."
_SHOWN_WORDS = 60
_FIT_TIP = (
    "How well the picture fits its sentence, as judged by the critic that the model learned from.\n"
    "At 0 it fits no better than saying nothing; below 0, another sentence would fit better."
)


class SentenceBox(QWidget):
    """Shows and changes what the scene says; of use for models that take sentences."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio, self._edits = studio, studio.edits
        self._gesture = new_gesture()
        self.edit = named(SentenceEdit(), "Sentence", "Say what to paint.")
        self.edit.setPlaceholderText("Say what to paint")
        self.clear = tool_button("close", "Say nothing", "Say nothing: the picture is left to chance")
        self.remark = text_label("", "muted")
        self.remark.setWordWrap(True)
        self.judge = SentenceJudge(self)
        self.fit = text_label("", "muted")
        self.fit.setToolTip(_FIT_TIP)
        head = row_of(titled("Sentence", self.edit), STRETCH, self.clear)
        parts = (head, self.edit, self.remark, self.fit)
        column_of(column_of(*parts, margins=(UNIT, 0), spacing=UNIT // 2), line(), on=self)
        self.remark.hide()
        self.fit.hide()
        self.edit.written.connect(self._on_written)
        self.edit.ended.connect(self._on_ended)
        self.clear.clicked.connect(self._on_cleared)
        studio.models.opened.connect(lambda _model, _request: self._show_model())
        studio.pictures.settled.connect(self._look)
        self.judge.judged.connect(self._show_fit)
        self.judge.failed.connect(studio.notices.show_error_once)
        self._show_model()

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Show what ``after`` says, unless that is what is being written."""
        said = after.sentence
        if before is not None and before.sentence == said and before.model == after.model:
            return
        self.fit.setVisible(self.fit.isVisible() and bool(said))
        if said != sentence_of(self.edit.toPlainText()):
            self.edit.show_sentence(said)
        self._show_remark(said)

    def close_work(self) -> None:
        """Judge no more pictures."""
        self.judge.close()

    def _show_model(self) -> None:
        self.fit.hide()
        network = self._edits.text
        if network is not None:
            known = network.vocabulary
            self.edit.show_vocabulary(known)
            self.edit.setToolTip(_TIP.format(len(known.words), ", ".join(known.words[:_SHOWN_WORDS])))

    def _on_written(self) -> None:
        """Paint what is said so far, as one step of the history."""
        sentence = self.edit.toPlainText()
        try:
            self._edits.say(sentence, self._gesture)
        except Problem as problem:
            self._say(f"{problem.what} {problem.hint}")
        else:
            self._show_remark(sentence)

    def _on_ended(self) -> None:
        self._gesture = new_gesture()
        self._show_remark(self.edit.toPlainText(), whole=True)

    def _on_cleared(self) -> None:
        self._gesture = new_gesture()
        self.edit.show_sentence("")
        self._on_written()

    def _show_remark(self, sentence: str, *, whole: bool = False) -> None:
        """Name the words that were never learned; not one that is still being written."""
        network = self._edits.text
        if network is None:
            return
        begun = "" if whole or not self.edit.hasFocus() else self.edit.word_begun
        is_begun = bool(begun) and bool(network.vocabulary.completions(begun))
        said = sentence.rstrip()[: -len(begun)] if is_begun and sentence.rstrip().lower().endswith(begun) else sentence
        self._say(network.vocabulary.unknown_words(said))

    def _look(self) -> None:
        """Have the picture judged that was drawn last, where it is that of a sentence."""
        model, drawn = self._studio.models.current, self._studio.pictures.shown_last
        if model is None or model.files.matcher is None or model.generator.text is None or drawn is None:
            return
        if drawn.scene is self._studio.document.scene and drawn.scene.sentence:
            self.judge.look(model, drawn)

    def _show_fit(self, fit: float, drawn: Rendering) -> None:
        if drawn.scene is self._studio.document.scene:
            sign = "fits" if fit > 0.0 else "does not fit"
            self.fit.setText(f"Critic: the picture {sign} ({fit:+.1f})".replace("-", "−"))
            self.fit.show()

    def _say(self, words: str) -> None:
        self.remark.setText(words)
        self.remark.setVisible(bool(words))
