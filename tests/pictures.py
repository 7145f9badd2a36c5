"""Made pictures on disk, with what is known of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


def labelled_folder(folder: Path, count: int = 12, size: int = 8) -> Path:
    """Writes ``count`` smooth pictures and a ``labels.csv``: class, smile, hat (unknown for the last), hair."""
    folder.mkdir(parents=True)
    draw = np.random.RandomState(0)
    rows = ["name,class,smile,hat,hair"]
    for index in range(count):
        small = draw.randint(0, 256, (3, 3, 3), dtype=np.uint8)
        picture = Image.fromarray(small).resize((size, size), Image.Resampling.BICUBIC)
        picture.save(folder / f"{index:02d}.png")
        hat = "" if index == count - 1 else ("yes", "no")[index % 2]
        hair = ("black", "brown", "grey")[index % 3]
        rows.append(f"{index:02d}.png,{('cat', 'dog')[index // 6 % 2]},{index / count:.2f},{hat},{hair}")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder
