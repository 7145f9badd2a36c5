"""The classes of diffusers: what each is, and what becomes of it here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from explorer.core.problem import Problem
from explorer.core.words import plain_name
from explorer.training.weight_import.diffusers.config import CLASS
from explorer.training.weight_import.layouts import latent_diffusion
from explorer.training.weight_import.rebuilt import Rebuilt
from explorer.training.weight_import.weights import Weights

_KNOWN = ("AutoencoderKL", "VQModel")
_STEP = re.compile(r"UNet|Transformer|DiT|MotionAdapter|ControlNet")
_STEP_TENSORS = re.compile(
    r"(^|\.)(time_embedding\.linear_1|time_embed\.0|time_mlp\.\d|temb\.dense\.0|time_embedding\.timestep_embedder\..+)"
    r"\.weight$"
)
_DOWN = re.compile(r"(^|\.)(down_blocks\.0\.|input_blocks\.0\.|downs\.0\.|down\.0\.block\.)")
_NOT_YET = (
    "This program does not unroll the steps of a diffusion model into a generator yet. The autoencoder of a latent "
    "diffusion model, its vae, opens."
)


def configured(weights: Weights, settings: Mapping[str, Any], chosen: Mapping[str, str]) -> Rebuilt:
    """The networks of a class of diffusers, as its config says.

    Raises
    ------
    Problem
        They are of a class that is not known here, or do not fit their config; says what they are.
    """
    name, kind = weights.path.name, plain_name(str(settings[CLASS]))
    if kind not in _KNOWN:
        raise _unlike(name, kind)
    try:
        found = latent_diffusion.rebuild(weights.tensors, chosen, settings)
    except Problem:
        raise
    except (RuntimeError, ValueError, TypeError, IndexError, KeyError, ZeroDivisionError):
        found = None
    if found is None:
        what = f"{name} does not fit the {kind} that its config.json describes."
        raise Problem(what, "Copy both again from their source.")
    return found


def refuse_steps(name: str, tensors: Iterable[str]) -> None:
    """Raises a `Problem` where tensors are those of one step of a diffusion model, which has them without a config."""
    names = list(tensors)
    if any(_STEP_TENSORS.search(each) for each in names) and any(_DOWN.search(each) for each in names):
        raise _step(name, "the network of a diffusion model")


def _unlike(name: str, kind: str) -> Problem:
    if _STEP.search(kind):
        return _step(name, f"a {kind} of diffusers")
    what = f"{name} holds {'an' if kind[:1] in 'AEIO' else 'a'} {kind} of diffusers, a class that is not known here."
    return Problem(what, f"Of diffusers {' and '.join(_KNOWN)} open. Anything opens once it is exported to ONNX.")


def _step(name: str, what: str) -> Problem:
    return Problem(
        f"{name} holds {what}: one step, which takes a little noise out of a picture and paints none by itself.",
        _NOT_YET,
    )
