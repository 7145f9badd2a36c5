"""What can be changed of one step of a network, in a line of boxes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from explorer.training.weight_import.architecture import Step, values_of, words_of_step
from explorer.training.weight_import.choices import HIDDEN_OPTIONS, NORM_OPTIONS, leaky, slope_of
from explorer.ui.theme import UNIT
from explorer.ui.widgets.numbers.number_box import NumberBox, number_box
from explorer.ui.widgets.parts import choice_box, push_button, row_of, text_label

_LEAKY = "leaky"
_ACTIVATIONS = (
    ("relu", "ReLU"),
    (_LEAKY, "Leaky ReLU"),
    *(each for each in HIDDEN_OPTIONS if each[0] != "relu" and not each[0].startswith(_LEAKY)),
)
_KINDS: dict[str, tuple[tuple[str, str], ...]] = {
    "act": _ACTIVATIONS,
    "affine": NORM_OPTIONS,
    "enlarge": (("nearest", "nearest"), ("bilinear", "bilinear"), ("bilinear-corners", "bilinear, corners aligned")),
}
_TITLES = {"stride": "Stride", "padding": "Padding", "more": "Output padding", "factor": "Factor"}
_RANGES = {"stride": (1, 64), "padding": (0, 64), "more": (0, 64), "factor": (1, 16)}
_SIDES = ("Channels", "Height", "Width")
_LARGEST = 4096
_BOX_PX = 8 * UNIT


class StepFields(QWidget):
    """Boxes for the values of the step that is shown.

    Signals
    -------
    edited(values) : dict
        The user wants these values, by the names of the fields; those that stand there where a guess was confirmed.
    """

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._step: Step | None = None
        self._place = -1
        self._refresh: list[Callable[[Step], object]] = []
        self._row: QHBoxLayout = row_of(on=self)
        self.setMinimumHeight(4 * UNIT)

    def show_step(self, place: int, step: Step | None) -> None:
        """Offer what can be changed of ``step``; None where there is nothing."""
        before, self._step = self._step, step
        is_same = step is not None and before is not None and place == self._place and step.op == before.op
        if not is_same or len(step.size) != len(before.size):  # type: ignore[union-attr]
            self._place = place
            self._build()
        if step is not None:
            for refresh in self._refresh:
                refresh(step)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave undo and redo to the list, but for what is being typed."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = QKeySequence.StandardKey
            if (event.matches(keys.Undo) or event.matches(keys.Redo)) and not watched.isModified():  # type: ignore[attr-defined]
                event.ignore()
                return True
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        self._refresh = []
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
        if self._step is None:
            return
        self._row.addWidget(text_label(f"Step {self._place + 1}, {words_of_step(self._step)}:", "heading"))
        for name in values_of(self._step):
            self._add(name)
        if not values_of(self._step):
            self._row.addWidget(text_label("its weights say all of it"))
        for box in self.findChildren(NumberBox):
            box.installEventFilter(self)
        self._add_confirmation()
        self._row.addStretch(1)

    def _add(self, name: str) -> None:
        assert self._step is not None
        if name == "kind":
            self._add_kind(self._step.op)
        elif name == "size":
            self._add_size(len(self._step.size))
        elif name == "epsilon":
            self._add_number("Epsilon", "epsilon", (0.0, 100.0), 6)
        else:
            self._add_number(_TITLES[name], name, _RANGES[name], 0)

    def _add_number(self, title: str, name: str, ends: tuple[float, float], decimals: int) -> None:
        step = 0.1 if decimals else 1
        box = number_box(title, title, *ends, ends[0], step=step, decimals=decimals, width_px=_BOX_PX + decimals * 4)
        box.edited.connect(lambda value, _: self.edited.emit({name: value if decimals else round(value)}))
        self._refresh.append(lambda step: box.show_value(float(getattr(step, name))))
        self._show(title, box)

    def _add_size(self, count: int) -> None:
        boxes: list[NumberBox] = []
        for title in _SIDES[-count:]:
            box = number_box(title, f"{title} of the picture", 1, _LARGEST, 1, width_px=_BOX_PX)
            box.edited.connect(lambda *_: self.edited.emit({"size": tuple(round(each.value) for each in boxes)}))
            boxes.append(box)
            self._show(title, box)

        def refresh(step: Step) -> None:
            for box, value in zip(boxes, step.size, strict=True):
                box.show_value(value)

        self._refresh.append(refresh)

    def _add_kind(self, op: str) -> None:
        box = choice_box("Kind", "", [(key, words) for key, words in _KINDS[op]])
        self._show("", box)
        if op != "act":
            box.activated.connect(lambda _: self.edited.emit({"kind": box.currentData()}))
            self._refresh.append(lambda step: box.setCurrentIndex(box.findData(step.kind)))
            return
        slope = number_box("Slope", "Slope of the leaky ReLU below 0", 0.0, 1.0, 0.2, step=0.01, decimals=3)
        box.activated.connect(lambda _: self.edited.emit({"kind": self._kind(box, slope)}))
        slope.edited.connect(lambda value, _: self.edited.emit({"kind": leaky(value)}))
        title = text_label("Slope", of=slope)
        self._row.addWidget(title)
        self._row.addWidget(slope)
        self._refresh.append(lambda step: _show_kind(step.kind, box, slope, title))

    def _kind(self, box: QComboBox, slope: NumberBox) -> str:
        return leaky(slope.value) if box.currentData() == _LEAKY else str(box.currentData())

    def _add_confirmation(self) -> None:
        button = push_button("It is right", "Confirm that the guess is right", self._confirm)
        self._row.addWidget(button)
        self._refresh.append(lambda step: button.setVisible(bool(step.guessed)))

    def _confirm(self) -> None:
        if self._step is not None:
            self.edited.emit({name: getattr(self._step, name) for name in self._step.guessed})

    def _show(self, title: str, box: QWidget) -> None:
        if title:
            self._row.addWidget(text_label(title, of=box))
        self._row.addWidget(box)


def _show_kind(kind: str, box: QComboBox, slope: NumberBox, title: QWidget) -> None:
    told = slope_of(kind)
    box.setCurrentIndex(box.findData(_LEAKY if told is not None else "plain" if kind == "plain01" else kind))
    for part in (title, slope):
        part.setVisible(told is not None)
    if told is not None:
        slope.show_value(told)
