"""What is asked of a new run: pictures, family, length, settings, and what the pictures are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from explorer.ui.explore.seed_box import SeedBox
from explorer.ui.theme import UNIT
from explorer.ui.train.choosing.family_box import FamilyBox
from explorer.ui.train.choosing.start_choice import StartChoice
from explorer.ui.train.length_choice import LengthChoice
from explorer.ui.train.new_run_foot import NewRunFoot
from explorer.ui.view import Controls
from explorer.ui.widgets.fold import Fold
from explorer.ui.widgets.form import ConfigForm
from explorer.ui.widgets.growing import grow_limit
from explorer.ui.widgets.numbers.number_box import NumberBox
from explorer.ui.widgets.parts import push_button, text_label, titled

if TYPE_CHECKING:
    from explorer.session.train.start_models import StartModel
    from explorer.training.learning.family import Family

FORM_PX = 46 * UNIT
SIZES = (28, 32, 48, 64, 96, 128, 192, 256)
_ABOUT = (
    ("description", "Description", "What the pictures are; goes into the model's card"),
    ("licence", "Licence", "The licence of the pictures; goes into the model's card"),
    ("attribution", "Thanks to", "Whom to thank for the pictures; goes into the model's card"),
    (
        "frame",
        "Aligned by",
        "How the pictures are aligned, where they are: “pupils at 34 % and 66 % of the width and 45 % of the height”",
    ),
)


class NewRunForm(Controls):
    """A column of fields.

    Signals
    -------
    folder_wanted(), file_wanted(), portraits_wanted()
        Other pictures are to be chosen.
    size_chosen(size) : int
        The pictures are to be of this size.
    family_chosen(), steps_chosen()
        Another family, or a number of steps, was set by hand; ``changed`` follows, but for steps.
    changed()
        Anything else was changed.
    explain_wanted()
        The family that is chosen is to be explained.
    """

    folder_wanted = Signal()
    file_wanted = Signal()
    portraits_wanted = Signal()
    size_chosen = Signal(int)
    family_chosen = Signal()
    steps_chosen = Signal()
    changed = Signal()
    explain_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        grow_limit(self, FORM_PX)
        self.families: tuple[Family, ...] = ()
        self._forms: dict[str, ConfigForm] = {}
        self._wanted: Mapping[str, Any] = {}
        self._own: dict[str, Any] | None = None  # family and settings that a model to start from took the place of
        self.source = text_label("None chosen yet", wraps=True)
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
            name: getattr(config, name) for name in vars(config) if getattr(config, name) != getattr(usual, name)
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
            self.family_box.show_families(families)
            self.family_box.setEnabled(True)
        self.explain.setEnabled(True)
        self.show_value(self._wanted)

    def suggest(self, key: str, count: int) -> None:
        """Offer the family that suits so many pictures, where another of those that make pictures of noise is set."""
        found = next((family for family in self.families if family.key == key), None)
        shown = found is not None and self.family is not None and self.family.key != key
        shown = shown and self.family is not None and self.family.group == "GANs"
        if shown and found is not None:
            self.suggestion.setText(f"{found.title} suits {count:,} pictures best: use it")
            self._suggested = key
        self.suggestion.setVisible(shown)

    def choose_family(self, key: str) -> None:
        """Set the family as a person would."""
        self._show_family(key, {})
        self.changed.emit()

    def take_start(self, model: StartModel | None) -> None:
        """Take family, size and settings of a model to start from, or, with None, go back to those before it."""
        size = self.size_px
        if model is not None:
            if self._own is None and self.family is not None:
                self._own = {"family": self.family.key, "size": size, "settings": dict(vars(self.config))}
            self.show_value({"family": model.family, "size": model.size, "settings": model.settings})
        else:
            self.starts.show_start("")
            if self._own is not None:
                self.show_value(self._own)
            self._own = None
        if self.size_px != size:
            self.size_chosen.emit(self.size_px)

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

    @property
    def is_as_taken(self) -> bool:
        """Whether all is as the preset that was chosen sets it, so that its time is known."""
        found = self._taken_value()
        return found is not None and (self.size_px, self.config) == found

    def _taken_value(self) -> tuple[int, Any] | None:
        """Size and config of the preset that was chosen: what was tried, with the preset's own changes."""
        measured, number = self.length.measured, self.length.taken
        if measured is None or number is None or self.family is None:
            return None
        if self.family.key != measured.request.family:
            return None
        from explorer.training.learning.knobs import configured

        preset = measured.presets[number]
        settings = {**measured.request.settings, **preset.settings}
        return preset.size, configured(self.family.config, settings)

    def take_preset(self, number: int) -> None:
        """Set what a preset sets; its changes go on top of what was tried, not on those of another preset."""
        assert self.length.measured is not None and self.family is not None
        size = self.size_px
        self.length.show_taken(number)
        found = self._taken_value()
        assert found is not None
        steps = self.length.measured.presets[number].steps
        settings = {name: getattr(found[1], name) for name in vars(found[1])}
        self.show_value({"family": self.family.key, "size": found[0], "steps": steps, "settings": settings})
        self.say_expected()
        if found[0] != size:
            self.size_chosen.emit(found[0])
        self.changed.emit()

    def say_expected(self) -> None:
        """Say how long what is set will take, where that is known."""
        self.length.show_steps(round(self.steps_box.value))

    def _mend(self, changes: Mapping[str, float]) -> None:
        self._forms[self.family_box.currentData()].show_value(replace(self.config, **changes))
        self.changed.emit()

    def _build_fields(self) -> None:
        self.add_title("Pictures")
        self.column.addWidget(self.source)
        self.add(
            push_button("Folder …", "Choose a folder of pictures", self.folder_wanted, image="folder"),
            push_button("File …", "Choose a zip, IDX or npz file", self.file_wanted, image="open"),
            push_button("Portraits", "Painted faces, made here", self.portraits_wanted, image="picture"),
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
        self.hold_out_box.setToolTip("Percentage of the pictures that the run never sees, kept to judge it by")
        self.hold_out_box.edited.connect(lambda _value, _gesture: self.changed.emit())
        self._add_rows(("Size", self.size_box), ("Hold out (%)", self.hold_out_box))
        self.add_title("Model")
        self.family_box = FamilyBox()
        self.family_box.addItem("Loading …", "")
        self.family_box.setEnabled(False)
        self.family_box.setToolTip("The kind of model")
        self.family_box.activated.connect(lambda _index: self._on_family())
        self.summary = text_label(role="small", wraps=True)
        self.suggestion = push_button("", "The family that learns best from this many pictures", self._take_suggestion)
        self.suggestion.setProperty("link", True)
        self.suggestion.setAccessibleName("Use the family that suits this many pictures")
        self.suggestion.hide()
        self._suggested = ""
        self.name_box = QLineEdit()
        self.name_box.setToolTip("What the model is called")
        self.name_box.textEdited.connect(lambda _text: self.changed.emit())
        tip = "See this family's networks layer by layer, what they minimise, and what each setting does"
        self.explain = push_button("How it works …", tip, self.explain_wanted, image="info")
        self.explain.setEnabled(False)
        self._add_rows(("Family", self.family_box))
        self.column.addWidget(self.summary)
        self.add(self.explain)
        self.column.addWidget(self.suggestion)
        self.starts = StartChoice()
        self.column.addWidget(self.starts)
        self._add_rows(("Name", self.name_box))

    def _build_settings(self) -> None:
        self.add_title("Length")
        self._make_steps()
        self.length = LengthChoice()
        self.length.chosen.connect(self.take_preset)
        self.column.addWidget(self.length)
        self._add_rows(("Steps", self.steps_box), ("Seed", self.seed_box))
        self._settings_inside = QWidget()
        QVBoxLayout(self._settings_inside).setContentsMargins(0, 0, 0, 0)
        self.settings = Fold("Settings", "All settings of this family", self._settings_inside)
        self.settings.toggled.connect(lambda on: self._show_inside(self.settings, on))
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
        self.about_fold = Fold("About the data", "What the model's card says about the pictures", inside)
        self.about_fold.toggled.connect(lambda on: self._show_inside(self.about_fold, on))
        self.column.addWidget(self.about_fold)

    def _show_inside(self, fold: Fold, on: bool) -> None:
        """Scroll to what was opened, as soon as it has its place."""
        if on:
            QTimer.singleShot(0, fold, lambda: self.verticalScrollBar().setValue(fold.y() - UNIT))

    def _on_steps(self) -> None:
        self.say_expected()
        self.steps_chosen.emit()

    def _make_steps(self) -> None:
        self.steps_box = NumberBox(1, 100_000_000, decimals=0, step=1000, home=10_000)
        self.steps_box.setToolTip("How many batches the model learns from; a run can be given more later")
        self.steps_box.edited.connect(lambda _value, _gesture: self._on_steps())
        self.seed_box = SeedBox()
        self.seed_box.show_seed(0)
        self.seed_box.setToolTip("Decides every random choice: the same seed gives the same model")
        self.seed_box.new_sample.connect(self._throw)
        self.seed_box.edited.connect(self.seed_box.show_seed)

    def _build_end(self) -> None:
        self.column.addStretch(1)
        self.foot = NewRunFoot()
        self.foot.mend_wanted.connect(self._mend)

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
        self._take_family(self.family_box.currentData())

    def _take_suggestion(self) -> None:
        self._take_family(self._suggested)

    def _take_family(self, key: str) -> None:
        self._own = None
        self.family_chosen.emit()
        self.choose_family(key)

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
            from explorer.training.learning.knobs import configured

            self._forms[family.key].show_value(configured(family.config, dict(settings)))
        for known, form in self._forms.items():
            form.setVisible(known == family.key)
