"""Decides who gets which letter now, and why the others do not; and how soon after the others it leaves."""

from mailer.planning.audience import Audience, Lot, Selection, read_audience
from mailer.planning.brake import FEWEST, Fared, fared, why_stop
from mailer.planning.canary import CANARY_STAY, Canary, plan_canary, stay, why_stop_after_canary
from mailer.planning.lines import Line, Plan, Status
from mailer.planning.outlook import Outlook, look_ahead
from mailer.planning.pace import LONGEST_STAY, Gate, departures
from mailer.planning.plan import make_plan
from mailer.planning.questions import Doubt, Question, questions
from mailer.planning.queue import Queue, earliest
from mailer.planning.window import CLOSED
from mailer.planning.window_faults import window_faults

__all__ = [
    "CANARY_STAY",
    "CLOSED",
    "FEWEST",
    "LONGEST_STAY",
    "Audience",
    "Canary",
    "Doubt",
    "Fared",
    "Gate",
    "Line",
    "Lot",
    "Outlook",
    "Plan",
    "Question",
    "Queue",
    "Selection",
    "Status",
    "departures",
    "earliest",
    "fared",
    "look_ahead",
    "make_plan",
    "plan_canary",
    "questions",
    "read_audience",
    "stay",
    "why_stop",
    "why_stop_after_canary",
    "window_faults",
]
