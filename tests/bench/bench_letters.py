"""What one personal letter costs, beside Python's own mail library in the same run.

Budget: render, Markdown and MIME together at most 200 µs where `EmailMessage.as_bytes` takes 1,800 to 2,500,
so at most a ninth of it. Run it with `python -m tests.bench.bench_letters`.
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

from mailer.letters import Book, write
from mailer.nouns import Address, Draft, Group, LetterId, Organizer, Sender

LETTERS = 1_000
ROUNDS = 9
BUDGET = 1 / 9
NOW = datetime(2026, 11, 21, 9, 5, 7, tzinfo=UTC)
SENDER = Sender("Bea Fellow", Address.parse("bea@foundation.example"), "fellow for user groups")

TEMPLATE = """Subject: A project night with {{ name }}?

Hi {{ greeting }},

I am {{ sender.name }}, this year's {{ sender.role }}. I read about {{ name }} and your {{ size }} members
{% if city %} in {{ city }}{% endif %}, and about the evenings that you organize there.

Would you run a **project night**? Newcomers work on a small project at their own pace, and the people who
have been around for longer walk from table to table and help. There is [a guide](https://guide.example/nights)
on what to prepare, and I am happy to help with the first one:

- I can find people who mentor,
- I can send you the material,
- your meetup fees can be reimbursed.

What do you think? A line is enough, and "no, thanks" is a fine answer too. I found you at <{{ website }}>.

Warmly,\\
{{ sender.name }}
"""


def a_group(number: int) -> Group:
    address = Address.parse(f"ana{number}@g{number}.example")
    cells = {"size": 100.0 + number, "city": f"Zürich {number}", "website": f"https://g{number}.example/"}
    organizer = Organizer(address, f"Ana Example {number}", {"greeting": f"Ana {number}"}, number)
    return Group(f"g{number}", f"Python Group {number}", (organizer,), cells, number)


def printed(book: Book, group: Group) -> Draft:
    letter = LetterId("initial", group.id, "first")
    draft, problems = book.draft("first", letter, group, group.organizers[0], SENDER)
    assert draft, problems
    return draft


def ours(one: Draft) -> bytes:
    return write(one, SENDER, f"<c.a.{one.id.group}@foundation.example>", f"a.{one.id.group}", (), NOW).raw


def the_librarys(one: Draft) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = f"{SENDER.name} <{SENDER.address}>"
    message["To"] = f"{one.to_name} <{one.to}>"
    message["Subject"] = one.subject
    message["Message-ID"] = message["References"] = f"<c.a.{one.id.group}@foundation.example>"
    message["List-Unsubscribe"] = f"<mailto:{SENDER.address}?subject=unsubscribe>"
    message["X-Campaign-Ref"] = f"a.{one.id.group}"
    message.set_content(one.text)
    message.add_alternative(one.html, subtype="html")
    return message.as_bytes(policy=SMTP)


def microseconds(work: Callable[[], object], letters: int) -> float:
    """What one letter takes, in time of the processor."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) / letters * 1e6


def main() -> int:
    book = Book({"first": TEMPLATE})
    groups = [a_group(number) for number in range(LETTERS)]
    drafts = [printed(book, group) for group in groups]
    few = drafts[: LETTERS // 10]
    # The three take turns, and the best round of each counts: what a busy machine adds is not ours.
    rounds = [
        (
            microseconds(lambda: [printed(book, group) for group in groups], LETTERS),
            microseconds(lambda: [ours(draft) for draft in drafts], LETTERS),
            microseconds(lambda: [the_librarys(draft) for draft in few], len(few)),
        )
        for _ in range(ROUNDS)
    ]
    printing, writing, library = (min(times) for times in zip(*rounds, strict=True))
    share = (printing + writing) / library
    sys.stdout.write(
        f"render, Markdown         {printing:7.0f} µs\n"
        f"MIME, read back          {writing:7.0f} µs\n"
        f"both                     {printing + writing:7.0f} µs\n"
        f"EmailMessage.as_bytes    {library:7.0f} µs\n"
        f"share                    {share:7.3f}    (budget {BUDGET:.3f})\n"
    )
    return int(share > BUDGET)


if __name__ == "__main__":
    sys.exit(main())
