"""The objective of the variational autoencoders as a formula: minus the evidence lower bound, and what goes with it."""

from __future__ import annotations

from typing import Any

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper

KINGMA = Paper("Kingma & Welling", 2014, "Auto-Encoding Variational Bayes", "https://arxiv.org/abs/1312.6114")

HEALTHY = (
    "The reconstruction falls steeply at first and slowly later; the KL rises from near 0 and levels off.",
    "Most dimensions stay live. If few do, the latent is hardly used: lower beta or the noise.",
    "Reconstructions on the sample sheets resemble the real pictures beside them; samples are a little softer.",
)


def variational(config: Any, *more: FormulaTerm, prior: str = r"\mathcal{N}(0, I)") -> tuple[Objective]:
    """What encoder and decoder lower together, in nats a picture."""
    terms = [
        FormulaTerm(
            "reconstruction",
            r"\frac{1}{2s^2}\mathbb{E}\lVert x-G(z)\rVert^2",
            "Rebuilds each picture from its latent z, which is drawn from q(z|x).",
            (("s", "noise"),),
        ),
        FormulaTerm(
            "KL",
            rf"+ \beta\,\mathrm{{KL}}(q(z\mid x)\,\Vert\,{prior})",
            "Keeps the latents where the prior is, so that samples from it give pictures too.",
            ((r"\beta", "beta"),),
        ),
    ]
    if config.likeness:
        terms.append(
            FormulaTerm(
                "features",
                r"+ w\,\mathbb{E}\sum_\ell\frac{\lVert f_\ell(x)-f_\ell(G(z))\rVert^2}{\lVert f_\ell(x)\rVert^2}",
                "Compares by what the layers of a finished network see, which notice small things.",
                (("w", "likeness_weight"),),
            )
        )
    return (Objective("encoder and decoder", (*terms, *more), "minimise"),)
