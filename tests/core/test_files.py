"""Files are read within bounds and replaced whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from explorer.core.files import hash_of, made_folder, new_folder, read_file, replace_file
from explorer.core.problem import Problem

needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert read_file(tmp_path / "a", 3) == b"abc"


def test_a_file_above_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abcd")
    with pytest.raises(Problem, match="a is larger than"):
        read_file(tmp_path / "a", 3)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"There is no file .*gone\.onnx"):
        read_file(tmp_path / "gone.onnx", 10)


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="is a folder"):
        read_file(tmp_path, 10)


@needs_pipes
def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Problem, match="pipe is a device or a pipe"):
        read_file(tmp_path / "pipe", 10)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero here")
def test_an_endless_device_is_refused_at_once() -> None:
    with pytest.raises(Problem, match="zero is a device"):
        read_file(Path("/dev/zero"), 10)


def test_a_name_that_cannot_be_is_refused() -> None:
    with pytest.raises(Problem, match="not a file name"):
        read_file(Path("a\0b"), 10)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "locked").write_bytes(b"abc")
    (tmp_path / "locked").chmod(0)
    with pytest.raises(Problem, match="locked may not be read"):
        read_file(tmp_path / "locked", 10)


def test_a_replaced_file_holds_the_new_bytes_alone(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"something longer")
    with replace_file(tmp_path / "a") as file:
        file.write(b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a"]


def test_the_old_file_stays_until_the_block_ends(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with replace_file(tmp_path / "a") as file:
        file.write(b"new")
        file.flush()
        assert (tmp_path / "a").read_bytes() == b"old"


def test_a_failing_block_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), replace_file(tmp_path / "a") as file:
        file.write(bytes([1 // 0]))
    assert (tmp_path / "a").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="there is no folder"), replace_file(tmp_path / "no" / "a"):
        pass


def test_a_folder_of_that_name_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(Problem, match="a was not saved"), replace_file(tmp_path / "a") as file:
        file.write(b"new")
    assert os.listdir(tmp_path) == ["a"]


@needs_pipes
@pytest.mark.parametrize("name", ["pipe", "link"])
def test_a_pipe_is_not_replaced(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    refused = pytest.raises(Problem, match=f"{name} was not saved: a device or a pipe has that name")
    with refused, replace_file(tmp_path / name):
        pytest.fail("the writing has begun")
    assert (tmp_path / "pipe").is_fifo()
    assert sorted(os.listdir(tmp_path)) == ["link", "pipe"]


def test_a_link_to_a_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "link").symlink_to("a")
    with replace_file(tmp_path / "link") as file:
        file.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a").read_bytes() == b"new"


@pytest.mark.parametrize("inside", [("a",), ("deep", "a")])
def test_a_file_used_as_a_folder_is_called_a_file(tmp_path: Path, inside: tuple[str, ...]) -> None:
    (tmp_path / "one.png").write_bytes(b"old")
    path = (tmp_path / "one.png").joinpath(*inside)
    with pytest.raises(Problem, match=r"one\.png is a file, not a folder"), replace_file(path):
        pass
    with pytest.raises(Problem, match=r"one\.png is a file, not a folder"):
        made_folder(path)


def test_a_folder_that_takes_no_files_is_not_called_missing(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="nothing can be written into"), replace_file(tmp_path / "a"):
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))  # as /proc answers


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "cannot be written to"), (errno.EIO, "was not saved")],
)
def test_a_failing_disk_is_put_into_words(tmp_path: Path, code: int, words: str) -> None:
    with pytest.raises(Problem, match=words), replace_file(tmp_path / "a"):
        raise OSError(code, os.strerror(code))
    assert os.listdir(tmp_path) == []


def test_a_new_folder_appears_when_all_is_in_it(tmp_path: Path) -> None:
    for name in ("new", "empty"):
        with new_folder(tmp_path / name) as draft:
            (draft / "a").write_text("1")
            assert not (tmp_path / name / "a").exists()
        assert (tmp_path / name / "a").read_text() == "1"
        (tmp_path / "empty").mkdir(exist_ok=True)
    assert sorted(os.listdir(tmp_path)) == ["empty", "new"]


def test_a_folder_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError), new_folder(tmp_path / "new") as draft:
        (draft / "a").write_text("1\ud800", "utf-8")
    with pytest.raises(Problem, match="disk is full"), new_folder(tmp_path / "new"):
        raise OSError(errno.ENOSPC, "full")
    assert os.listdir(tmp_path) == []


def test_a_new_folder_takes_no_name_that_is_taken(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").write_text("")
    for name, words in [("file", "is a file"), ("full", "not empty"), ("file/new", "is a file")]:
        with pytest.raises(Problem, match=words), new_folder(tmp_path / name):
            pass
    assert sorted(os.listdir(tmp_path)) == ["file", "full"]


_ON_A_SMALL_DISK = """
import resource, signal, sys
from pathlib import Path
from explorer.core.files import replace_file
from explorer.core.problem import Problem
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    with replace_file(Path(sys.argv[1])) as file:
        file.write(bytes(100_000))
except Problem as problem:
    print(problem.what)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs resource limits")
def test_a_file_that_does_not_fit_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    script = [sys.executable, "-c", _ON_A_SMALL_DISK, str(tmp_path / "a")]
    said = subprocess.run(script, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert "a was not saved: the disk is full." in said.stdout
    assert (tmp_path / "a").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("place", [new_folder, replace_file])
def test_a_whole_disk_is_not_replaced(place: Callable[[Path], AbstractContextManager[object]]) -> None:
    root = Path(Path.cwd().anchor)
    with pytest.raises(Problem, match=re.escape(str(root))), place(root):
        pass


@needs_pipes
def test_a_hash_is_of_an_ordinary_file_s_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert hash_of(tmp_path / "a") == hashlib.sha256(b"abc").hexdigest()
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "nothing"):
        with pytest.raises(Problem):
            hash_of(tmp_path / name)
