"""What is set before a quiz begins: who plays, with what, and how hard it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from explorer.core.rendering.latents import LARGEST_SEED
from explorer.session.traverse.map_pictures import PORTRAITS
from explorer.ui.icons import icon_pixmap
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.growing import grow_limit
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.parts import (
    STRETCH,
    choice_box,
    column_of,
    fill,
    line,
    named,
    push_button,
    row_of,
    scrolled,
    text_label,
    titled,
)
from explorer.ui.widgets.segments import Segments
from explorer.ui.widgets.source_button import SourceButton

if TYPE_CHECKING:
    from explorer.session.quiz.quiz_request import QuizRequest

_MODES = (
    ("pair", "Pair", "Two pictures, one of them real: choose it."),
    ("single", "Single", "One picture: real or made, and how sure you are, from 1 to 5."),
    (
        "flash",
        "Flash",
        "A glimpse, then noise. It grows shorter while you are right: how little is enough for you?",
    ),
    ("critic", "Beat the critic", "The model's own critic answers, too. See who is better at it."),
)
_SIZES = (
    (0, "As the model draws"),
    (16, "16 px"),
    (32, "32 px"),
    (64, "64 px"),
    (128, "128 px"),
    (256, "256 px"),
)
_COUNT, _FLASH_COUNT = 20, 80  # a staircase needs more, and ends by itself
_NUMBER_PX = 11 * UNIT
_WIDEST_PX = 112 * UNIT


class SetUp(QWidget):
    """Edits a `QuizRequest`.

    Signals
    -------
    model_chosen()
        Other models take part now.
    source_chosen(source) : str
    """

    model_chosen = Signal()
    source_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.player = named(
            QComboBox(editable=True), "Player", "Whose answers these are; type a new name for somebody new"
        )
        self.mode = named(Segments([(words, tip) for _, words, tip in _MODES]), "Mode")
        self.mode_words = text_label(wraps=True)
        self.form = named(
            Segments([("Two pictures", "Which of two is real"), ("One picture", "Is it real")]),
            "Pictures at a time",
        )
        self.models = _models_list()
        self.source = SourceButton(
            "Real pictures",
            "Where real pictures come from: the kind that the model learned from",
            portraits="Portraits (built in)",
            width_px=24 * UNIT,
        )
        self.source_words = text_label(wraps=True)
        self.hold_out = number_box(
            "Held out",
            "Share of these pictures, in per cent, that training kept out",
            0,
            100,
            0,
            width_px=_NUMBER_PX,
        )
        self.count = number_box("Questions", "How many pictures or pairs", 1, 1000, _COUNT, width_px=_NUMBER_PX)
        self.psi = number_box(
            "Truncation ψ",
            "How far made pictures are truncated: 1 is their full variety, less is safer",
            0,
            2,
            1,
            decimals=2,
            step=0.05,
            width_px=_NUMBER_PX,
        )
        self.side = choice_box("Picture size", "Both kinds are brought to this size: the smaller, the harder", _SIZES)
        self.blur = number_box(
            "Blur",
            "Blurs both kinds alike, in pixels of the picture",
            0,
            20,
            0,
            decimals=1,
            step=0.5,
            width_px=_NUMBER_PX,
        )
        self.exposure = number_box(
            "Shown for",
            "In milliseconds; 0 means until you answer. Flash starts with it",
            0,
            10_000,
            0,
            step=50,
            width_px=_NUMBER_PX,
        )
        self.seed = number_box(
            "Seed",
            "The same seed and settings repeat a quiz exactly",
            0,
            LARGEST_SEED,
            1,
            width_px=_NUMBER_PX,
        )
        self.tells = QCheckBox("Say after each answer whether it was right")
        self.tells.setChecked(True)
        self.tells.setToolTip("Otherwise everything is shown at the end")
        self.problem, self._sign = QLabel(), QLabel()
        self.start = push_button("Start", "Start; Esc pauses at any time", image="play", primary=True)
        self._lay_out()
        self._connect()
        self._show_mode()

    @property
    def mode_key(self) -> str:
        """The mode: ``pair``, ``single``, ``flash`` or ``critic``."""
        return _MODES[self.mode.index][0]

    def chosen_models(self) -> tuple[Path, ...]:
        """What takes part."""
        items = [self.models.topLevelItem(row) for row in range(self.models.topLevelItemCount())]
        return tuple(
            Path(item.data(0, Qt.ItemDataRole.UserRole))
            for item in items
            if item is not None and item.checkState(0) == Qt.CheckState.Checked
        )

    def request(self) -> QuizRequest:
        """What is wished."""
        from explorer.core.quiz.questions import Difficulty
        from explorer.session.quiz.quiz_request import QuizRequest

        share = self.hold_out.value / 100.0
        mode = self.mode_key
        form = ("pair", "single")[self.form.index] if mode in ("flash", "critic") else mode
        hard = Difficulty(self.psi.value, int(self.side.currentData()), self.blur.value, self.exposure.value)
        return QuizRequest(
            player=self.player.currentText().strip(),
            mode=mode,
            form=form,
            models=self.chosen_models(),
            source=str(self.source.source),
            hold_out=share if share > 0.0 else None,
            count=int(self.count.value),
            difficulty=hard,
            seed=int(self.seed.value),
            tells=self.tells.isChecked(),
        )

    def show_players(self, names: Sequence[str], last: str) -> None:
        """Offer these players."""
        self.player.clear()
        self.player.addItems(list(dict.fromkeys([last, *names])))
        self.player.setCurrentText(last)

    def show_models(self, entries: Iterable[tuple[str, Path]], chosen: Path | None) -> None:
        """Offer these models; those that took part still do, else ``chosen``."""
        before = set(self.chosen_models())
        known = list(entries)
        stay = before & {path for _, path in known}
        self.models.blockSignals(True)
        self.models.clear()
        for name, path in known:
            item = QTreeWidgetItem([name])
            item.setData(0, Qt.ItemDataRole.UserRole, str(path))
            item.setToolTip(0, str(path))
            is_on = path in stay if stay else path == chosen
            item.setCheckState(0, Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
            self.models.addTopLevelItem(item)
        self.models.blockSignals(False)

    def show_source(self, source: str, words: str) -> None:
        """Show where real pictures come from, and what is known of them."""
        self.source.show_source(source)
        self.source_words.setText(words)
        own = source == PORTRAITS
        self.hold_out.setEnabled(not own)

    def show_problem(self, what: str, hint: str = "") -> None:
        """Say what stands in the way; "" takes it away."""
        self.problem.setText(f"{what} {hint}".strip())
        colour = colours_of(self.palette()).warning
        self._sign.setPixmap(icon_pixmap("warning", 2 * UNIT, colour, self.devicePixelRatioF()))
        for part in (self.problem, self._sign):
            part.setVisible(bool(what))

    def _show_mode(self) -> None:
        mode = self.mode_key
        self.mode_words.setText(_MODES[self.mode.index][2])
        either = mode in ("flash", "critic")
        self.form.setVisible(either)
        if not either:
            self.form.show_index(1 if mode == "single" else 0)
        usual, other = (_FLASH_COUNT, _COUNT) if mode == "flash" else (_COUNT, _FLASH_COUNT)
        if self.count.value == other:
            self.count.show_value(usual)
        self.show_problem("")

    def _connect(self) -> None:
        self.mode.chosen.connect(lambda _index: self._show_mode())
        self.source.chosen.connect(lambda source: self.source_chosen.emit(str(source)))
        self.models.itemChanged.connect(lambda _item, _column: self.model_chosen.emit())

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setAutoFillBackground(False)
        grow_limit(inside, _WIDEST_PX)
        page = column_of(on=inside, margins=(3 * UNIT, 2 * UNIT))
        columns = row_of((self._left(), 3), (self._right(), 2), spacing=5 * UNIT)
        fill(page, columns, STRETCH)
        foot = QWidget()
        grow_limit(foot, _WIDEST_PX)
        column_of(self._bottom(), on=foot, margins=(3 * UNIT, UNIT))
        column_of((scrolled(_in_the_middle(inside)), 1), line(), _in_the_middle(foot), on=self, spacing=0)

    def _left(self) -> QVBoxLayout:
        column = column_of(spacing=UNIT // 2)
        fill(column, titled("Player", self.player), self.player)
        column.addSpacing(UNIT // 2)
        fill(column, titled("Mode", self.mode), self.mode, self.mode_words, self.form)
        column.addSpacing(UNIT // 2)
        fill(column, titled("Models that make pictures", self.models), (self.models, 1))
        return column

    def _right(self) -> QVBoxLayout:
        column = column_of(spacing=UNIT // 2)
        fill(
            column,
            titled("Real pictures", self.source),
            self.source,
            self.source_words,
            _rows(("Held out (%)", self.hold_out)),
        )
        column.addSpacing(UNIT // 2)
        fill(
            column,
            titled("Questions and difficulty"),
            _rows(
                ("Questions", self.count),
                ("Truncation ψ", self.psi),
                ("Picture size", self.side),
                ("Blur (px)", self.blur),
                ("Shown for (ms)", self.exposure),
                ("Seed", self.seed),
            ),
            text_label("20 questions take under two minutes; from 40 on, a result is more than luck.", wraps=True),
            self.tells,
            STRETCH,
        )
        return column

    def _bottom(self) -> QHBoxLayout:
        self.problem.setWordWrap(True)
        self.problem.setAccessibleName("What stands in the way")
        self.start.setMinimumWidth(16 * UNIT)
        row = row_of(self._sign, (self.problem, 1))
        row.addStretch(0)
        row.addWidget(self.start, 0, Qt.AlignmentFlag.AlignRight)
        return row


def _in_the_middle(part: QWidget) -> QWidget:
    middle = QWidget()
    row_of(STRETCH, (part, 100), STRETCH, on=middle, spacing=None)
    return middle


def _models_list() -> QTreeWidget:
    models = named(
        QTreeWidget(),
        "Models that make pictures",
        "Several take part equally often, in an order that gives nothing away",
    )
    models.setHeaderHidden(True)
    models.setRootIsDecorated(False)
    models.setMinimumHeight(13 * UNIT)
    models.setSizeAdjustPolicy(QTreeWidget.SizeAdjustPolicy.AdjustToContents)  # all rows, where there is room
    return models


def _rows(*rows: tuple[str, QWidget]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(UNIT)
    grid.setVerticalSpacing(UNIT // 2)
    grid.setColumnStretch(0, 1)
    for index, (words, box) in enumerate(rows):
        grid.addWidget(titled(words, box, "muted"), index, 0)
        grid.addWidget(box, index, 1, Qt.AlignmentFlag.AlignRight)
    return grid
