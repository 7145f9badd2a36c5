"""Weights in other files: opened for who trusts the model, from its own folder, without links, and as numbers only."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from explorer.core.inference.generator import Generator
from explorer.core.models import external
from explorer.core.models.external import KeptOutside, Trusted
from explorer.core.models.graph import ModelFile, parse_model
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from tests.models import tiny_generator


@pytest.fixture(autouse=True)
def _nobody_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def split_model(folder: Path, location: str = "weights.bin", lengths: bool = True) -> Path:
    """A generator in ``folder`` whose floats lie in ``weights.bin``, or claim to lie at ``location``."""
    folder.mkdir(exist_ok=True)
    whole = tiny_generator(folder / "whole.onnx")
    model = onnx.load_model_from_string(whole.read_bytes())
    data = b""
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT:
            continue
        raw = onnx.numpy_helper.to_array(tensor).tobytes()
        tensor.ClearField("raw_data")
        tensor.ClearField("float_data")
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value=location)
        tensor.external_data.add(key="offset", value=str(len(data)))
        if lengths:
            tensor.external_data.add(key="length", value=str(len(raw)))
        data += raw
    (folder / "weights.bin").write_bytes(data)
    path = folder / "split.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def _trusted(path: Path) -> Path:
    Trusted().add(parse_model(path).hash)
    return path


def test_it_is_refused_until_it_is_trusted(tmp_path: Path) -> None:
    path = split_model(tmp_path / "m")
    with pytest.raises(KeptOutside, match=r"keeps its weights in other files \(weights\.bin\)") as refused:
        read_model(path)
    Trusted().add(refused.value.model)
    assert read_model(path).proto.graph.node


def test_nobody_is_asked_to_trust_what_is_refused_anyway(tmp_path: Path) -> None:
    path = split_model(tmp_path / "m")
    (tmp_path / "m" / "weights.bin").unlink()
    with pytest.raises(Problem, match="not there") as refused:
        read_model(path)
    assert not isinstance(refused.value, KeptOutside)


@pytest.mark.parametrize("lengths", [True, False])
def test_its_pictures_are_those_of_the_whole_model(tmp_path: Path, lengths: bool) -> None:
    path = _trusted(split_model(tmp_path / "m", lengths=lengths))
    z = np.array([0.3, -1.0, 0.5, 2.0], np.float32)
    pictures = []
    for file in (path, path.with_name("whole.onnx")):
        generator = Generator.open(file, "cpu")  # through the child process, too
        pictures.append(generator.picture(z))
        generator.close()
    assert np.array_equal(*pictures)


def test_other_weights_make_another_model(tmp_path: Path) -> None:
    path = _trusted(split_model(tmp_path / "m"))
    before = read_model(path).hash
    weights = path.with_name("weights.bin")
    weights.write_bytes(bytes(len(weights.read_bytes())))
    assert read_model(path).hash != before


@pytest.mark.parametrize(
    "location",
    ["../secret.bin", "sub/../../secret.bin", "/etc/passwd", "C:\\secret.bin", "..\\secret.bin", ""],
)
def test_nothing_outside_its_folder_is_read(tmp_path: Path, location: str) -> None:
    (tmp_path / "secret.bin").write_bytes(bytes(1 << 16))
    with pytest.raises(Problem, match="not in its own folder"):
        read_model(_trusted(split_model(tmp_path / "m", location)))


def _symbolic(link: Path, target: Path) -> None:
    link.symlink_to(target)


def _hard(link: Path, target: Path) -> None:
    os.link(target, link)


@pytest.mark.parametrize("make", [_symbolic, _hard])
def test_links_are_refused(tmp_path: Path, make: Callable[[Path, Path], None]) -> None:
    path = _trusted(split_model(tmp_path / "m"))
    weights = path.with_name("weights.bin")
    secret = tmp_path / "secret.bin"
    weights.rename(secret)
    make(weights, secret)
    with pytest.raises(Problem, match="which is a link"):
        read_model(path)


def test_a_linked_folder_is_refused(tmp_path: Path) -> None:
    path = _trusted(split_model(tmp_path / "m", "inner/weights.bin"))
    (tmp_path / "elsewhere").mkdir()
    path.with_name("weights.bin").rename(tmp_path / "elsewhere" / "weights.bin")
    (tmp_path / "m" / "inner").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Problem, match="which is a link"):
        read_model(path)


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    path = _trusted(split_model(tmp_path / "m"))
    path.with_name("weights.bin").unlink()
    os.mkfifo(path.with_name("weights.bin"))
    with pytest.raises(Problem, match="device or a pipe"):
        read_model(path)


def _a_link(place: Path, secret: Path) -> None:
    place.unlink()
    place.symlink_to(secret)


def _a_second_name(place: Path, secret: Path) -> None:
    place.unlink()
    os.link(secret, place)


def _a_linked_folder(place: Path, secret: Path) -> None:
    place.parent.rename(place.parent.with_name("moved"))
    place.parent.symlink_to(secret.parent)


@pytest.mark.skipif(sys.platform == "win32", reason="links take an administrator there")
@pytest.mark.parametrize("swap", [_a_link, _a_second_name, _a_linked_folder])
def test_a_file_that_is_swapped_after_it_was_looked_at_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swap: Callable[[Path, Path], None]
) -> None:
    path = split_model(tmp_path / "m", "part/weights.bin")
    place, secret = tmp_path / "m" / "part" / "weights.bin", tmp_path / "secret" / "weights.bin"
    for folder in (place.parent, secret.parent):
        folder.mkdir()
    secret.write_bytes((tmp_path / "m" / "weights.bin").read_bytes())
    (tmp_path / "m" / "weights.bin").rename(place)
    read_model(_trusted(path))  # as it stands it is read
    check = external._check_place

    def check_and_swap(file: ModelFile, name: str) -> None:
        check(file, name)
        swap(place, secret)

    monkeypatch.setattr(external, "_check_place", check_and_swap)
    with pytest.raises(Problem, match=r"asks for part/weights\.bin, which is a link"):
        read_model(path)


def test_what_is_missing_or_cut_off_is_told(tmp_path: Path) -> None:
    path = _trusted(split_model(tmp_path / "m"))
    weights = path.with_name("weights.bin")
    weights.write_bytes(weights.read_bytes()[:-4])
    with pytest.raises(Problem, match="cut off or another model's"):
        read_model(path)
    weights.unlink()
    with pytest.raises(Problem, match="which is not there"):
        read_model(path)


def test_a_damaged_list_trusts_nobody(tmp_path: Path) -> None:
    path = _trusted(split_model(tmp_path / "m"))
    (tmp_path / "config" / "latent-explorer" / "trusted.json").write_bytes(b"[[[[")
    with pytest.raises(KeptOutside):
        read_model(path)
