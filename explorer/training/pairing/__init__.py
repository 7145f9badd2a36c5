"""What a translator is given of each picture: made of it on the fly, or brought along.

`Givens` takes one word for it. Each drawing is a function of a seed, the picture's index and how often it was drawn
before, so that a resumed run sees what the unbroken one would have.
"""

from __future__ import annotations

from explorer.training.pairing.givens import Givens, check_given, takes
from explorer.training.pairing.partners import PARTNERS, is_brought, opened_pairs, plain_given

__all__ = ["PARTNERS", "Givens", "check_given", "is_brought", "opened_pairs", "plain_given", "takes"]
