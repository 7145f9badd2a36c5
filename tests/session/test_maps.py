from __future__ import annotations

import threading
from dataclasses import replace
from weakref import ref

import numpy as np
import pytest

from explorer.core.inference.generator import Generator
from explorer.core.inference.perception import Classifier
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.session.models.opening import Opener
from explorer.session.traverse.map_layouts import MapRequest, Maps
from explorer.session.traverse.map_pictures import PORTRAITS, own_pictures, sampled_pictures
from tests.models import tiny_classifier, tiny_encoder, tiny_generator
from tests.pictures import labelled_folder


@pytest.fixture
def model(tmp_path, monkeypatch, remembered_trials):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "seeing"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx")
    tiny_encoder(folder / "encoder.onnx")
    model = Opener(tmp_path / "exports").open(folder, "cpu")
    yield model
    model.generator.close()


@pytest.fixture
def maps(qapp):
    maps = Maps()
    yield maps
    maps.close()


@pytest.fixture
def folder(tmp_path):
    return labelled_folder(tmp_path / "pictures")


def made(maps, model, request, qtbot):
    with qtbot.waitSignal(maps.made, timeout=20_000) as told:
        maps.request(model, request)
    return told.args[0]


def test_own_pictures_are_encoded_with_what_is_known_of_them(model, folder):
    told = []
    found = own_pictures(model, folder, 6, told.append)
    assert found.names == ("00.png", "02.png", "04.png", "06.png", "08.png", "10.png")
    assert [fact.name for fact in found.facts] == ["class", "smile", "hat", "hair"]
    assert found.facts[0].told(5) == "dog"
    assert found.pictures.shape == (6, 8, 8, 3)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    assert own_pictures(model, folder, 6, cancelled=lambda: True) is None


def test_portraits_are_painted_no_more_than_are_shown(model):
    tiny_encoder(model.files.encoder, size=32)
    found = own_pictures(model, PORTRAITS, 5)
    assert len(found.scenes) == 5
    assert "hair_style" in {fact.name for fact in found.facts}


def test_encodings_lie_by_their_latents(maps, model, folder, qtbot):
    found = made(maps, model, MapRequest("pca", 100, source=folder), qtbot)
    assert len(found.scenes) == 12
    assert found.pca.point_of(found.scenes[4].z) == pytest.approx(tuple(found.points[4]), abs=1e-5)
    neighbours = made(maps, model, MapRequest("tsne", 100, source=folder), qtbot)
    assert neighbours.shown is found.shown
    assert neighbours.pca is None
    samples = made(maps, model, MapRequest("pca", 12), qtbot)
    assert samples.request.by == "pictures"
    assert samples.scenes[3].seed == 3


def test_what_cannot_be_mapped_is_told(maps, model, folder, tmp_path, qtbot):
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.npz").write_bytes(b"PK\x03\x04 no zip")
    labelled_folder(tmp_path / "two", 2)
    for source, words in {
        "empty": "no pictures",
        "bad.npz": "bad.npz",
        "gone": "There is no",
        "two": "A map of 2 points",
    }.items():
        with qtbot.waitSignal(maps.failed) as told:
            maps.request(model, MapRequest("pca", 10, source=tmp_path / source))
        assert isinstance(told.args[0], Problem)
        assert words in str(told.args[0])
    assert made(maps, model, MapRequest("pca", 10, source=folder), qtbot).request.source == folder


def test_a_model_without_an_encoder_or_with_another_ones_is_refused(model, folder):
    tiny_encoder(model.files.encoder, latent=5)
    with pytest.raises(Problem, match="gives 5 numbers"):
        own_pictures(model, folder, 10)
    model.files.encoder.unlink()
    bare = Opener(folder).open(model.path, "cpu")
    with pytest.raises(Problem, match="has no encoder"):
        own_pictures(bare, folder, 10)
    bare.generator.close()


