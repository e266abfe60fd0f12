"""Decides who gets which letter now, and why the others do not."""

from mailer.planning.audience import Audience, Lot, Selection, read_audience
from mailer.planning.lines import Line, Plan, Status
from mailer.planning.plan import make_plan

__all__ = ["Audience", "Line", "Lot", "Plan", "Selection", "Status", "make_plan", "read_audience"]
