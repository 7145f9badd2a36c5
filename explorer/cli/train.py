"""``train``: from pictures to a run folder, with a progress bar; Ctrl-C saves and stops."""

from __future__ import annotations

import argparse
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.cli.assuming import assume_argument, tell_report
from explorer.cli.output import remark, say, say_json
from explorer.cli.progress_bar import bar, progress_bar
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.training.learning.progress import Progress
    from explorer.training.runs.run import Run
    from explorer.training.sources import PictureSet

_DEFAULTS: dict[str, Any] = {"size": 64, "steps": 10_000, "seed": 0, "hold_out": 0.0}
_WORDS = ("attributes", "start", "name", "description", "licence", "attribution", "frame")
_TOLD_EVERY = 20  # steps; reading the losses of each would make a GPU wait


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("family", metavar="FAMILY", help="what to train, such as dcgan or vae")
    parser.add_argument(
        "--data",
        metavar="SOURCE",
        help="folder, zip, tar, IDX, npz or Parquet of pictures, or portraits[:COUNT[:SEED]]",
    )
    parser.add_argument("--size", type=int, help="side of the pictures in pixels (default 64)")
    parser.add_argument("--steps", type=int, help="how many steps to train in all (default 10000)")
    parser.add_argument("--seed", type=int, help="decides every random choice (default 0)")
    parser.add_argument("--out", type=Path, metavar="RUN", help="the run's folder")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change a setting; repeatable")
    parser.add_argument("--settings", action="store_true", help="list the family's settings and stop")
    parser.add_argument("--resume", action="store_true", help="go on from the newest checkpoint; --steps may be raised")
    parser.add_argument("--hold-out", type=float, metavar="SHARE", help="share of pictures never trained on")
    parser.add_argument(
        "--leave-out", action="append", metavar="NAME", dest="left_out", help="a picture not to use; repeatable"
    )
    parser.add_argument("--attributes", metavar="FILE", help="label file (CSV, or CelebA's form)")
    assume_argument(parser)
    parser.add_argument("--start", metavar="RUN", help="start from the weights of another run, or of an exported model")
    parser.add_argument("--name", help="the model's name (default: the run's folder)")
    parser.add_argument("--description", help="what the pictures are, for the model card")
    parser.add_argument("--licence", help="licence of the pictures, for the model card")
    parser.add_argument("--attribution", help="whom to thank for the pictures, for the model card")
    parser.add_argument("--frame", help="how the pictures are aligned, for the model card")
    parser.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), default="auto", help="where to train (default auto)"
    )
    parser.add_argument("--threads", type=int, default=0, help="processor threads (default: torch's choice)")
    parser.add_argument(
        "--save-every", type=float, default=60.0, metavar="SECONDS", help="between checkpoints (default 60)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")


def run(options: argparse.Namespace) -> int:
    """Train as asked."""
    if options.settings:
        return _list_settings(options.family, options.json)
    from explorer.training.distributed.group import Elsewhere, joined
    from explorer.training.learning.devices import training_device, use_threads

    use_threads(options.threads)
    try:
        with joined(training_device(options.device)) as device:
            _train_as_asked(options, device)
    except Elsewhere:  # the process that could not go on says why, and is the one that failed
        return 0
    return 0


def _train_as_asked(options: argparse.Namespace, device: Any) -> None:
    """Train in this process, and in those that torchrun started with it; the first one speaks for all."""
    from explorer.training.distributed.group import is_first

    training = _agreed_run(options)
    try:
        found = _pictures(training)
    except Problem:
        if is_first() and not options.resume and training.newest_checkpoint() is None:
            _withdraw(training)
        raise
    if is_first():
        tell_report(found.report)
    last = _train(training, found, device, options.save_every)
    if is_first():
        _say_the_end(training, last, options.json)


def _withdraw(training: Run) -> None:
    """Take back a run that was made just now and cannot be trained; what else lies in its folder stays."""
    from explorer.training.runs.run_folder import SPEC_FILE

    with suppress(OSError):
        (training.folder / SPEC_FILE).unlink()
        training.folder.rmdir()


def _list_settings(family: str, as_json: bool) -> int:
    from explorer.training.families import family_called
    from explorer.training.learning.knobs import knobs

    config = family_called(family).config
    defaults = {name: getattr(config(), name) for name in knobs(config)}
    if as_json:
        say_json(defaults)
        return 0
    for name, knob in knobs(config).items():
        span = f" ({', '.join(knob.choices)})" if knob.choices else ""
        say(f"{name} = {defaults[name]}{span}\n    {knob.help}")
    return 0


def _agreed_run(options: argparse.Namespace) -> Run:
    """The run, as the first process finds or makes it."""
    from explorer.training.distributed.group import all_or_none, is_first, of_first
    from explorer.training.runs.run import Run
    from explorer.training.runs.spec import RunSpec

    found: Run | None = None
    with all_or_none():
        if is_first():
            found = _run(options)
    spec = of_first(found.spec.to_json().encode() if found is not None else b"")
    return found or Run(options.out, RunSpec.from_json(spec.decode()))


