"""The one way to start a process: to ask it for one thing that may go wrong, or to leave it to itself.

A child imports what this program and its Python import, and nothing that lies where somebody stands or beside a file
that is opened. Run as ``python -P -m explorer.core.processes.child MODULE``, this module is also the child's side: it
gives up what it does not need (`confinement`), calls the module's ``main`` and tells what came out on its last line.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Literal

from explorer.core.problem import Problem
from explorer.core.processes.confinement import confine
from explorer.core.processes.memory import lacks_memory

_ROOT = Path(__file__).resolve().parents[3]
_PLACE = sys.prefix  # where a child stands: whoever can write there can change Python itself
_MOST_BYTES = 2**20  # of what a child prints, its end is kept
_POLL_S = 0.05
_STAGE, _LONGEST_STAGE = b"stage: ", 40
_KEPT = frozenset(
    {"PATH", "HOME", "USER", "LOGNAME", "USERNAME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TZ", "LANG"}
    | {"SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}
    | {"PYTHONHOME", "PYTHONUSERBASE", "ORT_DISABLE_TELEMETRY"}
)
_KEPT_TOO = ("LC_", "XDG_", "OMP_", "MKL_", "OPENBLAS_")


@dataclass(frozen=True)
class Limits:
    """What a child may take.

    Attributes
    ----------
    time_s : float
        By the clock; on each core, of the processor too.
    memory_bytes : int
        Of address space, of which libraries alone take one or two GiB.
    writable : tuple of Path
        The folders it may write to; the first is where it keeps what is temporary.
    """

    time_s: float
    memory_bytes: int
    writable: tuple[Path, ...] = ()


class EndedError(Exception):
    """A child ended without an answer.

    Attributes
    ----------
    how : {"time", "memory", "cancelled", "crash"}
    status : int
        As `subprocess.Popen.returncode`.
    said : str
        The last line of its complaints, or "".
    """

    def __init__(self, how: Literal["time", "memory", "cancelled", "crash"], status: int = 0, said: str = "") -> None:
        super().__init__(f"{how}, status {status}: {said}")
        self.how, self.status, self.said = how, status, said


def ask(
    module: str,
    wanted: Mapping[str, Any],
    limits: Limits,
    cancelled: Callable[[], bool] = lambda: False,
    staged: Callable[[str], object] = lambda _stage: None,
) -> Any:
    """What ``main(wanted)`` of a module of ours gives in a confined child, which ends with this process.

    Parameters
    ----------
    module : str
        Imported by the child when it has been confined.
    wanted : mapping
        As JSON can write it; paths are absolute.
    limits : Limits
    cancelled : callable, optional
        Asked while the child works.
    staged : callable, optional
        Told what the child says it is at, with `say_stage`.

    Raises
    ------
    Problem
        The child raised it.
    OSError
        It could not be started, or could not write.
    EndedError
        It gave no answer: it took too long or too much memory, crashed, or was cancelled.
    """
    request = {"limits": _limits_json(limits), "parent": os.getpid(), "wanted": dict(wanted)}
    child = subprocess.Popen(
        _command("explorer.core.processes.child", module),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=_PLACE,
        env=_bare_environment(limits),
        **_group(),
    )
    assert child.stdin and child.stdout and child.stderr
    said, complaint = _Tail(child.stdout), _Tail(child.stderr)
    with child:
        try:
            with suppress(OSError):  # it ended at once: its complaint says why
                child.stdin.write(json.dumps(request).encode() + b"\n")
                child.stdin.flush()  # and stays open: its end tells the child that we are gone
            _wait(child, said, time.monotonic() + limits.time_s, cancelled, staged)
        finally:
            end(child)
            said.join(1.0)
            complaint.join(1.0)
            with suppress(OSError):
                child.stdin.close()
    return _answer(child.returncode, said.kept, complaint.kept)


def start_apart(words: Sequence[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """A process that outlives this one and its terminal, on ``python -m`` and these words; raises OSError.

    It has the whole environment, for it may need what a cluster says there, and hands the safe import path on to
    processes that it starts.
    """
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    path = [str(_ROOT), *(entry for entry in inherited if os.path.isabs(entry))]
    known = {**os.environ, "PYTHONSAFEPATH": "1", "PYTHONPATH": os.pathsep.join(path)}
    return subprocess.Popen(
        _command(*words),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd=_PLACE,
        env=known,
        **_group(),
    )


def end(child: subprocess.Popen[bytes]) -> None:
    """Kill a child and all that it started, if any of it is left."""
    if sys.platform != "win32":
        with suppress(OSError):
            os.killpg(child.pid, signal.SIGKILL)  # it leads a group of its own
    child.kill()
    child.wait()


def _command(*words: str) -> list[str]:
    return [sys.executable, "-P", "-m", *words]


def _group() -> dict[str, Any]:
    """A group of its own, and on Windows no console, which would flash."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def _bare_environment(limits: Limits) -> dict[str, str]:
    """What Python and its libraries need to start and no more: no keys, no tokens, no other import path, no GPU."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith(_KEPT_TOO)}
    temporary = str(limits.writable[0].resolve()) if limits.writable else ""
    kept |= dict.fromkeys(("TMPDIR", "TEMP", "TMP", "TORCHINDUCTOR_CACHE_DIR"), temporary) if temporary else {}
    return kept | {"PYTHONPATH": str(_ROOT), "PYTHONSAFEPATH": "1", "CUDA_VISIBLE_DEVICES": ""}


def _limits_json(limits: Limits) -> dict[str, object]:
    cores = os.cpu_count() or 1
    return {
        "memory_bytes": limits.memory_bytes,
        "processor_s": int(limits.time_s * cores) + 1,
        "writable": [str(folder.resolve()) for folder in limits.writable],
    }


class _Tail(threading.Thread):
    """Reads what a child prints, however much, and keeps its end."""

    def __init__(self, pipe: IO[bytes]) -> None:
        super().__init__(daemon=True, name="child-output")
        self.kept = b""
        self._pipe = pipe
        self.start()

    def run(self) -> None:
        with suppress(OSError, ValueError):  # closed meanwhile
            while piece := os.read(self._pipe.fileno(), 2**16):
                self.kept = (self.kept + piece)[-_MOST_BYTES:]


def _wait(
    child: subprocess.Popen[bytes],
    said: _Tail,
    deadline: float,
    cancelled: Callable[[], bool],
    staged: Callable[[str], object],
) -> None:
    before = ""
    while child.poll() is None:
        if (stage := _stage(said.kept)) != before:
            staged(stage)
            before = stage
        if cancelled():
            raise EndedError("cancelled")
        if time.monotonic() > deadline:
            raise EndedError("time")
        said.join(_POLL_S)  # it ends with the child
        if not said.is_alive():
            time.sleep(_POLL_S / 10)


def _stage(said: bytes) -> str:
    """The last stage that a child told; "" before the first."""
    told = [line for line in said.split(b"\n")[:-1] if line.startswith(_STAGE)]
    return told[-1].removeprefix(_STAGE).decode("utf-8", "replace")[:_LONGEST_STAGE] if told else ""


def _answer(status: int, said: bytes, complaint: bytes) -> Any:
    try:
        answer = json.loads(said.splitlines()[-1])
        kind, what = answer["kind"], answer["what"]
    except (IndexError, ValueError, TypeError, KeyError, RecursionError):
        kind, what = "none", None
    if kind == "answer":
        return what
    if kind == "problem":
        raise Problem(str(what[0]), str(what[1]))
    if kind == "file":
        raise OSError(what[0], str(what[1]))
    last = complaint.decode("utf-8", "replace").strip().splitlines()[-1:] or [""]
    late = ("SIGXCPU", "SIGPROF")  # the system's own last resort is 9
    over = {-9: "memory"} | {-getattr(signal, name): "time" for name in late if hasattr(signal, name)}
    how: Any = "memory" if kind == "memory" else over.get(status, "crash")
    raise EndedError(how, status, last[0][:300])


# What follows runs in the child.


def main(module: str) -> None:
    """Read what is wanted from the input, be confined, and tell what the module makes of it."""
    _keep_output()
    request = json.loads(sys.stdin.buffer.readline())
    confine(**request["limits"])
    if os.getppid() != request["parent"] and sys.platform != "win32":
        return  # the parent ended before it could be noticed
    threading.Thread(target=_end_with_parent, daemon=True, name="parent").start()
    kind, what = made(module, request["wanted"])
    sys.stdout.write("\n" + json.dumps({"kind": kind, "what": what}) + "\n")
    sys.stdout.flush()


def _keep_output() -> None:
    """Keep the pipe to the parent for this program's own lines; what libraries print goes where errors go.

    torch prints the graph that one of its exporters fails on, through a buffer of its own, which may fall into the
    middle of the answer.
    """
    ours = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = os.fdopen(ours, "w", encoding="utf-8")


def say_stage(words: str) -> None:
    """Tell the parent what this child is at."""
    sys.stdout.write(f"\n{_STAGE.decode()}{words}\n")
    sys.stdout.flush()


def made(module: str, wanted: Mapping[str, Any]) -> tuple[str, object]:
    """What a module's ``main`` gives, as what kind of answer it is and what it says; other failures are bugs."""
    try:
        return "answer", import_module(module).main(wanted)
    except Problem as problem:
        return "problem", [problem.what, problem.hint]
    except OSError as error:
        return "file", [error.errno, error.strerror or str(error)]
    except Exception as error:
        if not lacks_memory(error):
            raise
        return "memory", None


def _end_with_parent() -> None:
    """Wait for the end of the input, which comes with that of the parent, however that comes about."""
    while os.read(0, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
