"""Portraits: painted faces whose every factor is known, for training with no download."""

from explorer.training.portraits.dataset import Portraits
from explorer.training.portraits.factors import FACTORS, Factor, Factors
from explorer.training.portraits.portrait import draw
from explorer.training.portraits.seeded_chance import sampled_factors

__all__ = ["FACTORS", "Factor", "Factors", "Portraits", "draw", "sampled_factors"]
