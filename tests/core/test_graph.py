"""Whatever is called .onnx but is none is refused with its own sentence."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from explorer.core.models.graph import Port, parse_model
from explorer.core.models.inputs import sources
from explorer.core.models.policy import read_model
from explorer.core.models.roles import roles
from explorer.core.problem import Problem
from tests.models import tiny_generator

_NOT_MODELS = {
    "a PNG picture": b"\x89PNG\r\n\x1a\n",
    "a JPEG picture": b"\xff\xd8\xff\xe0",
    "a zip archive": b"PK\x03\x04" + bytes(30),
    "a Python pickle": b"\x80\x02}q\x00.",
    "a safetensors file": (16).to_bytes(8, "little") + b'{"weight":{}}   ',
    "a web page": b"\n <!DOCTYPE html><html>",
    "an HDF5 file": b"\x89HDF\r\n\x1a\n",
    "a text": "notes über Modelle\n".encode(),
    "a NumPy array": b"\x93NUMPY",
    "a Git LFS pointer": b"version https://git-lfs.github.com/spec/v1",
}


@pytest.mark.parametrize("what", _NOT_MODELS)
def test_another_kind_of_file_is_recognised(tmp_path: Path, what: str) -> None:
    (tmp_path / "model.onnx").write_bytes(_NOT_MODELS[what])
    with pytest.raises(Problem, match=f"model.onnx is {what}.*not an ONNX model"):
        parse_model(tmp_path / "model.onnx")


def test_an_empty_file_is_called_empty(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").touch()
    with pytest.raises(Problem, match=r"model\.onnx is empty"):
        parse_model(tmp_path / "model.onnx")


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_model_cut_off_anywhere_is_refused(tmp_path: Path, part: float) -> None:
    path = tiny_generator(tmp_path / "model.onnx", card=False)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    with pytest.raises(Problem, match="not a complete ONNX model"):
        parse_model(path)


@pytest.mark.parametrize("junk", [b"\x01hello world", b"\0" * 100, bytes(range(256)) * 8])
def test_junk_is_refused(tmp_path: Path, junk: bytes) -> None:
    (tmp_path / "model.onnx").write_bytes(junk)
    with pytest.raises(Problem, match="not a complete ONNX model"):
        parse_model(tmp_path / "model.onnx")


def test_inputs_and_outputs_are_listed_with_their_open_sizes(tmp_path: Path) -> None:
    file = parse_model(tiny_generator(tmp_path / "model.onnx", classes=3))
    assert file.inputs == (Port("z", "float32", ("N", 4)), Port("label", "int64", ("N",)))
    assert file.outputs == (Port("picture", "float32", ("N", 3, 8, 8)),)
    assert file.opset == 17


def test_the_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    path = tiny_generator(tmp_path / "model.onnx")
    file = parse_model(path)
    assert file.hash == hashlib.sha256(path.read_bytes()).hexdigest()
    assert file.size_bytes == path.stat().st_size


def test_a_model_with_changed_bytes_is_read_or_refused_but_never_a_bug(tmp_path: Path) -> None:
    path = tiny_generator(tmp_path / "model.onnx", latent=2, size=4, classes=2, one_hot=True)
    whole, draw, refused = path.read_bytes(), np.random.RandomState(0), 0
    for _ in range(400):
        data = bytearray(whole)
        for place in draw.randint(0, len(data), draw.randint(1, 6)):
            data[place] = draw.randint(256)
        path.write_bytes(data)
        try:
            file = read_model(path)
            found = sources(file.inputs)
            assert found is None or roles(found, file.outputs) is None or file.hash
        except Problem:
            refused += 1
    assert refused > 50


def test_names_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tiny_generator(tmp_path / "model.onnx", card=False)
    path.write_bytes(path.read_bytes().replace(b"picture", b"pictur\xff"))
    with pytest.raises(Problem, match="not a complete ONNX model"):
        parse_model(path)
