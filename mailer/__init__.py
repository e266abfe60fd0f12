"""Personal letters in a batch: send them, read what comes back, follow up, show what came of it."""

__version__ = "0.1.0"
