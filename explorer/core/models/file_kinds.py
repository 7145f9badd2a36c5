"""What a file or a folder is, told by its name and its first bytes alone."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal

from explorer.core.files import READING
from explorer.core.models.model import LIKELIHOOD, TRANSLATOR, drawing_file
from explorer.core.models.picture_arrays import holds_pictures
from explorer.core.photos.suffixes import SUFFIXES
from explorer.core.problem import Problem

Kind = Literal[
    "model", "run", "folder", "weights", "picture", "scene", "numbers", "table", "photo", "pictures", "source", "other"
]
"""``model`` is an ONNX file or a model's folder, ``run`` a run's folder or what lies in it, ``weights`` what others
saved, ``picture`` a PNG, which may carry a scene, ``numbers`` directions or latents, ``photo`` one picture of any other
form, ``pictures`` many in one file, ``source`` a Python program or a notebook, in which the network of some weights may
be written. ``other`` may be a model yet.
"""

RUN_FILE = "run.json"
MODELS = (".onnx",)
WEIGHTS = (".pt", ".pth", ".ckpt", ".safetensors", ".bin", ".pkl", ".pickle", ".th", ".tar", ".weights")
SCENES = (".png", ".json")
SOURCES = (".py", ".ipynb")
NUMBERS = (".npy", ".npz", ".json")
DIRECTIONS = (*NUMBERS, ".pt", ".pth")

PICTURES = (".zip", ".tgz", ".tbz", ".tbz2", ".txz", ".parquet", ".idx")
"""Endings of files that hold many pictures; those of `NUMBERS` and ``.tar`` may, and are looked into."""

_TABLES = (".csv", ".tsv")
_OF_PYTORCH = (b"sys_info", b"pickle", b"storages", b"tensors")  # names in its tars
_PACKED = (".gz", ".bz2", ".xz")
_LOOKED_AT = 1 << 16  # bytes
_TAIL, _MOST_BESIDE = 1 << 11, 9  # bytes of a zip's list, and entries of it
_DIRECTION = re.compile(r"(^|[^a-z])(directions?|boundar(y|ies))([^a-z]|$)")  # in names of PyTorch's files
_IDX = re.compile(r"idx\d-ubyte(\.gz)?$")
_ROW_OF_NUMBERS = re.compile(rb"\[\s*-?\d")


def kind_of(path: Path) -> Kind:
    """What lies at ``path``; what is not there, or may not be read, goes by its name. Raises nothing."""
    ending = path.suffix.lower()
    if path.is_dir():
        is_model = drawing_file(path) is not None or any((path / part).is_file() for part in (LIKELIHOOD, TRANSLATOR))
        return "model" if is_model else "run" if run_of(path) else "folder"
    if ending in MODELS:
        return "model"
    if ending in (".npy", ".npz"):
        return "pictures" if holds_pictures(path) else "numbers"
    if ending == ".png":
        return "picture"
    if run_of(path) is not None:
        return "run"
    if ending == ".json":
        return _kind_of_json(_start(path))
    if _is_called_pictures(path) or (ending == ".tar" and _is_plain_tar(path)):
        return "pictures"
    if ending in WEIGHTS:
        may_be = ending in (".pt", ".pth") and (_DIRECTION.search(path.stem.lower()) or _is_lone_tensor(path))
        return "numbers" if may_be else "weights"
    if ending in SOURCES:
        return "source"
    return "table" if ending in _TABLES else "photo" if ending in SUFFIXES else "other"


def run_of(path: Path) -> Path | None:
    """The run folder that ``path`` is, or that its checkpoint lies in; None if it belongs to no run.

    A model is a model wherever it lies, even in the folder of a run.
    """
    if path.suffix == ".onnx" or drawing_file(path):
        return None
    return next((folder for folder in (path, *path.parents[:3]) if (folder / RUN_FILE).is_file()), None)


def is_opened(path: Path) -> bool:
    """Whether what lies at ``path`` is opened, as a model or a scene, and so is no source of pictures or labels."""
    return kind_of(path) in ("model", "weights", "picture") or path.suffix.lower() in SCENES


def named_like_weights(path: Path) -> bool:
    """Whether a file's name says that it holds weights."""
    return path.suffix.lower() in WEIGHTS


