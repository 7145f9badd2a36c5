"""Fool it: a picture hardly changed, and what a network makes of it, beside a change as large that is random."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QWidget

from explorer.core.inside.attack import enlarged_noise, times_enlarged
from explorer.core.problem import Problem
from explorer.session.explore.scene_pictures import Picture
from explorer.session.inside.attacks import AttackRequest, Attacks, FooledMany, FooledPicture
from explorer.session.inside.networks_at_hand import NetworkAtHand, answering
from explorer.session.jobs.report import Cancelled, Report
from explorer.ui.inside.asked_column import AskedColumn
from explorer.ui.inside.fool_controls import DIGIT, MODEL, PHOTO, FoolControls
from explorer.ui.inside.network_view import NetworkView
from explorer.ui.lessons.lesson_actions import number
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.unfold.bar_list import NamedBar
from explorer.ui.view import Meaning, beside
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.parts import named, pages_of, pressing, text_label
from explorer.ui.widgets.picture_view import PictureView

if TYPE_CHECKING:
    from explorer.core.rendering.renderer import Rendering
    from explorer.training.inside.picture_network import PictureNetwork

_TOP = Qt.AlignmentFlag.AlignTop
_DIGITS = tuple("0123456789")
_OF_DIGITS, _OF_OTHERS = 0.25, 0.02  # usual epsilons
_NO_PICTURE = ("No picture yet", "Open a model, or choose a digit or a photo on the left.")


class FoolView(NetworkView):
    """Attacks one picture whenever something is asked for otherwise, and many on demand."""

    def __init__(self, studio: Studio) -> None:
        self.controls = FoolControls()
        super().__init__(studio, self.controls.network, self.controls.bring)
        self.attacks, self.counts = Attacks(self.networks, self), Attacks(self.networks, self)
        self._is_count_wanted = False  # as soon as the network is open
        self.found: FooledPicture | None = None
        self.before, self.after = AskedColumn("The picture"), AskedColumn("With the noise")
        self.random = AskedColumn("Random signs")
        self.noise = named(PictureView(), "The noise, amplified")
        beside(self.controls, self._stage(), self)
        self._connect()

    @property
    def is_busy(self) -> bool:
        return self.meetings.is_busy or self.attacks.is_busy or self.counts.is_busy

    def suitable(self, networks: Iterable[NetworkAtHand]) -> Iterable[NetworkAtHand]:
        return answering(tuple(networks), self.here)

    def show_offered(self, there: bool) -> None:
        self._places.setCurrentIndex(1 if there else 0)

    def show_network(self, network: PictureNetwork) -> None:
        """Ask it about what it is used to."""
        controls = self.controls
        reads_digits = {each.name for each in network.card.attributes} == set(_DIGITS)
        controls.show_questions(network.questions)
        controls.suggest_epsilon(_OF_DIGITS if reads_digits else _OF_OTHERS)
        if controls.kind != PHOTO or self.photo is None:
            controls.show_kind(DIGIT if reads_digits else MODEL)
        controls.show_errors((), "")
        if not network.questions:
            said = f"{network.name} gives no answer about a picture that could be flipped."
            self.show_refused(Problem(said, "Choose a classifier or a critic."))
            return
        self._ask()
        if self._is_count_wanted:
            self._count()

    def show_refused(self, problem: Problem) -> None:
        self._clear(problem.what, problem.hint)

    def take_photo(self) -> None:
        self.controls.show_kind(PHOTO)
        self._ask()

    def exports(self) -> tuple[Offer, ...]:
        found = self.found
        if found is None:
            return ()
        fooled = found.fooled

        def write_picture(path: Path, _report: Report, _cancelled: Cancelled) -> None:
            from explorer.core.rendering.picture_files import save_png

            save_png(path, fooled.after.pictures[0])

        def write_sheet(path: Path, _report: Report, _cancelled: Cancelled) -> None:
            from explorer.core.inside.attack_sheet import attack_sheet
            from explorer.core.rendering.picture_files import save_png

            save_png(path, attack_sheet(fooled))

        return (
            Offer("Misleading picture (PNG) …", "misleading.png", write_picture),
            Offer("All four side by side (PNG) …", "attack.png", write_sheet),
        )

    def meanings(self) -> Mapping[str, Meaning | None]:
        if self.controls.kind == DIGIT:
            return {"sample": Meaning("Another digit", pressing(self.controls.another))}
        return {}

    def lesson_actions(self) -> Mapping[str, Callable[[str], object]]:
        return {"fool": self.choose, "epsilon": self._set_epsilon, "errors": self._count_on}

    def close_work(self) -> None:
        self.attacks.close()
        self.counts.close()
        super().close_work()

    def _stage(self) -> QStackedWidget:
        self._noise_words, self._said = ElidedLabel(), text_label(wraps=True)
        self._noise_words.show_words("The noise")
        self.noise.margin_px = UNIT // 2
        stage = QWidget()
        grid = QGridLayout(stage)
        grid.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        grid.setSpacing(UNIT)
        grid.setRowStretch(1, 1)
        noise = (self._noise_words, self.noise, self._said)
        for place, parts in enumerate((self.before.parts, noise, self.after.parts, self.random.parts)):
            grid.setColumnStretch(place, 1)
            for row, part in enumerate(parts):
                grid.addWidget(part, row, place, _TOP if row == 2 else Qt.AlignmentFlag(0))
        for column in (self.before, self.after, self.random):
            column.picture.set_smooth(False)
        self.noise.set_smooth(False)
        hint = "Open a model with a critic or a classifier, or bring a network of your own on the left."
        self._nothing = EmptyState("inside", "No network here answers questions", hint, [])
        self._places = pages_of(self._nothing, stage)
        return self._places

    def _connect(self) -> None:
        controls = self.controls
        controls.changed.connect(self._ask)
        controls.real_changed.connect(self._ask)
        controls.photo_wanted.connect(self.ask_for_photo)
        controls.count_wanted.connect(self._count)
        controls.working.cancel.clicked.connect(self.counts.cancel)
        self.studio.pictures.shown.connect(self._on_shown)
        self.attacks.fooled.connect(self._on_fooled)
        self.counts.counted_errors.connect(self._on_counted)
        self.counts.began.connect(controls.working.show_work)
        self.counts.progressed.connect(controls.working.show_share)
        self.counts.ended.connect(controls.working.hide)
        for work in (self.attacks, self.counts):
            work.failed.connect(self.studio.notices.show_error)

    def _on_shown(self, rendering: Rendering) -> None:
        if self.isVisible() and self.controls.kind == MODEL and not rendering.is_preview:
            self._ask()

    def _request(self, picture: Picture | None) -> AttackRequest | None:
        """What is asked for now; None while there is no network that can be asked."""
        path, controls = self.path, self.controls
        if self.network is None or path is None or not self.network.questions:
            return None
        model = self.model if path.parent == self.here else None
        return AttackRequest(path, controls.attack, picture, int(controls.digit.value), model, controls.real.source)

    def _ask(self) -> None:
        kind = self.controls.kind
        picture = {MODEL: self.scene_picture, DIGIT: None, PHOTO: self.photo}[kind]
        request = self._request(picture)
        if request is None or not self.isVisible():
            return
        if picture is None and kind != DIGIT:
            self._clear(*_NO_PICTURE)
        else:
            self.attacks.ask(request)

    def _on_fooled(self, found: FooledPicture) -> None:
        self.found, fooled = found, found.fooled
        before, after = fooled.before.pictures[0], fooled.after.pictures[0]
        for column, shown in ((self.before, fooled.before), (self.after, fooled.after), (self.random, fooled.random)):
            column.show_asked(shown, fooled)
        self.noise.show_picture(enlarged_noise(before, after))
        self._noise_words.show_words(f"The noise × {times_enlarged(before, after):.0f}")
        epsilon = found.request.attack.epsilon
        words = f"No value moves by more than {epsilon:g} of the range from black to white."
        if not (before != after).any():
            words = f"Nothing moves: {epsilon:g} of the range is less than one of a picture's 255 steps."
        self._said.setText(" ".join(filter(None, (words, found.said))))
        self.controls.want_other_than(fooled.question.answers[int(fooled.question.told(fooled.before.values)[0])])

    def _clear(self, what: str, hint: str) -> None:
        self.found = None
        for column in (self.before, self.after, self.random):
            column.clear()
            column.picture.set_empty("")
        self.noise.clear()
        self.noise.set_empty("")
        self.before.picture.set_empty(what)
        self._noise_words.show_words("The noise")
        self._said.setText(hint)

    def _count(self) -> None:
        self._is_count_wanted = False
        request, source = self._request(None), self.controls.source.source
        if not source:
            self.studio.notices.show_error(Problem("No pictures are chosen.", "Choose some above the button."))
        elif request is not None:
            self.counts.count(request, source, int(self.controls.count.value))
        else:
            self._is_count_wanted = self.meetings.is_busy

    def _on_counted(self, found: FooledMany | None) -> None:
        if found is None:
            return
        fooled = found.fooled
        stages = (("As they are", fooled.before), ("With the noise", fooled.after), ("Random signs", fooled.random))
        shares = [(name, fooled.errors(shown)) for name, shown in stages]
        bars = [NamedBar(name, f"{share:.1%}", share) for name, share in shares]
        of = "Wrong answers on" if found.is_known else "Changed answers on"
        self.controls.show_errors(bars, f"{of} {len(fooled.truth):,} pictures, at epsilon {fooled.attack.epsilon:g}.")

    def _set_epsilon(self, word: str) -> None:
        self.controls.show_epsilon(number(word, 0.0, 1.0), by_hand=True)
        self._ask()

    def _count_on(self, source: str) -> None:
        self.controls.source.show_source(source)
        self._count()
