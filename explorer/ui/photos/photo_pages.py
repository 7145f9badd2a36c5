"""How the photo view is laid out: a photo and its results side by side, or what to do to have one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.photos.align_view import AlignView
from explorer.ui.theme import UNIT
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.parts import column_of, fill, line, pages_of, push_button, row_of, text_label

_TITLE = "Bring a photo of your own"
_HINT = "Drop one here, paste it, or open it. Nothing leaves this computer."
_CLICKS = ("Click the pupil on the left of the photo.", "Now click the pupil on the right.")
_DRAG = "or inside the frame to move it."
_KEYS = """The wheel sizes the frame; with Ctrl it enlarges the photo.
Keys on the photo:
Tab goes to the next handle, and to the frame.
The arrows move by a pixel of the photo, with Shift by ten.
+ and − size the frame, R and Shift+R turn it, M mirrors.
Enter finishes; Ctrl+Z undoes, Ctrl+Y redoes.
0 shows the whole photo."""


class PhotoPages(QWidget):
    """The stage with a hint below it, the results, and the strip that tells of what is being saved."""

    def __init__(self, stage: AlignView, results: QWidget, strip: QWidget) -> None:
        super().__init__()
        self._stage = stage
        self.open = push_button("Open …", image="open", primary=True)
        self.scene = push_button(
            "Open its scene instead",
            "This picture was saved by this program and carries its scene, which draws it to the pixel",
        )
        self.hint = text_label(wraps=True)
        self.hint.setToolTip(_KEYS)
        stage.setWhatsThis(_KEYS)
        self.hint.setMinimumHeight(2 * self.hint.fontMetrics().lineSpacing() + 2 * UNIT)
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.nothing = EmptyState("picture", _TITLE, _HINT, [self.open])
        self._places = pages_of(self.nothing, self._work(results))
        column_of((self._places, 1), strip, on=self, spacing=0)

    def show_photo(self, there: bool, has_scene: bool) -> None:
        """Show the stage where there is a photo; offer the scene that its file carries."""
        self.nothing.say(_TITLE, _HINT)
        self._places.setCurrentIndex(1 if there else 0)
        self.scene.setVisible(has_scene)
        self.say_hint()

    def say_reading(self, path: Path) -> None:
        """Say what is being read."""
        words = f"Reading {path.name} …"
        self.nothing.say(words)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)  # the name comes from a file
        self.hint.setText(words)

    def say_hint(self, first: str = "") -> None:
        """Say what to do with the frame next, after what ``first`` says of it."""
        before = f"{first} " if first else ""
        clicks = self._stage.clicks
        plain, rich = Qt.TextFormat.PlainText, Qt.TextFormat.RichText
        self.hint.setTextFormat(plain if clicks is None else rich)
        if clicks is not None:
            self.hint.setText(f"{before}<b>{_CLICKS[len(clicks)]}</b>")
        elif self._stage.handles.pupils is not None:
            self.hint.setText(f"{before}Drag the pupils to be exact, {_DRAG}")
        else:
            self.hint.setText(f"Drag a corner to resize the frame, {_DRAG}")

    def _work(self, results: QWidget) -> QWidget:
        bar = row_of((self.hint, 1), self.scene, margins=(2 * UNIT, 0, UNIT, 0), spacing=None)
        left = column_of((self._stage, 1), bar, spacing=0)
        work = QWidget()
        row = row_of(on=work, spacing=0)
        results.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        fill(row, (left, 1), line(upright=True), (results, 1))
        return work
