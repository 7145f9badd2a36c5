"""A child imports nothing that lies about, can do nothing but its work, and ends with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from explorer.core.models import guard
from explorer.core.models.policy import read_model
from explorer.core.processes import child
from explorer.core.processes.child import EndedError, Limits, ask, start_apart
from explorer.core.processes.scratch import scratch_beside
from tests.models import tiny_generator

ROOT = Path(__file__).parents[2]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="of Linux")


def planted(folder: Path, marker: Path) -> None:
    """Modules that note that they ran, under names that every child imports."""
    (folder / "explorer").mkdir(parents=True)
    for name in ("numpy", "json", "safetensors", "torch", "onnxruntime", "explorer/__init__"):
        (folder / f"{name}.py").write_text(f"open({str(marker)!r}, 'a').write({name!r})\n")


@pytest.fixture
def doing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Asks a child to run a few lines, which set ``answer``."""
    monkeypatch.setattr("explorer.core.processes.child._ROOT", tmp_path / "root")
    root = tmp_path / "root"
    root.mkdir()
    (root / "explorer").symlink_to(ROOT / "explorer")

    def do(code: str, limits: Limits | None = None, **options):
        lines = "\n    ".join(code.splitlines())
        (root / "work.py").write_text(f"def main(wanted):\n    {lines}\n    return locals().get('answer')\n")
        return ask("work", {}, limits or Limits(20, 2**31), **options)

    return do


def test_nothing_that_lies_about_runs_in_the_guards_child(tmp_path, monkeypatch):
    marker = tmp_path / "ran"
    planted(tmp_path / "theirs", marker)
    file = read_model(tiny_generator(tmp_path / "theirs" / "g.onnx"))
    monkeypatch.chdir(tmp_path / "theirs")
    monkeypatch.setenv("PYTHONPATH", "")
    assert guard.try_in_child(file).outputs
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "theirs"))
    assert guard.try_in_child(file).outputs
    assert not marker.exists()


def test_nothing_that_lies_about_runs_in_a_process_apart(tmp_path, monkeypatch):
    marker = tmp_path / "ran"
    planted(tmp_path / "theirs", marker)
    monkeypatch.chdir(tmp_path / "theirs")
    monkeypatch.setenv("PYTHONPATH", os.pathsep)
    with (tmp_path / "log").open("wb") as log:
        assert start_apart(["explorer", "--version"], log).wait(60) == 0
    assert not marker.exists()


def test_a_child_has_no_secrets_and_stands_nowhere_in_particular(doing, monkeypatch):
    monkeypatch.setenv("SOME_TOKEN", "secret")
    env, place = doing("import os\nanswer = [dict(os.environ), os.getcwd()]")
    assert "secret" not in env.values()
    assert env["ORT_DISABLE_TELEMETRY"] == "1"
    assert place == str(Path(sys.prefix))


@LINUX
@pytest.mark.parametrize(
    "code",
    [
        "import socket\nsocket.socket()",
        "import subprocess\nsubprocess.run(['true'])",
        "import os\nos.fork()",
        "import os\nos.remove('{file}')",
        "import os\nos.rename('{file}', '{file}2')",
        "open('{file}', 'a')",
        "open('{file}2', 'w')",
    ],
)
def test_a_child_can_neither_speak_nor_write_nor_start_anything(doing, tmp_path, code):
    file = tmp_path / "theirs.txt"
    file.write_text("kept")
    with pytest.raises(OSError, match=r"not permitted|denied"):
        doing(code.replace("{file}", str(file)))
    assert file.read_text() == "kept"


def test_a_child_writes_where_it_may(doing, tmp_path):
    doing(f"open({str(tmp_path / 'made')!r}, 'w').write('x')", Limits(20, 2**31, (tmp_path,)))
    assert (tmp_path / "made").read_text() == "x"


