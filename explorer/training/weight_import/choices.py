"""What weights cannot tell: the questions in words, what can be answered, and what follows from an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import nn

from explorer.training.weight_import.rebuilt import Choice

HIDDEN, LAST, LATENT, SIZE, EPSILON = "hidden", "last", "latent", "size", "epsilon"

HIDDEN_OPTIONS = (
    ("relu", "ReLU"),
    ("leaky", "Leaky ReLU, 0.2"),
    ("leaky01", "Leaky ReLU, 0.01"),
    ("elu", "ELU"),
    ("tanh", "tanh"),
    ("silu", "SiLU"),
)
LAST_OPTIONS = (
    ("tanh", "tanh, −1 to 1"),
    ("sigmoid", "sigmoid, 0 to 1"),
    ("plain", "none, −1 to 1"),
    ("plain01", "none, 0 to 1"),
)
LATENT_OPTIONS = (("normal", "standard normal"), ("uniform", "uniform, −1 to 1"))
EPSILON_OPTIONS = (("1e-5", "0.00001, the usual one"), ("0.8", "0.8, as in PyTorch-GAN"))

_QUESTIONS = {
    HIDDEN: ("Which activation is between its layers?", HIDDEN_OPTIONS),
    LAST: ("How do its pictures leave the last layer?", LAST_OPTIONS),
    LATENT: ("How were its latents distributed?", LATENT_OPTIONS),
    EPSILON: ("Which epsilon has its batch normalisation?", EPSILON_OPTIONS),
}


@dataclass(frozen=True)
class Taste:
    """Answers.

    Attributes
    ----------
    hidden, last, latent, epsilon : str
        Keys of the options above.
    side : int
        Of the pictures; 0 for the likeliest.
    """

    hidden: str = "relu"
    last: str = "tanh"
    latent: str = "normal"
    epsilon: str = "1e-5"
    side: int = 0

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
    return Choice(SIZE, "Which size have its pictures?", tuple((str(s), f"{s} × {s}") for s in sides), str(taken))


def told(chosen: Mapping[str, str], key: str) -> str | None:
    """What was chosen for a question, where that is one of its answers."""
    answer = chosen.get(key)
    return answer if answer in {option for option, _ in _QUESTIONS[key][1]} else None


def words_of(key: str, option: str) -> str:
    """An answer in words."""
    return dict(_QUESTIONS[key][1])[option]


def activation(option: str) -> nn.Module:
    """What stands between layers."""
    made: dict[str, nn.Module] = {
        "relu": nn.ReLU(),
        "leaky": nn.LeakyReLU(0.2),
        "leaky01": nn.LeakyReLU(0.01),
        "elu": nn.ELU(),
        "tanh": nn.Tanh(),
        "silu": nn.SiLU(),
    }
    return made[option]


def last_activation(option: str) -> nn.Module:
    """What stands behind the last layer."""
    return {"tanh": nn.Tanh(), "sigmoid": nn.Sigmoid()}.get(option) or nn.Identity()
