"""The command that looks after servers, sign-in and domain, and says what to mend."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from mailer.cli.listing import json_option, print_listing
from mailer.cli.session import Session, open_session
from mailer.cli.stop_sign import REMEDY
from mailer.errors import BadSettings, CampaignError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mailer.doctor import Check
    from mailer.nouns import Learned, Settings

_TITLES = {
    "settings": "your settings",
    "smtp": "where letters are handed in (SMTP)",
    "imap": "where answers arrive (IMAP)",
    "letter": "the letter to yourself",
    "domain": "your domain",
}
_STYLES = {"fine": "green", "attention": "yellow", "wrong": "bold red", "not checked": "dim"}


@dataclass
class _Visit:
    """What was found so far. People see each part as soon as it is there, programs all of it in the end."""

    as_json: bool
    checks: "list[Check]" = field(default_factory=list)

    def found(self, checks: "Sequence[Check]") -> None:
        self.checks += checks
        if not self.as_json:
            _print_part(checks)

    def counts(self) -> "dict[str, int]":
        from mailer.doctor import Grade

        return {str(grade): sum(check.grade is grade for check in self.checks) for grade in Grade}

    @property
    def exit_code(self) -> int:
        """That of the first thing that is wrong."""
        from mailer.doctor import Grade

        return next((check.code for check in self.checks if check.grade is Grade.WRONG), 0)


@click.command()
@click.option("--probe", is_flag=True, help="Send a letter to yourself, and see what becomes of it.")
@click.option(
    "--confirm", type=click.IntRange(min=0), metavar="1", help="For scripts: with --probe, send it."
)
@json_option
@click.pass_context
def doctor(context: click.Context, probe: bool, confirm: int | None, as_json: bool) -> int:  # noqa: FBT001 - click passes options by name
    """See whether your servers and your domain are in order.

    It signs in at both servers and looks around, and asks the domain name system what your domain says about
    its mail. No letter leaves, and nothing is changed.

    With --probe one letter goes to yourself, once you confirm it. It shows whether your provider keeps the
    marks by which answers find home, whether it puts copies into Sent by itself, and who signs your letters.
    What it shows is remembered.
    """
    if confirm is not None and not probe:
        raise UsageError("without --probe nothing is sent", fix="leave --confirm out, or add --probe")
    session, visit = open_session(context), _Visit(as_json)
    try:
        _look(session, visit, probe=probe, confirm=confirm)
    finally:
        if as_json:
            rows = (_row(check) for check in visit.checks)
            print_listing("doctor", session.world.now(), rows, {"grades": visit.counts()})
    _say_sum(visit)
    return visit.exit_code


def _look(session: Session, visit: _Visit, *, probe: bool, confirm: int | None) -> None:
    """Look at everything, part by part."""
    from mailer.cli.screen import waiting
    from mailer.doctor import Grade, check_domain, check_imap, check_settings, check_smtp
    from mailer.workspace import provider_of

    settings = _settings(session, visit)
    if settings is None:
        return
    learned, provider = _learned(session, settings), provider_of(settings.smtp)
    still = bool(settings.smtp.password_cmd or settings.imap.password_cmd)
    visit.found([*check_settings(settings, learned, provider), *_stop_sign(session)])
    with waiting("looking at the SMTP server …", still=still):
        smtp = check_smtp(settings, provider, session.world.now)
    visit.found(smtp)
    with waiting("looking at the IMAP server …", still=still):
        imap = check_imap(settings, provider_of(settings.imap), session.world.now)
    visit.found(imap)
    if probe and not any(check.grade is Grade.WRONG for check in (*smtp, *imap)):
        learned = _probe(session, visit, settings, confirm) or learned
    elif probe:
        from mailer.cli.screen import say

        say("no letter was sent: mend what is wrong first", "yellow")
    with waiting("asking about your domain …", still=False):
        domain = check_domain(settings.sender.address.domain, provider, learned, session.world.texts)
    visit.found(domain)


def _stop_sign(session: Session) -> "Iterator[Check]":
    """That somebody wants no letter to leave."""
    from mailer.doctor import Check, Grade

    if because := session.workspace.stopped():
        says, fix = f"{because}, and no letter leaves", REMEDY
        yield Check("settings", "STOP", Grade.ATTENTION, says, fix)


def _settings(session: Session, visit: _Visit) -> "Settings | None":
    """The settings; None when they are not fit to go to any server with."""
    from mailer.doctor import Check, Grade
    from mailer.workspace import placeholders

    settings, problems = session.workspace.settings()
    # What is still the starter's example is only a warning elsewhere; here there is nothing to look at then.
    wrong = [each for each in problems if not each.warning or (settings and placeholders(settings))]
    if not wrong:
        return settings
    code = BadSettings.exit_code
    visit.found(
        [
            Check("settings", each.place, Grade.WRONG, f"{each.file}: {each.what}", each.fix, code)
            for each in wrong
        ]
    )
    return None


def _learned(session: Session, settings: "Settings") -> "Learned | None":
    """What a probe has shown before; nothing where there is no ledger that can be read."""
    try:
        with session.look() as ledger:
            return ledger.lessons.of(settings.smtp.host)
    except CampaignError:
        return None


def _probe(session: Session, visit: _Visit, settings: "Settings", confirm: int | None) -> "Learned | None":
    """Send the letter, once that is confirmed, and remember what it showed."""
    import asyncio

    from mailer.cli.screen import say, waiting
    from mailer.cli.send import confirmed
    from mailer.doctor import check_probe, send_probe
    from mailer.workspace import provider_of

    to = settings.sender.address
    with session.look() as ledger:
        seal, stop = ledger.seal, ledger.history().stop_of_person(to.key)
    if stop:
        raise UsageError(f"nothing may go to {to}: {stop.because}; nothing was sent", fix="campaign undo")
    say(f"one letter, from {to} to {to}, nobody else gets it", "bold")
    if not confirmed(1, confirm):
        return None
    with waiting("waiting for the letter, three minutes at most …", still=bool(settings.smtp.password_cmd)):
        probed = asyncio.run(send_probe(session.world, settings, seal))
    learned = probed.learned(settings.smtp.host, session.world.now())
    if learned:
        with session.ledger() as ledger:
            ledger.lessons.learn(learned)
    visit.found(check_probe(probed, learned, settings, provider_of(settings.imap)))
    return learned


def _print_part(checks: "Sequence[Check]") -> None:
    """One line for each check, below the title of what they are about."""
    from rich.text import Text

    from mailer.cli.screen import advised, grid, out, words

    if not checks:
        return
    console, rows = out(), grid(3)
    for column, width in zip(rows.columns, (13, 14), strict=False):
        column.min_width = width
    for check in checks:
        shown = Text(f"  {check.grade}", _STYLES[check.grade])
        rows.add_row(shown, words(check.what, "dim"), advised(words(check.says), check.fix))
    console.print(words(_TITLES[checks[0].part], "bold"))
    console.print(rows)


def _row(check: "Check") -> "dict[str, str]":
    """A check as a row of a listing; README.md has the fields."""
    return {name: getattr(check, name) for name in ("part", "what", "grade", "says", "fix")}


def _say_sum(visit: _Visit) -> None:
    from mailer.cli.screen import say, several

    counts = visit.counts()
    if counts["wrong"]:
        say(f"{several(counts['wrong'], 'thing')} wrong: letters will not get through", "bold red")
    elif counts["attention"]:
        say(f"letters get through; {several(counts['attention'], 'thing')} would better be mended", "yellow")
    else:
        say("nothing is wrong", "green")
