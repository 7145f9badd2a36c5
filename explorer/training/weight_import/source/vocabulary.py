"""What names in generative programs usually mean, by which arguments and settings are told apart."""

from __future__ import annotations

import re


def words(*lines: str) -> frozenset[str]:
    """All words of some lines."""
    return frozenset(word for line in lines for word in line.split())


LATENT = re.compile(
    r"^(nz|z|zs|z_?dims?|dim_?z|noise|noises|z_?size|zdim|z_?noise|latents?|z_?in|style|embedding_?dim|input_?dim|hid\w*_?z)$"
    r"|latent|noise|bottleneck|(^|_)z(_|$)",
    re.IGNORECASE,
)
LABEL = re.compile(
    r"^(y|c|labels?|class(es)?|cls|cond\w*|gen_labels?|one_?hot|ohe|target\w*|attr\w*|digit\w*|category|cats?)$"
    r"|label|class|cond|one_?hot",
    re.IGNORECASE,
)
CODE = re.compile(r"^(c\d?|codes?|c_?dim|c_?cont)$|code|con_?c|cont\w*_?(dim|c|code)|^con_|c_dim|_code", re.IGNORECASE)
CLASSES = re.compile(
    r"^(k|y_?dim|n_?y|nc?lass(es)?|cats?|c_?dim|cond\w*_?(dim|size))$|class|label|categ|dis_?c_?dim|attr\w*_?dim",
    re.IGNORECASE,
)
COUNT = re.compile(r"^(n|b|bs|k)$|num|count|batch|n_?samples?|size|samples", re.IGNORECASE)
DEVICE = re.compile(r"device|cuda|gpu", re.IGNORECASE)
