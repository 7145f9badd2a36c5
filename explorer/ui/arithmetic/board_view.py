"""The board: "man with glasses − man + woman", by dragging pictures together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QEvent, QMimeData
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QMenu

from explorer.core.arithmetic.board import Board, Exemplar, Slot, example, formula, letter
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent, typical_norm
from explorer.core.rendering.scene import Scene, scene_from_json, scene_to_json
from explorer.session.arithmetic.imported_exemplars import ImportedExemplars, exemplar_from
from explorer.session.explore.scene_pictures import Picture, ScenePictures, Thumbnails
from explorer.session.models.opening import OpenModel
from explorer.ui.arithmetic.board_strips import BoardStrips
from explorer.ui.arithmetic.result_path import STEPS
from explorer.ui.arithmetic.result_side import ResultSide
from explorer.ui.arithmetic.slot_card import SlotCard
from explorer.ui.arithmetic.slot_row import SlotRow, origin_of
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.view import Meaning, View
from explorer.ui.widgets.gestures import claims
from explorer.ui.widgets.keys import Key
from explorer.ui.widgets.parts import column_of, line, pressing, push_button, row_of, text_label
from explorer.ui.widgets.picture_drag import SCENE_MIME, scene_text
from explorer.ui.window import clipboard
from explorer.ui.window.file_dialogs import save_picture

if TYPE_CHECKING:
    from explorer.core.rendering.renderer import Rendering

LABEL = "Arithmetic"
_EXAMPLES = 3


class BoardView(View):
    """Slots that are added and subtracted, and the picture that they make."""

    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("Choose a slot", "1  to  9"),
        Key("Put what was copied into the slot", "Ctrl+V"),
    )

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.slots = SlotRow()
        self.side = ResultSide()
        self.strips = BoardStrips()
        self.way, self.tray = self.strips.way, self.strips.tray
        self.add_current = push_button("Add current", "Put the current picture into the chosen slot", image="plus")
        self.restart = push_button(
            "Clear the board", "Start over with three empty slots; Undo brings the board back", image="reset"
        )
        self.examples = push_button(
            "Try an example", "Fill the slots with pictures that show one of this model's directions", image="help"
        )
        self.working = text_label()
        self.stop = push_button("Stop", "Stop encoding; pictures already in the slots stay")
        self.pictures = ScenePictures(self)
        self.thumbnails = Thumbnails(self)  # of the means
        self.imports = ImportedExemplars(self)
        self.result: Scene | None = None
        self._board: Board | None = None  # what is shown
        self._model: OpenModel | None = None
        self._means: dict[tuple[Exemplar, ...], Scene] = {}
        self._way_is_due = False
        self._lay_out()
        self._connect()

    @property
    def is_busy(self) -> bool:
        waiting = any(
            self.studio.thumbnails.of(exemplar.scene) is None
            for card in self.slots.cards
            for exemplar in card.slot.exemplars
        )
        means = any(self.thumbnails.of(scene) is None for scene in self._means.values())
        parts = (self.pictures, self.way, self.tray, self.imports)
        return self._way_is_due or waiting or means or any(part.is_busy for part in parts)

    @property
    def scene_in_view(self) -> Scene:
        return self.result or super().scene_in_view

    @property
    def rendering_in_view(self) -> Rendering | None:
        return self.pictures.shown_last if self.result is not None else None

    @property
    def pictures_in_view(self) -> ScenePictures | None:
        return self.pictures

    def meanings(self) -> Mapping[str, Meaning | None]:
        return {
            "sample": Meaning("Other samples", pressing(self.tray.other)),
            "save": Meaning("Save the result …", self._save),
        }

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        model = self.model
        if model is None:
            return
        self.pictures.renderer = model.renderer
        if model is not self._model:
            self._begin(model)
        self.tray.show_samples(model, after.label)
        self._show_board()

    def rest(self) -> None:
        self.way.cancel()
        self.tray.cancel()
        self._board = None  # to be drawn again when it comes back
        self._save_boards()

    def close_work(self) -> None:
        self._save_boards()
        for part in (self.pictures, self.thumbnails, self.imports):
            part.close()
        self.way.close_work()
        self.tray.close_work()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.take_pasted()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # else the window would show what is pasted
        return claims(event, lambda key: key.matches(QKeySequence.StandardKey.Paste)) or super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.strips.show_room(self.height())

    def take_pasted(self) -> None:
        """Put what is on the clipboard into the chosen slot: a scene, or copied files."""
        with self.studio.notices.catching():
            found = clipboard.pasted()
            if isinstance(found, Scene):
                self.add(self.slots.current, found)
            else:
                self.bring(self.slots.current, found)

    def add(self, place: int, scene: Scene) -> None:
        """Put ``scene`` into the slot at ``place``; one of another model is refused."""
        model = self.model
        if model is None:
            return
        with self.studio.notices.catching():
            exemplar = exemplar_from(scene, model)
            self.slots.choose(place)
            self.studio.boards.add(place, [exemplar])

    def bring(self, place: int, files: list[Path]) -> None:
        """Put ``files`` into the slot at ``place``: saved pictures at once, photographs once they are encoded."""
        if self.model is not None:
            self.slots.choose(place)
            self.imports.bring(self.model, place, files)

    def _lay_out(self) -> None:
        self.tray.bar.insertWidget(3, self.add_current)
        self.tray.bar.insertWidget(5, self.restart)
        self.tray.bar.insertWidget(6, self.examples)
        self.examples.setMenu(QMenu(self.examples))
        bar = row_of((self.working, 1), self.stop, margins=(UNIT, 0), spacing=None)
        self._show_working("")
        self.examples.hide()  # until it is known whether there are directions
        left = column_of((self.slots, 1), bar, self.strips, spacing=0)
        self.trims.append(self.strips.samples)
        row_of((left, 3), line(upright=True), (self.side, 1), on=self, spacing=0)

    def _connect(self) -> None:
        studio, boards = self.studio, self.studio.boards
        boards.changed.connect(self._on_edited)
        for place in range(9):
            QShortcut(QKeySequence(str(place + 1)), self, partial(self.slots.focus, place))
        self.stop.clicked.connect(self.imports.cancel)
        self.slots.made.connect(self._connect_card)
        self.slots.chosen.connect(lambda place: self.tray.show_target(letter(place)))
        self.slots.add.clicked.connect(boards.add_slot)
        self.tray.picked.connect(lambda scene: self.add(self.slots.current, scene))
        self.add_current.clicked.connect(lambda: self.add(self.slots.current, studio.document.scene))
        self.restart.clicked.connect(boards.restart)
        self.examples.menu().aboutToShow.connect(self._fill_examples)
        self.way.picked.connect(lambda scene: studio.document.show(LABEL, scene))
        self.way.way_changed.connect(self._show_way)
        self.side.explore.clicked.connect(self._explore)
        self.side.save.clicked.connect(self._save)
        self.side.keep.clicked.connect(boards.keep_norm)
        self.side.class_wanted.connect(boards.choose_class)
        self.side.canvas.png_for_drag = self._png
        self.side.canvas.scene_for_drag = lambda: scene_to_json(self.result).encode() if self.result else b""
        self.imports.arrived.connect(self._on_arrived)
        self.imports.began.connect(self._show_working)
        self.imports.ended.connect(lambda: self._show_working(""))
        self.pictures.shown.connect(self._on_shown)
        self.pictures.settled.connect(self._on_settled)
        self.thumbnails.drawn.connect(self._on_mean)
        studio.thumbnails.drawn.connect(self._on_thumbnail)
        for part in (self.pictures, self.thumbnails, self.way, self.tray):
            part.failed.connect(studio.notices.show_error_once)
        self.imports.failed.connect(studio.notices.show_error)

    def _fill_examples(self) -> None:
        self.examples.menu().clear()
        model = self.model
        for name in _of_z(model)[:_EXAMPLES] if model is not None else ():
            self.examples.menu().addAction(f"Try: {name}", partial(self.try_example, name))

    def try_example(self, name: str) -> None:
        """Fill the slots with samples that differ by the direction ``name``, and with one that gets it."""
        model = self.model
        if model is not None:
            scenes, renderer = self.tray.scenes, model.renderer
            board = example(name, scenes, renderer.directions, model.generator.card.prior)
            self.studio.boards.edit(f"Try {name}", board)

    def _connect_card(self, card: SlotCard) -> None:
        boards, place = self.studio.boards, card.place
        card.dropped.connect(lambda mime: self._drop(place, mime))
        card.removed.connect(lambda index: boards.remove(place, index))
        card.weighed.connect(lambda weight, gesture: boards.weigh(place, weight, gesture))
        card.named.connect(lambda name: boards.name(place, name))
        card.clear_wanted.connect(lambda: boards.clear(place))
        card.removal_wanted.connect(lambda: boards.remove_slot(place))
        card.current_wanted.connect(lambda: self.add(place, self.studio.document.scene))

    def _begin(self, model: OpenModel) -> None:
        self._model, self._board = model, None
        self._means.clear()
        self.thumbnails.cancel()
        self.imports.cancel()
        card = model.generator.card
        self.side.show_card(card)
        self.way.suggest(card.latent_size, card.prior)

    def _drop(self, place: int, mime: QMimeData) -> None:
        origin = origin_of(mime)
        if origin is not None:
            self.slots.choose(place)
            self.studio.boards.move(*origin, place)
        elif mime.hasFormat(SCENE_MIME):
            with self.studio.notices.catching():
                self.add(place, scene_from_json(scene_text(mime)))
        else:
            self.bring(place, clipboard.files_of(mime))

    def _on_edited(self) -> None:
        if self.isVisible():
            self._show_board()

    def _on_arrived(self, model: str, place: int, exemplar: Exemplar) -> None:
        board = self.studio.boards.of(model)
        if model == self.studio.document.scene.model:
            self.studio.boards.add(min(place, len(board.slots) - 1), [exemplar])

    def _show_working(self, name: str) -> None:
        self.working.setText(f"Finding {name} in the latent space …" if name else "")
        for part in (self.working, self.stop):
            part.setVisible(bool(name))

    def _show_board(self) -> None:
        """Show the board as it is, and draw what has changed of it."""
        model = self.model
        if model is None:
            return
        try:
            board = self.studio.boards.current
        except Problem as problem:
            self.studio.notices.show_error(problem)
            board = self.studio.boards.current
        if board is self._board:
            return
        self._board = board
        scenes = [exemplar.scene for slot in board.slots for exemplar in slot.exemplars]
        self.studio.thumbnails.request(model.renderer, scenes)
        self.slots.show_board(board, lambda exemplar: self.studio.thumbnails.of(exemplar.scene))
        self.side.show_board(board, formula(board))
        self.restart.setVisible(board.first is not None or not model.renderer.directions)
        self.restart.setEnabled(board.first is not None)
        self.examples.setVisible(not self.restart.isVisibleTo(self))
        self._show_means(board, model)
        self._show_result(board, model)

    def _show_means(self, board: Board, model: OpenModel) -> None:
        known, self._means = self._means, {}
        for card, slot in zip(self.slots.cards, board.slots, strict=True):
            if slot.exemplars:
                scene = known.get(slot.exemplars) or self._mean_scene(slot)
                self._means[slot.exemplars] = scene
                picture = self.thumbnails.of(scene)
                if picture is not None:
                    card.mean.show_picture(picture)
        self.thumbnails.request(model.renderer, self._means.values())

    def _mean_scene(self, slot: Slot) -> Scene:
        first = slot.exemplars[0].scene
        return first if len(slot.exemplars) == 1 else replace(first, z=slot.mean, seed=None)

    def _show_result(self, board: Board, model: OpenModel) -> None:
        card = model.generator.card
        total = board.result(card.prior)
        if total is None:
            self.result = None
            self.way.clear()
            return
        self.result = self._scene(board, total)
        norm = float(np.linalg.norm(total))
        self.side.gauge.show_norm(norm, *typical_norm(card.latent_size, card.prior))
        self._way_is_due = True
        self.pictures.request(self.result)

    def _scene(self, board: Board, z: Latent) -> Scene:
        """``z`` as a scene of the board's model and class."""
        assert board.first is not None
        first = board.first.scene
        label = first.label if board.label is None else board.label
        return Scene(first.model, first.model_name, z, label)

    def _show_way(self) -> None:
        """Draw the steps to the result, now that its picture is there."""
        model, board = self.model, self._board
        self._way_is_due = False
        if model is None or board is None or self.result is None:
            return
        steps = board.strip(STEPS, model.generator.card.prior, around=self.way.goes_around)
        assert steps is not None
        self.way.show_steps(model, [self._scene(board, z) for z in steps])

    def _on_shown(self, rendering: Rendering) -> None:
        if self.result is not None and rendering.scene.model == self.result.model:
            self.side.canvas.show_picture(rendering.whole)

    def _on_settled(self) -> None:
        if self._way_is_due:
            self._show_way()

    def _on_mean(self, scene: Scene, picture: Picture) -> None:
        for card in self.slots.cards:
            if self._means.get(card.slot.exemplars) is scene:
                card.mean.show_picture(picture)

    def _on_thumbnail(self, scene: Scene, _picture: Picture) -> None:
        thumbnails = self.studio.thumbnails
        for card in self.slots.cards:
            if any(exemplar.scene is scene for exemplar in card.slot.exemplars):
                pictures = [thumbnails.of(exemplar.scene) for exemplar in card.slot.exemplars]
                card.show_slot(card.slot, pictures)

    def _explore(self) -> None:
        if self.result is not None:
            self.studio.document.show(LABEL, self.result)

    def _save(self) -> None:
        if self.result is not None:
            save_picture(self.studio, self.window(), self.result)

    def _png(self) -> bytes:
        from explorer.core.rendering.picture_files import png_bytes

        last = self.pictures.shown_last
        return b"" if last is None else png_bytes(last.whole, last.scene)

    def _save_boards(self) -> None:
        with self.studio.notices.catching():
            self.studio.boards.save()


def _of_z(model: OpenModel) -> list[str]:
    """The directions of a model that move its latents."""
    return [name for name in model.renderer.directions if not model.renderer.is_of_w(name)]
