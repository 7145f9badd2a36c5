"""Files that mean harm, or were harmed: each is refused in a sentence, and the process lives on, no larger."""

from __future__ import annotations

import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from tests.models import hungry_model, port, tiny_generator, write_model

Z, PICTURE = [port("z", ["N", 4])], [port("picture", ["N", 4])]
_LARGEST_GROWTH = 500 * 2**20
_HARM: dict[str, tuple[Callable[[Path], object], str]] = {}


def _harm(says: str) -> Callable[[Callable[[Path], object]], Callable[[Path], object]]:
    """Note what makes a hostile file at a path, and what the program says of it."""

    def note(make: Callable[[Path], object]) -> Callable[[Path], object]:
        _HARM[make.__name__.strip("_").replace("_", " ")] = (make, says)
        return make

    return note


def _model(path: Path) -> onnx.ModelProto:
    return onnx.load_model_from_string(tiny_generator(path, card=False).read_bytes())


def _nodes(path: Path, *nodes: onnx.NodeProto, **weights: object) -> Path:
    return write_model(path, nodes, Z, PICTURE, {name: np.array(value) for name, value in weights.items()})


@_harm("is empty")
def _an_empty_file(path: Path) -> None:
    path.write_bytes(b"")


@_harm("is a folder, not a file|has no generator")
def _a_folder_with_a_file_s_name(path: Path) -> None:
    path.mkdir()


@_harm("device or a pipe")
def _a_pipe_that_nobody_writes(path: Path) -> None:
    os.mkfifo(path)


@_harm("device or a pipe")
def _a_device_without_end(path: Path) -> None:
    path.symlink_to("/dev/zero")


@_harm("could not be read|There is no")
def _a_link_to_itself(path: Path) -> None:
    path.symlink_to(path)


@_harm("There is no")
def _a_link_to_nothing(path: Path) -> None:
    path.symlink_to(path.with_name("nothing"))