def test_a_child_that_prints_without_end_fills_no_memory(doing):
    assert doing("for _ in range(300):\n    print('x' * 10**6)\nanswer = 5") == 5


@pytest.mark.parametrize(
    ("code", "limits", "how"),
    [
        ("while True:\n    pass", Limits(1, 2**31), "time"),
        ("answer = bytes(2**32)", Limits(20, 2**31), "memory"),
        ("raise Exception('[ONNXRuntimeError] : 6 : Failed to allocate memory')", Limits(20, 2**31), "memory"),
        ("import os\nos.abort()", Limits(20, 2**31), "crash"),
    ],
)
def test_a_child_that_gives_no_answer_is_ended_and_told(doing, code, limits, how):
    with pytest.raises(EndedError) as caught:
        doing(code, limits)
    assert caught.value.how == how


def test_a_child_can_be_called_off(doing):
    with pytest.raises(EndedError, match="cancelled"):
        doing("import time\ntime.sleep(60)", cancelled=lambda: True)


@LINUX
def test_a_child_ends_with_a_parent_that_is_killed_and_its_scratch_is_cleared(tmp_path):
    (tmp_path / "work.py").write_text(
        "import os, re\ndef main(wanted):\n    open(wanted['note'], 'w').write(str(os.getpid()))\n"
        "    re.match('(a+)+b', 'a' * 60)\n"  # never ends, and never lets another thread run
    )
    (tmp_path / "explorer").symlink_to(ROOT / "explorer")
    code = (
        "from pathlib import Path\nfrom explorer.core.processes import child\n"
        "from explorer.core.processes.scratch import scratch_beside\n"
        f"child._ROOT = Path({str(tmp_path)!r})\nout = Path({str(tmp_path / 'out')!r})\n"
        "with scratch_beside(out, 'export') as scratch:\n"
        f"    child.ask('work', {{'note': {str(tmp_path / 'note')!r}}},"
        f" child.Limits(60, 2**31, (scratch, out.parent)))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    note = tmp_path / "note"
    until(lambda: note.exists() and note.read_text())
    parent.kill()
    parent.wait()
    until(lambda: not is_alive(int(note.read_text())))
    assert list(tmp_path.glob(".export-*"))
    with scratch_beside(tmp_path / "out", "export") as held, scratch_beside(tmp_path / "out", "export"):
        assert held.is_dir()  # that of a living process stays
    assert not list(tmp_path.glob(".export-*"))


def until(done, limit_s: float = 20.0) -> None:
    deadline = time.monotonic() + limit_s
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIG_DFL)
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_folders_of_others_are_left_alone(tmp_path: Path) -> None:
    for name in (".export-mine", ".export-12345678", ".convert-2024"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "thesis.txt").write_text("mine")
        (tmp_path / name / "lock").touch()
        os.utime(tmp_path / name, (0, 0))
    for kind in ("export", "convert"):
        with scratch_beside(tmp_path / "out", kind):
            pass
    assert len(list(tmp_path.glob(".*/thesis.txt"))) == 3


@pytest.mark.parametrize(("speaks", "sleeps"), [(True, 0), (False, 3)])
def test_a_child_that_says_nothing_more_is_waited_for_without_haste(monkeypatch, speaks, sleeps):
    slept, states = [], iter([None, None, None, 0])
    monkeypatch.setattr(child, "time", SimpleNamespace(monotonic=lambda: 0.0, sleep=slept.append))
    said = SimpleNamespace(join=lambda _s: None, is_alive=lambda: speaks, kept=b"")
    child._wait(SimpleNamespace(poll=lambda: next(states)), said, 1.0, lambda: False, lambda _stage: None)
    assert len(slept) == sleeps


def test_what_libraries_print_does_not_fall_into_the_answer(doing):
    assert (
        doing('import os\nos.write(1, b"graph: {")\nanswer = "kept"\nimport atexit\natexit.register(os.write, 1, b"}")')
        == "kept"
    )
