"""train and export."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.training.runs.run import Run
from explorer.training.runs.run_folder import LOSSES_FILE, ask_to_stop
from tests.cli.conftest import Verb, refused

SMALL = (
    "--size",
    32,
    "--set",
    "width=0.1",
    "--set",
    "batch_size=4",
    "--set",
    "latent_size=4",
    "--device",
    "cpu",
)


def test_train_export_and_inspect_in_three_commands(verb: Verb, tmp_path: Path) -> None:
    run, out = tmp_path / "run", tmp_path / "model"
    words = ("--data", "portraits:16", "--steps", 3, "--name", "Little ones", "--licence", "CC0", *SMALL)
    trained = verb("train", "vae", *words, "--out", run, "--json")
    assert trained.code == 0
    told = json.loads(trained.out)
    assert (told["step"], told["interrupted"]) == (3, False)
    assert {"loss", "KL"} <= told["losses"].keys()
    assert "16 pictures" in trained.err

    exported = json.loads(verb("export", run, "--out", out, "--json").out)
    assert exported.keys() == {"generator", "encoder", "likelihood"}
    card = json.loads(verb("inspect", out, "--json").out)["card"]
    assert (card["name"], card["licence"], card["steps"]) == ("Little ones", "CC0", 3)
    assert card["config"]["latent_size"] == 4
    assert card["parity"] < 0.5


@pytest.mark.usefixtures("exports_here")
def test_a_run_can_be_rendered_without_exporting_it(verb: Verb, tmp_path: Path) -> None:
    verb("train", "vae", "--data", "portraits:8", "--steps", 1, *SMALL, "--out", tmp_path / "run")
    assert verb("render", tmp_path / "run", "--out", tmp_path / "one.png").code == 0
    assert (tmp_path / "one.png").stat().st_size > 100


# Signals may be ignored where the tests were started in the background, or by nohup.
_PROGRAM = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
runpy.run_module("explorer", run_name="__main__", alter_sys=True)
"""


def told_to_end(tmp_path: Path, *numbers: signal.Signals) -> tuple[int, str]:
    """Exit code and last words of a training that is sent signals once it has taken a few steps."""
    words = [
        "train",
        "vae",
        "--data",
        "portraits:16",
        "--steps",
        "100000",
        *map(str, SMALL),
        "--threads",
        "1",
    ]
    command = [sys.executable, "-c", _PROGRAM, *words, "--out", str(tmp_path / "run")]
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stderr is not None
        for line in child.stderr:  # tqdm ends its lines with \r, which text mode reads as line ends
            if "loss=" in line:
                for number in numbers:
                    child.send_signal(number)
                break
        rest = child.stderr.read()
    return child.returncode, rest


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent differently there")
@pytest.mark.parametrize("names", [("SIGINT",), ("SIGHUP", "SIGHUP"), ("SIGTERM",)], ids=["ctrl-c", "hang-up", "kill"])
def test_a_run_that_is_told_to_end_keeps_a_checkpoint_and_goes_on_later(
    verb: Verb, tmp_path: Path, names: tuple[str, ...]
) -> None:
    code, rest = told_to_end(tmp_path, *(signal.Signals[name] for name in names))
    assert code == 0
    assert "Stopped at step" in rest
    assert "Traceback" not in rest
    run = tmp_path / "run"
    stopped = Run.open(run).trained_learner().done_steps
    assert stopped >= 20
    words = ("train", "vae", "--resume", "--steps", stopped + 2, "--out", run, "--json")
    told = json.loads(verb(*words).out)
    assert told["step"] == stopped + 2


def test_a_run_that_is_stopped_through_its_folder_is_not_called_done(verb: Verb, tmp_path: Path) -> None:
    run = tmp_path / "run"

    def stop() -> None:
        while not (run / LOSSES_FILE).is_file():
            time.sleep(0.01)
        ask_to_stop(run)

    thread = threading.Thread(target=stop)
    thread.start()
    words = ("train", "vae", "--data", "portraits:16", "--steps", 100_000, *SMALL, "--out", run, "--json")
    ran = verb(*words)
    thread.join()
    assert "Stopped at step" in ran.err
    assert json.loads(ran.out)["interrupted"]


