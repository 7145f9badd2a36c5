"""Small files of JSON that the program keeps for itself: read whatever became of them, replaced whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from explorer.core.drafts import alone
from explorer.core.files import made_folder, name_by, read_file, replace_file, set_aside
from explorer.core.json_text import parsed_json
from explorer.core.problem import Problem

T = TypeVar("T")

_DAMAGE = (
    *(OSError, EOFError, Problem, ValueError, OverflowError),
    *(KeyError, IndexError, TypeError, AttributeError, RecursionError, MemoryError),
)


class JsonStore:
    """One file of JSON.

    Parameters
    ----------
    file : Path
        Made, with its folder, when first written to.
    largest_bytes : int
        A larger file counts as damaged.
    """

    def __init__(self, file: Path, largest_bytes: int = 16 << 20) -> None:
        self.file, self._largest = file, largest_bytes

    @classmethod
    def of_model(cls, folder: Path, model: str, largest_bytes: int) -> JsonStore:
        """The file that ``folder`` holds for the model with this hash."""
        return cls(folder / f"{name_by(model)}.json", largest_bytes)

    def read(self, parse: Callable[[Any], T], default: T) -> T:
        """What ``parse`` makes of the file's content; ``default`` where it is missing or damaged.

        ``parse`` may raise as it likes at content that it does not expect.
        """
        try:
            return self._parsed(parse)
        except _DAMAGE:
            return default

    def read_or_set_aside(self, parse: Callable[[Any], T], default: T, what: str, new: str) -> T:
        """As `read`, for what must not be lost.

        Raises
        ------
        Problem
            It is damaged, and was kept under another name. Says that ``what`` could not be read, and that there is
            a new list, board or other thing of the kind ``new``.
        """
        if not self.file.exists():
            return default
        try:
            return self._parsed(parse)
        except _DAMAGE as error:
            try:
                hint = f"It was kept as {set_aside(self.file)}; a new {new} was started."
            except OSError:
                hint = f"Look at {self.file}; it will be replaced by the next {new}."
            raise Problem(f"{what} could not be read.", hint) from error

    def write(self, value: Any, indent: int | None = None) -> None:
        """Put ``value`` in the place of what the file held, whole or not at all.

        Raises
        ------
        Problem
            It cannot be written; what was there is as it was.
        """
        text = json.dumps(value, indent=indent)
        made_folder(self.file.parent)
        with replace_file(self.file) as file:
            file.write(text.encode())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other threads and programs from changing the file between a `read` and a `write`; may be nested.

        Raises
        ------
        Problem
            Its folder cannot be made, or another program keeps us out.
        """
        with alone(made_folder(self.file.parent)):
            yield

    def _parsed(self, parse: Callable[[Any], T]) -> T:
        return parse(parsed_json(read_file(self.file, self._largest)))
