"""Pictures that are brought in pairs: two folders, A and B, or both side by side in one file.

These are the layouts of pix2pix's and CycleGAN's authors: folders ``A`` and ``B``, or ``trainA`` and ``trainB``, whose
pictures go together by their names, and files that show two pictures of one size beside each other. Where none go
together, as in CycleGAN's data sets, names and shapes do not matter; ``testA`` and ``testB`` are left alone.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.core.drawing.given_words import ANY
from explorer.core.problem import Problem
from explorer.training.sources import Assumptions, PictureSet, open_pictures

PARTNERS = {
    "A": "a picture like those of the folder A",
    "B": "a picture like those of the folder B",
    "left": "a picture like the left ones",
    "right": "a picture like the right ones",
}
"""What may be given of pairs, and what it is."""

_OTHER = {"A": "B", "B": "A", "left": "right", "right": "left"}
_LAYOUTS = ("{}", "train{}")
_ALIKE = 0.02  # how much the shapes of two that go together may differ
_MEASURED = 500


def plain_given(given: str) -> str:
    """What is given, whether or not it goes with the picture."""
    return given.removeprefix(ANY)


def is_brought(given: str) -> bool:
    """Whether what is given is brought along, and not made of the pictures."""
    return plain_given(given) in PARTNERS


def opened_pairs(source: str, given: str, **how: Any) -> PictureSet:
    """The pictures that a network is to give, with those it is given as their ``partners``.

    Parameters
    ----------
    source : str
        A folder with the folders A and B, or any source of pictures that lie side by side.
    given : str
        One of `PARTNERS`, perhaps with `ANY` before it: the folders need not be of one length then.
    how :
        As for `open_pictures`.

    Raises
    ------
    Problem
        There are no pairs, or they do not go together.
    """
    are_apart, given = given.startswith(ANY), plain_given(given)
    if given in ("A", "B"):
        return (_apart if are_apart else _from_folders)(Path(source), given, how)
    wanted, brought = (_side(source, side, how) for side in (_OTHER[given], given))
    return _joined(wanted, brought, wanted.names, brought.names)


def _side(source: str, side: str, how: dict[str, Any]) -> PictureSet:
    """All left, or all right pictures."""
    assume = replace(how.get("assume") or Assumptions(), half=side)
    return open_pictures(source, **{**how, "assume": assume})


def _from_folders(source: Path, given: str, how: dict[str, Any]) -> PictureSet:
    folders = _folders(source)
    wanted, brought = (open_pictures(folders[each], **how) for each in (_OTHER[given], given))
    keys = [_plain_names(found) for found in (wanted, brought)]
    _check_names(keys[0], keys[1], _OTHER[given], given)
    joined = _joined(wanted, brought, *keys)
    _check_shapes(joined, folders[_OTHER[given]], folders[given], dict(zip(keys[1], brought.names, strict=True)))
    return joined


def _apart(source: Path, given: str, how: dict[str, Any]) -> PictureSet:
    """The pictures of one folder, and all of the other as partners of none in particular."""
    folders = _folders(source)
    wanted, brought = (open_pictures(folders[each], **how) for each in (_OTHER[given], given))
    partners = _in_channels(np.asarray(brought.pictures), wanted.pictures.shape[3])
    return replace(wanted, partners=partners, partner_names=brought.names)


def _folders(source: Path) -> dict[str, Path]:
    for layout in _LAYOUTS:
        found = {each: source / layout.format(each) for each in ("A", "B")}
        if all(folder.is_dir() for folder in found.values()):
            return found
    raise Problem(
        f"{source.name} has no folders A and B.",
        "Put what goes together into them under the same names; or give left or right of pictures side by side.",
    )


def _plain_names(found: PictureSet) -> tuple[str, ...]:
    """The names without endings, by which a .jpg and a .png go together."""
    return tuple(str(PurePosixPath(name).with_suffix("")) for name in found.names)


def _check_names(wanted: tuple[str, ...], brought: tuple[str, ...], *folders: str) -> None:
    for own, others, here, there in ((wanted, brought, *folders), (brought, wanted, *folders[::-1])):
        if lonely := sorted(set(own) - set(others)):
            count = "One picture" if len(lonely) == 1 else f"{len(lonely):,} pictures"
            raise Problem(
                f"{count} of the folder {here} {'has' if len(lonely) == 1 else 'have'} no partner in {there}, "
                f"such as {lonely[0]}.",
                "Give the two of each pair the same name, and take out what has no partner.",
            )


def _check_shapes(joined: PictureSet, wanted: Path, brought: Path, partner: dict[str, str]) -> None:
    """Refuse partners of different shapes: squares cut out of their middles would not show the same."""
    for place in np.unique(np.linspace(0, len(joined) - 1, _MEASURED).astype(int)):
        name = joined.names[place]
        other = partner[str(PurePosixPath(name).with_suffix(""))]
        sizes = [_size(wanted / name), _size(brought / other)]
        if None in sizes:
            continue
        (width, height), (other_width, other_height) = (size or (1, 1) for size in sizes)
        if abs(width * other_height - other_width * height) > _ALIKE * width * other_height:
            raise Problem(
                f"{name} is {width} x {height}, and its partner {other} is {other_width} x {other_height}.",
                "Cut the two of each pair to the same shape.",
            )


def _size(path: Path) -> tuple[int, int] | None:
    try:
        with Image.open(path) as image:
            width, height = image.size
            return int(width), int(height)
    except (OSError, ValueError, Image.DecompressionBombError):
        return None  # in an archive, or of a kind that Pillow does not know


def _joined(wanted: PictureSet, brought: PictureSet, keys: tuple[str, ...], others: tuple[str, ...]) -> PictureSet:
    """``wanted`` with the pictures of ``brought`` as partners, by their keys."""
    places = {key: place for place, key in enumerate(others)}
    kept = np.array([key in places for key in keys], np.bool_)
    found = wanted if kept.all() else wanted.subset(kept)
    order = np.array([places[key] for key in keys if key in places], np.int64)
    partners = np.asarray(brought.pictures[order])
    return replace(found, partners=_in_channels(partners, found.pictures.shape[3]))


def _in_channels(pictures: NDArray[np.uint8], channels: int) -> NDArray[np.uint8]:
    """Pictures (N, H, W, 1 or 3) in so many channels: partners may be grey where the others have colours."""
    if pictures.shape[3] == channels:
        return pictures
    if channels == 3:
        return np.repeat(pictures, 3, axis=3)
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    grey: NDArray[np.uint8] = np.rint(pictures @ weights).astype(np.uint8)[..., None]
    return grey
