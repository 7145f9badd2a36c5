"""The program leaves files in its own folders alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERBS = [
    ["inspect", "faces"],
    ["render", "faces", "--seed", "1", "--out", "{out}/face.png"],
    ["shoot", "explore", "--model", "faces", "--out", "{out}/window.png"],
    ["train", "--help"],
]


@pytest.mark.skipif(sys.platform == "win32", reason="homes are others there")
@pytest.mark.parametrize("words", VERBS, ids=lambda words: words[0])
def test_a_verb_leaves_nothing_in_a_home(tmp_path: Path, words: list[str]) -> None:
    home, out = tmp_path / "home", tmp_path / "out"
    home.mkdir()
    out.mkdir()
    known = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ORT_"))}
    known |= {"HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "explorer", *(word.replace("{out}", str(out)) for word in words)]
    said = subprocess.run(command, env=known, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert said.returncode == 0, said.stderr
    foreign = [str(path) for path in home.rglob("*") if path.is_file() and "latent-explorer" not in path.parts]
    assert not foreign


@pytest.mark.skipif(sys.platform == "win32", reason="it is a matter of sys.path alone")
def test_modules_where_one_stands_do_not_run(tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text("open('planted-ran', 'w').close()")
    (tmp_path / "json.py").write_text("open('planted-ran', 'w').close()")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "explorer", "inspect", "fashion"], cwd=tmp_path, env=environment, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "planted-ran").exists()
