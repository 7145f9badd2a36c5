from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage

from explorer.training.toy_models.lab_presets import PRESETS
from explorer.training.toy_models.plane_vae import PlaneVAE
from explorer.training.toy_models.point_sets import point_set
from explorer.training.toy_models.snapshot import HIGH, LOW
from explorer.training.toy_models.toy_gan import PlaneGAN
from explorer.training.toy_models.toy_settings import PlaneConfig
from explorer.training.toy_models.vae_settings import PlaneVAEConfig
from explorer.training.toy_models.verdict import LabVerdict
from explorer.ui.theme import colours
from explorer.ui.train.lab.bench import LabBench
from explorer.ui.train.lab.controls import LabControls
from explorer.ui.train.lab.film import LabFilm
from explorer.ui.train.lab.flow import PHASES, FlowGraph
from explorer.ui.train.lab.gan_subject import GAN, opinion_at
from explorer.ui.train.lab.headline import Headline
from explorer.ui.train.lab.lab_plane import LabPlane
from explorer.ui.train.lab.painting import Inks, Layers, placed, square_in, surface_image
from explorer.ui.train.lab.plot import LabPlot
from explorer.ui.train.lab.vae_painting import VAELayers
from explorer.ui.train.lab.vae_subject import VAE
from explorer.ui.train.lab.view import LabView

SMALL = PlaneConfig(batch_size=16, critic_width=8, generator_width=8)


@pytest.fixture
def view(window, qtbot) -> LabView:
    """The lab, by itself, once it shows the untrained networks."""
    view = LabView(window.studio)
    qtbot.addWidget(view)
    view.resize(1000, 600)
    view.show()
    qtbot.waitUntil(lambda: view.bench.plane.seen is not None, timeout=60_000)
    yield view
    view.close_work()


@pytest.fixture
def lab(view) -> LabBench:
    """Its workbench for GANs."""
    return view.bench


@pytest.fixture
def plane(qtbot) -> LabPlane:
    plane = LabPlane(GAN)
    qtbot.addWidget(plane)
    plane.resize(400, 432)
    plane.show_snapshot(PlaneGAN(SMALL, point_set("eight")).snapshot())
    return plane


def middle_of(plane: LabPlane) -> list[float]:
    """Of the real points in sight; nothing without any."""
    real = plane.seen.real
    return real.mean(axis=0).tolist() if len(real) else []


def wait_for(qtbot, view: LabBench, **wanted) -> None:
    """Wait for a snapshot of this kind."""
    qtbot.waitUntil(
        lambda: all(getattr(view.plane.seen, name) == value for name, value in wanted.items()),
        timeout=20_000,
    )


def test_it_opens_with_untrained_networks_and_says_what_to_do(lab):
    assert lab.plane.seen.step == 0
    assert "Press Play" in lab.side.caption.text()
    assert lab.side.values["Modes"].text() == f"{lab.plane.seen.figures.covered} of 8"
    assert not lab.lab.is_playing


def test_each_of_the_two_learns_by_itself_and_it_is_said_what_is_seen(lab, qtbot):
    before = lab.plane.seen
    lab.bar.turns["critic"].click()
    wait_for(qtbot, lab, step=1, turn="critic")
    assert np.array_equal(lab.plane.seen.made, before.made)
    assert "critic has learned" in lab.side.caption.text()
    before = lab.plane.seen
    lab.bar.turns["generator"].click()
    wait_for(qtbot, lab, step=2, turn="generator")
    assert np.array_equal(lab.plane.seen.surface, before.surface)
    assert "generator has learned" in lab.side.caption.text()


def test_play_goes_on_until_pause(lab, qtbot):
    lab.bar.play.click()
    assert lab.bar.play.text() == "Pause"
    qtbot.waitUntil(lambda: lab.plane.seen.step > 9, timeout=20_000)
    lab.bar.play.click()
    assert lab.bar.play.text() == "Play"
    assert len(lab.side.plot.points) > 2


def test_out_of_sight_it_stands_still(lab, qtbot):
    lab.bar.play.click()
    qtbot.waitUntil(lambda: lab.plane.seen.step > 0, timeout=20_000)
    lab.rest()
    assert not lab.lab.is_playing


def test_restart_begins_anew_with_the_seed(lab, qtbot):
    first = lab.plane.seen
    lab.bar.turns["both"].click()
    wait_for(qtbot, lab, step=1)
    lab.bar.seed.setValue(7)
    wait_for(qtbot, lab, step=0, round=1)
    assert not np.array_equal(lab.plane.seen.made, first.made)
    lab.bar.seed.setValue(0)
    wait_for(qtbot, lab, step=0, round=2)
    assert np.array_equal(lab.plane.seen.made, first.made)


