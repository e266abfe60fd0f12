"""Prints letters: template and group become a draft, a draft becomes the exact bytes that leave."""

from mailer.letters.book import Book
from mailer.letters.composing import compose, compose_probe, compose_trial
from mailer.letters.mime import write
from mailer.letters.templates import named_in

__all__ = ["Book", "compose", "compose_probe", "compose_trial", "named_in", "write"]
