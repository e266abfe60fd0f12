"""The look into the mailbox before a run of sending, and again while it lasts."""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.cli.doubts import say_doubts
from mailer.cli.paper import ReaderGone, paper
from mailer.cli.session import Session
from mailer.errors import BadSettings, CampaignError, ServerUnavailable, SignInRefused

if TYPE_CHECKING:
    from mailer.ledger import Ledger
    from mailer.nouns import MailboxRead, Settings
    from mailer.proofs import Proofs

_TROUBLE = (ServerUnavailable, SignInRefused, BadSettings)
"""Not what the ledger has to say: where that cannot be read or written, no letter leaves at all."""


@dataclass(slots=True)
class Look:
    """What it takes to look into the mailbox for a run.

    Attributes:
        session: Workspace and world.
        settings: The server.
        ledger: Where it is noted what came.
        read: What the fellow wrote.
        as_json: Whether stdout is for a document.
        dry_run: Whether nothing is going to leave.
        opens: Whether the mailbox could be opened when that was last tried.
        refused: Whether it refused to let us in: another try with the same password brings a lock-out near.
    """

    session: Session
    settings: "Settings"
    ledger: "Ledger"
    read: "Proofs"
    as_json: bool
    dry_run: bool
    opens: bool = False
    refused: bool = False

    def before(self) -> "MailboxRead | None":
        """A fresh reading, said and shown; None when it failed, which keeps the follow-ups back.

        Before the first letter of all, nothing is read: it is only seen whether the mailbox opens.
        """
        try:
            if self.ledger.deliveries():
                return self._shown(self._read())
            self.session.try_mailbox(self.settings)
            self.opens = True
        except _TROUBLE as error:
            self._say_trouble(error)
        return None

    def again(self) -> "MailboxRead | None":
        """The same in the middle of a run: whoever does not listen any more does not stop it."""
        if self.refused:
            return None
        try:
            mailbox = self._read()
        except _TROUBLE as error:
            self._say_trouble(error)
            return None
        with suppress(ReaderGone, CampaignError):
            self._shown(mailbox)
            paper().flush()
        return mailbox

    def _read(self) -> "MailboxRead":
        mailbox = self.session.read_mailbox(self.settings, self.ledger, self.read.manuscript)
        self.opens = True
        return mailbox

    def _shown(self, mailbox: "MailboxRead") -> "MailboxRead":
        """What is read here is not new any more for `campaign replies`, so it is shown here."""
        from mailer.cli.read import print_messages
        from mailer.cli.screen import out, say, several

        say_doubts(mailbox.doubts, dry_run=self.dry_run)
        if self.as_json:
            new = several(len(mailbox.new), "message")
            say(f"{new} new in your mailbox; campaign replies --all lists them", "dim")
        elif print_messages(mailbox.new, title="new in your mailbox"):
            out().print()
        return mailbox

    def _say_trouble(self, error: CampaignError) -> None:
        from mailer.cli.screen import print_error, say

        self.opens, self.refused = False, isinstance(error, SignInRefused)
        print_error(error.what, error.where, error.fix)
        say("the mailbox could not be read, so no answer can be seen and no follow-up leaves", "yellow")
