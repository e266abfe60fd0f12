"""Sends what is due: claims, delivers and settles each letter, and says so only when it is on the disk."""

from mailer.outbox.objections import LOOK_AFTER
from mailer.outbox.outbox import Outbox
from mailer.outbox.run import ASKED, Run, Sent, by_policy

__all__ = ["ASKED", "LOOK_AFTER", "Outbox", "Run", "Sent", "by_policy"]
