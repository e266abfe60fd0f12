"""What is said about copies in the folder for sent mail; whatever becomes of them, the letters have left."""

from typing import TYPE_CHECKING

from mailer.errors import BadSettings, ServerUnavailable, SignInRefused, TryAgain

if TYPE_CHECKING:
    from mailer.cli.session import Session
    from mailer.ledger import Ledger
    from mailer.nouns import Settings

_AGAIN = "the next campaign send tries again, for a week"


def file_copies(session: "Session", settings: "Settings", ledger: "Ledger") -> None:
    """Put copies of what left into Sent where the provider files none, and say how many.

    A mailbox in trouble is only said: a copy is a kindness, and the letters have left.

    Raises:
        CampaignError: the ledger cannot be read or written.
    """
    from mailer.cli.screen import say, several

    try:
        done = session.file_copies(settings, ledger)
    except TryAgain:
        return  # another `send` is at it, and looks after the copies of both
    except (ServerUnavailable, SignInRefused, BadSettings) as error:
        say(f"no copies of what left could be put into Sent: {error.what}; {error.fix or _AGAIN}", "yellow")
        return
    except KeyboardInterrupt:
        say(f"not all copies were put into Sent; {_AGAIN}", "yellow")
        return
    if done.put:
        say(f"{several(done.put, 'copy', 'copies')} put into Sent", "green")
    if done.missing:
        lack = several(done.missing, "copy", "copies")
        say(f"{lack} could not be put into Sent: {done.hindered}; {done.fix or _AGAIN}", "yellow")
