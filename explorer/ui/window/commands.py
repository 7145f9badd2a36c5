"""What the window can be told to do: every command with its words, icon and keys, and the menus of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtGui import QAction, QKeySequence, QUndoStack
from PySide6.QtWidgets import QMainWindow, QMenu

from explorer.session.settings import TextSize
from explorer.ui.icons import icon
from explorer.ui.view import Meaning
from explorer.ui.widgets.keys import Key, keys_of

_Do = Callable[[], object]

# name: (icon, words, keys, tool tip)
_COMMANDS: dict[str, tuple[str, str, str, str]] = {
    "open": ("open", "Open …", "Ctrl+O", "Open models, saved pictures, directions or latents"),
    "open_folder": (
        "folder",
        "Open folder …",
        "Ctrl+Shift+O",
        "Open a model's folder, a training run, or a folder of models",
    ),
    "reading": ("", "How it is read …", "", "See and change how another program's model is read"),
    "readings": (
        "settings",
        "Other readings …",
        "",
        "See what else this model's weights could be, and choose",
    ),
    "explain": ("info", "How this model works …", "Ctrl+I", "Layers, shapes and parameters of the open model"),
    "save": ("save", "Save picture …", "Ctrl+S", "Save the picture; the file carries its scene"),
    "record": ("record", "Record", "Ctrl+R", "Record the picture as it changes, and save that as a film"),
    "copy_scene": ("copy", "Copy scene", "Ctrl+C", "Copy what is needed to draw this picture again, as text"),
    "copy_picture": ("picture", "Copy picture", "Ctrl+Shift+C", "Copy the picture"),
    "paste": ("paste", "Paste scene", "Ctrl+V", "Show the scene or the saved picture on the clipboard"),
    "returns": ("", "Start where you left off", "", "Start with the last picture, its history and the view it was in"),
    "quit": ("", "Quit", "Ctrl+Q", ""),
    "undo": ("undo", "Undo", "Ctrl+Z", "Go one step back"),
    "redo": ("redo", "Redo", "Ctrl+Shift+Z|Ctrl+Y", "Go one step forward again"),
    "reset": ("reset", "Reset the latent", "Ctrl+Shift+R", "Go to the average in every unlocked dimension"),
    "sample": ("sample", "New sample", "Space", "Draw a picture nobody has seen"),
    "bookmark": ("bookmark", "Bookmark", "B|Ctrl+D", "Keep this scene among the bookmarks"),
    "theme": ("sun", "Light or dark theme", "Ctrl+T", "Switch between the dark and the light theme"),
    "fit": ("fit", "Fit the picture", "F|Ctrl+0", "Show the whole picture"),
    "zoom_in": ("zoom_in", "Zoom in", "Ctrl++|Ctrl+=", ""),
    "zoom_out": ("zoom_out", "Zoom out", "Ctrl+-", ""),
    "smooth": ("smooth", "Smooth pixels", "S", "Enlarge smoothly, or show the pixels as they are"),
    "strips": ("", "History and bookmarks", "Ctrl+H", "Show the strips at the bottom, or hide them"),
    "sides": ("", "Side panels", "Ctrl+Shift+H", "Show the panels beside the pictures, or hide them"),
    "present": ("", "Presentation", "F11", "Show only what is looked at, in letters that can be read from afar"),
    "normal": ("", "Normal", "", ""),
    "large": ("", "Large", "", ""),
    "presentation": ("", "As in a presentation", "", ""),
    "keys": ("help", "Keyboard shortcuts", "F1", ""),
    "lessons": ("", "Lessons", "F2", "Short lessons beside the picture, from what a model is to how to judge one"),
    "tour": ("", "Tour", "", "Show again what is where, in six steps"),
    "notices": ("bell", "Notices …", "", "Read recent notices again, and copy them"),
    "converted": ("", "Converted models …", "", "See the models made from other people's weights, and remove them"),
    "about": ("info", "About Latent explorer", "", ""),
    "dismiss": (
        "",
        "Dismiss notice",
        "Esc",
        "Dismiss the newest notice, stop opening, or leave the presentation",
    ),
}
TEXT_SIZES: tuple[TextSize, ...] = ("normal", "large", "presentation")
_OF_SCENE = ("save", "copy_scene", "copy_picture", "reset", "sample", "bookmark")
_SWITCHES = ("lessons", "record", "returns", "smooth", "strips", "sides", "present", *TEXT_SIZES)

_MENUS: dict[str, tuple[str, ...]] = {
    "&File": (
        "open",
        "open_folder",
        "RECENT",
        "explain",
        "reading",
        "readings",
        "",
        "save",
        "record",
        "",
        "returns",
        "quit",
    ),
    "&Edit": ("undo", "redo", "", "copy_scene", "copy_picture", "paste", "", "reset"),
    "&Sample": ("sample", "bookmark", "", "PANEL"),
    "&View": (
        "theme",
        "",
        "fit",
        "zoom_in",
        "zoom_out",
        "smooth",
        "",
        "strips",
        "sides",
        "present",
        "",
        "TEXT",
        "dismiss",
    ),
    "&Help": ("lessons", "tour", "keys", "notices", "converted", "about"),
}


class Commands:
    """The window's actions by name, in its menus, each doing what ``verbs`` has under its name."""

    def __init__(self, window: QMainWindow, do: dict[str, _Do]) -> None:
        self._actions = {name: _action(window, name, do[name]) for name in _COMMANDS}
        self.recent = QMenu("Open &recent", window)
        self.sample_menu = QMenu()
        for title, names in _MENUS.items():
            menu = window.menuBar().addMenu(title)
            menu.setToolTipsVisible(True)
            self._fill(menu, names)

    def __getitem__(self, name: str) -> QAction:
        """The action called ``name``."""
        return self._actions[name]

    def mean(self, meanings: Mapping[str, Meaning | None], *, has_scene: bool) -> None:
        """Offer what the view in sight can do, in its own words.

        Parameters
        ----------
        meanings : mapping
            As `View.meanings` gives them.
        has_scene : bool
            Whether there is a picture of a scene to act upon.
        """
        for name in _OF_SCENE:
            action, meaning = self._actions[name], meanings.get(name)
            action.setEnabled(meaning is not None or (has_scene and name not in meanings))
            _, words, _, tip = _COMMANDS[name]
            action.setText(meaning.words if meaning is not None else words)
            action.setToolTip(_with_keys(meaning.words.rstrip(" …") if meaning is not None else tip, action))

    def follow(self, history: QUndoStack) -> None:
        """Offer undo and redo where there is something to undo or redo, and say what."""
        for name, can, text in (
            ("undo", history.canUndoChanged, history.undoTextChanged),
            ("redo", history.canRedoChanged, history.redoTextChanged),
        ):
            action, words = self._actions[name], _COMMANDS[name][1]
            action.setEnabled(False)
            can.connect(action.setEnabled)
            text.connect(partial(_show_words, action, words))

    def keys(self, meanings: Mapping[str, Meaning | None] | None = None) -> list[Key]:
        """The keys of all commands in their general words; or of those that have a meaning, in its words."""
        names = _COMMANDS if meanings is None else [name for name in meanings if meanings[name] is not None]
        words = {name: meaning.words for name, meaning in (meanings or {}).items() if meaning is not None}
        found = [(words.get(name, _COMMANDS[name][1]), self._actions[name]) for name in names]
        return [Key(said.rstrip(" …"), keys_of(action.shortcuts())) for said, action in found if action.shortcuts()]

    def _fill(self, menu: QMenu, names: tuple[str, ...]) -> None:
        for name in names:
            if name == "RECENT":
                menu.addMenu(self.recent)
            elif name == "TEXT":
                self._fill(menu.addMenu("Size of the text"), TEXT_SIZES)
            elif name == "PANEL":
                self.sample_menu = menu
            elif name:
                menu.addAction(self._actions[name])
            else:
                menu.addSeparator()


def _with_keys(tip: str, action: QAction) -> str:
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f"{tip} ({keys})" if keys else tip


def _show_words(action: QAction, words: str, label: str) -> None:
    action.setText(f"{words}: {label}" if label else words)


def _action(window: QMainWindow, name: str, verb: _Do) -> QAction:
    icon_name, words, keys, tip = _COMMANDS[name]
    action = QAction(words, window)
    if icon_name:
        action.setIcon(icon(icon_name))
    action.setShortcuts([QKeySequence(key) for key in keys.split("|") if key])
    action.setAutoRepeat(name in ("undo", "redo", "zoom_in", "zoom_out"))
    action.setCheckable(name in _SWITCHES)
    action.setToolTip(_with_keys(tip or words, action))
    action.triggered.connect(lambda: verb())
    window.addAction(action)
    return action