class _Marker:
    """Leaves a file behind where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


@_harm("Python pickle, which is never opened")
def _a_pickle_that_runs_something(path: Path) -> None:
    path.write_bytes(pickle.dumps(_Marker(path.with_name("marker"))))


@_harm("is a zip archive")
def _an_archive_that_grows(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("generator.onnx", bytes(64 << 20))


@_harm("is a web page")
def _a_web_page(path: Path) -> None:
    path.write_bytes(b"<!DOCTYPE html><html><body>404</body></html>")


@_harm("Git LFS pointer")
def _a_pointer_to_a_file(path: Path) -> None:
    path.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")


@_harm("is not a complete ONNX model")
def _noise(path: Path) -> None:
    path.write_bytes(np.random.RandomState(0).bytes(1 << 16))


@_harm("is not a complete ONNX model|damaged|cannot load")
def _a_message_nested_without_end(path: Path) -> None:
    data = b""
    for _ in range(3000):  # graph > node > attribute > graph > ...
        for tag in (b"\x32", b"\x2a", b"\x0a"):
            size, number = b"", len(data)
            while number > 127:
                size, number = size + bytes([number & 127 | 128]), number >> 7
            data = tag + size + bytes([number]) + data
    path.write_bytes(b"\x3a" + data)


@_harm("not in its own folder")
def _weights_outside_its_folder(path: Path) -> None:
    model = _model(path)
    tensor = model.graph.initializer[0]
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")
    path.write_bytes(model.SerializeToString())


@_harm("not in its own folder")
def _sparse_weights_outside(path: Path) -> None:
    model = _model(path)
    values = TensorProto(name="v", data_type=TensorProto.FLOAT, dims=[1], data_location=TensorProto.EXTERNAL)
    values.external_data.add(key="location", value="/etc/passwd")
    indices = numpy_helper.from_array(np.array([0]), "i")
    model.graph.sparse_initializer.add(values=values, indices=indices, dims=[4])
    path.write_bytes(model.SerializeToString())


@_harm("numbers at once")
def _a_constant_of_32_gigabytes(path: Path) -> None:
    fill = helper.make_node("ConstantOfShape", ["k"], ["huge"])
    _nodes(path, fill, helper.make_node("Add", ["z", "huge"], ["picture"]), k=[2**33])


@_harm("numbers at once|more memory|cannot load|fails when it runs|crash")
def _a_picture_expanded_a_million_times(path: Path) -> None:
    _nodes(path, helper.make_node("Expand", ["z", "k"], ["picture"]), k=[2**20, 2**14, 4])


@_harm("needs more memory than a test run may take")
def _a_picture_that_is_far_too_large_for_its_weights(path: Path) -> None:
    nodes = [helper.make_node("Expand", ["z", "k"], ["wide"]), helper.make_node("Tanh", ["wide"], ["picture"])]
    sides = [1, 3, 8192, 8192]
    write_model(path, nodes, [port("z", ["N", 3, 1, 1])], [port("picture", sides)], {"k": np.array(sides)})


@_harm("numbers at once|more memory|cannot load|fails when it runs|crash")
def _tiles_without_number(path: Path) -> None:
    _nodes(path, helper.make_node("Tile", ["z", "k"], ["picture"]), k=[2**40, 2**20])


@_harm("numbers at once|more memory|cannot load|fails when it runs|crash")
def _padding_without_end(path: Path) -> None:
    _nodes(path, helper.make_node("Pad", ["z", "k"], ["picture"]), k=[0, 2**40, 0, 2**40])


@_harm("more memory|crash|fails when it runs")
def _memory_that_shapes_do_not_tell(path: Path) -> None:
    hungry_model(path)


@_harm("holds a loop or a branch")
def _a_loop_without_end(path: Path) -> None:
    body = helper.make_graph([helper.make_node("Relu", ["z"], ["y"])], "body", [], PICTURE)
    _nodes(path, helper.make_node("Loop", ["", "yes", "z"], ["picture"], body=body), yes=True)


@_harm("needs the operator Evil")
def _an_operator_of_unknown_origin(path: Path) -> None:
    _nodes(path, helper.make_node("Evil", ["z"], ["picture"], domain="evil.ops"))


@_harm("calls itself")
def _functions_that_call_themselves(path: Path) -> None:
    model = _model(path)
    function = model.functions.add(name="Own", domain="mine", input=["x"], output=["y"])
    function.node.append(helper.make_node("Own", ["x"], ["y"], domain="mine"))
    model.graph.node.append(helper.make_node("Own", ["z"], ["unused"], domain="mine"))
    path.write_bytes(model.SerializeToString())


@_harm("holds compiled code")
def _compiled_code(path: Path) -> None:
    _nodes(path, helper.make_node("EPContext", ["z"], ["picture"], domain="com.microsoft"))


@_harm("cannot load|fails|is not a complete")
def _a_graph_that_reads_itself(path: Path) -> None:
    nodes = [helper.make_node("Add", ["z", "picture"], ["a"]), helper.make_node("Relu", ["a"], ["picture"])]
    write_model(path, nodes, Z, PICTURE)


@_harm("cannot load|fails|damaged|crash")
def _weights_with_a_lying_shape(path: Path) -> None:
    model = _model(path)
    for tensor in model.graph.initializer:
        if len(tensor.dims) == 2:
            tensor.dims[0] = 2**62
    path.write_bytes(model.SerializeToString())


@_harm("cannot load|fails|damaged|crash|more memory")
def _weights_with_a_negative_shape(path: Path) -> None:
    model = _model(path)
    for tensor in model.graph.initializer:
        if len(tensor.dims) == 2:
            tensor.dims[0] = -4
    path.write_bytes(model.SerializeToString())


@_harm("absurdly large|numbers at once|understood|not a generator")
def _a_latent_of_four_billion(path: Path) -> None:
    nodes = [helper.make_node("Identity", ["z"], ["picture"])]
    write_model(path, nodes, [port("z", ["N", 2**32])], [port("picture", ["N", 2**32])])


@_harm("cannot load")
def _operators_of_the_future(path: Path) -> None:
    model = _model(path)
    model.opset_import[0].version = 2**40
    path.write_bytes(model.SerializeToString())


@_harm("is not a generator that is understood")
def _words_instead_of_numbers(path: Path) -> None:
    nodes = [helper.make_node("Identity", ["z"], ["picture"])]
    write_model(path, nodes, [port("z", ["N", 4], "object")], [port("picture", ["N", 4], "object")])


@_harm("more than 200,000 nodes")
def _a_million_nodes(path: Path) -> None:
    _nodes(path, *[helper.make_node("Relu", ["z"], [f"v{n}"]) for n in range(200_001)])


@_harm("cannot load|fails|not a generator|crash")
def _names_of_a_megabyte_with_zero_bytes(path: Path) -> None:
    name = "\0" * 2**20
    nodes = [helper.make_node("Relu", [name], ["picture"])]
    write_model(path, nodes, [port(name, ["N", 4])], PICTURE)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
@pytest.mark.parametrize("name", _HARM)
def test_harm_is_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    make, says = _HARM[name]
    path = tmp_path / "model.onnx"
    make(path)
    before = _resident()
    with pytest.raises(Problem, match=says) as refused:
        Generator.open(path, "cpu")
    assert refused.value.hint
    assert _resident() - before < _LARGEST_GROWTH
    assert not (tmp_path / "marker").exists()


def test_there_are_enough_of_them() -> None:
    assert len(_HARM) >= 30


def test_a_file_cut_off_anywhere_is_refused_or_means_the_same(tmp_path: Path) -> None:
    whole = tiny_generator(tmp_path / "whole.onnx").read_bytes()
    path = tmp_path / "model.onnx"
    for place in range(0, len(whole), max(len(whole) // 150, 1)):
        path.write_bytes(whole[:place])
        with pytest.raises(Problem):
            Generator.open(path, "cpu", trusted=True).close()


def _resident() -> int:
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if statm.exists() else 0
