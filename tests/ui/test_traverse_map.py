from __future__ import annotations

import json
import threading
from weakref import ref

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QWheelEvent

from explorer.cli import run_verb
from explorer.core.rendering.picture_files import scene_in_png
from explorer.core.traverse.neighbour_maps import tsne
from explorer.ui.traverse.interpolate_view import InterpolateView
from explorer.ui.traverse.map_view import MapView
from explorer.ui.traverse.panel import VIEWS
from tests.models import tiny_encoder, tiny_generator
from tests.pictures import labelled_folder
from tests.ui.conftest import let_draw, open_and_wait


@pytest.fixture
def view(opened, qtbot) -> MapView:
    opened.show_panel(1)
    opened.panel.show_view([view.title for view in VIEWS].index("Map"))
    opened.panel.view.controls.count.show_value(40)
    opened.panel.view._request()
    settle(opened.panel.view, qtbot)
    return opened.panel.view


def settle(view, qtbot) -> None:
    qtbot.waitUntil(lambda: not view.is_busy and view.map is not None, timeout=10_000)


def test_samples_are_laid_out_with_their_own_pictures(view, opened):
    assert len(view.map.scenes) == 40
    renderer = opened.studio.pictures.renderer
    assert np.abs(renderer.render(view.map.scenes[7]).picture.astype(int) - view.map.pictures[7]).max() <= 1
    assert view.controls.bar.isHidden()


def test_samples_are_coloured_by_clusters_as_many_as_are_wanted(view, qtbot):
    controls = view.controls
    assert controls.clusters.isHidden()
    controls.colour.setCurrentIndex(controls.colour.findData("k-means"))
    controls.colour.activated.emit(controls.colour.currentIndex())
    qtbot.waitUntil(lambda: controls.legend.colouring is not None, timeout=10_000)
    assert len(controls.legend.words) == 8
    assert not controls.clusters.isHidden()
    controls.clusters.show_value(3)
    controls.clusters.edited.emit(3, 1)
    qtbot.waitUntil(lambda: len(controls.legend.words) == 3, timeout=10_000)
    assert "cluster (k-means)" in view._named(view.map, 0)


def test_labels_of_a_few_pictures_spread_to_all_and_are_undone(view, opened, qtbot):
    controls, place = view.controls, view.scatter.spot_of(tuple(view.map.points[3])).toPoint()
    qtbot.mouseMove(view.scatter, place)
    qtbot.keyClick(view.scatter, Qt.Key.Key_1)
    assert controls.fact_name == "my labels"
    assert list(view.labels.given.values()) == [1]
    assert controls.legend.colouring is None
    other = next(index for index in range(40) if index not in view.labels.given)
    view.scatter.labelled.emit(other, 2)
    qtbot.waitUntil(lambda: controls.legend.colouring is not None, timeout=20_000)
    told = {view._fact.told(index) for index in range(40)}
    assert told == {"1", "2"}
    assert view._fact.told(other) == "2"
    opened.studio.document.history.undo()
    assert list(view.labels.given.values()) == [1]
    assert controls.legend.colouring is None


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
    assert view.map.pca.point_of(document.scene.z) == pytest.approx(view.scatter.point_at(end.toPointF()), abs=1e-4)
    assert view.scatter._marker == pytest.approx(view.map.pca.point_of(document.scene.z))


def test_a_line_drawn_on_the_map_becomes_a_path(view, opened, qtbot):
    view.controls.draw.click()
    assert view.scatter.draws
    line = np.array([[-0.5, 0.0], [0.0, 0.5], [0.5, 0.0]], np.float32)
    view.scatter.stroked.emit(line)
    path = opened.panel.view
    assert isinstance(path, InterpolateView)
    assert len(path.points) == 8
    assert view.map.pca.point_of(path.points[0].z) == pytest.approx((-0.5, 0.0), abs=1e-4)
    assert not view.controls.draw.isChecked()
    qtbot.waitUntil(lambda: not path.is_busy)


