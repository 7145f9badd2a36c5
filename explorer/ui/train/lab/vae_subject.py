"""The VAE of the lab: its settings, figures, curves and words."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from explorer.training.toy_models.lab_presets import VAE_PRESETS
from explorer.training.toy_models.vae_snapshot import VAESnapshot
from explorer.ui.train.lab.subject import STEP, LabFigure, LabPlotSpec, LabTurn, PlotLine, Subject, known
from explorer.ui.train.lab.vae_painting import VAELayers, data_square_in, paint_vae

_SETTINGS: Final = {
    "beta": "Beta",
    "noise": "Noise",
    "latent": "Latent",
    "rate": "Learning rate",
    "batch_size": "Batch",
    "width": "Width",
}
_TURNS: Final = (
    LabTurn("encoder", "Encoder learns", "Only the encoder learns, once: the ellipses move, and the gap closes", "E"),
    LabTurn("decoder", "Decoder learns", "Only the decoder learns, once: the grid bends towards the points", "D"),
    LabTurn("both", "One step", "Both learn, once, by the same loss", "N"),
)
_CAPTIONS: Final = {
    "": "Nothing has been learned yet: every point gets about the same ellipse, and every code is decoded to about the "
    "same place. Press Play, or let one of the two learn.",
    "encoder": "The encoder has learned: the ellipses moved, the grid did not. The ELBO comes nearer to the evidence, "
    "which only the decoder can move.",
    "decoder": "The decoder has learned: the grid bent towards the points, the ellipses stayed.",
    "both": "Encoder and decoder have learned together, by the same loss: minus log p(x|z), plus beta times the KL.",
}
_LAYERS: Final = {
    "ellipses": ("Ellipses", "The code of each point as the encoder gives it: one standard deviation around its mean"),
    "codes": ("Codes drawn", "One code for each point, z = mean + spread × chance, drawn again every time"),
    "real": ("Real", "The points to learn: round and blue"),
    "rebuilt": ("Rebuilt", "What the decoder makes of the codes, each joined to its point"),
    "made": ("Samples", "Points from codes of the prior, with the decoder's noise: orange diamonds"),
    "grid": ("Latent grid", "An even grid of codes, and where the decoder puts it; a line for one dimension"),
}


def _nats(name: str) -> Callable[[VAESnapshot], str]:
    def words(seen: VAESnapshot) -> str:
        value = seen.terms[name]
        return f"{value:.2f}".replace("-", "−") if math.isfinite(value) else "–"

    return words


_FIGURES: Final = (
    STEP,
    LabFigure(
        "log p(x|z)",
        "The first term of the ELBO, in nats per point: how likely the decoder finds a point, given its code",
        _nats("reconstruction"),
    ),
    LabFigure(
        "KL",
        "The second term, in nats per point: what the code says about the point. Beta weighs it",
        _nats("KL"),
    ),
    LabFigure("ELBO", "The first term less the second: never above the evidence, on average", _nats("ELBO")),
    LabFigure(
        "Evidence",
        "log p(x) in nats per point, estimated by importance sampling with 32 codes per point: itself a little too low",
        _nats("evidence"),
    ),
    LabFigure(
        "Gap",
        "Evidence less ELBO: the KL that is left between the ellipses and the true posterior",
        lambda seen: known(seen.terms["evidence"] - seen.terms["ELBO"], ".2f"),
    ),
    LabFigure(
        "Distance",
        "Jensen-Shannon divergence of samples from real points, in bits: 0 where they are alike, 1 where apart",
        lambda seen: known(seen.figures.js, ".2f"),
    ),
    LabFigure(
        "Realistic",
        "Share of samples within three standard deviations of a cluster",
        lambda seen: known(seen.figures.good, ".0%"),
    ),
)
_BOUND: Final = ("reconstruction", "ELBO", "evidence")
_PLOTS: Final = (
    LabPlotSpec(
        "ELBO",
        "In nats per point. From log p(x|z), the line on top, the KL, the band, is taken away: what is left is the\n"
        "ELBO. The evidence log p(x), by importance sampling, lies above the ELBO: the gap is the KL that is left\n"
        "between the ellipses and the true posterior.",
        (PlotLine("log p(x|z)", "real"), PlotLine("ELBO", "made"), PlotLine("evidence", "text", dashed=True)),
        lambda seen: tuple(seen.terms.get(name, math.nan) for name in _BOUND),
        bands=((0, 1, "made"),),
        from_zero=False,
    ),
    LabPlotSpec(
        "KL",
        "In nats per point: the KL from the prior, which beta weighs, and the gap between ELBO and evidence,\n"
        "the KL from the true posterior.",
        (PlotLine("KL", "made"), PlotLine("gap", "text", dashed=True)),
        lambda seen: (seen.terms["KL"], seen.terms["evidence"] - seen.terms["ELBO"]),
    ),
    LabPlotSpec(
        "Distances",
        "How far samples are from real points: Jensen-Shannon of the histograms, in bits; Wasserstein, in sides of\n"
        "the square.",
        (PlotLine("Jensen-Shannon", "real", dashed=True), PlotLine("Wasserstein", "made")),
        lambda seen: (seen.figures.js, seen.figures.wasserstein),
    ),
)

VAE: Final = Subject(
    name="VAE",
    tip="An encoder and a decoder that raise the ELBO together",
    presets=VAE_PRESETS,
    settings=_SETTINGS,
    sliders={"beta": (0.0, 4.0, 1.0)},
    anew=("latent", "width"),
    enabled=lambda _config: {},
    turns=_TURNS,
    captions=_CAPTIONS,
    layers=VAELayers,
    layer_words=_LAYERS,
    figures=_FIGURES,
    plots=_PLOTS,
    paint=paint_vae,
    plane_in=data_square_in,
    opinion=lambda _seen, x, y: f"Point ({x:.2f}, {y:.2f})" if 0 <= x <= 1 and 0 <= y <= 1 else "",
    opinion_hint="Left: codes, and the prior as rings of one, two and three standard deviations. Right: points.",
)
