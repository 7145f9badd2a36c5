"""The Unfold panel, with steps and likelihoods of which it is known what they say."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace

import numpy as np
import onnx
import pytest
from PIL import Image

from explorer.core.models.card import CARD_KEY, ModelCard
from explorer.core.rendering.picture_files import save_png
from explorer.core.rendering.scene import scene_from_json
from explorer.core.sampling.settings import Sampling
from explorer.session.models.catalog import CatalogEntry
from explorer.ui.unfold.denoise_view import DenoiseView
from explorer.ui.unfold.likely_view import LikelyView
from explorer.ui.unfold.panel import VIEWS
from explorer.ui.unfold.pixel_view import PixelView
from tests.models import tiny_generator, tiny_likelihood
from tests.steps import gaussian_step, raster_step
from tests.ui.conftest import open_and_wait


def show(window, title):
    window.show_panel([panel.title for panel in window.panels].index("Unfold"))
    window.panel.show_view([view.title for view in VIEWS].index(title))
    return window.panel.view


def settle(view, qtbot) -> None:
    qtbot.waitUntil(lambda: not view.is_busy, timeout=20_000)


@pytest.fixture
def denoise(window, tmp_path, qtbot) -> DenoiseView:
    open_and_wait(window, gaussian_step(tmp_path / "gaussian"), qtbot)
    view = show(window, "Denoise")
    qtbot.waitUntil(lambda: bool(view.timeline.states), timeout=20_000)
    settle(view, qtbot)
    return view


@pytest.fixture
def likely(window, tmp_path, qtbot) -> LikelyView:
    """Two models: one says the mean square of pictures, one has three classes, of which each costs a bit more."""
    for name, classes in (("plain", 0), ("classes", 3)):
        folder = tmp_path / name
        folder.mkdir()
        tiny_generator(folder / "generator.onnx")
        tiny_likelihood(folder / "likelihood.onnx", 8, 3, classes)
        tiny_likelihood(folder / "surprise.onnx", 8, 3, classes, kind="surprise")
    window.studio.settings.remember_recent(tmp_path / "classes")
    open_and_wait(window, tmp_path / "plain", qtbot)
    view = show(window, "How likely")
    qtbot.waitUntil(lambda: len(view.meters.bars) == 2, timeout=20_000)
    settle(view, qtbot)
    return view


@pytest.fixture
def pixels(window, tmp_path, qtbot) -> PixelView:
    """A model of two levels, of which a pixel is likely to be what the one above it is."""
    open_and_wait(window, raster_step(tmp_path / "pixels"), qtbot)
    view = show(window, "Pixel by pixel")
    read(view, qtbot)
    return view


def read(view, qtbot) -> None:
    qtbot.waitUntil(lambda: not view.is_busy and view.reading is not None, timeout=20_000)


def grey_folder(tmp_path, name, *shades):
    folder = tmp_path / name
    folder.mkdir()
    for index, shade in enumerate(shades):
        save_png(folder / f"{index}.png", np.full((8, 8, 3), shade, np.uint8))
    return folder


def test_a_model_that_paints_in_one_go_is_told_what_would_unfold(opened):
    view = show(opened, "Denoise")
    assert "does not remove noise" in view.nothing.title.text()
    assert view.open_fitting.isHidden()  # for there is no such model here


@pytest.mark.parametrize(
    ("title", "name"), [("Denoise", "portraits-diffusion"), ("Pixel by pixel", "fashion-pixelcnn")]
)
def test_where_nothing_unfolds_the_controls_say_why_and_a_model_that_does_is_offered(
    title, name, opened, tmp_path, qtbot, monkeypatch
):
    path = (gaussian_step if title == "Denoise" else raster_step)(tmp_path / name)
    monkeypatch.setattr(opened.studio.catalog, "bundled", lambda: (CatalogEntry(name, path, None, True),))
    view = show(opened, title)
    assert view.open_fitting.isVisible()
    tips = {part: part.toolTip() for part in (view.controls.sample, view.controls.temperature, view.controls.seed)}
    assert len(set(tips.values())) == 1
    assert "open one that does" in tips[view.controls.sample]
    assert not view.controls.sample.isEnabled()
    assert not view.controls.seed.isEnabled()
    view.open_fitting.click()
    qtbot.waitUntil(lambda: view.controls.sample.isEnabled(), timeout=20_000)
    assert opened.studio.models.current.name == name
    assert view.controls.sample.toolTip().endswith("(Space)")


def test_every_step_is_kept_and_the_last_is_the_picture_of_the_scene(denoise, window):
    states = denoise.timeline.states
    assert [state.step for state in states] == list(range(9))
    assert (states[-1].canvas == window.studio.pictures.shown_last.picture).all()
    assert denoise.timeline.index == 8


def test_scrubbing_shows_another_step_and_paints_nothing(denoise):
    denoise.timeline.scrub.moved.emit(0.5, 1)
    assert denoise.timeline.index == 4
    assert not denoise.is_busy
    assert (denoise.canvas.picture == denoise.timeline.states[4].canvas).all()


def test_other_settings_are_part_of_the_scene_and_come_undone(denoise, window, qtbot):
    denoise.controls.steps.edited.emit(8.0, 1)  # as it was: no edit
    assert window.studio.document.scene.sampling is None
    denoise.controls.steps.show_value(20)
    denoise.controls.steps.edited.emit(20.0, 2)
    assert window.studio.document.scene.sampling == Sampling(20)
    qtbot.waitUntil(lambda: len(denoise.timeline.states) == 21, timeout=20_000)
    window.studio.document.history.undo()
    qtbot.waitUntil(lambda: len(denoise.timeline.states) == 9, timeout=20_000)
    assert denoise.controls.steps.value == 8


def test_going_on_from_a_step_leaves_the_scene_and_begins_with_as_much_noise(denoise, window, qtbot):
    scene = window.studio.document.scene
    denoise.timeline.scrub.moved.emit(0.5, 1)
    denoise.controls.vary.click()
    qtbot.waitUntil(lambda: denoise.timeline.states[0].time == pytest.approx(0.5), timeout=20_000)
    settle(denoise, qtbot)
    assert denoise.timeline.states[-1].step == 4
    assert window.studio.document.scene is scene


def test_what_is_outside_of_a_hole_stays(denoise, qtbot):
    before = denoise.timeline.states[-1].canvas
    weights = np.zeros((8, 8), np.float32)
    weights[:, :3] = 1.0
    denoise.hole.put((weights, np.zeros((8, 8, 3), np.uint8)))
    denoise.controls.seed.show_value(77)
    denoise.controls.fill_hole.click()
    settle(denoise, qtbot)
    after = denoise.timeline.states[-1].canvas
    assert np.abs(after[:, 3:].astype(int) - before[:, 3:]).max() <= 1
    assert np.abs(after[:, :3].astype(int) - before[:, :3]).mean() > 5


def test_a_stroke_comes_undone(denoise, window):
    weights = np.ones((8, 8), np.float32)
    denoise.paint.put((weights, np.zeros((8, 8, 3), np.uint8)))
    denoise.paint.stroked.emit((None, None), denoise.paint.brushed)
    assert denoise.controls.paint_over.isEnabled()
    window.studio.document.history.undo()
    assert denoise.paint.is_empty
    assert not denoise.controls.paint_over.isEnabled()


def test_the_noise_of_a_picture_paints_it_again(denoise, window, qtbot):
    denoise.controls.vary.click()
    settle(denoise, qtbot)
    wanted = denoise.timeline.states[-1].canvas
    denoise.controls.use.click()
    qtbot.waitUntil(lambda: window.studio.document.scene.seed is None, timeout=20_000)
    settle(denoise, qtbot)
    qtbot.waitUntil(lambda: denoise.timeline.states[-1].step == 8, timeout=20_000)
    assert np.abs(denoise.timeline.states[-1].canvas.astype(int) - wanted).mean() < 3


def test_a_painting_is_saved_as_film_sheet_and_table(denoise, tmp_path):
    film, _gif, sheet, table = denoise.exports()
    for offer, name in ((film, "a.mp4"), (sheet, "a.png"), (table, "a.csv")):
        offer.write(tmp_path / name, lambda *_: None, lambda: False)
        assert (tmp_path / name).stat().st_size > 100
    rows = list(csv.DictReader((tmp_path / "a.csv").read_text().splitlines()))
    assert [int(row["step"]) for row in rows] == list(range(9))


def test_each_model_says_what_the_picture_costs(likely, window):
    picture = window.studio.pictures.shown_last.picture
    bits = np.square(picture / 127.5 - 1.0).mean()
    plain, classes = likely.meters.bars
    assert float(plain.figure) == pytest.approx(bits, abs=0.01)
    assert float(classes.figure) > bits  # as one of three classes it costs more on average
    assert likely.surprise.isVisible()


def test_bayes_rule_says_which_class_it_is_of(likely):
    likely.meters.picked.emit(1)
    assert likely.classes.isVisible()
    names = [bar.name for bar in likely.classes.bars]
    assert names[0] == "class 0"  # which costs nothing more


def test_the_strangest_of_ones_pictures_stands_first(likely, tmp_path, qtbot):
    likely.controls.pictures.show_source(grey_folder(tmp_path, "mine", 128, 250, 130))
    likely.controls.asked.emit()
    qtbot.waitUntil(lambda: likely.comparison is not None, timeout=20_000)
    table = likely.comparison.tables[0]
    assert table.names[table.strangest[0]] == "1.png"
    assert "1.png" in likely.tiles.tip(0)


def test_two_sets_are_told_apart_by_what_they_cost(likely, tmp_path, qtbot):
    likely.controls.pictures.show_source(grey_folder(tmp_path, "usual", 128, 130, 126))
    likely.controls.others.show_source(grey_folder(tmp_path, "strange", 0, 255, 250))
    likely.controls.asked.emit()
    qtbot.waitUntil(lambda: likely.comparison is not None, timeout=20_000)
    assert likely.comparison.told_apart(0) == 1.0
    assert "told apart 100%" in likely.table.bars[0].figure
    (offer,) = likely.exports()
    offer.write(tmp_path / "bits.csv", lambda *_: None, lambda: False)
    assert len((tmp_path / "bits.csv").read_text().splitlines()) == 1 + 2 * 6


def test_a_model_that_cannot_be_read_says_so_and_the_others_go_on(likely, tmp_path, qtbot):
    shutil.copy(tmp_path / "plain" / "generator.onnx", tmp_path / "classes" / "likelihood.onnx")
    likely.controls.models_changed.emit()  # what was written anew is read anew
    qtbot.waitUntil(lambda: likely.meters.bars[1].figure == "cannot say", timeout=20_000)
    assert likely.meters.bars[0].figure != "cannot say"
    likely.controls.pictures.show_source(grey_folder(tmp_path, "mine", 128, 250, 130))
    likely.controls.asked.emit()
    qtbot.waitUntil(lambda: likely.comparison is not None, timeout=20_000)
    assert [path.name for path in likely.comparison.paths] == ["plain"]
    assert len(likely.comparison.problems) == 1


def test_it_is_said_that_a_model_knows_only_its_own_kind_of_picture(likely, window, tmp_path, qtbot):
    assert "learned from" not in likely._said.text()  # of neither model it is known of what
    card = ModelCard("roads", "likelihood", height=8, width=8, channels=3, data="Frames of a road: drawn.")
    model = onnx.load(tmp_path / "plain" / "likelihood.onnx")
    del model.metadata_props[:]
    model.metadata_props.add(key=CARD_KEY, value=card.to_json())
    onnx.save(model, tmp_path / "plain" / "likelihood.onnx")
    likely.controls.models_changed.emit()
    told = "roads learned from Frames of a road. For other kinds of pictures"
    qtbot.waitUntil(lambda: told in likely._said.text(), timeout=20_000)
    assert likely.meters.bars[0].tip == "Learned from: Frames of a road: drawn."
    generator = window.studio.models.current.generator
    generator.card = replace(generator.card, data="Frames of a road: drawn.")
    likely._show_readings()
    assert told not in likely._said.text()  # the picture is of the open model, which learned from the same
    save_png(tmp_path / "white.png", np.full((8, 8, 3), 255, np.uint8))
    likely.show_photo(tmp_path / "white.png")
    qtbot.waitUntil(lambda: told in likely._said.text(), timeout=20_000)


def test_a_photo_is_asked_about_until_one_goes_back(likely, tmp_path, qtbot):
    save_png(tmp_path / "white.png", np.full((40, 60, 3), 255, np.uint8))
    likely.show_photo(tmp_path / "white.png")
    qtbot.waitUntil(lambda: likely.meters.bars[0].figure == "1.00", timeout=20_000)
    likely.controls.back.click()
    qtbot.waitUntil(lambda: likely.meters.bars[0].figure != "1.00", timeout=20_000)


def test_directions_of_the_scene_are_painted_too(denoise, window, qtbot):
    model = window.studio.models.current
    model.renderer.directions = {"up": np.full(192, 192**-0.5, np.float32)}
    window.studio.document.edit("Move along up", directions=(("up", 4.0),))
    settle(denoise, qtbot)
    drawn = model.renderer.render(window.studio.document.scene).picture
    assert (denoise.timeline.states[-1].canvas == drawn).all()


def test_a_film_carries_the_scene_only_where_that_paints_it(denoise, window, tmp_path, qtbot):
    def told(name) -> str:
        denoise.exports()[1].write(tmp_path / name, lambda *_: None, lambda: False)
        with Image.open(tmp_path / name) as film:
            return film.info.get("comment", b"").decode()

    assert scene_from_json(told("own.gif")).seed == window.studio.document.scene.seed
    denoise.controls.vary.click()
    settle(denoise, qtbot)
    assert told("other.gif") == ""


def test_the_noise_of_a_picture_is_found_for_painting_without_chance(denoise, window, qtbot):
    window.studio.document.edit("Change how it is painted", sampling=Sampling(60, eta=0.9))
    settle(denoise, qtbot)
    denoise.controls.use.click()
    qtbot.waitUntil(lambda: window.studio.document.scene.seed is None, timeout=20_000)
    settle(denoise, qtbot)
    assert window.studio.document.scene.sampling == Sampling(60)
    assert float(denoise.controls.said.text().split("off by ")[1].split(" of")[0]) < 3


def test_a_picture_fills_a_pixel_a_step_and_is_told_a_row_at_a_time(pixels, window, tmp_path):
    states = pixels.timeline.states
    assert [state.step for state in states] == list(range(65))
    assert (states[-1].canvas == window.studio.pictures.shown_last.picture).all()
    table = pixels.exports()[-1]
    table.write(tmp_path / "rows.csv", lambda *_: None, lambda: False)
    rows = list(csv.DictReader((tmp_path / "rows.csv").read_text().splitlines()))
    assert [int(row["step"]) for row in rows] == list(range(0, 65, 8))


def test_a_pixel_that_is_pointed_at_says_what_it_might_have_been(pixels):
    pixels._point(3, 0)  # nothing is above it: black and white are alike
    assert {bar.figure for bar in pixels.chances.bars} == {"50%"}
    assert "1.0 bits" in pixels._words.text()
    pixels._point(3, 4)
    white_above = pixels.timeline.states[-1].canvas[3, 3, 0] == 255
    assert pixels.chances.bars[0].name.startswith("255" if white_above else "0")
    assert pixels.chances.bars[0].figure == "88%"


def test_all_after_a_pixel_is_drawn_again_and_comes_undone(pixels, window, qtbot):
    before = pixels.timeline.states[-1].canvas
    pixels.draw_after(2, 5)
    qtbot.waitUntil(lambda: (pixels.timeline.states[-1].canvas != before).any(), timeout=20_000)
    read(pixels, qtbot)
    after = pixels.timeline.states[-1].canvas
    kept = 5 * 8 + 3
    assert (after.reshape(-1)[:kept] == before.reshape(-1)[:kept]).all()
    window.studio.document.history.undo()
    read(pixels, qtbot)
    qtbot.waitUntil(lambda: (pixels.timeline.states[-1].canvas == before).all(), timeout=20_000)


def test_a_photo_is_taken_over_in_the_shades_of_the_model_and_its_upper_half_stays(pixels, tmp_path, qtbot):
    values = np.random.RandomState(3).randint(0, 2, (8, 8)).astype(np.uint8) * 255
    save_png(tmp_path / "own.png", np.repeat(values[..., None], 3, axis=2))
    pixels.show_photo(tmp_path / "own.png")
    qtbot.waitUntil(lambda: (pixels.timeline.states[-1].canvas[..., 0] == values).all(), timeout=20_000)
    pixels.controls.half.click()
    qtbot.waitUntil(lambda: (pixels.timeline.states[-1].canvas[..., 0] != values).any(), timeout=20_000)
    read(pixels, qtbot)
    assert (pixels.timeline.states[-1].canvas[:4, :, 0] == values[:4]).all()


def test_how_pixels_are_drawn_is_part_of_the_scene(pixels, window, qtbot):
    pixels.controls.temperature.show_value(0.5)
    pixels.controls.temperature.edited.emit(0.5, 1)
    assert window.studio.document.scene.sampling == Sampling(temperature=0.5)
    assert not pixels.controls.guidance.isVisible()  # which speaks of classes


def test_a_photo_that_enters_is_not_lost_where_a_painting_comes_to_its_end(pixels, window, tmp_path, qtbot):
    values = np.zeros((8, 8, 1), np.uint8)
    model, scene = window.studio.models.current, window.studio.document.scene
    pixels.readings.enter(model, scene, values)
    pixels.readings.look(model, scene, pixels.timeline.states[-1].canvas)
    qtbot.waitUntil(lambda: not pixels.timeline.states[-1].canvas.any(), timeout=20_000)
