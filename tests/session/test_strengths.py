"""Strengths are measured again where the scene rests, once nothing else needs the processor."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from explorer.core.inference.generator import Generator
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.sensitivity import strength
from explorer.session.explore.sensitivities import Sensitivities, SensitivitiesAround
from tests.models import tiny_generator


def test_a_new_measurement_waits_until_the_drawing_is_done(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "tiny.onnx"
    tiny_generator(path, latent=4, size=8)
    generator = Generator.open(path, "cpu", trusted=True)
    asked: list[int] = []

    def is_free() -> bool:
        asked.append(len(asked))
        return len(asked) > 2

    around = SensitivitiesAround(is_free=is_free)
    here, there = (Scene(generator.hash, "tiny", np.full(4, value, np.float32)) for value in (0.0, 1.0))
    with qtbot.waitSignal(around.changed):
        around.follow(generator, here)
    assert asked == []  # the first has nothing to wait for: there is nothing to show yet
    with qtbot.waitSignal(around.changed):
        around.follow(generator, there)
    assert len(asked) == 3
    around.close()
    generator.close()


def test_strengths_are_those_of_the_scenes_class_and_truncation(qtbot: QtBot, tmp_path: Path) -> None:
    generator = Generator.open(tiny_generator(tmp_path / "g.onnx", classes=3), "cpu", trusted=True)
    meter, found = Sensitivities(), []
    meter.measured.connect(lambda strengths, _scene: found.append(strengths))
    z = np.float32([1, -1, 0.5, 2])
    for label, psi in ((1, 0.5), (2, 0.5), (2, 1.0)):
        with qtbot.waitSignal(meter.measured):
            meter.measure(generator, Scene(generator.hash, "g", z, label, psi))
        wanted = strength(lambda rows, label=label: generator.pictures(rows, [label] * len(rows)), psi * z)
        assert found[-1].tolist() == wanted.tolist()
    assert len({tuple(strengths) for strengths in found}) == 3
    meter.close()
    generator.close()
