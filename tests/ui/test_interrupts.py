"""The window ends in order when the terminal or the system asks it to; each in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from explorer.training.runs.run import Run
from tests.models import tiny_generator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent differently there")

_PROGRAM = """
import signal, sys
from PySide6.QtWidgets import QMessageBox
from explorer import app
from explorer.__main__ import main

def train(window):
    from explorer.training.runs.spec import RunSpec
    trainings = window.studio.trainings
    small = {"batch_size": "4", "width": "0.1", "latent_size": "4"}
    folder = trainings.begin(RunSpec("vae", "portraits:16", 32, 10**6, settings=small, name="run"))
    told = []
    def on_changed(_):
        if not told and trainings.of(folder).facts.done_steps > 3:
            told.append(print("ready", flush=True))
    trainings.changed.connect(on_changed)

def ask(window):
    print("ready", flush=True)
    QMessageBox.question(window, "Sure?", "Sure?")

asked = sys.argv.pop(1)
what = {"open": lambda window: print("ready", flush=True), "train": train, "ask": ask, "early": lambda _: None}[asked]
build = app.build
def told(**options):
    window = build(**options)
    if asked == "early":
        signal.raise_signal(signal.SIGINT)
        print("ready", flush=True)
    window.studio.models.opened.connect(lambda *_: what(window))
    return window
app.build = told
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests were started in the background
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # or by nohup
sys.exit(main())
"""


def ended_by(folder: Path, what: str, *names: str) -> tuple[int, str]:
    """Exit code and stderr of a window that does ``what`` and is then sent signals."""
    model = tiny_generator(folder / "tiny.onnx")
    folders = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")}
    command = [sys.executable, "-c", _PROGRAM, what, str(model)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    window = subprocess.Popen(command, env=os.environ | folders, **pipes)
    try:
        assert window.stdout is not None
        assert window.stdout.readline() == "ready\n", window.communicate(timeout=60)[1]
        for name in names:
            window.send_signal(signal.Signals[name])
        return (window.wait(60), window.communicate()[1])
    finally:
        window.kill()
        window.wait()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_closes_the_window_in_order(tmp_path: Path, name: str) -> None:
    code, said = ended_by(tmp_path, "open", name)
    assert (code, said) == (128 + signal.Signals[name], "")
    settings = ConfigParser(interpolation=None)
    settings.read(tmp_path / "config" / "latent-explorer" / "settings.ini")
    assert settings["General"]["last_model"].endswith("tiny.onnx")


def test_a_signal_that_comes_while_the_window_is_built_is_not_lost(tmp_path: Path) -> None:
    assert ended_by(tmp_path, "early") == (128 + signal.SIGINT, "")


def test_a_question_on_the_screen_does_not_keep_the_window(tmp_path: Path) -> None:
    assert ended_by(tmp_path, "ask", "SIGTERM") == (128 + signal.SIGTERM, "")


def test_what_is_trained_in_the_window_is_kept_though_one_asks_again_and_again(tmp_path: Path) -> None:
    code, said = ended_by(tmp_path, "train", "SIGTERM", "SIGINT", "SIGINT")
    # Signals that arrive together are delivered by their numbers, not in the order in which they were sent.
    assert said == ""
    assert code in (128 + signal.SIGTERM, 128 + signal.SIGINT)
    run = Run.open(tmp_path / "data" / "latent-explorer" / "runs" / "run")
    assert run.trained_learner().done_steps > 3
    assert list((run.folder / "checkpoints").glob("*.partial")) == []
