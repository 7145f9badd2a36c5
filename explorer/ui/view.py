"""A view: one way to work with the scene."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QLabel, QScrollArea, QSplitter, QVBoxLayout, QWidget

from explorer.core.rendering.scene import Scene
from explorer.session.explore.scene_pictures import ScenePictures
from explorer.session.models.opening import OpenModel
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT, grown
from explorer.ui.widgets.parts import column_of, row_of, scrolled, titled

if TYPE_CHECKING:
    from explorer.core.rendering.renderer import Rendering

CONTROLS_PX = 30 * UNIT


@dataclass(frozen=True, eq=False)
class Meaning:
    """What a command of the window, and so its key, means in a view.

    Attributes
    ----------
    words : str
        What the menu calls it.
    do : callable
    """

    words: str
    do: Callable[[], object]


class View(QWidget):
    """What panels have in common, their views, and the methods of a view that has several.

    A view keeps itself true in `show_scene`, which is called while it is in view, and stops its slow work in
    `rest`. How it is set is its own affair and no part of the document; adopting a picture is an edit. It reads the
    scene; it changes it only through ``studio.edits`` and ``studio.document``.

    Signals
    -------
    presentation_wanted()
        The view is to fill the screen, or no more.
    explore_wanted()
        The picture of the scene is to be seen large: the first panel.
    readings_wanted()
        What else the weights of the open model could be is to be seen.
    """

    presentation_wanted = Signal()
    explore_wanted = Signal()
    readings_wanted = Signal()
    shows_scene: ClassVar[bool] = True  # else there is nothing to copy, keep or draw anew in it

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.sides: list[QWidget] = []  # what stands beside what is looked at, and can be put aside
        self.spared: list[QWidget] = []  # those of them that go first where there is little room
        self.trims: list[QWidget] = []  # what is in the way besides while it is presented
        self._aside: list[QWidget] = []

    def put_aside(self, *, sides: bool, trims: bool, spared: bool = False) -> None:
        """Hide the parts of those kinds, and show what was hidden of the others."""
        kinds = ((self.sides, sides), (self.spared, spared and not sides), (self.trims, trims))
        hidden = [part for parts, wanted in kinds if wanted for part in parts]
        for part in self._aside:
            if part not in hidden:
                part.show()
        hiding = [part for part in hidden if not part.isHidden()]
        self._aside = [part for part in self._aside if part in hidden] + hiding
        for part in hiding:
            part.hide()

    @property
    def is_busy(self) -> bool:
        """Whether pictures are still to come, besides that of the scene."""
        return False

    @property
    def model(self) -> OpenModel | None:
        """The open model, if the document's scene is of it."""
        model = self.studio.models.current
        here = self.studio.document.scene.model
        return model if model is not None and model.generator.hash == here else None

    @property
    def scene_in_view(self) -> Scene:
        """The scene of the picture that one looks at."""
        return self.studio.document.scene

    @property
    def rendering_in_view(self) -> Rendering | None:
        """The picture that one looks at, where there is one."""
        return self.studio.pictures.shown_last

    @property
    def pictures_in_view(self) -> ScenePictures | None:
        """What draws the picture that one looks at, and can be recorded."""
        return self.studio.pictures if self.shows_scene else None

    def meanings(self) -> Mapping[str, Meaning | None]:
        """What commands of the window mean here, by their names; None for nothing at all.

        Those that are missing mean what they mean everywhere.
        """
        return {}

    def lesson_actions(self) -> Mapping[str, Callable[[str], object]]:
        """What a lesson can have the view do, by the names in `lessons.lesson_actions`; each takes its argument."""
        return {}

    def paste(self) -> bool:
        """Take what is on the clipboard, if it is something for this view alone; says whether it was."""
        return False

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Show ``after``, of which only what ``is not`` the same in ``before`` has changed.

        Called with ``before=None`` when everything may have: whenever the view comes into sight.
        """

    def rest(self) -> None:
        """Stop what need not go on while the view is out of sight."""

    def close_work(self) -> None:
        """Stop all slow work and wait for it; called once, when the window closes."""


class ModelView(View):
    """A view of the open model, which begins anew with every other one."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._model = ""  # the hash of the model that it began with

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        model = self.model
        if model is None:
            return
        if self._model != after.model:
            self._begin(model)
        self._show(model, before, after)

    def _begin(self, model: OpenModel) -> None:
        """Forget what belongs to another model."""
        self._model = model.generator.hash

    def _show(self, model: OpenModel, before: Scene | None, after: Scene) -> None:
        """Do what `show_scene` promises, for the open model; nothing, where it all was done by beginning."""


class Controls(QScrollArea):
    """The column at the left of a view: titles, and the controls that belong to them."""

    def __init__(self) -> None:
        super().__init__()
        self._fit()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        self.column = column_of(on=inside, margins=2 * UNIT)
        scrolled(inside, self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # other words may need more room
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        """Be wide enough for everything in it, with the bar to scroll it by; else what is at the right is cut."""
        inside, bar = self.widget(), self.verticalScrollBar().sizeHint().width()
        needed = inside.minimumSizeHint().width() + bar if inside is not None else 0
        self.setMinimumWidth(max(grown(CONTROLS_PX, self), needed))

    def add_title(self, text: str, of: QWidget | None = None) -> QLabel:
        """A heading, which leads the keyboard to ``of``."""
        return add_heading(self.column, text, of)

    def add(self, *widgets: QWidget) -> None:
        """One row of widgets."""
        self.column.addLayout(row_of(*widgets))


def add_heading(column: QVBoxLayout, text: str, of: QWidget | None = None) -> QLabel:
    """A heading below what a column of controls has, a little apart; it leads the keyboard to ``of``."""
    if column.count():
        column.addSpacing(UNIT)
    label = titled(text, of)
    column.addWidget(label)
    return label


def beside(controls: QWidget, stage: QWidget, view: QWidget) -> None:
    """Lay a view out: its controls at the left, and what they control; the border can be moved, and is remembered."""
    split = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
    for part, share in ((controls, 0), (stage, 1)):
        split.addWidget(part)
        split.setStretchFactor(split.count() - 1, share)
    split.setSizes([CONTROLS_PX, 20 * CONTROLS_PX])  # no more than they need
    row_of((split, 1), on=view, spacing=0)
    if isinstance(view, View):
        view.sides.append(controls)
        settings, name = view.studio.settings, type(view).__name__
        split.restoreState(settings.layout(name))
        split.splitterMoved.connect(lambda _at, _index: settings.remember_layout(name, split.saveState()))