def test_a_preset_plays_with_its_own_settings(lab, qtbot):
    lab.controls.preset_chosen.emit(PRESETS[1])
    assert lab.headline.text() == "Starting over …"  # not what was said of the last round, however long it takes
    assert lab.lab.is_playing
    assert lab.controls.config == PRESETS[1].config
    assert lab.controls.presets.currentText() == "Mode collapse"
    qtbot.waitUntil(lambda: lab.plane.seen.round == 1 and lab.plane.seen.step > 0, timeout=20_000)
    lab.lab.pause()
    lab.controls.boxes["critic_rate"].setValue(0.002)
    assert lab.controls.presets.currentText() == "Your own"
    assert lab.lab._request.config.critic_rate == 0.002


def test_other_data_begin_anew_and_other_rates_do_not(lab, qtbot):
    lab.bar.turns["both"].click()
    wait_for(qtbot, lab, step=1)
    lab.controls.boxes["generator_rate"].setValue(0.01)
    lab.bar.turns["both"].click()
    wait_for(qtbot, lab, step=2)
    lab.controls.data.buttons["ring"].click()
    wait_for(qtbot, lab, step=0)
    assert lab.plane.seen.figures.modes == 0
    assert lab.side.values["Realistic points"].text() == "–"


def test_points_are_drawn_with_the_mouse_and_cleared(lab, qtbot):
    lab.controls.data.buttons["drawn"].click()
    assert lab.plane.draws
    assert lab.controls.clear.isVisible()
    square = square_in(QRectF(lab.plane.rect()))
    place = placed(np.array([0.2, 0.8], np.float32), square)
    qtbot.mouseClick(lab.plane, Qt.MouseButton.LeftButton, pos=QPointF(*place).toPoint())
    qtbot.waitUntil(lambda: middle_of(lab.plane) == pytest.approx([0.2, 0.8], abs=0.05))
    assert lab.plane.seen.step == 0
    lab.controls.clear.click()
    qtbot.waitUntil(lambda: not len(lab.plane.seen.real))
    assert lab.headline.text() == "No points to learn yet: drag over the plane to draw some."


def test_a_drawing_is_there_again_after_other_data(lab, qtbot):
    lab.controls.data.buttons["drawn"].click()
    lab.plane.dotted.emit(0.8, 0.3)
    lab.controls.data.buttons["line"].click()
    assert not lab.plane.draws
    lab.controls.data.buttons["drawn"].click()
    qtbot.waitUntil(lambda: middle_of(lab.plane) == pytest.approx([0.8, 0.3], abs=0.05))


def test_a_picture_and_a_film_of_the_round_are_saved(lab, tmp_path, qtbot):
    lab.bar.play.click()
    qtbot.waitUntil(lambda: len(lab.film) >= 3)
    lab.bar.play.click()
    offers = {offer.suffix: offer for offer in lab.offers()}
    for suffix in (".png", ".gif"):
        offers[suffix].write(tmp_path / f"lab{suffix}", lambda _share: None, lambda: False)
    assert QImage(str(tmp_path / "lab.png")).width() == 1200
    with Image.open(tmp_path / "lab.gif") as film:
        assert film.n_frames >= 3
        assert film.size == (480, 544)


def test_a_film_keeps_few_moments_of_one_round_from_its_beginning_to_its_end(lab, qtbot):
    film, seen = LabFilm(GAN), lab.plane.seen
    for step in range(2000):
        film.add(replace(seen, round=7, step=step))
    steps = [moment.step for moment in film._moments]
    assert len(film) <= 240
    assert steps[0] == 0
    assert steps[-1] > 1900
    assert len(set(np.diff(steps))) == 1
    film.add(replace(seen, round=8, step=1))
    assert len(film) == 1


def test_what_the_pointer_is_on_is_told(lab):
    lab.plane.pointed.emit(0.5, 0.5)
    assert "% sure" in lab.words.words
    lab.plane.pointed.emit(np.nan, np.nan)
    assert "Point at" in lab.words.words


def test_a_run_that_fails_is_told_and_play_begins_anew(lab, qtbot):
    sound = lab.lab._request
    with qtbot.waitSignal(lab.lab.failed):
        lab.lab.show_data(replace(sound.data, draw=lambda _rng, _count: 1 / 0))
    assert not lab.lab.is_playing
    lab.lab.show_data(sound.data)
    lab.bar.play.click()
    qtbot.waitUntil(lambda: lab.plane.seen.step > 0, timeout=20_000)


