"""What a killed program left of a file is cleared by the next one that writes it, and nothing else is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.core.files import new_folder, replace_file

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="drafts are told apart by locks of POSIX")

_WRITING = """
import sys
from pathlib import Path
from explorer.core.files import new_folder, replace_file
folder, name = Path(sys.argv[1]), sys.argv[2]
if name == "frames":
    with new_folder(folder / name) as draft:
        (draft / "1.png").write_bytes(b"half")
        print("writing", flush=True)
        sys.stdin.read()
else:
    with replace_file(folder / name) as file:
        file.write(b"half")
        file.flush()
        print("writing", flush=True)
        sys.stdin.read()
"""


def writing(folder: Path, name: str) -> subprocess.Popen[bytes]:
    """A process that is in the middle of writing."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    child = subprocess.Popen([sys.executable, "-c", _WRITING, str(folder), name], **pipes)
    assert child.stdout is not None
    assert child.stdout.readline() == b"writing\n"
    return child


def end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.communicate()


def write(path: Path) -> None:
    if path.name == "frames":
        with new_folder(path) as draft:
            (draft / "1.png").write_bytes(b"whole")
    else:
        with replace_file(path) as file:
            file.write(b"whole")


def make_old(folder: Path) -> None:
    for path in folder.iterdir():
        os.utime(path, (1e9, 1e9))


@pytest.mark.parametrize("name", ["film.mp4", "frames"])
def test_what_a_killed_process_left_goes_with_the_next_writing(tmp_path: Path, name: str) -> None:
    for _ in range(2):
        end(writing(tmp_path, name))
    assert len(list(tmp_path.iterdir())) == 2
    make_old(tmp_path)
    write(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["film.mp4", "frames"])
def test_what_is_being_written_stays_however_long_it_takes(tmp_path: Path, name: str) -> None:
    child = writing(tmp_path, name)
    try:
        make_old(tmp_path)
        write(tmp_path / name)
        assert len(list(tmp_path.iterdir())) == 2
    finally:
        end(child)


def test_what_only_looks_alike_or_was_made_just_now_stays(tmp_path: Path) -> None:
    for name in (".film.mp4.0123abcd", ".film.mp4.backup00x", ".other.mp4.0123abcd", "film.mp4.0123abcd"):
        (tmp_path / name).touch()
    (tmp_path / ".film.mp4.deadbeef").symlink_to(tmp_path / "film.mp4.0123abcd")
    kept = {path.name for path in tmp_path.iterdir()}
    write(tmp_path / "film.mp4")
    assert {path.name for path in tmp_path.iterdir()} == kept | {"film.mp4"}
