"""How a recording is to be saved."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QWidget

from explorer.core.exports.export_job import enlargement
from explorer.session.settings import Settings
from explorer.ui.theme import UNIT
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.window.save_dialog import SaveDialog

_FPS = "film_fps"
_USUAL_FPS = 25
_MOST_FPS = {".mp4": 120, ".gif": 50}


class RecordDialog(SaveDialog):
    """Asks for a film's kind, size and rate.

    Parameters
    ----------
    length_s : float
        How long the recording is.
    why : str
        Why it ended, where nobody stopped it.
    """

    TITLE: ClassVar[str] = "Save the recording"
    REMEMBERED: ClassVar[str] = "film"
    KINDS: ClassVar[tuple[tuple[str, str, str], ...]] = (
        (".mp4", "MP4", "A film that any player shows"),
        (".gif", "GIF", "Plays in a loop, in slides and on the web; 256 colours per frame"),
    )

    def __init__(
        self, settings: Settings, parent: QWidget, stem: str, size: tuple[int, int], length_s: float, why: str = ""
    ) -> None:
        self._length_s, self._why = length_s, why
        last = settings.choice(_FPS)
        tip = "How many the film has; what was shown in between is left out"
        rate = float(last) if last.isdecimal() else _USUAL_FPS
        self.fps = number_box("Pictures a second", tip, 1, _MOST_FPS[".mp4"], rate, width_px=9 * UNIT)
        super().__init__(settings, parent, stem, size)
        self.form.addRow("Pictures a second", self.fps)
        self.fps.edited.connect(lambda _value, _gesture: self._show())

    @property
    def rate(self) -> float:
        """Frames a second that the kind allows."""
        return min(self.fps.value, _MOST_FPS[self.KINDS[self.kind.index][0]])

    def accept(self) -> None:
        self._settings.remember_choice(_FPS, str(int(self.fps.value)))
        super().accept()

    def _sizes(self) -> list[tuple[int, str]]:
        height, width = self._size
        least = enlargement(height, width)
        whole = [scale for scale in (least, 2 * least, 4 * least) if scale <= 16 and scale * max(self._size) <= 2048]
        return [(scale, f"{width * scale} × {height * scale}") for scale in whole or [1]]

    def _said(self, width: int, height: int) -> str:
        length = f"{self._length_s:.1f} s at {self.rate:g} pictures a second. Pauses are cut to one second."
        return f"{self._why} {self.path.name},  {width} × {height} pixels,  {length}".strip()
