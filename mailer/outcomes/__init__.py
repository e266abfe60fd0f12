"""Turns what happened into what came of it: who was reached, who answered, and how sure a rate is."""

from mailer.nouns import Rate
from mailer.outcomes.tally import Fate, StepTally, Tally, take_tally

__all__ = ["Fate", "Rate", "StepTally", "Tally", "take_tally"]
