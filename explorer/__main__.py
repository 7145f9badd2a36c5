"""`python -m explorer` and `latent-explorer`: a verb does its work without a window; anything else opens one."""

from __future__ import annotations

import os
import signal
import sys

from explorer.cli import VERBS, is_mistyped, refuse_mistyped, run_verb
from explorer.core.processes.signals import ending_signals

_INTERRUPTED = 130


def main() -> int:
    """Run the verb that the command line names, or the window."""
    _hold_standard_places()
    for number in set(ending_signals()) - {signal.SIGINT}:
        signal.signal(number, _stop)
    try:
        return _run(sys.argv[1:])
    except KeyboardInterrupt:
        return _INTERRUPTED


def _hold_standard_places() -> None:
    """Where a program has no input or output, the next file that it opens must not take their places."""
    for place in range(3):
        try:
            os.fstat(place)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest that is free


def _run(arguments: list[str]) -> int:
    if arguments and (arguments[0] in VERBS or arguments[0] in ("-h", "--help", "--version")):
        return run_verb(arguments)
    if arguments and is_mistyped(arguments[0]):
        return refuse_mistyped(arguments[0])
    from explorer.app import main as open_window

    return open_window(arguments)


def _stop(number: int, frame: object) -> None:
    """End as on Ctrl-C, so that nothing half-written stays behind; the exit code is the one shells expect."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
