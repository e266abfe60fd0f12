"""Hard cases of matching, on letters that the tool really composed and keeps in a ledger on disk.

A *shape* is a way in which an answer comes back: through a list, from another address, without headers.
Each shape is written with each mail program of the rehearsal, by people of several groups. What it returns is
the mail, the letter that it answers, and whether that can be known or is for a person to decide.
"""

import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from stage import stage

from mailer.inbox.ours import Ours
from mailer.letters import compose
from mailer.nouns import LetterId, Outcome, Phase, Verdict
from mailer.planning import make_plan
from mailer.rehearsal.received import read as received

HOME = Path(__file__).parent.parent
CITIES = (
    *("Oslo", "Lima", "Pune", "Cairo", "Quito", "Turin", "Perth", "Kyoto", "Dakar", "Leeds", "Sofia", "Graz"),
    *(
        "Brno",
        "Porto",
        "Gdansk",
        "Izmir",
        "Tartu",
        "Malmö",
        "Lyon",
        "Bonn",
        "Cork",
        "Delft",
        "Basel",
        "Minsk",
    ),
)
PEOPLE = (
    "Ana",
    "Bela",
    "Chidi",
    "Dara",
    "Emre",
    "Femi",
    "Gita",
    "Hana",
    "Ivo",
    "Jun",
    "Kit",
    "Lea",
    "Mio",
    "Nur",
)
FAMILY = ("Aalto", "Brandt", "Costa", "Dupont", "Eriksen", "Farkas", "Garcia", "Hosseini", "Ito", "Jansen")
NIGHT = """\
Subject: A project night this summer?

Hello {{ greeting }},

this summer I help with project nights: one evening, ten beginners, three open source projects, and a mentor
at each table. The material is ready and I bring it along.

Would {{ name }} like to host one in {{ city }}? A date in July or August would be good.

Warm wishes,\\
{{ sender.name }}
"""
NIGHT_STEPS = "[audience]\nwhere = 'size > 99'\n\n[[steps]]\ntemplate = \"night\"\n"
FIRST_STEPS = '[[steps]]\ntemplate = "first"\n\n[[steps]]\ntemplate = "first-again"\nwait = "7 days"\n'

SAID = (
    "250 2.0.0 Ok: queued as 4WxYz{n:04}",
    "250 Ok 0100018f{n:08x}-5d1c2b3a-7788-4e4e-9f9f-{n:012x}-000000",
    "250 2.0.0 OK <AM0PR05MB{n:04}A1B2C3D4@AM0PR05MB{n:04}.eurprd05.prod.outlook.com> [Hostname=AM0PR05]",
    "250 2.0.0 OK: queued as <20260601{n:06}.77@smtp-relay.provider.example>",
    "250 2.0.0 OK  1717243000 a640c23a62f3a-a68{n:04} - gsmtp",
)
RENAMED = {
    1: "<0100018f{n:08x}-5d1c2b3a-7788-4e4e-9f9f-{n:012x}-000000@eu-west-1.amazonses.com>",
    2: "<AM0PR05MB{n:04}A1B2C3D4@AM0PR05MB{n:04}.eurprd05.prod.outlook.com>",
    3: "<20260601{n:06}.77@smtp-relay.provider.example>",
}


@dataclass(frozen=True)
class Sent:
    """A letter that left.

    Attributes:
        id: Which.
        letter: As she got it.
        number: The how many-th it was.
        group: Its group in the table.
        organizer: To whom it went.
    """

    id: LetterId
    letter: object
    number: int
    group: object
    organizer: object

    @property
    def address(self):
        return str(self.organizer.address)

    @property
    def renamed(self):
        """The Message-ID that the provider gave it; empty when it left ours alone."""
        form = RENAMED.get(self.number % len(SAID))
        return form.format(n=self.number) if form else ""


@dataclass(frozen=True)
class Case:
    """An answer as it arrives.

    Attributes:
        raw: Its bytes.
        expected: The letter that it answers; None for a mail that answers none.
        sure: Whether that can be known; else a person must decide, and be shown the right one.
        earlier: A mail that came before it, and what that answers.
    """

    raw: bytes
    expected: LetterId | None
    sure: bool = True
    earlier: bytes = b""


def table():
    """Sixty groups, some of one organizer, some of two; every tenth with a free-mail address."""
    rows = ["group,name,organizer,greeting,email,size,lane,city"]
    for n in range(60):
        city, word = CITIES[n % len(CITIES)], ("Python", "PyLadies", "Data")[n // len(CITIES)]
        plain = unicodedata.normalize("NFKD", city).encode("ascii", "ignore").decode().lower()
        slug, host = f"{plain}-{word.lower()}", f"{plain}{word.lower()}.example"
        first, family = PEOPLE[n % len(PEOPLE)], FAMILY[n * 7 % len(FAMILY)]
        email = f"{first.lower()}.{family.lower()}{n}@gmail.com" if n % 10 == 3 else f"{first.lower()}@{host}"
        rows.append(f"{slug},{city} {word},{first} {family},{first},{email},{60 + n * 5},research,{city}")
        if n % 3 == 0:
            rows.append(f"{slug},,All,all at {city} {word},team@{host},,,")
        if n % 15 == 5:  # who heads the group before, too
            rows.append(f"{slug},,Zoe Twin,Zoe,zoe{n}@twins.example,,,")
        if n % 15 == 6:
            rows.append(f"{slug},,Zoe Twin,Zoe,zoe{n - 1}@twins.example,,,")
    return "\n".join(rows) + "\n"


@contextmanager
def correspondence(folder):
    """The stage, some 130 letters, composed and claimed as `send` does, and the look-ups among them."""
    with stage(folder) as play:
        play.write("campaigns/groups.csv", table())
        play.write("campaigns/first.toml", FIRST_STEPS)
        play.write("campaigns/night.toml", NIGHT_STEPS)
        play.write("templates/night.md", NIGHT)
        for name, of in (("first", "initial-contact"), ("first-again", "initial-contact-again")):
            play.write(f"templates/{name}.md", (HOME / "templates" / f"{of}.md").read_text("utf-8"))
        with play.ledger() as ledger:
            sent = [*_send(play, ledger, "first", 60, 0), *_send(play, ledger, "first", 30, 60)]
            sent += _send(play, ledger, "night", 40, 90)
            yield play, sent, Ours(ledger, play.settings.sender.address, play.manuscript().groups)


def _send(play, ledger, name, most, begin):
    """Send what is due of a campaign; a week later than the time before."""
    play.clock.move_on(timedelta(days=8))
    read = play.manuscript(name)
    campaign, audience = read.campaigns[name]
    now = play.clock.now()
    sent = []
    plan = make_plan(campaign, audience, read.groups, ledger.history(), now)
    book = play.proofs(name).book
    for number, line in enumerate(plan.due[:most], begin):
        _, letter = compose(book, play.settings.sender, ledger.seal, line.letter, line.due, now)
        with ledger.together():
            ledger.claim(letter, now)
            ledger.mark_sending(letter.id, now)
            words = SAID[number % len(SAID)].format(n=number).removeprefix("250 ")
            ledger.settle(letter.id, Verdict(Outcome.ACCEPTED, Phase.DOT, 250, "", words), now)
        sent.append(Sent(letter.id, received(letter.raw), number, line.due.group, line.due.organizer))
    return sent
