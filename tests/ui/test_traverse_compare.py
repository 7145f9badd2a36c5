from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from explorer.core.rendering.picture_files import save_png, scene_in_png
from explorer.session.traverse.map_pictures import opened_encoder
from explorer.ui.traverse.compare_view import CompareView
from explorer.ui.traverse.panel import VIEWS
from explorer.ui.view import CONTROLS_PX
from explorer.ui.widgets.gestures import new_gesture
from tests.models import tiny_encoder, tiny_generator
from tests.ui.conftest import let_draw, open_and_wait


@pytest.fixture
def view(opened, qtbot) -> CompareView:
    opened.show_panel(1)
    opened.panel.show_view([view.title for view in VIEWS].index("Compare"))
    return opened.panel.view


def put_beside(view, path, qtbot) -> None:
    with qtbot.waitSignal(view.pair.shown, timeout=20_000):
        view.open(path)
    settle(view, qtbot)


def settle(view, qtbot) -> None:
    qtbot.waitUntil(lambda: not view.is_busy)


def test_it_says_what_to_do_while_there_is_no_second_model(view):
    assert view._empty.isVisible()
    assert not view.views[0].isVisible()


def test_its_latent_is_sorted_by_strength_before_anything_moves(view, qtbot):
    latent = view.latent
    qtbot.waitUntil(lambda: latent.strengths.values is not None, timeout=20_000)
    order = np.argsort(-latent.strengths.values, kind="stable").tolist()
    qtbot.waitUntil(lambda: list(latent.list.rows.shown) == order)


def test_a_model_of_another_latent_size_is_not_offered(view, qtbot):
    qtbot.waitUntil(lambda: not view.sizes.is_busy)
    view._fill_menu()
    offered = {action.text(): action for action in view.choose.menu().actions() if action.data()}
    assert {name: action.isEnabled() for name, action in offered.items()} == {
        "faces": True,
        "fashion": True,
        "large": False,
    }
    assert "512 numbers" in offered["large"].toolTip()


def test_a_model_beside_itself_does_not_differ(view, tiny_models, qtbot):
    put_beside(view, tiny_models / "faces", qtbot)
    assert view.views[2].picture.max() == 0
    assert view.change.text().startswith("0.0 of 255")
    assert view.choose.text() == "faces"


def test_both_follow_one_slider(view, opened, tiny_models, qtbot):
    put_beside(view, tiny_models / "fashion", qtbot)
    shown = []
    view.pair.shown.connect(lambda twin: shown.append(twin.scene))
    let_draw(opened, qtbot, lambda: view.latent.list.rows.moved.emit(1, 1.5, new_gesture()))
    settle(view, qtbot)
    scene = opened.studio.document.scene
    assert scene.z[1] == 1.5
    assert shown[-1] is scene
    assert np.array_equal(view.views[1].picture, view.pair.second.renderer.render(scene).picture)


def test_pictures_of_unlike_size_are_compared_too(view, tmp_path, qtbot):
    put_beside(view, tiny_generator(tmp_path / "small.onnx", size=4, channels=1), qtbot)
    assert view.views[1].picture.shape == (4, 4, 1)
    assert view.views[2].picture.shape == (8, 8, 3)


def test_a_model_of_another_latent_size_is_refused(view, opened, tiny_models, qtbot):
    with qtbot.waitSignal(opened.studio.notices._arrived, timeout=20_000) as told:
        view.open(tiny_models / "large")
    assert told.args[0].kind == "problem"
    assert "512" in told.args[0].what
    assert view.pair.second is None
    assert view._empty.isVisible()


def test_another_first_model_ends_the_comparison(view, opened, tiny_models, qtbot):
    put_beside(view, tiny_models / "faces", qtbot)
    open_and_wait(opened, tiny_models / "fashion", qtbot)
    assert view.pair.second is None
    assert view._empty.isVisible()
    settle(view, qtbot)


def test_the_menu_offers_the_models_at_hand(view):
    view._fill_menu()
    texts = [action.text() for action in view.choose.menu().actions() if action.text()]
    assert texts == ["faces", "fashion", "large", "Open a file …"]


def test_both_are_saved_side_by_side(view, opened, tiny_models, qtbot, tmp_path):
    assert view.exports() == ()
    put_beside(view, tiny_models / "faces", qtbot)
    strip = opened.panel.exporting
    with qtbot.waitSignal(strip.exporter.idle):
        strip.exporter.write(tmp_path / "pair.png", view.exports()[0].write)
    assert scene_in_png(tmp_path / "pair.png").model == opened.studio.models.hash


def test_a_third_model_takes_the_place_of_the_second(view, tiny_models, qtbot):
    put_beside(view, tiny_models / "faces", qtbot)
    put_beside(view, tiny_models / "fashion", qtbot)
    assert view.pair.second.name == "fashion"
    assert view.change.text() != ""


def test_the_window_keeps_its_size(opened, tiny_models, tmp_path, qtbot):
    opened.resize(900, 600)
    opened.show_panel(1)
    opened.panel.show_view([view.title for view in VIEWS].index("Compare"))
    view, sizes = opened.panel.view, []

    def note():
        qtbot.wait(1)
        sizes.append(opened.size().toTuple())

    note()
    long = tiny_generator(tmp_path / f"{'a model with a long name ' * 5}.onnx", seed=3)
    for path in (tiny_models / "fashion", long):
        put_beside(view, path, qtbot)
        note()
    assert view.choose.width() < CONTROLS_PX
    open_and_wait(opened, tiny_models / "fashion", qtbot)
    settle(view, qtbot)
    note()
    assert view.pair.second is None
    assert sizes == [(900, 600)] * len(sizes)


