"""From a run to ONNX files that describe themselves, made and checked in a process of their own.

The exporter is seconds of pure Python that would hold the interpreter, and a run folder may be another person's.
"""

from __future__ import annotations

import logging
import os
import shutil
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from explorer.core.drawing.given_words import PICTURE
from explorer.core.drawing.legend import SEGMENTS, Legend
from explorer.core.files import made_folder
from explorer.core.inference.generator import Generator
from explorer.core.models.card import CARD_KEY, ModelCard
from explorer.core.models.model import AXES, MAPPING, STEP, TRANSLATOR, drawing_file, model_files
from explorer.core.models.ports.step_ports import CANVAS
from explorer.core.models.roles import MEASURING
from explorer.core.photos.pupils import pupils_in
from explorer.core.problem import Problem
from explorer.core.processes.child import EndedError, Limits, ask
from explorer.core.processes.scratch import scratch_beside
from explorer.core.rendering.latent_axes import MOST_DIMENSIONS, fitted_axes, save_axes
from explorer.core.rendering.latents import is_on_shell, sample
from explorer.core.rendering.picture_files import save_png, sheet
from explorer.core.rendering.renderer import renderer_of
from explorer.core.rendering.scene import Scene
from explorer.core.worlds.dream_ports import WORLDS
from explorer.paths import user_folder
from explorer.training.networks.half_weights import with_half_weights

PARITY_BATCHES = (1, 2, 5)
LARGEST_PARITY = 1.0  # steps of 1/255
_SCORE_PARITY = 1e-3  # relative, for outputs that are no pictures
_TIME_S = 1800.0
_MEMORY_BYTES = 12 * 2**30  # of address space, of which libraries alone take some
_COPIES = 12
_KINDS = {
    "step": "sampler",
    "backwards": "translator",
    "matcher": "encoder",
}  # what the cards of networks say that they are, where that is not their name
_ENCODED, _ENCODED_AT_ONCE = 512, 64  # pictures whose codes give the axes
_BROUGHT_BY = {"mapping": ("generator",)}  # a synthesis is of no use without


def export_run(
    run: Path, out: Path, *, only: str = "", cancelled: Callable[[], bool] = lambda: False
) -> tuple[Path, ...]:
    """Write the networks of the run's newest checkpoint to ``out`` as ONNX; gives the files.

    ``only`` is the one network that is wanted, such as ``generator``, which brings its mapping; "" for all of them.

    Each file has a dynamic batch, carries its `ModelCard`, and has been compared with torch at batches of 1, 2
    and 5. Nothing appears in ``out`` unless all went well.

    Raises
    ------
    Problem
        The run has no checkpoint, the comparison differs by more than 1/255, ``out`` cannot be written, or it
        was cancelled.
    """
    with scratch_beside(out, "export") as scratch:
        wanted = {"run": str(run.resolve()), "out": str(scratch), "only": only}
        limits = Limits(_TIME_S, _memory_for(run), (scratch, made_folder(user_folder("cache"))))
        try:
            ask(__name__, wanted, limits, cancelled)
        except EndedError as ended:
            raise _broken_off(run, ended) from None
        made_folder(out)
        files = sorted(file for file in scratch.iterdir() if file.is_file())  # torch leaves folders of its own
        for file in files:
            os.replace(file, out / file.name)
    return tuple(out / file.name for file in files)


def _memory_for(run: Path) -> int:
    """Of address space: for the libraries, and for the largest checkpoint many times over."""
    files = run.glob("checkpoints/*/*")
    return _MEMORY_BYTES + _COPIES * max((file.stat().st_size for file in files), default=0)


def _broken_off(run: Path, ended: EndedError) -> Problem:
    if ended.how == "cancelled":
        return Problem("The export was cancelled.", "")
    if ended.how == "time":
        return Problem(f"{run.name} could not be exported within {_TIME_S:g} seconds.", "Train a smaller one.")
    if ended.how == "memory":
        return Problem(f"The export of {run.name} needs more memory than there is.", "Close other programs.")
    said = ended.said or f"exit code {ended.status}"
    return Problem(f"The export of {run.name} stopped early ({said}).", "Please report this.")


# What follows runs in the child.


def _export_here(run_folder: Path, out: Path, only: str) -> None:
    from explorer.training.families import family_called
    from explorer.training.runs.classifier_scores import measured
    from explorer.training.runs.run import Run

    run = Run.open(run_folder)
    learner = run.trained_learner()
    for name, export in learner.exports().items():
        if only not in ("", name, *_BROUGHT_BY.get(name, ())):
            continue
        module, inputs = export.module.cpu().float().eval(), dict(export.inputs)
        model = export.graph(module) if export.graph else exported(module, inputs, export.output)
        model = with_half_weights(model) if export.is_halved else model
        parity = parity_of(model, module, inputs, name, export.examples)
        card = replace(_card(run, name, learner, inputs), parity=parity)
        card = replace(card, takes=export.takes, legend=_legend(run, name))
        if export.measure is not None:
            card = replace(card, **asdict(export.measure))
        if name == "classifier":
            card = replace(card, attributes=learner.told())
        if name == "classifier" and family_called(run.spec.family).learns_attributes:
            card = replace(card, attributes=measured(run, model, learner.told()))
        refuse_unlike(name, parity)
        entry = model.metadata_props.add()
        entry.key, entry.value = CARD_KEY, card.to_json()
        onnx.save_model(model, out / f"{name}.onnx")
    for companion in learner.companions if not only else ():
        shutil.copyfile(companion, out / companion.name)
    if drawing_file(out) is not None and not only:
        _save_preview(out)
        _save_axes(run, learner, out)
    elif (out / TRANSLATOR).exists() and not only:
        _save_translations(run, learner, out)


