"""What the terms of the field mean, in a student's words: the one place that knows, for all tool tips that explain one.

A title explains each term that it holds. A tip explains only what is no everyday word, or every tip would be a lesson.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A word of the field.

    Attributes
    ----------
    pattern : str
        The regular expression that finds it in a sentence; capitals count.
    meaning : str
        One or two sentences that begin with it.
    in_tips : bool
        Whether tips explain it too, rather than titles alone.
    """

    pattern: str
    meaning: str
    in_tips: bool = False


TERMS = (
    Term(
        r"[Ll]atents?\b(?! space)",
        "Latent: the row of numbers a picture is drawn from. The same latent always gives the same picture.",
    ),
    Term(
        r"[Ll]atent space\b",
        "Latent space: all the latents there are. Those close to each other give similar pictures.",
    ),
    Term(
        r"[Tt]runcat\w+|ψ|\bpsi\b",
        "Truncation ψ (psi): pulls a latent towards the average. At 1 it stays where it is; "
        "smaller values give safer pictures, more like each other.",
    ),
    Term(
        r"[Dd]irections?\b",
        "Direction: a way to move through latent space that changes one thing about any picture, such as a smile.",
    ),
    Term(
        r"[Cc]ritic\b|[Dd]iscriminator\b",
        "Critic (discriminator): the network a GAN learns against. It scores how real a picture looks.",
        in_tips=True,
    ),
    Term(
        r"\b[Pp]rior\b",
        "Prior: what latents are drawn from at random; mostly independent numbers around 0, rarely beyond ±3.",
        in_tips=True,
    ),
    Term(
        r"\b(?:Style w|W space|(?:of|in|to) W)\b",
        "W: the space that style-based models such as StyleGAN turn a latent z into before they draw. "
        "Moves in W change fewer things at once.",
        in_tips=True,
    ),
    Term(
        r"StyleSpace\b|[Cc]hannels? of",
        "StyleSpace: the numbers that style each layer of StyleGAN. A single one often changes a single detail.",
        in_tips=True,
    ),
    Term(r"\b[Ss]eeds?\b", "Seed: a number that stands for one random draw, so that you can repeat it."),
    Term(
        r"Quality of samples",
        "Precision: the share of samples that look like real pictures. Recall: the share of real pictures that samples "
        "come close to.",
    ),
    Term(r"Fine detail", "Fine detail: 1 is as much as in real pictures, less is softer, more is noisier."),
    Term(
        r"Kernel distance",
        "Kernel distance (KID): how far samples are from real pictures, all together. 0 is best. "
        "It depends on the features that pictures are compared by.",
    ),
    Term(
        r"Bits per dimension",
        "Bits per dimension: what one value of a picture costs the model, at most. Less is better.",
    ),
    Term(
        r"^(World model|Drive|Which world)",
        "World model: a network that predicts what is seen next, from what is seen now and what is done.",
    ),
    Term(
        r"^Temperature\b",
        "Temperature: how much is left to chance. Near 0 the likeliest always happens; above 1 rare things come often.",
    ),
    Term(
        r"What might come next",
        "Mixture: several bell curves in place of one, each with a weight; every draw comes from one of them.",
    ),
    Term(r"\b[Ee]ncoders?\b", "Encoder: a network that finds a latent for a given picture."),
    Term(
        r"\bcontrollers?\b|^Controller",
        "Controller: the part that acts; here a single layer, found by evolution inside the dream.",
    ),
)


def explained(words: str) -> str:
    """The meanings of all terms in a title, a line each; "" where it holds none."""
    return "\n".join(term.meaning for term in TERMS if re.search(term.pattern, words))


def with_terms(tip: str) -> str:
    """A tip, and below it what the unusual terms in it mean."""
    meanings = [term.meaning for term in TERMS if term.in_tips and re.search(term.pattern, tip)]
    fresh = [meaning for meaning in meanings if meaning not in tip]
    return "\n\n".join(filter(None, [tip, "\n".join(fresh)]))
