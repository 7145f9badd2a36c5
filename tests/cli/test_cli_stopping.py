"""A verb that is told to end cleans up after itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.models import tiny_generator

termios = pytest.importorskip("termios")


_HEEDING = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from explorer.__main__ import main
sys.exit(main())
"""


def started(words: list[str], terminal: int) -> subprocess.Popen[bytes]:
    """A verb in a process of its own, which heeds Ctrl-C even where the tests were started in the background."""
    command = [sys.executable, "-c", _HEEDING, *words]
    return subprocess.Popen(command, stderr=terminal)


def read_until(terminal: int, word: bytes) -> bytes:
    """What is written to a terminal, up to a word."""
    said = b""
    while word not in said:
        said += os.read(terminal, 1024)
    return said


@pytest.mark.parametrize(
    ("name", "number"),
    [("film.mp4", signal.SIGTERM), ("frames", signal.SIGTERM), ("film.gif", signal.SIGINT)],
)
def test_a_verb_that_is_told_to_end_leaves_nothing_behind(tmp_path: Path, name: str, number: signal.Signals) -> None:
    model = tiny_generator(tmp_path / "tiny.onnx")
    (tmp_path / "out").mkdir()
    ours, theirs = os.openpty()  # the bar shows on terminals alone
    termios.tcsetwinsize(theirs, (24, 120))
    words = ["walk", str(model), "--frames", "20000", "--fps", "20", "--out", str(tmp_path / "out" / name)]
    walking = started(words, theirs)
    os.close(theirs)
    try:
        read_until(ours, b"/20000")
        assert [path.name[:1] for path in (tmp_path / "out").iterdir()] == ["."]
        walking.send_signal(number)
        assert walking.wait(20) == 128 + number
    finally:
        walking.kill()
        walking.wait()
        os.close(ours)
    assert list((tmp_path / "out").iterdir()) == []
