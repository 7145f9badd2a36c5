"""The objectives of `explorer.training.learning.losses` as formulas: what critic and generator lower in each game."""

from __future__ import annotations

from typing import Any

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper

GOODFELLOW = Paper("Goodfellow et al.", 2014, "Generative Adversarial Nets", "https://arxiv.org/abs/1406.2661")
MESCHEDER = Paper(
    "Mescheder, Geiger & Nowozin",
    2018,
    "Which Training Methods for GANs do actually Converge?",
    "https://arxiv.org/abs/1801.04406",
)

_REAL, _MADE = r"\plot{D(x)}{D(x)}", r"\plot{D(G(z))}{D(G(z))}"
_LOGISTIC = (
    rf"-\mathbb{{E}}\log\sigma({_REAL}) - \mathbb{{E}}\log(1-\sigma({_MADE}))",
    "Calls real pictures real and made ones made: the cross-entropy of a classifier of two classes.",
)
_GAMES = {
    "non-saturating": (
        _LOGISTIC,
        (
            rf"-\mathbb{{E}}\log\sigma({_MADE})",
            "Raises the probability that the critic takes made pictures for real; steep where the critic is sure.",
        ),
    ),
    "minimax": (
        _LOGISTIC,
        (
            rf"\mathbb{{E}}\log(1-\sigma({_MADE}))",
            "Raises the critic's loss; flat where the critic is sure, so it starts slowly.",
        ),
    ),
    "least squares": (
        (
            rf"\frac{{1}}{{2}}\mathbb{{E}}({_REAL}-1)^2 + \frac{{1}}{{2}}\mathbb{{E}}\,{_MADE}^2",
            "Draws scores of real pictures to 1 and those of made ones to 0.",
        ),
        (rf"\frac{{1}}{{2}}\mathbb{{E}}({_MADE}-1)^2", "Draws the scores of made pictures to 1."),
    ),
    "wasserstein": (
        (
            rf"\mathbb{{E}}\,{_MADE} - \mathbb{{E}}\,{_REAL}",
            "Its negative estimates how far the made pictures are from the real ones (earth mover's distance).",
        ),
        (rf"-\mathbb{{E}}\,{_MADE}", "Raises the critic's score of made pictures."),
    ),
    "hinge": (
        (
            rf"\mathbb{{E}}\max(0,1-{_REAL}) + \mathbb{{E}}\max(0,1+{_MADE})",
            "Scores real pictures above 1 and made ones below -1; what lies beyond teaches no more.",
        ),
        (rf"-\mathbb{{E}}\,{_MADE}", "Raises the critic's score of made pictures."),
    ),
    "relativistic": (
        (
            rf"\mathbb{{E}}\,\softplus({_MADE}-{_REAL})",
            "Scores each real picture above a made one: only the difference counts.",
        ),
        (rf"\mathbb{{E}}\,\softplus({_REAL}-{_MADE})", "Scores each made picture above a real one."),
    ),
}


def critic_term(game: str) -> FormulaTerm:
    """What the critic lowers in the game of this name."""
    return FormulaTerm("critic", *_GAMES[game][0])


def generator_term(game: str) -> FormulaTerm:
    """What the generator lowers in the game of this name."""
    return FormulaTerm("generator", *_GAMES[game][1])


def duel(game: str, critic: tuple[FormulaTerm, ...] = (), generator: tuple[FormulaTerm, ...] = ()) -> tuple[
    Objective, Objective
]:  # fmt: skip
    """Both sides of a game, with further terms of each."""
    return (
        Objective("critic", (critic_term(game), *critic)),
        Objective("generator", (generator_term(game), *generator)),
    )


def slope_penalty(metric: str, at: str) -> FormulaTerm:
    """R1 or R2: half gamma times the mean squared slope of the critic at ``at``."""
    where = {"x": "real", "G(z)": "made"}[at]
    return FormulaTerm(
        metric,
        rf"+ \frac{{\gamma}}{{2}}\mathbb{{E}}\lVert\nabla D({at})\rVert^2",
        f"Keeps the critic flat around {where} pictures, so that tiny differences cannot decide.",
        ((r"\gamma", "r1_gamma"),),
    )


def r1_terms(config: Any) -> tuple[FormulaTerm, ...]:
    """R1, where its strength is not 0."""
    return (slope_penalty("R1", "x"),) if config.r1_gamma else ()


def game_with_r1(config: Any) -> tuple[Objective, Objective]:
    """The game that ``config.loss`` names, with R1."""
    return duel(config.loss, r1_terms(config))
