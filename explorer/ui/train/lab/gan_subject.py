"""The GAN of the lab: its settings, figures, curves and words."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

from explorer.training.toy_models.lab_presets import GAN_PRESETS
from explorer.training.toy_models.snapshot import HIGH, LOW, SURFACE, Snapshot
from explorer.training.toy_models.toy_settings import PlaneConfig
from explorer.ui.train.lab.painting import Layers, paint_plane, square_in
from explorer.ui.train.lab.subject import STEP, LabFigure, LabPlotSpec, LabTurn, Marks, PlotLine, Subject, known

_SETTINGS: Final = {
    "loss": "Loss",
    "latent": "Latent",
    "critic_rate": "Critic rate",
    "generator_rate": "Generator rate",
    "critic_steps": "Critic updates",
    "generator_steps": "Generator updates",
    "batch_size": "Batch",
    "optimiser": "Optimiser",
    "momentum": "Momentum",
    "clip": "Clipping",
    "penalty": "Penalty",
    "critic_width": "Critic width",
    "generator_width": "Generator width",
}
_TURNS: Final = (
    LabTurn("critic", "Critic learns", "Only the critic learns, once: see how the surface changes", "C"),
    LabTurn("generator", "Generator learns", "Only the generator learns, once: its points move", "G"),
    LabTurn("both", "One step", "Both learn, once: first the critic, then the generator", "N"),
)
_CAPTIONS: Final = {
    "": "Nothing has been learned yet: the generator's points lie where its random weights put them, and the critic "
    "guesses. Press Play, or let one of the two learn.",
    "critic": "The critic has learned: the surface changed, the points did not. It turns bluer where real points "
    "are, and more orange where generated ones are.",
    "generator": "The generator has learned: its points went up the critic's surface, as the arrows told them. "
    "The surface has not changed.",
    "both": "The critic has learned, and then the generator: both the surface and the points have moved.",
}
_LAYERS: Final = {
    "surface": ("Surface", "The critic's score of every place: blue is real, orange is generated"),
    "real": ("Real", "The points to learn: round and blue"),
    "made": ("Generated", "What the generator makes of the same latents all along: orange diamonds"),
    "grid": ("Latent grid", "An even grid of latents, bent as the generator bends it; a line for one dimension"),
    "best": (
        "Best critic",
        "Instead of the critic, the best that there could be: D* = p / (p + q), by the densities of what is seen",
    ),
    "density": (
        "Density",
        "The cells of the latent grid: the more opaque, the more tightly noise is packed into them",
    ),
    "arrows": ("Arrows", "Where the critic's slope tells the generator to move some of its points"),
}


def _modes(seen: Snapshot) -> str:
    found = seen.figures
    return f"{found.covered} of {found.modes}" if found.modes else "–"


_FIGURES: Final = (
    STEP,
    LabFigure("Modes", "Clusters that the generator makes, each with at least a fifth of its fair share", _modes),
    LabFigure(
        "Realistic points",
        "Share of generated points within three standard deviations of a cluster",
        lambda seen: known(seen.figures.good, ".0%"),
    ),
    LabFigure(
        "Distance",
        "Jensen-Shannon divergence of the histograms, in bits: 0 where they are alike, 1 where apart",
        lambda seen: known(seen.figures.js, ".2f"),
    ),
    LabFigure(
        "KL",
        "Kullback-Leibler divergence of the real from the generated histogram, in bits: 0 where alike",
        lambda seen: known(seen.figures.kl, ".2f"),
    ),
    LabFigure(
        "D(x)",
        "What the critic says of real points on average, 1 being real; near 0.5 once it is fooled",
        lambda seen: known(seen.losses["D(x)"], ".2f"),
    ),
    LabFigure(
        "D(G(z))",
        "What the critic says of generated points on average; near 0 where it wins",
        lambda seen: known(seen.losses["D(G(z))"], ".2f"),
    ),
    LabFigure(
        "Push",
        "How strongly the critic's slope moves a generated point, on average; near 0, nothing is learned",
        lambda seen: known(seen.push, ".2g"),
    ),
)


def _of(*names: str) -> Callable[[Snapshot], tuple[float, ...]]:
    return lambda seen: tuple(seen.losses.get(name, math.nan) for name in names)


def _loss_marks(seen: Snapshot) -> Marks:
    """What the losses are at D = 1/2 everywhere, the end of the game: log 4, and log 2 or minus it."""
    if not seen.is_probability:
        return ()
    fooled = -math.log(2) if seen.losses.get("generator", 0.0) < 0 else math.log(2)
    return (math.log(4), "log 4"), (fooled, "log 2" if fooled > 0 else "−log 2")


_PLOTS: Final = (
    LabPlotSpec(
        "Losses",
        "What each network tries to lower. In a game one wins what the other loses, so curves that level off need\n"
        "not mean that nothing is learned any more. Once the critic only guesses, its loss is log 4, and the\n"
        "generator's log 2 (non-saturating) or −log 2 (minimax).",
        (PlotLine("critic", "real", dashed=True), PlotLine("generator", "made")),
        _of("critic", "generator"),
        _loss_marks,
    ),
    LabPlotSpec(
        "D",
        "What the critic says on average of real points, D(x), and of generated ones, D(G(z)). At the end of the\n"
        "game it can only guess: 1/2 for both.",
        (PlotLine("D(x)", "real", dashed=True), PlotLine("D(G(z))", "made")),
        _of("D(x)", "D(G(z))"),
        lambda seen: ((0.5, "½"),),
    ),
    LabPlotSpec(
        "Distances",
        "How far generated points are from real ones. Jensen-Shannon, in bits, compares histograms: it stays at 1\n"
        "while the two do not overlap, however far apart they are. Wasserstein, in sides of the square, is how far\n"
        "points have to be carried: it falls while they come nearer.",
        (PlotLine("Jensen-Shannon", "real", dashed=True), PlotLine("Wasserstein", "made")),
        lambda seen: (seen.figures.js, seen.figures.wasserstein),
    ),
)


def opinion_at(seen: Snapshot, x: float, y: float) -> float:
    """What the critic thinks there, from -1, generated, to 1, real; NaN outside of what is seen."""
    if not (LOW <= x <= HIGH and LOW <= y <= HIGH):
        return math.nan
    row, column = (round((at - LOW) / (HIGH - LOW) * (SURFACE - 1)) for at in (y, x))
    return float(seen.surface[row, column])


def _opinion(seen: Snapshot, x: float, y: float) -> str:
    opinion = opinion_at(seen, x, y)
    if math.isnan(opinion):
        return ""
    if seen.is_probability:
        return f"Here the critic is {(1 + opinion) / 2:.0%} sure that a point is real."
    return f"Here the critic's score is {opinion:+.2f}, of −1 (generated) to 1 (real)."


def _enabled(config: PlaneConfig) -> Mapping[str, bool]:
    return {"penalty": config.loss in ("wgan-gp", "relativistic"), "clip": config.loss == "wgan"}


GAN: Final = Subject(
    name="GAN",
    tip="A generator and a critic that push each other about",
    presets=GAN_PRESETS,
    settings=_SETTINGS,
    sliders={},
    anew=("latent", "optimiser", "momentum", "critic_width", "generator_width"),
    enabled=_enabled,
    turns=_TURNS,
    captions=_CAPTIONS,
    layers=Layers,
    layer_words=_LAYERS,
    figures=_FIGURES,
    plots=_PLOTS,
    paint=paint_plane,
    plane_in=square_in,
    opinion=_opinion,
    opinion_hint="Point at a place to see the critic's score.",
    has_flow=True,
)
