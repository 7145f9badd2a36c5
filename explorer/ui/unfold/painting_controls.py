"""What the controls of pictures that are painted in steps share: the class, guidance by it, and how it is painted."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from explorer.core.rendering.scene import Scene
from explorer.core.sampling.settings import LARGEST_GUIDANCE, LARGEST_TEMPERATURE, USUALLY
from explorer.ui.view import Controls
from explorer.ui.widgets.numbers.number_box import NumberBox, number_box
from explorer.ui.widgets.parts import choice_box, text_label

_GUIDANCE_TIP = "How strictly to keep to the class: 1 is as learned, more is clearer and less varied, 0 ignores it"


class PaintingControls(Controls):
    """Says how a model paints.

    Signals
    -------
    sampling_wanted(sampling, gesture) : Sampling, int
        The user wants other settings.
    """

    sampling_wanted = Signal(object, int)

    def __init__(self, temperature_tip: str, **more: NumberBox) -> None:
        super().__init__()
        self._sampling = USUALLY
        self.classes = choice_box("Class", "What the model is asked to paint")
        self.guidance = number_box("Guidance", _GUIDANCE_TIP, 0.0, LARGEST_GUIDANCE, 1.0, decimals=1, step=0.5)
        self.temperature = number_box(
            "Temperature", temperature_tip, 0.01, LARGEST_TEMPERATURE, 1.0, decimals=2, step=0.05
        )
        self._class_title = text_label("Class", of=self.classes)
        self._guidance_title = text_label("Guidance", of=self.guidance)
        self._tips: dict[QWidget, str] = {}  # of what has an obstacle for its tip
        self._boxes = {"guidance": self.guidance, "temperature": self.temperature, **more}
        for box in self._boxes.values():
            box.edited.connect(self._on_edited)

    def offer(self, obstacle: str) -> None:
        """Offer everything; nothing where there is an obstacle, which is then the tip of each part."""
        inside = self.widget()
        assert inside is not None
        inside.setEnabled(not obstacle)
        for part, tip in self._tips.items():
            part.setToolTip(tip)
        self._tips = {part: part.toolTip() for part in inside.findChildren(QWidget) if obstacle and part.toolTip()}
        for part in self._tips:
            part.setToolTip(obstacle)

    def show_classes(self, classes: tuple[str, ...]) -> None:
        """Offer these classes, and guidance by them."""
        self.classes.clear()
        self.classes.addItems(classes)
        for part in (self._class_title, self.classes, self._guidance_title, self.guidance):
            part.setVisible(bool(classes))

    def show_scene(self, scene: Scene) -> None:
        """Show the settings of a scene."""
        self._sampling = scene.sampling or USUALLY
        for name, box in self._boxes.items():
            box.show_value(getattr(self._sampling, name))
        if scene.label is not None:
            self.classes.setCurrentIndex(scene.label)

    def _on_edited(self, _value: float, gesture: int) -> None:
        told = {name: type(getattr(USUALLY, name))(box.value) for name, box in self._boxes.items()}
        wanted = replace(self._sampling, **told)
        if wanted != self._sampling:
            self._sampling = wanted
            self.sampling_wanted.emit(wanted, gesture)