@pytest.fixture
def seeing(tiny_models, tmp_path, opened, qtbot):
    """Two models with encoders, the first of them open."""
    for name in ("one", "two"):
        shutil.copytree(tiny_models / "faces", tmp_path / name)
        tiny_encoder(tmp_path / name / "encoder.onnx")
    open_and_wait(opened, tmp_path / "one", qtbot)
    return tmp_path / "two"


def test_a_photo_is_shown_as_both_models_see_it_until_a_slider_is_moved(opened, view, seeing, tmp_path, qtbot):
    put_beside(view, seeing, qtbot)
    pixels = view.views[0].picture.repeat(20, 0).repeat(20, 1)
    save_png(tmp_path / "me.png", np.ascontiguousarray(pixels))
    with qtbot.waitSignal(view.photos.shown, timeout=20_000):
        view.show_photo(tmp_path / "me.png")
    first, second, photo = (each.picture for each in view.views)
    assert np.array_equal(first, second)
    assert np.abs(photo.astype(int) - pixels[10::20, 10::20]).max() < 40
    assert view.change.text().count("off per pixel") == 2
    assert view.back.isVisible()
    let_draw(opened, qtbot, lambda: view.latent.list.rows.moved.emit(1, 1.5, new_gesture()))
    settle(view, qtbot)
    assert not view.back.isVisible()
    assert "of 255" in view.change.text()


def test_a_photo_needs_an_encoder_on_both_sides(view, tiny_models, qtbot):
    put_beside(view, tiny_models / "faces", qtbot)
    assert not view.photo.isEnabled()
    assert "faces" in view.photo.toolTip()


@pytest.fixture
def faces_folder(tmp_path) -> Path:
    """Six pictures with other brightness each."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for place in range(6):
        pixels = np.full((8, 8, 3), 40 * place, np.uint8)
        pixels[:, :4, 0] = 200  # in colour
        save_png(folder / f"{place}.png", pixels)
    return folder


def show_strips(view, folder, count, qtbot):
    view.kinds.chosen.emit(1)
    view.strips.count.show_value(count)
    with qtbot.waitSignal(view.strips.work.shown, timeout=20_000):
        view.strips.choose_pictures(folder)
    settle(view, qtbot)
    return view.strips.strips


def test_real_pictures_go_through_up_to_three_models_in_strips_with_names(
    opened, view, seeing, faces_folder, tmp_path, qtbot
):
    show_strips(view, faces_folder, 4, qtbot)
    for place, path in enumerate((seeing, tmp_path / "one")):
        with qtbot.waitSignal(view.strips.work.shown, timeout=20_000):
            view.strips.put_beside(place, path)
    settle(view, qtbot)
    made = view.strips.strips
    assert made.names[0] == "Input"
    assert [strip.shape for strip in made.pictures] == [(4, 8, 8, 3)] * 4
    assert len({picture.tobytes() for picture in made.pictures[0]}) == 4
    assert np.array_equal(made.pictures[1], made.pictures[2])  # both are the same model
    encoder = opened_encoder(opened.studio.models.current)
    latents = encoder.latents(made.pictures[0])
    encoder.close()
    drawn = np.stack([opened.studio.models.current.generator.picture(z, None) for z in latents])
    assert np.abs(drawn.astype(int) - made.pictures[1]).max() <= 1
    off = np.abs(made.pictures[0].astype(int) - made.pictures[1]).mean() / 255
    assert made.errors[0] == pytest.approx(off)
    assert view.strips.words.text().count("off per pixel") == 3
    assert "may have learned" in view.strips.words.text()
    (offer,) = view.exports()
    offer.write(tmp_path / "strips.png", lambda *_: None, lambda: False)
    assert view.strips.picture.picture.shape == made.sheet().shape


def test_a_model_without_an_encoder_makes_no_strips_and_says_so(view, faces_folder, qtbot):
    view.kinds.chosen.emit(1)
    view.strips.choose_pictures(faces_folder)
    assert view.strips.empty.title.text() == "faces has no encoder"
    assert not view.is_busy
    assert view.exports() == ()


def test_models_without_an_encoder_are_not_offered_for_strips(view, tiny_models):
    menu = view.strips.choosers[0].menu()
    menu.aboutToShow.emit()
    offered = {action.text(): action.isEnabled() for action in menu.actions() if action.text()}
    assert offered == {"faces": False, "fashion": False, "large": False, "Open a file …": True}


def test_too_few_pictures_are_said_and_the_strips_in_sight_stay(opened, view, seeing, faces_folder, qtbot):
    made = show_strips(view, faces_folder, 4, qtbot)
    view.strips.count.show_value(12)
    with qtbot.waitSignal(opened.studio.notices._arrived, timeout=20_000) as told:
        view.strips.count.edited.emit(12, new_gesture())
    settle(view, qtbot)
    assert "there are only 6" in told.args[0].what
    assert view.strips.strips is made
    assert view.strips.picture.isVisible()


def test_a_removed_model_leaves_its_strip(view, seeing, faces_folder, opened, qtbot):
    show_strips(view, faces_folder, 2, qtbot)
    for path, names in ((seeing, 3), (None, 2)):
        with qtbot.waitSignal(view.strips.work.shown, timeout=20_000):
            view.strips.put_beside(0, path)
        assert len(view.strips.strips.names) == names
        assert view.strips.removers[0].isVisible() == (path is not None)
    settle(view, qtbot)


def test_what_is_compared_is_remembered(view, build_window):
    view.kinds.chosen.emit(1)
    again = build_window()
    again.show_panel(1)
    again.panel.show_view([each.title for each in VIEWS].index("Compare"))
    assert again.panel.view.kinds.index == 1
