"""The objective of mixtures as a formula: the likelihood itself, which EM raises without gradients."""

from __future__ import annotations

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper

RICHARDSON = Paper("Richardson & Weiss", 2018, "On GANs and GMMs", "https://arxiv.org/abs/1805.12462")
CAPPE = Paper(
    "Cappé & Moulines",
    2009,
    "On-line Expectation-Maximization Algorithm for Latent Data Models",
    "https://arxiv.org/abs/0712.4273",
)

HEALTHY = (
    "Bits per dimension fall steeply within the first steps of EM, and are flat after two or three epochs.",
    "Most components stay in use; if few do, there are more of them than kinds of pictures.",
    "Each component is one kind of picture: a shoe, a shirt, a face from the left. Its factors are its variations.",
)


def mixture(noise: str) -> tuple[Objective]:
    """What EM lowers, with a noise whose variances are written as ``noise``."""
    return (
        Objective(
            "mixture",
            (
                FormulaTerm(
                    "bits per dimension",
                    rf"-\frac{{1}}{{D}}\log\sum_k\pi_k\mathcal{{N}}(x;\,\mu_k,\,W_kW_k^\top+{noise})",
                    "What a value of a picture costs: each component is a mean, a few factors and noise.",
                    (("k", "components"), ("W_k", "factors")),
                ),
            ),
        ),
    )