def _save_preview(out: Path) -> None:
    """Four samples by which a catalog shows the model: a little truncated, but for what paints in steps.

    The latent of that is noise, or chance for each pixel; less of it is no more usual picture.
    """
    generator = Generator.open(model_files(out).generator, "cpu", trusted=True)
    card, renderer = generator.card, renderer_of(generator)
    labels = [number % len(card.classes) if card.classes else None for number in range(4)]
    z = [sample(seed, card.latent_size, card.prior) for seed in range(4)]
    on_shell = is_on_shell(card.latent_size, card.prior) and not card.styles
    psi = 1.0 if on_shell or (out / STEP).exists() else 0.7
    scenes = [Scene(z=each, label=label, truncation=psi) for each, label in zip(z, labels, strict=True)]
    pictures = np.stack([renderer.render(scene).picture for scene in scenes])
    save_png(out / "preview.png", sheet(pictures, columns=2, gap=0))
    generator.close()


def _save_translations(run: Any, learner: Any, out: Path) -> None:
    """Two pictures that a translator is given, and its answers beside them; none where the run's pictures are gone."""
    import torch

    from explorer.training.runs.samples import to_uint8

    try:
        _, given = run.shown(run.pictures())
    except Problem as problem:
        logging.getLogger(__name__).info("The model is exported without a preview. %s", problem.what)
        return
    shown = torch.from_numpy(given[:2]).permute(0, 3, 1, 2).float() / 127.5 - 1.0
    pairs = torch.stack([shown, learner.translations(shown)], 1).flatten(0, 1)
    save_png(out / "preview.png", sheet(to_uint8(pairs), columns=2, gap=0))


def _save_axes(run: Any, learner: Any, out: Path) -> None:
    """The axes of a latent with too many dimensions for a slider each, found from codes of the run's pictures.

    There are none where the model does not encode pictures, or the pictures are gone.
    """
    if learner.latent_size <= MOST_DIMENSIONS or (out / MAPPING).exists():
        return
    try:
        codes = _codes(run, learner)
        if codes is not None:
            save_axes(out / AXES, fitted_axes(codes))
    except Problem as problem:
        logging.getLogger(__name__).info("The model is exported without axes. %s", problem.what)


