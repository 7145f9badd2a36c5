"""The child of a conversion that has a second of the processor to read a small file, where the program's has twelve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.training.weight_import import conversion_child


def main(wanted: Mapping[str, Any]) -> None:
    """What the child does, in less time."""
    conversion_child._READING_S = 1.0
    conversion_child.main(wanted)
