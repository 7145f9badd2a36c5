"""A VAE whose latent is told what the pictures show: supervised guidance (Ding et al., 2020, section 3.2).

To the loss of the VAE (see `autoencoders.vae`) it adds, for each attribute a of a picture, how badly a
linear layer reads it off the latent:

    + w sum over a of  -log p(a | W z + b),    z ~ q(z|x)

Squared pixels hardly notice what is small, such as a mouth or the gaze; this makes the encoder look for it, and gives
each attribute a straight direction of its own in latent space. It is read off the sample z and not off the mean, so
that an attribute spreads as widely as the prior does. Pictures need attributes; unknown ones are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from explorer.core.explain.explanation import FormulaTerm, Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.variational_objectives import HEALTHY, KINGMA, variational
from explorer.training.learning.attribute_loss import AttributeLoss
from explorer.training.learning.family import Batch, Family, TrainingTask
from explorer.training.learning.knobs import knob
from explorer.training.learning.variational import Variational, VariationalSettings


@dataclass(frozen=True)
class Config(VariationalSettings):
    """Settings of a guided VAE run."""

    guidance: float = knob(20.0, 0.0, 1000.0, "Weight of what the latent says about each attribute, in nats.")


class GuidedVAE(Variational):
    """Trains encoder, decoder and a linear reader of attributes together."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        self.config = config
        self.able = [index for index, column in enumerate(task.columns) if column.deviation > 0]
        super().__init__(config, task, seed)
        columns = [task.columns[index] for index in self.able]
        self._loss = AttributeLoss(columns, task.device)

    def helpers(self) -> dict[str, nn.Module]:
        return {"reader": nn.Linear(self.config.latent_size, max(1, len(self.able)))}

    def guidance(self, z: Tensor, batch: Batch) -> dict[str, Tensor]:
        if batch.attributes is None or not self.able:
            return {}
        yes_no, numbers = self._loss(self.pair["reader"](z), batch.attributes[:, self.able])
        return {"attributes": self.config.guidance * len(self.able) * (yes_no + numbers)}


_TOLD = FormulaTerm(
    "attributes",
    r"+ w\sum_a -\log p(a\mid Wz+b)",
    "Reads each attribute off the latent by a linear layer, so that each has a direction of its own.",
    (("w", "guidance"),),
)

FAMILY = Family(
    "guided_vae",
    "Guided VAE",
    "A VAE that is told what its pictures show, so that small things such as a smile have directions too.",
    Config,
    GuidedVAE,
    learns_attributes=True,
    explained=FamilyExplanation(
        objectives=lambda config: variational(config, _TOLD),
        healthy=(
            *HEALTHY,
            "The attributes' loss falls and stays low: what the pictures show can be read off the latent.",
        ),
        papers=(
            Paper(
                "Ding et al.",
                2020,
                "Guided Variational Autoencoder for Disentanglement Learning",
                "https://arxiv.org/abs/2004.01255",
            ),
            KINGMA,
        ),
    ),
    group="VAEs",
    good_at="directions for known attributes",
)
