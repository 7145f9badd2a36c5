"""Measure: a table of what the dimensions of models stand for."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from PIL import Image

from explorer.ui.arithmetic.panel import VIEWS
from explorer.ui.disentangle.disentangle_view import DisentangleView
from tests.models import tiny_encoder, tiny_generator
from tests.ui.conftest import open_and_wait


@pytest.fixture
def measure(window, tmp_path, qtbot) -> DisentangleView:
    """The view, with one model that has an encoder and is open."""
    folder = tmp_path / "reader"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx", latent=3)
    tiny_encoder(folder / "encoder.onnx", latent=3)
    open_and_wait(window, folder, qtbot)
    window.show_panel([panel.title for panel in window.panels].index("Arithmetic"))
    window.panel.show_view([view.title for view in VIEWS].index("Measure"))
    return window.panel.view


@pytest.fixture
def greys(tmp_path):
    """Grey pictures of which the brightness is known, and something that none of them shows."""
    rng, folder = np.random.RandomState(0), tmp_path / "greys"
    folder.mkdir()
    with (folder / "labels.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("file", "brightness", "luck"))
        for index in range(110):
            grey = rng.rand()
            Image.fromarray(np.full((8, 8, 3), round(255 * grey), np.uint8)).save(folder / f"{index}.png")
            rows.writerow((f"{index}.png", round(grey, 4), round(rng.rand(), 4)))
    return folder


def test_the_open_model_is_ticked_and_waits_for_pictures(measure):
    assert [path.name for path in measure.models.chosen] == ["reader"]
    assert not measure.measure.isEnabled()
    assert "choose pictures" in measure.measure.toolTip()


def test_models_are_measured_beside_the_factors_themselves_and_zeros(measure, greys, tmp_path, qtbot):
    measure.repeats.show_value(1)
    with qtbot.waitSignal(measure.meter.found, timeout=20_000):
        measure.measure_on(greys)
        assert not measure.measure.isEnabled()

    names = [measure.table.topLevelItem(row).text(0) for row in range(measure.table.topLevelItemCount())]
    assert names == ["reader", "the factors themselves", "zeros"]
    assert measure.table.topLevelItem(1).text(1) > "0.4" > measure.table.topLevelItem(2).text(1)
    assert measure.told.text().startswith("reader: ")
    qtbot.waitUntil(measure.measure.isEnabled)
    measure.export_to(tmp_path / "table.csv")
    rows = list(csv.DictReader((tmp_path / "table.csv").read_text().splitlines()))
    assert [row["model"] for row in rows] == names
    assert float(rows[2]["mig"]) == 0.0


def test_pictures_of_which_nothing_is_known_are_refused(measure, greys, qtbot):
    (greys / "labels.csv").unlink()
    with qtbot.waitSignal(measure.meter.failed, timeout=20_000):
        measure.measure_on(greys)

    qtbot.waitUntil(lambda: any("which is too few" in notice.what for _, notice in measure.studio.notices.log))
    assert measure.found is None
    assert measure.measure.isEnabled()


def test_what_is_stopped_shows_no_table(measure, greys, qtbot):
    measure.measure_on(greys)
    measure.working.cancel.click()
    qtbot.waitUntil(lambda: not measure.meter.is_busy, timeout=20_000)

    assert measure.found is None
    assert measure.working.isHidden()
    assert measure.measure.isEnabled()
