"""Weights that others saved open as models, read as the user chose."""

from __future__ import annotations

import os

import numpy as np
import pytest
import torch
from torch import nn

from explorer.core.files import hash_of
from explorer.core.problem import Problem
from explorer.session.models.catalog import Catalog
from explorer.session.models.converted_models import converted_models, forget_all, note_use
from explorer.session.models.opening import Opener
from explorer.session.models.weights_files import holds_weights
from explorer.session.settings import Settings
from tests.models import tiny_generator


@pytest.fixture
def weights(tmp_path):
    torch.manual_seed(0)
    (tmp_path / "theirs").mkdir()
    path = tmp_path / "theirs" / "digits.pt"
    torch.save(nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 64), nn.Tanh()).state_dict(), path)
    return path


@pytest.fixture
def opener(tmp_path):
    return Opener(tmp_path / "cache" / "exports")


def test_weights_open_as_a_model_and_say_how_they_were_read(weights, opener):
    model = opener.open(weights, "cpu")
    model.generator.close()
    assert (model.path, model.name) == (weights, "digits")
    assert (model.generator.card.latent_size, model.generator.card.height) == (4, 8)
    assert model.readings.layout == "Multilayer perceptron GAN"
    assert model.files.generator == opener.generator_of(weights)
    assert opener.exports() == (model.files.generator.parent,)


@pytest.mark.usefixtures("converts_here")
def test_what_the_user_chose_is_remembered_for_the_bytes_wherever_they_lie(weights, opener, tmp_path):
    first = opener.open(weights, "cpu")
    first.generator.close()
    opener.weights.choose(first.readings.sha256, {"last": "sigmoid"})
    moved = weights.rename(tmp_path / "elsewhere.pth")
    second = Opener(tmp_path / "cache" / "exports").open(moved, "cpu")
    second.generator.close()
    assert second.generator.card.value_range == (0, 1)
    assert second.generator.hash != first.generator.hash
    assert [choice.taken for choice in second.readings.choices if choice.key == "last"] == ["sigmoid"]
    assert set(opener.exports()) == {first.files.generator.parent, second.files.generator.parent}


@pytest.mark.usefixtures("converts_here")
@pytest.mark.parametrize("damage", [b"", b"[]", b"{", b'{"last": "banana"}'])
def test_a_damaged_memory_of_answers_does_not_keep_weights_from_opening(weights, opener, damage):
    model = opener.open(weights, "cpu")
    model.generator.close()
    opener.weights.choose(model.readings.sha256, {"last": "sigmoid"})
    (answers,) = opener._exports_folder.glob("readings/*.json")
    answers.write_bytes(damage)
    if b"banana" in damage:
        with pytest.raises(Problem, match="banana is not an answer to last"):
            opener.open(weights, "cpu")
    else:
        opener.open(weights, "cpu").generator.close()


@pytest.mark.usefixtures("converts_here")
def test_a_scene_finds_the_weights_it_was_made_with(weights, opener, tmp_path):
    model = opener.open(weights, "cpu")
    model.generator.close()
    settings = Settings(tmp_path / "settings.ini")
    settings.remember_recent(weights)
    catalog = Catalog(tmp_path / "models", tmp_path / "previews", settings)
    assert catalog.find(model.generator.hash, opener.generator_of, opener.exports()) == weights
    assert [entry.name for entry in catalog.recent()] == ["digits"]
    again = opener.open(model.files.generator.parent, "cpu")
    again.generator.close()
    assert again.generator.hash == model.generator.hash


def test_files_of_weights_are_known_by_their_names_and_model_folders_are_none(tmp_path):
    assert all(holds_weights(tmp_path / name) for name in ("a.pt", "B.PTH", "c.ckpt", "d.safetensors", "e.bin"))
    assert not holds_weights(tmp_path / "a.onnx")
    (tmp_path / "folder.pt").mkdir()
    tiny_generator(tmp_path / "folder.pt" / "generator.onnx")
    assert not holds_weights(tmp_path / "folder.pt")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_with_the_name_of_weights_is_not_awaited(tmp_path, opener):
    os.mkfifo(tmp_path / "pipe.pt")
    with pytest.raises(Problem, match=r"pipe\.pt is a device or a pipe"):
        opener.open(tmp_path / "pipe.pt", "cpu")


