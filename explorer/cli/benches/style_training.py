"""Our training loop of a StyleGAN against a bare loop of the same networks, in turn, in one process on one thread."""

from __future__ import annotations

import json
import tempfile
from statistics import median

from explorer.cli.bench import Figures
from explorer.cli.benches.fresh_python import told_by

_BATCH = 16

# Both learn from the same noise with the family's own settings, but that pictures are not altered and paths are
# regularised. A turn is sixteen steps, so that every turn has its one R1 penalty and its two of path lengths.
_IN_TURN = """
import json, sys, time
from copy import deepcopy
from pathlib import Path
import numpy as np, torch
from torch.nn.functional import softplus
from explorer.training.networks.convolutional import ConvolutionalCritic
from explorer.training.networks.style_generator import StyleGenerator
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec
torch.set_num_threads(1)
folder, N = Path(sys.argv[1]), int(sys.argv[2])
pictures = np.random.RandomState(0).randint(0, 256, (256, 64, 64, 3)).astype(np.uint8)
np.save(folder / "data.npy", pictures)
settings = {"batch_size": N, "augment": False, "path_weight": 1.0, "path_every": 8}
run = Run.create(folder / "run", RunSpec("stylegan", str(folder / "data.npy"), 64, 10**6, settings=settings))
ours = run.train(run.pictures(cache=folder / "cache"), torch.device("cpu"))

torch.manual_seed(0)
last, data, rng = torch.channels_last, torch.from_numpy(pictures), torch.default_generator
generator, critic = (n.to(memory_format=last) for n in (StyleGenerator(64, 128, 4, 64, 3), ConvolutionalCritic(64, 3)))
average, layers = deepcopy(generator).requires_grad_(False), generator.synthesis.styles
paints = [*generator.synthesis.parameters(), generator.strengths]
groups = [{"params": generator.mapping.parameters(), "lr": 4e-6}, {"params": paints, "lr": 4e-4}]
adams = [torch.optim.Adam(taught, 3e-4, (0.0, 0.99), fused=True) for taught in (groups, critic.parameters())]
mean = torch.zeros(())
def styles(count):
    first, second = generator.points(torch.randn(2 * count, 64))[:, None].chunk(2)
    start = torch.randint(1, layers, (count, 1, 1)).where(torch.rand(count, 1, 1) < 0.9, layers)
    return torch.where(torch.arange(layers)[:, None] < start, first, second)
def painted(w):
    return generator.painted(w, generator.noise(len(w), rng))
def slope_of(values, at):
    return torch.autograd.grad(values.sum(), at, create_graph=True)[0]
def descend(adam, loss):
    adam.zero_grad(); loss.backward(); adam.step()
def step(number):
    global mean
    real = (data[torch.randint(256, (N,))].permute(0, 3, 1, 2).float() / 127.5 - 1).contiguous(memory_format=last)
    made = painted(styles(N))
    on_real, on_made = critic(torch.cat([real, made.detach()])).chunk(2)
    loss = softplus(on_made - on_real).mean()
    if number % 16 == 0:
        at = real.detach().requires_grad_(True)
        loss = loss + 8 * slope_of(critic(at), at).square().sum((1, 2, 3)).mean()
    descend(adams[1], loss)
    critic.requires_grad_(False)
    with torch.no_grad():
        on_real = critic(real)
    loss = softplus(on_real - critic(made)).mean()
    if number % 8 == 0:
        w = styles(N // 2)
        path = painted(w)
        lengths = slope_of(path * torch.randn(path.shape) / 64, w).square().sum(2).mean(1).sqrt()
        mean = mean.lerp(lengths.mean().detach(), 0.01)
        loss = loss + 8 * (lengths - mean).square().mean()
    descend(adams[0], loss)
    critic.requires_grad_(True)
    torch._foreach_lerp_(list(average.parameters()), list(generator.parameters()), 0.01)
def spent(one):
    began = time.process_time()
    for number in range(16): one(number)
    return time.process_time() - began
turns = [(spent(lambda _: next(ours)), spent(step)) for _ in range(1 + int(sys.argv[3]))]
ours.close()
print(json.dumps(turns[1:]), flush=True)
"""

_TURNS = 4


def stylegan_loop(_model: str) -> Figures:
    """Sixteen steps of each, again and again: the bare loop paints once for both networks, as ours does."""
    with tempfile.TemporaryDirectory() as folder:
        _, lines = told_by(("-c", _IN_TURN, folder, str(_BATCH), str(_TURNS)))
    turns = json.loads(lines[-1])
    return {
        "stylegan_images_s": 16 * _BATCH / median(ours for ours, _ in turns),
        "stylegan_loop_ratio": median(ours / bare for ours, bare in turns),
    }
