"""The people of the demo: what the organizers of each group do with a letter, in one table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import zip_longest

from mailer.nouns import Group, Organizer
from mailer.rehearsal.people import Habit, Person, Program


@dataclass(frozen=True, slots=True)
class Part:
    """What one organizer does: her habit, after how many hours, in which words, with which program.

    Attributes:
        habit: What she does with a letter.
        hours: How long she takes.
        words: What she writes, with her name below.
        writes_with: Her mail program.
        other: From where she or her colleague answers.
        other_name: The colleague's name.
        lands_in: The folder in which her mails are filed.
    """

    habit: Habit
    hours: float = 0
    words: str = ""
    writes_with: Program | None = None
    other: str = ""
    other_name: str = ""
    lands_in: str = "INBOX"


_CHIPY = """\
What a nice letter to find among the bills.

We have wanted a project night for a year, and the hackerspace would lend us its big room on the third
Thursday. What we lack is somebody who has run one before and walks us through the evening.

Could you call next week? After seven is best.

Robin, for the ChiPy organizers"""

_SF = """\
Hi,

writing from my own address, the other one is for announcements only.

Project nights are going well here, thank you for the push. What we would like is help with speakers: five
evenings are planned and four of them are still empty. If you know people who have not been asked yet, please
introduce us.

Noor"""

_DC = """\
Thanks for thinking of us.

1. Speakers: yes, please. Our next open evening is in two months; an introduction or two would be great.
2. Money: is it true that the Meetup fees can be paid back? We pay them out of our own pockets.

I have read the guide and have some remarks about the part on lightning talks. Shall I mail them?

Lee
DC Python"""

_BALTIMORE = """\
Sorry, your first letter drowned in a full inbox.

Count us in for a project night. I have a room for forty people and a date in mind, but no plan yet. Can you
send me what you send to newcomers beforehand?

Morgan"""

_VANCOUVER = """\
Hello,

Sam has moved on, so this reached us by the second way. Please take Sam's address out of your table.

About two hundred people on the list, thirty in the room, and hardly any newcomer who comes twice. A project
night might change that. We talk it over at our meeting and tell you by the end of the month.

The Vancouver Python organizers"""

_PARIS = """\
Bonjour,

Margaux m'a transféré ta lettre : I look after our evenings this year, so I answer in her place.

A project night, très volontiers! At the start of the next term. Half of our people would need the
instructions in French; is there a translation already, or shall we make one?

À bientôt,
Camille"""

_IRELAND = """\
Hi again,

the second letter did it, thanks for not giving up on us.

We are fine for speakers, but a project night is something we have never tried. One question: how many helpers
do you reckon for thirty newcomers?

All the best from Dublin,
Aoife"""

_SYDNEY = """\
Hello,

back at my desk. Both of your letters are lovely, and the answer is "yes, but not before next term". Could we
talk about the guide in the meantime? Evenings for you are mornings for me.

Bronte"""

_PUNE = """\
Dear fellow,

I lost your letter and found your address, so this is a new one. We are forty people, mostly students, and
would like to run a first evening for newcomers next month. Do you have slides that we may use?

Regards,
Meera"""

_STOCKHOLM = """\
Hej!

We are a Django group, so most of our newcomers know some Python. Would an evening with small open source
projects fit into your idea? If so, we are in, and we know two women who would like to give their first talk.

Hälsningar,
Astrid"""

_OSLO = """\
Hello,

I am back from half a month in Hamburg. We would love to have a project night next term, in English, so
that the newcomers to Oslo can come too. May I call you about it on Thursday?

Ingrid"""

_NYC_DJANGO = """\
Hi,

thank you, but we are not interested. Please take me off your list and do not write to me again.

Quinn"""

_BOSTON = """\
All is well here, thank you for asking. If other groups would like to hear how we run our project nights, send
them our way.

Taylor"""

_BARCELONA = """\
¡Hola!

For the first time we have more talk proposals than slots, and half of them from women. Thank you! Next:
the Meetup fees. Where do we send the receipt?

Marta"""

_PYLADIES_BOSTON = """\
Sorry for the silence. A Django tutorial for newcomers is still the plan, some time this year. Help with the
material would be very welcome.

Jules"""

CAST: Mapping[str, tuple[Part, ...]] = {
    # group: a part for each rung of its ladder; whoever is not named is silent
    "chipy": (Part(Habit.ANSWERS, 5, _CHIPY, Program.WEB),),
    "sf-python": (Part(Habit.OTHER_ADDRESS, 26, _SF, Program.PHONE, other="noor@mailbox.example"),),
    "dc-python": (Part(Habit.ANSWERS, 20, _DC, Program.OFFICE),),
    "baltimore-python": (Part(Habit.LATE, 30, _BALTIMORE, Program.PHONE),),
    "vancouver-python": (Part(Habit.BOUNCES), Part(Habit.ANSWERS, 28, _VANCOUVER, Program.CONSOLE)),
    "paris-python": (
        Part(
            Habit.COLLEAGUE, 47, _PARIS, Program.PORTAL, other="camille@atelier.example", other_name="Camille"
        ),
    ),
    "python-ireland": (Part(Habit.LATE, 52, _IRELAND, Program.OFFICE),),
    "nyc-python": (Part(Habit.TICKET),),
    "nyc-django": (Part(Habit.STOPS, 9, _NYC_DJANGO, Program.PHONE),),
    "sydney-python": (Part(Habit.AWAY_ENGLISH, 11, _SYDNEY, Program.OFFICE),),
    "oslo-python": (Part(Habit.AWAY, 24, _OSLO, Program.DESKTOP),),
    "miami-python": (Part(Habit.BOUNCES),),
    "pune-python": (Part(Habit.NEW_SUBJECT, 61, _PUNE, Program.WEB),),
    "django-stockholm": (Part(Habit.ANSWERS, 120, _STOCKHOLM, Program.CONSOLE, lands_in="Junk"),),
    "boston-python": (Part(Habit.ANSWERS, 30, _BOSTON, Program.WEB),),
    "python-barcelona": (Part(Habit.ANSWERS, 8, _BARCELONA, Program.PORTAL),),
    "pyladies-boston": (Part(Habit.LATE, 20, _PYLADIES_BOSTON, Program.CONSOLE),),
}

_SILENT = Part(Habit.SILENT)


def cast(groups: Sequence[Group], parts_of: Mapping[str, tuple[Part, ...]] = CAST) -> tuple[Person, ...]:
    """The people behind the addresses of some groups, one for each address.

    Somebody who stands in several groups has the first habit that is not silence.

    Args:
        groups: The table.
        parts_of: What they do, as `CAST` has it.
    """
    people: dict[str, Person] = {}
    for group in groups:
        parts = parts_of.get(group.id, ())[: len(group.organizers)]
        for organizer, part in zip_longest(group.organizers, parts, fillvalue=None):
            assert organizer
            person = _person(group, organizer, part or _SILENT)
            known = people.get(organizer.address.key)
            if known is None or known.habit is Habit.SILENT:
                people[organizer.address.key] = person
    return tuple(people.values())


def _person(group: Group, organizer: Organizer, part: Part) -> Person:
    return Person(
        address=str(organizer.address),
        habit=part.habit,
        after=timedelta(hours=part.hours),
        name=organizer.name,
        group=group.name,
        words=part.words,
        writes_with=part.writes_with,
        other=part.other,
        other_name=part.other_name,
        zone=str(group.cells.get("zone") or "UTC"),
        lands_in=part.lands_in,
    )
