"""Which colour a number of a run has: one for each network, in every plot and in the formulas of the sheets.

Colours are numbers here; `explorer.ui.plots.plot_look` knows what they look like.
"""

from __future__ import annotations

from collections.abc import Iterable

COLOURS = 8

_CRITIC, _GENERATOR, _ENCODER, _LATENT, _PENALTY, _SECOND, _THIRD, _WHOLE = range(COLOURS)
_BY_NAME = {
    "critic": _CRITIC, "discriminator": _CRITIC, "d(x)": _CRITIC, "classifier": _CRITIC, "network": _CRITIC,
    "generator": _GENERATOR, "decoder": _GENERATOR, "d(g(z))": _GENERATOR, "mapping": _GENERATOR,
    "encoder": _ENCODER, "reconstruction": _ENCODER, "picture": _ENCODER, "pixel error": _ENCODER, "pair": _ENCODER,
    "kl": _LATENT, "latent": _LATENT, "live dimensions": _LATENT, "prior": _LATENT, "pull-away": _LATENT,
    "r1": _PENALTY, "slope": _PENALTY, "k": _PENALTY, "yes/no": _PENALTY,
    "r2": _SECOND, "path length": _SECOND, "features": _SECOND, "m": _SECOND, "number": _SECOND,
    "attributes": _THIRD, "-elbo": _THIRD,
    "loss": _WHOLE,
}  # fmt: skip


def colour_of(name: str) -> int | None:
    """The colour of the number ``name``, such as ``critic``, ``gradient/critic`` or ``R1``; None where it has none."""
    lower = name.lower()
    return _BY_NAME.get(lower, _BY_NAME.get(lower.rpartition("/")[2]))


def colours_of_names(names: Iterable[str]) -> dict[str, int]:
    """A colour for each of the names of one plot: its own, or one that no other has there as long as they last."""
    wanted = dict.fromkeys(names)
    found: dict[str, int] = {}
    for name in wanted:
        own = colour_of(name)
        if own is not None and own not in found.values():
            found[name] = own
    for name in wanted:
        if name not in found:
            free = [each for each in range(COLOURS) if each not in found.values()]
            found[name] = free[0] if free else len(found) % COLOURS
    return found
