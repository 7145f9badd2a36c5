"""What a file's name says: a picture, a companion of pictures, or something to leave alone."""

from __future__ import annotations

import os
import re

from explorer.core.photos.photo_files import SUFFIXES, lacking

TABLES = (
    *("labels.csv", "labels.tsv", "attributes.csv", "metadata.csv", "metadata.jsonl", "dataset.json"),
    *("list_attr_celeba.txt", "list_attr_celeba.csv", "identity_celeba.txt"),
)
"""Names of label files that are looked for beside the pictures, in lower case, in this order."""

PARTS = {
    "train": ("train", "training"),
    "val": ("val", "valid", "validation", "dev"),
    "test": ("test", "testing"),
}
"""Names of folders that split a set, by what they hold."""

_TOLD = re.compile(
    r"(readme|licen[cs]e|copying|notice)(-(mit|apache|bsd|cc|gpl|lgpl|mpl)[\w.-]*|([-.][\w.-]*)?\.(txt|md|rst|html?|pdf))?"
)


def printable(name: str) -> str:
    r"""``name`` as it can be shown and stored: bytes that are no UTF-8 become ``\xe9``."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "backslashreplace")


def reason_to_skip(name: str) -> str | None:
    """Why a file of this name is left alone without opening it; None if it should be tried."""
    suffix = os.path.splitext(name)[1].lower().rstrip(".")  # many times faster than pathlib
    if is_hidden(name):
        return "hidden"
    return lacking(suffix) or (None if not suffix or suffix in SUFFIXES else "of another kind")


def is_hidden(name: str) -> bool:
    """A dot file, an AppleDouble twin (``._x.jpg``) or the ``__MACOSX`` folder of a zip."""
    if "/." not in name and name[:1] != "." and "__MACOSX" not in name:
        return False
    return any(part == "__MACOSX" or (part[:1] == "." and part not in (".", "..")) for part in name.split("/"))


def is_table(name: str) -> bool:
    """A label file that is looked for."""
    return name.rsplit("/", 1)[-1].lower() in TABLES


def is_licence(name: str) -> bool:
    """A text about the terms: ``LICENSE``, ``LICENCE.txt``, ``LICENSE-MIT``, but no ``license_plate_0.png``."""
    base = name.rsplit("/", 1)[-1].lower()
    return base.startswith("licen") and bool(_TOLD.fullmatch(base))


def is_companion(name: str) -> bool:
    """A file that tells about the pictures rather than being one: it is neither used nor skipped."""
    base = name.rsplit("/", 1)[-1].lower()
    return base == "data.json" or is_table(name) or bool(_TOLD.fullmatch(base))


def part_called(folder: str) -> str | None:
    """``train``, ``val`` or ``test`` where a folder of that name splits a set; else None."""
    return next((part for part, names in PARTS.items() if folder.lower() in names), None)
