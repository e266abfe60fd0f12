"""The embedded post office: two mail servers, people who answer, and a clock that can be moved."""

from mailer.rehearsal.cast import CAST, Part, cast
from mailer.rehearsal.clock import Clock
from mailer.rehearsal.filing import Filing, Rewriting
from mailer.rehearsal.harder_day import HARDER_DAY, SECOND_GROUP, written_by_hand
from mailer.rehearsal.imap_session import Trouble
from mailer.rehearsal.mailboxes import Stored
from mailer.rehearsal.office import Posted
from mailer.rehearsal.people import Habit, Person, Program
from mailer.rehearsal.rehearsal import Rehearsal

__all__ = [
    "CAST",
    "HARDER_DAY",
    "SECOND_GROUP",
    "Clock",
    "Filing",
    "Habit",
    "Part",
    "Person",
    "Posted",
    "Program",
    "Rehearsal",
    "Rewriting",
    "Stored",
    "Trouble",
    "cast",
    "written_by_hand",
]
