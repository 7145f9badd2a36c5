"""An encoder beside a foreign generator is found, and read with the values that it was made for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from explorer.core.files import hash_of
from explorer.core.inference.perception import Encoder
from explorer.core.models.interpretations import Interpretations
from explorer.paths import model_path
from explorer.session.models import opening
from explorer.session.models.companion_links import Attached
from explorer.session.models.encoder_beside import encoder_beside
from explorer.session.models.opening import Opener
from explorer.session.photos.photo_projector import Projector
from tests.models import port

SIDE, LATENT = 8, 4


@pytest.fixture(autouse=True)
def _nothing_was_said_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def _pair(folder: Path, low: float, high: float, latent: int = LATENT) -> Path:
    """A painter of pictures from ``low`` to ``high``, and the encoder that undoes it; without cards."""
    folder.mkdir(exist_ok=True)
    basis = np.linalg.qr(np.random.RandomState(0).standard_normal((3 * SIDE * SIDE, LATENT)))[0].T
    middle, spread = (high + low) / 2, (high - low) / 2
    painter = {"rows": basis * spread, "middle": middle, "shape": [-1, 3, SIDE, SIDE], "low": low, "high": high}
    nodes = [("MatMul", ["z", "rows"], "a"), ("Add", ["a", "middle"], "b")]
    nodes += [("Clip", ["b", "low", "high"], "c"), ("Reshape", ["c", "shape"], "x")]
    _write(folder / "theirs.onnx", nodes, painter, port("z", ["N", LATENT]), port("x", ["N", 3, SIDE, SIDE]))
    reader = {"rows": basis.T[:, :latent] / spread, "middle": middle, "shape": [-1, 3 * SIDE * SIDE]}
    nodes = [("Sub", ["x", "middle"], "a"), ("Reshape", ["a", "shape"], "b"), ("MatMul", ["b", "rows"], "z")]
    _write(folder / "encoder.onnx", nodes, reader, port("x", ["N", 3, SIDE, SIDE]), port("z", ["N", latent]))
    return folder / "theirs.onnx"


def _write(path, nodes, weights, taken, given) -> None:
    tensors = [
        numpy_helper.from_array(np.array(value, np.int64 if name == "shape" else np.float32), name)
        for name, value in weights.items()
    ]
    made = [helper.make_node(kind, takes, [gives]) for kind, takes, gives in nodes]
    graph = helper.make_graph(made, "g", [taken], [given], tensors)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-1.0, 1.0)])
def test_an_encoder_beside_a_generator_is_used_with_the_values_that_it_was_made_for(tmp_path, low, high):
    opener = Opener(tmp_path / "exports")
    model = opener.open(_pair(tmp_path / "theirs", low, high), "cpu")
    try:
        assert model.files.encoder == tmp_path / "theirs" / "encoder.onnx"
        encoder = Encoder.open(model.files.encoder, "cpu")
        assert encoder.card.value_range == (low, high)
        assert not any("is assumed" in said for said in encoder.problems)
        z = np.array([0.5, -1.0, 0.2, 1.5], np.float32)
        found = encoder.latents(model.generator.picture(z)[None])[0]
        encoder.close()
        np.testing.assert_allclose(found, z, atol=0.1)
        with Projector(model) as projector:
            assert projector.method == "encoder"
    finally:
        model.generator.close()


@pytest.mark.parametrize(
    ("painter", "name", "is_found"),
    [
        ("theirs.onnx", "theirs_encoder.onnx", True),
        ("theirs.onnx", "theirs.encoder.onnx", True),
        ("vae-decoder.onnx", "vae-encoder.onnx", True),
        ("theirs.onnx", "encoder.onnx", True),
        ("theirs.onnx", "other_encoder.onnx", False),
        ("generator.onnx", "encoder.onnx", False),  # of a folder, which knows its parts
    ],
)
def test_only_an_encoder_of_its_name_is_taken(tmp_path, painter, name, is_found):
    (tmp_path / painter).touch()
    (tmp_path / name).touch()
    assert encoder_beside(tmp_path / painter) == (tmp_path / name if is_found else None)


def test_an_encoder_that_does_not_fit_is_left_alone(tmp_path):
    path = _pair(tmp_path / "theirs", 0.0, 1.0, latent=LATENT - 1)
    model = Opener(tmp_path / "exports").open(path, "cpu")
    model.generator.close()
    assert model.files.encoder is None


def test_what_a_person_says_of_an_encoder_goes_first(tmp_path):
    path = _pair(tmp_path / "theirs", 0.0, 1.0)
    opener = Opener(tmp_path / "exports")
    opener.open(path, "cpu").generator.close()
    encoder = hash_of(tmp_path / "theirs" / "encoder.onnx")
    assert Interpretations().of(encoder) == {"value_range": (0.0, 1.0)}
    Interpretations().keep(encoder, {"value_range": (-1.0, 1.0)})
    opener.open(path, "cpu").generator.close()
    assert Interpretations().of(encoder) == {"value_range": (-1.0, 1.0)}


def test_what_a_bundled_model_brings_is_not_read_to_see_whether_it_fits(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(opening, "with_encoder", lambda files, _generator: asked.append(files.encoder) or files)
    opener = Opener(tmp_path / "exports")
    model = opener.open(model_path("portraits"), "cpu")
    model.generator.close()
    assert model.files.encoder == model_path("portraits") / "encoder.onnx"
    assert asked == []
    _pair(tmp_path / "theirs", 0.0, 1.0)
    given = tmp_path / "theirs" / "encoder.onnx"
    opener.companion_links.attach(model.generator.hash, "encoder", Attached(given, hash_of(given)))
    opener.open(model_path("portraits"), "cpu").generator.close()
    assert asked == [given]
