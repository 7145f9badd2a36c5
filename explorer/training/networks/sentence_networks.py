"""What reads a sentence, and a critic that is told one.

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
_JUDGED = 96  # channels in which picture and sentence are set beside each other


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
    """Pictures (N, C, S, S) and conditions (N, T) to a score for each patch, (N, S/8, S/8).

    A score is that of the patch by itself and that of the whole picture beside the sentence: as in Reed et al. (2016),
    the condition is made shorter, repeated over the places of the last stage, and judged with what is seen there.
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
        judged = max(4, round(_JUDGED * width))
        self.shorten = nn.Sequential(nn.Linear(condition, judged), nn.LeakyReLU(0.2))
        self.beside = nn.Sequential(nn.Conv2d(before + judged, judged, 1), nn.LeakyReLU(0.2))
        self.whole = nn.Linear(judged * sides(size)[0] ** 2, 1)

    def forward(self, pictures: Tensor, condition: Tensor) -> Tensor:
        seen, patches = pictures, pictures
        for at, stage in enumerate(self.stages):
            seen = stage(seen)
            if at == self.patch:
                patches = self.judge(seen).squeeze(1)
        told = self.shorten(condition)[:, :, None, None].expand(-1, -1, *seen.shape[2:])
        whole = self.whole(self.beside(torch.cat([seen, told], 1)).flatten(1))
        scores: Tensor = patches + whole[:, :, None]
        return scores
