"""Commands for mailboxes that are opened with a consent instead of a password: give it, and take it back."""

import os
import sys
from typing import TYPE_CHECKING

import click

from mailer.cli.session import open_session
from mailer.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.nouns import OAuth, Settings


@click.command()
@click.option("--device", is_flag=True, help="Consent on another device, by typing a short code there.")
@click.pass_context
def login(context: click.Context, device: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Let campaign into your mailbox without a password.

    You consent in your browser. For providers that want it so (Microsoft 365, Google, …): write
    oauth = "google" or oauth = "microsoft" below [smtp] and [imap] in campaigns/settings.toml, and client_id
    below [oauth]. Where there is no browser, use --device.

    What comes of it is kept in this account's keyring, or in a file that only you can read, and never in the
    workspace. It goes on until you take it back: with campaign logout here, or at your provider.
    """
    for oauth, user in _accounts(open_session(context).settings()):
        try:
            _log_in(oauth, user, device=device)
        except KeyboardInterrupt:
            raise click.Abort("nothing was kept") from None


@click.command()
@click.pass_context
def logout(context: click.Context) -> None:
    """Forget what campaign login has brought.

    Your provider still lists campaign among the programs that you have let in; its page for your account
    takes it out there, too.
    """
    from mailer.cli.screen import say
    from mailer.servers.oauth import Keeper

    for oauth, user in _accounts(open_session(context).settings()):
        keeper = Keeper(oauth, user, os.environ)
        with keeper.alone():
            there = keeper.forget()
        if there:
            say(f"the consent of {user} is forgotten here; {oauth.provider} may still list campaign")
        else:
            say(f"there was no consent of {user}", "dim")


def _accounts(settings: "Settings") -> "Iterator[tuple[OAuth, str]]":
    """Each account once; mostly both servers have the same."""
    wanted = {(server.oauth, server.user): server.oauth for server in (settings.smtp, settings.imap)}
    found = [(oauth, user) for (_, user), oauth in wanted.items() if oauth]
    if not found:
        raise UsageError(
            "no server is opened with a consent",
            fix='write oauth = "google" or oauth = "microsoft" under [smtp] and [imap] in '
            "campaigns/settings.toml",
        )
    yield from found


def _log_in(oauth: "OAuth", user: str, *, device: bool) -> None:
    from mailer.cli.screen import say
    from mailer.servers.oauth import by_browser, by_device, client_secret, keep

    secret = client_secret(oauth, os.environ)
    if device:
        given = by_device(oauth, user, secret, _show_code)
    else:
        given = by_browser(oauth, user, secret, lambda url: _show_page(url, user))
    where = keep(oauth, user, given, os.environ)
    say(f"campaign is let in as {user}; kept in {where}", "green")
    if not given.refresh:
        say(f"{oauth.provider} lets it in for a short time only: campaign login again after that", "yellow")


def _show_code(url: str, code: str) -> None:
    from mailer.cli.screen import say

    say(f"open {url} on any device, and type there: {code}")
    say("waiting for you to consent …", "dim")


def _show_page(url: str, user: str) -> None:
    from mailer.cli.screen import say, talk

    say(f"consent as {user} in your browser; if it does not open, open this address on this machine:")
    talk().print(url, soft_wrap=True, markup=False)
    say("waiting for you to consent … (no browser here? Ctrl-C, then campaign login --device)", "dim")
    if _has_browser():
        import threading
        import webbrowser

        # Some browsers come back only when they are closed, and we have to hear their answer meanwhile.
        threading.Thread(target=webbrowser.open, args=[url], daemon=True).start()


def _has_browser() -> bool:
    """Whether a browser can be opened that does not take over the terminal."""
    return sys.platform == "darwin" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
