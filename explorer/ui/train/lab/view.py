"""The lab: a GAN or a VAE in the plane, whichever the switch says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from PySide6.QtWidgets import QWidget

from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.ui.studio import Studio
from explorer.ui.train.lab.bench import LabBench
from explorer.ui.train.lab.gan_subject import GAN
from explorer.ui.train.lab.vae_subject import VAE
from explorer.ui.view import Meaning, View
from explorer.ui.widgets.parts import column_of, named, pages_of, row_of
from explorer.ui.widgets.segments import Segments

_SUBJECTS = (GAN, VAE)


class LabView(View):
    """Shows one workbench of the lab; the other is built when it is first asked for."""

    shows_scene: ClassVar[bool] = False

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._corners = [QWidget() for _ in _SUBJECTS]
        for corner in self._corners:
            row_of(on=corner)
        self.switch = named(Segments([(subject.name, subject.tip) for subject in _SUBJECTS]), "What is trained")
        self.switch.chosen.connect(self.show_subject)
        self._benches: dict[int, LabBench] = {}
        self._wanted_aside = {"sides": False, "trims": False, "spared": False}
        self._stack = pages_of(*(QWidget() for _ in _SUBJECTS))
        column_of((self._stack, 1), on=self, spacing=0)
        self.show_subject(0)

    @property
    def bench(self) -> LabBench:
        """The workbench in sight."""
        return self._benches[self._stack.currentIndex()]

    def show_subject(self, index: int) -> None:
        """Bring the workbench of one of the subjects into sight; what the other does stands still."""
        for bench in self._benches.values():
            bench.rest()
        if index not in self._benches:
            self._benches[index] = bench = LabBench(self.studio, _SUBJECTS[index], self._corners[index])
            bench.put_aside(**self._wanted_aside)
            column_of((bench, 1), on=self._stack.widget(index), spacing=0)
        corner = self._corners[index].layout()
        assert corner is not None
        corner.addWidget(self.switch)
        self.switch.show_index(index)
        self._stack.setCurrentIndex(index)

    def put_aside(self, *, sides: bool, trims: bool, spared: bool = False) -> None:
        self._wanted_aside = {"sides": sides, "trims": trims, "spared": spared}
        for bench in self._benches.values():
            bench.put_aside(**self._wanted_aside)

    @property
    def is_busy(self) -> bool:
        return self.bench.is_busy

    def meanings(self) -> Mapping[str, Meaning | None]:
        return self.bench.meanings()

    def lesson_actions(self) -> Mapping[str, Callable[[str], object]]:
        return {"preset": self._begin_preset, "pause": lambda _words: self.bench.lab.pause()}

    def _begin_preset(self, words: str) -> None:
        """Play a preset of a subject, such as ``vae Blur``."""
        subject, _, title = words.partition(" ")
        names = [each.name.lower() for each in _SUBJECTS]
        if subject.lower() not in names:
            raise Problem(f"The lab has no {subject}.", f"It has: {', '.join(names)}.")
        presets = {each.title.lower(): each for each in _SUBJECTS[names.index(subject.lower())].presets}
        if title.lower() not in presets:
            raise Problem(f"There is no preset called {title}.", f"There are: {', '.join(presets)}.")
        self.show_subject(names.index(subject.lower()))
        self.bench.controls.show_config(presets[title.lower()].config)
        self.bench.begin_preset(presets[title.lower()])

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        self.bench.show_scene(before, after)

    def rest(self) -> None:
        for bench in self._benches.values():
            bench.rest()

    def close_work(self) -> None:
        for bench in self._benches.values():
            bench.close_work()
