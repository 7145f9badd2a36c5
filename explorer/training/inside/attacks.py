"""Pictures that mislead a network although hardly anything of them has changed.

With a loss L that is large where the answer is wrong, the fast gradient sign method (Goodfellow, Shlens and Szegedy,
2015, Explaining and Harnessing Adversarial Examples, section 4) is

    x' = x + epsilon sign(dL/dx)

and its iterated form takes smaller steps of that kind, after each of which what went further than epsilon from x, or
left the range that is shown, is brought back (Kurakin et al., 2017, equation 2; Madry et al., 2018, section 2). A
targeted attack goes down the loss of the answer that is wanted. What comes out are whole levels of 0 to 255, so that a
saved file misleads as well, and none is further than epsilon from where it was.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.inside.attack import AskedPictures, Attack, Fooled
from explorer.core.inside.questions import NetworkQuestion, question_called
from explorer.training.inside.picture_network import PictureNetwork, Pixels, as_bytes, as_tensor
from explorer.training.learning.threads import one_thread

_AT_ONCE = 200
_STRIDE = 2.5  # of all iterated steps together, in epsilons, so that every point within can be reached

Report = Callable[[int, int], None]
Cancelled = Callable[[], bool]


def fooled(
    network: PictureNetwork,
    pictures: Pixels,
    attack: Attack,
    truth: NDArray[np.int64] | None = None,
    *,
    limit: float | None = None,
    progress: Report = lambda _done, _total: None,
    cancelled: Cancelled = lambda: False,
) -> Fooled:
    """Pictures before and after an attack, and with random signs of the same size.

    Parameters
    ----------
    network : PictureNetwork
    pictures : (N, height, width, channels) uint8
        Of the size that the network takes.
    attack : Attack
    truth : (N,) int64, optional
        The right answers by their places; without them what the network says now.
    limit : float, optional
        From which score on a critic takes a picture for real.

    Raises
    ------
    Problem
        The pictures are of another size, the network answers no such question, or not in this way.
    """
    question = question_called(attack.asked, network.questions, network.name)
    if limit is not None:
        question = question.with_limit(limit)
    target = None if not attack.target else question.place_of(attack.target)
    network.checked(pictures)
    rng = np.random.RandomState(attack.seed)
    asked: list[tuple[AskedPictures, AskedPictures, AskedPictures]] = []
    known: list[NDArray[np.int64]] = []
    for start in range(0, len(pictures), _AT_ONCE):
        if cancelled():
            break
        part = slice(start, start + _AT_ONCE)
        shown = as_tensor(pictures[part])
        signs = torch.from_numpy(rng.choice(np.array([-1.0, 1.0], np.float32), tuple(shown.shape)))
        with one_thread():
            before = _asked(network, question, shown)
            right = question.told(before.values) if truth is None else truth[part]
            moved = _moved(network, question, shown, right, target, attack)
            after = _asked(network, question, moved)
            random = _asked(network, question, _levels(shown, shown + attack.epsilon * signs, attack.epsilon))
        asked.append((before, after, random))
        known.append(right)
        progress(min(start + _AT_ONCE, len(pictures)), len(pictures))
    parts = [_joined(each) for each in zip(*asked, strict=True)]
    return Fooled(network.name, question, attack, np.concatenate(known), *parts)


def _moved(
    network: PictureNetwork,
    question: NetworkQuestion,
    shown: Tensor,
    truth: NDArray[np.int64],
    target: int | None,
    attack: Attack,
) -> Tensor:
    """``shown`` moved by at most epsilon so that the answer changes."""
    goal = torch.from_numpy(truth if target is None else np.full(len(shown), target))
    towards = 1.0 if target is None else -1.0  # up the loss of what is true, or down that of what is wanted
    stride = attack.epsilon * (1.0 if attack.steps == 1 else _STRIDE / attack.steps)
    low, high = (shown - attack.epsilon).clamp(min=0), (shown + attack.epsilon).clamp(max=1)
    moved = shown
    for _ in range(attack.steps):
        given = moved.detach().requires_grad_()
        loss = _loss(network, question, given, goal)
        (gradient,) = torch.autograd.grad(loss, given)
        moved = torch.maximum(torch.minimum(given + towards * stride * gradient.sign(), high), low)
    return _levels(shown, moved, attack.epsilon)


def _loss(network: PictureNetwork, question: NetworkQuestion, shown: Tensor, answers: Tensor) -> Tensor:
    """How wrong it is to give these answers, (N,) by their places.

    Of several outputs o it is m = log(sum over the others of e^o) - o of the answer. Cross-entropy is log(1 + e^m), so
    its gradient has the same signs, but where a network is sure it is 0 in all that a float can tell.
    """
    numbers = network.logits(shown)[:, list(question.outputs)]
    if not question.is_choice:
        return ((1.0 - 2.0 * answers) * numbers[:, 0]).sum()
    own = numbers.gather(1, answers[:, None])
    others = numbers.scatter(1, answers[:, None], -torch.inf).logsumexp(1, keepdim=True)
    return (others - own).sum()


def _asked(network: PictureNetwork, question: NetworkQuestion, shown: Tensor) -> AskedPictures:
    with torch.no_grad():
        return AskedPictures(as_bytes(shown), network.values(question, shown).numpy())


def _levels(shown: Tensor, moved: Tensor, epsilon: float) -> Tensor:
    """What was moved, in whole levels of 0 to 255 that lie within epsilon."""
    most = np.floor(epsilon * 255.0 + 1e-6)
    steps = ((moved - shown) * 255.0).round().clamp(-most, most)
    return ((shown * 255.0).round() + steps).clamp(0, 255) / 255.0


def _joined(parts: tuple[AskedPictures, ...]) -> AskedPictures:
    return AskedPictures(np.concatenate([p.pictures for p in parts]), np.concatenate([p.values for p in parts]))
