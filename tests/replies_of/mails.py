"""Mails of the classes that collections hold few of: absences, receipts, moderators, guards, requests.

The words stand in the `.txt` files beside this one, as natives and makers word them; they were written before
any table of phrases was made to fit them. Every third wording of a language is kept aside (`aside`): nobody
looks at those to make them fit. The same seed gives the same mails, byte for byte.
"""

import html
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime
from pathlib import Path
from random import Random

from replies_of import dates, machines

from mailer.nouns import Kind, Reason

HERE = Path(__file__).parent
US = "maria@fellows.example"
ANA = "ana@loirepy.example"
COLLEAGUE = "dan@loirepy.example"
NEW = "ana.souza@newhome.example"
KEPT_ASIDE = 3

_CHARSETS = {
    "de": "iso-8859-1",
    "fr": "iso-8859-15",
    "es": "windows-1252",
    "it": "iso-8859-1",
    "nl": "windows-1252",
    "pt": "iso-8859-1",
    "pl": "iso-8859-2",
    "sv": "iso-8859-1",
    "da": "iso-8859-1",
    "no": "iso-8859-1",
    "fi": "iso-8859-1",
    "cs": "windows-1250",
    "ru": "koi8-r",
    "uk": "windows-1251",
    "tr": "iso-8859-9",
    "ja": "iso-2022-jp",
    "zh": "gb2312",
    "ko": "euc-kr",
}
_FOOTER = "I write to you because you run Loire Python. To stop these letters, answer “unsubscribe”."
_LETTER = (
    "Hello Ana,\n\nwould Loire Python host a project night in May? I am out of office on Fridays."
    f"\n\n{_FOOTER}"
)


@dataclass(frozen=True)
class Case:
    """One mail, and what is to be found in it.

    Attributes:
        name: Class, language, number of the wording, machine.
        raw: Its bytes.
        kinds: Which are right.
        aside: Whether its wording was kept aside.
        reason: What more there is to say; None where nothing is asked.
        until: The days that are right for the return; empty where nothing is asked, (None,) for no day.
        instead: Whom it names.
    """

    name: str
    raw: bytes
    kinds: tuple[Kind, ...]
    aside: bool
    reason: Reason | None = None
    until: tuple[date | None, ...] = ()
    instead: str = ""


