"""What pictures cost, as a table for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from explorer.core.files import replace_file

BitsRow = tuple[str, str, str, float]
"""Set, model, picture, bits per dimension."""


def save_bits(path: Path, rows: Sequence[BitsRow]) -> None:
    """Writes a CSV with a line for each row below their names.

    Raises
    ------
    Problem
        It cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("set", "model", "picture", "bits_per_dimension"))
    for each, model, picture, bits in rows:
        writer.writerow((each, model, picture, f"{bits:.6g}"))
    with replace_file(path) as file:
        file.write(text.getvalue().encode())
