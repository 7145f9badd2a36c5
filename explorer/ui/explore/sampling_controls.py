"""The controls that draw samples: seed, truncation, class, style mixing, walk and neighbours."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QBoxLayout, QWidget

from explorer.core.models.card import LARGEST_PSI, ModelCard
from explorer.core.rendering.scene import Scene
from explorer.session.models.opening import OpenModel
from explorer.session.models.weights_files import holds_weights
from explorer.ui.explore.model_facts import ModelFacts
from explorer.ui.explore.seed_box import SeedBox
from explorer.ui.late_part import LatePart
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.widgets.numbers.number_box import NumberBox
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import (
    ActionButton,
    choice_box,
    column_of,
    fill,
    named,
    push_button,
    row_of,
    scrolled,
    titled,
)

_WIDTH_PX, _MARGIN_PX = 31 * UNIT, 2 * UNIT
_ACROSS, _DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
_SPEEDS = (0.05, 2.0)
_COMMON_SPEED = 0.5
_PSI_TIP = "How far from the average: 1 is the model's full variety, towards 0 it gets safer and more alike"
_PSI_IN_W = "{}.\nThis model is truncated in W: w = mean of W + ψ (w − mean of W)"


class SamplingControls(QWidget):
    """One column: a new face at the top, then what shapes it. It scrolls where the window is too low."""

    def __init__(self, studio: Studio, walk: QAction, neighbours: QAction, layers: QAction, move: QAction) -> None:
        super().__init__()
        self._edits = studio.edits
        self._player = studio.player
        self.setFixedWidth(_WIDTH_PX)
        self.new_sample = push_button(
            "New sample",
            "Draw a picture nobody has seen (Space)",
            self._edits.new_sample,
            image="sample",
            primary=True,
        )
        self.seed = self._seed_box()
        self.psi, self.psi_box = self._truncation()
        self.cutoff = self._cutoff_box()
        self._cutoff_end = titled("", self.cutoff, "muted")
        self.styles = LatePart("explore.style_controls", "StyleControls", studio)
        place, edits = "explore.conditions", studio.edits.conditions
        self.noise = LatePart(f"{place}.noise_controls", "NoiseControls", edits)
        self.placement = LatePart(f"{place}.placement_controls", "PlacementControls", edits, move)
        self.growth = LatePart(f"{place}.growth_controls", "GrowthControls", edits)
        self.classes = choice_box("Class", "What the model is asked to draw", chosen=self._edits.set_label)
        self.speed = self._speed_slider()
        self._walk_button, self._neighbours_button = ActionButton(walk), ActionButton(neighbours)
        self._layers_button = ActionButton(layers)
        self._pair = _Pair(self._neighbours_button, self._layers_button)
        self.facts = ModelFacts()
        self._lay_out()
        self._show_classes(())
        self._show_styles(0)

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Show what of ``after`` is not the same in ``before``."""
        if before is None or after.seed is not before.seed:
            self.seed.show_seed(after.seed)
        if before is None or after.truncation is not before.truncation:
            self.psi.show_value(after.truncation)
            self.psi_box.show_value(after.truncation)
        if before is None or after.cutoff is not before.cutoff or after.model is not before.model:
            styles = self._edits.card.styles
            self.cutoff.show_value(styles if after.cutoff is None else after.cutoff)
        for part in (self.styles, self.noise, self.placement, self.growth):
            part.show_scene(before, after)
        if after.label is not None and (before is None or after.label is not before.label):
            self.classes.setCurrentIndex(after.label)

    def show_model(self, model: OpenModel) -> None:
        """Offer the classes of ``model``, if it has any, and say what is worth knowing of it."""
        self._show_classes(model.generator.card.classes)
        self._show_styles(model.generator.card.styles)
        self._offer_truncation(model.generator.card)
        self.noise.setVisible(model.generator.adjustable.has_noise)
        self.placement.setVisible(model.generator.adjustable.moves)
        self.growth.setVisible(model.generator.adjustable.stages_before > 0)
        if not self.growth.isHidden():
            self.growth.part.show_model(model.generator)
        self.facts.show_model(model.name, model.generator.card, model.generator.problems, _guesses(model))
        self.facts.guessed.setEnabled(holds_weights(model.path))  # else it is what was made of them, and stays so

    def _show_classes(self, classes: tuple[str, ...]) -> None:
        self.classes.clear()
        self.classes.addItems(classes)
        self._class_title.setVisible(bool(classes))
        self.classes.setVisible(bool(classes))

    def _show_styles(self, styles: int) -> None:
        """Offer what a style-based model has besides; ``styles`` is 0 for others."""
        tip = _PSI_IN_W.format(_PSI_TIP) if styles else _PSI_TIP
        for widget in (self.psi, self.psi_box):
            widget.setToolTip(tip)
        self.cutoff.set_range(0, styles)
        self.cutoff.show_value(styles)
        self._cutoff_end.setText(f"of {styles}")
        for part in (self._cutoff_title, self.cutoff, self._cutoff_end):
            part.setVisible(styles > 1)
        self.styles.setVisible(styles > 1)

    def _offer_truncation(self, card: ModelCard) -> None:
        for part in (self._psi_title, self.psi, self.psi_box):
            part.setVisible(card.offers_truncation)

    def _cutoff_box(self) -> NumberBox:
        box = named(
            NumberBox(0, 1, decimals=0, step=1),
            "Truncated layers",
            "How many layers are truncated, the coarse ones first: fine ones may keep their variety",
        )
        box.setFixedWidth(5 * UNIT)
        box.edited.connect(lambda layers, gesture: self._edits.styles.set_cutoff(int(layers), gesture))
        return box

    def _seed_box(self) -> SeedBox:
        box = named(
            SeedBox(),
            "Seed",
            "The number this sample is known by: the same seed gives the same latent everywhere",
        )
        box.edited.connect(self._edits.sample)
        box.new_sample.connect(self._edits.new_sample)
        return box

    def _truncation(self) -> tuple[Slider, NumberBox]:
        slider = Slider(0.0, LARGEST_PSI, home=1.0, step=0.05)
        box = NumberBox(0.0, LARGEST_PSI, step=0.05, home=1.0)
        box.setFixedWidth(7 * UNIT)
        for widget, moved in ((slider, slider.moved), (box, box.edited)):
            widget.setToolTip(_PSI_TIP)
            widget.setAccessibleName("Truncation")
            moved.connect(self._edits.set_truncation)
        return slider, box

    def _speed_slider(self) -> Slider:
        slider = named(
            Slider(*_SPEEDS, home=_COMMON_SPEED, step=0.05),
            "Speed of the walk",
            "How fast the random walk goes",
        )
        slider.show_value(self._player.speed)
        slider.moved.connect(self._set_speed)
        return slider

    def _set_speed(self, speed: float, _gesture: int) -> None:
        self._player.speed = speed

    def _lay_out(self) -> None:
        inside, seed = QWidget(), row_of(titled("Seed", self.seed), self.seed)
        layout = column_of(self.new_sample, seed, on=inside, margins=_MARGIN_PX)
        layout.addSpacing(UNIT)
        self._cutoff_title = titled("first", self.cutoff, "muted")
        self._psi_title = titled("Truncation ψ", self.psi)
        head = row_of(self._psi_title)
        head.addStretch(1)
        for part in (self._cutoff_title, self.cutoff, self._cutoff_end):
            head.addWidget(part)
        fill(layout, head, row_of(self.psi, self.psi_box))
        self._class_title = titled("Class", self.classes)
        fill(layout, self._class_title, self.classes, self.styles, self.noise, self.placement, self.growth)
        layout.addSpacing(UNIT)
        fill(
            layout,
            titled("Wander", self._walk_button),
            self._walk_button,
            row_of(titled("Speed", self.speed, "muted"), self.speed),
            self._pair,
            (self.facts, 1),
        )
        area = scrolled(inside)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column_of(area, on=self)


class _Pair(QWidget):
    """Two buttons side by side, or below each other where their letters are too large."""

    def __init__(self, *buttons: QWidget) -> None:
        super().__init__()
        self._buttons = buttons
        self._box = row_of(*buttons, on=self, spacing=UNIT // 2)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            wide = sum(button.sizeHint().width() for button in self._buttons) + self._box.spacing()
            fits = wide <= _WIDTH_PX - 2 * _MARGIN_PX
            self._box.setDirection(_ACROSS if fits else _DOWN)
        return super().event(event)


def _guesses(model: OpenModel) -> tuple[str, ...]:
    """What had to be guessed of weights that others saved."""
    if model.readings is None:
        return ()
    from explorer.training.weight_import.interpretation import guesses

    return guesses(model.readings)