def _run(options: argparse.Namespace) -> Run:
    from explorer.training.runs.run import Run
    from explorer.training.runs.run_folder import SPEC_FILE
    from explorer.training.runs.spec import RunSpec

    if options.out is None:
        raise Problem("No folder was named for the run.", "Add --out RUN.")
    given = _given(options)
    if options.resume and (options.out / SPEC_FILE).is_file():
        return _resumed(Run.open(options.out), given)
    if "data" not in given:
        raise Problem("No pictures were named to learn from.", "Add --data SOURCE, for instance --data portraits.")
    return Run.create(options.out, RunSpec(**(_DEFAULTS | given)))


def _given(options: argparse.Namespace) -> dict[str, Any]:
    """The fields of a `RunSpec` that the command line states."""
    named = {name: getattr(options, name) for name in ("family", "data", *_DEFAULTS, *_WORDS)}
    given = {name: value for name, value in named.items() if value is not None}
    if options.left_out:
        given["left_out"] = tuple(options.left_out)
    if options.set:
        given["settings"] = _settings(options.set)
    if options.assume:
        from explorer.training.sources import Assumptions

        given["assume"] = Assumptions.from_words(options.assume).stated()
    for name in ("data", "attributes", "start"):
        if name in given and Path(given[name]).exists():
            given[name] = str(Path(given[name]).resolve())  # the run may be resumed from another folder
    return given


def _resumed(run: Run, given: dict[str, Any]) -> Run:
    """The run with more steps, if more are asked for; everything else must be as it was begun."""
    if "assume" in given:  # of which the run knows more, that it found out
        given["assume"] = {**run.spec.assume, **given["assume"]}
    changed = [name for name, value in given.items() if name != "steps" and value != getattr(run.spec, name)]
    if changed:
        begun = getattr(run.spec, changed[0])
        raise Problem(
            f"This run was started with {_another(changed[0])}: {_shown(begun) or 'none'}.",
            "Leave that out to resume, or start a new run, with --start to keep the weights.",
        )
    if given.get("steps", run.spec.steps) != run.spec.steps:
        run.extend(given["steps"])
    return run


def _another(field: str) -> str:
    if field in ("settings", "attributes", "assume"):
        return f"other {'assumptions' if field == 'assume' else field}"
    return f"another {field.replace('_', ' ')}"


def _shown(value: Any) -> str:
    return ", ".join(f"{name}={each}" for name, each in value.items()) if isinstance(value, dict) else str(value)


def _settings(words: list[str]) -> dict[str, str]:
    pairs = [word.partition("=") for word in words]
    for name, equals, _ in pairs:
        if not equals:
            raise Problem(f"--set {name} gives no value.", "Write --set name=value.")
    return {name: value for name, _, value in pairs}


def _pictures(training: Run) -> PictureSet:
    """The pictures, which one process of each machine decodes and the others find decoded."""
    from explorer.training.distributed.group import all_or_none, is_first_here

    with all_or_none():
        if is_first_here():
            with progress_bar("pictures", "pictures") as report:
                found = training.pictures(progress=report)
    with all_or_none():
        return found if is_first_here() else training.pictures()


def _train(training: Run, found: PictureSet, device: Any, save_every_s: float) -> Progress | None:
    last: Progress | None = None
    with _bar(training) as bar, _stopping() as stop:
        steps = training.train(found, device, every_s=save_every_s, is_over=lambda: bool(stop))
        with closing(steps):
            for progress in steps:
                last = progress
                _show(bar, progress)
    return last


def _show(bar: Any, progress: Progress) -> None:
    bar.update(progress.step - bar.n)
    if progress.step % _TOLD_EVERY == 0:
        shown = {name: f"{value:.3g}" for name, value in progress.losses.items() if "/" not in name}
        bar.set_postfix(shown, refresh=False)


def _bar(training: Run) -> Any:
    from explorer.training.distributed.group import is_first

    how: dict[str, Any] = {"desc": training.spec.family, "unit": " steps", "mininterval": 1.0}
    done, steps = training.done_steps(), training.spec.steps
    return bar(total=steps, initial=done, disable=not is_first(), **how)


@contextmanager
def _stopping() -> Iterator[deque[int]]:
    """A mailbox that fills when the run is to end: the step under way is taken and kept. A Ctrl-C then breaks off.

    Of several processes each hears of one Ctrl-C more than once, from the terminal and from torchrun, which ends them
    itself after half a minute.
    """
    import signal

    from explorer.core.processes.signals import ending_signals
    from explorer.training.distributed.group import processes

    asked: deque[int] = deque(maxlen=1)

    def note(number: int, frame: object) -> None:
        if asked and number == signal.SIGINT and processes() == 1:  # hang-ups come twice by themselves
            raise KeyboardInterrupt
        asked.append(number)

    kept = {number: signal.signal(number, note) for number in ending_signals()}
    try:
        yield asked
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def _say_the_end(training: Run, last: Progress | None, as_json: bool) -> None:
    newest = training.newest_checkpoint()
    step = last.step if last else training.done_steps()
    interrupted = step < training.spec.steps  # by Ctrl-C, by the window, or by another process
    word = "Stopped" if interrupted else "Done"
    remark("\n".join([*training.notes, f"{word} at step {step}; the run is in {training.folder}."]))
    if as_json:
        losses = last.losses if last else {}
        report = {"run": str(training.folder), "step": step, "interrupted": interrupted, "losses": losses}
        say_json(report | {"checkpoint": str(newest) if newest else None})
