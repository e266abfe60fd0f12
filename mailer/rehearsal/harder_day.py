"""The harder day of the demo: answers on the ways that readers of mail stumble over, in one table."""

from collections.abc import Mapping
from datetime import UTC, datetime

from mailer.rehearsal import mime
from mailer.rehearsal.cast import Part
from mailer.rehearsal.people import Habit, Program

SECOND_GROUP = "austin-python,,Kit,Kit,kit.b@mail.example"
"""One more row of the table: Kit stands behind the organizers of Chicago, and of Austin, too."""

_BRISBANE = """\
Hi from the list,

a few of us talked about your letter last night. A project night sounds good, and Sasha's office has a room.
What would you need from us?

Sasha"""

_KIT = """\
Hello,

my groups like the idea of a project night, and I would host one in April. Which of your two dates is left?

Kit"""

_SF = """\
Read your letter on the train. Yes to speakers, please! Two of our five evenings are still empty.

Noor"""

_PUNE = """\
Dear fellow,

Meera is busy with her exams and passed your letter on to me. We would like to run a first evening for
newcomers next month. Do you have slides that we may use?

Regards,
Anand"""

_STRANGER = """\
Please take me off your list. I organize nothing any more.

J."""

_OSLO = """\
I am back. May I call you about the project night on Thursday?

Ingrid"""

_NYC_DJANGO = """\
thank you, but we are not interested. Please remove us from your list.

Quinn"""

_STOCKHOLM = """\
Hej!

We are in. Would an evening with small open source projects fit into your idea?

Astrid"""

_AT_BRISBANE, _AT_PUNE = "sasha@workshop.example", "anand@college.example"

HARDER_DAY: Mapping[str, tuple[Part, ...]] = {
    "chipy": (Part(Habit.ELSEWHERE, 20, _KIT, Program.WEB, other="kit.b@mail.example", other_name="Kit"),),
    "sf-python": (Part(Habit.NEW_SUBJECT, 26, _SF, Program.PHONE),),
    "dc-python": (Part(Habit.BARE_BOUNCE),),
    "paris-python": (Part(Habit.AWAY_FRENCH),),
    "oslo-python": (Part(Habit.AWAY, 24, _OSLO, Program.DESKTOP),),
    "python-chile": (Part(Habit.AWAY_SPANISH),),
    "brisbane-python": (Part(Habit.THROUGH_LIST, 30, _BRISBANE, other=_AT_BRISBANE, other_name="Sasha"),),
    "pune-python": (Part(Habit.COLLEAGUE, 40, _PUNE, Program.OFFICE, other=_AT_PUNE, other_name="Anand"),),
    "nyc-python": (
        Part(Habit.ELSEWHERE, 33, _STRANGER, Program.PHONE, other="jay@postbox.example", other_name="J."),
    ),
    "nyc-django": (Part(Habit.STOPS, 9, _NYC_DJANGO, Program.PHONE),),
    "pittsburgh-python": (Part(Habit.MODERATED),),
    "miami-python": (Part(Habit.CHALLENGES),),
    "cleveland-python": (Part(Habit.HAS_LEFT, other="events@clepy.example"),),
    "django-stockholm": (Part(Habit.ANSWERS, 50, _STOCKHOLM, Program.CONSOLE, lands_in="Junk"),),
}


def written_by_hand(sender: str, to: str, at: datetime) -> bytes:
    """A letter of the fellow's own, from her mail program, as it lies in Sent.

    Args:
        sender: Her `Name <address>`.
        to: An organizer's.
        at: When. UTC.
    """
    text = "Dear Kiran,\n\nyou will be at the conference in Delhi, too, I hear. Shall we meet there?\n\nFay\n"
    fields = (
        ("From", sender),
        ("To", to),
        ("Subject", "See you in Delhi?"),
        ("Date", mime.date(at.astimezone(UTC))),
        ("Message-ID", f"<{mime.token(sender, to, str(at))}@laptop.rehearsal.example>"),
        ("User-Agent", "Lantern 115"),
    )
    return mime.mail(
        fields, mime.text_part(text, charsets=("utf-8",), encoding="8bit", extra="format=flowed")
    )