def test_an_encoder_of_another_size_sees_pictures_of_its_own_size(model, folder, tmp_path):
    tiny_encoder(model.files.encoder, size=16, channels=1)
    assert own_pictures(model, folder, 10).pictures.shape == (10, 16, 16, 1)


def test_pictures_are_kept_for_another_layout_until_the_model_changes_or_it_closes(model, folder, tmp_path, qtbot):
    maps, other = Maps(), Opener(tmp_path / "exports").open(model.path, "cpu")
    found = made(maps, model, MapRequest("pca", 100, source=folder), qtbot)
    pictures = ref(found.shown)
    assert made(maps, model, MapRequest("pca", 100, source=folder), qtbot).shown is found.shown
    assert made(maps, model, MapRequest("pca", 5, source=folder), qtbot).shown is not found.shown
    del found
    qtbot.waitUntil(lambda: not maps.is_busy)
    assert pictures() is None
    pictures = ref(made(maps, model, MapRequest("pca", 12), qtbot).shown)
    assert pictures() is not None
    made(maps, other, MapRequest("pca", 12), qtbot)
    assert maps.model is other
    assert pictures() is None
    pictures = ref(made(maps, other, MapRequest("pca", 13), qtbot).shown)
    maps.close()
    assert pictures() is None
    assert maps.model is None
    other.generator.close()


def test_samples_are_kept_as_thumbnails(tmp_path):
    generator = Generator.open(tiny_generator(tmp_path / "large.onnx", size=200), "cpu")
    shown = sampled_pictures(generator, 40, 0)
    assert shown.pictures.shape == (40, 64, 64, 3)
    generator.close()


def test_own_pictures_are_kept_as_thumbnails(model, folder):
    tiny_encoder(model.files.encoder, size=96)
    shown = own_pictures(model, folder, 10)
    assert shown.pictures.shape == (10, 64, 64, 3)
    assert shown.pictures.base is None


def test_samples_can_be_coloured_by_what_a_classifier_sees(maps, model, tmp_path, qtbot):
    classifier = tiny_classifier(tmp_path / "classifier.onnx")
    told = replace(model, files=replace(model.files, classifier=classifier))
    facts = made(maps, told, MapRequest("pca", 12), qtbot).shown.facts
    assert [fact.name for fact in facts] == ["first", "second"]
    reader = Classifier.open(classifier, "cpu")
    seen = reader.read(model.generator.picture(sample(3, 4))[None])[0]
    reader.close()
    assert [fact.told(3) for fact in facts] == ["yes" if chance > 0.5 else "no" for chance in seen]


def test_a_cancelled_map_never_comes(maps, model, folder, qtbot, monkeypatch):
    entered, gate = threading.Event(), threading.Event()
    stream = type(model.generator).stream

    def slow(generator, latents, labels):
        for part in stream(generator, latents, labels):
            entered.set()
            assert gate.wait(10)
            yield part

    monkeypatch.setattr(type(model.generator), "stream", slow)
    shares = []
    maps.progressed.connect(shares.append)
    with qtbot.assertNotEmitted(maps.made), qtbot.assertNotEmitted(maps.failed):
        maps.request(model, MapRequest("pca", 12))
        assert entered.wait(10)
        maps.cancel()
        gate.set()
        qtbot.waitUntil(lambda: not maps.is_busy)
    assert shares[-1] == 1.0
    assert np.isfinite(made(maps, model, MapRequest("pca", 100, source=folder), qtbot).points).all()


def test_samples_are_told_of_up_to_the_last(model):
    told = []
    found = sampled_pictures(model.generator, 40, 7, told.append)
    assert [scene.seed for scene in found.scenes] == list(range(7, 47))
    assert np.array_equal(found.pictures[39], model.generator.picture(found.scenes[39].z))
    assert told == sorted(told)
    assert 0.0 < told[0] < told[-1] == 1.0
    assert sampled_pictures(model.generator, 40, 7, cancelled=lambda: True) is None
