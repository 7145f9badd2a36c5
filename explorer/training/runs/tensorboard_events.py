"""The run's numbers and sheets once more as TensorBoard event files."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from explorer.core.files import made_folder
from explorer.core.plots.metric_groups import short_name, title_of
from explorer.core.problem import Problem

_EVERY_STEP_UP_TO = 1000
_AFTERWARDS = 10


class EventFile:
    """One event file, begun at a step, in TensorBoard's own records.

    It is written where the losses are, without a thread. Every step is told up to the thousandth, and every tenth
    from there on. A run that is resumed begins another file, whose first events tell TensorBoard to forget the
    steps that will come again.

    Parameters
    ----------
    folder : Path
    done_steps : int
        Steps done when the file is begun.

    Raises
    ------
    Problem
        It cannot be written.
    """

    def __init__(self, folder: Path, done_steps: int) -> None:
        from tensorboard.compat.proto import event_pb2
        from tensorboard.summary.writer.record_writer import RecordWriter

        self._event, self._log = event_pb2.Event, event_pb2.SessionLog
        made_folder(folder)
        name = f"events.out.tfevents.{time.time():017.6f}.{socket.gethostname()}.{os.getpid()}"
        try:
            self._file = (folder / name).open("wb")
        except OSError as error:
            raise _unwritable(folder, error) from None
        self._records = RecordWriter(self._file)
        self._write(file_version="brain.Event:2")
        if done_steps:
            self._write(step=done_steps + 1, session_log=self._log(status=self._log.START))
        self.flush()

    def add(self, step: int, numbers: Mapping[str, float], *, always: bool = False) -> None:
        """Note the numbers of a step, if it is one that is told, or ``always``."""
        from tensorboard.compat.proto.summary_pb2 import Summary

        if numbers and (always or step <= _EVERY_STEP_UP_TO or step % _AFTERWARDS == 0):
            values = [Summary.Value(tag=tag_of(name), simple_value=value) for name, value in numbers.items()]
            self._write(step=step, summary=Summary(value=values))

    def add_picture(self, step: int, name: str, png: Path) -> None:
        """Note a PNG file as a picture."""
        from PIL import Image
        from tensorboard.compat.proto.summary_pb2 import Summary

        with Image.open(png) as found:
            width, height = found.size
            channels = len(found.getbands())
        picture = Summary.Image(height=height, width=width, colorspace=channels, encoded_image_string=png.read_bytes())
        self._write(step=step, summary=Summary(value=[Summary.Value(tag=f"Sheets/{name}", image=picture)]))

    def flush(self) -> None:
        """Put what was noted on the disk."""
        try:
            self._file.flush()
        except OSError as error:
            raise _unwritable(Path(self._file.name), error) from None

    def close(self) -> None:
        """Flush and close; nothing can be noted afterwards."""
        try:
            self._file.close()
        except OSError as error:
            raise _unwritable(Path(self._file.name), error) from None

    def _write(self, **what: Any) -> None:
        try:
            self._records.write(self._event(wall_time=time.time(), **what).SerializeToString())
        except OSError as error:
            raise _unwritable(Path(self._file.name), error) from None


def tag_of(name: str) -> str:
    """What TensorBoard calls a number: by the plot of this program that it is in, as ``Scores/D(x)``."""
    return f"{title_of(name)}/{short_name(name)}"


def _unwritable(path: Path, error: OSError) -> Problem:
    return Problem(f"TensorBoard's file could not be written to {path} ({error}).", "Free some space.")
