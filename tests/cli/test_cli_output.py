"""What verbs do where nothing takes what they say."""

from __future__ import annotations

import subprocess
import sys

import pytest

from explorer.cli.progress_bar import bar, progress_bar


def test_a_bar_needs_no_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with progress_bar("reading", "pictures") as report:
        report(1, 2)
    with bar(total=2) as shown:
        shown.update(2)


@pytest.mark.skipif(sys.platform == "win32", reason="the places of files are those of Unix")
def test_no_file_takes_the_place_of_a_missing_stderr() -> None:
    code = "import os; os.close(2); m._hold_standard_places(); print(os.open('.', os.O_RDONLY))"
    words = [sys.executable, "-c", f"import explorer.__main__ as m; {code}"]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, timeout=60)
    assert int(done.stdout) > 2