def test_every_control_has_a_name_and_a_tip(lab):
    for box in (*lab.controls.boxes.values(), lab.controls.presets, lab.bar.seed, lab.bar.speed):
        assert box.accessibleName()
        assert box.toolTip()
    keys = [b.shortcut().toString() for b in (*lab.bar.turns.values(), lab.bar.restart)]
    assert keys == ["C", "G", "N", "R"]
    assert all(f"({key})" in b.toolTip() for key, b in zip(keys[:3], lab.bar.turns.values(), strict=True))


def test_points_are_placed_with_y_upwards_and_never_as_no_numbers():
    square = QRectF(10, 20, 100, 100)
    corners = np.array([[LOW, LOW], [HIGH, HIGH], [np.nan, np.inf]], np.float32)
    places = placed(corners, square)
    assert places[0] == pytest.approx([10, 120], abs=1e-3)
    assert places[1] == pytest.approx([110, 20], abs=1e-3)
    assert np.isfinite(places).all()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_real_is_bluer_and_generated_more_orange_and_the_middle_neither(theme):
    inks = Inks.of(colours(theme))
    image = surface_image(np.array([[-1, 0, 1]], np.float32), inks)
    made, middle, real = (image.pixelColor(x, 0) for x in range(3))
    assert made.red() > made.blue() + 20
    assert real.blue() > real.red() + 20
    assert middle == inks.ground


def test_the_critics_surface_is_painted_with_y_upwards(plane):
    surface = np.full_like(plane.seen.surface, -1.0)
    surface[20:] = 1.0
    plane.show_layers(Layers(real=False, made=False, grid=False))
    plane.show_snapshot(replace(plane.seen, surface=surface))
    picture = plane.grab().toImage()
    top, bottom = (picture.pixelColor(QPoint(200, y)) for y in (50, 350))
    assert top.blue() > top.red()
    assert bottom.red() > bottom.blue()
    assert opinion_at(plane.seen, 0.5, 0.9) == 1.0
    assert np.isnan(opinion_at(plane.seen, 2.0, 0.5))


@pytest.mark.parametrize("layer", ["surface", "real", "made", "grid", "arrows", "best", "density"])
def test_each_layer_can_be_seen_by_itself(plane, layer):
    nothing = Layers(surface=False, real=False, made=False, grid=False)
    plane.show_layers(nothing)
    bare = plane.grab().toImage()
    plane.show_layers(replace(nothing, **{layer: True}))
    assert plane.grab().toImage() != bare


def test_a_long_curve_stays_light_and_a_restart_begins_it_anew(qtbot):
    curve = LabPlot(GAN.plots)
    qtbot.addWidget(curve)
    game = PlaneGAN(SMALL, point_set("eight"))
    game.learn(1)
    seen = game.snapshot()
    for step in range(1, 2000):
        curve.add(replace(seen, step=step))
    assert 300 < len(curve.points) <= 600
    curve.add(replace(seen, step=1, round=1))
    assert len(curve.points) == 1
    curve.grab()


def test_the_axis_of_losses_holds_all_values_and_the_lines_of_reference(qtbot):
    plot = LabPlot(GAN.plots)
    qtbot.addWidget(plot)
    game = PlaneGAN(SMALL, point_set("eight"))
    for _ in range(3):
        game.learn(1)
        plot.add(game.snapshot())
    low, high = plot._range(plot.table)
    assert low <= 0.0
    assert high > np.log(4)
    assert [words for _, words in plot._marks[0]] == ["log 4", "log 2"]
    plot.show_plot(1)
    assert plot.spec.title == "D"
    assert plot._marks[1] == ((0.5, "½"),)
    plot.show_plot(2)
    assert plot.table.shape == (3, 3)
    assert np.isfinite(plot.table).all()


@pytest.mark.parametrize("width", [240, 500, 900])
def test_a_headline_is_never_clipped(qtbot, width):
    headline = Headline()
    qtbot.addWidget(headline)
    headline.resize(width, 20)
    headline.show()
    words = "The critic is sure everywhere: its slope has vanished, and nothing tells the generator where to go."
    headline.show_verdict(LabVerdict(words, True))
    needed = headline.fontMetrics().boundingRect(0, 0, headline.width(), 9999, Qt.TextFlag.TextWordWrap, words)
    assert headline.minimumHeight() >= needed.height()