def test_wrong_arguments_are_refused_in_a_sentence(verb: Verb, tmp_path: Path) -> None:
    data = ("--data", "portraits:8", "--out", tmp_path / "run")
    refused(verb("train", "gna", *data), "no family called gna", "vae")
    refused(verb("train", "vae", "--data", "portraits:8"), "No folder", "--out")
    refused(verb("train", "vae", "--out", tmp_path / "run"), "No pictures")
    refused(verb("train", "vae", *data, "--set", "width"), "no value")
    refused(verb("train", "vae", *data, "--set", "widht=1"), "widht", "width")
    refused(verb("train", "vae", *data, "--set", "width=fat"), "fat")
    refused(verb("train", "vae", *data, "--set", "width=99"), "out of range")
    refused(verb("train", "vae", *data, "--steps", 0), "0 steps")
    refused(verb("train", "vae", *data, "--seed", -1), "seed -1")
    assert not (tmp_path / "run").exists()
    refused(verb("train", "vae", "--data", tmp_path / "none", "--out", tmp_path / "run2"), "none")
    refused(verb("export", tmp_path / "none", "--out", tmp_path / "out"), "none")


def test_a_run_is_not_begun_over_another(verb: Verb, tmp_path: Path) -> None:
    words = ("train", "vae", "--data", "portraits:8", "--steps", 1, *SMALL, "--out", tmp_path / "run")
    assert verb(*words).code == 0
    refused(verb(*words), "holds a run already", "--resume")


def test_resuming_with_other_words_is_refused(verb: Verb, tmp_path: Path) -> None:
    run = tmp_path / "run"
    assert verb("train", "vae", "--data", "portraits:8", "--steps", 1, *SMALL, "--out", run).code == 0
    refused(verb("train", "dcgan", "--resume", "--out", run), "another family", "vae")
    refused(verb("train", "vae", "--resume", "--seed", 9, "--out", run), "another seed")
    refused(verb("train", "vae", "--resume", "--data", "portraits:9", "--out", run), "another data")


@pytest.mark.usefixtures("exports_here")
@pytest.mark.parametrize("place", ["file/model", "file"])
def test_an_export_that_cannot_be_written_is_refused(verb: Verb, tmp_path: Path, place: str) -> None:
    run = tmp_path / "run"
    verb("train", "vae", "--data", "portraits:8", "--steps", 1, *SMALL, "--out", run)
    (tmp_path / "file").write_text("in the way")
    refused(verb("export", run, "--out", tmp_path / place), "file")
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_family_lists_its_settings(verb: Verb) -> None:
    listed = verb("train", "dcgan", "--settings").out
    assert "latent_size = 64" in listed
    assert "relativistic, non-saturating" in listed


def test_a_run_that_is_refused_leaves_nothing_but_what_was_there(verb: Verb, tmp_path: Path) -> None:
    out = tmp_path / "run"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    refused = verb("train", "gan", "--data", "portraits:20", "--size", 16, "--steps", 5, "--out", out)
    assert refused.code == 2
    assert "16" in refused.err
    assert [path.name for path in out.iterdir()] == ["notes.txt"]


def test_what_is_assumed_of_pictures_is_told_kept_and_can_be_stated(verb: Verb, tmp_path: Path) -> None:
    data, run = tmp_path / "deep", tmp_path / "run"
    data.mkdir()
    for number in range(4):
        values = np.random.RandomState(number).randint(0, 4096, (32, 32)).astype(np.uint16)
        Image.fromarray(values).save(data / f"{number}.png")
    told = verb("train", "gan", "--data", data, "--steps", 1, *SMALL, "--out", run)
    assert "Assumed: range=0..4095 (uint16; 12 bits); colour=no; classes=no." in told.err
    assert "warning" not in told.err
    assert verb("train", "gan", "--out", run, "--resume", "--assume", "range=0..4095", "--steps", 2).code == 0
    other = verb("train", "gan", "--out", run, "--resume", "--assume", "range=0..65535", "--steps", 3)
    refused(other, "started with other assumptions", "range=0..4095")
    dark = verb(
        "train", "gan", "--data", data, "--assume", "range=0..1000000", "--steps", 1, *SMALL, "--out", run / "2"
    )
    assert "warning: All pictures together span only 2 of 256 levels" in dark.err
    wrong = verb("train", "gan", "--data", data, "--assume", "rage=1", "--out", run / "3")
    refused(wrong, "nothing called rage to assume")
