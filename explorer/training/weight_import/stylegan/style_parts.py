"""What is alike in the generators of StyleGAN2 and StyleGAN3: tensors under NVIDIA's names, and the mapping."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from explorer.core.models.card import ModelCard
from explorer.core.problem import Problem
from explorer.core.processes.memory import lacks_memory
from explorer.training.networks.style import SLOPES, MappingNetwork, Styled
from explorer.training.weight_import.rebuilt import Choice, Rebuilt
from explorer.training.weight_import.stylegan.relatives import refuse_relatives
from explorer.training.weight_import.stylegan.style_names import (
    ROSINALITY,
    TENSORFLOW,
    below,
    copies,
    from_rosinality,
    from_tensorflow,
    is_average,
)

COPY, RATE = "copy", "mapping_rate"
AGAIN = "Save the whole generator's state_dict, mapping and synthesis."
_RATES = (("0.01", "0.01, the usual one"), ("0.1", "0.1"), ("1", "1"))
Network = TypeVar("Network", bound=nn.Module)


def rebuilt_style(
    tensors: Mapping[str, Tensor],
    chosen: Mapping[str, str],
    settings: Mapping[str, Any] | None,
    programs: Sequence[str],
    synthesis_of: Callable[[StyleTensors], Styled],
) -> Rebuilt | None:
    """The mapping and the synthesis of a StyleGAN; None where the tensors are of something else.

    Parameters
    ----------
    tensors : mapping of str to Tensor
        A state dict, or several below prefixes such as ``g_ema.``, of which the average is taken.
    chosen : mapping of str to str
        Answers to the questions `COPY` and `RATE`.
    settings : mapping of str to value, or None
        What `read_pickled_networks` found beside the tensors: activations, clamps and rates by module.
    programs : sequence of str
        Whose weights are meant, of `PROGRAMS`; the first is what it is called.
    synthesis_of : callable
        Makes the synthesis.

    Raises
    ------
    Problem
        A part is missing, or does not fit the others.
    """
    refuse_relatives(tensors)
    found = {prefix: program for prefix, program in copies(tensors).items() if program in programs}
    if not found:
        return None
    prefix = next((name for name in found if copy_key(name) == chosen.get(COPY)), next(iter(found)))
    try:
        own = below(tensors, prefix)
        if found[prefix] == ROSINALITY:
            own = from_rosinality(own, tensors.get("latent_avg"))
        if found[prefix] == TENSORFLOW:
            own = from_tensorflow(own)
        foreign = found[prefix] in (ROSINALITY, TENSORFLOW)
        parts = StyleTensors(own, below(settings or {}, prefix), foreign=foreign)
        rate, asked = asked_rate(parts, chosen)
        mapping, synthesis = mapping_of(parts, rate), synthesis_of(parts)
        if mapping.w_size != synthesis.w_size:
            raise ValueError(f"a w of {mapping.w_size} numbers for a synthesis that takes {synthesis.w_size}")
    except (RuntimeError, ValueError, IndexError, TypeError, ArithmeticError) as error:
        if lacks_memory(error):
            raise
        said = (str(error).strip().splitlines() or [type(error).__name__])[-1].strip()[:160]
        raise Problem(f"The parts of this {programs[0]} do not fit together ({said}).", AGAIN) from None
    choices = () if len(found) == 1 else (asked_copy(found, prefix),)
    networks = {"mapping": mapping, "generator": synthesis}
    problems = (*parts.problems, *parts.left_over())
    return Rebuilt(programs[0], networks, _card(mapping, synthesis), choices + asked, problems)


def _card(mapping: MappingNetwork, synthesis: Styled) -> ModelCard:
    height, width = synthesis.sides
    return ModelCard(
        kind="generator",
        latent_size=mapping.z_size,
        styles=synthesis.styles,
        style_size=synthesis.w_size,
        height=height,
        width=width,
        channels=synthesis.picture_channels,
        classes=tuple(str(number) for number in range(mapping.classes)),
        config=dict(synthesis.told),
    )


class StyleTensors:
    """The tensors of one generator under NVIDIA's names, and what is told of its modules."""

    def __init__(self, tensors: Mapping[str, Tensor], settings: Mapping[str, Any], *, foreign: bool) -> None:
        self.tensors, self.settings, self.foreign = tensors, settings, foreign
        self.problems: list[str] = []
        self._taken: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self.tensors

    def __getitem__(self, name: str) -> Tensor:
        if name not in self.tensors:
            raise Problem(f"This StyleGAN lacks its {name[:80]}.", AGAIN)
        self._taken.add(name)
        tensor = self.tensors[name].detach().float()
        if not bool(torch.isfinite(tensor).all()):
            raise Problem(f"{name[:80]} of this StyleGAN has values that are not numbers.", "Take an earlier one.")
        return tensor

    def dense(self, name: str, rate: float = 1.0) -> tuple[Tensor, Tensor]:
        """Weight (out, in) and bias (out,) of a dense layer, in effect."""
        weight = self[f"{name}.weight"]
        return weight * (rate / math.sqrt(weight.shape[1])), self[f"{name}.bias"] * rate

    def left_over(self) -> tuple[str, ...]:
        """A sentence for tensors that a StyleGAN2 has no place for."""
        names = [name for name in self.tensors if name not in self._taken and not name.endswith("resample_filter")]
        if not names:
            return ()
        return (f"{len(names)} of its tensors have no place in a StyleGAN and were left out: {names[0][:80]}.",)