def _codes(run: Any, learner: Any) -> NDArray[np.float32] | None:
    """Codes (N, d) of some of the run's pictures; None where the model does not encode."""
    import torch

    found = run.pictures()
    chosen = np.unique(np.linspace(0, len(found) - 1, _ENCODED).astype(np.int64))
    parts = []
    for rows in np.array_split(chosen, -(-len(chosen) // _ENCODED_AT_ONCE)):
        pictures = torch.from_numpy(found.pictures[rows]).permute(0, 3, 1, 2).float() / 127.5 - 1.0
        labels = None if found.labels is None else torch.from_numpy(found.labels[rows])
        codes = learner.codes(pictures, labels)
        if codes is None:
            return None
        parts.append(codes.float().numpy())
    return np.concatenate(parts)


def exported(module: Any, inputs: Mapping[str, Any], output: str) -> onnx.ModelProto:
    import torch

    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    batch = torch.export.Dim("N", min=1, max=4096)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's remarks about its own internals
        program = torch.onnx.export(
            module,
            args=tuple(inputs.values()),
            input_names=list(inputs),
            output_names=[output],
            dynamic_shapes=tuple({0: batch} for _ in inputs),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    if program is None:
        raise Problem("The exporter gave no model.", "Please report this.")
    model: onnx.ModelProto = program.model_proto
    _assert_dynamic(model)
    del model.metadata_props[:]
    for node in model.graph.node:
        del node.metadata_props[:]  # stack traces with paths of this machine
        node.doc_string = ""
    for value in (*model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer):
        del value.metadata_props[:]
    del model.graph.metadata_props[:]
    return model


def _assert_dynamic(model: onnx.ModelProto) -> None:
    for value in (*model.graph.input, *model.graph.output):
        if not value.type.tensor_type.shape.dim[0].dim_param:
            raise Problem(
                f"The exported network has a fixed batch at {value.name}.",
                "A layer of this family ties its shape to the batch; please report this.",
            )


def parity_of(
    model: onnx.ModelProto,
    module: Any,
    inputs: Mapping[str, Any],
    kind: str = "generator",
    examples: Mapping[str, Any] | None = None,
) -> float:
    """Largest difference from torch over batches of 1, 2 and 5, in the unit of `parity_unit`.

    Inputs without ``examples`` are drawn at random.

    What measures pictures in bits is shown values that pictures of bytes have, and compared by the share of its bits.
    """
    import onnxruntime
    import torch

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    largest = 0.0
    rng = torch.Generator().manual_seed(0)
    for count in PARITY_BATCHES:
        drawn = {name: _example(tensor, count, rng, of_bytes=kind in MEASURING) for name, tensor in inputs.items()}
        fed = drawn | {name: given[:count] for name, given in (examples or {}).items()}
        with torch.no_grad():
            wanted = module(*fed.values()).numpy()
        (given,) = session.run(None, {name: tensor.numpy() for name, tensor in fed.items()})
        is_picture = wanted.ndim == 4 and CANVAS not in inputs and kind not in MEASURING
        largest = max(largest, _difference(given, wanted, is_picture=is_picture))
    return largest


def _example(tensor: Any, count: int, rng: Any, *, of_bytes: bool) -> Any:
    import torch

    shape = (count, *tensor.shape[1:])
    if tensor.dtype == torch.int64:
        return torch.randint(0, int(tensor.max()) + 1, shape, generator=rng)
    if of_bytes:
        return torch.randint(0, 256, shape, generator=rng).to(tensor.dtype) / 127.5 - 1.0
    return torch.randn(shape, generator=rng).to(tensor.dtype)


def _difference(given: NDArray[Any], wanted: NDArray[Any], *, is_picture: bool) -> float:
    if given.shape != wanted.shape:
        raise Problem(f"The exported network gives {given.shape} where torch gives {wanted.shape}.", "Report this.")
    worst = float(np.abs(given - wanted).max())
    if is_picture:
        return worst * 127.5  # pictures span 2
    return worst / max(1.0, float(np.abs(wanted).max())) / _SCORE_PARITY


def refuse_unlike(name: str, parity: float) -> None:
    if not parity <= LARGEST_PARITY:
        raise Problem(
            f"The exported {name} differs from the network by {parity:.2f} {parity_unit(name)}.",
            "Nothing was written; report this, or train on if the run is yours.",
        )


def parity_unit(kind: str) -> str:
    """What the parity of a model of this kind counts."""
    return "steps of 1/255" if kind in ("generator", "translator") else "thousandths of its largest output"


def _legend(run: Any, kind: str) -> Legend:
    """What the colours of the painted maps stand for that the translator of this run takes."""
    return tuple(SEGMENTS.items()) if kind == "translator" and run.given() == "segments" else ()


def _without_folder(value: Any) -> Any:
    """A setting for a card; of a model on this machine its name alone."""
    return Path(value).name if isinstance(value, str) and Path(value).is_absolute() else value


def _card(run: Any, kind: str, learner: Any, inputs: Mapping[str, Any]) -> ModelCard:
    from explorer.training.families import family_called
    from explorer.training.learning.knobs import configured
    from explorer.training.runs.run_folder import newest_quality

    spec = run.spec
    styles, style_size = inputs["w"].shape[1:] if "w" in inputs else (0, 0)
    config = configured(family_called(spec.family).config, dict(spec.settings))
    told = {name: _without_folder(getattr(config, name)) for name in vars(config)}
    if kind == "backwards":
        told["given"] = PICTURE  # such as the translator gives
    return ModelCard(
        name=spec.name or run.folder.name,
        kind=_KINDS.get(kind, kind),
        latent_size=inputs["z"].shape[1] if kind == "translator" and "z" in inputs else learner.latent_size,
        distribution=learner.distribution,
        styles=styles,
        style_size=style_size,
        value_range=(-1.0, 1.0),
        layout="NCHW",
        height=spec.size,
        width=spec.size,
        channels=spec.channels,
        dimensions=learner.dimensions if kind == "generator" else (),
        classes=learner.classes if "label" in inputs else (),
        class_shares=learner.class_shares if "label" in inputs else (),
        family=spec.family,
        config=told,
        steps=learner.done_steps,
        seed=spec.seed,
        data=spec.description or Path(spec.data).name,
        licence=spec.licence,
        attribution=spec.attribution,
        frame=spec.frame,
        pupils=pupils_in(spec.frame),
        quality=newest_quality(run.folder, learner.done_steps) if kind in ("generator", "step") else None,
        schedule=learner.schedule if kind == "step" else None,
        world=learner.world if kind in WORLDS else None,
        vocabulary=learner.vocabulary if kind == "text" else None,
        hold_out=(spec.hold_out, 0),  # as `PictureSet.held_out` is asked for every run
    )


def main(wanted: Mapping[str, Any]) -> None:
    """The child: exports; `explorer.core.processes.child` tells the parent how it went."""
    _export_here(Path(wanted["run"]), Path(wanted["out"]), str(wanted["only"]))
