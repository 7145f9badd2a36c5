"""The child process of a conversion: reads the weights, rebuilds the networks, writes and compares ONNX files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.core.problem import Problem
from explorer.training.weight_import.forms import check_file, checked_form, is_pickled_style

if TYPE_CHECKING:
    from torch import nn

    from explorer.training.weight_import.rebuilt import Choice, Rebuilt

_SEEDS = range(6)
_ROW = 6
_TRUNCATION = 0.7
_TOO_LARGE = 256 * 2**20  # bytes of weights above which other readings are not painted
_LARGE_STYLED = 64**2  # pixels of a style-based model above which they are not: a row costs more than the opening


def main(wanted: Mapping[str, Any]) -> None:
    """What the child does; `explorer.core.processes.child` tells the parent how it went."""
    path, out = Path(wanted["path"]), Path(wanted["out"])
    size = check_file(path)
    if not is_pickled_style(path):
        checked_form(path, size)  # before torch is imported: most refusals need no more
    _convert(path, out, dict(wanted["chosen"]), str(wanted["name"]), str(wanted["sha256"]))


def _convert(path: Path, out: Path, chosen: dict[str, str], name: str, sha256: str) -> None:
    import torch

    from explorer.training.weight_import.interpretation import WeightInterpretation, save_readings

    torch.set_num_threads(max(1, torch.get_num_threads() // 2))
    read = _reader(path)
    found, where, averaged = read(chosen)
    _check_finite(path, found)
    _check_chosen(path, found, chosen)
    config = {"file": path.name, "sha256": sha256, "layout": found.layout, "found at": where or "the top"}
    config |= {choice.key: choice.taken for choice in found.choices}
    card = replace(found.card, name=name, family="", config=config)
    _export(replace(found, card=card), out)
    if path.stat().st_size <= _TOO_LARGE and not _is_large_styled(found):
        _paint_readings(lambda answers: read(answers)[0], found, out)
    said = (*_where_it_was(where, averaged), *found.problems)
    save_readings(out, WeightInterpretation(found.layout, path.name, sha256, found.choices, said))


def _is_large_styled(found: Rebuilt) -> bool:
    return "mapping" in found.networks and found.card.height * found.card.width > _LARGE_STYLED


def _reader(path: Path) -> Callable[[Mapping[str, str]], tuple[Rebuilt, str, bool]]:
    """What rebuilds a file's networks under given answers; tells too where they were, and if they were averaged."""
    if is_pickled_style(path):
        from explorer.training.weight_import.pickles.nvidia import rebuild_pickle

        return lambda chosen: (rebuild_pickle(path, chosen), "", False)
    from explorer.training.weight_import.recognition import rebuilt
    from explorer.training.weight_import.weights import read_weights

    weights = read_weights(path)

    def read(chosen: Mapping[str, str]) -> tuple[Rebuilt, str, bool]:
        found, where = rebuilt(weights, chosen)
        return found, where.where, where.averaged

    return read


def _export(found: Rebuilt, out: Path) -> None:
    from explorer.training.weight_import.onnx_export import export
    from explorer.training.weight_import.stylegan.style_export import export_style

    if "mapping" in found.networks:
        export_style(found, out)
        return
    for kind, network in found.networks.items():
        export(kind, network, found.card, out / f"{kind}.onnx")


def _where_it_was(where: str, averaged: bool) -> tuple[str, ...]:
    if averaged:
        return (f"Of several sets of weights the running average, {where}, was taken.",)
    return (f"Its weights were found under {where}.",) if where else ()


def _check_finite(path: Path, found: Rebuilt) -> None:
    import torch

    for network in found.networks.values():
        if not all(bool(torch.isfinite(tensor).all()) for tensor in network.state_dict().values()):
            raise Problem(
                f"{path.name} holds weights that are no finite numbers: its training had failed.",
                "Choose an earlier checkpoint.",
            )


def _check_chosen(path: Path, found: Rebuilt, chosen: Mapping[str, str]) -> None:
    for key, answer in chosen.items():
        options = next((choice.options for choice in found.choices if choice.key == key), ())
        if not options:
            asks = ", ".join(choice.key for choice in found.choices) or "nothing"
            raise Problem(f"{path.name} leaves no question {key} open.", f"It asks for: {asks}.")
        if answer not in dict(options):
            known = ", ".join(option for option, _ in options)
            raise Problem(f"{answer} is no answer to {key}.", f"The answers are: {known}.")


def _paint_readings(read: Callable[[Mapping[str, str]], Rebuilt], found: Rebuilt, out: Path) -> None:
    """A row of pictures for each answer to each question, the others answered as they were."""
    taken = {choice.key: choice.taken for choice in found.choices}
    for choice in found.choices:
        for option, _ in choice.options:
            other = read({**taken, choice.key: option}) if option != choice.taken else found
            _paint(choice, option, other, out)


def _paint(choice: Choice, option: str, found: Rebuilt, out: Path) -> None:
    import numpy as np
    import torch

    from explorer.core.rendering.latents import sample
    from explorer.core.rendering.picture_files import save_png, sheet
    from explorer.training.weight_import.interpretation import preview_name

    card = found.card
    z = torch.tensor(np.stack([sample(seed, card.latent_size, card.distribution) for seed in _SEEDS]))
    labels = [torch.tensor([seed % len(card.classes) for seed in _SEEDS])] if card.classes else []
    with torch.no_grad():
        drawn = _whole(found)(z, *labels)
    low, high = card.value_range
    scaled = ((drawn - low) / (high - low)).nan_to_num(0).clamp(0, 1)
    pictures = (scaled * 255).round().byte().permute(0, 2, 3, 1).numpy()
    save_png(out / preview_name(choice.key, option), sheet(pictures, columns=_ROW, gap=2))


def _whole(found: Rebuilt) -> nn.Module:
    """From z to a picture; of a style-based model near the mean of W, where pictures are sound."""
    from explorer.training.networks.style import MappingNetwork, Styled, Whole

    generator, mapping = found.networks["generator"], found.networks.get("mapping")
    if isinstance(mapping, MappingNetwork) and isinstance(generator, Styled):
        return Whole(mapping, generator, _TRUNCATION)
    return generator