def test_the_switch_leads_to_a_vae_and_the_gan_stands_still(view, qtbot):
    gan = view.bench
    gan.bar.play.click()
    qtbot.waitUntil(lambda: gan.plane.seen.step > 0, timeout=20_000)
    view.show_subject(1)
    vae = view.bench
    assert not gan.lab.is_playing
    qtbot.waitUntil(lambda: vae.plane.seen is not None, timeout=20_000)
    vae.bar.turns["encoder"].click()
    wait_for(qtbot, vae, step=1, turn="encoder")
    assert "encoder has learned" in vae.side.caption.text()
    assert {"Beta", "Noise"} <= {box.accessibleName() for box in vae.controls.boxes.values()}
    vae.grab()
    view.show_subject(0)
    assert view.bench is gan
    assert view.meanings()["sample"].words == "Play or pause"


@pytest.mark.parametrize("latent", ["1-D", "2-D"])
def test_each_layer_of_a_vae_can_be_seen_by_itself(qtbot, latent):
    plane = LabPlane(VAE)
    qtbot.addWidget(plane)
    plane.resize(600, 332)
    plane.show_snapshot(PlaneVAE(PlaneVAEConfig(width=8, latent=latent), point_set("moons")).snapshot())
    nothing = VAELayers(*[False] * 6)
    plane.show_layers(nothing)
    bare = plane.grab().toImage()
    for layer in VAE.layer_words:
        if (layer, latent) != ("grid", "1-D"):  # of untrained networks, hardly a dot
            plane.show_layers(replace(nothing, **{layer: True}))
            assert plane.grab().toImage() != bare


def test_the_map_of_the_generator_begins_where_the_noise_was_drawn(plane):
    bare = Layers(surface=False, real=False, grid=False)
    shown = {}
    for morph in (0.0, 0.5, 1.0):
        plane.show_layers(replace(bare, morph=morph))
        shown[morph] = plane.grab().toImage()
    assert shown[0.0] != shown[0.5] != shown[1.0]
    plane.show_snapshot(replace(plane.seen, made=plane.seen.flat_made))
    plane.show_layers(bare)
    assert plane.grab().toImage() == shown[0.0]


def test_the_slider_from_noise_to_output_reaches_the_plane(lab):
    lab.side.morph.take(0.25)
    assert lab.plane.layers.morph == 0.25
    lab.side.layers["density"].click()
    assert lab.plane.layers.density
    assert lab.plane.layers.morph == 0.25


def test_the_slider_of_beta_and_its_box_move_each_other(qtbot):
    controls = LabControls(VAE)
    qtbot.addWidget(controls)
    with qtbot.waitSignal(controls.changed) as told:
        controls.sliders["beta"].take(2.5)
    assert told.args[0].beta == 2.5
    assert controls.boxes["beta"].value() == 2.5
    controls.boxes["beta"].setValue(0.5)
    assert controls.sliders["beta"].value == 0.5


def test_a_single_step_is_lit_phase_by_phase_and_a_played_one_as_a_whole(qtbot):
    flow = FlowGraph()
    qtbot.addWidget(flow)
    game = PlaneGAN(SMALL, point_set("eight"))
    game.learn(turn="generator")
    flow.show_snapshot(game.snapshot(), playing=False)
    assert flow.lit == PHASES["generator"][0]
    seen = [flow.lit]
    for _ in PHASES["generator"][1:]:
        flow._go_on()
        seen.append(flow.lit)
    assert tuple(seen) == PHASES["generator"]
    assert seen[-1][1] == (("samples", "generator"),)  # the slope reaches the generator last
    flow._go_on()
    assert not flow._timer.isActive()
    game.learn()
    flow.show_snapshot(game.snapshot(), playing=True)
    assert len(flow.lit[0]) > 6
    flow.resize(flow.sizeHint())
    flow.grab()


def test_the_lab_is_never_wider_than_a_small_window_leaves_it_and_the_flow_comes_with_the_room(lab):
    lab.resize(960, 460)
    assert lab.minimumSizeHint().width() <= 900
    assert not lab.flow.isVisible()
    lab.resize(1400, 560)
    assert lab.flow.isVisible()
    lab.resize(960, 460)
    assert not lab.flow.isVisible()


def test_the_rates_of_every_preset_are_shown_whole(qtbot):
    controls = LabControls(GAN)
    qtbot.addWidget(controls)
    controls.show()
    for preset in GAN.presets:
        controls.show_config(preset.config)
        for name in ("generator_rate", "critic_rate"):
            line = controls.boxes[name].lineEdit()
            assert float(line.text()) == getattr(preset.config, name)
            assert line.fontMetrics().horizontalAdvance(line.text()) <= line.width() - 4