@pytest.mark.usefixtures("converts_here")
def test_both_readings_draw_the_same_latent_differently(weights, opener):
    z = np.random.RandomState(0).standard_normal((4, 4)).astype(np.float32)
    first = opener.open(weights, "cpu")
    opener.weights.choose(first.readings.sha256, {"hidden": "tanh"})
    second = opener.open(weights, "cpu")
    drawn = [model.generator.pictures(z).astype(int) for model in (first, second)]
    for model in (first, second):
        model.generator.close()
    assert np.abs(drawn[0] - drawn[1]).max() > 3


def test_a_file_too_large_to_be_read_is_refused_before_its_bytes_are_hashed(opener, tmp_path, monkeypatch):
    path = tmp_path / "huge.ckpt"
    with path.open("wb") as file:
        file.truncate(9 << 30)  # sparse
    monkeypatch.setattr("explorer.core.files.hash_of", lambda path: pytest.fail("was hashed"))
    with pytest.raises(Problem, match=r"is larger than 8 GB|would need about"):
        opener.open(path, "cpu")


@pytest.mark.usefixtures("converts_here")
def test_weights_and_their_source_open_together_and_a_source_of_others_is_forgotten(weights, opener, tmp_path):
    (tmp_path / "code").mkdir()
    right, wrong = tmp_path / "code" / "net.py", tmp_path / "code" / "other.py"
    layers = "nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, {}), nn.Sigmoid()"
    right.write_text(f"import torch.nn as nn\nnet = nn.Sequential({layers.format(64)})\n")
    wrong.write_text(f"import torch.nn as nn\nnet = nn.Sequential({layers.format(81)})\n")
    opener.weights.choose_source(weights, wrong)
    with pytest.raises(Problem, match=r"other\.py"):
        opener.open(weights, "cpu")
    opener.weights.choose_source(weights, right)
    opener.weights.choose(opener.weights._hashes.of(weights), {"hidden": "elu"})  # of a time before there was a source
    model = opener.open(weights, "cpu")
    model.generator.close()
    assert model.readings.layout == "net, from the source: net.py"
    assert model.generator.card.value_range == (0, 1)
    assert model.files.generator == opener.generator_of(weights)
    right.unlink()
    assert opener.weights.source(model.readings.sha256) is None


@pytest.mark.usefixtures("converts_here")
def test_a_copy_of_the_same_bytes_has_its_own_name(weights, opener):
    opener.open(weights, "cpu").generator.close()
    copy = weights.rename(weights.with_name("letters.pt"))
    model = opener.open(copy, "cpu")
    model.generator.close()
    assert (model.name, model.generator.card.name) == ("letters", "letters")


@pytest.mark.usefixtures("converts_here")
def test_converted_models_are_listed_limited_and_forgotten(weights, opener, tmp_path):
    cache = tmp_path / "cache" / "exports"
    made = []
    for age, last in enumerate(("tanh", "sigmoid", "plain")):
        opener.weights.choose(hash_of(weights), {"last": last})
        made.append(opener.files(weights).generator.parent)
        os.utime(made[-1], (1000 + age, 1000 + age))
    assert [model.folder for model in converted_models(cache)] == made[::-1]
    assert {model.name for model in converted_models(cache)} == {"digits.pt"}
    sizes = {model.folder: model.size_bytes for model in converted_models(cache)}
    assert all(size > 1000 for size in sizes.values())
    note_use(made[0], sizes[made[0]] + sizes[made[2]])
    assert [model.folder for model in converted_models(cache)] == [made[0], made[2]], "the least recently used goes"
    note_use(made[0], 1)
    assert [model.folder for model in converted_models(cache)] == [made[0]], "what is used stays"
    assert forget_all(cache) == sizes[made[0]]
    assert converted_models(cache) == ()
    assert opener.files(weights).generator.is_file(), "and is made again"
