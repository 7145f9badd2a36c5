"""A small file of every kind, made where a test wants it."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from explorer.core.rendering.scene import Scene, scene_to_json


def _saved(save: Callable[..., object], array: np.ndarray) -> bytes:
    file = io.BytesIO()
    save(file, array)
    return file.getvalue()


_SCENE = scene_to_json(Scene(z=np.array([1.0, -2.0], np.float32))).encode()

KINDS: dict[str, tuple[str, bytes | None]] = {
    "a.onnx": ("model", b"\x08\x07"),
    "model/generator.onnx": ("model", b"\x08\x07"),
    "model/.": ("model", None),
    "run/.": ("run", None),
    "run/run.json": ("run", b"{}"),
    "run/checkpoints/step-00000002/state.safetensors": ("run", b""),
    "run/samples/step.png": ("picture", b"\x89PNG"),
    "many/.": ("folder", None),
    "weights.safetensors": ("weights", b"\x02\0\0\0\0\0\0\0{}"),
    "ffhq.pkl": ("weights", b"\x80\x02"),
    "bidirectional.pt": ("weights", b"PK"),
    "age_direction.pt": ("numbers", b"PK"),
    "saved.png": ("picture", b"\x89PNG"),
    "scene.json": ("scene", _SCENE),
    "SCENE.JSON": ("scene", _SCENE),
    "empty.json": ("scene", b""),
    "age.json": ("numbers", b'{"age": [0.5, 1]}'),
    "rows.json": ("numbers", b"[[ -1, 2]]"),
    "z.npy": ("numbers", b"\x93NUMPY"),
    "directions.npz": ("numbers", b"PK"),
    "net.py": ("source", b"import torch"),
    "gan.ipynb": ("source", b"{}"),
    "labels.csv": ("table", b"file,age\n"),
    "me.jpg": ("photo", b"\xff\xd8"),
    "faces.zip": ("pictures", b"PK"),
    "faces.tar.gz": ("pictures", b"\x1f\x8b"),
    "train-images-idx3-ubyte": ("pictures", b"\0\0\x08\x03"),
    "faces.tar": ("pictures", tarfile.TarInfo("1.png").tobuf()),
    "weights.tar": ("weights", tarfile.TarInfo("sys_info").tobuf()),
    "pictures.npy": ("pictures", _saved(np.save, np.zeros((3, 8, 8), np.uint8))),
    "codes.npy": ("numbers", _saved(np.save, np.zeros((3, 18, 8), np.float32))),
    "pictures.npz": ("pictures", _saved(np.savez_compressed, np.zeros((3, 3, 8, 8), np.float32))),
    "notes.txt": ("other", b"text"),
    "nothing": ("other", b""),
}
"""Kind and content by name; None makes a folder."""


def made(folder: Path, name: str) -> Path:
    """The file ``name`` of `KINDS`, and what makes it one."""
    path, content = folder / name, KINDS[name][1]
    if name.startswith("run/"):
        (folder / "run").mkdir(exist_ok=True)
        (folder / "run" / "run.json").write_text("{}")
    if name == "model/.":
        (folder / "model").mkdir()
        (folder / "model" / "generator.onnx").touch()
    if content is None:
        path.mkdir(exist_ok=True, parents=True)
    else:
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content)
    return path
