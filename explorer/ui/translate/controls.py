"""The column of *Before and after*: which picture, how it is put in, what came out, and folders of pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QProgressBar

from explorer.core.drawing.given_words import is_given_word
from explorer.core.models.model import BACKWARDS, TRANSLATOR
from explorer.ui.translate.given_choice import GivenChoice
from explorer.ui.view import Controls
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import fill, named, push_button, text_label
from explorer.ui.widgets.segments import Segments
from explorer.ui.widgets.working import Working

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translation, Translator
    from explorer.core.models.value_ranges import Range
    from explorer.core.photos.resizing import Fit

_PATIENCE_MS = 300  # what takes less needs no bar that comes and goes
_VALUES = (
    ("0 to 1", "The model takes 0 as black and 1 as white"),
    ("−1 to 1", "The model takes −1 as black and 1 as white"),
    ("0 to 255", "The model takes 0 as black and 255 as white"),
)
_NOTHING_FIRST = ("picture", "segments")  # no picture tells its segments
_FITS: tuple[Fit, ...] = ("crop", "whole")
_TAKEN_WORDS = (
    ("As it is", "Give the picture to the model as it is"),
    ("As in training", "First turn the picture into what the model learned from, such as its lines"),
)
_FIT_WORDS = (
    ("Crop", "Crop the middle of the picture to the shape that the model takes"),
    ("Whole", "Fit the whole picture into the shape that the model takes; the margin is cut off again"),
)


class TranslateControls(Controls):
    """What can be set, and what is to be said.

    Signals
    -------
    changed()
        Another range of values was chosen, another way to fit, or more or less noise.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._patience = QTimer(self, interval=_PATIENCE_MS, singleShot=True)
        self._patience.timeout.connect(lambda: self._show_work(True))
        self._ranges: tuple[Range, ...] = ()
        self._given = ""  # what can be made of pictures for the model that is open
        self._add_model()
        self._add_picture()
        self._add_values()
        self._add_result()
        self.column.addStretch(1)
        self._add_ends()
        self.show_translator(None)
        self.show_translation(None)
        self.show_busy("")

    @property
    def value_range(self) -> Range | None:
        """What black and white are to the model; None where it knows itself."""
        return self._ranges[self.values.index] if self._ranges else None

    @property
    def given(self) -> str:
        """What is to be made of the picture first; "" for nothing."""
        return self._given if self.taken.index else ""

    @property
    def fit(self) -> Fit:
        """What becomes of pictures of another size."""
        return _FITS[self.fits.index]

    def show_translator(self, translator: Translator | None) -> None:
        """Show which model is open; None while there is none."""
        self._ranges = ()
        self.facts.setText(_facts(translator) if translator else "")
        self.otherwise.show_translator(translator)
        self.turned.setVisible(translator is not None and is_two_way(translator.path))
        self.turned.setChecked(translator is not None and translator.path.name == BACKWARDS)
        self.facts.setToolTip(
            "\n".join((str(translator.path), *translator.problems, translator.provider_reason)).strip()
            if translator
            else ""
        )
        for part in (self.fit_title, self.fits):
            part.setVisible(translator is not None and translator.is_fixed)
        given = "" if translator is None else translator.given
        self._given = given if is_given_word(given) and given not in _NOTHING_FIRST else ""
        for part in (self.taken_title, self.taken):
            part.setVisible(bool(self._given))
        self.taken.show_index(int(bool(self._given) and translator is not None and not translator.given_why))
        for widget in (self.noise_title, self.noise):
            widget.setVisible(translator is not None and translator.noise > 0)
        self.noise.show_value(translator.noise if translator is not None else 0.0)
        asks = translator is not None and not translator.is_range_known
        for part in (self.values_title, self.values, self.values_words):
            part.setVisible(asks)
        if translator is not None and asks:
            self._show_values(translator)

    def show_source(self, name: str) -> None:
        """Say which picture is being translated; "" while none is."""
        self.source.setText(name)
        self.source.setVisible(bool(name))

    def offer_current(self, there: bool) -> None:
        """Offer the picture of Explore, or do not."""
        self.current.setEnabled(there)
        tip = "Use the picture in Explore as it is now"
        self.current.setToolTip(tip if there else "There is no picture in Explore")

    def show_translation(self, translation: Translation | None, provider: str = "") -> None:
        """Say what came out; None while nothing has."""
        words: list[str] = []
        if translation is not None:
            height, width = translation.after.shape[:2]
            words = [f"{width}\u00a0×\u00a0{height} pixels, in {_time(translation.took_ms)} on {_place(provider)}."]
            words += translation.said
        self.result.setText("\n\n".join(words))
        self.result_title.setVisible(translation is not None)
        self.result.setVisible(translation is not None)

    def show_folder_work(self, words: str) -> None:
        """Show that a folder is being translated, where a small window would have to be scrolled to see it."""
        self.working.show_work(words)
        QTimer.singleShot(0, self, lambda: self.ensureWidgetVisible(self.working))  # once it is laid out

    def show_busy(self, what: str) -> None:
        """Say what is going on, once it has gone on for a moment; "" while nothing is."""
        self.busy.setText(f"{what} …" if what else "")
        if not what:
            self._patience.stop()
            self._show_work(False)
        elif not self._patience.isActive() and self.bar.isHidden():
            self._patience.start()

    def _show_work(self, shown: bool) -> None:
        for part in (self.busy, self.bar, self.cancel):
            part.setVisible(shown)

    def _show_values(self, translator: Translator) -> None:
        from explorer.core.models.value_ranges import RANGES

        self._ranges = RANGES
        self.values.show_index(RANGES.index(translator.value_range))
        taken = _VALUES[self.values.index][0]
        self.values_words.setText(
            f"The file does not say which it was trained with. Of the three, {taken} keeps a picture most like itself."
        )

    def _add_model(self) -> None:
        self.facts = text_label(wraps=True)
        self.turned = push_button(
            "The other way round", "Translate back, from the answer's kind of picture", checkable=True
        )
        self.otherwise = GivenChoice()
        fill(self.column, self.facts, self.otherwise, self.turned)

    def _add_picture(self) -> None:
        self.open = push_button(
            "Choose …",
            "Choose a picture; it can be dropped here, too",
            image="open",
        )
        self.paste = push_button("Paste", "Take the picture on the clipboard (Ctrl+V)", image="paste")
        self.current = push_button("Current picture", image="explore")
        self.source = text_label(wraps=True)
        self.add_title("Picture", self.open)
        self.add(self.open, self.paste)
        fill(self.column, self.current, self.source)
        self.show_source("")
        self.offer_current(False)
        self.taken = named(Segments(_TAKEN_WORDS), "How the picture is given")
        self.taken.chosen.connect(lambda _index: self.changed.emit())
        self.taken_title = self.add_title("How it is given", self.taken)
        self.column.addWidget(self.taken)
        self.fits = named(Segments(_FIT_WORDS), "How much of the picture is used")
        self.fits.chosen.connect(lambda _index: self.changed.emit())
        self.fit_title = self.add_title("Fit", self.fits)
        self.column.addWidget(self.fits)
        self.noise = named(
            Slider(0.0, 1.0, home=0.0, step=0.05),
            "Noise",
            "How much noise is added before the model sees your picture; 0 leaves it clean",
        )
        self.noise.moved.connect(lambda _amount, _gesture: self.changed.emit())
        self.noise_title = self.add_title("Noise added to it", self.noise)
        self.column.addWidget(self.noise)

    def _add_values(self) -> None:
        self.values = named(Segments(_VALUES), "Values of black and white")
        self.values.chosen.connect(lambda _index: self.changed.emit())
        self.values_words = text_label(wraps=True)
        self.values_title = self.add_title("Values", self.values)
        fill(self.column, self.values, self.values_words)

    def _add_result(self) -> None:
        self.result = text_label(wraps=True)
        self.result_title = self.add_title("Result")
        self.folder = push_button(
            "A folder of pictures …", "Translate all pictures in a folder, into a new folder", image="folder"
        )
        self.column.addWidget(self.result)
        self.add_title("Many pictures", self.folder)
        self.working = Working("Stop; the new folder is removed")
        fill(self.column, self.folder, self.working)

    def _add_ends(self) -> None:
        self.busy = text_label()
        self.bar = named(QProgressBar(minimum=0, maximum=0, textVisible=False), "Working")
        self.cancel = push_button("Cancel", "Stop, and keep what is shown", image="stop")
        for part in (self.busy, self.bar, self.cancel):
            self.column.addWidget(part)


def _facts(translator: Translator) -> str:
    height, width = translator.height, translator.width
    sides = f"{width or 'any'}\u00a0×\u00a0{height or 'any'}" if height or width else "any size"
    colours = "in grey" if translator.channels == 1 else "in colour"
    what = f": {translator.card.takes}" if translator.card.takes else ""
    why = f" This is a guess: {translator.given_why}." if translator.given_why else ""
    return f"It takes {sides} {colours}{what}.{why}"


def is_two_way(translator: Path) -> bool:
    """Whether there is a translator of the other way round beside one."""
    return all(translator.with_name(name).is_file() for name in (TRANSLATOR, BACKWARDS))


def _time(ms: float) -> str:
    return f"{ms:.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"


def _place(provider: str) -> str:
    return "the graphics card" if provider == "CUDA" else "the CPU"
