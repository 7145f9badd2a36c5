"""What weights cannot tell: the questions in words, what can be answered, and what follows from an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from explorer.training.weight_import.rebuilt import Choice

HIDDEN, LAST, LATENT, SIZE, EPSILON, LABELS, JOIN = "hidden", "last", "latent", "size", "epsilon", "labels", "join"
NORM = "norm"
NAMES = "names"
"""What a person calls the classes, one a line: no question, for nothing in weights could ask it."""

HIDDEN_OPTIONS = (
    ("relu", "ReLU"),
    ("leaky", "Leaky ReLU, 0.2"),
    ("leaky01", "Leaky ReLU, 0.01"),
    ("leaky1", "Leaky ReLU, 0.1"),
    ("leaky3", "Leaky ReLU, 0.3"),
    ("elu", "ELU"),
    ("selu", "SELU"),
    ("gelu", "GELU"),
    ("silu", "SiLU"),
    ("mish", "Mish"),
    ("softplus", "Softplus"),
    ("softsign", "Softsign"),
    ("tanh", "tanh"),
    ("sigmoid", "sigmoid"),
    ("plain", "none"),
)
_SLOPES = {"leaky": 0.2, "leaky01": 0.01, "leaky1": 0.1, "leaky3": 0.3}
LAST_OPTIONS = (
    ("tanh", "tanh, −1 to 1"),
    ("sigmoid", "sigmoid, 0 to 1"),
    ("plain", "none, −1 to 1"),
    ("plain01", "none, 0 to 1"),
)
LATENT_OPTIONS = (("normal", "standard normal"), ("uniform", "uniform, −1 to 1"), ("unit", "uniform, 0 to 1"))
EPSILON_OPTIONS = (
    ("1e-5", "0.00001, the usual one"),
    ("0.8", "0.8, as in parts of PyTorch-GAN"),
    ("mixed", "0.00001 in the first and 0.8 in the others, as in PyTorch-GAN's DCGAN"),
)

NORM_OPTIONS = (
    ("instance", "each channel (instance)"),
    ("layer", "all channels together (layer)"),
    ("group-2", "2 groups of channels"),
    ("group-4", "4 groups of channels"),
    ("group-8", "8 groups of channels"),
    ("group-16", "16 groups of channels"),
    ("group-32", "32 groups of channels"),
)

_QUESTIONS = {
    NORM: ("What does its normalisation take the mean of?", NORM_OPTIONS),
    HIDDEN: ("Which activation is between its layers?", HIDDEN_OPTIONS),
    LAST: ("How do its pictures leave the last layer?", LAST_OPTIONS),
    LATENT: ("How were its latents distributed?", LATENT_OPTIONS),
    EPSILON: ("Which epsilon does its batch normalisation have?", EPSILON_OPTIONS),
}


@dataclass(frozen=True)
class Taste:
    """Answers.

    Attributes
    ----------
    hidden, last, latent, epsilon, norm : str
        Keys of the options above.
    side : int
        Of the pictures; 0 for the likeliest.
    """

    hidden: str = "relu"
    last: str = "tanh"
    latent: str = "normal"
    epsilon: str = "1e-5"
    norm: str = "instance"
    side: int = 0

    def epsilon_of(self, norm: int) -> float:
        """That of the batch normalisation of this number."""
        return 1e-5 if self.epsilon == "1e-5" or (self.epsilon == "mixed" and norm == 0) else 0.8

    @property
    def value_range(self) -> tuple[float, float]:
        """What black and white are."""
        return (0.0, 1.0) if self.last in ("sigmoid", "plain01") else (-1.0, 1.0)


def asked(key: str, taken: str, only: Sequence[str] = ()) -> Choice:
    """A question with its answers, or with ``only`` some of them."""
    question, options = _QUESTIONS[key]
    return Choice(key, question, tuple(o for o in options if not only or o[0] in only), taken)


def asked_size(sides: Sequence[int], taken: int) -> Choice:
    """The question for the side of the pictures."""
    return Choice(SIZE, "Which size do its pictures have?", tuple((str(s), f"{s} × {s}") for s in sides), str(taken))


def told(chosen: Mapping[str, str], key: str) -> str | None:
    """What was chosen for a question, where that is one of its answers."""
    answer = chosen.get(key)
    return answer if answer in {option for option, _ in _QUESTIONS[key][1]} else None


def words_of(key: str, option: str) -> str:
    """An answer in words."""
    return dict(_QUESTIONS[key][1])[option]


def words_of_activation(kind: str) -> str:
    """An activation in words."""
    slope = slope_of(kind)
    return dict(HIDDEN_OPTIONS).get(kind, "none") if slope is None else f"Leaky ReLU, {slope:g}"


def slope_of(kind: str) -> float | None:
    """The slope of a leaky ReLU; None of anything else, and where it is no number."""
    name, _, told_slope = kind.partition(":")
    try:
        return float(told_slope) if name == "leaky" and told_slope else _SLOPES.get(kind)
    except ValueError:
        return None


def leaky(slope: float) -> str:
    """The key of a leaky ReLU of this slope."""
    return next((kind for kind, usual in _SLOPES.items() if usual == slope), f"leaky:{slope:g}")
