"""The child process that paints what other answers would make of a file whose weights are not kept beside its model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def main(wanted: Mapping[str, Any]) -> None:
    """Paint pictures for each of the wanted answers, into files that bear their numbers."""
    import numpy as np

    from explorer.training.weight_import.conversion_child import read
    from explorer.training.weight_import.kept_weights import painted
    from explorer.training.weight_import.source.beside import SourceFiles

    path, out, chosen = Path(wanted["path"]), Path(wanted["out"]), dict(wanted["chosen"])
    sources = SourceFiles.from_told(wanted)
    for number, (key, option) in enumerate(wanted["answers"]):
        found = read(path, sources, {**chosen, key: option})[0]
        np.save(out / f"{number}.npy", painted(found))
