from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from explorer.core.inference.generator import Generator
from explorer.core.models.model import model_files
from explorer.core.photos.alignment import Alignment
from explorer.core.problem import Problem
from explorer.core.rendering.picture_files import save_png
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene
from explorer.session.models.opening import OpenModel
from explorer.session.photos.photo import CropRequest, Crops, Photos, Placing, error_of
from tests.models import tiny_critic, tiny_encoder, tiny_generator


@pytest.fixture
def open_model(tmp_path):
    opened = []

    def open_one(encoder=tiny_encoder) -> OpenModel:
        folder = tmp_path / f"model{len(opened)}"
        folder.mkdir()
        tiny_generator(folder / "generator.onnx")
        if encoder is not None:
            encoder(folder / "encoder.onnx")
        files = model_files(folder)
        generator = Generator.open(files.generator, "cpu", trusted=True)
        opened.append(generator)
        return OpenModel(folder, files, generator, Renderer(generator), "cpu")

    yield open_one
    for generator in opened:
        generator.close()


@pytest.fixture
def photos(qapp):
    photos = Photos()
    yield photos
    photos.close()


@pytest.fixture
def crops(qapp):
    crops = Crops()
    yield crops
    crops.close()


def read(photos, path, qtbot):
    with qtbot.waitSignal(photos.read, timeout=10_000) as told:
        photos.request(path)
    return told.args[0]


def refused(photos, path, qtbot) -> Problem:
    with qtbot.waitSignal(photos.failed, timeout=10_000) as told:
        photos.request(path)
    return told.args[0]


def colours(height=40, width=60, seed=0):
    return np.random.RandomState(seed).randint(0, 255, (height, width, 3), np.uint8)


def cut_of(crops, cut, qtbot):
    with qtbot.waitSignal(crops.shown, timeout=10_000) as told:
        crops.request(cut)
    return told.args


MIDDLE = Placing(Alignment(30.0, 20.0, 24.0))


def test_a_photo_is_read_with_its_name(photos, tmp_path, qtbot):
    pixels = colours()
    Image.fromarray(pixels).save(tmp_path / "me.png")
    found = read(photos, tmp_path / "me.png", qtbot)
    assert np.array_equal(found.photo.pixels, pixels)
    assert (found.name, found.scene) == ("me.png", None)


def test_a_saved_picture_is_a_photo_that_carries_its_scene(photos, tmp_path, qtbot):
    scene = Scene(model="ab", z=np.ones(4, np.float32))
    save_png(tmp_path / "saved.png", colours(8, 8), scene)
    assert read(photos, tmp_path / "saved.png", qtbot).scene.model == "ab"


@pytest.mark.parametrize("bytes_", [b"", b"no picture", None])
def test_what_is_no_photo_is_told_in_words(photos, tmp_path, qtbot, bytes_):
    path = tmp_path / "odd.jpg"
    if bytes_ is None:
        Image.fromarray(colours(200, 200)).save(path)
        bytes_ = path.read_bytes()[:900]
    path.write_bytes(bytes_)
    problem = refused(photos, path, qtbot)
    assert isinstance(problem, Problem)
    assert "odd.jpg" in problem.what


@pytest.mark.parametrize(("size", "words"), [((1, 1), "too small"), ((3000, 2), "too small"), ((900, 20), "stripe")])
def test_specks_and_stripes_are_refused_in_a_sentence(photos, tmp_path, qtbot, size, words):
    Image.new("RGB", size, "red").save(tmp_path / "odd.png")
    problem = refused(photos, tmp_path / "odd.png", qtbot)
    assert words in problem.what
    assert f"{size[0]:,} × {size[1]:,} pixels" in problem.what


def test_the_newest_of_several_photos_is_told_alone(photos, tmp_path, qtbot):
    for number in range(3):
        Image.fromarray(colours(seed=number)).save(tmp_path / f"{number}.png")
    told = []
    photos.read.connect(lambda found, _path: told.append(found.name))
    for number in range(3):
        photos.request(tmp_path / f"{number}.png")
    qtbot.waitUntil(lambda: not photos.is_busy)
    assert told == ["2.png"]


def test_a_mirrored_crop_is_the_crop_in_a_mirror():
    photo = colours()
    straight = MIDDLE.crop(photo, 8, 8, 3)
    mirrored = Placing(MIDDLE.alignment, mirrored=True).crop(photo, 8, 8, 3)
    assert np.array_equal(mirrored, straight[:, ::-1])


def test_a_crop_has_the_size_and_channels_of_the_model():
    assert MIDDLE.crop(colours(), 8, 8, 1).shape == (8, 8, 1)
    assert MIDDLE.crop(colours(), 8, 6, 3).shape == (8, 6, 3)


def test_a_photo_of_one_pixel_gives_a_crop_of_that_colour():
    pixel = np.array([[[10, 200, 30]]], np.uint8)
    crop = Placing(Alignment.centred(1, 1)).crop(pixel, 8, 8, 3)
    assert (crop == pixel).all()


def test_a_frame_that_moves_is_cut_without_the_encoder(crops, open_model, qtbot):
    _, crop, one = cut_of(crops, CropRequest(open_model(), colours(), MIDDLE, encode=False), qtbot)
    assert crop.shape == (8, 8, 3)
    assert one is None


def test_a_frame_that_rests_is_encoded_and_drawn_again(crops, open_model, qtbot):
    model, photo = open_model(), colours()
    _, crop, one = cut_of(crops, CropRequest(model, photo, MIDDLE, encode=True), qtbot)
    assert np.array_equal(one.picture, model.generator.picture(one.point.numbers))
    assert one.error == pytest.approx(error_of(one.picture, crop))
    assert 0 < one.error < 1
    assert one.method == "encoder"


def test_the_encoder_finds_the_direction_in_which_a_picture_of_the_model_lies(crops, open_model, qtbot):
    model = open_model()
    z = np.array([1.0, -0.5, 0.2, 0.0], np.float32)
    picture = model.generator.picture(z)
    _, crop, one = cut_of(crops, CropRequest(model, picture, Placing(Alignment.centred(8, 8)), encode=True), qtbot)
    assert np.array_equal(crop, picture)
    assert float(one.point.numbers @ z) / float(np.linalg.norm(one.point.numbers) * np.linalg.norm(z)) > 0.8


def test_without_an_encoder_there_is_the_crop_alone(crops, open_model, qtbot):
    _, crop, one = cut_of(crops, CropRequest(open_model(None), colours(), MIDDLE, encode=True), qtbot)
    assert crop.shape == (8, 8, 3)
    assert one is None


def test_an_encoder_for_another_generator_is_refused(crops, open_model, qtbot):
    model = open_model(lambda path: tiny_encoder(path, latent=5))
    with qtbot.waitSignal(crops.failed, timeout=10_000) as told:
        crops.request(CropRequest(model, colours(), MIDDLE, encode=True))
    assert "5 numbers" in told.args[0].what


def test_what_is_no_encoder_is_refused(crops, open_model, qtbot):
    model = open_model(tiny_critic)
    with qtbot.waitSignal(crops.failed, timeout=10_000) as told:
        crops.request(CropRequest(model, colours(), MIDDLE, encode=True))
    assert isinstance(told.args[0], Problem)


def test_nothing_is_told_of_a_photo_that_was_left(crops, open_model, qtbot):
    told = []
    crops.shown.connect(lambda *args: told.append(args))
    crops.request(CropRequest(open_model(), colours(), MIDDLE, encode=True))
    crops.cancel()
    qtbot.waitUntil(lambda: not crops.is_busy)
    assert not told


def test_an_error_is_a_share_of_the_range():
    one, other = np.full((2, 2, 3), 250, np.uint8), np.full((2, 2, 3), 199, np.uint8)
    assert error_of(one, other) == error_of(other, one) == pytest.approx(0.2)
    assert error_of(one, one) == 0.0


def test_a_crop_of_unlike_sides_is_as_sharp_as_its_longer_one():
    photo = np.zeros((64, 64, 3), np.uint8)
    photo[:, ::2] = 255
    placing = Placing(Alignment.centred(64, 64))
    crop = placing.crop(photo, 16, 64, 3)
    assert crop.shape == (16, 64, 3)
    assert crop[8, 20:40].std() > 60
    turned = Placing(Alignment.centred(64, 64), mirrored=True).crop(photo, 16, 64, 3)
    assert np.array_equal(turned, crop[:, ::-1])
