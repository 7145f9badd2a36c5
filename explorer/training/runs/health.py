"""What is wrong with a run, in words and with the evidence; nothing where all is well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.training.runs.diversity import diversity, nearest_classes
from explorer.training.runs.history import LossHistory
from explorer.training.runs.oscillation import wave
from explorer.training.runs.sample_sheets import SampleSheets

_SOONEST = 200  # steps before which a run cannot be judged
_RECENT = 0.25  # of the run, that is looked at
_SWINGING = ("critic", "generator", "loss")
_COLLAPSED = "Lower the generator's learning rate, or use a loss that resists it: relativistic with R1, or WGAN-GP."
_SAME_PICTURE = "Lower the learning rate, or beta: the decoder draws one picture for all latents."


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes
    ----------
    key : str
        ``collapse``, ``coverage``, ``oscillation``, ``critic``, ``posterior``, ``divergence`` or ``explosion``.
    title : str
        A few words.
    evidence : str
        A sentence with the figures.
    advice : str
        What to try.
    losses : tuple of str
        Where to see it in the plots.
    """

    key: str
    title: str
    evidence: str
    advice: str
    losses: tuple[str, ...] = ()


@dataclass(frozen=True)
class HealthFacts:
    """What is known of a run besides its numbers.

    Attributes
    ----------
    scores : str
        What the critic's scores mean, as in `Family`.
    latent_size : int
        Dimensions of a latent that is inferred (a VAE's); 0 where none is.
    pictures : (M, H, W, C) uint8 or None
        Some of the data.
    labels : (M,) int64 or None
        Their classes, -1 where unknown.
    classes : tuple of str
    """

    scores: str = ""
    latent_size: int = 0
    pictures: NDArray[np.uint8] | None = None
    labels: NDArray[np.int64] | None = None
    classes: tuple[str, ...] = ()


def findings(history: LossHistory, sheets: SampleSheets, facts: HealthFacts) -> tuple[Finding, ...]:
    """All that is wrong with a run, the gravest first.

    Parameters
    ----------
    history : LossHistory
        Of ``losses.csv``.
    sheets : SampleSheets
        Of ``samples/``.
    """
    return (
        *_divergence(history),
        *_collapse(sheets, facts),
        *_critic_wins(history, facts),
        *_posterior(history, facts),
        *_oscillation(history),
        *_explosion(history),
    )


def _divergence(history: LossHistory) -> Iterator[Finding]:
    for name in history.names:
        steps, values = history[name]
        bad = np.flatnonzero(~np.isfinite(values))
        if len(bad):
            yield Finding(
                "divergence",
                "Training diverged",
                f"{name} has been NaN (not a number) since step {steps[bad[0]]}.",
                "Start over from the last checkpoint with a lower learning rate.",
                (name,),
            )
            return


