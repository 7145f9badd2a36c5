"""How the window looks: its theme and letters, which of its parts are shown, and the presentation, which leaves one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QByteArray, QObject, Signal
from PySide6.QtWidgets import QApplication, QMainWindow, QToolBar

from explorer.session.settings import TextSize
from explorer.ui.icons import icon
from explorer.ui.studio import Studio
from explorer.ui.theme import apply_theme
from explorer.ui.window.commands import TEXT_SIZES, Commands
from explorer.ui.window.workbench import Workbench


class Look(QObject):
    """Changes the look as it is told to, and keeps the switches of the menus true.

    Attributes
    ----------
    presentation : Presentation
    """

    def __init__(self, studio: Studio, window: QMainWindow) -> None:
        super().__init__(window)
        self._studio, self._settings = studio, studio.settings
        self._is_crowded = False
        self.presentation = Presentation(window)
        self.presentation.changed.connect(self._on_presented)

    def serve(self, workbench: Workbench, commands: Commands) -> None:
        """Change this workbench, and the switches of these commands."""
        self._workbench, self._commands = workbench, commands
        workbench.serve(lambda panel: panel.presentation_wanted.connect(self.presentation.change))
        self._show_parts()

    def by_name(self) -> dict[str, Callable[[], object]]:
        """What changes the look, by the name of its command."""
        return {
            "theme": self.change_theme,
            "smooth": self.change_smoothing,
            "strips": partial(self._switch, "strips"),
            "sides": partial(self._switch, "sides"),
            "returns": partial(self._switch, "returns"),
            "present": self.presentation.change,
            **{size: partial(self.change_text, size) for size in TEXT_SIZES},
        }

    def show(self) -> None:
        """Show the theme and the letters that are wanted now."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        settings, commands = self._settings, self._commands
        size = settings.text_size
        apply_theme(app, settings.theme, "presentation" if self.presentation.is_on else size)
        for each in TEXT_SIZES:
            commands[each].setChecked(each == size)
        light = settings.theme == "light"
        commands["theme"].setText("Dark theme" if light else "Light theme")
        commands["theme"].setIcon(icon("moon" if light else "sun"))
        commands["smooth"].setChecked(settings.smooth)

    def change_theme(self) -> None:
        """Go from the dark look to the light one, or back."""
        self._settings.theme = "dark" if self._settings.theme == "light" else "light"
        self.show()

    def change_smoothing(self) -> None:
        """Enlarge pictures smoothly, or show their pixels."""
        smooth = self._settings.smooth = not self._settings.smooth
        self._commands["smooth"].setChecked(smooth)
        canvas = self._workbench.panel.canvas
        if canvas is not None:
            canvas.set_smooth(smooth)

    def change_text(self, size: TextSize) -> None:
        """Have words of another size."""
        self._settings.text_size = size
        self.show()

    def make_room(self, crowded: bool) -> None:
        """Put aside what stands beside the pictures while something else needs the room."""
        self._is_crowded = crowded
        self._show_parts()

    def _switch(self, name: str) -> None:
        """Turn one of the settings that are on or off."""
        setattr(self._settings, name, not getattr(self._settings, name))
        self._show_parts()

    def _show_parts(self) -> None:
        """Show the history and the side panels where they are wanted."""
        settings, presents = self._settings, self.presentation.is_on
        for name in ("strips", "sides", "returns"):
            self._commands[name].setChecked(getattr(settings, name))
        self._commands["present"].setChecked(presents)
        self._workbench.want_strips(settings.strips)
        sides = presents or not settings.sides
        self._workbench.put_aside(sides=sides, trims=presents, spared=self._is_crowded)

    def _on_presented(self) -> None:
        self._show_parts()
        self.show()


class Presentation(QObject):
    """Clears the window of its menu and its bar, and fills the screen; gives everything back afterwards.

    Signals
    -------
    changed()
        It began or ended: the parts of the window are to follow.
    """

    changed = Signal()

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._before = QByteArray()
        self.is_on = False

    def change(self) -> None:
        """Begin, or end."""
        window, self.is_on = self._window, not self.is_on
        if self.is_on:
            self._before = window.saveGeometry()
        window.menuBar().setVisible(not self.is_on)
        for bar in window.findChildren(QToolBar):
            bar.setVisible(not self.is_on)
        self.changed.emit()
        if self.is_on:
            window.showFullScreen()
        else:
            window.showNormal()
            window.restoreGeometry(self._before)
