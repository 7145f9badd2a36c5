"""The child process of a conversion: reads the weights, rebuilds the networks, writes and compares ONNX files."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.core.models.class_names import checked_names, fitting_names
from explorer.core.problem import Problem
from explorer.core.processes.child import say_stage
from explorer.core.processes.confinement import frugal
from explorer.training.weight_import.architecture import ARCHITECTURE
from explorer.training.weight_import.choices import NAMES
from explorer.training.weight_import.forms import check_file, checked_form, is_pickled_style
from explorer.training.weight_import.source.beside import SourceFiles

_READING_BYTES, _READING_COPIES = 640 * 2**20, 4
_READING_S, _SLOWEST = 12.0, 20e6  # of the processor; bytes a second

if TYPE_CHECKING:
    from explorer.training.weight_import.rebuilt import Rebuilt
    from explorer.training.weight_import.unwrapping import Candidate
    from explorer.training.weight_import.weights import Weights


def main(wanted: Mapping[str, Any]) -> None:
    """What the child does; `explorer.core.processes.child` tells the parent how it went."""
    path, out = Path(wanted["path"]), Path(wanted["out"])
    size = check_file(path)
    with _frugal(size):
        if not is_pickled_style(path):
            checked_form(path, size)  # before torch is imported: most refusals need no more
    sources = SourceFiles.from_told(wanted)
    told = (dict(wanted["chosen"]), str(wanted["name"]), str(wanted["sha256"]), bool(wanted["remembered"]))
    _convert(path, sources, out, *told)


def _convert(
    path: Path, sources: SourceFiles, out: Path, chosen: dict[str, str], name: str, sha256: str, remembered: bool
) -> None:
    say_stage("reading")
    import torch

    from explorer.training.weight_import.architecture import as_text
    from explorer.training.weight_import.interpretation import WeightInterpretation, save_readings
    from explorer.training.weight_import.kept_weights import keep

    torch.set_num_threads(max(1, torch.get_num_threads() // 2))
    found, candidate, unused = read(path, sources, chosen)
    check_finite(path, found)
    asked = {choice.key for choice in found.choices}
    if remembered:  # for another reading, perhaps, by another source or none
        chosen = {k: answer for k, answer in chosen.items() if k in asked or k == NAMES or not sources.paths}
    found = _named(found, chosen, forgives=remembered and bool(sources.paths))
    _check_chosen(path, found, chosen)
    config = {"file": path.name, "sha256": sha256, "layout": found.layout, "found at": candidate.where or "the top"}
    config |= {choice.key: choice.taken for choice in found.choices}
    card = replace(found.card, name=name, family="", config=config)
    say_stage("exporting")
    _export(replace(found, card=card), out)
    keep(candidate.tensors, out)
    said = (*_where_it_was(candidate, unused), *found.problems)
    steps = as_text(found.architecture) if found.architecture else ""
    choices = tuple(replace(each, guessed=each.guessed and each.key not in chosen) for each in found.choices)
    save_readings(out, WeightInterpretation(found.layout, path.name, sha256, choices, said, steps, found.sizes))


def read(path: Path, sources: SourceFiles, chosen: Mapping[str, str]) -> tuple[Rebuilt, Candidate, str]:
    """A file's networks, as a source says or by themselves, what they were made of, and what else it holds."""
    from explorer.training.weight_import.unwrapping import Candidate, left_out

    if is_pickled_style(path):
        from explorer.training.weight_import.pickles.nvidia import rebuild_networks
        from explorer.training.weight_import.pickles.pickled_networks import read_pickled_networks

        with _frugal(path.stat().st_size):
            networks = read_pickled_networks(path)
        return rebuild_networks(networks, chosen), Candidate("", {}), ""
    from explorer.training.weight_import.diffusers.classes import configured
    from explorer.training.weight_import.diffusers.config import settings_in
    from explorer.training.weight_import.recognition import rebuilt
    from explorer.training.weight_import.source.choosing import SourceReader
    from explorer.training.weight_import.weights import read_weights

    with _frugal(path.stat().st_size):
        weights = read_weights(path)
    say_stage("recognising")
    if settings := {} if sources.is_given else settings_in(sources.config):
        return configured(weights, settings, chosen), Candidate("", {}), ""
    by_source, passed = SourceReader(weights.tensors, sources), _passed(weights)
    if said := by_source.read(chosen):
        return replace(said[0], problems=(*said[0].problems, *passed)), Candidate(said[1], {}), ""
    found, where = rebuilt(weights, chosen)
    problems = (*found.problems, *by_source.complaints, *passed)
    return replace(found, problems=problems), where, left_out(weights.tensors, where)


def _passed(weights: Weights) -> tuple[str, ...]:
    """What to say of objects that lie beside the weights."""
    from explorer.training.weight_import.pickles.apart import beside
    from explorer.training.weight_import.pickles.listing import listed

    kinds = list(beside(weights.path)) if weights.form == "zip" else []
    return (f"What is stored beside its weights was ignored: {listed(kinds)}.",) if kinds else ()


def _frugal(size: int) -> AbstractContextManager[None]:
    """While a file of so many bytes is read, it may take no more than honest weights: it may be a trap."""
    return frugal(_READING_BYTES + _READING_COPIES * size, _READING_S + size / _SLOWEST)


def _export(found: Rebuilt, out: Path) -> None:
    from explorer.training.weight_import.onnx_export import export
    from explorer.training.weight_import.stylegan.style_export import export_style

    if "mapping" in found.networks:
        export_style(found, out)
        return
    for kind, network in found.networks.items():
        export(kind, network, found.card, out / f"{kind}.onnx")


def _named(found: Rebuilt, chosen: dict[str, str], *, forgives: bool) -> Rebuilt:
    """With the names that a person gave its classes; where it ``forgives``, they may be of another reading."""
    if NAMES not in chosen:
        return found
    names, classes = chosen[NAMES].split("\n"), found.card.classes
    if forgives and len(names) != len(classes):
        del chosen[NAMES]
        return found
    return replace(found, card=replace(found.card, classes=checked_names(fitting_names(names, len(classes)))))


def _where_it_was(candidate: Candidate, unused: str) -> tuple[str, ...]:
    rest = (f"Not used: {unused}.",) if unused else ()
    where = candidate.where
    if candidate.averaged:
        return (f"Of several sets of weights the running average, {where}, was used.", *rest)
    return (f"Its weights were found under {where}.", *rest) if where else rest


def check_finite(path: Path, found: Rebuilt) -> None:
    """Refuse networks with weights that are no finite numbers; raises `Problem`."""
    import torch

    for network in found.networks.values():
        if not all(bool(torch.isfinite(tensor).all()) for tensor in network.state_dict().values()):
            raise Problem(
                f"{path.name} holds weights that are not finite numbers: its training had failed.",
                "Choose an earlier checkpoint.",
            )


def _check_chosen(path: Path, found: Rebuilt, chosen: Mapping[str, str]) -> None:
    for key, answer in chosen.items():
        if key == NAMES or (key == ARCHITECTURE and found.architecture):
            continue  # looked at where it was used
        options = next((choice.options for choice in found.choices if choice.key == key), ())
        if not options:
            asks = ", ".join(choice.key for choice in found.choices) or "nothing"
            raise Problem(f"{path.name} leaves no question {key} open.", f"It asks for: {asks}.")
        if answer not in dict(options):
            known = ", ".join(option for option, _ in options)
            raise Problem(f"{answer} is not an answer to {key}.", f"The answers are: {known}.")
