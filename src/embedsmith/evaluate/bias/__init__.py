"""Bias of every variant: association tests, audits of groups of people, analogies, and what remains after a cure."""

from embedsmith.evaluate.bias.evaluate import evaluate
from embedsmith.evaluate.bias.settings import Bias

__all__ = ["Bias", "evaluate"]
