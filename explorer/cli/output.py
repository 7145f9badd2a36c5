"""What verbs say: results on stdout, remarks on stderr, and nothing that the other end cannot take ends a verb."""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

from explorer.core.problem import Problem


def say(text: str) -> None:
    """A result, on stdout.

    Raises
    ------
    Problem
        It could not be written, the disk being full for instance.
    BrokenPipeError
        Nobody reads any more.
    """
    _write(sys.stdout, text)


def say_json(value: Any) -> None:
    """A result as one line of JSON, on stdout. Raises as `say` does."""
    say(json.dumps(value))


def remark(text: str) -> None:
    """What is not the result, on stderr; lost where there is none."""
    try:
        _write(sys.stderr, text)
    except (Problem, BrokenPipeError):
        pass  # there is nowhere else to say it


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:  # a program without a console
        return
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Problem(f"The output could not be written ({error.strerror}).", "Send it elsewhere.") from None
