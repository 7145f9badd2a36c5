"""What is asked of a new run: pictures, family, length, settings, and what the pictures are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from explorer.session.training_checks import Remark
from explorer.session.training_trials import Measured, TrialWish
from explorer.ui.icons import icon
from explorer.ui.theme import UNIT
from explorer.ui.train.run_words import number_words, time_words
from explorer.ui.view import Controls, row_of, titled
from explorer.ui.widgets.fold import Fold
from explorer.ui.widgets.form import ConfigForm
from explorer.ui.widgets.number_box import NumberBox
from explorer.ui.widgets.seed_box import SeedBox

if TYPE_CHECKING:
    from explorer.training.family import Family

FORM_PX = 46 * UNIT
SIZES = (28, 32, 48, 64, 96, 128, 192, 256)
_PRESETS = ("Minutes", "Hour", "Overnight")
_TOGETHER = (
    "How many processes share the work where it is not done in this window: one for each GPU. The model is the same; "
    "on a processor, one is as fast"
)
_ABOUT = (
    ("description", "Description", "What the pictures are; goes into the model's card"),
    ("licence", "Licence", "The licence of the pictures; goes into the model's card"),
    ("attribution", "Thanks to", "Whom to thank for the pictures; goes into the model's card"),
    ("frame", "Aligned by", "How the pictures are aligned, where they are: “pupils at (0.35, 0.45) …”"),
)


class NewRunForm(Controls):
    """A column of fields.

    Signals
    -------
    folder_wanted(), file_wanted(), portraits_wanted()
        Other pictures are to be chosen.
    size_chosen(size) : int
        The pictures are to be of this size.
    changed()
        Anything else was changed.
    start_wanted(in_process) : bool
    left()
        No run is to be begun after all.
    """

    folder_wanted = Signal()
    file_wanted = Signal()
    portraits_wanted = Signal()
    size_chosen = Signal(int)
    changed = Signal()
    start_wanted = Signal(bool)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(FORM_PX)
        self.families: tuple[Family, ...] = ()
        self._forms: dict[str, ConfigForm] = {}
        self._wanted: Mapping[str, Any] = {}
        self.source = QLabel("None chosen yet")
        self.source.setTextFormat(Qt.TextFormat.PlainText)
        self.source.setWordWrap(True)
        self.source.setProperty("role", "muted")
        self._build_fields()
        self._build_settings()
        self._build_end()

    @property
    def family(self) -> Family | None:
        """The family that is chosen; None while they are being loaded."""
        key = self.family_box.currentData()
        return next((family for family in self.families if family.key == key), None)

    @property
    def size_px(self) -> int:
        """Side of the pictures in pixels."""
        return int(self.size_box.currentData())

    @property
    def config(self) -> Any:
        """The settings, as an instance of the family's config."""
        return self._forms[self.family_box.currentData()].value()

    @property
    def hold_out(self) -> float:
        """The share of pictures that the run never sees."""
        return self.hold_out_box.value / 100

    def value(self) -> dict[str, Any]:
        """The fields of a `RunSpec` but for the pictures."""
        assert self.family is not None
        config, usual = self.config, self.family.config()
        changed = {
            name: getattr(config, name)
            for name in vars(config)
            if getattr(config, name) != getattr(usual, name)
        }
        return {
            "family": self.family.key,
            "size": self.size_px,
            "steps": round(self.steps_box.value),
            "seed": self.seed_box.seed or 0,
            "settings": changed,
            "hold_out": self.hold_out,
            "name": self.name_box.text().strip(),
            **{name: box.text().strip() for name, box in self.about.items()},
        }

    def show_families(self, families: tuple[Family, ...]) -> None:
        """Offer these; the one that was wished for is chosen."""
        self.families = families
        with QSignalBlocker(self.family_box):
            self.family_box.clear()
            for family in families:
                self.family_box.addItem(family.title, family.key)
            self.family_box.setEnabled(True)
        self.show_value(self._wanted)

    def show_value(self, spec: Mapping[str, Any]) -> None:
        """Show the fields of ``spec`` that are there, silently; others stay."""
        self._wanted = spec
        self._choose_size(int(spec.get("size", self.size_px)))
        for name, box in (("steps", self.steps_box), ("hold_out", self.hold_out_box)):
            if name in spec:
                box.show_value(float(spec[name]) * (100 if name == "hold_out" else 1))
        if "seed" in spec:
            self.seed_box.show_seed(int(spec["seed"]))
        for name, line in (("name", self.name_box), *self.about.items()):
            if name in spec:
                line.setText(str(spec[name]))
        if self.families:
            self._show_family(str(spec.get("family", "dcgan")), spec.get("settings", {}))

    def show_source(self, words: str) -> None:
        """Say which pictures are chosen."""
        self.source.setText(words)
        self.source.setToolTip(words)

    def show_measured(self, measured: Measured | None, words: str = "") -> None:
        """Offer runs of the lengths that a trial found, and say how long what is set will take."""
        self._measured = measured
        for number, button in enumerate(self.presets):
            button.setEnabled(measured is not None)
            told = (
                measured.presets[number].sentence()
                if measured is not None
                else "Measured once pictures are chosen"
            )
            button.setToolTip(told)
        self._say_expected(words)

    def show_measuring(self, wish: TrialWish) -> None:
        """Say that it is being measured, unless it is known."""
        if self._measured is None or not wish.is_like(self._measured.wish):
            self.show_measured(None, "Measuring how fast it goes …")

    def _say_expected(self, words: str = "") -> None:
        if self._measured is not None:
            taken = time_words(self._measured.seconds(round(self.steps_box.value)))
            rate = number_words(self._measured.images_per_s)
            words = f"About {taken} on this device, at {rate} pictures a second (measured)."
        self.expected.setText(words)
        self.expected.setVisible(bool(words))

    def _take_preset(self, number: int) -> None:
        assert self._measured is not None and self.family is not None
        preset, size = self._measured.presets[number], self.size_px
        config = self.config
        settings = {name: getattr(config, name) for name in vars(config)} | dict(preset.settings)
        wish = {"family": self.family.key, "size": preset.size, "steps": preset.steps, "settings": settings}
        self.show_value(wish)
        self._say_expected()
        if preset.size != size:
            self.size_chosen.emit(preset.size)
        self.changed.emit()

    def show_remarks(self, remarks: list[Remark]) -> None:
        """Say what stands in the way, and what else should be known."""
        self.remarks.setText("\n\n".join(f"{remark.what} {remark.hint}" for remark in remarks))
        self.remarks.setVisible(bool(remarks))

    def enable_start(self, ready: bool, tip: str) -> None:
        """Let the run be begun, or say why not."""
        for button, words in (
            (self.start, "Train in this window"),
            (self.apart, "Train without this window"),
        ):
            button.setEnabled(ready)
            button.setToolTip(tip or words)

    def _build_fields(self) -> None:
        self.add_title("Pictures")
        self.column.addWidget(self.source)
        self.add(
            self._button("Folder …", "folder", "Choose a folder of pictures", self.folder_wanted.emit),
            self._button("File …", "open", "Choose a zip, IDX or npz file", self.file_wanted.emit),
            self._button("Portraits", "picture", "Painted faces, made here", self.portraits_wanted.emit),
        )
        self.size_box = QComboBox()
        for size in SIZES:
            self.size_box.addItem(f"{size} × {size}", size)
        self._choose_size(64)
        self.size_box.setToolTip(
            "The pictures are cropped to squares and made this large; twice as large takes four times as long"
        )
        self.size_box.activated.connect(lambda _index: self.size_chosen.emit(self.size_px))
        self.hold_out_box = NumberBox(0, 90, decimals=0, step=5)
        self.hold_out_box.setToolTip("Per cent of the pictures that the run never sees, to judge it by")
        self.hold_out_box.edited.connect(lambda _value, _gesture: self.changed.emit())
        self._add_rows(("Size", self.size_box), ("Hold out (%)", self.hold_out_box))
        self.add_title("Model")
        self.family_box = QComboBox()
        self.family_box.addItem("Loading …", "")
        self.family_box.setEnabled(False)
        self.family_box.setToolTip("The kind of model")
        self.family_box.activated.connect(lambda _index: self._on_family())
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.summary.setProperty("role", "small")
        self.name_box = QLineEdit()
        self.name_box.setToolTip("What the model is called")
        self.name_box.textEdited.connect(lambda _text: self.changed.emit())
        self._add_rows(("Family", self.family_box))
        self.column.addWidget(self.summary)
        self._add_rows(("Name", self.name_box))

    def _build_settings(self) -> None:
        self.add_title("Length")
        self._make_steps()
        self.presets = [
            self._button(title, "history", "", lambda i=i: self._take_preset(i))
            for i, title in enumerate(_PRESETS)
        ]
        self.add(*self.presets)
        self.expected = QLabel()
        self.expected.setProperty("role", "small")
        self.expected.setWordWrap(True)
        self.column.addWidget(self.expected)
        self.show_measured(None)
        self._add_rows(("Steps", self.steps_box), ("Seed", self.seed_box))
        self._settings_inside = QWidget()
        QVBoxLayout(self._settings_inside).setContentsMargins(0, 0, 0, 0)
        self.settings = Fold("Settings", "Everything that this family lets one set", self._settings_inside)
        self.column.addWidget(self.settings)
        self.about: dict[str, QLineEdit] = {}
        inside = QWidget()
        rows = QFormLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        for name, title, tip in _ABOUT:
            box = self.about[name] = QLineEdit()
            box.setToolTip(tip)
            box.setAccessibleName(title)
            rows.addRow(title, box)
        self.about_fold = Fold("About the data", "What the model's card says of the pictures", inside)
        self.column.addWidget(self.about_fold)

    def _make_steps(self) -> None:
        self.steps_box = NumberBox(1, 100_000_000, decimals=0, step=1000, home=10_000)
        self.steps_box.setToolTip("How many batches the model learns from; a run can be given more later")
        self.steps_box.edited.connect(lambda _value, _gesture: self._say_expected())
        self.seed_box = SeedBox()
        self.seed_box.show_seed(0)
        self.seed_box.setToolTip("Decides every random choice: the same seed gives the same model")
        self.seed_box.new_sample.connect(self._throw)
        self.seed_box.edited.connect(self.seed_box.show_seed)

    def _build_end(self) -> None:
        self.remarks = QLabel()
        self.remarks.setWordWrap(True)
        self.remarks.setTextFormat(Qt.TextFormat.PlainText)
        self.remarks.hide()
        self.start = self._button("Start", "play", "", lambda: self.start_wanted.emit(False))
        self.start.setProperty("primary", True)
        self.start.setIcon(icon("play", QPalette.ColorRole.HighlightedText))
        self.apart = self._button("In its own process", "chip", "", lambda: self.start_wanted.emit(True))
        self.processes = QSpinBox()
        self.processes.setPrefix("× ")
        self.processes.setAccessibleName("Processes")
        self.processes.setToolTip(_TOGETHER)
        self.cancel = self._button("Cancel", "close", "Begin no run", self.left.emit)
        self.column.addStretch(1)
        self.foot = QWidget()
        column = QVBoxLayout(self.foot)
        column.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, UNIT)
        column.setSpacing(UNIT)
        column.addWidget(self.remarks)
        column.addWidget(self.start)
        column.addLayout(row_of(self.apart, self.processes, self.cancel))
        self.enable_start(False, "Choose pictures first")

    def _button(self, words: str, picture: str, tip: str, then: Any) -> QPushButton:
        button = QPushButton(icon(picture), words)
        button.setToolTip(tip)
        button.clicked.connect(then)
        return button

    def _add_rows(self, *rows: tuple[str, QWidget]) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(2 * UNIT)
        form.setVerticalSpacing(UNIT)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for title, widget in rows:
            widget.setAccessibleName(title)
            label = titled(title, widget, "")
            label.setMinimumWidth(10 * UNIT)
            form.addRow(label, widget)
        self.column.addLayout(form)

    def _choose_size(self, size: int) -> None:
        if self.size_box.findData(size) < 0:
            self.size_box.addItem(f"{size} × {size}", size)
        self.size_box.setCurrentIndex(self.size_box.findData(size))

    def _throw(self) -> None:
        import random

        self.seed_box.show_seed(random.randrange(10_000))
        self.changed.emit()

    def _on_family(self) -> None:
        self._show_family(self.family_box.currentData(), {})
        self.changed.emit()

    def _show_family(self, key: str, settings: Mapping[str, Any]) -> None:
        family = next((each for each in self.families if each.key == key), self.families[0])
        self.family_box.setCurrentIndex(self.family_box.findData(family.key))
        self.summary.setText(family.summary)
        if family.key not in self._forms:
            form = self._forms[family.key] = ConfigForm(family.config)
            form.changed.connect(self.changed)
            layout = self._settings_inside.layout()
            assert layout is not None
            layout.addWidget(form)
        if settings:
            from explorer.training.knobs import configured

            self._forms[family.key].show_value(configured(family.config, dict(settings)))
        for known, form in self._forms.items():
            form.setVisible(known == family.key)
