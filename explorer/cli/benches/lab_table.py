"""Whether the presets of the lab keep their promises: each from ten seeds for thousands of steps; a row for each."""

from __future__ import annotations

from typing import Any

from explorer.cli.output import remark, say, say_json
from explorer.core.problem import Problem
from explorer.training.toy_models.lab_presets import PRESETS, LabPreset
from explorer.training.toy_models.promises import FURTHER, STEPS, further, kept
from explorer.training.toy_models.verdict import EVERY

_SEEDS = 10
Row = dict[str, Any]


def report(titles: list[str], steps: int | None, as_json: bool) -> int:
    """Print the table; 1 if a preset does not say what it shows from its step to the last, from any seed, else 0.

    Raises
    ------
    Problem
        If there is no preset of that title.
    """
    chosen = [preset for preset in PRESETS if not titles or _name(preset) in titles]
    if missing := set(titles) - {_name(preset) for preset in chosen}:
        known = ", ".join(_name(preset) for preset in PRESETS)
        raise Problem(f"The lab has no preset called {min(missing)}.", f"Its presets are: {known}.")
    rows = []
    for preset in chosen:
        rows.append(_row(preset, steps or STEPS))
        if not as_json:
            _tell(rows[-1])
    if as_json:
        say_json(rows)
    return int(any(row["broken"] for row in rows))


def _row(preset: LabPreset, steps: int) -> Row:
    remark(f"{_name(preset)} …")
    since, broken = [], []
    for seed in range(_SEEDS):
        found = kept(preset, seed, steps)
        since.append(found.since)
        if found.since > preset.by:
            broken.append(f"seed {seed}, step {found.since - EVERY}: {found.last_break}")
    row: Row = {"preset": _name(preset), "shows": preset.shows, "by": preset.by, "since": since, "broken": broken}
    if preset.against is not None:
        row["further"] = times = [round(further(preset, seed), 1) for seed in range(_SEEDS)]
        broken += [f"seed {seed}: only {each} times as far" for seed, each in enumerate(times) if each < FURTHER]
    return row


def _tell(row: Row) -> None:
    since = row["since"]
    say(f"{row['preset']:<28} {row['shows']:<12} by {row['by']:>5}, said since {min(since)} to {max(since)}")
    if "further" in row:
        say(f"    mended, its points travel {min(row['further'])} to {max(row['further'])} times as far")
    for each in row["broken"]:
        say(f"    broken: {each}")


def _name(preset: LabPreset) -> str:
    return f"{preset.kind}: {preset.title}"
