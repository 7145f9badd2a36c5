"""How files of pictures end, apart from what reads them, which takes a while to import."""

from __future__ import annotations

SUFFIXES = frozenset(
    f".{ending}"
    for ending in (
        *("jpg", "jpeg", "jpe", "jfif", "mpo", "png", "apng", "gif", "bmp", "dib", "tif", "tiff", "webp"),
        *("ppm", "pgm", "pbm", "pnm", "tga", "jp2", "j2k", "avif", "heic", "heif", "hif"),
    )
)
"""Endings of names that are tried as pictures; a name without any ending is tried too."""
