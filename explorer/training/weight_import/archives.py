"""Zip archives that are called weights: whether their parts are sound, and what others of them are."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence

from explorer.core.models.file_kinds import MODELS, WEIGHTS
from explorer.core.problem import Problem
from explorer.core.words import plain_name

_CHUNK = 1 << 20
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")
_TO_ONNX = 'Where it came from, export it to ONNX: torch.onnx.export(module, (z,), "model.onnx").'


def parts_of(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The parts of an archive; where PyTorch was told to keep no sums, all of which are 0 then, none are looked at.

    Raises
    ------
    zipfile.BadZipFile
        Two parts have one name, so that it is not plain which is meant.
    """
    infos = archive.infolist()
    if len({info.filename for info in infos}) < len(infos):
        raise zipfile.BadZipFile("two parts have one name")
    if not any(info.CRC for info in infos):
        for info in infos:
            info.CRC = None  # type: ignore[assignment]  # as zipfile has it where it knows none
    return infos


def check_sums(archive: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse an archive with a part whose bytes are not those that were saved.

    Raises
    ------
    zipfile.BadZipFile
        A sum differs, or the archive is otherwise damaged.
    """
    for info in infos:
        with archive.open(info) as part:
            while part.read(_CHUNK):
                pass


def other_archive(name: str, names: Sequence[str]) -> Problem:
    """What an archive is that PyTorch did not save, by the names of its parts."""
    parts = [os.path.basename(each) for each in names if not each.endswith("/")]
    if "model.weights.h5" in parts:
        what = f"{name} is a Keras model, which is not read here."
        return Problem(what, "Export it to ONNX, for instance with tf2onnx.")
    if any(each in ("archive_format", "serialized_exported_program.json") for each in parts):
        return Problem(f"{name} is a program that torch.export saved, which is not read here.", _TO_ONNX)
    inside = next((each for each in parts if os.path.splitext(each)[1].lower() in (*WEIGHTS, *MODELS)), None)
    if inside is not None:
        return Problem(
            f"{name} is a zip archive of files, not one file of weights.", f"Unpack it, and open {_short(inside)}."
        )
    if parts and all(os.path.splitext(each)[1].lower() in _PICTURES for each in parts):
        hint = "Train with it: train FAMILY --data, or Train in the window."
        return Problem(f"{name} is a zip archive of pictures, not of weights.", hint)
    some = ", ".join(_short(each) for each in parts[:3]) or "nothing"
    return Problem(f"{name} is a zip archive without weights; it holds {some}.", "Choose another file.")


def script(name: str) -> Problem:
    """What to say of a TorchScript program."""
    return Problem(f"{name} is a TorchScript program, which holds code; it is not run.", _TO_ONNX)


def _short(name: str) -> str:
    return plain_name(name, 60)