def test_a_decoded_point_is_the_current_picture_moved_along_the_axes(view, opened, qtbot, tiny_models):
    open_and_wait(opened, tiny_models / "large", qtbot)
    settle(view, qtbot)
    document, pca = opened.studio.document, view.map.pca
    begun = document.scene.z
    norms = [float(np.linalg.norm(scene.z)) for scene in view.map.scenes]
    for gesture, index in ((71, 3), (71, 8), (72, 20)):
        x, y = view.map.points[index].tolist()
        let_draw(opened, qtbot, lambda: view.scatter.travelled.emit(x, y, gesture))  # noqa: B023
        assert document.scene.z == pytest.approx(pca.latent_at(x, y, around=begun), abs=1e-4)
        assert 0.95 * min(norms) < np.linalg.norm(document.scene.z) < 1.05 * max(norms)
    x, y = view.map.points[5].tolist()
    let_draw(opened, qtbot, lambda: view._adopt(5))
    let_draw(opened, qtbot, lambda: view.scatter.travelled.emit(x, y, 73))
    assert document.scene.z == pytest.approx(view.map.scenes[5].z, abs=1e-4)
    let_draw(opened, qtbot, lambda: document.edit("Truncate", truncation=0.5))
    let_draw(opened, qtbot, lambda: view.scatter.travelled.emit(*view.scatter._marker, 74))
    assert document.scene.z == pytest.approx(0.5 * view.map.scenes[5].z, abs=1e-4)
    assert document.scene.truncation == 1.0


def test_a_drawn_path_leads_the_current_picture_along_the_line(view, opened, qtbot, tiny_models):
    open_and_wait(opened, tiny_models / "large", qtbot)
    settle(view, qtbot)
    begun, points = opened.studio.document.scene.z, view.map.points
    view.scatter.stroked.emit(points[[2, 9]])
    path = opened.panel.view
    for point, place in ((path.points[0], points[2]), (path.points[-1], points[9])):
        assert point.z == pytest.approx(view.map.pca.latent_at(*place, around=begun), abs=1e-4)
    qtbot.waitUntil(lambda: not path.is_busy)


def test_neighbours_are_laid_out_too_and_lines_go_through_samples(view, opened, qtbot):
    before = view.map
    view.controls.method.setCurrentIndex(1)
    view.controls.method.activated.emit(1)
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
    view.controls.count.show_value(2)
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
    assert not view.scatter._colours
    assert view.controls.colour.findData("class") < 0
    open_and_wait(opened, tiny_models / "fashion", qtbot)
    settle(view, qtbot)
    colours = {colour.name() for colour in view.scatter._colours}
    assert len(colours) == 3
    assert view.controls.legend.words == ("class 0", "class 1", "class 2")


def test_a_map_is_saved_with_how_it_was_made(view, opened, qtbot, tmp_path):
    offer = next(offer for offer in view.exports() if offer.suffix == ".png")
    strip = opened.panel.exporting
    with qtbot.waitSignal(strip.exporter.idle, timeout=20_000):
        strip.exporter.write(tmp_path / "map.png", offer.write)
    assert scene_in_png(tmp_path / "map.png").model == opened.studio.models.hash
    with Image.open(tmp_path / "map.png") as image:
        facts = json.loads(image.text["latent-explorer-plan"])
    assert (facts["method"], len(facts["samples"])) == ("pca", 40)


