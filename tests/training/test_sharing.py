"""Two processes share the work of a network, and everything around it is as in one."""

from __future__ import annotations

import pytest

from tests.training.together import ended, started

pytestmark = pytest.mark.timeout(400)

CODE = """
import torch
from torch import nn
from explorer.training.distributed.group import joined
from explorer.training.distributed.reductions import average_gradients
from explorer.training.distributed.sharing import shared
from explorer.training.learning.losses import relativistic, slope_from_one, squared_slope
from explorer.training.networks.dropout import Dropout

torch.set_num_threads(1)
torch.manual_seed(0)
chance = torch.Generator()
net = nn.Sequential(nn.Linear(4, 8), nn.ELU(), Dropout(0.3, chance), nn.Linear(8, 1))
unshared = nn.Linear(1, 1)
optimizer = torch.optim.SGD([*net.parameters(), *unshared.parameters()])
rows = []
net[0].register_forward_hook(lambda module, given, found: rows.append(len(given[0])))


def slopes(real, made):
    chance.manual_seed(5)
    optimizer.zero_grad()
    score = lambda given: unshared(net(given)).squeeze(1)
    loss = relativistic(score(real), score(made)) + squared_slope(score, made)
    (loss + slope_from_one(score, real, made, chance)).backward()
    average_gradients(optimizer)
    return torch.cat([weight.grad.flatten() for weight in optimizer.param_groups[0]["params"]])


for count, share in ((6, 3), (5, 5)):
    real, made = torch.randn(2, count, 4)
    alone = slopes(real, made)
    with joined(torch.device("cpu")):
        rows.clear()
        with shared([net]):
            together = slopes(real, made)
        assert set(rows) == {share}, rows
        rows.clear()
        torch.testing.assert_close(slopes(real, made), alone)
        assert set(rows) == {count}, rows
    torch.testing.assert_close(together, alone)
"""


def test_slopes_and_slopes_of_slopes_are_those_of_one_process() -> None:
    assert ended(started(["-c", CODE])) == [(0, ""), (0, "")]
