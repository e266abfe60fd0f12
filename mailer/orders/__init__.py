"""What a person decides: taken down for her, with who and why, and taken back."""

from mailer.orders.clerk import Clerk
from mailer.orders.corrector import Corrector, guesses_of, message_called
from mailer.orders.days import read_day

__all__ = ["Clerk", "Corrector", "guesses_of", "message_called", "read_day"]
