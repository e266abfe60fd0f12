"""Says what needs a person today, over all campaigns: one sorted list, each entry with what to type next."""

from mailer.agenda.agenda import make_agenda
from mailer.agenda.tasks import Task, Urgency

__all__ = ["Task", "Urgency", "make_agenda"]
