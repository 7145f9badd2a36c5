"""What reads a sentence, and a critic that knows which sentences belong to a picture.

The reader of sentences is convolutional (Kim, 2014): it sees a few words at once, so it tells a red hat before a blue
wall from a blue one before a red wall, and takes of each of its channels the strongest answer, wherever it was.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.core.text.vocabulary import NOTHING
from explorer.training.learning.stages import sides, width_at

_WORD, _SEEN = 48, 128  # numbers of a word, and channels that look for what it says
_CRITIC = {32: 32, 16: 64, 8: 96, 4: 128}
_JUDGED = 192  # channels between what is seen and what of it can be said


class SentenceEncoder(nn.Module):
    """Tokens (N, L) int64 to conditions (N, C), -1 to 1; a sentence without words gives 0.

    Parameters
    ----------
    words : int
        Of the vocabulary, whose numbers run from 1 on.
    size : int
        C.
    """

    def __init__(self, words: int, size: int) -> None:
        super().__init__()
        self.words = nn.Embedding(words + 1, _WORD, padding_idx=NOTHING)
        self.near = nn.Conv1d(_WORD, _SEEN, 3, 1, 1)
        self.further = nn.Conv1d(_SEEN, _SEEN, 3, 1, 1)
        self.told = nn.Sequential(  # without biases: of nothing comes nothing
            nn.Linear(_SEEN, _SEEN, bias=False), nn.LeakyReLU(0.2), nn.Linear(_SEEN, size, bias=False)
        )

    def forward(self, tokens: Tensor) -> Tensor:
        is_word = (tokens != NOTHING).float()[:, None, :]
        seen = functional.relu(self.near(self.words(tokens).transpose(1, 2))) * is_word
        seen = functional.relu(self.further(seen)) * is_word
        return torch.tanh(self.told(seen.amax(2)))


class SentenceCritic(nn.Module):
    """Pictures (N, C, S, S) to a score for each patch, (N, S/8, S/8), and what they show, (N, T).

    What is shown lies in the space of conditions, and `fit` says how well the two go together: of the score that a
    picture has beside a sentence, the part that knows the sentence is a projection (Miyato & Koyama, 2018, equation 4).
    """

    def __init__(self, size: int, channels: int, condition: int, width: float) -> None:
        super().__init__()
        stages: list[nn.Module] = []
        before, self.patch = channels, -1
        for side in sides(size)[-2::-1]:
            after = width_at(side, _CRITIC, width)
            stages.append(nn.Sequential(nn.Conv2d(before, after, 4, 2, 1), nn.LeakyReLU(0.2)))
            if side * 8 >= size:
                self.patch, patched = len(stages) - 1, after
            before = after
        self.stages = nn.ModuleList(stages)
        self.judge = nn.Conv2d(patched, 1, 3, 1, 1)
        found, judged = before * sides(size)[0] ** 2, max(8, round(_JUDGED * width))
        self.whole = nn.Linear(found, 1)
        self.show = nn.Sequential(nn.Linear(found, judged), nn.LeakyReLU(0.2), nn.Linear(judged, condition))

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        seen, patches = pictures, pictures
        for at, stage in enumerate(self.stages):
            seen = stage(seen)
            if at == self.patch:
                patches = self.judge(seen).squeeze(1)
        found = seen.flatten(1)
        return patches + self.whole(found)[:, :, None], self.show(found)


class SentenceMatcher(nn.Module):
    """Of a critic what a sentence is set beside: pictures (N, C, S, S) to what they show, (N, T)."""

    def __init__(self, critic: nn.Module) -> None:
        super().__init__()
        self.critic = critic

    def forward(self, pictures: Tensor) -> Tensor:
        shown: Tensor = self.critic(pictures)[1]
        return shown


def fit(shown: Tensor, condition: Tensor) -> Tensor:
    """How well each picture goes with each sentence, (N, M), of (N, T) and (M, T): above 0 better than with none."""
    return shown @ condition.T