_OTHER_PROGRAMS = {
    **dict.fromkeys((".keras", ".h5", ".hdf5"), ("a Keras model", "Export it to ONNX, for instance with tf2onnx.")),
    **dict.fromkeys((".pb", ".tflite"), ("a TensorFlow model", "Export it to ONNX, for instance with tf2onnx.")),
    ".pt2": ("a program that torch.export saved", "Export it to ONNX with torch.onnx.export."),
    ".gguf": ("a language model in GGUF", "Only models whose results are pictures are opened."),
    ".mlmodel": ("a Core ML model", "Export the model that it was made of to ONNX."),
}
"""What models of other programs are, by their endings, and what can be done."""

IN_THE_WINDOW = "Open it in Arithmetic, under Your picture, to find its latent; or train with a folder of pictures."


def refuse_other_kinds(path: Path, photo_hint: str = IN_THE_WINDOW) -> None:
    """Pass what may be a model; ``photo_hint`` says what can be done with a photograph instead.

    Raises
    ------
    Problem
        It is something else; says what, and where it can go.
    """
    name, kind = path.name, kind_of(path)
    if kind == "numbers" and path.is_file():
        what = f"{name} holds numbers for a model: directions or latents."
        raise Problem(what, f"Import directions into their model: direction import MODEL {name}.")
    if kind == "table":
        raise Problem(f"{name} is a table of labels.", "Give it as the label file when you train.")
    if kind == "source":
        what = f"{name} is a program; it may say how weights become a network."
        raise Problem(what, "Open the weights, and give it as their source.")
    if kind == "photo":
        raise Problem(f"{name} is a picture, not a model.", photo_hint)
    if kind == "pictures" and path.is_file():
        raise Problem(f"{name} holds pictures, not a model.", f"Train on them: train FAMILY --data {name}.")
    if path.suffix.lower() in _OTHER_PROGRAMS and path.is_file():
        what, hint = _OTHER_PROGRAMS[path.suffix.lower()]
        raise Problem(f"{name} is {what}, which is not read here.", hint)


def _kind_of_json(start: bytes) -> Kind:
    is_ours = b"latent-explorer/" in start
    return "numbers" if not is_ours and _ROW_OF_NUMBERS.search(start) else "scene"


def _is_called_pictures(path: Path) -> bool:
    name, endings = path.name.lower(), [suffix.lower() for suffix in path.suffixes[-2:]]
    is_tar = len(endings) == 2 and endings[0] == ".tar" and endings[1] in _PACKED
    return path.suffix.lower() in PICTURES or is_tar or bool(_IDX.search(name))


def _is_plain_tar(path: Path) -> bool:
    """Whether it is a tar, and not the kind of tar in which PyTorch once saved weights."""
    start = _start(path)
    return start[257:262] == b"ustar" and start[:100].rstrip(b"\0") not in _OF_PYTORCH


def _is_lone_tensor(path: Path) -> bool:
    """Whether PyTorch's zip holds one tensor and nothing else: latents or directions, never a network."""
    try:
        with open(os.open(path, READING), "rb") as file:
            if file.read(2) != b"PK":
                return False
            file.seek(max(file.seek(0, os.SEEK_END) - _TAIL, 0))
            listed = file.read(_TAIL)
    except (OSError, ValueError):
        return False
    return listed.count(b"PK\1\2") <= _MOST_BESIDE and b"/data/0" in listed and b"/data/1" not in listed


def _start(path: Path) -> bytes:
    try:
        with open(os.open(path, READING), "rb") as file:
            return file.read(_LOOKED_AT)
    except (OSError, ValueError):  # whoever reads it says what is wrong
        return b""