def _explosion(history: LossHistory) -> Iterator[Finding]:
    for name in history.names:
        steps, values = history[name]
        if not name.startswith("gradient/") or len(values) < 20 or not np.isfinite(values).all():
            continue
        usual, now = float(np.median(values[: -len(values) // 4])), float(np.median(values[-5:]))
        if usual > 0 and now > 100 * usual:
            yield Finding(
                "explosion",
                "Gradients grow",
                f"The gradient of the {name.partition('/')[2]} is {now:.3g} at step {steps[-1]}; "
                f"it used to be {usual:.3g}.",
                "A lower learning rate may keep the run from diverging.",
                (name,),
            )


def _collapse(sheets: SampleSheets, facts: HealthFacts) -> Iterator[Finding]:
    steps = [step for step in sheets.steps() if step >= _SOONEST]
    if facts.pictures is None or len(facts.pictures) < 2 or not steps:
        return
    real = diversity(facts.pictures)
    if real <= 0:
        return
    looked_at = sorted({steps[i] for i in np.linspace(0, len(steps) - 1, 8).astype(int)})
    shares = [diversity(sheets.pictures(step)) / real for step in looked_at]
    now, best = shares[-1], max(shares)
    if now < 0.3 or (now < 0.5 and now < 0.5 * best):
        fell = f", down from {best:.0%}" if best > 1.5 * now else ""
        yield Finding(
            "collapse",
            "Samples are all alike" if facts.latent_size else "Mode collapse",
            f"At step {looked_at[-1]} the samples differ from each other {now:.0%} as much as the data do{fell}.",
            _SAME_PICTURE if facts.latent_size else _COLLAPSED,
        )
    yield from _coverage(sheets, looked_at[-1], facts)


def _coverage(sheets: SampleSheets, step: int, facts: HealthFacts) -> Iterator[Finding]:
    layout = sheets.layout()
    if facts.pictures is None or facts.labels is None or len(facts.classes) < 2:
        return
    if layout is None or layout.labels:  # a conditional model is told the class
        return
    found = nearest_classes(sheets.pictures(step), facts.pictures, facts.labels)
    share = np.bincount(facts.labels[facts.labels >= 0], minlength=len(facts.classes)) / len(facts.labels)
    # Ones that 36 samples of the data would hardly ever lack: (1 - p)^36 < 0.3 %.
    lacking = [name for i, name in enumerate(facts.classes) if (1 - share[i]) ** len(found) < 0.003 and i not in found]
    if lacking:
        yield Finding(
            "coverage",
            "Classes are missing",
            f"None of {len(found)} samples at step {step} is nearest to a picture of "
            f"{', '.join(lacking[:5])}{' …' if len(lacking) > 5 else ''}.",
            "If it stays so, the generator has given up on them: see mode collapse.",
        )


def _critic_wins(history: LossHistory, facts: HealthFacts) -> Iterator[Finding]:
    real, made = (_recent(history, name) for name in ("D(x)", "D(G(z))"))
    if not facts.scores or history.last_step < _SOONEST or not len(real) or not len(made):
        return
    on_real, on_made = float(np.median(real)), float(np.median(made))
    rises = _rises(history, "generator")
    if facts.scores == "relative":
        sure = _sigmoid(on_real - on_made)
        evidence = f"It recognises the made picture of a pair in {sure:.1%} of cases"
        wins = sure > 0.98
    else:
        evidence = f"D(x) is {_sigmoid(on_real):.2f} and D(G(z)) {_sigmoid(on_made):.2f}"
        wins = _sigmoid(on_real) > 0.95 and _sigmoid(on_made) < 0.05
    if wins and rises:
        yield Finding(
            "critic",
            "The critic wins",
            f"{evidence}, and the generator's loss rises.",
            "Strengthen the penalty (R1), let the critic see altered pictures, or lower its learning rate.",
            ("D(x)", "D(G(z))", "generator"),
        )


def _rises(history: LossHistory, name: str) -> bool:
    values = history[name][1]
    if len(values) < 40:
        return False
    parts = [float(np.median(part)) for part in np.array_split(values, 4)]
    return parts[3] > parts[1] + 0.1 * abs(parts[1])


def _posterior(history: LossHistory, facts: HealthFacts) -> Iterator[Finding]:
    live = _recent(history, "live dimensions")
    if not facts.latent_size or history.last_step < _SOONEST or not len(live):
        return
    count = float(np.median(live))
    if count <= 0.05 * facts.latent_size or count < 1:
        kl = _recent(history, "KL")
        nats = f", the KL is {float(np.median(kl)):.2g} nats" if len(kl) else ""
        yield Finding(
            "posterior",
            "Posterior collapse",
            f"Only {count:.0f} of {facts.latent_size} dimensions tell the decoder anything{nats}.",
            "Lower beta or the noise, or let the KL term grow more slowly (warm-up).",
            ("KL", "live dimensions"),
        )


def _oscillation(history: LossHistory) -> Iterator[Finding]:
    for name in _SWINGING:
        steps, values = history[name]
        begin = int(np.searchsorted(steps, history.last_step * 0.5))
        if history.last_step < _SOONEST or (found := wave(steps[begin:], values[begin:])) is None:
            continue
        yield Finding(
            "oscillation",
            "Losses swing",
            f"The {name} loss swings by {found.swing:.2g} every {found.period:.0f} steps "
            f"(correlation {found.strength:.2f} one swing later).",
            "Generator and critic chase each other: lower the learning rates or the momentum (beta1).",
            (name,),
        )
        return


def _recent(history: LossHistory, name: str) -> NDArray[np.float64]:
    """The finite values of the last quarter of the run."""
    steps, values = history[name]
    late = values[int(np.searchsorted(steps, history.last_step * (1 - _RECENT))) :]
    found: NDArray[np.float64] = late[np.isfinite(late)]
    return found


def _sigmoid(score: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(score, -60, 60))))
