"""What can go wrong, said so that a person can mend it: what, where, and what to type next.

    CampaignError                 1   anything below
    ├── UsageError                2   the command's words are off
    ├── BadData                  65   a table, template or ledger does not add up
    ├── ServerUnavailable        69   nobody answers, or the line broke
    ├── TryAgain                 75   busy just now; nothing is lost
    ├── SignInRefused            77   the server does not know us
    └── BadSettings              78   settings are missing or wrong

A *refusal* by a mail server is not here: it is a value (`nouns.Verdict`). These are breakdowns.
"""


class CampaignError(Exception):
    """A breakdown with its sentence, the place it concerns, and the advice.

    Args:
        what: One sentence, without a final full stop.
        fix: What to type or edit next; empty when there is nothing to do.
        where: `file:line:column` as far as known; empty when no file is concerned.
    """

    exit_code = 1

    def __init__(self, what: str, *, fix: str = "", where: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix
        self.where = where


class UsageError(CampaignError):
    """The command was asked for something that it does not offer."""

    exit_code = 2


class BadData(CampaignError):
    """A table, a template, a campaign file or the ledger does not add up."""

    exit_code = 65


class ServerUnavailable(CampaignError):
    """A mail server cannot be reached, or the conversation broke down."""

    exit_code = 69


class TryAgain(CampaignError):
    """Somebody else is at it, or the server asks for patience; the same command works later."""

    exit_code = 75


class SignInRefused(CampaignError):
    """The mail server refuses our name, password or encryption."""

    exit_code = 77


class BadSettings(CampaignError):
    """The settings, or the ledger they name, are missing or wrong."""

    exit_code = 78
