from __future__ import annotations

import hashlib
import os

import numpy as np
import pytest
from PIL import Image

from explorer.core.inference.generator import Generator
from explorer.session.models.catalog import Catalog
from explorer.session.settings import Settings
from tests.models import tiny_generator


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def catalog(tmp_path, settings) -> Catalog:
    for name in ("beta", "alpha"):
        (tmp_path / "models" / name).mkdir(parents=True)
        tiny_generator(tmp_path / "models" / name / "generator.onnx", seed=len(name))
    (tmp_path / "models" / "no model").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "models" / "alpha" / "preview.png")
    return Catalog(tmp_path / "models", tmp_path / "previews", settings)


def test_bundled_models_are_listed_by_name_with_their_previews(catalog, tmp_path):
    alpha, beta = catalog.bundled()
    assert (alpha.name, beta.name) == ("alpha", "beta")
    assert alpha.preview == tmp_path / "models" / "alpha" / "preview.png"
    assert beta.preview is None
    assert alpha.bundled


def test_recent_models_are_those_that_are_still_there(catalog, settings, tmp_path):
    mine = tiny_generator(tmp_path / "mine.onnx")
    for path in (mine, tmp_path / "gone.onnx", tmp_path / "models" / "alpha"):
        settings.remember_recent(path)
    assert [entry.path for entry in catalog.recent()] == [mine]
    assert [entry.name for entry in catalog.entries()] == ["alpha", "beta", "mine"]


def test_a_model_is_found_by_the_hash_of_its_generator(catalog, settings, tmp_path):
    mine = tiny_generator(tmp_path / "mine.onnx", latent=7)
    settings.remember_recent(mine)
    assert catalog.find(hashlib.sha256(mine.read_bytes()).hexdigest()) == mine
    generator = tmp_path / "models" / "beta" / "generator.onnx"
    assert catalog.find(hashlib.sha256(generator.read_bytes()).hexdigest()).name in ("alpha", "beta")
    assert catalog.find("0" * 64) is None


def test_a_missing_models_folder_is_an_empty_catalog(tmp_path, settings):
    assert Catalog(tmp_path / "nowhere", tmp_path, settings).entries() == ()


def test_a_preview_is_kept_unless_there_is_a_newer_one(catalog, tmp_path):
    mine = tiny_generator(tmp_path / "mine.onnx")
    generator, file = Generator.open(mine, "cpu", trusted=True), catalog.preview_file(mine)
    catalog.keep_preview(mine, generator)
    assert np.asarray(Image.open(file)).shape == (8, 8, 3)
    file.write_bytes(b"newer")
    os.utime(file, (mine.stat().st_mtime + 9,) * 2)
    catalog.keep_preview(mine, generator)
    assert file.read_bytes() == b"newer"
    os.utime(file, (mine.stat().st_mtime - 9,) * 2)
    catalog.keep_preview(mine, generator)
    assert file.read_bytes() != b"newer"
    own = tmp_path / "models" / "alpha"
    catalog.keep_preview(own, generator)
    assert not catalog.preview_file(own).exists()
    generator.close()
