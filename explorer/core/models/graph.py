"""A model file, parsed: its bytes' hash, what goes in, what comes out, the card it carries."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from google.protobuf.message import DecodeError

from explorer.core.files import read_file
from explorer.core.models.card import CARD_KEY
from explorer.core.models.initializers import row_length
from explorer.core.models.onnx_parts import GraphProto, ModelProto, ValueInfoProto, dtype_name
from explorer.core.models.wire import MOST_PARTS, has_too_many_parts
from explorer.core.problem import Problem
from explorer.core.processes.memory import available_memory

LARGEST_FILE = 2**31 - 1  # protobuf's own limit
_LARGEST_REST = 64 << 20  # bytes that a model may hold besides what it calculates with
_COPIES = 5  # parsed, as it is for the screen, in onnxruntime, and what it calculates with
STANDARD_DOMAINS = ("", "ai.onnx")

_KNOWN_STARTS = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive (perhaps a PyTorch checkpoint)"),
    (b"PK\x05\x06", "an empty zip archive"),
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
    """A parsed model file: where it lies, its bytes' SHA-256 and number, its content. Not to be changed."""

    path: Path
    hash: str
    size_bytes: int
    proto: ModelProto

    @property
    def inputs(self) -> tuple[Port, ...]:
        """What a caller must feed: the graph's inputs that have no value of their own."""
        graph = self.proto.graph
        given = {tensor.name for tensor in graph.initializer}
        return tuple(_sized(port(value), graph) for value in graph.input if value.name not in given)

    @property
    def outputs(self) -> tuple[Port, ...]:
        """What the graph gives."""
        return tuple(port(value) for value in self.proto.graph.output)

    @property
    def card_text(self) -> str | None:
        """The card that travels in the file's metadata, unread."""
        return next((entry.value for entry in self.proto.metadata_props if entry.key == CARD_KEY), None)

    @property
    def opset(self) -> int:
        """The version of the standard operators."""
        return max((item.version for item in self.proto.opset_import if item.domain in STANDARD_DOMAINS), default=1)


def parse_model(path: Path) -> ModelFile:
    """The model in ``path``, parsed but not checked. References to other files are not followed.

    Raises
    ------
    Problem
        It cannot be read, or is no ONNX model.
    """
    _check_large(path)
    data = read_file(path, LARGEST_FILE)
    if not data:
        raise Problem(f"{path.name} is empty.", "Copy or export the model again.")
    if known := _known_start(data):
        pictures = (
            f" A zip of pictures is for train: train FAMILY --data {path.name}." if "zip" in known.split() else ""
        )
        raise Problem(f"{path.name} is {known}, not an ONNX model.", f"Choose an .onnx file.{pictures}")
    if has_too_many_parts(data):
        what = f"{path.name} has more than {MOST_PARTS:,} parts, more than any model."
        raise Problem(what, "Do not trust this file.")
    try:
        proto = ModelProto.FromString(data)
    except DecodeError:
        proto = ModelProto()
    if not proto.graph.node or not proto.graph.output or not _named(proto):
        if _is_text(data[:1024]):
            what = "JSON" if data.lstrip()[:1] in (b"{", b"[") else "a text file"
            raise Problem(f"{path.name} is {what}, not an ONNX model.", "Choose an .onnx file.")
        raise Problem(
            f"{path.name} is not a complete ONNX model: it is damaged, cut off or something else.",
            "Copy or export the model again.",
        )
    return ModelFile(path, hashlib.sha256(data).hexdigest(), len(data), proto)


def _check_large(path: Path) -> None:
    """Refuse a large model of which the graph uses little, or that does not fit, before it is in memory."""
    try:
        size = path.stat().st_size
        if not _LARGEST_REST < size <= LARGEST_FILE or not path.is_file():
            return
        from explorer.core.models.padding import used_bytes

        with path.open("rb") as file:
            used = size if _known_start(file.read(1024)) else used_bytes(file, size)
    except (OSError, ValueError):
        return  # reading it will say so
    if size - used > _LARGEST_REST:
        raise Problem(
            f"{path.name} is {size / 2**20:,.0f} MB, of which its graph uses {used / 2**20:,.0f} MB.",
            "Export it again, or do not trust this file.",
        )
    needed, there = _COPIES * size, available_memory()
    if needed > there:
        raise Problem(
            f"{path.name} would need about {needed / 2**30:.1f} GB of memory, and there are {there / 2**30:.1f} GB.",
            "Close other programs, or choose a smaller model.",
        )


def _named(proto: ModelProto) -> bool:
    """Whether inputs and outputs have names that are text; protobuf gives what is not as bytes."""
    return all(isinstance(value.name, str) for value in (*proto.graph.input, *proto.graph.output))


def _known_start(data: bytes) -> str:
    for start, what in _KNOWN_STARTS:
        if data.startswith(start):
            return what
    if data[:256].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "a web page"
    return "a safetensors file" if data[8:10] == b'{"' else ""


def _is_text(start: bytes) -> bool:
    try:
        words = start.decode("utf-8", "strict" if len(start) < 1024 else "ignore")  # else a letter may be cut
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter.isspace() for letter in words)


def _sized(port: Port, graph: GraphProto) -> Port:
    """An input of rows with their length, where that was left open and the weights tell it."""
    if len(port.shape) != 2 or isinstance(port.shape[1], int):
        return port
    length = row_length(graph, port.name)
    return replace(port, shape=(port.shape[0], length)) if length else port


def port(value: ValueInfoProto) -> Port:
    kind = value.type.tensor_type
    sizes = (d.dim_value if d.WhichOneof("value") == "dim_value" else str(d.dim_param) for d in kind.shape.dim)
    return Port(value.name, dtype_name(kind.elem_type), tuple(sizes))