def copy_key(prefix: str) -> str:
    return prefix.rstrip("./") or "top"


def asked_copy(found: Mapping[str, str], taken: str) -> Choice:
    words = [
        (
            copy_key(name),
            f"{copy_key(name)}, the running average" if is_average(name) else copy_key(name),
        )
        for name in found
    ]
    return Choice(COPY, "Which of its generators paints?", tuple(words), copy_key(taken), guessed=False)


def asked_rate(parts: StyleTensors, chosen: Mapping[str, str]) -> tuple[float, tuple[Choice, ...]]:
    """By what the mapping's learning rate was multiplied: told, or judged by weights that began as 1 / rate."""
    told = parts.settings.get("mapping.fc0.bias_gain")
    if isinstance(told, int | float) and 0 < told < 1e3:
        return float(told), ()
    spread = float(parts["mapping.fc0.weight"].std())
    likely = min((key for key, _ in _RATES), key=lambda key: abs(math.log(max(spread, 1e-9) * float(key))))
    taken = chosen.get(RATE, likely)
    taken = taken if taken in dict(_RATES) else likely
    question = "By which factor was the mapping's learning rate lowered?"
    return float(taken), (Choice(RATE, question, _RATES, taken),)


def activation_of(parts: StyleTensors, place: str) -> str:
    told = parts.settings.get(f"{place}.activation", "lrelu")
    if told not in SLOPES:
        raise Problem(
            f"This StyleGAN has the activation {str(told)[:40]}, which is not rebuilt.",
            "Those with lrelu, relu and linear are.",
        )
    return str(told)


def clamp_of(parts: StyleTensors, place: str, usual: float | None) -> float | None:
    """The largest activation of a layer; None where there is no limit.

    Raises
    ------
    Problem
        It is told, and is no limit at all.
    """
    told = parts.settings.get(f"{place}.conv_clamp", usual)
    if not isinstance(told, int | float):
        return None
    if not 0 < told < math.inf:
        raise Problem(f"This StyleGAN clamps its activations to {told:g}, which none can be.", "Take an earlier file.")
    return float(told)


def mapping_of(parts: StyleTensors, rate: float) -> MappingNetwork:
    depth = next(number for number in count() if f"mapping.fc{number}.weight" not in parts)
    layers = [parts.dense(f"mapping.fc{number}", rate) for number in range(depth)]
    state = {
        f"layers.{i}.{part}": t
        for i, pair in enumerate(layers)
        for part, t in zip(("weight", "bias"), pair, strict=True)
    }
    classes = class_size = 0
    if "mapping.embed.weight" in parts and (table := _class_table(parts)) is not None:
        classes, class_size = table.shape
        state["embedding"] = table
    if "mapping.w_avg" in parts:
        state["w_mean"] = parts["mapping.w_avg"]
        if state["w_mean"].dim() == 2:  # StyleGAN-XL has one for each class
            state["w_mean"] = state["w_mean"].mean(dim=0)
            parts.problems.append("It has a mean of W for each class; truncation leads to the mean of them all.")
    else:
        parts.problems.append("The mean of its W is not given; it is measured when needed.")
    network = MappingNetwork(
        layers[0][0].shape[1] - class_size,
        [len(weight) for weight, _ in layers],
        classes=classes,
        class_size=class_size,
        activation=activation_of(parts, "mapping.fc0"),
        has_mean="w_mean" in state,
    )
    return loaded(network, state)


def _class_table(parts: StyleTensors) -> Tensor | None:
    """What stands for each class (classes, class_size), before it is normalised; None where nothing does.

    StyleGAN-XL takes features of a classifier and projects them (Sauer et al. 2022, section 3.2); it keeps the features
    where it has no classes too.
    """
    if "mapping.embed_proj.weight" in parts:
        weight, bias = parts.dense("mapping.embed_proj")
        slope, gain = SLOPES["lrelu"], math.sqrt(2)
        features = parts["mapping.embed.weight"]  # of all classes of ImageNet, however many it has
        if "mapping.w_avg" in parts and parts["mapping.w_avg"].dim() == 2:
            features = features[: len(parts["mapping.w_avg"])]
        return nn.functional.leaky_relu(features @ weight.T + bias, slope) * gain
    if "mapping.embed.bias" not in parts:
        parts["mapping.embed.weight"]  # taken, and left aside
        return None
    weight, bias = parts.dense("mapping.embed")
    return weight.T + bias


def loaded(network: Network, state: Mapping[str, Tensor]) -> Network:
    network.load_state_dict(dict(state), strict=True, assign=True)
    return network.eval().requires_grad_(False)