def wordings(name, step):
    """Language, number and text of the wordings in a file, or of one in so many."""
    language, number, count = "", 0, 0
    for line in (HERE / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            language, number = line.strip("[]"), 0
        elif line and not line.startswith("#"):
            if count % step == 0:
                yield language, number, line.replace("|", "\n")
            number += 1
            count += 1


def away(chance, step=1):
    """Notes of absence."""
    for language, number, text in wordings("away", step):
        tongue = chance.choice(("en", "us")) if language == "en" else language
        machine = chance.choice(machines.AWAY)
        at = _moment(chance, tongue)
        words, right = _with_days(text, tongue, at.date(), chance)
        words = words.format(me="Ana Souza", who=f"Dan Ek ({COLLEAGUE})")
        yield _case("away", (tongue, number, machine, at), words, chance, (Kind.OUT_OF_OFFICE,), until=right)


def unmarked_away(chance, step=1):
    """Notes that a rule of the mail program sends, without any header that says so."""
    for language, number, text in wordings("away", step):
        if "{who}" not in text:
            continue
        at = _moment(chance, language)
        words, _ = _with_days(text, language, at.date(), chance)
        words = words.format(me="Ana Souza", who=f"Dan Ek ({COLLEAGUE})")
        yield _case(
            "unmarked", (language, number, machines.outlook, at), words, chance, (Kind.OUT_OF_OFFICE,)
        )


def departed(chance, step=1):
    """Notes of people who left, or whose address has changed."""
    for language, number, text in wordings("departed", step):
        machine = chance.choice(machines.AWAY)
        at = _moment(chance, language)
        new = NEW if "{new}" in text else COLLEAGUE
        past = dates.written(at.date() - timedelta(days=30), language, chance)
        words = text.format(who=f"Dan Ek <{COLLEAGUE}>", new=NEW, past=past)
        kinds = (Kind.OUT_OF_OFFICE, Kind.AUTO_ACK)
        yield _case(
            "departed", (language, number, machine, at), words, chance, kinds, reason=Reason.LEFT, instead=new
        )


def receipts(chance, step=1):
    """What ticket systems and forms say by themselves."""
    for language, number, text in wordings("acks", step):
        machine = chance.choice(machines.ACKS)
        words = text.format(n=chance.randint(1000, 999999))
        if machine is machines.zendesk:
            words = (
                f"##- Please type your reply above this line -##\n\n{words}\n\nThis is a service of Loire."
            )
        yield _case(
            "receipt", (language, number, machine, _moment(chance, language)), words, chance, (Kind.AUTO_ACK,)
        )


def moderated(chance, step=1):
    """What list software answers."""
    for language, number, text in wordings("moderated", step):
        machine = chance.choice(machines.MODERATORS)
        words = text.format(list="loire")
        yield _case(
            "moderated",
            (language, number, machine, _moment(chance, language)),
            words,
            chance,
            (Kind.AUTO_ACK,),
            reason=Reason.MODERATION,
        )


def challenges(chance, step=1):
    """What guards of mailboxes ask."""
    for language, number, text in wordings("challenges", step):
        machine = chance.choice(machines.GUARDS)
        words = text.format(link="https://guard.example/c/8f2a", me="Ana Souza")
        yield _case(
            "challenge",
            (language, number, machine, _moment(chance, language)),
            words,
            chance,
            (Kind.CHALLENGE,),
        )


def stops(chance, step=1):
    """People who ask for no more letters."""
    for language, number, text in wordings("stops", step):
        yield _by_hand("stop", language, number, text, chance, Kind.UNSUBSCRIBE, machines.OWN)


def people(chance, step=1):
    """People who answer, whatever words they use, through whatever gateway."""
    for language, number, text in wordings("people", step):
        for machine in machines.PEOPLE:
            yield _by_hand("person", language, number, text, chance, Kind.HUMAN, (machine,))


CLASSES = (away, unmarked_away, departed, receipts, moderated, challenges, stops, people)


def cases(seed, rounds=1, step=1):
    """Every wording of every class (or one in `step`), once a round, each time from another machine."""
    for turn in range(rounds):
        for make in CLASSES:
            yield from make(Random(f"{seed} {turn} {make.__name__}"), step)


def _by_hand(name, language, number, text, chance, kind, programs):
    at = _moment(chance, language)
    words, _ = _with_days(text, language, at.date(), chance)
    signed = words if len(words) < 20 and chance.random() < 0.5 else f"{words}\n\n-- \nAna Souza"
    return _case(name, (language, number, chance.choice(programs), at), signed, chance, (kind,))


def _with_days(text, language, today, chance):
    """The text with its days written, and the days of return that are right for it."""
    first = today - timedelta(days=chance.randint(0, 5))
    last = today + timedelta(days=chance.randint(2, 25))
    back = dates.working_day(last + timedelta(days=1))
    soon = dates.working_day(today + timedelta(days=chance.randint(2, 4)))
    day = timedelta(days=1)
    # Who names the day on which she returns, is believed; "until" may mean the day itself or the one after.
    meanings = {"{back}": (back,), "{wd}": (soon,), "{last}": (last + day,), "{until}": (last, last + day)}
    right = next((days for name, days in meanings.items() if name in text), (None,))
    form = {"first": first, "last": last, "back": back, "until": last}
    for name, when in form.items():
        text = text.replace(f"{{{name}}}", dates.written(when, language, chance))
    return text.replace("{wd}", dates.on_weekday(soon, language, chance)), right


def _moment(chance, language):
    at = datetime(2025, 1, 1, 9, tzinfo=UTC) + timedelta(
        days=chance.randint(0, 720), minutes=chance.randint(0, 600)
    )
    east = {"us": chance.choice((-4, -7)), "ja": 9, "ko": 9, "zh": 8, "ru": 3, "tr": 3}.get(language, 1)
    return at.astimezone(timezone(timedelta(hours=east if language != "en" else chance.choice((0, 1, 10)))))


def _case(name, made, words, chance, kinds, **expected):
    language, number, machine, at = made
    letter = machines.Letter("<c.first@fellows.example>", ANA, US, language, chance)
    fields = machine(letter)
    raw = _bytes(
        words, {"From": f"Ana Souza <{ANA}>", "To": US, "Date": format_datetime(at), **fields}, chance
    )
    aside = number % KEPT_ASIDE == KEPT_ASIDE - 1
    return Case(f"{name}-{language}-{number}-{machine.__name__}", raw, kinds, aside, **expected)


def _bytes(words, fields, chance):
    if chance.random() < 0.3:
        words += f"\n\nOn Mon, 5 May 2025 at 09:00, Maria <{US}> wrote:\n\n" + _quoted(_LETTER)
    message = _body(words, chance)
    for name, value in fields.items():
        encoded = value if value.isascii() else Header(value, "utf-8").encode()
        message[name] = encoded
    return message.as_bytes()


def _quoted(text):
    return "\n".join(f"> {line}" for line in text.split("\n"))


def _body(words, chance) -> Message:
    marked = "".join(f"<p>{html.escape(part)}</p>" for part in words.split("\n\n")).replace("\n", "<br>\n")
    page = f"<html><head><style>p {{ margin: 0 }}</style></head><body>{marked}</body></html>"
    form = chance.choice(("plain", "plain", "html", "both"))
    if form == "both":
        both = MIMEMultipart("alternative", boundary=f"b{chance.randrange(10**9)}")
        both.attach(_text(words, "plain", chance))
        both.attach(_text(page, "html", chance))
        return both
    return _text(words if form == "plain" else page, form, chance)


def _text(text, subtype, chance):
    fitting = [charset for charset in dict.fromkeys(_CHARSETS.values()) if _fits(text, charset)]
    return MIMEText(text, subtype, chance.choice([*fitting[:1], "utf-8"]))


def _fits(text, charset):
    try:
        text.encode(charset)
    except UnicodeError:
        return False
    return True
