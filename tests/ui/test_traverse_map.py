from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QWheelEvent

from explorer.core.pictures import scene_in_png
from explorer.ui.panels.traverse import VIEWS
from explorer.ui.traverse.interpolate_view import InterpolateView
from explorer.ui.traverse.map_view import MapView
from tests.ui.conftest import let_draw, open_and_wait


@pytest.fixture
def view(opened, qtbot) -> MapView:
    opened.show_panel(1)
    opened.panel.show_view([view.title for view in VIEWS].index("Map"))
    opened.panel.view.count.show_value(40)
    opened.panel.view._request()
    settle(opened.panel.view, qtbot)
    return opened.panel.view


def settle(view, qtbot) -> None:
    qtbot.waitUntil(lambda: not view.is_busy and view.map is not None, timeout=10_000)


def test_samples_are_laid_out_with_their_own_pictures(view, opened):
    assert len(view.map.scenes) == 40
    renderer = opened.studio.pictures.renderer
    assert np.abs(renderer.render(view.map.scenes[7]).picture.astype(int) - view.map.pictures[7]).max() <= 1
    assert view.bar.isHidden()


def test_clicking_a_thumbnail_adopts_it(view, opened, qtbot):
    spots = view.scatter._spots()
    index = view.scatter._at(view.scatter.spot_of(tuple(view.map.points[3])))
    place = view.scatter.spot_of(tuple(view.map.points[3])).toPoint()
    assert spots.shape == (40, 2)
    let_draw(opened, qtbot, lambda: qtbot.mouseClick(view.scatter, Qt.MouseButton.LeftButton, pos=place))
    assert opened.studio.document.scene is view.map.scenes[index]


def test_dragging_decodes_points_as_one_undo_step(view, opened, qtbot):
    start, end = (view.scatter.spot_of(point).toPoint() for point in ((0.0, 0.0), (0.5, -0.25)))

    def drag():
        qtbot.mousePress(view.scatter, Qt.MouseButton.LeftButton, pos=start)
        for step in range(1, 6):
            qtbot.mouseMove(view.scatter, start + (end - start) * step / 5)
        qtbot.mouseRelease(view.scatter, Qt.MouseButton.LeftButton, pos=end)

    let_draw(opened, qtbot, drag)
    document = opened.studio.document
    assert document.history.count() == 1
    assert view.map.pca.point_of(document.scene.z) == pytest.approx(
        view.scatter.point_at(end.toPointF()), abs=1e-4
    )
    assert view.scatter._marker == pytest.approx(view.map.pca.point_of(document.scene.z))


def test_a_line_drawn_on_the_map_becomes_a_path(view, opened, qtbot):
    view.draw.click()
    assert view.scatter.draws
    line = np.array([[-0.5, 0.0], [0.0, 0.5], [0.5, 0.0]], np.float32)
    view.scatter.stroked.emit(line)
    path = opened.panel.view
    assert isinstance(path, InterpolateView)
    assert len(path.points) == 8
    assert view.map.pca.point_of(path.points[0].z) == pytest.approx((-0.5, 0.0), abs=1e-4)
    assert not view.draw.isChecked()
    qtbot.waitUntil(lambda: not path.is_busy)


def test_neighbours_are_laid_out_too_and_lines_go_through_samples(view, opened, qtbot):
    before = view.map
    view.method.setCurrentIndex(1)
    view.method.activated.emit(1)
    qtbot.waitUntil(lambda: view.map is not before, timeout=10_000)
    assert view.map.pca is None
    assert view.map.pictures is before.pictures
    assert view.scatter._marker is None
    view.scatter.travelled.emit(0.0, 0.0, 1)  # there is no way back from here: nothing happens
    assert opened.studio.document.history.count() == 0
    view.scatter.stroked.emit(view.map.points[[0, 1]])
    path = opened.panel.view
    assert path.points[0] is view.map.scenes[0]
    qtbot.waitUntil(lambda: not path.is_busy)


def test_too_few_samples_are_told(view, opened, qtbot):
    view.count.show_value(2)
    with qtbot.waitSignal(opened.studio.notices._arrived) as told:
        view._request()
    assert told.args[0].kind == "problem"
    qtbot.waitUntil(lambda: not view.is_busy)


def test_the_keyboard_goes_from_thumbnail_to_thumbnail(view, opened, qtbot):
    view.scatter.setFocus()
    qtbot.keyClick(view.scatter, Qt.Key.Key_Right)
    first = view.scatter.current
    assert first >= 0
    let_draw(opened, qtbot, lambda: qtbot.keyClick(view.scatter, Qt.Key.Key_Return))
    assert opened.studio.document.scene is view.map.scenes[first]


def test_the_wheel_keeps_what_is_under_the_pointer(view):
    place = view.scatter.spot_of((0.25, 0.25))
    event = QWheelEvent(
        place,
        place,
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    view.scatter.wheelEvent(event)
    assert view.scatter.point_at(place) == pytest.approx((0.25, 0.25), abs=1e-6)
    view.scatter.fit()
    assert view.scatter.spot_of((0.25, 0.25)) == place


def test_classes_have_colours_of_their_own(view, opened, qtbot, tiny_models):
    assert view.scatter._colours[0] is None
    open_and_wait(opened, tiny_models / "fashion", qtbot)
    settle(view, qtbot)
    colours = {colour.name() for colour in view.scatter._colours}
    assert len(colours) == 3


def test_a_map_is_saved_with_how_it_was_made(view, opened, qtbot, tmp_path):
    offer = next(offer for offer in view.exports() if offer.suffix == ".png")
    strip = opened.panel.exporting
    with qtbot.waitSignal(strip.exporter.idle, timeout=20_000):
        strip.begin(tmp_path / "map.png", offer.write)
    assert scene_in_png(tmp_path / "map.png").model == opened.studio.models.hash
    with Image.open(tmp_path / "map.png") as image:
        facts = json.loads(image.text["latent-explorer-plan"])
    assert (facts["method"], facts["count"]) == ("pca", 40)
