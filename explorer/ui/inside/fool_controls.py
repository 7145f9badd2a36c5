"""The controls of *Fool it*: which network, which picture, which answer, and how far values may move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal

from explorer.core.inside.attack import USUAL_STEPS, Attack
from explorer.core.inside.questions import REAL
from explorer.core.rendering.latents import LARGEST_SEED
from explorer.session.inside.attacks import DIGITS
from explorer.ui.inside.network_view import bring_button, network_box
from explorer.ui.unfold.bar_list import BarList, NamedBar
from explorer.ui.view import Controls
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import STRETCH, choice_box, fill, named, push_button, row_of, text_label
from explorer.ui.widgets.segments import Segments
from explorer.ui.widgets.source_button import SourceButton
from explorer.ui.widgets.working import Working

if TYPE_CHECKING:
    from explorer.core.inside.questions import NetworkQuestion

MODEL, DIGIT, PHOTO = range(3)
"""Whose picture it is."""

_PICTURES = (
    ("Sample", "The current picture of the open model"),
    ("Digit", "A digit that the program draws"),
    ("Photo", "One of your photos"),
)
_STEPS = (
    (
        "One step",
        "The fast gradient sign method: every value moves as far as it may, all at once (Goodfellow et al., 2015)",
    ),
    (f"{USUAL_STEPS} steps", "The same in smaller steps, each with a new gradient, and no further in total"),
)
_EPSILON_TIP = "The largest change of any value; black is 0 and white is 1"
_MOST_EPSILON, _FIRST_EPSILON = 0.5, 0.02
_FIRST_COUNT, _MOST = 500, 10_000


class FoolControls(Controls):
    """Says what is asked for.

    Signals
    -------
    changed()
        Something else is asked for.
    photo_wanted()
        A photo is to be chosen.
    count_wanted()
        The errors on many pictures are to be counted.
    real_changed()
        Other pictures are to stand for real ones.
    """

    changed = Signal()
    photo_wanted = Signal()
    count_wanted = Signal()
    real_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._questions: tuple[NetworkQuestion, ...] = ()
        self._is_moved = self._is_wanted_by_hand = False  # epsilon, and the wanted answer
        self._kind, self._is_iterated = MODEL, False
        self.network = network_box("Which network to mislead; those of the open model come first")
        self.bring = bring_button()
        self.pictures = named(Segments(_PICTURES), "Picture")
        self.another = push_button("Another digit", "Draw the next one", image="sample")
        self.digit = number_box("Digit", "Which of the digits that the program draws", 0, 9999, 3)
        self.photo = push_button(
            "Choose a photo …", "One of your photos, cropped to the size that the network takes", image="picture"
        )
        self.question = choice_box("Question", "What the network is asked", narrow=True)
        self.target = choice_box("Wanted", "Which answer it should give", narrow=True)
        self.real = SourceButton("Real pictures", "They give the critic a fair limit between real and made")
        self.epsilon = named(Slider(0.0, _MOST_EPSILON, home=0.0, step=0.005), "Epsilon", _EPSILON_TIP)
        self.number = number_box("Epsilon", _EPSILON_TIP, 0.0, 1.0, _FIRST_EPSILON, decimals=3, step=0.005)
        self.steps = named(Segments(_STEPS), "Steps")
        self.seed = number_box("Seed", "Decides the random signs, for comparison", 0, LARGEST_SEED, 0)
        self.source = SourceButton("Many pictures", "Pictures on which the errors are counted")
        self.source.offer("Digits (built in)", DIGITS)
        self.count = number_box("How many", "Use at most this many", 2, _MOST, _FIRST_COUNT)
        self.ask = push_button("Count the errors", "How often the network is wrong, before and after")
        self.errors = BarList("Errors on many pictures")
        self.said = text_label(wraps=True)
        self.working = Working("Stop")
        self._lay_out()
        self._connect()
        self.show_epsilon(_FIRST_EPSILON)
        self.show_kind(MODEL)
        self.show_errors((), "")

    @property
    def attack(self) -> Attack:
        """What is asked for now."""
        steps = USUAL_STEPS if self._is_iterated else 1
        asked, target = self.question.currentData() or "", self.target.currentData() or ""
        return Attack(round(self.number.value, 6), steps, asked, target, int(self.seed.value))

    @property
    def kind(self) -> int:
        """Whose picture is attacked."""
        return self._kind

    def show_kind(self, kind: int) -> None:
        """Attack another picture."""
        self._kind = kind
        self.pictures.show_index(kind)
        for part in (self._digit_words, self.digit, self.another):
            part.setVisible(kind == DIGIT)
        self.photo.setVisible(kind == PHOTO)

    def show_questions(self, questions: Sequence[NetworkQuestion]) -> None:
        """Offer these; what was asked before is asked again where it can be."""
        before = self.question.currentData()
        self._questions = tuple(questions)
        self.question.clear()
        for question in questions:
            self.question.addItem(_WORDS.get(question.name, question.name), question.name)
        names = [question.name for question in questions]
        self.question.setCurrentIndex(names.index(before) if before in names else 0 if names else -1)
        self._show_targets()

    def show_epsilon(self, epsilon: float, *, by_hand: bool = False) -> None:
        """Show how far values may move."""
        self._is_moved = self._is_moved or by_hand
        self.epsilon.show_value(min(epsilon, _MOST_EPSILON))
        self.number.show_value(epsilon)

    def suggest_epsilon(self, epsilon: float) -> None:
        """Show an epsilon that suits a network, unless the hand has chosen one."""
        if not self._is_moved:
            self.show_epsilon(epsilon)

    def want_other_than(self, answer: str) -> None:
        """Want another answer than the one that is given anyhow, unless the hand has chosen it."""
        if self._is_wanted_by_hand or self.target.currentData() != answer or self.target.count() < 2:
            return
        self.target.setCurrentIndex(int(self.target.currentIndex() == 0))
        self.changed.emit()

    def show_errors(self, bars: Sequence[NamedBar], words: str) -> None:
        """Show how often it errs, and of what that is said."""
        self.errors.setVisible(bool(bars))
        self.errors.show_bars(bars)
        self.said.setVisible(bool(words))
        self.said.setText(words)
        if words:  # once they are laid out
            QTimer.singleShot(0, self, lambda: self.ensureWidgetVisible(self.said))

    def _lay_out(self) -> None:
        self._digit_words = text_label("Digit", of=self.digit)
        self.add_title("Network", self.network)
        fill(self.column, self.network, self.bring)
        self.add_title("Picture", self.pictures)
        fill(self.column, self.pictures, row_of(self._digit_words, self.digit, (self.another, 1)), self.photo)
        self.add_title("Question", self.question)
        self.column.addWidget(self.question)
        self.column.addLayout(row_of(text_label("Wanted", of=self.target), (self.target, 1)))
        self._real_words = text_label("Real pictures", of=self.real)
        fill(self.column, self._real_words, self.real)
        self.add_title("Epsilon", self.epsilon)
        fill(self.column, row_of((self.epsilon, 1), self.number), self.steps)
        self.add(text_label("Seed of random signs", of=self.seed), self.seed)
        self.add_title("Many pictures", self.source)
        fill(self.column, row_of((self.source, 1), self.count), self.ask, self.errors, self.said, self.working, STRETCH)

    def _connect(self) -> None:
        self.pictures.chosen.connect(self._on_kind)
        self.another.clicked.connect(lambda: self._on_digit(self.digit.value + 1))
        self.digit.edited.connect(lambda value, _gesture: self._on_digit(value))
        self.photo.clicked.connect(self.photo_wanted)
        self.question.activated.connect(lambda _index: self._on_question())
        self.target.activated.connect(lambda _index: self._on_target())
        self.epsilon.moved.connect(lambda value, _gesture: self._on_epsilon(value))
        self.number.edited.connect(lambda value, _gesture: self._on_epsilon(value))
        self.steps.chosen.connect(self._on_steps)
        self.seed.edited.connect(lambda _value, _gesture: self.changed.emit())
        self.source.chosen.connect(lambda _source: self.count_wanted.emit())
        self.ask.clicked.connect(self.count_wanted)
        self.real.chosen.connect(lambda _source: self.real_changed.emit())

    def _show_targets(self) -> None:
        question = next((each for each in self._questions if each.name == self.question.currentData()), None)
        before = self.target.currentData()
        self.target.clear()
        is_critic = question is not None and question.name == REAL
        answers = () if question is None else question.answers
        if not is_critic:
            self.target.addItem("Any other answer", "")
        for answer in reversed(answers) if is_critic else answers:
            self.target.addItem(answer, answer)
        self.target.setCurrentIndex(max(self.target.findData(before), 0) if before else 0)
        self._is_wanted_by_hand = self._is_wanted_by_hand and self.target.currentData() == before
        for part in (self._real_words, self.real):
            part.setVisible(is_critic)

    def _on_target(self) -> None:
        self._is_wanted_by_hand = True
        self.changed.emit()

    def _on_question(self) -> None:
        self._show_targets()
        self.changed.emit()

    def _on_kind(self, kind: int) -> None:
        self.show_kind(kind)
        if kind == PHOTO:
            self.photo_wanted.emit()
        else:
            self.changed.emit()

    def _on_digit(self, value: float) -> None:
        self.digit.show_value(value)
        self.changed.emit()

    def _on_epsilon(self, value: float) -> None:
        self.show_epsilon(value, by_hand=True)
        self.changed.emit()

    def _on_steps(self, index: int) -> None:
        self._is_iterated = index == 1
        self.changed.emit()


_WORDS = {"which": "Which one is it?", REAL: "Real or made?"}
