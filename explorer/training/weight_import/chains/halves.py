"""A VAE's layers parted into encoder, heads and decoder, by their names and by where the chain of shapes breaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from torch import Tensor

from explorer.training.weight_import.chains.chain import Chain, chain
from explorer.training.weight_import.layers import WeightLayer, in_natural_order

_ENCODES = re.compile(r"^(q_|e\.|enc|inference|recognition)", re.IGNORECASE)
_DECODES = re.compile(r"^(p_|dec|final_layer|generative)", re.IGNORECASE)
_MEAN = re.compile(
    r"(^|[._])(fc_?|linear_?|lin_?|z_?|hidden2?|h2)?(mu|mean|means|loc)(_layer|_head|\d)?$", re.IGNORECASE
)
_CODE = re.compile(r"(^|[._])(fc_?z|to_z|z|fc_?latent|latent|code|bottleneck)$", re.IGNORECASE)
_SPREAD = re.compile(r"(log_?var|logvar|log_?sigma|sigma|std|(^|_)var)", re.IGNORECASE)
OF_CLASSES = re.compile(r"(class|label|cond|cls|emb)", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Halves:
    """A VAE in its parts.

    Attributes
    ----------
    encoder : tuple of Layer
        Without the head.
    head : WeightLayer
        Gives the mean, or mean and log-variance in ``twice`` as many numbers.
    twice : bool
    decoder : Chain
    has_prior : bool
        Whether its latents were held to a distribution; not those of a plain autoencoder.
    """

    encoder: tuple[WeightLayer, ...]
    head: WeightLayer
    twice: bool
    decoder: Chain
    has_prior: bool = True

    def mean(self, interleaved: bool = False) -> WeightLayer:
        """The head that gives the mean alone.

        Where the two are in one layer, the mean comes first, or ``interleaved``: each mean before its log-variance.
        """
        if not self.twice:
            return self.head
        rows = slice(0, None, 2) if interleaved else slice(0, len(self.head.weight) // 2)
        bias: Tensor | None = None if self.head.bias is None else self.head.bias[rows].clone()
        return replace(self.head, weight=self.head.weight[rows].clone(), bias=bias)


def halves(layers: Sequence[WeightLayer], silent: Sequence[str] = ()) -> Halves | None:
    """The parts of a VAE; None where the layers make none."""
    orders = [list(layers), _by_part(in_natural_order(list(layers)))]
    for order in orders:
        for place, layer in enumerate(order):
            if layer.kind == "dense" and (found := _parted(order, place, silent)):
                return found
    return None


def _is_between(before: Sequence[WeightLayer], head: WeightLayer, rest: Sequence[WeightLayer]) -> bool:
    """Whether names say that an encoder ends and a decoder begins behind ``head``."""
    return (
        bool(rest)
        and all(_ENCODES.search(layer.name) for layer in (*before, head))
        and all(_DECODES.search(layer.name) for layer in rest)
    )


def conditional_halves(layers: Sequence[WeightLayer], silent: Sequence[str] = ()) -> Halves | None:
    """The parts of a VAE whose decoder takes a class beside the latent, as one of the numbers more that its encoder
    takes; None where that is not so.
    """
    for order in (list(layers), _by_part(in_natural_order(list(layers)))):
        for place, head in enumerate(order[:-1]):
            spread, after = order[place + 1], order[place + 2 :]
            if head.kind != "dense" or spread.kind != "dense" or not after or not place:
                continue
            decoder = chain(after, silent=silent) if spread.weight.shape == head.weight.shape else None
            if decoder is None:
                continue
            classes = decoder.latent_size - int(head.weight.shape[0])
            if classes >= 2 and _reads_classes(order[:place], decoder, classes):
                return Halves(tuple(order[:place]), head, False, decoder)
    return None


def _reads_classes(encoder: Sequence[WeightLayer], decoder: Chain, classes: int) -> bool:
    """Whether an encoder takes pictures and so many numbers more, or has layers for that many classes alone."""
    for layer in encoder:
        takes = int(layer.weight.shape[1]) if layer.has_weight else 0
        first = decoder.channels if layer.kind == "conv" else decoder.numbers if not decoder.channels else 0
        if first and takes - first == classes:
            return True
        if layer.kind == "dense" and classes in layer.weight.shape and OF_CLASSES.search(layer.name):
            return True
    return False


def _by_part(layers: list[WeightLayer]) -> list[WeightLayer]:
    """Encoder, heads, decoder, as names say; the same order inside each."""
    return sorted(layers, key=_part)


def _part(layer: WeightLayer) -> int:
    if _SPREAD.search(layer.name):
        return 2
    if _MEAN.search(layer.name):
        return 1
    if _DECODES.search(layer.name):
        return 4
    return 0 if _ENCODES.search(layer.name) else 3 if "dec" in layer.name.lower() else 0


def _parted(order: list[WeightLayer], place: int, silent: Sequence[str]) -> Halves | None:
    """The parts if the head were at ``place``."""
    head, rest = order[place], order[place + 1 :]
    size = int(head.weight.shape[0])
    before = tuple(order[:place])
    if rest and rest[0].kind == "dense" and rest[0].weight.shape == head.weight.shape:
        spread, after = rest[0], rest[1:]
        if _SPREAD.search(head.name) and _MEAN.search(spread.name):
            head = spread
        decoder = _decoder(after, size, silent)
        return Halves(before, head, False, decoder) if decoder else None
    is_code = bool(_CODE.search(head.name))
    if before and (is_code or _is_between(before, head, rest)) and (decoder := _decoder(rest, size, silent)):
        return Halves(before, head, False, decoder, has_prior=is_code)
    if size % 2 == 0 and before:
        decoder = _decoder(rest, size // 2, silent)
        return Halves(before, head, True, decoder) if decoder else None
    return None


def _decoder(layers: list[WeightLayer], latent: int, silent: Sequence[str]) -> Chain | None:
    found = chain(layers, silent=silent) if layers else None
    return found if found is not None and found.latent_size == latent else None