@pytest.fixture
def seeing(view, opened, qtbot, tmp_path, monkeypatch) -> MapView:
    """The map of a model with an encoder, whose pictures are larger than thumbnails."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "seeing"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx", size=80)
    tiny_encoder(folder / "encoder.onnx", size=80)
    open_and_wait(opened, folder, qtbot)
    settle(view, qtbot)
    return view


@pytest.fixture
def own(seeing, qtbot, tmp_path) -> MapView:
    """The map of a folder of pictures."""
    show_own(seeing, labelled_folder(tmp_path / "pictures", size=96), qtbot)
    return seeing


def show_own(view, source, qtbot) -> None:
    with qtbot.waitSignal(view.maps.made, timeout=20_000):
        view.controls.choose(source)


def colour_by(view, name: str) -> None:
    box = view.controls.colour
    box.setCurrentIndex(box.findData(name))
    box.activated.emit(box.currentIndex())


def save_map(view, opened, qtbot, path) -> bytes:
    offer = next(offer for offer in view.exports() if offer.suffix == ".png")
    strip = opened.panel.exporting
    with qtbot.waitSignal(strip.exporter.idle, timeout=20_000):
        strip.exporter.write(path, offer.write)
    return path.read_bytes()


def test_a_model_without_an_encoder_offers_samples_alone_and_says_why(view):
    item = view.controls.show_box.model().item(1)
    assert not item.isEnabled()
    assert "has no encoder" in item.toolTip()
    assert "has no encoder" in view.controls.show_box.toolTip()
    assert view.controls.pictures.isHidden()


def test_own_pictures_lie_where_their_encodings_do_and_are_adopted(own, opened, qtbot):
    assert own.controls.show_box.model().item(1).isEnabled()
    assert len(own.map.scenes) == 12
    assert own.map.pictures.shape == (12, 64, 64, 3)
    assert own.controls.seed.isHidden()
    assert own.controls.pictures.text() == "pictures"
    let_draw(opened, qtbot, lambda: own.scatter.picked.emit(3))
    scene = opened.studio.document.scene
    assert scene is own.map.scenes[3]
    assert own.scatter._marker == pytest.approx(tuple(own.map.points[3]), abs=1e-4)
    let_draw(opened, qtbot, lambda: own.scatter.travelled.emit(0.001, 0.002, 1))
    assert own.map.pca.point_of(opened.studio.document.scene.z) == pytest.approx((0.001, 0.002), abs=1e-5)


def test_own_pictures_are_coloured_by_what_is_known_of_them(own):
    assert own.controls.colour.currentData() == "class"
    assert own.controls.legend.words == ("cat", "dog")
    colour_by(own, "smile")
    assert own.controls.legend.words == ("0", "0.92")
    assert len({colour.name() for colour in own.scatter._colours}) == 12
    own.scatter.pointed.emit(3)
    assert own.words.text() == "03.png, smile: 0.25. Click to go there."
    colour_by(own, "hat")
    assert own.controls.legend.words == ("no", "yes", "unknown")
    own.controls.legend.grab()
    own.controls.colour.setCurrentIndex(0)
    own.controls.colour.activated.emit(0)
    assert not own.scatter._colours
    assert own.controls.legend.isHidden()


def test_the_colours_stay_when_the_layout_changes(own, qtbot):
    colour_by(own, "hair")
    own.controls.method.setCurrentIndex(1)
    with qtbot.waitSignal(own.maps.made, timeout=20_000):
        own.controls.method.activated.emit(1)
    assert own.map.pca is None
    assert own.controls.legend.words == ("black", "brown", "grey")


@pytest.mark.parametrize("attribute", [None, "smile"])
def test_a_map_of_own_pictures_is_saved_as_the_command_line_saves_it(own, opened, qtbot, tmp_path, attribute):
    colour_by(own, attribute)
    model, source, out = own.model.path, own.map.request.source, tmp_path / "verb.png"
    words = ["map", str(model), "--data", str(source), "--method", "pca", "--out", str(out)]
    assert run_verb([*words, *(["--attribute", attribute] if attribute else [])]) == 0
    assert save_map(own, opened, qtbot, tmp_path / "window.png") == out.read_bytes()


def test_a_map_of_samples_is_saved_as_the_command_line_saves_it(seeing, opened, qtbot, tmp_path):
    out = tmp_path / "verb.png"
    assert run_verb(["map", str(seeing.model.path), "--count", "40", "--out", str(out)]) == 0
    assert save_map(seeing, opened, qtbot, tmp_path / "window.png") == out.read_bytes()


def test_pictures_that_cannot_be_used_are_told_and_the_map_stays(own, opened, qtbot, tmp_path):
    before, good = own.map, own.map.request.source
    with qtbot.waitSignal(opened.studio.notices._arrived) as told:
        own.controls.choose(tmp_path / "gone")
    assert told.args[0].kind == "problem"
    qtbot.waitUntil(lambda: not own.is_busy)
    assert own.map is before
    assert own.controls.request.source == good
    assert own.controls.bar.isHidden()


def test_a_map_in_the_making_can_be_cancelled(seeing, qtbot, tmp_path):
    before = seeing.map
    with qtbot.assertNotEmitted(seeing.maps.made):
        seeing.controls.choose(labelled_folder(tmp_path / "pictures", 200))
        seeing.controls.stop.click()
        qtbot.waitUntil(lambda: not seeing.is_busy)
    assert seeing.map is before
    assert seeing.controls.show_box.currentIndex() == 0


def test_a_map_that_was_left_unfinished_is_made_on_coming_back(seeing, opened, qtbot, tmp_path):
    folder = labelled_folder(tmp_path / "pictures")
    index = [view.title for view in VIEWS].index("Map")
    seeing.controls.choose(folder)
    opened.panel.show_view(0)
    with qtbot.waitSignal(seeing.maps.made, timeout=20_000):
        opened.panel.show_view(index)
    assert seeing.map.request.source == folder


class SlowNeighbours:
    """t-SNE that does not begin before it may, unless it is cancelled."""

    def __init__(self) -> None:
        self.begun, self.may_go_on = threading.Event(), threading.Event()

    def __call__(self, *rows, cancelled, **options):
        self.begun.set()
        while not self.may_go_on.wait(0.001):
            if cancelled():
                return None
        return tsne(*rows, cancelled=cancelled, **options)


@pytest.fixture
def slow_neighbours(monkeypatch) -> SlowNeighbours:
    slow = SlowNeighbours()
    monkeypatch.setattr("explorer.core.traverse.map_requests.tsne", slow)
    return slow


def ask_for_neighbours(view) -> None:
    view.controls.method.setCurrentIndex(1)
    view.controls.method.activated.emit(1)


def test_another_model_gets_its_map_though_one_was_in_the_making(view, opened, qtbot, tiny_models, slow_neighbours):
    ask_for_neighbours(view)
    qtbot.waitUntil(slow_neighbours.begun.is_set)
    view.controls.method.setCurrentIndex(0)
    open_and_wait(opened, tiny_models / "fashion", qtbot)
    settle(view, qtbot)
    assert view.map.scenes[0].model == opened.studio.models.hash
    assert view.map.pca is not None


@pytest.mark.parametrize("panel", [0, 1])
def test_nothing_is_kept_of_a_model_that_was_closed(view, opened, qtbot, tiny_models, panel):
    pictures, model = ref(view.map.shown), ref(view.model)
    opened.show_panel(panel)
    open_and_wait(opened, tiny_models / "fashion", qtbot)
    qtbot.waitUntil(lambda: not view.is_busy)
    assert pictures() is None
    assert model() is None or view.maps.model is not model()
    opened.show_panel(1)
    settle(view, qtbot)
    assert view.map.scenes[0].model == opened.studio.models.hash


def test_a_map_goes_on_when_the_model_is_opened_again_and_the_one_in_sight_stays(view, opened, qtbot, slow_neighbours):
    before = view.map
    ask_for_neighbours(view)
    qtbot.waitUntil(slow_neighbours.begun.is_set)
    with qtbot.waitSignal(opened.studio.models.opened, timeout=20_000):
        opened.studio.models.reopen("cpu")
    assert view.map is before
    assert view.maps.is_wanted
    assert view.maps.model is opened.studio.models.current
    with qtbot.waitSignal(view.maps.made, timeout=20_000):
        slow_neighbours.may_go_on.set()
    assert view.map.request.method == "tsne"


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_the_map_is_what_the_controls_say_after_leaving_while_it_was_made(view, opened, qtbot, slow_neighbours, method):
    ask_for_neighbours(view)
    qtbot.waitUntil(slow_neighbours.begun.is_set)
    for _ in range(2):
        opened.panel.show_view(0)
        assert not view.maps.is_wanted
        opened.panel.show_view([view.title for view in VIEWS].index("Map"))
        assert view.maps.is_wanted
    if method == "pca":  # what is there stays, and the controls say so
        view.controls.stop.click()
    slow_neighbours.may_go_on.set()
    qtbot.waitUntil(lambda: not view.is_busy, timeout=10_000)
    assert view.controls.request == view.map.request
    assert view.map.request.method == method


def test_a_wish_that_got_lost_is_made_on_coming_back(view, opened, qtbot):
    view.controls.seed.show_value(7)
    opened.panel.show_view(0)
    with qtbot.waitSignal(view.maps.made, timeout=20_000):
        opened.panel.show_view([view.title for view in VIEWS].index("Map"))
    assert view.map.scenes[0].seed == 7
    view.controls.seed.show_value(9)
    view._stop()
    assert view.controls.request == view.map.request


def test_another_model_begins_with_samples(own, opened, qtbot, tiny_models):
    open_and_wait(opened, tiny_models / "faces", qtbot)
    settle(own, qtbot)
    assert own.map.request.source is None
    assert own.controls.show_box.currentIndex() == 0
