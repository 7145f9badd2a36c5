"""Finding a direction: from samples that are marked, from labelled pictures, or from what a classifier says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent

from explorer.core.models.file_kinds import MODELS, is_opened, kind_of
from explorer.core.rendering.scene import Scene
from explorer.session.models.opening import OpenModel
from explorer.ui.directions.classifier_method import ClassifierMethod
from explorer.ui.directions.mark_method import MarkMethod
from explorer.ui.directions.method import CLASSIFIER, MARK, PICTURES, FindMethod
from explorer.ui.directions.pictures_method import PicturesMethod
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.view import Controls, Meaning, View, beside
from explorer.ui.widgets.gestures import claims
from explorer.ui.widgets.parts import named, pages_of, pressing
from explorer.ui.widgets.segments import Segments
from explorer.ui.window.clipboard import files_of

_WAYS = (
    ("Mark", "Mark samples that have it and samples that do not"),
    ("Pictures", "Labelled pictures, as the model's encoder sees them"),
    ("Judge", "Samples that a classifier judges: for models without an encoder"),
)
_WAY = "find_way"


class FindView(View):
    """Shows one of three ways to find a direction."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.marking = MarkMethod(studio)
        self.pictures = PicturesMethod(studio)
        self.classifier = ClassifierMethod(studio)
        self.ways: tuple[FindMethod, ...] = (self.marking, self.pictures, self.classifier)
        self.controls = Controls()
        self.segments = named(Segments(_WAYS), "Ways to find a direction")
        self.segments.chosen.connect(self.show_way)
        self._stack = pages_of(*self.ways)
        self.controls.column.addWidget(self.segments)
        self.controls.column.addSpacing(UNIT)
        for way in self.ways:
            self.controls.column.addWidget(way.controls)
        self.controls.column.addStretch(1)
        beside(self.controls, self._stack, self)
        self.setAcceptDrops(True)
        self.pictures.to_classifier.clicked.connect(lambda: self.show_way(CLASSIFIER))
        studio.models.opened.connect(lambda model, _request: self._on_opened(model))
        last = studio.settings.choice(_WAY)
        names = [name for name, _tip in _WAYS]
        self._put_in_sight(names.index(last) if last in names else MARK)

    @property
    def way(self) -> FindMethod:
        """The way that is chosen."""
        return self.ways[self.segments.index]

    @property
    def is_busy(self) -> bool:
        return self.way.is_busy

    def meanings(self) -> Mapping[str, Meaning | None]:
        return {"sample": Meaning("More samples to mark", pressing(self.marking.parts.more)), "save": None}

    def show_way(self, index: int) -> None:
        """Choose a way."""
        for way in self.ways:
            way.rest()
        self.studio.settings.remember_choice(_WAY, _WAYS[index][0])
        self._put_in_sight(index)
        self.show_scene(None, self.studio.document.scene)

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        self.way.show_scene(before, after)

    def rest(self) -> None:
        for way in self.ways:
            way.rest()

    def close_work(self) -> None:
        for way in self.ways:
            way.close_work()

    def event(self, event: QEvent) -> bool:
        """Take the keys of the marks from the window, wherever in the view the keyboard is."""
        return claims(event, self._marks_with) or super().event(event)

    def _marks_with(self, event: QKeyEvent) -> bool:
        return self.segments.index == MARK and self.marking.claims(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._marks_with(event):
            self.marking.press(event)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome data and classifiers; leave what the window opens to it."""
        if self._usable(files_of(event.mimeData())) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Use what was dropped in the way it belongs to."""
        file = self._usable(files_of(event.mimeData()))
        if file is None:
            event.ignore()
            return
        event.acceptProposedAction()
        self.show_way(CLASSIFIER if file.suffix.lower() in MODELS else PICTURES)
        self.way.use_file(file)

    def _usable(self, files: list[Path]) -> Path | None:
        """The file that was dropped, if it is of use here: data, or a classifier where one is asked for."""
        if len(files) != 1 or self.model is None:
            return None
        file = files[0]
        if file.suffix.lower() in MODELS:
            return file if self.segments.index == CLASSIFIER else None
        is_ours = is_opened(file) or kind_of(file) in ("run", "photo")
        return None if is_ours or self.model.files.encoder is None else file

    def _put_in_sight(self, index: int) -> None:
        self.segments.show_index(index)
        self._stack.setCurrentIndex(index)
        for place, way in enumerate(self.ways):
            way.controls.setVisible(place == index)

    def _on_opened(self, model: OpenModel) -> None:
        """Keep nothing of a model that is closed, in sight or not."""
        for way in self.ways:
            way.forget()
        if self.isVisible() and self.model is model:
            self.show_scene(None, self.studio.document.scene)
