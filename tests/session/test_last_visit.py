"""Where one was, and what one drew, at the next start."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from explorer.core.drawing.drawing import Drawing, Stroke
from explorer.core.rendering.scene import Scene
from explorer.session.document import HistoryStep
from explorer.session.last_visit import LastVisit, Visit

STROKE = Stroke("pen", np.array([[0.25, 0.5], [0.75, 0.5]], np.float32))


def test_pictures_place_and_drawings_return(tmp_path: Path) -> None:
    scene = Scene("f" * 64, "m", np.ones(3, np.float32))
    visit = LastVisit(tmp_path / "visit.json")
    visit.drawings["lines"] = Drawing((STROKE,))
    visit.keep(Visit((HistoryStep("Open m", scene),), 0, "Draw", "Draw"))
    again = LastVisit(tmp_path / "visit.json")
    found = again.read()
    assert (found.panel, found.view, found.step) == ("Draw", "Draw", 0)
    assert found.steps[0].scene.z.tolist() == [1.0, 1.0, 1.0]
    assert np.array_equal(again.drawings["lines"].strokes[0].points, STROKE.points)


def test_a_visit_without_drawings_is_read_and_a_damaged_one_is_none(tmp_path: Path) -> None:
    file = tmp_path / "visit.json"
    told = '{"format": "latent-explorer/visit", "version": 1, "steps": [], "step": 0, "panel": "Quiz", "view": ""}'
    file.write_text(told)
    assert LastVisit(file).read().panel == "Quiz"
    file.write_text(told.replace('"step": 0', '"step": 0, "drawings": 3'))
    assert LastVisit(file).read().panel == ""
