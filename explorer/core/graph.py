"""A model file, parsed and checked before onnxruntime sees it: its size, and that it only calculates."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto

from explorer.core.card import CARD_KEY
from explorer.core.files import read_file
from explorer.core.problem import Problem

LARGEST_FILE = 2**31 - 1  # protobuf's own limit
LARGEST_TENSOR = 2**28  # elements of one intermediate result of one picture: 1 GiB of float32
_MOST_NODES = 200_000
_OLDEST_OPSET = 7
_OWN_DOMAINS = ("", "ai.onnx")
_DOMAINS = (*_OWN_DOMAINS, "ai.onnx.ml", "com.microsoft")

_KNOWN_STARTS = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive (perhaps a PyTorch checkpoint)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89HDF", "an HDF5 file (perhaps a Keras model)"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"version https://git-lfs", "a Git LFS pointer, not the model itself"),
    *((bytes([0x80, protocol]), "a Python pickle, which is never opened") for protocol in range(2, 6)),
)


@dataclass(frozen=True)
class Port:
    """One input or output of a model.

    Attributes
    ----------
    name : str
    dtype : str
        NumPy's name of the element type, e.g. ``float32``; "" where it is no tensor.
    shape : tuple of int or str
        A word, perhaps empty, stands for a size that is left open.
    """

    name: str
    dtype: str
    shape: tuple[int | str, ...]


@dataclass(frozen=True, eq=False)
class ModelFile:
    """A parsed model file: where it lies, the SHA-256 of its bytes, and its content. Not to be changed."""

    path: Path
    hash: str
    proto: ModelProto

    @property
    def inputs(self) -> tuple[Port, ...]:
        """What a caller must feed: the graph's inputs that have no value of their own."""
        given = {tensor.name for tensor in self.proto.graph.initializer}
        return tuple(_port(value) for value in self.proto.graph.input if value.name not in given)

    @property
    def outputs(self) -> tuple[Port, ...]:
        """What the graph gives."""
        return tuple(_port(value) for value in self.proto.graph.output)

    @property
    def card_text(self) -> str | None:
        """The card that travels in the file's metadata, unread."""
        return next((entry.value for entry in self.proto.metadata_props if entry.key == CARD_KEY), None)

    @property
    def opset(self) -> int:
        """The version of the standard operators."""
        return max(
            (item.version for item in self.proto.opset_import if item.domain in _OWN_DOMAINS), default=1
        )


def read_model(path: Path) -> ModelFile:
    """The model in ``path``, parsed and checked; nothing of it has run yet.

    Raises
    ------
    Problem
        It cannot be read, is no ONNX model, or holds something that more than calculates.
    """
    file = parse_model(path)
    check_policy(file)
    return file


def parse_model(path: Path) -> ModelFile:
    """The model in ``path``, parsed but not checked. Never follows references to other files."""
    data = read_file(path, LARGEST_FILE)
    if not data:
        raise Problem(f"{path.name} is empty.", "Copy or export the model again.")
    if known := _known_start(data):
        raise Problem(f"{path.name} is {known}, not an ONNX model.", "Choose an .onnx file.")
    try:
        proto = onnx.load_model_from_string(data)
    except DecodeError:
        proto = ModelProto()
    if not proto.graph.node or not proto.graph.output:
        raise Problem(
            f"{path.name} is not a complete ONNX model: it is damaged, cut off or something else.",
            "Copy or export the model again.",
        )
    return ModelFile(path, hashlib.sha256(data).hexdigest(), proto)


def _known_start(data: bytes) -> str:
    for start, what in _KNOWN_STARTS:
        if data.startswith(start):
            return what
    if data[:256].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "a web page"
    return "a safetensors file" if data[8:10] == b'{"' else ""


def check_policy(file: ModelFile) -> None:
    """Refuses whatever does more than calculate pictures from numbers.

    Raises
    ------
    Problem
        External tensors, functions, operators of unknown origin, loops, branches or compiled parts.
    """
    name, proto = file.path.name, file.proto
    if file.opset < _OLDEST_OPSET:
        raise Problem(
            f"{name} uses operators of version {file.opset}; {_OLDEST_OPSET} is the oldest that is understood.",
            "Export it again with a newer opset.",
        )
    if proto.functions:
        raise Problem(f"{name} brings functions of its own.", "Export it again with functions inlined.")
    if len(proto.graph.node) > _MOST_NODES:
        raise Problem(f"{name} has more than {_MOST_NODES:,} nodes.", "Choose a smaller model.")
    for node in proto.graph.node:
        _check_node(name, node)
    if any(_is_external(tensor) for tensor in _tensors(proto.graph)):
        raise Problem(
            f"{name} keeps its weights in other files, which are never opened.",
            "Save it as one file (external_data=False).",
        )


def _check_node(name: str, node: NodeProto) -> None:
    if node.domain not in _DOMAINS:
        raise Problem(
            f"{name} needs the operator {node.op_type} of {node.domain}, which onnxruntime does not bring.",
            "Export it with standard operators only.",
        )
    if node.op_type == "EPContext":
        raise Problem(f"{name} holds compiled code (EPContext).", "Choose the model it was compiled from.")
    if any(a.HasField("g") or a.graphs for a in node.attribute):
        raise Problem(
            f"{name} holds a loop or a branch ({node.op_type}), which may never end.",
            "Export it with loops unrolled.",
        )


def _tensors(graph: GraphProto) -> Iterator[TensorProto]:
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    for node in graph.node:
        for attribute in node.attribute:
            yield from _attribute_tensors(attribute)


def _attribute_tensors(attribute: AttributeProto) -> Iterable[TensorProto]:
    sparse = [attribute.sparse_tensor, *attribute.sparse_tensors]
    return [attribute.t, *attribute.tensors, *(part for s in sparse for part in (s.values, s.indices))]


def _is_external(tensor: TensorProto) -> bool:
    return tensor.data_location == TensorProto.EXTERNAL or len(tensor.external_data) > 0


def check_sizes(file: ModelFile) -> None:
    """Refuses a model in which one picture needs absurdly large results, as far as that can be foreseen.

    Runs onnx's shape inference, which is native code: only in a process that may die.

    Raises
    ------
    Problem
        Some result would have more than `LARGEST_TENSOR` elements.
    """
    inferred = onnx.shape_inference.infer_shapes(file.proto, data_prop=True).graph
    for value in (*inferred.input, *inferred.value_info, *inferred.output):
        elements = math.prod(size for size in _port(value).shape if isinstance(size, int))
        if elements > LARGEST_TENSOR:
            raise Problem(
                f"{file.path.name} calculates with {elements:,} numbers at once, too many to be one picture.",
                "Choose another model.",
            )


def _port(value: ValueInfoProto) -> Port:
    kind = value.type.tensor_type
    try:
        dtype = str(onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type)) if kind.elem_type else ""
    except (KeyError, TypeError):
        dtype = ""
    sizes = (d.dim_value if d.WhichOneof("value") == "dim_value" else d.dim_param for d in kind.shape.dim)
    return Port(value.name, dtype, tuple(sizes))
