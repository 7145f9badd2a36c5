"""Denoise: how a diffusion paints a picture of noise, step by step, and what else can be done on the way."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QStackedWidget, QWidget

from explorer.core.rendering.scene import Scene
from explorer.session.explore.scene_pictures import Picture
from explorer.session.models.opening import OpenModel
from explorer.session.photos.photo import FoundPhoto
from explorer.session.unfold.paintings import FoundNoise, GoingOn
from explorer.ui.explore.tool_bar import ToolBar
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.touch.brush import Brush
from explorer.ui.touch.brush_size import BrushSize
from explorer.ui.unfold.denoise_controls import DenoiseControls
from explorer.ui.unfold.painting_view import PaintingView
from explorer.ui.unfold.retouch_tool import Brushed, RetouchTool
from explorer.ui.view import beside
from explorer.ui.widgets.canvas import Canvas
from explorer.ui.widgets.parts import column_of, line, named, push_button, row_of, switch_action, text_label
from explorer.ui.widgets.picture_view import PictureView

_LEAST_TIME = 0.02


class DenoiseView(PaintingView):
    """Shows the mixture and the picture that is expected of it, at any step."""

    order, saved, fitting = "diffusion", "painting", "portraits-diffusion"

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.controls: DenoiseControls = DenoiseControls()
        self.canvas = named(Canvas(), "Picture with its noise")
        self.guess = named(PictureView(), "Expected picture")
        self.brush = Brush(self)
        self.paint = RetouchTool(self.brush, self._size, is_hole=False, parent=self)
        self.hole = RetouchTool(self.brush, self._size, is_hole=True, parent=self)
        self.tools = ToolBar(self.canvas)
        beside(self.controls, self._stage(), self)
        self._connect()
        self._show_brushed()

    def show_model(self, model: OpenModel) -> None:
        self.controls.show_classes(model.generator.card.classes)
        self._clear_brush()

    def show_settings(self, scene: Scene) -> None:
        self.controls.show_scene(scene)

    def take_photo(self, model: OpenModel, found: FoundPhoto) -> None:
        """Find the noise of a photo."""
        self.paintings.find(model, self.studio.document.scene, found.photo.pixels)

    def _size(self) -> tuple[int, int]:
        state = self.timeline.state
        return (0, 0) if state is None else (state.canvas.shape[1], state.canvas.shape[0])

    def _stage(self) -> QStackedWidget:
        self._noisy, self._clean = text_label("With its noise"), text_label("Expected picture")
        swatch = push_button("Colour …", "The colour to paint with; Alt and a click pick one", self._choose_colour)
        size = BrushSize(self.brush)
        for image, words, key, tip, tool, options in (
            ("brush", "Paint", "P", "Brush colours over the picture (P)", self.paint, (swatch, size)),
            ("region", "Hole", "H", "Brush over what should be repainted (H)", self.hole, (size,)),
        ):
            self.tools.add(switch_action(self, image, words, key, tip), tool, *options)
        stage, both = QWidget(), QWidget()
        left, right = QWidget(), QWidget()
        column_of(self._noisy, (self.canvas, 1), on=left, spacing=UNIT // 2)
        column_of(self._clean, (self.guess, 1), on=right, spacing=UNIT // 2)
        row_of((left, 1), (right, 1), on=both, margins=UNIT)
        column_of(self.tools, (both, 1), line(), self.timeline, on=stage, spacing=0)
        self.trims.append(self.tools)
        hint = "Open one that paints in steps, such as portraits-diffusion, or train a diffusion model."
        return self._pages(stage, "This model does not remove noise in steps", hint)

    def _connect(self) -> None:
        controls, paintings = self.controls, self.paintings
        self._connect_painting(
            controls.sample,
            controls.classes,
            controls.photo,
            controls.working,
            "Choose a photo to find its noise",
        )
        controls.sampling_wanted.connect(self.set_sampling)
        controls.vary.clicked.connect(self._vary)
        controls.paint_over.clicked.connect(self._repaint)
        controls.fill_hole.clicked.connect(self._fill)
        controls.clear.clicked.connect(self._clear_brush)
        controls.use.clicked.connect(self._use)
        paintings.came.connect(self.timeline.show_states)
        paintings.found.connect(self._on_found)
        self.timeline.moved.connect(lambda _index: self._show_state())
        for tool, what in ((self.paint, "Brush colours"), (self.hole, "Brush a hole")):
            tool.changed.connect(self._show_brushed)
            tool.stroked.connect(partial(self._on_stroked, tool, what))

    def _show_state(self) -> None:
        state = self.timeline.state
        if state is not None:
            self.canvas.show_picture(state.canvas)
            self.guess.show_picture(state.guess)
            self._noisy.setText(f"With its noise: time {state.time:.2f}" if state.time > 0 else "The picture")
            self.timeline.frame_shown()
            self._show_brushed()

    def _last(self) -> Picture | None:
        """The picture at the end of the painting in sight."""
        states = self.timeline.states
        return states[-1].canvas if states and states[-1].step == states[-1].steps else None

    def _time(self) -> float:
        """How much noise the step in sight has; a middling amount at the end, where there is none."""
        state = self.timeline.state
        return 0.5 if state is None or state.time < _LEAST_TIME else state.time

    def _vary(self) -> None:
        self._go_on(lambda picture: GoingOn(picture, self._time(), int(self.controls.seed.value)))
        self.controls.seed.show_value(self.controls.seed.value + 1)

    def _repaint(self) -> None:
        self._go_on(lambda picture: GoingOn(self.paint.over(picture), self._time(), int(self.controls.seed.value)))
        self.paint.put((None, None))

    def _fill(self) -> None:
        hole = self.hole.hole
        self._go_on(lambda picture: GoingOn(picture, 1.0, int(self.controls.seed.value), hole))
        self.hole.put((None, None))

    def _go_on(self, wanted: Callable[[Picture], GoingOn]) -> None:
        model, picture = self.model, self._last()
        if model is not None and picture is not None:
            self._is_scene = False
            self.timeline.begin()
            self.paintings.go_on(model, self.studio.document.scene, wanted(picture))
            self.controls.said.setText("Press Use this picture to explore and save the result.")

    def _use(self) -> None:
        picture = self._last()
        if self.model is not None and picture is not None:
            self.paintings.find(self.model, self.studio.document.scene, picture)

    def _on_found(self, found: FoundNoise | None) -> None:
        if found is not None and found.scene.model == self.studio.document.scene.model:
            self.controls.said.setText(
                f"Painted again from its noise, it is off by {found.error:.1f} of 255 on average."
            )
            self.studio.document.show("Go to the noise of a picture", found.scene)

    def _on_stroked(self, tool: RetouchTool, what: str, before: Brushed, after: Brushed) -> None:
        self.studio.document.do(what, partial(tool.put, after), partial(tool.put, before))

    def _clear_brush(self) -> None:
        for tool in (self.paint, self.hole):
            if not tool.is_empty:
                tool.put((None, None))

    def _choose_colour(self) -> None:
        dialog = QColorDialog(self.paint.colour, self)
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.setWindowTitle("Colour to paint with")
        dialog.colorSelected.connect(self._set_colour)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _set_colour(self, colour: QColor) -> None:
        self.paint.colour = colour

    def _show_brushed(self) -> None:
        there = self._last() is not None
        self.controls.vary.setEnabled(there)
        self.controls.use.setEnabled(there)
        self.controls.paint_over.setEnabled(there and not self.paint.is_empty)
        self.controls.fill_hole.setEnabled(there and not self.hole.is_empty)
        self.controls.clear.setEnabled(not (self.paint.is_empty and self.hole.is_empty))
