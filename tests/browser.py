"""Chromium without a screen, driven through its DevTools pipe: no driver, no port, no virtual time."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

if sys.platform != "win32":
    import fcntl

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next((found for name in _NAMES if (found := shutil.which(name))), None)
WHY_NOT = "" if CHROMIUM and sys.platform != "win32" else "no Chromium or Chrome is installed"
_PATIENCE_S = 60.0


class Browser:
    """One tab. To be used as a context, which ends the process.

    Parameters
    ----------
    profile : Path
        A folder of its own; what is downloaded lands in ``profile / "downloads"``.
    """

    def __init__(self, profile: Path) -> None:
        assert CHROMIUM is not None
        self.downloads = profile / "downloads"
        self.downloads.mkdir(parents=True)
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        command = [
            *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
            *("--no-first-run", "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"),
        ]

        def take_ends() -> None:  # Chromium reads from 3 and writes to 4; first out of each other's way
            reading, writing = (fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (theirs_in, theirs_out))
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        nowhere = subprocess.DEVNULL
        self._process = subprocess.Popen(
            command, preexec_fn=take_ends, pass_fds=(3, 4), stdin=nowhere, stdout=nowhere, stderr=nowhere
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._in, self._out = ours_in, ours_out
        self._buffer, self._number, self._session = b"", 0, ""
        self._events: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        way = {"behavior": "allow", "downloadPath": str(self.downloads), "eventsEnabled": True}
        self.ask("Browser.setDownloadBehavior", **way)
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Page.enable")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._in)
        os.close(self._out)

    def ask(self, method: str, **words: Any) -> dict[str, Any]:
        """Send a command; gives its result."""
        self._number += 1
        number, session = self._number, {"sessionId": self._session} if self._session else {}
        message = {"id": number, "method": method, "params": words, **session}
        os.write(self._out, json.dumps(message).encode() + b"\0")
        told = self._until(lambda found: found.get("id") == number)
        assert "error" not in told, told
        return dict(told["result"])

    def wait_for(self, method: str, fits: Callable[[dict[str, Any]], bool] = lambda _: True) -> dict[str, Any]:
        """The parameters of the next event that fits, or of one that has come already."""

        def wanted(found: dict[str, Any]) -> bool:
            return found.get("method") == method and fits(found["params"])

        known = next((found for found in self._events if wanted(found)), None)
        return dict((known or self._until(wanted))["params"])

    def open(self, file: Path) -> None:
        """Load a file, to its load event."""
        self.ask("Page.navigate", url=file.as_uri())
        self.wait_for("Page.loadEventFired")

    def run(self, script: str) -> Any:
        """The value of an expression, awaited where it is a promise, as if a hand had started it."""
        told = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def press(self, key: str) -> None:
        """Press and release a key, such as ``ArrowLeft`` or ``3``."""
        text = {"text": key} if len(key) == 1 else {}
        self.ask("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=key)

    def _until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        end = time.monotonic() + _PATIENCE_S
        while True:
            while b"\0" in self._buffer:
                line, _, self._buffer = self._buffer.partition(b"\0")
                found = json.loads(line)
                if wanted(found):
                    return dict(found)
                if "method" in found:
                    self._events.append(found)
            ready, _, _ = select.select([self._in], [], [], max(end - time.monotonic(), 0.0))
            assert ready, "the browser does not answer"
            part = os.read(self._in, 1 << 16)
            assert part, "the browser has ended"
            self._buffer += part
