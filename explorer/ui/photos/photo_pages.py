"""How the photo view is laid out: a photo and its results side by side, or what to do to have one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from explorer.ui.icons import icon
from explorer.ui.lines import line
from explorer.ui.photos.align_view import AlignView
from explorer.ui.theme import UNIT
from explorer.ui.widgets.empty import EmptyState

_TITLE = "Bring a photo of your own"
_HINT = "Drop one here, paste it, or open it. Nothing leaves this computer."
_CLICKS = ("Click the pupil at the left of the photo.", "Now click the pupil at its right.")
_DRAG = "or inside the frame to move it. The wheel sizes it; with Ctrl it enlarges the photo."
_KEYS = """Keys on the photo:
Tab goes to the next handle, and to the frame.
The arrows move by a pixel of the photo, with Shift by ten.
+ and − size the frame, R and Shift+R turn it, M mirrors.
Enter is done; Ctrl+Z takes back, Ctrl+Y makes again.
0 shows the whole photo."""


class PhotoPages(QWidget):
    """The stage with a hint below it, the results, and the strip that tells of what is being saved."""

    def __init__(self, stage: AlignView, results: QWidget, strip: QWidget) -> None:
        super().__init__()
        self._stage = stage
        self.open = QPushButton(icon("open", QPalette.ColorRole.HighlightedText), "Open …")
        self.open.setProperty("primary", True)
        self.scene = QPushButton("Open its scene instead")
        self.scene.setToolTip(
            "This picture was saved by this program and carries its scene, which draws it to the pixel"
        )
        self.hint = QLabel()
        self.hint.setProperty("role", "muted")
        self.hint.setWordWrap(True)
        self.hint.setToolTip(_KEYS)
        stage.setWhatsThis(_KEYS)
        self.hint.setMinimumHeight(2 * self.hint.fontMetrics().lineSpacing() + 2 * UNIT)
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.nothing = EmptyState("picture", _TITLE, _HINT, [self.open])
        self._places = QStackedWidget()
        self._places.addWidget(self.nothing)
        self._places.addWidget(self._work(results))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._places, 1)
        column.addWidget(strip)

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

    def say_hint(self) -> None:
        """Say what to do with the frame next."""
        clicks = self._stage.clicks
        plain, rich = Qt.TextFormat.PlainText, Qt.TextFormat.RichText
        self.hint.setTextFormat(plain if clicks is None else rich)
        if clicks is not None:
            self.hint.setText(f"<b>{_CLICKS[len(clicks)]}</b>")
        elif self._stage.handles.pupils is not None:
            self.hint.setText(f"Drag the pupils to be exact, {_DRAG}")
        else:
            self.hint.setText(f"Drag a corner to size the frame, the one opposite staying, {_DRAG}")

    def _work(self, results: QWidget) -> QWidget:
        bar = QHBoxLayout()
        bar.setContentsMargins(2 * UNIT, 0, UNIT, 0)
        bar.addWidget(self.hint, 1)
        bar.addWidget(self.scene)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self._stage, 1)
        left.addLayout(bar)
        work = QWidget()
        row = QHBoxLayout(work)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        results.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addLayout(left, 1)
        row.addWidget(line(upright=True))
        row.addWidget(results, 1)
        return work
