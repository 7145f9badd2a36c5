"""Our training loop in a thread beside an event loop, against a bare loop of the same networks in its own process."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from statistics import median

from explorer.cli.bench import Figures
from explorer.cli.benches.fresh_python import told_by

_ROUNDS = 3

_BARE = """
import json, sys, time
import numpy as np, torch
from torch.nn import functional
from explorer.training.networks.convolutional import ConvolutionalCritic, ConvolutionalGenerator
torch.manual_seed(0)
last = torch.channels_last
generator, critic = (n.to(memory_format=last) for n in (ConvolutionalGenerator(64, 64, 3), ConvolutionalCritic(64, 3)))
optimizers = [torch.optim.Adam(n.parameters(), 3e-4, (0.0, 0.99), fused=True) for n in (generator, critic)]
data = torch.from_numpy(np.random.RandomState(0).randint(0, 256, (256, 64, 64, 3)).astype(np.uint8))
def step(number):
    chosen = torch.from_numpy(np.random.RandomState(number).permutation(256)[:64])
    real = (data[chosen].permute(0, 3, 1, 2).float() / 127.5 - 1).contiguous(memory_format=last)
    with torch.no_grad():
        made = generator(torch.randn(64, 64))
    on_real, on_made = critic(torch.cat([real, made])).chunk(2)
    loss = functional.softplus(on_made - on_real).mean()
    if number % 8 == 0:
        at = real.detach().requires_grad_(True)
        slope, = torch.autograd.grad(critic(at).sum(), at, create_graph=True)
        loss = loss + 4 * slope.square().sum((1, 2, 3)).mean()
    optimizers[1].zero_grad(); loss.backward(); optimizers[1].step()
    critic.requires_grad_(False)
    made = critic(generator(torch.randn(64, 64)))
    with torch.no_grad():
        on_real = critic(real)
    optimizers[0].zero_grad(); functional.softplus(on_real - made).mean().backward(); optimizers[0].step()
    critic.requires_grad_(True)
for number in range(2): step(number)
began = time.perf_counter()
for number in range(8, 24): step(number)
print(json.dumps(16 * 64 / (time.perf_counter() - began)), flush=True)
"""

_OURS = """
import json, sys, time
from pathlib import Path
import numpy as np
from PySide6.QtCore import QCoreApplication
from explorer.session.train.training_thread import TrainingThread
import torch
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec
folder = Path(sys.argv[1])
np.save(folder / "data.npy", np.random.RandomState(0).randint(0, 256, (256, 64, 64, 3)).astype(np.uint8))
settings = {"batch_size": 64, "augment": False}
run = Run.create(folder / "run", RunSpec("dcgan", str(folder / "data.npy"), 64, 24, settings=settings))
found = run.pictures(cache=folder / "cache")
app = QCoreApplication([])
told = []
def steps():
    for progress in run.train(found, torch.device("cpu")):
        told.append(time.perf_counter())
        yield progress
thread = TrainingThread(steps)
thread.finished.connect(app.quit)
thread.start()
app.exec()
thread.wait()
print(json.dumps(16 * 64 / (told[23] - told[7])), flush=True)
"""

_MEMORY = """
import json, os, sys
from pathlib import Path
import numpy as np, torch
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec
folder = Path(sys.argv[1])
def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
np.save(folder / "data.npy", np.random.RandomState(0).randint(0, 256, (64, 16, 16, 1)).astype(np.uint8))
settings = {"batch_size": 4, "width": 0.1, "latent_size": 4}
run = Run.create(folder / "run", RunSpec("gan", str(folder / "data.npy"), 16, 10_000, settings=settings))
for progress in run.train(run.pictures(cache=folder / "cache"), torch.device("cpu")):
    if progress.step == 2000:
        before = resident_mb()
print(json.dumps(resident_mb() - before), flush=True)
"""


def train_loop(_model: str) -> Figures:
    """Images a second of a DCGAN at 64 x 64 with batches of 64, ours and bare in turn; memory over 10,000 steps."""
    ours, bare = [], []
    for _ in range(_ROUNDS):
        bare.append(_told(_BARE))
        ours.append(_told(_OURS))
    figures = {"loop_images_s": median(ours), "loop_ratio": median(ours) / median(bare)}
    if Path("/proc/self/statm").exists():
        figures["loop_memory_mb"] = _told(_MEMORY)
    return figures


def _told(script: str) -> float:
    """What a new interpreter prints that runs ``script`` with an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        _, lines = told_by(("-c", script, folder))
    return float(json.loads(lines[-1]))
