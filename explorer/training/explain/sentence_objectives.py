"""The objectives of pictures from sentences as formulas, and the papers that they are of."""

from __future__ import annotations

from typing import Any

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.training.explain.game_objectives import MESCHEDER, duel, r1_terms

PAPERS = (
    Paper(
        "Reed et al.",
        2016,
        "Generative Adversarial Text to Image Synthesis",
        "https://arxiv.org/abs/1605.05396",
    ),
    Paper(
        "Zhang et al.",
        2021,
        "Cross-Modal Contrastive Learning for Text-to-Image Generation",
        "https://arxiv.org/abs/2101.04702",
    ),
    Paper(
        "Odena, Olah & Shlens",
        2017,
        "Conditional Image Synthesis with Auxiliary Classifier GANs",
        "https://arxiv.org/abs/1610.09585",
    ),
    Paper(
        "Sohn, Lee & Yan",
        2015,
        "Learning Structured Output Representation using Deep Conditional Generative Models",
        "https://papers.nips.cc/paper/5775",
    ),
    MESCHEDER,
)


def sentence_objectives(config: Any) -> tuple[Objective, ...]:
    """Those of critic, generator, reader and words, by the settings of a run."""
    matching = FormulaTerm(
        "matching",
        r"- m\,\mathbb{E}\log\frac{e^{M(x,t)}}{e^{M(x,t)}+\sum_{t'}e^{M(x,t')}}",
        "Finds a picture's own sentence among those of the batch that are false of it, and a sentence's own picture.",
        (("m", "matching_weight"),),
    )
    more = (
        FormulaTerm(
            "picture",
            r"+ p\,\mathbb{E}\lVert G(e,t)-x\rVert_1",
            "Paints the very picture from its caption, and from noise that carries what this leaves open.",
            (("p", "picture_weight"),),
        ),
        FormulaTerm(
            "KL", r"+ k\,D_\mathrm{KL}", "Noise that describes pictures is like any noise.", (("k", "noise_weight"),)
        ),
        FormulaTerm(
            "said",
            r"- r\,\mathbb{E}\log R(t\mid G(n,t))",
            "The reader, which learns from real pictures, should find what was said.",
            (("r", "said_weight"),),
        ),
    )
    return (
        *duel("relativistic", (matching, *r1_terms(config)), more),
        Objective(
            "reader",
            (FormulaTerm("reader", r"-\mathbb{E}\log R(y\mid x)", "Learns to read attributes off real pictures."),),
        ),
        Objective(
            "words",
            (
                FormulaTerm(
                    "words", r"-\mathbb{E}\log p(t\mid c(t))", "What a sentence says can be read off its condition."
                ),
            ),
        ),
    )
