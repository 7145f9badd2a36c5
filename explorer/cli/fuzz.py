"""``fuzz``: damaged models are opened by the thousand, to see that none of them harms the program."""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.model_arguments import located
from explorer.cli.output import say
from explorer.core.problem import Problem
from explorer.paths import models_folder

if TYPE_CHECKING:
    from explorer.cli.fuzzing.fuzzed_opening import Outcome
    from explorer.cli.fuzzing.kinds import Kind

_LARGEST_GROWTH_MB = 500.0
_AROUND = 0.2  # share of the mutants whose folder is damaged, where there is one
_NAMES = {
    "onnx": "models",
    "weights": "files of weights",
    "npz": "files of numbers",
    "scene": "scenes",
    "run": "runs",
    "source": "sources",
}
_OTHERS = ("weights", "npz", "scene", "run", "source")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("models", nargs="*", metavar="MODEL", help="models to damage (default: all bundled generators)")
    parser.add_argument("--kind", choices=("onnx", *_OTHERS), default="onnx", help="what to damage (default onnx)")
    parser.add_argument("--mutants", type=int, default=2000, metavar="N", help="how many (default 2000)")
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="seed of the first one (default 0)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where to put those that did harm")


def run(options: argparse.Namespace) -> int:
    """Open damaged models; gives 1 where one did harm."""
    if not hasattr(os, "fork"):
        raise Problem("Fuzzing needs fork, which this system lacks.", "Run it on Linux or macOS.")
    if options.mutants < 1:
        raise Problem("Without mutants there is nothing to open.", "Ask for at least one: --mutants 100.")
    from explorer.cli.progress_bar import bar

    damages: Counter[str] = Counter()
    outcomes: dict[int, Outcome] = {}
    seeds = range(options.first, options.first + options.mutants)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_CACHE_HOME"] = scratch  # what passes must not be remembered for good
        one = (
            _damaged_models(options, Path(scratch))
            if options.kind == "onnx"
            else _damaged_files(options, Path(scratch))
        )
        for seed in bar(iterable=seeds, unit=" mutants", disable=None, mininterval=1.0):
            name, outcomes[seed] = one(seed)
            damages[name] += 1
    say(_summary(options.kind, damages, outcomes))
    return 0 if all(map(_harmless, outcomes.values())) else 1


def _chosen(names: list[str]) -> list[Path]:
    paths = [located(name) for name in names] or sorted(models_folder().glob("*/generator.onnx"))
    if not paths:
        raise Problem("There are no models to damage.", "Name one.")
    return paths


def _damaged_models(options: argparse.Namespace, folder: Path) -> Callable[[int], tuple[str, Outcome]]:
    from explorer.cli.fuzzing.fuzzed_opening import opened
    from explorer.cli.fuzzing.mutants import mutant
    from explorer.cli.fuzzing.onnx_damage import ONNX

    originals = [path.read_bytes() for path in _chosen(options.models)]
    path = folder / "mutant.onnx"

    def one(seed: int) -> tuple[str, Outcome]:
        name, data = mutant(originals[seed % len(originals)], seed, ONNX)
        path.write_bytes(data)
        return name, _kept(opened(path), path, options.keep, f"{seed}.onnx")

    return one


def _damaged_files(options: argparse.Namespace, scratch: Path) -> Callable[[int], tuple[str, Outcome]]:
    from explorer.cli.fuzzing.fuzzed_opening import opened
    from explorer.cli.fuzzing.kinds import kind_called

    kind, folder = kind_called(options.kind), scratch / "originals"
    folder.mkdir()
    originals = kind.originals(folder)
    for path in originals:
        kind.open(path)  # whole files open; and what this imports need not be imported a thousand times
    gc.freeze()  # no fork needs its own copy of what is here

    def one(seed: int) -> tuple[str, Outcome]:
        damaged = scratch / "damaged"
        shutil.copytree(folder, damaged)
        path = damaged / originals[seed % len(originals)].relative_to(folder)
        try:
            name, what = _damage(kind, damaged, path, seed)
            return name, _kept(opened(path, kind), what, options.keep, f"{seed}-{what.name}")
        finally:
            shutil.rmtree(damaged)

    return one


def _damage(kind: Kind, folder: Path, path: Path, seed: int) -> tuple[str, Path]:
    """Damage a file, or now and then the folder in which it lies; gives what was done, and to what."""
    from explorer.cli.fuzzing.mutants import Draw, mutant, one_of

    draw = Draw(seed)
    if kind.around and draw.random_sample() < _AROUND:
        name = one_of(list(kind.around), draw)
        own = next(folder.iterdir())
        kind.around[name](own, draw)
        return name, own
    name, data = mutant(path.read_bytes(), seed, kind.structure(path))
    path.write_bytes(data)
    return name, path


def _kept(outcome: Outcome, what: Path, keep: Path | None, name: str) -> Outcome:
    """The outcome itself; what did harm is kept."""
    if keep is not None and not _harmless(outcome):
        keep.mkdir(parents=True, exist_ok=True)
        copy = shutil.copy if what.is_file() else partial(shutil.copytree, symlinks=True, ignore=_no_files)
        copy(what, keep / name)
    return outcome


def _no_files(folder: str, names: list[str]) -> list[str]:
    """What cannot be copied: pipes."""
    paths = (Path(folder, name) for name in names)
    return [path.name for path in paths if path.is_fifo()]


def _harmless(outcome: Outcome) -> bool:
    return outcome.is_harmless and outcome.grew_mb <= _LARGEST_GROWTH_MB


def _summary(kind: str, damages: Counter[str], outcomes: dict[int, Outcome]) -> str:
    found = list(outcomes.values())
    kinds = Counter(outcome.kind for outcome in found)
    largest = max(outcomes, key=lambda seed: outcomes[seed].grew_mb)
    slowest = max(outcomes, key=lambda seed: outcomes[seed].took_s)
    said = Counter(outcome.sentence for outcome in found if outcome.kind == "refused")
    compared = sum(outcome.compared for outcome in found)
    lines = [
        f"{len(found):,} damaged {_NAMES[kind]}: {kinds['opened']:,} opened, of which {compared:,} were compared,",
        f"  {kinds['refused']:,} refused in a sentence, {kinds['silent']} opened and silently wrong,",
        f"  {kinds['bug']} without a sentence, {kinds['died']} killed the program, {kinds['hung']} hung it;",
        f"  it grew by {outcomes[largest].grew_mb:.0f} MB at most (seed {largest}),",
        f"  and took {outcomes[slowest].took_s:.1f} s at most (seed {slowest}).",
        "Damage done:",
        *(f"  {count:5d}  {name}" for name, count in damages.most_common()),
        "Most frequent sentences:",
        *(f"  {count:5d}  {words}" for words, count in said.most_common(12)),
    ]
    for seed, outcome in outcomes.items():
        if not _harmless(outcome):
            lines.append(f"HARM by seed {seed}: {outcome.kind}, {outcome.grew_mb:.0f} MB\n{outcome.words}")
    return "\n".join(lines)
