"""``fuzz``: damaged models are opened by the thousand, to see that none of them harms the program."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.model_arguments import located
from explorer.cli.output import say
from explorer.core.problem import Problem
from explorer.paths import models_folder

if TYPE_CHECKING:
    from explorer.cli.fuzzing.fuzzed_opening import Outcome

_LARGEST_GROWTH_MB = 500.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("models", nargs="*", metavar="MODEL", help="models to damage (default: all bundled generators)")
    parser.add_argument("--mutants", type=int, default=2000, metavar="N", help="how many (default 2000)")
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="seed of the first one (default 0)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where to put those that did harm")


def run(options: argparse.Namespace) -> int:
    """Open damaged models; gives 1 where one did harm."""
    if not hasattr(os, "fork"):
        raise Problem("Fuzzing needs fork, which this system lacks.", "Run it on Linux or macOS.")
    from tqdm import tqdm

    originals = [path.read_bytes() for path in _chosen(options.models)]
    damages: Counter[str] = Counter()
    outcomes: dict[int, Outcome] = {}
    seeds = range(options.first, options.first + options.mutants)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_CACHE_HOME"] = scratch  # what passes must not be remembered for good
        for seed in tqdm(seeds, unit=" mutants", disable=not sys.stderr.isatty(), mininterval=1.0):
            name, outcome = _one(originals[seed % len(originals)], seed, Path(scratch), options.keep)
            damages[name] += 1
            outcomes[seed] = outcome
    say(_summary(damages, outcomes))
    return 0 if all(map(_harmless, outcomes.values())) else 1


def _chosen(names: list[str]) -> list[Path]:
    paths = [located(name) for name in names] or sorted(models_folder().glob("*/generator.onnx"))
    if not paths:
        raise Problem("There are no models to damage.", "Name one.")
    return paths


def _one(original: bytes, seed: int, folder: Path, keep: Path | None) -> tuple[str, Outcome]:
    from explorer.cli.fuzzing.fuzzed_opening import opened
    from explorer.cli.fuzzing.mutants import mutant

    name, data = mutant(original, seed)
    path = folder / "mutant.onnx"
    path.write_bytes(data)
    outcome = opened(path)
    if keep is not None and not _harmless(outcome):
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{seed}.onnx").write_bytes(data)
    return name, outcome


def _harmless(outcome: Outcome) -> bool:
    return outcome.is_harmless and outcome.grew_mb <= _LARGEST_GROWTH_MB


def _summary(damages: Counter[str], outcomes: dict[int, Outcome]) -> str:
    found = list(outcomes.values())
    kinds = Counter(outcome.kind for outcome in found)
    grew_mb = max((outcome.grew_mb for outcome in found), default=0.0)
    took_s = max((outcome.took_s for outcome in found), default=0.0)
    said = Counter(outcome.sentence for outcome in found if outcome.kind == "refused")
    lines = [
        f"{len(found):,} damaged models: {kinds['opened']:,} opened, {kinds['refused']:,} refused in a sentence,",
        f"  {kinds['bug']} without a sentence, {kinds['died']} killed the program, {kinds['hung']} hung it;",
        f"  it grew by {grew_mb:.0f} MB at most, and took {took_s:.1f} s at most.",
        "Damage done:",
        *(f"  {count:5d}  {name}" for name, count in damages.most_common()),
        "Most frequent sentences:",
        *(f"  {count:5d}  {words}" for words, count in said.most_common(12)),
    ]
    for seed, outcome in outcomes.items():
        if not _harmless(outcome):
            lines.append(f"HARM by seed {seed}: {outcome.kind}, {outcome.grew_mb:.0f} MB\n{outcome.words}")
    return "\n".join(lines)
